"""Runs of the connection's job, read from the logs of Odoo's processes."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from itertools import pairwise
from pathlib import Path

#: how the job that sends is called (models/quickbooks_channel.py)
JOB = "QuickBooks: sending of connection"
#: 2026-11-22 09:10:11,123 4711 INFO base odoo...: Job 'QuickBooks: sending ...' (12) starting
LINE = re.compile(
    r"^(?P<at>\S+ \S+) (?P<process>\d+) INFO .*Job '" + JOB + r".*?' \(\d+\) (?P<what>.*)$"
)
MOMENT = "%Y-%m-%d %H:%M:%S,%f"


@dataclass(frozen=True)
class Run:
    host: str
    process: int
    begin: float
    end: float

    @property
    def seconds(self) -> float:
        return self.end - self.begin


def read(host: str, log: Path) -> list[Run]:
    """Finished runs of all processes that write to a log."""
    begun: dict[int, float] = {}
    found = []
    for line in log.read_text(errors="replace").splitlines():
        match = LINE.match(line)
        if not match:
            continue
        at = datetime.strptime(match["at"], MOMENT).timestamp()
        process = int(match["process"])
        if match["what"].strip() == "starting":
            begun[process] = at
        elif process in begun:
            found.append(Run(host, process, begun.pop(process), at))
    return found


def overlaps(runs: Iterable[Run]) -> list[str]:
    """Pairs of runs that were under way at the same time, in words.

    The lines are written just inside the lock of the job, so honest runs never overlap.
    """
    ordered = sorted(runs, key=lambda run: run.begin)
    return [
        f"{second.host} {second.process} began {first.end - second.begin:.3f} s before "
        f"{first.host} {first.process} had ended"
        for first, second in pairwise(ordered)
        if second.begin < first.end
    ]
