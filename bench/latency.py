"""How long it takes from a person's click on Confirm until the invoice is in QuickBooks."""

from __future__ import annotations

import random
import re
import statistics
import time
from collections.abc import Sequence
from dataclasses import dataclass

from bench.engine import Engine
from dev.progress import Halt, say

DRAFTS = """
    SELECT id FROM account_move WHERE move_type = 'out_invoice' AND state = 'draft'
     ORDER BY id LIMIT %s"""
NAMES = "SELECT name, id FROM account_move WHERE id = ANY(%s)"
NUMBER = re.compile(r'"DocNumber":\s*"([^"]+)"')
#: seconds between two clicks: sometimes the worker rests, sometimes it is still busy
PAUSES = (0.2, 4.0)
SEED = 19


def percentile(seconds: Sequence[float], percent: int) -> float:
    return statistics.quantiles(seconds, n=100, method="inclusive")[percent - 1]


@dataclass(frozen=True)
class Latency:
    """Seconds from the click to the moment QuickBooks' answer left, sorted."""

    seconds: tuple[float, ...]

    def percentile(self, percent: int) -> float:
        return percentile(self.seconds, percent)


def measure(engine: Engine, count: int) -> Latency:
    say(f"bench: {count} invoices confirmed one by one ...")
    control, books = engine.rig.control, engine.books
    client, pauses = engine.server.client(), random.Random(SEED)
    drafts = [row[0] for row in books.rows(DRAFTS, count + 1)]
    client.execute("account.move", "action_post", [drafts.pop()])  # the server's first is slow
    engine.wait_for(1)
    control.forget()
    clicked = {}
    for draft in drafts:
        time.sleep(pauses.uniform(*PAUSES))
        clicked[draft] = time.time()
        client.execute("account.move", "action_post", [draft])
    engine.wait_for(len(drafts))
    arrived = {}
    for exchange in control.exchanges("create") + control.exchanges("batch"):
        if exchange.status == 200:
            arrived.update((name, exchange.left) for name in NUMBER.findall(exchange.body))
    moves = dict(books.rows(NAMES, drafts))
    if set(moves) - set(arrived):
        raise Halt(f"bench: not in QuickBooks: {', '.join(sorted(set(moves) - set(arrived)))}")
    return Latency(tuple(sorted(arrived[name] - clicked[move] for name, move in moves.items())))
