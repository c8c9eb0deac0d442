"""A sale that was a sales receipt is invoiced: receipt void, then invoice, then payment."""

from odoo.tests import tagged

from ..qbo.money import dec
from .receipt_common import ReceiptCase


@tagged("post_install", "-at_install")
class TestReceiptInvoiced(ReceiptCase):
    def steps(self):
        """What was written to receipts, invoices and payments, in order."""
        names = {"salesreceipt", "refundreceipt", "invoice", "payment", "purchase"}
        steps = []
        for call in self.writes():
            name = call.path.rsplit("/", 1)[-1]
            if name in names and call.status == 200:
                steps.append(name)
        return steps

    def assert_invoiced(self, payment, move):
        """One invoice, paid by one Payment, and no receipt any more."""
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assertFalse(dec(self.receipt(payment)["TotalAmt"]))
        self.assertFalse(self.ours("SalesReceipt"))
        (remote,) = self.ours("Payment")
        self.assertEqual(dec(remote["TotalAmt"]), dec(str(payment.amount)))
        self.assertEqual(payment.qbo_id, remote["Id"], "the payment is what people open")
        self.assert_paid_alike(move)
        self.assertFalse(self.simulator.control.problems())

    def test_in_order(self):
        before = self.ledger()
        payment = self.sold(115)
        self.simulator.control.clear_log()
        move = self.invoice_it(payment)
        self.run_worker()
        self.assertEqual(self.steps(), ["salesreceipt", "invoice", "payment"])
        self.assert_invoiced(payment, move)
        self.assertFalse(move.amount_residual)
        self.assert_moved(before, bank=115, income=100, tax=15)

    def test_linked_but_not_assigned(self):
        """The transaction says which invoice it is for; the payment is credit until assigned."""
        payment = self.sold(115)
        self.simulator.control.clear_log()
        move = self.invoice(partner=self.buyer, post=False)
        payment.payment_transaction_id.invoice_ids = move
        move.action_post()
        self.commit()
        self.run_worker()
        first, *others = self.steps()
        self.assertEqual(first, "salesreceipt")
        self.assertEqual(set(others), {"invoice", "payment"}, "neither needs the other")
        self.assertFalse(self.ours("SalesReceipt"))
        self.assertEqual(len(self.ours("Payment")), 1)
        self.assert_paid_alike(move)
        self.assertEqual((payment.qbo_state, move.qbo_state), ("synced", "synced"))

    def test_each_step_survives_a_lost_answer(self):
        """Whatever breaks at which step, the end is the same, and each object is there once."""
        before = self.ledger()
        total, count = dec(0), 0
        for path in ("/salesreceipt", "/invoice", "/payment"):
            for kind in ("drop_before", "drop_after", "malformed"):
                with self.subTest(path=path, kind=kind):
                    payment = self.sold(115)
                    control = self.simulator.control
                    control.faults.clear()
                    control.faults.add(kind, path=f"{path}$")
                    move = self.invoice_it(payment)
                    self.recover()
                    total, count = total + dec("115"), count + 1
                    self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
                    self.assertEqual(move.qbo_state, "synced", move.qbo_error)
                    self.assert_paid_alike(move)
        self.assertFalse(self.ours("SalesReceipt"))
        self.assertEqual((len(self.ours("Invoice")), len(self.ours("Payment"))), (count, count))
        self.assert_moved(before, bank=total, income=100 * count, tax=15 * count)

    def test_many_at_once(self):
        """In batches, and one that is stuck holds up no other."""
        before = self.ledger()
        payments = [self.pay_online(115) for _number in range(6)]
        self.run_worker()
        self.assertEqual(len(self.ours("SalesReceipt")), 6)
        self.deposit(self.receipt(payments[2]))
        self.simulator.control.clear_log()
        moves = [self.invoice_it(payment) for payment in payments]
        self.run_worker()
        self.recover()
        states = [payment.qbo_state for payment in payments]
        self.assertEqual(states, ["synced", "synced", "held", "synced", "synced", "synced"])
        self.assertEqual(moves[2].qbo_state, "waiting")
        for move in moves[:2] + moves[3:]:
            self.assert_paid_alike(move)
        self.assertEqual((len(self.ours("Invoice")), len(self.ours("Payment"))), (5, 5))
        self.assertTrue([call for call in self.writes() if call.path.endswith("/batch")])
        self.assert_moved(before, bank=690, income=615, tax=75)

    def test_a_deposited_receipt_waits_for_a_person(self):
        payment = self.sold(115)
        deposit = self.deposit(self.receipt(payment))
        move = self.invoice_it(payment)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held")
        self.assertIn("deposit", payment.qbo_error)
        self.assertEqual(move.qbo_state, "waiting")
        self.assertIn("deposit", move.qbo_error)
        self.assertFalse(self.ours("Invoice") or self.ours("Payment"))
        self.assertTrue(payment.activity_ids)
        address = {"Id": deposit["Id"], "SyncToken": deposit["SyncToken"]}
        self.simulator.control.change("Deposit", address, operation="delete")
        self.operation(payment).search(
            [("state", "=", "held"), ("remote_type", "=", "SalesReceipt")]
        ).action_retry()
        self.commit()
        self.run_worker()
        self.assert_invoiced(payment, move)
        self.assertFalse(payment.activity_ids)

    def test_invoiced_while_the_receipt_is_on_its_way(self):
        """The answer about the receipt is lost, and meanwhile it is invoiced."""
        payment = self.pay_online(115)
        self.simulator.control.faults.add("drop_after", path="/salesreceipt$")
        self.run_worker()
        move = self.invoice_it(payment)
        self.run_worker()
        self.recover()
        self.assert_invoiced(payment, move)

    def test_the_invoice_is_cancelled_again(self):
        """The money stays a Payment, unapplied: it does not go back and forth."""
        payment = self.sold(115)
        move = self.invoice_it(payment)
        self.run_worker()
        move.button_draft()
        move.button_cancel()
        self.commit()
        self.run_worker()
        self.recover()
        self.assertFalse(self.ours("SalesReceipt") or self.ours("Invoice"))
        (remote,) = self.ours("Payment")
        self.assertEqual(dec(remote["UnappliedAmt"]), dec("115"))
        self.assertEqual((payment.qbo_state, move.qbo_state), ("synced", "voided"))

    def test_assigned_to_an_invoice_that_is_there(self):
        """The money does not arrive a second time before the receipt is void."""
        payment = self.sold(115)
        move = self.synced_invoice(partner=self.buyer)
        deposit = self.deposit(self.receipt(payment))
        self.apply(payment, move)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held")
        self.assertFalse(self.ours("Payment"))
        self.assertTrue(dec(self.remote_of(move, "Invoice")["Balance"]))
        address = {"Id": deposit["Id"], "SyncToken": deposit["SyncToken"]}
        self.simulator.control.change("Deposit", address, operation="delete")
        payment.action_qbo_sync()
        self.commit()
        self.run_worker()
        self.assert_invoiced(payment, move)

    def test_a_draft_changes_nothing_yet(self):
        payment = self.sold(115)
        payment.payment_transaction_id.invoice_ids = self.invoice(partner=self.buyer, post=False)
        payment.memo = "touched"
        self.commit()
        self.run_worker()
        self.assertEqual(len(self.ours("SalesReceipt")), 1)
        self.assertFalse(self.ours("Payment"))

    def test_other_invoices_do_not_wait(self):
        """An invoice that has nothing to do with it goes, and the receipt stays."""
        payment = self.sold(115)
        self.deposit(self.receipt(payment))
        move = self.synced_invoice(partner=self.buyer)
        self.assert_paid_alike(move)
        self.assertEqual(len(self.ours("SalesReceipt")), 1)
