"""CompanyInfo and Preferences as rules."""

import pytest

from qbo.mapping.profile import read_profile
from qbo.model import CompanyProfile

PREFERENCES = {
    "TaxPrefs": {"UsingSalesTax": True, "PartnerTaxEnabled": False},
    "CurrencyPrefs": {"MultiCurrencyEnabled": True, "HomeCurrency": {"value": "GBP"}},
    "SalesFormsPrefs": {
        "CustomTxnNumbers": True,
        "AllowDiscount": True,
        "AllowShipping": False,
        "AutoApplyCredit": True,
    },
    "AccountingInfoPrefs": {
        "BookCloseDate": "2025-12-31",
        "ClassTrackingPerTxnLine": True,
        "ClassTrackingPerTxn": False,
        "TrackDepartments": True,
    },
}


def test_a_full_answer():
    profile = CompanyProfile(**read_profile({"Country": "GB"}, PREFERENCES))
    assert profile == CompanyProfile(
        country="GB",
        home_currency="GBP",
        multicurrency=True,
        using_sales_tax=True,
        automated_sales_tax=False,
        custom_txn_numbers=True,
        book_close_date="2025-12-31",
        auto_apply_credit=True,
        allow_discount=True,
        allow_shipping=False,
        class_per_line=True,
        track_departments=True,
    )
    assert not profile.us


def test_an_empty_answer():
    profile = CompanyProfile(**read_profile({}, {}))
    assert profile.us and profile.home_currency == "USD"
    assert not (profile.using_sales_tax or profile.multicurrency or profile.book_close_date)


@pytest.mark.parametrize(
    ("prefs", "using", "automated"),
    [
        ({}, False, False),
        ({"UsingSalesTax": False, "PartnerTaxEnabled": True}, False, False),
        ({"UsingSalesTax": True}, True, False),
        ({"UsingSalesTax": True, "PartnerTaxEnabled": False}, True, False),
        ({"UsingSalesTax": True, "PartnerTaxEnabled": True}, True, True),
    ],
)
def test_sales_tax_modes(prefs, using, automated):
    profile = read_profile({}, {"TaxPrefs": prefs})
    assert (profile["using_sales_tax"], profile["automated_sales_tax"]) == (using, automated)
