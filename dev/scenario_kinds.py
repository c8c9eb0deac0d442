"""One document of each further kind, made the way people make it.

Another kind is a function and a line in ``KINDS``.
"""

from __future__ import annotations

import base64
from collections.abc import Callable
from dataclasses import dataclass
from datetime import date
from typing import Any

from dev import rpc
from dev.context import Context
from dev.scenario_breadth import Breadth
from dev.scenario_invoices import MOVE, Cast

PAYMENT, REGISTER, EXPENSE = "account.payment", "account.payment.register", "hr.expense"
Values = dict[str, Any]


@dataclass(frozen=True)
class Stage:
    odoo: rpc.Client
    cast: Cast
    breadth: Breadth
    today: date
    context: Context

    @property
    def day(self) -> str:
        return self.today.isoformat()

    def document(self, kind: str, partner: int, lines: list[Any], **values: Any) -> int:
        """A confirmed document."""
        common = {"move_type": kind, "partner_id": partner, "invoice_date": self.day}
        common |= {"date": self.day, "invoice_line_ids": lines}
        move = self.odoo.execute(MOVE, "create", {**common, **values})
        self.odoo.execute(MOVE, "action_post", [move])
        return move

    def pay(self, move: int, **values: Any) -> None:
        """In core's wizard, from or to the bank of the play."""
        context = {"active_model": MOVE, "active_ids": [move]}
        own = {"payment_date": self.day, "journal_id": self.breadth.journal}
        wizard = self.odoo.execute(REGISTER, "create", own, context=context)
        if values:
            self.odoo.execute(REGISTER, "write", [wizard], values, context=context)
        self.odoo.execute(REGISTER, "action_create_payments", [wizard], context=context)

    def assign(self, document: int, credit: int) -> None:
        """Match what one document owes with what another gives."""
        lines = self.odoo.execute(
            "account.move.line",
            "search",
            [("move_id", "=", credit), ("display_type", "=", "payment_term")],
        )
        self.odoo.execute(MOVE, "js_assign_outstanding_line", [document], lines[0])

    def spent(self, price: float, name: str = "Screws and glue") -> tuple[int, int, Values]:
        values = {"name": name, "account_id": self.breadth.spent, "quantity": 1}
        return (0, 0, {**values, "price_unit": price, "tax_ids": [(5, 0, 0)]})


def credit_applied_in_part(stage: Stage) -> None:
    """A credit note smaller than the invoice it is matched with."""
    customer = stage.cast.partners["grace"]
    invoice = stage.document("out_invoice", customer, [stage.cast.line("service", 3, 65.0)])
    credit = stage.document("out_refund", customer, [stage.cast.line("service", 1, 65.0)])
    stage.assign(invoice, credit)


def refund(stage: Stage) -> None:
    """A credit note whose money goes back."""
    customer = stage.cast.partners["noah"]
    credit = stage.document("out_refund", customer, [stage.cast.line("goods", 2, 24.9)])
    stage.pay(credit)


def payment_with_write_off(stage: Stage) -> None:
    customer = stage.cast.partners["noah"]
    invoice = stage.document("out_invoice", customer, [stage.cast.line("service", 2, 65.0)])
    stage.pay(
        invoice,
        amount=129.5,
        payment_difference_handling="reconcile",
        writeoff_account_id=stage.breadth.written_off,
    )


def foreign_invoice(stage: Stage) -> None:
    """In euros, to a customer that is billed in dollars as well, and paid in part."""
    invoice = stage.document(
        "out_invoice",
        stage.cast.partners["colon"],
        [stage.cast.line("service", 4, 58.25)],
        currency_id=stage.breadth.euro,
    )
    stage.pay(invoice, currency_id=stage.breadth.euro, amount=100.0)


def bill_paid_and_credited(stage: Stage) -> None:
    """A bill, a credit of its vendor deducted from it, and a payment of part of the rest."""
    vendor = stage.breadth.vendor
    lines = [stage.spent(312.4), stage.spent(49.95, "Delivery")]
    bill = stage.document("in_invoice", vendor, lines, ref="IM-4711")
    credit = stage.document("in_refund", vendor, [stage.spent(30.0, "Returned")], ref="IM-C-12")
    stage.assign(bill, credit)
    stage.pay(bill, amount=200.0)


def expense_of_company(stage: Stage) -> None:
    _post(stage, _expense(stage, "company_account", 48.2))


def expense_for_a_customer(stage: Stage) -> None:
    """With its receipt, and charged to the project's customer."""
    expense = _expense(stage, "company_account", 31.9)
    values = {"analytic_distribution": {str(stage.breadth.project_account): 100}}
    stage.odoo.execute(EXPENSE, "write", [expense], values)
    _attach(stage, EXPENSE, expense, "receipt.pdf", b"%PDF-1.4 a taxi\n%%EOF\n")
    _post(stage, expense)


def expense_of_employee(stage: Stage) -> None:
    expense = _expense(stage, "own_account", 23.75)
    action = _post(stage, expense)
    context = {**action["context"], "active_ids": [expense]}
    wizard = "hr.expense.post.wizard"
    values = {"accounting_date": stage.day}
    made = stage.odoo.execute(wizard, "create", values, context=context)
    stage.odoo.execute(wizard, "action_post_entry", [made], context=context)


def _expense(stage: Stage, mode: str, amount: float) -> int:
    odoo = stage.odoo
    values = {
        "name": "Taxi to the customer",
        "employee_id": stage.breadth.employee,
        "product_id": stage.breadth.product,
        "total_amount_currency": amount,
        "payment_mode": mode,
        "date": stage.day,
        "tax_ids": [(5, 0, 0)],
    }
    if mode == "company_account":
        journal = ("journal_id", "=", stage.breadth.journal)
        lines = odoo.execute(
            "account.payment.method.line", "search", [journal, ("payment_type", "=", "outbound")]
        )
        values["payment_method_line_id"] = lines[0]
    expense = odoo.execute(EXPENSE, "create", values)
    odoo.execute(EXPENSE, "action_submit", [expense])
    if odoo.execute(EXPENSE, "read", [expense], ["state"])[0]["state"] != "approved":
        odoo.execute(EXPENSE, "action_approve", [expense])
    return expense


def _post(stage: Stage, expense: int) -> Any:
    return stage.odoo.execute(EXPENSE, "action_post", [expense])


def for_a_project(stage: Stage) -> None:
    """Goes under a sub-customer, which is made for it."""
    _distributed(stage, stage.breadth.project_account)


def with_class_and_location(stage: Stage) -> None:
    both = f"{stage.breadth.class_account},{stage.breadth.location_account}"
    _distributed(stage, both)


def _distributed(stage: Stage, accounts: int | str) -> None:
    line = stage.cast.line("service", 2, 65.0)
    line[2]["analytic_distribution"] = {str(accounts): 100}
    stage.document("out_invoice", stage.cast.partners["parent"], [line])


def with_attachment(stage: Stage) -> None:
    customer = stage.cast.partners["grace"]
    move = stage.document("out_invoice", customer, [stage.cast.line("goods", 1, 24.9)])
    _attach(stage, MOVE, move, "Drawing.txt", b"A shelf, 80 x 30 cm")


def _attach(stage: Stage, model: str, record: int, name: str, content: bytes) -> None:
    values = {"name": name, "res_model": model, "res_id": record}
    values["datas"] = base64.b64encode(content).decode()
    stage.odoo.execute("ir.attachment", "create", values)


#: what is played, in this order
KINDS: dict[str, Callable[[Stage], None]] = {
    "credit note applied": credit_applied_in_part,
    "money back": refund,
    "payment with write-off": payment_with_write_off,
    "foreign invoice": foreign_invoice,
    "bill, credit and payment": bill_paid_and_credited,
    "expense of the company": expense_of_company,
    "expense of an employee": expense_of_employee,
    "expense for a customer, with its receipt": expense_for_a_customer,
    "project": for_a_project,
    "class and location": with_class_and_location,
    "attachment": with_attachment,
}
