from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_datetime

from ...qbo import canonical
from ...qbo.mapping.receipt import sales_receipt, with_sold
from ...qbo.money import dec
from ..plan import Later


class QuickbooksSalesReceiptAdapter(models.AbstractModel):
    """Money a customer paid online without an invoice → SalesReceipt.

    It leaves when the time to wait for an invoice is over. As soon as there is an invoice it is
    voided; the invoice waits for that, and then the payment follows as a Payment
    (``adapters/receipt_chain.py``). What went out as a Payment once stays one.
    """

    _name = "quickbooks.adapter.salesreceipt"
    _inherit = "quickbooks.receipts"
    _description = "QuickBooks Adapter: Sales Receipt"

    _remote_type = "SalesReceipt"

    # -- which payments ------------------------------------------------------------------------

    def _concerns(self, record):
        return super()._concerns(record) and bool(record.payment_transaction_id)

    def _concerned_domain(self):
        return [
            *super()._concerned_domain(),
            ("payment_transaction_id", "!=", False),
            ("payment_transaction_id.invoice_ids", "=", False),
        ]

    def _takes_new(self, connection):
        return connection.online_policy == "receipt"

    def _ready_domain(self, connection):
        return [("id", "not in", self._taken_domain(connection, "Payment"))]

    def _sale(self, record):
        return record

    def _wanted(self, connection, records):
        """Those whose money stands for a sale by itself: it is not invoiced, and it is no Payment
        already. A draft invoice keeps it from becoming a receipt, a posted one from staying it."""
        records = records.filtered(lambda r: self._concerns(r) and self._stands(r))
        if not records:
            return records
        there, _coming = self._standing(connection, records, self._remote_type)
        paid = set().union(*self._standing(connection, records, "Payment"))
        online, takes_new = self.env["quickbooks.online"], self._takes_new(connection)

        def is_sale(record):
            invoices = online._invoices(record)
            if record.id in there:
                return all(invoice.state != "posted" for invoice in invoices)
            return (
                takes_new
                and not invoices
                and record.id not in paid
                and bool(record.move_id)
                and not self._is_before_cutoff(connection, record)
            )

        return records.filtered(is_sale)

    # -- planning ------------------------------------------------------------------------------

    def _excuse(self, ctx, operation, record):
        """An addon may invoice it a moment later; a person who asks for it does not wait."""
        until = self._grace_end(ctx.connection, record)
        if (
            self._is_there(operation.binding_id)
            or operation.released
            or until <= fields.Datetime.now()
        ):
            return None
        return Later(until, "receipt_grace", {"time": format_datetime(self.env, until)})

    @staticmethod
    def _grace_end(connection, record):
        transaction = record.sudo().payment_transaction_id
        start = transaction.last_state_change or record.create_date
        return start + timedelta(minutes=connection.online_grace)

    def _mapped_payload(self, snapshot, profile, **policies):
        return sales_receipt(snapshot, profile, **policies)

    def _with_agreed(self, operation, record, payload):
        """An order that is edited after it was paid does not change what was sold."""
        binding = operation.binding_id
        if operation.forced or not self._is_there(binding) or not binding.agreed_payload:
            return payload
        if dec(binding.remote_total or 0) != self._total(record):
            return payload
        return with_sold(payload, canonical.loads(binding.agreed_payload))

    def _leaving(self, ctx, payments, released=False):
        """Open operations of receipts that have to go before these payments can be something else:
        they are invoiced, or are Payments already."""
        candidates = payments.filtered(lambda payment: self._may_leave(ctx, payment))
        links = self.env["quickbooks.binding"]._of(ctx.connection, candidates, self._remote_type)
        going = candidates.filtered(lambda p: p.id in links and self._is_open(links[p.id]))
        if not going:
            return self.env["quickbooks.operation"]
        planner = self.env["quickbooks.planner"]
        return planner._operations_for(ctx.connection, self, going, released)

    def _may_leave(self, ctx, payment):
        """Whether there is a link of a receipt that is not wanted; read for all at once."""
        linked = ctx.evidence.setdefault((self._name, "linked"), {})
        if payment.id not in linked:
            together = set(ctx.together.get(self._res_model, ())) - linked.keys()
            records = payment.browse(together | {payment.id})
            found = set(self._linked(ctx.connection, records).ids)
            linked.update((each, each in found) for each in records.ids)
        return linked[payment.id] and not self._is_wanted(ctx, payment)

    def _is_open(self, link):
        """Whether it stands in QuickBooks or something of it is to be done."""
        return self._is_there(link) or bool(
            link.operation_ids.filtered(lambda op: op.state in op.OPEN_STATES)
        )

    # -- settling ------------------------------------------------------------------------------

    def _accepted(self, operation, record):
        """What is voided because it was invoiced goes on as a Payment; refunds follow it."""
        result = super()._accepted(operation, record)
        if operation.kind == "void" and record:
            if self._stands(record):
                self._look_at(operation, self.env["quickbooks.adapter.payment"], record)
            refunds = self.env["quickbooks.adapter.refundreceipt"]
            self._look_at(operation, refunds, refunds._of_sale(record))
        return result
