"""Odoo's book: invoices, lines, taxes and partners as Odoo has them, not as they were sent."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from dev import rpc
from dev.books_model import CREDIT, INVOICE, ITEM, TEXT, Book, Document, Line, cents

TEXT_LINES = ("line_section", "line_subsection", "line_note")
ITEM_LINES = ("product", "rounding")
KINDS = {"out_invoice": INVOICE, "out_refund": CREDIT}
Row = dict[str, Any]


class OdooBook:
    """Reads everything in scope in a handful of calls."""

    def __init__(self, odoo: rpc.Client):
        self.odoo = odoo
        fields = ["company_id", "cutoff_date", "number_policy", "purchases_out"]
        fields += ["attachment_since", "pos_policy"]
        self.connection = odoo.execute("quickbooks.connection", "search_read", [], fields)[0]

    @property
    def keeps_number(self) -> bool:
        return self.connection["number_policy"] == "odoo"

    def read(self) -> Book:
        moves = self._moves()
        lines = self._lines({move["id"]: KINDS[move["move_type"]] for move in moves})
        partners = self._partners(moves)
        documents = (_document(move, lines.get(move["id"], []), partners) for move in moves)
        names = {"Customer": self._linked("Customer"), "Item": self._linked("Item")}
        return Book(self.connection["company_id"][1], tuple(documents), names)

    def _moves(self) -> list[Row]:
        """What has to be in QuickBooks. One cancelled before it was ever there has no number."""
        domain = [
            ("company_id", "=", self.connection["company_id"][0]),
            ("move_type", "in", list(KINDS)),
            ("state", "in", ["posted", "cancel"]),
            ("invoice_date", ">=", self.connection["cutoff_date"]),
            "|",
            ("state", "=", "posted"),
            ("posted_before", "=", True),
        ]
        fields = ["name", "state", "invoice_date", "invoice_date_due", "partner_id"]
        fields += [
            "commercial_partner_id",
            "amount_untaxed",
            "amount_tax",
            "amount_total",
            "amount_residual",
            "move_type",
            "qbo_id",
        ]
        return self.odoo.execute(
            "account.move", "search_read", domain, fields, order="invoice_date, name, id"
        )

    def _lines(self, moves: dict[int, str]) -> dict[int, list[Line]]:
        domain = [
            ("move_id", "in", list(moves)),
            ("display_type", "in", [*TEXT_LINES, *ITEM_LINES]),
        ]
        fields = ["move_id", "display_type", "name", "quantity", "price_unit", "discount"]
        fields += ["price_subtotal", "amount_currency", "tax_ids", "product_id"]
        rows = self.odoo.execute(
            "account.move.line", "search_read", domain, fields, order="sequence, id"
        )
        taxes = {tax for row in rows for tax in row["tax_ids"]}
        amounts = self.odoo.execute("account.tax", "read", list(taxes), ["amount"])
        taxing = {tax["id"] for tax in amounts if tax["amount"]}
        items = self._items([row["product_id"][0] for row in rows if row["product_id"]])
        lines: dict[int, list[Line]] = {}
        for row in rows:
            move = row["move_id"][0]
            lines.setdefault(move, []).append(_line(row, moves[move], taxing, items))
        return lines

    def _items(self, products: list[int]) -> dict[int | bool, str]:
        """Names of products without their codes; a line without product has the mapped item's."""
        rows = self.odoo.execute(
            "product.product",
            "read",
            list(set(products)),
            ["display_name"],
            context={"display_default_code": False},
        )
        default = self.odoo.execute(
            "quickbooks.mapping", "search_read", [("kind", "=", "default_item")], ["reference_id"]
        )
        names: dict[int | bool, str] = {row["id"]: row["display_name"] for row in rows}
        names[False] = default[0]["reference_id"][1] if default else ""
        return names

    def _partners(self, moves: list[Row]) -> dict[int, Row]:
        ids = {
            move[field][0] for move in moves for field in ("partner_id", "commercial_partner_id")
        }
        rows = self.odoo.execute("res.partner", "read", list(ids), ["name", "email"])
        return {row["id"]: row for row in rows}

    def _linked(self, kind: str) -> dict[str, str]:
        """Everything of a kind that is known to QuickBooks, by its id there; a customer may be a
        contact, one of its currencies or a project."""
        links = [
            ("remote_type", "=", kind),
            ("state", "!=", "unlinked"),
            ("remote_id", "!=", False),
        ]
        rows = self.odoo.execute(
            "quickbooks.binding", "search_read", links, ["local_name", "remote_id"]
        )
        return {row["remote_id"]: row["local_name"] or "" for row in rows}


def _line(row: Row, kind: str, taxing: set[int], items: dict[int | bool, str]) -> Line:
    if row["display_type"] in TEXT_LINES:
        return Line(TEXT, row["name"] or "")
    if row["display_type"] == "rounding":
        amount = row["amount_currency"] * (1 if kind == CREDIT else -1)
        return Line(ITEM, row["name"] or "", cents(amount), item=items[False])
    return Line(
        ITEM,
        row["name"] or "",
        cents(row["price_subtotal"]),
        Decimal(str(row["quantity"])),
        Decimal(str(row["price_unit"])),
        Decimal(str(row["discount"])),
        bool(taxing & set(row["tax_ids"])),
        items[row["product_id"] and row["product_id"][0]],
    )


def _document(move: Row, lines: list[Line], partners: dict[int, Row]) -> Document:
    customer = partners[move["commercial_partner_id"][0]]
    contact = partners[move["partner_id"][0]]
    kind = KINDS[move["move_type"]]
    due = move["invoice_date_due"] or move["invoice_date"]
    return Document(
        id=move["qbo_id"] or "",
        number=move["name"],
        date=move["invoice_date"],
        due_date=due if kind == INVOICE else "",
        customer=customer["name"],
        customer_email=customer["email"] or "",
        email=contact["email"] or customer["email"] or "",
        lines=tuple(lines),
        untaxed=cents(move["amount_untaxed"]),
        tax=cents(move["amount_tax"]),
        total=cents(move["amount_total"]),
        voided=move["state"] == "cancel",
        kind=kind,
        left=cents(move["amount_residual"]) if kind == CREDIT else None,
    )
