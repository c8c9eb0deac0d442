"""Doubles in QuickBooks, found by what the objects say of themselves, not by our links."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from dev.books_simulator import Simulator

#: the last line of a memo: which record of which database a document is
MARK = re.compile(r"\[odoo ([^\]]+)\]")
Row = dict[str, Any]
Before = dict[str, frozenset[str]]


def find(simulator: Simulator, before: Before) -> list[str]:
    """Sentences about documents that are there more than once.

    :param before: ids by kind of what was there from the start
    """
    found = []
    for kind, number in (("Invoice", "DocNumber"), ("Payment", "PaymentRefNum")):
        rows = [row for row in simulator.entities(kind) if row["Id"] not in before.get(kind, ())]
        found += _groups(kind, "mark", rows, _mark)
        found += _groups(kind, "number", rows, lambda row, key=number: row.get(key) or "")
    return list(dict.fromkeys(found))


def _mark(row: Row) -> str:
    marks = MARK.findall(row.get("PrivateNote") or "")
    return marks[-1] if marks else ""


def _groups(kind: str, what: str, rows: Iterable[Row], key: Callable[[Row], str]) -> list[str]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if key(row):
            grouped[key(row)].append(row["Id"])
    return [
        f"{kind} {', '.join(sorted(ids))}: the same {what} {value}"
        for value, ids in grouped.items()
        if len(ids) > 1
    ]
