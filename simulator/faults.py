"""Faults on demand: which request they hit and what they do to it.

Kinds, before the request is executed: ``drop_before``, ``delay``, ``status`` (401, 403, 429, 500,
502, 503, 504), ``html``, ``fault`` (any code of FACTS 3.3), ``stale`` (5010), ``rotate`` (a refresh
returns a new token and kills the old one), ``forget`` (requestid is not looked up).
After it is committed: ``drop_after``, ``truncate``, ``malformed``, ``xml``.
``items`` of a ``fault`` or ``stale`` makes only these positions of a batch fail.
"""

from __future__ import annotations

import random
import re
import threading
from dataclasses import dataclass, field

BEFORE = ("drop_before", "delay", "status", "html", "fault", "stale", "rotate", "forget")
AFTER = ("drop_after", "truncate", "malformed", "xml")


@dataclass
class FaultRule:
    kind: str
    method: str = ""
    path: str = ""  # regular expression, searched
    entity: str = ""  # Customer, Invoice ... also inside a batch
    operation: str = ""  # create update delete void read query batch cdc report token ...
    realm: str = ""
    count: int | None = 1  # None: for ever
    skip: int = 0  # let that many matching requests pass first
    probability: float = 1.0
    seed: int = 0
    status: int = 500
    seconds: float = 0.0
    code: str = "6000"
    detail: str = (
        "Business Validation Error: An unexpected error occurred while accessing or "
        "saving your data. Please wait a few minutes and try again. If the problem "
        "persists, contact customer support."
    )
    items: list | None = None  # batch positions from 0
    body: str = ""
    id: int = 0
    hits: int = 0
    random: random.Random = field(default=None, repr=False)

    def __post_init__(self):
        if self.kind not in BEFORE + AFTER:
            raise ValueError(f"unknown fault kind {self.kind!r}")
        self.random = random.Random(self.seed)

    def matches(self, method, path, entities, operation, realm):
        if self.count is not None and self.count <= 0:
            return False
        if self.method and self.method.upper() != method:
            return False
        if self.path and not re.search(self.path, path):
            return False
        if self.realm and self.realm != realm:
            return False
        if self.operation and self.operation != operation:
            return False
        return not self.entity or self.entity.lower() in entities

    def strike(self):
        """Count a matching request; True when the fault happens to it."""
        if self.skip > 0:
            self.skip -= 1
            return False
        if self.probability < 1 and self.random.random() >= self.probability:
            return False
        if self.count is not None:
            self.count -= 1
        self.hits += 1
        return True

    def describe(self):
        return {name: value for name, value in vars(self).items() if name != "random"}


class Faults:
    """The rules in force; thread-safe."""

    def __init__(self):
        self.rules, self._next, self._lock = [], 1, threading.Lock()

    def add(self, kind, **options):
        """Add a rule, for example ``add("drop_after", path="/invoice", count=2)``."""
        rule = FaultRule(kind, **options)
        with self._lock:
            rule.id, self._next = self._next, self._next + 1
            self.rules.append(rule)
        return rule

    def remove(self, ident):
        with self._lock:
            self.rules = [rule for rule in self.rules if rule.id != ident]

    def clear(self):
        with self._lock:
            self.rules = []

    def take(self, method, path, entities=(), operation="", realm=""):
        """The rules that hit this request."""
        if not self.rules:
            return []
        lowered = {name.lower() for name in entities}
        with self._lock:
            return [
                rule
                for rule in self.rules
                if rule.matches(method, path, lowered, operation, realm) and rule.strike()
            ]
