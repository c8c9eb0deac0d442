from odoo import models


class QuickbooksInboundCustomer(models.AbstractModel):
    """Customer → contact; a sub-customer becomes a contact below its parent's."""

    _name = "quickbooks.inbound.customer"
    _inherit = "quickbooks.inbound.names"
    _description = "QuickBooks Inbound: Customer"

    _remote_type = "Customer"
    _switch = "customers_back"
    _imported = "customers_imported"
    _rank = "customer_rank"
    _term_attribute = "SalesTermRef"
    _term_field = "property_payment_term_id"
    _attributes = (
        "DisplayName",
        "PrimaryEmailAddr",
        "PrimaryPhone",
        "WebAddr",
        "BillAddr",
        "SalesTermRef",
        "Notes",
        "Active",
    )
    _sent_only = ("CompanyName", "GivenName", "FamilyName", "ShipAddr")
