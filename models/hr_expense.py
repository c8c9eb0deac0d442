from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError

from .quickbooks_record_mixin import GROUP, HOST_STATES


class HrExpense(models.Model):
    """An expense is in QuickBooks as what Odoo makes of it when it is posted: paid by the company,
    its payment; paid by an employee, his receipt. So it has no link of its own and shows theirs."""

    _inherit = "hr.expense"

    qbo_state = fields.Selection(
        HOST_STATES, string="QuickBooks", compute="_compute_qbo_side", groups=GROUP
    )
    qbo_id = fields.Char(string="QuickBooks Id", compute="_compute_qbo_side", groups=GROUP)
    qbo_error = fields.Char(string="QuickBooks Problem", compute="_compute_qbo_side", groups=GROUP)
    qbo_connected = fields.Boolean(compute="_compute_qbo_side", groups=GROUP)

    def _qbo_target(self):
        """The payment or receipt that stands for it; empty before it is posted."""
        self.ensure_one()
        entry = self.sudo().account_move_id
        return entry.origin_payment_id or entry

    @api.depends_context("company")
    @api.depends("account_move_id")
    def _compute_qbo_side(self):
        for expense in self:
            target = expense._qbo_target()
            expense.qbo_state = target.qbo_state or "none"
            expense.qbo_id = target.qbo_id
            expense.qbo_error = target.qbo_error
            expense.qbo_connected = target.qbo_connected

    def _qbo_posted_target(self):
        """The same for a person who may see it.

        :raises UserError: before the expense is posted
        :raises AccessError: when he may not
        """
        if not self.env.user.has_group(GROUP):
            raise AccessError(self.env._("Only people with invoicing rights may sync."))
        target = self._qbo_target().sudo(False)
        if not target:
            raise UserError(self.env._("An expense goes to QuickBooks when it is posted."))
        return target

    def action_qbo_sync(self):
        """Send it now, or say in a sentence why not."""
        return self._qbo_posted_target().action_qbo_sync()

    def action_qbo_open(self):
        """Open it in QuickBooks."""
        return self._qbo_posted_target().action_qbo_open()

    def action_qbo_resolve(self):
        """Open what has to be fixed so that it can go on."""
        return self._qbo_posted_target().action_qbo_resolve()
