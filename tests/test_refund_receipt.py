"""Refunds of sales that are sales receipts become refund receipts."""

from odoo.tests import tagged

from ..qbo.money import dec
from .receipt_common import ReceiptCase


@tagged("post_install", "-at_install")
class TestRefundReceipt(ReceiptCase):
    def refund_of(self, payment):
        return self.receipt(payment, "RefundReceipt")

    def test_in_full(self):
        before = self.ledger()
        payment = self.sold(115)
        refund = self.give_back(payment)
        self.run_worker()
        self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
        remote = self.refund_of(refund)
        self.assertEqual(dec(remote["TotalAmt"]), dec("115"))
        self.assertEqual(remote["CustomerRef"], self.receipt(payment)["CustomerRef"])
        self.assertEqual(remote["DepositToAccountRef"]["value"], self.account.remote_id)
        self.assertEqual(remote["DocNumber"], refund.name)
        self.assertIn(f"/account.payment/{refund.id}]", remote["PrivateNote"])
        self.assertFalse(self.ours("Purchase") or self.ours("Payment"))
        self.assertEqual(refund.qbo_id, remote["Id"])
        self.assert_moved(before)

    def test_in_parts(self):
        before = self.ledger()
        payment = self.sold(115)
        for amount in (40, 25):
            refund = self.give_back(payment, amount)
            self.run_worker()
            self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
            self.assertEqual(dec(self.refund_of(refund)["TotalAmt"]), dec(amount))
        self.assertEqual(dec(self.receipt(payment)["TotalAmt"]), dec("115"))
        self.assert_moved(before, bank=50, income=50)

    def test_by_hand(self):
        """A payment back that is matched with the payment online."""
        before = self.ledger()
        payment = self.sold(115)
        refund = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.buyer.id,
                "amount": 15,
                "journal_id": self.journal.id,
            }
        )
        refund.action_post()
        (payment | refund).move_id.line_ids.filtered(
            lambda line: line.account_id == payment.destination_account_id
        ).reconcile()
        self.commit()
        self.run_worker()
        self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
        self.assertEqual(dec(self.refund_of(refund)["TotalAmt"]), dec("15"))
        self.assertFalse(self.ours("Purchase"))
        self.assert_moved(before, bank=100, income=100)

    def test_waits_for_the_receipt(self):
        """Refunded before the receipt has left: first the sale, then the refund."""
        self.connection.online_grace = 15
        payment = self.pay_online()
        refund = self.give_back(payment)
        self.run_worker()
        self.assertEqual((payment.qbo_state, refund.qbo_state), ("waiting", "waiting"))
        self.assertFalse(self.ours("SalesReceipt") or self.ours("RefundReceipt"))
        self.wait_over(payment)
        self.run_worker()
        self.assertEqual((payment.qbo_state, refund.qbo_state), ("synced", "synced"))
        self.assertTrue(self.refund_of(refund))

    def test_cancelled(self):
        before = self.ledger()
        payment = self.sold(115)
        refund = self.give_back(payment, 40)
        self.run_worker()
        self.cancel(refund)
        self.run_worker()
        self.assertEqual(refund.qbo_state, "voided", refund.qbo_error)
        self.assertFalse(self.ours("RefundReceipt") or self.ours("Purchase"))
        self.assert_moved(before, bank=115, income=115)

    def test_lost_answers(self):
        payment = self.sold(115)
        for number, kind in enumerate(("drop_before", "drop_after", "malformed")):
            with self.subTest(kind=kind):
                self.simulator.control.faults.clear()
                self.simulator.control.faults.add(kind, path="/refundreceipt$")
                refund = self.give_back(payment, 10 + number)
                self.recover()
                self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
        amounts = sorted(dec(row["TotalAmt"]) for row in self.ours("RefundReceipt"))
        self.assertEqual(amounts, [dec(10), dec(11), dec(12)])
        self.assertFalse(self.ours("Purchase"))

    def test_without_an_account_it_waits_for_a_person(self):
        payment = self.sold(115)
        mapping = self.env["quickbooks.mapping"]._require(
            self.connection, "deposit_account", self.journal
        )
        mapping.reference_id = False
        refund = self.give_back(payment)
        self.run_worker()
        self.assertEqual(refund.qbo_state, "held")
        self.assertIn("account the money left", refund.qbo_error)
        self.assertFalse(self.ours("Purchase"))
        mapping.reference_id = self.account
        self.run_worker()
        self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)

    def test_of_an_unapplied_payment(self):
        """There the money is paid back on receivables, as ever."""
        self.connection.online_policy = "payment"
        before = self.ledger()
        payment = self.pay_online(115)
        refund = self.give_back(payment, 40)
        self.run_worker()
        self.assertEqual((payment.qbo_state, refund.qbo_state), ("synced", "synced"))
        self.assertFalse(self.ours("RefundReceipt"))
        self.assertEqual(len(self.ours("Purchase")), 1)
        self.assert_moved(before, bank=75, receivable=-75)

    def test_the_sale_is_invoiced_later(self):
        """Both receipts are void then; the money is paid back on receivables."""
        before = self.ledger()
        payment = self.sold(115)
        refund = self.give_back(payment, 40)
        self.run_worker()
        move = self.invoice_it(payment)
        self.run_worker()
        self.recover()
        for record in (payment, refund, move):
            self.assertEqual(record.qbo_state, "synced", record.qbo_error)
        self.assertFalse(self.ours("SalesReceipt") or self.ours("RefundReceipt"))
        self.assertEqual((len(self.ours("Payment")), len(self.ours("Purchase"))), (1, 1))
        self.assert_paid_alike(move)
        self.assert_moved(before, bank=75, receivable=40, income=100, tax=15)

    def test_the_sale_is_cancelled(self):
        """What was given back stays money given back."""
        before = self.ledger()
        payment = self.sold(115)
        refund = self.give_back(payment, 40)
        self.run_worker()
        self.cancel(payment)
        self.run_worker()
        self.recover()
        self.assertEqual((payment.qbo_state, refund.qbo_state), ("voided", "synced"))
        self.assertEqual(len(self.ours("Purchase")), 1)
        self.assert_moved(before, bank=-40, receivable=40)
