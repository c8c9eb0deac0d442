"""Decimal arithmetic: amounts have two places, half rounds up (FACTS 7.2)."""

from __future__ import annotations

from decimal import ROUND_HALF_UP, Decimal

ZERO = Decimal(0)
CENT = Decimal("0.01")
LIMIT = Decimal("99999999999")
_FINEST = Decimal("0.0000000001")


def cents(value):
    """Round to the cent; zero is the plain ``0`` that is printed (FACTS 2.4)."""
    rounded = Decimal(value).quantize(CENT, ROUND_HALF_UP)
    return rounded if rounded else ZERO


def plain(value):
    """A quantity, price or rate without trailing zeros and without exponent."""
    value = (
        Decimal(value).quantize(_FINEST, ROUND_HALF_UP)
        if value.as_tuple().exponent < -10
        else Decimal(value)
    )
    if not value:
        return ZERO
    value = value.normalize()
    return value.quantize(Decimal(1)) if value.as_tuple().exponent > 0 else value


def to_cents(value):
    """A home amount as whole cents, the unit of the ledger."""
    return int(cents(value).scaleb(2))


def from_cents(value):
    return cents(Decimal(value).scaleb(-2))


def spread(total, weights):
    """Split ``total`` in proportion to ``weights``; the parts add up exactly."""
    whole = sum(weights, ZERO)
    if not whole:
        return [ZERO] * len(weights)
    parts, used, seen = [], ZERO, ZERO
    for weight in weights:
        seen += weight
        upto = cents(total * seen / whole)
        parts.append(cents(upto - used))
        used = upto
    return parts
