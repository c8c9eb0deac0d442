"""Money between the company and its vendors that pays no bill, or not yet."""

from __future__ import annotations

from typing import Any

from . import purchases
from .office import PAYMENT, Office


def prepay_vendor(office: Office) -> bool:
    """Before there is a bill."""
    _money(office, office.one_of(office.company.people["vendors"]), "outbound", 300)
    return office.note("prepayment to a vendor")


def bill_what_was_prepaid(office: Office) -> bool:
    line = open_prepayment(office)
    if not line:
        return False
    vendor = line.partner_id.commercial_partner_id
    bill = purchases.posted(office, "in_invoice", vendor)
    bill.js_assign_outstanding_line(line.id)
    return office.note("bill that was prepaid")


def money_back_for_credit(office: Office) -> bool:
    """A vendor pays out what he credited."""
    vendor = office.one_of(office.company.people["vendors"])
    credit = purchases.posted(office, "in_refund", vendor, 60)
    office.pay(credit)
    office.note("vendor credit")
    return office.note("money back from a vendor")


def money_back_of_prepayment(office: Office) -> bool:
    """The order came to nothing: what is left of the prepayment comes back."""
    line = open_prepayment(office)
    if not line:
        return False
    amount = float(line.amount_residual)
    back = _money(office, line.partner_id, "inbound", amount=amount)
    (back._seek_for_lines()[1] | line).reconcile()
    return office.note("money back from a vendor")


def open_prepayment(office: Office) -> Any:
    """What is open of some prepayment, as a line on payables."""
    waiting = office.env["account.move.line"].search(
        [
            ("account_id.account_type", "=", "liability_payable"),
            ("parent_state", "=", "posted"),
            ("company_id", "=", office.env.company.id),
            ("currency_id", "=", office.env.company.currency_id.id),
            ("payment_id.payment_type", "=", "outbound"),
            ("reconciled", "=", False),
            ("amount_residual", ">", 0),
        ]
    )
    return office.one_of(waiting)


def _money(
    office: Office, vendor: Any, direction: str, high: int = 0, amount: float | None = None
) -> Any:
    payment = office.env[PAYMENT].create(
        {
            "payment_type": direction,
            "partner_type": "supplier",
            "partner_id": vendor.id,
            "amount": float(office.price(high)) if amount is None else amount,
            "date": office.today,
            "journal_id": office.company.journals["bank"].id,
        }
    )
    payment.action_post()
    return payment
