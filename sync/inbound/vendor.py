from odoo import models


class QuickbooksInboundVendor(models.AbstractModel):
    """Vendor → contact. A contact that is the customer already is the vendor too."""

    _name = "quickbooks.inbound.vendor"
    _inherit = "quickbooks.inbound.names"
    _description = "QuickBooks Inbound: Vendor"

    _remote_type = "Vendor"
    _switch = "vendors_back"
    _imported = "vendors_imported"
    _rank = "supplier_rank"
    _term_attribute = "TermRef"
    _term_field = "property_supplier_payment_term_id"
    _attributes = (
        "DisplayName",
        "PrimaryEmailAddr",
        "PrimaryPhone",
        "WebAddr",
        "BillAddr",
        "TermRef",
        "Active",
    )
