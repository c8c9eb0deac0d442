from odoo import api, fields, models, tools

#: Fields of other addons a line of a timesheet is known by.
TIMESHEET_FIELDS = ("project_id", "employee_id")


class QuickbooksConnection(models.Model):
    """Whether time worked goes to QuickBooks."""

    _inherit = "quickbooks.connection"

    timesheet_policy = fields.Selection(
        [
            ("none", "Stay in Odoo"),
            ("time", "Time activities"),
            ("billable", "Time activities, to be billed in QuickBooks"),
        ],
        string="Timesheets",
        default="none",
        required=True,
        tracking=True,
        help="Lines of timesheets become time activities of the employee, or of a vendor, for the "
        "project's customer. What Odoo's sales invoice is never billable in QuickBooks, or the "
        "customer would be charged twice.",
    )
    has_timesheets = fields.Boolean(compute="_compute_has_timesheets")

    def _compute_has_timesheets(self):
        self.has_timesheets = self._are_timesheets_installed()

    @api.model
    def _are_timesheets_installed(self):
        known = self.env["account.analytic.line"]._fields
        return all(name in known for name in TIMESHEET_FIELDS)

    def write(self, vals):
        result = super().write(vals)
        if "timesheet_policy" in vals:
            self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _timesheet_rules(self):
        """Connections that take time, without a query once it is cached.

        :return: dict of connection id → policy
        """
        if not self._are_timesheets_installed():
            return {}
        capturing = self.sudo().browse(self._capturing_ids())
        return {c.id: c.timesheet_policy for c in capturing if c.timesheet_policy != "none"}
