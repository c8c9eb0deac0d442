from odoo import models

from ..plan import Done


class QuickbooksBillPaymentAdapter(models.AbstractModel):
    """Payment to a vendor → BillPayment, with one line per bill it settles.

    It differs from a customer's payment in that QuickBooks makes none without a bill (FACTS 5.14;
    ``adapters/prepayment.py``), and wants to know the account that pays.
    """

    _name = "quickbooks.adapter.billpayment"
    _inherit = ["quickbooks.of.payments", "quickbooks.billpayments"]
    _description = "QuickBooks Adapter: Bill Payment"

    _direction = ("outbound", "supplier")

    # -- which payments ------------------------------------------------------------------------

    def _concerns(self, record):
        """Payments of expenses are sent as the expense they pay (``adapters/purchase.py``)."""
        return super()._concerns(record) and not record.sudo().move_id.line_ids.expense_id

    def _concerned_domain(self):
        return [*super()._concerned_domain(), ("move_id.line_ids.expense_id", "=", False)]

    def _ready_domain(self, connection):
        return [("move_id", "!=", False)]

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        if not operation.binding_id.remote_id and self._stands(record) and not record.move_id:
            return Done("payment_without_entry", None)  # the books do not know of the money yet
        return super()._plan(ctx, operation, record)

    def _matched(self, record):
        _liquidity, counterpart, _writeoff = record._seek_for_lines()
        return self._matched_credits(counterpart)
