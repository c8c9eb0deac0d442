"""Use the private server: it runs while somebody is inside ``running()``."""

from __future__ import annotations

import contextlib
import fcntl
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

from dev import cache, paths
from dev.postgres import cluster, programs
from dev.postgres.keeper import KEEPER_LOCK, USERS_LOCK
from dev.progress import Halt, output, tail

LOG = paths.LOGS / "postgres.log"
START_TIMEOUT = 90
POLL = 0.05


@contextlib.contextmanager
def running() -> Iterator[None]:
    paths.LOCKS.mkdir(parents=True, exist_ok=True)
    try:
        with USERS_LOCK.open("a") as user:
            with cache.exclusive("postgres-start"):
                fcntl.flock(user, fcntl.LOCK_SH)
                if not answers():
                    _start()
            yield
    finally:
        _wait_for_keeper()


def answers() -> bool:
    command = [programs.folder() / "pg_isready", "-q", "-p", str(cluster.PORT)]
    return subprocess.run(command, env=cluster.environment(), check=False).returncode == 0


def psql(statement: str, database: str = "postgres") -> list[str]:
    """Rows as text: enough for the few statements needed where no library can be imported."""
    command = [programs.folder() / "psql", "-X", "-A", "-t", "-q", "-v", "ON_ERROR_STOP=1"]
    command += ["-p", str(cluster.PORT), "-d", database, "-c", statement]
    return output(command, env=cluster.environment()).splitlines()


def _start() -> None:
    paths.LOGS.mkdir(parents=True, exist_ok=True)
    with LOG.open("wb") as log:
        keeper = subprocess.Popen(
            [sys.executable, "-m", "dev.postgres.keeper"],
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            cwd=paths.ROOT,
            start_new_session=True,
        )
    until = time.monotonic() + START_TIMEOUT
    while not answers():
        if keeper.poll() is not None or time.monotonic() > until:
            raise Halt(
                f"the private PostgreSQL does not start, see {LOG}; if its files are damaged, "
                f"begin anew with: make clean\n{tail(LOG)}"
            )
        time.sleep(POLL)


def _wait_for_keeper() -> None:
    """Come back only when the server is really gone, unless somebody else still uses it."""
    while not _is_free(KEEPER_LOCK, fcntl.LOCK_EX):
        others_use_it = _is_free(USERS_LOCK, fcntl.LOCK_SH) and not _is_free(
            USERS_LOCK, fcntl.LOCK_EX
        )
        if others_use_it:
            return
        time.sleep(POLL)


def _is_free(lock: Path, kind: int) -> bool:
    with lock.open("a") as handle:
        try:
            fcntl.flock(handle, kind | fcntl.LOCK_NB)
        except BlockingIOError:
            return False
    return True
