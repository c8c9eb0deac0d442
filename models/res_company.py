from odoo import fields, models


class ResCompany(models.Model):
    _inherit = "res.company"

    qbo_connection_id = fields.Many2one(
        "quickbooks.connection",
        string="QuickBooks Connection",
        compute="_compute_qbo_connection_id",
        groups="quickbooks_online.group_user",
    )

    def _compute_qbo_connection_id(self):
        for company in self:
            company.qbo_connection_id = self.env["quickbooks.connection"]._of_company(company)
