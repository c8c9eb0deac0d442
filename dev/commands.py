"""The table of commands, and how they end: one-line errors, exit codes, interrupts."""

from __future__ import annotations

import os
import signal
import sys
from collections.abc import Callable, Sequence
from dataclasses import dataclass

from dev import paths
from dev.bootstrap import Need, bootstrap
from dev.progress import Halt, say, warn

INTERRUPTED = 130
# Said to ourselves when we start again inside the environment that was just prepared.
READY = "--ready"


@dataclass(frozen=True)
class Command:
    action: Callable[[Sequence[str]], int]
    help: str
    need: Need = Need.ODOO
    # Runs code of others that imports installed packages.
    in_venv: bool = False


def _bootstrap(_arguments: Sequence[str]) -> int:
    return 0


def _database(arguments: Sequence[str]) -> int:
    from dev.database_cli import run_database

    return run_database(arguments)


def _odoo(arguments: Sequence[str]) -> int:
    from dev.odoo_cli import run_odoo

    return run_odoo(arguments)


def _pytest(arguments: Sequence[str]) -> int:
    from dev.odoo_cli import run_pytest

    return run_pytest(arguments)


def _test(_arguments: Sequence[str]) -> int:
    from dev.testing import run_tests

    return run_tests(os.environ.get("ONLY", "").replace(",", " ").split(), os.environ.get("K", ""))


def _lint(_arguments: Sequence[str]) -> int:
    from dev.lint import run_lint

    return run_lint()


def _demo(_arguments: Sequence[str]) -> int:
    from dev.demo import run_demo

    return run_demo(stay_up=True)


def _demo_once(_arguments: Sequence[str]) -> int:
    from dev.demo import run_demo

    return run_demo(stay_up=False)


def _bench(arguments: Sequence[str]) -> int:
    return _become("-m", "bench", *arguments)


def _chaos(arguments: Sequence[str]) -> int:
    return _become("-m", "dev.chaos", *arguments)


def _year(arguments: Sequence[str]) -> int:
    return _become("-m", "dev.year", *arguments)


def _simulator(arguments: Sequence[str]) -> int:
    return _become("-m", "simulator", *(arguments or ("--port", "8390", "--profile", "us")))


def _clean(_arguments: Sequence[str]) -> int:
    from dev.clean import clean

    clean()
    return 0


COMMANDS = {
    "demo": Command(_demo, "Odoo and the simulator play a scenario, then stay up", in_venv=True),
    "demo-once": Command(
        _demo_once, "without staying up; status 1 when books differ", in_venv=True
    ),
    "test": Command(_test, "all tests; ONLY='pure odoo' or K=EXPRESSION select", Need.BROWSER),
    "lint": Command(_lint, "ruff, pylint-odoo, XML", Need.PYTHON),
    "simulator": Command(_simulator, "the stand-in for QuickBooks alone, port 8390", Need.PYTHON),
    "bench": Command(_bench, "load test; QUICK=1 is a short one", in_venv=True),
    "chaos": Command(
        _chaos, "workers killed, a tenth of requests fails; SEED=1 MINUTES=3", in_venv=True
    ),
    "year": Command(
        _year, "a year of documents, then both ledgers; SEED=1 DOCUMENTS=1200", in_venv=True
    ),
    "bootstrap": Command(_bootstrap, "only fetch what is missing", Need.BROWSER),
    "clean": Command(_clean, "remove everything that was fetched or built", Need.NOTHING),
    "odoo": Command(_odoo, "any Odoo command: odoo shell -d NAME, odoo -d NAME -u ..."),
    "pytest": Command(_pytest, "Odoo tests in a database of your own: pytest DB -k EXPRESSION"),
    "database": Command(_database, "create, drop, list: database create NAME [--demo] [--bare]"),
}


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    is_ready = bool(arguments) and arguments[0] == READY
    name, *rest = arguments[1:] if is_ready else arguments or ["help"]
    if name not in COMMANDS:
        for command_name, command in COMMANDS.items():
            say(f"  {command_name:10} {command.help}")
        return 0 if name == "help" else 2
    try:
        return _run(COMMANDS[name], name, rest, is_ready)
    except Halt as error:
        warn(str(error))
        return 1
    except PermissionError as error:
        warn(f"no permission for {error.filename}; was .dev made by another user?")
        return 1
    except KeyboardInterrupt:
        warn("interrupted; the same command goes on where this one stopped")
        return INTERRUPTED


def _run(command: Command, name: str, arguments: Sequence[str], is_ready: bool) -> int:
    if not is_ready:
        bootstrap(command.need)
        if command.in_venv:
            return _become("-m", "dev", READY, name, *arguments)
    return command.action(arguments)


def _become(*arguments: str) -> int:
    """Go on as the environment's Python: same process, so that a Ctrl-C finds only one."""
    os.chdir(paths.ROOT)
    sys.stdout.flush()
    os.execv(paths.VENV_PYTHON, [str(paths.VENV_PYTHON), *arguments])


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt
