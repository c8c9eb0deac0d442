"""The purchase side's payloads against the library's classes: QuickBooks refuses unknown keys."""

from decimal import Decimal

import pytest
import test_mapping_schema as sales
from quickbooks.objects import Bill, BillPayment, Purchase, Vendor, VendorCredit
from quickbooks.objects.billpayment import BillPaymentCreditCard, BillPaymentLine, CheckPayment
from quickbooks.objects.detailline import AccountBasedExpenseLine, AccountBasedExpenseLineDetail
from quickbooks.objects.tax import TaxLine, TaxLineDetail

from qbo import model
from qbo.mapping import bill_payment, party, purchase
from qbo.model_purchase import BillSnapshot, ExpenseLine, RateTax

#: attributes of the API (FACTS 5.13, 5.15) the library's classes lack
sales.GAPS[VendorCredit] = {"TxnTaxDetail"}
sales.PARTS.update(
    {
        "AccountBasedExpenseLineDetail": AccountBasedExpenseLineDetail,
        "CheckPayment": CheckPayment,
        "CreditCardPayment": BillPaymentCreditCard,
    }
)
sales.LINE_CLASSES["AccountBasedExpenseLineDetail"] = AccountBasedExpenseLine

DOCUMENT = BillSnapshot(
    number="1",
    date="2026-03-10",
    due_date="2026-03-11",
    vendor=model.Ref("Vendor", "1"),
    currency="EUR",
    lines=(
        ExpenseLine(
            "Paper",
            Decimal(10),
            account=model.Ref("Account", "1"),
            tax_code=model.Ref("TaxCode", "2"),
        ),
        ExpenseLine("Note"),
    ),
    rate=Decimal("1.1"),
    term=model.Ref("Term", "3"),
    taxes=(RateTax("2", Decimal(20), Decimal(10), Decimal(2)),),
    taxed=True,
    private_notes=("note",),
)
PAYMENT = model.PaymentSnapshot(
    date="2026-03-10",
    customer=model.Ref("Vendor", "1"),
    currency="EUR",
    total=Decimal(10),
    allocations=((model.Ref("Bill", "1"), Decimal(10)),),
    rate=Decimal("1.1"),
    number="1",
    deposit_account=model.Ref("Account", "1"),
    private_notes=("note",),
)


@pytest.mark.parametrize("profile", sales.PROFILES)
def test_payloads_fit_the_library(profile):
    account = model.Ref("Account", "35")
    sales.check(party.vendor(sales.PARTY, profile), Vendor, "Vendor")
    sales.check(purchase.bill(DOCUMENT, profile), Bill, "Bill")
    sales.check(purchase.vendor_credit(DOCUMENT, profile), VendorCredit, "VendorCredit")
    sales.check(purchase.purchase(DOCUMENT, profile, account, "Bank"), Purchase, "Purchase")


@pytest.mark.parametrize("account_type", ["Bank", "Credit Card"])
def test_payments_fit_the_library(account_type):
    made = bill_payment.bill_payment(PAYMENT, sales.PROFILES[0], account_type)
    assert set(made) - set(vars(BillPayment())) <= {"TxnDate", "ExchangeRate"}
    part = made["CheckPayment"] or made["CreditCardPayment"]
    kind = CheckPayment if made["CheckPayment"] else BillPaymentCreditCard
    assert set(part) <= set(vars(kind()))
    (line,) = made["Line"]
    assert set(line) <= set(vars(BillPaymentLine()))


def test_tax_lines_fit_the_library():
    (line,) = purchase.tax_detail(DOCUMENT.taxes)["TaxLine"]
    assert set(line) <= set(vars(TaxLine())) | set(TaxLine.class_dict)
    assert set(line["TaxLineDetail"]) <= set(vars(TaxLineDetail())) | set(TaxLineDetail.class_dict)
