"""Every injected fault, on single calls and on batches, by luck, and counted."""

import threading
import time
from xml.etree import ElementTree

import pytest
import requests
from conftest import Client, invoice

NAMESPACE = "{http://schema.intuit.com/finance/v3}"


def customer(name):
    return {"DisplayName": name}


def single(qbo, name, **params):
    """One call that creates a customer."""
    return qbo.post("/customer", customer(name), **params)


def batch(qbo, name, **params):
    """A batch of three that creates this customer and two others."""
    items = [
        {"bId": str(n), "operation": "create", "Customer": customer(f"{name} {n}" if n else name)}
        for n in range(3)
    ]
    return qbo.post("/batch", {"BatchItemRequest": items}, **params)


FORMS = pytest.mark.parametrize("send", [single, batch])


def exists(qbo, name):
    return bool(qbo.rows("Customer", f"select * from Customer where DisplayName = '{name}'"))


def path_of(send):
    return "/customer$" if send is single else "/batch$"


@FORMS
@pytest.mark.parametrize(
    "kind, options, executed",
    [
        ("drop_before", {}, False),
        ("drop_after", {}, True),
        ("truncate", {}, True),
    ],
)
def test_broken_connections(qbo, sim, send, kind, options, executed):
    sim.control.faults.add(kind, path=path_of(send), **options)
    with pytest.raises(requests.RequestException):
        send(qbo, kind, requestid="r")
    assert exists(qbo, kind) is executed
    assert send(qbo, kind, requestid="r").status_code == 200
    assert sim.control.faults.fired == {kind: 1}
    counted = qbo.query(f"select count(*) from Customer where DisplayName like '{kind}%'")
    assert counted["totalCount"] == (1 if send is single else 3)


@FORMS
@pytest.mark.parametrize("status", [401, 403, 429, 500, 502, 503, 504])
@pytest.mark.parametrize("kind, executed", [("status", False), ("status_after", True)])
def test_statuses_instead_of_and_after_the_execution(qbo, sim, send, kind, status, executed):
    sim.control.faults.add(kind, path=path_of(send), status=status)
    reply = send(qbo, "S")
    assert reply.status_code == status
    if status in (401, 403, 429):
        assert reply.json()["fault"]["error"][0]["code"] == {401: "3200", 403: "3100"}.get(
            status, "3001"
        )
    elif status == 500:
        assert reply.json()["Fault"]["Error"][0]["code"] == "10000"
    else:
        assert reply.text.startswith("<html>")
    assert exists(qbo, "S") is executed
    assert sim.control.faults.fired == {f"{kind} {status}": 1}


@FORMS
@pytest.mark.parametrize("kind", ["delay", "delay_after"])
def test_an_answer_later_than_the_client_waits(qbo, sim, send, kind):
    """The client gives up; QuickBooks executes all the same, before or after that."""
    sim.control.faults.add(kind, path=path_of(send), seconds=0.6)
    token = {"Authorization": f"Bearer {qbo.token}", "Accept": "application/json"}
    body = {"BatchItemRequest": [{"bId": "1", "operation": "create", "Customer": customer("L")}]}
    path, body = ("/batch", body) if send is batch else ("/customer", customer("L"))
    with pytest.raises(requests.ReadTimeout):
        requests.post(qbo.base + path, json=body, headers=token, timeout=0.2)
    assert exists(qbo, "L") is (kind == "delay_after")
    end = time.monotonic() + 5
    while not exists(qbo, "L") and time.monotonic() < end:
        time.sleep(0.05)
    assert exists(qbo, "L") and sim.control.faults.fired == {kind: 1}


@pytest.mark.parametrize("kind", ["delay", "delay_after"])
def test_what_waits_does_not_happen_after_a_restore(make_sim, kind):
    """Else a late request of one test would strike the next one."""
    sim = make_sim()
    qbo = Client(sim)
    name, ended = sim.control.snapshot(), []
    sim.control.faults.add(kind, path="/customer", seconds=60)

    def send():
        try:
            single(qbo, "Late")
        except requests.ConnectionError as problem:
            ended.append(problem)

    thread = threading.Thread(target=send)
    thread.start()
    while not sim.control.faults.fired:
        time.sleep(0.01)
    time.sleep(0.1)
    sim.control.restore(name)
    thread.join(5)
    assert len(ended) == 1 and not thread.is_alive()
    assert "Late" not in [row["DisplayName"] for row in sim.control.entities("Customer")]


@FORMS
def test_xml_instead_of_json(qbo, sim, send):
    sim.control.faults.add("xml", path=path_of(send))
    reply = send(qbo, "X")
    assert reply.headers["Content-Type"].startswith("application/xml")
    root = ElementTree.fromstring(reply.content)
    assert root.tag == f"{NAMESPACE}IntuitResponse"
    names = [node.text for node in root.iter(f"{NAMESPACE}DisplayName")]
    assert names[0] == "X" and len(names) == (1 if send is single else 3)
    assert exists(qbo, "X")


def test_xml_of_a_fault_and_of_a_pdf(qbo, sim):
    sim.control.faults.add("xml", count=2)
    reply = qbo.post("/customer", customer("Cool Cars"))
    assert reply.status_code == 400 and 'code="6240"' in reply.text
    reply = qbo.request("GET", "/invoice/9/pdf", headers={"Accept": "application/pdf"})
    assert reply.text.startswith("<?xml") and "%PDF" not in reply.text


@FORMS
@pytest.mark.parametrize("replay", ["whole", "items"])
def test_requestid_forgotten(qbo, sim, send, replay):
    """It strikes only where an answer would have been replayed, and once per request."""
    sim.control.switch("batch_replay", replay)
    sim.control.faults.add("forget")
    assert send(qbo, "F", requestid="r").status_code == 200
    assert sim.control.faults.fired == {}
    assert "6240" in send(qbo, "F", requestid="r").text
    assert sim.control.faults.fired == {"forget": 1}
    assert sim.control.log(realm=sim.realm)[-1].faults == ["forget"]


def updates(qbo, count=3):
    made = [qbo.create("Customer", customer(f"U{n}")) for n in range(count)]
    return [
        {
            "bId": str(n),
            "operation": "update",
            "Customer": {"Id": row["Id"], "SyncToken": "0", "sparse": True, "Notes": "n"},
        }
        for n, row in enumerate(made)
    ]


def codes(reply):
    return [
        row["Fault"]["Error"][0]["code"] if "Fault" in row else ""
        for row in reply.json()["BatchItemResponse"]
    ]


def test_stale_means_single_changes_even_in_a_batch(qbo, sim):
    items = updates(qbo)
    items.append({"bId": "c", "operation": "create", "Customer": customer("New")})
    sim.control.faults.add("stale", count=2)
    assert codes(qbo.post("/batch", {"BatchItemRequest": items})) == ["5010", "5010", "", ""]
    assert sim.control.faults.fired == {"stale": 2}
    sim.control.faults.add("stale", entity="Customer", operation="update")
    qbo.refused("Customer", items[0]["Customer"], "5010")
    assert qbo.update("Customer", items[0]["Customer"])["SyncToken"] == "1"


def test_a_new_object_cannot_be_stale(qbo, sim):
    sim.control.faults.add("stale")
    assert single(qbo, "New").status_code == 200 and sim.control.faults.fired == {}


def test_refusal_of_positions_of_a_batch(qbo, sim):
    sim.control.faults.add("fault", items=[0, 2, 9], code="6210", detail="closed")
    assert codes(batch(qbo, "P")) == ["6210", "", "6210"]
    assert sim.control.faults.fired == {"fault 6210": 2}
    assert codes(batch(qbo, "Q")) == ["", "", ""]


def test_refusal_of_positions_waits_for_a_batch_that_has_them(qbo, sim):
    sim.control.faults.add("fault", items=[2], code="6210")
    assert single(qbo, "S").status_code == 200
    short = [{"bId": "1", "Query": "select * from Term"}]
    assert codes(qbo.post("/batch", {"BatchItemRequest": short})) == [""]
    assert codes(batch(qbo, "P")) == ["", "", "6210"]


def test_every_item_tries_its_luck(qbo, sim):
    """The same rule strikes single calls, so that a long run needs only one."""
    options = {"per_item": True, "count": None, "probability": 0.3, "entity": "Invoice"}

    def run():
        sim.control.faults.clear()
        sim.control.faults.reset_fired()
        sim.control.faults.add("fault", code="6000", seed=5, **options)
        items = [{"bId": str(n), "operation": "create", "Invoice": invoice()} for n in range(25)]
        items.append({"bId": "q", "Query": "select * from Term"})
        found = codes(qbo.post("/batch", {"BatchItemRequest": items}))
        alone = [qbo.post("/invoice", invoice()).status_code for _ in range(20)]
        return found, alone, sim.control.faults.fired

    found, alone, fired = run()
    assert 2 < found.count("6000") < 20 and 0 < alone.count(400) < 15 and found[-1] == ""
    assert fired == {"fault 6000": found.count("6000") + alone.count(400)}
    assert run() == (found, alone, fired)


def test_per_item_by_operation(qbo, sim):
    items = updates(qbo, 2)
    items.insert(1, {"bId": "c", "operation": "create", "Customer": customer("New")})
    sim.control.faults.add("fault", per_item=True, operation="create", count=None, code="6000")
    assert codes(qbo.post("/batch", {"BatchItemRequest": items})) == ["", "6000", ""]


def test_refusal_of_a_whole_batch(qbo, sim):
    sim.control.faults.add("fault", path="/batch", code="6190")
    assert batch(qbo, "W").status_code == 400 and not exists(qbo, "W")
    assert sim.control.faults.fired == {"fault 6190": 1}


@FORMS
@pytest.mark.parametrize(
    "kind, options",
    [
        ("drop_before", {}),
        ("drop_after", {}),
        ("truncate", {}),
        ("xml", {}),
        ("malformed", {}),
        ("status", {"status": 401}),
        ("status", {"status": 403}),
        ("status", {"status": 429}),
        ("status", {"status": 500}),
        ("status", {"status": 503}),
        ("fault", {"code": "6000"}),
    ],
)
def test_luck_with_a_seed_is_repeatable(qbo, sim, send, kind, options):
    def run():
        sim.control.faults.clear()
        sim.control.faults.reset_fired()
        sim.control.faults.add(
            kind, path=path_of(send), count=None, probability=0.4, seed=11, **options
        )
        struck = []
        for _ in range(12):
            try:
                reply = send(qbo, "Cool Cars")  # exists: the books stay as they are
                struck.append(bool(sim.control.log()[-1].faults))
                reply.close()
            except requests.RequestException:
                struck.append(True)
        return struck, sum(sim.control.faults.fired.values())

    struck, fired = run()
    assert 0 < sum(struck) < 12 and fired == sum(struck)
    assert run() == (struck, fired)


def test_only_what_can_show_is_counted(qbo, sim):
    """A request that is never executed has no answer to be lost, and one fault spoils it."""
    sim.control.faults.add("drop_after", count=None)
    sim.control.faults.add("truncate", count=None)
    sim.control.faults.add("status", status=503, count=1)
    assert qbo.get("/customer/1").status_code == 503
    assert sim.control.faults.fired == {"status 503": 1}
    with pytest.raises(requests.ConnectionError):
        qbo.get("/customer/1")
    assert sim.control.faults.fired == {"drop_after": 1, "status 503": 1}


def test_rotation_and_loss_of_a_refresh_answer(qbo, sim):
    tokens = sim.control.token()
    sim.control.faults.add("rotate", count=1)
    sim.control.faults.add("drop_after", operation="token")
    assert qbo.get("/customer/1").status_code == 200  # neither means this request
    data = {"grant_type": "refresh_token", "refresh_token": tokens["refresh_token"]}
    url = f"{sim.url}/oauth2/v1/tokens/bearer"
    auth = (sim.client_id, sim.client_secret)
    with pytest.raises(requests.ConnectionError):
        requests.post(url, data=data, auth=auth, timeout=5)
    assert requests.post(url, data=data, auth=auth, timeout=5).json()["error"] == "invalid_grant"
    assert sim.control.faults.fired == {"drop_after": 1, "rotate": 1}


def test_tally_over_http_survives_the_rules(qbo, sim):
    base = f"{sim.url}/_sim"
    requests.post(f"{base}/faults", json={"kind": "status", "status": 503}, timeout=5)
    qbo.get("/customer/1")
    requests.delete(f"{base}/faults", timeout=5)
    assert requests.get(f"{base}/fired", timeout=5).json() == {"status 503": 1}
    requests.delete(f"{base}/fired", timeout=5)
    assert requests.get(f"{base}/fired", timeout=5).json() == {}


@pytest.mark.parametrize(
    "kind, options",
    [
        ("nonsense", {}),
        ("drop_after", {"items": [1]}),
        ("status", {"per_item": True}),
        ("status", {"probability": 1.5}),
    ],
)
def test_rules_that_make_no_sense_are_refused(sim, kind, options):
    with pytest.raises(ValueError):
        sim.control.faults.add(kind, **options)
    reply = requests.post(f"{sim.url}/_sim/faults", json={"kind": kind, **options}, timeout=5)
    assert reply.status_code == 400 and "error" in reply.json()


@FORMS
@pytest.mark.parametrize("code", ["600", "6240"])
def test_a_repeated_request_can_be_refused(qbo, sim, send, code):
    """What QuickBooks says when it knows the id but not the answer, or only the name."""
    assert send(qbo, "R", requestid="r").status_code == 200
    sim.control.faults.add("fault", path=path_of(send), code=code)
    assert code in send(qbo, "R", requestid="r").text
    assert send(qbo, "R", requestid="r").status_code == 200
    assert sim.control.faults.fired == {f"fault {code}": 1}


def test_positions_meant_for_a_batch_that_is_replayed_do_not_strike_a_later_one(qbo, sim):
    assert batch(qbo, "P", requestid="r").status_code == 200
    sim.control.faults.add("fault", items=[0], code="6210")
    assert codes(batch(qbo, "P", requestid="r")) == ["", "", ""]
    assert codes(batch(qbo, "Q", requestid="s")) == ["", "", ""]
    assert sim.control.faults.fired == {}
