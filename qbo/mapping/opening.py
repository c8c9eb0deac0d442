"""Is this document of before the cut-off the one QuickBooks has already?

People entered it in both books by hand, so nothing but its own figures can tell: number, party,
date, total, currency and what is still open. Linking the wrong one would apply later payments to
it, so anything that is not the same to the cent goes to a person, with what differs.
"""

from __future__ import annotations

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from decimal import Decimal

from ..model import RemoteDoc
from ..names import clean_text, doc_number, limit

LINKED, DOUBTFUL, MISSING = "linked", "doubtful", "missing"

#: What two documents are compared by besides their number, in the order people are told.
PARTY, DATE, CURRENCY, TOTAL, BALANCE = "party", "date", "currency", "total", "balance"


@dataclass(frozen=True)
class Ours:
    """A document of Odoo.

    :ivar numbers: what it may be called there, see :func:`numbers`
    :ivar party_id: QuickBooks' id of its customer or vendor, empty when that is not certain
    :ivar date: ISO date
    :ivar balance: what is open, in the document's currency
    :ivar coming: what of it payments already linked pay here, but not there yet
    """

    numbers: tuple[str, ...]
    party_id: str
    date: str
    currency: str
    total: Decimal
    balance: Decimal
    coming: Decimal = Decimal(0)


@dataclass(frozen=True)
class Decision:
    """What to do with a document.

    :ivar state: ``linked`` when all agrees, ``doubtful`` or ``missing``
    :ivar remote: the document of QuickBooks it is about
    :ivar key: why it is doubtful: ``differs``, ``taken`` (another record has it), ``several`` or
        ``voided``
    :ivar differs: what differs
    """

    state: str
    remote: RemoteDoc | None = None
    key: str = ""
    differs: tuple[str, ...] = ()


def numbers(number: str | bool | None, country: str = "") -> tuple[str, ...]:
    """What a document may be called in QuickBooks, whose numbers end after 21 characters: its
    number, as this addon would shorten it, and as a person or an import would cut it."""
    text = clean_text(number or "", None, country)
    if not text:
        return ()
    cut = text[: limit("Invoice", "DocNumber")].rstrip()
    return tuple(dict.fromkeys((doc_number(text), cut)))


def decide(
    ours: Ours, found: Sequence[RemoteDoc], taken: Collection[str] = (), home: str = ""
) -> Decision:
    """Compare a document with those of its number.

    :param found: documents of QuickBooks, of whatever number
    :param taken: ids of those that are linked to another record
    :param home: QuickBooks' home currency; without multicurrency documents do not name theirs
    """
    same = [doc for doc in found if doc.number and doc.number in ours.numbers]
    if not same:
        return Decision(MISSING)
    free = [doc for doc in same if doc.id not in taken]
    if not free:
        return Decision(DOUBTFUL, same[0], "taken")
    standing = [doc for doc in free if not doc.voided]
    if not standing:
        return Decision(DOUBTFUL, free[0], "voided")
    ranked = sorted(standing, key=lambda doc: len(differences(ours, doc, home)))
    best = differences(ours, ranked[0], home)
    if len(ranked) > 1 and len(differences(ours, ranked[1], home)) == len(best):
        return Decision(DOUBTFUL, ranked[0], "several", best)
    if best:
        return Decision(DOUBTFUL, ranked[0], "differs", best)
    return Decision(LINKED, ranked[0])


def differences(ours: Ours, doc: RemoteDoc, home: str = "") -> tuple[str, ...]:
    """What differs between two documents of the same number."""
    equal = {
        PARTY: bool(ours.party_id) and ours.party_id == doc.party_id,
        DATE: ours.date == doc.date,
        CURRENCY: ours.currency == (doc.currency or home),
        TOTAL: ours.total == doc.total,
        BALANCE: ours.balance + ours.coming == doc.balance,
    }
    return tuple(key for key, agrees in equal.items() if not agrees)
