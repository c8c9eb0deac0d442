from odoo import models

from ...qbo import canonical
from ...qbo.mapping import party


class QuickbooksVendorAdapter(models.AbstractModel):
    """Commercial partner → Vendor: with its first bill, or when a person sends it."""

    _name = "quickbooks.adapter.vendor"
    _inherit = "quickbooks.parties"
    _description = "QuickBooks Adapter: Vendor"

    _remote_type = "Vendor"
    _name_hint = "Vendor"
    _term_field = "property_supplier_payment_term_id"

    def _plays(self, connection, partner):
        return bool(partner.supplier_rank) and bool(connection.purchases_out)

    def _role_domain(self):
        return [("supplier_rank", ">", 0)]

    def _map(self, snapshot, profile, unique):
        return party.vendor(snapshot, profile, unique)

    def _agreed(self, operation, body):
        """QuickBooks may ignore the term of a vendor it creates (FACTS 5.4): then it counts as not
        agreed, and the next look at the vendor sends it."""
        payload = canonical.loads(operation.payload or "{}")
        if operation.kind != "create" or not party.ignored_term(payload, body):
            return super()._agreed(operation, body)
        record = operation.binding_id._record()
        self.env["quickbooks.capture"]._mark(record, self.env._("Its term was not taken over"))
        taken = {**payload, "TermRef": None}
        return canonical.dumps(taken), canonical.digest(taken)
