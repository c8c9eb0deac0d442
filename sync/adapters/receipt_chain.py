"""Who gives way to whom between receipts and what an invoice brings, so that each amount of money
is in QuickBooks once: receipt void → invoice → payment."""

from odoo import models

from ..plan import Wait

KEY = "quickbooks.receipt.chain"


def _waits(operations):
    return Wait(operations, ", ".join(op.local_name or "" for op in operations))


def _taken(adapter, receipts, connection, records):
    """Those that are receipts, or are to become some, and have no link of the other kind."""
    if records._name != receipts._res_model:
        return records.browse()
    wanted = receipts._wanted(connection, records)
    return wanted - receipts._linked(connection, wanted, adapter._remote_type)


class QuickbooksPaymentAdapter(models.AbstractModel):
    """A payment that is a sales receipt, or is to become one, is no Payment."""

    _inherit = "quickbooks.adapter.payment"

    def _share(self, connection, records, released):
        shared = super()._share(connection, records, released)
        receipts = self.env["quickbooks.adapter.salesreceipt"]
        return shared - _taken(self, receipts, connection, shared)

    def _plan(self, ctx, operation, record):
        receipts = self.env["quickbooks.adapter.salesreceipt"]
        if (
            record._name != receipts._res_model
            or not self._stands(record)
            or not receipts._concerns(record)
        ):
            return super()._plan(ctx, operation, record)
        if receipts._is_wanted(ctx, record):
            return receipts._done(operation.binding_id)
        leaving = receipts._leaving(ctx, record, operation.released)
        return _waits(leaving) if leaving else super()._plan(ctx, operation, record)

    def _ready_domain(self, connection):
        domain = super()._ready_domain(connection)
        receipts = self.env["quickbooks.adapter.salesreceipt"]
        if self._res_model != receipts._res_model:
            return domain
        return [*domain, ("id", "not in", receipts._taken_domain(connection, "SalesReceipt"))]


class QuickbooksRefundAdapter(models.AbstractModel):
    """Money given back for a sales receipt is no expense on receivables."""

    _inherit = "quickbooks.adapter.purchase.refund"

    def _share(self, connection, records, released):
        shared = super()._share(connection, records, released)
        refunds = self.env["quickbooks.adapter.refundreceipt"]
        return shared - _taken(self, refunds, connection, shared)

    def _plan(self, ctx, operation, record):
        refunds = self.env["quickbooks.adapter.refundreceipt"]
        if (
            record._name != refunds._res_model
            or not self._stands(record)
            or not refunds._concerns(record)
        ):
            return super()._plan(ctx, operation, record)
        if refunds._is_wanted(ctx, record):
            return refunds._done(operation.binding_id)
        there, coming = refunds._standing(ctx.connection, record, refunds._remote_type)
        if there | coming:
            planner = self.env["quickbooks.planner"]
            return _waits(
                planner._operations_for(ctx.connection, refunds, record, operation.released)
            )
        return super()._plan(ctx, operation, record)

    def _ready_domain(self, connection):
        refunds = self.env["quickbooks.adapter.refundreceipt"]
        taken = refunds._taken_domain(connection, refunds._remote_type)
        return [*super()._ready_domain(connection), ("id", "not in", taken)]


class QuickbooksInvoiceAdapter(models.AbstractModel):
    """An invoice waits until the sales receipts of the same sale are void."""

    _inherit = "quickbooks.adapter.invoice"

    def _needed_operations(self, ctx, operation, move):
        needed = super()._needed_operations(ctx, operation, move)
        if operation.binding_id.remote_id or not self._has_receipts(ctx):
            return needed
        payments = self._paid_before(move)
        if not payments:
            return needed
        receipts = self.env["quickbooks.adapter.salesreceipt"]
        return needed | receipts._leaving(ctx, payments, operation.released)

    def _has_receipts(self, ctx):
        """Whether there is any, asked once a round: most companies have none."""
        if KEY not in ctx.evidence:
            ctx.evidence[KEY] = bool(
                self.env["quickbooks.binding"].search_count(
                    [
                        ("connection_id", "=", ctx.connection.id),
                        ("remote_type", "=", "SalesReceipt"),
                        ("state", "!=", "unlinked"),
                    ],
                    limit=1,
                )
            )
        return ctx.evidence[KEY]

    @staticmethod
    def _paid_before(move):
        """Payments made online that settle the invoice, or are meant for it."""
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        matched = terms.matched_credit_ids.credit_move_id.move_id.origin_payment_id
        sources = move.sudo().transaction_ids
        parts = sources.child_transaction_ids.filtered(lambda tx: tx.operation != "refund")
        return matched.filtered("payment_transaction_id") | (sources | parts).payment_id
