"""How long it takes from a payment in QuickBooks until the invoice is paid in Odoo, by webhook."""

from __future__ import annotations

import random
import time
from dataclasses import dataclass

from bench.control import Control
from bench.engine import Engine
from bench.latency import percentile
from bench.sql import Sql
from dev.progress import Halt, say

#: invoices that have arrived, are open, and have one customer each
OPEN = """
    SELECT b.remote_id, m.id, m.amount_total, b.agreed_payload::json -> 'CustomerRef' ->> 'value'
      FROM quickbooks_binding b JOIN account_move m ON m.id = b.res_id
     WHERE b.res_model = 'account.move' AND b.state = 'synced' AND m.state = 'posted'
       AND m.payment_state = 'not_paid' AND m.amount_total > 0
     ORDER BY b.id DESC LIMIT %s"""
PAID = """
    SELECT id FROM account_move WHERE id = ANY(%s) AND payment_state IN ('paid', 'in_payment')"""
#: seconds between two payments
PAUSES = (0.2, 3.0)
#: seconds between two looks at Odoo's books, which is how exact the figure is
LOOK = 0.02
PATIENCE = 60.0
SEED = 23


@dataclass(frozen=True)
class PayBack:
    """
    :ivar seconds: from the moment QuickBooks has the payment to that at which Odoo has, sorted
    :ivar answers: seconds Odoo took to answer each notification, sorted
    """

    seconds: tuple[float, ...]
    answers: tuple[float, ...]

    def percentile(self, percent: int) -> float:
        return percentile(self.seconds, percent)

    def answer(self, percent: int) -> float:
        return percentile(self.answers, percent)


def measure(engine: Engine, count: int) -> PayBack:
    """QuickBooks' people record payments, with pauses; the engine must be listening."""
    say(f"bench: {count} payments recorded in QuickBooks ...")
    control, books = engine.rig.control, engine.books
    engine.wait_until_quiet()
    invoices = books.rows(OPEN, count + 1)
    if len(invoices) < count + 1:
        raise Halt(f"bench: only {len(invoices)} invoices are open")
    watch = Watch(books)
    watch.pay(control, *invoices.pop())  # the first is slow, everywhere
    watch.wait()
    watch.taken.clear()
    answered = control.delivered()
    pauses = random.Random(SEED)
    for invoice in invoices:
        watch.pay(control, *invoice)
        watch.wait(pauses.uniform(*PAUSES))
    watch.wait()
    answers = sorted(control.answer_times()[answered:])
    return PayBack(tuple(sorted(watch.taken.values())), tuple(answers))


class Watch:
    """Looks which of the invoices have become paid in Odoo."""

    def __init__(self, books: Sql):
        self.books = books
        self.recorded: dict[int, float] = {}
        self.taken: dict[int, float] = {}

    def pay(self, control: Control, remote: str, move: int, total: float, customer: str) -> None:
        line = {"Amount": total, "LinkedTxn": [{"TxnId": remote, "TxnType": "Invoice"}]}
        customer_ref = {"value": customer}
        control.change("Payment", {"CustomerRef": customer_ref, "TotalAmt": total, "Line": [line]})
        self.recorded[move] = time.monotonic()

    def wait(self, seconds: float | None = None) -> None:
        """Look for so long, or until all are paid."""
        end = time.monotonic() + (PATIENCE if seconds is None else seconds)
        while time.monotonic() < end:
            self.look()
            if seconds is None and not self.recorded:
                return
            time.sleep(LOOK)
        if seconds is None:
            raise Halt(f"bench: invoices {sorted(self.recorded)} are paid in QuickBooks, not here")

    def look(self) -> None:
        if self.recorded:
            found, now = self.books.rows(PAID, list(self.recorded)), time.monotonic()
            for (move,) in found:
                self.taken[move] = now - self.recorded.pop(move)
