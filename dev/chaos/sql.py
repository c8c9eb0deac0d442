"""A few figures straight from the database, which answers while no Odoo runs."""

from __future__ import annotations

from dev.postgres import server


def wake_workers(database: str) -> None:
    """What Odoo does after a commit that made a job due; idle workers look only every minute."""
    server.psql(f"SELECT pg_notify('cron_trigger', '{database}')")


def under_way(database: str) -> int:
    """Envelopes that a dead process left as sent."""
    rows = server.psql("SELECT count(*) FROM quickbooks_envelope WHERE state = 'sent'", database)
    return int(rows[0])


def synced(database: str, model: str) -> int:
    """Links of a model in which both sides agree."""
    statement = f"""SELECT count(*) FROM quickbooks_binding
                     WHERE res_model = '{model}' AND state = 'synced'"""
    return int(server.psql(statement, database)[0])


def figures(database: str) -> dict[str, int]:
    """How the engine got its answers."""
    statements = {
        "envelopes": "SELECT count(*) FROM quickbooks_envelope",
        "repeated": "SELECT count(*) FROM quickbooks_envelope WHERE sends > 1",
        "abandoned": "SELECT count(*) FROM quickbooks_envelope WHERE state = 'abandoned'",
    }
    return {name: int(server.psql(text, database)[0]) for name, text in statements.items()}


def last_run(database: str) -> str:
    """When the connection's workers last came to the end of a run."""
    return " ".join(server.psql("SELECT last_run_at FROM quickbooks_channel ORDER BY id", database))


def open_things(database: str) -> list[str]:
    """What still waits, in words."""
    return server.psql(
        """
        SELECT 'change of ' || coalesce(res_model, kind) || ' ' || coalesce(res_id, 0)
          FROM quickbooks_change
        UNION ALL
        SELECT remote_type || ' ' || coalesce(local_name, '') || ': ' || state || ', '
               || coalesce(problem_key, 'no reason') || ', '
               || coalesce(replace(problem_text, E'\\n', ' '), '')
               || coalesce(' (' || fault_detail || ')', '')
          FROM quickbooks_operation WHERE state NOT IN ('done', 'superseded')
        UNION ALL
        SELECT 'envelope ' || id || ' ' || path || ': ' || state || ', ' || coalesce(trouble, '')
          FROM quickbooks_envelope WHERE state IN ('ready', 'sent', 'unknown')
        UNION ALL
        SELECT 'event about ' || remote_type || ' ' || remote_id || ': ' || state || ', '
               || coalesce(replace(reason, E'\\n', ' '), '')
          FROM quickbooks_event WHERE state IN ('new', 'held', 'failed')
        """,
        database,
    )
