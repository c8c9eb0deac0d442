"""Tax of purchases outside the US: the amounts as billed, rate by rate (FACTS 8.3).

QuickBooks computes tax per line and rate; a vendor's bill says what it says. So the tax is sent
with the amounts posted in Odoo. QuickBooks wants every rate of every code in use, each once.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import replace
from decimal import Decimal

from ..model_purchase import CodeTax, RatePart, RateTax
from ..money import dec, round2

HUNDRED = Decimal(100)
#: Rates with these marks come in pairs that QuickBooks keeps itself: their amounts are not sent.
OWN_RATES = frozenset({"REVERSE_CHARGE", "FOREIGN_TAX", "ADJUSTMENT_RATE"})


def purchase_rates(code: Mapping, rates: Mapping[str, Mapping]) -> tuple[RatePart, ...] | None:
    """The rates of a TaxCode on purchases, in the order of computation.

    :param rates: TaxRate objects by id
    :return: empty when the code cannot be used on purchases; None when a rate is not known
    """
    details = (code.get("PurchaseTaxRateList") or {}).get("TaxRateDetail") or []
    found = []
    for detail in sorted(details, key=lambda one: one.get("TaxOrder") or 0):
        rate = rates.get(detail["TaxRateRef"]["value"])
        if rate is None:
            return None
        percent = dec(rate.get("RateValue") or 0)
        applied = detail.get("TaxTypeApplicable") or "TaxOnAmount"
        found.append(RatePart(detail["TaxRateRef"]["value"], percent, applied))
    return tuple(found)


def keeps_own_amounts(code: Mapping, rates: Mapping[str, Mapping]) -> bool:
    """Whether QuickBooks computes this code by itself and takes no amounts: reverse charges."""
    details = (code.get("PurchaseTaxRateList") or {}).get("TaxRateDetail") or []
    return any(
        (rates.get(detail["TaxRateRef"]["value"]) or {}).get("SpecialTaxType") in OWN_RATES
        for detail in details
    )


def factors(rates: Sequence[RatePart]) -> list[Decimal]:
    """Each rate as a share of the untaxed amount, compound ones included."""
    found, before = [], Decimal(0)
    for rate in rates:
        base = {"TaxOnAmountPlusTax": 1 + before, "TaxOnTax": before}.get(rate.applied, Decimal(1))
        factor = base * rate.percent / HUNDRED
        found.append(factor)
        before += factor
    return found


def percent(rates: Sequence[RatePart]) -> Decimal:
    """What all rates together add to a hundred."""
    return sum(factors(rates), Decimal(0)) * HUNDRED


def spread(
    codes: Sequence[CodeTax], posted: Iterable[tuple[Iterable[str], Decimal]]
) -> tuple[CodeTax, ...]:
    """Each code with its part of the taxes as posted in the ledger.

    A tax may stand behind several codes (GST alone on one line, with PST on another), and the
    ledger adds it up. Each of them then has what QuickBooks would compute, and the largest the
    difference, which is cents.

    :param posted: for each tax of the ledger the ids of the codes it stands behind, and its amount
    """
    groups: list[tuple[set[str], Decimal]] = []
    for ids, amount in posted:
        joined, total, others = set(ids), amount, []
        for group in groups:
            if group[0] & joined:
                joined, total = joined | group[0], total + group[1]
            else:
                others.append(group)
        groups = [*others, (joined, total)]
    parts: dict[str, Decimal] = {}
    for ids, total in groups:
        own = {code.code.id: _computed(code) for code in codes if code.code.id in ids}
        largest = max(own, key=lambda ident: abs(own[ident]))
        own[largest] += total - sum(own.values(), Decimal(0))
        parts |= own
    return tuple(replace(code, billed=parts.get(code.code.id, Decimal(0))) for code in codes)


def _computed(code: CodeTax) -> Decimal:
    """What QuickBooks would compute, by line and rate."""
    shares = factors(code.rates)
    return sum((round2(a * share) for a in code.amounts for share in shares), Decimal(0))


def billed(codes: Sequence[CodeTax]) -> tuple[RateTax, ...]:
    """Tax by rate, each rate once, that adds up to exactly what was billed.

    Where QuickBooks' own computation comes to another sum, the difference goes to the largest
    rate of the code, which is where a vendor's rounding happened.
    """
    sums: dict[str, RateTax] = {}
    for code in codes:
        for part, base, tax in _split(code):
            known = sums.get(part.id) or RateTax(part.id, part.percent, Decimal(0), Decimal(0))
            sums[part.id] = RateTax(part.id, part.percent, known.base + base, known.tax + tax)
    return tuple(sums.values())


def _split(code: CodeTax) -> list[tuple[RatePart, Decimal, Decimal]]:
    base = sum(code.amounts, Decimal(0))
    shares = factors(code.rates)
    taxes = [
        sum((round2(amount * share) for amount in code.amounts), Decimal(0)) for share in shares
    ]
    if taxes:
        largest = max(range(len(taxes)), key=lambda place: abs(shares[place]))
        taxes[largest] += code.billed - sum(taxes, Decimal(0))
    return list(zip(code.rates, [base] * len(taxes), taxes, strict=True))
