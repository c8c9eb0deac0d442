from odoo import api, fields, models, tools

#: Fields whose change makes the cached answer of ``_has_analytics`` wrong.
PLAN_FIELDS = frozenset(
    {"class_plan_id", "location_plan_id", "project_policy", "purchase_customer", "purchases_out"}
)

#: Fields whose change asks for other lists of QuickBooks.
LIST_FIELDS = frozenset({"class_plan_id", "location_plan_id"})


class QuickbooksConnection(models.Model):
    """Which analytic plans are QuickBooks' classes and locations."""

    _inherit = "quickbooks.connection"

    class_plan_id = fields.Many2one(
        "account.analytic.plan",
        string="Classes From",
        tracking=True,
        help="The analytic plan whose accounts are classes in QuickBooks, per line or per document "
        "as QuickBooks has it.",
    )
    location_plan_id = fields.Many2one(
        "account.analytic.plan",
        string="Locations From",
        tracking=True,
        help="The analytic plan whose accounts are locations in QuickBooks. A document without one "
        "gets the location of its branch.",
    )
    analytic_required = fields.Boolean(
        string="Class and Location Required",
        tracking=True,
        help="A document waits until every analytic account of these plans that it uses has its "
        "class or location. Otherwise it goes without.",
    )
    analytic_sentence = fields.Char(compute="_compute_analytic_sentence")

    @api.depends("class_plan_id", "location_plan_id", "profile")
    def _compute_analytic_sentence(self):
        for connection in self:
            profile, off = connection._company_profile(), []
            if connection.class_plan_id and not profile.has_classes:
                off.append(self.env._("classes"))
            if connection.location_plan_id and not profile.track_departments:
                off.append(self.env._("locations"))
            sentence = self.env._(
                "QuickBooks does not track %s. Switch that on there (Account and settings, "
                "Advanced, Categories), then have the lists read again.",
                ", ".join(off),
            )
            connection.analytic_sentence = sentence if off else False

    def write(self, vals):
        result = super().write(vals)
        if PLAN_FIELDS & vals.keys():
            self.env.registry.clear_cache()
        if LIST_FIELDS & vals.keys():
            self.filtered(lambda c: c.state == "connected")._wake(refresh=True)
        return result

    def _analytic_lists(self):
        """QuickBooks' lists that are worth a read here, because both sides use them."""
        self.ensure_one()
        profile, lists = self._company_profile(), []
        if self.class_plan_id and profile.has_classes:
            lists.append("Class")
        if profile.track_departments and (self.location_plan_id or self._branches()):
            lists.append("Department")
        return tuple(lists)

    def _branches(self):
        """The companies whose documents go through this connection, if there are several."""
        self.ensure_one()
        if not self.company_id.sudo().child_ids:
            return self.env["res.company"]
        companies = self.env["res.company"].sudo().search([("id", "child_of", self.company_id.id)])
        return companies.filtered(lambda company: self._of_company(company) == self)

    @api.model
    @tools.ormcache()
    def _has_analytics(self):
        """Whether the analytic distribution of any document matters to QuickBooks."""
        capturing = self.sudo().browse(self._capturing_ids())
        return any(
            connection.class_plan_id
            or connection.location_plan_id
            or connection.project_policy == "project"
            or (connection.purchases_out and connection.purchase_customer != "none")
            for connection in capturing
        )
