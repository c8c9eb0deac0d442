"""What no ledger shows: whose project a document belongs to, who is charged, hours and files."""

from __future__ import annotations

import math
from typing import Any

from .ledgers import Links
from .quickbooks import QuickBooks

Env = Any
Row = dict[str, Any]
#: types of documents of customers, and QuickBooks' name
SALES = {"out_invoice": "Invoice", "out_refund": "CreditMemo"}
COSTS = {"in_invoice": "Bill", "in_receipt": "Bill", "entry": "Purchase"}


def judge(env: Env, quickbooks: QuickBooks, links: Links) -> tuple[dict[str, int], list[str]]:
    """:return: how much was compared, by what it is, and what differs"""
    counts, wrongs = {}, []
    idents = {(subject, kind): ident for (kind, ident), subject in links.subjects.items()}
    for what, compare in (
        ("documents of projects", _sales),
        ("costs of projects", _costs),
        ("hours", _hours),
        ("files", _files),
    ):
        counts[what], found = compare(env, quickbooks, idents)
        wrongs += found
    return counts, wrongs


Idents = dict[tuple[tuple[str, int], str], str]


def _project_of(env: Env, lines: Any) -> Any:
    accounts = {int(ident) for line in lines for ident in line.analytic_distribution or {}}
    return env["project.project"].search([("account_id", "in", list(accounts))])


def _tracked(env: Env, *more: Any) -> Any:
    """Posted lines that are charged to something."""
    lines = env["account.move.line"].search(
        [("company_id", "=", env.company.id), ("parent_state", "=", "posted"), *more]
    )
    return lines.filtered("analytic_distribution")


def _sales(env: Env, quickbooks: QuickBooks, idents: Idents) -> tuple[int, list[str]]:
    """They are the sub-customer's."""
    moves = _tracked(env, ("move_id.move_type", "in", list(SALES))).move_id
    books, wrongs = {kind: quickbooks.all(kind) for kind in SALES.values()}, []
    for move in moves:
        kind, project = SALES[move.move_type], _project_of(env, move.invoice_line_ids)
        row = books[kind].get(idents.get((("account.move", move.id), kind), "")) or {}
        customer = idents.get((("project.project", project.id), "Customer"))
        there = (row.get("CustomerRef") or {}).get("value")
        if not customer or there != customer:
            wrongs.append(f"{move.name} of {project.name} ({customer}) is {there}'s there")
    return len(moves), wrongs


def _costs(env: Env, quickbooks: QuickBooks, idents: Idents) -> tuple[int, list[str]]:
    """Lines of bills and expenses name the sub-customer, who is charged for them."""
    found = _tracked(env, ("move_id.move_type", "in", list(COSTS)))
    books, wrongs = {kind: quickbooks.all(kind) for kind in COSTS.values()}, []
    for move in found.move_id:
        kind, subject = COSTS[move.move_type], ("account.move", move.id)
        if kind == "Purchase":
            subject = ("account.payment", move.origin_payment_id.id)
        row = books[kind].get(idents.get((subject, kind), "")) or {"Line": []}
        ours = sorted(
            (idents.get((("project.project", project.id), "Customer"), ""), f"{line.balance:.2f}")
            for line in found
            if line.move_id == move
            for project in _project_of(env, line)
        )
        theirs = sorted(_charged(row))
        if ours != theirs:
            wrongs.append(f"{move.name} is charged to {ours} here and to {theirs} there")
    return len(found), wrongs


def _charged(row: Row) -> list[tuple[str, str]]:
    details = [(line, line.get("AccountBasedExpenseLineDetail") or {}) for line in row["Line"]]
    return [
        (detail["CustomerRef"]["value"], f"{line['Amount']:.2f}")
        for line, detail in details
        if detail.get("CustomerRef") and detail.get("BillableStatus") == "Billable"
    ]


def _hours(env: Env, quickbooks: QuickBooks, idents: Idents) -> tuple[int, list[str]]:
    """Each line of a timesheet, to the minute."""
    line = env["account.analytic.line"]
    theirs = quickbooks.all("TimeActivity")
    if "employee_id" not in line._fields:
        return 0, [f"TimeActivity {ident} belongs to nobody" for ident in theirs]
    worked = [("project_id", "!=", False), ("employee_id", "!=", False), ("unit_amount", ">", 0)]
    lines, wrongs = line.search(worked), []
    for each in lines:
        row = theirs.pop(idents.get(((line._name, each.id), "TimeActivity"), ""), {})
        ours = (each.date.isoformat(), math.floor(each.unit_amount * 60 + 0.5), each.name)
        minutes = 60 * (row.get("Hours") or 0) + (row.get("Minutes") or 0)
        there = (row.get("TxnDate"), minutes, row.get("Description"))
        customer = idents.get((("project.project", each.project_id.id), "Customer"))
        if ours != there or customer != (row.get("CustomerRef") or {}).get("value"):
            wrongs.append(f"hours {each.id}: Odoo has {ours} of {customer}, QuickBooks {row}")
    return len(lines), wrongs + [f"TimeActivity {ident} is nobody's" for ident in theirs]


def _files(env: Env, quickbooks: QuickBooks, idents: Idents) -> tuple[int, list[str]]:
    """The receipt of each expense hangs once at what the expense is there."""
    expenses = env["hr.expense"].search([("attachment_ids", "!=", False)])
    rows, wrongs, count = quickbooks.all("Attachable").values(), [], 0
    for expense in expenses:
        move = expense.account_move_id
        if move.state != "posted":
            continue
        kind, subject = "Bill", ("account.move", move.id)
        if move.origin_payment_id:
            kind, subject = "Purchase", ("account.payment", move.origin_payment_id.id)
        owner = {"type": kind, "value": idents.get((subject, kind))}
        sizes = [row["Size"] for row in rows if _hangs(row, owner)]
        count += 1
        if sizes != [expense.attachment_ids[:1].file_size]:
            wrongs.append(f"{expense.name}: its receipt is {len(sizes)} times there: {sizes}")
    return count, wrongs


def _hangs(row: Row, owner: dict[str, Any]) -> bool:
    refs = [ref["EntityRef"] for ref in row.get("AttachableRef") or ()]
    return any({key: ref.get(key) for key in owner} == owner for ref in refs)
