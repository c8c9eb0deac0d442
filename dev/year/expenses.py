"""What employees spend: on the company's account, or on their own."""

from __future__ import annotations

from typing import Any

from . import jobs
from .office import MOVE, Office


def expense_of_company(office: Office) -> bool:
    """Paid from the company's bank, sometimes with the place where it was bought."""
    values = {}
    if office.dice.random() < 0.6:
        values["vendor_id"] = office.one_of(office.company.people["vendors"]).id
    if office.dice.random() < 0.3:
        values["analytic_distribution"] = jobs.of(office.one_of(office.company.projects))
    line = office.company.journals["bank"].outbound_payment_method_line_ids[:1]
    expense = _expense(office, "company_account", payment_method_line_id=line.id, **values)
    if office.dice.random() < 0.5:
        _attach_receipt(office, expense)
    expense.action_post()
    return office.note("expense of the company")


def expense_of_employee(office: Office) -> bool:
    """Paid by the employee, who is owed it from then on."""
    expense = _expense(office, "own_account")
    _attach_receipt(office, expense)
    action = expense.action_post()
    wizard = office.env["hr.expense.post.wizard"].with_context(
        **{**action["context"], "active_ids": expense.ids}
    )
    wizard.create({"accounting_date": office.today}).action_post_entry()
    return office.note("expense of an employee")


def _expense(office: Office, mode: str, **values: Any) -> Any:
    what = office.dice.choice(("travelling", "meals"))
    expense = office.env["hr.expense"].create(
        {
            "name": f"{what.capitalize()} {sum(office.made.values())}",
            "employee_id": office.one_of(office.company.employees).id,
            "product_id": office.company.products[what].id,
            "total_amount_currency": float(office.price(250)),
            "payment_mode": mode,
            "date": office.today,
            "tax_ids": [(5, 0, 0)],
            **values,
        }
    )
    expense.action_submit()
    expense._do_approve(False)
    return expense


def _attach_receipt(office: Office, expense: Any) -> None:
    content = f"%PDF-1.4 receipt of {expense.name}, {expense.id}\n%%EOF\n"
    values = {"name": "receipt.pdf", "raw": content.encode()}
    values |= {"res_model": expense._name, "res_id": expense.id}
    office.env["ir.attachment"].create(values)


def pay_employee(office: Office) -> bool:
    receipt = office.one_of(
        office.env[MOVE].search(
            [
                ("line_ids.expense_id", "!=", False),
                ("move_type", "in", ("in_invoice", "in_receipt")),
                ("state", "=", "posted"),
                ("payment_state", "=", "not_paid"),
            ]
        )
    )
    if not receipt:
        return False
    office.pay(receipt)
    return office.note("payment to an employee")
