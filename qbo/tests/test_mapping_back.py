"""Readings of QuickBooks' objects on the way back: customers as contacts, values as words."""

from decimal import Decimal

import pytest

from qbo.mapping.party import read_party
from qbo.mapping.reading import label, readable, with_names


def body(**values):
    return {"Id": "5", "SyncToken": "1", "DisplayName": "Somebody", **values}


@pytest.mark.parametrize(
    ("values", "is_company"),
    [
        ({}, True),
        ({"CompanyName": "Inc"}, True),
        ({"GivenName": "Jo"}, False),
        ({"FamilyName": "Doe"}, False),
        ({"GivenName": "Jo", "CompanyName": "Inc"}, True),
    ],
)
def test_who_is_a_person(values, is_company):
    assert read_party(body(**values)).is_company is is_company


def test_inactive_name_is_plain():
    party = read_party(body(DisplayName="Somebody (deleted 2)", Active=False))
    assert (party.name, party.active) == ("Somebody", False)


def test_address_lines_become_two():
    address = read_party(
        body(BillAddr={"Line1": "a", "Line3": "b", "Line5": "c", "City": "d", "PostalCode": "1"})
    ).billing
    assert (address.street, address.street2) == ("a", "b, c")
    assert (address.city, address.zip, address.country) == ("d", "1", "")


def test_masked_tax_number_is_not_read():
    assert "12345" not in str(read_party(body(PrimaryTaxIdentifier="XXXX12345")))


def test_parent_and_several_addresses():
    party = read_party(
        body(ParentRef={"value": "3"}, PrimaryEmailAddr={"Address": "A@b.com, c@d.com"})
    )
    assert party.parent_id == "3"
    assert [mail.lower() for mail in party.emails] == ["a@b.com", "c@d.com"]


@pytest.mark.parametrize(
    ("key", "value", "text"),
    [
        ("DueDate", "2026-01-01", "2026-01-01"),
        ("TotalAmt", Decimal("10.50"), "10.50"),
        ("CustomerRef", {"value": "7", "name": "Joe"}, "Joe"),
        ("CustomerRef", {"value": "7"}, "7"),
        ("PrimaryPhone", {"FreeFormNumber": "555"}, "555"),
        ("PrimaryEmailAddr", {"Address": "a@b.com"}, "a@b.com"),
        ("BillAddr", {"Line1": "x", "City": "y"}, "x, y"),
        ("Notes", None, ""),
        ("Line", [], ""),
        ("TxnTaxDetail", {"TotalTax": Decimal("1.10")}, "1.10"),
    ],
)
def test_values_in_words(key, value, text):
    assert readable(key, value) == text


def test_lines_in_words():
    lines = [
        {"DetailType": "SalesItemLineDetail", "Description": "Chair", "Amount": Decimal("9.00")},
        {"DetailType": "DescriptionOnly", "Description": "Note"},
        {"DetailType": "SubTotalLineDetail", "Amount": Decimal("9.00")},
        {"Amount": Decimal("5"), "LinkedTxn": [{"TxnType": "Invoice", "TxnId": "12"}]},
    ]
    assert readable("Line", lines) == "Chair: 9.00\nNote\nInvoice 12: 5"


def test_lines_with_accounts_say_which():
    """Requests name accounts by id, answers by name as well; people read names."""

    def body(ref):
        detail = {"PostingType": "Debit", "AccountRef": ref}
        kind = "JournalEntryLineDetail"
        return {"Line": [{"Description": "Fee", "Amount": 5, "DetailType": kind, kind: detail}]}

    sent, answered = body({"value": "86"}), body({"value": "86", "name": "Discounts given"})
    other = body({"value": "7", "name": "Advertising"})
    named = with_names(sent, other, answered)
    assert readable("Line", named["Line"]) == "Fee Debit (Discounts given): 5"
    assert readable("Line", with_names(sent)["Line"]) == "Fee Debit (86): 5"
    assert readable("Line", other["Line"]) == "Fee Debit (Advertising): 5"


def test_unknown_attributes_keep_their_name():
    assert label("DueDate") == "Due date"
    assert label("Whatever") == "Whatever"
