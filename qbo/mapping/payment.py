"""Payment payloads and readings (FACTS 5.12, 7.6)."""

from __future__ import annotations

from decimal import Decimal

from ..model import CompanyProfile, PaymentSnapshot, RemotePayment
from ..money import dec
from ..names import clean_text, doc_number
from .document import private_note, read_document


def payment(snapshot: PaymentSnapshot, profile: CompanyProfile) -> dict:
    """Every owned attribute of a Payment; ``None`` marks one that is empty in Odoo.

    One line per invoice, and one for the entry of a write-off: QBO tells by the side of its
    receivables whether it is a credit used or a charge paid. What the lines do not use up is QBO's
    unapplied amount. Without a deposit account QBO takes Undeposited Funds; no money, no account.
    """
    foreign = profile.multicurrency and snapshot.currency != profile.home_currency
    return {
        "CustomerRef": snapshot.customer.payload,
        "TxnDate": snapshot.date,
        "TotalAmt": snapshot.total,
        "CurrencyRef": {"value": snapshot.currency} if profile.multicurrency else None,
        "ExchangeRate": snapshot.rate if foreign else None,
        "PaymentMethodRef": snapshot.method.payload if snapshot.method else None,
        "DepositToAccountRef": (
            snapshot.deposit_account.payload
            if snapshot.deposit_account and snapshot.total
            else None
        ),
        "PaymentRefNum": doc_number(clean_text(snapshot.number, None, profile.country)) or None,
        "PrivateNote": private_note(snapshot, profile.country) or None,
        "Line": [
            {"Amount": amount, "LinkedTxn": [{"TxnId": ref.id, "TxnType": ref.entity}]}
            for ref, amount in (*snapshot.allocations, *filter(None, (snapshot.write_off,)))
        ],
    }


def read_payment(body: dict) -> RemotePayment:
    """The figures of an answered Payment; a void has no lines and no amount (FACTS 7.5)."""
    document = read_document(body)
    allocations: dict[tuple[str, str], Decimal] = {}
    for line in body.get("Line") or ():
        for link in line.get("LinkedTxn") or ():
            key = (link["TxnType"], link["TxnId"])
            allocations[key] = allocations.get(key, Decimal(0)) + dec(line["Amount"])
    return RemotePayment(
        id=document.id,
        sync_token=document.sync_token,
        date=document.date,
        party_id=document.party_id,
        currency=document.currency,
        total=document.total,
        unapplied=dec(body.get("UnappliedAmt") or 0),
        allocations=allocations,
        voided=document.voided,
    )
