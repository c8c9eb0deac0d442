"""Bills, what vendors credit, and paying them."""

from __future__ import annotations

from typing import Any

from .office import CLEAN, MOVE, Office

BILLED = ("rent", "material", "travelling")


def receive_bill(office: Office) -> bool:
    people = office.company.people
    values = {}
    if office.dice.random() < 0.3:
        values["invoice_payment_term_id"] = office.company.discount_term.id
    vendor = office.one_of(people["vendors"] | people["vendors_both"])
    posted(office, "in_invoice", vendor, **values)
    return office.note("bill")


def receive_bill_abroad(office: Office) -> bool:
    people, foreign = office.company.people, office.company.foreign
    vendor = office.one_of(people["vendors_abroad"] | people["vendors_both"])
    posted(office, "in_invoice", vendor, currency_id=foreign.id)
    return office.note("bill, foreign")


def posted(office: Office, kind: str, vendor: Any, high: int = 600, **values: Any) -> Any:
    move = drafted(office, kind, vendor, high, **values)
    move.action_post()
    return move


def drafted(office: Office, kind: str, vendor: Any, high: int = 600, **values: Any) -> Any:
    number = sum(office.made.values())
    count = office.dice.randint(1, 3)
    return office.env[MOVE].create(
        {
            "move_type": kind,
            "partner_id": vendor.id,
            "invoice_date": office.today,
            "date": office.today,
            "ref": f"{vendor.name[0]}-{number:05}",
            "invoice_line_ids": [(0, 0, _line(office, high)) for _number in range(count)],
            **values,
        }
    )


def _line(office: Office, high: int) -> dict[str, Any]:
    taxes = office.company.input_tax.ids if office.dice.random() < 0.5 else []
    account = office.dice.choice(BILLED)
    return {
        "name": office.company.accounts[account].name,
        "account_id": office.company.accounts[account].id,
        "quantity": office.dice.choice((1, 1, 2, 5)),
        "price_unit": float(office.price(high)),
        "tax_ids": [(6, 0, taxes)],
    }


def receive_credit(office: Office) -> bool:
    """A small credit, deducted from an open bill in either currency."""
    foreign = office.company.foreign if office.dice.random() < 0.4 else None
    bill = office.one_of(office.open_documents("in_invoice", foreign))
    if not bill:
        return False
    credit = posted(
        office, "in_refund", bill.commercial_partner_id, 40, currency_id=bill.currency_id.id
    )
    bill.js_assign_outstanding_line(office.term_lines(credit)[:1].id)
    return office.note("vendor credit, foreign" if foreign else "vendor credit")


def pay_bill(office: Office) -> bool:
    return _settle(office, "bill payment")


def pay_bill_by_card(office: Office) -> bool:
    return _settle(office, "bill payment by card", journal="card")


def pay_bill_abroad(office: Office) -> bool:
    """In full or in part."""
    foreign = office.company.foreign
    return _settle(office, "bill payment, foreign", foreign, in_part=office.dice.random() < 0.4)


def pay_bill_in_part(office: Office) -> bool:
    return _settle(office, "bill payment in part", in_part=True)


def _settle(
    office: Office,
    kind: str,
    currency: Any = None,
    journal: str = "bank",
    in_part: bool = False,
) -> bool:
    bill = office.one_of(office.open_documents("in_invoice", currency))
    if not bill:
        return False
    values = {}
    if in_part:
        values = {"amount": float(office.part_of(bill.amount_residual))}
    office.pay(bill, journal, **values)
    return office.note(kind)


def pay_bill_with_discount(office: Office) -> bool:
    """A bill with 2 % for early payment is paid in time; the wizard takes them off."""
    early = ("invoice_payment_term_id", "=", office.company.discount_term.id)
    fresh = ("invoice_date", ">", office.days_ago(9))
    bill = office.one_of(office.open_documents("in_invoice", None, early, fresh, CLEAN))
    if not bill:
        return False
    office.pay(bill)
    return office.note("bill payment with discount")


def pay_several_bills(office: Office) -> bool:
    """One payment for all that a vendor is owed, up to four bills."""
    first = office.one_of(office.open_documents("in_invoice"))
    if not first:
        return False
    owner = ("commercial_partner_id", "=", first.commercial_partner_id.id)
    office.pay(office.open_documents("in_invoice", None, owner).sorted("id")[:4])
    return office.note("payment of several bills")
