"""What changed here, what changed there, and what of a request has arrived."""

from __future__ import annotations

import pytest

from qbo.mapping.comparison import arrived, arrived_part, changed_here, changed_there, contains
from qbo.mapping.references import references

LINE = {"Id": "1", "DetailType": "SalesItemLineDetail", "Amount": 10, "Description": "Shelf"}


@pytest.mark.parametrize(
    ("there", "changed"),
    [
        ({}, set()),
        ({"SyncToken": "4", "Balance": 3, "MetaData": {"LastUpdatedTime": "later"}}, set()),
        ({"Line": [{**LINE, "Id": "7"}]}, set()),
        ({"Line": [{**LINE, "Amount": 11}]}, {"Line"}),
        ({"TotalAmt": 11}, {"Line"}),
        ({"TxnTaxDetail": {"TotalTax": 1}}, {"Line"}),
        ({"PrivateNote": "changed"}, {"PrivateNote"}),
        ({"BillAddr": {"Id": "9", "Line1": "Main St", "Lat": "1"}}, set()),
        ({"BillAddr": {"Id": "9", "Line1": "Elm St"}}, {"BillAddr"}),
        ({"CustomerRef": {"value": "1", "name": "renamed"}}, set()),
        ({"CustomerRef": {"value": "2", "name": "Ann"}}, {"CustomerRef"}),
        ({"DisplayName": "Ann (deleted)"}, set()),
    ],
)
def test_changed_there(there, changed):
    known = {
        "SyncToken": "3",
        "Balance": 10,
        "TotalAmt": 10,
        "Line": [LINE],
        "PrivateNote": "agreed",
        "BillAddr": {"Id": "5", "Line1": "Main St"},
        "CustomerRef": {"value": "1", "name": "Ann"},
        "DisplayName": "Ann",
    }
    assert changed_there({**known, **there}, known, known) == changed


def test_nothing_known_is_nothing_changed():
    assert changed_there({"PrivateNote": "theirs"}, {}, ["PrivateNote"]) == set()


def test_only_what_is_asked_for_is_compared():
    known, there = {"Notes": "a", "Title": "b"}, {"Notes": "x", "Title": "y"}
    assert changed_there(there, known, ["Title"]) == {"Title"}


@pytest.mark.parametrize(
    ("payload", "changed"),
    [
        ({"DocNumber": "1", "Line": [LINE]}, set()),
        ({"DocNumber": "2"}, {"DocNumber"}),
        ({"TotalAmt": 3}, {"Line"}),
        ({"Line": []}, {"Line"}),
    ],
)
def test_changed_here(payload, changed):
    assert changed_here(payload, {"DocNumber": "1", "Line": [LINE]}) == changed


@pytest.mark.parametrize(
    ("ours", "theirs", "said"),
    [
        (None, None, True),
        ("", None, True),
        ("a", "a", True),
        ("a", "b", False),
        ("", "b", False),
        (True, True, True),
        (False, None, False),
        ({"value": "1"}, {"value": "1", "name": "Ann"}, True),
        ({"value": "1", "name": "Ann"}, {"value": "1"}, False),
        ({"value": "1"}, None, False),
    ],
)
def test_contains(ours, theirs, said):
    assert contains(ours, theirs) is said


def test_lines_arrive_with_the_tax_that_was_asked_for():
    payload = {"Line": [LINE], "TxnTaxDetail": {"TotalTax": 1}}
    remote = {"Line": [{**LINE, "Id": "9"}], "TxnTaxDetail": {"TotalTax": 1, "TaxLine": []}}
    assert arrived(payload, remote, "Line")
    assert not arrived(payload, {**remote, "TxnTaxDetail": {"TotalTax": 2}}, "Line")
    assert not arrived(payload, {**remote, "Line": []}, "Line")


def test_arrived_part():
    payload = {"DisplayName": "Ann", "Active": False, "Notes": "here"}
    assert arrived_part(payload, {"DisplayName": "Ann", "Active": True}) == {"DisplayName": "Ann"}


def test_references_at_any_depth():
    payload = {
        "CustomerRef": {"value": "1"},
        "SalesTermRef": {"value": "3"},
        "ParentRef": None,
        "Line": [
            {"SalesItemLineDetail": {"ItemRef": {"value": "5"}, "ClassRef": {"value": "6"}}},
            {"LinkedTxn": [{"TxnId": "7", "TxnType": "Invoice"}]},
        ],
    }
    assert sorted(references(payload)) == [
        ("Class", "6"),
        ("Customer", "1"),
        ("Invoice", "7"),
        ("Item", "5"),
    ]
