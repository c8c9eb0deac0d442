from odoo import api, fields, models, tools
from odoo.exceptions import ValidationError

TEMPLATE = "quickbooks_online.mail_template_review_request"


class QuickbooksConnection(models.Model):
    """Whether contacts are asked for a review, and with what."""

    _inherit = "quickbooks.connection"

    review_requests = fields.Boolean(
        string="Ask for a Review",
        tracking=True,
        copy=False,
        help="When a contact's first invoice is fully paid, here or in QuickBooks, the contact "
        "gets one e-mail with a link to your review page, once and never again. Invoices dated "
        "before this was switched on never count, nor do contacts that had paid one by then.",
    )
    review_url = fields.Char(
        string="Review Page",
        tracking=True,
        help="Where the link in the e-mail leads: your page at Google, Trustpilot or the like.",
    )
    review_template_id = fields.Many2one(
        "mail.template",
        string="Review E-mail",
        domain="[('model', '=', 'account.move')]",
        default=lambda self: self.env.ref(TEMPLATE, raise_if_not_found=False),
        ondelete="set null",
        help="The text; without one, the addon's own. Within it, ctx.get('review_url') is the "
        "address of the review page.",
    )
    review_since = fields.Datetime(
        string="Asking Since", readonly=True, copy=False, help="When it was last switched on."
    )

    @api.constrains("review_requests", "review_url")
    def _check_review(self):
        for connection in self.filtered("review_requests"):
            if not connection.review_url:
                raise ValidationError(self.env._("To ask for reviews, enter the review page."))
            if not connection.review_url.startswith(("https://", "http://")):
                raise ValidationError(
                    self.env._("The address of the review page must begin with https://.")
                )

    @api.model_create_multi
    def create(self, vals_list):
        return super().create([self._with_review_start(vals) for vals in vals_list])

    def write(self, vals):
        """Switching it on anew starts a new count; history in between stays out."""
        if "review_requests" not in vals:
            return super().write(vals)
        changed = self.filtered(lambda c: c.review_requests != bool(vals["review_requests"]))
        self.env.registry.clear_cache()
        result = super(QuickbooksConnection, self - changed).write(vals)
        return super(QuickbooksConnection, changed).write(self._with_review_start(vals)) and result

    @api.model
    def _with_review_start(self, vals):
        if "review_requests" not in vals:
            return vals
        return {**vals, "review_since": vals["review_requests"] and fields.Datetime.now()}

    def _review_template(self):
        return self.review_template_id or self.env.ref(TEMPLATE)

    @api.model
    @tools.ormcache("company_id")
    def _reviewing(self, company_id):
        """What a paid invoice must know about its company, without a query once it is cached.

        :return: (connection id, first day of invoices that count) or None
        """
        connection = self._of_company(self.env["res.company"].browse(company_id))
        if not (connection.review_requests and connection.review_since):
            return None
        return connection.id, connection.review_since.date()
