from odoo import api, models

#: Fields whose change QuickBooks should know of; core sets the state through ``write`` too.
WATCHED = frozenset(
    {
        "amount",
        "currency_id",
        "date",
        "journal_id",
        "memo",
        "partner_id",
        "payment_method_line_id",
        "payment_reference",
        "state",
    }
)


class AccountPayment(models.Model):
    _name = "account.payment"
    _inherit = ["account.payment", "quickbooks.record.mixin"]

    def _qbo_connections(self):
        """A payment belongs to one company, so its link may be in any connection."""
        return self.env["quickbooks.connection"].sudo().search([("active", "=", True)])

    def _qbo_company_of(self, record):
        return record.company_id

    @api.depends("partner_type")
    def _compute_qbo_connected(self):
        """Payments to vendors only where bills go to QuickBooks."""
        result = super()._compute_qbo_connected()
        for payment in self.filtered(lambda payment: payment.partner_type == "supplier"):
            captured = self.env["quickbooks.connection"]._purchases_captured(payment.company_id.id)
            payment.qbo_connected = payment.qbo_connected and captured
        return result

    def write(self, vals):
        result = super().write(vals)
        if WATCHED & vals.keys():
            # a draft is noted only when it is linked: it may come from being reset
            self.env["quickbooks.capture"]._mark(self, self.env._("The payment was changed"))
        return result
