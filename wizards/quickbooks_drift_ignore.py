from odoo import fields, models


class QuickbooksDriftIgnore(models.TransientModel):
    """Asks why two versions may differ; the reason goes into the history."""

    _name = "quickbooks.drift.ignore"
    _description = "QuickBooks Ignore Difference"

    binding_ids = fields.Many2many("quickbooks.binding", string="Records", required=True)
    reason = fields.Char(required=True)

    def action_ignore(self):
        """Let the difference stand."""
        self.env["quickbooks.connection"]._check_manager(self.binding_ids)
        for binding in self.binding_ids.filtered(lambda b: b.state == "conflict"):
            self.env["quickbooks.drift"].sudo()._ignore(binding.sudo(), self.reason)
        for binding in self.binding_ids.filtered(lambda b: b.state == "gone"):
            self.env["quickbooks.drift"].sudo()._ignore_deletion(binding.sudo(), self.reason)
        return True
