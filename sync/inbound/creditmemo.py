from odoo import models


class QuickbooksInboundCreditMemo(models.AbstractModel):
    """CreditMemo: as with invoices its balance is followed and its content is not.

    It does not say which Payments use it (FACTS 6), so only those we know can be read for it;
    others are announced by themselves.
    """

    _name = "quickbooks.inbound.creditmemo"
    _inherit = "quickbooks.inbound.invoice"
    _description = "QuickBooks Inbound: Credit Memo"

    _remote_type = "CreditMemo"
    _stranger_key = "inbound_not_our_credit"

    def _bound(self, ctx, move):
        return self.env["quickbooks.applications"]._links(ctx, move)
