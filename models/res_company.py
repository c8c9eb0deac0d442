from odoo import api, fields, models

from odoo.addons.account.models.company import LOCK_DATE_FIELDS


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

    def write(self, vals):
        result = super().write(vals)
        if not vals.keys().isdisjoint(LOCK_DATE_FIELDS):
            self.env["quickbooks.event"]._look_again(self)
        return result


class AccountLockException(models.Model):
    """Who opens a locked period lets go on what was held because of it."""

    _inherit = "account.lock_exception"

    @api.model_create_multi
    def create(self, vals_list):
        exceptions = super().create(vals_list)
        self.env["quickbooks.event"]._look_again(exceptions.company_id)
        return exceptions
