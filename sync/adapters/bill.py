from odoo import models

from ...qbo.mapping.purchase import bill


class QuickbooksBillAdapter(models.AbstractModel):
    """Vendor bill, or receipt of a vendor or an employee → Bill."""

    _name = "quickbooks.adapter.bill"
    _inherit = "quickbooks.purchases"
    _description = "QuickBooks Adapter: Bill"

    _remote_type = "Bill"

    def _concerns(self, record):
        return record.move_type in ("in_invoice", "in_receipt")

    def _concerned_domain(self):
        return [("move_type", "in", ("in_invoice", "in_receipt"))]

    def _wanted_payload(self, ctx, move):
        return bill(self._snapshot(ctx, move), ctx.profile)
