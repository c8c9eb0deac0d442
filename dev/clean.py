"""``make clean``: remove all that was fetched or built, including what lies outside ``.dev``."""

from __future__ import annotations

from dev import cache, paths
from dev.postgres import cluster
from dev.postgres.keeper import KEEPER_LOCK
from dev.progress import Halt, say


def clean() -> None:
    if not paths.CACHE.exists():
        say("nothing to remove")
        return
    with cache.exclusive_if_free(KEEPER_LOCK.name) as free:
        if not free:
            raise Halt("PostgreSQL of this checkout is in use; stop the demo or tests first")
        cache.remove_tree(cluster.home())
        cache.remove_tree(paths.CACHE)
    say(f"removed {paths.CACHE}")
