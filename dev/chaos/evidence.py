"""What is kept of a run that went wrong, because its database and simulator end with it."""

from __future__ import annotations

import json
from pathlib import Path

from dev.chaos.control import Control
from dev.context import Context
from dev.postgres import server

#: Tables of the addon that tell the story of a record, of Odoo the documents themselves.
TABLES = (
    "quickbooks_binding",
    "quickbooks_change",
    "quickbooks_envelope",
    "quickbooks_event",
    "quickbooks_log",
    "quickbooks_operation",
    "quickbooks_reference",
    "account_move",
    "account_move_line",
    "account_partial_reconcile",
    "account_payment",
)


def keep(context: Context, folder: Path) -> Path:
    """Write the tables as CSV and the simulator's log of exchanges as JSON.

    :return: the folder they are in
    """
    target = folder / "evidence"
    target.mkdir(exist_ok=True)
    for table in TABLES:
        statement = f"COPY (SELECT * FROM {table} ORDER BY id) TO STDOUT WITH CSV HEADER"
        rows = server.psql(statement, context.database)
        (target / f"{table}.csv").write_text("\n".join(rows) + "\n")
    requests = Control(context.simulator_url).requests()
    (target / "requests.json").write_text(json.dumps(requests, indent=1, default=str))
    return target
