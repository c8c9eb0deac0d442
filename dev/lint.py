"""``make lint``: everything that can be said about the sources without running them."""

from __future__ import annotations

import subprocess
import time
import xml.etree.ElementTree as ElementTree
from collections.abc import Callable, Sequence
from pathlib import Path

from dev import paths
from dev.progress import say, seconds

XML_FOLDERS = ("data", "demo", "report", "security", "static", "views", "wizards")


def run_lint() -> int:
    started = time.monotonic()
    checks: list[tuple[str, Callable[[], bool]]] = [
        ("ruff check", lambda: _passes(["ruff", "check", "."], paths.ROOT)),
        ("ruff format", lambda: _passes(["ruff", "format", "--check", "."], paths.ROOT)),
        ("pylint-odoo", _odoo_rules),
        ("XML files", _xml_is_well_formed),
    ]
    failed = [name for name, check in checks if not _report(name, check)]
    took = seconds(time.monotonic() - started)
    say(f"lint: {'failed: ' + ', '.join(failed) if failed else 'clean'} in {took}")
    return 1 if failed else 0


def _report(name: str, check: Callable[[], bool]) -> bool:
    passed = check()
    say(f"{name}: {'ok' if passed else 'FAILED'}")
    return passed


def _passes(tool: Sequence[str], folder: Path) -> bool:
    command = [str(paths.VENV_PYTHON), "-m", *tool]
    return subprocess.run(command, cwd=folder, check=False).returncode == 0


def _odoo_rules() -> bool:
    """Through the link: several rules need the addon's real name, the checkout may have another."""
    rules = f"--rcfile={paths.ROOT / '.pylintrc'}"
    return _passes(["pylint", rules, paths.ADDON], paths.ADDONS)


def _xml_is_well_formed() -> bool:
    problems = []
    for folder in XML_FOLDERS:
        for file in sorted((paths.ROOT / folder).rglob("*.xml")):
            try:
                ElementTree.parse(file)
            except ElementTree.ParseError as error:
                problems.append(f"{file.relative_to(paths.ROOT)}: {error}")
    if problems:
        say("\n".join(problems))
    return not problems
