"""What became of one HTTP exchange, and the pure function that decides it (FACTS 2.6, DESIGN 3.2).

The one distinction everything rests on: was it executed (``ok``), certainly not executed
(``refused``, ``throttled``, ``auth``, ``forbidden``, ``unsent``), or nobody knows (``unknown``)?
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from .. import canonical
from ..fault import Fault, parse_faults
from .exceptions import BY_KIND
from .redact import redact

KINDS = ("ok", "refused", "throttled", "auth", "forbidden", "unknown", "unsent")

#: faults by which the gateway says "too many requests", whatever the status (FACTS 3.2)
_THROTTLE_CODES = frozenset({"3001"})


@dataclass(frozen=True)
class Outcome:
    """One exchange.

    :ivar kind: one of ``KINDS``
    :ivar status: HTTP status, ``None`` without an answer
    :ivar tid: Intuit's request id, ``""`` if none came
    :ivar body: the parsed JSON object (numbers with a point are Decimal), ``None`` if unusable
    :ivar text: the answer as received; of failures a redacted one. ``""`` for binary answers
    :ivar faults: every fault of the answer
    :ivar elapsed: seconds from asking for the connection to the last byte
    :ivar sent: whether any byte may have reached the server
    :ivar reason: why there is no usable answer, in a few words without secrets
    :ivar is_write: whether the request could change the books
    :ivar content: the bytes of a binary answer (PDF, download)
    :ivar retry_after: seconds the server asked to wait, if it did
    """

    kind: str
    status: int | None = None
    tid: str = ""
    body: dict[str, Any] | None = None
    text: str = field(default="", repr=False)
    faults: tuple[Fault, ...] = ()
    elapsed: float = 0.0
    sent: bool = True
    reason: str = ""
    is_write: bool = False
    content: bytes = field(default=b"", repr=False)
    retry_after: int | None = None

    @property
    def ok(self) -> bool:
        return self.kind == "ok"

    @property
    def retryable(self) -> bool:
        """May be sent again without asking anybody.

        For an unknown *write* this is only true of the very same envelope with the same requestid,
        so it is False here: the engine decides that by the envelope's age (DESIGN 11).
        """
        return self.kind in ("throttled", "unsent") or (
            self.kind == "unknown" and not self.is_write
        )

    def raise_for_fault(self) -> Outcome:
        """Raise the ``WireError`` of this kind; returns itself when it is ok."""
        if self.ok:
            return self
        message = self.reason or f"QuickBooks answered: {self.kind}"
        raise BY_KIND[self.kind](message, self.faults, self.tid, self.status)


def classify(
    status: int, content_type: str, text: str, is_write: bool, binary: bool = False
) -> Outcome:
    """The outcome of a complete answer.

    :param content_type: only used to name what came instead of JSON
    :param text: the decoded body; of a binary answer anything
    :param binary: the caller expects something else than JSON on success (PDF, download)
    """
    body = _parse(text)
    faults = parse_faults(body if body is not None else text)
    kind, reason = _kind(status, body, faults, binary)
    if reason == "unreadable":
        reason = f"HTTP {status} with {_describe(content_type, text)} instead of JSON"
    success = kind == "ok"
    return Outcome(
        kind=kind,
        status=status,
        body=body if success else None,
        text=text if success else redact(text),
        faults=faults,
        reason=reason,
        is_write=is_write,
    )


def _kind(
    status: int, body: dict | None, faults: tuple[Fault, ...], binary: bool
) -> tuple[str, str]:
    if status == 429 or any(fault.code in _THROTTLE_CODES for fault in faults):
        return "throttled", "too many requests"
    if status == 401:
        return "auth", "access token not accepted"
    if status == 403:
        return "forbidden", "not allowed for this company or app"
    if 200 <= status < 300:
        return _kind_of_success(body, faults, binary)
    if 400 <= status < 500 and status != 408:
        return "refused", _sentence(faults) or f"HTTP {status}"
    # 5xx and 408: the request may have been executed behind the failing gateway.
    # 1xx and 3xx: the API has none; whatever stands in between, the request can be repeated
    return "unknown", f"HTTP {status}"


def _kind_of_success(body: dict | None, faults: tuple[Fault, ...], binary: bool) -> tuple[str, str]:
    """A fault counts only in the JSON we asked for: in another format it may be that of one item
    of a batch whose other items were executed."""
    if faults and body is not None:
        return "refused", _sentence(faults)
    if body is not None or binary:
        return "ok", ""
    return "unknown", "unreadable"


def _sentence(faults: tuple[Fault, ...]) -> str:
    return faults[0].message if faults else ""


def _parse(text: str) -> dict | None:
    try:
        body = canonical.loads(text)
    except ValueError:
        return None  # not JSON or cut off; the status decides what that means
    return body if isinstance(body, dict) else None


def _describe(content_type: str, text: str) -> str:
    if not text.strip():
        return "an empty body"
    kind = content_type.partition(";")[0].strip().lower()
    return "a truncated or broken body" if kind in ("", "application/json") else kind
