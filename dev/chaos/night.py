"""Time passes while nobody works: all worker processes are dead, and every clock moves alike.

Waiting for leases, pauses and growing delays would make minutes of chaos an hour. While no worker
runs, moving all due times of the engine back and the simulator's clock ahead by the same amount is
the same as waiting: nothing else looks at a clock meanwhile. What the killed processes had on
the line is given real time to end first.
"""

from __future__ import annotations

import time

from dev.books_simulator import Simulator
from dev.postgres import server

SECONDS = 600
#: longer than any request takes at the simulator, its faults included; real seconds
LAST_REQUESTS = 5.0

#: columns that hold moments the engine or the scheduler waits for
MOMENTS = {
    "quickbooks_operation": ("not_before",),
    "quickbooks_envelope": ("not_before", "lease_until", "sent_at", "first_sent_at"),
    "quickbooks_event": ("not_before",),
    "quickbooks_channel": (
        "paused_until",
        "last_run_at",
        "references_at",
        "swept_at",
        "webhook_at",
    ),
    "quickbooks_credential": (
        "access_expires_at",
        "refresh_expires_at",
        "refresh_hard_expires_at",
        "refresh_failed_at",
    ),
    "ir_cron": ("nextcall",),
    "ir_cron_trigger": ("call_at",),
}


def fall(database: str, simulator: Simulator, seconds: int = SECONDS) -> None:
    """To be called while no worker process lives."""
    time.sleep(LAST_REQUESTS)
    for table, columns in MOMENTS.items():
        moved = ", ".join(
            f"{column} = {column} - interval '{seconds} seconds'" for column in columns
        )
        server.psql(f"UPDATE {table} SET {moved}", database)
    # permits of a minute that has passed
    server.psql("UPDATE quickbooks_channel SET limiter_state = NULL", database)
    simulator.move_clock(seconds)
