"""Open databases in this process the way Odoo's own command line does."""

from __future__ import annotations

import sys
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Any

from dev.paths import ROOT


def hide_checkout() -> None:
    """The addon's folders (tests, models ...) must not pass for libraries in Odoo's process."""
    sys.path[:] = [entry for entry in sys.path if entry and Path(entry).resolve() != ROOT]


def prepare(*databases: str, log: str = "warn") -> None:
    """Configure Odoo for these databases; to be called once, before anything else of Odoo."""
    hide_checkout()
    from odoo.service import server
    from odoo.tools import config

    names = ",".join(databases)
    config.parse_config(["-d", names, "--no-http", f"--log-level={log}"], setup_logging=True)
    server.load_server_wide_modules()


def registry(database: str) -> Any:
    from odoo.modules.registry import Registry

    return Registry(database)


@contextmanager
def environment(database: str, user: int = 1) -> Iterator[Any]:
    """An environment whose transaction is committed at the end; user 1 is Odoo itself."""
    from odoo import api

    with registry(database).cursor() as cr:
        yield api.Environment(cr, user, {})
