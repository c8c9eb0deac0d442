"""``make test``: four groups of tests, as parallel as the machine allows, one summed count.

pure        qbo/tests         the core, without Odoo
simulator   simulator/tests   the stand-in for QuickBooks, without Odoo
odoo        tests             through pytest-odoo, in several parts with a database each
browser     dev/e2e           a real Odoo server, the simulator and Chromium
"""

from __future__ import annotations

import contextlib
import os
import shutil
import sys
import time
from collections.abc import Sequence
from dataclasses import replace
from pathlib import Path
from xml.etree.ElementTree import ParseError

from dev import copies, database, odoo_cli, odoo_config, paths
from dev.junit import Count, count
from dev.postgres import server
from dev.process import Child
from dev.progress import Halt, say, seconds, tail
from dev.schedule import Job, Schedule

FOLDERS = {
    "pure": "qbo/tests",
    "simulator": "simulator/tests",
    "odoo": "tests",
    "browser": "dev/e2e",
}
PLAIN = ("pure", "simulator")
# More parts than cores: they are never equally long, and each costs only a few seconds.
ODOO_PARTS = 6
# Tests of what is there only beside another module: files named so run where it is installed.
BESIDE = {
    "test_with_pos_*.py": ("point_of_sale",),
    "test_with_sale_*.py": ("sale", "account_debit_note"),
    "test_with_hr_*.py": ("hr_timesheet", "sale_expense"),
}
# A single test that takes longer (seconds) shows where it is.
TEST_LIMIT = 300
RUN_LIMIT = 45 * 60
# A stopped pytest has nothing to save.
GRACE = 3.0
NOTHING_SELECTED = 5


class Session:
    def __init__(self, groups: Sequence[str], expression: str):
        self.groups = groups
        self.expression = expression
        self.counts = {group: Count() for group in groups}
        self._databases = contextlib.ExitStack()

    def run(self) -> None:
        """The longest chain first: what everything else waits for is the database."""
        jobs: list[Job] = []
        if "odoo" in self.groups:
            jobs.append(self._template_job("test"))
        jobs += [self._plain_job(group) for group in PLAIN if group in self.groups]
        if "odoo" in self.groups:
            jobs += self._odoo_jobs()
        if "browser" in self.groups:
            jobs += [self._template_job("demo"), self._browser_job()]
        with contextlib.ExitStack() as resources:
            if set(self.groups) - set(PLAIN):
                resources.enter_context(server.running())
            resources.enter_context(self._databases)
            Schedule(jobs, slots=max(os.cpu_count() or 1, 2)).run()

    # Jobs

    def _template_job(self, flavour: str) -> Job:
        name = f"database ({flavour})"
        group = "odoo" if flavour == "test" else "browser"
        command = [sys.executable, "-m", "dev", "--ready", "database", "template", flavour]

        def settle(child: Child, _took: float) -> bool:
            if child.poll():
                say(f"{name}: cannot be made, see {child.log}\n{tail(child.log)}")
                self.counts[group] += Count(failed=1)
            return child.poll() == 0

        return Job(name, lambda: _child(f"template-{flavour}", command), settle)

    def _plain_job(self, group: str) -> Job:
        # pytest-odoo would import Odoo into a test run that has to work without it.
        command = [str(paths.VENV_PYTHON), "-m", "pytest", "-p", "no:odoo"]
        command.append(str(paths.ROOT / FOLDERS[group]))
        return self._pytest_job(group, group, command)

    def _browser_job(self) -> Job:
        needs = frozenset({"database (demo)"})
        return replace(self._plain_job("browser"), needs=needs, alone=True)

    def _odoo_jobs(self) -> list[Job]:
        folder = paths.ROOT / "tests"
        beside = {modules: sorted(folder.glob(glob)) for glob, modules in BESIDE.items()}
        apart = {file for files in beside.values() for file in files}
        parts = _parts(sorted(set(folder.glob("test_*.py")) - apart), bool(self.expression))
        jobs = [self._odoo_job(f"odoo-{number}", files) for number, files in enumerate(parts, 1)]
        jobs += [
            self._odoo_job(f"odoo-with-{'-'.join(modules)}", files, modules)
            for modules, files in beside.items()
            if files
        ]
        return jobs

    def _odoo_job(self, name: str, files: Sequence[Path], modules: Sequence[str] = ()) -> Job:
        own = f"{copies.RUN}_{os.getpid()}_{name}".replace("-", "_")
        links = [str(paths.ADDON_LINK / "tests" / file.name) for file in files]
        job = self._pytest_job("odoo", name, odoo_cli.pytest_command(own, *links))

        def start() -> Child:
            copies.create(own, "test")
            self._databases.callback(database.drop, own)
            if modules:
                copies.install(own, modules)
            return job.start()

        return replace(job, start=start, needs=frozenset({"database (test)"}))

    def _pytest_job(self, group: str, name: str, command: list[str]) -> Job:
        command += ["-ra", "--durations=5", "-o", f"faulthandler_timeout={TEST_LIMIT}"]
        command += [f"--junit-xml={_report(name)}"]
        if self.expression:
            command += ["-k", self.expression]
        env = odoo_config.environment() if group == "odoo" else dict(os.environ)

        def start() -> Child:
            say(f"{name}: started")
            return _child(f"test-{name}", command, env)

        def settle(child: Child, took: float) -> bool:
            say(f"---------- {name}, {seconds(took)} ----------\n{child.text().rstrip()}")
            self.counts[group] += self._result(name, child.wait())
            return True

        return Job(name, start, settle, limit=RUN_LIMIT)

    # Results

    def _result(self, name: str, status: int) -> Count:
        result = _count_report(name)
        empty_selection = status == NOTHING_SELECTED and bool(self.expression)
        if status and not result.failed and not empty_selection:
            say(f"{name}: pytest ended with status {status}")
            result += Count(failed=1)
        return result

    def summary(self, took: float) -> int:
        total = sum(self.counts.values(), Count())
        parts = ", ".join(f"{group} {self.counts[group].passed}" for group in self.groups)
        say(
            f"tests: {total.passed} passed, {total.failed} failed, {total.skipped} skipped "
            f"({parts}) in {seconds(took)}"
        )
        return 1 if total.failed or not total.passed else 0


def run_tests(only: Sequence[str], expression: str) -> int:
    unknown = set(only) - set(FOLDERS)
    if unknown:
        raise Halt(f"ONLY takes {', '.join(FOLDERS)}; not: {', '.join(sorted(unknown))}")
    started = time.monotonic()
    shutil.rmtree(paths.REPORTS, ignore_errors=True)
    paths.REPORTS.mkdir(parents=True)
    session = Session([group for group in FOLDERS if _wanted(group, only)], expression)
    session.run()
    return session.summary(time.monotonic() - started)


def _wanted(group: str, only: Sequence[str]) -> bool:
    if only and group not in only:
        return False
    if any((paths.ROOT / FOLDERS[group]).rglob("test_*.py")):
        return True
    say(f"{group}: no tests yet in {FOLDERS[group]}, skipped")
    return False


def _parts(files: Sequence[Path], few: bool) -> list[list[Path]]:
    """Of about the same size: the length of a file hints at how long it takes."""
    parts: list[list[Path]] = [[] for _ in range(1 if few else min(ODOO_PARTS, len(files)))]
    for file in sorted(files, key=_size, reverse=True):
        min(parts, key=lambda part: sum(map(_size, part))).append(file)
    return parts


def _size(file: Path) -> int:
    return file.stat().st_size


def _child(name: str, command: list[str], env: dict[str, str] | None = None) -> Child:
    return Child(name, command, env=env, cwd=paths.ROOT, grace=GRACE)


def _report(name: str) -> Path:
    return paths.REPORTS / f"{name}.xml"


def _count_report(name: str) -> Count:
    """A killed run leaves no report, or half of one."""
    try:
        return count(_report(name))
    except (FileNotFoundError, ParseError):
        return Count()
