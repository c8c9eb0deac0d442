"""Child processes that cannot outlive us: each one runs below a ``guard``."""

from __future__ import annotations

import os
import signal
import socket
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import IO

from dev import paths
from dev.progress import CommandFailed, Halt, say, seconds, tail

GUARD = paths.ROOT / "dev" / "guard.py"
HEARTBEAT = 15.0
GRACE = 15.0
POLL = 0.1


class Child:
    """A running command with its own log; ``stop`` ends it and everything it started."""

    def __init__(
        self,
        name: str,
        command: Sequence[str | os.PathLike[str]],
        *,
        env: Mapping[str, str] | None = None,
        cwd: Path | None = None,
        grace: float = GRACE,
    ):
        self.name = name
        self.program = Path(command[0]).name
        self.log = paths.LOGS / f"{name}.log"
        self.log.parent.mkdir(parents=True, exist_ok=True)
        self.grace = grace
        with self.log.open("wb") as out:
            self._guard = _start_guarded(command, grace, out, env, cwd)

    def poll(self) -> int | None:
        return self._guard.poll()

    def wait(self, timeout: float | None = None) -> int:
        return self._guard.wait(timeout)

    def text(self) -> str:
        """All it has printed so far."""
        return self.log.read_text(errors="replace")

    def stop(self) -> None:
        self.ask_to_stop()
        self._guard.wait(self.grace + 30)

    def ask_to_stop(self) -> None:
        """Only ask, so that several can end at the same time."""
        if self._guard.poll() is None:
            self._guard.terminate()

    def kill(self) -> None:
        """As in a crash: the command and all its descendants get no chance to clean up."""
        if self._guard.poll() is None:
            self._guard.send_signal(signal.SIGUSR1)
        self._guard.wait()

    def wait_until(self, ready: Callable[[], bool], timeout: float) -> None:
        started = time.monotonic()
        while not ready():
            if self.poll() is not None:
                raise Halt(f"{self.name} ended while starting; see {self.log}\n{tail(self.log)}")
            if time.monotonic() - started > timeout:
                raise Halt(
                    f"{self.name} is not ready after {seconds(timeout)}; see {self.log}\n"
                    f"{tail(self.log)}"
                )
            time.sleep(POLL)


def _start_guarded(
    command: Sequence[str | os.PathLike[str]],
    grace: float,
    out: IO[bytes] | None,
    env: Mapping[str, str] | None,
    cwd: Path | None,
) -> subprocess.Popen[bytes]:
    """In a session of its own: a Ctrl-C at the terminal reaches only us, and we stop in order."""
    return subprocess.Popen(
        [sys.executable, "-S", str(GUARD), str(grace), *map(os.fspath, command)],
        stdin=subprocess.PIPE,
        stdout=out,
        stderr=out,
        env=None if env is None else dict(env),
        cwd=cwd,
        start_new_session=True,
    )


def run(
    command: Sequence[str | os.PathLike[str]],
    name: str,
    *,
    env: Mapping[str, str] | None = None,
    cwd: Path | None = None,
    grace: float = 5,
) -> None:
    """Run to the end with the output in a log file; say every few seconds that it still lives."""
    child = Child(name, command, env=env, cwd=cwd, grace=grace)
    started = time.monotonic()
    try:
        while True:
            try:
                code = child.wait(HEARTBEAT)
                break
            except subprocess.TimeoutExpired:
                say(f"      ... still working, {seconds(time.monotonic() - started)}")
    finally:
        child.stop()
    if code:
        what = f"{child.program} ended with status {code}; full output in {child.log}"
        raise CommandFailed(f"{what}\n{tail(child.log)}")


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return probe.getsockname()[1]
