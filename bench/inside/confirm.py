"""``python -m bench.inside.confirm BARE CONNECTED SINGLES GROUPS SIZE``: the price of the addon.

Confirms the same drafts in two databases that differ only in the addon: BARE is without it, in
CONNECTED it is on. Both live in this one process, and each pair of measurements follows directly
on the other, in changing order. So whatever else happens on the machine, or changes in the process
with time, meets both alike. Prints all measurements as JSON, one line, with the statements that
only the addon causes.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from pathlib import Path
from typing import Any

from bench.inside import statements
from bench.inside.database import prepare, registry

ADMIN = 2
WARM_UP = 5
DRAFTS = """SELECT id FROM account_move
             WHERE move_type = 'out_invoice' AND state = 'draft' ORDER BY id LIMIT %s"""


def main(bare: str, connected: str, singles: int, groups: int, size: int) -> None:
    prepare(bare, connected)
    databases = (bare, connected)
    drafts = _drafts(databases, WARM_UP + 1 + singles + (groups + 2) * size)
    lots = [[drafts.pop()] for _ in range(WARM_UP)]
    lots += [[drafts.pop() for _ in range(size)]]
    for lot in lots:
        _both(databases, lot, 0)
    gc.collect()
    gc.freeze()  # Odoo's code and registries need not be searched again before each measurement
    result: dict[str, Any] = {
        "one": [_both(databases, [drafts.pop()], turn) for turn in range(singles)],
        "many": [
            _both(databases, [drafts.pop() for _ in range(size)], turn) for turn in range(groups)
        ],
    }
    result["extra_one"] = _extra_statements(databases, [drafts.pop()])
    result["extra_many"] = _extra_statements(databases, [drafts.pop() for _ in range(size)])
    noted = _count(connected, "quickbooks_change")
    expected = WARM_UP + 1 + singles + (groups + 2) * size
    if noted != expected:
        raise SystemExit(f"{noted} changes were noted, not {expected}: this measured nothing")
    print(json.dumps(result))


def _drafts(databases: tuple[str, str], count: int) -> list[int]:
    found = []
    for database in databases:
        with registry(database).cursor() as cr:
            cr.execute(DRAFTS, [count])
            found.append([row[0] for row in cr.fetchall()])
    if found[0] != found[1] or len(found[0]) != count:
        raise SystemExit("the two databases do not have the same drafts, or not enough")
    return found[0]


def _count(database: str, table: str) -> int:
    with registry(database).cursor() as cr:
        cr.execute(f"SELECT count(*) FROM {table}")
        return cr.fetchone()[0]


def _both(databases: tuple[str, str], ids: list[int], turn: int) -> list[dict[str, float]]:
    """Confirm in both, the one or the other first.

    :return: the measurements, without the addon first
    """
    order = (0, 1) if turn % 2 else (1, 0)
    found = {place: _confirm(databases[place], ids) for place in order}
    return [found[0], found[1]]


def _extra_statements(databases: tuple[str, str], ids: list[int]) -> list[tuple[int, str]]:
    """What is executed more often, or only, with the addon, and how often more."""
    logs = []
    for database in databases:
        log = statements.Log()
        with log.listening():
            _confirm(database, ids)
        logs.append(log.counts)
    return [(count, shape) for shape, count in (logs[1] - logs[0]).most_common()]


def _confirm(database: str, ids: list[int]) -> dict[str, float]:
    """One transaction as of a person's click, up to and including the commit.

    ``cpu`` is the processor time of this process and of its PostgreSQL process together: they work
    in turns, so on an idle machine it is the wall-clock time, and on a busy one it still is.
    """
    from odoo import api, sql_db

    with registry(database).cursor() as cr:
        moves: Any = api.Environment(cr, ADMIN, {})["account.move"].browse(ids)
        backend = cr._cnx.get_backend_pid()
        gc.collect()
        queries, served = sql_db.sql_counter, _backend_seconds(backend)
        used, started = time.process_time(), time.perf_counter()
        moves.action_post()
        cr.commit()
        wall = time.perf_counter() - started
        cpu = time.process_time() - used + _backend_seconds(backend) - served
        return {"wall": wall, "cpu": cpu, "queries": sql_db.sql_counter - queries}


def _backend_seconds(pid: int) -> float:
    """From the scheduler's own account, in nanoseconds; exact while the process waits for us."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


if __name__ == "__main__":
    main(sys.argv[1], sys.argv[2], *map(int, sys.argv[3:]))
