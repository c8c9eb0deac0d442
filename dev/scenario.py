"""The play of ``make demo``: a company connects QuickBooks, invoices, edits, cancels, is paid.

All of it happens the way people do it, through Odoo's web routes and QuickBooks' own pages; what
came of it is for ``dev/books.py`` to judge. Playing it again on the same stack adds to the books.
"""

from __future__ import annotations

import time
from datetime import date, timedelta
from typing import Any

from dev import (
    rpc,
    scenario_breadth,
    scenario_connect,
    scenario_invoices,
    scenario_money,
    scenario_payments,
)
from dev.books_simulator import Simulator
from dev.context import Context
from dev.progress import Halt, say, seconds
from dev.scenario_kinds import KINDS, Stage
from dev.scenario_wait import until_settled, until_still

Domain = list[tuple[str, str, Any]]
MOVE = scenario_invoices.MOVE
TIMEOUT = 180


def run(context: Context) -> None:
    odoo = context.client()
    simulator = Simulator(context.simulator_url)
    # Without this QuickBooks would not refuse a number it has; the connection test says so too.
    simulator.set_preference("CustomTxnNumbers", True)
    scenario_breadth.prefer(simulator)
    today = scenario_connect.today(odoo)
    scenario_connect.connect(context, odoo)
    cast = scenario_invoices.gather(odoo)
    scenario_connect.map_lists(simulator, odoo)
    company = scenario_connect.connection_of(odoo)["company_id"][0]
    own = [("company_id", "=", company), ("move_type", "=", "out_invoice")]
    _confirm_drafts(odoo, own)
    scenario_connect.switch_on(odoo, _cutoff(odoo, own) or today)
    invoices = scenario_invoices.create(odoo, cast, today)
    odoo.execute(MOVE, "action_post", list(invoices.values()))
    say(f"scenario: {len(invoices)} invoices confirmed")
    _settle(odoo, "sent")
    scenario_invoices.edit(odoo, cast, invoices["to be edited"])
    scenario_invoices.cancel(odoo, invoices["to be cancelled"])
    _settle(odoo, "one edited, one cancelled")
    scenario_payments.pay_in_quickbooks(context, odoo, invoices["taxed and untaxed lines"])
    scenario_invoices.credit(odoo, invoices["to be credited"], today)
    _settle(odoo, "one credited in full")
    breadth = scenario_breadth.switch_on(odoo, cast.partners["parent"], today)
    until_still(odoo, TIMEOUT)  # Odoo's own bills ask for accounts of theirs
    scenario_connect.complete_mapping(odoo)
    stage = Stage(odoo, cast, breadth, today, context)
    for kinds in (KINDS, scenario_money.kinds(stage), scenario_money.later(stage)):
        for play in kinds.values():
            play(stage)
        _settle(odoo, f"one of each: {', '.join(kinds)}")


def _cutoff(odoo: rpc.Client, own: Domain) -> date | None:
    """The day after Odoo's oldest demo invoice: the others go out, that one must not."""
    dated = [*own, ("state", "=", "posted"), ("invoice_date", "!=", False)]
    oldest = odoo.execute(
        MOVE, "search_read", dated, ["invoice_date"], order="invoice_date", limit=1
    )
    return date.fromisoformat(oldest[0]["invoice_date"]) + timedelta(days=1) if oldest else None


def _confirm_drafts(odoo: rpc.Client, own: Domain) -> None:
    """Odoo's own drafts; one that Odoo itself refuses to confirm stays a draft."""
    for draft in odoo.execute(MOVE, "search", [*own, ("state", "=", "draft")]):
        try:
            odoo.execute(MOVE, "action_post", [draft])
            say(f"scenario: draft {draft} of the demo data confirmed")
        except rpc.RemoteError as error:
            say(f"scenario: draft {draft} stays a draft: {str(error).splitlines()[0]}")


def _settle(odoo: rpc.Client, what: str) -> None:
    started = time.monotonic()
    until_settled(odoo, TIMEOUT)
    count = odoo.execute(MOVE, "search_count", [("qbo_state", "in", ["synced", "voided"])])
    if not count:
        raise Halt("no invoice is in QuickBooks")
    say(f"scenario: {what}; {count} invoices in QuickBooks, {seconds(time.monotonic() - started)}")
