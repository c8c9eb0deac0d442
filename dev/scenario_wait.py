"""Waiting with a deadline, a sign of life, and the reason when it is in vain."""

from __future__ import annotations

import time
from collections import Counter
from collections.abc import Callable

from dev import rpc
from dev.progress import Halt, say, seconds

POLL = 0.5
HEARTBEAT = 10.0
OPERATION = "quickbooks.operation"
#: States in which the connector itself still has something to do.
MOVING = ("pending", "lookup", "prepared", "unknown")
#: States in which nothing moves before somebody has acted.
STUCK = ("held", "failed")


def until(odoo: rpc.Client, what: str, ready: Callable[[], bool], timeout: float) -> None:
    """Poll until it is so."""
    started = time.monotonic()
    beat = started
    while not ready():
        now = time.monotonic()
        if now - started > timeout:
            raise Halt(f"{what}: not after {seconds(timeout)}\n{_situation(odoo)}")
        if now - beat > HEARTBEAT:
            beat = now
            say(f"      ... {seconds(now - started)}, waiting until {what}; {_counts(odoo)}")
        time.sleep(POLL)


def until_settled(odoo: rpc.Client, timeout: float) -> None:
    """Nothing is on its way any more; what stands still for a reason ends the wait at once."""
    until(odoo, "everything is in QuickBooks", lambda: _is_settled(odoo), timeout)


def until_still(odoo: rpc.Client, timeout: float) -> None:
    """Nothing moves; what waits for a person may wait."""
    until(odoo, "nothing moves", lambda: _is_still(odoo), timeout)


def _noted(odoo: rpc.Client) -> int:
    """Changes that are on their way; those of names without a link lead nowhere."""
    return odoo.execute("quickbooks.change", "search_count", [("kind", "!=", "unlinked")])


def _is_still(odoo: rpc.Client) -> bool:
    noted = _noted(odoo)
    states = _states(odoo)
    return not noted and not any(states[state] for state in MOVING)


def _is_settled(odoo: rpc.Client) -> bool:
    # Changes first: the connector turns them into operations in one transaction.
    noted = _noted(odoo)
    states = _states(odoo)
    if noted or any(states[state] for state in MOVING):
        return False
    if any(states[state] for state in (*STUCK, "waiting")):
        raise Halt(f"QuickBooks does not have everything\n{_situation(odoo)}")
    return True


def _states(odoo: rpc.Client) -> Counter[str]:
    open_states = [*MOVING, *STUCK, "waiting"]
    rows = odoo.execute(OPERATION, "search_read", [("state", "in", open_states)], ["state"])
    return Counter(row["state"] for row in rows)


def _counts(odoo: rpc.Client) -> str:
    states = _states(odoo)
    parts = [f"{number} {state}" for state, number in sorted(states.items())]
    return f"{', '.join(parts) or 'nothing'} on the way"


def _situation(odoo: rpc.Client) -> str:
    """What is not done and why, one line each."""
    fields = ["local_name", "remote_type", "state", "problem_text", "fault_detail", "not_before"]
    domain = [("state", "in", [*MOVING, *STUCK, "waiting"])]
    lines = []
    for row in odoo.execute(OPERATION, "search_read", domain, fields, order="id"):
        reason = row["problem_text"] or "no reason given"
        detail = f" ({row['fault_detail']})" if row["fault_detail"] else ""
        later = f"; next try {row['not_before']} UTC" if row["not_before"] else ""
        lines.append(
            f"    {row['remote_type']} {row['local_name']}: {row['state']}, {reason}{detail}{later}"
        )
    fields = ["display_name", "state", "attention_reason"]
    for row in odoo.execute("quickbooks.connection", "search_read", [], fields):
        lines.append(
            f"    connection {row['display_name']}: {row['state']} {row['attention_reason'] or ''}"
        )
    return "\n".join(lines)
