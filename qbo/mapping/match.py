"""Is this Odoo record already in QuickBooks? Decides between adopting, creating and asking.

A double is the worst outcome and a wrong link the second worst, so anything less than clear goes
to a person. Order of evidence: a mark (e-mail address of a party, SKU of an item), then the name;
an existing link never gets here. A mark or name that several records of Odoo share proves nothing
by itself, and neither does a mark that points to one object while the name points to another.
"""

from __future__ import annotations

import re
from collections.abc import Sequence
from dataclasses import dataclass

from ..names import clean_text


@dataclass(frozen=True)
class Known:
    """An object of QuickBooks that might be the one.

    :ivar marks: comparable e-mail addresses or SKU
    :ivar linked: another record of Odoo has it already
    """

    id: str
    name_key: str
    marks: frozenset[str] = frozenset()
    active: bool = True
    linked: bool = False


@dataclass(frozen=True)
class Wanted:
    """What a record of Odoo can be recognised by.

    :ivar mark_shared: other records of Odoo, not linked yet, have one of its marks too
    :ivar name_shared: ... or its name
    """

    name_key: str
    marks: frozenset[str] = frozenset()
    mark_shared: bool = False
    name_shared: bool = False


@dataclass(frozen=True)
class Match:
    """The decision: ``adopt`` one, ``create`` a new one, or ``ask`` which of several."""

    decision: str
    ids: tuple[str, ...] = ()


CREATE = Match("create")


def decide(wanted: Wanted, known: Sequence[Known]) -> Match:
    """Match a record.

    :param known: objects of QuickBooks with its name or one of its marks, linked ones included
    """
    free = [k for k in known if not k.linked]
    same_name = [k for k in free if k.name_key == wanted.name_key]
    marked = [k for k in free if k.active and k.marks & wanted.marks]
    both = [k for k in marked if k in same_name]
    if len(both) == 1:
        return _adopt(both)
    if marked:
        rivals = [k for k in same_name if k.active and k not in marked]
        clear = len(marked) == 1 and not wanted.mark_shared and not rivals
        return _adopt(marked) if clear else _ask(marked + rivals)
    return _by_name(same_name, wanted.name_shared)


def _by_name(same: list[Known], shared: bool) -> Match:
    """One active object of the same name is the one; an inactive one is a person's decision,
    because somebody switched it off on purpose."""
    active = [k for k in same if k.active]
    if len(active) == 1 and not shared:
        return _adopt(active)
    return _ask(same) if same else CREATE


def _adopt(found: list[Known]) -> Match:
    return Match("adopt", (found[0].id,))


def _ask(found: list[Known]) -> Match:
    return Match("ask", tuple(k.id for k in found))


def keeps_name(current: str, base: str, hint: str, limit: int) -> bool:
    """Whether ``current`` is ``base``, or what ``unique_name`` made of it once.

    A linked object keeps such a name even when the plain one has become free since: nobody asked
    for a change.
    """
    if current == base:
        return True
    told_apart = suffix(current, hint)
    return bool(told_apart) and with_suffix(base, told_apart, limit) == current


def suffix(name: str, hint: str) -> str:
    """What ``unique_name`` has added to a name with this hint; ``""`` when it has not."""
    found = re.search(rf" \({re.escape(hint)}(?: \d+)?\)$", name) if hint else None
    return found[0] if found else ""


def with_suffix(base: str, suffix: str, limit: int) -> str:
    """Another name with the same addition, cut so that both fit."""
    return clean_text(base, limit - len(suffix)) + suffix
