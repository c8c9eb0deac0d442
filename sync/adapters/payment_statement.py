from odoo import models


class QuickbooksStatementPaymentAdapter(models.AbstractModel):
    """Money on a bank statement that settles invoices directly → Payment."""

    _name = "quickbooks.adapter.payment.statement"
    _inherit = ["quickbooks.statement.money", "quickbooks.adapter.payment"]
    _description = "QuickBooks Adapter: Payment Found on a Bank Statement"

    def _write_off_adapter(self):
        return self.env["quickbooks.adapter.journalentry.statement"]


class QuickbooksStatementWriteOffAdapter(models.AbstractModel):
    """What is written off with a bank line that pays an invoice → JournalEntry."""

    _name = "quickbooks.adapter.journalentry.statement"
    _inherit = ["quickbooks.of.statements", "quickbooks.adapter.journalentry.writeoff"]
    _description = "QuickBooks Adapter: Write-Off on a Bank Statement"

    def _money(self):
        return self.env["quickbooks.adapter.payment.statement"]
