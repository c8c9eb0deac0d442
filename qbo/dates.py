"""Timestamps of the API, which come in five spellings, to UTC and back (FACTS 2.4, 4, 14#31-33).

REST answers carry US Pacific offsets that change twice a year, webhooks carry ``Z`` and up to nine
decimals. Everything is compared in UTC; text comparison would be wrong.
"""

from __future__ import annotations

import re
from datetime import date, datetime, timedelta, timezone

#: How far QuickBooks' clock and ours may be apart.
CLOCK_MARGIN = timedelta(minutes=10)

_STAMP = re.compile(
    r"(?P<day>\d{4}-\d{2}-\d{2})[Tt ](?P<time>\d{2}:\d{2}:\d{2})(?:[.,](?P<fraction>\d+))?"
    r"\s*(?P<zone>[Zz]|UTC|[+-]\d{2}(?::?\d{2})?)"
)


def parse_utc(text: str) -> datetime:
    """Any timestamp of the API as an aware UTC datetime; decimals beyond microseconds are cut.

    :raises ValueError: when it is no timestamp or has no zone: guessing one would shift it by hours
    """
    match = _STAMP.fullmatch(text.strip())
    if not match:
        raise ValueError(f"not a timestamp with a zone: {text!r}")
    moment = datetime.strptime(f"{match['day']} {match['time']}", "%Y-%m-%d %H:%M:%S")
    fraction = (match["fraction"] or "")[:6].ljust(6, "0")
    moment = moment.replace(microsecond=int(fraction), tzinfo=timezone.utc)
    return moment - _offset(match["zone"])


def naive_utc(text: str) -> datetime:
    """The same as a naive UTC datetime, the way Odoo stores them."""
    return parse_utc(text).replace(tzinfo=None)


def as_utc(moment: datetime) -> datetime:
    """An aware UTC datetime; a naive one is taken as UTC already (Odoo's convention)."""
    if moment.tzinfo is None:
        return moment.replace(tzinfo=timezone.utc)
    return moment.astimezone(timezone.utc)


def format_utc(moment: datetime, milliseconds: bool = False) -> str:
    """``2026-01-31T10:20:30Z`` (or with ``.000``): safe in queries and URLs, no ``+`` to escape."""
    moment = as_utc(moment)
    text = moment.strftime("%Y-%m-%dT%H:%M:%S")
    return f"{text}.{moment.microsecond // 1000:03d}Z" if milliseconds else f"{text}Z"


def iso_date(value: date | datetime | str) -> str:
    """``yyyy-mm-dd``. A datetime gives its own day: the caller decides about the zone."""
    if isinstance(value, str):
        return parse_date(value).isoformat()
    if isinstance(value, datetime):
        value = value.date()
    return value.isoformat()


def parse_date(text: str) -> date:
    """A TxnDate; like the server, only the first ten characters count (FACTS 7.1).

    :raises ValueError: when these are not a date
    """
    return datetime.strptime(text.strip()[:10], "%Y-%m-%d").date()


def _offset(zone: str) -> timedelta:
    if zone.upper() in ("Z", "UTC"):
        return timedelta(0)
    digits = zone[1:].replace(":", "").ljust(4, "0")
    size = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
    return -size if zone[0] == "-" else size
