"""Odoo's book beyond sales documents: bills, vendors' credits, expenses, and money both ways."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from decimal import Decimal
from typing import Any
from zoneinfo import ZoneInfo

from dev import rpc
from dev.books_model import ITEM, Document, Line, cents

Row = dict[str, Any]
MOVE, PAYMENT = "account.move", "account.payment"
BILL, CREDIT, BILL_PAYMENT = "Bill", "VendorCredit", "BillPayment"
PAID, PURCHASE, ENTRY = "Payment", "Purchase", "JournalEntry"
SALE, SALE_BACK, DEPOSIT = "SalesReceipt", "RefundReceipt", "Deposit"
FURTHER = (BILL, CREDIT, BILL_PAYMENT, PAID, PURCHASE, ENTRY, SALE, SALE_BACK, DEPOSIT)
BANK_LINE, TILL = "account.bank.statement.line", "pos.order"
MOVE_KINDS = {"in_invoice": BILL, "in_receipt": BILL, "in_refund": CREDIT}
#: kinds of what is settled, as a payment's line names it
SETTLED = ("Invoice", BILL, PURCHASE, DEPOSIT)
MONEY = ("asset_cash", "asset_current", "liability_credit_card", "liability_current")
OWED = ("asset_receivable", "liability_payable")


class FurtherBook:
    """Reads everything in scope in a handful of calls."""

    def __init__(self, odoo: rpc.Client, connection: Row):
        self.odoo = odoo
        self.company, self.cutoff = connection["company_id"][0], connection["cutoff_date"]
        self.purchases, self.till = connection["purchases_out"], connection["pos_policy"]
        fields = ["res_model", "res_id", "remote_type", "remote_id"]
        links = self._read("quickbooks.binding", [("state", "!=", "unlinked")], fields)
        item = self._read("quickbooks.mapping", [("kind", "=", "default_item")], ["reference_id"])
        #: what QuickBooks calls the item of what was sold without a product
        self.default = item[0]["reference_id"][1] if item else ""
        self.links = {
            (row["res_model"], row["res_id"], row["remote_type"]): row["remote_id"] or ""
            for row in links
        }

    def documents(self) -> list[Document]:
        moves, payments = self._moves(), self._payments()
        entries = {row["id"] for row in moves}
        entries |= {row["move_id"][0] for row in payments if row["move_id"]}
        uses = (PAID, BILL_PAYMENT)
        entries |= {row for model, row, kind in self.links if model == MOVE and kind in uses}
        bank_lines = self._bank_lines()
        entries |= {row["move_id"][0] for row in bank_lines}
        self.lines = self._lines(entries)
        self.settled = self._settled(entries)
        found = [self._bill(row) for row in moves]
        for row in payments:
            found += self._money(row)
        found += [self._of_bank(row) for row in bank_lines if self.settled[row["move_id"][0]]]
        return found + self._uses() + self._tills()

    def _read(self, model: str, domain: list[Any], fields: list[str]) -> list[Row]:
        return self.odoo.execute(model, "search_read", domain, fields, order="id")

    # -- what there is -------------------------------------------------------------------------

    def _moves(self) -> list[Row]:
        if not self.purchases:
            return []
        fields = ["name", "state", "date", "partner_id", "move_type", "amount_total"]
        rows = self._read(
            MOVE,
            [
                ("company_id", "=", self.company),
                ("move_type", "in", list(MOVE_KINDS)),
                ("state", "in", ["posted", "cancel"]),
                ("date", ">=", self.cutoff),
            ],
            [*fields, "amount_residual"],
        )
        kinds = {row["id"]: MOVE_KINDS[row["move_type"]] for row in rows}
        return [row for row in rows if self._exists(MOVE, row, kinds[row["id"]], "cancel")]

    def _payments(self) -> list[Row]:
        fields = ["name", "state", "date", "partner_id", "amount", "payment_type", "move_id"]
        fields += ["memo"]
        domain = [
            ("company_id", "=", self.company),
            ("state", "in", ["in_process", "paid", "canceled"]),
            ("date", ">=", self.cutoff),
        ]
        fields += ["partner_type", "payment_transaction_id", "source_payment_id"]
        fields += ["reconciled_invoice_ids"]
        rows = self._read(PAYMENT, domain, fields)
        spent = self._read(
            "account.move.line",
            [("expense_id", "!=", False), ("payment_id", "!=", False)],
            ["payment_id"],
        )
        expenses = {row["payment_id"][0] for row in spent}
        sales = {row["id"] for row in rows if _is_sale(row)}
        for row in rows:
            row["kind"] = _kind(row, row["id"] in expenses, sales)
        return [
            row
            for row in rows
            if row["kind"]
            and (self.purchases or row["partner_type"] == "customer")
            and (row["move_id"] or self._link(PAYMENT, row["id"], row["kind"]))
            and self._exists(PAYMENT, row, row["kind"], "canceled")
        ]

    def _bank_lines(self) -> list[Row]:
        """Lines of the bank; those that settle nothing are in neither book."""
        fields = ["payment_ref", "date", "partner_id", "amount", "move_id"]
        domain = [("company_id", "=", self.company), ("date", ">=", self.cutoff)]
        rows = self._read(BANK_LINE, domain, fields)
        return [{**row, "name": row["payment_ref"]} for row in rows]

    def _exists(self, model: str, row: Row, kind: str, cancelled: str) -> bool:
        """What was cancelled and is deleted there, or never was there, is in neither book."""
        return row["state"] != cancelled or bool(self._link(model, row["id"], kind))

    def _link(self, model: str, record: int, kind: str) -> str:
        return self.links.get((model, record, kind), "")

    def _lines(self, entries: set[int]) -> dict[int, list[Row]]:
        """Lines of the entries that are neither money nor owed, by entry."""
        rows = self._read(
            "account.move.line",
            [("move_id", "in", sorted(entries)), ("account_type", "not in", OWED)],
            ["move_id", "name", "account_id", "account_type", "amount_currency", "display_type"],
        )
        names = self._account_names()
        found: dict[int, list[Row]] = defaultdict(list)
        for row in rows:
            row["there"] = names.get(row["account_id"][0], "")
            found[row["move_id"][0]].append(row)
        return found

    def _account_names(self) -> dict[int, str]:
        """Accounts of Odoo → what QuickBooks calls the mapped one."""
        domain = [("kind", "=", "account"), ("reference_id", "!=", False)]
        rows = self._read("quickbooks.mapping", domain, ["res_id", "reference_id"])
        return {row["res_id"]: row["reference_id"][1] for row in rows}

    def _settled(self, entries: set[int]) -> dict[int, dict[str, Decimal]]:
        """What entries are matched with: entry → kind and id of the document there → amount."""
        rows = self._read(
            "account.partial.reconcile",
            ["|", ("debit_move_id.move_id", "in", sorted(entries)),
             ("credit_move_id.move_id", "in", sorted(entries))],
            ["debit_move_id", "credit_move_id", "debit_amount_currency", "credit_amount_currency"],
        )  # fmt: skip
        ends = {row[side][0] for row in rows for side in ("debit_move_id", "credit_move_id")}
        lines = self._read(
            "account.move.line", [("id", "in", sorted(ends))], ["move_id", "payment_id"]
        )
        owner = {row["id"]: row for row in lines}
        found: dict[int, dict[str, Decimal]] = defaultdict(lambda: defaultdict(Decimal))
        self.of_others: set[int] = set()
        for row in rows:
            for own, other in (("debit", "credit"), ("credit", "debit")):
                entry = owner[row[f"{own}_move_id"][0]]["move_id"][0]
                name = self._name_of(owner[row[f"{other}_move_id"][0]])
                if not name:
                    self.of_others.add(entry)
                elif entry in entries:
                    found[entry][name] += cents(row[f"{other}_amount_currency"])
        return found

    def _name_of(self, line: Row) -> str:
        """A settled document as QuickBooks' lines name it; '' of anything else."""
        record = (MOVE, line["move_id"][0])
        if line["payment_id"]:
            record = (PAYMENT, line["payment_id"][0])
        for kind in SETTLED:
            found = self.links.get((*record, kind))
            if found:
                return f"{kind} {found}"
        return ""

    # -- documents -----------------------------------------------------------------------------

    def _bill(self, row: Row) -> Document:
        kind = MOVE_KINDS[row["move_type"]]
        sign = -1 if kind == CREDIT else 1
        lines = [
            Line(
                ITEM, line["name"] or "", cents(sign * line["amount_currency"]), item=line["there"]
            )
            for line in self.lines[row["id"]]
        ]
        return _document(
            kind,
            self._link(MOVE, row["id"], kind),
            row,
            row["amount_total"],
            lines,
            left=cents(row["amount_residual"]),
            voided=row["state"] == "cancel",
        )

    def _of_bank(self, row: Row) -> Document:
        link = self._link(BANK_LINE, row["id"], PAID)
        return _document(PAID, link, row, row["amount"], self._as_lines(row["move_id"][0]))

    def _money(self, row: Row) -> list[Document]:
        """The payment, and the entry of what it writes off."""
        kind, voided = row["kind"], row["state"] == "canceled"
        entry = row["move_id"][0] if row["move_id"] else 0
        if entry in self.of_others and not self.settled[entry] and kind != PURCHASE:
            if not self._link(PAYMENT, row["id"], kind):
                return []  # all it settles stays out, being older than the cut-off
        others = [line for line in self.lines[entry] if line["there"]]
        if kind == PURCHASE and others:
            lines = [
                Line(ITEM, line["name"] or "", cents(line["amount_currency"]), item=line["there"])
                for line in others
            ]
        else:
            lines = [] if kind == PURCHASE else self._as_lines(entry)
        link = self._link(PAYMENT, row["id"], kind)
        found = [_document(kind, link, row, row["amount"], lines, voided=voided)]
        if kind == BILL_PAYMENT and self._link(PAYMENT, row["id"], PURCHASE):
            found = self._prepaid(row, lines, voided)
        if kind in (SALE, SALE_BACK):
            text = Line(ITEM, row["memo"] or row["name"], cents(row["amount"]), item=self.default)
            found = [_document(kind, link, row, row["amount"], [text], voided=voided)]
        elif row["payment_transaction_id"] and self._link(PAYMENT, row["id"], SALE):
            link = self._link(PAYMENT, row["id"], SALE)  # it was one before it was invoiced
            found.append(_document(SALE, link, row, 0, [], voided=True))
        if self.links.get((PAYMENT, row["id"], ENTRY)):
            lost = sum((Decimal(str(line["amount_currency"])) for line in others), Decimal(0))
            link = self._link(PAYMENT, row["id"], ENTRY)
            found.append(_document(ENTRY, link, row, abs(lost), [], voided=voided))
        return found

    def _prepaid(self, row: Row, lines: list[Line], voided: bool) -> list[Document]:
        """The money as an expense, and what bills use of it as a payment without any."""
        expense = self._link(PAYMENT, row["id"], PURCHASE)
        found = [_document(PURCHASE, expense, row, row["amount"], [], voided=voided)]
        link = self._link(PAYMENT, row["id"], BILL_PAYMENT)
        if lines:
            used = sum((line.amount for line in lines), cents(0))
            use = Line(ITEM, f"{PURCHASE} {expense}", used)
            found.append(_document(BILL_PAYMENT, link, row, 0, [*lines, use], voided=voided))
        return found

    def _as_lines(self, entry: int) -> list[Line]:
        return [
            Line(ITEM, name, amount)
            for name, amount in sorted(self.settled[entry].items())
            if amount
        ]

    def _uses(self) -> list[Document]:
        """Payments without money by which credits are used."""
        found = []
        for (model, record, kind), link in self.links.items():
            if model != MOVE or kind not in (PAID, BILL_PAYMENT) or not link:
                continue
            row = self._read(MOVE, [("id", "=", record)], ["name", "date", "partner_id", "state"])[
                0
            ]
            lines = self._as_lines(record)
            found.append(_document(kind, link, row, 0, lines, voided=not lines))
        return found

    def _tills(self) -> list[Document]:
        """Orders of the point of sale, where it is installed and they are sent."""
        if self.till != "receipt":
            return []
        domain = [
            ("company_id", "=", self.company),
            ("state", "in", ["paid", "done"]),
            ("account_move", "=", False),
        ]
        fields = ["name", "date_order", "partner_id", "amount_total"]
        orders = self._read(TILL, domain, fields)
        sold = self._read(
            f"{TILL}.line",
            [("order_id", "in", [row["id"] for row in orders])],
            ["order_id", "full_product_name", "product_id", "price_subtotal"],
        )
        found = []
        for row in orders:
            kind = SALE if row["amount_total"] > 0 else SALE_BACK
            lines = [
                Line(
                    ITEM,
                    line["full_product_name"] or line["product_id"][1],
                    cents(abs(line["price_subtotal"])),
                    item=line["product_id"][1].partition("] ")[2] or line["product_id"][1],
                )
                for line in sold
                if line["order_id"][0] == row["id"]
            ]
            dated = {**row, "date": self._day(row["date_order"])}
            link, total = self._link(TILL, row["id"], kind), abs(row["amount_total"])
            found.append(_document(kind, link, dated, total, lines))
        return found

    def _day(self, moment: str) -> str:
        """The day of a moment, where the one who plays is."""
        zone = ZoneInfo(self.odoo.session["user_context"].get("tz") or "UTC")
        return datetime.fromisoformat(f"{moment}+00:00").astimezone(zone).date().isoformat()


def _is_sale(row: Row) -> bool:
    """Paid online, and settling no invoice: a sale by itself."""
    online = row["payment_type"] == "inbound" and row["payment_transaction_id"]
    return bool(online) and not row["reconciled_invoice_ids"]


def _kind(row: Row, expense: bool, sales: set[int]) -> str:
    way = row["payment_type"], row["partner_type"]
    if row["id"] in sales:
        return SALE
    if row["source_payment_id"] and row["source_payment_id"][0] in sales:
        return SALE_BACK
    if expense or way == ("outbound", "customer"):
        return PURCHASE
    return {
        ("inbound", "customer"): PAID,
        ("outbound", "supplier"): BILL_PAYMENT,
        ("inbound", "supplier"): DEPOSIT,
    }.get(way, "")


def _document(
    kind: str,
    link: str,
    row: Row,
    total: Any,
    lines: list[Line],
    *,
    left: Decimal | None = None,
    voided: bool = False,
) -> Document:
    """Only what such documents have; a date of ours is QuickBooks' unless it is a use of credit,
    which has the day of the later document."""
    return Document(
        id=link,
        number=row["name"] or "",
        date=row["date"],
        due_date="",
        customer=row["partner_id"][1] if row["partner_id"] else "",
        customer_email="",
        email="",
        lines=tuple(lines),
        untaxed=cents(0),
        tax=cents(0),
        total=cents(total),
        voided=voided,
        kind=kind,
        left=left,
    )
