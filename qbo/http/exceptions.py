"""The error tree as the HTTP client raises it: each class is also a ``QuickbooksException``.

Callers of python-quickbooks helpers that run on top of our client keep catching what they know
(DESIGN 3.2), while ``qbo.errors`` stays free of the library.
"""

from __future__ import annotations

from collections.abc import Iterable

from quickbooks.exceptions import QuickbooksException

from .. import errors
from ..fault import Fault


class WireError(errors.QboError, QuickbooksException):
    """Adds the attributes the library's exceptions have: ``error_code``, ``detail``."""

    def __init__(
        self,
        message: str = "",
        faults: Iterable[Fault] = (),
        tid: str = "",
        status: int | None = None,
    ):
        super().__init__(message, faults, tid, status)
        first = self.faults[0] if self.faults else None
        self.error_code = int(first.code) if first and first.code.isdigit() else 0
        self.detail = first.detail if first else ""

    __str__ = errors.QboError.__str__


class WireRefused(errors.Refused, WireError):
    """See :class:`qbo.errors.Refused`."""


class WireThrottled(errors.Throttled, WireError):
    """See :class:`qbo.errors.Throttled`."""


class WireAuthExpired(errors.AuthExpired, WireError):
    """See :class:`qbo.errors.AuthExpired`."""


class WireForbidden(errors.Forbidden, WireError):
    """See :class:`qbo.errors.Forbidden`."""


class WireDisconnected(errors.Disconnected, WireError):
    """See :class:`qbo.errors.Disconnected`."""


class WireWrongKeys(errors.WrongKeys, WireError):
    """See :class:`qbo.errors.WrongKeys`."""


class WireUnknown(errors.Unknown, WireError):
    """See :class:`qbo.errors.Unknown`."""


class WireUnsent(errors.Unsent, WireError):
    """See :class:`qbo.errors.Unsent`."""


class WireMalformed(errors.Malformed, WireError):
    """See :class:`qbo.errors.Malformed`."""


#: ``Outcome.kind`` -> exception
BY_KIND: dict[str, type[WireError]] = {
    cls.kind: cls
    for cls in (
        WireRefused,
        WireThrottled,
        WireAuthExpired,
        WireForbidden,
        WireDisconnected,
        WireWrongKeys,
        WireUnknown,
        WireUnsent,
        WireMalformed,
    )
}
