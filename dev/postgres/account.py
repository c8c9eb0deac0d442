"""Under whose name the server runs: PostgreSQL refuses root, so root lends it to somebody else."""

from __future__ import annotations

import os
import pwd
import stat
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from dev.progress import Halt

UNPRIVILEGED = ("postgres", "nobody")


@dataclass(frozen=True)
class Account:
    uid: int
    gid: int

    def popen_arguments(self) -> dict[str, Any]:
        if self.uid == os.geteuid():
            return {}
        return {"user": self.uid, "group": self.gid, "extra_groups": []}

    def can_traverse(self, folder: Path) -> bool:
        """Could this account work below the folder? Only asked for an identity that is not ours."""
        if self.uid == os.geteuid():
            return True
        existing = (path for path in (folder, *folder.parents) if path.exists())
        return all(self._may_enter(path.stat()) for path in existing)

    def _may_enter(self, info: os.stat_result) -> bool:
        if info.st_uid == self.uid:
            return bool(info.st_mode & stat.S_IXUSR)
        if info.st_gid == self.gid:
            return bool(info.st_mode & stat.S_IXGRP)
        return bool(info.st_mode & stat.S_IXOTH)


def account() -> Account:
    if os.geteuid():
        return Account(os.geteuid(), os.getegid())
    for name in UNPRIVILEGED:
        try:
            entry = pwd.getpwnam(name)
        except KeyError:
            continue
        return Account(entry.pw_uid, entry.pw_gid)
    raise Halt(f"missing: a user {' or '.join(UNPRIVILEGED)} to run PostgreSQL for root")
