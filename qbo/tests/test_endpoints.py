import pytest

from qbo.http import endpoints
from qbo.http.endpoints import PRODUCTION, SANDBOX


def test_real_environments_are_https_without_tricks():
    for table in (SANDBOX, PRODUCTION):
        addresses = (
            table.authorize,
            table.token,
            table.revoke,
            table.userinfo,
            table.api,
            table.ui,
        )
        assert all(address.startswith("https://") for address in addresses)
        assert table.loopback == ""
    assert SANDBOX.api != PRODUCTION.api and SANDBOX.userinfo != PRODUCTION.userinfo
    assert (SANDBOX.token, SANDBOX.authorize) == (PRODUCTION.token, PRODUCTION.authorize)


@pytest.mark.parametrize(
    "base",
    [
        "http://127.0.0.1:8123",
        "http://localhost:80/",
        "http://[::1]:99",
        "http://127.9.9.9",
    ],
)
def test_simulator(base):
    table = endpoints.simulator(base)
    plain = base.rstrip("/")
    hidden = "https" + plain.removeprefix("http")
    assert table.environment == "simulator"
    assert table.api == table.ui == plain
    assert table.authorize == f"{plain}/connect/oauth2"
    assert table.loopback == f"{hidden}/"
    assert table.token == f"{hidden}/oauth2/v1/tokens/bearer"
    assert table.revoke == f"{hidden}/v2/oauth2/tokens/revoke"
    assert table.userinfo == f"{hidden}/v1/openid_connect/userinfo"


def test_the_prefix_is_in_lower_case():
    assert endpoints.simulator("http://LocalHost:8123").loopback == "https://localhost:8123/"


@pytest.mark.parametrize(
    "base",
    [
        "",
        "https://127.0.0.1:1",
        "http://example.org",
        "http://10.0.0.1:80",
        "http://0.0.0.0:1",
        "http://127.0.0.1.example.org",
        "http://localhost.example.org",
        "http://user@127.0.0.1",
        "http://127.0.0.1:1/path",
        "http://127.0.0.1:1?x=1",
        "ftp://127.0.0.1",
        "127.0.0.1:1",
        "http://127.0.0.1:1#x",
    ],
)
def test_the_simulator_is_local_only(base):
    with pytest.raises(ValueError):
        endpoints.simulator(base)


def test_by_name():
    assert endpoints.for_environment("sandbox") is SANDBOX
    assert endpoints.for_environment("production") is PRODUCTION
    assert endpoints.for_environment("simulator", "http://127.0.0.1:1").api == "http://127.0.0.1:1"
    for name, url in (("", ""), ("test", ""), ("simulator", ""), ("simulator", "http://x.org")):
        with pytest.raises(ValueError):
            endpoints.for_environment(name, url)
