"""Money between the company and its vendors that pays no bill (FACTS 5.14, 5.16, 5.17, 7.6)."""

from __future__ import annotations

from ..model import CompanyProfile, PaymentSnapshot, Ref
from ..model_purchase import DepositSnapshot
from ..names import clean_text
from .document import LINE_TEXT_LIMIT, private_note
from .refund import paid_on_account

CARD = "Credit Card"
#: What lines of a BillPayment call an expense, by the way it was paid (FACTS 6).
EXPENSE, CHECK = "Expense", "Check"


def prepayment(
    snapshot: PaymentSnapshot,
    profile: CompanyProfile,
    payable: Ref,
    account_type: str,
    by_check: bool = False,
) -> dict:
    """Every owned attribute of an expense that pays a vendor before there is a bill.

    A BillPayment cannot stand without lines (FACTS 5.14), so the money goes from the account that
    paid to the account of payables, in the vendor's name, where bill payments then use it up. It
    has no number, because QBO refuses the same one twice (FACTS 7.3); the memo has Odoo's.

    :param account_type: of the account that pays (``deposit_account``): a bank or a credit card
    """
    money = CHECK if by_check else "Cash"
    payment_type = "CreditCard" if account_type == CARD else money
    return paid_on_account(snapshot, profile, payable, "Vendor", payment_type)


def used_as(body: dict) -> str:
    """What a line of a BillPayment calls an expense with this payload."""
    return CHECK if body.get("PaymentType") == CHECK else EXPENSE


def deposit(snapshot: DepositSnapshot, profile: CompanyProfile) -> dict:
    """Every owned attribute of a Deposit of money that came back from a vendor.

    It credits payables in the vendor's name, and a BillPayment without money links it with the
    credit it pays out (FACTS 5.14). What else the money is explained by has a line of its own,
    which may be negative (FACTS 6).
    """
    foreign = profile.multicurrency and snapshot.currency != profile.home_currency
    method = {"PaymentMethodRef": snapshot.method.payload} if snapshot.method else {}
    vendor = {"value": snapshot.vendor.id, "type": "VENDOR"}
    lines = [_deposit_line(snapshot.payable, snapshot.amount, Entity=vendor, **method)]
    for account, text, amount in snapshot.parts:
        if amount:
            line = _deposit_line(account, amount)
            text = clean_text(text, LINE_TEXT_LIMIT, profile.country)
            lines.append({**line, "Description": text} if text else line)
    return {
        "DepositToAccountRef": snapshot.account.payload,
        "TxnDate": snapshot.date,
        "CurrencyRef": {"value": snapshot.currency} if profile.multicurrency else None,
        "ExchangeRate": snapshot.rate if foreign else None,
        "PrivateNote": private_note(snapshot, profile.country) or None,
        "GlobalTaxCalculation": None if profile.us else "NotApplicable",
        "Line": lines,
    }


def _deposit_line(account: Ref, amount, **more: dict) -> dict:
    return {
        "Amount": amount,
        "DetailType": "DepositLineDetail",
        "DepositLineDetail": {"AccountRef": account.payload, **more},
    }
