from odoo import models

from ...qbo.mapping import party


class QuickbooksCustomerAdapter(models.AbstractModel):
    """Commercial partner → Customer."""

    _name = "quickbooks.adapter.customer"
    _inherit = "quickbooks.parties"
    _description = "QuickBooks Adapter: Customer"

    _remote_type = "Customer"
    _other_kinds = ("job",)  # a sub-customer has its parent's address and is not it
    _name_hint = "Customer"
    _term_field = "property_payment_term_id"

    def _plays(self, connection, partner):
        """Whoever buys, and whoever is not known to be a vendor only."""
        vendors = self.env["quickbooks.adapter.vendor"]
        return bool(partner.customer_rank) or not vendors._plays(connection, partner)

    def _map(self, snapshot, profile, unique):
        return party.customer(snapshot, profile, unique)
