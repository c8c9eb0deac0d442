"""The Odoo books the bench works on: a cached database with many invoices, without the addon."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator
from pathlib import Path

from bench import odoo_process
from dev import cache, copies, database, filestore, paths, templates
from dev.postgres import server
from dev.progress import say

PREFIX = "bench_books_"
#: the longest part of a full run drains 20,000 and 3,000, after a few to warm up
POSTED = 23_200
DRAFTS = 5_200
RECIPE = paths.ROOT / "bench" / "inside" / "fill.py"


def ensure() -> str:
    """The name of the database; it is built when it is missing. PostgreSQL must be running."""
    with cache.exclusive("bench-books"):
        name = _name()
        if not database.exists(name):
            forget(PREFIX)
            say(f"bench: making {POSTED} invoices and {DRAFTS} drafts in Odoo, once ...")
            with building(name) as scratch:
                copies.create(scratch, "test", with_addon=False)
                odoo_process.run("fill", scratch, str(POSTED), str(DRAFTS))
    return name


def _name() -> str:
    with cache.shared(copies.LOCK):
        origin = templates.base("test")
    return PREFIX + cache.key_of(origin, RECIPE.read_bytes(), POSTED, DRAFTS)


def forget(prefix: str) -> None:
    """Drop what an earlier version of the bench has cached."""
    for name in database.names():
        if name.startswith(prefix):
            database.drop(name)


@contextlib.contextmanager
def building(name: str) -> Iterator[str]:
    """A database under a scratch name, renamed at the end: one that exists is complete."""
    scratch = f"{templates.BUILDING}_{os.getpid()}_{name}"
    database.drop(scratch)
    yield scratch
    server.psql("VACUUM ANALYZE", scratch)
    filestore.rename(scratch, name)
    server.psql(f'ALTER DATABASE "{scratch}" RENAME TO "{name}"')


@contextlib.contextmanager
def copy(origin: str, purpose: str) -> Iterator[str]:
    """A database to work in, dropped at the end, also after a kill (see ``dev/copies.py``)."""
    name = f"{copies.RUN}_{os.getpid()}_bench_{purpose}"
    database.drop(name)
    database.copy(origin, name)
    try:
        yield name
    finally:
        database.drop(name)


def sources_key(*without: str) -> str:
    """A key over what an installation of the addon is made of."""
    left_out = templates.NOT_INSTALLED | set(without)
    files: list[Path] = []
    for folder, folders, names in os.walk(paths.ROOT):
        folders[:] = [name for name in folders if name not in left_out]
        files += [Path(folder, name) for name in names]
    wanted = [file for file in files if file.suffix in templates.SOURCE_SUFFIXES]
    return cache.key_of_files(wanted, paths.ROOT)
