"""The journal entry of what a payment writes off (FACTS 5.18, 7.6, 14#61)."""

from __future__ import annotations

from decimal import Decimal

from ..model import CompanyProfile, Ref, WriteOffSnapshot
from ..money import dec
from ..names import clean_text
from .document import LINE_TEXT_LIMIT, private_note

DETAIL = "JournalEntryLineDetail"


def write_off(snapshot: WriteOffSnapshot, profile: CompanyProfile) -> dict:
    """Every owned attribute of the JournalEntry: a line for each account, and one on the
    customer's receivables (or the vendor's payables) against them, which a Payment (a BillPayment)
    then links to.
    """
    foreign = profile.multicurrency and snapshot.currency != profile.home_currency
    party = {"Type": snapshot.customer.entity, "EntityRef": snapshot.customer.payload}
    lines = [
        entry_line(account, amount, clean_text(text, LINE_TEXT_LIMIT, profile.country))
        for account, text, amount in snapshot.parts
        if amount
    ]
    return {
        "TxnDate": snapshot.date,
        "CurrencyRef": {"value": snapshot.currency} if profile.multicurrency else None,
        "ExchangeRate": snapshot.rate if foreign else None,
        "PrivateNote": private_note(snapshot, profile.country) or None,
        "Line": [*lines, entry_line(snapshot.receivable, -snapshot.amount, Entity=party)],
    }


def entry_line(account: Ref, amount: Decimal, text: str = "", **more: dict) -> dict:
    """One line; amounts are never negative there (2290), the posting type tells the side."""
    posting = "Debit" if amount > 0 else "Credit"
    detail = {"PostingType": posting, "AccountRef": account.payload, **more}
    line = {"DetailType": DETAIL, "Amount": abs(amount), DETAIL: detail}
    return {**line, "Description": text} if text else line


def postings(body: dict) -> list[tuple[str, Decimal]]:
    """Account and amount of every line of a payload or an answer, debit positive, in one order."""
    found = []
    for line in body.get("Line") or ():
        detail = line.get(DETAIL)
        if detail:
            sign = 1 if detail["PostingType"] == "Debit" else -1
            found.append((detail["AccountRef"]["value"], sign * dec(line["Amount"])))
    return sorted(found)


def written_off(body: dict) -> tuple[str, Decimal]:
    """Customer or vendor and amount of a payload or an answer, as in the snapshot: a credit is
    above zero."""
    for line in body.get("Line") or ():
        detail = line.get(DETAIL) or {}
        entity = (detail.get("Entity") or {}).get("EntityRef")
        if entity:
            sign = 1 if detail["PostingType"] == "Credit" else -1
            return entity["value"], sign * dec(line["Amount"])
    return "", Decimal(0)
