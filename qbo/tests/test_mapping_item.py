"""Item payloads."""

from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo.mapping import item
from qbo.model import CompanyProfile, ItemSnapshot, Ref

INCOME = Ref("Account", "79")
US, GB = CompanyProfile(), CompanyProfile(country="GB", home_currency="GBP")


def test_everything_quickbooks_has():
    product = ItemSnapshot(
        "Widget",
        service=False,
        income_account=INCOME,
        sku="W-1",
        description="A\nwidget",
        price=Decimal("12.5"),
        taxable=True,
    )
    assert item.item(product, US, "Widget (W-1)") == {
        "Name": "Widget (W-1)",
        "Type": "NonInventory",
        "Sku": "W-1",
        "Description": "A\nwidget",
        "UnitPrice": Decimal("12.5"),
        "IncomeAccountRef": {"value": "79"},
        "Taxable": True,
        "Active": True,
    }


@pytest.mark.parametrize(("profile", "taxable"), [(US, False), (GB, None)])
def test_taxable_exists_in_the_us_only(profile, taxable):
    payload = item.item(ItemSnapshot("Hour", True, INCOME), profile, "Hour")
    assert payload["Taxable"] is taxable and payload["Type"] == "Service"


def test_what_is_empty_is_none():
    payload = item.item(ItemSnapshot("Hour", True, INCOME, sku=" \U0001f600"), US, "Hour")
    assert (payload["Sku"], payload["Description"], payload["UnitPrice"]) == (None, None, None)


texts = st.text(max_size=30) | st.text(min_size=1, max_size=20).map(lambda text: text * 4500)


@given(texts, texts, st.sampled_from([US, GB]))
def test_limits(sku, description, profile):
    payload = item.item(
        ItemSnapshot("x", True, INCOME, sku=sku, description=description), profile, "x"
    )
    assert len(payload["Sku"] or "") <= 100 and len(payload["Description"] or "") <= 4000
    assert payload["Sku"] != "" and payload["Description"] != ""
