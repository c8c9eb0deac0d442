"""FACTS 10.3: notifications, signatures, retries."""

import base64
import hashlib
import hmac
import json
import re
import threading
import time
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

import pytest
from conftest import Client, invoice, payment


class Endpoint:
    """A receiver that keeps what arrives and answers as told."""

    def __init__(self):
        self.calls, self.status, self.wait = [], 200, 0
        endpoint = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self):
                body = self.rfile.read(int(self.headers["Content-Length"]))
                endpoint.calls.append((dict(self.headers), body))
                time.sleep(endpoint.wait)
                self.send_response(endpoint.status)
                self.send_header("Content-Length", "0")
                self.end_headers()

            def log_message(self, *args):
                """Quiet."""

        self.server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        threading.Thread(target=self.server.serve_forever, daemon=True).start()
        self.url = f"http://127.0.0.1:{self.server.server_port}/hook"

    def events(self):
        return [event for _headers, body in self.calls for event in json.loads(body)]


@pytest.fixture
def endpoint():
    made = Endpoint()
    yield made
    made.server.shutdown()
    made.server.server_close()


@pytest.fixture
def hooks(sim, endpoint):
    webhooks = sim.control.webhooks
    webhooks.paused = True  # tests deliver by hand
    webhooks.subscribe(endpoint.url)
    yield webhooks
    webhooks.subscribe(None)
    webhooks.paused = False


def test_10_3_cloud_events(qbo, sim, hooks, endpoint):
    made = qbo.create("Account", {"Name": "Hooked", "AccountType": "Bank"})
    assert hooks.deliver() == 1
    event = endpoint.events()[0]
    assert set(event) == {
        "specversion",
        "id",
        "source",
        "type",
        "datacontenttype",
        "time",
        "intuitentityid",
        "intuitaccountid",
        "data",
    }
    assert event["type"] == "qbo.account.created.v1" and event["specversion"] == "1.0"
    assert event["intuitentityid"] == made["Id"] and event["intuitaccountid"] == sim.realm
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{9}Z", event["time"])
    assert re.fullmatch(r"[0-9a-f-]{36}", event["id"])
    assert event["source"].startswith("intuit.") and event["data"] == {}


def test_10_3_signature(qbo, sim, hooks, endpoint):
    qbo.create("Customer", {"DisplayName": "S"})
    hooks.deliver()
    headers, body = endpoint.calls[0]
    digest = hmac.new(sim.verifier.encode(), body, hashlib.sha256).digest()
    assert headers["intuit-signature"] == base64.b64encode(digest).decode()


def test_10_3_side_effects_raise_events(qbo, hooks, endpoint):
    made = qbo.create("Invoice", invoice())
    hooks.deliver()
    endpoint.calls.clear()
    paid = qbo.create("Payment", payment(10, (made["Id"], 10)))
    hooks.deliver()
    assert {(e["type"], e["intuitentityid"]) for e in endpoint.events()} == {
        ("qbo.payment.created.v1", paid["Id"]),
        ("qbo.invoice.updated.v1", made["Id"]),
        ("qbo.customer.updated.v1", "1"),
    }


def test_10_3_void_delete_emailed_merged(qbo, sim, hooks, endpoint):
    one = qbo.create("Invoice", invoice(BillEmail={"Address": "a@b.co"}))
    two = qbo.create("Invoice", invoice())
    hooks.deliver()
    endpoint.calls.clear()
    qbo.ok(
        qbo.request(
            "POST",
            f"/invoice/{one['Id']}/send",
            headers={"Content-Type": "application/octet-stream"},
        )
    )
    qbo.ok(qbo.post("/invoice", {"Id": one["Id"], "SyncToken": "0"}, operation="void"))
    qbo.delete("Invoice", two)
    sim.control.merge("Customer", "28", "29")
    hooks.deliver()
    types = [event["type"] for event in endpoint.events()]
    for wanted in (
        "qbo.invoice.emailed.v1",
        "qbo.invoice.voided.v1",
        "qbo.invoice.deleted.v1",
        "qbo.customer.merged.v1",
    ):
        assert wanted in types
    merged = next(e for e in endpoint.events() if e["type"] == "qbo.customer.merged.v1")
    assert merged["intuitentityid"] == "29" and merged["data"] == {"deletedId": "28"}


def test_10_3_several_realms_in_one_post(make_sim, endpoint):
    sim = make_sim(webhook_url=endpoint.url)
    sim.control.webhooks.paused = True
    other = sim.add_company()
    Client(sim).create("Customer", {"DisplayName": "A"})
    Client(sim, other).create("Customer", {"DisplayName": "B"})
    sim.control.webhooks.deliver()
    assert len(endpoint.calls) == 1
    assert {e["intuitaccountid"] for e in endpoint.events()} == {sim.realm, other}


def test_10_3_legacy_shape(qbo, sim, hooks, endpoint):
    hooks.legacy = True
    made = qbo.create("Customer", {"DisplayName": "Old"})
    hooks.deliver()
    body = json.loads(endpoint.calls[0][1])
    note = body["eventNotifications"][0]
    assert note["realmId"] == sim.realm
    entity = note["dataChangeEvent"]["entities"][0]
    assert {k: entity[k] for k in ("id", "operation", "name")} == {
        "id": made["Id"],
        "operation": "Create",
        "name": "Customer",
    }
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{3}Z", entity["lastUpdated"])


def test_10_3_retry_schedule_on_the_movable_clock(qbo, sim, hooks, endpoint):
    endpoint.status = 500
    qbo.create("Customer", {"DisplayName": "R"})
    hooks.deliver()
    for tries, wait in enumerate((10, 20, 30, 300, 1200, 7200, 14400, 21600, 21600, 21600), 1):
        assert len(endpoint.calls) == tries
        sim.control.move_clock(wait - 2)
        hooks.deliver()
        assert len(endpoint.calls) == tries, wait
        sim.control.move_clock(3)
        hooks.deliver()
    endpoint.status = 200
    sim.control.move_clock(21601)
    assert hooks.deliver() == 1 and hooks.pending() == 0
    ids = {json.loads(body)[0]["id"] for _headers, body in endpoint.calls}
    assert len(ids) == 1  # the same event id every time


def test_10_3_an_answer_after_three_seconds_is_too_late(qbo, sim, hooks, endpoint, monkeypatch):
    from simulator import webhooks

    assert webhooks.TIMEOUT == 3
    monkeypatch.setattr(webhooks, "TIMEOUT", 0.2)
    endpoint.wait = 0.5
    qbo.create("Customer", {"DisplayName": "Slow"})
    assert hooks.deliver() == 0 and hooks.pending() == 1
    endpoint.wait = 0
    sim.control.move_clock(11)
    assert hooks.deliver() == 1


def test_10_3_queue_is_blocked_until_the_first_is_acknowledged(qbo, sim, hooks, endpoint):
    endpoint.status = 503
    qbo.create("Customer", {"DisplayName": "First"})
    hooks.deliver()
    qbo.create("Customer", {"DisplayName": "Second"})
    hooks.deliver()
    assert len(endpoint.calls) == 1 and hooks.pending() == 2
    endpoint.status = 200
    sim.control.move_clock(11)
    assert hooks.deliver() == 2


def test_10_3_duplicates_and_disorder_on_demand(qbo, hooks, endpoint):
    hooks.duplicate, hooks.shuffle = 1, True
    made = qbo.create("Invoice", invoice())
    hooks.deliver()
    assert len(endpoint.calls) == 2 and endpoint.calls[0][1] == endpoint.calls[1][1]
    assert endpoint.events()[0]["type"] == "qbo.customer.updated.v1"
    assert made["Id"] in [e["intuitentityid"] for e in endpoint.events()]


def test_10_3_entities_without_hooks_stay_silent(qbo, hooks, endpoint):
    qbo.create("Attachable", {"Note": "x"})
    qbo.ok(
        qbo.post("/taxservice/taxcode", {"TaxCode": "T", "TaxRateDetails": [{"TaxRateId": "3"}]})
    )
    assert hooks.deliver() == 0 and endpoint.calls == []


def test_10_3_refused_requests_raise_no_event(qbo, hooks, endpoint):
    qbo.refused("Customer", {"DisplayName": "Cool Cars"}, "6240")
    assert hooks.deliver() == 0


def test_10_3_delivery_happens_by_itself(make_sim, endpoint):
    import time

    sim = make_sim(webhook_url=endpoint.url)
    Client(sim).create("Customer", {"DisplayName": "Auto"})
    deadline = time.time() + 5
    while not endpoint.calls and time.time() < deadline:
        time.sleep(0.02)
    assert endpoint.events()[0]["type"] == "qbo.customer.created.v1"


def test_10_3_only_connected_companies_are_told_of(qbo, sim, hooks, endpoint):
    """A subscription applies to the companies that have connected the app, while they do."""
    other = sim.add_company(profile="ca")
    with sim.transaction():
        sim.oauth.register("another", "secret")
        sim.oauth.grant("another", other, "com.intuit.quickbooks.accounting")
    sim.control.change("Class", {"Name": "Connected with another app"}, realm=other)
    hooks.deliver()
    assert endpoint.calls == []
    there = Client(sim, other)
    there.create("Class", {"Name": "Connected"})
    hooks.deliver()
    assert [event["intuitaccountid"] for event in endpoint.events()] == [other]
    sim.control.disconnect()
    sim.control.change("Customer", {"DisplayName": "After the disconnect"})
    hooks.deliver()
    assert len(endpoint.events()) == 1
