"""Suggestions for mappings: which entry of a QuickBooks list probably means the same.

A suggestion is only ever offered; a person accepts it. Each function returns the best candidate
or None when nothing is convincing, because a wrong suggestion costs more than none.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from decimal import Decimal
from difflib import SequenceMatcher

from ..names import name_key

#: How alike two names must be to be called the same thing.
CONVINCING = 0.6
HUNDRED = Decimal(100)


@dataclass(frozen=True)
class Candidate:
    """An entry of a QuickBooks list, reduced to what suggestions look at."""

    id: str
    name: str
    kind: str = ""
    subkind: str = ""
    number: str = ""
    rate: Decimal | None = None
    days: int | None = None


@dataclass(frozen=True)
class TaxPart:
    """One tax of a group, in the order of computation.

    :ivar rate: percent of the base
    :ivar raises: its amount becomes part of the base of later ones
    :ivar on_tax: it is computed on the base so raised
    """

    rate: Decimal
    raises: bool = False
    on_tax: bool = False


def effective_rate(parts: Sequence[TaxPart]) -> Decimal:
    """Percent of the untaxed amount that all parts together come to."""
    raised, total = HUNDRED, Decimal(0)
    for part in parts:
        tax = (raised if part.on_tax else HUNDRED) * part.rate / HUNDRED
        total += tax
        if part.raises:
            raised += tax
    return total


def alike(left: str, right: str) -> float:
    """Likeness of two names between 0 and 1; word order and case do not count."""
    a, b = (" ".join(sorted(name_key(name).split())) for name in (left, right))
    if not a or not b:
        return 0.0
    return SequenceMatcher(None, a, b).ratio()


def best_by_name(name: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate whose name is most alike, if it is convincing."""
    found = _closest(name, candidates)
    return found if found and alike(name, found.name) >= CONVINCING else None


def _closest(name: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """The candidate whose name is most alike; None when two are equally so."""
    ranked = sorted(
        ((alike(name, candidate.name), candidate) for candidate in candidates),
        key=lambda pair: pair[0],
        reverse=True,
    )
    if len(ranked) > 1 and ranked[0][0] == ranked[1][0]:
        return None
    return ranked[0][1] if ranked else None


def tax_code(name: str, rate: Decimal | None, candidates: Sequence[Candidate]) -> Candidate | None:
    """The tax code with exactly this rate in percent; among several, the most alike name.

    A tax of zero is an exemption. Under automated sales tax only the marks ``TAX`` and ``NON``
    are candidates and carry no rate: any rate above zero means taxable. ``rate`` None is a tax
    that is no percentage, which QuickBooks does not have.
    """
    if rate is None:
        return None
    if not rate:
        exempt = [c for c in candidates if c.kind == "exempt"]
        return exempt[0] if exempt else _closest(name, [c for c in candidates if c.rate == 0])
    marks = [c for c in candidates if c.kind == "taxable" and rate > 0]
    return _closest(name, [c for c in candidates if c.rate == rate]) or next(iter(marks), None)


def untaxed(candidates: Sequence[Candidate]) -> Candidate | None:
    """The code for what is outside the scope of the tax; an exempt or a zero rate is not it, but
    the best there may be."""
    free = [c for c in candidates if c.rate == 0]
    for names in (("no vat", "out of scope", "no tax", "bas excluded"), ("exempt",)):
        for candidate in free:
            if name_key(candidate.name) in names:
                return candidate
    return free[0] if len(free) == 1 else None


def term(name: str, days: int | None, candidates: Sequence[Candidate]) -> Candidate | None:
    """The term due after the same number of days, else the one of the same name."""
    same = [c for c in candidates if days is not None and c.days == days]
    return _closest(name, same) or best_by_name(name, candidates)


def account(name: str, number: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """The account with the same number or a convincing name."""
    for candidate in candidates:
        if number and candidate.number == number:
            return candidate
    return best_by_name(name, candidates)


def income_account(name: str, number: str, candidates: Sequence[Candidate]) -> Candidate | None:
    """The account with the same number, a convincing name, or the usual account for sales."""
    found = account(name, number, candidates)
    if found:
        return found
    usual = [c for c in candidates if c.subkind == "SalesOfProductIncome"]
    return usual[0] if len(usual) == 1 else None


def default_item(candidates: Sequence[Candidate]) -> Candidate | None:
    """QuickBooks' own default item, called Services or Sales in a new company."""
    for name in ("services", "sales"):
        for candidate in candidates:
            if name_key(candidate.name) == name:
                return candidate
    return None


def receivable(candidates: Sequence[Candidate]) -> Candidate | None:
    """The receivable account, when there is only one."""
    return candidates[0] if len(candidates) == 1 else None
