"""``make year``: a database, a simulator, Odoo's workers, and a year of documents between them."""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from collections.abc import Sequence
from pathlib import Path

from dev import copies, odoo_config, paths, scenario_connect
from dev.chaos import sql
from dev.context import Context
from dev.process import free_port
from dev.progress import Halt, say, seconds
from dev.scenario_wait import until_settled
from dev.stack import Stack
from dev.year.deck import FIRST
from dev.year.quickbooks import QuickBooks

FOLDER = paths.CACHE / "year"
CRON_THREADS = 2
#: orders of what is paid online, and hours
BESIDE = ("sale", "hr_timesheet")
REST = 600


def main(arguments: Sequence[str] | None = None) -> int:
    options = _options(arguments)
    FOLDER.mkdir(parents=True, exist_ok=True)
    started = time.monotonic()
    try:
        with Stack("year") as stack:
            year = Year(stack, options.seed, options.documents)
            year.prepare()
            year.play()
            code = year.judge()
    except Halt as error:
        say(f"year: {error}")
        return 1
    say(f"year: seed {options.seed}, {seconds(time.monotonic() - started)} in all")
    return code


def _options(arguments: Sequence[str] | None) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make year", description=__doc__)
    parser.add_argument("--seed", type=int, default=int(os.environ.get("SEED") or 1))
    default = int(os.environ.get("DOCUMENTS") or 1200)
    parser.add_argument("--documents", type=int, default=default)
    return parser.parse_args(arguments)


class Year:
    def __init__(self, stack: Stack, seed: int, documents: int):
        self.stack, self.seed, self.documents = stack, seed, documents
        self.memory = FOLDER / "company.json"

    def prepare(self) -> None:
        """Connected, mapped and switched on, as by people."""
        self.database, port = self.stack.database("test"), free_port()
        say(f"year: installing {' and '.join(BESIDE)} ...")
        copies.install(self.database, BESIDE)
        self.simulator = self.stack.simulator(odoo_port=port, options=["--empty"])
        books = QuickBooks(self.simulator.url)
        books.prefer("CustomTxnNumbers", True)
        books.prefer("MultiCurrencyEnabled", True)
        say("year: founding the company in both books ...")
        self._step("found")
        odoo = self.stack.odoo(self.database, port=port, cron_threads=CRON_THREADS)
        self.client = odoo.client()
        key = "quickbooks_online.simulator_limits"
        self.client.execute("ir.config_parameter", "set_param", key, "off")
        scenario_connect.connect(Context(odoo, self.simulator), self.client)
        scenario_connect.wait_for_lists(self.client)
        self._step("choose")
        scenario_connect.switch_on(self.client, FIRST)

    def play(self) -> None:
        say(f"year: {self.documents} documents, seed {self.seed} ...")
        self._step("play")
        started = time.monotonic()
        sql.wake_workers(self.database)
        try:
            until_settled(self.client, REST)
        except Halt as error:
            say(str(error))  # the verdict names what waits
        say(f"year: the rest was sent in {seconds(time.monotonic() - started)}")

    def judge(self) -> int:
        return self._step("judge", must=False)

    def _step(self, name: str, *, must: bool = True) -> int:
        """Run a step beside the server; what it prints is seen at once."""
        command = [sys.executable, "-m", "dev.year.inside", name, self.database]
        command += [self.simulator.url, str(self.seed), str(self.documents), str(self.memory)]
        done = subprocess.run(
            command, cwd=Path(paths.ROOT), env=odoo_config.environment(), check=False
        )
        if must and done.returncode:
            raise Halt(f"step {name} failed")
        return done.returncode


if __name__ == "__main__":
    raise SystemExit(main())
