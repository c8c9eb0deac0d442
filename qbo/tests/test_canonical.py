import json
import string
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo import canonical

numbers = st.decimals(
    allow_nan=False, allow_infinity=False, min_value=-(10**15), max_value=10**15, places=7
)
plain_text = st.text(st.characters(exclude_categories=("Cs",)))
leaves = st.none() | st.booleans() | st.integers(-(10**18), 10**18) | numbers | plain_text
values = st.recursive(
    leaves,
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(plain_text, inner, max_size=4),
    max_leaves=15,
)


def test_sorted_without_blanks_unicode_kept():
    text = canonical.dumps({"b": [1, None, True, False], "a": {"é": 'ü"\n'}, "A": ()})
    assert text == '{"A":[],"a":{"é":"ü\\"\\n"},"b":[1,null,true,false]}'


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (Decimal("100.00"), "100.00"),
        (Decimal("1E+3"), "1000"),
        (Decimal("1E-7"), "0.0000001"),
        (Decimal("-0.00"), "0.00"),
        (Decimal("-1.50"), "-1.50"),
        (12345678901234567890, "12345678901234567890"),
    ],
)
def test_numbers_are_written_plainly(value, expected):
    assert canonical.dumps(value) == expected


@pytest.mark.parametrize("value", [1.5, {"a": [0.1]}, b"x", {1: 2}, {1, 2}, object()])
def test_floats_and_strangers_are_refused(value):
    with pytest.raises(TypeError):
        canonical.dumps(value)


@pytest.mark.parametrize(
    "value",
    [
        Decimal("NaN"),
        Decimal("Infinity"),
        Decimal("1E+1000000"),
        Decimal("1E-1000000"),
        "\ud800",
    ],
)
def test_values_json_cannot_carry_are_refused(value):
    with pytest.raises(ValueError):
        canonical.dumps(value)


@pytest.mark.parametrize("text", ["1E+60", "1E-60", "-9E+60"])
def test_numbers_at_the_limit(text):
    assert Decimal(canonical.number(Decimal(text))) == Decimal(text)
    exponent = text[-3:]
    beyond = text.replace(exponent, exponent[0] + "61")
    with pytest.raises(ValueError):
        canonical.number(Decimal(beyond))


@given(values)
def test_round_trip_keeps_the_value(value):
    again = canonical.loads(canonical.dumps(value))
    assert canonical.same(again, value)
    assert canonical.dumps(again) == canonical.dumps(value)


@given(values)
def test_the_text_is_json_for_everybody(value):
    json.loads(canonical.dumps(value))


def test_loads_gives_decimals_and_ints():
    loaded = canonical.loads(b'{"a":100.00,"b":1,"c":5000000000000503624}')
    assert loaded == {"a": Decimal("100.00"), "b": 1, "c": 5000000000000503624}
    assert str(loaded["a"]) == "100.00"
    assert type(loaded["b"]) is int


@pytest.mark.parametrize(
    "text",
    [
        "",
        "{",
        '{"a":NaN}',
        '{"a":Infinity}',
        '{"a":-Infinity}',
        '{"a":1e999999999}',
        "[" * 100_000,
        '{"a":1}x',
        b"\xff{",
    ],
)
def test_loads_raises_only_value_error(text):
    with pytest.raises(ValueError):
        canonical.loads(text)


@given(numbers, st.integers(0, 6))
def test_digest_ignores_written_decimals(number, zeros):
    text = canonical.number(number)
    longer = Decimal(text + ("" if "." in text else ".") + "0" * zeros)
    assert canonical.digest({"a": [number]}) == canonical.digest({"a": [longer]})


def test_digest_tells_values_apart():
    assert canonical.digest({"a": Decimal("1.01")}) != canonical.digest({"a": Decimal("1.1")})
    assert canonical.digest({"a": 10}) != canonical.digest({"a": 100})
    assert canonical.digest({"a": True}) != canonical.digest({"a": 1})
    assert canonical.digest({"a": "1"}) != canonical.digest({"a": 1})
    assert canonical.digest(1) == canonical.digest(Decimal("1.00"))
    assert canonical.digest(Decimal(10)) != canonical.digest(Decimal(100))
    assert canonical.digest(Decimal("1E+1")) == canonical.digest(10)
    assert canonical.digest([1, 2]) != canonical.digest([2, 1])
    assert canonical.digest([Decimal("1.0")]) == canonical.digest((1,))
    assert len(canonical.digest({})) == 64 and set(canonical.digest({})) <= set(string.hexdigits)


def test_diff_looks_at_owned_attributes_only():
    old = {"A": Decimal("1.0"), "B": "x", "C": {"value": "1"}, "X": 1, "N": None}
    new = {"A": Decimal("1.00"), "B": "y", "C": {"value": "2"}, "X": 2, "D": "new"}
    assert canonical.diff(old, new, ["A", "B", "C", "D", "N"]) == {
        "B": ("x", "y"),
        "C": ({"value": "1"}, {"value": "2"}),
        "D": (None, "new"),
    }
    assert canonical.diff(None, {"B": 1}, ["B"]) == {"B": (None, 1)}
