"""Play the year: one card after the other, each a transaction of its own."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable, Iterator
from typing import Any

from psycopg2.errors import SerializationFailure

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
#: how often a transaction is tried
TRIES = 5


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
            _act(office, receipts.match_with_bank)
        yield card


def _play(office: Office, card: Card) -> None:
    """What a card says; when nothing is open that it could be about, somebody is billed."""
    if not _act(office, _action(card.what)):
        instead = sales.bill_customer if _is_about_sales(card) else purchases.receive_bill
        _act(office, instead)
    if card.cancel:
        _act(office, lambda office: cancel(office, card.cancel))


def _act(office: Office, action: Callable[[Office], bool]) -> bool:
    """A person's transaction; where a worker's got in its way it is done again, as Odoo does it
    with every request (``odoo.service.model.retrying``)."""
    for tries_left in reversed(range(TRIES)):
        dice, made = office.dice.getstate(), office.made.copy()
        try:
            done = action(office)
            office.commit()
            return done
        except SerializationFailure:
            if not tries_left:
                raise
            office.env.cr.rollback()
            office.dice.setstate(dice)
            office.made.clear()
            office.made.update(made)
    return False


def _action(what: str) -> Callable[[Office], bool]:
    return next(getattr(book, what) for book in _BOOKS if hasattr(book, what))


def _is_about_sales(card: Card) -> bool:
    return any(hasattr(book, card.what) for book in _SALES)
