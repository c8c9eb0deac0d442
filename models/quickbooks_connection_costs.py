from odoo import fields, models


class QuickbooksConnection(models.Model):
    """Whose costs purchases are."""

    _inherit = "quickbooks.connection"

    purchase_customer = fields.Selection(
        [
            ("none", "No customer"),
            ("cost", "The project's customer"),
            ("billable", "The project's customer, to be billed in QuickBooks"),
        ],
        string="Purchases of Projects Name",
        default="cost",
        required=True,
        tracking=True,
        help="The customer on lines of vendor bills and expenses whose analytic distribution "
        "points to a project with a customer. What Odoo invoices to him again is never billable in "
        "QuickBooks, or he would be charged twice.",
    )
