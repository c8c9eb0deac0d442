"""Which SQL statements a piece of work consists of, and which lines of the addon cause them."""

from __future__ import annotations

import re
import sys
import threading
from collections import Counter, defaultdict
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from dev.paths import ADDON

TOP = 30
WIDTH = 110
#: the table a statement is about: of the first keyword that names one
TABLE = re.compile(r'\b(?:FROM|INTO|UPDATE|JOIN)\s+"?([a-z_0-9]+)"?', re.IGNORECASE)
#: differences between statements of one shape
NOISE = (
    (re.compile(r"\s+"), " "),
    (re.compile(r'"([a-z_0-9]+)"'), r"\1"),
    (re.compile(r"(?:%s(?:::\w+)?\s*,\s*)+%s"), "%s, ..."),
    (re.compile(r"(?:\(%s, \.\.\.\)\s*,\s*)+\(%s, \.\.\.\)"), "(%s, ...), ..."),
    (re.compile(r'(SAVEPOINT) "?[\w-]+"?', re.IGNORECASE), r"\1"),
)


class Log:
    """Counts and times the statements of the current thread through Odoo's own hook."""

    def __init__(self) -> None:
        self._shapes: dict[str, str] = {}
        self._statements: Counter[str] = Counter()
        self._seconds: defaultdict[str, float] = defaultdict(float)
        self._origins: defaultdict[str, Counter[str]] = defaultdict(Counter)

    @contextmanager
    def listening(self) -> Iterator[None]:
        thread = threading.current_thread()
        hooks = getattr(thread, "query_hooks", ())
        thread.query_hooks = [*hooks, self._note]  # type: ignore[attr-defined]
        try:
            yield
        finally:
            thread.query_hooks = hooks  # type: ignore[attr-defined]

    def _note(self, _cr: Any, query: Any, _params: Any, _start: float, seconds: float) -> None:
        text = query.decode() if isinstance(query, bytes) else str(query)
        shape = self._shapes.get(text)
        if shape is None:
            shape = self._shapes[text] = _shape(text)
        self._statements[shape] += 1
        self._seconds[shape] += seconds
        self._origins[shape][_origin()] += 1

    @property
    def counts(self) -> Counter[str]:
        """How often each statement was executed, by its shortened text."""
        result: Counter[str] = Counter()
        for shape, count in self._statements.items():
            result[_short(shape)] += count
        return result

    # What is said about it

    def report(self, documents: int) -> list[str]:
        total = sum(self._statements.values())
        lines = [f"SQL: {total} statements, {total / documents:.2f} per document", ""]
        lines += [
            "by table            statements  per document        ms",
            *self._tables(documents),
        ]
        lines += ["", "by statement, most frequent first (places in the addon that cause them)"]
        for shape, count in self._statements.most_common(TOP):
            lines.append(
                f"{count:8} {count / documents:7.2f}/doc {1000 * self._seconds[shape]:9.0f} ms  "
                f"{_short(shape)}"
            )
            lines += [f"{'':36}{n:6} {where}" for where, n in self._origins[shape].most_common(3)]
        return lines

    def _tables(self, documents: int) -> list[str]:
        counts: Counter[str] = Counter()
        seconds: defaultdict[str, float] = defaultdict(float)
        for shape, count in self._statements.items():
            counts[_subject(shape)] += count
            seconds[_subject(shape)] += self._seconds[shape]
        return [
            f"{subject:34}{count:8}{count / documents:10.2f}{1000 * seconds[subject]:12.0f}"
            for subject, count in counts.most_common(TOP)
        ]


def _shape(text: str) -> str:
    for pattern, plain in NOISE:
        text = pattern.sub(plain, text)
    return text.strip()


def _short(shape: str) -> str:
    """A long list of columns says little; the table and the condition do."""
    if len(shape) <= WIDTH:
        return shape
    start = shape.upper().find(" FROM ") if shape.upper().startswith("SELECT") else -1
    if start > 40:
        shape = f"{shape[:36]} ...{shape[start:]}"
    return shape if len(shape) <= WIDTH else f"{shape[: WIDTH - 4]} ..."


def _subject(shape: str) -> str:
    verb = shape.split(" ", 1)[0].upper()
    table = TABLE.search(shape)
    return f"{verb} {table.group(1)}" if table else verb


def _origin() -> str:
    """The innermost line of the addon on the stack; Odoo's own work has none."""
    frame = sys._getframe(2)
    while frame is not None:
        name = frame.f_code.co_filename
        if f"/{ADDON}/" in name:
            place = name.rpartition(f"/{ADDON}/")[2]
            return f"{place}:{frame.f_lineno} {frame.f_code.co_name}"
        frame = frame.f_back
    return "Odoo itself"
