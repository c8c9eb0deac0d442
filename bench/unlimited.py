"""What the engine itself can do: a long backlog without limits and latency, and what it costs.

Also whether it keeps its size: the peak memory after the first tenth against that at the end. What
QuickBooks announces meanwhile counts as well: costs are read once all of it has been looked at.
"""

from __future__ import annotations

from dataclasses import dataclass, field

from bench import gauge
from bench.engine import Engine, Usage
from dev.progress import say


@dataclass(frozen=True)
class Unlimited:
    documents: int
    seconds: float
    used: Usage
    growth_mb: float
    peak_mb: float

    @property
    def per_second(self) -> float:
        return self.documents / self.seconds


def measure(engine: Engine, count: int) -> Unlimited:
    say(f"bench: {count} documents without limits and latency ...")
    pid = engine.pid
    memory = _Tenth(pid, count)
    before = engine.usage()
    gauge.forget_peak(pid)
    seconds = engine.send(count, memory.watch)
    engine.wait_until_quiet()
    peak = gauge.peak_mb(pid)
    return Unlimited(
        documents=count,
        seconds=seconds,
        used=engine.usage().since(before),
        growth_mb=peak - memory.peak_mb,
        peak_mb=peak,
    )


@dataclass
class _Tenth:
    """Looks at the peak once, when a tenth of the documents has arrived."""

    pid: int
    count: int
    peak_mb: float = field(default=0.0)

    def watch(self, arrived: int) -> None:
        if not self.peak_mb and arrived >= self.count / 10:
            self.peak_mb = gauge.peak_mb(self.pid)
