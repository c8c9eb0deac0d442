"""An invoice that was deleted in QuickBooks: made anew only when asked, or left, or cancelled."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from .test_payment_back import PaymentsBack


@tagged("post_install", "-at_install")
class TestDeletedThere(PaymentsBack):
    def setUp(self):
        super().setUp()
        (self.move,) = self.invoices(100)
        self.link = self.binding(self.move, "Invoice")
        self.old_id = self.link.remote_id

    def delete_invoice(self):
        body = self.remote("Invoice")[self.old_id]
        self.control.change(
            "Invoice", {"Id": body["Id"], "SyncToken": body["SyncToken"]}, operation="delete"
        )
        self.ask()
        self.assertEqual(self.move.qbo_state, "gone")

    def mine(self):
        """Invoices of this number in QuickBooks."""
        rows = self.remote("Invoice").values()
        return [row for row in rows if row.get("DocNumber") == self.move.name]

    def ignore(self, reason):
        action = self.link.action_ignore_drift()
        wizard = self.env["quickbooks.drift.ignore"].with_context(**action["context"])
        wizard.create({"reason": reason}).action_ignore()
        self.commit()

    def test_nothing_is_made_anew_unasked(self):
        self.delete_invoice()
        self.assert_quiet()
        self.move.ref = "changed here afterwards"
        self.commit()
        self.sync()
        self.sync()
        self.assertFalse(self.mine())
        self.assertEqual(self.move.qbo_state, "gone")
        self.assertTrue(self.move.activity_ids)
        self.assertIn("Send ours again", self.move.qbo_error)

    def test_send_ours_again_makes_one_new_one(self):
        self.delete_invoice()
        self.link.action_send_again()
        self.sync()
        self.assertEqual(self.move.qbo_state, "synced", self.move.qbo_error)
        (remote,) = self.mine()
        self.assertNotEqual(remote["Id"], self.old_id)
        self.assertEqual(self.link.remote_id, remote["Id"])
        self.assert_alike(self.move)
        self.assertFalse(self.move.activity_ids)
        logged = self.env["quickbooks.log"].search([("binding_id", "=", self.link.id)])
        self.assertTrue([text for text in logged.mapped("message") if self.old_id in text])
        self.assert_quiet()
        self.assertEqual(len(self.mine()), 1)

    def test_send_ours_again_after_a_change_here(self):
        """The change was refused because the object is gone: its operation waits."""
        self.delete_invoice()
        self.move.ref = "changed here afterwards"
        self.commit()
        self.sync()
        self.assertEqual(self.move.qbo_state, "gone")
        self.link.action_send_again()
        self.sync()
        self.assertEqual(self.move.qbo_state, "synced", self.move.qbo_error)
        self.assertEqual(len(self.mine()), 1)

    def test_its_payment_is_applied_to_the_new_one(self):
        self.control.switch("delete_paid", "unlink")
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=self.move.ids
        )
        payment = wizard.create({"payment_date": "2026-03-20", "amount": 60})._create_payments()
        self.commit()
        self.run_worker()
        remote_payment = self.binding(payment, "Payment").remote_id
        body = self.remote("Invoice")[self.old_id]
        self.control.change(
            "Invoice", {"Id": body["Id"], "SyncToken": body["SyncToken"]}, operation="delete"
        )
        self.ask()
        self.assertEqual(self.move.qbo_state, "gone")
        self.link.action_send_again()
        for _time in range(2):
            self.sync()
        self.assertEqual(self.move.qbo_state, "synced", self.move.qbo_error)
        self.assertIn(payment.qbo_state, ("synced",), payment.qbo_error)
        self.assert_alike(self.move)
        self.assertEqual(list(self.remote("Payment")).count(remote_payment), 1)
        self.assertFalse(self.control.problems())

    def attention(self):
        self.connection.invalidate_recordset(["attention_count"])
        return self.connection.attention_count

    def test_ignored_with_a_reason(self):
        self.ask()
        attention = self.attention()
        self.delete_invoice()
        self.assertEqual(self.attention(), attention + 1)
        self.ignore("the customer never ordered it there")
        self.assertEqual(self.move.qbo_state, "gone")
        self.assertFalse(self.move.qbo_error)
        self.assertFalse(self.move.activity_ids)
        self.assertEqual(self.attention(), attention)
        listed = self.env["ir.actions.act_window"]._for_xml_id(
            "quickbooks_online.quickbooks_binding_action_attention"
        )
        found = self.env["quickbooks.binding"].search(self.evaluated(listed["domain"]))
        self.assertNotIn(self.link, found)
        logged = self.env["quickbooks.log"].search([("binding_id", "=", self.link.id)])
        self.assertTrue([text for text in logged.mapped("message") if "never ordered" in text])
        self.connection._wake(scan=True)
        self.assert_quiet()
        self.assertFalse(self.mine())

    @staticmethod
    def evaluated(domain):
        from odoo.tools.safe_eval import safe_eval

        return safe_eval(domain) if isinstance(domain, str) else domain

    def test_cancelled_here_settles_it(self):
        self.delete_invoice()
        with self.assertRaisesRegex(UserError, "cancel it here"):
            self.link.action_accept_theirs()
        self.move.button_draft()
        self.move.button_cancel()
        self.commit()
        self.sync()
        self.assertEqual(self.move.qbo_state, "voided", self.move.qbo_error)
        self.assertFalse(self.move.activity_ids)
        self.assert_quiet()

    def test_a_deleted_payment_that_is_made_valid_here_again(self):
        remote = self.pay_there((self.move, 60))
        self.ask()
        self.delete_there(remote["Id"])
        self.ask()
        payment = self.payment(remote)
        link = self.binding(payment, "Payment")
        self.assertEqual((payment.state, payment.qbo_state), ("canceled", "voided"))
        payment.action_draft()
        payment.action_post()
        self.commit()
        self.sync()
        self.assertEqual(payment.qbo_state, "gone", payment.qbo_error)
        self.assertNotIn(remote["Id"], self.remote("Payment"))
        count = len(self.remote("Payment"))
        link.action_send_again()
        self.sync()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assertEqual(len(self.remote("Payment")), count + 1)
        self.sync()
        self.assertEqual(len(self.remote("Payment")), count + 1)
