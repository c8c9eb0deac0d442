"""Payments, balances and names of both books, held against each other to the cent."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from dev import rpc
from dev.books_model import cents
from dev.books_simulator import Simulator
from dev.scenario_invoices import MOVE

PAYMENT = "account.payment"
STANDING = ("in_process", "paid")
Row = dict[str, Any]
Applied = dict[str, Decimal]
Before = dict[str, frozenset[str]]


@dataclass
class Findings:
    """:ivar figures: compared; losses and differences are sentences"""

    documents: int = 0
    figures: int = 0
    losses: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)

    def check(self, what: str, ours: Any, theirs: Any) -> None:
        self.figures += 1
        if ours != theirs:
            self.differences.append(f"{what}: Odoo has {ours}, QuickBooks has {theirs}")


def compare(odoo: rpc.Client, simulator: Simulator, before: Before) -> Findings:
    """:param before: ids by kind of what was in QuickBooks from the start"""
    found = Findings()
    own = before["Payment"]
    remote = {row["Id"]: row for row in simulator.entities("Payment") if row["Id"] not in own}
    _compare_payments(odoo, remote, found)
    _compare_balances(odoo, simulator, found)
    _compare_names(odoo, simulator, before, found)
    return found


def _compare_payments(odoo: rpc.Client, remote: dict[str, Row], found: Findings) -> None:
    fields = ["name", "state", "amount", "date", "qbo_id", "move_id"]
    domain = [("payment_type", "=", "inbound"), ("partner_type", "=", "customer")]
    ours = odoo.execute(PAYMENT, "search_read", domain, fields, order="id")
    applied = _applied(odoo, [row["move_id"][0] for row in ours if row["move_id"]])
    for row in ours:
        theirs = remote.pop(row["qbo_id"], None)
        stands = row["state"] in STANDING
        if theirs is None and not stands and not row["qbo_id"]:
            continue  # cancelled before it was ever sent
        found.documents += 1
        if theirs is None:
            found.losses.append(f"{row['name']} ({row['state']}) is not in QuickBooks")
            continue
        name = row["name"]
        found.check(f"{name}, amount", cents(row["amount"] if stands else 0), _money(theirs))
        found.check(f"{name}, date", row["date"], theirs["TxnDate"])
        wanted = applied.get(row["move_id"] and row["move_id"][0], {}) if stands else {}
        found.check(f"{name}, applied", wanted, _applied_there(theirs))
    for row in remote.values():
        found.differences.append(
            f"payment {row['Id']} of {_money(row)} is only in QuickBooks: {row.get('PrivateNote')}"
        )


def _money(row: Row) -> Decimal:
    return cents(row["TotalAmt"])


def _applied(odoo: rpc.Client, moves: list[int]) -> dict[int, Applied]:
    """What payments settle in Odoo: entry of the payment → QuickBooks id of invoice → amount."""
    partials = odoo.execute(
        "account.partial.reconcile",
        "search_read",
        [("credit_move_id.move_id", "in", moves)],
        ["credit_move_id", "debit_move_id", "amount"],
    )
    lines = {row[side][0] for row in partials for side in ("credit_move_id", "debit_move_id")}
    entries = odoo.execute("account.move.line", "read", list(lines), ["move_id"])
    move_of = {row["id"]: row["move_id"][0] for row in entries}
    remote = {
        row["id"]: row["qbo_id"]
        for row in odoo.execute(MOVE, "read", list(set(move_of.values())), ["qbo_id"])
    }
    result: dict[int, Applied] = defaultdict(lambda: defaultdict(Decimal))
    for row in partials:
        invoice = remote[move_of[row["debit_move_id"][0]]]
        result[move_of[row["credit_move_id"][0]]][invoice] += cents(row["amount"])
    return {move: dict(amounts) for move, amounts in result.items()}


def _applied_there(row: Row) -> Applied:
    result: Applied = defaultdict(Decimal)
    for line in row.get("Line") or []:
        for link in line["LinkedTxn"]:
            result[link["TxnId"]] += cents(line["Amount"])
    return dict(result)


def _compare_balances(odoo: rpc.Client, simulator: Simulator, found: Findings) -> None:
    """What is still open of each invoice."""
    remote = {row["Id"]: row for row in simulator.entities("Invoice")}
    domain = [("move_type", "=", "out_invoice"), ("state", "=", "posted"), ("qbo_id", "!=", False)]
    for row in odoo.execute(MOVE, "search_read", domain, ["name", "amount_residual", "qbo_id"]):
        theirs = remote.get(row["qbo_id"])
        if theirs:  # a loss is somebody else's finding
            ours = cents(row["amount_residual"])
            found.check(f"{row['name']}, open", ours, cents(theirs.get("Balance")))


def _compare_names(odoo: rpc.Client, simulator: Simulator, before: Before, found: Findings) -> None:
    """Telephone numbers and prices: what else the load changes. What was found in QuickBooks and
    linked keeps what people entered there."""
    customers = {row["Id"]: row for row in simulator.entities("Customer")}
    for row in _linked(odoo, "res.partner", ["name", "phone"]):
        theirs = customers.get(row["qbo_id"])
        if theirs is None:
            found.losses.append(f"customer {row['name']} is not in QuickBooks")
        elif theirs["Id"] not in before["Customer"]:
            phone = (theirs.get("PrimaryPhone") or {}).get("FreeFormNumber")
            found.check(f"{row['name']}, phone", row["phone"] or None, phone)
    items = {row["Id"]: row for row in simulator.entities("Item")}
    for row in _linked(odoo, "product.product", ["name", "lst_price"]):
        theirs = items.get(row["qbo_id"])
        if theirs is None:
            found.losses.append(f"item {row['name']} is not in QuickBooks")
        elif theirs["Id"] not in before["Item"]:
            found.check(f"{row['name']}, price", cents(row["lst_price"]), _price(theirs))


def _price(item: Row) -> Decimal:
    return cents(item.get("UnitPrice"))


def _linked(odoo: rpc.Client, model: str, fields: list[str]) -> list[Row]:
    rows = odoo.execute(model, "search_read", [("qbo_state", "!=", "none")], [*fields, "qbo_id"])
    return [row for row in rows if row["qbo_id"]]
