"""The office of the company: what all who work there have at hand."""

from __future__ import annotations

import random
from collections import Counter
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from decimal import Decimal
from typing import Any

from .company import Company

MOVE = "account.move"
PAYMENT = "account.payment"
CENT = Decimal("0.01")
#: nothing of it is paid yet
CLEAN = ("payment_state", "=", "not_paid")


@dataclass
class Office:
    """
    :ivar commit: ends a person's transaction
    :ivar made: how many documents of each kind there are
    """

    env: Any
    company: Company
    dice: random.Random
    commit: Callable[[], None]
    made: Counter[str] = field(default_factory=Counter)
    day: date = date(2025, 1, 1)

    @property
    def today(self) -> str:
        return self.day.isoformat()

    def days_ago(self, days: int) -> str:
        return (self.day - timedelta(days=days)).isoformat()

    def note(self, kind: str, count: int = 1) -> bool:
        """A document was made."""
        self.made[kind] += count
        return True

    # -- chance --------------------------------------------------------------------------------

    def one_of(self, records: Any) -> Any:
        """A record by chance; the empty recordset of an empty one."""
        ordered = records.sorted("id")
        return ordered[self.dice.randrange(len(ordered))] if ordered else ordered

    def price(self, high: int) -> Decimal:
        return Decimal(self.dice.randint(100, high * 100)) / 100

    def part_of(self, amount: float) -> Decimal:
        """A fifth to nine tenths of an amount, in cents."""
        share = Decimal(self.dice.randint(20, 90)) / 100
        return (Decimal(str(amount)) * share).quantize(CENT)

    # -- what is open --------------------------------------------------------------------------

    def open_documents(self, kind: str, currency: Any = None, *more: Any) -> Any:
        """Posted invoices or bills of which something is open, in the home currency unless another
        is given; those of employees are looked after elsewhere."""
        return self.env[MOVE].search(
            [
                ("move_type", "=", kind),
                ("state", "=", "posted"),
                ("company_id", "=", self.env.company.id),
                ("currency_id", "=", (currency or self.env.company.currency_id).id),
                ("payment_state", "in", ("not_paid", "partial")),
                ("amount_residual", ">", 1),
                ("line_ids.expense_id", "=", False),
                *more,
            ]
        )

    @staticmethod
    def term_lines(move: Any) -> Any:
        return move.line_ids.filtered(lambda line: line.display_type == "payment_term")

    def pay(self, moves: Any, journal: str = "bank", **values: Any) -> Any:
        """Register a payment in the wizard people use."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model=MOVE, active_ids=moves.ids)
            .create(
                {
                    "payment_date": self.today,
                    "group_payment": True,
                    "journal_id": self.company.journals[journal].id,
                }
            )
        )
        currency = {"currency_id": moves.currency_id.id}
        wizard.write(currency)
        if values:
            wizard.write(values)
        return wizard._create_payments()
