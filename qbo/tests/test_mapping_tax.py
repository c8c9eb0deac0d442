"""QuickBooks' tax codes as QuickBooks returns them."""

from decimal import Decimal

import pytest

from qbo.mapping import tax


def code(ident="5", *details, **values):
    rows = [
        {"TaxRateRef": {"value": rate}, "TaxTypeApplicable": kind, "TaxOrder": order}
        for order, (rate, kind) in enumerate(details)
    ]
    return {"Id": ident, "TaxGroup": True, "SalesTaxRateList": {"TaxRateDetail": rows}, **values}


PLAIN, PLUS = "TaxOnAmount", "TaxOnAmountPlusTax"
RATES = {
    "1": {"RateValue": 5},
    "2": {"RateValue": Decimal("9.975")},
    "3": {"RateValue": 0},
    "4": {},
}


@pytest.mark.parametrize(
    ("body", "kind"),
    [
        ({"Id": "TAX", "TaxGroup": False, "Taxable": True}, "taxable"),
        ({"Id": "NON", "TaxGroup": False, "Taxable": False}, "exempt"),
        ({"Id": "CustomSalesTax", "TaxGroup": True, "Taxable": True}, "unusable"),
        (code("5", ("1", PLAIN)), "code"),
        (code("5", ("1", PLAIN), Hidden=True), "unusable"),
        (code("9"), "purchase"),
        ({"Id": "7", "TaxGroup": True}, "purchase"),
    ],
)
def test_kinds(body, kind):
    assert tax.code_kind(body) == kind


@pytest.mark.parametrize(
    ("body", "rate"),
    [
        (code("5", ("1", PLAIN)), "5"),
        (code("5", ("1", PLAIN), ("2", PLAIN)), "14.975"),
        (code("5", ("1", PLAIN), ("2", PLUS)), "15.47375"),
        (code("5", ("3", PLAIN)), "0"),
        (code("5", ("4", PLAIN)), "0"),
        (code("5", ("99", PLAIN)), None),
        (code("5"), None),
        ({"Id": "TAX"}, None),
    ],
)
def test_rates(body, rate):
    found = tax.sales_rate(body, RATES)
    assert found == (None if rate is None else Decimal(rate))


def test_compound_follows_the_order_of_computation():
    body = code("5", ("2", PLUS), ("1", PLAIN))
    assert tax.sales_rate(body, RATES) == Decimal("14.975")  # nothing before it to raise its base
    first, second = body["SalesTaxRateList"]["TaxRateDetail"]
    first["TaxOrder"], second["TaxOrder"] = 1, 0
    assert tax.sales_rate(body, RATES) == Decimal("15.47375")
