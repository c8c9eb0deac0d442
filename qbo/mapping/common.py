"""Pieces shared by the mapping functions."""

from __future__ import annotations

import re

from ..model import AddressSnapshot
from ..names import clean_text

#: Written when an object is created and never again: a currency is for life (FACTS 9).
CREATE_ONLY = frozenset({"CurrencyRef"})

_DELETED = re.compile(r"(?: \(deleted(?: \d+)?\))+$", re.IGNORECASE)
_BLANKS = re.compile(r"[\s,;]+")


def address(snapshot: AddressSnapshot, country: str) -> dict | None:
    """PhysicalAddress of a party or document, or None when there is nothing to send.

    Only filled parts are sent: an empty ``Line2`` would vanish anyway (FACTS 7.1), and an address
    sent on update replaces the old one as a whole, because it is one attribute.
    """
    if not snapshot:
        return None
    texts = (snapshot.name, snapshot.street, snapshot.street2)
    lines = filter(None, (clean_text(text, 500, country) for text in texts))
    parts = {f"Line{number}": line for number, line in enumerate(lines, 1)}
    parts["City"] = clean_text(snapshot.city, 255, country)
    parts["CountrySubDivisionCode"] = clean_text(snapshot.state, 255, country)
    parts["PostalCode"] = clean_text(snapshot.zip, 30, country)
    parts["Country"] = clean_text(snapshot.country, 255, country)
    return {key: value for key, value in parts.items() if value} or None


def wrapped(key: str, value: str) -> dict | None:
    """``{key: value}`` or None: the shape of e-mail, telephone and web addresses and of memos."""
    return {key: value} if value else None


def web_address(value: str, country: str, limit: int = 1000) -> str:
    """The first address of a website field, ``""`` when there is none.

    QuickBooks refuses blanks in it (2200), and half an address would be a wrong one.
    """
    found = [part for part in _BLANKS.split(clean_text(value, None, country)) if "." in part]
    return found[0] if found and len(found[0]) <= limit else ""


def plain_name(name: str) -> str:
    """A name without the mark QuickBooks puts on inactive objects (FACTS 7.5)."""
    return _DELETED.sub("", name)


def without_empty(payload: dict) -> dict:
    """The payload of a create: attributes without a value are left out (FACTS 2.4)."""
    return {key: value for key, value in payload.items() if value is not None}


def changes(payload: dict, agreed: dict) -> dict:
    """The payload of a sparse update of a name: what differs from what was last agreed.

    A value that went away is cleared in the way its shape asks for (FACTS 7.4): ``""`` for text,
    ``{"value": ""}`` for a reference, ``{}`` for any other object.
    """
    result = {}
    for key, value in payload.items():
        before = agreed.get(key)
        if value == before or key in CREATE_ONLY:
            continue
        result[key] = cleared(before) if value is None else value
    return result


def cleared(before: object) -> object:
    """The value that empties an attribute whose last value was ``before``."""
    if isinstance(before, dict):
        return {"value": ""} if set(before) == {"value"} else {}
    return ""
