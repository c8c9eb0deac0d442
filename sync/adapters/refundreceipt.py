from odoo import models

from ...qbo.mapping.receipt import refund_receipt
from ..plan import Hold


class QuickbooksRefundReceiptAdapter(models.AbstractModel):
    """Money given back for a sale without an invoice → RefundReceipt: it takes back the income and
    the tax that the sales receipt booked.

    Where the sale is an invoice, or becomes one, the money is paid back on receivables instead
    (``adapters/refund.py``).
    """

    _name = "quickbooks.adapter.refundreceipt"
    _inherit = "quickbooks.receipts"
    _description = "QuickBooks Adapter: Refund Receipt"

    _remote_type = "RefundReceipt"
    _direction = ("outbound", "customer")

    # -- which payments ------------------------------------------------------------------------

    def _concerns(self, record):
        return super()._concerns(record) and bool(self._sale(record))

    def _concerned_domain(self):
        return [*super()._concerned_domain(), ("source_payment_id", "!=", False)]

    def _ready_domain(self, connection):
        return [
            ("source_payment_id", "in", self._taken_domain(connection, "SalesReceipt")),
            ("id", "not in", self._taken_domain(connection, "Purchase")),
        ]

    def _sale(self, record):
        """The payment it gives back: the one the provider refunds, or the only one it is matched
        with."""
        if record.source_payment_id:
            return record.source_payment_id
        matched = self.env["quickbooks.online"]._matched(
            record, "matched_credit_ids", "credit_move_id"
        )
        sales = record.browse().union(*(move.origin_payment_id for move in matched))
        return sales if len(matched) == 1 and sales.payment_transaction_id else sales.browse()

    def _of_sale(self, payment):
        """The payments that give money of a payment back."""
        matched = self.env["quickbooks.online"]._matched(
            payment, "matched_debit_ids", "debit_move_id"
        )
        refunds = payment.search([("source_payment_id", "=", payment.id)])
        return refunds.union(*(move.origin_payment_id for move in matched)).filtered(self._concerns)

    def _wanted(self, connection, records):
        """As long as the sale is a sales receipt, or is to become one."""
        records = records.filtered(lambda r: self._concerns(r) and self._stands(r))
        if not records:
            return records
        paid = set().union(*self._standing(connection, records, "Purchase"))
        records = records.filtered(lambda record: record.id not in paid)
        sales = {record: self._sale(record) for record in records}
        wanted = self._sales()._wanted(connection, records.browse().union(*sales.values()))
        return records.filtered(lambda record: sales[record] in wanted)

    def _sales(self):
        return self.env["quickbooks.adapter.salesreceipt"]

    # -- planning ------------------------------------------------------------------------------

    def _preflight(self, ctx, record):
        problem = super()._preflight(ctx, record)
        if problem or self._account(ctx, record):
            return problem
        mapping = self.env["quickbooks.mapping"]._require(
            ctx.connection, "deposit_account", record.journal_id
        )
        return Hold("refund_receipt_account", {"name": mapping.subject_name}, mappings=mapping)

    def _needed_operations(self, ctx, operation, record):
        """Also the receipt of the sale, when it is not there yet."""
        needed = super()._needed_operations(ctx, operation, record)
        sales, sale = self._sales(), self._sale(record)
        if self._is_there(self._link(ctx.connection, sale, sales._remote_type)):
            return needed
        return needed | self._dependency_operations(ctx, sales, sale, operation.released)

    def _mapped_payload(self, snapshot, profile, **policies):
        return refund_receipt(snapshot, profile, **policies)

    # -- settling ------------------------------------------------------------------------------

    def _accepted(self, operation, record):
        """What gave way to an invoice is paid back on receivables."""
        result = super()._accepted(operation, record)
        if operation.kind == "void" and record and self._stands(record):
            self._look_at(operation, self.env["quickbooks.adapter.purchase.refund"], record)
        return result
