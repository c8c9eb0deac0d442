from odoo import api, fields, models, tools

#: Fields whose change makes the cached answer of ``_project_rules`` wrong.
RULE_FIELDS = frozenset({"project_policy", "project_stage_ids"})


class QuickbooksConnection(models.Model):
    """Whether projects are customers of their own in QuickBooks."""

    _inherit = "quickbooks.connection"

    project_policy = fields.Selection(
        [("main", "The contact's customer"), ("project", "A sub-customer per project")],
        string="Documents of a Project",
        default="main",
        required=True,
        tracking=True,
        help="Under which customer of QuickBooks the documents of a contact go. A project becomes "
        "a sub-customer of its contact when it reaches one of the chosen stages, or with its "
        "first document. A document belongs to a project when the analytic distribution of its "
        "lines says so.",
    )
    project_stage_ids = fields.Many2many(
        "project.project.stage",
        "quickbooks_connection_project_stage_rel",
        "connection_id",
        "stage_id",
        string="From Stages",
        help="A project that reaches one of these goes to QuickBooks. Without any, projects wait "
        "for their first document.",
    )

    def write(self, vals):
        result = super().write(vals)
        if RULE_FIELDS & vals.keys():
            self.env.registry.clear_cache()
            self.filtered(lambda c: c.state == "connected" and c.stage != "off")._wake(scan=True)
        return result

    @api.model
    @tools.ormcache()
    def _project_rules(self):
        """Which connections have projects, without a query once it is cached.

        :return: tuple of ``(connection id, ids of the stages from which a project goes out)``
        """
        capturing = self.sudo().browse(self._capturing_ids())
        return tuple(
            (connection.id, frozenset(connection.project_stage_ids.ids))
            for connection in capturing
            if connection.project_policy == "project"
        )
