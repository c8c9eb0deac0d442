from odoo import fields, models

#: Settings that are columns of the connection, and mean nothing before there is one.
POS = frozenset({"qbo_pos_policy", "qbo_pos_partner_id"})


class ResConfigSettings(models.TransientModel):
    """Sales of the point of sale, in the QuickBooks card."""

    _inherit = "res.config.settings"

    qbo_has_pos = fields.Boolean(related="qbo_connection_id.has_pos")
    qbo_pos_policy = fields.Selection(related="qbo_connection_id.pos_policy", readonly=False)
    qbo_pos_partner_id = fields.Many2one(related="qbo_connection_id.pos_partner_id", readonly=False)

    def _qbo_without_empty_rules(self, vals):
        vals = super()._qbo_without_empty_rules(vals)
        company = self.company_id[:1] or self.env.company
        known = self.env["quickbooks.connection"].search_count([("company_id", "=", company.id)])
        return vals if known else {key: vals[key] for key in vals if key not in POS}
