"""``python -m bench.inside.server FIGURES ODOO-OPTIONS...``: Odoo's server, which also counts.

Nothing in the server is changed. A thread beside it writes down, several times a second, Odoo's own
count of SQL statements, which cannot be read from outside.
"""

from __future__ import annotations

import json
import os
import sys
import threading
import time
from pathlib import Path

from bench.inside.database import hide_checkout

INTERVAL = 0.25


def main(figures: Path, options: list[str]) -> None:
    hide_checkout()
    import odoo.cli

    threading.Thread(target=_report, args=[figures], daemon=True).start()
    sys.argv = ["odoo", *options]
    odoo.cli.main()


def _report(figures: Path) -> None:
    from odoo import sql_db

    fresh = figures.with_suffix(".new")
    while True:
        fresh.write_text(json.dumps({"pid": os.getpid(), "queries": sql_db.sql_counter}))
        fresh.replace(figures)
        time.sleep(INTERVAL)


if __name__ == "__main__":
    main(Path(sys.argv[1]), sys.argv[2:])
