"""Money paid back to a customer and found on a bank statement, without a payment."""

from odoo.tests import tagged

from ..qbo.money import dec
from .statement_common import StatementMixin
from .test_credit_refund import CreditsPaidBack


@tagged("post_install", "-at_install")
class TestCreditRefundStatement(StatementMixin, CreditsPaidBack):
    def paid_back(self, price=40):
        self.note = self.synced_note(price)
        line = self.bank_line(-self.note.amount_residual)
        self.match(line, self.note)
        self.run_worker()
        self.assertEqual(line.qbo_state, "synced", line.qbo_error)
        return line

    def assert_paid_back(self, *notes):
        self.assert_notes_alike(*notes)
        self.assert_customer_alike()
        self.assert_quiet()

    def test_in_full(self):
        self.synced_note(1)
        bank, receivable, income, _owed = self.figures()
        line = self.paid_back()
        self.assertFalse(self.note.amount_residual)
        self.assert_paid_back(self.note)
        remote = self.remote_of(line, "Purchase")
        amount = dec(f"{self.note.amount_total:.2f}")
        self.assertEqual(dec(remote["TotalAmt"]), amount)
        after = self.figures()
        self.assertEqual(
            after[:2], (bank - amount, receivable), "the credit and its money are even"
        )
        self.assertNotEqual(after[2], income, "what the credit note took back")
        self.assertEqual(
            self.lines_of(self.application(self.note)),
            {("Expense", remote["Id"]): amount, ("CreditMemo", self.memo_id(self.note)): amount},
        )
        self.assertIn(f"/account.bank.statement.line/{line.id}]", remote["PrivateNote"])

    def test_part_applied_part_paid_back(self):
        (move,) = self.invoices(10)
        note = self.synced_note(40)
        self.apply(note, move)
        line = self.bank_line(-15)
        self.match(line, note, each=15)
        self.run_worker()
        self.assertEqual(line.qbo_state, "synced", line.qbo_error)
        self.assert_both_alike(move, note)
        self.assertEqual(len(self.lines_of(self.application(note))), 3)
        self.assert_customer_alike()

    def test_with_its_credit_note(self):
        note = self.credit_note(40)
        line = self.bank_line(-note.amount_residual)
        self.match(line, note)
        for _time in range(2):
            self.run_worker()
        self.assertEqual((line.qbo_state, note.qbo_state), ("synced", "synced"), line.qbo_error)
        self.assert_paid_back(note)

    def test_unmatched_and_matched_again(self):
        before = len(self.remote("Purchase"))
        line = self.paid_back()
        self.unmatch(line)
        for _time in range(2):
            self.run_worker()
        self.assertEqual(line.qbo_state, "voided", line.qbo_error)
        self.assert_paid_back(self.note)
        self.match(line, self.note)
        for _time in range(2):
            self.run_worker()
        self.assertEqual(line.qbo_state, "synced", line.qbo_error)
        self.assert_paid_back(self.note)
        money = [row for row in self.remote("Purchase").values() if dec(row["TotalAmt"])]
        self.assertEqual(len(money), before + 1)

    def test_money_of_a_bank_line_given_back(self):
        """What came in by a bank line and no invoice took goes back by another."""
        receivable = self.partner_a.property_account_receivable_id
        came = self.bank_line(60)
        first = self.explain(came, (receivable, -60, self.partner_a))
        self.commit()
        self.run_worker()
        self.assertEqual(came.qbo_state, "synced", came.qbo_error)
        went = self.bank_line(-25)
        second = self.explain(went, (receivable, 25, self.partner_a))
        (first | second).reconcile()
        self.commit()
        for _time in range(2):
            self.run_worker()
        self.assertEqual((came.qbo_state, went.qbo_state), ("synced", "synced"), went.qbo_error)
        payment = self.remote_of(came, "Payment")
        self.assertEqual(dec(payment["UnappliedAmt"]), dec("35"))
        self.assertEqual({kind for kind, _id in self.lines_of(payment)}, {"Expense"})
        self.assert_customer_alike()

    def test_what_waits_for_a_person(self):
        """A fee on the same line: QuickBooks pays back exactly what is owed."""
        note = self.synced_note(40)
        line = self.bank_line(-note.amount_residual - 3)
        self.match(line, note)
        self.run_worker()
        self.assertEqual(line.qbo_state, "held")
        self.assertIn(self.loss.name, line.qbo_error)
        self.assertTrue(line.move_id.activity_ids)
        payment = self.pay_back(self.synced_note(20), None)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)

    def test_invoice_less_a_credit_note(self):
        (move,) = self.invoices(100)
        note = self.synced_note(40)
        line = self.bank_line(move.amount_residual - note.amount_residual)
        self.match(line, move, note)
        self.run_worker()
        self.assertEqual(line.qbo_state, "held")
        self.assertIn(note.name, line.qbo_error)
        self.unmatch(line)
        self.apply(note, move)
        self.match(line, move)
        for _time in range(2):
            self.run_worker()
        self.assertEqual(line.qbo_state, "synced", line.qbo_error)
        self.assert_both_alike(move, note)
        self.assert_customer_alike()

    def test_lost_answer_pays_back_once(self):
        for kind in ("drop_before", "drop_after"):
            with self.subTest(kind):
                note = self.synced_note(40)
                before = len(self.remote("Purchase"))
                line = self.bank_line(-note.amount_residual)
                self.match(line, note)
                self.control.faults.clear()
                self.control.faults.add(kind, path="/purchase", count=1)
                self.run_worker()
                for _time in range(6):
                    self.skip_waiting()
                    self.run_worker()
                self.assertEqual(len(self.remote("Purchase")), before + 1)
                self.assertEqual(line.qbo_state, "synced", line.qbo_error)
                self.assert_notes_alike(note)
                self.assert_customer_alike()
