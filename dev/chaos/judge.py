"""The verdict: doubles, losses, differences, and what waits without a reason."""

from __future__ import annotations

from dataclasses import dataclass, field

from dev import books, rpc
from dev.books_compare import Comparison
from dev.books_simulator import Simulator
from dev.chaos import doubles, payments, sql
from dev.chaos.control import Control
from dev.context import Context

#: states of a link in which both sides agree
AT_REST = ("synced", "voided", "unlinked")


@dataclass
class Verdict:
    """Sentences by kind of wrong; a chaos run is good when all lists are empty.

    :ivar waiting: what did not come to rest, or came to rest waiting for a person
    """

    documents: int = 0
    figures: int = 0
    doubles: list[str] = field(default_factory=list)
    losses: list[str] = field(default_factory=list)
    differences: list[str] = field(default_factory=list)
    waiting: list[str] = field(default_factory=list)

    @property
    def good(self) -> bool:
        """Books without one document prove nothing."""
        wrongs = (self.doubles, self.losses, self.differences, self.waiting)
        return bool(self.documents) and not any(wrongs)


def opening(context: Context) -> doubles.Before:
    """What is in QuickBooks before anything is sent."""
    simulator = Simulator(context.simulator_url)
    paid = frozenset(row["Id"] for row in simulator.entities("Payment"))
    return {**books.opening(context), "Payment": paid}


def judge(context: Context, before: doubles.Before) -> Verdict:
    simulator, odoo = Simulator(context.simulator_url), context.client()
    result = books.judge(context, before)
    verdict = Verdict(len(result.comparisons), result.figures)
    for comparison in result.comparisons:
        _document(comparison, verdict)
    # a customer or item that belongs to nothing in Odoo was made once too often
    verdict.doubles += result.strays
    money = payments.compare(odoo, simulator, before)
    verdict.documents += money.documents
    verdict.figures += money.figures
    verdict.losses += money.losses
    verdict.differences += money.differences
    verdict.doubles += doubles.find(simulator, before)
    verdict.doubles += doubles.strangers(odoo, simulator, before)
    verdict.differences += Control(context.simulator_url).problems()
    verdict.waiting += sql.open_things(context.database)
    verdict.waiting += _unsettled(odoo)
    return verdict


def _document(comparison: Comparison, verdict: Verdict) -> None:
    ours, theirs = comparison.ours, comparison.theirs
    if theirs is None and ours is not None:
        if ours.voided and not ours.id:
            return  # cancelled before it was ever sent: there is nothing to be there
        verdict.losses += [f"{ours.number}: {text}" for text in comparison.differences]
    elif ours is None and theirs is not None:
        verdict.doubles += [f"{theirs.number}: {text}" for text in comparison.differences]
    else:
        verdict.differences += [f"{ours.number}: {text}" for text in comparison.differences]


def _unsettled(odoo: rpc.Client) -> list[str]:
    """Links that say anything but that both sides agree."""
    rows = odoo.execute(
        "quickbooks.binding",
        "search_read",
        [("state", "not in", AT_REST)],
        ["local_name", "remote_type", "state", "error_text"],
    )
    return [
        f"link of {row['remote_type']} {row['local_name']}: {row['state']}, {row['error_text']}"
        for row in rows
    ]
