"""The log of what was asked and answered, and the counters of metering (FACTS 13)."""

from __future__ import annotations

import secrets
import threading
import time
from collections import deque
from dataclasses import dataclass, field

KEEP, BODY = 20000, 100000


def new_tid():
    """An id in the style of ``1-5f732f68-d4d3c70ce72c15e07d2bc328`` (FACTS 2.3)."""
    return f"1-{int(time.time()):08x}-{secrets.token_hex(12)}"


@dataclass
class Exchange:
    """One request with its answer."""

    method: str
    path: str
    query: dict
    body: str
    time: str
    tid: str
    realm: str = ""
    client: str = ""
    operation: str = ""
    entity: str = ""
    status: int = 0  # 0: the connection was dropped
    answer: str = ""
    replayed: bool = False
    crowded: bool = False  # another name was being written at the same time
    ms: float = 0.0
    faults: list = field(default_factory=list)
    n: int = 0
    epoch: int = 0  # of the simulator when it arrived

    @property
    def requestid(self):
        return self.query.get("requestid", "")

    def describe(self):
        return vars(self) | {"requestid": self.requestid}


class Journal:
    """Ring of exchanges plus counters per realm."""

    def __init__(self):
        self._lock = threading.Lock()
        self.clear()

    def clear(self):
        self.entries, self.counts, self._n = deque(maxlen=KEEP), {}, 0

    def add(self, exchange):
        with self._lock:
            self._n += 1
            exchange.n = self._n
            self.entries.append(exchange)

    def count(self, realm, **amounts):
        with self._lock:
            counts = self.counts.setdefault(realm, {})
            for name, amount in amounts.items():
                counts[name] = counts.get(name, 0) + amount

    def totals(self, realm=None):
        """Counters of one realm or of all together."""
        with self._lock:
            result = {}
            for name, counts in self.counts.items():
                if realm in (None, name):
                    for key, value in counts.items():
                        result[key] = result.get(key, 0) + value
            return result

    def find(self, **wanted):
        """Exchanges whose attributes equal the given ones; ``path`` is searched within."""
        path = wanted.pop("path", "")
        return [
            entry
            for entry in list(self.entries)
            if path in entry.path
            and all(getattr(entry, key) == value for key, value in wanted.items())
        ]
