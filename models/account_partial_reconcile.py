from odoo import api, models


class AccountPartialReconcile(models.Model):
    """What a payment or a credit note settles is kept here, so its making and unmaking concerns
    them."""

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
        if not self or not self.env["quickbooks.connection"]._capturing_ids():
            return
        moves = (self.debit_move_id | self.credit_move_id).move_id
        capture, reason = self.env["quickbooks.capture"], self.env._("What it pays was changed")
        if moves.origin_payment_id:
            capture._mark(moves.origin_payment_id, reason)
        if moves.statement_line_id:
            capture._mark(moves.statement_line_id, reason)
        notes = moves.filtered(lambda move: move.move_type in ("out_refund", "in_refund"))
        if notes:
            capture._mark(notes, self.env._("What it is applied to was changed"))
