"""Odoo and QuickBooks connected, mapped and with all names linked, but no invoice sent yet.

Made once and cached: a database, and the simulator's state file. Each measurement works on copies
of both, so that all of them start from the same situation.
"""

from __future__ import annotations

import shutil
from dataclasses import dataclass
from datetime import date, timedelta
from pathlib import Path

from bench import books, odoo_process, sql
from bench.control import Control
from dev import cache, copies, database, paths, rpc, scenario_connect
from dev.books_simulator import Simulator
from dev.context import Context
from dev.progress import say
from dev.scenario_wait import until_settled
from dev.stack import Stack

PREFIX = "bench_pair_"
FOLDER = paths.CACHE / "bench"
STATE = "quickbooks.sqlite"
NAMES_TIMEOUT = 600


@dataclass(frozen=True)
class Pair:
    """
    :ivar database: in which everything but the invoices is in QuickBooks
    :ivar state: the simulator's file that goes with it
    """

    database: str
    state: Path


def ensure(stack: Stack, *, anew: bool = False) -> Pair:
    """The cached pair, made when it is missing or when the addon's tables have changed."""
    origin = books.ensure()
    with cache.exclusive("bench-pair"):
        # what only runs is not part of it: after an edit in sync/ the pair is as good as before
        key = cache.key_of(origin, _recipe(), books.sources_key("qbo", "static", "sync"))
        pair = Pair(PREFIX + key, FOLDER / "pair" / STATE)
        complete = cache.is_fresh(pair.state.parent, key) and database.exists(pair.database)
        if anew or not complete:
            say("bench: connecting these books to the simulator ...")
            books.forget(PREFIX)
            with cache.shared(copies.LOCK), books.building(pair.database) as scratch:
                database.copy(origin, scratch)
                odoo_process.install_addon(scratch)
                cache.build_folder(
                    pair.state.parent, key, lambda folder: _connect(stack, scratch, folder)
                )
    return pair


def _recipe() -> bytes:
    return Path(__file__).read_bytes()


def _connect(stack: Stack, name: str, folder: Path) -> None:
    """The way a person does it: consent, mapping, switching on; then all names are sent."""
    server = stack.simulator(options=["--state", str(folder / STATE)], name="pair-simulator")
    Control(server.url).prefer("CustomTxnNumbers", True)
    odoo = stack.odoo(name, name="pair-odoo")
    context = Context(odoo, server)
    client = context.client()
    # the simulator has no limits now, so the engine need not keep any
    client.execute("ir.config_parameter", "set_param", *sql.NO_LIMITS)
    scenario_connect.connect(context, client)
    scenario_connect.map_lists(Simulator(server.url), client)
    scenario_connect.switch_on(client, date.today() + timedelta(days=1))
    for model in ("product.product", "res.partner"):
        _send_all(client, model)
    odoo.child.stop()
    server.child.stop()


def _send_all(client: rpc.Client, model: str) -> None:
    ids = client.execute(model, "search", [("name", "like", "Bench %")])
    client.execute(model, "action_qbo_sync", ids)
    until_settled(client, NAMES_TIMEOUT)


def copy_state(pair: Pair, folder: Path) -> Path:
    """The simulator's file for one measurement."""
    for file in pair.state.parent.glob(f"{STATE}*"):
        shutil.copy2(file, folder / file.name)
    return folder / STATE
