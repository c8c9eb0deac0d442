from odoo import fields, models

#: Settings that are columns of the connection, and mean nothing before there is one.
ONLINE = frozenset({"qbo_online_policy", "qbo_online_grace"})


class ResConfigSettings(models.TransientModel):
    """Money paid online without an invoice, in the QuickBooks card."""

    _inherit = "res.config.settings"

    qbo_online_policy = fields.Selection(related="qbo_connection_id.online_policy", readonly=False)
    qbo_online_grace = fields.Integer(related="qbo_connection_id.online_grace", readonly=False)

    def _qbo_without_empty_rules(self, vals):
        vals = super()._qbo_without_empty_rules(vals)
        company = self.company_id[:1] or self.env.company
        known = self.env["quickbooks.connection"].search_count([("company_id", "=", company.id)])
        return vals if known else {key: vals[key] for key in vals if key not in ONLINE}
