"""Webhook calls: the signature over the raw bytes, and both payload shapes (FACTS 10.3).

A notification only says *what* changed. What is in the books is always fetched afterwards.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from . import canonical, dates, entities
from .errors import Malformed

#: far above any notification; larger bodies are not worth an HMAC
MAX_BYTES = 1024 * 1024
_LONGEST_KEY = 120

_OPERATIONS = {
    "create": "create",
    "created": "create",
    "update": "update",
    "updated": "update",
    "delete": "delete",
    "deleted": "delete",
    "merge": "merge",
    "merged": "merge",
    "void": "void",
    "voided": "void",
    "emailed": "email",
    "email": "email",
}


@dataclass(frozen=True)
class Change:
    """One object that changed.

    :ivar entity: QBO entity name (``Invoice``); as received when we do not know it
    :ivar operation: create, update, delete, merge, void, email or other
    :ivar time: when it changed, naive UTC; ``None`` when the notification has no usable time
    :ivar event_key: the same for a repeated delivery of the same event
    :ivar deleted_id: of a merge: the object that went away (FACTS 14#66)
    """

    realm: str
    entity: str
    id: str
    operation: str
    time: datetime | None
    event_key: str
    deleted_id: str = ""


def signature(raw: bytes, verifier: str) -> str:
    """The header value Intuit sends: base64 of the HMAC-SHA256 over the body."""
    return base64.b64encode(hmac.new(verifier.encode(), raw, hashlib.sha256).digest()).decode()


def verify(raw: bytes, header: str | None, verifiers: Iterable[str]) -> bool:
    """Whether the body was signed with one of the verifier tokens.

    Never raises for what a stranger sends, compares in constant time, and always tries every
    token so that the time does not tell which one fits. An empty token never fits.
    """
    try:
        given = base64.b64decode((header or "").strip().encode("ascii"), validate=True)
    except (binascii.Error, ValueError):
        given = b""
    valid = False
    for verifier in verifiers:
        expected = hmac.new(verifier.encode(), raw, hashlib.sha256).digest()
        valid |= hmac.compare_digest(expected, given) and bool(verifier)
    return valid


def parse(raw: bytes) -> tuple[Change, ...]:
    """The changes of a verified body: CloudEvents or the shape before them.

    A single entry without realm, entity or id is left out: there is nothing to fetch, and change
    data capture brings what it may have meant.

    :raises Malformed: when the body as a whole is neither shape
    """
    try:
        body = canonical.loads(raw)
    except ValueError:
        raise Malformed("notification is not JSON") from None
    if isinstance(body, list):
        found = [_cloud_event(item) for item in body if isinstance(item, Mapping)]
    elif isinstance(body, Mapping) and isinstance(body.get("eventNotifications"), list):
        found = list(_old_shape(body["eventNotifications"]))
    else:
        raise Malformed("notification of unknown shape")
    return tuple(change for change in found if change is not None)


def _cloud_event(item: Mapping[str, Any]) -> Change | None:
    parts = _text(item.get("type")).lower().split(".")
    if len(parts) < 3 or parts[0] != "qbo":
        return None
    data = item.get("data")
    deleted = ""
    if isinstance(data, Mapping):  # where a merge carries the loser is not settled (FACTS 16#10)
        folded = {key.lower(): value for key, value in data.items()}
        deleted = _text(folded.get("deletedid") or folded.get("deletedentityid"))
    return _change(
        realm=_text(item.get("intuitaccountid")),
        entity=parts[1],
        remote_id=_text(item.get("intuitentityid")),
        operation=parts[2],
        stamp=_text(item.get("time")),
        key=_text(item.get("id")),
        deleted=deleted,
    )


def _old_shape(notifications: list) -> Iterable[Change | None]:
    for notification in notifications:
        if not isinstance(notification, Mapping):
            continue
        event = notification.get("dataChangeEvent")
        entries = event.get("entities") if isinstance(event, Mapping) else None
        for entry in entries if isinstance(entries, list) else ():
            if isinstance(entry, Mapping):
                yield _change(
                    realm=_text(notification.get("realmId")),
                    entity=_text(entry.get("name")),
                    remote_id=_text(entry.get("id")),
                    operation=_text(entry.get("operation")),
                    stamp=_text(entry.get("lastUpdated")),
                    key="",
                    deleted=_text(entry.get("deletedId")),
                )


def _change(
    realm: str, entity: str, remote_id: str, operation: str, stamp: str, key: str, deleted: str
) -> Change | None:
    row = entities.find(entity)
    name = row.name if row else entity
    if not (realm and name and remote_id):
        return None
    key = key or f"{realm}/{name}/{remote_id}/{operation.lower()}/{stamp}"
    if len(key) > _LONGEST_KEY:
        key = hashlib.sha256(key.encode()).hexdigest()
    return Change(
        realm=realm,
        entity=name,
        id=remote_id,
        operation=_OPERATIONS.get(operation.lower(), "other"),
        time=_time(stamp),
        event_key=key,
        deleted_id=deleted,
    )


def _time(stamp: str) -> datetime | None:
    try:
        return dates.naive_utc(stamp)
    except ValueError:
        return None


def _text(value: Any) -> str:
    """Ids are text; a number is taken as its digits. What no database could store is no text."""
    if isinstance(value, bool) or not isinstance(value, (str, int)):
        return ""
    text = str(value).strip()
    return text if text.isprintable() else ""
