"""The error tree of everything that talks about QuickBooks Online.

One class per *situation the engine reacts to differently*, not per HTTP status. An error keeps
all faults of the answer, Intuit's request id (``tid``) and the HTTP status; its text never holds
a body, a header or a token, so it may be shown and logged.
"""

from __future__ import annotations

from collections.abc import Iterable
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from .fault import Fault


class QboError(Exception):
    """Base of the tree.

    :param message: one sentence, free of secrets
    :param faults: every fault of the answer, in its order (FACTS 3.1)
    :param tid: Intuit's request id, quote it to their support (FACTS 2.3)
    :param status: HTTP status, ``None`` when there was no answer
    """

    #: the matching ``Outcome.kind``
    kind = "error"
    #: the very same request may be sent again without asking anybody
    retryable = False

    def __init__(
        self,
        message: str = "",
        faults: Iterable[Fault] = (),
        tid: str = "",
        status: int | None = None,
    ):
        # Exception.__init__ by name: a subclass may also derive from a library's exception whose
        # own __init__ takes other arguments
        Exception.__init__(self, message)
        self.message = message
        self.faults = tuple(faults)
        self.tid = tid
        self.status = status

    def __str__(self) -> str:
        parts = [self.message or type(self).__name__]
        parts += [f"[{fault.code}] {fault.detail or fault.message}" for fault in self.faults]
        if self.status is not None:
            parts.append(f"HTTP {self.status}")
        if self.tid:
            parts.append(f"tid {self.tid}")
        return " | ".join(parts)

    def __repr__(self) -> str:
        return f"{type(self).__name__}({str(self)!r})"


class Refused(QboError):
    """QuickBooks answered and said no; nothing was executed. Ask ``faults.judge_all`` what next."""

    kind = "refused"


class Throttled(QboError):
    """Too many requests; nothing was executed. Wait 60 s (FACTS 13)."""

    kind = "throttled"
    retryable = True


class AuthExpired(QboError):
    """HTTP 401: refresh the access token once, then send the same request again."""

    kind = "auth"


class Forbidden(QboError):
    """HTTP 403: the token is valid, but not for this company, app or environment (FACTS 3.2)."""

    kind = "forbidden"


class Disconnected(QboError):
    """``invalid_grant``: the refresh token is dead. A person has to connect again (FACTS 1.6)."""

    kind = "disconnected"


class WrongKeys(QboError):
    """``invalid_client``: client id or secret are wrong. Connecting again does not help."""

    kind = "wrong_keys"


class Unknown(QboError):
    """Sent, but no usable answer: it may or may not have been executed.

    A write is settled by the same envelope with the same requestid, never by a new one.
    """

    kind = "unknown"


class Unsent(QboError):
    """Not one byte reached QuickBooks (no permit, no connection): send it again at will."""

    kind = "unsent"
    retryable = True


class Malformed(QboError):
    """An answer that was complete and readable, but not of the documented shape."""

    kind = "malformed"
