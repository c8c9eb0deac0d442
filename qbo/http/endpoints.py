"""Where Intuit's services are, per environment (FACTS 1.1)."""

from __future__ import annotations

import ipaddress
from dataclasses import dataclass
from urllib.parse import urlsplit

_AUTHORIZE = "https://appcenter.intuit.com/connect/oauth2"
_TOKEN = "https://oauth.platform.intuit.com/oauth2/v1/tokens/bearer"
_REVOKE = "https://developer.api.intuit.com/v2/oauth2/tokens/revoke"


@dataclass(frozen=True)
class Endpoints:
    """Addresses of one environment.

    :ivar api: scheme and host of the Accounting API; paths begin with ``/v3/company/``
    :ivar ui: scheme and host of the user interface; deep links begin with ``/app/``
    :ivar loopback: only for the simulator: the ``https://`` prefix under which the token session
        sends plain HTTP, because the OAuth library refuses ``http://`` for every request
        (DESIGN 3.1). Empty everywhere else, and then nothing is ever sent in clear
    """

    environment: str
    authorize: str
    token: str
    revoke: str
    userinfo: str
    api: str
    ui: str
    loopback: str = ""


SANDBOX = Endpoints(
    environment="sandbox",
    authorize=_AUTHORIZE,
    token=_TOKEN,
    revoke=_REVOKE,
    userinfo="https://sandbox-accounts.platform.intuit.com/v1/openid_connect/userinfo",
    api="https://sandbox-quickbooks.api.intuit.com",
    ui="https://sandbox.qbo.intuit.com",
)

PRODUCTION = Endpoints(
    environment="production",
    authorize=_AUTHORIZE,
    token=_TOKEN,
    revoke=_REVOKE,
    userinfo="https://accounts.platform.intuit.com/v1/openid_connect/userinfo",
    api="https://quickbooks.api.intuit.com",
    ui="https://qbo.intuit.com",
)


def simulator(base_url: str) -> Endpoints:
    """Everything on one local stand-in, e.g. ``http://127.0.0.1:8123`` (DESIGN 18).

    :raises ValueError: when the host is not this machine: tokens and books would travel in clear
    """
    parts = urlsplit(base_url.rstrip("/"))
    if parts.scheme != "http" or not is_loopback(parts.hostname or ""):
        raise ValueError("the simulator must be http:// on a loopback host")
    if parts.path or parts.query or parts.fragment or parts.username is not None:
        raise ValueError("the simulator's address is scheme, host and port only")
    base = f"http://{parts.netloc.lower()}"
    hidden = f"https://{parts.netloc.lower()}"  # lower case: adapters are found by prefix
    return Endpoints(
        environment="simulator",
        authorize=f"{base}/connect/oauth2",
        token=f"{hidden}/oauth2/v1/tokens/bearer",
        revoke=f"{hidden}/v2/oauth2/tokens/revoke",
        userinfo=f"{hidden}/v1/openid_connect/userinfo",
        api=base,
        ui=base,
        loopback=f"{hidden}/",
    )


def for_environment(environment: str, simulator_url: str = "") -> Endpoints:
    """The table by name: ``sandbox``, ``production`` or ``simulator``.

    :raises ValueError: for another name, or a simulator that is not local
    """
    if environment == "simulator":
        return simulator(simulator_url)
    for endpoints in (SANDBOX, PRODUCTION):
        if endpoints.environment == environment:
            return endpoints
    raise ValueError(f"unknown environment {environment!r}")


def is_loopback(host: str) -> bool:
    """Whether the host can only be this machine."""
    if host == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False
