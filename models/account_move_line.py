from odoo import models


class AccountMoveLine(models.Model):
    """What a posted line is distributed to may still change: its class, location or project."""

    _inherit = "account.move.line"

    def write(self, vals):
        result = super().write(vals)
        if "analytic_distribution" in vals and self.env["quickbooks.connection"]._has_analytics():
            posted = self.filtered(lambda line: line.parent_state == "posted").move_id
            self.env["quickbooks.capture"]._mark(
                posted, self.env._("The analytic distribution was changed")
            )
        return result
