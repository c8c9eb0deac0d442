"""Money paid back to a customer as an expense."""

from dataclasses import replace
from decimal import Decimal

from qbo.mapping.refund import money_back
from qbo.model import CompanyProfile, PaymentSnapshot, Ref

D = Decimal
AR = Ref("Account", "84")
REFUND = PaymentSnapshot(
    date="2026-03-20",
    customer=Ref("Customer", "12"),
    currency="USD",
    total=D("46.00"),
    deposit_account=Ref("Account", "35"),
    private_notes=("Odoo: PBNK1/2026/00001", "[odoo abc/account.payment/4]"),
)


def test_it_books_from_the_bank_to_receivables():
    payload = money_back(REFUND, CompanyProfile(), AR)
    assert payload["PaymentType"] == "Cash"
    assert payload["AccountRef"] == {"value": "35"}
    assert payload["EntityRef"] == {"value": "12", "type": "Customer"}
    (line,) = payload["Line"]
    assert line["Amount"] == D("46.00")
    detail = line["AccountBasedExpenseLineDetail"]
    assert detail == {"AccountRef": {"value": "84"}, "BillableStatus": "NotBillable"}
    assert payload["PrivateNote"].endswith("[odoo abc/account.payment/4]")


def test_no_tax_anywhere_and_no_number():
    assert money_back(REFUND, CompanyProfile(), AR)["GlobalTaxCalculation"] is None
    british = CompanyProfile(country="GB", home_currency="GBP")
    assert money_back(REFUND, british, AR)["GlobalTaxCalculation"] == "NotApplicable"
    assert "DocNumber" not in money_back(REFUND, CompanyProfile(), AR)


def test_currency():
    both = CompanyProfile(multicurrency=True)
    euro = money_back(replace(REFUND, currency="EUR", rate=D("1.1")), both, AR)
    assert (euro["CurrencyRef"], euro["ExchangeRate"]) == ({"value": "EUR"}, D("1.1"))
    assert money_back(REFUND, both, AR)["ExchangeRate"] is None
    assert money_back(REFUND, CompanyProfile(), AR)["CurrencyRef"] is None
