"""Counts the calls of one company by class, where they leave and are answered (FACTS 13)."""

from __future__ import annotations

import threading
from collections import Counter

from .outcome import Outcome


class Meter:
    """A counter shared by the threads of a process; whoever stores its counts takes them away."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._counts: Counter[str] = Counter()

    def count(self, method: str, path: str, outcome: Outcome) -> None:
        """Note one exchange.

        Only answers of the 2xx kind are metered. A read whose answer was lost may have been one,
        so it counts too: the figure shall never be lower than Intuit's.

        :param path: below ``/v3/company/<realm>/``
        """
        answered = outcome.status is not None and 200 <= outcome.status < 300
        lost = outcome.status is None and outcome.sent
        if answered or lost:
            name = class_of(path, outcome.is_write)
            with self._lock:
                self._counts[name] += 1

    def take(self) -> dict[str, int]:
        """The counts since the last time, by class of ``qbo.budget``."""
        with self._lock:
            counts, self._counts = dict(self._counts), Counter()
        return counts

    def put_back(self, counts: dict[str, int]) -> None:
        """Counts that could not be stored after all."""
        with self._lock:
            self._counts.update(counts)


def class_of(path: str, is_write: bool) -> str:
    """The class of a call; a batch is a write, because ours hold nothing else."""
    if is_write:
        return "write"
    first = path.partition("?")[0].strip("/").partition("/")[0]
    return {"query": "query", "cdc": "cdc", "reports": "report"}.get(first, "read")
