"""Suggestions: convincing ones only."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo.mapping import suggest
from qbo.mapping.suggest import Candidate, TaxPart

D = Decimal


def rates(*pairs):
    return [
        Candidate(str(number), name, kind="code", rate=D(rate))
        for number, (name, rate) in enumerate(pairs)
    ]


US_CODES = [
    Candidate("NON", "NON", kind="exempt"),
    *rates(("California", "8"), ("Tucson", "9.1"), ("Tucson city", "9.1")),
]
AST_CODES = [Candidate("TAX", "TAX", kind="taxable"), Candidate("NON", "NON", kind="exempt")]
GB_CODES = rates(
    ("20.0% S", "20"), ("20.0% RC", "20"), ("5.0% R", "5"), ("0.0% Z", "0"), ("Exempt", "0")
)


@pytest.mark.parametrize(
    ("name", "rate", "codes", "expected"),
    [
        ("8%", "8", US_CODES, "California"),
        ("8.00%", "8.00", US_CODES, "California"),
        ("Tucson", "9.1", US_CODES, "Tucson"),
        ("TUCSON City", "9.1", US_CODES, "Tucson city"),
        ("7%", "7", US_CODES, None),
        ("Tax Exempt", "0", US_CODES, "NON"),
        ("anything", "15", AST_CODES, "TAX"),
        ("0%", "0", AST_CODES, "NON"),
        ("-5%", "-5", AST_CODES, None),
        ("20% S", "20", GB_CODES, "20.0% S"),
        ("0% Exempt", "0", GB_CODES, "Exempt"),
        ("0% Z", "0", GB_CODES, "0.0% Z"),
        ("15%", "15", GB_CODES, None),
        ("8%", "8", [], None),
    ],
)
def test_tax_codes(name, rate, codes, expected):
    found = suggest.tax_code(name, D(rate), codes)
    assert (found.name if found else None) == expected


def test_a_tax_that_is_no_percentage_has_no_counterpart():
    assert suggest.tax_code("8%", None, US_CODES) is None
    assert suggest.tax_code("TAX", None, AST_CODES) is None


def test_equally_likely_codes_are_no_suggestion():
    assert suggest.tax_code("x", D(5), rates(("North", "5"), ("South", "5"))) is None


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        ([], "0"),
        ([("8", False, False)], "8"),
        ([("7.1", False, False), ("2", False, False)], "9.1"),
        ([("5", True, False), ("10", False, True)], "15.5"),
        ([("5", True, False), ("10", False, False)], "15"),
        ([("5", False, False), ("10", False, True)], "15"),
        ([("20", False, False), ("-20", False, True)], "0"),
    ],
)
def test_effective_rate(parts, expected):
    taxes = [TaxPart(D(rate), *flags) for rate, *flags in parts]
    assert suggest.effective_rate(taxes) == D(expected)


TERMS = [
    Candidate("1", "Due on receipt", days=0),
    Candidate("2", "Net 15", days=15),
    Candidate("3", "Net 30", days=30),
    Candidate("9", "End of next month"),
]


@pytest.mark.parametrize(
    ("name", "days", "expected"),
    [
        ("30 Days", 30, "3"),
        ("Immediate Payment", 0, "1"),
        ("NET  15", None, "2"),
        ("End of Next Month", None, "9"),
        ("21 Days", 21, None),
        ("30% Advance, End of Following Month", None, None),
    ],
)
def test_terms(name, days, expected):
    found = suggest.term(name, days, TERMS)
    assert (found.id if found else None) == expected


ACCOUNTS = [
    Candidate("1", "Services", subkind="ServiceFeeIncome", number="4000"),
    Candidate("79", "Sales of Product Income", subkind="SalesOfProductIncome"),
    Candidate("5", "Fees Billed", subkind="ServiceFeeIncome"),
]


@pytest.mark.parametrize(
    ("name", "number", "expected"),
    [
        ("Whatever", "4000", "1"),
        ("Product Sales Income", "400000", "79"),
        ("Service", "", "1"),
        ("Something else", "", "79"),  # the usual account for sales
    ],
)
def test_income_accounts(name, number, expected):
    assert suggest.income_account(name, number, ACCOUNTS).id == expected


def test_two_usual_accounts_are_no_suggestion():
    twice = [*ACCOUNTS, Candidate("80", "Other", subkind="SalesOfProductIncome")]
    assert suggest.income_account("Zzz", "", twice) is None
    assert suggest.income_account("Zzz", "", []) is None


def test_default_item_and_receivable():
    items = [Candidate("5", "Sales"), Candidate("1", "SERVICES ")]
    assert suggest.default_item(items).id == "1"
    assert suggest.default_item(items[:1]).id == "5"
    assert suggest.default_item([Candidate("9", "Hours")]) is None
    assert suggest.receivable(ACCOUNTS[:1]).id == "1"
    assert suggest.receivable(ACCOUNTS) is None and suggest.receivable([]) is None


names = st.text(max_size=12)


@given(names, names)
def test_likeness(left, right):
    assert 0 <= suggest.alike(left, right) <= 1
    assert suggest.alike(left, left) == bool(left.split())


def test_word_order_and_case_do_not_count():
    assert suggest.alike("Sales Product", "product  SALES") == 1


@given(names, st.lists(names, max_size=5))
def test_a_suggestion_is_one_of_the_candidates(name, others):
    candidates = [Candidate(str(number), other) for number, other in enumerate(others)]
    found = suggest.best_by_name(name, candidates)
    assert found is None or (
        found in candidates and suggest.alike(name, found.name) >= suggest.CONVINCING
    )


def test_accounts_by_number_then_name_and_never_a_usual_one():
    assert suggest.account("Whatever", "4000", ACCOUNTS).id == "1"
    assert suggest.account("Fees, billed", "", ACCOUNTS).id == "5"
    assert suggest.account("Zzz", "", ACCOUNTS) is None
