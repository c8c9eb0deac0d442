from datetime import timedelta

from odoo import api, fields, models

RETENTION = timedelta(days=365)


class QuickbooksLog(models.Model):
    """What happened, in sentences for people; a developer finds Intuit's trace id."""

    _name = "quickbooks.log"
    _description = "QuickBooks Log"
    _rec_name = "message"
    _order = "id desc"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, precompute=True, index=True
    )
    binding_id = fields.Many2one("quickbooks.binding", index="btree_not_null", ondelete="cascade")
    local_name = fields.Char(related="binding_id.local_name")
    remote_type = fields.Char(related="binding_id.remote_type")
    level = fields.Selection(
        [("info", "Done"), ("warning", "Attention"), ("error", "Failed")],
        default="info",
        required=True,
    )
    message = fields.Char(required=True)
    fault_code = fields.Char()
    intuit_tid = fields.Char(string="Intuit Trace")

    @api.autovacuum
    def _gc_old(self):
        limit = fields.Datetime.now() - RETENTION
        old = self.sudo().search([("create_date", "<", limit)], limit=10000)
        old.unlink()
        return len(old), len(old) == 10000
