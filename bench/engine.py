"""The engine as it is used: an Odoo server with a cron worker, working on its outbox."""

from __future__ import annotations

import json
import time
from collections.abc import Callable
from dataclasses import dataclass, replace

from bench import gauge, odoo_process, verify
from bench.rig import Rig
from bench.sql import Sql
from dev import database, odoo_config
from dev.process import free_port
from dev.progress import Halt, say, seconds
from dev.stack import ODOO_START_TIMEOUT, WEBHOOK, OdooServer

#: sent before anything is measured: connections are open and caches filled then
WARM_UP = 45
POLL = 0.5
HEARTBEAT = 15.0
#: nothing has arrived for so long: something is wrong. A look-up in vain takes two minutes
STANDSTILL = 300.0
MOVING = ("pending", "waiting", "synced")


@dataclass(frozen=True)
class Usage:
    """Readings of counters that only grow; the difference of two is what a piece of work used.

    :ivar cpu: seconds, of Odoo's process
    :ivar backend: seconds, of PostgreSQL's for this database
    :ivar reads: those Intuit would meter
    """

    at: float
    cpu: float
    backend: float
    queries: int
    reads: int
    writes: int

    def since(self, before: Usage) -> Usage:
        names = self.__dataclass_fields__
        return replace(self, **{n: getattr(self, n) - getattr(before, n) for n in names})


class Engine:
    """:ivar done: documents that have arrived, the warm-up included"""

    def __init__(self, rig: Rig, books: Sql):
        self.rig = rig
        self.books = books
        self.done = 0
        self._figures = rig.folder / "server.json"
        self.server = self._start()
        self._backend = gauge.BackendCpu(books)
        self.send(WARM_UP)
        self.wait_until_quiet()

    def _start(self) -> OdooServer:
        port = free_port()
        database.fix_address(self.rig.database, f"http://127.0.0.1:{port}")
        options = ["-d", self.rig.database, "--db-filter", f"^{self.rig.database}$"]
        options += ["--http-port", str(port), "--workers", "0"]
        command = odoo_process.command("server", str(self._figures), *options)
        child = self.rig.stack.start("odoo", command, env=odoo_config.environment())
        odoo = OdooServer(child, self.rig.database, port)
        child.wait_until(odoo.is_ready, ODOO_START_TIMEOUT)
        return odoo

    @property
    def pid(self) -> int:
        return self._counted()["pid"]

    def _counted(self) -> dict[str, int]:
        return json.loads(self._figures.read_text())

    def usage(self) -> Usage:
        self._backend.look()
        counters, counted = self.rig.control.counters(), self._counted()
        return Usage(
            at=time.monotonic(),
            cpu=gauge.cpu_seconds(counted["pid"]),
            backend=self._backend.seconds,
            queries=counted["queries"],
            reads=counters["reads"],
            writes=counters["writes"],
        )

    def listen(self) -> None:
        """From now on QuickBooks announces every change to this server, also those we make."""
        self.rig.control.notify(f"{self.server.url}{WEBHOOK}")

    def stop(self) -> None:
        """End the server, then make sure that it has done its work right."""
        self.wait_until_quiet()
        self.server.child.stop()
        verify.books_agree(self.rig.control, self.books, self.done)

    # Work

    def send(self, count: int, watch: Callable[[int], None] = lambda arrived: None) -> float:
        """Have documents sent and wait until all are in both books.

        :param watch: called again and again with the number of those that have arrived
        :return: seconds from the commit that put them into the outbox
        """
        said = odoo_process.run("mark", self.rig.database, str(count))
        self.wait_for(count, watch)
        return time.time() - float(said.splitlines()[-1])

    def wait_for(self, count: int, watch: Callable[[int], None] = lambda arrived: None) -> None:
        """Wait until that many further documents have arrived."""
        started = moved = beat = time.monotonic()
        arrived = 0
        while arrived < count:
            time.sleep(POLL)
            now, before = time.monotonic(), arrived
            arrived = self.arrived() - self.done
            self._backend.look()
            watch(arrived)
            if arrived > before:
                moved = now
            if now - moved > STANDSTILL or self.server.child.poll() is not None:
                raise Halt(f"bench: {arrived} of {count} documents, then no more\n{self._why()}")
            if now - beat > HEARTBEAT:
                beat = now
                say(f"      ... {seconds(now - started)}, {arrived} of {count} documents")
        self.done += count

    def wait_until_quiet(self) -> None:
        """Wait until what QuickBooks announced of all this has been looked at as well."""
        started = time.monotonic()
        while self.rig.control.announcements() or self._unread():
            if time.monotonic() - started > STANDSTILL:
                raise Halt(f"bench: {self._unread()} announcements are not looked at")
            time.sleep(POLL)
            self._backend.look()

    def _unread(self) -> int:
        return self.books.value("SELECT count(*) FROM quickbooks_event WHERE state = 'new'")

    def arrived(self) -> int:
        """Documents that are in both books; one that got stuck ends the bench."""
        rows = self.books.rows(
            """SELECT state, count(*), min(error_text) FROM quickbooks_binding
                WHERE res_model = 'account.move' GROUP BY state"""
        )
        stuck = [row for row in rows if row[0] not in MOVING]
        if stuck:
            raise Halt(f"bench: documents got stuck: {stuck}")
        return sum(count for state, count, _text in rows if state == "synced")

    def _why(self) -> str:
        rows = self.books.rows(
            """SELECT c.state, c.attention_reason, h.pause_reason, h.last_run_at
                 FROM quickbooks_connection c JOIN quickbooks_channel h ON h.connection_id = c.id"""
        )
        return f"    connection and channel: {rows}; log: {self.server.child.log}"
