from odoo import models


class QuickbooksStatementRefundAdapter(models.AbstractModel):
    """Money on a bank statement that is paid back to a customer directly → Purchase to
    receivables."""

    _name = "quickbooks.adapter.purchase.refund.statement"
    _inherit = ["quickbooks.statement.money", "quickbooks.adapter.purchase.refund"]
    _description = "QuickBooks Adapter: Refund Found on a Bank Statement"

    _incoming = False

    def _payments(self):
        return self.env["quickbooks.adapter.payment.statement"]
