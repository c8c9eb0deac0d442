"""``make chaos`` and ``make chaos ARGS=two-workers``; see docs/chaos.md."""

from __future__ import annotations

import signal
import sys
from collections.abc import Sequence

from dev.chaos.run import run_chaos
from dev.progress import Halt, warn

INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    signal.signal(signal.SIGTERM, _interrupt)
    try:
        if arguments[:1] == ["two-workers"]:
            from dev.chaos.two_workers import run_two_workers

            return run_two_workers(arguments[1:])
        return run_chaos(arguments)
    except Halt as error:
        warn(str(error))
        return 1
    except KeyboardInterrupt:
        warn("interrupted")
        return INTERRUPTED


def _interrupt(*_: object) -> None:
    raise KeyboardInterrupt


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
