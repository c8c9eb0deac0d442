from odoo import api, fields, models

from .quickbooks_mapping import KINDS, MappingKind

#: Analytic accounts of a plan that get a line of their own unasked; further ones get theirs when a
#: document uses them, so that a plan of ten thousand does not become ten thousand lines.
PROPOSED = 500

ANALYTIC_KINDS = {
    "class": MappingKind("Class", subjects=("account.analytic.account",), required=False),
    "department": MappingKind(
        "Department", subjects=("account.analytic.account", "res.company"), required=False
    ),
}
KINDS.update(ANALYTIC_KINDS)


class QuickbooksMapping(models.Model):
    """Analytic accounts are classes or locations, branches are locations."""

    _inherit = "quickbooks.mapping"

    kind = fields.Selection(
        selection_add=[("class", "Class"), ("department", "Location")],
        ondelete={"class": "cascade", "department": "cascade"},
    )

    @api.depends("connection_id.analytic_required")
    def _compute_state(self):
        result = super()._compute_state()
        for mapping in self.filtered(lambda m: m.kind in ANALYTIC_KINDS and m.state == "optional"):
            if mapping.res_model == "account.analytic.account":
                required = mapping.connection_id.analytic_required
                mapping.state = "missing" if required else "optional"
        return result

    @api.model
    def _propose(self, connection):
        plans = {"class": connection.class_plan_id, "department": connection.location_plan_id}
        for kind, plan in plans.items():
            if plan:
                self._require(connection, kind, self._plan_accounts(connection, plan))
        branches = connection._branches()
        if branches and connection._company_profile().track_departments:
            self._require(connection, "department", branches)
        return super()._propose(connection)

    @api.model
    def _plan_accounts(self, connection, plan):
        Account = self.env["account.analytic.account"]
        company = Account._check_company_domain(connection.company_id)
        return Account.search([("plan_id", "child_of", plan.id), *company], limit=PROPOSED)

    def _best(self, kind, record, candidates):
        if kind in ANALYTIC_KINDS:
            return super()._best("payment_method", record, candidates)  # by its name
        return super()._best(kind, record, candidates)
