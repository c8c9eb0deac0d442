"""Who wins, attribute by attribute."""

from __future__ import annotations

import pytest

from qbo.mapping import ownership
from qbo.mapping.ownership import Rules

FREE = Rules({})


def test_what_changed_only_there_is_taken():
    found = ownership.merge({"PrimaryPhone", "Active"}, set(), FREE)
    assert found == ownership.Merge(frozenset({"PrimaryPhone", "Active"}), frozenset(), frozenset())


@pytest.mark.parametrize(
    ("policy", "part"), [("ask", "ask"), ("odoo", "insist"), ("quickbooks", "take")]
)
def test_the_policy_decides_what_both_changed(policy, part):
    found = ownership.merge({"Notes", "WebAddr"}, {"Notes"}, Rules({}, policy))
    assert "Notes" in getattr(found, part)
    assert "WebAddr" in found.take


@pytest.mark.parametrize("policy", ["ask", "odoo", "quickbooks"])
def test_an_owner_needs_no_policy(policy):
    rules = Rules({"contact": "odoo", "name": "quickbooks"}, policy)
    changed = {"PrimaryPhone", "DisplayName"}
    found = ownership.merge(changed, changed, rules)
    assert found.insist == {"PrimaryPhone"}
    assert found.take == {"DisplayName"}
    assert not found.ask


def test_what_quickbooks_owns_is_not_sent():
    rules = Rules({"address": "quickbooks", "contact": "odoo"})
    payload = {"BillAddr": {"City": "new"}, "ShipAddr": None, "PrimaryPhone": None, "Active": True}
    agreed = {"BillAddr": {"City": "old"}, "PrimaryPhone": {"FreeFormNumber": "1"}}
    assert ownership.sendable(payload, agreed, rules) == {
        "BillAddr": {"City": "old"},
        "ShipAddr": None,
        "PrimaryPhone": None,
        "Active": True,
    }


def test_every_attribute_belongs_to_one_group():
    names = [name for group in ownership.GROUPS.values() for name in group]
    assert len(names) == len(set(names))
