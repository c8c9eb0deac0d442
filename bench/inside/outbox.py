"""Put invoices into the outbox the way their confirmation does."""

from __future__ import annotations

from typing import Any

Env = Any


def mark(env: Env, count: int) -> None:
    """Note the oldest posted invoices that are not linked as changed, through the engine's own
    capture, and commit."""
    env.cr.execute(
        """SELECT m.id FROM account_move m
            WHERE m.move_type = 'out_invoice' AND m.state = 'posted' AND NOT EXISTS (
                SELECT 1 FROM quickbooks_binding b
                 WHERE b.res_model = 'account.move' AND b.res_id = m.id)
            ORDER BY m.id LIMIT %s""",
        [count],
    )
    ids = [row[0] for row in env.cr.fetchall()]
    if len(ids) != count:
        raise SystemExit(f"there are only {len(ids)} posted invoices left, not {count}")
    env["quickbooks.capture"]._mark(env["account.move"].browse(ids), "Confirmed")
    env.cr.commit()
