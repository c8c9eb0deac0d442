"""Credit memos, and which credit settles what in a Payment."""

from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo.mapping import credit
from qbo.mapping.creditmemo import INVOICE_ONLY, credit_memo
from qbo.mapping.invoice import invoice
from qbo.model import CompanyProfile, DocumentSnapshot, LineSnapshot, Ref

D = Decimal
US = CompanyProfile()
GB = CompanyProfile(country="GB", home_currency="GBP")
EURO = CompanyProfile(multicurrency=True)

NOTE = DocumentSnapshot(
    number="RINV/2026/00001",
    date="2026-03-10",
    due_date="2026-03-10",
    customer=Ref("Customer", "12"),
    currency="USD",
    lines=(
        LineSnapshot("Returned", D("40"), D(2), D("25"), D(20), Ref("Item", "7"), taxable=True),
    ),
    untaxed=D(40),
    tax=D(6),
    total=D(46),
    term=Ref("Term", "3"),
    tax_code=Ref("TaxCode", "5"),
    private_notes=("Odoo: RINV/2026/00001", "[odoo abc/account.move/9]"),
)


# --- the memo itself -----------------------------------------------------------------------------


def test_a_credit_memo_is_an_invoice_that_does_not_fall_due():
    memo = credit_memo(NOTE, US)
    expected = {k: v for k, v in invoice(NOTE, US).items() if k not in INVOICE_ONLY}
    assert memo == expected
    assert not INVOICE_ONLY & memo.keys()


def test_its_amounts_are_positive():
    line = credit_memo(NOTE, US)["Line"][0]
    assert line["Amount"] == 40
    assert line["SalesItemLineDetail"]["Qty"] == 2
    assert line["SalesItemLineDetail"]["UnitPrice"] == 20  # the discount is in the price
    assert line["Description"].endswith("(-20 %)")


@pytest.mark.parametrize(
    ("profile", "policies", "expected"),
    [
        (US, {}, {"TxnTaxCodeRef": {"value": "5"}}),
        (replace(US, automated_sales_tax=True), {}, {"TotalTax": D(6)}),
        (replace(US, automated_sales_tax=True), {"override_tax": False}, None),
        (GB, {}, None),
    ],
)
def test_tax(profile, policies, expected):
    assert credit_memo(NOTE, profile, **policies)["TxnTaxDetail"] == expected


def test_number_and_currency():
    assert credit_memo(NOTE, US)["DocNumber"] == "RINV/2026/00001"
    assert credit_memo(NOTE, US, own_number=False)["DocNumber"] is None
    foreign = credit_memo(replace(NOTE, currency="EUR", rate=D("1.1")), EURO)
    assert (foreign["CurrencyRef"], foreign["ExchangeRate"]) == ({"value": "EUR"}, D("1.1"))


# --- which credit settles what -------------------------------------------------------------------


def body(total, *lines):
    """A Payment: lines are (TxnType, id, amount)."""
    return {
        "TotalAmt": D(total),
        "Line": [
            {"Amount": D(amount), "LinkedTxn": [{"TxnType": kind, "TxnId": ident}]}
            for kind, ident, amount in lines
        ],
    }


def invoice_key(ident):
    return ("Invoice", ident)


def memo_key(ident):
    return ("CreditMemo", ident)


@pytest.mark.parametrize(
    ("payment", "expected"),
    [
        # money only
        (body(50, ("Invoice", "1", 30)), {(credit.MONEY, invoice_key("1")): 30}),
        # one credit, one invoice
        (
            body(0, ("Invoice", "1", 30), ("CreditMemo", "8", 30)),
            {(memo_key("8"), invoice_key("1")): 30},
        ),
        # the order of the lines does not matter
        (
            body(0, ("CreditMemo", "8", 30), ("Invoice", "1", 30)),
            {(memo_key("8"), invoice_key("1")): 30},
        ),
        # one credit, several invoices
        (
            body(0, ("Invoice", "1", 30), ("Invoice", "2", 12.5), ("CreditMemo", "8", 42.5)),
            {(memo_key("8"), invoice_key("1")): 30, (memo_key("8"), invoice_key("2")): D("12.5")},
        ),
        # several credits, one invoice
        (
            body(0, ("Invoice", "1", 30), ("CreditMemo", "8", 10), ("CreditMemo", "9", 20)),
            {(memo_key("8"), invoice_key("1")): 10, (memo_key("9"), invoice_key("1")): 20},
        ),
        # credit first, then money; what is left over is money
        (
            body(60, ("Invoice", "1", 30), ("Invoice", "2", 40), ("CreditMemo", "8", 50)),
            {
                (memo_key("8"), invoice_key("1")): 30,
                (memo_key("8"), invoice_key("2")): 20,
                (credit.MONEY, invoice_key("2")): 20,
            },
        ),
        # money paid back, whatever the line calls it
        (
            body(0, ("Check", "5", 20), ("CreditMemo", "8", 20)),
            {(memo_key("8"), ("Purchase", "5")): 20},
        ),
        # two lines of one invoice are one
        (
            body(0, ("Invoice", "1", 10), ("Invoice", "1", 5), ("CreditMemo", "8", 15)),
            {(memo_key("8"), invoice_key("1")): 15},
        ),
        # what a credit cannot settle takes nothing
        (
            body(0, ("JournalEntry", "3", 10), ("Invoice", "1", 5), ("CreditMemo", "8", 5)),
            {(memo_key("8"), invoice_key("1")): 5},
        ),
        (body(0), {}),
    ],
)
def test_shares(payment, expected):
    payment = {
        **payment,
        "Line": [{**line, "Amount": D(str(line["Amount"]))} for line in payment["Line"]],
    }
    assert credit.shares(payment) == expected


def test_an_empty_or_voided_payment_has_no_shares():
    assert credit.shares({}) == {}
    assert credit.shares({"TotalAmt": D(0), "Line": [], "PrivateNote": "Voided"}) == {}


def test_lines_name_charges_before_credits():
    parts = {
        (memo_key("8"), invoice_key("2")): D(5),
        (memo_key("8"), ("Purchase", "5")): D(20),
        (credit.MONEY, invoice_key("2")): D(10),
    }
    assert credit.refs(parts) == (
        (Ref("Invoice", "2"), D(15)),
        (Ref("Expense", "5"), D(20)),
        (Ref("CreditMemo", "8"), D(25)),
    )


MONEY_AMOUNT = st.decimals(min_value="0.01", max_value="999.99", places=2)


@given(
    st.dictionaries(st.sampled_from("123"), MONEY_AMOUNT, min_size=1),
    st.dictionaries(st.sampled_from("89"), MONEY_AMOUNT),
    st.decimals(min_value="0", max_value="999.99", places=2),
)
def test_shares_never_exceed_and_tell_the_lines_again(invoices, credits, money):
    payment = body(
        money,
        *(("Invoice", ident, amount) for ident, amount in invoices.items()),
        *(("CreditMemo", ident, amount) for ident, amount in credits.items()),
    )
    shares = credit.shares(payment)
    lines, said = credit.lines(shares), credit.amounts(payment)
    assert all(amount > 0 for amount in shares.values())
    assert all(amount <= said[key] for key, amount in lines.items())
    owed, had = sum(invoices.values()), sum(credits.values()) + money
    assert sum(shares.values()) == min(owed, had)
    if had >= owed >= sum(credits.values()):  # what QuickBooks accepts is told in full
        assert lines == said


@given(
    st.lists(st.tuples(st.sampled_from(["1", "2", "10"]), MONEY_AMOUNT), max_size=4),
    st.lists(st.tuples(st.sampled_from(["8", "9", "11"]), MONEY_AMOUNT), max_size=3),
    st.decimals(min_value="0", max_value="999.99", places=2),
    st.randoms(use_true_random=False),
)
def test_what_was_booked_is_read_back_as_the_same_division(invoices, credits, money, chance):
    said = [("Invoice", *each) for each in invoices] + [("CreditMemo", *each) for each in credits]
    chance.shuffle(said)
    shares = credit.shares(body(money, *said))
    agreed = [(*key, amount) for key, amount in credit.lines(shares).items()]
    assert credit.shares(body(money, *agreed)) == shares
