from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import Form, tagged

from ..qbo.money import dec
from .test_payment_back import PaymentsBack


class CreditNotes(PaymentsBack):
    """What people do with credit notes on both sides."""

    def credit_note(self, price=40.0, partner=None, lines=None, post=True, **values):
        """A credit note to a customer."""
        lines = lines or [{"product_id": self.product_a.id, "price_unit": price}]
        move = self.env["account.move"].create(
            {
                "move_type": "out_refund",
                "partner_id": (partner or self.partner_a).id,
                "invoice_date": fields.Date.to_date("2026-03-12"),
                "invoice_line_ids": [Command.create(line) for line in lines],
                **values,
            }
        )
        if post:
            move.action_post()
            self.commit()
        return move

    def synced_note(self, *args, **values):
        """A credit note that has arrived."""
        note = self.credit_note(*args, **values)
        self.run_worker()
        self.assertEqual(note.qbo_state, "synced", note.qbo_error)
        return note

    def register(self, move, amount):
        """Pay an invoice in core's wizard."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": "2026-03-20", "amount": amount})
        )
        payment = wizard._create_payments()
        self.commit()
        return payment

    def assert_notes_alike(self, *notes):
        """Total, tax and what is left of the credit are the same on both sides."""
        for note in notes:
            remote = self.remote_of(note, "CreditMemo")
            here = [
                dec(f"{note[name]:.2f}")
                for name in ("amount_total", "amount_tax", "amount_residual")
            ]
            there = [
                dec(remote["TotalAmt"]),
                dec(remote["TxnTaxDetail"]["TotalTax"]),
                dec(remote["Balance"]),
            ]
            self.assertEqual(there, here, note.name)
            self.assertEqual(remote["RemainingCredit"], remote["Balance"])

    def change_memo(self, note, **values):
        body = self.remote_of(note, "CreditMemo")
        return self.control.change("CreditMemo", {**body, **values, "sparse": True})


@tagged("post_install", "-at_install")
class TestCreditMemo(CreditNotes):
    def test_confirm_arrives(self):
        note = self.credit_note(narration="<p>Sorry</p>", ref="Broken glass")
        self.assertEqual(note.qbo_state, "pending")
        self.run_worker()
        self.assertEqual(note.qbo_state, "synced", note.qbo_error)
        self.assert_notes_alike(note)
        remote = self.remote_of(note, "CreditMemo")
        self.assertEqual(remote["DocNumber"], note.name)
        self.assertEqual(remote["TxnDate"], "2026-03-12")
        self.assertEqual(remote["CustomerMemo"]["value"], "Sorry")
        self.assertIn("Broken glass", remote["PrivateNote"])
        self.assertIn(f"/account.move/{note.id}]", remote["PrivateNote"])
        customer = self.binding(self.partner_a, "Customer").remote_id
        self.assertEqual(remote["CustomerRef"]["value"], customer)
        self.assertFalse(self.env["quickbooks.binding"]._links(self.connection, note, "Payment"))

    def test_kinds_of_lines(self):
        note = self.synced_note(
            lines=[
                {"display_type": "line_section", "name": "Returned"},
                {"product_id": self.product_a.id, "quantity": 3, "price_unit": 33.33},
                {
                    "product_id": self.product_a.id,
                    "quantity": 7,
                    "price_unit": 19.99,
                    "discount": 12.5,
                },
                {"name": "Without product", "price_unit": 12.0, "tax_ids": []},
                {"name": "Restocking fee", "price_unit": -5.0, "tax_ids": []},
            ]
        )
        self.assert_notes_alike(note)
        amounts = [
            dec(line["Amount"])
            for line in self.remote_of(note, "CreditMemo")["Line"]
            if line["DetailType"] == "SalesItemLineDetail"
        ]
        self.assertEqual(amounts, [dec("99.99"), dec("122.44"), dec("12"), dec("-5")])

    def test_edit_after_reset_then_cancel(self):
        note = self.synced_note(40)
        note.button_draft()
        note.invoice_line_ids.price_unit = 70
        note.action_post()
        self.commit()
        self.run_worker()
        self.assertEqual(note.qbo_state, "synced", note.qbo_error)
        self.assert_notes_alike(note)
        note.button_draft()
        note.button_cancel()
        self.commit()
        self.run_worker()
        self.assertEqual(note.qbo_state, "voided", note.qbo_error)
        remote = self.remote_of(note, "CreditMemo")
        self.assertEqual(dec(remote["TotalAmt"]), 0)
        self.assertTrue(remote["PrivateNote"].startswith("Voided"))

    def test_sent_by_hand(self):
        """The list action and the button send a credit note; a sentence says why not."""
        self.connection.stage = "manual"
        note, draft = self.credit_note(), self.credit_note(post=False)
        self.run_worker()
        self.assertFalse(self.writes())
        action = self.env.ref("quickbooks_online.action_sync_account_move")
        records = note | draft
        action.with_context(active_model="account.move", active_ids=records.ids).run()
        self.commit()
        self.run_worker()
        self.assertEqual(note.qbo_state, "synced", note.qbo_error)
        with self.assertRaisesRegex(UserError, "not confirmed"):
            draft.action_qbo_sync()

    def test_form_shows_it(self):
        note = self.synced_note()
        with Form(note) as form:
            self.assertEqual(form.qbo_state, "synced")
            self.assertEqual(form.qbo_id, self.binding(note, "CreditMemo").remote_id)
        arch = self.env["account.move"].get_view(self.env.ref("account.view_move_form").id, "form")[
            "arch"
        ]
        self.assertIn("move_type not in ('out_invoice', 'out_refund')", arch)

    def test_before_the_cut_off_stays_out(self):
        self.connection.cutoff_date = "2026-03-15"
        note = self.credit_note()
        self.run_worker()
        self.assertEqual(note.qbo_state, "none")
        self.assertFalse(self.writes())

    def test_tax_that_differs_is_shown(self):
        """QuickBooks computes another tax: the credit note says so."""
        code = self.env["quickbooks.reference"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("remote_type", "=", "TaxCode"),
                ("full_name", "=", "California"),
            ]
        )
        tax = self.company_data["default_tax_sale"]
        self.env["quickbooks.mapping"].search(
            [("kind", "=", "tax"), ("res_id", "=", tax.id)]
        ).reference_id = code
        self.connection.tax_rounding = "show"
        note = self.credit_note()
        self.run_worker()
        self.assertEqual(note.qbo_state, "mismatch")
        self.assertIn("tax", note.qbo_error)

    # -- the way back --------------------------------------------------------------------------

    def test_changed_there_is_drift_with_choices(self):
        note = self.synced_note()
        self.change_memo(note, CustomerMemo={"value": "Changed there"})
        self.ask()
        binding = self.binding(note, "CreditMemo")
        self.assertEqual(note.qbo_state, "conflict")
        self.assertIn("Changed there", binding.drift_html)
        self.assertTrue(note.activity_ids)
        binding.action_accept_theirs()
        self.assertEqual(note.qbo_state, "synced")
        self.assertIn("Changed there", note.narration)
        self.change_memo(note, CustomerMemo={"value": "Once more"})
        self.ask()
        binding.action_send_again()
        self.sync()
        self.assertEqual(note.qbo_state, "synced", note.qbo_error)
        memo = self.remote_of(note, "CreditMemo")["CustomerMemo"]["value"]
        self.assertEqual(memo, "Changed there")
        self.assert_quiet()

    def test_money_is_never_accepted(self):
        note = self.synced_note()
        line = dict(self.remote_of(note, "CreditMemo")["Line"][0], Amount=7)
        line["SalesItemLineDetail"] = {
            k: v for k, v in line["SalesItemLineDetail"].items() if k not in ("Qty", "UnitPrice")
        }
        self.change_memo(note, Line=[line])
        self.ask()
        self.assertEqual(note.qbo_state, "conflict")
        before = note.amount_total
        with self.assertRaisesRegex(UserError, "never changed from outside"):
            self.binding(note, "CreditMemo").action_accept_theirs()
        self.assertEqual(note.amount_total, before)

    def test_voided_and_deleted_there(self):
        voided, deleted = self.synced_note(), self.synced_note(50)
        for note, operation in ((voided, "void"), (deleted, "delete")):
            body = self.remote_of(note, "CreditMemo")
            self.control.change(
                "CreditMemo", {k: body[k] for k in ("Id", "SyncToken")}, operation=operation
            )
        self.ask()
        self.assertEqual((voided.state, voided.qbo_state), ("posted", "conflict"))
        self.assertIn("voided", voided.qbo_error)
        self.assertEqual((deleted.state, deleted.qbo_state), ("posted", "gone"))
        self.assertTrue(voided.activity_ids and deleted.activity_ids)

    def test_unknown_there_is_left_alone(self):
        note = self.synced_note()
        body = self.remote_of(note, "CreditMemo")
        stranger = self.control.change(
            "CreditMemo", {"CustomerRef": body["CustomerRef"], "Line": body["Line"][:1]}
        )
        self.ask()
        event = self.event_of(stranger["Id"], "CreditMemo")
        self.assertEqual((event.state, event.reason), ("skipped", "Not a credit note of Odoo."))
