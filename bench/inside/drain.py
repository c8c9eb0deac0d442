"""``python -m bench.inside.drain DATABASE DOCUMENTS OUTPUT``: one worker, seen from inside.

Drains one part of the documents undisturbed, for the figures, then as many under a profiler, for
where they come from. The worker runs as Odoo's scheduler runs it, in this process's main thread.
"""

from __future__ import annotations

import cProfile
import sys
import threading
import time
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from bench.inside import statements
from bench.inside.database import environment, prepare, registry
from bench.inside.outbox import mark

WARM_UP = 60
PATIENCE = 90.0
PAUSE = 0.05

Env = Any


@dataclass(frozen=True)
class Figures:
    """What draining cost; CPU is this process's own, ``backend`` that of PostgreSQL for us."""

    documents: int
    seconds: float
    cpu: float
    main_thread: float
    backend: float
    queries: int

    def lines(self) -> list[str]:
        count = self.documents
        busy = self.cpu + self.backend
        return [
            f"documents               {count:10}",
            f"documents per second    {count / self.seconds:10.1f}",
            f"wall ms per document    {1000 * self.seconds / count:10.2f}",
            f"CPU ms per document     {1000 * self.cpu / count:10.2f}",
            f"  of the worker         {1000 * self.main_thread / count:10.2f}",
            f"  of the HTTP threads   {1000 * (self.cpu - self.main_thread) / count:10.2f}",
            f"PostgreSQL CPU ms       {1000 * self.backend / count:10.2f}",
            f"queries per document    {self.queries / count:10.2f}",
            f"documents per second of processor time (ours and PostgreSQL's): {count / busy:.1f}",
        ]


def main(database: str, documents: int, output: Path) -> None:
    prepare(database)
    _drain(database, WARM_UP, 0)
    plain = _drain(database, documents, WARM_UP)
    profiler, log = cProfile.Profile(), statements.Log()
    with log.listening():
        profiled = _drain(database, documents, WARM_UP + documents, profiler)
    profiler.dump_stats(output / "profile.pstats")
    parts = [
        ["WITHOUT PROFILER", *plain.lines()],
        ["UNDER THE PROFILER (its own cost included)", *profiled.lines()],
        log.report(documents),
    ]
    text = "\n\n".join("\n".join(part) for part in parts)
    (output / "profile.txt").write_text(text + "\n")


def _drain(
    database: str, documents: int, before: int, profiler: cProfile.Profile | None = None
) -> Figures:
    """:param before: how many documents have arrived already"""
    from odoo import sql_db

    with environment(database) as env:
        mark(env, documents)
        scheduler = type(env["ir.cron"])
    backend, queries = _backend_cpu(database), sql_db.sql_counter
    cpu, thread, started = time.process_time(), time.thread_time(), time.perf_counter()
    if profiler:
        profiler.enable()
    while not _is_done(database, before + documents, started):
        scheduler._process_jobs(database)
        threading.current_thread().dbname = database
    if profiler:
        profiler.disable()
    return Figures(
        documents,
        time.perf_counter() - started,
        time.process_time() - cpu,
        time.thread_time() - thread,
        _backend_cpu(database) - backend,
        sql_db.sql_counter - queries,
    )


def _is_done(database: str, documents: int, started: float) -> bool:
    with registry(database).cursor() as cr:
        cr.execute(
            """SELECT state, min(error_text), count(*) FROM quickbooks_binding
                WHERE res_model = 'account.move' GROUP BY state"""
        )
        found = {state: (count, reason) for state, reason, count in cr.fetchall()}
    synced = found.pop("synced", (0, ""))[0]
    if synced == documents:
        return True
    moving = {"pending", "waiting"}
    if set(found) - moving or time.perf_counter() - started > PATIENCE + documents / 2:
        raise SystemExit(
            f"{synced} of {documents} documents arrived; the others: {found or _why(database)}"
        )
    time.sleep(0 if found else PAUSE)
    return False


def _why(database: str) -> dict[str, Any]:
    """What the engine says about a standstill."""
    with environment(database) as env:
        channel = env["quickbooks.channel"].search([("direction", "=", "push")], limit=1)
        cron = channel.cron_id
        return {
            "connection": channel.connection_id.state,
            "reason": channel.connection_id.attention_reason or channel.pause_reason,
            "last run": str(channel.last_run_at),
            "changes": env["quickbooks.change"].search_count([]),
            "worker": f"active {cron.active}, next call {cron.nextcall}",
        }


def _backend_cpu(database: str) -> float:
    """Seconds of processor time the PostgreSQL processes of this database have used."""
    with registry(database).cursor() as cr:
        cr.execute("SELECT pid FROM pg_stat_activity WHERE datname = %s", [database])
        return sum(_seconds(pid) for (pid,) in cr.fetchall())


def _seconds(pid: int) -> float:
    """From the scheduler's own account, in nanoseconds."""
    return int(Path(f"/proc/{pid}/schedstat").read_text().split()[0]) / 1e9


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), Path(sys.argv[3]))
