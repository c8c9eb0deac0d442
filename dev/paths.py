"""Where things live: one place, so that no other file builds a path under ``.dev`` itself."""

from __future__ import annotations

import os
import shutil
from pathlib import Path

ADDON = "quickbooks_online"

ROOT = Path(__file__).resolve().parent.parent
CACHE = ROOT / ".dev"

ADDONS = CACHE / "addons"
ADDON_LINK = ADDONS / ADDON
APT = CACHE / "apt"
ARTEFACTS = CACHE / "artefacts"
DATA = CACHE / "data"
FILESTORE = DATA / "filestore"
LOCKS = CACHE / "locks"
LOGS = CACHE / "log"
ODOO = CACHE / "odoo"
ODOO_CONF = CACHE / "odoo.conf"
ODOO_BIN = CACHE / "bin" / "odoo"
REQUIREMENTS = ROOT / "dev" / "requirements.txt"
REPORTS = CACHE / "reports"
SCREENSHOTS = ARTEFACTS / "screenshots"
VENV = CACHE / "venv"
VENV_PYTHON = VENV / "bin" / "python"


def find_program(name: str) -> str | None:
    """Like ``which``, but also looks where a non-root PATH usually does not."""
    return shutil.which(name) or shutil.which(name, path="/usr/local/sbin:/usr/sbin:/sbin")


def write_if_changed(path: Path, text: str) -> None:
    """Atomic, so that a server that starts meanwhile never reads half a file."""
    if path.exists() and path.read_text() == text:
        return
    path.parent.mkdir(parents=True, exist_ok=True)
    fresh = path.with_name(f"{path.name}.{os.getpid()}.new")
    fresh.write_text(text)
    fresh.replace(path)
