"""What Intuit meters, and whether the month's allowance will do (FACTS 13).

Data-out calls (reads, queries, CDC, reports) are "CorePlus" and metered; data-in calls are not.
The allowance is the developer's for a calendar month, over all companies of the app. Months are
UTC here; Intuit does not say which zone it means.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta

#: classes of calls by what they ask for; those in ``METERED`` count against the allowance
METERED = ("read", "query", "cdc", "report")
CLASSES = (*METERED, "write")

#: a pace is no pace before this: the first reading of all lists would be taken for a habit
EARLY = timedelta(days=3)
#: polling becomes slower, but never stops
SLOWEST = 8
#: percent of the allowance at which somebody is told
NOTICES = (80, 100)


@dataclass(frozen=True)
class Tier:
    """A plan of Intuit's App Partner Program.

    :ivar calls: metered calls a month
    :ivar blocks: beyond them the app is blocked until the next month, else they are billed
    """

    name: str
    calls: int
    blocks: bool = False


TIERS = {
    "builder": Tier("Builder", 500_000, blocks=True),
    "silver": Tier("Silver", 1_000_000),
    "gold": Tier("Gold", 10_000_000),
    "platinum": Tier("Platinum", 75_000_000),
}


def metered(counts: dict[str, int]) -> int:
    """How many of these calls, given by class, count against the allowance."""
    return sum(counts.get(name, 0) for name in METERED)


def month_of(moment: datetime | date) -> date:
    """First day of the month."""
    return date(moment.year, moment.month, 1)


def next_month(month: date) -> date:
    """First day of the following month."""
    return date(month.year + month.month // 12, month.month % 12 + 1, 1)


def forecast(used: int, since: datetime, now: datetime) -> int | None:
    """Calls by the end of the month of ``now`` when it goes on like this.

    :param since: when counting began; what lies before the month is ignored
    :returns: None while it is too early to say
    """
    month = month_of(now)
    begin = max(since, datetime(month.year, month.month, 1))
    end = next_month(month)
    seen = now - begin
    if seen < EARLY:
        return None
    whole = datetime(end.year, end.month, 1) - begin
    return -(-used * _seconds(whole) // _seconds(seen))


def slowdown(used: int, expected: int | None, allowance: int | None) -> int:
    """By which factor polling has to become slower so that the allowance lasts.

    :param expected: the forecast; None counts as what was used
    :param allowance: None = without limit
    :returns: 1 (as usual) to ``SLOWEST``
    """
    if allowance is None:
        return 1
    left = allowance - used
    wanted = max(used if expected is None else expected, used) - used
    if left <= 0:
        return SLOWEST
    return min(max(1, -(-wanted // left)), SLOWEST)


def notice(used: int, allowance: int | None) -> int:
    """The highest of ``NOTICES`` that was reached, 0 for none."""
    if not allowance:
        return 0
    return max((level for level in NOTICES if used * 100 >= allowance * level), default=0)


def _seconds(span: timedelta) -> int:
    return span.days * 86400 + span.seconds
