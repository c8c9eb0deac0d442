from odoo.tests import tagged

from ..qbo.money import dec
from .test_credit_memo import CreditNotes


class Applications(CreditNotes):
    """Credit notes that settle invoices."""

    def apply(self, note, move):
        """Assign an outstanding credit on the invoice, as a person does."""
        line = note.line_ids.filtered(lambda line: line.display_type == "payment_term")
        move.js_assign_outstanding_line(line.id)
        self.commit()

    def take_off(self, note, move):
        """Undo it again, as the cross in the payments widget does."""
        terms = note.line_ids.filtered(lambda line: line.display_type == "payment_term")
        partials = terms.matched_debit_ids.filtered(lambda p: p.debit_move_id.move_id == move)
        for partial in partials:
            move.js_remove_outstanding_partial(partial.id)
        self.commit()

    def links(self, note):
        return self.env["quickbooks.applications"]._links(self.context(), note)

    def context(self):
        return self.env["quickbooks.planner"]._context(self.connection, ())

    def application(self, note):
        """The one Payment of QuickBooks by which the credit note is applied."""
        links = self.links(note)
        self.assertEqual(len(links), 1)
        return self.remote("Payment")[links.remote_id]

    def lines_of(self, remote):
        return {
            (link["TxnType"], link["TxnId"]): dec(line["Amount"])
            for line in remote["Line"]
            for link in line["LinkedTxn"]
        }

    def memo_id(self, note):
        return self.binding(note, "CreditMemo").remote_id

    def apply_there(self, *lines, total=0, customer=None, **values):
        """Apply credits in QuickBooks; ``lines`` are (invoice or credit note, amount)."""
        first = lines[0][0]
        return self.control.change(
            "Payment",
            {
                "TotalAmt": total,
                "CustomerRef": customer or self.customer_of(first.partner_id),
                "TxnDate": "2026-03-21",
                "Line": self.lines_there(*lines),
                **values,
            },
        )

    def lines_there(self, *lines):
        return [
            {
                "Amount": amount,
                "LinkedTxn": [
                    {"TxnType": "CreditMemo", "TxnId": self.memo_id(move)}
                    if move.move_type == "out_refund"
                    else {"TxnType": "Invoice", "TxnId": self.remote_id(move)}
                ],
            }
            for move, amount in lines
        ]

    def settled(self, note, move):
        applications = self.env["quickbooks.applications"]
        amounts, _others = applications._settled(self.context(), note)
        return amounts.get(move, dec(0))

    def assert_both_alike(self, *moves):
        notes = [m for m in moves if m.move_type == "out_refund"]
        self.assert_alike(*(m for m in moves if m.move_type == "out_invoice"))
        self.assert_notes_alike(*notes)
        for note in notes:
            self.assertEqual(note.qbo_state, "synced", note.qbo_error)


@tagged("post_install", "-at_install")
class TestApplicationOut(Applications):
    def test_applied_to_what_is_a_draft_meanwhile(self):
        """Core keeps what is applied to a draft, so nothing notes it at the next confirmation."""
        note = self.synced_note(40)
        move = self.invoice()
        self.apply(note, move)
        move.button_draft()
        self.commit()
        self.run_worker()
        self.assertFalse(self.binding(move, "Invoice").remote_id)
        move.action_post()
        self.commit()
        for _round in range(2):
            self.run_worker()
        self.assert_both_alike(note, move)
        self.assertTrue(self.links(note))

    def test_applied_in_full(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        self.apply(note, move)
        self.assertEqual(note.qbo_state, "pending")
        self.run_worker()
        self.assert_both_alike(move, note)
        remote = self.application(note)
        amount = dec(f"{note.amount_total:.2f}")
        self.assertEqual(dec(remote["TotalAmt"]), 0)
        self.assertEqual(
            self.lines_of(remote),
            {("Invoice", self.remote_id(move)): amount, ("CreditMemo", self.memo_id(note)): amount},
        )
        self.assertEqual(note.qbo_id, self.memo_id(note), "the form opens the credit memo")
        self.assert_quiet()

    def test_all_in_one_go(self):
        """Invoice, credit note and application before the worker has run at all."""
        move, note = self.invoice(), self.credit_note(40)
        self.apply(note, move)
        self.run_worker()
        self.assertEqual((move.qbo_state, note.qbo_state), ("synced", "synced"), note.qbo_error)
        self.assert_both_alike(move, note)
        self.assertEqual(len(self.links(note)), 1)

    def test_reverse_of_an_invoice(self):
        """Core's own button: the credit note settles its invoice at once."""
        (move,) = self.invoices(100)
        wizard = (
            self.env["account.move.reversal"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"journal_id": move.journal_id.id, "date": "2026-03-15", "reason": "Error"})
        )
        wizard.modify_moves()
        note = move.reversal_move_ids
        self.commit()
        self.run_worker()
        self.assertFalse(move.amount_residual)
        self.assert_both_alike(move, note)

    def test_several_invoices_and_a_rest(self):
        one, two = self.invoices(10, 20)
        note = self.synced_note(100)
        self.apply(note, one)
        self.apply(note, two)
        self.run_worker()
        self.assert_both_alike(one, two, note)
        self.assertEqual(len(self.lines_of(self.application(note))), 3)
        self.assertGreater(note.amount_residual, 0)

    def test_money_and_credit_on_one_invoice(self):
        """Both flow by themselves, each as a Payment of its own."""
        (move,) = self.invoices(100)
        note = self.credit_note(40)
        self.apply(note, move)
        payment = self.register(move, move.amount_residual)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assert_both_alike(move, note)
        self.assertFalse(move.amount_residual)
        self.assertEqual(len(self.lines_of(self.remote_of(payment, "Payment"))), 1)

    def test_another_invoice_then_none_then_again(self):
        one, two = self.invoices(100, 100)
        note = self.synced_note(40)
        self.apply(note, one)
        self.run_worker()
        first = self.application(note)["Id"]
        self.take_off(note, one)
        self.apply(note, two)
        self.run_worker()
        self.assertEqual(self.application(note)["Id"], first)
        self.assert_both_alike(one, two, note)
        self.take_off(note, two)
        self.run_worker()
        voided = self.remote("Payment")[first]
        self.assertEqual((voided["Line"], voided["PrivateNote"][:6]), ([], "Voided"))
        self.assert_both_alike(one, two, note)
        self.apply(note, one)
        self.run_worker()
        self.assertEqual(self.application(note)["Id"], first)
        self.assert_both_alike(one, two, note)

    def test_cancelled_credit_note_lets_go_first(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        self.apply(note, move)
        self.run_worker()
        note.button_draft()
        note.button_cancel()
        self.commit()
        self.run_worker()
        self.assertEqual(note.qbo_state, "voided", note.qbo_error)
        self.assertEqual(dec(self.remote_of(note, "CreditMemo")["TotalAmt"]), 0)
        self.assert_alike(move)

    def test_cancelled_invoice_waits_for_the_credit_to_let_go(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        self.apply(note, move)
        self.run_worker()
        move.button_draft()
        move.button_cancel()
        self.commit()
        self.run_worker()
        self.assertEqual(move.qbo_state, "voided", move.qbo_error)
        self.assert_both_alike(note)

    def test_smaller_then_greater(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        self.apply(note, move)
        self.run_worker()
        for price in (25, 60):
            note.button_draft()
            note.invoice_line_ids.price_unit = price
            note.action_post()
            self.apply(note, move)
            self.run_worker()
            self.assert_both_alike(move, note)

    def test_credit_gives_way_to_money(self):
        """What one lets go of another takes in the same breath: never more than is open."""
        (move,) = self.invoices(100)
        note = self.synced_note(200)
        self.apply(note, move)
        self.run_worker()
        self.assertFalse(move.amount_residual)
        self.take_off(note, move)
        payment = self.register(move, move.amount_residual)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assert_both_alike(move, note)

    def test_of_another_customer_is_for_a_person(self):
        account = self.partner_a.property_account_receivable_id
        self.partner_b.property_account_receivable_id = account
        (move,) = self.invoices(100)
        note = self.synced_note(40, partner=self.partner_b)
        lines = (move | note).line_ids.filtered(lambda line: line.display_type == "payment_term")
        lines.reconcile()
        self.commit()
        self.run_worker()
        self.assertEqual(note.qbo_state, "held")
        self.assertIn("another customer", note.qbo_error)

    def test_of_an_old_invoice_stays_out(self):
        old = self.invoice()
        self.connection.cutoff_date = "2026-03-11"
        note = self.credit_note(40)
        self.apply(note, old)
        self.run_worker()
        self.assertEqual((old.qbo_state, note.qbo_state), ("none", "synced"), note.qbo_error)
        self.assertFalse(self.links(note))

    def test_lost_answer_applies_once(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        self.apply(note, move)
        before = len(self.remote("Payment"))
        self.control.faults.add("drop_after", path="/payment$", count=1)
        self.run_worker()
        for _time in range(4):
            self.skip_waiting()
            self.run_worker()
        self.assertEqual(len(self.remote("Payment")), before + 1)
        self.assert_both_alike(move, note)


@tagged("post_install", "-at_install")
class TestApplicationBack(Applications):
    def test_applied_there_is_applied_here(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        remote = self.apply_there((move, 30), (note, 30))
        self.ask()
        self.assertEqual(self.settled(note, move), 30)
        self.assertEqual(self.links(note).remote_id, remote["Id"])
        self.assert_both_alike(move, note)
        self.assert_quiet()

    def test_applied_once(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        self.apply_there((move, 30), (note, 30))
        self.ask()
        self.env["quickbooks.event"].sudo().search([]).unlink()
        self.connection.sudo()._channel("pull").cdc_cursor = False
        self.ask()
        self.ask()
        self.assertEqual(self.settled(note, move), 30)

    def test_changed_there(self):
        one, two = self.invoices(100, 100)
        note = self.synced_note(40)
        remote = self.apply_there((one, 30), (note, 30))
        self.ask()
        self.change_there(remote["Id"], Line=self.lines_there((one, 5), (two, 20), (note, 25)))
        self.ask()
        self.assertEqual((self.settled(note, one), self.settled(note, two)), (5, 20))
        self.assert_both_alike(one, two, note)
        self.assert_quiet()

    def test_voided_and_deleted_there(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        for undo in (self.void_there, self.delete_there):
            remote = self.apply_there((move, 30), (note, 30))
            self.ask()
            self.assertEqual(self.settled(note, move), 30)
            undo(remote["Id"])
            self.ask()
            self.assertEqual(self.settled(note, move), 0)
            self.assert_both_alike(move, note)
        self.assert_quiet()
        self.apply(note, move)  # and Odoo can apply it once more
        self.sync()
        self.assert_both_alike(move, note)

    def test_ours_changed_there(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        self.apply(note, move)
        self.run_worker()
        self.ask()
        remote_id = self.application(note)["Id"]
        self.change_there(remote_id, Line=self.lines_there((move, 11), (note, 11)))
        self.ask()
        self.assertEqual(self.settled(note, move), 11)
        self.assert_both_alike(move, note)
        self.void_there(remote_id)
        self.ask()
        self.assertEqual(self.settled(note, move), 0)
        self.assert_both_alike(move, note)
        self.assert_quiet()

    def test_in_pieces_there_and_the_rest_here(self):
        """Two Payments of QuickBooks and one of Odoo's share one credit note."""
        one, two = self.invoices(100, 100)
        note = self.synced_note(100)
        self.apply_there((one, 10), (note, 10))
        self.apply_there((one, 20), (note, 20))
        self.ask()
        self.assertEqual(self.settled(note, one), 30)
        self.assertEqual(len(self.links(note)), 2)
        self.assert_both_alike(one, note)
        self.apply(note, two)
        self.sync()
        self.assert_both_alike(one, two, note)
        self.take_off(note, one)
        self.sync()
        self.assert_both_alike(one, two, note)
        self.assert_quiet()

    def test_several_credit_notes_in_one_payment(self):
        (move,) = self.invoices(100)
        one, two = self.synced_note(40), self.synced_note(20)
        self.apply_there((move, 50), (one, 35), (two, 15))
        self.ask()
        self.assertEqual((self.settled(one, move), self.settled(two, move)), (35, 15))
        self.assert_both_alike(move, one, two)
        self.assert_quiet()
        self.take_off(two, move)
        self.sync()
        self.assert_both_alike(move, one, two)
        self.assertEqual(self.settled(one, move), 35)

    def test_money_and_credit_in_one_payment(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        remote = self.apply_there((move, 90), (note, 30), total=60)
        self.ask()
        payment = self.payment(remote)
        self.assertEqual((payment.amount, self.settled(note, move)), (60, 30))
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assert_both_alike(move, note)
        self.assert_quiet()

    def test_money_and_credit_change_there(self):
        self._change_money_and_credit_there(*self.invoices(100, 100))

    def test_money_and_credit_change_there_in_another_order(self):
        """In which order QuickBooks' people enter the lines says nothing."""
        self._change_money_and_credit_there(*self.invoices(100, 100)[::-1])

    def _change_money_and_credit_there(self, one, two):
        note = self.synced_note(40)
        remote = self.apply_there((one, 90), (note, 30), total=60)
        self.ask()
        self.change_there(
            remote["Id"], TotalAmt=20, Line=self.lines_there((one, 10), (two, 45), (note, 35))
        )
        self.ask()
        payment = self.payment(remote)
        self.assertEqual(payment.amount, 20)
        self.assertEqual(self.settled(note, one) + self.settled(note, two), 35)
        self.assert_both_alike(one, two, note)
        self.void_there(remote["Id"])
        self.ask()
        self.assertEqual(payment.state, "canceled")
        self.assertEqual(self.settled(note, one) + self.settled(note, two), 0)
        self.assert_both_alike(one, two, note)
        self.assert_quiet()

    def test_money_and_credit_cancelled_here(self):
        """The payment goes; what the credit note settles it then settles by itself."""
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        remote = self.apply_there((move, 90), (note, 30), total=60)
        self.ask()
        payment = self.payment(remote)
        payment.action_draft()
        payment.action_cancel()
        self.commit()
        self.sync()
        self.assertEqual(payment.qbo_state, "voided", payment.qbo_error)
        self.assertEqual(self.settled(note, move), 30)
        self.assert_both_alike(move, note)

    def test_money_and_credit_credit_taken_off_here(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        remote = self.apply_there((move, 90), (note, 30), total=60)
        self.ask()
        self.take_off(note, move)
        self.sync()
        self.assert_both_alike(move, note)
        self.assertEqual(dec(self.remote("Payment")[remote["Id"]]["TotalAmt"]), 60)

    def test_same_on_both_sides_is_one(self):
        """Applied here and there at the same time: it is applied once."""
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        amount = note.amount_total
        self.apply(note, move)
        self.apply_there((move, amount), (note, amount))
        self.ask()
        self.sync()
        self.assertEqual(self.settled(note, move), dec(f"{amount:.2f}"))
        self.assert_both_alike(move, note)
        self.assertEqual(len(self.links(note)), 1)

    def test_changed_on_both_sides_is_for_a_person(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        remote = self.apply_there((move, 30), (note, 30))
        self.ask()
        self.take_off(note, move)
        self.change_there(remote["Id"], Line=self.lines_there((move, 20), (note, 20)))
        self.ask()
        self.run_worker()
        self.assertEqual(note.qbo_state, "conflict")
        self.assertIn("both sides", note.qbo_error)
        self.assertEqual(self.settled(note, move), 0)
        self.links(note).action_accept_theirs()
        self.assertEqual(self.settled(note, move), 20)
        self.sync()
        self.assert_both_alike(move, note)

    def test_locked_period_holds_with_the_reason(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        remote = self.apply_there((move, 30), (note, 30))
        self.company.fiscalyear_lock_date = "2026-03-31"
        self.ask()
        event = self.event_of(remote["Id"])
        self.assertEqual(event.state, "held", event.reason)
        self.assertIn("locked up to", event.reason)
        self.assertEqual(self.settled(note, move), 0)
        self.company.fiscalyear_lock_date = False
        event.action_retry()
        self.run_pull()
        self.assert_both_alike(move, note)

    def test_credit_odoo_does_not_have(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        body = self.remote_of(note, "CreditMemo")
        memo = self.control.change(
            "CreditMemo", {"CustomerRef": body["CustomerRef"], "Line": body["Line"][:1]}
        )
        lines = [
            {"Amount": 9, "LinkedTxn": [{"TxnType": kind, "TxnId": ident}]}
            for kind, ident in (("Invoice", self.remote_id(move)), ("CreditMemo", memo["Id"]))
        ]
        remote = self.apply_there((move, 9), Line=lines)
        for _time in range(5):
            self.ask()
        self.assertEqual(self.event_of(remote["Id"]).state, "skipped")
        self.assertEqual(move.qbo_state, "mismatch")
        self.assertIn("Open in QuickBooks", move.qbo_error)

    def test_not_enough_open_here_is_told(self):
        """Odoo's invoice was paid meanwhile: what cannot be followed is said, nothing is forced."""
        (move,) = self.invoices(100)
        note = self.synced_note(200)
        self.connection.stage = "manual"
        self.register(move, move.amount_total - 10)
        self.apply_there((move, 30), (note, 30))
        self.ask()
        self.assertEqual(self.settled(note, move), 10)
        self.assertEqual(note.qbo_state, "mismatch")
        self.assertIn(f"Invoice {self.remote_id(move)}", note.qbo_error)

    def test_switched_off(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        self.connection.payments_back = False
        self.apply_there((move, 30), (note, 30))
        self.ask()
        self.assertEqual(self.settled(note, move), 0)
