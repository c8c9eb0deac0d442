"""``make bench``: all measurements; ``make bench ARGS=profile``: where the time goes;
``make bench ARGS=customers``: the first import of customers alone.

``QUICK=1`` in the environment makes it a short run with smaller numbers.
"""

from __future__ import annotations

import os
import signal
import sys
import time
from collections.abc import Sequence

from bench import customers, profile, report, session
from dev.progress import Halt, say, seconds, warn

INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if arguments[:1] == ["profile"]:
            return profile.run(arguments[1:])
        quick = os.environ.get("QUICK", "0") not in ("", "0")
        if arguments[:1] == ["customers"]:
            return _measure_customers(arguments[1:], quick=quick)
        if arguments:
            raise Halt(
                'usage: make bench [QUICK=1], make bench ARGS="profile --help", or '
                'make bench ARGS="customers [NUMBER]"'
            )
        return _measure(quick=quick)
    except Halt as error:
        warn(str(error))
        return 1
    except KeyboardInterrupt:
        warn("interrupted")
        return INTERRUPTED


def _measure(*, quick: bool) -> int:
    started = time.monotonic()
    report.FILE.unlink(missing_ok=True)  # a run that fails leaves no figures of an earlier one
    load = os.getloadavg()[0]
    found = session.run(session.QUICK if quick else session.FULL)
    took = time.monotonic() - started
    report.save(
        found, quick=quick, seconds=round(took), processors=os.cpu_count(), load_before=load
    )
    say(f"\n{report.table(found)}\n")
    others = "" if load < 0.5 else f"; other work was going on before it began (load {load:.1f})"
    say(f"bench: {seconds(took)} on {os.cpu_count()} processors{others}; figures in {_shown()}")
    return 0


def _measure_customers(arguments: Sequence[str], *, quick: bool) -> int:
    figures = report.import_figures(customers.run(arguments, quick=quick))
    report.add(**figures)
    say("\n" + "\n".join(report.import_table(figures)) + f"\n\nbench: figures in {_shown()}")
    return 0


def _shown() -> str:
    return str(report.FILE.relative_to(report.paths.ROOT))


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
