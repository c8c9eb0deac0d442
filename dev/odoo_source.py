"""Odoo 19 itself: ``ODOO_HOME`` if given, else Debian's package unpacked into ``.dev/odoo``."""

from __future__ import annotations

import os
from pathlib import Path

from dev import apt, cache, paths
from dev.progress import Halt, Step

# The fonts of the first suite have lost file names that Odoo's package links to.
FONT_SUITE = "trixie"
ODOO_SUITE = "sid"
PACKAGES = tuple(
    f"{name}/{suite}"
    for suite, names in {
        ODOO_SUITE: (
            "odoo-19",
            "libjs-jquery",
            "libjs-underscore",
            "libjs-jquery-form",
            "fonts-montserrat",
            "fonts-roboto-unhinted",
            "fonts-ocr-b",
        ),
        FONT_SUITE: ("fonts-font-awesome", "fonts-inconsolata"),
    }.items()
    for name in names
)
DIST_PACKAGES = Path("usr/lib/python3/dist-packages")
RELEASE = Path("odoo/release.py")

# Debian strips this non-free file; without it the web client's bundle logs an error and every
# browser tour fails on that.
STUB = Path("odoo/addons/mail/static/lib/selfie_segmentation/selfie_segmentation.js")


def home() -> Path:
    """The folder to put on PYTHONPATH: it contains the package ``odoo``."""
    given = os.environ.get("ODOO_HOME")
    return Path(given).expanduser().resolve() if given else paths.ODOO / DIST_PACKAGES


def addon_folders() -> list[Path]:
    """Odoo finds its inner ``odoo/addons`` itself; a source tree has most addons next to it."""
    beside = home() / "addons"
    return [beside] if beside.is_dir() else []


def version_key() -> str:
    """Changes whenever databases made with another Odoo must not be used any more."""
    return cache.key_of(home(), (home() / RELEASE).read_bytes(), _stamp())


def _stamp() -> str:
    stamp = paths.ODOO / cache.STAMP
    return stamp.read_text() if not os.environ.get("ODOO_HOME") else ""


def ensure(step: Step) -> None:
    if os.environ.get("ODOO_HOME"):
        _check_given()
        return
    key = cache.key_of(*PACKAGES, (Path(__file__)).read_bytes())
    if cache.is_fresh(paths.ODOO, key):
        return
    apt.require_tools()
    step.doing("asking Debian's package lists")
    source = apt.PrivateApt("odoo")
    source.use_suites(apt.debian_mirror(), (ODOO_SUITE, FONT_SUITE))
    source.update()
    step.doing(f"downloading {source.megabytes(PACKAGES)} MB")
    archives = source.download(PACKAGES)
    step.doing("unpacking (1.2 GB on disk)")
    cache.build_folder(paths.ODOO, key, lambda folder: _fill(folder, archives))
    for archive in archives:
        archive.unlink()


def _check_given() -> None:
    release = home() / RELEASE
    if not release.exists() or "version_info = (19, 0" not in release.read_text():
        raise Halt(f"ODOO_HOME={home()} is not a source tree of Odoo 19.0 (no fitting {RELEASE})")


def _fill(folder: Path, archives: list[Path]) -> None:
    apt.unpack(archives, folder)
    packages = folder / DIST_PACKAGES
    # An incomplete second copy of the addons (code without views): it would hide the real ones.
    cache.remove_tree(packages / "addons")
    _repair_links(folder)
    stub = packages / STUB
    stub.parent.mkdir(parents=True, exist_ok=True)
    stub.touch()


def _repair_links(root: Path) -> None:
    """Let absolute links point into the private folder; refuse to go on with a broken one."""
    broken = []
    for folder, folders, files in os.walk(root):
        for name in (*folders, *files):
            link = Path(folder, name)
            if not link.is_symlink():
                continue
            target = os.readlink(link)
            if target.startswith("/"):
                link.unlink()
                link.symlink_to(os.path.relpath(root / target.lstrip("/"), folder))
            if not link.exists():
                broken.append(link.relative_to(root).as_posix())
    if broken:
        raise Halt(f"Odoo's package links to missing files: {', '.join(broken[:5])}")
