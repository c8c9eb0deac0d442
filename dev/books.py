"""Are both books the same? What the simulator holds against what Odoo holds.

Neither side is asked what was sent: Odoo's figures come from its documents, QuickBooks' from the
simulator's own store, and every figure is compared to the cent.
"""

from __future__ import annotations

from dev import books_beside, books_further, books_quickbooks
from dev.books_compare import Result, compare
from dev.books_odoo import OdooBook
from dev.books_quickbooks import present
from dev.books_simulator import Simulator
from dev.books_table import Table
from dev.context import Context
from dev.progress import say

Opening = dict[str, frozenset[str]]


def opening(context: Context) -> Opening:
    """What is in QuickBooks before anything is sent: the company's own past."""
    return present(Simulator(context.simulator_url))


def judge(context: Context, before: Opening | None = None) -> Result:
    """Compare without printing. Without ``before`` all documents are taken for Odoo's."""
    _odoo, _quickbooks, result = _read(context, before)
    return result


def show(context: Context, before: Opening | None = None) -> bool:
    """Print both books side by side and tell whether they agree."""
    odoo, quickbooks, result = _read(context, before)
    say("")
    for line in Table().lines((odoo, quickbooks), result.comparisons):
        say(line)
    say("")
    for comparison in result.comparisons:
        document = comparison.ours or comparison.theirs
        for difference in comparison.differences:
            say(f"{document.number if document else ''}: {difference}")
    for stray in result.strays:
        say(stray)
    say(result.sentence)
    return result.equal


def _read(context: Context, before: Opening | None) -> tuple[str, str, Result]:
    ours = OdooBook(context.client())
    odoo, simulator, before = ours.read(), Simulator(context.simulator_url), before or {}
    quickbooks = books_quickbooks.read(simulator, before)
    result = compare(odoo, quickbooks, ours.keeps_number)
    result.comparisons += books_further.compare(ours.odoo, ours.connection, simulator, before)
    result.comparisons += books_beside.compare(ours.odoo, ours.connection, simulator)
    return odoo.owner, quickbooks.owner, result
