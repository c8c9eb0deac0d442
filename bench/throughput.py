"""How close to Intuit's ceiling the engine works, and how much faster than a plain loop.

The ceiling is 40 batches of 30 in any sixty seconds (FACTS 13). A limiter whose window is empty
lets more through at first, and the end of a run is a tail that is not full. So the first minute is
left out, and within the minutes after it the figure is the mean of all spans of sixty seconds, by
the moment at which the simulator admitted each request. None of them can hold more than the
ceiling, so neither can their mean; and as they start at every moment, it does not matter that the
engine works in rounds.
"""

from __future__ import annotations

from dataclasses import dataclass

from bench.control import Exchange
from bench.engine import Engine
from dev.progress import Halt, say

PER_BATCH = 30
CEILING = 40 * PER_BATCH
MINUTE = 60.0
WARM_UP = MINUTE
#: just after a request, seconds
TICK = 1e-6
#: beyond what the ceiling allows until the end of the window: the backlog must not run dry
RESERVE = 7 * PER_BATCH


@dataclass(frozen=True)
class Throughput:
    """
    :ivar per_minute: documents, sustained
    :ivar busiest: documents in the busiest sixty seconds of the whole run
    :ivar quietest: documents in the quietest sixty seconds of those that count
    :ivar refused: requests answered with HTTP 429
    """

    per_minute: float
    busiest: int
    quietest: int
    refused: int

    @property
    def ratio(self) -> float:
        return self.per_minute / CEILING


def measure(engine: Engine, minutes: int) -> Throughput:
    count = (minutes + 1) * CEILING + RESERVE
    say(f"bench: {count} documents as fast as Intuit allows, {minutes + 1} minutes ...")
    control = engine.rig.control
    control.forget()
    engine.send(count)
    exchanges = control.exchanges("batch") + control.exchanges("create")
    admitted = sorted((e for e in exchanges if e.status == 200), key=lambda e: e.at)
    sent = sum(e.items for e in admitted)
    if sent != count:
        raise Halt(f"bench: {count} documents were written in {sent} pieces: some went twice")
    start = admitted[0].at + WARM_UP
    end = start + MINUTE * minutes
    if admitted[-1].at < end:
        raise Halt("bench: the backlog ran dry before the end of the span")
    return Throughput(
        per_minute=_mean(admitted, start, end),
        busiest=max(_minute_from(admitted, e.at) for e in admitted),
        quietest=min(
            _minute_from(admitted, moment)
            for moment in [start, *(e.at + TICK for e in admitted)]
            if start <= moment <= end - MINUTE
        ),
        refused=sum(e.status == 429 for e in exchanges),
    )


def _mean(admitted: list[Exchange], start: float, end: float) -> float:
    """Documents per minute, averaged over all spans of sixty seconds between two moments: what
    was admitted at ``t`` is part of those that start from ``t - 60`` to ``t``."""
    last = end - MINUTE
    total = 0.0
    for exchange in admitted:
        spans = min(exchange.at, last) - max(exchange.at - MINUTE, start)
        total += exchange.items * max(spans, 0.0)
    return total / (last - start)


def _minute_from(admitted: list[Exchange], start: float) -> int:
    return sum(e.items for e in admitted if start <= e.at < start + MINUTE)
