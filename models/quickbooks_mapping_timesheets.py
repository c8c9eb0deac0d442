from odoo import fields, models

from .quickbooks_mapping import KINDS, MappingKind

#: An employee may be one of QuickBooks' employees or a vendor there.
WORKERS = ("Employee", "Vendor")

KINDS["worker"] = MappingKind("Employee", subjects=("hr.employee",))


class QuickbooksMapping(models.Model):
    """Who an employee is in QuickBooks, where the names do not tell."""

    _inherit = "quickbooks.mapping"

    kind = fields.Selection(
        selection_add=[("worker", "Employee or vendor")], ondelete={"worker": "cascade"}
    )

    def _legal_domain(self):
        if self.kind != "worker":
            return super()._legal_domain()
        return [
            ("connection_id", "=", self.connection_id.id),
            ("remote_type", "in", list(WORKERS)),
            ("active", "=", True),
        ]

    def _best(self, kind, record, candidates):
        if kind == "worker":
            return super()._best("payment_method", record, candidates)  # by its name
        return super()._best(kind, record, candidates)
