"""BillPayment payloads and readings (FACTS 5.14, 7.6)."""

from __future__ import annotations

from dataclasses import replace
from decimal import Decimal

from ..model import CompanyProfile, PaymentSnapshot, RemotePayment
from ..names import clean_text, doc_number
from .document import private_note
from .payment import read_payment

CARD = "Credit Card"
#: What reduces the money of a BillPayment: credits, and money paid to the vendor before.
CREDITS = frozenset({"VendorCredit", "Expense", "Check", "CreditCardCredit"})


def bill_payment(snapshot: PaymentSnapshot, profile: CompanyProfile, account_type: str) -> dict:
    """Every owned attribute of a BillPayment; ``None`` marks one that is empty in Odoo.

    One line per bill it pays, per credit it uses (a vendor credit, money paid before) and for the
    entry of a discount, all positive; the total is what left the account, zero when credits alone
    settle bills. What bills do not use up becomes a credit of the vendor.

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
            for ref, amount in (*snapshot.allocations, *filter(None, (snapshot.write_off,)))
        ],
    }


def read_bill_payment(body: dict) -> RemotePayment:
    """The figures of an answered BillPayment, which does not say itself what is left of it.

    Nor does it say on which side an entry among its lines stands: one is a credit when the rest
    would not pay for all the others, because never more of it is used than is needed.
    """
    remote = read_payment(body)
    rest, entries = remote.total, Decimal(0)
    for (txn_type, _id), amount in remote.allocations.items():
        if txn_type == "JournalEntry":
            entries += amount
        else:
            rest += amount if txn_type in CREDITS else -amount
    vendor = (body.get("VendorRef") or {}).get("value") or ""
    left = rest + entries if rest < 0 else rest - entries
    return replace(remote, party_id=vendor, unapplied=left)
