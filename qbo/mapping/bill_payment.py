"""BillPayment payloads and readings (FACTS 5.14, 7.6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..model import CompanyProfile, PaymentSnapshot, RemotePayment
from ..names import clean_text, doc_number
from .document import private_note
from .payment import read_payment

CARD = "Credit Card"


def bill_payment(snapshot: PaymentSnapshot, profile: CompanyProfile, account_type: str) -> dict:
    """Every owned attribute of a BillPayment; ``None`` marks one that is empty in Odoo.

    One line per bill it pays and per vendor credit it uses, all positive; the total is what left
    the account, zero when a credit alone settles bills. What bills do not use up becomes a credit
    of the vendor.

    :param account_type: of the account that pays (``deposit_account``): a bank or a credit card
    """
    foreign = profile.multicurrency and snapshot.currency != profile.home_currency
    card = account_type == CARD
    account = snapshot.deposit_account.payload
    return {
        "VendorRef": snapshot.customer.payload,
        "TxnDate": snapshot.date,
        "TotalAmt": snapshot.total,
        "CurrencyRef": {"value": snapshot.currency} if profile.multicurrency else None,
        "ExchangeRate": snapshot.rate if foreign else None,
        "PayType": "CreditCard" if card else "Check",
        "CheckPayment": None if card else {"BankAccountRef": account},
        "CreditCardPayment": {"CCAccountRef": account} if card else None,
        "DocNumber": doc_number(clean_text(snapshot.number, None, profile.country)) or None,
        "PrivateNote": private_note(snapshot, profile.country) or None,
        "Line": [
            {"Amount": amount, "LinkedTxn": [{"TxnId": ref.id, "TxnType": ref.entity}]}
            for ref, amount in snapshot.allocations
        ],
    }


def read_bill_payment(body: dict) -> RemotePayment:
    """The figures of an answered BillPayment, which does not say itself what is left of it."""
    remote = read_payment(body)
    used = sum(
        (
            -amount if txn_type == "VendorCredit" else amount
            for (txn_type, _id), amount in remote.allocations.items()
        ),
        Decimal(0),
    )
    vendor = (body.get("VendorRef") or {}).get("value") or ""
    return replace(remote, party_id=vendor, unapplied=remote.total - used)
