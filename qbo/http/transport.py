"""Sessions, and what a failed connection means: not sent, or sent without an answer.

The difference decides whether a write may be repeated freely. When the library's exception does
not prove that nothing left, the exchange counts as sent.
"""

from __future__ import annotations

from collections.abc import Mapping

import requests
from requests.adapters import HTTPAdapter
from urllib3 import exceptions as pool_errors

USER_AGENT = "quickbooks_online/19.0 (Odoo)"

#: connecting failed, so not one byte of the request left
_NOT_CONNECTED = (
    pool_errors.NewConnectionError,  # refused, unreachable; name resolution derives from it
    pool_errors.ConnectTimeoutError,
    pool_errors.LocationValueError,
)


def make_session(
    proxies: dict[str, str] | None = None, verify: bool | str | None = None
) -> requests.Session:
    """A session for one thread: own User-Agent, gzip, kept-alive connections, no hidden retries.

    The environment is not read: a ``.netrc`` would replace our Authorization header and proxy
    variables would redirect one host only. A proxy is configured explicitly.

    :param proxies: as in requests, e.g. ``{"https": "http://proxy:3128"}``
    :param verify: path of a CA bundle; certificates are always verified
    """
    session = requests.Session()
    session.trust_env = False
    session.headers.update({"User-Agent": USER_AGENT, "Accept-Encoding": "gzip"})
    adapter = HTTPAdapter(pool_connections=2, pool_maxsize=2, max_retries=0)
    session.mount("https://", adapter)
    session.mount("http://", adapter)
    if proxies:
        session.proxies.update(proxies)
    if isinstance(verify, str):
        session.verify = verify
    return session


def failure(error: BaseException) -> tuple[bool, str]:
    """Whether anything may have been sent, and a short reason without addresses or secrets.

    :returns: ``(sent, reason)``
    """
    causes = _chain(error)
    for cause in causes:
        if isinstance(cause, (requests.exceptions.ConnectTimeout, *_NOT_CONNECTED)):
            return False, f"no connection ({_name(causes)})"
    if any("CERTIFICATE_VERIFY_FAILED" in str(cause) for cause in causes):
        return False, "the server's certificate is not trusted"
    if isinstance(error, requests.exceptions.Timeout):
        return True, "no answer in time"
    return True, f"connection lost ({_name(causes)})"


def intuit_tid(headers: Mapping[str, str]) -> str:
    """Intuit's request id, under whichever spelling it came (FACTS 2.3); ``""`` if none."""
    for name, value in headers.items():
        if name.lower().replace("_", "-") == "intuit-tid":
            return value
    return ""


def _chain(error: BaseException) -> list[BaseException]:
    """The error and everything it was made from: arguments, reasons, causes."""
    found: list[BaseException] = []
    pending: list[object] = [error]
    while pending:
        item = pending.pop(0)
        if isinstance(item, BaseException) and item not in found:
            found.append(item)
            pending += [getattr(item, "reason", None), item.__cause__, *item.args]
    return found


def _name(causes: list[BaseException]) -> str:
    return type(causes[-1]).__name__
