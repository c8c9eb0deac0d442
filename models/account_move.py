from odoo import api, models

#: Fields that may be edited on a posted invoice and that QuickBooks keeps too.
WATCHED = frozenset(
    {
        "invoice_date_due",
        "invoice_payment_term_id",
        "is_move_sent",
        "narration",
        "partner_shipping_id",
        "payment_reference",
        "ref",
    }
)

#: A payment whose entry is reversed is undone, as that of an expense.
UNDONE_BY_REVERSAL = ("entry",)


class AccountMove(models.Model):
    _name = "account.move"
    _inherit = ["account.move", "quickbooks.record.mixin"]

    def _qbo_connections(self):
        """An invoice belongs to one company, so its link may be in any connection."""
        return self.env["quickbooks.connection"].sudo().search([("active", "=", True)])

    def _qbo_company_of(self, record):
        return record.company_id

    def _invoice_paid_hook(self):
        """Core calls it when nothing is open any more, also for payments from QuickBooks."""
        result = super()._invoice_paid_hook()
        self.env["quickbooks.review.request"]._note_paid(self)
        return result

    @api.depends("move_type")
    def _compute_qbo_connected(self):
        """Bills only where they go to QuickBooks."""
        result = super()._compute_qbo_connected()
        for move in self.filtered(lambda move: move.is_purchase_document(include_receipts=True)):
            captured = self.env["quickbooks.connection"]._purchases_captured(move.company_id.id)
            move.qbo_connected = move.qbo_connected and captured
        return result

    def _post(self, soft=True):
        posted = super()._post(soft=soft)
        self.env["quickbooks.capture"]._mark(posted, self.env._("Confirmed"))
        undone = posted.reversed_entry_id.filtered(
            lambda move: move.move_type in UNDONE_BY_REVERSAL
        )
        self.env["quickbooks.capture"]._mark(undone.origin_payment_id, self.env._("Reversed"))
        return posted

    def button_draft(self):
        result = super().button_draft()
        self.env["quickbooks.capture"]._mark(self, self.env._("Reset to draft"))
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self.env["quickbooks.capture"]._mark(self, self.env._("Cancelled"))
        return result

    def write(self, vals):
        result = super().write(vals)
        if WATCHED & vals.keys():
            posted = self.filtered(lambda move: move.state == "posted")
            self.env["quickbooks.capture"]._mark(posted, self.env._("Changed"))
        return result
