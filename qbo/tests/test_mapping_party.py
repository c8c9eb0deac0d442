"""Customer payloads: complete, legal, within every limit."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo import names
from qbo.mapping import party
from qbo.model import AddressSnapshot, CompanyProfile, PartySnapshot, Ref

US = CompanyProfile()
GB = CompanyProfile(country="GB", home_currency="GBP")
FULL = PartySnapshot(
    display_name="Acme: Tools",
    is_company=True,
    email='"Ann" <ann@acme.org>; bob@acme.org; nonsense',
    phone="+1 (555) 123-4567",
    website="http://acme.org",
    tax_number="DE123456789",
    notes="First\nSecond",
    billing=AddressSnapshot(street="1 Main St", city="Reno"),
    shipping=AddressSnapshot(street="2 Side St"),
    term=Ref("Term", "3"),
)


def test_everything_quickbooks_has():
    assert party.customer(FULL, US) == {
        "DisplayName": "Acme - Tools",
        "CompanyName": "Acme: Tools",
        "GivenName": None,
        "FamilyName": None,
        "PrimaryEmailAddr": {"Address": "ann@acme.org,bob@acme.org"},
        "PrimaryPhone": {"FreeFormNumber": "+1 (555) 123-4567"},
        "WebAddr": {"URI": "http://acme.org"},
        "BillAddr": {"Line1": "1 Main St", "City": "Reno"},
        "ShipAddr": {"Line1": "2 Side St"},
        "SalesTermRef": {"value": "3"},
        "PrimaryTaxIdentifier": "DE123456789",
        "Notes": "First\nSecond",
        "CurrencyRef": None,
        "Active": True,
    }


def test_nearly_nothing():
    payload = party.customer(PartySnapshot("Ann", is_company=False), US)
    assert {key: value for key, value in payload.items() if value is not None} == {
        "DisplayName": "Ann",
        "Active": True,
    }


def test_a_person_with_an_employer():
    person = PartySnapshot(
        "Ann Lee", is_company=False, company_name="Acme", given_name="Ann: x", family_name="Lee"
    )
    payload = party.customer(person, US)
    assert payload["CompanyName"] == "Acme"
    assert (payload["GivenName"], payload["FamilyName"]) == ("Ann - x", "Lee")


def test_the_free_name_is_used():
    assert party.customer(FULL, US, "Acme (Customer)")["DisplayName"] == "Acme (Customer)"


@pytest.mark.parametrize(
    ("multi", "currency", "sent"),
    [(True, "EUR", {"value": "EUR"}), (True, "", None), (False, "EUR", None)],
)
def test_a_currency_only_where_there_are_several(multi, currency, sent):
    snapshot = PartySnapshot("Ann", is_company=False, currency=currency)
    profile = CompanyProfile(multicurrency=multi)
    assert party.customer(snapshot, profile)["CurrencyRef"] == sent


@pytest.mark.parametrize("email", ["", "nonsense", "a@b", "@x.org", "a b@"])
def test_an_address_that_is_none_is_left_out(email):
    snapshot = PartySnapshot("Ann", is_company=False, email=email)
    assert party.customer(snapshot, US)["PrimaryEmailAddr"] is None


texts = st.text(max_size=30) | st.text(min_size=1, max_size=20).map(lambda text: text * 600)
snapshots = st.builds(
    PartySnapshot,
    display_name=texts,
    is_company=st.booleans(),
    company_name=texts,
    given_name=texts,
    family_name=texts,
    email=texts | st.emails(),
    phone=texts,
    website=texts,
    tax_number=texts,
    notes=texts,
    billing=st.builds(AddressSnapshot, street=texts, city=texts),
    active=st.booleans(),
)


@given(snapshots, st.sampled_from([US, GB]))
def test_any_partner_is_legal(snapshot, profile):
    payload = party.customer(snapshot, profile)
    for key, value in payload.items():
        text = next(iter(value.values())) if isinstance(value, dict) else value
        if not isinstance(text, str):
            continue
        maximum = names.limit("Customer", key) or {"PrimaryTaxIdentifier": 20}.get(key, 500)
        assert len(text) <= maximum, key
        assert all(ord(char) <= 0xFFFF for char in text), key
        if key in ("DisplayName", "GivenName", "FamilyName"):
            assert not set(":\t\n") & set(text), key
        if key != "DisplayName":
            assert text, f"{key} is empty but not None"
    if payload["PrimaryEmailAddr"]:
        for address in payload["PrimaryEmailAddr"]["Address"].split(","):
            assert names.email_addresses(address) == (address,)


# --- vendors -------------------------------------------------------------------------------------


def test_a_vendor():
    payload = party.vendor(
        PartySnapshot(
            "Paper Mill",
            is_company=True,
            email="sales@mill.example",
            tax_number="12-3456789",
            account_number="C-100",
            notes="not sent: a vendor has none",
            shipping=AddressSnapshot(street="not sent either"),
            term=Ref("Term", "3"),
        ),
        US,
        "Paper Mill (Vendor)",
    )
    assert {key: value for key, value in payload.items() if value is not None} == {
        "DisplayName": "Paper Mill (Vendor)",
        "CompanyName": "Paper Mill",
        "PrimaryEmailAddr": {"Address": "sales@mill.example"},
        "TermRef": {"value": "3"},
        "TaxIdentifier": "12-3456789",
        "AcctNum": "C-100",
        "Active": True,
    }


def test_limits_of_a_vendor():
    payload = party.vendor(
        PartySnapshot("X", is_company=True, tax_number="9" * 40, account_number="8" * 200), US
    )
    assert (len(payload["TaxIdentifier"]), len(payload["AcctNum"])) == (20, 100)


@pytest.mark.parametrize(
    ("sent", "answered", "expected"),
    [
        ({"TermRef": {"value": "3"}}, {}, True),
        ({"TermRef": {"value": "3"}}, {"TermRef": {"value": "3"}}, False),
        ({"TermRef": None}, {}, False),
        ({}, {}, False),
    ],
)
def test_a_term_that_was_ignored(sent, answered, expected):
    assert party.ignored_term(sent, answered) is expected
