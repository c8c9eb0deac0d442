"""Whose word counts when a customer or vendor is kept in both books.

Attributes belong to groups a person thinks in; each group has an owner. What nobody owns alone is
followed from both sides, and a policy decides when both changed the same attribute.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass

ODOO, QUICKBOOKS, BOTH = "odoo", "quickbooks", "both"
ASK = "ask"

#: Attributes of Customer and Vendor (FACTS 5.3, 5.4) by group. What is in none is followed from
#: both sides, like ``Active``.
GROUPS: dict[str, tuple[str, ...]] = {
    "name": ("DisplayName", "CompanyName", "GivenName", "FamilyName"),
    "address": ("BillAddr", "ShipAddr"),
    "contact": ("PrimaryEmailAddr", "PrimaryPhone", "WebAddr"),
    "term": ("SalesTermRef", "TermRef"),
    "notes": ("Notes",),
}
_GROUP_OF = {attribute: group for group, names in GROUPS.items() for attribute in names}


@dataclass(frozen=True)
class Rules:
    """The settings of one connection.

    :ivar owners: group → ``odoo``, ``quickbooks`` or ``both``
    :ivar conflict: what happens when both sides changed one attribute: ``ask`` a person, or let
        ``odoo`` or ``quickbooks`` win
    """

    owners: Mapping[str, str]
    conflict: str = ASK

    def owner(self, attribute: str) -> str:
        return self.owners.get(_GROUP_OF.get(attribute, ""), BOTH)


@dataclass(frozen=True)
class Merge:
    """What to do with the attributes that changed in QuickBooks.

    :ivar take: apply theirs here
    :ivar insist: keep ours and send it again
    :ivar ask: changed on both sides, and a person has to choose
    """

    take: frozenset[str]
    insist: frozenset[str]
    ask: frozenset[str]


def merge(there: Collection[str], contested: Collection[str], rules: Rules) -> Merge:
    """Decide attribute by attribute.

    :param there: attributes that changed in QuickBooks
    :param contested: those of them that changed here too, to another value
    """
    verdicts: dict[str, set[str]] = {QUICKBOOKS: set(), ODOO: set(), ASK: set()}
    for attribute in there:
        owner = rules.owner(attribute)
        if owner == BOTH:
            owner = rules.conflict if attribute in contested else QUICKBOOKS
        verdicts[owner].add(attribute)
    return Merge(
        frozenset(verdicts[QUICKBOOKS]), frozenset(verdicts[ODOO]), frozenset(verdicts[ASK])
    )


def sendable(payload: dict, agreed: Mapping, rules: Rules) -> dict:
    """A payload in which what QuickBooks owns stays as it was last agreed, so that it is not sent.

    Only for objects that exist: a new one gets everything.
    """
    return {
        key: agreed.get(key) if rules.owner(key) == QUICKBOOKS else value
        for key, value in payload.items()
    }
