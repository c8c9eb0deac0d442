from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction

import pytest
from hypothesis import assume, example, given
from hypothesis import strategies as st

from qbo import canonical, money

D = Decimal
amounts = st.integers(-(10**11), 10**11).map(lambda cents: D(cents) / 100)
quantities = st.decimals(min_value="-100000", max_value="100000", places=3)
prices = st.decimals(min_value="-1000000", max_value="1000000", places=7)


@pytest.mark.parametrize("value", [1.0, True, None, b"1", [1]])
def test_only_exact_types(value):
    with pytest.raises(TypeError):
        money.dec(value)


@pytest.mark.parametrize("value", ["", "x", "1,861.07", "NaN", "Infinity", "1_000", "1e9999"])
def test_only_numbers(value):
    with pytest.raises(ValueError):
        money.dec(value)


def test_dec_keeps_what_is_exact():
    assert money.dec(" 12.50 ") == D("12.50") and money.dec(3) == 3 and money.dec(D("1")) == 1


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        ("1861.075", "1861.08"),
        ("22.425", "22.43"),
        ("-1.005", "-1.01"),
        ("0.004", "0.00"),
        ("2.675", "2.68"),
        ("1.0149999", "1.01"),
        (5, "5.00"),
    ],
)
def test_round2_is_half_up(value, expected):
    assert money.round2(value) == D(expected)
    assert str(money.round2(value)) == expected


@given(st.decimals(allow_nan=False, allow_infinity=False, min_value=-(10**30), max_value=10**30))
def test_round2_agrees_with_exact_fractions(value):
    assume(-value.as_tuple().exponent < 60)
    scaled = abs(Fraction(value)) * 100 + Fraction(1, 2)
    expected = (scaled.numerator // scaled.denominator) * (-1 if value < 0 else 1)
    assert Fraction(money.round2(value)) * 100 == expected


def test_cents():
    assert money.cents("12.30") == 1230 and money.cents(-5) == -500
    with pytest.raises(ValueError):
        money.cents("0.001")


def test_plain():
    assert str(money.plain("75.00")) == "75" and str(money.plain(D("1E+2"))) == "100"
    assert str(money.plain("4.50")) == "4.5" and str(money.plain("0.00")) == "0"


def holds(qty, price, amount):
    return (qty * price).quantize(D("0.01"), rounding=ROUND_HALF_UP) == amount


@given(quantities, amounts)
@example(D("14.5"), D("1861.08"))
@example(D("3"), D("100.00"))
@example(D("0"), D("0"))
@example(D("0"), D("1"))
@example(D("-2"), D("10.01"))
def test_line_price_multiplies_to_the_amount(qty, amount):
    found = money.line_price(qty, amount)
    if found is None:
        # truly none: neither neighbour of the quotient on the finest grid works
        if qty:
            step = Fraction(1, 10**7)
            below = (Fraction(amount) / Fraction(qty)) // step * step
            for grid in (below, below + step):
                product = abs(grid * Fraction(qty)) * 100 + Fraction(1, 2)
                rounded = product.numerator // product.denominator
                assert rounded != abs(amount) * 100
        else:
            assert amount
        return
    got_qty, price = found
    assert got_qty == qty
    assert holds(qty, price, amount)
    assert -price.as_tuple().exponent <= 7


@given(quantities, prices)
def test_a_preferred_price_that_works_is_kept(qty, price):
    amount = money.round2(qty * price)
    assert money.line_price(qty, amount, price) == (qty, price)


@given(quantities, amounts)
def test_no_shorter_price_works(qty, amount):
    found = money.line_price(qty, amount)
    assume(found is not None and qty)
    places = max(0, -found[1].as_tuple().exponent)
    assume(places)
    step = Fraction(1, 10 ** (places - 1))
    below = (Fraction(amount) / Fraction(qty)) // step * step
    for grid in (below, below + step):
        shorter = D(grid.numerator) / D(grid.denominator)
        assert not holds(qty, shorter, amount)


@pytest.mark.parametrize(
    ("qty", "amount", "preferred", "expected"),
    [
        ("14.5", "1861.08", "128.35", ("14.5", "128.35")),
        ("3", "100", None, ("3", "33.333")),
        ("3", "100", "33.33", ("3", "33.333")),
        ("2.00", "150.00", "75.00", ("2", "75")),
        ("1", "10.00", "9.99999999", ("1", "10")),  # eight decimals are too many
        ("0", "0", "12.5", ("0", "12.5")),
        ("0", "5", "5", None),
        ("1000000000", "0.01", None, None),
        ("1.12345678", "1", None, None),  # QuickBooks would cut the quantity
        ("1.1234567", "1.00", None, ("1.1234567", "0.89")),
        ("1000000", "0.03", None, None),  # would need eight decimals
        ("1000000", "0.10", None, ("1000000", "0.0000001")),
        ("1", "0.005", None, None),  # not an amount
    ],
)
def test_line_price_cases(qty, amount, preferred, expected):
    found = money.line_price(qty, amount, preferred)
    assert (found and tuple(canonical.number(part) for part in found)) == expected


def test_invert_rate():
    assert money.invert_rate("0.8") == D("1.25")
    assert str(money.invert_rate("1.1")) == "0.9090909091"
    assert str(money.invert_rate("25000")) == "0.00004"
    assert str(money.invert_rate("3", digits=4)) == "0.3333"
    for bad in ("0", "-1"):
        with pytest.raises(ValueError):
            money.invert_rate(bad)


@given(st.decimals(min_value="0.0001", max_value="100000", places=6))
def test_inverting_twice_comes_back(rate):
    assume(rate > 0)
    back = money.invert_rate(money.invert_rate(rate))
    assert abs(back - rate) <= rate * D("1e-8")
