"""Connections take turns, and what cannot be sent is in nobody's way."""

import time
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..sync.engine import planner as planner_module
from ..sync.engine import push as push_module
from .common import QuickbooksCommon
from .test_tokens import RealTransactions

SLICE = 2
#: Seconds a run may take beyond its slice: what is on its way is waited for and booked.
OVERRUN = 3


@tagged("post_install", "-at_install")
class TestFairness(QuickbooksCommon):
    """A big connection and a small one, of two companies, and one cron worker for both.

    The big one comes first in Odoo's order of jobs. Its documents are names, which have to go one
    request after the other: the slowest lane there is.
    """

    @classmethod
    def prepare(cls):
        realm = cls.simulator.add_company(profile="us")
        big_company = cls.env["res.company"].create(
            {"name": "Big", "currency_id": cls.company.currency_id.id}
        )
        cls.env.user.company_ids |= big_company
        cls.big = cls.env["quickbooks.connection"].create(
            {
                "company_id": big_company.id,
                "environment": "simulator",
                "simulator_url": cls.simulator.url,
                "cutoff_date": "2020-01-01",
            }
        )
        cls.set_keys(cls.big)
        assert cls.authorize(cls.big, realm=realm).ok
        cls.big_realm = realm
        cls.run_worker(cls.big)
        cls.big.action_enable()
        cls.run_worker(cls.big)
        return super().prepare()

    def setUp(self):
        super().setUp()
        self.forget_triggers()
        self.synced_invoice()  # customer and item are there: one request per invoice is left
        self.forget_triggers()
        patcher = patch.object(push_module, "SLICE", SLICE)
        patcher.start()
        self.addCleanup(patcher.stop)

    def channels(self):
        """The sending workers of both."""
        return (
            (self.connection | self.big)
            .sudo()
            .channel_ids.filtered(lambda channel: channel.direction == "push")
        )

    # -- a cron worker -------------------------------------------------------------------------

    def forget_triggers(self):
        """Nothing is due; within a test's transaction Odoo does not clear them after a run."""
        self.env["ir.cron.trigger"].sudo().search([]).unlink()

    def ready(self):
        """Our jobs that are due, in the order in which Odoo's cron worker takes them."""
        self.env.invalidate_all()
        due = self.env["ir.cron.trigger"].sudo().search([("call_at", "<=", fields.Datetime.now())])
        ours = self.channels().cron_id
        return (due.cron_id & ours).sorted(lambda c: (c.failure_count, c.priority, c.id))

    def one_pass(self, jobs):
        """What Odoo's cron worker does with the jobs it found ready (``_process_jobs_loop``)."""
        for cron in jobs:
            due = [("cron_id", "=", cron.id), ("call_at", "<=", fields.Datetime.now())]
            self.env["ir.cron.trigger"].sudo().search(due).unlink()
            self.run_worker(self.env["quickbooks.connection"].browse(self.owner(cron)))

    def owner(self, cron):
        channel = self.env["quickbooks.channel"].sudo().search([("cron_id", "=", cron.id)])
        return channel.connection_id.id

    def many(self, count):
        """So many customers wait in the big connection."""
        partners = self.env["res.partner"].create(
            [{"name": f"Customer {number:04}"} for number in range(count)]
        )
        partners.with_company(self.big.company_id).action_qbo_sync()
        self.commit()
        return partners

    def waiting(self):
        """How many documents of the big connection are not in QuickBooks yet."""
        changes = self.env["quickbooks.change"].sudo()
        operations = self.env["quickbooks.operation"].sudo()
        mine = [("connection_id", "=", self.big.id)]
        return changes.search_count(mine) + operations.search_count(
            [*mine, ("state", "!=", "done")]
        )

    def test_a_thousand_documents_do_not_delay_another_connection(self):
        self.many(1000)
        self.simulator.latency, self.simulator.item_latency = 0.3, 0.01
        try:
            jobs = self.ready()
            self.assertEqual(jobs.mapped(self.owner), [self.big.id])
            move, started = self.invoice(), time.monotonic()  # just after the worker has looked
            while move.qbo_state != "synced" and time.monotonic() - started < 60:
                self.one_pass(jobs)
                jobs = self.ready()
            took = time.monotonic() - started
        finally:
            self.simulator.latency = self.simulator.item_latency = 0
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertLess(took, SLICE + OVERRUN)
        self.assertGreater(self.waiting(), 500, "the big one is not done by far")
        self.assertIn(self.big.id, self.ready().mapped(self.owner), "and goes on")

    def test_turns(self):
        """Whoever was served longest ago comes first; nobody waits for somebody with no work."""
        push = self.env["quickbooks.push"].sudo()
        mine, other = (self.big.sudo()._channel(), self.connection.sudo()._channel())
        now = fields.Datetime.now()

        def gives_way(mine_ago, other_ago, due=True):
            mine.last_run_at = now - timedelta(seconds=mine_ago)
            other.last_run_at = other_ago and now - timedelta(seconds=other_ago)
            triggers = self.env["ir.cron.trigger"].sudo()
            triggers.search([]).unlink()
            if due:
                other.cron_id._trigger(at=now)
            self.env.flush_all()
            return push._others_first(mine)

        self.assertTrue(gives_way(1, 20))
        self.assertTrue(gives_way(1, None))
        self.assertFalse(gives_way(20, 1), "the other one was served after me")
        self.assertFalse(gives_way(60, 90), "a first document goes at once")
        self.assertFalse(gives_way(1, 20, due=False))
        other.cron_id.active = False
        self.assertFalse(gives_way(1, 20))

    def test_two_busy_connections_alternate(self):
        self.many(60)
        moves = [self.invoice() for _number in range(3)]
        served = []
        original = type(self.env["quickbooks.push"])._close

        def close(push, run, again):
            served.append(run.channel.connection_id.id)
            return original(push, run, True)  # always something left

        with patch.object(type(self.env["quickbooks.push"]), "_close", close):
            for _time in range(4):
                self.one_pass(self.ready())
                self.age(2)
        self.assertEqual(moves[0].qbo_state, "synced")
        self.assertEqual(sorted(served[:2]), sorted([self.big.id, self.connection.id]))
        self.assertLessEqual(abs(served.count(self.big.id) - len(served) / 2), 1, served)

    def age(self, seconds):
        """Let time pass for what is stored in whole seconds."""
        channels = self.channels()
        for channel in channels.filtered("last_run_at"):
            channel.last_run_at -= timedelta(seconds=seconds)

    # -- trouble elsewhere ---------------------------------------------------------------------

    def test_a_throttled_connection_stops_only_itself(self):
        self.simulator.control.faults.add(
            "status", status=429, path=f"/{self.big_realm}/", count=None
        )
        self.many(5)
        move = self.invoice()
        self.one_pass(self.ready())
        refused = self.simulator.control.log(path=f"/{self.big_realm}/")
        self.assertEqual({call.status for call in refused}, {429})
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertGreaterEqual(self.waiting(), 5)

    def test_a_dead_authorization_stops_only_itself(self):
        self.simulator.control.disconnect(self.big_realm)
        self.env["quickbooks.credential"]._of(self.big).access_expires_at = fields.Datetime.now()
        self.many(5)
        move = self.invoice()
        self.one_pass(self.ready())
        self.assertEqual((self.big.state, self.connection.state), ("attention", "connected"))
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)

    # -- poison within a connection ------------------------------------------------------------

    def test_more_bad_records_than_are_planned_at_once(self):
        """They come first, cannot be planned, and the good one still leaves in the same run."""
        bad = [self.invoice() for _number in range(8)]
        good = self.invoice()
        adapter = type(self.env["quickbooks.adapter.invoice"])
        original = adapter._plan

        def plan(model, ctx, operation, record):
            if record in bad:
                raise RuntimeError("a bug")
            return original(model, ctx, operation, record)

        with (
            patch.object(adapter, "_plan", plan),
            patch.object(planner_module, "PLAN_LIMIT", 3),
            self.assertLogs("odoo.addons.quickbooks_online.sync.engine.planner", "ERROR"),
        ):
            self.run_worker()
        self.assertEqual(good.qbo_state, "synced", good.qbo_error)
        self.assertEqual({move.qbo_state for move in bad}, {"error"})

    def test_one_whose_outcome_is_unknown(self):
        """Its request kills the line again and again; the others go past it, run after run."""
        poison = self.invoice()
        self.simulator.control.faults.add("drop_before", path="/invoice$", count=None)
        self.run_worker()
        self.assertEqual(poison.qbo_state, "pending")
        for _time in range(3):
            self.skip_waiting()
            others = [self.invoice() for _number in range(4)]  # a batch of their own
            self.run_worker()
            self.assertEqual({move.qbo_state for move in others}, {"synced"})
            self.assertNotEqual(poison.qbo_state, "synced")

    def test_a_customer_in_trouble_holds_only_his_own_documents(self):
        bad = self.env["res.partner"].create({"name": "Trouble"})
        held = self.invoice(bad)
        good = self.invoice()
        self.simulator.control.faults.add(
            "fault", entity="Customer", code="2040", detail="Invalid String", count=None
        )
        self.run_worker()
        self.assertEqual(good.qbo_state, "synced", good.qbo_error)
        self.assertIn(held.qbo_state, ("waiting", "held"))


@tagged("post_install", "-at_install")
class TestTurnsOfTwoProcesses(RealTransactions):
    """What another process does is seen by its locks."""

    def setUp(self):
        super().setUp()
        now = fields.Datetime.now()
        with self.cursor() as env:
            mine = env["quickbooks.connection"].browse(self.connection_id)._channel()
            mine.last_run_at = now - timedelta(seconds=1)
            other = env["quickbooks.connection"].create({"environment": "sandbox", "active": False})
            other._channel().last_run_at = now - timedelta(seconds=20)
            other._channel().cron_id._trigger(at=now)
            self.other_id, self.cron_id = other.id, other._channel().cron_id.id
        self.addCleanup(self.remove_other)

    def remove_other(self):
        with self.cursor() as env:
            env["quickbooks.connection"].browse(self.other_id).unlink()

    def gives_way(self, env):
        channel = env["quickbooks.connection"].browse(self.connection_id)._channel()
        return env["quickbooks.push"]._others_first(channel)

    def test_a_job_that_runs_elsewhere_is_not_waited_for(self):
        jobs = self.registry["ir.cron"]
        with self.cursor() as mine, self.registry.cursor() as elsewhere:
            self.assertTrue(self.gives_way(mine))
            self.assertTrue(
                jobs._acquire_one_job(elsewhere, self.cron_id), "its lock is free again"
            )
        with self.cursor() as mine, self.registry.cursor() as elsewhere:
            self.assertTrue(jobs._acquire_one_job(elsewhere, self.cron_id))
            self.assertFalse(self.gives_way(mine))

    def test_a_job_that_has_ended_meanwhile_is_not_waited_for(self):
        """It was served since this transaction began: no error, and no lost transaction."""
        with self.cursor() as mine:
            self.assertTrue(self.gives_way(mine))
            with self.cursor() as elsewhere:
                cron = elsewhere["ir.cron"].browse(self.cron_id)
                cron.priority += 1
            self.assertFalse(self.gives_way(mine))
            self.assertTrue(mine["quickbooks.connection"].search_count([]))
