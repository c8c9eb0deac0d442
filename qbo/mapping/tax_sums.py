"""The tax QuickBooks will compute for a document, foretold before it is sent (FACTS 8.2, 8.3).

Outside the US each line's tax is rounded by rate, then summed; US sales tax by hand is computed
once per rate on the sum of the taxable lines. Automated sales tax finds its rates by address and
cannot be foretold. What Odoo billed may differ by cents, because it rounds elsewhere; knowing the
difference before the document leaves is what lets a policy settle it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, replace
from decimal import Decimal

from ..model import CompanyProfile, DocumentSnapshot
from ..money import CENT, ZERO, dec, round2
from .tax import PLUS_TAX

#: the rate applies to the taxes before it alone, not to the amount
ON_TAX = "TaxOnTax"
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class CodeRate:
    """One rate of a tax code, in the code's order.

    :ivar percent: of its base
    :ivar applied: what its base is: the amount, the amount with the taxes before it, or those
        taxes alone (``TaxTypeApplicable``)
    """

    id: str
    percent: Decimal
    applied: str = "TaxOnAmount"


@dataclass(frozen=True)
class TaxSum:
    """What a document's lines come to for one rate.

    :ivar net: amount the rate was applied to
    :ivar tax: the tax, in whole cents
    """

    rate_id: str
    percent: Decimal
    net: Decimal
    tax: Decimal


def code_rates(
    body: Mapping, rates: Mapping[str, Mapping], purchase: bool = False
) -> tuple[CodeRate, ...]:
    """The rates of a TaxCode for sales, or for purchases; empty when one of them is unknown.

    :param rates: TaxRate objects by id
    """
    side = "PurchaseTaxRateList" if purchase else "SalesTaxRateList"
    details = (body.get(side) or {}).get("TaxRateDetail") or []
    found = []
    for detail in sorted(details, key=lambda entry: entry.get("TaxOrder") or 0):
        rate = rates.get(detail["TaxRateRef"]["value"])
        if rate is None:
            return ()
        applied = detail.get("TaxTypeApplicable") or "TaxOnAmount"
        found.append(CodeRate(rate["Id"], dec(rate.get("RateValue") or 0), applied))
    return tuple(found)


def shares(rates: Sequence[CodeRate]) -> list[Decimal]:
    """Each rate as a factor of the untaxed amount, compound ones included."""
    found, before = [], ZERO
    for rate in rates:
        base = {PLUS_TAX: 1 + before, ON_TAX: before}.get(rate.applied, Decimal(1))
        share = base * rate.percent / HUNDRED
        found.append(share)
        before += share
    return found


def by_line(lines: Iterable[tuple[Decimal, Sequence[CodeRate]]]) -> tuple[TaxSum, ...]:
    """Tax per line and rate, rounded half-up, then summed (FACTS 8.3).

    :param lines: untaxed amount and rates of each line
    """
    sums: dict[str, TaxSum] = {}
    for amount, rates in lines:
        for rate, share in zip(rates, shares(rates), strict=True):
            known = sums.get(rate.id, TaxSum(rate.id, rate.percent, ZERO, ZERO))
            sums[rate.id] = replace(
                known, net=known.net + amount, tax=known.tax + round2(amount * share)
            )
    return tuple(sums.values())


def on_sum(base: Decimal, rates: Sequence[CodeRate]) -> tuple[TaxSum, ...]:
    """US sales tax by hand: each rate once on the sum of the taxable lines (FACTS 8.2)."""
    return tuple(
        TaxSum(rate.id, rate.percent, base, round2(base * rate.percent / HUNDRED)) for rate in rates
    )


def foretell(
    doc: DocumentSnapshot,
    profile: CompanyProfile,
    codes: Mapping[str, Sequence[CodeRate]],
) -> tuple[TaxSum, ...] | None:
    """What QuickBooks will compute; None when that cannot be known before it is asked.

    :param codes: rates by tax code id
    """
    if profile.us:
        if not profile.using_sales_tax:
            return ()
        if profile.automated_sales_tax:
            return None
        if doc.tax_code is None:
            return ()
        rates = codes.get(doc.tax_code.id)
        base = sum((line.amount for line in doc.lines if line.taxable), ZERO)
        return on_sum(base, rates) if rates else None
    lines = [(line.amount, line.tax_code) for line in doc.lines if line.item is not None]
    if any(code is None or not codes.get(code.id) for _amount, code in lines):
        return None
    return by_line((amount, codes[code.id]) for amount, code in lines)


def total(sums: Iterable[TaxSum]) -> Decimal:
    return sum((each.tax for each in sums), ZERO)


def plausible(sums: Sequence[TaxSum], billed: Decimal, lines: int, step: Decimal = CENT) -> bool:
    """Whether a difference can come from rounding: at most a cent for each line and rate.

    Anything more means that a tax is mapped to a code of another rate.

    :param step: what Odoo rounds to in the document's currency: a whole yen is more than a cent
    """
    allowed = max(step, CENT) * max(1, lines) * max(1, len(sums))
    return abs(total(sums) - billed) <= allowed


def as_billed(sums: Sequence[TaxSum], billed: Decimal) -> tuple[TaxSum, ...]:
    """The same sums with the tax as it was billed: the difference goes to the largest."""
    difference = billed - total(sums)
    if not difference or not sums:
        return tuple(sums)
    largest = max(sums, key=lambda each: abs(each.tax))
    return tuple(
        replace(each, tax=each.tax + difference) if each is largest else each for each in sums
    )


def tax_lines(sums: Iterable[TaxSum]) -> list[dict]:
    """``TxnTaxDetail.TaxLine``: every rate of the codes in use, each once (FACTS 8.3)."""
    return [
        {
            "DetailType": "TaxLineDetail",
            "Amount": each.tax,
            "TaxLineDetail": {
                "TaxRateRef": {"value": each.rate_id},
                "PercentBased": True,
                "TaxPercent": each.percent,
                "NetAmountTaxable": each.net,
            },
        }
        for each in sums
    ]
