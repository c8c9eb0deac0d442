"""What QuickBooks refused because of money goes out by itself once that money is gone there."""

from odoo.tests import tagged

from .payment_common import PaymentCase
from .test_payment_back import PaymentsBack


@tagged("post_install", "-at_install")
class TestMoneyTakenBack(PaymentsBack, PaymentCase):
    def paid_on_both_sides(self):
        """Ours is refused, as nothing is open there any more."""
        (move,) = self.invoices(100)
        theirs = self.pay_there((move, 100))
        ours = self.pay(move)
        self.run_worker()
        self.assertEqual(ours.qbo_state, "held")
        return move, theirs, ours

    def test_their_payment_is_voided(self):
        move, theirs, ours = self.paid_on_both_sides()
        self.sync()
        self.assertEqual(ours.qbo_state, "held", "nothing has changed for it")
        self.void_there(theirs["Id"])
        self.sync()
        self.assertEqual(ours.qbo_state, "synced", ours.qbo_error)
        self.assert_alike(move)

    def test_their_payment_is_deleted_before_anybody_saw_it(self):
        move, theirs, ours = self.paid_on_both_sides()
        self.delete_there(theirs["Id"])
        self.sync()
        self.assertEqual(ours.qbo_state, "synced", ours.qbo_error)
        self.assert_alike(move)

    def test_our_invoice_can_be_voided_again(self):
        (move,) = self.invoices(100)
        theirs = self.pay_there((move, 40))
        move.button_draft()
        move.button_cancel()
        self.commit()
        self.run_worker()
        self.assertEqual(move.qbo_state, "held", move.qbo_error)
        self.delete_there(theirs["Id"])
        self.sync()
        self.assertEqual(move.qbo_state, "voided", move.qbo_error)
