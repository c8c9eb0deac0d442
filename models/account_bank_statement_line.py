from odoo import models

#: Fields whose change QuickBooks should know of, besides what the line is matched with.
WATCHED = frozenset({"amount", "amount_currency", "date", "line_ids", "partner_id", "payment_ref"})


class AccountBankStatementLine(models.Model):
    """Money that is matched with invoices directly is a payment in QuickBooks."""

    _name = "account.bank.statement.line"
    _inherit = ["account.bank.statement.line", "quickbooks.record.mixin"]

    def _qbo_connections(self):
        """A bank line belongs to one company, so its link may be in any connection."""
        return self.env["quickbooks.connection"].sudo().search([("active", "=", True)])

    def write(self, vals):
        result = super().write(vals)
        if WATCHED & vals.keys():
            self.env["quickbooks.capture"]._mark(self, self.env._("The bank line was changed"))
        return result


class AccountMove(models.Model):
    """A bank line is reset and cancelled through its entry."""

    _inherit = "account.move"

    def button_draft(self):
        result = super().button_draft()
        self._note_quickbooks_statement_lines()
        return result

    def button_cancel(self):
        result = super().button_cancel()
        self._note_quickbooks_statement_lines()
        return result

    def _note_quickbooks_statement_lines(self):
        lines = self.statement_line_id
        if lines:
            self.env["quickbooks.capture"]._mark(lines, self.env._("The bank line was changed"))
