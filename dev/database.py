"""The databases of the private PostgreSQL, with the files that Odoo keeps beside them."""

from __future__ import annotations

from dev import filestore
from dev.postgres import server


def copy(source: str, name: str) -> None:
    filestore.copy(source, name)
    server.psql(f'CREATE DATABASE "{name}" TEMPLATE "{source}"')


def drop(name: str) -> None:
    server.psql(f'DROP DATABASE IF EXISTS "{name}" WITH (FORCE)')
    filestore.remove(name)


def exists(name: str) -> bool:
    return name in names()


def names() -> list[str]:
    return server.psql("SELECT datname FROM pg_database WHERE NOT datistemplate")


def fix_address(name: str, url: str) -> None:
    """Links that Odoo makes shall lead to its first server here, whoever logs in from where."""
    server.psql(
        f"""
        WITH first AS (
            INSERT INTO ir_config_parameter (key, value) VALUES ('web.base.url.freeze', 'True')
            ON CONFLICT (key) DO NOTHING RETURNING key
        )
        UPDATE ir_config_parameter SET value = '{url}'
        WHERE key = 'web.base.url' AND EXISTS (SELECT 1 FROM first)
        """,
        name,
    )
