"""Cancelling what is in QuickBooks already: voided there, or deleted where it cannot be voided."""

from __future__ import annotations

from typing import Any

from .advances import open_prepayment
from .office import MOVE, PAYMENT, Office
from .online import open_sales

HOURS = "account.analytic.line"


def cancel(office: Office, what: str) -> bool:
    """Cancel a document of this kind, or an invoice when there is none."""
    record = office.one_of(_CHOICE[what](office))
    if not record:
        what, record = "invoice", office.one_of(_unpaid(office, "out_invoice"))
    if not record:
        return False
    if record._name == PAYMENT:
        record.action_draft()
        record.action_cancel()
    elif record._name == HOURS:
        record.unlink()
    else:
        record.button_draft()
        record.button_cancel()
    office.made[f"cancelled: {what.replace('_', ' ')}"] += 1
    return True


def _unpaid(office: Office, kind: str) -> Any:
    return office.env[MOVE].search(
        [
            ("move_type", "=", kind),
            ("state", "=", "posted"),
            ("company_id", "=", office.env.company.id),
            ("payment_state", "=", "not_paid"),
            ("line_ids.expense_id", "=", False),
        ]
    )


def _payments(office: Office, kind: str, direction: str, of_expense: bool = False) -> Any:
    """Those that stand and that no bank line was matched with."""
    found = office.env[PAYMENT].search(
        [
            ("partner_type", "=", kind),
            ("payment_type", "=", direction),
            ("state", "in", ("in_process", "paid")),
            ("company_id", "=", office.env.company.id),
            ("is_matched", "=", False),
        ]
    )
    return found.filtered(
        lambda pay: (
            bool(pay.move_id.line_ids.expense_id) is of_expense and not pay.payment_transaction_id
        )
    )


def _hours(office: Office) -> Any:
    line = office.env[HOURS]
    return line.search([("project_id", "!=", False)]) if "employee_id" in line._fields else line


_CHOICE = {
    "invoice": lambda office: _unpaid(office, "out_invoice"),
    "bill": lambda office: _unpaid(office, "in_invoice"),
    "payment": lambda office: _payments(office, "customer", "inbound"),
    "bill_payment": lambda office: _payments(office, "supplier", "outbound"),
    "online_sale": open_sales,
    "prepayment": lambda office: open_prepayment(office).payment_id,
    "money_back_from_vendor": lambda office: _payments(office, "supplier", "inbound"),
    "hours": _hours,
    "expense": lambda office: _payments(office, "supplier", "outbound", of_expense=True),
    # a credit note that is applied lets go of its invoice first, as core does it
    "credit": lambda office: office.env[MOVE].search(
        [
            ("move_type", "=", "out_refund"),
            ("state", "=", "posted"),
            ("company_id", "=", office.env.company.id),
        ]
    ),
}
