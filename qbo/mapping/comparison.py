"""Whether what QuickBooks has is what was agreed, and whether what was sent has arrived there."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from .. import canonical
from .common import plain_name

#: Compared by their figures and as one, because line ids and computed parts change by themselves
#: and one follows from the other.
MONEY_ATTRIBUTES = ("Line", "TxnTaxDetail", "TotalAmt")
MONEY = "Line"
#: Keys of sub-objects that QuickBooks sets.
ADDED = ("Id", "Lat", "Long")
NAME_ATTRIBUTES = ("DisplayName", "Name")
#: Changes with every write or payment and is nobody's edit.
FURNITURE = (
    "Id",
    "SyncToken",
    "MetaData",
    "Balance",
    "LinkedTxn",
    "HomeBalance",
    "RemainingCredit",
)


def changed_there(remote: dict, known: dict, attributes: Iterable[str]) -> set[str]:
    """Those of the attributes whose value in QuickBooks is not what it last answered.

    Both are QuickBooks' own renderings, so its re-formatting is no difference.

    :param known: its last answer; empty when nothing is known, so nothing counts as changed
    """
    if not known:
        return set()
    return {
        MONEY if key in MONEY_ATTRIBUTES else key
        for key in attributes
        if key not in FURNITURE and not _is_same_there(key, remote, known)
    }


def changed_here(payload: dict, agreed: dict) -> set[str]:
    """Attributes that a payload is to change of what was agreed."""
    return {
        MONEY if key in MONEY_ATTRIBUTES else key
        for key in payload
        if not canonical.same(payload[key], agreed.get(key))
    }


def plain(value: Any) -> Any:
    """A value without what QuickBooks adds by itself: an address gets a new id whenever it is
    sent, coordinates follow from it, and names of references are for display."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    added = ADDED + (("name",) if "value" in value else ())
    return {key: plain(item) for key, item in value.items() if key not in added}


def arrived(payload: dict, remote: dict, attribute: str) -> bool:
    """Whether an attribute has in QuickBooks the value we sent."""
    ours, theirs = payload.get(attribute), remote.get(attribute)
    if attribute == MONEY:
        return canonical.same(_lines(payload), _lines(remote)) and all(
            contains(payload[key], remote.get(key))
            for key in MONEY_ATTRIBUTES
            if key != MONEY and payload.get(key) is not None
        )
    return contains(ours, theirs)


def arrived_part(payload: dict, remote: dict) -> dict:
    """Those attributes of a payload that QuickBooks has as we sent them."""
    return {key: value for key, value in payload.items() if arrived(payload, remote, key)}


def contains(ours: Any, theirs: Any) -> bool:
    """Whether QuickBooks' value says what ours says; it adds ids, names and defaults."""
    if isinstance(ours, bool):
        return ours is theirs
    if not ours:
        return not theirs
    if isinstance(ours, dict):
        return isinstance(theirs, dict) and all(contains(ours[k], theirs.get(k)) for k in ours)
    return canonical.same(ours, theirs)


def _is_same_there(key: str, remote: dict, known: dict) -> bool:
    if key in MONEY_ATTRIBUTES:
        return canonical.same(_figures(remote), _figures(known))
    here, there = known.get(key), remote.get(key)
    if key in NAME_ATTRIBUTES:  # making it inactive renames it (FACTS 7.5)
        here, there = plain_name(here or ""), plain_name(there or "")
    return canonical.same(plain(here), plain(there))


def _figures(body: dict) -> dict:
    """The money of a document, without line ids and other furniture."""
    tax = (body.get("TxnTaxDetail") or {}).get("TotalTax")
    return {"lines": _lines(body), "tax": tax, "total": body.get("TotalAmt")}


def _lines(body: dict) -> list[tuple]:
    return [
        (
            line.get("DetailType"),
            line.get("Amount"),
            line.get("Description"),
            [(link["TxnType"], link["TxnId"]) for link in line.get("LinkedTxn") or []],
            _posting(line.get("JournalEntryLineDetail") or {}),
        )
        for line in body.get("Line") or []
        if line.get("DetailType") != "SubTotalLineDetail"
    ]


def _posting(detail: dict) -> tuple:
    """What a line of a journal entry posts to: side, account and name."""
    entity = (detail.get("Entity") or {}).get("EntityRef") or {}
    account = detail.get("AccountRef") or {}
    return detail.get("PostingType"), account.get("value"), entity.get("value")
