"""Bills, credits of vendors, expenses and money of both books, held against each other."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from decimal import Decimal
from typing import Any

from dev import rpc
from dev.books_compare import Comparison
from dev.books_further_odoo import (
    BILL,
    BILL_PAYMENT,
    CREDIT,
    DEPOSIT,
    ENTRY,
    FURTHER,
    PAID,
    PURCHASE,
    SALE,
    SALE_BACK,
    FurtherBook,
)
from dev.books_model import ITEM, Document, Line, cents, words
from dev.books_simulator import Simulator

Row = dict[str, Any]
#: what a payment's lines call a settled document
LINKED = {
    "Invoice": "Invoice",
    "Bill": BILL,
    "Expense": PURCHASE,
    "Check": PURCHASE,
    "Deposit": DEPOSIT,
}
#: accounts on which an entry changes what somebody owes
OWED = ("Accounts Receivable", "Accounts Payable")
PARTIES = ("CustomerRef", "VendorRef", "EntityRef")


def compare(
    odoo: rpc.Client, connection: Row, simulator: Simulator, before: dict[str, frozenset[str]]
) -> list[Comparison]:
    """One comparison for each document of Odoo, and for each that is only in QuickBooks although
    it was not there ``before``: money that had come in there is taken into Odoo as well."""
    theirs = {(row.kind, row.id): row for row in _documents(simulator)}
    comparisons = []
    for ours in FurtherBook(odoo, connection).documents():
        comparison = Comparison(ours, theirs.pop((ours.kind, ours.id), None))
        if comparison.theirs is None:
            comparison.claim(False, f"{ours.kind} is not in QuickBooks")
        else:
            _check(comparison, ours, comparison.theirs)
        comparisons.append(comparison)
    for left in theirs.values():
        if left.id in before.get(left.kind, ()):
            continue
        stray = Comparison(None, left)
        stray.claim(False, f"{left.kind} {left.id} is only in QuickBooks")
        comparisons.append(stray)
    return comparisons


def _check(comparison: Comparison, ours: Document, theirs: Document) -> None:
    check, voided = comparison.check, ours.voided
    check("voided", voided, theirs.voided)
    check("total", cents(0) if voided else ours.total, theirs.total)
    if theirs.customer:  # an expense may be nobody's
        check("party", _begins(ours.customer, theirs.customer), True)
    if theirs.total:  # the use of a credit is dated by the later document
        check("date", ours.date, theirs.date)
    if ours.left is not None and not voided:
        check("left", ours.left, theirs.left)
    if ours.kind != ENTRY and ours.lines and not voided:
        check("lines", sorted(map(_told, ours.lines)), sorted(map(_told, theirs.lines)))


def _begins(ours: str, theirs: str) -> bool:
    """Names are told apart there by additions; contacts are called after their company here."""
    here, there = words(ours), words(theirs)
    return here.startswith(there) or there.startswith(here) or here.endswith(there)


def _told(line: Line) -> tuple[str, str, Decimal]:
    return words(line.text), words(line.item), line.amount


# QuickBooks


def _documents(simulator: Simulator) -> Iterable[Document]:
    names = {
        row["Id"]: row["DisplayName"]
        for kind in ("Customer", "Vendor", "Employee")
        for row in simulator.entities(kind)
    }
    types = {row["Id"]: row["AccountType"] for row in simulator.entities("Account")}
    for kind in FURTHER:
        for row in simulator.entities(kind):
            yield _document(kind, row, names, types)


def _document(kind: str, row: Row, names: dict[str, str], types: dict[str, str]) -> Document:
    note = row.get("PrivateNote") or ""
    party = next((row[key]["value"] for key in PARTIES if row.get(key)), "")
    if kind == DEPOSIT:  # only its lines name somebody, and those of sales do not
        details = [line.get("DepositLineDetail") or {} for line in row["Line"]]
        party = next((detail["Entity"]["value"] for detail in details if "Entity" in detail), "")
    total = _written_off(row, types) if kind == ENTRY else row["TotalAmt"]
    return Document(
        id=row["Id"],
        number=row.get("DocNumber") or row.get("PaymentRefNum") or "",
        date=row["TxnDate"],
        due_date="",
        customer=names.get(party, ""),
        customer_email="",
        email="",
        lines=tuple(_lines(kind, row)),
        untaxed=cents(0),
        tax=cents(0),
        total=cents(total),
        voided=note.startswith("Voided"),
        note=note,
        kind=kind,
        left=cents(row["Balance"]) if kind in (BILL, CREDIT) else None,
    )


def _written_off(row: Row, types: dict[str, str]) -> Decimal:
    """What an entry moves on receivables or payables."""
    return sum(
        (
            Decimal(line["Amount"])
            for line in row["Line"]
            if types.get(line["JournalEntryLineDetail"]["AccountRef"]["value"]) in OWED
        ),
        Decimal(0),
    )


def _lines(kind: str, row: Row) -> Iterable[Line]:
    if kind in (PAID, BILL_PAYMENT):
        return _settled(row)
    return _sold(row) if kind in (SALE, SALE_BACK) else _spent(row)


def _sold(row: Row) -> Iterable[Line]:
    for line in row["Line"]:
        detail = line.get("SalesItemLineDetail")
        if detail:
            item = detail["ItemRef"].get("name") or ""
            yield Line(ITEM, line.get("Description") or "", cents(line["Amount"]), item=item)


def _settled(row: Row) -> Iterable[Line]:
    """Invoices, bills and refunds a payment settles; credits and entries it uses are left out."""
    found: dict[str, Decimal] = defaultdict(Decimal)
    for line in row.get("Line") or ():
        for link in line["LinkedTxn"]:
            if link["TxnType"] in LINKED:
                found[f"{LINKED[link['TxnType']]} {link['TxnId']}"] += Decimal(line["Amount"])
    return [Line(ITEM, name, cents(amount)) for name, amount in sorted(found.items())]


def _spent(row: Row) -> Iterable[Line]:
    for line in row.get("Line") or ():
        detail = line.get("AccountBasedExpenseLineDetail")
        if detail:
            account = detail["AccountRef"].get("name") or ""
            text = line.get("Description") or ""
            yield Line(ITEM, text, cents(line["Amount"]), item=account.rpartition(":")[2])
