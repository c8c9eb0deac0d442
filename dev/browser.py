"""Chromium for Odoo's tours and for our own browser tests; never a download by a test library."""

from __future__ import annotations

import os
import shlex
import shutil
from pathlib import Path

from dev import paths
from dev.process import run
from dev.progress import CommandFailed, Halt, Step

NAMES = ("chromium", "chromium-browser", "google-chrome", "google-chrome-stable")
# dpkg must not be cut off in the middle, even when we are.
INSTALL_GRACE = 300
WRAPPER = paths.CACHE / "browser" / "google-chrome"

# Without these a browser in a closed network spends its time on connections nobody asked for.
FLAGS = (
    "--no-sandbox",
    "--disable-gpu",
    "--disable-quic",
    "--no-first-run",
    "--disable-background-networking",
    "--disable-component-update",
    "--disable-sync",
)


def find() -> str | None:
    given = os.environ.get("CHROMIUM")
    if given:
        return shutil.which(given)
    return next(filter(None, map(paths.find_program, NAMES)), None)


def ensure(step: Step) -> None:
    program = find() or _install(step)
    lines = ["#!/bin/sh", f'exec {shlex.quote(program)} {shlex.join(FLAGS)} "$@"', ""]
    paths.write_if_changed(WRAPPER, "\n".join(lines))
    WRAPPER.chmod(0o755)


def environment() -> dict[str, str]:
    """Odoo's tests take the first `google-chrome` on PATH: let that be ours."""
    return {"PATH": f"{WRAPPER.parent}:{os.environ.get('PATH', os.defpath)}"}


def _install(step: Step) -> str:
    if os.environ.get("CHROMIUM"):
        raise Halt(f"CHROMIUM={os.environ['CHROMIUM']} is not a program")
    if os.geteuid() or not paths.find_program("apt-get"):
        raise Halt("missing: chromium; get it with: apt-get install chromium (or set CHROMIUM)")
    step.doing("installing chromium with apt-get")
    env = {**os.environ, "DEBIAN_FRONTEND": "noninteractive"}
    install = ["apt-get", "-q", "-y", "--no-install-recommends", "install", "chromium"]
    try:
        run(install, "apt-chromium", env=env, grace=INSTALL_GRACE)
    except CommandFailed:
        # Old package lists, or an installation that was cut off: put both in order, try once more.
        run(["dpkg", "--configure", "-a"], "dpkg-configure", env=env, grace=INSTALL_GRACE)
        run(["apt-get", "-q", "update"], "apt-update", env=env)
        run(install, "apt-chromium", env=env, grace=INSTALL_GRACE)
    program = find()
    if program is None:
        raise Halt(f"chromium was installed but is not on PATH ({os.environ.get('PATH')})")
    return str(Path(program))
