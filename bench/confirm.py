"""What the addon adds to the confirmation of invoices.

The estimate is the median of the ratios of neighbours: each confirmation with the addon is divided
by the one of the same invoices without it, measured a moment before or after (see
``bench/inside/confirm.py``). The median does not care about the few that something disturbed. The
headline uses processor time of Odoo and PostgreSQL together, which other work on the machine does
not lengthen; the same estimate by wall-clock stands beside it.
"""

from __future__ import annotations

import json
import math
import statistics
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from bench import books, odoo_process, rig
from bench.pair import Pair
from dev.progress import say

SIZE = 200


@dataclass(frozen=True)
class Overhead:
    """Of one confirmation with ``invoices`` in it.

    :ivar ratio: by processor time
    :ivar interval: contains the true median with a certainty of 95 %
    :ivar base_ms: wall-clock without the addon
    :ivar extra: how often more each statement is executed with the addon
    """

    invoices: int
    repetitions: int
    ratio: float
    interval: tuple[float, float]
    wall_ratio: float
    extra_queries: int
    base_queries: int
    base_ms: float
    extra: list[tuple[int, str]]


def measure(source: Pair, origin: str, singles: int, groups: int) -> tuple[Overhead, Overhead]:
    """:param origin: the books without the addon"""
    say(f"bench: confirming {singles} x 1 and {groups} x {SIZE} invoices with and without ...")
    with (
        rig.assembled(source, "confirm", rig.UNHINDERED) as place,
        books.copy(origin, "bare") as bare,
    ):
        numbers = [str(number) for number in (singles, groups, SIZE)]
        said = odoo_process.run("confirm", bare, place.database, *numbers)
    found = json.loads(said.splitlines()[-1])
    one = _overhead(found["one"], found["extra_one"], 1)
    return one, _overhead(found["many"], found["extra_many"], SIZE)


def _overhead(
    pairs: Sequence[tuple[dict[str, Any], dict[str, Any]]], extra: list[Any], invoices: int
) -> Overhead:
    def ratios(what: str) -> list[float]:
        return [with_it[what] / without[what] for without, with_it in pairs]

    more = [with_it["queries"] - without["queries"] for without, with_it in pairs]
    return Overhead(
        invoices=invoices,
        repetitions=len(pairs),
        ratio=statistics.median(ratios("cpu")),
        interval=_interval(ratios("cpu")),
        wall_ratio=statistics.median(ratios("wall")),
        extra_queries=round(statistics.median_high(more)),
        base_queries=round(statistics.median(without["queries"] for without, _ in pairs)),
        base_ms=1000 * statistics.median(without["wall"] for without, _ in pairs),
        extra=[(count, shape) for count, shape in extra],
    )


def _interval(values: Sequence[float]) -> tuple[float, float]:
    """Between which of the sorted values the true median lies with a certainty of 95 %.

    Each value is above or below it like a coin that is tossed; no distribution is assumed. With
    few values the certainty is less: then it is the smallest and the largest.
    """
    ordered, reach = sorted(values), 0.98 * math.sqrt(len(values))
    low = max(math.floor(len(values) / 2 - reach), 0)
    high = min(math.ceil(len(values) / 2 + reach), len(values) - 1)
    return ordered[low], ordered[high]
