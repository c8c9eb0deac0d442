"""Shapes shared by all payloads: addresses, wrapped values, what a sparse update holds."""

from decimal import Decimal

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from qbo.mapping import common
from qbo.model import AddressSnapshot

texts = st.text(max_size=40) | st.text(min_size=1, max_size=20).map(lambda text: text * 600)
countries = st.sampled_from(["US", "GB", ""])
addresses = st.builds(
    AddressSnapshot,
    street=texts,
    street2=texts,
    city=texts,
    state=texts,
    zip=texts,
    country=texts,
    name=texts,
)
LIMITS = {"City": 255, "CountrySubDivisionCode": 255, "PostalCode": 30, "Country": 255}


def test_address_has_only_filled_parts_and_no_gap_between_lines():
    assert common.address(AddressSnapshot(street2="Floor 3", city="Bern"), "GB") == {
        "Line1": "Floor 3",
        "City": "Bern",
    }
    full = AddressSnapshot("1 Main St", "Suite 2", "Reno", "NV", "89501", "United States", "Ann")
    assert common.address(full, "US") == {
        "Line1": "Ann",
        "Line2": "1 Main St",
        "Line3": "Suite 2",
        "City": "Reno",
        "CountrySubDivisionCode": "NV",
        "PostalCode": "89501",
        "Country": "United States",
    }


@pytest.mark.parametrize(
    "snapshot",
    [
        AddressSnapshot(),
        AddressSnapshot(name="Only a name"),
        AddressSnapshot(street=" ", city="\t"),
        AddressSnapshot(street="\U0001f3e0"),
    ],
)
def test_nothing_to_send_is_none(snapshot):
    assert common.address(snapshot, "US") is None


def test_a_line_that_vanishes_leaves_no_hole():
    snapshot = AddressSnapshot(street="\U0001f3e0", street2="Back yard", name="Ann")
    assert common.address(snapshot, "US") == {"Line1": "Ann", "Line2": "Back yard"}


def test_a_line_break_in_a_street_becomes_a_blank():
    assert common.address(AddressSnapshot(street="1 Main\nSuite 2"), "US") == {
        "Line1": "1 Main Suite 2"
    }


@given(addresses, countries)
def test_addresses_keep_the_limits(snapshot, country):
    result = common.address(snapshot, country) or {}
    assert all(result.values())
    lines = [key for key in result if key.startswith("Line")]
    assert lines == [f"Line{number}" for number in range(1, len(lines) + 1)] and len(lines) <= 3
    for key, value in result.items():
        assert len(value) <= LIMITS.get(key, 500) and "\n" not in value
    assert sum(len(result[line]) for line in lines) <= 2000


@pytest.mark.parametrize(
    ("typed", "sent"),
    [
        ("", ""),
        ("http://www.example.com", "http://www.example.com"),
        ("www.a.com, www.b.com", "www.a.com"),
        ("see www.a.com", "www.a.com"),
        ("none", ""),
        ("http://x.org/" + "a" * 1000, ""),
        ("http://x.org/a b", "http://x.org/a"),
    ],
)
def test_web_address(typed, sent):
    assert common.web_address(typed, "US") == sent


@given(texts, countries)
def test_web_addresses_have_no_blank(value, country):
    result = common.web_address(value, country)
    assert not any(char.isspace() for char in result) and len(result) <= 1000


@pytest.mark.parametrize(
    ("name", "plain"),
    [
        ("Ann", "Ann"),
        ("Ann (deleted)", "Ann"),
        ("Ann (deleted 2)", "Ann"),
        ("Ann (deleted) (deleted 3)", "Ann"),
        ("(deleted) Ann", "(deleted) Ann"),
    ],
)
def test_plain_name(name, plain):
    assert common.plain_name(name) == plain


# --- sparse updates ------------------------------------------------------------------------------

REF, MAIL, ADDRESS = {"value": "3"}, {"Address": "a@b.org"}, {"Line1": "1 Main St"}


@pytest.mark.parametrize(
    ("before", "after", "sent"),
    [
        ("x", "x", None),
        (Decimal("75"), Decimal("75.00"), None),
        (None, None, None),
        (True, True, None),
        (True, False, False),
        (None, "x", "x"),
        ("x", None, ""),
        (REF, None, {"value": ""}),
        (MAIL, None, {}),
        (ADDRESS, None, {}),
        (ADDRESS, {"City": "Reno"}, {"City": "Reno"}),
        (Decimal(5), Decimal(0), Decimal(0)),
    ],
)
def test_changes(before, after, sent):
    expected = {} if sent is None else {"A": sent}
    agreed = {} if before is None else {"A": before}
    assert common.changes({"A": after}, agreed) == expected
    assert common.changes({"A": after}, {"A": before}) == expected


def test_a_currency_is_never_changed():
    assert common.changes({"CurrencyRef": {"value": "EUR"}}, {}) == {}
    assert common.changes({"CurrencyRef": None}, {"CurrencyRef": {"value": "EUR"}}) == {}


def test_attributes_we_no_longer_own_stay():
    assert common.changes({"A": "x"}, {"A": "x", "B": "theirs"}) == {}


values = st.none() | st.text(min_size=1, max_size=5) | st.sampled_from([True, REF, MAIL, ADDRESS])
payloads = st.dictionaries(st.sampled_from("ABCD"), values)


def apply_sparse(remote, body):
    """What a sparse update does to an object (FACTS 7.4)."""
    result = dict(remote)
    for key, value in body.items():
        if value in ("", {}, {"value": ""}):
            result.pop(key, None)
        elif value is not None:
            result[key] = value
    return result


@given(payloads, payloads)
@example({"A": None}, {"A": REF})
def test_an_update_brings_the_other_side_to_what_is_wanted(wanted, agreed):
    remote = {key: value for key, value in agreed.items() if value is not None}
    body = common.changes(wanted, agreed)
    after = apply_sparse({**remote, "Foreign": "untouched"}, body)
    assert {key: after.get(key) for key in wanted} == wanted
    assert after["Foreign"] == "untouched"
    assert not [key for key in body if wanted[key] == agreed.get(key)]
    assert None not in body.values()


@given(payloads)
def test_a_create_leaves_out_what_is_empty(payload):
    body = common.without_empty(payload)
    assert body == {key: value for key, value in payload.items() if value is not None}
