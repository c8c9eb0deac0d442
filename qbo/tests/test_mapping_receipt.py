"""Sales receipts and refund receipts: the sale and its money in one."""

from dataclasses import replace
from decimal import Decimal

import pytest
from quickbooks.objects import RefundReceipt, SalesReceipt
from test_mapping_schema import check

from qbo.mapping.receipt import billed_tax, refund_receipt, sales_receipt, with_sold
from qbo.model import CompanyProfile, LineSnapshot, Ref
from qbo.model_receipt import ReceiptSnapshot

D = Decimal
US = CompanyProfile()
AST = CompanyProfile(automated_sales_tax=True)
GB = CompanyProfile(country="GB", home_currency="GBP")
BOTH = CompanyProfile(multicurrency=True)
LINES = (
    LineSnapshot("Tickets"),
    LineSnapshot(
        "Seat",
        D("80.00"),
        D(2),
        D(40),
        item=Ref("Item", "7"),
        taxable=True,
        tax_code=Ref("TaxCode", "3"),
    ),
    LineSnapshot(
        "Programme", D("20.00"), D(1), D(20), item=Ref("Item", "8"), tax_code=Ref("TaxCode", "4")
    ),
)
SALE = ReceiptSnapshot(
    number="PBNK1/2026/00007",
    date="2026-03-20",
    due_date="",
    customer=Ref("Customer", "12"),
    currency="USD",
    lines=LINES,
    untaxed=D("100.00"),
    tax=D("12.00"),
    total=D("112.00"),
    tax_code=Ref("TaxCode", "3"),
    email="ann@acme.org",
    private_notes=("Order: S00012", "S00012 - PRV-77", "[odoo abc/account.payment/4]"),
    method=Ref("PaymentMethod", "5"),
    account=Ref("Account", "35"),
    reference="PRV-77",
)


@pytest.mark.parametrize("make", [sales_receipt, refund_receipt])
def test_the_sale_and_its_money(make):
    payload = make(SALE, US)
    assert payload["CustomerRef"] == {"value": "12"}
    assert payload["DocNumber"] == "PBNK1/2026/00007"
    assert payload["TxnDate"] == "2026-03-20"
    assert payload["PaymentMethodRef"] == {"value": "5"}
    assert payload["DepositToAccountRef"] == {"value": "35"}
    assert payload["PaymentRefNum"] == "PRV-77"
    assert payload["BillEmail"] == {"Address": "ann@acme.org"}
    assert payload["PrivateNote"].splitlines()[-1] == "[odoo abc/account.payment/4]"
    assert [line["Amount"] for line in payload["Line"] if "Amount" in line] == [
        D("80.00"),
        D("20.00"),
    ]
    assert [line["DetailType"] for line in payload["Line"]][0] == "DescriptionOnly"
    assert not payload.keys() & {"DueDate", "SalesTermRef"}, "it is paid"


def test_nothing_known_of_the_money():
    """QBO puts it into Undeposited Funds, without a method or reference."""
    payload = sales_receipt(replace(SALE, method=None, account=None, reference=""), US)
    assert payload["PaymentMethodRef"] is payload["DepositToAccountRef"] is None
    assert payload["PaymentRefNum"] is None


@pytest.mark.parametrize(("make", "longest"), [(sales_receipt, 21), (refund_receipt, 100)])
def test_long_references(make, longest):
    """QBO takes 21 characters of one and 100 of the other."""
    assert len(make(replace(SALE, reference="r" * 120), US)["PaymentRefNum"]) == longest
    short = "pi_" + "x" * 18
    assert make(replace(SALE, reference=short), US)["PaymentRefNum"] == short


@pytest.mark.parametrize(
    ("profile", "tax", "included"),
    [
        (US, {"TxnTaxCodeRef": {"value": "3"}}, None),
        (AST, {"TotalTax": D("12.00")}, None),
        (CompanyProfile(using_sales_tax=False), None, None),
        (GB, None, "TaxExcluded"),
    ],
)
def test_tax(profile, tax, included):
    payload = sales_receipt(SALE, profile)
    assert payload["TxnTaxDetail"] == tax
    assert payload["GlobalTaxCalculation"] == included
    details = [line["SalesItemLineDetail"] for line in payload["Line"] if "Amount" in line]
    wanted = ["TAX", "NON"] if profile.us else ["3", "4"]
    assert [detail["TaxCodeRef"]["value"] for detail in details] == wanted


def test_currency():
    euro = sales_receipt(replace(SALE, currency="EUR", rate=D("1.1")), BOTH)
    assert (euro["CurrencyRef"], euro["ExchangeRate"]) == ({"value": "EUR"}, D("1.1"))
    assert sales_receipt(SALE, BOTH)["ExchangeRate"] is None
    assert sales_receipt(SALE, US)["CurrencyRef"] is None


def test_billed_tax_is_what_the_lines_lack():
    """Texts carry nothing, and a line over cents of the tax counts as a line."""
    payload = sales_receipt(SALE, US)
    assert billed_tax(payload, D("112.00")) == D("12.00")
    cent = LineSnapshot("Sales tax rounding", D("0.01"), item=Ref("Item", "9"))
    payload = sales_receipt(replace(SALE, lines=(*LINES, cent)), US)
    assert billed_tax(payload, D("112.00")) == D("11.99")
    assert billed_tax({}, D("5.00")) == D("5.00")


def test_what_was_sold_stays():
    """Date and method follow the payment; lines and tax are those of the sale."""
    agreed = sales_receipt(SALE, US)
    edited = replace(SALE, date="2026-03-21", lines=LINES[1:], tax_code=None)
    payload = with_sold(sales_receipt(edited, US), agreed)
    assert payload["Line"] == agreed["Line"]
    assert payload["TxnTaxDetail"] == agreed["TxnTaxDetail"]
    assert payload["TxnDate"] == "2026-03-21"
    assert with_sold(payload, {}) == payload


@pytest.mark.parametrize("profile", [US, AST, GB, BOTH])
def test_payloads_fit_the_library(profile):
    check(sales_receipt(SALE, profile), SalesReceipt, "SalesReceipt")
    check(refund_receipt(SALE, profile), RefundReceipt, "RefundReceipt")
