"""What the person at the terminal sees: numbered steps, a sign of life, one-line errors."""

from __future__ import annotations

import os
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path

TAIL_LINES = 25


class Halt(Exception):
    """Work cannot go on; the text says in one line what is missing and how to get it."""


class CommandFailed(Halt):
    """A command ended with an error; its last output lines are shown below the first line."""


def say(text: str) -> None:
    print(text, flush=True)


def seconds(value: float) -> str:
    minutes, rest = divmod(round(value), 60)
    return f"{minutes} min {rest} s" if minutes else f"{rest} s"


def tail(log: Path, lines: int = TAIL_LINES) -> str:
    if not log.exists():
        return f"    (no log at {log})"
    last = log.read_text(errors="replace").splitlines()[-lines:]
    return "\n".join(f"    {line}" for line in last)


class Step:
    """One numbered step; silent unless it has work to do, so that a second run stays short."""

    def __init__(self, number: int, total: int, title: str):
        self.label = f"[{number}/{total}] {title}"
        self.started = time.monotonic()
        self.worked = False

    def doing(self, what: str) -> None:
        self.worked = True
        say(f"{self.label}: {what} ...")

    def done(self) -> None:
        if self.worked:
            say(f"{self.label}: ready after {seconds(time.monotonic() - self.started)}")


def run_steps(steps: Sequence[tuple[str, Callable[[Step], object]]]) -> None:
    started = time.monotonic()
    worked = False
    for number, (title, action) in enumerate(steps, 1):
        step = Step(number, len(steps), title)
        action(step)
        step.done()
        worked = worked or step.worked
    if not worked:
        say(f"environment: ready ({time.monotonic() - started:.1f} s)")


def output(command: Sequence[str | os.PathLike[str]], env: Mapping[str, str] | None = None) -> str:
    """The standard output of a short command; its error text becomes the exception's."""
    done = subprocess.run(list(command), capture_output=True, text=True, env=env, check=False)
    if done.returncode:
        raise CommandFailed(f"{Path(command[0]).name}: {(done.stderr or done.stdout).strip()}")
    return done.stdout


def warn(text: str) -> None:
    print(text, file=sys.stderr, flush=True)
