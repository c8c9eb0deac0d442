"""One QuickBooks company: its store, settings and clock."""

from __future__ import annotations

from . import switches
from .store import Store

HOME = {"US": "USD", "CA": "CAD", "GB": "GBP", "AU": "AUD", "FR": "EUR"}


class Company:
    """Everything that belongs to one realm."""

    def __init__(self, db, realm, clock):
        self.realm, self.clock = realm, clock
        self.store = Store(db, realm)
        self.hooked = False  # somebody listens to webhooks
        self.one_name_at_a_time = False  # default of the switch (FACTS 14#56)
        self.names_in_flight = 0
        self.forget_cache()

    def forget_cache(self):
        """After a rollback or restore nothing cached may be trusted."""
        self._prefs = self._info = self._switches = None
        self.ref_names = {}

    # settings -------------------------------------------------------------------------------

    @property
    def prefs(self):
        if self._prefs is None:
            self._prefs = self.store.read("Preferences", "1") or {}
        return self._prefs

    def pref(self, block, name, default=None):
        return (self.prefs.get(block) or {}).get(name, default)

    @property
    def info(self):
        if self._info is None:
            self._info = self.store.read("CompanyInfo", "1") or {}
        return self._info

    @property
    def name(self):
        return self.info.get("CompanyName", f"Company {self.realm}")

    @property
    def country(self):
        return self.info.get("Country", "US")

    @property
    def is_us(self):
        return self.country == "US"

    @property
    def home_currency(self):
        home = self.pref("CurrencyPrefs", "HomeCurrency") or {}
        return home.get("value") or HOME.get(self.country, "USD")

    @property
    def multicurrency(self):
        return self.pref("CurrencyPrefs", "MultiCurrencyEnabled", False) is True

    @property
    def uses_tax(self):
        return self.pref("TaxPrefs", "UsingSalesTax", False) is True

    @property
    def automated_tax(self):
        return self.is_us and self.pref("TaxPrefs", "PartnerTaxEnabled") is True

    @property
    def custom_numbers(self):
        return self.pref("SalesFormsPrefs", "CustomTxnNumbers", False) is True

    @property
    def book_close_date(self):
        return self.pref("AccountingInfoPrefs", "BookCloseDate")

    # switches -------------------------------------------------------------------------------

    @property
    def switches(self):
        if self._switches is None:
            limited = {"one_name_at_a_time": self.one_name_at_a_time}
            self._switches = switches.DEFAULTS | limited | self.store.value("switches", {})
        return self._switches

    def switch(self, name):
        return self.switches[name]

    def set_switch(self, name, value):
        current = dict(self.switches)
        current[name] = switches.check(name, value)
        self.store.set_value("switches", current)
        self._switches = current

    # system accounts ------------------------------------------------------------------------

    def account(self, subtype=None, kind=None, currency=None):
        """Id of the oldest active account of a type, the one the server would pick."""
        where, params = ["c_Active = 1"], []
        if subtype:
            where.append("c_AccountSubType = ?")
            params.append(subtype)
        if kind:
            where.append("c_AccountType = ?")
            params.append(kind)
        ids = self.store.ids("Account", " AND ".join(where), params, "CAST(id AS INTEGER)")
        if currency is None:
            return ids[0] if ids else None
        for ident in ids:
            ref = (self.store.read("Account", ident) or {}).get("CurrencyRef") or {}
            if ref.get("value", self.home_currency) == currency:
                return ident
        return None
