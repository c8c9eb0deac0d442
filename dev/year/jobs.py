"""Work for customers that is a project: invoices, costs that are charged on, and hours."""

from __future__ import annotations

from typing import Any

from . import purchases, sales
from .office import Office

TIMES = "project_id", "employee_id"


def bill_project(office: Office) -> bool:
    """Goes under the project's sub-customer."""
    project = office.one_of(office.company.projects)
    invoice = sales.drafted(office, "out_invoice", project.partner_id, 2, 400)
    invoice.invoice_line_ids.analytic_distribution = of(project)
    invoice.action_post()
    return office.note("invoice of a project")


def buy_for_project(office: Office) -> bool:
    """A bill of which one line is a cost of the project."""
    project = office.one_of(office.company.projects)
    vendor = office.one_of(office.company.people["vendors"])
    bill = purchases.drafted(office, "in_invoice", vendor)
    bill.invoice_line_ids[:1].analytic_distribution = of(project)
    bill.action_post()
    return office.note("bill with a project's cost")


def work_for_project(office: Office) -> bool:
    """Hours of an employee, where Odoo's Timesheets are installed."""
    line = office.env["account.analytic.line"]
    if not set(TIMES) <= set(line._fields):
        return False
    line.create(
        {
            "name": f"Planting {sum(office.made.values())}",
            "date": office.today,
            "project_id": office.one_of(office.company.projects).id,
            "employee_id": office.one_of(office.company.employees).id,
            "unit_amount": office.dice.randint(1, 32) / 4,
        }
    )
    return office.note("hours of an employee")


def of(project: Any) -> dict[str, int]:
    """The analytic distribution of what belongs to a project."""
    return {str(project.account_id.id): 100}
