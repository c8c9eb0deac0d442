"""An invoice that is changed, voided or deleted in QuickBooks: both versions, and the choices."""

from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged

from ..qbo.money import dec
from .test_payment_back import PaymentsBack


@tagged("post_install", "-at_install")
class TestDrift(PaymentsBack):
    def change_invoice(self, move, **values):
        body = self.remote_of(move, "Invoice")
        return self.control.change("Invoice", {**body, **values, "sparse": True})

    def drifted(self, **values):
        (move,) = self.invoices(100)
        self.change_invoice(move, **values)
        self.ask()
        return move, self.binding(move, "Invoice")

    def test_a_changed_attribute_is_shown_with_both_versions(self):
        move, binding = self.drifted(CustomerMemo={"value": "Changed there"})
        self.assertEqual(move.qbo_state, "conflict")
        self.assertIn("CustomerMemo", move.qbo_error)
        self.assertIn("Changed there", binding.drift_html)
        self.assertIn("Message to the customer", binding.drift_html)
        self.assertTrue(move.activity_ids)
        self.assert_quiet()
        self.assertEqual(move.qbo_state, "conflict", "it stays until somebody chooses")

    def test_a_payment_there_is_no_drift(self):
        (move,) = self.invoices(100)
        self.pay_there((move, 40))
        self.ask()
        self.assertEqual(move.qbo_state, "synced")
        self.assertEqual(
            self.binding(move, "Invoice").remote_balance, f"{move.amount_residual:.2f}"
        )
        self.assertFalse(self.binding(move, "Invoice").drift_html)

    def test_send_ours_again(self):
        move, binding = self.drifted(DueDate="2027-01-01")
        binding.action_send_again()
        self.sync()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(remote["DueDate"], str(move.invoice_date_due))
        self.assertFalse(move.activity_ids)
        self.assert_quiet()
        self.assertFalse(binding.drift_remote)

    def test_accept_theirs(self):
        move, binding = self.drifted(DueDate="2027-01-01", CustomerMemo={"value": "Thanks"})
        binding.action_accept_theirs()
        self.assertEqual(str(move.invoice_date_due), "2027-01-01")
        self.assertIn("Thanks", move.narration)
        self.assertEqual(move.qbo_state, "synced")
        self.assertFalse(move.activity_ids)
        self.assert_quiet()

    def test_money_is_never_accepted(self):
        (move,) = self.invoices(100)
        line = dict(self.remote_of(move, "Invoice")["Line"][0])
        line.update(Amount=70)
        line["SalesItemLineDetail"] = {
            k: v for k, v in line["SalesItemLineDetail"].items() if k not in ("Qty", "UnitPrice")
        }
        self.change_invoice(move, Line=[line])
        self.ask()
        binding = self.binding(move, "Invoice")
        self.assertEqual(move.qbo_state, "conflict")
        self.assertIn("70", binding.drift_html)
        before = move.amount_total, move.line_ids.mapped("balance")
        with self.assertRaisesRegex(UserError, "never changed from outside"):
            binding.action_accept_theirs()
        self.assertEqual((move.amount_total, move.line_ids.mapped("balance")), before)

    def test_ignore_with_a_reason(self):
        move, binding = self.drifted(CustomerMemo={"value": "Changed there"})
        action = binding.action_ignore_drift()
        wizard = (
            self.env["quickbooks.drift.ignore"]
            .with_context(**action["context"])
            .create({"reason": "the customer wanted it so"})
        )
        wizard.action_ignore()
        self.commit()
        self.assertEqual(move.qbo_state, "synced")
        logged = self.env["quickbooks.log"].search([("binding_id", "=", binding.id)])
        self.assertTrue(
            [m for m in logged.mapped("message") if "the customer wanted it so" in m], logged
        )
        self.assert_quiet()
        self.assertEqual(self.remote_of(move, "Invoice")["CustomerMemo"]["value"], "Changed there")

    def test_changed_back_there(self):
        (move,) = self.invoices(100)
        before = self.remote_of(move, "Invoice")["DueDate"]
        self.change_invoice(move, DueDate="2027-01-01")
        self.ask()
        self.assertEqual(move.qbo_state, "conflict")
        self.change_invoice(move, DueDate=before)
        self.ask()
        self.assertEqual(move.qbo_state, "synced")

    def test_voided_there(self):
        (move,) = self.invoices(100)
        body = self.remote_of(move, "Invoice")
        self.control.change(
            "Invoice", {"Id": body["Id"], "SyncToken": body["SyncToken"]}, operation="void"
        )
        self.ask()
        self.assertEqual((move.state, move.qbo_state), ("posted", "conflict"))
        self.assertIn("voided", move.qbo_error)
        binding = self.binding(move, "Invoice")
        with self.assertRaisesRegex(UserError, "cancel it here"):
            binding.action_accept_theirs()
        move.button_draft()
        move.button_cancel()
        self.commit()
        self.sync()
        self.assertEqual(move.qbo_state, "voided", move.qbo_error)

    def void_invoice(self):
        (move,) = self.invoices(100)
        body = self.remote_of(move, "Invoice")
        self.control.change(
            "Invoice", {"Id": body["Id"], "SyncToken": body["SyncToken"]}, operation="void"
        )
        self.ask()
        self.assertEqual(move.qbo_state, "conflict")
        return move, self.binding(move, "Invoice")

    def ignore(self, binding, reason):
        wizard = self.env["quickbooks.drift.ignore"]
        context = binding.action_ignore_drift()["context"]
        wizard.with_context(**context).create({"reason": reason}).action_ignore()
        self.commit()

    def test_voided_there_and_ours_sent_again(self):
        move, binding = self.void_invoice()
        binding.action_send_again()
        self.sync()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assert_alike(move)
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{move.amount_total:.2f}"))
        self.assertFalse(move.activity_ids)
        self.assert_quiet()

    def test_voided_there_and_ignored(self):
        move, binding = self.void_invoice()
        self.ignore(binding, "billed by the parent company")
        self.assertEqual((move.state, move.qbo_state), ("posted", "voided"))
        self.assertFalse(move.activity_ids)
        self.assert_quiet()
        self.assertEqual(move.qbo_state, "voided")

    def other_amount(self):
        (move,) = self.invoices(100)
        line = dict(self.remote_of(move, "Invoice")["Line"][0], Amount=70)
        detail = line["SalesItemLineDetail"]
        line["SalesItemLineDetail"] = {
            key: detail[key] for key in detail if key not in ("Qty", "UnitPrice")
        }
        self.change_invoice(move, Line=[line])
        self.ask()
        self.assertEqual(move.qbo_state, "conflict")
        return move, self.binding(move, "Invoice")

    def remote_total(self, move):
        return dec(self.remote_of(move, "Invoice")["TotalAmt"])

    def test_another_amount_there_and_ours_sent_again(self):
        move, binding = self.other_amount()
        total = move.amount_total
        binding.action_send_again()
        self.sync()
        self.assertEqual(move.amount_total, total)
        self.assertEqual(self.remote_total(move), dec(f"{total:.2f}"))
        self.assert_alike(move)
        self.assert_quiet()

    def test_another_amount_there_and_ignored(self):
        move, binding = self.other_amount()
        total, theirs = move.amount_total, self.remote_total(move)
        self.ignore(binding, "a discount only there")
        self.sync()
        self.assertEqual(move.amount_total, total)
        self.assertEqual(self.remote_total(move), theirs)
        self.assert_quiet()

    def test_deleted_there(self):
        (move,) = self.invoices(100)
        body = self.remote_of(move, "Invoice")
        self.control.change(
            "Invoice", {"Id": body["Id"], "SyncToken": body["SyncToken"]}, operation="delete"
        )
        self.ask()
        self.assertEqual((move.state, move.qbo_state), ("posted", "gone"))
        self.assertTrue(move.activity_ids)
        self.assert_quiet()

    def test_accepting_theirs_sends_the_rest_of_ours(self):
        (move,) = self.invoices(100)
        self.change_invoice(move, CustomerMemo={"value": "Changed there"})
        move.button_draft()
        move.invoice_line_ids[0].price_unit = 130
        move.action_post()
        self.commit()
        self.run_worker()
        self.ask()
        self.assertEqual(move.qbo_state, "conflict")
        self.binding(move, "Invoice").action_accept_theirs()
        self.sync()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{move.amount_total:.2f}"))
        self.assertEqual(remote["CustomerMemo"]["value"], "Changed there")
        self.assert_quiet()

    def test_changed_on_both_sides_is_never_overwritten(self):
        (move,) = self.invoices(100)
        self.change_invoice(move, CustomerMemo={"value": "Changed there"})
        move.ref = "changed here"
        self.commit()
        self.ask()
        self.run_worker()
        self.ask()
        self.run_worker()
        self.assertEqual(move.qbo_state, "conflict")
        self.assertEqual(self.remote_of(move, "Invoice")["CustomerMemo"]["value"], "Changed there")

    def test_choices_are_the_managers(self):
        _move, binding = self.drifted(DueDate="2027-01-01")
        biller = new_test_user(self.env, "driftbiller", groups="account.group_account_invoice")
        for method in ("action_accept_theirs", "action_ignore_drift"):
            with self.assertRaises(AccessError):
                getattr(binding.with_user(biller), method)()
        event = self.env["quickbooks.event"].search([], limit=1)
        for method in ("action_retry", "action_ignore"):
            with self.assertRaises(AccessError):
                getattr(event.with_user(biller), method)()
