import gzip
import re
import socket
import threading
import time
from decimal import Decimal

import pytest
import requests
from conftest import REALM, TID, Reply, fault_body, json_reply
from quickbooks.exceptions import QuickbooksException
from quickbooks.objects import Customer, Invoice

from qbo import entities, errors
from qbo.http import client as client_module
from qbo.http import endpoints, transport
from qbo.http.client import Client, WireRequest
from qbo.http.meter import Meter

TOKEN = "tok3n-of-the-test-0123456789"


@pytest.fixture
def client(wire):
    made = Client(
        realm=REALM, access_token=TOKEN, endpoints=endpoints.simulator(wire.url), timeout=(2, 2)
    )
    yield made
    made.close()


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]


# --- what leaves ---------------------------------------------------------------------------------


def test_a_frozen_write_leaves_byte_for_byte(wire, client):
    body = '{"a":100.00,"b":"ü\\n€"}'
    request = WireRequest(
        "POST", "payment", (("operation", "update"), ("include", "void")), body, "req-1"
    )
    for _ in range(2):
        wire.plan(json_reply({"Payment": {"Id": "1"}}))
        outcome = client.execute(request)
        assert outcome.ok and outcome.is_write and outcome.tid == TID and outcome.sent
    first, second = wire.seen
    assert first.body == second.body == body.encode()
    assert (
        first.target
        == second.target
        == (
            f"/v3/company/{REALM}/payment?operation=update&include=void&requestid=req-1"
            "&minorversion=75"
        )
    )
    assert first.headers == second.headers


def test_headers(wire, client):
    client.call("POST", "invoice", body="{}")
    client.call("GET", "invoice/1")
    post, get = wire.seen
    assert post.headers["authorization"] == f"Bearer {TOKEN}"
    assert post.headers["user-agent"] == "quickbooks_online/19.0 (Odoo)"
    assert post.headers["accept"] == post.headers["content-type"] == "application/json"
    assert post.headers["accept-encoding"] == "gzip"
    assert "content-type" not in get.headers


def test_verbs_in_any_case(wire, client):
    wire.plan(Reply(503, b""), Reply(503, b""))
    assert not client.call("get", "invoice/1").is_write
    assert client.call("post", "invoice", body="{}").is_write
    assert [seen.method for seen in wire.seen] == ["GET", "POST"]


def test_what_an_outcome_carries(wire, client):
    wire.plan(json_reply({"Invoice": {"Id": "1"}}))
    outcome = client.call("GET", "invoice/1")
    assert 0 < outcome.elapsed < 5 and outcome.content == b""
    assert outcome.text == '{"Invoice": {"Id": "1"}}' and outcome.status == 200


def test_every_exchange_is_metered(wire, client):
    """Whichever method was used, the library's ones included; unsent ones are not."""
    client.meter = Meter()
    wire.plan(
        json_reply({"QueryResponse": {}}),
        json_reply({"Invoice": {"Id": "1"}}),
        json_reply({"Customer": {"Id": "1"}}),
        json_reply({"Invoice": {"Id": "2"}}),
        json_reply(fault_body("610"), status=400),
        Reply(drop="after"),
    )
    client.query("SELECT * FROM Invoice")
    client.call("GET", "invoice/1")
    Customer.get(1, qb=client)
    client.execute(WireRequest("POST", "invoice", (), "{}", "req-1"))
    client.call("GET", "invoice/3")
    client.call("GET", "invoice/4")
    client.limiter = Gate(False)
    client.call("GET", "invoice/5")
    assert client.meter.take() == {"query": 1, "read": 3, "write": 1}


def test_closing_closes_the_session(client):
    closed = []
    client.session.close = lambda: closed.append(True)
    client.close()
    assert closed == [True]


def test_nobody_overrides_the_token(wire, client):
    client.call("GET", "invoice/1", headers={"Authorization": "Bearer other"})
    assert wire.seen[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_connections_are_reused(wire, client):
    for _ in range(3):
        client.call("GET", "invoice/1")
    assert len({seen.peer for seen in wire.seen}) == 1


def test_the_environment_is_not_read(wire, client, monkeypatch, tmp_path):
    for name in ("http_proxy", "HTTP_PROXY", "all_proxy"):
        monkeypatch.setenv(name, "http://127.0.0.1:9")
    monkeypatch.setenv("no_proxy", "")
    netrc = tmp_path / "netrc"
    netrc.write_text("machine 127.0.0.1 login a password b")
    monkeypatch.setenv("NETRC", str(netrc))
    assert client.call("GET", "invoice/1").ok
    assert wire.seen[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_sessions_are_configured_explicitly():
    plain = transport.make_session()
    assert plain.trust_env is False and plain.proxies == {} and plain.verify is True
    for scheme in ("https://x", "http://x"):
        adapter = plain.get_adapter(scheme)
        assert adapter.max_retries.total == 0 and adapter.max_retries.read is False
    proxied = transport.make_session({"https": "http://proxy:3128"}, "/etc/ca.pem")
    assert proxied.proxies == {"https": "http://proxy:3128"} and proxied.verify == "/etc/ca.pem"
    # certificates are always verified
    assert transport.make_session(verify=False).verify is True


def test_params_are_encoded_and_not_mutated(wire, client):
    params = {"changedSince": "2026-01-01T00:00:00+01:00", "none": None}
    client.call("GET", "cdc", params)
    assert "changedSince=2026-01-01T00%3A00%3A00%2B01%3A00&minorversion=75" in wire.seen[0].target
    assert params == {"changedSince": "2026-01-01T00:00:00+01:00", "none": None}


def test_gzip_answers(wire, client):
    body = gzip.compress(b'{"Invoice":{"TotalAmt":1.50}}')
    wire.plan(Reply(body=body, headers={"Content-Encoding": "gzip"}))
    assert client.call("GET", "invoice/1").body == {"Invoice": {"TotalAmt": Decimal("1.50")}}


def test_utf8_whatever_the_header_says(wire, client):
    wire.plan(Reply(body='{"a":"ü"}'.encode(), content_type="text/plain;charset=iso-8859-1"))
    assert client.call("GET", "invoice/1").body == {"a": "ü"}


@pytest.mark.parametrize("realm", ["", "12x", "1/../2", " 1"])
def test_a_realm_is_a_number(realm):
    with pytest.raises(ValueError):
        Client(realm=realm, access_token=TOKEN, endpoints=endpoints.SANDBOX)


@pytest.mark.parametrize("token", ["", "with blank", "line\nbreak", "ünicode"])
def test_odd_tokens_are_refused_without_being_quoted(token):
    with pytest.raises(ValueError) as caught:
        Client(realm=REALM, access_token=token, endpoints=endpoints.SANDBOX)
    assert not token or token not in str(caught.value)


def test_addresses_per_environment():
    made = Client(realm=REALM, access_token=TOKEN, endpoints=endpoints.SANDBOX)
    assert made.api_url == "https://sandbox-quickbooks.api.intuit.com/v3"
    assert TOKEN not in repr(made) and "sandbox" in repr(made)


def test_the_token_goes_to_this_company_only(wire, client):
    for url in ("https://example.org/v3", f"{wire.url}/v3/company/1/invoice"):
        with pytest.raises(ValueError):
            client.get(url)
    with pytest.raises(ValueError):
        client.get_current_user()
    assert not wire.seen


@pytest.mark.parametrize(
    ("request_id", "batch"), [("", False), ("x" * 51, False), ("", True), ("x" * 37, True)]
)
def test_request_ids_have_limits(request_id, batch):
    with pytest.raises(ValueError):
        WireRequest("POST", "invoice", (), "{}", request_id, batch)


def test_request_ids_at_their_limits():
    WireRequest("POST", "invoice", (), "{}", "x" * 50)
    WireRequest("POST", "batch", (), "{}", "x" * 36, True)


# --- what comes back -----------------------------------------------------------------------------


def test_faults(wire, client):
    wire.plan(json_reply(fault_body("6240", detail="x : Id=12"), 400))
    outcome = client.execute(WireRequest("POST", "customer", (), "{}", "r"))
    assert (outcome.kind, outcome.status, outcome.tid) == ("refused", 400, TID)
    assert outcome.faults[0].code == "6240" and outcome.body is None


def test_a_fault_inside_200(wire, client):
    wire.plan(json_reply(fault_body("2050")))
    assert client.call("POST", "invoice", body="{}").kind == "refused"


def test_redirects_are_not_followed(wire, client):
    wire.plan(Reply(302, b"", headers={"Location": "/elsewhere"}), Reply())
    assert client.call("GET", "invoice/1").kind == "unknown"
    assert len(wire.seen) == 1


@pytest.mark.parametrize("spelling", ["intuit_tid", "Intuit-Tid", "INTUIT_TID"])
def test_tid_in_every_spelling(spelling):
    assert transport.intuit_tid({"x": "y", spelling: TID}) == TID
    assert transport.intuit_tid({}) == ""


# --- lost lines: both endings of every fault -----------------------------------------------------

LOST = [
    # reply, kind of a write, was it seen by the server
    (Reply(drop="before"), "unknown"),
    (Reply(drop="after"), "unknown"),
    (Reply(drop="reset"), "unknown"),
    (Reply(body=b'{"Invoice":{', cut=50), "unknown"),
    (Reply(body=b'{"Invoice":{', cut=50, chunked=True), "unknown"),
    (Reply(body=b'{"Invoice":{'), "unknown"),
    (Reply(502, b"<html>Bad Gateway</html>", "text/html"), "unknown"),
    (Reply(503, b""), "unknown"),
    (Reply(200, b"<html>Welcome</html>", "text/html"), "unknown"),
    (Reply(body=b"\xff\xfe{}"), "unknown"),
    (Reply(body=b"not gzip", headers={"Content-Encoding": "gzip"}), "unknown"),
]


@pytest.mark.parametrize(("reply", "kind"), LOST)
def test_lost_answers(wire, client, reply, kind):
    wire.plan(reply)
    outcome = client.execute(WireRequest("POST", "invoice", (), "{}", "r"))
    assert outcome.kind == kind and outcome.sent and not outcome.retryable and outcome.reason
    assert outcome.body is None
    wire.plan(reply)
    outcome = client.call("GET", "invoice/1")
    assert outcome.kind == "unknown" and outcome.retryable and not outcome.is_write
    with pytest.raises(errors.Unknown):
        outcome.raise_for_fault()
    wire.plan()
    assert client.call("GET", "invoice/1").ok  # the session survives


def test_a_slow_answer_is_unknown(wire, client):
    wire.plan(Reply(wait=5))
    started = time.monotonic()
    outcome = client.call("POST", "invoice", body="{}", timeout=(1, 0.2))
    assert time.monotonic() - started < 2
    assert (outcome.kind, outcome.reason, outcome.sent) == ("unknown", "no answer in time", True)
    assert 0.1 < outcome.elapsed < 2


def test_a_cut_body_still_tells_status_and_tid(wire, client):
    wire.plan(Reply(body=b"{", cut=10, headers={}))
    outcome = client.call("POST", "invoice", body="{}")
    assert outcome.kind == "unknown" and outcome.status == 200 and outcome.tid == TID


def test_too_slow_or_too_large_bodies(wire, client, monkeypatch):
    big = Reply(body=b"{" + b" " * 300_000 + b"}")
    wire.plan(big)
    assert client.call("GET", "invoice/1").ok
    monkeypatch.setattr(client_module, "MAX_ANSWER_BYTES", 100_000)
    wire.plan(big)
    outcome = client.call("GET", "invoice/1")
    assert outcome.kind == "unknown" and outcome.sent and "lost" in outcome.reason
    monkeypatch.setattr(client_module, "MAX_ANSWER_BYTES", 10**9)
    ticks = iter(range(0, 100_000, 100))
    client._clock = lambda: next(ticks)
    wire.plan(big)
    outcome = client.call("GET", "invoice/1")
    assert (outcome.kind, outcome.reason) == ("unknown", "no answer in time")


def test_a_connection_closed_in_the_meantime(wire, client):
    wire.plan(Reply(hang_up=True))
    assert client.call("GET", "invoice/1").ok
    time.sleep(0.05)
    # noticed before sending: a fresh connection is used and nothing is lost
    assert client.call("POST", "invoice", body="{}").ok


@pytest.mark.parametrize("address", ["http://127.0.0.1:{port}", "http://localhost:{port}"])
def test_refused_connections_are_unsent(address):
    table = endpoints.simulator(address.format(port=free_port()))
    made = Client(realm=REALM, access_token=TOKEN, endpoints=table)
    outcome = made.call("POST", "invoice", body="{}")
    assert (outcome.kind, outcome.sent, outcome.status) == ("unsent", False, None)
    assert outcome.tid == "" and 0 <= outcome.elapsed < 5
    # the innermost cause, which older urllib3 does not keep
    assert outcome.retryable and outcome.reason in (
        "no connection (ConnectionRefusedError)",
        "no connection (NewConnectionError)",
    )
    with pytest.raises(errors.Unsent):
        outcome.raise_for_fault()


def test_unknown_hosts_are_unsent():
    session = transport.make_session()
    made = Client(
        realm=REALM,
        access_token=TOKEN,
        session=session,
        endpoints=endpoints.Endpoints("x", "", "", "", "", "https://nowhere.invalid", ""),
    )
    assert made.call("POST", "invoice", body="{}").kind == "unsent"


def test_connect_timeouts_are_unsent(client):
    def never(*_args, **_kwargs):
        raise requests.exceptions.ConnectTimeout("x")

    client.session.request = never
    assert client.call("POST", "invoice", body="{}").kind == "unsent"


def test_untrusted_certificates_are_unsent(wire, client):
    error = requests.exceptions.SSLError("[SSL: CERTIFICATE_VERIFY_FAILED] self-signed")
    assert transport.failure(error) == (False, "the server's certificate is not trusted")
    # any other trouble of TLS may have come after the request
    sent, _reason = transport.failure(requests.exceptions.SSLError("bad record mac"))
    assert sent is True


# --- limiter -------------------------------------------------------------------------------------


class Gate:
    def __init__(self, *answers):
        self.answers = list(answers)
        self.log = []

    def acquire(self, kind, deadline=None):
        self.log.append(("acquire", kind, deadline))
        return self.answers.pop(0) if self.answers else True

    def release(self, kind):
        self.log.append(("release", kind))

    def pause(self, seconds):
        self.log.append(("pause", seconds))


def test_every_exchange_takes_and_returns_a_permit(wire, client):
    client.limiter = gate = Gate()
    wire.plan(Reply(), Reply(drop="after"))
    client.call("GET", "invoice/1")
    client.execute(WireRequest("POST", "batch", (), "{}", "r", is_batch=True), deadline=5.0)
    assert gate.log == [
        ("acquire", "request", None),
        ("release", "request"),
        ("acquire", "batch", 5.0),
        ("release", "batch"),
    ]


def test_without_a_permit_nothing_leaves(wire, client):
    client.limiter = gate = Gate(False)
    outcome = client.execute(WireRequest("POST", "invoice", (), "{}", "r"))
    assert (outcome.kind, outcome.sent, outcome.is_write) == ("unsent", False, True)
    assert outcome.reason == "no permit in time"
    assert gate.log == [("acquire", "request", None)] and not wire.seen


def test_a_permit_comes_back_even_after_a_mistake(wire, client):
    client.limiter = gate = Gate()
    with pytest.raises(TypeError):
        client.call("GET", "invoice/1", body=5)  # type: ignore[arg-type]
    assert gate.log == [("acquire", "request", None), ("release", "request")]


@pytest.mark.parametrize(
    ("headers", "seconds"),
    [
        ({}, 60),
        ({"Retry-After": "7"}, 7),
        ({"Retry-After": "999999"}, 3600),
        ({"Retry-After": "Wed, 21 Oct 2026 07:28:00 GMT"}, 60),
        ({"Retry-After": "-5"}, 60),
    ],
)
def test_throttling_pauses(wire, client, headers, seconds):
    client.limiter = gate = Gate()
    wire.plan(Reply(429, b"", headers=headers))
    outcome = client.call("GET", "invoice/1")
    assert outcome.kind == "throttled" and outcome.retryable
    assert gate.log[-1] == ("pause", seconds)


# --- the library on top --------------------------------------------------------------------------


def test_queries_in_ascii_go_in_the_body(wire, client):
    wire.plan(json_reply({"QueryResponse": {"Invoice": [{"Id": "1"}]}}))
    statement = r"SELECT * FROM Customer WHERE DisplayName = 'Amy\'s'"
    assert client.query(statement) == {"QueryResponse": {"Invoice": [{"Id": "1"}]}}
    (seen,) = wire.seen
    assert (seen.method, seen.body) == ("POST", statement.encode())
    assert seen.headers["content-type"] == "application/text"
    assert seen.target == f"/v3/company/{REALM}/query?minorversion=75"


def test_other_queries_go_in_the_address(wire, client):
    client.query("SELECT * FROM Customer WHERE DisplayName = 'Ünal & Co'", {"include": "x"})
    (seen,) = wire.seen
    assert seen.body == b"" and "include=x&query=SELECT+%2A" in seen.target
    assert "%27%C3%9Cnal+%26+Co%27" in seen.target


def test_queries_are_reads(wire, client):
    wire.plan(Reply(503, b""))
    with pytest.raises(errors.Unknown):
        client.query("SELECT * FROM Item")
    wire.plan(Reply(503, b""))
    assert client.call("POST", "query", body="SELECT * FROM Item").retryable


def test_library_reads(wire, client):
    wire.plan(
        json_reply({"Invoice": {"Id": "7", "TotalAmt": 1}}),
        json_reply({"QueryResponse": {"Customer": [{"Id": "3", "DisplayName": "A"}]}}),
        json_reply({"Header": {}}),
        json_reply({"CDCResponse": []}),
    )
    assert Invoice.get("7", qb=client).Id == "7"
    assert Customer.filter(Active=True, qb=client)[0].DisplayName == "A"
    assert client.get_report("AgedReceivables", {"a": "b"}) == {"Header": {}}
    assert client.change_data_capture("Invoice,Bill", "2026-01-01") == {"CDCResponse": []}
    targets = [seen.target.partition(f"/v3/company/{REALM}/")[2] for seen in wire.seen]
    assert targets == [
        "invoice/7?minorversion=75",
        "query?minorversion=75",
        "reports/AgedReceivables?a=b&minorversion=75",
        "cdc?entities=Invoice%2CBill&changedSince=2026-01-01&minorversion=75",
    ]
    assert [seen.method for seen in wire.seen] == ["GET", "POST", "GET", "GET"]
    assert [bool(seen.body) for seen in wire.seen] == [False, True, False, False]


def test_library_writes(wire, client):
    for _ in range(3):
        wire.script.append(json_reply({"Invoice": {"Id": "7"}}))
    client.create_object("Invoice", '{"a":1.10}', request_id="r1")
    client.update_object("Invoice", '{"Id":"7"}', params={"operation": "void"}, request_id="r2")
    client.delete_object("Invoice", '{"Id":"7"}', request_id="r3")
    create, void, delete = wire.seen
    assert create.body == b'{"a":1.10}' and "requestid=r1" in create.target
    assert "operation=void&requestid=r2" in void.target
    assert "operation=delete&requestid=r3" in delete.target


def test_library_sends(wire, client):
    wire.plan(json_reply({"Invoice": {"Id": "7"}}))
    invoice = Invoice()
    invoice.Id = "7"
    invoice.send(qb=client, send_to="a@b.org")
    (seen,) = wire.seen
    assert "invoice/7/send?sendTo=a%40b.org&minorversion=75" in seen.target
    assert seen.headers["content-type"] == "application/octet-stream" and seen.body == b""


def test_errors_carry_all_faults_and_are_the_librarys(wire, client):
    body = fault_body("2020", element="Line")
    body["Fault"]["Error"].append({"Message": "Dup", "Detail": "TxnId=5", "code": "6140"})
    wire.plan(json_reply(body, 400))
    with pytest.raises(QuickbooksException) as caught:
        client.create_object("Invoice", "{}")
    error = caught.value
    assert isinstance(error, errors.Refused)
    assert [fault.code for fault in error.faults] == ["2020", "6140"]
    assert (error.error_code, error.status, error.tid) == (2020, 400, TID)


def test_gateway_faults_raise_auth_expired(wire, client):
    body = {
        "fault": {
            "error": [
                {
                    "message": "message=AuthenticationFailed; errorCode=003200",
                    "detail": f"Token expired: {TOKEN}",
                    "code": "3200",
                }
            ]
        }
    }
    wire.plan(json_reply(body, 401))
    with pytest.raises(errors.AuthExpired) as caught:
        client.get_single_object("Invoice", "1")
    assert TOKEN not in f"{caught.value}{caught.value!r}{caught.value.detail}"


def test_handle_exceptions_alone():
    with pytest.raises(errors.Refused) as caught:
        Client.handle_exceptions({"Error": [{"Message": "a", "code": "x"}, {"Message": "b"}]})
    assert len(caught.value.faults) == 2
    with pytest.raises(errors.Refused):
        Client.handle_exceptions({})


def test_a_batch_needs_a_requestid(wire, client):
    with pytest.raises(TypeError):
        client.batch_operation("{}")
    wire.plan(json_reply({"BatchItemResponse": []}))
    client.limiter = gate = Gate()
    assert client.batch_operation("{}", "r1") == {"BatchItemResponse": []}
    assert gate.log[0] == ("acquire", "batch", None)
    with pytest.raises(ValueError):
        client.batch_operation("{}", "x" * 37)
    assert "batch?requestid=r1" in wire.seen[0].target


def test_files_do_not_go_through_the_library(client):
    with pytest.raises(TypeError):
        client.create_object("Attachable", "{}", _file_bytes=b"x")


def test_dict_bodies_of_the_library_are_canonical(wire, client):
    client.make_request("POST", f"{client.api_url}/company/{REALM}/x", {"b": Decimal("1.10")})
    assert wire.seen[0].body == b'{"b":1.10}'


def test_process_request_is_a_plain_exchange(wire, client):
    response = client.process_request("GET", f"{client.api_url}/company/{REALM}/x")
    assert response.status_code == 200
    assert wire.seen[0].headers["authorization"] == f"Bearer {TOKEN}"


def test_pdf(wire, client):
    wire.plan(Reply(body=b"%PDF-1.4 \xff\x00", content_type="application/pdf"))
    assert client.download_pdf("Invoice", "7") == b"%PDF-1.4 \xff\x00"
    assert wire.seen[0].target.endswith("/invoice/7/pdf?minorversion=75")
    assert wire.seen[0].headers["accept"] == "application/pdf"
    wire.plan(json_reply(fault_body("610"), 400))
    with pytest.raises(errors.Refused) as caught:
        client.download_pdf("Invoice", "7")
    assert caught.value.faults[0].code == "610"
    wire.plan(Reply(400, b"<IntuitResponse><Fault><Error code='610'/></Fault></IntuitResponse>"))
    with pytest.raises(errors.Refused) as caught:
        client.download_pdf("Invoice", "7")
    assert caught.value.faults[0].code == "610"
    wire.plan(Reply(502, b"%PDF-1.4"))
    assert client.call("GET", "invoice/7/pdf", binary=True).content == b""
    wire.plan(Reply(body=b"hello"))
    with pytest.raises(errors.Malformed):
        client.download_pdf("Invoice", "7")


def test_read_tells_deleted_from_refused(wire, client):
    invoice = entities.get("Invoice")
    wire.plan(json_reply({"Invoice": {"Id": "7"}}))
    assert client.read(invoice, "7") == {"Id": "7"}
    assert wire.seen[0].target.endswith("/invoice/7?minorversion=75")
    wire.plan(json_reply(fault_body("610"), 400))
    assert client.read(invoice, "7") is None
    wire.plan(json_reply(fault_body("5020"), 400))
    with pytest.raises(errors.Refused):
        client.read(invoice, "7")
    for stranger in ({"time": "2026-01-01"}, {"Invoice": []}):
        wire.plan(json_reply(stranger))
        with pytest.raises(errors.Malformed):
            client.read(invoice, "7")


def test_a_library_answer_must_be_an_object(client):
    from qbo.http.outcome import Outcome

    with pytest.raises(errors.Malformed):
        client._result(Outcome("ok"))


# --- threads and logs ----------------------------------------------------------------------------


def test_clients_share_nothing(wire):
    table = endpoints.simulator(wire.url)
    made = [Client(realm=str(n), access_token=f"token{n}", endpoints=table) for n in range(1, 5)]
    threads = [threading.Thread(target=one.call, args=("GET", "invoice/1")) for one in made]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    pairs = {(seen.target.split("/")[3], seen.headers["authorization"]) for seen in wire.seen}
    assert pairs == {(str(n), f"Bearer token{n}") for n in range(1, 5)}


def test_one_line_per_exchange_and_no_secret(wire, client, everything_logged):
    wire.plan(
        json_reply({"Invoice": {"PrivateNote": "whisper"}}),
        json_reply(
            {
                "fault": {
                    "error": [{"code": "3200", "message": "m", "detail": f"Token expired: {TOKEN}"}]
                }
            },
            401,
        ),
    )
    client.execute(WireRequest("POST", "invoice", (), '{"PrivateNote":"whisper"}', "r1"))
    client.call("GET", "invoice/1?x=y")
    ours = [line for line in everything_logged if line.startswith(("POST ", "GET "))]
    assert len(ours) == 2
    assert re.fullmatch(rf"POST invoice: ok, status 200, \d{{1,4}} ms, tid {TID}", ours[0])
    rest = rf"auth, status 401, \d{{1,4}} ms, tid {TID}, access token not accepted"
    assert re.fullmatch(f"GET invoice/1: {rest}", ours[1])
    assert TOKEN not in "".join(everything_logged)
    assert "whisper" not in "".join(everything_logged)
