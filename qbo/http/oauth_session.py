"""Consent, code exchange, refresh and revocation through requests-oauthlib (DESIGN 3.1, FACTS 1).

Each call is one explicit exchange on a session of its own; nothing refreshes by itself. No secret
ever enters an exception text, a ``repr`` or a log: errors are built anew, never chained to the
library's, because those keep the request with its body.
"""

from __future__ import annotations

import logging
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any

import requests
from oauthlib.oauth2 import OAuth2Error
from requests.adapters import HTTPAdapter
from requests.auth import HTTPBasicAuth
from requests_oauthlib import OAuth2Session

from .. import canonical
from . import redact, transport
from .endpoints import Endpoints
from .exceptions import (
    WireAuthExpired,
    WireDisconnected,
    WireError,
    WireForbidden,
    WireRefused,
    WireThrottled,
    WireUnknown,
    WireUnsent,
    WireWrongKeys,
)

_logger = logging.getLogger(__name__)
redact.install()

SCOPE = ("com.intuit.quickbooks.accounting",)
#: documented and recorded life of an access token, for an answer that does not name it (FACTS 1.4)
ACCESS_SECONDS = 3600

_TOKEN_HEADERS = {
    "Accept": "application/json",
    "Content-Type": "application/x-www-form-urlencoded",
    # opt-in: the absolute end of the grant, five years at most (FACTS 1.3)
    "x-include-refresh-token-hard-expires-in": "true",
}


@dataclass(frozen=True)
class Tokens:
    """What the token endpoint returned; store all of it at once (FACTS 1.4).

    :ivar expires_in: seconds the access token lives
    :ivar refresh_expires_in: seconds until the refresh token dies unless used, ``None`` if unnamed
    :ivar refresh_hard_expires_in: seconds until the grant ends for good, ``None`` if unnamed
    """

    access_token: str = field(repr=False)
    refresh_token: str = field(repr=False)
    expires_in: int = ACCESS_SECONDS
    refresh_expires_in: int | None = None
    refresh_hard_expires_in: int | None = None


class OAuth:
    """The client of one app (key pair) in one environment.

    Errors of all methods (``qbo.errors``): ``Disconnected`` (a person connects again),
    ``WrongKeys`` (an operator fixes the keys), ``Throttled`` and ``Unsent`` (later),
    ``Unknown`` (sent, no usable answer: later; the old refresh token normally still works),
    ``Refused`` (anything else).

    :param timeout: ``(connect, read)`` in seconds
    :param prepare: called with each new session, for a proxy or a CA bundle
    """

    def __init__(
        self,
        client_id: str,
        client_secret: str,
        endpoints: Endpoints,
        redirect_uri: str,
        timeout: tuple[float, float] = (5, 30),
        prepare: Callable[[requests.Session], None] | None = None,
    ):
        self.client_id = client_id
        self.endpoints = endpoints
        self.redirect_uri = redirect_uri
        self.timeout = timeout
        self._client_secret = client_secret
        self._prepare = prepare

    def __repr__(self) -> str:
        return f"OAuth(environment={self.endpoints.environment!r})"

    def authorization_url(self, state: str) -> str:
        """Where to send the person's browser.

        :param state: unguessable, bound to the person's session, checked on return
        """
        if not state:
            raise ValueError("a consent request needs a state")
        # scope only here: on a session that refreshes it would enter the refresh body as well
        session = OAuth2Session(self.client_id, scope=SCOPE, redirect_uri=self.redirect_uri)
        plain = self.endpoints.authorize
        secure = "https" + plain.removeprefix("http") if self.endpoints.loopback else plain
        url, _state = session.authorization_url(secure, state=state)
        return "http" + url.removeprefix("https") if self.endpoints.loopback else url

    def exchange(self, code: str) -> Tokens:
        """Turn the code of the redirect into tokens; works once, within minutes."""
        return self._tokens(
            lambda session: session.fetch_token(
                self.endpoints.token,
                code=code,
                auth=self._basic(),
                timeout=self.timeout,
                headers=dict(_TOKEN_HEADERS),
            )
        )

    def refresh(self, refresh_token: str) -> Tokens:
        """New tokens. Only one refresh per connection may be in flight (FACTS 1.4)."""
        return self._tokens(
            lambda session: session.refresh_token(
                self.endpoints.token,
                refresh_token=refresh_token,
                auth=self._basic(),
                timeout=self.timeout,
                headers=dict(_TOKEN_HEADERS),
            )
        )

    def revoke(self, token: str) -> bool:
        """End the grant; either token will do (FACTS 1.5).

        :returns: False when the server says the token was not valid any more
        """
        response = self._plain(
            "POST",
            self.endpoints.revoke,
            auth=self._basic(),
            headers={"Accept": "application/json", "Content-Type": "application/json"},
            data=canonical.dumps({"token": token}).encode(),
        )
        if response.status_code == 400 and _error_code(response) != "invalid_client":
            return False
        _check(response)
        return True

    def userinfo(self, access_token: str) -> dict[str, Any]:
        """Claims about the person who connected, as far as the scopes allow (FACTS 1.7)."""
        response = self._plain(
            "GET",
            self.endpoints.userinfo,
            headers={"Accept": "application/json", "Authorization": f"Bearer {access_token}"},
        )
        tid, status = transport.intuit_tid(response.headers), response.status_code
        if status in (401, 403):
            kind = WireAuthExpired if status == 401 else WireForbidden
            text = "the identity service did not accept the access token"
            raise kind(text, tid=tid, status=status)
        _check(response)
        body = _json(response)
        if body is None:
            raise WireUnknown("unreadable answer of the identity service", tid=tid, status=status)
        return body

    # ---------------------------------------------------------------------------------------------

    def _session(self) -> OAuth2Session:
        session = OAuth2Session(self.client_id, redirect_uri=self.redirect_uri)
        session.trust_env = False
        session.max_redirects = 0
        session.headers["User-Agent"] = transport.USER_AGENT
        if self.endpoints.loopback:
            session.mount(self.endpoints.loopback, PlainLoopbackAdapter(self.endpoints.loopback))
        if self._prepare is not None:
            self._prepare(session)
        return session

    def _basic(self) -> HTTPBasicAuth:
        return HTTPBasicAuth(self.client_id, self._client_secret)

    def _tokens(self, fetch: Callable[[OAuth2Session], dict]) -> Tokens:
        answers: list[requests.Response] = []

        def look(response: requests.Response) -> requests.Response:
            # status first: the library would call a gateway's HTML page a missing token
            answers.append(response)
            _check_status(response)
            return response

        error: WireError
        with self._session() as session:
            session.register_compliance_hook("access_token_response", look)
            session.register_compliance_hook("refresh_token_response", look)
            try:
                return _read_tokens(fetch(session))
            except WireError:
                raise
            except requests.RequestException as exc:
                error = _connection_error(exc)
            except OAuth2Error as exc:
                error = _oauth_error(exc.error, answers[-1] if answers else None)
            except Exception as exc:
                # whatever the library stumbled over in the answer, its exception may quote it
                _logger.warning("The OAuth library failed with %s", type(exc).__name__)
                error = _oauth_error("missing_token", answers[-1] if answers else None)
        raise error

    def _plain(self, method: str, url: str, **kwargs: Any) -> requests.Response:
        with self._session() as session:
            try:
                return session.request(
                    method, url, withhold_token=True, timeout=self.timeout, **kwargs
                )
            except requests.RequestException as exc:
                error = _connection_error(exc)
        raise error


class PlainLoopbackAdapter(HTTPAdapter):
    """Sends ``https://127.0.0.1:port/...`` as plain HTTP; mounted on exactly that prefix."""

    def __init__(self, prefix: str):
        self._prefix = prefix
        super().__init__(max_retries=0)

    def send(self, request: requests.PreparedRequest, *args: Any, **kwargs: Any):
        if not (request.url or "").startswith(self._prefix):
            raise ValueError("this adapter only talks to the simulator")
        request.url = "http" + (request.url or "").removeprefix("https")
        return super().send(request, *args, **kwargs)


def _read_tokens(answer: dict) -> Tokens:
    return Tokens(
        access_token=_secret(answer["access_token"]),
        refresh_token=_secret(answer["refresh_token"]),
        expires_in=_seconds(answer.get("expires_in")) or ACCESS_SECONDS,
        refresh_expires_in=_seconds(answer.get("x_refresh_token_expires_in")),
        refresh_hard_expires_in=_seconds(answer.get("x_refresh_token_hard_expires_in")),
    )


def _secret(value: Any) -> str:
    if not isinstance(value, str) or not value:
        raise ValueError("not a token")
    return value


def _seconds(value: Any) -> int | None:
    return None if value is None else int(value)


def _check(response: requests.Response) -> None:
    """Raise for every answer of revoke or userinfo that is not a success."""
    _check_status(response)
    if not 200 <= response.status_code < 300:
        raise _oauth_error(_error_code(response), response)


def _check_status(response: requests.Response) -> None:
    tid, status = transport.intuit_tid(response.headers), response.status_code
    if status == 429:
        raise WireThrottled("too many requests to the token service", tid=tid, status=status)
    if status >= 500 or 300 <= status < 400:
        raise WireUnknown("the token service is in trouble", tid=tid, status=status)


def _connection_error(error: requests.RequestException) -> WireError:
    sent, reason = transport.failure(error)
    return (WireUnknown if sent else WireUnsent)(f"token service: {reason}")


def _oauth_error(code: str, response: requests.Response | None) -> WireError:
    """Decided by the body, not by the status (FACTS 1.6)."""
    status = None if response is None else response.status_code
    tid = "" if response is None else transport.intuit_tid(response.headers)
    if code == "invalid_grant":
        text = "the connection to QuickBooks has ended; connect again"
        return WireDisconnected(text, tid=tid, status=status)
    if code == "invalid_client":
        text = "QuickBooks does not accept the app's client id and secret"
        return WireWrongKeys(text, tid=tid, status=status)
    if code in ("missing_token", "") and (status is None or status < 400):
        return WireUnknown("unusable answer of the token service", tid=tid, status=status)
    known = code if code.replace("_", "").isalpha() and len(code) < 40 else "unreadable error"
    return WireRefused(f"the token service refused: {known}", tid=tid, status=status)


def _error_code(response: requests.Response) -> str:
    body = _json(response)
    return str(body.get("error") or "") if body else ""


def _json(response: requests.Response) -> dict[str, Any] | None:
    try:
        body = canonical.loads(response.content)
    except ValueError:
        return None
    return body if isinstance(body, dict) else None
