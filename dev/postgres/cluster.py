"""The data folder and the socket folder of the private cluster."""

from __future__ import annotations

import hashlib
import os
import signal
import stat
import subprocess
import tempfile
from pathlib import Path

from dev import cache, paths
from dev.linux import die_with_parent
from dev.postgres import programs
from dev.postgres.account import account
from dev.progress import Halt, Step, output

PORT = 5432
# The kernel allows 107 bytes for a socket's path, "/.s.PGSQL.5432.lock" included.
LONGEST_SOCKET_FOLDER = 85

SETTINGS = {
    "listen_addresses": "",
    "port": str(PORT),
    "unix_socket_permissions": "0700",
    "max_connections": "300",
    "shared_buffers": "512MB",
    "work_mem": "16MB",
    "maintenance_work_mem": "256MB",
    "max_wal_size": "4GB",
    "checkpoint_timeout": "30min",
    "jit": "off",
    # Losing everything in a power cut is fine here, waiting for a disk is not.
    "fsync": "off",
    "synchronous_commit": "off",
    "full_page_writes": "off",
}


def home() -> Path:
    """Inside the checkout where the server's account can work there, else a temporary folder."""
    inside = paths.CACHE / "postgres"
    short_enough = len(os.fsencode(inside / "run")) <= LONGEST_SOCKET_FOLDER
    if short_enough and account().can_traverse(paths.CACHE):
        return inside
    mark = hashlib.sha256(os.fsencode(paths.ROOT)).hexdigest()[:12]
    return Path(tempfile.gettempdir()) / f"{paths.ADDON}-{os.geteuid()}-{mark}"


def data_folder() -> Path:
    return home() / "data"


def socket_folder() -> Path:
    return home() / "run"


def environment() -> dict[str, str]:
    return programs.environment(socket_folder())


def server_command() -> list[str]:
    """All settings on the command line: nothing to keep in step with a file in the cluster."""
    command = [str(programs.folder() / "postgres"), "-D", str(data_folder())]
    for name, value in {**SETTINGS, "unix_socket_directories": f'"{socket_folder()}"'}.items():
        command += ["-c", f"{name}={value}"]
    return command


def ensure(step: Step) -> None:
    programs.ensure(step)
    version = output([programs.folder() / "postgres", "--version"], env=environment())
    key = cache.key_of(version)
    _claim_home()
    if cache.is_fresh(home(), key):
        return
    step.doing("creating a private cluster")
    cache.remove_tree(home())
    _claim_home()
    owner = account()
    for folder in (data_folder(), socket_folder()):
        folder.mkdir(mode=0o700)
        os.chown(folder, owner.uid, owner.gid)
    _initialize(data_folder())
    cache.stamp(home(), key)


def _claim_home() -> None:
    """Others can guess a name in a shared temporary folder: never use what they put there."""
    folder = home()
    folder.parent.mkdir(parents=True, exist_ok=True)
    folder.mkdir(mode=0o755, exist_ok=True)
    info = folder.lstat()
    if not stat.S_ISDIR(info.st_mode) or info.st_uid != os.geteuid():
        raise Halt(f"{folder} belongs to somebody else; remove it or set TMPDIR")


def _initialize(data: Path) -> None:
    command: list[str | Path] = [programs.folder() / "initdb", "--pgdata", data, "--no-sync"]
    command += ["--username", programs.SUPERUSER, "--auth", "trust", "--no-locale", "-E", "UTF8"]
    done = subprocess.run(
        command,
        capture_output=True,
        text=True,
        check=False,
        cwd="/",
        env=environment(),
        preexec_fn=lambda: die_with_parent(signal.SIGKILL),
        **account().popen_arguments(),
    )
    if done.returncode:
        raise Halt(f"cannot create a PostgreSQL cluster in {data}: {done.stderr.strip()}")
