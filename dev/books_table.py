"""Both books side by side, in plain text, as wide as the terminal allows."""

from __future__ import annotations

import os
import shutil
import sys
import unicodedata
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dev.books_compare import Comparison
from dev.books_model import CREDIT, Document, cents

FALLBACK = (132, 24)
GAP = " "
MIDDLE = " │ "
VERDICT = 14
RED, BOLD, PLAIN = "\033[31m", "\033[1m", "\033[0m"


@dataclass(frozen=True)
class Column:
    title: str
    cell: Callable[[Document], str]
    least: int
    #: grows up to this; the same as ``least`` for figures
    most: int
    right: bool = False


def _tax(document: Document) -> str:
    return "" if document.voided else f"{document.tax:,.2f}"


def _total(document: Document) -> str:
    """What a voided document once amounted to is history on both sides."""
    if document.voided:
        return "void"
    return f"{-document.total if document.kind == CREDIT else document.total:,.2f}"


#: The most important first: what does not fit is left out from the end.
COLUMNS = (
    Column("Number", lambda d: d.number, 15, 21),
    Column("Total", _total, 10, 11, right=True),
    Column("Customer", lambda d: d.customer, 12, 26),
    Column("Date", lambda d: d.date, 10, 10),
    Column("Tax", _tax, 9, 9, right=True),
    Column("Due", lambda d: d.due_date, 10, 10),
    Column("Lines", lambda d: str(len(d.lines)), 5, 5, right=True),
)
#: ... and how they stand in the table.
ORDER = ("Number", "Date", "Due", "Customer", "Lines", "Tax", "Total")


class Table:
    def __init__(self, width: int | None = None, colours: bool | None = None):
        width = width or shutil.get_terminal_size(FALLBACK).columns
        self.colours = _can_colour() if colours is None else colours
        side = (width - VERDICT - 2 * len(MIDDLE)) // 2
        self.columns = _layout(side)
        self.side = sum(most for _, most in self.columns) + len(GAP) * (len(self.columns) - 1)

    def lines(self, owners: tuple[str, str], comparisons: Sequence[Comparison]) -> list[str]:
        titles = [fit(column.title, width, column.right) for column, width in self.columns]
        header = GAP.join(titles)
        left = fit(f"ODOO: {owners[0]}", self.side)
        right = fit(f"QUICKBOOKS: {owners[1]}", self.side)
        rule = "─" * self.side + "─┼─" + "─" * self.side + "─┼─" + "─" * VERDICT
        return [
            self._mark(MIDDLE.join((left, right, "")).rstrip(), BOLD),
            MIDDLE.join((header, header, "Compared")),
            rule,
            *(self._row(comparison) for comparison in comparisons),
            rule,
            self._sums(comparisons),
        ]

    def _row(self, comparison: Comparison) -> str:
        count = len(comparison.differences)
        verdict = f"DIFFERENT ({count})" if count else f"equal ({comparison.figures})"
        sides = (self._half(comparison.ours), self._half(comparison.theirs))
        row = MIDDLE.join((*sides, verdict))
        return self._mark(row, RED) if count else row

    def _half(self, document: Document | None) -> str:
        if document is None:
            return fit("--- missing ---", self.side)
        return GAP.join(
            fit(column.cell(document), width, column.right) for column, width in self.columns
        )

    def _sums(self, comparisons: Sequence[Comparison]) -> str:
        halves = []
        for documents in ([c.ours for c in comparisons], [c.theirs for c in comparisons]):
            live = [d for d in documents if d is not None and not d.voided]
            signed = (-d.total if d.kind == CREDIT else d.total for d in live)
            total = sum(signed, cents(0))
            halves.append(fit(f"{len(live)} not void: {total:,.2f}", self.side, True))
        return MIDDLE.join((*halves, ""))

    def _mark(self, text: str, style: str) -> str:
        return f"{style}{text}{PLAIN}" if self.colours else text


def _layout(side: int) -> list[tuple[Column, int]]:
    """As many columns as fit at their least width; the room left goes to those that can grow."""
    chosen: list[Column] = []
    for column in COLUMNS:
        needed = sum(c.least for c in [*chosen, column]) + len(GAP) * len(chosen)
        if chosen and needed > side:
            break
        chosen.append(column)
    widths = {column: column.least for column in chosen}
    room = side - sum(widths.values()) - len(GAP) * (len(chosen) - 1)
    for column in chosen:
        more = max(0, min(room, column.most - column.least))
        widths[column] += more
        room -= more
    return [(column, widths[column]) for column in sorted(chosen, key=_place)]


def _place(column: Column) -> int:
    return ORDER.index(column.title)


def fit(text: str, width: int, right: bool = False) -> str:
    """Exactly ``width`` columns: padded, or cut with an ellipsis."""
    text = " ".join(text.split())
    if _width(text) > width:
        while text and _width(text) > width - 1:
            text = text[:-1]
        text += "…"
    padding = " " * (width - _width(text))
    return padding + text if right else text + padding


def _width(text: str) -> int:
    wide = sum(unicodedata.east_asian_width(char) in "WF" for char in text)
    return len(text) + wide - sum(bool(unicodedata.combining(char)) for char in text)


def _can_colour() -> bool:
    return sys.stdout.isatty() and "NO_COLOR" not in os.environ
