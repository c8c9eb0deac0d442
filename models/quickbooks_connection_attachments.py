from odoo import api, fields, models, tools


class QuickbooksConnection(models.Model):
    """Which files follow their documents to QuickBooks."""

    _inherit = "quickbooks.connection"

    attachment_policy = fields.Selection(
        [
            ("none", "None"),
            ("pdf", "The PDF of the invoice"),
            ("all", "All attachments of the document"),
        ],
        string="Files",
        default="none",
        required=True,
        tracking=True,
        help="What is attached to documents in QuickBooks. Files are uploaded after their "
        "document, when nothing else is to be sent.",
    )
    attachment_since = fields.Datetime(
        readonly=True, copy=False, help="Files that were here before stay out by themselves."
    )

    def write(self, vals):
        if vals.get("attachment_policy", "none") != "none":
            begins = self.filtered(lambda c: c.attachment_policy == "none")
            super(QuickbooksConnection, begins).write({"attachment_since": fields.Datetime.now()})
        result = super().write(vals)
        if "attachment_policy" in vals:
            self.env.registry.clear_cache()
        return result

    @api.model
    @tools.ormcache()
    def _attachment_rules(self):
        """Which connections take files, without a query once it is cached.

        :return: dict of connection id → policy
        """
        capturing = self.sudo().browse(self._capturing_ids())
        return {c.id: c.attachment_policy for c in capturing if c.attachment_policy != "none"}
