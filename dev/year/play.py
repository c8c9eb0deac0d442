"""Play the year: one card after the other, each a transaction of its own."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from . import advances, expenses, jobs, online, purchases, receipts, sales
from .company import Company
from .deck import Card, shuffled
from .office import Office
from .undo import cancel

#: where the cards are explained
_BOOKS = (sales, receipts, online, jobs, purchases, advances, expenses)
#: ... and those of them that are about customers
_SALES = (sales, receipts, online, jobs)
#: a registered payment is found at the bank after every so many cards
MATCHED = 20


def year(
    env: Any,
    company: Company,
    seed: int,
    documents: int,
    commit: Callable[[], None],
    made: Counter[str],
) -> Iterator[Card]:
    """Play it; each card that was played is handed out.

    :param made: counts what there is, by kind
    """
    dice = random.Random(f"play {seed}")  # noqa: S311 - the same year every time
    office = Office(env, company, dice, commit, made)
    for card in shuffled(seed, documents):
        office.day = card.day
        _play(office, card)
        if card.number % MATCHED == MATCHED - 1:
            receipts.match_with_bank(office)
            commit()
        yield card


def _play(office: Office, card: Card) -> None:
    """What a card says; when nothing is open that it could be about, somebody is billed."""
    if not _action(card.what)(office):
        instead = sales.bill_customer if _is_about_sales(card) else purchases.receive_bill
        instead(office)
    office.commit()
    if card.cancel:
        cancel(office, card.cancel)
        office.commit()


def _action(what: str) -> Callable[[Office], bool]:
    return next(getattr(book, what) for book in _BOOKS if hasattr(book, what))


def _is_about_sales(card: Card) -> bool:
    return any(hasattr(book, card.what) for book in _SALES)
