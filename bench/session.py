"""One run of the bench, from the books to the findings."""

from __future__ import annotations

import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass

from bench import (
    books,
    confirm,
    customers,
    latency,
    pair,
    payback,
    plain,
    rig,
    sql,
    throughput,
    unlimited,
)
from bench.engine import Engine
from bench.pair import Pair
from bench.report import Findings
from bench.rig import Rig
from bench.sql import Sql
from dev.postgres import server
from dev.progress import say, seconds
from dev.stack import Stack


@dataclass(frozen=True)
class Size:
    """How much is done of each.

    :ivar minutes: counted minutes at Intuit's ceiling, at least 2; one more goes before
    :ivar more_minutes: the same while QuickBooks announces each document; none leaves it out
    :ivar payments: recorded in QuickBooks
    :ivar backlog: documents drained without limits
    :ivar echoes: the same while QuickBooks announces each of them
    :ivar groups: confirmations of 200
    :ivar customers: imported on the first connect
    """

    minutes: int
    more_minutes: int
    plain_slow: int
    plain_fast: int
    clicks: int
    payments: int
    backlog: int
    echoes: int
    singles: int
    groups: int
    customers: int


FULL = Size(
    minutes=5,
    more_minutes=3,
    plain_slow=150,
    plain_fast=600,
    clicks=80,
    payments=60,
    backlog=20_000,
    echoes=3_000,
    singles=400,
    groups=20,
    customers=customers.COUNT,
)
QUICK = Size(
    minutes=2,
    more_minutes=0,
    plain_slow=40,
    plain_fast=200,
    clicks=20,
    payments=20,
    backlog=1_500,
    echoes=600,
    singles=100,
    groups=5,
    customers=customers.FEWER,
)


def run(size: Size) -> Findings:
    pair.FOLDER.mkdir(parents=True, exist_ok=True)
    with server.running():
        with Stack("bench-pair") as stack:
            source = pair.ensure(stack)
        one, many = confirm.measure(source, books.ensure(), size.singles, size.groups)
        with _part("unlimited", source, rig.UNHINDERED) as (place, database):
            engine = Engine(place, database)
            drained = unlimited.measure(engine, size.backlog)
            engine.listen()
            echoed = unlimited.measure(engine, size.echoes)
            engine.stop()
            fast_plain = plain.run(place, database, size.plain_fast)
        with _part("intuit", source, rig.AS_INTUIT) as (place, database):
            engine = Engine(place, database)
            sustained = throughput.measure(engine, size.minutes)
            engine.listen()
            clicks = latency.measure(engine, size.clicks)
            payments = payback.measure(engine, size.payments)
            announced = throughput.measure(engine, size.more_minutes) if size.more_minutes else None
            engine.stop()
            slow_plain = plain.run(place, database, size.plain_slow)
        imported = customers.measure(size.customers)
    return Findings(
        slow_plain,
        sustained,
        announced,
        clicks,
        payments,
        fast_plain,
        drained,
        echoed,
        one,
        many,
        imported,
    )


@contextmanager
def _part(purpose: str, source: Pair, options: tuple[str, ...]) -> Iterator[tuple[Rig, Sql]]:
    started = time.monotonic()
    with rig.assembled(source, purpose, options) as place, sql.opened(place.database) as database:
        yield place, database
    say(f"bench: {purpose} done in {seconds(time.monotonic() - started)}")
