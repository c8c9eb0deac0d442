from odoo import api, fields, models

from .quickbooks_record_mixin import GROUP


class AccountMove(models.Model):
    """What an invoice's page tells about QuickBooks; computed when somebody looks."""

    _inherit = "account.move"

    qbo_story = fields.Json(string="QuickBooks Story", compute="_compute_qbo_story", groups=GROUP)

    @api.depends_context("company", "lang", "tz", "uid")
    def _compute_qbo_story(self):
        for move in self:
            move.qbo_story = self.env["quickbooks.story"]._tell(move) if move.id else False
