"""Where ``postgres``, ``initdb`` and ``psql`` are: on the system, else a private copy."""

from __future__ import annotations

import os
from pathlib import Path

from dev import apt, cache, paths
from dev.progress import Halt, Step

SUPERUSER = "odoo"
PRIVATE = paths.CACHE / "postgres-programs"
NEEDED = ("postgres", "initdb", "psql", "pg_isready")


def folder() -> Path:
    found = _find()
    if found is None:
        raise Halt("missing: PostgreSQL; get it with: make bootstrap")
    return found


def environment(socket: Path) -> dict[str, str]:
    """For every PostgreSQL program; a private copy brings its own shared libraries."""
    env = {**os.environ, "LC_ALL": "C.UTF-8", "PGUSER": SUPERUSER, "PGHOST": str(socket)}
    if folder().is_relative_to(PRIVATE):
        libraries = [str(path) for path in PRIVATE.glob("usr/lib/*-linux-gnu*")]
        env["LD_LIBRARY_PATH"] = ":".join(libraries)
    return env


def ensure(step: Step) -> None:
    if _find() is not None:
        return
    apt.require_tools()
    step.doing("asking this machine's package lists")
    source = apt.PrivateApt("postgres")
    source.use_machine_sources()
    source.update()
    step.doing("downloading")
    archives = source.download_with_dependencies(["postgresql"])
    cache.build_folder(PRIVATE, "downloaded", lambda target: apt.unpack(archives, target))


def _find() -> Path | None:
    candidates = _versions_below(Path("/"))
    on_path = paths.find_program("postgres")
    if on_path:
        candidates.append(Path(on_path).resolve().parent)
    candidates += _versions_below(PRIVATE)
    for candidate in candidates:
        if all((candidate / name).exists() for name in NEEDED):
            return candidate
    return None


def _versions_below(root: Path) -> list[Path]:
    """Debian keeps every major version in its own folder, outside PATH; the newest comes first."""
    found = [path for path in root.glob("usr/lib/postgresql/*/bin") if path.parent.name.isdigit()]
    return sorted(found, key=lambda path: int(path.parent.name), reverse=True)
