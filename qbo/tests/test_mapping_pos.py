"""Money of the point of sale: which account a receipt names, and the entry that moves the rest."""

from dataclasses import replace
from decimal import Decimal

import pytest

from qbo.mapping.pos import by_account, main_part, moved_money
from qbo.mapping.write_off import postings
from qbo.model import CompanyProfile, Ref
from qbo.model_receipt import MovedSnapshot

D = Decimal
US = CompanyProfile()
MULTI = CompanyProfile(multicurrency=True)
CASH, CARD, AMEX = (Ref("Account", ident) for ident in ("35", "36", "37"))
MIXED = MovedSnapshot(
    date="2026-03-20",
    currency="USD",
    source=CARD,
    parts=((CASH, D("20.00")), (AMEX, D("5.50"))),
    text="Paid with several methods",
    rate=D("1.25"),
    private_notes=("Odoo: Shop/0001", "[odoo x/pos.order/1]"),
)


@pytest.mark.parametrize(
    ("paid", "wanted"),
    [
        ({}, None),
        ({"a": D(0)}, "a"),
        ({"a": D(5), "b": D("5.01")}, "b"),
        ({"a": D(5), "b": D(5)}, "a"),
        ({"a": D("-9"), "b": D(2)}, "a"),
    ],
)
def test_the_receipt_names_where_most_of_the_money_went(paid, wanted):
    assert main_part(paid) == wanted


def test_amounts_of_one_account_are_one():
    paid = [(CASH, D(30)), (CARD, D(5)), (CASH, D(-10)), (None, D(3)), (CARD, D(-5))]
    assert by_account(paid) == {CASH: D(20), None: D(3)}


def test_the_others_take_theirs_from_it():
    body = moved_money(MIXED, US)
    assert postings(body) == [("35", D("20.00")), ("36", D("-25.50")), ("37", D("5.50"))]
    assert {line["Description"] for line in body["Line"]} == {"Paid with several methods"}
    assert body["PrivateNote"].endswith("[odoo x/pos.order/1]")
    assert (body["CurrencyRef"], body["ExchangeRate"]) == (None, None)


def test_money_given_back_goes_the_other_way():
    body = moved_money(replace(MIXED, parts=((CASH, D("-20")),)), US)
    assert postings(body) == [("35", D("-20")), ("36", D("20"))]
    assert all(line["Amount"] > 0 for line in body["Line"]), "2290"


def test_every_entry_balances():
    even = moved_money(replace(MIXED, parts=((CASH, D(4)), (AMEX, D(-4)))), US)
    assert postings(even) == [("35", D(4)), ("37", D(-4))]
    assert moved_money(replace(MIXED, parts=((CASH, D(0)),)), US)["Line"] == []


def test_the_rate_of_a_foreign_sale():
    assert moved_money(MIXED, MULTI)["ExchangeRate"] is None
    foreign = moved_money(replace(MIXED, currency="EUR"), MULTI)
    assert (foreign["CurrencyRef"], foreign["ExchangeRate"]) == ({"value": "EUR"}, D("1.25"))
