"""Every key we send is an attribute of the library's class: QuickBooks refuses others (2010)."""

from dataclasses import replace
from decimal import Decimal

import pytest
from quickbooks.objects import Customer, Invoice, Item
from quickbooks.objects.base import (
    Address,
    CustomerMemo,
    EmailAddress,
    PhoneNumber,
    Ref,
    WebAddress,
)
from quickbooks.objects.detailline import (
    DescriptionLineDetail,
    DescriptionOnlyLine,
    SalesItemLine,
    SalesItemLineDetail,
)
from quickbooks.objects.tax import TxnTaxDetail

from qbo import model
from qbo.mapping import invoice, item, party, project

ADDRESS = model.AddressSnapshot("1 Main St", "Suite 2", "Reno", "NV", "89501", "USA", "Ann")
PROFILES = [
    model.CompanyProfile(multicurrency=True, class_per_line=True),
    model.CompanyProfile(multicurrency=True, automated_sales_tax=True, class_per_txn=True),
    model.CompanyProfile(multicurrency=True, track_departments=True),
    model.CompanyProfile(country="GB", home_currency="GBP", multicurrency=True),
]
PARTY = model.PartySnapshot(
    display_name="Ann Lee",
    is_company=False,
    company_name="Acme",
    given_name="Ann",
    family_name="Lee",
    email="ann@acme.org",
    phone="555-1234",
    website="acme.org",
    tax_number="12-3456789",
    notes="note",
    billing=ADDRESS,
    shipping=ADDRESS,
    term=model.Ref("Term", "3"),
    currency="EUR",
)
PRODUCT = model.ItemSnapshot(
    "Widget", True, model.Ref("Account", "1"), "W", "Text", Decimal(1), True
)
LINES = (
    model.LineSnapshot(
        "Work",
        Decimal(10),
        Decimal(1),
        Decimal(10),
        item=model.Ref("Item", "1"),
        taxable=True,
        tax_code=model.Ref("TaxCode", "2"),
        class_ref=model.Ref("Class", "4"),
    ),
    model.LineSnapshot("Section"),
)
PROJECT = model.ProjectSnapshot("Garden", model.Ref("Customer", "1"))
DOCUMENT = model.DocumentSnapshot(
    number="1",
    date="2026-03-10",
    due_date="2026-03-11",
    customer=model.Ref("Customer", "1"),
    currency="EUR",
    lines=LINES,
    untaxed=Decimal(10),
    tax=Decimal(1),
    total=Decimal(11),
    rate=Decimal("1.1"),
    term=model.Ref("Term", "3"),
    tax_code=model.Ref("TaxCode", "2"),
    email="ann@acme.org",
    memo="memo",
    private_notes=("note",),
    billing=ADDRESS,
    shipping=ADDRESS,
    project=model.Ref("Customer", "2"),
    class_ref=model.Ref("Class", "4"),
    department=model.Ref("Department", "5"),
)
#: attribute of the payload → class of its value
PARTS = {
    "BillAddr": Address,
    "ShipAddr": Address,
    "PrimaryEmailAddr": EmailAddress,
    "BillEmail": EmailAddress,
    "PrimaryPhone": PhoneNumber,
    "WebAddr": WebAddress,
    "CustomerMemo": CustomerMemo,
    "SalesItemLineDetail": SalesItemLineDetail,
    "DescriptionLineDetail": DescriptionLineDetail,
    "TxnTaxDetail": TxnTaxDetail,
}
LINE_CLASSES = {"SalesItemLineDetail": SalesItemLine, "DescriptionOnly": DescriptionOnlyLine}
#: attributes of the API (FACTS 5) the library's classes lack
GAPS: dict[type, set[str]] = {Invoice: {"ProjectRef"}}


def check(value, cls, path):
    """Every key of ``value`` is an attribute of ``cls``, and so on below."""
    known = set(vars(cls())) | set(getattr(cls, "class_dict", {})) | GAPS.get(cls, set())
    assert set(value) <= known, f"{path}: {set(value) - known}"
    for key, part in value.items():
        below = f"{path}.{key}"
        if key == "Line":
            for line in part:
                check(line, LINE_CLASSES[line["DetailType"]], below)
        elif isinstance(part, dict):
            check(part, Ref if key.endswith("Ref") else PARTS[key], below)


@pytest.mark.parametrize("profile", PROFILES)
def test_payloads_fit_the_library(profile):
    check(party.customer(PARTY, profile), Customer, "Customer")
    check(item.item(PRODUCT, profile, "Widget"), Item, "Item")
    check(invoice.invoice(DOCUMENT, profile), Invoice, "Invoice")
    check(project.sub_customer(PROJECT), Customer, "Customer")


@pytest.mark.parametrize(
    "payload",
    [
        party.customer(PARTY, PROFILES[0]),
        item.item(PRODUCT, PROFILES[0], "Widget"),
        invoice.invoice(replace(DOCUMENT, tax=Decimal(1)), PROFILES[0]),
    ],
)
def test_the_samples_leave_nothing_out(payload):
    empty = {key for key, value in payload.items() if value is None}
    assert empty <= {"GlobalTaxCalculation"}


def test_a_typing_error_would_be_seen():
    with pytest.raises(AssertionError, match="DisplayNmae"):
        check({"DisplayNmae": "x"}, Customer, "Customer")
