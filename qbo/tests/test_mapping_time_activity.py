"""Timesheets as time activities: exact time, one worker, and who is charged (FACTS 5.2)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from qbo.mapping.time_activity import (
    TimeSnapshot,
    figures,
    minutes_of,
    time_activity,
    total_minutes,
)
from qbo.model import CompanyProfile, Ref

D = Decimal
US = CompanyProfile()
TIME = TimeSnapshot(
    worker=Ref("Employee", "55"),
    date="2026-03-10",
    minutes=95,
    text="Planting",
    customer=Ref("Customer", "8"),
    item=Ref("Item", "6"),
)


@pytest.mark.parametrize(
    ("hours", "minutes"),
    [
        ("1.5", 90),
        ("1.33", 80),
        ("1.3333333333", 80),
        ("0.25", 15),
        ("0.01", 1),
        ("0.0083", 0),
        ("7.6", 456),
        ("24", 1440),
        ("-1", -60),
        ("0", 0),
    ],
)
def test_hours_as_minutes(hours, minutes):
    assert minutes_of(D(hours)) == minutes


def test_an_employees_time():
    assert time_activity(TIME, US) == {
        "NameOf": "Employee",
        "EmployeeRef": {"value": "55"},
        "VendorRef": None,
        "TxnDate": "2026-03-10",
        "Hours": 1,
        "Minutes": 35,
        "CustomerRef": {"value": "8"},
        "ProjectRef": None,
        "ItemRef": {"value": "6"},
        "BillableStatus": "NotBillable",
        "Description": "Planting",
    }


def test_a_vendors_time():
    body = time_activity(replace(TIME, worker=Ref("Vendor", "30"), text=""), US)
    assert (body["NameOf"], body["VendorRef"]) == ("Vendor", {"value": "30"})
    assert body["EmployeeRef"] is None and body["Description"] is None


@pytest.mark.parametrize(
    ("billable", "customer", "status"),
    [
        (True, Ref("Customer", "8"), "Billable"),
        (True, None, "NotBillable"),  # else 6310
        (False, Ref("Customer", "8"), "NotBillable"),
    ],
)
def test_who_is_charged(billable, customer, status):
    body = time_activity(replace(TIME, billable=billable, customer=customer), US)
    assert body["BillableStatus"] == status


def test_it_is_known_by_what_it_says():
    sent = time_activity(TIME, US)
    there = {
        **{key: value for key, value in sent.items() if value is not None},
        "EmployeeRef": {"value": "55", "name": "John Johnson"},
        "Description": "Planting ",
        "Id": "9",
    }
    assert figures(there) == figures(sent) and total_minutes(there) == 95
    for change in (
        {"Minutes": 36},
        {"TxnDate": "2026-03-11"},
        {"CustomerRef": {"value": "9"}},
        {"EmployeeRef": {"value": "54"}},
        {"Description": "Weeding"},
    ):
        assert figures({**there, **change}) != figures(sent)
