"""Intuit's limits per company, kept by us before they are enforced on us (FACTS 13, DESIGN 8).

Sliding windows for requests per second and per minute and for batches per minute, even pacing of
batches with a small burst, a number of requests in flight, and a pause after HTTP 429. One limiter
per company and run, shared by its threads; its state goes to the database as whole numbers, so
that the next run, on whichever host, continues the same minute.
"""

from __future__ import annotations

import math
import threading
import time
from collections import deque
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any

KINDS = ("request", "batch")

#: how long to wait before asking again for a permit somebody else holds, seconds
_POLL = 0.01
#: shortest sleep: below it a clock may not move at all
_TICK = 0.001
#: nothing imported may stop us longer, seconds: another host's clock could be wrong
_LONGEST_PAUSE = 3600


@dataclass(frozen=True)
class Limits:
    """The share of one user of the connection.

    :ivar requests_per_second: everything counts, batches too
    :ivar batches_per_minute: 0 = none ever
    :ivar batch_burst: batches that may leave at once before pacing sets in
    :ivar concurrent: requests in flight
    :ivar margin: seconds added to each window; requests reach the server with varying delay
    """

    requests_per_second: int = 10
    requests_per_minute: int = 500
    batches_per_minute: int = 40
    batch_burst: int = 5
    concurrent: int = 10
    margin: float = 0.25


#: ten requests per second and 500 per minute, divided (DESIGN 8); the pull side has no batches.
#: A payment is announced with its invoice and its customer: three reads that leave together.
PUSH = Limits(6, 330, 40, 5, 6)
PULL = Limits(3, 120, 0, 0, 3)
PEOPLE = Limits(1, 50, 0, 0, 1)


class _Window:
    """At most ``limit`` events in any ``seconds``."""

    def __init__(self, limit: int, seconds: float, events: Iterable[float] = ()):
        self.limit = limit
        self.seconds = seconds
        self.events = deque(sorted(events), maxlen=max(limit, 1))

    def wait(self, now: float) -> float:
        if len(self.events) < self.limit:
            return 0.0
        # only the last ``limit`` events are kept: the oldest of them has to leave the window
        return self.events[0] + self.seconds - now if self.limit else math.inf

    def take(self, now: float) -> None:
        self.events.append(now)

    def recent(self, now: float) -> list[float]:
        return [moment for moment in self.events if now - moment < self.seconds]


class _Meter:
    """Windows and pacing on a given clock reading: no threads, no time of its own."""

    def __init__(self, limits: Limits):
        self.limits = limits
        self.second = _Window(limits.requests_per_second, 1 + limits.margin)
        self.minute = _Window(limits.requests_per_minute, 60 + limits.margin)
        self.batches = _Window(limits.batches_per_minute, 60 + limits.margin)
        #: when the bucket of batches is full again; it grows by one interval per batch
        self.full_at = -math.inf
        self.paused_until = -math.inf

    def copy(self) -> _Meter:
        twin = _Meter(self.limits)
        for name in ("second", "minute", "batches"):
            getattr(twin, name).events.extend(getattr(self, name).events)
        twin.full_at, twin.paused_until = self.full_at, self.paused_until
        return twin

    @property
    def interval(self) -> float:
        return 60 / self.limits.batches_per_minute

    def wait(self, kind: str, now: float) -> float:
        """Seconds until this kind may leave; ``inf`` = never."""
        waits = [self.second.wait(now), self.minute.wait(now), self.paused_until - now]
        if kind == "batch":
            waits.append(self.batches.wait(now))
            if self.limits.batches_per_minute:
                spare = (max(self.limits.batch_burst, 1) - 1) * self.interval
                waits.append(self.full_at - spare - now)
        return max(0.0, *waits)

    def take(self, kind: str, now: float) -> None:
        self.second.take(now)
        self.minute.take(now)
        if kind == "batch":
            self.batches.take(now)
            self.full_at = max(self.full_at, now) + self.interval


class Limiter:
    """Permits for the threads of one company.

    :param clock: seconds, monotonic; deadlines are on this clock
    :param sleep: waits that many seconds
    :param wall: seconds since the epoch, only used to export and import the state
    """

    def __init__(
        self,
        limits: Limits = PUSH,
        clock: Callable[[], float] = time.monotonic,
        sleep: Callable[[float], None] = time.sleep,
        wall: Callable[[], float] = time.time,
    ):
        self.limits = limits
        self._clock = clock
        self._sleep = sleep
        self._wall = wall
        self._lock = threading.Lock()
        self._meter = _Meter(limits)
        self._in_flight = 0

    def acquire(self, kind: str = "request", deadline: float | None = None) -> bool:
        """Wait for a permit; give it back with :meth:`release` after the exchange.

        :param kind: ``request``, or ``batch`` which counts as both
        :param deadline: moment on the clock; ``None`` waits as long as it takes
        :returns: False, and nothing counted, when there is none before the deadline
        """
        if kind not in KINDS:
            raise ValueError(f"unknown kind of request {kind!r}")
        while True:
            with self._lock:
                now = self._clock()
                if deadline is not None and now > deadline:
                    return False
                wait = self._meter.wait(kind, now)
                busy = self._in_flight >= self.limits.concurrent
                if wait <= 0 and not busy:
                    self._meter.take(kind, now)
                    self._in_flight += 1
                    return True
            wait = max(wait, _POLL if busy else _TICK)
            if math.isinf(wait) or (deadline is not None and now + wait > deadline):
                return False
            self._sleep(wait)

    def release(self, kind: str = "request") -> None:
        """The exchange is over, whatever became of it."""
        with self._lock:
            if self._in_flight < 1:
                raise RuntimeError("release without acquire")
            self._in_flight -= 1

    def pause(self, seconds: float) -> None:
        """Nothing leaves for so long (HTTP 429: 60 s); a longer pause in force stays."""
        with self._lock:
            until = self._clock() + min(seconds, _LONGEST_PAUSE)
            self._meter.paused_until = max(self._meter.paused_until, until)

    def paused_for(self) -> float:
        """Seconds the pause still lasts; 0 when there is none."""
        with self._lock:
            return max(0.0, self._meter.paused_until - self._clock())

    def room(self, kind: str, within: float) -> int:
        """How many permits of this kind the windows will give in the next seconds.

        The planner prepares no more envelopes than a slice can send. Requests in flight are not
        considered: how long answers take is not known.
        """
        with self._lock:
            meter, now = self._meter.copy(), self._clock()
        end, count = now + within, 0
        while True:
            wait = meter.wait(kind, now)
            if now + wait > end:
                return count
            if wait:
                now += wait + _TICK / 1000  # past the rounding error of the subtraction
            meter.take(kind, now)
            count += 1

    def export_state(self) -> dict[str, Any]:
        """What the next run must know, as whole numbers (milliseconds since the epoch)."""
        with self._lock:
            now, wall = self._clock(), self._wall()
            meter = self._meter

            def stamp(moment: float) -> int:
                # rounded up: an event exported as older than it is would widen the limit
                return math.ceil((wall + moment - now) * 1000)

            return {
                "requests": [stamp(moment) for moment in meter.minute.recent(now)],
                "batches": [stamp(moment) for moment in meter.batches.recent(now)],
                "full_at": stamp(meter.full_at) if meter.full_at > now else 0,
                "paused_until": stamp(meter.paused_until) if meter.paused_until > now else 0,
            }

    def import_state(self, state: Mapping[str, Any] | None) -> None:
        """Continue where :meth:`export_state` left off; adds to what is known already.

        Moments in the future (another host's clock runs ahead) count as now.

        :raises ValueError: when it is not an exported state
        """
        if not state:
            return
        with self._lock:
            now, wall = self._clock(), self._wall()

            def moment(stamp: Any) -> float:
                return now + int(stamp) / 1000 - wall

            try:
                requests = [min(moment(stamp), now) for stamp in state.get("requests", ())]
                batches = [min(moment(stamp), now) for stamp in state.get("batches", ())]
                full_at = moment(state.get("full_at") or 0)
                paused = moment(state.get("paused_until") or 0)
            except (TypeError, ValueError, OverflowError):
                raise ValueError("not a limiter state") from None
            meter = self._meter
            meter.second = self._merged(meter.second, requests)
            meter.minute = self._merged(meter.minute, requests)
            meter.batches = self._merged(meter.batches, batches)
            fullest = now + meter.limits.batch_burst * 60 / max(meter.limits.batches_per_minute, 1)
            meter.full_at = max(meter.full_at, min(full_at, fullest))
            meter.paused_until = max(meter.paused_until, min(paused, now + _LONGEST_PAUSE))

    @staticmethod
    def _merged(window: _Window, more: list[float]) -> _Window:
        return _Window(window.limit, window.seconds, [*window.events, *more])
