"""A clock that tests can move, and Intuit's ways to write a time (FACTS 2.4)."""

from __future__ import annotations

import re
import time
from datetime import datetime, timedelta, timezone

UTC = timezone.utc
_STAMP = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)(?:[T ](\d\d):(\d\d)(?::(\d\d)(?:\.(\d{1,9}))?)?)?\s*"
    r"(Z|UTC|[+-]\d\d:?\d\d)?$"
)


class Clock:
    """Real time plus an offset; ``freeze`` makes it stand still between moves."""

    def __init__(self, offset=0.0):
        self.offset = offset
        self._frozen = None

    def timestamp(self):
        base = time.time() if self._frozen is None else self._frozen
        return base + self.offset

    def now(self):
        return datetime.fromtimestamp(self.timestamp(), UTC)

    def today(self):
        return pacific(self.now()).date()

    def move(self, seconds):
        self.offset += seconds

    def set(self, moment):
        self.offset += moment.timestamp() - self.timestamp()

    def freeze(self):
        self._frozen = time.time()

    def thaw(self):
        self._frozen = None


def _nth_sunday(year, month, nth):
    first = datetime(year, month, 1, tzinfo=UTC)
    return first + timedelta(days=(6 - first.weekday()) % 7 + 7 * (nth - 1))


def _pacific_offset(moment):
    """-7 hours between the second Sunday of March and the first of November, else -8."""
    start = _nth_sunday(moment.year, 3, 2) + timedelta(hours=10)
    end = _nth_sunday(moment.year, 11, 1) + timedelta(hours=9)
    return timedelta(hours=-7 if start <= moment < end else -8)


def pacific(moment):
    """The moment in US Pacific time, without needing a zone database."""
    moment = moment.astimezone(UTC)
    return moment.astimezone(timezone(_pacific_offset(moment)))


def envelope_time(moment):
    """``time`` of an envelope: milliseconds, dropped when exactly zero (FACTS 2.4)."""
    local = pacific(moment)
    millis = local.microsecond // 1000
    return local.isoformat(timespec="milliseconds" if millis else "seconds")


def meta_time(moment):
    """``MetaData`` times: seconds, Pacific offset (FACTS 2.4)."""
    return pacific(moment).replace(microsecond=0).isoformat()


def parse_stamp(text):
    """A date or date-time to UTC; without an offset it means server Pacific time (FACTS 4)."""
    match = _STAMP.match(text.strip().replace(" ", "T", 1))
    if not match:
        raise ValueError(text)
    year, month, day, hour, minute, second = (int(g or 0) for g in match.groups()[:6])
    micro = int((match[7] or "0").ljust(6, "0")[:6])
    naive = datetime(year, month, day, hour, minute, second, micro)
    zone = match[8]
    if zone in ("Z", "UTC"):
        return naive.replace(tzinfo=UTC)
    if zone:
        digits = zone[1:].replace(":", "")
        delta = timedelta(hours=int(digits[:2]), minutes=int(digits[2:]))
        return naive.replace(tzinfo=timezone(-delta if zone[0] == "-" else delta)).astimezone(UTC)
    guess = naive.replace(tzinfo=UTC)
    return guess - _pacific_offset(guess + timedelta(hours=8))
