"""Money found on a bank statement and matched with invoices directly, without a payment."""

from unittest.mock import patch

from odoo.exceptions import UserError
from odoo.tests import tagged

from ..qbo.mapping.write_off import postings
from ..qbo.money import dec
from .payment_common import PaymentCase
from .statement_common import StatementMixin


@tagged("post_install", "-at_install")
class TestPaymentStatement(StatementMixin, PaymentCase):
    def map(self, kind, subject, name):
        mapping = self.env["quickbooks.mapping"]._require(self.connection, kind, subject)
        mapping.reference_id = self.env["quickbooks.reference"].search(
            [*mapping._legal_domain(), ("name", "=", name)], limit=1
        )
        self.assertTrue(mapping.reference_id, name)
        return mapping.reference_id.remote_id

    def ours(self):
        rows = self.remote("Payment").values()
        return [row for row in rows if "[odoo " in row.get("PrivateNote", "")]

    def paid(self):
        self.move = self.synced_invoice()
        line = self.bank_line(self.move.amount_residual)
        self.match(line, self.move)
        self.sync(line)
        return line

    # -- what arrives --------------------------------------------------------------------------

    def test_one_invoice(self):
        checking = self.map("deposit_account", self.bank_journal, "Checking")
        line = self.paid()
        self.assertFalse(self.move.amount_residual)
        (remote,) = self.ours()
        self.assert_paid_alike(self.move)
        self.assertEqual(dec(remote["UnappliedAmt"]), 0)
        self.assertEqual(remote["DepositToAccountRef"]["value"], checking)
        self.assertEqual(remote["TxnDate"], "2026-03-22")
        self.assertEqual(remote["PaymentRefNum"], line.name)
        self.assertIn("Transfer 4711", remote["PrivateNote"])
        self.assertIn(f"/account.bank.statement.line/{line.id}]", remote["PrivateNote"])
        self.assertEqual(line.qbo_id, remote["Id"])

    def test_as_core_matches_it(self):
        """One line becomes the receivable, and nobody says whose it is."""
        move = self.synced_invoice()
        line = self.bank_line(move.amount_residual)
        _liquidity, suspense, _others = line._seek_for_lines()
        suspense.account_id = self.terms(move).account_id
        (suspense | self.terms(move)).reconcile()
        self.commit()
        self.sync(line)
        self.assert_paid_alike(move)
        self.assertEqual(len(self.ours()), 1)

    def test_several_invoices_and_part_of_one(self):
        moves = self.synced_invoice() | self.synced_invoice()
        line = self.bank_line(150)
        self.match(line, *moves, each=75)
        self.sync(line)
        self.assert_paid_alike(*moves)
        self.assertEqual(len(self.ours()), 1)

    def test_with_its_invoice(self):
        """Matched before the worker runs: the invoice goes first."""
        move = self.invoice()
        line = self.bank_line(move.amount_residual)
        self.match(line, move)
        self.sync(line)
        self.assert_paid_alike(move)

    def test_fee(self):
        """The bank kept something: it is written off as with a payment."""
        discounts = self.map("account", self.loss, "Bank Charges")
        move = self.synced_invoice()
        line = self.bank_line(move.amount_residual - 3)
        self.match(line, move)
        remote = self.sync(line)
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{move.amount_total - 3:.2f}"))
        self.assertEqual(dec(remote["UnappliedAmt"]), 0)
        self.assert_paid_alike(move)
        entry = self.remote_of(line, "JournalEntry")
        self.assertEqual(dict(postings(entry)), {"84": dec(-3), discounts: dec(3)})
        line.action_undo_reconciliation()
        self.commit()
        self.sync(line, "voided")
        self.assert_paid_alike(move)
        self.assertNotIn(entry["Id"], self.remote("JournalEntry"))

    # -- what changes --------------------------------------------------------------------------

    def test_unmatched(self):
        line = self.paid()
        line.action_undo_reconciliation()
        self.commit()
        remote = self.sync(line, "voided")
        self.assertEqual(dec(remote["TotalAmt"]), 0)
        self.assert_paid_alike(self.move)
        self.assertTrue(self.move.amount_residual)

    def test_matched_again(self):
        line = self.paid()
        line.action_undo_reconciliation()
        self.commit()
        self.run_worker()
        other = self.synced_invoice()
        self.match(line, other)
        remote = self.sync(line)
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{line.amount:.2f}"))
        self.assert_paid_alike(self.move, other)
        self.assertEqual(len(self.ours()), 1)

    def test_only_taken_off(self):
        """Its money stays on receivables, unapplied on both sides."""
        line = self.paid()
        self.move.line_ids.remove_move_reconcile()
        self.commit()
        remote = self.sync(line)
        self.assertEqual(dec(remote["UnappliedAmt"]), dec(f"{line.amount:.2f}"))
        self.assert_paid_alike(self.move)

    def test_cancelled(self):
        line = self.paid()
        line.move_id.button_draft()
        line.move_id.button_cancel()
        self.commit()
        self.sync(line, "voided")
        self.assert_paid_alike(self.move)

    # -- what stays out ------------------------------------------------------------------------

    def test_matched_with_a_payment(self):
        """The payment is in QuickBooks itself: its money does not come twice."""
        move = self.synced_invoice()
        payment = self.pay(move)
        self.sync(payment)
        line = self.bank_line(payment.amount)
        liquidity = payment._seek_for_lines()[0]
        (own,) = self.explain(line, (liquidity.account_id, -payment.amount, False))
        (own | liquidity).reconcile()
        self.commit()
        self.simulator.control.clear_log()
        self.run_worker()
        self.assertTrue(line.is_reconciled)
        self.assertEqual(line.qbo_state, "none")
        self.assertEqual(self.writes(), [])
        self.assertEqual(len(self.ours()), 1)
        self.assert_paid_alike(move)

    def test_payment_and_invoice_on_one_line(self):
        """Only what no payment stands for goes out."""
        moves = self.synced_invoice() | self.synced_invoice()
        payment = self.pay(moves[0])
        self.sync(payment)
        rest = moves[1].amount_residual
        line = self.bank_line(payment.amount + rest)
        liquidity = payment._seek_for_lines()[0]
        parts = (
            (liquidity.account_id, -payment.amount, False),
            (self.terms(moves[1]).account_id, -rest, self.partner_a),
        )
        first, second = self.explain(line, *parts).sorted("id")
        (first | liquidity).reconcile()
        (second | self.terms(moves[1])).reconcile()
        self.commit()
        remote = self.sync(line)
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{rest:.2f}"))
        self.assert_paid_alike(*moves)

    def test_not_matched(self):
        line = self.bank_line(50)
        self.run_worker()
        self.assertEqual(line.qbo_state, "none")
        self.assertEqual(self.ours(), [])

    def test_several_customers(self):
        moves = self.synced_invoice() | self.synced_invoice(partner=self.partner_b)
        line = self.bank_line(sum(moves.mapped("amount_residual")))
        self.match(line, *moves)
        self.run_worker()
        self.assertEqual(line.qbo_state, "held")
        self.assertIn("one customer", line.qbo_error)
        self.assertTrue(line.move_id.activity_ids, "somebody is told")

    def test_payment_without_an_entry(self):
        """A payment that books nothing waits for its bank line, or it would be there twice."""
        move = self.synced_invoice()
        method = self.bank_journal.inbound_payment_method_line_ids[:1]
        method.payment_account_id = False
        # with the accounting app installed such a payment books nothing
        state = patch.object(
            type(self.env["account.move"]), "_get_invoice_in_payment_state", lambda m: "in_payment"
        )
        with state:
            payment = self.pay(move, payment_method_line_id=method.id)
        self.assertFalse(payment.move_id)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "none")
        with self.assertRaisesRegex(UserError, "no journal entry"):
            payment.action_qbo_sync()
        line = self.bank_line(move.amount_residual)
        self.match(line, move)
        self.sync(line)
        self.assert_paid_alike(move)
        self.assertEqual(len(self.ours()), 1)

    def test_missed(self):
        """A match nobody noted is found by the scan."""
        move = self.synced_invoice()
        line = self.bank_line(move.amount_residual)
        self.match(line, move)
        self.env["quickbooks.change"].sudo().search([]).unlink()
        self.run_worker()
        self.assertEqual(line.qbo_state, "none")
        self.connection._wake(scan=True)
        self.sync(line)
        self.assert_paid_alike(move)

    # -- trouble and the way back --------------------------------------------------------------

    def test_lost_answers(self):
        for kind in ("drop_before", "drop_after", "truncate"):
            with self.subTest(kind=kind):
                before = len(self.ours())
                move = self.synced_invoice()
                self.simulator.control.faults.clear()
                self.simulator.control.faults.add(kind, path="/payment$")
                line = self.bank_line(move.amount_residual)
                self.match(line, move)
                self.run_worker()
                for _time in range(8):
                    self.skip_waiting()
                    self.run_worker()
                self.sync(line)
                self.assert_paid_alike(move)
                self.assertEqual(len(self.ours()), before + 1)

    def receive(self):
        channel = self.connection.sudo()._channel("pull")
        channel.write({"customers_imported": True, "swept_at": False})
        for _time in range(3):
            self.skip_waiting()
            self.run_pull()

    def test_no_stranger(self):
        """The receiver knows it as ours and makes no payment of it."""
        self.receive()
        line = self.paid()
        before = self.env["account.payment"].search_count([])
        self.receive()
        self.assertEqual(self.env["account.payment"].search_count([]), before)
        self.assertEqual(line.qbo_state, "synced", line.qbo_error)
        self.assertEqual(self.move.qbo_state, "synced", self.move.qbo_error)

    def test_voided_there(self):
        """The bank has the last word: it is shown, and our version can be sent again."""
        self.receive()
        line = self.paid()
        (remote,) = self.ours()
        self.simulator.control.change(
            "Payment",
            {"Id": remote["Id"], "SyncToken": remote["SyncToken"], "sparse": True},
            operation="update",
            options="void",
        )
        self.receive()
        self.assertEqual(line.qbo_state, "conflict")
        self.assertIn("matched with the bank", line.qbo_error)
        self.assertFalse(self.move.amount_residual)
        self.binding(line, "Payment").action_send_again()
        self.sync(line)
        self.assert_paid_alike(self.move)
