"""Class, customer, project and location of purchases (FACTS 5.13, 6, 14#47, 14#62)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from qbo.mapping.purchase import bill, charged, uncharged, vendor_credit
from qbo.model import CompanyProfile, Ref
from qbo.model_purchase import BillSnapshot, ExpenseLine

US = CompanyProfile()
LINE = ExpenseLine("Stone", Decimal(10), account=Ref("Account", "7"))
BILL = BillSnapshot("1", "2026-03-10", Ref("Vendor", "30"), "USD", (LINE,))
CUSTOMER, GARDEN = Ref("Customer", "8"), Ref("Class", "500")


def detail(line, make=bill):
    body = make(replace(BILL, lines=(line,)), US)
    return body["Line"][0]["AccountBasedExpenseLineDetail"]


@pytest.mark.parametrize(
    ("line", "status"),
    [
        (LINE, "NotBillable"),
        (replace(LINE, customer=CUSTOMER), "NotBillable"),
        (replace(LINE, customer=CUSTOMER, billable=True), "Billable"),
        (replace(LINE, billable=True), "NotBillable"),  # else 6310
    ],
)
def test_what_the_customer_is_charged_for_is_always_said(line, status):
    assert detail(line)["BillableStatus"] == status


@pytest.mark.parametrize("make", [bill, vendor_credit])
def test_customer_and_class_are_the_lines(make):
    found = detail(replace(LINE, customer=CUSTOMER, class_ref=GARDEN), make)
    assert (found["CustomerRef"], found["ClassRef"]) == ({"value": "8"}, {"value": "500"})
    assert not {"CustomerRef", "ClassRef"} & detail(LINE, make).keys()


def test_a_project_of_quickbooks_is_named_as_such():
    line = replace(LINE, customer=CUSTOMER, project=CUSTOMER)
    assert bill(replace(BILL, lines=(line,)), US)["Line"][0]["ProjectRef"] == {"value": "8"}
    assert "ProjectRef" not in bill(BILL, US)["Line"][0]


def test_the_location_is_the_documents():
    body = bill(replace(BILL, department=Ref("Department", "9")), US)
    assert body["DepartmentRef"] == {"value": "9"}
    assert "DepartmentRef" not in bill(BILL, US)


def test_whether_the_customer_was_charged_there():
    body = bill(replace(BILL, lines=(replace(LINE, customer=CUSTOMER, billable=True),)), US)
    assert not charged(body)
    assert not charged({})
    found = body["Line"][0]["AccountBasedExpenseLineDetail"]
    found["BillableStatus"] = "HasBeenBilled"
    assert charged(body)
    again = bill(replace(BILL, lines=(replace(LINE, customer=CUSTOMER),)), US)
    assert uncharged(body["Line"]) == uncharged(again["Line"])
    dearer = bill(replace(BILL, lines=(replace(LINE, customer=CUSTOMER, amount=Decimal(11)),)), US)
    assert uncharged(body["Line"]) != uncharged(dearer["Line"])
    assert found["BillableStatus"] == "HasBeenBilled", "it is not touched"
