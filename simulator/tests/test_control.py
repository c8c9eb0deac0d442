"""FACTS 13 and the injected faults, the request log, snapshots, state and loading."""

import json
import os
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import pytest
import requests
from conftest import Client, invoice, payment

from simulator.server import Simulator

ROOT = Path(__file__).resolve().parents[2]


# limits -----------------------------------------------------------------------------------------


@pytest.fixture
def limited(sim):
    sim.control.clock.freeze()
    sim.control.limits.on = True
    yield sim
    sim.control.limits.on = False
    sim.control.clock.thaw()


def burst(qbo, count, path="/customer/1"):
    return [qbo.get(path).status_code for _ in range(count)]


def test_13_ten_per_second_and_app(limited):
    qbo = Client(limited)
    assert burst(qbo, 12) == [200] * 10 + [429] * 2
    limited.control.move_clock(1.1)
    assert burst(qbo, 1) == [200]


def test_13_five_hundred_per_minute_and_realm(limited):
    qbo, codes = Client(limited), []
    for _ in range(51):
        codes += burst(qbo, 10)
        limited.control.move_clock(1.01)
    assert codes.count(200) == 500 and codes[500:] == [429] * 10
    limited.control.move_clock(60)
    qbo.login()
    assert burst(qbo, 1) == [200]


def test_13_forty_batches_per_minute(limited):
    qbo, codes = Client(limited), []
    for _ in range(42):
        codes.append(qbo.post("/batch", {"BatchItemRequest": []}).status_code)
        limited.control.move_clock(0.5)
    assert codes == [200] * 40 + [429] * 2


def test_14_56_with_limits_names_are_written_one_at_a_time_in_every_company(make_sim):
    sim = make_sim(limits="intuit", seed_data=False)
    realms = (sim.realm, sim.add_company(profile="gb"))
    assert [sim.control.switch("one_name_at_a_time", realm=realm) for realm in realms] == [True] * 2
    sim.control.reset()
    assert [sim.control.switch("one_name_at_a_time", realm=realm) for realm in realms] == [True] * 2
    sim.control.switch("one_name_at_a_time", False)
    assert sim.control.switch("one_name_at_a_time") is False


def test_13_hundred_and_twenty_batches_per_minute_and_realm(limited):
    """Four apps of one company, each within its own 40."""
    codes = []
    for number in range(4):
        qbo = Client(limited)
        with limited.transaction():
            limited.oauth.register(f"app{number}", "secret")
            client = f"app{number}"
            limited.db.execute(
                "UPDATE grant_ SET client = ? WHERE id = (SELECT MAX(id) FROM grant_)", (client,)
            )
            limited.forget_caches()
        for _ in range(31):
            codes.append(qbo.post("/batch", {"BatchItemRequest": []}).status_code)
            limited.control.move_clock(0.2)
    assert codes == [200] * 120 + [429] * 4


def test_13_ten_at_a_time(limited):
    limited.latency = 0.4
    try:
        qbo = Client(limited)
        limited.control.clock.thaw()
        codes = []
        threads = [
            threading.Thread(
                target=lambda: codes.append(
                    requests.get(
                        qbo.base + "/customer/1", headers=dict(qbo.session.headers), timeout=10
                    ).status_code
                )
            )
            for _ in range(12)
        ]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
        assert sorted(codes) == [200] * 10 + [429] * 2
    finally:
        limited.latency = 0.0


def test_13_metering_counts_answers_with_2xx(qbo, sim):
    qbo.create("Customer", {"DisplayName": "M"})
    qbo.read("Customer", "1")
    qbo.query("select * from Term")
    qbo.get("/customer/999")
    counters = sim.control.counters()
    assert (counters["writes"], counters["reads"]) == (1, 2)


def test_latency_per_call_and_per_batch_item(make_sim):
    sim = make_sim(latency_ms=60, item_latency_ms=30)
    qbo = Client(sim)
    start = time.perf_counter()
    qbo.get("/customer/1")
    one = time.perf_counter() - start
    qbo.post(
        "/batch",
        {"BatchItemRequest": [{"bId": str(n), "Query": "select * from Term"} for n in range(4)]},
    )
    assert one >= 0.06 and time.perf_counter() - start - one >= 0.18


# injected faults --------------------------------------------------------------------------------


def test_drop_before_and_after_commit(qbo, sim):
    for kind, exists in (("drop_before", False), ("drop_after", True)):
        sim.control.faults.add(kind, path="/customer$", method="POST")
        with pytest.raises(requests.ConnectionError):
            qbo.post("/customer", {"DisplayName": kind}, requestid=kind)
        found = qbo.rows("Customer", f"select * from Customer where DisplayName = '{kind}'")
        assert bool(found) is exists
        again = qbo.create("Customer", {"DisplayName": kind}, requestid=kind)
        assert not exists or again["Id"] == found[0]["Id"]
    assert [entry.status for entry in sim.control.log(path="/customer")].count(0) == 2


def test_truncated_and_malformed_and_xml_and_html(qbo, sim):
    sim.control.faults.add("truncate", operation="read")
    with pytest.raises(requests.RequestException):
        qbo.get("/customer/1")
    sim.control.faults.add("malformed", operation="read")
    with pytest.raises(ValueError):
        qbo.get("/customer/1").json()
    sim.control.faults.add("xml", operation="read")
    assert qbo.get("/customer/1").headers["Content-Type"].startswith("application/xml")
    sim.control.faults.add("html", operation="read", status=502)
    reply = qbo.get("/customer/1")
    assert reply.status_code == 502 and reply.text.startswith("<html>")
    assert qbo.get("/customer/1").status_code == 200


@pytest.mark.parametrize("status", [401, 403, 429, 500, 503])
def test_statuses(qbo, sim, status):
    sim.control.faults.add("status", status=status)
    assert qbo.post("/customer", {"DisplayName": "S"}).status_code == status
    assert qbo.rows("Customer", "select * from Customer where DisplayName = 'S'") == []


def test_stale_and_any_fault(qbo, sim):
    made = qbo.create("Customer", {"DisplayName": "S"})
    sim.control.faults.add("stale", entity="Customer", operation="update")
    body = {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Notes": "x"}
    qbo.refused("Customer", body, "5010")
    assert qbo.update("Customer", body)
    sim.control.faults.add("fault", entity="Invoice", code="6210", detail="closed")
    assert qbo.refused("Invoice", invoice(), "6210")["Detail"] == "closed"


def test_13_requests_are_cut_off_after_120_seconds(qbo, sim, monkeypatch):
    monkeypatch.setattr("simulator.inject.RUNTIME", 0.1)
    sim.control.faults.add("delay", seconds=130)
    assert qbo.get("/customer/1").status_code == 504


def test_delay(qbo, sim):
    sim.control.faults.add("delay", seconds=0.2)
    start = time.perf_counter()
    qbo.get("/customer/1")
    assert time.perf_counter() - start >= 0.2


def test_counts_skips_and_probability(qbo, sim):
    sim.control.faults.add("status", status=503, skip=2, count=2)
    assert burst(qbo, 6) == [200, 200, 503, 503, 200, 200]
    sim.control.faults.clear()
    sim.control.faults.add("status", status=503, count=None, probability=0.5, seed=7)
    first = burst(qbo, 12)
    sim.control.faults.clear()
    sim.control.faults.add("status", status=503, count=None, probability=0.5, seed=7)
    assert burst(qbo, 12) == first and 0 < first.count(503) < 12


def test_entity_inside_a_batch(qbo, sim):
    sim.control.faults.add("status", status=503, entity="Invoice")
    items = [{"bId": "1", "operation": "create", "Customer": {"DisplayName": "B"}}]
    assert qbo.post("/batch", {"BatchItemRequest": items}).status_code == 200
    items.append({"bId": "2", "operation": "create", "Invoice": invoice()})
    assert qbo.post("/batch", {"BatchItemRequest": items}).status_code == 503


def test_some_items_of_a_batch(qbo, sim):
    sim.control.faults.add("stale", items=[0, 2])
    items = [
        {"bId": str(n), "operation": "create", "Customer": {"DisplayName": f"B{n}"}}
        for n in range(3)
    ]
    answers = qbo.post("/batch", {"BatchItemRequest": items}).json()["BatchItemResponse"]
    assert [("Fault" in row) for row in answers] == [True, False, True]


def test_forgotten_requestid(qbo, sim):
    first = qbo.create("Invoice", invoice(), requestid="r")
    sim.control.faults.add("forget")
    assert qbo.create("Invoice", invoice(), requestid="r")["Id"] != first["Id"]


def test_realm_of_a_fault(qbo, sim):
    sim.control.faults.add("status", status=503, realm="other")
    assert burst(qbo, 1) == [200]


# control over HTTP ------------------------------------------------------------------------------


def control(sim, name, body=None, method=None, **params):
    method = method or ("GET" if body is None else "POST")
    reply = requests.request(method, f"{sim.url}/_sim/{name}", params=params, timeout=10, json=body)
    assert reply.status_code == 200, reply.text
    return reply.json()


def test_http_info_and_token(sim):
    info = control(sim, "info")
    assert info["realm"] == sim.realm and info["client_id"] == sim.client_id
    token = control(sim, "token", {})
    assert token["access_token"] and token["refresh_token"]


def test_http_faults_log_counters(sim, qbo):
    rule = control(sim, "faults", {"kind": "status", "status": 503, "probability": 1})
    assert burst(qbo, 2) == [503, 200]
    control(sim, f"faults/{rule['id']}", method="DELETE")
    log = control(sim, "requests", path="/customer/1")
    assert [entry["status"] for entry in log][-2:] == [503, 200]
    assert {"method", "path", "query", "body", "status", "tid", "requestid", "time"} <= set(log[0])
    assert control(sim, "counters")["reads"] == 1


def test_http_entities_ledger_change(sim, qbo):
    assert len(control(sim, "entities/Customer")) == 29
    assert control(sim, "entities/Invoice/9")["DocNumber"] == "1001"
    ledger = control(sim, "ledger")
    assert ledger["problems"] == [] and ledger["postings"] and ledger["trial_balance"]
    made = control(sim, "change/Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": 5})
    assert qbo.read("Payment", made["Id"])["TotalAmt"] == 5


def test_http_settings(sim, qbo):
    control(sim, "switches", {"duplicate_detail": "null"})
    assert control(sim, "switches")["duplicate_detail"] == "null"
    control(sim, "preferences", {"CustomTxnNumbers": True, "BookCloseDate": "2026-01-31"})
    assert qbo.read("Preferences", "1")["AccountingInfoPrefs"]["BookCloseDate"] == "2026-01-31"
    control(sim, "limits", {"throttle_after": 1})
    assert burst(qbo, 2) == [200, 429]
    control(sim, "limits", {"throttle_after": None})
    control(sim, "oauth", {"rotate_always": True})
    assert sim.control.oauth.rotate_always is True
    assert control(sim, "clock", {"days": 1})["offset"] == 86400
    assert (
        requests.post(f"{sim.url}/_sim/switches", json={"nope": 1}, timeout=10).status_code == 400
    )
    assert requests.get(f"{sim.url}/_sim/nope", timeout=10).status_code == 404


def test_http_snapshot_restore_reset(sim, qbo):
    name = control(sim, "snapshot", {})["snapshot"]
    qbo.create("Customer", {"DisplayName": "Gone"})
    control(sim, "restore", {"snapshot": name})
    text = "select * from Customer where DisplayName in ('Gone', 'Gone 2')"
    assert qbo.rows("Customer", text) == []
    qbo.create("Customer", {"DisplayName": "Gone 2"})
    control(sim, "reset", {})
    assert qbo.rows("Customer", text) == [] and qbo.read("Customer", "1")["SyncToken"] == "0"


# state and loading ------------------------------------------------------------------------------


def test_state_survives_a_restart(tmp_path):
    path = str(tmp_path / "state.db")
    with Simulator(state=path) as sim:
        qbo = Client(sim)
        made = qbo.create("Invoice", invoice(), requestid="r")
        token, clients = qbo.token, (sim.client_id, sim.client_secret)
        realm = sim.realm
    with Simulator(state=path) as sim:
        assert (sim.client_id, sim.client_secret) == clients and sim.realm == realm
        qbo = Client(sim)
        assert qbo.read("Invoice", made["Id"])["DocNumber"] == made["DocNumber"]
        assert qbo.create("Invoice", invoice(), requestid="r")["Id"] == made["Id"]
        qbo.session.headers["Authorization"] = f"Bearer {token}"
        assert qbo.get("/customer/1").status_code == 200
        assert sim.control.problems() == []


def test_a_killed_process_loses_nothing_committed(tmp_path):
    command = [sys.executable, "-m", "simulator", "--state", str(tmp_path / "kill.db")]
    env = {**os.environ, "PYTHONPATH": str(ROOT)}

    def start():
        process = subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env=env, cwd=ROOT)
        words = process.stdout.readline().split()
        assert words[:2] == ["simulator", "ready"], words
        return process, dict(word.split("=", 1) for word in words[2:])

    process, info = start()
    token = requests.post(f"{info['url']}/_sim/token", json={}, timeout=10).json()
    headers = {"Authorization": f"Bearer {token['access_token']}", "Accept": "application/json"}
    base = f"{info['url']}/v3/company/{info['realm']}"
    made = [
        requests.post(
            f"{base}/customer", json={"DisplayName": f"K{n}"}, headers=headers, timeout=10
        ).json()["Customer"]["Id"]
        for n in range(5)
    ]
    process.send_signal(signal.SIGKILL)
    process.wait()
    process, info = start()
    try:
        base = f"{info['url']}/v3/company/{info['realm']}"
        for ident in made:
            assert (
                requests.get(f"{base}/customer/{ident}", headers=headers, timeout=10).status_code
                == 200
            )
    finally:
        process.terminate()
        assert process.wait(10) == 0


RAW = (
    '{"Weird": {"kept": [1, 2.50]}, "Id": "4711", "SyncToken": "3", "DocNumber": "2044", '
    '"TxnDate": "2026-10-01", "TotalAmt": 50.0, "Balance": 20.00, "CustomerRef": '
    '{"value": "900", "name": "Raw"}, "CurrencyRef": {"value": "USD"}, "Line": [{"Id": "1", '
    '"Amount": 50.0, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": '
    '{"ItemRef": {"value": "1"}}}], "MetaData": {"CreateTime": "2026-10-01T10:00:00-07:00", '
    '"LastUpdatedTime": "2026-10-02T10:00:00-07:00"}}'
)
CUSTOMER = (
    '{"Id": "900", "SyncToken": "7", "DisplayName": "Raw", "FullyQualifiedName": "Raw", '
    '"Active": true, "Balance": 20.00, "BalanceWithJobs": 20.00, "Job": false, '
    '"CurrencyRef": {"value": "USD"}, "Taxable": false}'
)


@pytest.fixture
def loaded(tmp_path, make_sim):
    (tmp_path / "Invoice.json").write_text(f"[{RAW}]")
    (tmp_path / "Customer.json").write_text(f"[{CUSTOMER}]")
    sim = make_sim(load=str(tmp_path), seed_data=False)
    return sim, Client(sim)


def test_loaded_objects_are_served_unchanged(loaded):
    _sim, qbo = loaded
    assert RAW in qbo.get("/invoice/4711").text
    assert RAW in qbo.get("/query", query="select * from Invoice where DocNumber = '2044'").text
    text = "select * from Invoice where MetaData.LastUpdatedTime = '2026-10-02T10:00:00-07:00'"
    assert len(qbo.rows("Invoice", text)) == 1


def test_counters_continue_above_what_was_loaded(loaded):
    _sim, qbo = loaded
    made = qbo.create("Invoice", invoice(5, customer="900"))
    assert made["Id"] == "4712" and made["DocNumber"] == "2045"
    assert qbo.create("Customer", {"DisplayName": "Next"})["Id"] == "901"


def test_an_exported_company_can_be_loaded_again(qbo, sim, tmp_path, make_sim):
    kinds = [
        "Account",
        "Customer",
        "Vendor",
        "Item",
        "Invoice",
        "Payment",
        "CreditMemo",
        "Bill",
        "BillPayment",
        "Purchase",
        "Deposit",
        "JournalEntry",
        "SalesReceipt",
        "Estimate",
        "PurchaseOrder",
    ]
    for kind in kinds:
        text = qbo.get("/query", query=f"select * from {kind} maxresults 1000").text
        rows = text[text.index("[") : text.rindex("]") + 1]
        (tmp_path / f"{kind}.json").write_text(rows)
    other = Client(make_sim(load=str(tmp_path)))
    # Opening stock is no document, so only inventory and its counterpart may differ.
    wrong = [text for text in other.sim.control.problems() if "Account" not in text]
    assert wrong == []
    for name in ("AgedReceivables", "AgedPayables", "ProfitAndLoss"):
        one, two = (c.ok(c.get(f"/reports/{name}", date_macro="This Year")) for c in (qbo, other))
        assert one["Rows"] == two["Rows"], name
    checking = other.read("Account", "35")["CurrentBalance"]
    assert checking == qbo.read("Account", "35")["CurrentBalance"]
    made = other.create("Payment", payment(7, DepositToAccountRef={"value": "35"}))
    assert other.read("Account", "35")["CurrentBalance"] == checking + 7 and made["Id"]
    assert [text for text in other.sim.control.problems() if "Account" not in text] == []


def test_a_loaded_list_replaces_the_profiles_own(tmp_path, make_sim):
    (tmp_path / "Term.json").write_text('[{"Id": "40", "Name": "Odd", "Active": true}]')
    qbo = Client(make_sim(load=str(tmp_path)))
    assert [row["Id"] for row in qbo.rows("Term", "select * from Term")] == ["40"]
    assert qbo.query("select count(*) from Customer")["totalCount"] == 0
    assert qbo.query("select count(*) from PaymentMethod")["totalCount"] == 7


def test_loaded_objects_live_on_when_modified(loaded):
    sim, qbo = loaded
    paid = qbo.create("Payment", payment(15, ("4711", 15), customer="900"))
    after = qbo.read("Invoice", "4711")
    assert after["Balance"] == 5 and after["SyncToken"] == "4" and after["Weird"]
    assert after["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": "Payment"}]
    assert qbo.read("Customer", "900")["Balance"] == 5
    new = qbo.update(
        "Invoice", {"Id": "4711", "SyncToken": "4", "sparse": True, "PrivateNote": "x"}
    )
    assert new["Balance"] == 5 and new["TotalAmt"] == 50


def test_loaded_objects_touched_by_others_still_enter_the_ledger(loaded):
    sim, qbo = loaded
    qbo.create("Payment", payment(15, ("4711", 15), customer="900"))
    rows = [row for row in sim.control.ledger() if row["kind"] == "Invoice"]
    assert sorted(row["home"] for row in rows) == [-50, 50]


def test_loaded_ledger_balances(loaded):
    sim, qbo = loaded
    rows = sim.control.ledger()
    assert sum(row["home"] for row in rows) == 0


def test_loaded_references_may_point_nowhere(tmp_path, make_sim):
    lost = RAW.replace('"ItemRef": {"value": "1"}', '"ItemRef": {"value": "888"}')
    (tmp_path / "Invoice.json").write_text(f"[{lost}]")
    sim = make_sim(load=str(tmp_path))
    qbo = Client(sim)
    new = qbo.update(
        "Invoice", {"Id": "4711", "SyncToken": "3", "sparse": True, "PrivateNote": "x"}
    )
    assert new["Balance"] == 20 and new["CustomerRef"]["value"] == "900"
    assert sum(row["home"] for row in sim.control.ledger()) == 0
    for name in ("AgedReceivables", "BalanceSheet", "GeneralLedger", "TransactionList"):
        assert qbo.get(f"/reports/{name}", date_macro="All").status_code == 200
    sim.control.switch("delete_paid", "unlink")
    gone = qbo.ok(qbo.post("/invoice", {"Id": "4711", "SyncToken": "4"}, operation="delete"))
    assert gone["Invoice"]["status"] == "Deleted"


def test_loading_refuses_unknown_entities(tmp_path):
    (tmp_path / "Nonsense.json").write_text("[]")
    with pytest.raises(ValueError, match="no such entity"):
        Simulator(load=str(tmp_path))


def test_an_empty_company_has_its_profile(make_sim):
    qbo = Client(make_sim(seed_data=False))
    assert qbo.query("select count(*) from Customer")["totalCount"] == 0
    assert len(qbo.rows("TaxCode", "select * from TaxCode")) == 5
    assert len(qbo.rows("Term", "select * from Term")) == 5
    assert qbo.create("Customer", {"DisplayName": "First"})["Id"] == "1"


# companies and clients --------------------------------------------------------------------------


def test_several_simulators_in_one_process(make_sim):
    one, two = make_sim(), make_sim(profile="gb")
    Client(one).create("Customer", {"DisplayName": "Only here"})
    assert (
        Client(two).rows("Customer", "select * from Customer where DisplayName = 'Only here'") == []
    )


def test_a_token_opens_one_company_only(make_sim):
    sim = make_sim()
    other = sim.add_company(profile="ca")
    qbo = Client(sim, other)
    assert qbo.read("CompanyInfo", other)["Country"] == "CA"
    qbo.base = f"{sim.url}/v3/company/{sim.realm}"
    assert qbo.get("/companyinfo/1").status_code == 403


def test_command_line_clients():
    from simulator.__main__ import client, parser

    options = parser().parse_args(["--client", "a|b|https://x/cb", "--client", "c|d"])
    assert options.client == [("a", "b", "https://x/cb"), ("c", "d")]
    with pytest.raises(Exception, match="expected"):
        client("only-an-id")


def test_concurrent_writers_keep_the_books(qbo, sim):
    errors = []

    def work(number):
        mine = Client(sim)
        for n in range(5):
            made = mine.create("Invoice", invoice(10 + n, customer=str(number)))
            mine.create("Payment", payment(5, (made["Id"], 5), customer=str(number)))

    threads = [threading.Thread(target=lambda n=n: errors.append(work(n))) for n in (1, 2, 3, 4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert errors == [None] * 4 and sim.control.problems() == []
    numbers = [row["DocNumber"] for row in sim.control.entities("Invoice")]
    assert len(numbers) == len(set(numbers)) == 51


def test_the_server_listens_on_loopback_only(sim):
    assert sim._server.server_address[0] == "127.0.0.1"


def test_json_of_the_log_is_complete(qbo, sim):
    qbo.create("Customer", {"DisplayName": "Logged"}, requestid="rid")
    entry = sim.control.log(path="/customer", method="POST")[-1]
    assert json.loads(entry.body) == {"DisplayName": "Logged"} and entry.requestid == "rid"
    assert entry.status == 200 and json.loads(entry.answer)["Customer"]
