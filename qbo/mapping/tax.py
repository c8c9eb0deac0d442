"""Reading QuickBooks' tax codes: what a code may be used for, and its rate (FACTS 5.19, 8)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..money import dec
from .suggest import TaxPart, effective_rate

#: the base of the rate includes the taxes computed before it
PLUS_TAX = "TaxOnAmountPlusTax"


def code_kind(body: Mapping) -> str:
    """Nature of a tax code.

    ``code`` has sales rates, ``purchase`` only rates for purchases (a sale that uses it is
    refused, FACTS 14#70); ``taxable`` and ``exempt`` are the marks TAX and NON of US lines;
    ``unusable`` is hidden or CustomSalesTax, which no document may use (FACTS 8.2).
    """
    if body["Id"] == "CustomSalesTax" or body.get("Hidden"):
        return "unusable"
    if _details(body):
        return "code"
    if body.get("TaxGroup"):
        return "purchase"
    return "taxable" if body.get("Taxable") else "exempt"


def sales_rate(body: Mapping, rates: Mapping[str, Mapping]) -> Decimal | None:
    """Percent a code adds to a sale, or None when it carries no rate.

    :param rates: TaxRate objects by id
    """
    details = sorted(_details(body), key=lambda detail: detail.get("TaxOrder") or 0)
    found = [(detail, rates.get(detail["TaxRateRef"]["value"])) for detail in details]
    if not found or any(rate is None for _detail, rate in found):
        return None
    return effective_rate(
        [
            TaxPart(
                dec(rate.get("RateValue", 0)), True, detail.get("TaxTypeApplicable") == PLUS_TAX
            )
            for detail, rate in found
        ]
    )


def _details(body: Mapping) -> list:
    return (body.get("SalesTaxRateList") or {}).get("TaxRateDetail") or []
