from odoo import fields, models

#: Settings that are columns of the connection, and mean nothing before there is one.
BREADTH = frozenset(
    {
        "qbo_project_policy",
        "qbo_project_stage_ids",
        "qbo_class_plan_id",
        "qbo_location_plan_id",
        "qbo_analytic_required",
        "qbo_attachment_policy",
        "qbo_purchase_customer",
        "qbo_timesheet_policy",
    }
)


class ResConfigSettings(models.TransientModel):
    """Projects, classes, locations and files in the QuickBooks card."""

    _inherit = "res.config.settings"

    qbo_project_policy = fields.Selection(
        related="qbo_connection_id.project_policy", readonly=False
    )
    qbo_project_stage_ids = fields.Many2many(
        related="qbo_connection_id.project_stage_ids", readonly=False
    )
    qbo_class_plan_id = fields.Many2one(related="qbo_connection_id.class_plan_id", readonly=False)
    qbo_location_plan_id = fields.Many2one(
        related="qbo_connection_id.location_plan_id", readonly=False
    )
    qbo_analytic_required = fields.Boolean(
        related="qbo_connection_id.analytic_required", readonly=False
    )
    qbo_analytic_sentence = fields.Char(related="qbo_connection_id.analytic_sentence")
    qbo_attachment_policy = fields.Selection(
        related="qbo_connection_id.attachment_policy", readonly=False
    )

    qbo_purchase_customer = fields.Selection(
        related="qbo_connection_id.purchase_customer", readonly=False
    )

    qbo_has_timesheets = fields.Boolean(related="qbo_connection_id.has_timesheets")
    qbo_timesheet_policy = fields.Selection(
        related="qbo_connection_id.timesheet_policy", readonly=False
    )

    def _qbo_without_empty_rules(self, vals):
        vals = super()._qbo_without_empty_rules(vals)
        company = self.company_id[:1] or self.env.company
        known = self.env["quickbooks.connection"].search_count([("company_id", "=", company.id)])
        return vals if known else {key: vals[key] for key in vals if key not in BREADTH}
