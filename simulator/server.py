"""One simulator: its database, companies, clock and HTTP server.

    sim = Simulator(profile="us").start()
    sim.url, sim.realm, sim.client_id, sim.client_secret, sim.verifier
    sim.control.faults.add("drop_after", path="/invoice")
    sim.stop()

Nothing is global, so several simulators may live in one process.
"""

from __future__ import annotations

import secrets
import sqlite3
import threading
from contextlib import contextmanager

from . import loader, seed
from .app import App
from .clock import Clock
from .company import Company
from .control import Control
from .errors import Disconnect
from .exchange import Journal
from .faults import Faults
from .identity import Identity
from .limits import Limits
from .oauth import OAuth
from .rules import RULES
from .webhooks import Webhooks
from .wire import Server

DEFAULT_CLIENT = "ABSimulatorDefaultClientId000000000000000000001"
DEFAULT_SECRET = "SimulatorDefaultClientSecret00000000001"
DEFAULT_VERIFIER = "7d0c5c9e-5a1e-4f0a-9b7e-simulator-verifier"
REALMS = {
    "us": "9341453000000001",
    "gb": "9341453000000002",
    "ca": "9341453000000003",
    "au": "9341453000000004",
    "fr": "9341453000000005",
}


class Database(sqlite3.Connection):
    """Shared by all server threads, so whoever uses it holds ``lock``; the tests watch that."""

    lock = None  # set once other threads may come


class Simulator:
    """A QuickBooks Online stand-in on a loopback port."""

    def __init__(
        self,
        profile="us",
        port=0,
        limits="off",
        latency_ms=0,
        item_latency_ms=None,
        state=None,
        load=None,
        webhook_url=None,
        clients=(),
        seed_data=None,
        realm=None,
        any_client=False,
    ):
        self.lock = threading.RLock()
        self.clock = Clock()
        self.journal, self.faults = Journal(), Faults()
        self.limits = Limits(self.clock, on=limits == "intuit")
        self._limited = limits == "intuit"
        self.latency = latency_ms / 1000
        self.item_latency = (latency_ms / 10 if item_latency_ms is None else item_latency_ms) / 1000
        self.state, self.profile = state, profile
        self.seed_data = load is None if seed_data is None else seed_data
        self.companies, self._rollback, self._after_rollback = {}, False, []
        self.last_error = None  # traceback of the last internal error
        self.epoch, self._ended = 0, threading.Condition()
        self.db = sqlite3.connect(
            state or ":memory:",
            check_same_thread=False,
            isolation_level=None,
            cached_statements=1024,
            factory=Database,
        )
        self.db.execute("PRAGMA journal_mode = WAL")
        self.db.execute("PRAGMA synchronous = NORMAL")
        self.db.execute("CREATE TABLE IF NOT EXISTS realm (realm TEXT PRIMARY KEY, profile TEXT)")
        self.oauth = OAuth(self.db, self.clock, self.lock)
        self.oauth.any_client = any_client
        self.oauth.newcomer = DEFAULT_VERIFIER, webhook_url
        self.webhooks, self.identity = Webhooks(self), Identity(self)
        self._server = Server(port, App(self))
        self._register(clients, webhook_url)
        self._open_companies(realm, load)
        self.control = Control(self)
        self.db.lock = self.lock

    # set-up ---------------------------------------------------------------------------------

    def _register(self, clients, webhook_url):
        with self.transaction():
            if clients:
                for client, secret, *redirects in clients:
                    self.oauth.register(client, secret, redirects, DEFAULT_VERIFIER, webhook_url)
            else:
                self.oauth.register(
                    DEFAULT_CLIENT, DEFAULT_SECRET, (), DEFAULT_VERIFIER, webhook_url
                )
        first = clients[0] if clients else (DEFAULT_CLIENT, DEFAULT_SECRET)
        self.client_id, self.client_secret = first[0], first[1]
        self.verifier = DEFAULT_VERIFIER

    def _open_companies(self, realm, load):
        """Those of the state file, which is never loaded over, else the first one."""
        stored = self.db.execute("SELECT realm, profile FROM realm ORDER BY rowid").fetchall()
        for known, _profile in stored:
            self._attach(known)
        if stored:
            self.realm = stored[0][0]
        else:
            self.realm = realm or REALMS[self.profile]
            self.add_company(self.realm, self.profile, self.seed_data, load)

    def _attach(self, realm):
        company = Company(self.db, realm, self.clock)
        company.rules = RULES
        company.base_url = self.url
        company.hooked = self.webhooks.listening()
        company.one_name_at_a_time = self._limited
        self.companies[realm] = company
        return company

    def add_company(self, realm=None, profile="us", seed_data=True, load=None):
        """A further company; returns its realm id."""
        realm = realm or f"93414530{secrets.randbelow(10**8):08d}"
        with self.transaction():
            self.db.execute("INSERT OR REPLACE INTO realm VALUES (?, ?)", (realm, profile))
            origin = {"profile": profile, "seed_data": seed_data, "load": load and str(load)}
            self._plant(self._attach(realm), origin)
        return realm

    def _plant(self, company, origin):
        """Fill an empty company, and note how, for :meth:`replant`."""
        seed.plant(company, origin["profile"], origin["seed_data"])
        if origin["load"]:
            loader.load(company, origin["load"], replace=True)
        company.store.set_value("origin", origin)

    def replant(self):
        """Every company as it was when it was added."""
        with self.transaction():
            self._next_epoch()
            for company in self.companies.values():
                origin = company.store.value("origin")
                company.store.drop()
                company.forget_cache()
                self._plant(company, origin)
        self.webhooks.forget()

    def company(self, realm=None):
        return self.companies[realm or self.realm]

    # life -----------------------------------------------------------------------------------

    @property
    def port(self):
        return self._server.port

    @property
    def url(self):
        return f"http://127.0.0.1:{self.port}"

    def start(self):
        """Serve in a daemon thread."""
        self._server.start()
        self.webhooks.start()
        return self

    def stop(self):
        """Close the port; the state file keeps everything committed."""
        self._next_epoch()
        self.webhooks.stop()
        self._server.stop()
        with self.lock:
            self.db.close()

    def __enter__(self):
        return self.start()

    def __exit__(self, *_exc):
        self.stop()

    # requests under way ---------------------------------------------------------------------

    def _next_epoch(self):
        """The world is replaced: what was asked of the old one must not happen in the new one."""
        with self._ended:
            self.epoch += 1
            self._ended.notify_all()

    def check_epoch(self, epoch):
        """Drop the connection of a request that arrived before a restore, reset or stop."""
        if epoch != self.epoch:
            raise Disconnect

    def pause(self, seconds, epoch):
        """Let a request wait, but not beyond a restore, reset or stop."""
        with self._ended:
            self._ended.wait_for(lambda: self.epoch != epoch, timeout=seconds)
        self.check_epoch(epoch)

    # transactions ---------------------------------------------------------------------------

    @contextmanager
    def transaction(self):
        """Everything inside is committed together before anybody learns of it."""
        with self.lock:
            if self.db.in_transaction:
                yield self.db
                return
            self._rollback, self._after_rollback = False, []
            self.db.execute("BEGIN IMMEDIATE")
            try:
                yield self.db
            except BaseException:
                self._undo()
                raise
            if self._rollback:
                self._undo()
                for step in self._after_rollback:
                    step()
            else:
                self.db.execute("COMMIT")

    def mark_rollback(self):
        """The running transaction ends without effect (a fault is being answered)."""
        self._rollback = True

    def after_rollback(self, step):
        self._after_rollback.append(step)

    def _undo(self):
        self.db.execute("ROLLBACK")
        self.forget_caches()

    def forget_caches(self):
        self.oauth.forget_cache()
        for company in self.companies.values():
            company.forget_cache()

    def replace_database(self, copy):
        """Put a copy of the whole database in place of the present one."""
        with self.lock:
            self._next_epoch()
            copy.backup(self.db)
            self.forget_caches()
            self._reattach()
            self.webhooks.forget()

    def _reattach(self):
        """Companies in memory are those of the database, with its subscriptions."""
        stored = [row[0] for row in self.db.execute("SELECT realm FROM realm ORDER BY rowid")]
        kept = {realm: self.companies[realm] for realm in stored if realm in self.companies}
        self.companies = kept
        for realm in stored:
            if realm not in kept:
                self._attach(realm)
        self.webhooks.refresh()
