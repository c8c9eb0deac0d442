"""Plays the fault matrix: boundary x fault x action x entity, one object in the end.

**A death** is simulated without a cron: the worker's entry point runs on a cursor of its own and a
``BaseException`` is raised at the boundary. Inside a test Odoo's cursors are savepoints: the
engine's commits release them and closing a cursor rolls back to the last one, so what is left
behind is exactly what was committed, as after a SIGKILL. Going through ``ir.cron`` would not do:
its ``finally`` block commits whatever is pending when the exception passes. Nested cursors (the
token's) release into the outer savepoint; the engine commits before it opens one, so nothing of an
unfinished step rides along. Odoo's in-memory caches die with a process too and are emptied.

What a kill leaves beyond the database is requests on their way; they are the boundaries *sent, not
executed* and *executed, not answered*, which the simulator plays. Real processes and real kills
are ``make chaos``.

Actions of all entities share each run, and each is judged by itself, as a subtest. Waiting times
are skipped, those of the simulator too; matching is not what is tried, so lists count as fresh.
"""

import time
from contextlib import contextmanager, nullcontext, suppress
from datetime import timedelta

from odoo import SUPERUSER_ID, api
from odoo.tools import SQL

from ..sync import directory
from ..sync.engine import freezing
from .common import QuickbooksCommon
from .exactly_once_subjects import ACTIONS, SUBJECTS, VOID
from .exactly_once_tables import BOUNDARIES, FAULTS, Death

#: runs after which everything must have come to rest
PATIENCE = 12
#: seconds that pass between two runs, on QuickBooks' clock
PAUSE = 150


class MatrixCommon(QuickbooksCommon):
    """Plays cells: a death, a fault, recovery, judgement."""

    # settings, accounts and taxes only: every other row of QuickBooks is one of ours
    simulator_options = {"profile": "us", "seed_data": False}
    subjects = SUBJECTS
    #: the other worker runs after each run of the sending one
    receiving = False
    #: people change the same records again before the outcome is known
    editing = False

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.classPatch(directory, "FRESH", timedelta(days=1))
        cls.classPatch(freezing, "SINGLES", 0)  # every request is a batch
        cls.records = {subject.name: subject.arrange(cls) for subject in cls.subjects}
        cls.run_worker()
        cls.tokens = {
            (link.res_model, link.res_id): int(link.sync_token)
            for link in cls.env["quickbooks.binding"].search([("remote_id", "!=", False)])
        }
        cls.snapshot = cls.simulator.control.snapshot()

    @classmethod
    def prepare(cls):
        for subject in cls.subjects:
            subject.settle_in(cls)
        return super().prepare()

    @property
    def faults(self):
        return self.simulator.control.faults

    # -- playing -------------------------------------------------------------------------------

    def cells(self):
        """All subjects with their actions, in the order in which they are changed."""
        for subject in self.subjects:
            for action in ACTIONS:
                if action in subject.actions:
                    yield subject, action, self.records[subject.name][action]

    def act(self):
        """All business changes, committed."""
        for subject, action, record in self.cells():
            subject.act(record, action)
        self.commit()

    def play(self, name, only=()):
        """Faults at one boundary, each from the same state of both sides; all if not told."""
        boundary = BOUNDARIES[name]
        started = self.simulator.control.snapshot()
        for fault in FAULTS:
            if not only or fault.name in only:
                with self.undone(started):
                    self.play_one(boundary, fault)
                    self.judge(boundary, fault)

    @contextmanager
    def undone(self, snapshot):
        """Both sides are afterwards as they were before."""
        savepoint = self.env.cr.savepoint()
        try:
            yield
        finally:
            savepoint.close(rollback=True)
            self.forget()
            control = self.simulator.control
            control.faults.clear()
            control.restore(snapshot)
            control.clear_log()

    def forget(self):
        """What a process knows dies with it."""
        self.env.cr.clear()
        self.env.invalidate_all()
        self.env.registry.clear_cache()

    def play_one(self, boundary, fault):
        """A run that dies, a run that is struck (the same, if the answers came), recovery."""
        dying = boundary.dying
        if dying and not boundary.answered:
            self.work(dying)
            self.let_time_pass()
            dying = None
        with fault.armed(self):
            self.work(dying)
        if self.editing:
            self.edit()
        if not fault.meanwhile:
            self.await_late_requests()
        self.recover(fault)
        self.await_late_requests()

    def edit(self):
        """Change once more what stands."""
        for subject, action, record in self.cells():
            if action != VOID:
                subject.edit(record)
        self.commit()

    def work(self, dying=None):
        """One run of the sending worker, which may die on the way, and of the receiving one."""
        self.commit()
        died = True
        with dying(self) if dying else nullcontext(), suppress(Death):
            self.run_once("push")
            died = False
        if dying:
            self.assertTrue(died, "the worker never came to where it was to die")
            self.forget()
        if self.receiving:
            self.run_once("pull")

    def run_once(self, direction):
        """What a cron of the connection does, on a cursor that is closed as by an end or a kill."""
        channel = self.connection.sudo()._channel(direction)
        self.forget_others(channel)
        with self.own_cursors(), self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            env[f"quickbooks.{direction}"]._run(env["quickbooks.channel"].browse(channel.id))

    # -- recovering ----------------------------------------------------------------------------

    def let_time_pass(self):
        """Everything that waits for its time becomes due; leases of the dead end."""
        self.env.flush_all()
        self.env.cr.execute(
            """
            UPDATE quickbooks_operation SET not_before = NULL WHERE not_before IS NOT NULL;
            UPDATE quickbooks_envelope SET not_before = NULL WHERE not_before IS NOT NULL;
            UPDATE quickbooks_envelope SET lease_until = '2000-01-01' WHERE state = 'sent';
            UPDATE quickbooks_event SET not_before = NULL WHERE not_before IS NOT NULL;
            UPDATE quickbooks_channel
               SET paused_until = NULL, limiter_state = NULL, swept_at = NULL;
            """
        )
        self.env.invalidate_all()
        self.simulator.control.move_clock(PAUSE)

    def await_late_requests(self):
        """QuickBooks has executed what it was slow to execute."""
        expected = sum(rule.hits for rule in self.faults.rules if rule.kind == "delay")
        until = time.monotonic() + 5
        while expected > sum("delay" in call.faults for call in self.simulator.control.log()):
            self.assertLess(time.monotonic(), until, "a late request never ended")
            time.sleep(0.01)

    def recover(self, fault):
        """Let time pass and the worker run until nothing moves any more."""
        for _time in range(PATIENCE):
            if not self.open_things():
                return
            self.let_time_pass()
            if fault.person:
                self.decide()
            self.work()

    def decide(self):
        """What a person does where the product says that he must: reconnect, try again."""
        if self.connection.state == "attention":
            self.assertTrue(self.connection.attention_reason)
            self.assertTrue(self.authorize(self.connection).ok)
        stuck = self.env["quickbooks.operation"].search([("state", "in", ("held", "failed"))])
        for operation in stuck:
            self.assertTrue(operation.problem_text, "a reason is given")
            self.assertTrue(operation.binding_id.error_text, "and shown at the record")
        stuck.action_retry()

    def open_things(self):
        """What still waits: changes, operations, envelopes, as rows with their reasons."""
        self.env.flush_all()
        return self.env.execute_query(
            SQL(
                """
                SELECT 'change', res_model, kind, reason FROM quickbooks_change
                UNION ALL
                SELECT 'operation', local_name, state, problem_text FROM quickbooks_operation
                 WHERE state IN %s
                UNION ALL
                SELECT 'envelope', path, state, trouble FROM quickbooks_envelope
                 WHERE state IN ('ready', 'sent', 'unknown')
                UNION ALL
                SELECT 'event', remote_type || ' ' || remote_id, state, reason
                  FROM quickbooks_event WHERE state IN ('new', 'held', 'failed')
                """,
                self.env["quickbooks.operation"].OPEN_STATES,
            )
        )

    # -- judging -------------------------------------------------------------------------------

    def judge(self, boundary, fault):
        self.env.invalidate_all()
        links = self.links()
        for subject, action, record in self.cells():
            with self.subTest(
                boundary=boundary.name, fault=fault.name, entity=subject.name, action=action
            ):
                own = links.get((record._name, record.id), self.env["quickbooks.binding"])
                self.judge_cell(subject, action, record, own)
        with self.subTest(boundary=boundary.name, fault=fault.name):
            self.assertEqual(self.simulator.control.problems(), [], "QuickBooks' books are sound")
            self.assertEqual(self.open_things(), [], "nothing waits")

    def links(self):
        """Live links by record."""
        live = self.env["quickbooks.binding"].search([("state", "!=", "unlinked")])
        return live.grouped(lambda link: (link.res_model, link.res_id))

    def judge_cell(self, subject, action, record, links):
        """One object, one link, equal amounts, executed once."""
        rows = subject.rows(self, record)
        self.assertEqual(len(rows), 1, f"in QuickBooks: {[row['Id'] for row in rows]}")
        self.assertEqual(subject.actual(rows[0]), subject.expected(record, action))
        self.assertEqual(links.mapped("remote_id"), [rows[0]["Id"]], "one link")
        self.assertEqual(links.state, subject.state(action), links.error_text)
        before = self.tokens.get((record._name, record.id))
        executed = 0 if before is None else before + 1
        edits = int(self.editing and action != VOID)  # may be sent together with the first change
        executions = range(executed, executed + edits + 1)
        self.assertIn(int(rows[0]["SyncToken"]), executions, "executed once")
        self.assertEqual(links.mapped("res_id"), [record.id])
