"""Change data capture (FACTS 10.2)."""

from __future__ import annotations

from .clock import parse_stamp
from .errors import fault, missing, unsupported
from .jsontext import Raw
from .schema import BY_LOWER
from .views import shown

LIMIT = 1000
DAYS = 30


def run(company, entities, since):
    """The value of ``CDCResponse``."""
    names = [name.strip() for name in (entities or "").split(",") if name.strip()]
    if not names:
        raise missing("entities")
    if not since:
        raise missing("changedSince")
    specs = []
    for name in names:
        spec = BY_LOWER.get(name.lower())
        if spec is None:
            raise fault("2000", f"Invalid or unsupported object name : {name}", "entities")
        if not spec.cdc:
            raise unsupported(f"cdc with entity {name}")
        specs.append(spec)
    start = _start(company, since)
    room, segments = LIMIT, []
    for spec in specs:
        segment = _segment(company, spec, start, room)
        room -= segment.get("maxResults", 0)
        segments.append(segment)
    return [{"QueryResponse": segments}]


def _start(company, since):
    try:
        moment = parse_stamp(since)
    except ValueError:
        raise fault("2060", f"Invalid Date Format : {since}", "changedSince") from None
    age = company.clock.timestamp() - moment.timestamp()
    if company.switch("cdc_age_check") and age > DAYS * 86400 + 86400:
        raise unsupported(f"cdc with changedSince date {since} which is older than fixed days")
    return int(moment.timestamp())


def _segment(company, spec, start, room):
    """Changed objects in order of change, deleted ones at the end."""
    if room <= 0:
        return {}
    rows = company.store.select(spec.name, "updated >= ?", (start,), "updated, seq", room)
    bodies = [Raw(shown(company, spec.name, body, raw, True)) for body, raw in rows]
    gone = company.store.run(
        "SELECT body FROM {p}gone WHERE kind = ? AND updated >= ? ORDER BY updated LIMIT ?",
        (spec.name, start, room - len(bodies)),
    )
    bodies += [Raw(row[0]) for row in gone]
    if not bodies:
        return {}
    segment = {spec.json_key: bodies, "startPosition": 1, "maxResults": len(bodies)}
    if spec.total:
        segment["totalCount"] = len(bodies)
    return segment
