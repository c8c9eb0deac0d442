"""Analytic distributions of Odoo, as classes, locations and projects want them.

A distribution is ``{"5": 60.0, "5,9": 40.0}``: percent by combination of analytic accounts, one
account of each plan in a combination (Odoo: ``analytic/models/analytic_mixin.py``). QuickBooks has
one class per line, and one location and one customer per document, so what matters is whether all
parts agree and leave nothing over, not how large each is.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

T = TypeVar("T")

#: by how much a share of Odoo may be off (decimal precision ``Percentage Analytic``)
ROUNDED = Decimal("0.01")

Distributions = Iterable[Mapping[str, object] | None]


def accounts(distributions: Distributions) -> set[int]:
    """Ids of all accounts that occur; what is no id (a mark of Odoo's own) is left out."""
    keys = (key for distribution in distributions for key in distribution or ())
    return {int(part) for key in keys for part in key.split(",") if part.isdigit()}


def values_of(distributions: Distributions, values: Mapping[int, T]) -> set[T | None]:
    """What these distributions stand for; empty ones stand for nothing and do not count.

    :param values: what an account stands for; those of other plans are not among them
    :return: the different values; None among them when a distribution has none, or only for a part
    """
    found: set[T | None] = set()
    for distribution in filter(None, distributions):
        own = {values[account] for account in accounts([distribution]) if account in values}
        found |= own if own and _is_whole(distribution, values) else {*own, None}
    return found


def _is_whole(distribution: Mapping[str, object], values: Mapping[int, object]) -> bool:
    """Whether the shares of these accounts come to a hundred; each may be rounded."""
    keys = [key for key in distribution if accounts([{key: 0}]) & values.keys()]
    return sum(Decimal(str(distribution[key])) for key in keys) >= 100 - ROUNDED * len(keys)
