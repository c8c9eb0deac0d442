"""The host that does the scheduled work: an Odoo master with two cron workers, and their deaths."""

from __future__ import annotations

import contextlib
import os
import signal
import time
from pathlib import Path

from dev import odoo_config, paths
from dev.process import GUARD as GUARD_FILE
from dev.process import Child
from dev.progress import Halt, tail
from dev.stack import Stack

#: cron workers; with one connection one of them works and the other is ready to take over
WORKERS = 2
GUARD = str(GUARD_FILE)
START_TIMEOUT = 120.0
POLL = 0.1


class Host:
    """Odoo with worker processes for scheduled jobs only: it serves no web requests.

    The master starts a new worker at once when one has died, as on any Odoo host.
    """

    def __init__(self, stack: Stack, database: str, name: str = "worker"):
        self.stack = stack
        self.database = database
        self.name = name
        #: what all its lives have logged
        self.log = paths.LOGS / f"{stack.name}-{name}.odoo.log"
        self.log.unlink(missing_ok=True)
        self._child: Child | None = None

    def start(self) -> None:
        """Begin a life, unless it lives; comes back when its workers are there."""
        if self._child:
            return
        command = odoo_config.command("-d", self.database, "--no-http", "--workers", "1")
        command += ["--max-cron-threads", str(WORKERS), "--logfile", str(self.log)]
        self._child = self.stack.start(self.name, command, env=odoo_config.environment())
        until = time.monotonic() + START_TIMEOUT
        while len(self.workers()) < WORKERS:
            if self._child.poll() is not None or time.monotonic() > until:
                raise Halt(f"{self.name} does not start, see {self.log}\n{tail(self.log)}")
            time.sleep(POLL)

    def workers(self) -> list[int]:
        """Process numbers of the workers that live now, the oldest first."""
        if not self._child:
            return []
        return sorted(worker for master in self._masters() for worker in children(master))

    def _masters(self) -> list[int]:
        """The master process, found by its command, below the guard that has it among its own."""
        return [
            process
            for process, command in commands().items()
            if str(self.log) in command and GUARD not in command and _is_odoo(command)
        ]

    def kill_worker(self, place: int) -> bool:
        """SIGKILL one worker: it gets no chance to clean up.

        :return: False when none lives at this moment
        """
        workers = self.workers()
        if not workers:
            return False
        with contextlib.suppress(ProcessLookupError):
            os.kill(workers[place % len(workers)], signal.SIGKILL)
            return True
        return False

    def kill(self) -> None:
        """Master and workers at once, as when a machine loses power."""
        if self._child:
            self._child.kill()
            self._child = None

    def stop(self) -> None:
        """An orderly end, as when a host is updated: workers finish what they are at."""
        if self._child:
            self._child.stop()
            self._child = None

    def complaints(self) -> list[str]:
        """Errors the connector logged; those of Odoo itself are lost races of transactions."""
        text = self.log.read_text(errors="replace") if self.log.exists() else ""
        return [
            line
            for line in text.splitlines()
            if (" ERROR " in line or " CRITICAL " in line) and "quickbooks" in line
        ]


def commands() -> dict[int, list[str]]:
    """Command lines of all processes."""
    found = {}
    for path in Path("/proc").glob("[0-9]*/cmdline"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            found[int(path.parent.name)] = path.read_text(errors="replace").split("\0")
    return found


def _is_odoo(command: list[str]) -> bool:
    return str(paths.ODOO_BIN) in command


def children(parent: int) -> list[int]:
    """Processes whose parent this is."""
    found = []
    for stat in Path("/proc").glob("[0-9]*/stat"):
        with contextlib.suppress(FileNotFoundError, ProcessLookupError):
            # The name in parentheses may contain anything; the parent is the 2nd word after it.
            words = stat.read_text(errors="replace").rpartition(")")[2].split()
            if int(words[1]) == parent:
                found.append(int(stat.parent.name))
    return found
