"""Locked periods: nothing from QuickBooks is booked in them, and it goes on when they open."""

from odoo import fields
from odoo.tests import tagged

from .test_payment_back import PaymentsBack


@tagged("post_install", "-at_install")
class TestPaymentBackLocks(PaymentsBack):
    """Payments are dated 2026-03-21, see ``pay_there``."""

    def setUp(self):
        super().setUp()
        (self.move,) = self.invoices(100)

    def lock(self, field, date="2026-03-31"):
        self.company[field] = date
        self.commit()

    def unlock(self, field):
        self.company[field] = False
        self.commit()

    def assert_held(self, remote):
        event = self.event_of(remote["Id"])
        self.assertEqual(event.state, "held", event.reason)
        self.assertIn("locked up to", event.reason)
        self.assertIn("2026-03-31", event.reason)

    def test_goes_on_when_the_period_opens(self):
        """Nobody has to press a button."""
        self.lock("fiscalyear_lock_date")
        remote = self.pay_there((self.move, 60))
        self.ask()
        self.assert_held(remote)
        self.assertFalse(self.payment(remote))
        self.unlock("fiscalyear_lock_date")
        self.run_pull()
        self.assertTrue(self.payment(remote))
        self.assert_alike(self.move)
        self.assert_quiet()

    def test_an_exception_opens_it(self):
        self.lock("fiscalyear_lock_date")
        remote = self.pay_there((self.move, 60))
        self.ask()
        self.assert_held(remote)
        self.env["account.lock_exception"].create(
            {
                "company_id": self.company.id,
                "user_id": False,
                "fiscalyear_lock_date": False,
                "end_datetime": fields.Datetime.add(fields.Datetime.now(), hours=24),
            }
        )
        self.commit()
        self.run_pull()
        self.assertTrue(self.payment(remote))
        self.assert_alike(self.move)

    def test_a_hard_lock_holds_until_it_is_dated_later(self):
        """A hard lock never opens; QuickBooks' people may date the payment after it."""
        self.lock("hard_lock_date")
        remote = self.pay_there((self.move, 60))
        self.ask()
        self.assert_held(remote)
        self.change_there(remote["Id"], TxnDate="2026-04-02")
        self.ask()
        self.assertEqual(str(self.payment(remote).date), "2026-04-02")
        self.assert_alike(self.move)

    def test_sales_and_tax_locks_do_not_concern_money(self):
        """Odoo itself books payments then: they are in no sales journal and carry no tax."""
        for field in ("sale_lock_date", "purchase_lock_date", "tax_lock_date"):
            self.lock(field)
        remote = self.pay_there((self.move, 60))
        self.ask()
        self.assertTrue(self.payment(remote), self.event_of(remote["Id"]).reason)
        self.assert_alike(self.move)

    def test_what_is_booked_stays_until_it_opens(self):
        remote = self.pay_there((self.move, 60))
        self.ask()
        payment = self.payment(remote)
        lines = [(line.id, line.balance) for line in payment.move_id.line_ids]
        self.lock("fiscalyear_lock_date")
        self.change_there(remote["Id"], TotalAmt=80)
        self.ask()
        self.assert_held(remote)
        self.assertEqual([(line.id, line.balance) for line in payment.move_id.line_ids], lines)
        self.assertEqual(payment.amount, 60)
        self.delete_there(remote["Id"])
        self.ask()
        self.assertEqual(self.event_of(remote["Id"]).state, "held")
        self.assertIn(payment.state, ("in_process", "paid"))
        self.unlock("fiscalyear_lock_date")
        self.run_pull()
        self.assertEqual(payment.state, "canceled")
        self.assert_alike(self.move)

    def test_moving_it_out_of_a_locked_period_is_held_too(self):
        """The old date is locked, the new one is not: the old entry may not be undone."""
        remote = self.pay_there((self.move, 60))
        self.ask()
        self.lock("fiscalyear_lock_date")
        self.change_there(remote["Id"], TxnDate="2026-04-02")
        self.ask()
        self.assert_held(remote)
        self.assertEqual(str(self.payment(remote).date), "2026-03-21")

    def test_one_held_does_not_stop_the_others(self):
        (other,) = self.invoices(50)
        self.lock("fiscalyear_lock_date")
        held = self.pay_there((self.move, 60))
        free = self.pay_there((other, 50), TxnDate="2026-04-02")
        self.ask()
        self.assert_held(held)
        self.assertTrue(self.payment(free))
        self.assert_alike(other)


@tagged("post_install", "-at_install")
class TestPaymentBackBank(PaymentsBack):
    """What is matched with the bank is never undone from outside."""

    def setUp(self):
        super().setUp()
        self.one, self.two = self.invoices(100, 100)
        self.money = self.pay_there((self.one, 60))
        self.ask()
        self.mine = self.payment(self.money)
        statement = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.mine.journal_id.id,
                "amount": 60,
                "date": "2026-03-22",
                "payment_ref": "bank",
            }
        )
        _liquidity, suspense, _other = statement._seek_for_lines()
        suspense.account_id = self.mine.outstanding_account_id
        (suspense | self.mine._seek_for_lines()[0]).reconcile()
        self.commit()
        self.sync()

    def assert_conflict(self):
        self.assertEqual(self.mine.qbo_state, "conflict")
        self.assertIn("matched with the bank", self.mine.qbo_error)
        self.assertTrue(self.mine.activity_ids)
        self.assertTrue(self.mine.reconciled_statement_line_ids)
        self.assertEqual((self.mine.amount, self.mine.move_id.state), (60, "posted"))

    def test_another_amount(self):
        self.change_there(self.money["Id"], TotalAmt=80)
        self.ask()
        self.assert_conflict()
        self.binding(self.mine, "Payment").action_send_again()
        self.sync()
        self.assertEqual(self.mine.qbo_state, "synced", self.mine.qbo_error)
        self.assert_alike(self.one)

    def test_deleted(self):
        self.delete_there(self.money["Id"])
        self.ask()
        self.assert_conflict()
        link = self.binding(self.mine, "Payment")
        link.action_send_again()
        self.sync()
        if link.state == "gone":
            link.action_send_again()
            self.sync()
        self.assertEqual(self.mine.qbo_state, "synced", self.mine.qbo_error)
        self.assert_alike(self.one)

    def test_applied_elsewhere_touches_no_bank_entry(self):
        link = {"TxnId": self.remote_id(self.two), "TxnType": "Invoice"}
        self.change_there(self.money["Id"], Line=[{"Amount": 60, "LinkedTxn": [link]}])
        self.ask()
        self.assertEqual(self.mine.qbo_state, "synced", self.mine.qbo_error)
        self.assertTrue(self.mine.reconciled_statement_line_ids)
        self.assert_alike(self.one, self.two)
