from odoo import models


class AccountMove(models.Model):
    """Invoices of the point of sale are paid by entries of its own, without a payment.

    That addon is optional, so its fields are asked for.
    """

    _inherit = "account.move"

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        posted._note_quickbooks_pos(self.env._("Confirmed"))
        return posted

    def button_draft(self):
        result = super().button_draft()
        self._note_quickbooks_pos(self.env._("Reset to draft"))
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._note_quickbooks_pos(self.env._("Cancelled"))
        return result

    def _note_quickbooks_pos(self, reason):
        """Note what these entries of the point of sale are about; a query for others only where
        that addon is installed."""
        if "pos_payment_ids" not in self._fields:
            return
        settings = self.env["quickbooks.connection"]
        entries = self.sudo().filtered(lambda move: move.move_type == "entry")
        if not entries or not settings._capturing_ids():
            return
        capture = self.env["quickbooks.capture"]
        capture._mark(entries.pos_payment_ids, reason)
        if settings._pos_rules():
            capture._mark(entries.pos_session_ids.order_ids, reason)


class AccountPartialReconcile(models.Model):
    _inherit = "account.partial.reconcile"

    def _note_quickbooks_payments(self):
        result = super()._note_quickbooks_payments()
        asked = self and "pos_payment_ids" in self.env["account.move"]._fields
        if asked and self.env["quickbooks.connection"]._capturing_ids():
            moves = (self.debit_move_id | self.credit_move_id).move_id
            entries = moves.sudo().filtered(lambda move: move.move_type == "entry")
            self.env["quickbooks.capture"]._mark(
                entries.pos_payment_ids, self.env._("What it pays was changed")
            )
        return result
