"""Faults on demand: which request they strike and what they do to it.

Before the request is executed: ``drop_before``, ``delay``, ``status`` (401, 403, 429, 500, 502,
503, 504), ``html``, ``fault`` (any code of FACTS 3.3), ``stale`` (5010), ``rotate`` (a refresh
returns a new token and kills the old one), ``forget`` (the requestid is not recognised).
After it is committed: ``drop_after``, ``delay_after``, ``status_after``, ``truncate``,
``malformed``, ``xml``.

A ``fault`` strikes a whole request. In a batch, ``items=[0, 2]`` makes these positions fail
instead, and ``per_item=True`` lets every item try its luck, as every single call does. ``stale``
always means single items, those that change something that exists.
"""

from __future__ import annotations

import random
import re
import threading
from dataclasses import dataclass, field

BEFORE = ("drop_before", "delay", "status", "html", "fault", "stale", "rotate", "forget")
AFTER = ("drop_after", "delay_after", "status_after", "truncate", "malformed", "xml")
ENDING = ("drop_before", "status", "html")  # nothing else can happen to such a request
REFUSALS = ("fault", "stale")
INSIDE = ("forget", *REFUSALS)  # decided while the request is executed
CHANGES = ("update", "delete", "void")


@dataclass
class Target:
    """What a rule looks at."""

    method: str
    path: str
    operation: str
    entities: frozenset = frozenset()  # lower case; of a batch those of its items
    realm: str = ""
    items: tuple = ()  # (entity in lower case, operation) of the items of a batch


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
    per_item: bool = False  # every item of a batch is judged for itself
    body: str = ""
    id: int = 0
    hits: int = 0
    random: random.Random = field(default=None, repr=False)

    def __post_init__(self):
        if self.kind not in BEFORE + AFTER:
            raise ValueError(f"unknown fault kind {self.kind!r}")
        if (self.items is not None or self.per_item) and self.kind not in REFUSALS:
            raise ValueError(f"{self.kind} strikes whole requests, not items of a batch")
        if not 0 <= self.probability <= 1:
            raise ValueError("a probability lies between 0 and 1")
        re.compile(self.path)
        self.random = random.Random(self.seed)

    @property
    def name(self):
        """How it is tallied."""
        if self.kind in ("status", "status_after"):
            return f"{self.kind} {self.status}"
        return f"fault {self.code}" if self.kind == "fault" else self.kind

    def matches(self, target):
        """Whether this request is meant, leaving aside count, skip and luck."""
        return (
            self.count != 0
            and (not self.method or self.method.upper() == target.method)
            and (not self.path or bool(re.search(self.path, target.path)))
            and (not self.realm or self.realm == target.realm)
            and (not self.entity or self.entity.lower() in target.entities)
            and (self._operation(target) if self.operation else True)
            and self._applies(target)
        )

    def _operation(self, target):
        if self.operation == target.operation:
            return True
        return self.judges_items(target) and any(
            self.operation == operation for _entity, operation in target.items
        )

    def _applies(self, target):
        """A fault that could not show must not be counted."""
        if self.kind == "rotate":
            return target.operation == "token"
        if self.items is not None:
            return any(position < len(target.items) for position in self.items)
        if self.kind == "stale":
            return target.operation == "batch" or target.operation in CHANGES
        return True

    def judges_items(self, target):
        """Whether luck is tried for each item of this batch."""
        return target.operation == "batch" and (
            self.per_item or self.kind == "stale" and self.items is None
        )

    def means_item(self, position, entity, operation):
        """Whether this item of a batch is meant, leaving aside count, skip and luck."""
        if self.items is not None:
            return position in self.items
        if self.count == 0 or self.entity and self.entity.lower() != entity:
            return False
        if self.kind == "stale" and operation not in CHANGES:
            return False
        return self.operation in ("", "batch", operation)

    def strike(self):
        """Count a matching request or item; True when the fault happens to it."""
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
    """The rules in force and how often each kind has struck; thread-safe."""

    def __init__(self):
        self.rules, self._next, self._lock = [], 1, threading.Lock()
        self._fired = {}

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
        """Remove all rules; what they have done stays in :attr:`fired`."""
        with self._lock:
            self.rules = []

    @property
    def fired(self):
        """``{"drop_after": 3, "status 503": 1, "fault 6000": 2, ...}``: requests struck so far,
        of refusals inside batches the items."""
        with self._lock:
            return dict(sorted(self._fired.items()))

    def reset_fired(self):
        with self._lock:
            self._fired = {}

    def _note(self, rule):
        self._fired[rule.name] = self._fired.get(rule.name, 0) + 1

    def take(self, target):
        """The rules that strike this request on the line; at most one spoils its answer."""
        struck, ended = [], False
        with self._lock:
            for kinds in (BEFORE, AFTER):
                for rule in self.rules:
                    if ended or rule.kind not in kinds or rule.kind in INSIDE:
                        continue
                    if rule.matches(target) and rule.strike():
                        self._note(rule)
                        struck.append(rule)
                        ended = rule.kind in ENDING or kinds is AFTER
        return struck

    def forgets(self, target):
        """Whether the stored answer of this request is not found, although it is there."""
        with self._lock:
            for rule in self.rules:
                if rule.kind == "forget" and rule.matches(target) and rule.strike():
                    self._note(rule)
                    return True
        return False

    def refusals(self, target):
        """The rules that refuse this request or items of it; those that judge items unstruck."""
        struck = []
        with self._lock:
            for rule in self.rules:
                if rule.kind not in REFUSALS or not rule.matches(target):
                    continue
                if rule.judges_items(target):
                    struck.append(rule)
                elif rule.strike():
                    struck.append(rule)
                    if rule.items is None:
                        self._note(rule)
                        break
        return struck

    def refuses_item(self, rules, target, position):
        """The first of these refusals that makes an item of a batch fail, or None."""
        entity, operation = target.items[position]
        with self._lock:
            for rule in rules:
                if not rule.means_item(position, entity, operation):
                    continue
                if rule.items is not None or rule.judges_items(target) and rule.strike():
                    self._note(rule)
                    return rule
        return None
