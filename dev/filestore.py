"""Odoo keeps attachments and built assets outside the database: they must follow every copy."""

from __future__ import annotations

import contextlib
import os
import shutil
from collections.abc import Callable, Iterable
from pathlib import Path

from dev import cache, paths


def folder(database: str) -> Path:
    return paths.FILESTORE / database


def copy(source: str, target: str) -> None:
    """Hard links: Odoo names these files by their content and never writes into an existing one."""
    remove(target)
    if folder(source).exists():
        shutil.copytree(folder(source), folder(target), copy_function=_link)


def rename(source: str, target: str) -> None:
    remove(target)
    with contextlib.suppress(FileNotFoundError):
        folder(source).rename(folder(target))


def remove(database: str) -> None:
    cache.remove_tree(folder(database))


def remove_orphans(databases: Callable[[], Iterable[str]]) -> None:
    """The folders are listed first: one that appears meanwhile has a database we would not see."""
    if not paths.FILESTORE.exists():
        return
    folders = {path.name for path in paths.FILESTORE.iterdir()}
    for orphan in folders - set(databases()):
        remove(orphan)


def _link(source: str, target: str) -> None:
    try:
        os.link(source, target)
    except OSError:
        shutil.copy2(source, target)
