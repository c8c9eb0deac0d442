"""What the bench asks and sets in a database directly, to disturb nobody who is measured."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

import psycopg2

from dev.postgres import cluster, programs

NO_LIMITS = ("quickbooks_online.simulator_limits", "off")
Rows = list[tuple[Any, ...]]


class Sql:
    """A connection of its own; every statement is a transaction."""

    def __init__(self, database: str):
        self._connection = psycopg2.connect(
            dbname=database,
            host=str(cluster.socket_folder()),
            port=cluster.PORT,
            user=programs.SUPERUSER,
            application_name="bench",
        )
        self._connection.autocommit = True

    def rows(self, statement: str, *values: Any) -> Rows:
        with self._connection.cursor() as cursor:
            cursor.execute(statement, values)
            return cursor.fetchall() if cursor.description else []

    def value(self, statement: str, *values: Any) -> Any:
        return self.rows(statement, *values)[0][0]

    def close(self) -> None:
        self._connection.close()


@contextmanager
def opened(database: str) -> Iterator[Sql]:
    connection = Sql(database)
    try:
        yield connection
    finally:
        connection.close()
