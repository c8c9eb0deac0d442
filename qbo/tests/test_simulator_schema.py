"""Two engineers read the same facts: our tables and the stand-in's schema must agree."""

import pytest

from qbo import entities, names
from simulator.schema import ENTITIES as STAND_IN
from simulator.schema.core import STRUCTS

SHARED = sorted(set(STAND_IN) & set(entities.ENTITIES))
#: left out of our CDC list on purpose: not documented for it, and we never ask
CDC_DOUBTFUL = {"Budget", "CreditCardPayment", "RecurringTransaction"}
#: read only for us
NOT_WRITTEN = {"RecurringTransaction"}
TEXT_KINDS = {"text", "email", "phone", "uri", "memo"}
#: the stand-in takes the larger of two values: by country, and Customer's for Vendor too
LOOSER = {("Account", "AcctNum"), ("Vendor", "PrintOnCheckName")}


def test_both_know_what_we_sync():
    assert len(SHARED) > 30
    assert {"Invoice", "Customer", "Payment", "Purchase", "Attachable"} <= set(SHARED)


@pytest.mark.parametrize("name", SHARED)
def test_entities_agree(name):
    theirs, ours = STAND_IN[name], entities.get(name)
    assert (ours.url, ours.key) == (theirs.path, theirs.json_key)
    assert bool(ours.void) == ("v" in theirs.operations)
    assert ours.webhook == bool(theirs.hooks)
    assert (ours.space == "txn") == (theirs.space == STAND_IN["Invoice"].space)
    assert (ours.space == "name") == (theirs.space == STAND_IN["Customer"].space)
    assert not ours.natural_key or ours.natural_key in theirs.fields
    if name not in CDC_DOUBTFUL:
        assert ours.cdc == theirs.cdc
    if name not in NOT_WRITTEN:
        assert ours.writable == ("c" in theirs.operations)
        assert ours.deletable == ("d" in theirs.operations)
    if name != "Budget":
        assert ours.inactive == ("Active" in theirs.columns)


LIMITS = [
    (name, field.name, field.max)
    for name in SHARED
    for field in STAND_IN[name].fields.values()
    if field.max
    and field.kind in TEXT_KINDS
    and names.limit(name, field.name)
    and (name, field.name) not in LOOSER
]


@pytest.mark.parametrize("name", SHARED)
def test_limits_agree(name):
    theirs = {attribute: limit for entity, attribute, limit in LIMITS if entity == name}
    assert {attribute: names.limit(name, attribute) for attribute in theirs} == theirs


def test_every_limit_of_ours_was_compared():
    compared = {(name, attribute) for name, attribute, _limit in LIMITS}
    attributes = {attribute for _name, attribute in compared}
    address = {"Line1", "Line2", "Line3", "Line4", "Line5", "City", "Country", "PostalCode"}
    address |= {"CountrySubDivisionCode", "CustomerMemo", "Description", "ShipMethodRef"}
    for entity, attribute in names.LIMITS:
        if (entity, attribute) in LOOSER or attribute in address:
            continue
        if entity == "*":
            assert attribute in attributes, attribute
        else:
            assert (entity, attribute) in compared, (entity, attribute)


PARTS = {
    "addr": ["Line1", "Line2", "Line3", "Line4", "Line5", "City", "Country", "PostalCode",
             "CountrySubDivisionCode"],
    "line": ["Description"],
}  # fmt: skip


@pytest.mark.parametrize(
    ("part", "attribute"), [(part, attribute) for part in PARTS for attribute in PARTS[part]]
)
def test_limits_of_parts_agree(part, attribute):
    assert names.limit("Invoice", attribute) == STRUCTS[part].fields[attribute].max


def test_limit_of_the_memo():
    assert names.limit("Invoice", "CustomerMemo") == STRUCTS["memo"].fields["value"].max


def test_limits_that_differ_are_the_strict_ones():
    assert names.limit("Account", "AcctNum") == 7
    assert names.limit("Vendor", "PrintOnCheckName") == 100
