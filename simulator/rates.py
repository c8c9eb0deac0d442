"""Exchange rates (FACTS 5.28, 9): stored per currency and day, home units per foreign unit."""

from __future__ import annotations

from . import currencies
from .money import plain


def find(work, code, day):
    """Rate of the day, else the latest before it, else the built-in table, else 1."""
    rows = work.store.ids(
        "ExchangeRate",
        "c_SourceCurrencyCode = ? AND c_AsOfDate <= ?",
        (code, day),
        "c_AsOfDate DESC",
    )
    if rows:
        return plain(work.get("ExchangeRate", rows[0])["Rate"])
    return plain(currencies.rate(code, work.company.home_currency))
