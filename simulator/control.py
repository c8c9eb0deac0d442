"""In-process control of a simulator; ``/_sim/`` offers the same over HTTP."""

from __future__ import annotations

import sqlite3
import uuid
from urllib.parse import parse_qs, urlsplit

from . import currencies, jsontext, seed
from .books import ledger_rows, problems, trial_balance
from .clock import parse_stamp
from .merge import merge
from .rules.lines import stored_rows
from .schema import ENTITIES
from .work import Work

PREFERENCES = {
    "CustomTxnNumbers": ("SalesFormsPrefs", "CustomTxnNumbers"),
    "AllowDeposit": ("SalesFormsPrefs", "AllowDeposit"),
    "AllowDiscount": ("SalesFormsPrefs", "AllowDiscount"),
    "AllowShipping": ("SalesFormsPrefs", "AllowShipping"),
    "AutoApplyCredit": ("SalesFormsPrefs", "AutoApplyCredit"),
    "AutoApplyPayments": ("SalesFormsPrefs", "AutoApplyPayments"),
    "BookCloseDate": ("AccountingInfoPrefs", "BookCloseDate"),
    "ClassTrackingPerTxn": ("AccountingInfoPrefs", "ClassTrackingPerTxn"),
    "ClassTrackingPerTxnLine": ("AccountingInfoPrefs", "ClassTrackingPerTxnLine"),
    "TrackDepartments": ("AccountingInfoPrefs", "TrackDepartments"),
    "TrackingByCustomer": ("VendorAndPurchasesPrefs", "TrackingByCustomer"),
    "BillableExpenseTracking": ("VendorAndPurchasesPrefs", "BillableExpenseTracking"),
    "UseServices": ("TimeTrackingPrefs", "UseServices"),
    "BillCustomers": ("TimeTrackingPrefs", "BillCustomers"),
    "UsingSalesTax": ("TaxPrefs", "UsingSalesTax"),
    "PartnerTaxEnabled": ("TaxPrefs", "PartnerTaxEnabled"),
    "MultiCurrencyEnabled": ("CurrencyPrefs", "MultiCurrencyEnabled"),
}
PREFERENCES["AST"] = PREFERENCES["PartnerTaxEnabled"]


class Control:
    """Everything a test may look at or turn."""

    def __init__(self, sim):
        self.sim = sim
        self.faults, self.limits, self.clock = sim.faults, sim.limits, sim.clock
        self.oauth, self.webhooks, self.journal = sim.oauth, sim.webhooks, sim.journal
        self._snapshots = {}

    # tokens -----------------------------------------------------------------------------------

    def token(self, realm=None, scope="com.intuit.quickbooks.accounting"):
        """Access and refresh token of a fresh connection, without the consent page."""
        sim = self.sim
        with sim.transaction():
            grant = sim.oauth.grant(sim.client_id, realm or sim.realm, scope)
            refresh = sim.oauth._new_refresh(sim.oauth._grant(grant))
            body, _grant = sim.oauth._answer(sim.oauth._grant(grant), refresh, False)
        return body

    def expire_token(self, realm=None):
        with self.sim.transaction():
            self.oauth.expire_access(realm)

    def disconnect(self, realm=None):
        """The person presses Disconnect inside QuickBooks."""
        with self.sim.transaction():
            self.oauth.disconnect(realm or self.sim.realm)

    def expel_user(self, realm=None):
        with self.sim.transaction():
            self.oauth.expel(realm or self.sim.realm)

    # data ---------------------------------------------------------------------------------------

    def entities(self, kind=None, realm=None):
        """Stored objects: a list for one entity, else a dict of lists."""
        store = self.sim.company(realm).store
        with self.sim.lock:
            if kind:
                return store.all(kind)
            return {name: store.all(name) for name in ENTITIES if store.count(name)}

    def get(self, kind, ident, realm=None):
        with self.sim.lock:
            return self.sim.company(realm).store.read(kind, str(ident))

    def change(self, kind, body, realm=None, operation="", options=""):
        """What a person does inside QuickBooks; raises ``simulator.errors.Fault``."""
        from .batch import operate

        company = self.sim.company(realm)
        with self.sim.transaction():
            return jsontext.loads(
                jsontext.dumps(operate(company, ENTITIES[kind], body, operation, options))
            )

    def merge(self, kind, loser, winner, realm=None):
        """Two names become one, as in QuickBooks' own pages (FACTS 7.5)."""
        with self.sim.transaction():
            merge(self.sim.company(realm), kind, str(loser), str(winner))

    def match(self, kind, ident, realm=None):
        """Mark a transaction as matched to the bank feed: it cannot be deleted (6480)."""
        store = self.sim.company(realm).store
        with self.sim.transaction():
            store.set_value("matched", (store.value("matched") or []) + [[kind, str(ident)]])

    def charge(self, kind, ident, realm=None):
        """Charge the customer for what is billable of a purchase, as a person does on an invoice
        of his: those lines have been billed then (FACTS 6). The invoice is not made."""
        with self.sim.transaction():
            work = Work(self.sim.company(realm))
            obj = work.get(kind, str(ident))
            for _line, detail in stored_rows(obj.get("Line")):
                if detail.get("BillableStatus") == "Billable":
                    detail["BillableStatus"] = "HasBeenBilled"
            work.bump(kind, obj)
            work.flush()

    def ledger(self, realm=None):
        with self.sim.transaction():
            return ledger_rows(self.sim.company(realm))

    def trial_balance(self, realm=None):
        with self.sim.transaction():
            return trial_balance(self.sim.company(realm))

    def problems(self, realm=None):
        """Violated invariants of the books, in words; empty when all is well."""
        with self.sim.transaction():
            return problems(self.sim.company(realm))

    def load(self, directory, realm=None):
        from . import loader

        with self.sim.transaction():
            return loader.load(self.sim.company(realm), directory)

    # settings -----------------------------------------------------------------------------------

    def switch(self, name, value=None, realm=None):
        """Read or set a switch of :mod:`.switches`."""
        company = self.sim.company(realm)
        if value is not None:
            with self.sim.transaction():
                company.set_switch(name, value)
        with self.sim.lock:
            return company.switch(name)

    def preference(self, name, value, realm=None):
        """Set a preference that the API itself can only read, by its short name."""
        block, key = PREFERENCES[name]
        company = self.sim.company(realm)
        with self.sim.transaction():
            prefs = company.store.read("Preferences", "1")
            part = dict(prefs.get(block) or {})
            if value is None:
                part.pop(key, None)
            else:
                part[key] = value
            prefs[block] = part
            company.store.write("Preferences", prefs)
            company.forget_cache()
            if name == "MultiCurrencyEnabled" and value:
                seed.multicurrency(company)

    def country(self, code, realm=None):
        company = self.sim.company(realm)
        with self.sim.transaction():
            info = company.store.read("CompanyInfo", "1")
            info["Country"] = code
            company.store.write("CompanyInfo", info)
            company.forget_cache()

    def rate(self, code, value, day=None, realm=None):
        """Set an exchange rate."""
        company = self.sim.company(realm)
        with self.sim.transaction():
            from .work import Work

            work = Work(company)
            work.create(
                "ExchangeRate",
                {
                    "SourceCurrencyCode": code,
                    "TargetCurrencyCode": company.home_currency,
                    "Rate": jsontext.loads(str(value)),
                    "AsOfDate": day or work.today,
                },
            )
            work.flush()
        return currencies.ref(code)

    # time and traffic ---------------------------------------------------------------------------

    def move_clock(self, seconds=0, days=0, to=None):
        if to:
            self.clock.set(parse_stamp(to))
        self.clock.move(seconds + days * 86400)
        return self.clock.now().isoformat()

    def log(self, **wanted):
        return self.journal.find(**wanted)

    def counters(self, realm=None):
        """Requests, writes, metered reads and batches answered with 2xx."""
        base = {"requests": 0, "reads": 0, "writes": 0, "batches": 0}
        return base | self.journal.totals(realm)

    def clear_log(self):
        self.journal.clear()

    # state --------------------------------------------------------------------------------------

    def snapshot(self):
        """Remember everything stored; the answer is the name for :meth:`restore`."""
        name = uuid.uuid4().hex[:12]
        copy = sqlite3.connect(":memory:", check_same_thread=False)
        with self.sim.lock:
            self.sim.db.backup(copy)
        self._snapshots[name] = copy, self.clock.offset
        return name

    def restore(self, name):
        """Back to a snapshot: data, apps, tokens, companies and clock; undelivered webhooks go."""
        copy, offset = self._snapshots[name]
        self.sim.replace_database(copy)
        self.clock.offset = offset

    def reset(self):
        """Back to the start: data, switches, faults, log, clock; apps and tokens stay."""
        sim = self.sim
        self.faults.clear()
        self.faults.reset_fired()
        self.limits.reset()
        self.limits.throttle_after = None
        self.clock.offset = 0.0
        self.clock.thaw()
        sim.replant()
        self.journal.clear()

    # consent without a browser ------------------------------------------------------------------

    def consent(
        self, redirect_uri, state="state", scope="com.intuit.quickbooks.accounting", realm=None
    ):
        """Query of the redirect after a person pressed Connect."""
        from .pages.consent import approve

        sim = self.sim
        with sim.transaction():
            target = approve(
                sim,
                {
                    "client_id": sim.client_id,
                    "redirect_uri": redirect_uri,
                    "state": state,
                    "scope": scope,
                    "realm": realm or sim.realm,
                },
            )
        return {k: v[-1] for k, v in parse_qs(urlsplit(target).query).items()}
