from odoo import models

from .plan import Done, Hold


class QuickbooksPaidBackAdapter(models.AbstractModel):
    """Money of an unapplied payment that was paid back: a person enters it, and is told how.

    QuickBooks wants a check or expense on receivables with the customer, and the payment it came
    with linked to that (FACTS 7.6). Until it is sent by itself, it must at least be seen, because
    the customer has a credit there that is no more.
    """

    _name = "quickbooks.adapter.refundreceipt.paidback"
    _inherit = "quickbooks.documents"
    _description = "QuickBooks Adapter: Payment Paid Back"

    _remote_type = "RefundReceipt"
    _res_model = "account.payment"
    _cancelled_states = ("canceled", "rejected")
    _posted_states = ("in_process", "paid")
    _stranger_key = "not_a_customer_payment"

    def _concerns(self, record):
        return bool(self._paid_back(record))

    def _paid_back(self, record):
        """Payments of the customer whose money this one returns."""
        if record.payment_type != "outbound" or record.partner_type != "customer":
            return record.browse()
        counterpart = record._seek_for_lines()[1]
        origins = counterpart.matched_credit_ids.credit_move_id.move_id.origin_payment_id
        return origins.filtered(lambda payment: payment.payment_type == "inbound")

    def _concerned_domain(self):
        credits = "move_id.line_ids.matched_credit_ids.credit_move_id.move_id.origin_payment_id"
        return [
            ("payment_type", "=", "outbound"),
            ("partner_type", "=", "customer"),
            (f"{credits}.payment_type", "=", "inbound"),
        ]

    def _plan(self, ctx, operation, record):
        payments = self._paid_back(record)
        if record.state not in self._posted_states or not payments:
            return Done("nothing_to_do", None)
        if self._is_before_cutoff(ctx.connection, record):
            return Done("before_cutoff", None)
        return Hold("payment_paid_back", {"names": ", ".join(payments.mapped("name"))})
