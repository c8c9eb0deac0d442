from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL


class HrExpense(models.Model):
    """An expense is in QuickBooks as the entry Odoo books it with: an expense paid by the company
    as its payment's, one to be reimbursed as its receipt. So it has no link of its own."""

    _name = "hr.expense"
    _inherit = ["hr.expense", "quickbooks.record.mixin"]

    def _qbo_bound_records(self):
        return {expense: expense.sudo().account_move_id for expense in self}

    def _qbo_bound_model(self):
        return "account.move"

    def _qbo_bound_id_sql(self, alias):
        return SQL.identifier(alias, "account_move_id")

    def _qbo_domain_of_bound(self, ids):
        return Domain("account_move_id", "in", ids)

    def _qbo_split_sendable(self):
        return self.account_move_id._qbo_split_sendable()
