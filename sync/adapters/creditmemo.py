from odoo import models

from ...qbo.mapping.creditmemo import credit_memo


class QuickbooksCreditMemoAdapter(models.AbstractModel):
    """Credit note to a customer → CreditMemo. What it is applied to is a Payment of its own
    (``adapters/application.py``), because QuickBooks keeps it there (FACTS 7.6)."""

    _name = "quickbooks.adapter.creditmemo"
    _inherit = "quickbooks.sales"
    _description = "QuickBooks Adapter: Credit Memo"

    _remote_type = "CreditMemo"
    _move_type = "out_refund"

    def _mapped_payload(self, snapshot, profile, **policies):
        return credit_memo(snapshot, profile, **policies)
