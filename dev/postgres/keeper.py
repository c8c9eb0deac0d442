"""The process that owns the running server: ``python -m dev.postgres.keeper``.

Several runs of this checkout share one server, and any of them may be killed. So none of them owns
it: each holds a shared lock on one file while it needs the server, and this process stops it once
nobody holds that lock any more. The kernel drops the locks of a killed process by itself.
"""

from __future__ import annotations

import fcntl
import os
import signal
import subprocess
import sys
import time
from pathlib import Path
from typing import IO

from dev import paths
from dev.linux import die_with_parent
from dev.postgres import cluster
from dev.postgres.account import account

POLL = 0.5
STOP_TIMEOUT = 60
USERS_LOCK = paths.LOCKS / "postgres-users"
KEEPER_LOCK = paths.LOCKS / "postgres-keeper"


def main() -> int:
    with KEEPER_LOCK.open("a") as alone, USERS_LOCK.open("a") as users:
        fcntl.flock(alone, fcntl.LOCK_EX)
        _clear_remains()
        server = subprocess.Popen(
            cluster.server_command(),
            stdin=subprocess.DEVNULL,
            cwd="/",
            env=cluster.environment(),
            preexec_fn=lambda: die_with_parent(signal.SIGINT),  # noqa: PLW1509 - no threads here
            **account().popen_arguments(),
        )
        signal.signal(signal.SIGTERM, lambda *_: server.send_signal(signal.SIGINT))
        while server.poll() is None:
            if _nobody_left(users):
                # The lock stays ours until we end: a newcomer waits and then starts a fresh server.
                server.send_signal(signal.SIGINT)
                return server.wait(STOP_TIMEOUT)
            time.sleep(POLL)
        return server.returncode


def _nobody_left(users: IO[str]) -> bool:
    try:
        fcntl.flock(users, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True


def _clear_remains() -> None:
    """After a killed keeper: let its server finish, and drop a pid file that means nothing now.

    PostgreSQL would refuse to start when that number meanwhile belongs to some other process.
    """
    pid_file = cluster.data_folder() / "postmaster.pid"
    if not pid_file.exists():
        return
    pid = int(pid_file.read_text().split(maxsplit=1)[0])
    until = time.monotonic() + STOP_TIMEOUT
    while _is_our_server(pid):
        if time.monotonic() > until:
            os.kill(pid, signal.SIGQUIT)
            time.sleep(POLL)
        time.sleep(POLL)
    pid_file.unlink(missing_ok=True)


def _is_our_server(pid: int) -> bool:
    try:
        arguments = Path(f"/proc/{pid}/cmdline").read_bytes().split(b"\0")
    except (FileNotFoundError, ProcessLookupError):
        return False
    return os.fsencode(cluster.data_folder()) in arguments


if __name__ == "__main__":
    sys.exit(main())
