"""FACTS 1: consent, tokens, rotation, expiry, revocation and every error body."""

import base64
import os
import subprocess
import sys
from pathlib import Path
from urllib.parse import parse_qs, urlsplit

import pytest
import requests

REDIRECT = "http://localhost:8069/quickbooks/oauth/callback"
SCOPE = "com.intuit.quickbooks.accounting"


@pytest.fixture
def web(sim):
    session = requests.Session()
    session.trust_env = False
    return session


def ask(sim, web, method="post", **more):
    form = {
        "client_id": sim.client_id,
        "response_type": "code",
        "scope": SCOPE,
        "redirect_uri": REDIRECT,
        "state": "s+1 &x",
        "action": "connect",
    } | more
    options = {"params" if method == "get" else "data": form}
    return web.request(method, f"{sim.url}/connect/oauth2", allow_redirects=False, **options)


def answered(reply):
    assert reply.status_code == 302, reply.text
    location = reply.headers["Location"]
    assert location.split("?")[0] == REDIRECT
    return {k: v[0] for k, v in parse_qs(urlsplit(location).query).items()}


def token(sim, web, auth=None, headers=None, **form):
    return web.post(
        f"{sim.url}/oauth2/v1/tokens/bearer",
        data=form,
        auth=auth or (sim.client_id, sim.client_secret),
        headers={"Accept": "application/json"} | (headers or {}),
    )


def connect(sim, web, **more):
    code = answered(ask(sim, web, **more))["code"]
    return token(sim, web, grant_type="authorization_code", code=code, redirect_uri=REDIRECT).json()


def refresh(sim, web, value, **more):
    return token(sim, web, grant_type="refresh_token", refresh_token=value, **more)


def test_1_2_consent_page_is_a_form_for_people(sim, web):
    page = ask(sim, web, "get")
    assert page.status_code == 200 and "<form" in page.text and 'value="connect"' in page.text
    assert "Sandbox Company US 1" in page.text


def test_1_2_success_redirect_carries_code_state_and_realm(sim, web):
    answer = answered(ask(sim, web))
    assert answer["state"] == "s+1 &x" and answer["realmId"] == sim.realm
    assert 0 < len(answer["code"]) <= 512


def test_1_2_realm_only_with_a_company_scope(sim, web):
    assert "realmId" not in answered(ask(sim, web, scope="openid email"))


def test_1_2_cancel(sim, web):
    assert answered(ask(sim, web, action="cancel")) == {"error": "access_denied", "state": "s+1 &x"}


@pytest.mark.parametrize(
    "field, value, error",
    [("scope", "nonsense", "invalid_scope"), ("response_type", "token", "invalid_request")],
)
def test_1_2_bad_requests_with_a_valid_redirect(sim, web, field, value, error):
    assert answered(ask(sim, web, **{field: value}))["error"] == error


@pytest.mark.parametrize(
    "field, value", [("client_id", "unknown"), ("redirect_uri", "https://evil.example/cb")]
)
def test_1_2_error_page_without_redirect(sim, web, field, value):
    reply = ask(sim, web, **{field: value})
    assert reply.status_code == 400 and "Location" not in reply.headers


def test_1_2_registered_redirect_is_compared_byte_for_byte(make_sim, web):
    sim = make_sim(clients=[("cid", "secret", REDIRECT)])
    assert ask(sim, web).status_code == 302
    assert ask(sim, web, redirect_uri=REDIRECT + "/").status_code == 400


def test_1_2_person_chooses_between_companies(make_sim, web):
    sim = make_sim()
    other = sim.add_company(profile="gb")
    assert "<select" in ask(sim, web, "get").text
    assert answered(ask(sim, web, realm=other))["realmId"] == other


def test_1_3_token_answer(sim, web):
    code = answered(ask(sim, web))["code"]
    reply = token(sim, web, grant_type="authorization_code", code=code, redirect_uri=REDIRECT)
    body = reply.json()
    assert reply.headers["Content-Type"] == "application/json;charset=utf-8"
    assert reply.headers["Cache-Control"] == "no-cache, no-store"
    assert body["token_type"] == "bearer" and body["expires_in"] == 3600
    assert body["x_refresh_token_expires_in"] == 8726400
    assert body["refresh_token"].startswith("AB1") and len(body["refresh_token"]) <= 512
    assert len(body["access_token"]) <= 4096
    assert "x_refresh_token_hard_expires_in" not in body and "realmId" not in body


def test_1_3_hard_expiry_only_with_the_header(sim, web):
    tokens = connect(sim, web)
    body = refresh(
        sim,
        web,
        tokens["refresh_token"],
        headers={"x-include-refresh-token-hard-expires-in": "true"},
    ).json()
    assert body["x_refresh_token_hard_expires_in"] == pytest.approx(157680000, abs=5)


def test_1_3_credentials_as_form_fields(sim, web):
    code = answered(ask(sim, web))["code"]
    reply = web.post(
        f"{sim.url}/oauth2/v1/tokens/bearer",
        data={
            "grant_type": "authorization_code",
            "code": code,
            "redirect_uri": REDIRECT,
            "client_id": sim.client_id,
            "client_secret": sim.client_secret,
        },
    )
    assert reply.status_code == 200


def test_1_3_id_token_with_openid(sim, web):
    tokens = connect(sim, web, scope=SCOPE + " openid")
    head, claims, _signature = tokens["id_token"].split(".")
    decoded = base64.urlsafe_b64decode(claims + "==")
    assert sim.realm.encode() in decoded and b'"aud": ["' in decoded
    keys = web.get(f"{sim.url}/op/v1/jwks").json()["keys"]
    assert verified(tokens["id_token"], keys[0]) and not verified(
        tokens["id_token"].replace(head, head + "A"), keys[0]
    )


def verified(jwt, key):
    import hashlib

    signed, _, signature = jwt.rpartition(".")
    modulus = int.from_bytes(base64.urlsafe_b64decode(key["n"] + "=="), "big")
    value = int.from_bytes(base64.urlsafe_b64decode(signature + "=="), "big")
    plain = pow(value, 65537, modulus).to_bytes(128, "big")
    return plain.endswith(hashlib.sha256(signed.encode()).digest())


def test_1_4_code_is_single_use_and_its_reuse_kills_the_grant(sim, web, qbo):
    code = answered(ask(sim, web))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    first = token(sim, web, **form).json()
    again = token(sim, web, **form)
    assert again.status_code == 400 and again.json()["error"] == "invalid_grant"
    assert refresh(sim, web, first["refresh_token"]).status_code == 400


def test_1_2_code_expires(sim, web):
    code = answered(ask(sim, web))["code"]
    sim.control.move_clock(601)
    reply = token(sim, web, grant_type="authorization_code", code=code, redirect_uri=REDIRECT)
    assert reply.status_code == 400 and reply.json()["error"] == "invalid_grant"


def test_1_3_the_exchange_repeats_the_redirect_uri(sim, web):
    code = answered(ask(sim, web))["code"]
    reply = token(
        sim, web, grant_type="authorization_code", code=code, redirect_uri=REDIRECT + "/other"
    )
    assert reply.status_code == 400 and reply.json()["error"] == "invalid_grant"


def test_1_4_access_token_lives_3600_seconds(sim, web, qbo):
    assert qbo.get("/companyinfo/1").status_code == 200
    sim.control.move_clock(3601)
    reply = qbo.get("/companyinfo/1")
    assert reply.status_code == 401
    assert reply.headers["Www-Authenticate"] == 'Bearer realm="Intuit", error="invalid_token"'


def test_1_4_refresh_value_rotates_after_a_day(sim, web):
    first = connect(sim, web)["refresh_token"]
    assert refresh(sim, web, first).json()["refresh_token"] == first
    sim.control.move_clock(days=1, seconds=1)
    second = refresh(sim, web, first).json()
    assert second["refresh_token"] != first
    assert second["x_refresh_token_expires_in"] == 8726400


def test_1_3_same_token_again_has_less_life(sim, web):
    first = connect(sim, web)["refresh_token"]
    sim.control.move_clock(3600)
    assert refresh(sim, web, first).json()["x_refresh_token_expires_in"] == pytest.approx(
        8726400 - 3600, abs=2
    )


def test_1_4_superseded_value_works_for_a_day_then_never(sim, web):
    first = connect(sim, web)["refresh_token"]
    sim.control.move_clock(days=1, seconds=1)
    second = refresh(sim, web, first).json()["refresh_token"]
    assert refresh(sim, web, first).json()["refresh_token"] == second
    sim.control.move_clock(days=1, seconds=1)
    reply = refresh(sim, web, first)
    assert reply.status_code == 400 and reply.json()["error"] == "invalid_grant"
    assert refresh(sim, web, second).status_code == 200


def test_1_4_unused_refresh_token_dies_after_100_days(sim, web):
    value = connect(sim, web)["refresh_token"]
    sim.control.move_clock(days=101, seconds=1)
    assert refresh(sim, web, value).json()["error"] == "invalid_grant"


def test_1_4_five_years_are_the_end(sim, web):
    value = connect(sim, web)["refresh_token"]
    for _ in range(18):
        sim.control.move_clock(days=99)
        value = refresh(sim, web, value).json()["refresh_token"]
    sim.control.move_clock(days=40)
    remaining = refresh(sim, web, value).json()["x_refresh_token_expires_in"]
    assert 0 < remaining < 8726400
    sim.control.move_clock(seconds=remaining + 1)
    assert refresh(sim, web, value).json()["error"] == "invalid_grant"


def test_1_4_reuse_of_a_rotated_token_can_revoke_everything(sim, web):
    sim.control.oauth.abuse_revokes = True
    first = connect(sim, web)["refresh_token"]
    sim.control.faults.add("rotate", operation="token")
    second = refresh(sim, web, first).json()["refresh_token"]
    assert refresh(sim, web, first).status_code == 400
    assert refresh(sim, web, second).status_code == 400


def test_1_4_lost_refresh_answer_leaves_the_old_value_superseded(sim, web):
    first = connect(sim, web)["refresh_token"]
    sim.control.faults.add("rotate", operation="token")
    sim.control.faults.add("drop_after", operation="token")
    with pytest.raises(requests.ConnectionError):
        refresh(sim, web, first)
    assert refresh(sim, web, first).json()["error"] == "invalid_grant"


def test_1_4_wrong_app_does_not_consume_the_token(sim, web):
    value = connect(sim, web)["refresh_token"]
    assert refresh(sim, web, value, auth=(sim.client_id, "wrong")).status_code == 401
    assert refresh(sim, web, value).status_code == 200


def test_1_4_disconnect_kills_both_tokens(sim, web, qbo):
    value = connect(sim, web)["refresh_token"]
    sim.control.disconnect()
    reply = qbo.get("/companyinfo/1")
    assert reply.status_code == 401
    assert reply.json()["fault"]["error"][0]["detail"] == "Token revoked"
    assert refresh(sim, web, value).json()["error"] == "invalid_grant"


@pytest.mark.parametrize("kind", ["refresh_token", "access_token"])
def test_1_5_revoke_with_either_token(sim, web, kind):
    tokens = connect(sim, web)
    reply = web.post(
        f"{sim.url}/v2/oauth2/tokens/revoke",
        json={"token": tokens[kind]},
        auth=(sim.client_id, sim.client_secret),
    )
    assert reply.status_code == 200 and reply.content == b""
    assert refresh(sim, web, tokens["refresh_token"]).status_code == 400
    again = web.post(
        f"{sim.url}/v2/oauth2/tokens/revoke",
        json={"token": tokens[kind]},
        auth=(sim.client_id, sim.client_secret),
    )
    assert again.status_code == 400 and again.json()["error"] == "invalid_token"


def test_1_5_revoke_by_an_unknown_client(sim, web):
    reply = web.post(f"{sim.url}/v2/oauth2/tokens/revoke", json={"token": "x"}, auth=("a", "b"))
    assert reply.status_code == 401


def test_1_6_invalid_client_is_exactly_26_bytes(sim, web):
    reply = refresh(sim, web, "x", auth=("nobody", "secret"))
    assert reply.status_code == 401 and reply.content == b'{"error":"invalid_client"}'
    assert reply.headers["Www-Authenticate"] == 'Basic realm="Intuit"'


def test_1_6_token_of_another_app(make_sim, web):
    sim = make_sim(clients=[("one", "s1"), ("two", "s2")])
    value = connect(sim, web)["refresh_token"]
    reply = refresh(sim, web, value, auth=("two", "s2"))
    assert reply.status_code == 400 and reply.json() == {
        "error": "invalid_grant",
        "error_description": "Incorrect Token type or clientID",
    }


@pytest.mark.parametrize(
    "options, accepted",
    [([], 200), (["--known-clients"], 401), (["--client", "a|b|http://localhost/cb"], 401)],
)
def test_a_seeded_process_accepts_any_client_pair(web, options, accepted):
    """The whole flow without a browser, against a process started by hand."""
    command = [sys.executable, "-m", "simulator", "--profile", "us", *options]
    root = str(Path(__file__).resolve().parents[2])
    process = subprocess.Popen(
        command, stdout=subprocess.PIPE, text=True, cwd=root, env=os.environ | {"PYTHONPATH": root}
    )
    try:
        info = dict(word.split("=", 1) for word in process.stdout.readline().split()[2:])
        form = {
            "client_id": "any-id",
            "redirect_uri": REDIRECT,
            "response_type": "code",
            "scope": "com.intuit.quickbooks.accounting",
            "state": "s",
            "action": "connect",
        }
        reply = web.post(f"{info['url']}/connect/oauth2", data=form, allow_redirects=False)
        code = parse_qs(urlsplit(reply.headers.get("Location", "")).query).get("code", ["none"])[0]
        assert (code != "none") is (accepted == 200)
        reply = web.post(
            f"{info['url']}/oauth2/v1/tokens/bearer",
            data={"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT},
            auth=("any-id", "any-secret"),
        )
        assert reply.status_code == accepted, reply.text
    finally:
        process.terminate()
        process.wait()


def test_any_client_is_accepted_on_request(make_sim, web):
    sim = make_sim(any_client=True)
    code = answered(ask(sim, web, client_id="fresh"))["code"]
    form = {"grant_type": "authorization_code", "code": code, "redirect_uri": REDIRECT}
    assert token(sim, web, auth=("fresh", "first"), **form).status_code == 200
    assert refresh(sim, web, "x", auth=("fresh", "second")).status_code == 401


def test_1_6_user_left_the_company(sim, web, qbo):
    value = connect(sim, web)["refresh_token"]
    sim.control.expel_user()
    body = refresh(sim, web, value).json()
    assert body["x_error_reason"] == "user_not_in_realm" and body["error"] == "invalid_grant"
    assert qbo.get("/companyinfo/1").status_code == 403


@pytest.mark.parametrize(
    "form, error",
    [
        ({}, "invalid_request"),
        ({"grant_type": "password"}, "unsupported_grant_type"),
        ({"grant_type": "refresh_token", "refresh_token": "x"}, "invalid_grant"),
    ],
)
def test_1_6_bad_token_requests(sim, web, form, error):
    reply = token(sim, web, **form)
    assert reply.status_code == 400 and reply.json()["error"] == error


def test_1_7_userinfo_in_camel_case(sim, web):
    tokens = connect(sim, web, scope=SCOPE + " openid email profile")
    url = f"{sim.url}/v1/openid_connect/userinfo"
    body = web.get(url, headers={"Authorization": f"Bearer {tokens['access_token']}"}).json()
    assert body["emailVerified"] is True and body["givenName"] and "phoneNumber" not in body


def test_1_1_discovery_lists_own_addresses(sim, web):
    for name in ("openid_configuration", "openid_sandbox_configuration"):
        body = web.get(f"{sim.url}/.well-known/{name}/").json()
        for key in (
            "authorization_endpoint",
            "token_endpoint",
            "userinfo_endpoint",
            "revocation_endpoint",
            "jwks_uri",
            "issuer",
        ):
            assert body[key].startswith(sim.url)
