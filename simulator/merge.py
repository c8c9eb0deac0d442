"""Merging two names: the loser becomes inactive, its transactions move (FACTS 7.5, 14#66)."""

from __future__ import annotations

from .errors import not_found
from .rules.naming import deleted_name
from .schema import ENTITIES, NAMES, TXNS
from .settle import settle
from .work import Work

PARTY = {
    "Customer": ("CustomerRef",),
    "Vendor": ("VendorRef", "EntityRef"),
    "Employee": ("EntityRef",),
}


def merge(company, kind, loser_id, winner_id):
    work = Work(company)
    loser, winner = work.get(kind, loser_id), work.get(kind, winner_id)
    if not loser or not winner:
        raise not_found()
    for name in PARTY[kind]:
        for txn_kind in TXNS:
            if name in ENTITIES[txn_kind].fields:
                _move(work, txn_kind, name, loser_id, winner)
    loser["Active"] = False
    loser["DisplayName"] = deleted_name(
        work, NAMES, "DisplayName", loser["DisplayName"], (kind, loser_id)
    )
    work.bump(kind, loser)
    work.bump(kind, winner, "Merge")
    work.changes[kind, winner_id].operation = "Merge"
    work.changes[kind, winner_id].extra = {"deletedId": loser_id}
    work.flush()


def _move(work, txn_kind, name, loser_id, winner):
    """Point transactions at the winner; amounts stay, balances follow."""
    for ident in work.store.ids(txn_kind):
        obj = work.get(txn_kind, ident)
        if (obj.get(name) or {}).get("value") != loser_id:
            continue
        new = dict(obj)
        new[name] = dict(obj[name], value=winner["Id"], name=winner["DisplayName"])
        work.bump(txn_kind, new)
        settle(work, txn_kind, obj, new)
