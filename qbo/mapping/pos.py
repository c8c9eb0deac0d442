"""Money of the point of sale (FACTS 5.9, 5.18)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import TypeVar

from ..model import CompanyProfile, Ref
from ..model_receipt import MovedSnapshot
from ..money import ZERO
from ..names import clean_text
from .document import LINE_TEXT_LIMIT, private_note
from .write_off import entry_line

Key = TypeVar("Key")


def main_part(amounts: Mapping[Key, Decimal]) -> Key | None:
    """What most of the money was paid with; of equals the first; None without money."""
    return max(amounts, key=lambda key: abs(amounts[key]), default=None)


def by_account(paid: Iterable[tuple[Ref | None, Decimal]]) -> dict[Ref | None, Decimal]:
    """What arrived on each account, without those on which nothing stayed."""
    sums: dict[Ref | None, Decimal] = {}
    for account, amount in paid:
        sums[account] = sums.get(account, ZERO) + amount
    return {account: amount for account, amount in sums.items() if amount}


def moved_money(snapshot: MovedSnapshot, profile: CompanyProfile) -> dict:
    """Every owned attribute of the JournalEntry that moves money from the account a receipt names
    to the others. Without parts the entry has no lines."""
    foreign = profile.multicurrency and snapshot.currency != profile.home_currency
    text = clean_text(snapshot.text, LINE_TEXT_LIMIT, profile.country)
    parts = [(account, amount) for account, amount in snapshot.parts if amount]
    total = sum((amount for _account, amount in parts), ZERO)
    if total:
        parts.append((snapshot.source, -total))
    return {
        "TxnDate": snapshot.date,
        "CurrencyRef": {"value": snapshot.currency} if profile.multicurrency else None,
        "ExchangeRate": snapshot.rate if foreign else None,
        "PrivateNote": private_note(snapshot, profile.country) or None,
        "Line": [entry_line(account, amount, text) for account, amount in parts],
    }
