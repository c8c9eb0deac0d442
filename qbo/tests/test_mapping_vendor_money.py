"""Discounts, prepayments and money back of vendors (FACTS 5.14, 5.16, 5.17, 5.18, 6, 7.6)."""

from dataclasses import replace
from decimal import Decimal

import pytest

from qbo.mapping.bill_payment import bill_payment, read_bill_payment
from qbo.mapping.credit import amounts
from qbo.mapping.vendor_money import deposit, prepayment, used_as
from qbo.mapping.write_off import postings, write_off, written_off
from qbo.model import CompanyProfile, PaymentSnapshot, Ref, WriteOffSnapshot
from qbo.model_purchase import DepositSnapshot

D = Decimal
US = CompanyProfile()
GB = CompanyProfile(country="GB", home_currency="GBP")
MULTI = CompanyProfile(multicurrency=True)
PAYABLE, BANK, DISCOUNT, TAX = (Ref("Account", ident) for ident in ("33", "35", "86", "90"))
VENDOR = Ref("Vendor", "30")
MONEY = PaymentSnapshot(
    date="2026-03-20",
    customer=VENDOR,
    currency="USD",
    total=D("60"),
    number="PBNK1/2026/00001",
    rate=D("1.25"),
    deposit_account=BANK,
    private_notes=("Odoo: PBNK1/2026/00001", "[odoo x/account.payment/1]"),
)
BACK = DepositSnapshot(
    date="2026-03-20",
    vendor=VENDOR,
    currency="USD",
    account=BANK,
    payable=PAYABLE,
    amount=D("40"),
    rate=D("1.25"),
    private_notes=("[odoo x/account.payment/2]",),
)


def test_a_discount_debits_the_vendors_payables():
    parts = ((DISCOUNT, "Discount", D("-2.00")), (TAX, "Tax", D("-0.30")))
    entry = WriteOffSnapshot("2026-03-20", VENDOR, PAYABLE, "USD", D("-2.30"), parts)
    body = write_off(entry, US)
    assert postings(body) == [("33", D("2.30")), ("86", D("-2.00")), ("90", D("-0.30"))]
    last = body["Line"][-1]["JournalEntryLineDetail"]
    assert last["Entity"] == {"Type": "Vendor", "EntityRef": {"value": "30"}}
    assert written_off(body) == ("30", D("-2.30"))


def test_the_bill_payment_has_a_line_for_it():
    snapshot = replace(
        MONEY,
        total=D("98"),
        allocations=((Ref("Bill", "145"), D("100")),),
        write_off=(Ref("JournalEntry", "201"), D("2")),
    )
    body = bill_payment(snapshot, US, "Bank")
    assert amounts(body) == {("Bill", "145"): D("100"), ("JournalEntry", "201"): D("2")}
    assert body["TotalAmt"] == D("98")


@pytest.mark.parametrize(
    ("total", "lines", "left"),
    [
        ("98", [("Bill", "100"), ("JournalEntry", "2")], "0"),
        ("103", [("Bill", "100"), ("JournalEntry", "3")], "0"),
        ("110", [("Bill", "100"), ("JournalEntry", "3")], "7"),
        ("0", [("Bill", "60"), ("Expense", "60")], "0"),
        ("0", [("Bill", "60"), ("Check", "60")], "0"),
        ("0", [("Bill", "62"), ("Expense", "60"), ("JournalEntry", "2")], "0"),
        ("0", [("Deposit", "40"), ("VendorCredit", "40")], "0"),
        ("0", [("Deposit", "25"), ("Expense", "25")], "0"),
    ],
)
def test_what_is_left(total, lines, left):
    links = [
        {"Amount": D(amount), "LinkedTxn": [{"TxnId": str(place), "TxnType": kind}]}
        for place, (kind, amount) in enumerate(lines)
    ]
    body = {"Id": "1", "SyncToken": "0", "TotalAmt": D(total), "Line": links}
    assert read_bill_payment(body).unapplied == D(left)


def test_a_prepayment_goes_from_the_bank_to_payables():
    body = prepayment(MONEY, US, PAYABLE, "Bank")
    assert (body["PaymentType"], body["AccountRef"]) == ("Cash", {"value": "35"})
    assert body["EntityRef"] == {"value": "30", "type": "Vendor"}
    assert body["Line"] == [
        {
            "Amount": D("60"),
            "DetailType": "AccountBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail": {
                "AccountRef": {"value": "33"},
                "BillableStatus": "NotBillable",
            },
        }
    ]
    assert body["GlobalTaxCalculation"] is None and "DocNumber" not in body
    assert body["PrivateNote"].endswith("[odoo x/account.payment/1]")


@pytest.mark.parametrize(
    ("account_type", "by_check", "kind", "called"),
    [
        ("Bank", False, "Cash", "Expense"),
        ("Bank", True, "Check", "Check"),
        ("Credit Card", False, "CreditCard", "Expense"),
        ("Credit Card", True, "CreditCard", "Expense"),
    ],
)
def test_how_it_was_paid_and_what_lines_call_it(account_type, by_check, kind, called):
    body = prepayment(MONEY, US, PAYABLE, account_type, by_check)
    assert (body["PaymentType"], used_as(body)) == (kind, called)


def test_money_back_is_a_deposit_in_the_vendors_name():
    body = deposit(BACK, US)
    assert body["DepositToAccountRef"] == {"value": "35"}
    assert body["Line"] == [
        {
            "Amount": D("40"),
            "DetailType": "DepositLineDetail",
            "DepositLineDetail": {
                "AccountRef": {"value": "33"},
                "Entity": {"value": "30", "type": "VENDOR"},
            },
        }
    ]


def test_what_else_explains_the_money_back():
    parts = ((DISCOUNT, "Fee of the bank", D("-2")), (TAX, "", D("0")))
    lines = deposit(replace(BACK, parts=parts), US)["Line"]
    assert [line["Amount"] for line in lines] == [D("40"), D("-2")]
    assert lines[1]["Description"] == "Fee of the bank"
    assert "Entity" not in lines[1]["DepositLineDetail"]


@pytest.mark.parametrize("currency", ["USD", "EUR"])
def test_currency_and_rate_only_where_there_are_several(currency):
    foreign = currency != "USD"
    made = (
        prepayment(replace(MONEY, currency=currency), MULTI, PAYABLE, "Bank"),
        deposit(replace(BACK, currency=currency), MULTI),
    )
    for body in made:
        assert body["CurrencyRef"] == {"value": currency}
        assert body["ExchangeRate"] == (D("1.25") if foreign else None)
    assert prepayment(MONEY, US, PAYABLE, "Bank")["CurrencyRef"] is None
    assert deposit(BACK, US)["CurrencyRef"] is None


def test_outside_the_us_they_have_no_tax():
    assert prepayment(MONEY, GB, PAYABLE, "Bank")["GlobalTaxCalculation"] == "NotApplicable"
    assert deposit(BACK, GB)["GlobalTaxCalculation"] == "NotApplicable"
