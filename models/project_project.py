from odoo import api, fields, models

#: Fields of a project that QuickBooks keeps too, or that say whether it goes there.
WATCHED = frozenset({"active", "company_id", "is_template", "name", "partner_id", "stage_id"})


class ProjectProject(models.Model):
    """A project may be a sub-customer in QuickBooks."""

    _name = "project.project"
    _inherit = ["project.project", "quickbooks.record.mixin"]

    qbo_has_projects = fields.Boolean(
        compute="_compute_qbo_has_projects",
        groups="quickbooks_online.group_user",
        help="The company has projects in QuickBooks, so their side is shown.",
    )

    @api.depends_context("company")
    def _compute_qbo_has_projects(self):
        connection = self._qbo_connections()
        self.qbo_has_projects = bool(connection.realm_id) and (
            connection.project_policy == "project"
        )

    @api.model_create_multi
    def create(self, vals_list):
        projects = super().create(vals_list)
        projects._qbo_note_change()
        return projects

    def write(self, vals):
        result = super().write(vals)
        if WATCHED & vals.keys():
            self._qbo_note_change()
        return result

    def _qbo_note_change(self):
        """Tell the worker, where any company has projects in QuickBooks."""
        if self.env["quickbooks.connection"]._project_rules():
            self.env["quickbooks.capture"]._mark(self, self.env._("The project was changed"))
