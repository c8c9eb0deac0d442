"""Time worked, as a TimeActivity.

Its attributes are those of Intuit's schema: who (``NameOf`` and one of two references), for whom,
the day, hours and minutes.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

from ..model import CompanyProfile, Ref
from ..names import clean_text
from .document import LINE_TEXT_LIMIT


@dataclass(frozen=True)
class TimeSnapshot:
    """One line of a timesheet.

    :ivar worker: an Employee or a Vendor
    :ivar minutes: above zero
    :ivar customer: for whom, a customer or a project
    :ivar project: the same, where it is a project of QuickBooks' own
    :ivar billable: the customer is to be charged for it in QuickBooks
    """

    worker: Ref
    date: str
    minutes: int
    text: str = ""
    customer: Ref | None = None
    project: Ref | None = None
    item: Ref | None = None
    billable: bool = False


def minutes_of(hours: Decimal) -> int:
    """Whole minutes of a number of hours, half a minute up: Odoo keeps hours with a fraction and
    shows minutes, 1.33 is 1:20."""
    return int((hours * 60).quantize(Decimal(1), rounding=ROUND_HALF_UP))


def time_activity(time: TimeSnapshot, profile: CompanyProfile) -> dict:
    """Every owned attribute of the TimeActivity; ``None`` marks one that is empty in Odoo.

    ``BillableStatus`` is always said, because QuickBooks has a default of its own
    (``MarkTimeEntriesBillable``, FACTS 5.2).
    """
    hours, minutes = divmod(time.minutes, 60)
    kind = time.worker.entity
    return {
        "NameOf": kind,
        "EmployeeRef": time.worker.payload if kind == "Employee" else None,
        "VendorRef": time.worker.payload if kind == "Vendor" else None,
        "TxnDate": time.date,
        "Hours": hours,
        "Minutes": minutes,
        "CustomerRef": time.customer.payload if time.customer else None,
        "ProjectRef": time.project.payload if time.project else None,
        "ItemRef": time.item.payload if time.item else None,
        "BillableStatus": "Billable" if time.billable and time.customer else "NotBillable",
        "Description": clean_text(time.text, LINE_TEXT_LIMIT, profile.country, multiline=True)
        or None,
    }


def total_minutes(body: Mapping) -> int:
    """Minutes of a payload or an answer."""
    return int(body.get("Hours") or 0) * 60 + int(body.get("Minutes") or 0)


def figures(body: Mapping) -> tuple:
    """What tells one from another: two that agree in all of it are interchangeable."""
    refs = ("EmployeeRef", "VendorRef", "CustomerRef", "ItemRef")
    return (
        *((body.get(name) or {}).get("value") for name in refs),
        body.get("TxnDate"),
        total_minutes(body),
        " ".join((body.get("Description") or "").split()),
    )
