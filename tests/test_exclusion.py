"""Two workers on two connections to the database: their turns at the same rows."""

import threading
import time
from contextlib import closing
from unittest.mock import patch

from psycopg2.errors import DeadlockDetected, SerializationFailure

from odoo import SUPERUSER_ID, api
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged
from odoo.tools import mute_logger

from .common import QuickbooksCommon

KEYS = ("quickbooks_online.test_turns_a", "quickbooks_online.test_turns_b")
TURNS = 25
#: seconds a phase keeps its rows: long enough that the other one comes to want them
PHASE = 0.005
PATIENCE = 60


class Connection:
    """All that the turns want to know of a connection."""

    def __init__(self, ident):
        self.id = ident


@tagged("post_install", "-at_install")
class TestExclusion(TransactionCase):
    """Committed rows and real connections, because inside a test's transaction nobody is in
    anybody's way. Each worker adds to two counters, one in this order, the other in the other."""

    def setUp(self):
        super().setUp()
        self.name = self.env.cr.dbname
        self.connection_id = -int(time.time())  # of no connection there is
        self.errors, self.most, self.inside = [], 0, 0
        self.addCleanup(self.sql, "DELETE FROM ir_config_parameter WHERE key IN %s", [KEYS])
        for key in KEYS:
            self.sql("INSERT INTO ir_config_parameter (key, value) VALUES (%s, '0')", [key])

    def sql(self, statement, params):
        with closing(db_connect(self.name).cursor()) as cr:
            cr.execute(statement, params)
            rows = cr.fetchall() if cr.description else []
            cr.commit()  # pylint: disable=invalid-commit
        return rows

    def values(self):
        rows = self.sql("SELECT value FROM ir_config_parameter WHERE key IN %s", [KEYS])
        return [int(value) for (value,) in rows]

    def work(self, keys, enter, connection_id):
        """A worker: phases that read both counters and write one more into each."""
        with closing(db_connect(self.name).cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            for _turn in range(TURNS):
                try:
                    enter(env, Connection(connection_id))
                    self.phase(cr, keys)
                    cr.commit()  # pylint: disable=invalid-commit
                except (SerializationFailure, DeadlockDetected) as error:
                    cr.rollback()
                    self.errors.append(error)

    def phase(self, cr, keys):
        self.inside += 1
        self.most = max(self.most, self.inside)
        try:
            for key in keys:
                cr.execute("SELECT value FROM ir_config_parameter WHERE key = %s", [key])
                ((value,),) = cr.fetchall()
                time.sleep(PHASE)
                cr.execute(
                    "UPDATE ir_config_parameter SET value = %s WHERE key = %s",
                    [str(int(value) + 1), key],
                )
        finally:
            self.inside -= 1  # before the commit, which lets the other one in

    def both(self, enter, *connection_ids):
        workers = [
            threading.Thread(target=self.work, args=(keys, enter, ident), daemon=True)
            for keys, ident in zip((KEYS, KEYS[::-1]), connection_ids, strict=True)
        ]
        for worker in workers:
            worker.start()
        for worker in workers:
            worker.join(PATIENCE)
            self.assertFalse(worker.is_alive(), "a worker waits for ever")

    @staticmethod
    def turn(env, connection):
        env["quickbooks.exclusion"]._enter(connection)

    @staticmethod
    def no_turn(env, connection):
        env["ir.cron"]._commit_progress()

    def test_turns(self):
        """No serialization failure, no deadlock, no lost update."""
        self.both(self.turn, self.connection_id, self.connection_id)
        self.assertEqual(self.errors, [])
        self.assertEqual(self.values(), [2 * TURNS] * 2)
        self.assertEqual(self.most, 1, "two phases at the same time")

    @mute_logger("odoo.sql_db")
    def test_without_turns_they_collide(self):
        """What the test above would see if nobody took turns."""
        self.both(self.no_turn, self.connection_id, self.connection_id)
        self.assertTrue(self.errors)
        self.assertLess(self.values()[0], 2 * TURNS)

    def test_connections_do_not_wait_for_each_other(self):
        """Each has turns of its own."""
        with (
            closing(db_connect(self.name).cursor()) as one,
            closing(db_connect(self.name).cursor()) as two,
        ):
            self.turn(api.Environment(one, SUPERUSER_ID, {}), Connection(self.connection_id))
            started = time.monotonic()
            self.turn(api.Environment(two, SUPERUSER_ID, {}), Connection(self.connection_id - 1))
            self.assertLess(time.monotonic() - started, 1)

    def test_nobody_is_starved(self):
        """A worker that begins its next phase at once lets in who was waiting."""
        done, waiting, stop = [], threading.Event(), threading.Event()

        def greedy():
            with closing(db_connect(self.name).cursor()) as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                while not stop.is_set():
                    self.turn(env, Connection(self.connection_id))
                    waiting.set()
                    time.sleep(10 * PHASE)
                    done.append(time.monotonic())
                    cr.commit()  # pylint: disable=invalid-commit

        worker = threading.Thread(target=greedy, daemon=True)
        worker.start()
        try:
            for _time in range(5):
                waiting.clear()
                self.assertTrue(waiting.wait(PATIENCE))
                with closing(db_connect(self.name).cursor()) as cr:
                    before = len(done)
                    self.turn(api.Environment(cr, SUPERUSER_ID, {}), Connection(self.connection_id))
                    self.assertLessEqual(len(done) - before, 2)
        finally:
            stop.set()
            worker.join(PATIENCE)

    def test_a_dead_worker_gives_its_turn_back(self):
        dead = db_connect(self.name).cursor()
        self.turn(api.Environment(dead, SUPERUSER_ID, {}), Connection(self.connection_id))
        dead._cnx.close()  # as the kernel does for a killed process
        with closing(db_connect(self.name).cursor()) as cr:
            started = time.monotonic()
            self.turn(api.Environment(cr, SUPERUSER_ID, {}), Connection(self.connection_id))
            self.assertLess(time.monotonic() - started, 5)


@tagged("post_install", "-at_install")
class TestListsInTurn(QuickbooksCommon):
    def test_lists_are_stored_in_turn(self):
        """The receiving worker writes to the same lists, so a page is stored in a turn that no
        commit has ended yet."""
        events = []
        with (
            self.noted(events, "ir.cron", "_commit_progress"),
            self.noted(events, "quickbooks.exclusion", "_enter"),
            self.noted(events, "quickbooks.reference", "_store"),
        ):
            self.connection.action_refresh_lists()
            self.run_worker()
        stores = [number for number, name in enumerate(events) if name == "_store"]
        self.assertGreater(len(stores), 5)
        self.assertEqual({events[number - 1] for number in stores}, {"_enter"})

    def noted(self, events, model, method):
        """Patch that writes down when a method of a model has ended."""
        original = getattr(type(self.env[model]), method)

        def step(self, *args, **options):
            result = original(self, *args, **options)
            events.append(method)
            return result

        return patch.object(type(self.env[model]), method, step)
