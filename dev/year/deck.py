"""What happens in a year: a shuffled deck of cards, the same for the same seed.

To send another kind of document, write what people do for it (``sales``, ``receipts``,
``purchases``, ``expenses``) and add one line to ``CARDS``.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

FIRST, DAYS = date(2025, 1, 1), 364

#: method of the year → cards of it among a thousand
CARDS = {
    # sales: credit notes are 5 % of all documents
    "bill_customer": 275,
    "bill_customer_abroad": 95,
    "credit_in_part": 22,
    "credit_abroad": 8,
    "credit_and_pay_back": 20,
    # money from customers
    "pay_in_full": 105,
    "pay_abroad": 55,
    "pay_in_part": 35,
    "pay_several": 20,
    "pay_too_much": 10,
    "pay_before": 15,
    "pay_less_and_write_off": 15,
    "pay_with_discount": 15,
    "pay_more_and_keep": 5,
    "found_on_statement": 35,
    "found_on_statement_with_fee": 10,
    "found_on_statement_abroad": 8,
    # purchases
    "receive_bill": 105,
    "receive_bill_abroad": 40,
    "receive_credit": 20,
    "pay_bill": 60,
    "pay_bill_abroad": 25,
    "pay_bill_in_part": 15,
    "pay_bill_by_card": 15,
    "pay_several_bills": 10,
    # expenses
    "expense_of_company": 20,
    "expense_of_employee": 15,
    "pay_employee": 7,
    # lines for kinds to come: receipts of online payments, their refunds, timesheets, prepayments
}
#: of these something must be open; when nothing is, somebody is billed instead
CANCELLED = 0.03


@dataclass(frozen=True)
class Card:
    number: int
    day: date
    what: str
    #: what is cancelled on the same day, after it; '' on most days
    cancel: str = ""


def shuffled(seed: int, documents: int) -> list[Card]:
    """The cards in the order in which they are played; 3 % of them bring a cancellation along."""
    dice = random.Random(f"year {seed}")  # noqa: S311 - the same year every time
    drawn = _shares(documents)
    dice.shuffle(drawn)
    undo = ("invoice", "payment", "bill", "bill_payment", "expense", "credit")
    victims = sorted(dice.sample(range(documents), round(documents * CANCELLED)))
    undone = {place: undo[number % len(undo)] for number, place in enumerate(victims)}
    return [
        Card(
            number, FIRST + timedelta(days=DAYS * number // documents), what, undone.get(number, "")
        )
        for number, what in enumerate(drawn)
    ]


def _shares(documents: int) -> list[str]:
    """As many cards of each kind as its share, by largest remainder; at least one of each."""
    total = sum(CARDS.values())
    exact = {what: documents * share / total for what, share in CARDS.items()}
    counts = {what: max(1, int(share)) for what, share in exact.items()}
    by_rest = sorted(CARDS, key=lambda what: exact[what] - int(exact[what]), reverse=True)
    missing = documents - sum(counts.values())
    for place in range(max(0, missing)):
        counts[by_rest[place % len(by_rest)]] += 1
    for _extra in range(max(0, -missing)):
        counts[max(counts, key=lambda what: counts[what])] -= 1
    return [what for what, count in counts.items() for _card in range(count)]
