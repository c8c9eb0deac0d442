from odoo import api, models


class AccountPartialReconcile(models.Model):
    """What a payment settles is kept here, so its making and unmaking concerns the payment."""

    _inherit = "account.partial.reconcile"

    @api.model_create_multi
    def create(self, vals_list):
        partials = super().create(vals_list)
        partials._note_quickbooks_payments()
        return partials

    def unlink(self):
        self._note_quickbooks_payments()
        return super().unlink()

    def _note_quickbooks_payments(self):
        if not self.env["quickbooks.connection"]._capturing_ids():
            return
        moves = (self.debit_move_id | self.credit_move_id).move_id
        payments = moves.origin_payment_id
        if payments:
            self.env["quickbooks.capture"]._mark(payments, self.env._("What it pays was changed"))
        refunds = moves.filtered(lambda move: move.move_type == "in_refund")
        self.env["quickbooks.capture"]._mark(refunds, self.env._("What it settles was changed"))
