"""Snapshots: restored while requests run, after faults, and with other companies than before."""

import threading
import time

import pytest
import requests
from conftest import Client, invoice


def test_restore_while_faulted_requests_are_under_way(make_sim):
    """Tests restore between two cases while server threads of the first one still run."""
    sim = make_sim()
    sim.control.token()
    client = Client(sim)
    name = sim.control.snapshot()
    sim.control.faults.add("drop_after", count=None, probability=0.3, seed=1)
    sim.control.faults.add("fault", count=None, probability=0.3, seed=2)
    stop, answers = threading.Event(), set()

    def hammer():
        session = requests.Session()
        session.trust_env = False
        session.headers.update(client.session.headers)
        while not stop.is_set():
            try:
                reply = session.post(f"{client.base}/invoice", json=invoice(), timeout=10)
                answers.add(reply.status_code)
            except requests.ConnectionError:
                answers.add("dropped")

    threads = [threading.Thread(target=hammer) for _ in range(4)]
    for thread in threads:
        thread.start()
    try:
        end = time.monotonic() + 2
        while time.monotonic() < end:
            sim.control.restore(name)
            time.sleep(0.005)
    finally:
        stop.set()
        for thread in threads:
            thread.join()
    assert sim.last_error is None, sim.last_error
    assert answers == {200, 400, "dropped"}


def test_an_unknown_token_in_many_threads_at_once_is_always_401(make_sim):
    """Looking up a token that is not cached must not disturb other threads' statements."""
    sim = make_sim()
    client, answers = Client(sim), []

    def ask():
        for _ in range(40):
            answers.append(
                requests.get(
                    f"{client.base}/customer/1",
                    headers={"Authorization": "Bearer " + "x" * 40},
                    timeout=10,
                ).status_code
            )

    threads = [threading.Thread(target=ask) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert set(answers) == {401} and sim.last_error is None, sim.last_error


def test_the_database_is_used_under_the_lock_only(sim):
    """The connection of these tests refuses to work for a thread that does not hold the lock."""
    with pytest.raises(AssertionError, match="lock"):
        sim.db.execute("SELECT 1")
    with sim.lock:
        assert sim.db.execute("SELECT 1").fetchone() == (1,)


def test_restore_forgets_companies_added_after_the_snapshot(make_sim):
    sim = make_sim()
    name = sim.control.snapshot()
    realm = sim.add_company(profile="gb")
    client, later = Client(sim, realm), sim.control.snapshot()
    assert client.read("CompanyInfo", "1")["Country"] == "GB"
    sim.control.restore(name)
    assert list(sim.companies) == [sim.realm]
    page = requests.get(
        f"{sim.url}/connect/oauth2",
        params={
            "client_id": sim.client_id,
            "redirect_uri": "http://localhost:1/cb",
            "response_type": "code",
            "scope": "com.intuit.quickbooks.accounting",
            "state": "s",
        },
        timeout=10,
    )
    assert page.status_code == 200 and realm not in page.text
    assert client.get("/companyinfo/1").status_code == 401  # its token was issued later, too
    sim.control.restore(later)
    assert sorted(sim.companies) == sorted([sim.realm, realm])
    assert client.read("CompanyInfo", "1")["Country"] == "GB"
    assert client.create("Customer", {"DisplayName": "Back again"})
    assert sim.last_error is None


def test_restore_brings_subscriptions_back_and_drops_notifications_of_the_undone(make_sim):
    sim = make_sim(webhook_url="http://127.0.0.1:9/")  # nobody listens there
    sim.control.webhooks.paused = True
    client = Client(sim)
    name = sim.control.snapshot()
    client.create("Customer", {"DisplayName": "Undone"})
    sim.control.webhooks.deliver()
    assert sim.control.webhooks.pending() == 1
    sim.control.webhooks.subscribe(None)
    sim.control.restore(name)
    assert sim.control.webhooks.pending() == 0
    client.create("Customer", {"DisplayName": "Told"})
    sim.control.webhooks.deliver()
    assert sim.control.webhooks.pending() == 1


def test_restore_frees_the_state_file_for_a_restart(tmp_path, make_sim):
    path = str(tmp_path / "state.db")
    sim = make_sim(state=path)
    client = Client(sim)
    name = sim.control.snapshot()
    client.create("Customer", {"DisplayName": "Undone"})
    sim.control.restore(name)
    client.create("Customer", {"DisplayName": "Kept"})
    sim.stop()
    names = [row["DisplayName"] for row in make_sim(state=path).control.entities("Customer")]
    assert "Kept" in names and "Undone" not in names


CUSTOMER = '[{"Id": "900", "SyncToken": "0", "DisplayName": "Raw", "Active": true, "Balance": 0}]'


def test_reset_returns_to_what_was_loaded(tmp_path, make_sim):
    (tmp_path / "Customer.json").write_text(CUSTOMER)
    sim = make_sim(load=str(tmp_path))
    empty = sim.add_company(profile="us", seed_data=False)
    seeded = sim.add_company(profile="gb")
    client = Client(sim)
    client.update("Customer", {"Id": "900", "SyncToken": "0", "sparse": True, "Notes": "later"})
    sim.control.reset()
    assert CUSTOMER[1:-1] in client.get("/customer/900").text
    assert sim.control.entities("Customer", empty) == []
    assert len(sim.control.entities("Customer", seeded)) > 10


def test_a_state_file_is_not_loaded_over(tmp_path, make_sim):
    (tmp_path / "Customer.json").write_text(CUSTOMER)
    options = {"load": str(tmp_path), "state": str(tmp_path / "state.db")}
    sim = make_sim(**options)
    Client(sim).update("Customer", {"Id": "900", "SyncToken": "0", "sparse": True, "Notes": "kept"})
    sim.stop()
    assert Client(make_sim(**options)).read("Customer", "900")["Notes"] == "kept"
