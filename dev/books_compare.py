"""Holds Odoo's book against QuickBooks' book, figure by figure."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from decimal import Decimal
from itertools import zip_longest
from typing import Any

from dev.books_model import TEXT, Book, Document, Line, cents, words

NUMBER_LIMIT = 21  # characters QuickBooks takes
TAIL = 10  # of them must be the end of a number that had to be shortened


@dataclass
class Comparison:
    """One document on both sides; either side may be missing."""

    ours: Document | None
    theirs: Document | None
    figures: int = 0
    differences: list[str] = field(default_factory=list)
    #: not a document of its own, but something that hangs on one
    beside: bool = False

    def check(self, what: str, ours: Any, theirs: Any) -> None:
        """Count a figure, and say in words when the two are not the same."""
        self.figures += 1
        if ours != theirs:
            self.differences.append(
                f"{what}: Odoo has {_said(ours)}, QuickBooks has {_said(theirs)}"
            )

    def claim(self, so: bool, otherwise: str) -> None:
        self.figures += 1
        if not so:
            self.differences.append(otherwise)


@dataclass
class Result:
    comparisons: list[Comparison]
    #: What is wrong beyond single documents.
    strays: list[str]

    @property
    def figures(self) -> int:
        return sum(comparison.figures for comparison in self.comparisons)

    @property
    def differing(self) -> int:
        return sum(bool(comparison.differences) for comparison in self.comparisons)

    @property
    def equal(self) -> bool:
        """Two empty books prove nothing."""
        return bool(self.comparisons) and not self.differing and not self.strays

    @property
    def sentence(self) -> str:
        documents = f"{sum(not row.beside for row in self.comparisons)} documents"
        beside = sum(row.beside for row in self.comparisons)
        if beside:
            documents += f" and {beside} files, charged costs and hours"
        if self.equal:
            return f"books equal: yes ({documents}, {self.figures} figures compared)"
        if not self.comparisons:
            return "books equal: no (there is not one document to compare)"
        strays = f", {len(self.strays)} strays" if self.strays else ""
        return (
            f"books equal: no ({self.differing} of {documents} differ{strays}, "
            f"{self.figures} figures compared)"
        )


def compare(odoo: Book, quickbooks: Book, keeps_number: bool = True) -> Result:
    by_id = {document.id: document for document in quickbooks.documents}
    numbers = Counter(document.number for document in quickbooks.documents)
    comparisons = []
    for ours in odoo.documents:
        theirs = by_id.pop(ours.id, None)
        comparison = Comparison(ours, theirs)
        if theirs is None:
            _missing(comparison, ours, quickbooks)
        else:
            _document(comparison, ours, theirs, keeps_number)
            copies = numbers[theirs.number]
            comparison.check(f"documents numbered {theirs.number}", 1, copies)
        comparisons.append(comparison)
    comparisons += [_stray(theirs) for theirs in by_id.values()]
    return Result(comparisons, _stray_names(odoo, quickbooks))


def _missing(comparison: Comparison, ours: Document, quickbooks: Book) -> None:
    alike = [
        theirs.id
        for theirs in quickbooks.documents
        if theirs.number == ours.number or ours.number in theirs.note
    ]
    found = f"; not linked, but QuickBooks has it as {', '.join(alike)}" if alike else ""
    comparison.claim(False, f"not in QuickBooks{found}")


def _stray(theirs: Document) -> Comparison:
    comparison = Comparison(None, theirs)
    comparison.claim(False, "only in QuickBooks: no document of Odoo in scope is linked to it")
    return comparison


def _stray_names(odoo: Book, quickbooks: Book) -> list[str]:
    """Customers and items that came without anything in Odoo being linked to them."""
    return [
        f"{kind} {name} (id {key}) was added in QuickBooks and belongs to nothing in Odoo"
        for kind, added in quickbooks.names.items()
        for key, name in added.items()
        if key not in odoo.names[kind]
    ]


# One document


def _document(comparison: Comparison, ours: Document, theirs: Document, keeps_number: bool) -> None:
    check = comparison.check
    check("kind", ours.kind, theirs.kind)
    check("customer", _Text(ours.customer), _Text(theirs.customer))
    check("customer's e-mail", ours.customer_email.lower(), theirs.customer_email.lower())
    if keeps_number:
        comparison.claim(*_number(ours, theirs))
    check("date", ours.date, theirs.date)
    check("voided", ours.voided, theirs.voided)
    if ours.left is not None:
        check("left of the credit", cents(0) if ours.voided else ours.left, theirs.left)
    for what in ("untaxed", "tax", "total"):
        expected = cents(0) if ours.voided else getattr(ours, what)
        check(what, expected, getattr(theirs, what))
    if ours.voided:
        # what people changed just before they cancelled it never was in anybody's books
        for place, line in enumerate(theirs.lines, 1):
            check(f"line {place}, amount", cents(0), line.amount)
        return
    check("e-mail", ours.email.lower(), theirs.email.lower())
    check("due date", ours.due_date, theirs.due_date)
    check("number of lines", len(ours.lines), len(theirs.lines))
    for place, (left, right) in enumerate(zip_longest(ours.lines, theirs.lines), 1):
        if left and right:
            _line(comparison, f"line {place}", left, right)


def _number(ours: Document, theirs: Document) -> tuple[bool, str]:
    """The same number; one that is too long is shortened, with the whole of it in the memo."""
    said = f"number: Odoo has {ours.number}, QuickBooks has {theirs.number}"
    if len(ours.number) <= NUMBER_LIMIT:
        return ours.number == theirs.number, said
    short = len(theirs.number) <= NUMBER_LIMIT and theirs.number.endswith(ours.number[-TAIL:])
    return short and ours.number in theirs.note, f"{said} and memo “{theirs.note}”"


def _line(comparison: Comparison, where: str, ours: Line, theirs: Line) -> None:
    check = comparison.check
    check(f"{where}, kind", ours.kind, theirs.kind)
    check(f"{where}, text", _Text(ours.text), _Text(theirs.text))
    check(f"{where}, amount", ours.amount, theirs.amount)
    if ours.kind == TEXT:
        return
    check(f"{where}, item", _Text(ours.item), _Text(theirs.item))
    check(f"{where}, taxed", ours.taxed, theirs.taxed)
    check(f"{where}, discount", _plain(ours.discount), _plain(theirs.discount))
    if ours.quantity is not None:
        check(f"{where}, quantity", _plain(ours.quantity), _plain(theirs.quantity))
        # The discount is inside QuickBooks' price.
        own = Line(theirs.kind, "", quantity=theirs.quantity, price=theirs.price).product
        check(f"{where}, quantity x price", ours.product, own)


class _Text:
    """Equal when the words are."""

    def __init__(self, text: str):
        self.text = text

    def __eq__(self, other: object) -> bool:
        return isinstance(other, _Text) and words(self.text) == words(other.text)

    def __str__(self) -> str:
        return f"“{self.text}”"


def _plain(value: Decimal | None) -> Decimal | None:
    return None if value is None else value.normalize()


def _said(value: Any) -> str:
    if isinstance(value, Decimal):
        return f"{value:,f}"
    if isinstance(value, bool):
        return "yes" if value else "no"
    return "nothing" if value in (None, "") else str(value)
