"""A simulator and a database on copies of the connected pair, ready to be measured."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

from bench import books, pair, sql
from bench.control import Control
from bench.pair import Pair
from dev.stack import SimulatorServer, Stack

#: what the issue calls "as Intuit": limits and the delay of every answer
AS_INTUIT = ("--limits", "intuit", "--latency", "300")
#: nothing between the engine and its own speed
UNHINDERED = ("--limits", "off", "--latency", "0")


@dataclass(frozen=True)
class Rig:
    """
    :ivar folder: for the files of this measurement
    :ivar database: connected to the simulator; no Odoo server runs yet
    """

    folder: Path
    stack: Stack
    database: str
    simulator: SimulatorServer
    control: Control


@contextlib.contextmanager
def assembled(source: Pair, purpose: str, options: tuple[str, ...]) -> Iterator[Rig]:
    """:param options: of the simulator, ``AS_INTUIT`` or ``UNHINDERED``"""
    with (
        _folder(purpose) as folder,
        books.copy(source.database, purpose) as name,
        Stack(f"bench-{purpose}") as stack,
    ):
        state = pair.copy_state(source, folder)
        simulator = stack.simulator(options=["--state", str(state), *options])
        _point(name, simulator.url, with_limits=options == AS_INTUIT)
        yield Rig(folder, stack, name, simulator, Control(simulator.url))


def _point(name: str, url: str, *, with_limits: bool) -> None:
    """Lead the copy to its own simulator, and let nothing but the engine's worker run in it."""
    with sql.opened(name) as database:
        database.rows("UPDATE quickbooks_connection SET simulator_url = %s", url)
        # the engine would take the copy for one of a running company's database, and stop
        database.rows("UPDATE quickbooks_credential SET home = NULL")
        # everything may be sent; what is sent is what the bench marks as changed
        database.rows(
            """UPDATE quickbooks_connection SET cutoff_date = (
                SELECT min(invoice_date) FROM account_move WHERE move_type = 'out_invoice')"""
        )
        database.rows(
            """UPDATE ir_cron SET nextcall = now() AT TIME ZONE 'UTC' + interval '7 days'
                WHERE id NOT IN (SELECT cron_id FROM quickbooks_channel
                                  WHERE cron_id IS NOT NULL)"""
        )
        database.rows("DELETE FROM ir_cron_trigger")
        if with_limits:
            database.rows("DELETE FROM ir_config_parameter WHERE key = %s", sql.NO_LIMITS[0])


@contextlib.contextmanager
def _folder(purpose: str) -> Iterator[Path]:
    """A working folder, removed at the end; what a killed run left behind goes as well."""
    for old in pair.FOLDER.glob("run-*"):
        if not Path("/proc", old.name.partition("-")[2]).exists():
            shutil.rmtree(old, ignore_errors=True)
    own = pair.FOLDER / f"run-{os.getpid()}"
    folder = own / purpose
    folder.mkdir(parents=True)
    try:
        yield folder
    finally:
        shutil.rmtree(own, ignore_errors=True)
