import logging
import sys

import pytest

from qbo.http import redact

SECRET = "s3cr3t-Value_0123456789abcdef"


@pytest.mark.parametrize(
    "text",
    [
        f"Authorization: Bearer {SECRET}",
        f"{{'Authorization': 'Basic {SECRET}==', 'Accept': 'x'}}",
        f"{{'authorization': b'{SECRET}'}}",
        f"Adding token {{'access_token': '{SECRET}', 'x': 1}} to request.",
        f'{{"refresh_token": "{SECRET}", "expires_in": 1}}',
        f'{{"id_token":"{SECRET}',
        f'{{"token":"{SECRET}"}}',
        f"grant_type=refresh_token&refresh_token={SECRET}&x=1",
        f"https://x.org/cb?code={SECRET}&state={SECRET}&realmId=1",
        f"'code': '{SECRET}', 'redirect_uri': 'x'",
        f"[('client_secret', '{SECRET}'), ('a', 'b')]",
        f"[('code', '{SECRET}')]",
        f"client_secret={SECRET}",
        f"Token expired: {SECRET}",
        f"Generated new state {SECRET}.",
        f"Re-using previously supplied state {SECRET}.",
        f"got refresh token {SECRET} back",
        "the answer was AB11638293847refreshtokenvalue0001 again".replace(
            "AB11638293847refreshtokenvalue0001", "AB1" + SECRET
        ),
        "RT1-" + SECRET,
    ],
)
def test_secrets_vanish(text):
    assert SECRET not in redact.redact(text)
    assert redact.HIDDEN in redact.redact(text)


@pytest.mark.parametrize(
    "text",
    [
        '{"Fault":{"Error":[{"Message":"x","code":"6240","Detail":"Id=1"}]}}',
        'Www-Authenticate: Bearer realm="Intuit", error="invalid_token"',
        "grant_type=authorization_code",
        '{"CountrySubDivisionCode":"CA","state":"NY"}',
        "POST /v3/company/1/invoice?requestid=0123456789abcdef0123456789abcdef HTTP/1.1",
        "Malformed bearer token: too short or too long",
        "postcode=12345",
        "tokens: many",
    ],
)
def test_the_rest_stays(text):
    assert redact.redact(text) == text


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        (f"Authorization: Bearer {SECRET}, x", "Authorization: Bearer <hidden>, x"),
        (f"{{'refresh_token': '{SECRET}', 'a': 1}}", "{'refresh_token': '<hidden>', 'a': 1}"),
        (f'{{"code" : "{SECRET}"}}', '{"code" : "<hidden>"}'),
        ("{'code': 'twelve-chars'}", "{'code': '<hidden>'}"),
        ("{'code': 'eleven-char'}", "{'code': 'eleven-char'}"),
        (f"[('token', '{SECRET}'), 1]", "[('token', '<hidden>'), 1]"),
        ("[('state', 'twelve-chars')]", "[('state', '<hidden>')]"),
        ("[('state', 'eleven-char')]", "[('state', 'eleven-char')]"),
        ("token=x&a=b", "token=<hidden>&a=b"),
        ("code=twelve-chars&a=b", "code=<hidden>&a=b"),
        ("code=eleven-char&a=b", "code=eleven-char&a=b"),
        (f"state {SECRET}.", "state <hidden>"),
        ("{'token': ''}", "{'token': '<hidden>'}"),
        ("[('token', '')]", "[('token', '<hidden>')]"),
    ],
)
def test_what_is_left_reads_as_before(text, expected):
    assert redact.redact(text) == expected


def test_a_traceback_is_taken_over_as_text():
    try:
        raise ValueError(SECRET)
    except ValueError:
        record = logging.LogRecord("urllib3", 10, "f", 1, "m", (), sys.exc_info())
    assert redact.RedactingFilter().filter(record) is True
    assert record.exc_info is None and record.exc_text.startswith("Traceback")


def test_other_loggers_are_left_alone():
    redact.install()
    assert not logging.getLogger("odoo").filters and not logging.getLogger().filters
    assert logging.getLogger("requests").filters


def test_redacting_twice_changes_nothing():
    once = redact.redact(f"refresh_token={SECRET} Bearer {SECRET} 'token': '{SECRET}'")
    assert redact.redact(once) == once


@pytest.mark.parametrize(
    "name",
    [
        "requests_oauthlib",
        "requests_oauthlib.oauth2_session",
        "oauthlib",
        "urllib3",
        "urllib3.connectionpool",
        "quickbooks",
        "urllib3.made.up.later",
    ],
)
def test_the_filter_reaches_children(name, everything_logged):
    logger = logging.getLogger(name)
    redact.install()
    redact.install()
    logger.debug("token %s and %r", f"Bearer {SECRET}", {"access_token": SECRET})
    logger.debug("no arguments, 100% plain")
    try:
        raise ValueError(f"refresh_token={SECRET}")
    except ValueError:
        logger.exception("failed")
    assert len(everything_logged) == 3 and "100% plain" in everything_logged[1]
    assert everything_logged[0] == "token Bearer <hidden> and {'access_token': '<hidden>'}"
    assert "ValueError: refresh_token=<hidden>" in everything_logged[2]
    assert SECRET not in "".join(everything_logged)
    assert len([f for f in logger.filters if isinstance(f, redact.RedactingFilter)]) == 1
