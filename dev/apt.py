"""Debian packages without touching the system: a private apt that downloads and unpacks.

The machine's own configuration says which mirror to use; no host name is written here. The
signatures are checked with Debian's keyring as usual.
"""

from __future__ import annotations

import os
from collections.abc import Sequence
from pathlib import Path

from dev import paths
from dev.process import run
from dev.progress import Halt, output

KEYRINGS = (
    "/usr/share/keyrings/debian-archive-keyring.gpg",
    "/usr/share/keyrings/debian-archive-keyring.pgp",
)


class PrivateApt:
    """An apt whose lists, downloads and sources are below one folder of this checkout."""

    def __init__(self, name: str):
        self.folder = paths.APT / name
        self.downloads = self.folder / "downloads"

    def environment(self) -> dict[str, str]:
        return {**os.environ, "APT_CONFIG": str(self.folder / "apt.conf"), "LC_ALL": "C.UTF-8"}

    def _configure(self, *settings: str) -> None:
        for sub in ("state/lists/partial", "cache/archives/partial", "etc", "downloads"):
            (self.folder / sub).mkdir(parents=True, exist_ok=True)
        own = (
            f'Dir::State "{self.folder}/state";',
            f'Dir::Cache "{self.folder}/cache";',
            f'Dir::Log "{self.folder}/cache";',
            # apt would otherwise become the user _apt, who may not write into a checkout.
            'APT::Sandbox::User "";',
            'Acquire::Languages "none";',
            'Debug::NoLocking "1";',
        )
        paths.write_if_changed(self.folder / "apt.conf", "\n".join((*own, *settings)) + "\n")

    def use_machine_sources(self) -> None:
        """Whatever the machine itself installs from, with its list of installed packages."""
        self._configure('Dir::State::status "/var/lib/dpkg/status";')

    def use_suites(self, mirror: str, suites: Sequence[str]) -> None:
        keyring = next((path for path in KEYRINGS if Path(path).exists()), None)
        if keyring is None:
            raise Halt(
                "missing: Debian's keyring; get it with: apt-get install debian-archive-keyring"
            )
        lines = [f"deb [signed-by={keyring}] {mirror} {suite} main" for suite in suites]
        etc = self.folder / "etc"
        etc.mkdir(parents=True, exist_ok=True)
        paths.write_if_changed(etc / "sources.list", "\n".join(lines) + "\n")
        status = self.folder / "state" / "status"
        status.parent.mkdir(parents=True, exist_ok=True)
        status.touch()
        self._configure(
            f'Dir::State::status "{status}";',
            f'Dir::Etc::sourcelist "{etc}/sources.list";',
            'Dir::Etc::sourceparts "/dev/null";',
            'Dir::Etc::preferences "/dev/null";',
            'Dir::Etc::preferencesparts "/dev/null";',
        )

    def update(self) -> None:
        run(["apt-get", "-q", "update"], f"apt-{self.folder.name}-update", env=self.environment())

    def download(self, packages: Sequence[str]) -> list[Path]:
        """Fetch exactly these packages (``name`` or ``name/suite``), without dependencies."""
        for old in self.downloads.glob("*.deb"):
            old.unlink()
        run(
            ["apt-get", "-q", "download", *packages],
            f"apt-{self.folder.name}-download",
            env=self.environment(),
            cwd=self.downloads,
        )
        return sorted(self.downloads.glob("*.deb"))

    def download_with_dependencies(self, packages: Sequence[str]) -> list[Path]:
        """Fetch packages and what this machine lacks for them; nothing gets installed."""
        command = ["apt-get", "-q", "-y", "--no-install-recommends", "--download-only", "install"]
        log = f"apt-{self.folder.name}-download"
        run([*command, *packages], log, env=self.environment())
        return sorted((self.folder / "cache" / "archives").glob("*.deb"))

    def megabytes(self, packages: Sequence[str]) -> int:
        shown = output(
            ["apt-cache", "show", "--no-all-versions", *packages], env=self.environment()
        )
        sizes = [line.split()[1] for line in shown.splitlines() if line.startswith("Size:")]
        return sum(map(int, sizes)) // 1_000_000


def require_tools() -> None:
    for tool, package in (("apt-get", "apt"), ("dpkg", "dpkg")):
        if paths.find_program(tool) is None:
            raise Halt(
                f"missing: {tool} (package {package} of a Debian-like system); without it set "
                "ODOO_HOME to a source tree of Odoo 19 and install PostgreSQL yourself"
            )


def debian_mirror() -> str:
    """Ask apt which Debian mirror this machine uses.

    On a slim machine the system's package lists are often deleted, and without them apt does not
    know the labels: then fetch them into the private folder and ask again.
    """
    labels = _labels(dict(os.environ))
    if not any(label == "Debian" for _, label in labels):
        machine = PrivateApt("machine")
        machine.use_machine_sources()
        machine.update()
        labels = _labels(machine.environment())
    for address, label in labels:
        if label == "Debian":
            return address
    found = ", ".join(sorted({label for _, label in labels})) or "nothing"
    raise Halt(
        f"missing: a Debian mirror in this machine's apt sources (found: {found}); "
        "set ODOO_HOME to a source tree of Odoo 19"
    )


def _labels(env: dict[str, str]) -> list[tuple[str, str]]:
    """(repository address, label) of every package list that apt has."""
    shown = output(["apt-get", "indextargets", "--format", "$(REPO_URI)|$(LABEL)"], env=env)
    pairs = [line.partition("|") for line in dict.fromkeys(shown.splitlines())]
    return [(address, label) for address, _, label in pairs]


def unpack(archives: Sequence[Path], root: Path) -> None:
    for archive in archives:
        run(["dpkg", "-x", archive, root], "dpkg-unpack")
