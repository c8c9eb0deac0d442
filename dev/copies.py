"""Copies of the templates for whoever needs a database, and the housekeeping around them."""

from __future__ import annotations

import contextlib
import os
from collections.abc import Iterator, Sequence
from pathlib import Path

from dev import cache, database, filestore, odoo_config, process, templates

# Held (shared) while templates are built or copied; housekeeping needs it for itself.
LOCK = "databases"
# A database of one process is called run_<process number>_<purpose>.
RUN = "run"


@contextlib.contextmanager
def temporary(flavour: str, purpose: str) -> Iterator[str]:
    """A fresh copy of the addon template, dropped at the end."""
    name = f"{RUN}_{os.getpid()}_{purpose}"
    create(name, flavour)
    try:
        yield name
    finally:
        database.drop(name)


def create(name: str, flavour: str, *, with_addon: bool = True) -> None:
    """A copy of the template, which is built first if it is missing."""
    _clean_up()
    with cache.shared(LOCK):
        source = templates.addon(flavour) if with_addon else templates.base(flavour)
        database.drop(name)
        database.copy(source, name)


def install(name: str, modules: Sequence[str]) -> None:
    """Further modules of Odoo's in a copy: those this addon works with but does not need."""
    command = odoo_config.command("-d", name, "--stop-after-init", "--no-http")
    process.run(
        [*command, "-i", ",".join(modules)],
        f"with-{'-'.join(modules)}-install",
        env=odoo_config.environment(),
    )


def prepare(flavour: str) -> None:
    """Build the template now, so that a later ``create`` finds it."""
    with cache.shared(LOCK):
        templates.addon(flavour)


def _clean_up() -> None:
    """Drop outdated templates, and what a killed process left behind."""
    with cache.exclusive_if_free(LOCK) as free:
        if not free:
            return
        current = templates.current()
        for name in database.names():
            outdated = name.startswith(templates.PREFIX) and name not in current
            if outdated or _is_abandoned(name):
                database.drop(name)
        filestore.remove_orphans(database.names)


def _is_abandoned(name: str) -> bool:
    prefix, _, rest = name.partition("_")
    pid = rest.partition("_")[0]
    return prefix in (RUN, templates.BUILDING) and pid.isdigit() and not Path("/proc", pid).exists()
