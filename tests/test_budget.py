"""What is read from QuickBooks is counted, forecast, announced, and slowed down in time."""

from datetime import datetime, timedelta
from unittest.mock import patch

from freezegun import freeze_time

from odoo import fields
from odoo.exceptions import AccessError
from odoo.tests import Form, new_test_user, tagged

from ..qbo import budget
from ..sync.directory import DAILY, FRESH
from .common import QuickbooksCommon


class BudgetCommon(QuickbooksCommon):
    def setUp(self):
        super().setUp()
        self.usage = self.env["quickbooks.usage"].sudo()
        self.store()
        self.env["quickbooks.meter"]._of(self.connection, "push").take()
        self.usage.search([]).unlink()

    def store(self):
        """The end of a person's transaction: what they called is stored."""
        with self.own_cursors():
            self.env.cr.postcommit.run()

    def rows(self, connection=None):
        connection = connection or self.connection
        return {row.source: row for row in self.usage.search([]) if row.connection_id == connection}

    def use(self, count, connection=None, since=None):
        """So many reads were made this month, counted from ``since`` on."""
        row = self.usage._add(connection or self.connection, "push", {"query": count})
        if since:
            self.env.cr.execute("UPDATE quickbooks_usage SET create_date = %s", [since])
            self.usage.invalidate_model()
        return row

    def refresh_lists(self):
        self.connection.action_refresh_lists()
        self.run_worker()

    @property
    def notices(self):
        kind = self.env.ref("quickbooks_online.mail_activity_type_budget")
        return self.connection.activity_ids.filtered(lambda a: a.activity_type_id == kind)


@tagged("post_install", "-at_install")
class TestMeter(BudgetCommon):
    """Our count is QuickBooks' count."""

    def counted_there(self, work):
        """What the simulator counts while something is done: (metered reads, writes)."""
        before = self.simulator.control.counters()
        work()
        after = self.simulator.control.counters()
        return after["reads"] - before["reads"], after["writes"] - before["writes"]

    def test_lists(self):
        reads, writes = self.counted_there(self.refresh_lists)
        row = self.rows()["push"]
        self.assertGreater(reads, 8)
        self.assertEqual(row.metered, reads)
        self.assertEqual(row.reads, 2, "the company and its preferences")
        self.assertEqual(row.queries, reads - 2)
        self.assertEqual((row.writes, writes), (0, 0))
        self.assertEqual(row.month, budget.month_of(fields.Date.today()))

    def test_documents_with_new_names(self):
        partners = self.env["res.partner"].create([{"name": f"New {n}"} for n in range(3)])

        def work():
            for partner in partners:
                self.invoice(partner)
            self.run_worker()

        reads, writes = self.counted_there(work)
        row = self.rows()["push"]
        self.assertEqual(row.metered, reads)
        self.assertGreaterEqual(writes, 6)
        self.assertLessEqual(row.writes, writes, "a batch is one call of ours")
        self.assertTrue(row.writes)

    def test_look_ups(self):
        self.synced_invoice()
        self.usage.search([]).unlink()
        self.simulator.control.faults.add("drop_after", path="/invoice$")
        move = self.invoice()

        def work():
            for _time in range(3):
                self.run_worker()
                self.skip_waiting()

        reads, _writes = self.counted_there(work)
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertGreaterEqual(reads, 1, "it was looked up")
        self.assertEqual(self.rows()["push"].metered, reads)

    def test_connecting_and_testing(self):
        def work():
            self.assertTrue(self.authorize(self.connection).ok)
            with self.own_cursors():
                self.connection.action_test()

        reads, _writes = self.counted_there(work)
        self.assertFalse(self.rows(), "nothing is written in the person's transaction")
        self.store()
        self.assertEqual(self.rows()["people"].metered, reads)
        self.assertEqual(reads, 5)
        self.store()
        self.assertEqual(self.rows()["people"].metered, reads, "not twice")

    def test_what_was_refused_does_not_count(self):
        self.simulator.control.faults.add("status", status=429, path="/query$", count=None)
        reads, _writes = self.counted_there(self.refresh_lists)
        self.assertEqual(reads, 2)
        self.assertEqual(self.rows()["push"].metered, 2)

    def test_stored_once_per_run_and_only_when_something_was_called(self):
        original = type(self.usage)._add
        stored = []

        def add(usage, connection, source, counts):
            stored.append((source, dict(counts)))
            return original(usage, connection, source, counts)

        with patch.object(type(self.usage), "_add", add):
            self.run_worker()
            self.assertEqual(stored, [], "an idle run costs no statement")
            for _number in range(4):
                self.invoice()
            self.run_worker()
        self.assertEqual([source for source, _counts in stored], ["push"])
        self.assertGreater(sum(stored[0][1].values()), 1)

    def test_months_are_kept_apart(self):
        with freeze_time("2026-11-30 23:59:00"):
            self.usage._add(self.connection, "push", {"query": 5})
        with freeze_time("2026-12-01 00:01:00"):
            self.usage._add(self.connection, "push", {"query": 7})
            self.usage._add(self.connection, "push", {"read": 1, "write": 3})
            self.assertEqual(self.usage._budget(self.connection).used, 8)
        rows = self.usage.search([], order="month")
        self.assertEqual(rows.mapped("metered"), [5, 8])
        self.assertEqual(rows.mapped("writes"), [0, 3])
        self.assertEqual(rows.company_id, self.company)

    def test_counts_of_a_lost_transaction_come_back(self):
        counter = self.env["quickbooks.meter"]._of(self.connection, "push")
        counter.put_back({"query": 3})
        with self.own_cursors(), self.registry.cursor() as cr:
            env = self.env(cr=cr, su=True)
            channel = env["quickbooks.connection"].browse(self.connection.id)._channel()
            env["quickbooks.meter"]._store_run(channel)
            self.assertEqual(env["quickbooks.usage"]._budget(channel.connection_id).used, 3)
            self.assertEqual(counter.take(), {})
            cr.rollback()
        self.assertEqual(counter.take(), {"query": 3})
        self.assertFalse(self.rows())


@tagged("post_install", "-at_install")
class TestBudget(BudgetCommon):
    """What follows from the counts."""

    def test_told_at_80_and_100_percent_once_each(self):
        self.connection.user_id = new_test_user(
            self.env, "bookkeeper", groups="quickbooks_online.group_manager"
        )
        self.use(399_000)
        self.refresh_lists()
        self.assertFalse(self.notices)
        self.use(1000)
        self.refresh_lists()
        self.assertEqual(len(self.notices), 1)
        self.assertIn("80 %", self.notices.summary)
        self.assertIn("500,000", self.notices.note)
        self.assertEqual(self.notices.user_id.login, "bookkeeper")
        self.refresh_lists()
        self.assertEqual(len(self.notices), 1, "once")
        self.use(100_000)
        self.refresh_lists()
        self.assertEqual(len(self.notices), 2)
        last = self.notices.sorted("id")[-1]
        self.assertIn("100 %", last.summary)
        self.assertIn("blocks the app", last.note)
        self.refresh_lists()
        self.assertEqual(len(self.notices), 2, "once")

    def test_straight_to_the_end_is_one_notice(self):
        self.use(700_000)
        self.refresh_lists()
        self.assertEqual(len(self.notices), 1)
        self.assertIn("100 %", self.notices.summary)

    def test_a_larger_plan(self):
        self.connection.app_tier = "silver"
        self.use(700_000)
        self.refresh_lists()
        self.assertFalse(self.notices)
        self.use(300_000)
        self.refresh_lists()
        self.assertIn("charges", self.notices.note)

    def test_a_sandbox_is_free(self):
        self.use(700_000)
        self.connection.environment = "sandbox"
        self.use(700_000)
        state = self.usage._budget(self.connection)
        self.assertEqual((state.allowance, state.slowdown), (None, 1))
        self.assertIn("free", self.connection.reads_sentence)
        self.usage.search([])[:1]._judge()
        self.assertFalse(self.notices)

    # -- the app -------------------------------------------------------------------------------

    def other(self, client_id=None):
        """A connection of another company."""
        company = self.env["res.company"].create({"name": f"With {client_id or 'the same app'}"})
        other = self.env["quickbooks.connection"].create(
            {
                "company_id": company.id,
                "environment": "simulator",
                "simulator_url": self.simulator.url,
            }
        )
        credential = self.env["quickbooks.credential"]._of(other)
        credential.client_id = client_id or self.simulator.client_id
        return other

    def test_the_allowance_is_the_apps(self):
        other, stranger = self.other(), self.other("another app")
        self.use(100)
        self.use(20, other)
        self.use(3000, stranger)
        mine, theirs = self.usage._budget(self.connection), self.usage._budget(other)
        self.assertEqual((mine.own, mine.used), (100, 120))
        self.assertEqual((theirs.own, theirs.used), (20, 120))
        self.assertEqual(self.usage._budget(stranger).used, 3000)
        self.assertIn("100 of them were this company's", self.connection.reads_sentence)
        self.assertNotIn("this company", stranger.reads_sentence)

    def test_the_plan_is_the_apps(self):
        other, stranger = self.other(), self.other("another app")
        self.connection.app_tier = "gold"
        self.assertEqual((other.app_tier, stranger.app_tier), ("gold", "builder"))
        self.env["quickbooks.credential"]._of(stranger).client_id = self.simulator.client_id
        self.assertEqual(stranger.app_tier, "gold", "known when the keys are entered")

    # -- forecast ------------------------------------------------------------------------------

    @freeze_time("2026-11-11 00:00:00")
    def test_forecast(self):
        self.use(100_000, since=datetime(2026, 9, 1))
        state = self.usage._budget(self.connection)
        self.assertEqual((state.used, state.expected, state.slowdown), (100_000, 300_000, 1))
        self.assertIn("100,000 of 500,000", self.connection.reads_sentence)
        self.assertIn("about 300,000 by the end of the month", self.connection.reads_sentence)
        self.assertNotIn("more than", self.connection.reads_sentence)

    @freeze_time("2026-11-11 00:00:00")
    def test_a_forecast_does_not_pretend_to_know(self):
        self.use(33_334, since=datetime(2026, 9, 1))
        self.assertEqual(self.usage._budget(self.connection).expected, 100_002)
        self.assertIn("33,334 of", self.connection.reads_sentence)
        self.assertIn("about 101,000 by", self.connection.reads_sentence)

    @freeze_time("2026-11-02 12:00:00")
    def test_no_forecast_in_the_first_days(self):
        self.use(1000, since=datetime(2026, 9, 1))
        self.assertIsNone(self.usage._budget(self.connection).expected)
        self.assertIn("too early", self.connection.reads_sentence)

    @freeze_time("2026-11-21 00:00:00")
    def test_connected_within_the_month(self):
        self.use(1000, since=datetime(2026, 11, 16))
        self.assertEqual(self.usage._budget(self.connection).expected, 3000)

    # -- slower --------------------------------------------------------------------------------

    def test_lists_are_read_less_often_while_the_forecast_is_too_high(self):
        directory = self.env["quickbooks.directory"]
        channel = self.connection.sudo()._channel()
        with freeze_time("2026-11-11 00:00:00"):
            self.use(250_000, since=datetime(2026, 9, 1))  # 750,000 by the end of the month
            self.assertEqual(self.usage._interval(self.connection, DAILY), 2 * DAILY)
            self.assertIn("2 times less often", self.connection.reads_sentence)
            now = fields.Datetime.now()
            for age, due in ((1, False), (47, False), (49, True)):
                channel.references_at = now - timedelta(hours=age)
                self.assertEqual(directory._is_due(channel), due, f"{age} hours")
            for factor, fresh in ((0.5, True), (1.9, True), (2.1, False), (20, False)):
                directory._note_read(channel, "Customer", now - FRESH * factor, None)
                self.assertEqual("Customer" in directory._fresh(channel), fresh, factor)
            self.connection.app_tier = "silver"
            channel.references_at = now - timedelta(hours=25)
            self.assertTrue(directory._is_due(channel), "a larger plan counts at once")

    def test_usual_pace(self):
        directory = self.env["quickbooks.directory"]
        channel = self.connection.sudo()._channel()
        now = fields.Datetime.now()
        for age, due in ((23, False), (25, True)):
            channel.references_at = now - timedelta(hours=age)
            self.assertEqual(directory._is_due(channel), due)
        directory._note_read(channel, "Customer", now - FRESH * 1.5, None)
        self.assertNotIn("Customer", directory._fresh(channel))

    def test_sending_goes_on_when_all_is_used_up(self):
        self.use(10_000_000)
        self.synced_invoice()

    # -- who sees it ---------------------------------------------------------------------------

    def test_managers_of_the_company_see_it_and_nobody_writes_it(self):
        row = self.use(5)
        manager = new_test_user(self.env, "m", groups="quickbooks_online.group_manager")
        manager.write({"company_ids": [(4, self.company.id)], "company_id": self.company.id})
        biller = new_test_user(self.env, "b", groups="account.group_account_invoice")
        own = row.with_user(manager)
        self.assertEqual(own.metered, 5)
        for operation in ("write", "create", "unlink"):
            self.assertFalse(own.has_access(operation))
        self.assertFalse(row.with_user(biller).has_access("read"))
        with self.assertRaises(AccessError):
            row.with_user(self.stranger_manager()).read(["metered"])

    def stranger_manager(self):
        company = self.env["res.company"].create({"name": "Elsewhere"})
        return new_test_user(
            self.env,
            "elsewhere",
            groups="quickbooks_online.group_manager",
            company_id=company.id,
            company_ids=[(6, 0, company.ids)],
        )

    def test_a_larger_plan_is_seen_before_it_is_saved(self):
        self.use(5)
        with Form(self.connection) as form:
            self.assertIn("5 of 500,000", form.reads_sentence)
            form.app_tier = "silver"
            self.assertIn("5 of 1,000,000", form.reads_sentence)

    def test_users_read_the_sentence_without_rights_on_the_rows(self):
        self.use(5)
        biller = new_test_user(
            self.env,
            "b2",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.connection.invalidate_recordset()
        self.assertIn("5 of 500,000", self.connection.with_user(biller).reads_sentence)
