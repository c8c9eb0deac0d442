"""A running simulator per test, and a small HTTP client without any library's opinion."""

import json
import sqlite3
from decimal import Decimal

import pytest
import requests

from simulator.server import Database, Simulator

JSON = {"Accept": "application/json", "Content-Type": "application/json"}


def watched(database, *statement):
    """Refuses to work for a thread that does not hold the simulator's lock."""
    assert database.lock is None or database.lock._is_owned(), "database used without the lock"
    return sqlite3.Connection.execute(database, *statement)


Database.execute = watched


class Client:
    """Raw calls to one company."""

    def __init__(self, sim, realm=None):
        self.sim, self.realm = sim, realm or sim.realm
        self.session = requests.Session()
        self.session.trust_env = False
        self.session.headers.update(JSON)
        self.base = f"{sim.url}/v3/company/{self.realm}"
        self.login()

    def login(self):
        self.token = self.sim.control.token(self.realm)["access_token"]
        self.session.headers["Authorization"] = f"Bearer {self.token}"

    def request(self, method, path, **options):
        return self.session.request(method, self.base + path, timeout=30, **options)

    def post(self, path, body, **params):
        return self.request("POST", path, data=json.dumps(body, default=float), params=params)

    def get(self, path, **params):
        return self.request("GET", path, params=params)

    def ok(self, answer):
        assert answer.status_code == 200, answer.text
        return json.loads(answer.text, parse_float=Decimal)

    def create(self, kind, body, **params):
        return self.ok(self.post(f"/{kind.lower()}", body, **params))[kind]

    update = create

    def read(self, kind, ident, **params):
        return self.ok(self.get(f"/{kind.lower()}/{ident}", **params))[kind]

    def query(self, text):
        return self.ok(self.get("/query", query=text))["QueryResponse"]

    def rows(self, kind, text):
        return self.query(text).get(kind, [])

    def delete(self, kind, obj):
        return self.ok(
            self.post(
                f"/{kind.lower()}",
                {"Id": obj["Id"], "SyncToken": obj["SyncToken"]},
                operation="delete",
            )
        )[kind]

    def fault(self, answer, code, status=400):
        """The first error entry of an answer that must be this fault."""
        assert answer.status_code == status, answer.text
        entry = answer.json()["Fault"]["Error"][0]
        assert entry["code"] == code, answer.text
        return entry

    def refused(self, kind, body, code, **params):
        return self.fault(self.post(f"/{kind.lower()}", body, **params), code)


def line(amount, item="1", tax=None, **detail):
    """A sales line."""
    inner = {"ItemRef": {"value": item}} | detail
    if tax:
        inner["TaxCodeRef"] = {"value": tax}
    return {"Amount": amount, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": inner}


def invoice(amount=100, customer="1", **more):
    return {"CustomerRef": {"value": customer}, "Line": [line(amount)]} | more


def expense(amount, account="7", **detail):
    return {
        "Amount": amount,
        "DetailType": "AccountBasedExpenseLineDetail",
        "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}} | detail,
    }


def payment(amount, *links, customer="1", **more):
    """``links``: (invoice id, amount) or (id, amount, type)."""
    return {
        "CustomerRef": {"value": customer},
        "TotalAmt": amount,
        "Line": [
            {"Amount": part, "LinkedTxn": [{"TxnId": ident, "TxnType": (kind or ["Invoice"])[0]}]}
            for ident, part, *kind in links
        ],
    } | more


@pytest.fixture(scope="session")
def _shared():
    """One simulator for all tests of a session; every test starts from its seed."""
    sim = Simulator().start()
    sim.seeded = sim.control.snapshot()
    yield sim
    sim.stop()


@pytest.fixture
def sim(_shared):
    control = _shared.control
    _shared.last_error = None
    control.restore(_shared.seeded)
    control.faults.clear()
    control.faults.reset_fired()
    control.clear_log()
    control.limits.on, control.limits.throttle_after = False, None
    control.limits.reset()
    control.clock.offset = 0.0
    control.clock.thaw()
    hooks = control.webhooks
    hooks.legacy = hooks.paused = hooks.shuffle = False
    hooks.duplicate, hooks.deliveries = 0, []
    hooks._queues.clear()
    control.oauth.rotate_always = control.oauth.abuse_revokes = False
    control.oauth.grace_seconds = 86400
    yield _shared
    assert not _shared.last_error, _shared.last_error


@pytest.fixture
def qbo(sim):
    return Client(sim)


@pytest.fixture
def make_sim():
    """Further simulators, stopped at the end."""
    started = []

    def make(**options):
        sim = Simulator(**options).start()
        started.append(sim)
        return sim

    yield make
    for sim in started:
        sim.stop()
