"""Odoo and its tests by hand, in this checkout's environment; for developers.

``python3 -m dev odoo ...``        any Odoo command
``python3 -m dev pytest DB ...``   tests of this addon in a database of one's own
"""

from __future__ import annotations

import signal
import subprocess
from collections.abc import Sequence
from pathlib import Path

from dev import odoo_config, paths
from dev.linux import die_with_parent
from dev.postgres import server
from dev.progress import Halt


def run_odoo(arguments: Sequence[str]) -> int:
    with server.running():
        return _run_in_foreground(odoo_config.command(*arguments))


def run_pytest(arguments: Sequence[str]) -> int:
    if not arguments or arguments[0].startswith("-"):
        raise Halt("usage: python3 -m dev pytest DATABASE [-k EXPRESSION | tests/test_x.py ...]")
    database, *rest = arguments
    with server.running():
        return _run_in_foreground(pytest_command(database, *map(_through_link, rest)))


def pytest_command(database: str, *arguments: str) -> list[str]:
    """pytest-odoo finds out the addon's name from the path, so it must come through the link."""
    command = [str(paths.VENV_PYTHON), "-m", "pytest", f"--odoo-database={database}", "--odoo-http"]
    command += [f"--odoo-config={paths.ODOO_CONF}", f"--rootdir={paths.ADDON_LINK}"]
    if not any(Path(argument.partition("::")[0]).exists() for argument in arguments):
        command.append(str(paths.ADDON_LINK / "tests"))
    return [*command, *arguments]


def _through_link(argument: str) -> str:
    inside = paths.ROOT / argument.partition("::")[0]
    return str(paths.ADDON_LINK / argument) if inside.exists() else argument


def _run_in_foreground(command: Sequence[str]) -> int:
    """The terminal belongs to the child: Ctrl-C is its business, we only wait for its end."""
    before = signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        child = subprocess.Popen(
            list(command), env=odoo_config.environment(), preexec_fn=_prepare_child
        )
        return child.wait()
    finally:
        signal.signal(signal.SIGINT, before)


def _prepare_child() -> None:
    signal.signal(signal.SIGINT, signal.default_int_handler)
    die_with_parent(signal.SIGTERM)
