"""Invoices and credit notes."""

from __future__ import annotations

from typing import Any

from .office import MOVE, Office

DISCOUNTS = (0, 0, 0, 5, 12.5)
QUANTITIES = (1, 1, 2, 3, 0.5, 2.25, 12)


def bill_customer(office: Office) -> bool:
    people = office.company.people
    _invoice(office, office.one_of(people["customers"] | people["customers_both"]))
    return office.note("invoice")


def bill_customer_abroad(office: Office) -> bool:
    people, foreign = office.company.people, office.company.foreign
    customer = office.one_of(people["customers_abroad"] | people["customers_both"])
    _invoice(office, customer, currency_id=foreign.id)
    return office.note("invoice, foreign")


def _invoice(office: Office, customer: Any, **values: Any) -> Any:
    if office.dice.random() < 0.3:
        values["invoice_payment_term_id"] = office.company.discount_term.id
    return posted(office, "out_invoice", customer, office.dice.randint(1, 4), 400, **values)


def posted(office: Office, kind: str, customer: Any, count: int, high: int, **values: Any) -> Any:
    move = drafted(office, kind, customer, count, high, **values)
    move.action_post()
    return move


def drafted(office: Office, kind: str, customer: Any, count: int, high: int, **values: Any) -> Any:
    return office.env[MOVE].create(
        {
            "move_type": kind,
            "partner_id": customer.id,
            "invoice_date": office.today,
            "invoice_line_ids": [(0, 0, _line(office, high)) for _number in range(count)],
            **values,
        }
    )


def _line(office: Office, high: int) -> dict[str, Any]:
    dice, company = office.dice, office.company
    values = {
        "quantity": dice.choice(QUANTITIES),
        "price_unit": float(office.price(high)),
        "discount": dice.choice(DISCOUNTS),
        "tax_ids": [(6, 0, company.tax.ids if dice.random() < 0.6 else [])],
    }
    if dice.random() < 0.15:
        return {**values, "name": "Sundry", "account_id": company.accounts["sundry"].id}
    sold = [name for name in company.products if name[-1].isdigit()]
    return {**values, "product_id": company.products[dice.choice(sold)].id}


# Credit notes


def credit_in_part(office: Office) -> bool:
    """A smaller credit note, matched with the invoice it is about."""
    return _credit(office, office.open_documents("out_invoice"), "credit note")


def credit_abroad(office: Office) -> bool:
    invoices = office.open_documents("out_invoice", office.company.foreign)
    return _credit(office, invoices, "credit note, foreign")


def _credit(office: Office, invoices: Any, kind: str) -> bool:
    invoice = office.one_of(invoices)
    if not invoice:
        return False
    note = _reverse(office, invoice)
    for line in office.term_lines(note).filtered(lambda line: not line.reconciled):
        invoice.js_assign_outstanding_line(line.id)  # unless core has matched it already
    return office.note(kind)


def credit_and_pay_back(office: Office) -> bool:
    """What was paid is credited, and the money goes back to the customer."""
    paid = office.env[MOVE].search(
        [
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("company_id", "=", office.env.company.id),
            ("currency_id", "=", office.env.company.currency_id.id),
            ("payment_state", "in", ("in_payment", "paid")),
            ("reversal_move_ids", "=", False),
        ]
    )
    invoice = office.one_of(paid)
    if not invoice:
        return False
    note = _reverse(office, invoice)
    office.pay(note)
    office.note("credit note")
    return office.note("refund to a customer")


def _reverse(office: Office, invoice: Any) -> Any:
    """Core's own button; of several lines only the first is credited."""
    wizard = (
        office.env["account.move.reversal"]
        .with_context(active_model=MOVE, active_ids=invoice.ids)
        .create({"date": office.today, "reason": "Returned", "journal_id": invoice.journal_id.id})
    )
    action = wizard.refund_moves()
    note = office.env[MOVE].browse(action["res_id"])
    note.invoice_date = office.today
    if len(note.invoice_line_ids) > 1:
        note.invoice_line_ids[1:].unlink()
    note.action_post()
    return note
