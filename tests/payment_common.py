"""Common ground of tests about payments."""

from ..qbo.money import dec
from .common import QuickbooksCommon


class PaymentCase(QuickbooksCommon):
    """Registers payments as people do, and compares what is open on both sides."""

    def pay(self, moves, amount=None, **values):
        """Register a payment in core's wizard, as a person does.

        :return: the account.payment
        """
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=moves.ids)
            .create({"payment_date": "2026-03-20", "group_payment": True})
        )
        if amount is not None:
            values["amount"] = amount  # with the others, as another currency would replace it
        wizard.write(values)
        payment = wizard._create_payments()
        self.commit()
        return payment

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

    def apply(self, payment, move):
        """Assign an outstanding payment on the invoice."""
        line = payment.move_id.line_ids.filtered(
            lambda line: line.account_id == payment.destination_account_id
        )
        move.js_assign_outstanding_line(line.id)
        self.commit()

    def assert_paid_alike(self, *moves):
        """What is open of the invoices is the same on both sides."""
        for move in moves:
            remote = self.remote_of(move, "Invoice")
            self.assertEqual(dec(remote["Balance"]), dec(f"{move.amount_residual:.2f}"), move.name)

    def sync(self, payment, state="synced"):
        self.run_worker()
        self.assertEqual(payment.qbo_state, state, payment.qbo_error)
        return self.remote_of(payment, "Payment")
