"""The Python environment: a venv in ``.dev/venv`` made by the best Python on this machine."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from pathlib import Path

from dev import cache, paths
from dev.process import run
from dev.progress import CommandFailed, Halt, Step, output

# Odoo 19 and all pinned wheels exist for these; 3.12 is the one most was tried with.
PREFERENCE = ("3.12", "3.13", "3.11", "3.10")
PROBE = "import ensurepip, sys, venv; print('%d.%d' % sys.version_info[:2], sys.version.split()[0])"


def ensure(step: Step) -> None:
    key = cache.key_of(paths.REQUIREMENTS.read_bytes(), paths.VENV, os.environ.get("PYTHON", ""))
    if cache.is_fresh(paths.VENV, key) and _starts(paths.VENV_PYTHON):
        return
    python, version = choose_python()
    step.doing(f"creating with Python {version}")
    # A venv cannot be renamed, its scripts carry its path: it is made in place and stamped last.
    cache.remove_tree(paths.VENV)
    for trash in paths.CACHE.glob("venv.trash-*"):
        shutil.rmtree(trash)
    run([python, "-m", "venv", paths.VENV], "venv")
    step.doing(f"installing {_count()} packages from wheels")
    run([paths.VENV_PYTHON, "-m", "pip", "install", "-r", paths.REQUIREMENTS], "pip")
    cache.stamp(paths.VENV, key)


def choose_python() -> tuple[str, str]:
    """(program, full version): ``PYTHON`` if set, else the first of PREFERENCE that is complete."""
    wanted = os.environ.get("PYTHON")
    if wanted:
        probed = _probe(wanted)
        if probed is None or probed[0] not in PREFERENCE:
            series = ", ".join(PREFERENCE)
            raise Halt(f"PYTHON={wanted} is none of Python {series}, or lacks venv and pip")
        return wanted, probed[1]
    found: dict[str, tuple[str, str]] = {}
    for program in _candidates():
        probed = _probe(program)
        if probed:
            found.setdefault(probed[0], (program, probed[1]))
    for series in PREFERENCE:
        if series in found:
            return found[series]
    raise Halt(
        "missing: Python 3.10 to 3.13 with venv and pip; get it with: "
        "apt-get install python3 python3-venv (or set PYTHON=/path/to/python3.12)"
    )


def _candidates() -> Iterator[str]:
    """Interpreters on PATH, then those of pyenv; shims are skipped, they only answer for one."""
    names = [f"python{series}" for series in PREFERENCE] + ["python3", "python"]
    for name in names:
        program = paths.find_program(name)
        if program and "shims" not in Path(program).parts:
            yield program
    pyenv = paths.find_program("pyenv")
    if pyenv is None:
        return
    for version in output([pyenv, "versions", "--bare", "--skip-aliases"]).split():
        if version.startswith(PREFERENCE):
            prefix = output([pyenv, "prefix", version]).strip()
            yield f"{prefix}/bin/python3"


def _probe(program: str) -> tuple[str, str] | None:
    """(series, full version), or None when it does not start or lacks venv or pip."""
    if shutil.which(program) is None:
        return None
    done = subprocess.run([program, "-c", PROBE], capture_output=True, text=True, check=False)
    if done.returncode:
        return None
    series, version = done.stdout.split()
    return series, version


def _starts(python: Path) -> bool:
    """The interpreter behind the venv may have been removed since."""
    if not python.exists():
        return False
    try:
        output([python, "-c", "import pip"])
    except CommandFailed:
        return False
    return True


def _count() -> int:
    return sum("==" in line for line in paths.REQUIREMENTS.read_text().splitlines())
