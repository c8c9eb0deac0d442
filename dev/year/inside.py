"""``python -m dev.year.inside STEP DATABASE SIMULATOR SEED DOCUMENTS``: the steps that need Odoo.

A process of its own beside Odoo's server, whose workers send meanwhile what is committed here.
``found`` makes the company, ``choose`` the mapping, ``play`` the year, ``judge`` compares.
"""

from __future__ import annotations

import gc
import json
import sys
import time
from collections import Counter
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any
from unittest.mock import patch

from bench.inside.database import environment, prepare
from dev.chaos import sql
from dev.progress import say, seconds
from dev.year import company, play, report, trial
from dev.year.quickbooks import QuickBooks

ADMIN = 2
#: whoever keeps these books, bank and expenses included
GROUPS = (
    "account.group_account_basic",
    "account.group_account_user",
    "hr_expense.group_hr_expense_manager",
    "hr.group_hr_user",
    "analytic.group_analytic_accounting",
    "project.group_project_manager",
    "sales_team.group_sale_manager",
    "hr_timesheet.group_timesheet_manager",
)
BEAT = 15.0
#: after this many documents the tables' statistics are renewed, as a database of a year has them
STATISTICS = 100
#: after this many cards the workers are woken, while the play goes on
VISIT = 10
#: nobody reads what changed in which field
PLAIN = {"tracking_disable": True}
Env = Any


def _found(env: Env, quickbooks: QuickBooks, seed: int, _documents: int, memory: Path) -> int:
    for group in GROUPS:
        env.user.group_ids |= env.ref(group, raise_if_not_found=False) or env["res.groups"]
    cast = company.found(env, quickbooks, seed)
    memory.write_text(json.dumps(cast.packed()))
    return 0


def _choose(env: Env, _quickbooks: QuickBooks, _seed: int, _documents: int, memory: Path) -> int:
    connection = env["quickbooks.connection"].search([])
    company.choose(env, connection, _recall(env, memory))
    return 0


def _play(env: Env, _quickbooks: QuickBooks, seed: int, documents: int, memory: Path) -> int:
    started = beat = time.monotonic()
    made: Counter[str] = Counter()
    env = env(context={**env.context, **PLAIN})
    cast = _recall(env, memory)
    gc.freeze()  # Odoo's models stay: garbage is sought among what is made here only
    with _sleeping_workers(env):
        for card in play.year(env, cast, seed, documents, env.cr.commit, made):
            if card.number % VISIT == VISIT - 1:
                sql.wake_workers(env.cr.dbname)
            if card.number % STATISTICS == STATISTICS - 1:
                env.cr.execute("ANALYZE")
            if time.monotonic() - beat > BEAT:
                beat = time.monotonic()
                say(f"      ... {card.day}, {sum(made.values())} documents")
    say(f"year: {sum(made.values())} documents and cancellations in {_passed(started)}")
    memory.with_name("made.json").write_text(json.dumps(made))
    return 0


@contextmanager
def _sleeping_workers(env: Env) -> Iterator[None]:
    """Commits wake nobody. A run for each document costs more than the document, and a year in ten
    minutes is denser than any real one; what a single document costs is measured by the bench."""
    with patch.object(type(env["ir.cron"]), "_notifydb", lambda _self: None):
        yield


def _judge(env: Env, quickbooks: QuickBooks, _seed: int, _documents: int, memory: Path) -> int:
    made = Counter(json.loads(memory.with_name("made.json").read_text()))
    verdict = trial.judge(env, env["quickbooks.connection"].search([]), quickbooks)
    for line in report.lines(made, verdict):
        say(line)
    with memory.with_name("explained.txt").open("w") as file:
        file.writelines(f"{line}\n" for line in report.explanations(verdict))
    return 0 if verdict.agree else 1


def _recall(env: Env, memory: Path) -> company.Company:
    return company.Company.unpacked(env, json.loads(memory.read_text()))


def _passed(started: float) -> str:
    return seconds(time.monotonic() - started)


STEPS = {"found": _found, "choose": _choose, "play": _play, "judge": _judge}


def main(step: str, database: str, url: str, seed: int, documents: int, memory: Path) -> int:
    prepare(database)
    with environment(database, ADMIN) as env:
        return STEPS[step](env, QuickBooks(url), seed, documents, memory)


if __name__ == "__main__":
    name, base, address, number, count, file = sys.argv[1:]
    raise SystemExit(main(name, base, address, int(number), int(count), Path(file)))
