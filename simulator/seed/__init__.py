"""Companies to start with: one profile per country (FACTS 15)."""

from __future__ import annotations

from types import SimpleNamespace

from .. import currencies
from ..work import Work
from . import chart, data_au, data_ca, data_fr, data_gb, data_us
from .base import plant_base
from .trade import plant_trade

#: what a country says, over the chart of accounts that all but the US share
PROFILES = {"us": data_us, "gb": data_gb, "ca": data_ca, "au": data_au, "fr": data_fr}


def plant(company, profile, seed_data=True):
    """Fill an empty company: its settings always, names and documents when asked for."""
    data = SimpleNamespace(**{**vars(chart), **vars(PROFILES[profile])})
    plant_base(company, data)
    if seed_data:
        plant_trade(company, data)
    company.store.run("DELETE FROM {p}event")


def multicurrency(company):
    """Switch multicurrency on: the home currency and two more are on the list (FACTS 9)."""
    work = Work(company)
    home = company.home_currency
    for code in dict.fromkeys((home, "EUR", "USD", "GBP")):
        if not company.store.ids("CompanyCurrency", "c_Code = ?", (code,)):
            work.create(
                "CompanyCurrency", {"Code": code, "Name": currencies.NAMES[code], "Active": True}
            )
    if company.account("ExchangeGainOrLoss") is None:
        work.create(
            "Account",
            {
                "Name": "Exchange Gain or Loss",
                "SubAccount": False,
                "FullyQualifiedName": "Exchange Gain or Loss",
                "Active": True,
                "Classification": "Expense",
                "AccountType": "Other Expense",
                "AccountSubType": "ExchangeGainOrLoss",
                "CurrentBalance": 0,
                "CurrentBalanceWithSubAccounts": 0,
                "CurrencyRef": currencies.ref(home),
            },
        )
    work.flush()
