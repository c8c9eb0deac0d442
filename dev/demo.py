"""``make demo``: Odoo with its demo data and the simulator, connected, with a scenario played."""

from __future__ import annotations

import contextlib
import signal
import time

from dev import books, copies, scenario
from dev.context import Context
from dev.postgres import server
from dev.process import free_port
from dev.progress import say, seconds
from dev.stack import ADMIN, WEBHOOK, Stack

CRON_THREADS = 2
#: apps that this addon works with but does not need: hours, and sales at a till
BESIDE = ("hr_timesheet", "point_of_sale")
#: theirs are months of hours of people whom QuickBooks' payroll does not know
NO_MORE_DEMO_DATA = "UPDATE ir_module_module SET demo = false"


def run_demo(stay_up: bool) -> int:
    started = time.monotonic()
    with Stack("demo") as stack:
        context = _start(stack)
        before = books.opening(context)
        say("scenario: playing ...")
        scenario.run(context)
        say(f"demo: ready for comparison after {seconds(time.monotonic() - started)}")
        # With demo-once its verdict is the last line of all.
        agree = books.show(context, before)
        if stay_up:
            _stay(context)
    return 0 if agree else 1


def _start(stack: Stack) -> Context:
    database = stack.database("demo")
    say(f"demo: installing {' and '.join(BESIDE)} ...")
    server.psql(NO_MORE_DEMO_DATA, database)
    copies.install(database, BESIDE)
    port = free_port()
    say("simulator: starting ...")
    simulator = stack.simulator(odoo_port=port)
    say("Odoo: starting ...")
    odoo = stack.odoo(database, port=port, cron_threads=CRON_THREADS)
    return Context(odoo, simulator)


def _stay(context: Context) -> None:
    say(
        f"""
    Odoo        {context.odoo_url}/odoo    login {ADMIN}, password {ADMIN}
    QuickBooks  {context.simulator_url}/    the simulator; sign in with any name
    Webhooks    {context.odoo_url}{WEBHOOK}    signed with the token of the settings

    Record a payment on an invoice's page in QuickBooks, and Odoo's invoice turns paid.

    Ctrl-C stops everything."""
    )
    with contextlib.suppress(KeyboardInterrupt):
        signal.pause()
    say("stopping ...")
