"""What an adapter may decide about one operation, as plain data."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any


@dataclass
class Done:
    """Nothing to send. ``state`` is what the record then shows; None takes the link away."""

    key: str = "nothing_to_do"
    state: str | None = "synced"


@dataclass
class Wait:
    """Other records must be in QuickBooks first."""

    operations: Any
    names: str


@dataclass
class Later:
    """Its time has not come, because something else may happen first. Looked at again then, and
    whenever the record changes before that."""

    until: Any
    key: str
    params: dict = field(default_factory=dict)


@dataclass
class Hold:
    """A person has to act. ``mappings`` are the rows that are missing, if that is the reason."""

    key: str
    params: dict = field(default_factory=dict)
    mappings: Any = None
    candidates: tuple[str, ...] = ()


@dataclass
class NeedLists:
    """QuickBooks' lists of these types must be read first, to match and to keep names unique."""

    types: tuple[str, ...]


@dataclass
class Ask:
    """Questions to QuickBooks; the operation goes on with their answers.

    ``questions`` are ``(entity, statement)`` pairs; ``purpose`` tells the adapter later why.
    """

    purpose: str
    questions: list[tuple[str, str]]


@dataclass
class Adopt:
    """It is in QuickBooks already: link it.

    ``agreed`` is the payload that counts as agreed from now on; where ``payload``, the one we
    want, differs from it, an update follows.
    """

    body: dict
    agreed: dict
    payload: dict
    key: str = "linked"


@dataclass
class Write:
    """Something to send. ``payload`` is all we own, ``body`` what goes out.

    ``kind`` is ``create``, ``update``, ``void`` or ``delete``; the last two own nothing, so their
    payload is empty and their body an address.
    """

    kind: str
    payload: dict
    body: dict
    #: attachment that is uploaded with the body as its metadata
    file: Any = None
