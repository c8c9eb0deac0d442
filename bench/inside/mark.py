"""``python -m bench.inside.mark DATABASE COUNT``: invoices into the outbox of a running server.

Prints when they were committed, in seconds since the epoch.
"""

from __future__ import annotations

import sys
import time

from bench.inside.database import environment, prepare
from bench.inside.outbox import mark


def main(database: str, count: int) -> None:
    prepare(database)
    with environment(database) as env:
        mark(env, count)
        print(time.time())


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]))
