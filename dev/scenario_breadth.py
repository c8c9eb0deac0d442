"""Switching on what is off at first: purchases, classes, locations, projects and files."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from dev import rpc
from dev.books_simulator import Simulator
from dev.progress import Halt, say
from dev.scenario_connect import MAPPING, connection_of, wait_for_lists

PREFERENCES = (
    "MultiCurrencyEnabled",
    "ClassTrackingPerTxnLine",
    "TrackDepartments",
)
#: what the person who plays is allowed to do besides
GROUPS = (
    "analytic.group_analytic_accounting",
    "account.group_account_user",
    "hr.group_hr_user",
    "hr_expense.group_hr_expense_manager",
    "account.group_account_manager",
    "project.group_project_manager",
)
#: ... where these are installed
TIMESHEETS, TILL = "hr_timesheet.group_timesheet_manager", "point_of_sale.group_pos_manager"
#: who the employee of the play is in QuickBooks' payroll
WORKER = "Emily Platt"
CLASS, LOCATION = "Workshop", "Portland store"
#: home units for one euro on the day of the play
EURO_RATE = 0.925926
Values = dict[str, Any]


@dataclass(frozen=True)
class Breadth:
    """Ids of the records the further kinds of documents are made of."""

    vendor: int
    employee: int
    spent: int
    earned: int
    written_off: int
    journal: int
    product: int
    euro: int
    project: int
    project_account: int
    discount_term: int
    class_account: int
    location_account: int
    has_hours: bool
    has_till: bool


def prefer(simulator: Simulator) -> None:
    """What only QuickBooks' own pages can switch on; before it is connected."""
    for name in PREFERENCES:
        simulator.set_preference(name, True)
    for kind, name in (("Class", CLASS), ("Department", LOCATION)):
        if name not in {row["Name"] for row in simulator.entities(kind)}:
            simulator.change(kind, {"Name": name})


def switch_on(odoo: rpc.Client, customer: int, today: date) -> Breadth:
    """Settings, mapping, and the records of the play."""
    found = connection_of(odoo)
    connection = found["id"]
    installed = ["has_timesheets", "has_pos"]
    installed = odoo.execute("quickbooks.connection", "read", [connection], installed)[0]
    has_hours, has_till = installed["has_timesheets"], installed["has_pos"]
    _empower(odoo, [TIMESHEETS] * has_hours + [TILL] * has_till)
    plans = {
        name: _made(odoo, "account.analytic.plan", {"name": name}) for name in ("Class", "Location")
    }
    accounts = {
        name: _made(odoo, "account.analytic.account", {"name": name, "plan_id": plans[plan]})
        for name, plan in ((CLASS, "Class"), (LOCATION, "Location"))
    }
    settings: Values = {
        "purchases_out": True,
        "attachment_policy": "all",
        "project_policy": "project",
        "purchase_customer": "billable",
        "online_grace": 0,
        "class_plan_id": plans["Class"],
        "location_plan_id": plans["Location"],
    }
    if has_hours:
        settings["timesheet_policy"] = "time"
    if has_till:
        settings["pos_policy"] = "receipt"
    odoo.execute("quickbooks.connection", "write", [connection], settings)
    odoo.execute("quickbooks.connection", "action_refresh_lists", [connection])
    wait_for_lists(odoo, found["references_at"])
    breadth = _records(odoo, customer, accounts, today, has_hours=has_hours, has_till=has_till)
    _map(odoo, connection, breadth)
    return breadth


def _empower(odoo: rpc.Client, further: list[str]) -> None:
    for group in [*GROUPS, *further]:
        module, _, name = group.partition(".")
        key = [("module", "=", module), ("name", "=", name)]
        row = odoo.execute("ir.model.data", "search_read", key, ["res_id"])[0]
        odoo.execute("res.users", "write", [odoo.uid], {"group_ids": [(4, row["res_id"])]})


def _records(
    odoo: rpc.Client, customer: int, accounts: dict[str, int], today: date, **installed: bool
) -> Breadth:
    spent = _account(odoo, "Play: supplies", "expense")
    product = {
        "name": "Play: travel",
        "type": "service",
        "can_be_expensed": True,
        "standard_price": 0,
        "property_account_expense_id": spent,
        "supplier_taxes_id": [(5, 0, 0)],
    }
    project = {"name": "Garden house", "partner_id": customer, "allow_billable": True}
    fields = set(odoo.execute("project.project", "fields_get", [], ["type"]))
    project = {key: value for key, value in project.items() if key in fields}
    project = _made(odoo, "project.project", project)
    return Breadth(
        vendor=_made(odoo, "res.partner", {"name": "Ironmongers Ltd", "is_company": True}),
        employee=_made(odoo, "hr.employee", {"name": "Ann Porter"}),
        spent=spent,
        earned=_earned(odoo),
        written_off=_account(odoo, "Play: written off", "expense"),
        journal=_bank(odoo),
        product=_made(odoo, "product.product", product),
        euro=_euro(odoo, today),
        project=project,
        project_account=_project_account(odoo, project),
        discount_term=_discount_term(odoo),
        class_account=accounts[CLASS],
        location_account=accounts[LOCATION],
        **installed,
    )


def _made(odoo: rpc.Client, model: str, values: Values) -> int:
    found = odoo.execute(model, "search", [("name", "=", values["name"])], limit=1)
    return found[0] if found else odoo.execute(model, "create", values)


def _account(odoo: rpc.Client, name: str, kind: str) -> int:
    code = "PLAY" + "".join(word[0].upper() for word in name.split())
    return _made(odoo, "account.account", {"name": name, "code": code, "account_type": kind})


def _earned(odoo: rpc.Client) -> int:
    """Where discounts of vendors go."""
    earned = _account(odoo, "Play: discounts", "income_other")
    company = connection_of(odoo)["company_id"][0]
    values = {"account_journal_early_pay_discount_gain_account_id": earned}
    odoo.execute("res.company", "write", [company], values)
    return earned


def _discount_term(odoo: rpc.Client) -> int:
    term = {
        "name": "Play: 2 % within 10 days",
        "early_discount": True,
        "discount_percentage": 2,
        "discount_days": 10,
        "early_pay_discount_computation": "excluded",
        "line_ids": [(0, 0, {"value": "percent", "value_amount": 100, "nb_days": 30})],
    }
    return _made(odoo, "account.payment.term", term)


def _bank(odoo: rpc.Client) -> int:
    """A bank of its own, with accounts for money on its way, so that payments have entries."""
    journal = {"name": "Play bank", "code": "PLAYB", "type": "bank"}
    bank = _made(odoo, "account.journal", journal)
    way = _made(
        odoo,
        "account.account",
        {
            "name": "Play: on its way",
            "code": "PLAYWAY",
            "account_type": "asset_current",
            "reconcile": True,
        },
    )
    lines = odoo.execute("account.payment.method.line", "search", [("journal_id", "=", bank)])
    odoo.execute("account.payment.method.line", "write", lines, {"payment_account_id": way})
    return bank


def _euro(odoo: rpc.Client, today: date) -> int:
    everything = {"active_test": False}
    euro = odoo.execute("res.currency", "search", [("name", "=", "EUR")], context=everything)[0]
    odoo.execute("res.currency", "write", [euro], {"active": True})
    dated = [("currency_id", "=", euro), ("name", "=", today.isoformat())]
    values = {"currency_id": euro, "name": today.isoformat(), "rate": EURO_RATE}
    if not odoo.execute("res.currency.rate", "search_count", dated):
        odoo.execute("res.currency.rate", "create", values)
    return euro


def _project_account(odoo: rpc.Client, project: int) -> int:
    """The analytic account by which documents belong to the project."""
    row = odoo.execute("project.project", "read", [project], ["account_id"])[0]
    if row["account_id"]:
        return row["account_id"][0]
    plan = odoo.execute("account.analytic.plan", "search", [], limit=1, order="id")[0]
    account = _made(odoo, "account.analytic.account", {"name": "Garden house", "plan_id": plan})
    odoo.execute("project.project", "write", [project], {"account_id": account})
    return account


# Mapping


def _map(odoo: rpc.Client, connection: int, breadth: Breadth) -> None:
    """Choose what these are in QuickBooks; what has a line already gets its entry there."""
    rows = [
        ("account", "account.account", breadth.spent, "Job Expenses", "Account"),
        ("account", "account.account", breadth.earned, "Other Portfolio Income", "Account"),
        ("account", "account.account", breadth.written_off, "Discounts given", "Account"),
        ("payment_account", "account.journal", breadth.journal, "Checking", "Account"),
        ("deposit_account", "account.journal", breadth.journal, "Checking", "Account"),
        ("class", "account.analytic.account", breadth.class_account, CLASS, "Class"),
        (
            "department",
            "account.analytic.account",
            breadth.location_account,
            LOCATION,
            "Department",
        ),
    ]
    if breadth.has_hours:
        rows.append(("worker", "hr.employee", breadth.employee, WORKER, "Employee"))
    for kind, model, record, name, entity in rows:
        entry = odoo.execute(
            "quickbooks.reference",
            "search",
            [("remote_type", "=", entity), ("name", "=", name)],
            limit=1,
        )
        if not entry:
            raise Halt(f"QuickBooks' {entity} “{name}” is not in our copy of its lists")
        key = [("kind", "=", kind), ("res_model", "=", model), ("res_id", "=", record)]
        line = odoo.execute(MAPPING, "search", key)
        values = {"connection_id": connection, "kind": kind, "res_model": model, "res_id": record}
        if not line:
            line = [odoo.execute(MAPPING, "create", values)]
        odoo.execute(MAPPING, "write", line, {"reference_id": entry[0]})
    say(f"scenario: purchases, projects, classes, locations, files on; {len(rows)} entries chosen")
