"""How long the first import of a company's customers takes, and what it costs in metered reads.

From the consent in QuickBooks until the last customer is a contact, with Intuit's limits and
delays, on a database of its own: nothing of it is prepared, the lists are read on the way.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench import sql
from bench.control import Control, Exchange
from bench.rig import AS_INTUIT
from bench.sql import Sql
from dev import rpc, scenario_connect
from dev.context import Context
from dev.progress import Halt, say, seconds
from dev.stack import Stack

COUNT = 5_000
FEWER = 1_000
#: seconds ago that they were entered: sweeps for recent changes must not find them
AGE = 30 * 86_400
POLL = 0.5
#: longer than this is no result any more
PATIENCE = 900.0
NAME = "Import customer"


@dataclass(frozen=True)
class Import:
    """
    :ivar took: seconds from the consent to the last contact
    :ivar reads: metered reads for the customers: pages of their list and sweeps for changes
    :ivar all_reads: all metered reads until then, those of the other lists included
    """

    customers: int
    took: float
    reads: int
    all_reads: int


def measure(count: int = COUNT) -> Import:
    say(f"bench: {count} customers of QuickBooks become contacts ...")
    with Stack("bench-customers") as stack:
        name = stack.database("test")
        simulator = stack.simulator(options=AS_INTUIT)
        control = Control(simulator.url)
        control.shift_clock(-AGE)
        for number in range(count):
            control.add("Customer", _customer(number))
        control.shift_clock(AGE)
        odoo = stack.odoo(name)
        context = Context(odoo, simulator)
        with sql.opened(name) as database:
            return _import(context, control, database, count)


def _customer(number: int) -> dict[str, object]:
    return {
        "DisplayName": f"{NAME} {number:05}",
        "CompanyName": f"{NAME} {number:05} Inc",
        "PrimaryEmailAddr": {"Address": f"import-{number:05}@bench.example"},
        "PrimaryPhone": {"FreeFormNumber": f"(555) {number // 1000:03}-{number % 1000:04}"},
        "BillAddr": {
            "Line1": f"{number} Long Street",
            "City": "Portland",
            "CountrySubDivisionCode": "OR",
            "PostalCode": "97204",
            "Country": "USA",
        },
    }


def _import(context: Context, control: Control, database: Sql, count: int) -> Import:
    client = context.client()
    control.forget()
    started = time.monotonic()
    scenario_connect.connect(context, client)
    _switch_on(client)
    _wait(database, count, started)
    took = time.monotonic() - started
    _verify(database, count)
    asked = control.exchanges("query") + control.exchanges("cdc")
    mine = sum(_is_for_customers(exchange) for exchange in asked if exchange.status == 200)
    return Import(count, took, mine, control.counters()["reads"])


def _switch_on(client: rpc.Client) -> None:
    connection = scenario_connect.connection_of(client)["id"]
    client.execute("quickbooks.connection", "action_enable", [connection])


def _is_for_customers(exchange: Exchange) -> bool:
    return exchange.operation == "cdc" or " from customer " in f"{exchange.body.lower()} "


def _wait(database: Sql, count: int, started: float) -> None:
    beat = started
    while not database.value(
        "SELECT count(*) FROM quickbooks_channel WHERE direction = 'pull' AND customers_imported"
    ):
        now = time.monotonic()
        if now - started > PATIENCE:
            raise Halt(f"bench: only {_arrived(database)} of {count} customers after all this time")
        if now - beat > 15:
            beat = now
            say(f"      ... {seconds(now - started)}, {_arrived(database)} of {count} customers")
        time.sleep(POLL)


def _arrived(database: Sql) -> int:
    return database.value(
        """SELECT count(DISTINCT p.id) FROM quickbooks_binding b
             JOIN res_partner p ON p.id = b.res_id
            WHERE b.res_model = 'res.partner' AND b.remote_type = 'Customer' AND p.name LIKE %s""",
        f"{NAME} %",
    )


def _verify(database: Sql, count: int) -> None:
    """A figure counts only when each customer is one contact, with its address."""
    complete = database.value(
        "SELECT count(*) FROM res_partner WHERE name LIKE %s AND zip = '97204' AND active",
        f"{NAME} %",
    )
    if not _arrived(database) == complete == count:
        raise Halt(f"bench: {_arrived(database)} links, {complete} contacts, {count} customers")


def run(arguments: Sequence[str], *, quick: bool) -> Import:
    """``make bench ARGS=customers``, or ``ARGS="customers 300"``."""
    if len(arguments) > 1 or not all(argument.isdigit() for argument in arguments):
        raise Halt('usage: make bench ARGS="customers [NUMBER]"')
    default = FEWER if quick else COUNT
    return measure(int(arguments[0]) if arguments else default)
