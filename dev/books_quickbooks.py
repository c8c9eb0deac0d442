"""QuickBooks' book: what the simulator holds, read through its window for onlookers."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dev.books_further_odoo import FURTHER
from dev.books_model import CREDIT, INVOICE, ITEM, TEXT, Book, Document, Line, cents, split_discount
from dev.books_simulator import Simulator

DOCUMENTS = (INVOICE, CREDIT)
KINDS = (*DOCUMENTS, "Customer", "Item")
#: Names share one space, so a customer may have to add something to a name that is taken.
OTHER_NAMES = ("Vendor", "Employee")
Row = dict[str, Any]


def present(simulator: Simulator) -> dict[str, frozenset[str]]:
    """Ids of everything there is, by kind."""
    kinds = (*KINDS, *FURTHER)
    return {kind: frozenset(row["Id"] for row in simulator.entities(kind)) for kind in kinds}


def read(simulator: Simulator, before: dict[str, frozenset[str]]) -> Book:
    """The documents that were not there ``before``, and the names and items added since."""
    customers = {row["Id"]: row for row in simulator.entities("Customer")}
    held = {row["DisplayName"] for kind in OTHER_NAMES for row in simulator.entities(kind)}
    items = {row["Id"]: row for row in simulator.entities("Item")}
    documents = [
        _document(kind, row, customers, held, items)
        for kind in DOCUMENTS
        for row in simulator.entities(kind)
        if row["Id"] not in before.get(kind, ())
    ]
    names = {
        "Customer": _added(customers, before.get("Customer", frozenset()), "DisplayName"),
        "Item": _added(items, before.get("Item", frozenset()), "Name"),
    }
    return Book(simulator.entities("CompanyInfo")[0]["CompanyName"], tuple(documents), names)


def _added(rows: dict[str, Row], before: frozenset[str], name: str) -> dict[str, str]:
    return {key: row[name] for key, row in rows.items() if key not in before}


def _document(
    kind: str, row: Row, customers: dict[str, Row], held: set[str], items: dict[str, Row]
) -> Document:
    customer = customers[row["CustomerRef"]["value"]]
    if customer.get("Job") and customer.get("ParentRef"):
        customer = customers[customer["ParentRef"]["value"]]  # a project of the contact
    currency = (row.get("CurrencyRef") or {}).get("value")
    name = customer["DisplayName"].removesuffix(f" ({currency})")
    lines = [
        _line(line, items) for line in row["Line"] if line["DetailType"] != "SubTotalLineDetail"
    ]
    note = row.get("PrivateNote") or ""
    return Document(
        id=row["Id"],
        number=row.get("DocNumber") or "",
        date=row["TxnDate"],
        due_date=row.get("DueDate") or "",
        customer=_plain_name(name, held),
        customer_email=_address(customer.get("PrimaryEmailAddr")),
        email=_address(row.get("BillEmail")),
        lines=tuple(lines),
        untaxed=sum((line.amount for line in lines), cents(0)),
        tax=cents((row.get("TxnTaxDetail") or {}).get("TotalTax")),
        total=cents(row["TotalAmt"]),
        voided=note.startswith("Voided") and not row["TotalAmt"],
        note=note,
        kind=kind,
        left=cents(row["RemainingCredit"]) if kind == CREDIT else None,
    )


def _plain_name(name: str, held: set[str]) -> str:
    """``Mugs (Customer)`` is called Mugs when a vendor or employee has that name there."""
    base, _, addition = name.partition(" (")
    return base if addition.endswith(")") and base in held else name


def _address(value: Row | None) -> str:
    return (value or {}).get("Address") or ""


def _line(line: Row, items: dict[str, Row]) -> Line:
    text = line.get("Description") or ""
    detail = line.get("SalesItemLineDetail")
    if detail is None:
        # Anything but a text is something Odoo never has, and shows up by its type.
        kind = TEXT if line["DetailType"] == "DescriptionOnly" else line["DetailType"]
        return Line(kind, text, cents(line.get("Amount")))
    text, discount = split_discount(text)
    return Line(
        ITEM,
        text,
        cents(line["Amount"]),
        _number(detail.get("Qty")),
        _number(detail.get("UnitPrice")),
        discount,
        detail.get("TaxCodeRef", {}).get("value") not in (None, "NON"),
        items[detail["ItemRef"]["value"]]["Name"],
    )


def _number(value: Decimal | int | None) -> Decimal | None:
    return None if value is None else Decimal(value)
