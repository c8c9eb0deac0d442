"""Query statements: building, escaping, and paging that loses no row (FACTS 4)."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping, Sequence
from datetime import date, datetime
from decimal import Decimal
from typing import Any

from . import canonical, dates, entities
from .errors import Malformed

#: most rows of one answer; the default of the API is 100
MAX_ROWS = 1000
#: ids of one ``IN`` list; keeps a statement near 10 kB
IN_CHUNK = 500

CREATED = "MetaData.CreateTime"
UPDATED = "MetaData.LastUpdatedTime"

Value = str | int | bool | Decimal | date | datetime
Condition = tuple[str, str, "Value | Sequence[Value]"]

_PROPERTY = re.compile(r"[A-Za-z][A-Za-z0-9]*(?:\.[A-Za-z][A-Za-z0-9]*)*")
_OPERATORS = frozenset({"=", "<", ">", "<=", ">=", "LIKE", "IN"})


def literal(value: Value) -> str:
    """A value as it stands in a statement: booleans bare, the rest quoted and escaped.

    Apostrophes and backslashes are escaped by a backslash; doubling the apostrophe would be a
    parse error. Datetimes are sent in UTC.
    """
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        text = canonical.number(value)
    elif isinstance(value, datetime):
        text = dates.format_utc(value)
    elif isinstance(value, date):
        text = dates.iso_date(value)
    elif isinstance(value, (int, str)):
        text = str(value)
    else:
        raise TypeError(f"{type(value).__name__} cannot be queried")
    return "'" + text.replace("\\", "\\\\").replace("'", "\\'") + "'"


def select(
    entity: str,
    where: Iterable[Condition] = (),
    order: str | Sequence[str] = (),
    start: int | None = None,
    limit: int | None = None,
    include_inactive: bool = False,
    count: bool = False,
) -> str:
    """One statement.

    :param where: ``(property, operator, value)`` joined by AND; ``IN`` takes a sequence
    :param order: ``"TxnDate"`` or ``["TxnDate", "MetaData.CreateTime DESC"]``
    :param start: position of the first row, counted from 1
    :param limit: at most ``MAX_ROWS``
    :param include_inactive: also inactive rows of list entities; no effect on transactions
    :param count: ``COUNT(*)``
    :raises ValueError: for what the server would refuse, ``ORDERBY Id`` included (FACTS 14#69)
    """
    conditions = [_condition(*item) for item in where]
    row = entities.find(entity)
    if include_inactive and row is not None and row.inactive:
        conditions.append("Active IN (true, false)")
    parts = ["SELECT COUNT(*)" if count else "SELECT *", "FROM", _property(entity)]
    if conditions:
        parts += ["WHERE", " AND ".join(conditions)]
    keys = [order] if isinstance(order, str) else list(order)
    if keys:
        parts += ["ORDERBY", ", ".join(_order(key) for key in keys)]
    if start is not None:
        parts += ["STARTPOSITION", str(_bounded(start, 1, 10**9))]
    if limit is not None:
        parts += ["MAXRESULTS", str(_bounded(limit, 1, MAX_ROWS))]
    return " ".join(parts)


def select_in(
    entity: str,
    prop: str,
    values: Iterable[Value],
    where: Iterable[Condition] = (),
    chunk: int = IN_CHUNK,
    include_inactive: bool = True,
) -> tuple[str, ...]:
    """Statements that together fetch every row whose property is one of the values.

    Only sound for properties that are unique per row (``Id``, ``DocNumber`` nearly so): each
    statement asks for up to ``MAX_ROWS`` rows and is not paged.
    """
    unique = list(dict.fromkeys(values))
    where = list(where)
    return tuple(
        select(
            entity,
            [*where, (prop, "IN", unique[at : at + chunk])],
            limit=MAX_ROWS,
            include_inactive=include_inactive,
        )
        for at in range(0, len(unique), chunk)
    )


def rows(body: Mapping[str, Any], entity: str) -> list[dict]:
    """The rows of a query answer; an empty answer has no entity key (FACTS 14#53).

    :raises Malformed: when the body is not a query answer
    """
    response = body.get("QueryResponse")
    if not isinstance(response, Mapping):
        raise Malformed("query answer without QueryResponse")
    row = entities.find(entity)
    found = response.get(row.key if row else entity, [])
    if not isinstance(found, list):
        raise Malformed(f"rows of {entity} are not a list")
    return found


def total(body: Mapping[str, Any]) -> int:
    """The answer of a ``COUNT(*)``.

    :raises Malformed: when it is missing
    """
    response = body.get("QueryResponse")
    count = response.get("totalCount") if isinstance(response, Mapping) else None
    if isinstance(count, bool) or not isinstance(count, int):
        raise Malformed("count answer without totalCount")
    return count


def _condition(prop: str, operator: str, value: Any) -> str:
    operator = operator.upper()
    if operator not in _OPERATORS:
        raise ValueError(f"operator {operator} is not supported")
    if operator != "IN":
        return f"{_property(prop)} {operator} {literal(value)}"
    items = [value] if isinstance(value, str) else list(value)
    if not items:
        raise ValueError("empty IN list")
    return f"{_property(prop)} IN ({', '.join(literal(item) for item in items)})"


def _property(name: str) -> str:
    if not _PROPERTY.fullmatch(name):
        raise ValueError(f"{name!r} is not a property")
    return name


def _order(key: str) -> str:
    name, _, direction = key.partition(" ")
    if name.lower() == "id":
        raise ValueError("Id cannot be sorted by")
    if direction.upper() not in ("", "ASC", "DESC"):
        raise ValueError(f"{direction!r} is not a direction")
    return f"{_property(name)} {direction.upper() or 'ASC'}"


def _bounded(value: int, low: int, high: int) -> int:
    if not low <= value <= high:
        raise ValueError(f"{value} is not between {low} and {high}")
    return value


class Keyset:
    """A full scan that survives inserts and edits while it runs (FACTS 4, "paging stability").

    Usage::

        scan = Keyset("Invoice")
        while (statement := scan.next_statement()) is not None:
            for row in scan.feed(rows(client.query(statement), "Invoice")):
                ...

    The next page starts at the last timestamp of the previous one; rows of that second come twice
    and are dropped. More rows in one second than fit a page are paged by position inside it.
    ``prop=UPDATED`` reads changes: a row edited during the scan is handed out again.
    """

    def __init__(
        self,
        entity: str,
        since: datetime | None = None,
        until: datetime | None = None,
        prop: str = CREATED,
        where: Iterable[Condition] = (),
        limit: int = MAX_ROWS,
    ):
        if prop not in (CREATED, UPDATED):
            raise ValueError("only the timestamps of MetaData carry a scan")
        self.entity = entity
        self.prop = prop
        self.limit = _bounded(limit, 1, MAX_ROWS)
        self.done = False
        #: rows handed out so far; compare with a prior COUNT(*)
        self.count = 0
        self._where = tuple(where)
        self._until = until
        # timestamps have seconds: the bound must not skip the rest of its second
        self._bound = dates.as_utc(since).replace(microsecond=0) if since else None
        self._position = 1
        self._seen: set[tuple[str, ...]] = set()

    @property
    def bound(self) -> datetime | None:
        """Where an interrupted scan may start again (``since``), aware UTC."""
        return self._bound

    def next_statement(self) -> str | None:
        """The next statement to send, ``None`` when the scan is complete."""
        if self.done:
            return None
        where = list(self._where)
        if self._bound is not None:
            where.append((self.prop, ">=", self._bound))
        if self._until is not None:
            where.append((self.prop, "<=", self._until))
        return select(
            self.entity,
            where,
            order=f"{self.prop} ASC",
            start=self._position,
            limit=self.limit,
            include_inactive=True,
        )

    def feed(self, page: Sequence[Mapping[str, Any]]) -> list[Mapping[str, Any]]:
        """Take the rows of the last statement; returns those not handed out before.

        :raises Malformed: when a full page has no timestamp to continue from
        """
        fresh = []
        for row in page:
            key = self._key(row)
            if key not in self._seen:
                self._seen.add(key)
                fresh.append(row)
        self.count += len(fresh)
        if len(page) < self.limit:
            self.done = True
        else:
            self._advance(page)
        return fresh

    def _advance(self, page: Sequence[Mapping[str, Any]]) -> None:
        stamps = [stamp for row in page if (stamp := self._stamp(row)) is not None]
        if not stamps:
            raise Malformed(f"rows of {self.entity} carry no {self.prop}")
        last = max(stamps)
        if self._bound is None or last > self._bound:
            self._bound, self._position = last, 1
        else:
            self._position += self.limit

    def _stamp(self, row: Mapping[str, Any]) -> datetime | None:
        text = (row.get("MetaData") or {}).get(self.prop.partition(".")[2])
        return dates.parse_utc(text).replace(microsecond=0) if text else None

    def _key(self, row: Mapping[str, Any]) -> tuple[str, ...]:
        identity = str(row.get("Id"))
        if self.prop == CREATED:
            return (identity,)
        meta = row.get("MetaData") or {}
        return (identity, str(row.get("SyncToken")), str(meta.get("LastUpdatedTime")))
