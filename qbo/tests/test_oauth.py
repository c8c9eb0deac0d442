import base64
import json
import socket
import traceback
from urllib.parse import parse_qs, urlsplit

import pytest
import requests
from conftest import TID, Reply, json_reply

from qbo import errors
from qbo.http import endpoints
from qbo.http.client import Client
from qbo.http.oauth_session import OAuth, PlainLoopbackAdapter, Tokens

CLIENT_ID, SECRET = "ABclientId0001", "s3cretOfTheApp0123456789"
ACCESS, REFRESH = "eyJhbGciOiJkaXIifQ..access-0123456789", "AB11723refresh0123456789"
CODE, STATE = "AB11723code0123456789", "state0123456789abcdef"
REDIRECT = "https://odoo.example.com/quickbooks/oauth/callback"
GOOD = {
    "token_type": "bearer",
    "access_token": ACCESS,
    "expires_in": 3599,
    "refresh_token": REFRESH,
    "x_refresh_token_expires_in": 8726400,
    "x_refresh_token_hard_expires_in": 157680000,
}


@pytest.fixture
def oauth(wire):
    return OAuth(CLIENT_ID, SECRET, endpoints.simulator(wire.url), REDIRECT, timeout=(1, 1))


def test_authorization_url_of_production():
    made = OAuth(CLIENT_ID, SECRET, endpoints.PRODUCTION, REDIRECT)
    parts = urlsplit(made.authorization_url(STATE))
    assert f"{parts.scheme}://{parts.netloc}{parts.path}" == endpoints.PRODUCTION.authorize
    assert parse_qs(parts.query) == {
        "client_id": [CLIENT_ID],
        "response_type": ["code"],
        "redirect_uri": [REDIRECT],
        "scope": ["com.intuit.quickbooks.accounting"],
        "state": [STATE],
    }
    assert SECRET not in repr(made)


def test_authorization_url_of_the_simulator_is_for_a_browser(wire, oauth):
    assert oauth.authorization_url(STATE).startswith(f"{wire.url}/connect/oauth2?")
    with pytest.raises(ValueError):
        oauth.authorization_url("")


def test_exchange(wire, oauth):
    wire.plan(json_reply(GOOD))
    tokens = oauth.exchange(CODE)
    assert tokens == Tokens(ACCESS, REFRESH, 3599, 8726400, 157680000)
    (seen,) = wire.seen
    assert (seen.method, seen.target) == ("POST", "/oauth2/v1/tokens/bearer")
    assert parse_qs(seen.body.decode()) == {
        "grant_type": ["authorization_code"],
        "code": [CODE],
        "redirect_uri": [REDIRECT],
    }
    basic = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
    assert seen.headers["authorization"] == f"Basic {basic}"
    assert seen.headers["accept"] == "application/json"
    assert seen.headers["content-type"] == "application/x-www-form-urlencoded"
    assert seen.headers["x-include-refresh-token-hard-expires-in"] == "true"
    assert seen.headers["user-agent"] == "quickbooks_online/19.0 (Odoo)"


def test_refresh(wire, oauth):
    wire.plan(json_reply({**GOOD, "refresh_token": "AB1-new", "x_refresh_token_expires_in": None}))
    tokens = oauth.refresh(REFRESH)
    assert tokens.refresh_token == "AB1-new" and tokens.refresh_expires_in is None
    (seen,) = wire.seen
    # no scope, no client id: nothing but the grant
    assert parse_qs(seen.body.decode()) == {
        "grant_type": ["refresh_token"],
        "refresh_token": [REFRESH],
    }
    assert seen.headers["authorization"].startswith("Basic ")


def test_an_answer_without_refresh_token_keeps_the_old_one(wire, oauth):
    wire.plan(json_reply({"token_type": "bearer", "access_token": "new"}))
    tokens = oauth.refresh(REFRESH)
    assert (tokens.access_token, tokens.refresh_token, tokens.expires_in) == ("new", REFRESH, 3600)


def test_tokens_do_not_show_themselves():
    tokens = Tokens(ACCESS, REFRESH)
    assert ACCESS not in repr(tokens) and REFRESH not in str(tokens)


ERRORS = [
    (json_reply({"error": "invalid_grant"}, 400), errors.Disconnected, 400),
    (
        json_reply(
            {
                "error": "invalid_grant",
                "error_description": f"Token expired: {REFRESH}",
                "x_error_reason": "user_not_in_realm",
            },
            400,
        ),
        errors.Disconnected,
        400,
    ),
    (json_reply({"error": "invalid_grant"}, 401), errors.Disconnected, 401),
    (json_reply({"error": "invalid_client"}, 401), errors.WrongKeys, 401),
    (json_reply({"error": "invalid_client"}, 400), errors.WrongKeys, 400),
    (json_reply({"error": "invalid_request"}, 400), errors.Refused, 400),
    (json_reply({"error": "unsupported_grant_type"}, 400), errors.Refused, 400),
    (json_reply({"error": f"odd {REFRESH}"}, 400), errors.Refused, 400),
    (Reply(400, b"<html>no</html>", "text/html"), errors.Refused, 400),
    (Reply(404, b""), errors.Refused, 404),
    (Reply(429, b'{"error":"invalid_grant"}'), errors.Throttled, 429),
    (Reply(500, b'{"error":"invalid_grant"}'), errors.Unknown, 500),
    (Reply(502, b"<html>Bad Gateway</html>", "text/html"), errors.Unknown, 502),
    (Reply(503, b""), errors.Unknown, 503),
    (Reply(300, b""), errors.Unknown, 300),
    (Reply(200, b"<html>Welcome</html>", "text/html"), errors.Unknown, 200),
    (Reply(200, b""), errors.Unknown, 200),
    (Reply(200, b"[1]"), errors.Unknown, 200),
    (Reply(200, b'"text"'), errors.Unknown, 200),
    (json_reply({**GOOD, "access_token": ""}), errors.Unknown, 200),
    (json_reply({**GOOD, "refresh_token": 5}), errors.Unknown, 200),
    (json_reply({**GOOD, "expires_in": "soon"}), errors.Unknown, 200),
    (Reply(drop="after"), errors.Unknown, None),
    (Reply(body=b'{"access_token"', cut=9), errors.Unknown, "any"),
    (Reply(wait=3), errors.Unknown, None),
    (Reply(302, b"", headers={"Location": "/oauth2/v1/tokens/bearer"}), errors.Unknown, None),
]


@pytest.mark.parametrize(("reply", "cls", "status"), ERRORS)
def test_errors(wire, oauth, reply, cls, status, everything_logged):
    if reply.wait:
        oauth.timeout = (1, 0.1)
    for call, value in ((oauth.exchange, CODE), (oauth.refresh, REFRESH)):
        wire.plan(reply)
        with pytest.raises(errors.QboError) as caught:
            call(value)
        error = caught.value
        assert type(error).__mro__[1] is cls
        # older urllib3 hands a cut body over instead of raising
        assert error.status == status or (status == "any" and error.status in (None, 200))
        assert error.tid == (TID if error.status else "")
        shown = "".join(traceback.format_exception(error)) + repr(error.__dict__)
        for secret in (SECRET, REFRESH, ACCESS, CODE):
            assert secret not in shown
            assert secret not in "".join(everything_logged)
        # nothing that still holds the request hangs on to the error
        assert error.__cause__ is None and error.__context__ is None
    assert len(wire.seen) == 2  # never repeated by itself


@pytest.mark.parametrize(
    ("error", "text"),
    [
        ("invalid_grant", "the connection to QuickBooks has ended; connect again"),
        ("invalid_client", "QuickBooks does not accept the app's client id and secret"),
        ("invalid_request", "the token service refused: invalid_request"),
        ("odd one", "the token service refused: unreadable error"),
        ("x" * 40, "the token service refused: unreadable error"),
    ],
)
def test_what_the_errors_say(wire, oauth, error, text):
    wire.plan(json_reply({"error": error}, 400))
    with pytest.raises(errors.QboError) as caught:
        oauth.refresh(REFRESH)
    assert caught.value.message == text


def test_refused_connections_are_unsent():
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        port = probe.getsockname()[1]
    made = OAuth(CLIENT_ID, SECRET, endpoints.simulator(f"http://127.0.0.1:{port}"), REDIRECT)
    with pytest.raises(errors.Unsent):
        made.refresh(REFRESH)
    with pytest.raises(errors.Unsent):
        made.revoke(REFRESH)


def test_revoke(wire, oauth):
    wire.plan(Reply(200, b""))
    assert oauth.revoke(REFRESH) is True
    (seen,) = wire.seen
    assert (seen.method, seen.target) == ("POST", "/v2/oauth2/tokens/revoke")
    assert json.loads(seen.body) == {"token": REFRESH}
    assert seen.headers["content-type"] == seen.headers["accept"] == "application/json"
    assert seen.headers["authorization"].startswith("Basic ")


@pytest.mark.parametrize(
    ("reply", "expected"),
    [
        (json_reply({"error": "invalid_token"}, 400), False),
        (Reply(400, b""), False),
        (json_reply({"error": "invalid_client"}, 400), errors.WrongKeys),
        (json_reply({"error": "invalid_client"}, 401), errors.WrongKeys),
        (Reply(403, b""), errors.Refused),
        (Reply(429, b""), errors.Throttled),
        (Reply(503, b""), errors.Unknown),
        (Reply(drop="after"), errors.Unknown),
    ],
)
def test_revoke_refused(wire, oauth, reply, expected):
    wire.plan(reply)
    if expected is False:
        assert oauth.revoke(REFRESH) is False
    else:
        with pytest.raises(expected):
            oauth.revoke(REFRESH)


def test_userinfo(wire, oauth):
    wire.plan(json_reply({"sub": "x", "email": "a@b.org"}))
    assert oauth.userinfo(ACCESS) == {"sub": "x", "email": "a@b.org"}
    (seen,) = wire.seen
    assert (seen.method, seen.target) == ("GET", "/v1/openid_connect/userinfo")
    assert seen.headers["authorization"] == f"Bearer {ACCESS}"
    assert seen.headers["accept"] == "application/json"


@pytest.mark.parametrize(
    ("reply", "cls"),
    [
        (Reply(401, b""), errors.AuthExpired),
        (Reply(403, b""), errors.Forbidden),
        (Reply(200, b"x"), errors.Unknown),
        (Reply(500, b""), errors.Unknown),
        (Reply(429, b""), errors.Throttled),
        (Reply(404, b"[]"), errors.Refused),
    ],
)
def test_userinfo_refused(wire, oauth, reply, cls):
    wire.plan(reply)
    with pytest.raises(cls):
        oauth.userinfo(ACCESS)


# --- the way around "https only" exists for the simulator alone ----------------------------------


def test_real_environments_have_no_plain_adapter():
    made = OAuth(CLIENT_ID, SECRET, endpoints.PRODUCTION, REDIRECT)
    adapters = made._session().adapters.values()
    assert not any(isinstance(adapter, PlainLoopbackAdapter) for adapter in adapters)


def test_the_plain_adapter_serves_its_prefix_only(wire, oauth):
    session = oauth._session()
    plain = [p for p, a in session.adapters.items() if isinstance(a, PlainLoopbackAdapter)]
    assert plain == [oauth.endpoints.loopback]
    stranger = requests.Request("GET", "https://example.org/").prepare()
    with pytest.raises(ValueError):
        session.adapters[plain[0]].send(stranger)


def test_the_environment_is_not_read(wire, oauth, monkeypatch):
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    wire.plan(json_reply(GOOD))
    assert oauth.refresh(REFRESH).access_token == ACCESS


def test_prepare_gets_every_session(wire):
    seen = []
    made = OAuth(CLIENT_ID, SECRET, endpoints.simulator(wire.url), REDIRECT, prepare=seen.append)
    wire.plan(json_reply(GOOD), Reply(200, b""))
    made.refresh(REFRESH)
    made.revoke(REFRESH)
    assert len(seen) == 2 and all(isinstance(session, requests.Session) for session in seen)


def test_no_secret_reaches_a_log_in_a_whole_session(wire, oauth, everything_logged):
    """Consent, exchange, refresh, API, fault, revoke, everything at DEBUG."""
    expired = {
        "fault": {
            "error": [{"message": "m", "detail": f"Token expired: {ACCESS}", "code": "3200"}],
            "type": "AUTHENTICATION",
        }
    }
    wire.plan(
        json_reply(GOOD),
        json_reply(GOOD),
        json_reply({"Invoice": {}}),
        json_reply(expired, 401),
        json_reply({"sub": "x"}),
        Reply(200, b""),
    )
    oauth.authorization_url(STATE)
    tokens = oauth.exchange(CODE)
    tokens = oauth.refresh(tokens.refresh_token)
    api = Client(realm="1", access_token=tokens.access_token, endpoints=oauth.endpoints)
    api.call("POST", "invoice", body="{}")
    api.call("GET", "invoice/1")
    oauth.userinfo(tokens.access_token)
    oauth.revoke(tokens.refresh_token)
    assert len(wire.seen) == 6
    logged = "\n".join(everything_logged)
    assert "Request to refresh token completed with status 200" in logged  # it did log
    basic = base64.b64encode(f"{CLIENT_ID}:{SECRET}".encode()).decode()
    for secret in (SECRET, ACCESS, REFRESH, CODE, STATE, basic):
        assert secret not in logged
