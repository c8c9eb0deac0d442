from odoo import models

from ...qbo.mapping.purchase import vendor_credit


class QuickbooksVendorCreditAdapter(models.AbstractModel):
    """Refund of a vendor → VendorCredit. See ``billpayment_credit.py`` for what it settles."""

    _name = "quickbooks.adapter.vendorcredit"
    _inherit = "quickbooks.purchases"
    _description = "QuickBooks Adapter: Vendor Credit"

    _remote_type = "VendorCredit"
    _party_queryable = False
    _sign = -1

    def _concerns(self, record):
        return record.move_type == "in_refund"

    def _concerned_domain(self):
        return [("move_type", "=", "in_refund")]

    def _wanted_payload(self, ctx, move):
        return vendor_credit(self._snapshot(ctx, move), ctx.profile)
