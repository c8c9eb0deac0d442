from odoo import api, models

#: What QuickBooks keeps of a timesheet, or what decides whether and how it goes there. Fields of
#: addons that may be missing.
WATCHED = frozenset(
    {
        "company_id",
        "date",
        "employee_id",
        "name",
        "product_uom_id",
        "project_id",
        "so_line",
        "unit_amount",
    }
)


class AccountAnalyticLine(models.Model):
    """Lines of timesheets may be time activities in QuickBooks. The addon Timesheets is optional:
    without it no line has a project, and none is noted."""

    _name = "account.analytic.line"
    _inherit = ["account.analytic.line", "quickbooks.record.mixin"]

    def _qbo_connections(self):
        """A line belongs to one company, so its link may be in any connection."""
        return self.env["quickbooks.connection"].sudo().search([("active", "=", True)])

    def _qbo_company_of(self, record):
        return record.company_id

    @api.model_create_multi
    def create(self, vals_list):
        lines = super().create(vals_list)
        lines._qbo_note_time(self.env._("The timesheet is new"))
        return lines

    def write(self, vals):
        result = super().write(vals)
        if WATCHED & vals.keys():
            self._qbo_note_time(self.env._("The timesheet was changed"))
        return result

    def unlink(self):
        if self.env["quickbooks.connection"]._timesheet_rules():
            self.env["quickbooks.capture"]._mark_deleted(
                self, self.env._("The timesheet was deleted")
            )
        return super().unlink()

    @api.ondelete(at_uninstall=False)
    def _unlink_unless_in_quickbooks(self):
        """A deleted line goes away there as well, as long as time is sent at all."""
        settings = self.env["quickbooks.connection"]
        if settings._are_timesheets_installed() and not settings._timesheet_rules():
            return super()._unlink_unless_in_quickbooks()
        return None

    def _qbo_note_time(self, reason):
        if self.env["quickbooks.connection"]._timesheet_rules():
            self.env["quickbooks.capture"]._mark(self, reason)
