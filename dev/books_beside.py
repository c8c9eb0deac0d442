"""What stands in no ledger: files, whom the cost of an expense is charged to, and hours."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from dev import rpc
from dev.books_compare import Comparison
from dev.books_further_odoo import PURCHASE
from dev.books_model import ITEM, Document, Line, cents
from dev.books_simulator import Simulator

Row = dict[str, Any]
Places = dict[tuple[str, int], str]
FILE, CHARGE, HOURS = "Attachable", "cost of a project", "TimeActivity"
MOVE, PAYMENT, EXPENSE = "account.move", "account.payment", "hr.expense"


def compare(odoo: rpc.Client, connection: Row, simulator: Simulator) -> list[Comparison]:
    """One comparison for each file, each cost of a project and each line of a timesheet."""
    places, projects, customers = _links(odoo)
    theirs = {document.id: document for document in _there(simulator)}
    fresh, older = _files(odoo, connection, places)
    # files that were here before follow only documents that arrive after them
    ours = {**fresh, **{key: older[key] for key in older.keys() & theirs.keys()}}
    ours |= _costs(odoo, connection, places, projects)
    ours |= _hours(odoo, connection, customers)
    comparisons = []
    for key in {**ours, **theirs}:
        comparison = Comparison(ours.get(key), theirs.get(key), beside=True)
        told = [document and document.lines for document in (ours.get(key), theirs.get(key))]
        comparison.check(key, *told)
        comparisons.append(comparison)
    return comparisons


def _links(odoo: rpc.Client) -> tuple[Places, dict[int, str], dict[int, str]]:
    """Documents → how QuickBooks calls them; analytic accounts of projects → sub-customers, and
    projects → the same."""
    fields = ["res_model", "res_id", "remote_type", "remote_id"]
    domain = [("state", "!=", "unlinked"), ("remote_id", "!=", False)]
    places, customers = {}, {}
    for row in odoo.execute("quickbooks.binding", "search_read", domain, fields):
        key = row["res_model"], row["res_id"]
        if row["res_model"] == "project.project":
            customers[row["res_id"]] = row["remote_id"]
        elif row["remote_type"] in ("Invoice", "CreditMemo", "Bill", "VendorCredit", PURCHASE):
            places[key] = f"{row['remote_type']} {row['remote_id']}"
    rows = odoo.execute("project.project", "read", list(customers), ["account_id"])
    accounts = {row["account_id"][0]: customers[row["id"]] for row in rows}
    return places, accounts, customers


def _entries(odoo: rpc.Client, moves: Iterable[int], places: Places) -> dict[int, str]:
    """Entries → the document there that they are, or whose payment is one."""
    rows = odoo.execute(MOVE, "read", sorted(set(moves)), ["origin_payment_id"])
    found = {}
    for row in rows:
        payment = row["origin_payment_id"] and row["origin_payment_id"][0]
        found[row["id"]] = places.get((MOVE, row["id"])) or places.get((PAYMENT, payment), "")
    return found


# Odoo


def _files(
    odoo: rpc.Client, connection: Row, places: Places
) -> tuple[dict[str, Document], dict[str, Document]]:
    """Those since files are sent, and older ones. Posting an expense copies its files, which count
    once."""
    domain = [
        ("res_model", "in", [MOVE, EXPENSE]),
        ("res_field", "in", [False, "invoice_pdf_report_file"]),
        ("type", "=", "binary"),
    ]
    fields = ["name", "file_size", "res_model", "res_id", "create_date"]
    rows = odoo.execute("ir.attachment", "search_read", domain, fields)
    expenses = [row["res_id"] for row in rows if row["res_model"] == EXPENSE]
    entries = {
        row["id"]: row["account_move_id"] and row["account_move_id"][0]
        for row in odoo.execute(EXPENSE, "read", expenses, ["account_move_id"])
    }
    for row in rows:
        row["move"] = entries.get(row["res_id"]) if row["res_model"] == EXPENSE else row["res_id"]
    owners = _entries(odoo, [row["move"] for row in rows if row["move"]], places)
    since = connection["attachment_since"] or "9999"
    fresh: dict[str, Document] = {}
    older: dict[str, Document] = {}
    for row in rows:
        if row["move"]:
            document = _document(FILE, owners[row["move"]], row["name"], row["file_size"])
            (fresh if row["create_date"] >= since else older)[document.id] = document
    return fresh, older


def _costs(
    odoo: rpc.Client, connection: Row, places: Places, projects: dict[int, str]
) -> dict[str, Document]:
    """Lines of bills and expenses that belong to a project."""
    domain = [
        ("company_id", "=", connection["company_id"][0]),
        ("parent_state", "=", "posted"),
        ("date", ">=", connection["cutoff_date"]),
        ("move_type", "in", ["entry", "in_invoice", "in_receipt", "in_refund"]),
    ]
    fields = ["move_id", "balance", "analytic_distribution"]
    rows = odoo.execute("account.move.line", "search_read", domain, fields)
    owners = _entries(odoo, [row["move_id"][0] for row in rows], places)
    found = {}
    for row in rows:
        accounts = ",".join(row["analytic_distribution"] or {}).split(",")
        for customer in {projects[int(key)] for key in accounts if key and int(key) in projects}:
            document = _document(CHARGE, owners[row["move_id"][0]], customer, row["balance"])
            found[document.id] = document
    return found


def _hours(odoo: rpc.Client, connection: Row, customers: dict[int, str]) -> dict[str, Document]:
    """Lines of timesheets, where those are installed and sent."""
    line = "account.analytic.line"
    if "employee_id" not in odoo.execute(line, "fields_get", [], ["type"]):
        return {}
    domain = [
        ("company_id", "=", connection["company_id"][0]),
        ("date", ">=", connection["cutoff_date"]),
        ("employee_id", "!=", False),
        ("project_id", "!=", False),
        ("unit_amount", "!=", 0),
    ]
    rows = odoo.execute(line, "search_read", domain, ["name", "project_id", "unit_amount"])
    found = {}
    for row in rows:
        customer = customers.get(row["project_id"][0], "")
        document = _document(HOURS, f"Customer {customer}", row["name"], row["unit_amount"])
        found[document.id] = document
    return found


# QuickBooks


def _there(simulator: Simulator) -> Iterable[Document]:
    for row in simulator.entities("Attachable"):
        for ref in row.get("AttachableRef") or ():
            owner = f"{ref['EntityRef']['type']} {ref['EntityRef']['value']}"
            yield _document(FILE, owner, row["FileName"], row["Size"])
    for row in simulator.entities(HOURS):
        spent = row["Hours"] + row["Minutes"] / 60
        customer = f"Customer {row['CustomerRef']['value']}"
        yield _document(HOURS, customer, row["Description"], spent)
    for kind in ("Bill", PURCHASE, "VendorCredit"):
        for row in simulator.entities(kind):
            for line in row.get("Line") or ():
                detail = line.get("AccountBasedExpenseLineDetail") or {}
                if detail.get("BillableStatus") == "Billable" and detail.get("CustomerRef"):
                    customer = detail["CustomerRef"]["value"]
                    yield _document(CHARGE, f"{kind} {row['Id']}", customer, line["Amount"])


def _document(kind: str, owner: str, name: str, figure: Any) -> Document:
    """
    :param owner: kind and id of the document or customer in QuickBooks
    :param figure: size in bytes, amount, or hours
    """
    return Document(
        id=f"{kind} {name} of {owner}",
        number=kind,
        date="",
        due_date="",
        customer=name,
        customer_email="",
        email="",
        lines=(Line(ITEM, name, cents(figure), item=owner),),
        untaxed=cents(0),
        tax=cents(0),
        total=cents(0),
        voided=False,
        kind=kind,
    )
