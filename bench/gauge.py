"""What processes have used, from the kernel's accounts: what others do does not count."""

from __future__ import annotations

import os
from pathlib import Path

from bench.sql import Sql

TICKS = os.sysconf("SC_CLK_TCK")


def cpu_seconds(pid: int) -> float:
    """Processor time of a process with all its threads, to a hundredth of a second."""
    fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    return (int(fields[11]) + int(fields[12])) / TICKS


def peak_mb(pid: int) -> float:
    """The most memory that was really there at once, shared pages included, since the start or
    since :func:`forget_peak`; the kernel keeps it, so no peak is too short to be seen."""
    for line in Path(f"/proc/{pid}/status").read_text().splitlines():
        name, _, value = line.partition(":")
        if name == "VmHWM":
            return int(value.split()[0]) / 1024
    raise LookupError("the kernel does not tell the peak memory of a process")


def forget_peak(pid: int) -> None:
    """From now on the peak is that of what follows."""
    Path(f"/proc/{pid}/clear_refs").write_text("5")


class BackendCpu:
    """Processor time of PostgreSQL on behalf of one database.

    Backends come and go with Odoo's connections, so they are looked at again and again; what one
    did after the last look is lost, which is little beside hundreds of looks.
    """

    def __init__(self, database: Sql):
        self._database = database
        self._first: dict[int, float] = {}
        self._last: dict[int, float] = {}
        self.look(opening=True)

    def look(self, *, opening: bool = False) -> None:
        rows = self._database.rows(
            """SELECT pid FROM pg_stat_activity WHERE datname = current_database()
                  AND application_name <> 'bench'"""
        )
        for (pid,) in rows:
            try:
                used = cpu_seconds(pid)
            except FileNotFoundError:
                continue  # it has just ended
            # one that appears later has done everything for us
            self._first.setdefault(pid, used if opening else 0.0)
            self._last[pid] = used

    @property
    def seconds(self) -> float:
        return sum(self._last[pid] - first for pid, first in self._first.items())
