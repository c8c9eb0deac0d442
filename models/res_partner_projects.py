from odoo import models


class ResPartner(models.Model):
    """A project belongs to its contact's company, in QuickBooks below that one's customer."""

    _inherit = "res.partner"

    def write(self, vals):
        result = super().write(vals)
        if "parent_id" in vals:
            self._qbo_note_projects()
        return result

    def _qbo_note_projects(self):
        """Tell the worker of the projects of these contacts, whose customer is another by now."""
        if self.env["quickbooks.connection"]._project_rules():
            projects = self.env["project.project"].sudo().with_context(active_test=False)
            projects.search([("partner_id", "child_of", self.ids)])._qbo_note_change()
