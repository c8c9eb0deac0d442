"""Payments of QuickBooks that cannot be followed at once, and what becomes of their lines there."""

from odoo.tests import tagged

from ..qbo.money import dec
from .test_payment_back import PaymentsBack


@tagged("post_install", "-at_install")
class TestPaymentCombinations(PaymentsBack):
    def stranger(self, move, amount):
        """An invoice of the same customer that only QuickBooks has.

        :return: its id
        """
        item = {"value": self.binding(self.product_a, "Item").remote_id}
        line = {
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "SalesItemLineDetail": {"ItemRef": item},
        }
        customer = self.customer_of(move.partner_id)
        return self.give_there("Invoice", CustomerRef=customer, Line=[line])["Id"]

    def line_for(self, remote_id, amount):
        return {"Amount": amount, "LinkedTxn": [{"TxnId": remote_id, "TxnType": "Invoice"}]}

    def half_known(self, move):
        """A payment there for an invoice of ours and one that only QuickBooks has.

        :return: the payment here, and the id of the invoice Odoo does not have
        """
        stranger = self.stranger(move, 50)
        lines = [self.line_for(self.remote_id(move), 20), self.line_for(stranger, 50)]
        remote = self.pay_there((move, 20), total=70, Line=lines)
        self.ask()
        return self.payment(remote), stranger

    def open_there(self, remote_id):
        return dec(self.remote("Invoice")[remote_id]["Balance"])

    # -- what Odoo does not have ---------------------------------------------------------------

    def test_edit_here_leaves_what_odoo_does_not_have(self):
        (move,) = self.invoices(100)
        payment, stranger = self.half_known(move)
        payment.memo = "Found on the bank"
        self.commit()
        self.sync()
        self.assertEqual(self.open_there(stranger), 0)
        self.assertIn("Found", self.remote_of(payment, "Payment")["PrivateNote"])
        self.assertEqual(payment.qbo_state, "mismatch", "it says what differs")
        self.assert_alike(move)

    def test_applied_elsewhere_here_takes_nothing_out_unasked(self):
        move, other = self.invoices(100, 100)
        payment, stranger = self.half_known(move)
        line = payment._seek_for_lines()[1].filtered(lambda line: not line.reconciled)
        other.js_assign_outstanding_line(line.id)
        self.commit()
        self.sync()
        self.assertEqual(self.open_there(stranger), 0)
        self.assertEqual(payment.qbo_state, "held")
        self.assertIn(f"Invoice {stranger}", payment.qbo_error)
        self.binding(payment, "Payment").action_send_again()
        self.sync()
        self.assertEqual(self.open_there(stranger), 50, "somebody wanted it")
        self.assert_alike(move, other)

    def test_edit_here_leaves_what_is_not_open_here(self):
        """It was moved there to an invoice that is a draft here."""
        one, two = self.invoices(100, 100)
        remote = self.pay_there((one, 60))
        self.ask()
        two.button_draft()
        self.commit()
        self.change_there(remote["Id"], Line=[self.line_for(self.remote_id(two), 60)])
        self.ask()
        payment = self.payment(remote)
        payment.memo = "Found on the bank"
        self.commit()
        self.sync()
        self.assertEqual(self.open_there(self.remote_id(two)), dec("55"))
        self.assertEqual(payment.qbo_state, "mismatch")

    # -- what was not open here ----------------------------------------------------------------

    def test_paid_there_while_it_is_a_draft_here(self):
        (move,) = self.invoices(100)
        move.button_draft()
        self.commit()
        self.sync()
        remote = self.pay_there((move, 60))
        self.sync()
        move.action_post()
        self.commit()
        self.sync()
        self.assertEqual(move.amount_total - move.amount_residual, 60)
        self.assert_alike(move)
        self.assertEqual(self.payment(remote).qbo_state, "synced")
        self.assert_quiet()

    def test_deleted_and_entered_again(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 115))
        self.ask()
        self.delete_there(remote["Id"])
        again = self.pay_there((move, 115))
        self.ask()
        self.assertEqual(self.payment(remote).state, "canceled")
        self.assertEqual(self.payment(again).qbo_state, "synced")
        self.assertFalse(move.amount_residual)
        self.assert_quiet()

    def test_entered_again_and_the_deletion_is_heard_of_later(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 115))
        self.ask()
        self.delete_there(remote["Id"])
        again = self.pay_there((move, 115))
        announced = {"event_key": "again", "remote_type": "Payment", "remote_id": again["Id"]}
        self.env["quickbooks.event"]._insert(self.connection, "webhook", [announced])
        self.connection.sudo()._channel("pull").swept_at = "2099-01-01"
        self.run_pull()
        self.assertEqual(self.payment(again).qbo_state, "mismatch")
        self.ask()
        self.assertEqual(self.payment(again).qbo_state, "synced")
        self.assertFalse(move.amount_residual)
        self.assert_quiet()

    def test_two_change_places_there(self):
        one, two = self.invoices(100, 100)
        first, second = self.pay_there((one, 115)), self.pay_there((two, 115))
        self.ask()
        self.change_there(first["Id"], Line=[])
        self.change_there(second["Id"], Line=[self.line_for(self.remote_id(one), 115)])
        self.change_there(first["Id"], Line=[self.line_for(self.remote_id(two), 115)])
        self.ask()
        for remote in (first, second):
            payment = self.payment(remote)
            self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assert_alike(one, two)
        self.assertFalse(one.amount_residual + two.amount_residual)
        self.assert_quiet()
