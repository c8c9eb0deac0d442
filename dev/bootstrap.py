"""Bring a fresh machine to the point where Odoo runs; every step is skipped once it is done."""

from __future__ import annotations

import enum
import os

from dev import browser, cache, odoo_config, odoo_source, paths, venv
from dev.postgres import cluster
from dev.progress import Step, run_steps


class Need(enum.IntEnum):
    """How much of the environment a command needs."""

    NOTHING = 0
    PYTHON = 1
    ODOO = 2
    BROWSER = 3


def bootstrap(need: Need) -> None:
    steps = [
        (Need.PYTHON, "Python environment", venv.ensure),
        (Need.PYTHON, "addon folder", _link_addon),
        (Need.ODOO, "Odoo 19", odoo_source.ensure),
        (Need.ODOO, "PostgreSQL", cluster.ensure),
        (Need.ODOO, "Odoo configuration", odoo_config.ensure),
        (Need.BROWSER, "Chromium", browser.ensure),
    ]
    if need == Need.NOTHING:
        return
    with cache.exclusive("bootstrap"):
        run_steps([(title, action) for level, title, action in steps if level <= need])


def _link_addon(step: Step) -> None:
    """Odoo takes an addon's name from its folder, the checkout may be called anything."""
    link = paths.ADDON_LINK
    if link.is_symlink() and link.samefile(paths.ROOT):
        return
    step.doing("linking it into an addons path")
    link.parent.mkdir(parents=True, exist_ok=True)
    link.unlink(missing_ok=True)
    link.symlink_to(os.path.relpath(paths.ROOT, link.parent), target_is_directory=True)
