"""Common ground of tests about payments."""

from ..qbo.money import dec
from .common import QuickbooksCommon
from .settling import Settling


class PaymentCase(Settling, QuickbooksCommon):
    """Registers payments as people do, and compares what is open on both sides."""

    def prepay(self, amount, partner=None):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_type": "customer",
                "partner_id": (partner or self.partner_a).id,
                "amount": amount,
                "date": "2026-03-20",
            }
        )
        payment.action_post()
        self.commit()
        return payment

    def assert_paid_alike(self, *moves):
        """What is open of the invoices is the same on both sides."""
        for move in moves:
            remote = self.remote_of(move, "Invoice")
            self.assertEqual(dec(remote["Balance"]), dec(f"{move.amount_residual:.2f}"), move.name)

    def sync(self, payment, state="synced"):
        self.run_worker()
        self.assertEqual(payment.qbo_state, state, payment.qbo_error)
        return self.remote_of(payment, "Payment")
