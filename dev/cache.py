"""Caches that survive an interrupt: a result counts only once its stamp is written.

Every cached folder carries a stamp file with a key over everything it was made from. The stamp is
written last, hence a folder without the right stamp is thrown away and made again.
"""

from __future__ import annotations

import contextlib
import fcntl
import hashlib
import os
import shutil
from collections.abc import Callable, Iterable, Iterator
from pathlib import Path
from typing import IO

from dev import paths
from dev.progress import say

STAMP = ".stamp"


def key_of(*parts: object) -> str:
    digest = hashlib.sha256()
    for part in parts:
        data = part if isinstance(part, bytes) else str(part).encode()
        digest.update(len(data).to_bytes(8, "big") + data)
    return digest.hexdigest()[:12]


def key_of_files(files: Iterable[Path], root: Path, *parts: object) -> str:
    """A key over names and contents: moving the checkout does not change it."""
    flat: list[object] = list(parts)
    for file in sorted(files):
        flat += [file.relative_to(root).as_posix(), file.read_bytes()]
    return key_of(*flat)


def is_fresh(folder: Path, key: str) -> bool:
    stamp = folder / STAMP
    return stamp.exists() and stamp.read_text() == key


def stamp(folder: Path, key: str) -> None:
    fresh = folder / f"{STAMP}.new"
    fresh.write_text(key)
    fresh.replace(folder / STAMP)


def remove_tree(folder: Path) -> None:
    """Rename first: if we are interrupted, what is left can no longer be taken for the real one."""
    if not folder.exists() and not folder.is_symlink():
        return
    trash = folder.with_name(f"{folder.name}.trash-{os.getpid()}")
    folder.rename(trash)
    shutil.rmtree(trash)


def build_folder(target: Path, key: str, fill: Callable[[Path], None]) -> None:
    """Fill a scratch folder, then rename it into place with its stamp inside."""
    target.parent.mkdir(parents=True, exist_ok=True)
    for leftover in target.parent.glob(f"{target.name}.building*"):
        shutil.rmtree(leftover)
    for leftover in target.parent.glob(f"{target.name}.trash-*"):
        shutil.rmtree(leftover)
    scratch = target.with_name(f"{target.name}.building")
    scratch.mkdir()
    fill(scratch)
    stamp(scratch, key)
    remove_tree(target)
    scratch.rename(target)


@contextlib.contextmanager
def exclusive(name: str) -> Iterator[None]:
    """Only one process of this checkout at a time; the kernel frees the lock of a killed one."""
    with _open_lock(name) as handle:
        if not _try_lock(handle, fcntl.LOCK_EX):
            handle.seek(0)
            owner = handle.read().strip() or "?"
            say(f"waiting for process {owner} to finish its work ({name}) ...")
            fcntl.flock(handle, fcntl.LOCK_EX)
        handle.truncate(0)
        handle.write(str(os.getpid()))
        handle.flush()
        yield


@contextlib.contextmanager
def shared(name: str) -> Iterator[None]:
    with _open_lock(name) as handle:
        fcntl.flock(handle, fcntl.LOCK_SH)
        yield


@contextlib.contextmanager
def exclusive_if_free(name: str) -> Iterator[bool]:
    """For housekeeping: true when nobody holds the lock, and nobody can take it inside."""
    with _open_lock(name) as handle:
        yield _try_lock(handle, fcntl.LOCK_EX)


def _open_lock(name: str) -> IO[str]:
    paths.LOCKS.mkdir(parents=True, exist_ok=True)
    return (paths.LOCKS / name).open("a+")


def _try_lock(handle: IO[str], kind: int) -> bool:
    try:
        fcntl.flock(handle, kind | fcntl.LOCK_NB)
    except BlockingIOError:
        return False
    return True
