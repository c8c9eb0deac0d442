from odoo import models


class QuickbooksStatementBillPaymentAdapter(models.AbstractModel):
    """Money on a bank statement that pays bills directly → BillPayment.

    Before there is a bill it is a prepayment, as for a registered payment.
    """

    _name = "quickbooks.adapter.billpayment.statement"
    _inherit = ["quickbooks.statement.money", "quickbooks.adapter.billpayment"]
    _description = "QuickBooks Adapter: Bill Payment Found on a Bank Statement"

    _ledger_type = "liability_payable"
    _incoming = False

    def _party(self, record, partner):
        return self._vendor(record, partner)

    def _partner_of(self, record):
        return self._partner(record)

    def _prepayments(self):
        return self.env["quickbooks.adapter.purchase.prepayment.statement"]

    def _write_off_adapter(self):
        return self.env["quickbooks.adapter.journalentry.vendor.statement"]


class QuickbooksStatementPrepaymentAdapter(models.AbstractModel):
    """Money on a bank statement that a vendor got before there is a bill → Purchase to payables."""

    _name = "quickbooks.adapter.purchase.prepayment.statement"
    _inherit = ["quickbooks.of.statements", "quickbooks.adapter.purchase.prepayment"]
    _description = "QuickBooks Adapter: Prepayment Found on a Bank Statement"

    def _money(self):
        return self.env["quickbooks.adapter.billpayment.statement"]

    def _by_check(self, record):
        return False  # a statement does not tell


class QuickbooksStatementVendorWriteOffAdapter(models.AbstractModel):
    """What is written off with a bank line that pays a bill → JournalEntry."""

    _name = "quickbooks.adapter.journalentry.vendor.statement"
    _inherit = ["quickbooks.of.statements", "quickbooks.adapter.journalentry.vendor"]
    _description = "QuickBooks Adapter: Discount of a Vendor on a Bank Statement"

    def _money(self):
        return self.env["quickbooks.adapter.billpayment.statement"]


class QuickbooksStatementDepositAdapter(models.AbstractModel):
    """Money on a bank statement that comes back from a vendor directly → Deposit to payables."""

    _name = "quickbooks.adapter.deposit.statement"
    _inherit = ["quickbooks.statement.money", "quickbooks.adapter.deposit"]
    _description = "QuickBooks Adapter: Money Back from a Vendor, Found on a Bank Statement"

    _ledger_type = "liability_payable"

    def _payments(self):
        return self.env["quickbooks.adapter.billpayment.statement"]

    def _party(self, record, partner):
        return self._payments()._party(record, partner)
