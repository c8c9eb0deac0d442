"""The wire client: python-quickbooks subclassed once, with our own hands on the wire (DESIGN 3.2).

URL and verb shapes come from the library; timeouts, limits, idempotency, the reading of answers
and faults, and logging are ours. One client per thread.
"""

from __future__ import annotations

import logging
import re
import time
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any, NoReturn, Protocol

import requests
from quickbooks import QuickBooks
from urllib3 import exceptions as pool_errors

from .. import canonical
from ..entities import Entity
from ..fault import NOT_FOUND, parse_faults
from . import redact, transport, upload
from .endpoints import Endpoints
from .exceptions import WireMalformed, WireRefused
from .outcome import Outcome, classify

_logger = logging.getLogger(__name__)
redact.install()

MINOR_VERSION = 75
#: the longest the server works on a request (FACTS 13)
MAX_SECONDS = 120
#: no answer of the API comes near; a runaway one must not fill the memory
MAX_ANSWER_BYTES = 128 * 1024 * 1024
#: pause after HTTP 429 (FACTS 13)
THROTTLE_SECONDS = 60

#: ``Outcome.reason`` when the limiter let nothing through before the deadline
NO_PERMIT = "no permit in time"

_JSON = "application/json"
_TEXT = "application/text"
#: paths whose POST reads
_READING_POSTS = ("query",)

Params = Mapping[str, Any] | Iterable[tuple[str, Any]] | None


class Permits(Protocol):
    """What the client needs of ``limits.Limiter``."""

    def acquire(self, kind: str, deadline: float | None = None) -> bool: ...

    def release(self, kind: str) -> None: ...

    def pause(self, seconds: float) -> None: ...


class Counts(Protocol):
    """What the client needs of ``meter.Meter``."""

    def count(self, method: str, path: str, outcome: Outcome) -> None: ...


@dataclass(frozen=True)
class WireFile:
    """The file of an upload; the request's body is its metadata."""

    name: str
    content_type: str
    content: bytes = field(repr=False)


@dataclass(frozen=True)
class WireRequest:
    """A frozen write, as stored in an envelope: sent byte for byte, however often.

    :ivar path: below ``/v3/company/<realm>/``, e.g. ``invoice`` or ``batch``
    :ivar params: pairs in their order, e.g. ``(("operation", "void"),)``
    :ivar body: canonical JSON text
    :ivar request_id: at most 50 characters, 36 for a batch (FACTS 2.5)
    """

    method: str
    path: str
    params: tuple[tuple[str, str], ...]
    body: str
    request_id: str
    is_batch: bool = False
    file: WireFile | None = None

    def __post_init__(self) -> None:
        longest = 36 if self.is_batch else 50
        if not 1 <= len(self.request_id) <= longest:
            raise ValueError(f"a requestid has 1 to {longest} characters")


class Client(QuickBooks):
    """Talks to one company (realm) with one access token.

    :param meter: told of every exchange that was made
    :param session: made by ``transport.make_session``; the client's own when left out
    :param timeout: ``(connect, read)`` in seconds
    :param deadline: until when exchanges without a deadline of their own wait for a permit
    :param clock: seconds, monotonic; deadlines are on this clock
    """

    def __new__(cls, **_kwargs: Any) -> Client:
        # the library sets its state in __new__; without a minor version it warns
        return super().__new__(cls, minorversion=MINOR_VERSION, use_decimal=True)

    def __init__(
        self,
        *,
        realm: str,
        access_token: str,
        endpoints: Endpoints,
        limiter: Permits | None = None,
        meter: Counts | None = None,
        session: requests.Session | None = None,
        timeout: tuple[float, float] = (5, 60),
        deadline: float | None = None,
        clock: Callable[[], float] = time.monotonic,
    ):
        if not re.fullmatch(r"\d{1,30}", realm):
            raise ValueError("a realm id is a number")
        if not re.fullmatch(r"[\x21-\x7e]+", access_token):
            # checked here because requests would quote the whole header in its error
            raise ValueError("the access token is empty or holds characters a header cannot carry")
        self.company_id = realm
        self.endpoints = endpoints
        self.limiter = limiter
        self.meter = meter
        self.timeout = timeout
        self.deadline = deadline
        self._access_token = access_token
        self._clock = clock
        self.session = session or transport.make_session()

    def __repr__(self) -> str:
        return f"Client(realm={self.company_id!r}, environment={self.endpoints.environment!r})"

    @property
    def api_url(self) -> str:
        """Base of all addresses, as the library expects it."""
        return f"{self.endpoints.api}/v3"

    def close(self) -> None:
        """Close the connections of the session."""
        self.session.close()

    # --- ours ------------------------------------------------------------------------------------

    def call(
        self,
        method: str,
        path: str,
        params: Params = None,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: tuple[float, float] | None = None,
        kind: str = "request",
        deadline: float | None = None,
        binary: bool = False,
    ) -> Outcome:
        """One exchange; HTTP trouble is an outcome, never an exception.

        :param path: below ``/v3/company/<realm>/``
        :param body: sent as it is (text as UTF-8)
        :param kind: what the limiter counts: ``request`` or ``batch``
        :param deadline: the moment (on the client's clock) until which to wait for a permit;
            without one in time the outcome is ``unsent``
        :param binary: the good answer is not JSON (PDF, download): see ``Outcome.content``
        """
        url = f"{self.api_url}/company/{self.company_id}/{path.lstrip('/')}"
        return self._exchange(method, url, params, body, headers, timeout, kind, deadline, binary)

    def execute(self, request: WireRequest, deadline: float | None = None) -> Outcome:
        """Send a frozen write with its requestid."""
        if request.file is not None:
            file = request.file
            return self.upload(
                request.body,
                file.name,
                file.content,
                file.content_type,
                request.request_id,
                deadline,
            )
        return self.call(
            request.method,
            request.path,
            params=[*request.params, ("requestid", request.request_id)],
            body=request.body,
            kind="batch" if request.is_batch else "request",
            deadline=deadline,
        )

    def query(self, select: str, params: Params = None) -> dict:
        """A query statement; see ``qbo.query`` for building it and reading the rows.

        The body of a query has no declared character set, so a statement with other than ASCII
        goes into the URL, where UTF-8 is certain (both forms are recorded, FACTS 2.1).
        """
        headers = {"Content-Type": _TEXT}
        pairs = _pairs(params)
        body = select
        if not select.isascii():
            pairs, body = [*pairs, ("query", select)], ""
        return self._result(self.call("POST", "query", pairs, body, headers))

    def read(self, entity: Entity, remote_id: str) -> dict | None:
        """One object by its id; None when it was deleted (fault 610, FACTS 3.3).

        :raises QboError: for every other answer than the object
        """
        outcome = self.call("GET", f"{entity.url}/{remote_id}")
        if outcome.kind == "refused" and any(fault.code == NOT_FOUND for fault in outcome.faults):
            return None
        body = self._result(outcome).get(entity.key)
        if not isinstance(body, dict):
            raise WireMalformed(f"no {entity.key}", tid=outcome.tid, status=outcome.status)
        return body

    def upload(
        self,
        metadata: str,
        filename: str,
        content: bytes,
        content_type: str,
        request_id: str,
        deadline: float | None = None,
    ) -> Outcome:
        """Upload one file; the body of a good outcome is ``{"Attachable": {...}}``.

        :param metadata: canonical JSON text of an Attachable
        """
        form = upload.build(metadata, filename, content, content_type, request_id)
        outcome = self.call(
            "POST",
            "upload",
            params=[("requestid", request_id)],
            body=form.body,
            headers={"Content-Type": form.content_type},
            timeout=(self.timeout[0], MAX_SECONDS),
            deadline=deadline,
        )
        return upload.settle(outcome)

    def download_pdf(self, qbbo: str, item_id: str) -> bytes:
        """The printed form of a document.

        :raises WireError: as everywhere; ``WireMalformed`` when it is no PDF
        """
        path = f"{qbbo.lower()}/{item_id}/pdf"
        outcome = self.call("GET", path, headers={"Accept": "application/pdf"}, binary=True)
        outcome.raise_for_fault()
        if not outcome.content.startswith(b"%PDF"):
            raise WireMalformed("not a PDF", tid=outcome.tid, status=outcome.status)
        return outcome.content

    # --- what the library's methods run on -------------------------------------------------------

    def make_request(
        self,
        request_type: str,
        url: str,
        request_body: Any = None,
        content_type: str = _JSON,
        params: Params = None,
        file_path: str | None = None,
        file_bytes: bytes | None = None,
        request_id: str | None = None,
    ) -> dict:
        """The library's funnel: an exchange that raises when it was not ok."""
        if file_path or file_bytes:
            raise TypeError("files go through Client.upload")
        pairs = _pairs(params)
        if request_id:
            pairs.append(("requestid", request_id))
        if isinstance(request_body, Mapping):
            request_body = canonical.dumps(request_body) if request_body else None
        headers = {"Content-Type": content_type}
        return self._result(self._exchange(request_type, url, pairs, request_body or None, headers))

    def process_request(
        self, request_type: str, url: str, headers: Any = "", params: Any = "", data: Any = ""
    ) -> requests.Response:
        """One request on the wire, with timeouts; the body is not yet read.

        :raises requests.RequestException: see ``transport.failure``
        """
        return self._send(request_type, url, dict(headers or {}), params, data, self.timeout)

    @staticmethod
    def handle_exceptions(results: Any) -> NoReturn:
        """Raise one error with all faults of a ``Fault`` object."""
        found = parse_faults({"Fault": results})
        raise WireRefused(found[0].message if found else "refused", found)

    def batch_operation(self, request_body: str, request_id: str | None = None) -> dict:
        """A batch; never without a requestid, or a lost answer could not be asked for again."""
        if not request_id:
            raise TypeError("a batch needs a request_id")
        wire = WireRequest("POST", "batch", (), request_body, request_id, is_batch=True)
        return self._result(self.execute(wire))

    # --- the exchange ----------------------------------------------------------------------------

    def _exchange(
        self,
        method: str,
        url: str,
        params: Params = None,
        body: str | bytes | None = None,
        headers: Mapping[str, str] | None = None,
        timeout: tuple[float, float] | None = None,
        kind: str = "request",
        deadline: float | None = None,
        binary: bool = False,
    ) -> Outcome:
        method = method.upper()
        path = url.removeprefix(f"{self.api_url}/company/{self.company_id}/")
        if path == url:
            raise ValueError("the address is not below this company")  # no token goes elsewhere
        is_write = method != "GET" and path.partition("?")[0] not in _READING_POSTS
        deadline = self.deadline if deadline is None else deadline
        if self.limiter is not None and not self.limiter.acquire(kind, deadline):
            return Outcome("unsent", sent=False, reason=NO_PERMIT, is_write=is_write)
        try:
            data = body.encode() if isinstance(body, str) else body
            wire = self._headers(headers, data)
            pairs = [*_pairs(params), ("minorversion", str(self.minorversion))]
            outcome = self._converse(method, url, wire, pairs, data, timeout, is_write, binary)
        finally:
            if self.limiter is not None:
                self.limiter.release(kind)
        if outcome.kind == "throttled" and self.limiter is not None:
            self.limiter.pause(outcome.retry_after or THROTTLE_SECONDS)
        if self.meter is not None:
            self.meter.count(method, path, outcome)
        self._log(method, path, outcome)
        return outcome

    def _converse(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        params: list[tuple[str, str]],
        data: bytes | None,
        timeout: tuple[float, float] | None,
        is_write: bool,
        binary: bool,
    ) -> Outcome:
        started = self._clock()
        status, tid = None, ""
        try:
            timeout = timeout or self.timeout
            response = self._send(method, url, headers, params, data, timeout)
            try:
                status, tid = response.status_code, transport.intuit_tid(response.headers)
                content = self._read(response, started + 2 * timeout[1])
            finally:
                response.close()
        except (OSError, pool_errors.HTTPError) as error:  # all of requests is an OSError
            sent, reason = transport.failure(error)
            lost = "unknown" if sent else "unsent"
            elapsed = self._clock() - started
            return Outcome(
                lost, status, tid, elapsed=elapsed, sent=sent, reason=reason, is_write=is_write
            )
        kind = response.headers.get("Content-Type", "")
        outcome = classify(status, kind, _decode(content, binary), is_write, binary)
        return replace(
            outcome,
            tid=tid,
            elapsed=self._clock() - started,
            content=content if binary and outcome.ok else b"",
            retry_after=_retry_after(response.headers),
        )

    def _send(
        self,
        method: str,
        url: str,
        headers: dict[str, str],
        params: Any,
        data: Any,
        timeout: tuple[float, float],
    ) -> requests.Response:
        headers["Authorization"] = f"Bearer {self._access_token}"
        return self.session.request(
            method,
            url,
            params=params,
            data=data,
            headers=headers,
            timeout=timeout,
            allow_redirects=False,
            stream=True,
        )

    def _read(self, response: requests.Response, deadline: float) -> bytes:
        """The whole body, within limits of size and time.

        The read timeout only bounds each wait for more bytes; an answer that trickles is given up
        at the deadline.
        """
        parts, size = [], 0
        for part in response.iter_content(65536):
            parts.append(part)
            size += len(part)
            if size > MAX_ANSWER_BYTES:
                raise requests.exceptions.ContentDecodingError("answer too large")
            if self._clock() > deadline:
                raise requests.exceptions.ReadTimeout("answer too slow")
        return b"".join(parts)

    @staticmethod
    def _headers(headers: Mapping[str, str] | None, data: bytes | None) -> dict[str, str]:
        wire = {"Accept": _JSON}
        if data is not None:
            wire["Content-Type"] = _JSON
        wire.update(headers or {})
        return wire

    @staticmethod
    def _result(outcome: Outcome) -> dict:
        body = outcome.raise_for_fault().body
        if body is None:
            raise WireMalformed("no JSON object", tid=outcome.tid, status=outcome.status)
        return body

    @staticmethod
    def _log(method: str, path: str, outcome: Outcome) -> None:
        _logger.info(
            "%s %s: %s, status %s, %.0f ms, tid %s%s",
            method,
            path.partition("?")[0],
            outcome.kind,
            outcome.status,
            outcome.elapsed * 1000,
            outcome.tid or "-",
            f", {redact.redact(outcome.reason)}" if outcome.reason else "",
        )


def _pairs(params: Params) -> list[tuple[str, str]]:
    """Parameters as pairs, in their order; the caller's object is not touched."""
    if not params:
        return []
    items = params.items() if isinstance(params, Mapping) else params
    return [(str(name), str(value)) for name, value in items if value is not None]


def _decode(content: bytes, binary: bool) -> str:
    """JSON is UTF-8 by definition; bytes that are not cannot be a usable answer."""
    if binary and not content[:200].lstrip().startswith((b"{", b"<")):
        return ""
    return content.decode("utf-8", "replace")


def _retry_after(headers: Mapping[str, str]) -> int | None:
    """Undocumented (FACTS 16#3), obeyed when it comes; capped at an hour."""
    text = headers.get("Retry-After", "").strip()
    return min(int(text), 3600) if re.fullmatch(r"\d{1,9}", text) else None
