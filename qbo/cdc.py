"""Change data capture: reading answers, and sweeping a window that may be too full (FACTS 10.2).

CDC has a lower bound only, answers at most 1000 objects over all entities, and forgets after 30
days. Live objects can also be listed by ``MetaData.LastUpdatedTime``; deletions are only told here.
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from . import dates, entities
from .errors import Malformed

MAX_OBJECTS = 1000
#: asked again on every sweep: late arrivals and one-second resolution (DESIGN 10)
OVERLAP = timedelta(minutes=5)
#: a day less than the API's 30
MAX_AGE = timedelta(days=29)


@dataclass(frozen=True)
class CdcChange:
    """One changed object.

    :ivar updated_at: naive UTC, ``None`` when the answer has none
    :ivar deleted: gone; ``obj`` then holds little more than the id
    :ivar obj: the object as answered
    """

    entity: str
    id: str
    sync_token: str
    updated_at: datetime | None
    deleted: bool
    obj: Mapping[str, Any]

    @property
    def event_key(self) -> str:
        """The same for the same change seen twice (overlap, split windows)."""
        stamp = self.updated_at.isoformat() if self.updated_at else ""
        state = "deleted" if self.deleted else self.sync_token
        return f"cdc/{self.entity}/{self.id}/{state}/{stamp}"


@dataclass(frozen=True)
class CdcAnswer:
    """One answer.

    :ivar time: server time, naive UTC: the next cursor of a sweep
    :ivar count: objects in it; ``MAX_OBJECTS`` means that some are missing
    """

    time: datetime
    changes: tuple[CdcChange, ...]
    count: int

    @property
    def truncated(self) -> bool:
        return self.count >= MAX_OBJECTS


def parse(body: Mapping[str, Any]) -> CdcAnswer:
    """Read an answer; every list is looked at, whatever its key and position.

    :raises Malformed: when it is not a CDC answer or carries no server time
    """
    segments = body.get("CDCResponse")
    if not isinstance(segments, list):
        raise Malformed("CDC answer without CDCResponse")
    changes: list[CdcChange] = []
    for response in _responses(segments):
        for key, found in response.items():
            if isinstance(found, list):
                changes += [_change(key, obj) for obj in found]
    try:
        time = dates.naive_utc(str(body.get("time")))
    except ValueError:
        raise Malformed("CDC answer without server time") from None
    return CdcAnswer(time, tuple(changes), len(changes))


def _responses(segments: list) -> Iterator[Mapping[str, Any]]:
    for segment in segments:
        responses = segment.get("QueryResponse") if isinstance(segment, Mapping) else None
        # anything else here would mean an entity without an answer: not a complete sweep
        if not isinstance(responses, list) or not all(isinstance(r, Mapping) for r in responses):
            raise Malformed("CDC segment without QueryResponse")
        yield from responses


def _change(key: str, obj: Mapping[str, Any]) -> CdcChange:
    row = entities.find(key)
    stamp = (obj.get("MetaData") or {}).get("LastUpdatedTime")
    return CdcChange(
        entity=row.name if row else key,
        id=str(obj.get("Id", "")),
        sync_token=str(obj.get("SyncToken", "")),
        updated_at=dates.naive_utc(stamp) if stamp else None,
        deleted=str(obj.get("status", "")).lower() == "deleted",
        obj=obj,
    )


def deduplicate(changes: Iterable[CdcChange]) -> tuple[CdcChange, ...]:
    """Each change once, in the order first seen."""
    first: dict[str, CdcChange] = {}
    for change in changes:
        first.setdefault(change.event_key, change)
    return tuple(first.values())


def since(cursor: datetime) -> datetime:
    """Where to ask from: the cursor minus the overlap."""
    return cursor - OVERLAP


def too_old(cursor: datetime, now: datetime) -> bool:
    """Whether the API has forgotten: list everything instead (``query.Keyset``)."""
    return now - since(cursor) > MAX_AGE


def params(names: Sequence[str], changed_since: datetime) -> tuple[tuple[str, str], ...]:
    """Query parameters of ``GET cdc``."""
    return (("entities", ",".join(names)), ("changedSince", dates.format_utc(changed_since)))


@dataclass(frozen=True)
class CdcStep:
    """Ask CDC: ``client.call("GET", "cdc", params(step.entities, step.since))``."""

    entities: tuple[str, ...]
    since: datetime


@dataclass(frozen=True)
class ListStep:
    """List by ``MetaData.LastUpdatedTime``: ``Keyset(entity, since, until, prop=UPDATED)``.

    Deletions in this window are not told by any list; the drift check finds them.
    """

    entity: str
    since: datetime
    until: datetime


class Sweep:
    """All changes of some entities since a moment, however many they are.

    Usage::

        sweep = Sweep(cdc_names(), since(cursor))
        while (step := sweep.next_step()) is not None:
            if isinstance(step, CdcStep):
                new = sweep.feed(parse(client.call("GET", "cdc", ...).body))
            else:
                ... keyset listing ...; sweep.listed()
        cursor = sweep.cursor

    A full answer is split: first by entity, then in time. The newer half of the window is asked of
    CDC again, the older half is listed, because CDC cannot be given an upper bound.
    """

    def __init__(self, names: Iterable[str], changed_since: datetime):
        self._steps: list[CdcStep | ListStep] = [CdcStep(tuple(names), changed_since)]
        self._seen: set[str] = set()
        self._first: datetime | None = None
        #: windows whose deletions could not be seen
        self.blind: list[ListStep] = []

    def next_step(self) -> CdcStep | ListStep | None:
        """What to ask next; ``None`` when the sweep is complete."""
        return self._steps[0] if self._steps else None

    @property
    def cursor(self) -> datetime | None:
        """Server time of the first answer, once the sweep is complete; ``None`` before."""
        return self._first if not self._steps else None

    def feed(self, answer: CdcAnswer) -> tuple[CdcChange, ...]:
        """Take the answer to the current ``CdcStep``; returns changes not seen before."""
        step = self._steps.pop(0)
        if not isinstance(step, CdcStep):
            raise ValueError("the current step is a listing")
        if self._first is None:
            self._first = answer.time
        if answer.truncated:
            self._steps[:0] = self._split(step, answer.time)
        fresh = [c for c in deduplicate(answer.changes) if c.event_key not in self._seen]
        self._seen.update(change.event_key for change in fresh)
        return tuple(fresh)

    def listed(self) -> None:
        """The current ``ListStep`` has been carried out."""
        step = self._steps.pop(0)
        if not isinstance(step, ListStep):
            raise ValueError("the current step is not a listing")

    def _split(self, step: CdcStep, now: datetime) -> list[CdcStep | ListStep]:
        if len(step.entities) > 1:
            middle = len(step.entities) // 2
            return [
                CdcStep(step.entities[:middle], step.since),
                CdcStep(step.entities[middle:], step.since),
            ]
        window = now - step.since
        name = step.entities[0]
        middle_time = (step.since + window / 2).replace(microsecond=0)
        narrow = window < timedelta(seconds=4) or middle_time <= step.since
        older = ListStep(name, step.since, now if narrow else middle_time)
        self.blind.append(older)
        return [older] if narrow else [older, CdcStep((name,), middle_time)]
