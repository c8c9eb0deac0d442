"""What happens in a year: a shuffled deck of cards, the same for the same seed.

To send another kind of document, write what people do for it (``sales``, ``online``,
``jobs``, ``receipts``, ``purchases``, ``advances``, ``expenses``) and add one line to ``CARDS``.
"""

from __future__ import annotations

import random
from dataclasses import dataclass
from datetime import date, timedelta

FIRST, DAYS = date(2025, 1, 1), 364

#: method of the year → cards of it among a thousand
CARDS = {
    # sales: credit notes are 5 % of all documents
    "bill_customer": 200,
    "bill_customer_abroad": 80,
    "credit_in_part": 24,
    "credit_abroad": 8,
    "credit_and_pay_back": 21,
    # sales without an invoice
    "sell_online": 35,
    "sell_online_abroad": 5,
    "give_back_online": 10,
    "invoice_online_sale": 8,
    # projects
    "bill_project": 20,
    "buy_for_project": 10,
    "work_for_project": 15,
    # money from customers
    "pay_in_full": 81,
    "pay_abroad": 45,
    "pay_in_part": 28,
    "pay_several": 16,
    "pay_too_much": 8,
    "pay_before": 14,
    "pay_less_and_write_off": 12,
    "pay_with_discount": 14,
    "pay_more_and_keep": 5,
    "found_on_statement": 30,
    "found_on_statement_with_fee": 8,
    "found_on_statement_abroad": 8,
    # purchases
    "receive_bill": 75,
    "receive_bill_abroad": 32,
    "receive_credit": 16,
    "pay_bill": 45,
    "pay_bill_abroad": 20,
    "pay_bill_in_part": 12,
    "pay_bill_by_card": 12,
    "pay_bill_with_discount": 10,
    "pay_several_bills": 8,
    # money between the company and its vendors that pays no bill, or not yet
    "prepay_vendor": 12,
    "bill_what_was_prepaid": 8,
    "money_back_for_credit": 6,
    "money_back_of_prepayment": 3,
    # expenses
    "expense_of_company": 18,
    "expense_of_employee": 12,
    "pay_employee": 6,
}
#: kinds of what is cancelled, in turn
UNDONE = (
    "invoice",
    "payment",
    "bill",
    "bill_payment",
    "expense",
    "credit",
    "online_sale",
    "prepayment",
    "money_back_from_vendor",
    "hours",
)
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
    victims = sorted(dice.sample(range(documents), round(documents * CANCELLED)))
    undone = {place: UNDONE[number % len(UNDONE)] for number, place in enumerate(victims)}
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
