from contextlib import closing
from unittest.mock import patch

import psycopg2
from psycopg2.errors import SerializationFailure

from odoo import fields, sql_db
from odoo.tests import tagged
from odoo.tools import mute_logger

from .common import QuickbooksCommon


@tagged("post_install", "-at_install")
class TestCapture(QuickbooksCommon):
    """Noting changes must be cheap and may never stop a person's work."""

    def changes(self, record=None):
        domain = [("connection_id", "=", self.connection.id)]
        if record:
            domain += [("res_model", "=", record._name), ("res_id", "=", record.id)]
        return self.env["quickbooks.change"].search(domain)

    # -- nothing may stop a confirmation -------------------------------------------------------

    def test_no_error_of_the_sync_stops_a_confirmation(self):
        """Whatever breaks in the sync, the invoice is confirmed and found by the next scan."""
        breakable = [
            ("quickbooks.capture", "_write_changes"),
            ("quickbooks.capture", "_targets"),
            ("quickbooks.adapter", "_of_model"),
            ("quickbooks.adapter.invoice", "_capture_targets"),
            ("quickbooks.connection", "_capturing"),
            ("quickbooks.change", "_note"),
        ]
        moves = self.env["account.move"]
        for model, method in breakable:
            target = type(self.env[model])
            with (
                patch.object(target, method, side_effect=RuntimeError("broken")),
                mute_logger("odoo.addons.quickbooks_online.models.quickbooks_capture"),
                self.subTest(method=f"{model}.{method}"),
            ):
                move = self.invoice()
                self.assertEqual(move.state, "posted")
                self.assertFalse(self.changes(move))
                moves |= move
        self.connection._wake(scan=True)
        self.run_worker()
        self.assertEqual(set(moves.mapped("qbo_state")), {"synced"}, moves.mapped("qbo_error"))

    def test_a_record_deleted_meanwhile_takes_no_other_along(self):
        doomed = self.invoice(post=False)
        doomed.name = "/"
        with self.assertNoLogs("odoo.addons.quickbooks_online.models.quickbooks_capture"):
            self.env["quickbooks.capture"]._mark(doomed, "Changed")
            move = self.invoice(post=False)
            move.action_post()
            doomed.unlink()
            self.commit()
        self.assertTrue(self.changes(move))

    def test_an_sql_error_of_the_sync_does_not_stop_a_confirmation(self):
        def broken(capture, marks):
            capture.env.cr.execute("SELECT no_such_column FROM quickbooks_change")

        with (
            patch.object(type(self.env["quickbooks.capture"]), "_write_changes", broken),
            mute_logger("odoo.sql_db", "odoo.addons.quickbooks_online.models.quickbooks_capture"),
        ):
            move = self.invoice()
        self.assertEqual(move.state, "posted")
        self.env.cr.execute("SELECT state FROM account_move WHERE id = %s", [move.id])
        self.assertEqual(self.env.cr.fetchone(), ("posted",))

    def test_a_collision_is_left_to_odoo(self):
        """Odoo replays the whole request after a serialization failure: it must see it."""
        with (
            patch.object(
                type(self.env["quickbooks.capture"]),
                "_write_changes",
                side_effect=SerializationFailure(),
            ),
            self.assertRaises(SerializationFailure),
        ):
            self.invoice()

    # -- what is noted -------------------------------------------------------------------------

    def test_one_row_however_often_it_changes(self):
        move = self.invoice(post=False)
        move.action_post()
        move.ref = "one"
        move.ref = "two"
        self.commit()
        self.assertEqual(len(self.changes(move)), 1)

    def test_a_rollback_takes_the_note_along(self):
        move = self.invoice(post=False)
        before = len(self.changes())
        with self.assertRaises(ZeroDivisionError), self.env.cr.savepoint():
            move.action_post()
            raise ZeroDivisionError
        self.env.cr.flush()
        self.assertEqual(move.state, "draft")
        self.run_worker()
        self.assertEqual(move.qbo_state, "none")
        self.assertLessEqual(len(self.changes()), before)

    def test_unlinked_names_show_nothing_and_send_nothing(self):
        """They are noted, because the worker may be making their link in this moment; it lets them
        go, and nobody is told that something is on its way."""
        cron = self.connection._channel().cron_id
        triggers = self.env["ir.cron.trigger"].search([("cron_id", "=", cron.id)])
        triggers.unlink()
        self.partner_b.phone = "+1 555 0100"
        self.product_b.list_price = 5
        self.env["res.partner"].create({"name": "Her", "parent_id": self.partner_b.id})
        self.commit()
        self.assertEqual(self.changes().mapped("kind"), ["unlinked"] * 2)
        self.assertEqual(self.partner_b.qbo_state, "none")
        pending = [("qbo_state", "=", "pending")]
        for record in (self.partner_b, self.product_b):
            self.assertFalse(record.search([*pending, ("id", "=", record.id)]))
        woken = triggers.search([("cron_id", "=", cron.id)])
        self.assertGreater(min(woken.mapped("call_at")), fields.Datetime.now())
        self.simulator.control.clear_log()
        self.run_worker()
        self.assertFalse(self.changes())
        self.assertFalse(self.writes())
        self.assertFalse(self.binding(self.partner_b, "Customer"))

    def test_linked_names_are_noted(self):
        self.synced_invoice()
        self.partner_a.phone = "+1 555 0100"
        self.partner_a.color = 3
        self.commit()
        self.assertEqual(len(self.changes(self.partner_a)), 1)
        self.run_worker()
        customer = self.remote_of(self.partner_a, "Customer")
        self.assertEqual(customer["PrimaryPhone"]["FreeFormNumber"], "+1 555 0100")

    def test_fields_quickbooks_does_not_know_are_not_noted(self):
        self.synced_invoice()
        self.partner_a.color = 3
        self.partner_a.function = "Buyer"
        self.commit()
        self.assertFalse(self.changes())

    def test_inbound_writes_are_not_noted(self):
        self.synced_invoice()
        self.partner_a.with_context(qbo_inbound=True).phone = "+1 555 0199"
        self.commit()
        self.assertFalse(self.changes())

    def test_the_worker_is_woken(self):
        cron = self.connection._channel().cron_id
        triggers = self.env["ir.cron.trigger"]
        triggers.search([("cron_id", "=", cron.id)]).unlink()
        self.invoice()
        self.assertEqual(len(triggers.search([("cron_id", "=", cron.id)])), 1)

    def test_without_a_worker_changes_are_still_noted(self):
        self.connection._channel().cron_id.unlink()
        self.assertTrue(self.changes(self.invoice()))

    def test_the_scheduler_is_told_on_a_connection_that_stays_open(self):
        """Connecting to PostgreSQL for each confirmation took longer than all else we do in it."""
        channels = self.env["quickbooks.channel"]
        _name, server = sql_db.connection_info_for("postgres")
        channels._notify_workers()
        with closing(psycopg2.connect(**server)) as scheduler:
            scheduler.autocommit = True
            listening = scheduler.cursor()
            listening.execute("LISTEN cron_trigger")
            with patch.object(psycopg2, "connect", side_effect=AssertionError("connected anew")):
                channels._notify_workers()
                channels._notify_workers()
            listening.execute("SELECT 1")
            told = [notice.payload for notice in scheduler.notifies]
        self.assertEqual(told, [self.env.cr.dbname] * 2)

    def test_a_scheduler_that_cannot_be_told_is_no_error(self):
        """It looks by itself every minute."""
        with (
            patch.object(sql_db, "db_connect", side_effect=psycopg2.OperationalError("full")),
            self.assertLogs("odoo.addons.quickbooks_online.models.quickbooks_channel", "WARNING"),
        ):
            self.env["quickbooks.channel"]._notify_workers()

    def test_a_change_during_the_run_is_not_lost(self):
        """A change committed after the worker read its changes belongs to the next round."""
        move = self.invoice()
        planner = type(self.env["quickbooks.planner"])
        original = planner._plan_due

        def plan_and_edit(planner_self, ctx):
            writes = original(planner_self, ctx)
            if writes and not self.edited:
                self.edited = True
                move.with_env(planner_self.env).invoice_date_due = "2026-07-07"
                planner_self.env.cr.flush()
            return writes

        self.edited = False
        with patch.object(planner, "_plan_due", plan_and_edit):
            self.run_worker()
        self.run_worker()
        self.assertEqual(self.remote_of(move, "Invoice")["DueDate"], "2026-07-07")

    # -- cost ----------------------------------------------------------------------------------

    def queries_to_confirm(self, count):
        moves = self.env["account.move"]
        for _number in range(count):
            moves |= self.invoice(post=False)
        self.env.cr.flush()
        self.env.invalidate_all()
        before = self.env.cr.sql_log_count
        moves.action_post()
        self.env.cr.flush()
        return self.env.cr.sql_log_count - before

    def test_queries_of_a_confirmation(self):
        """At most 6 more, and not more for many; ``make bench`` measures two hundred."""
        self.queries_to_confirm(1)  # warms caches that have nothing to do with us
        for count, allowed in ((1, 6), (30, 8)):
            with patch.object(type(self.env["quickbooks.capture"]), "_mark"):
                without = self.queries_to_confirm(count)
            with_capture = self.queries_to_confirm(count)
            self.assertLessEqual(with_capture - without, allowed, f"{count} invoices")
