"""Bills, vendor credits, expenses and bill payments: lines, tax as billed, money."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo import canonical
from qbo.mapping import purchase, purchase_tax, suggest
from qbo.mapping.bill_payment import bill_payment, read_bill_payment
from qbo.model import CompanyProfile, PaymentSnapshot, Ref
from qbo.model_purchase import BillSnapshot, CodeTax, ExpenseLine, RatePart, RateTax

D = Decimal
US = CompanyProfile()
GB = CompanyProfile(country="GB", home_currency="GBP")
MULTI = CompanyProfile(multicurrency=True)
ACCOUNT, CODE = Ref("Account", "15"), Ref("TaxCode", "6")


def line(amount="100", text="Paper", **values):
    return ExpenseLine(text, D(amount), account=ACCOUNT, **values)


def doc(*lines, **values):
    values = {
        "number": "ACME-77",
        "date": "2026-03-10",
        "vendor": Ref("Vendor", "30"),
        "currency": "USD",
        "due_date": "2026-04-09",
        "private_notes": ("Odoo: BILL/2026/03/0001", "[odoo abc/account.move/1]"),
        **values,
    }
    return BillSnapshot(lines=lines or (line(),), **values)


# --- lines ---------------------------------------------------------------------------------------


def test_a_bill_in_the_us():
    assert purchase.bill(doc(term=Ref("Term", "3")), US) == {
        "VendorRef": {"value": "30"},
        "TxnDate": "2026-03-10",
        "DueDate": "2026-04-09",
        "DocNumber": "ACME-77",
        "SalesTermRef": {"value": "3"},
        "CurrencyRef": None,
        "ExchangeRate": None,
        "GlobalTaxCalculation": None,
        "TxnTaxDetail": None,
        "PrivateNote": "Odoo: BILL/2026/03/0001\n[odoo abc/account.move/1]",
        "Line": [
            {
                "DetailType": "AccountBasedExpenseLineDetail",
                "Amount": D(100),
                "Description": "Paper",
                "AccountBasedExpenseLineDetail": {
                    "AccountRef": {"value": "15"},
                    "BillableStatus": "NotBillable",
                    "TaxCodeRef": {"value": "NON"},
                },
            }
        ],
    }


HEAD, NOTE = ExpenseLine("Head", heading=True), ExpenseLine("Note")


@pytest.mark.parametrize(
    ("lines", "expected"),
    [
        ((line(text="A"),), ["A"]),
        ((HEAD, line(text="A"), NOTE, line(text="B")), ["Head\nA\nNote", "B"]),
        ((HEAD, HEAD, line(text="A")), ["Head\nHead\nA"]),
        ((line(text="A"), HEAD, line(text="B")), ["A", "Head\nB"]),
        ((NOTE, line(text="A")), ["Note\nA"]),  # nothing above it
        ((line(text="A"), HEAD), ["A\nHead"]),  # nothing below it
        ((HEAD, NOTE), []),  # nothing to carry them
        ((line(text=""),), [None]),
        ((line(text="  \n "),), [None]),
        ((line(text="A"), ExpenseLine("")), ["A"]),
    ],
)
def test_texts_are_carried_by_lines(lines, expected):
    made = purchase.expense_lines(lines, US)
    assert [one.get("Description") for one in made] == expected


def test_texts_are_cut_and_cleaned():
    made = purchase.expense_lines((line(text="x" * 5000), line(text="Caf\u00e9 \U0001f600")), US)
    assert len(made[0]["Description"]) == 4000
    assert "\U0001f600" not in made[1]["Description"]


@pytest.mark.parametrize("amount", ["0", "-20.01", "0.01", "99999999.99"])
def test_amounts_are_exact(amount):
    (made,) = purchase.expense_lines((line(amount),), US)
    assert made["Amount"] == D(amount)


@pytest.mark.parametrize(
    ("profile", "taxed", "expected"),
    [
        (US, False, {"value": "NON"}),
        (US, True, {"value": "NON"}),  # never happens, and would be refused otherwise
        (GB, True, {"value": "6"}),
        (GB, False, None),
    ],
)
def test_tax_code_of_a_line(profile, taxed, expected):
    (made,) = purchase.expense_lines((line(tax_code=CODE),), profile, taxed)
    assert made["AccountBasedExpenseLineDetail"].get("TaxCodeRef") == expected


def test_long_vendor_numbers_are_shortened():
    number = purchase.bill(doc(number="A" * 30 + "-00017"), US)["DocNumber"]
    assert len(number) == 21
    assert number.endswith("-00017")
    assert purchase.bill(doc(number=""), US)["DocNumber"] is None


@pytest.mark.parametrize(
    ("profile", "currency", "ref", "rate"),
    [
        (US, "USD", None, None),
        (MULTI, "USD", {"value": "USD"}, None),
        (MULTI, "EUR", {"value": "EUR"}, D("1.1")),
    ],
)
def test_currency(profile, currency, ref, rate):
    made = purchase.bill(doc(currency=currency, rate=D("1.1")), profile)
    assert (made["CurrencyRef"], made["ExchangeRate"]) == (ref, rate)


def test_a_vendor_credit_falls_not_due():
    made = purchase.vendor_credit(doc(term=Ref("Term", "3")), US)
    assert "DueDate" not in made
    assert "SalesTermRef" not in made
    assert made["VendorRef"] == {"value": "30"}


@pytest.mark.parametrize(
    ("account_type", "by_check", "expected"),
    [
        ("Bank", False, "Cash"),
        ("Bank", True, "Check"),
        ("Credit Card", False, "CreditCard"),
        ("Credit Card", True, "CreditCard"),
    ],
)
def test_how_an_expense_was_paid(account_type, by_check, expected):
    made = purchase.purchase(doc(), US, Ref("Account", "35"), account_type, by_check)
    assert made["PaymentType"] == expected
    assert made["AccountRef"] == {"value": "35"}
    assert made["EntityRef"] == {"value": "30", "type": "Vendor"}
    assert "VendorRef" not in made


def test_an_expense_of_nobody():
    made = purchase.purchase(doc(vendor=None), US, Ref("Account", "35"), "Bank")
    assert made["EntityRef"] is None


# --- tax -----------------------------------------------------------------------------------------

STANDARD = (RatePart("2", D(20)),)
REDUCED = (RatePart("4", D(5)),)


def code(rates, billed, *amounts, ident="6"):
    return CodeTax(Ref("TaxCode", ident), rates, tuple(map(D, amounts)), D(billed))


@pytest.mark.parametrize(
    ("codes", "expected"),
    [
        ([code(STANDARD, "20", "100")], {"2": ("100", "20")}),
        # as billed, whatever QuickBooks would compute
        ([code(STANDARD, "20.01", "100")], {"2": ("100", "20.01")}),
        ([code(REDUCED, "0.05", "0.33", "0.33", "0.33")], {"4": ("0.99", "0.05")}),
        ([code(STANDARD, "-4", "-20")], {"2": ("-20", "-4")}),
        ([code(STANDARD, "0", "0")], {"2": ("0", "0")}),
        # two codes that share a rate: QuickBooks wants each rate once
        (
            [code(STANDARD, "20", "100"), code(STANDARD, "2", "10", ident="9")],
            {"2": ("110", "22")},
        ),
        # a tax on the tax: 10 % of 100, and 5 % of 110
        (
            [
                code(
                    (RatePart("a", D(10)), RatePart("b", D(5), "TaxOnAmountPlusTax")),
                    "15.5",
                    "100",
                )
            ],
            {"a": ("100", "10"), "b": ("100", "5.5")},
        ),
        # the cent that differs goes to the larger rate
        (
            [code((RatePart("gst", D(5)), RatePart("pst", D(7))), "12.01", "100")],
            {"gst": ("100", "5"), "pst": ("100", "7.01")},
        ),
        # a tax without a line under its code
        ([code(STANDARD, "3")], {"2": ("0", "3")}),
    ],
)
def test_tax_as_billed(codes, expected):
    found = {tax.rate_id: (tax.base, tax.tax) for tax in purchase_tax.billed(codes)}
    assert found == {key: (D(base), D(tax)) for key, (base, tax) in expected.items()}


@given(
    amounts=st.lists(st.decimals("-999.99", "9999.99", places=2), min_size=1, max_size=5),
    percents=st.lists(st.decimals("0", "25", places=3), min_size=1, max_size=3),
    difference=st.decimals("-0.05", "0.05", places=2),
)
def test_the_sum_is_always_what_was_billed(amounts, percents, difference):
    rates = tuple(RatePart(str(place), percent) for place, percent in enumerate(percents))
    billed = sum(amounts, D(0)).quantize(D("0.01")) + difference
    taxes = purchase_tax.billed([CodeTax(CODE, rates, tuple(amounts), billed)])
    assert sum(tax.tax for tax in taxes) == billed
    assert all(tax.tax == tax.tax.quantize(D("0.01")) for tax in taxes)
    assert len({tax.rate_id for tax in taxes}) == len(rates)


@pytest.mark.parametrize(
    ("posted", "expected"),
    [
        # each tax behind one code: what the ledger says
        ([({"6"}, "20.01"), ({"8"}, "0.49")], {"6": "20.01", "8": "0.49"}),
        # 5 % behind both, 20 % behind one: 25.00 and 0.50 computed, a cent more in the ledger
        ([({"6", "8"}, "5.50"), ({"6"}, "20.01")], {"6": "25.01", "8": "0.50"}),
        # joined by a third tax only
        ([({"6"}, "20"), ({"8"}, "0.50"), ({"6", "8"}, "5")], {"6": "25.00", "8": "0.50"}),
        # of a code without a tax in the ledger nothing is owed
        ([({"6"}, "25")], {"6": "25", "8": "0"}),
    ],
)
def test_a_tax_behind_several_codes(posted, expected):
    both = (RatePart("2", D(20)), RatePart("4", D(5)))
    codes = [code(both, "0", "100"), code(REDUCED, "0", "10", ident="8")]
    found = purchase_tax.spread(codes, [(ids, D(amount)) for ids, amount in posted])
    assert {one.code.id: one.billed for one in found} == {
        ident: D(amount) for ident, amount in expected.items()
    }


def test_tax_detail():
    detail = purchase.tax_detail((RateTax("2", D(20), D(100), D("20.01")),))
    assert detail == {
        "TotalTax": D("20.01"),
        "TaxLine": [
            {
                "DetailType": "TaxLineDetail",
                "Amount": D("20.01"),
                "TaxLineDetail": {
                    "TaxRateRef": {"value": "2"},
                    "PercentBased": True,
                    "TaxPercent": D(20),
                    "NetAmountTaxable": D(100),
                },
            }
        ],
    }
    assert purchase.tax_detail(None) is None
    canonical.dumps(detail)


@pytest.mark.parametrize(
    ("profile", "taxed", "expected"),
    [(US, False, None), (GB, True, "TaxExcluded"), (GB, False, "NotApplicable")],
)
def test_global_calculation(profile, taxed, expected):
    taxes = (RateTax("2", D(20), D(100), D(20)),)
    made = purchase.bill(doc(taxed=taxed, taxes=taxes), profile)
    assert made["GlobalTaxCalculation"] == expected
    assert (made["TxnTaxDetail"] is None) == (not taxed)  # else 6170


RATES = {
    "2": {"Id": "2", "RateValue": D(20)},
    "11": {"Id": "11", "RateValue": D(20), "SpecialTaxType": "REVERSE_CHARGE"},
    "12": {"Id": "12", "RateValue": D(-20), "SpecialTaxType": "REVERSE_CHARGE"},
    "6": {"Id": "6", "RateValue": 0, "SpecialTaxType": "ZERO_RATE"},
}


def tax_code(*ids):
    details = [
        {"TaxRateRef": {"value": ident}, "TaxTypeApplicable": "TaxOnAmount", "TaxOrder": place}
        for place, ident in enumerate(ids)
    ]
    return {"Id": "x", "PurchaseTaxRateList": {"TaxRateDetail": details}}


@pytest.mark.parametrize(
    ("body", "percent", "own"),
    [
        (tax_code("2"), D(20), False),
        (tax_code("6"), D(0), False),
        (tax_code("11", "12"), D(0), True),  # a reverse charge adds nothing
    ],
)
def test_rates_of_a_code(body, percent, own):
    parts = purchase_tax.purchase_rates(body, RATES)
    assert purchase_tax.percent(parts) == percent
    assert purchase_tax.keeps_own_amounts(body, RATES) == own


def test_codes_without_rates():
    assert purchase_tax.purchase_rates({"Id": "NON"}, RATES) == ()
    assert purchase_tax.purchase_rates(tax_code("99"), RATES) is None
    assert not purchase_tax.keeps_own_amounts(tax_code("99"), RATES)


def candidate(ident, name, rate):
    return suggest.Candidate(ident, name, rate=D(rate))


@pytest.mark.parametrize(
    ("candidates", "expected"),
    [
        ([candidate("4", "0.0% Z", 0), candidate("7", "No VAT", 0)], "7"),
        ([candidate("4", "0.0% Z", 0), candidate("5", "Exempt", 0)], "5"),
        ([candidate("4", "GST free", 0), candidate("6", "GST", 10)], "4"),
        ([candidate("4", "GST free", 0), candidate("8", "Input taxed", 0)], None),
        ([candidate("6", "No VAT", 20)], None),
    ],
)
def test_suggested_code_without_tax(candidates, expected):
    found = suggest.untaxed(candidates)
    assert (found.id if found else None) == expected


# --- money ---------------------------------------------------------------------------------------

PAYMENT = PaymentSnapshot(
    date="2026-03-20",
    customer=Ref("Vendor", "30"),
    currency="USD",
    total=D(100),
    allocations=((Ref("Bill", "145"), D(70)), (Ref("Bill", "146"), D(30))),
    number="PBNK1/2026/00001",
    deposit_account=Ref("Account", "35"),
    private_notes=("[odoo abc/account.payment/1]",),
)


def test_a_cheque():
    assert bill_payment(PAYMENT, US, "Bank") == {
        "VendorRef": {"value": "30"},
        "TxnDate": "2026-03-20",
        "TotalAmt": D(100),
        "CurrencyRef": None,
        "ExchangeRate": None,
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": "35"}},
        "CreditCardPayment": None,
        "DocNumber": "PBNK1/2026/00001",
        "PrivateNote": "[odoo abc/account.payment/1]",
        "Line": [
            {"Amount": D(70), "LinkedTxn": [{"TxnId": "145", "TxnType": "Bill"}]},
            {"Amount": D(30), "LinkedTxn": [{"TxnId": "146", "TxnType": "Bill"}]},
        ],
    }


def test_a_card():
    made = bill_payment(PAYMENT, US, "Credit Card")
    assert made["PayType"] == "CreditCard"
    assert made["CreditCardPayment"] == {"CCAccountRef": {"value": "35"}}
    assert made["CheckPayment"] is None


def test_foreign_money():
    made = bill_payment(replace(PAYMENT, currency="EUR", rate=D("1.1")), MULTI, "Bank")
    assert (made["CurrencyRef"], made["ExchangeRate"]) == ({"value": "EUR"}, D("1.1"))


@pytest.mark.parametrize(
    ("total", "lines", "left"),
    [
        ("100", [("Bill", "100")], "0"),
        ("150", [("Bill", "100")], "50"),
        ("0", [("Bill", "30"), ("VendorCredit", "30")], "0"),
        ("70", [("Bill", "100"), ("VendorCredit", "30")], "0"),
        ("60", [], "60"),
    ],
)
def test_what_is_left_of_a_bill_payment(total, lines, left):
    body = {
        "Id": "1",
        "SyncToken": "0",
        "VendorRef": {"value": "30"},
        "TotalAmt": D(total),
        "Line": [
            {"Amount": D(amount), "LinkedTxn": [{"TxnId": str(place), "TxnType": kind}]}
            for place, (kind, amount) in enumerate(lines)
        ],
    }
    remote = read_bill_payment(body)
    assert (remote.unapplied, remote.party_id) == (D(left), "30")
