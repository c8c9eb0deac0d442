from odoo import api, fields, models, tools


class QuickbooksConnection(models.Model):
    """What becomes of sales of the point of sale that are not invoiced."""

    _inherit = "quickbooks.connection"

    pos_policy = fields.Selection(
        [("none", "Stay in Odoo"), ("receipt", "Sales receipts")],
        string="Point of Sale Orders",
        default="none",
        required=True,
        tracking=True,
        help="Each order that is paid and not invoiced becomes a sales receipt, a refund a refund "
        "receipt. An order that is invoiced goes as its invoice, whatever is chosen here.",
    )
    pos_partner_id = fields.Many2one(
        "res.partner",
        string="Customer of Unnamed Sales",
        help="Whom sales receipts name when an order of the point of sale has no customer. Without "
        'a choice a contact "Point of Sale" is made with the first such order.',
    )
    has_pos = fields.Boolean(compute="_compute_has_pos")

    def _compute_has_pos(self):
        self.has_pos = self._is_pos_installed()

    @api.model
    def _is_pos_installed(self):
        return "pos.order" in self.env

    def write(self, vals):
        result = super().write(vals)
        if "pos_policy" in vals:
            self.env.registry.clear_cache()
            started = self.filtered(lambda c: c.pos_policy != "none" and c.state == "connected")
            started.filtered(lambda c: c.stage != "off")._wake(scan=True)
        return result

    @api.model
    @tools.ormcache()
    def _pos_rules(self):
        """Ids of connections that take orders, without a query once it is cached."""
        if not self._is_pos_installed():
            return frozenset()
        capturing = self.sudo().browse(self._capturing_ids())
        return frozenset(capturing.filtered(lambda c: c.pos_policy != "none").ids)

    def _pos_customer(self):
        """The contact that stands for all customers without a name."""
        self.ensure_one()
        if not self.pos_partner_id:
            self.pos_partner_id = self.env["res.partner"].create(
                {
                    "name": self.env._("Point of Sale"),
                    "is_company": True,
                    "company_id": self.company_id.id,
                }
            )
        return self.pos_partner_id
