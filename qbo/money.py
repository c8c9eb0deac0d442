"""Amounts: Decimal only, half-up rounding, and unit prices QuickBooks accepts (FACTS 7.2, 9)."""

from __future__ import annotations

from decimal import ROUND_CEILING, ROUND_FLOOR, ROUND_HALF_UP, Context, Decimal, InvalidOperation

from . import canonical

CENT = Decimal("0.01")
ZERO = Decimal(0)
#: UnitPrice keeps at least seven decimals, Qty five to seven (FACTS 7.2)
PRICE_DECIMALS = 7
QTY_DECIMALS = 7
#: significant digits of an exchange rate we send
RATE_DIGITS = 10

# wide enough that no product of two API numbers is ever rounded on the way
_EXACT = Context(prec=2 * canonical.MAX_DIGITS, rounding=ROUND_HALF_UP)


def dec(value: Decimal | int | str) -> Decimal:
    """Strict conversion: Decimal, int or plain decimal text.

    :raises TypeError: for float (already inexact), bool and every other type
    :raises ValueError: for text that is not a number, NaN, infinities, absurd sizes
    """
    if isinstance(value, bool) or not isinstance(value, (Decimal, int, str)):
        raise TypeError(f"{type(value).__name__} is not an exact amount")
    try:
        # underscores are Python's habit, not a number on the wire
        result = Decimal(value.replace("_", "?") if isinstance(value, str) else value)
    except InvalidOperation:
        raise ValueError("not a number") from None
    canonical.number(result)
    return result


def round2(value: Decimal | int | str) -> Decimal:
    """Rounded half-up (away from zero at the half) to two decimals, as QuickBooks does."""
    return dec(value).quantize(CENT, ROUND_HALF_UP, _EXACT)


def cents(value: Decimal | int | str) -> int:
    """The amount in hundredths, exact.

    :raises ValueError: when it has a fraction of a cent; round it first, knowingly
    """
    amount = dec(value)
    if amount != round2(amount):
        raise ValueError("amount has a fraction of a cent")
    return int(_EXACT.multiply(amount, Decimal(100)))


def plain(value: Decimal | int | str) -> Decimal:
    """The same number without trailing zeros and without exponent (``75.00`` -> ``75``)."""
    text = canonical.number(dec(value))
    return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)


def line_price(
    qty: Decimal | int | str,
    amount: Decimal | int | str,
    preferred: Decimal | int | str | None = None,
) -> tuple[Decimal, Decimal] | None:
    """Quantity and unit price that multiply, rounded half-up, to exactly ``amount``.

    QuickBooks refuses a line (6070) when ``round_half_up(Qty * UnitPrice) != Amount`` and both are
    sent (FACTS 7.2, 14#18). ``preferred`` is kept when it works and has at most seven decimals;
    otherwise the price with the fewest decimals is found.

    :returns: ``(qty, unit_price)``, or ``None`` when no such price exists: then send the amount
        alone, without Qty and UnitPrice
    """
    qty, amount = plain(qty), dec(amount)
    if amount != round2(amount) or _decimals(qty) > QTY_DECIMALS:
        return None
    if preferred is not None:
        preferred = plain(preferred)
        if _decimals(preferred) <= PRICE_DECIMALS and _gives(qty, preferred, amount):
            return qty, preferred
    if not qty:
        return None if amount else (qty, ZERO)
    exact = _EXACT.divide(amount, qty)
    for places in range(PRICE_DECIMALS + 1):
        step = Decimal(1).scaleb(-places)
        # the valid prices are an interval around the quotient, closed at one end: of the grid
        # points on both sides of the quotient one is valid if any is
        for rounding in (ROUND_HALF_UP, ROUND_FLOOR, ROUND_CEILING):
            price = exact.quantize(step, rounding, _EXACT)
            if _gives(qty, price, amount):
                return qty, plain(price)
    return None


def invert_rate(rate: Decimal | int | str, digits: int = RATE_DIGITS) -> Decimal:
    """Odoo's rate (foreign per company unit) to QuickBooks' (home per foreign unit), FACTS 9.

    :param digits: significant digits of the result
    :raises ValueError: when the rate is not positive
    """
    rate = dec(rate)
    if rate <= 0:
        raise ValueError("a rate must be positive")
    return plain(Context(prec=digits, rounding=ROUND_HALF_UP).divide(Decimal(1), rate))


def _decimals(value: Decimal) -> int:
    return max(0, -int(value.as_tuple().exponent))


def _gives(qty: Decimal, price: Decimal, amount: Decimal) -> bool:
    product = _EXACT.multiply(qty, price)
    return product.quantize(CENT, ROUND_HALF_UP, _EXACT) == amount
