from odoo import fields, models


class QuickbooksConnection(models.Model):
    """What becomes of money that customers pay online without an invoice."""

    _inherit = "quickbooks.connection"

    online_policy = fields.Selection(
        [("receipt", "Sales receipt"), ("payment", "Unapplied payment")],
        string="Paid Online, Not Invoiced",
        default="receipt",
        required=True,
        tracking=True,
        help="What a payment through a payment provider becomes when there is no invoice: payment "
        "links, shop orders, event tickets, subscriptions, donations.\n"
        "Sales receipt: the sale and its money in one. It is voided when the sale is invoiced "
        "later.\n"
        "Unapplied payment: the customer's credit, until there is an invoice.",
    )
    online_grace = fields.Integer(
        string="Wait for an Invoice (Minutes)",
        default=15,
        required=True,
        help="How long a sales receipt waits before it is sent, because the sale may be invoiced "
        "a moment later.",
    )

    _online_grace_positive = models.Constraint(
        "CHECK (online_grace >= 0)", "The time to wait for an invoice cannot be negative."
    )
