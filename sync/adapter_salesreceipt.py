from datetime import timedelta

from odoo import fields, models
from odoo.tools import format_datetime

from ..qbo import canonical
from ..qbo.mapping.receipt import sales_receipt, with_sold
from ..qbo.money import dec
from .plan import Later


class QuickbooksSalesReceiptAdapter(models.AbstractModel):
    """Money a customer paid online without an invoice → SalesReceipt.

    It leaves when the time to wait for an invoice is over. As soon as there is an invoice it is
    voided; the invoice waits for that, and then the payment follows as a Payment
    (``adapter_receipt_chain``). What went out as a Payment once stays one.
    """

    _name = "quickbooks.adapter.salesreceipt"
    _inherit = "quickbooks.receipts"
    _description = "QuickBooks Adapter: Sales Receipt"

    _remote_type = "SalesReceipt"

    # -- which payments ------------------------------------------------------------------------

    def _concerns(self, record):
        return (
            record.payment_type == "inbound"
            and record.partner_type == "customer"
            and bool(record.payment_transaction_id)
        )

    def _concerned_domain(self):
        return [
            ("payment_type", "=", "inbound"),
            ("partner_type", "=", "customer"),
            ("payment_transaction_id", "!=", False),
            ("payment_transaction_id.invoice_ids", "=", False),
        ]

    def _takes_new(self, connection):
        return connection.online_policy == "receipt"

    def _ready_domain(self, connection):
        return [("id", "not in", self._taken_domain(connection, "Payment"))]

    def _sale(self, record):
        return record

    def _is_wanted(self, ctx, record):
        """Whether the money stands for a sale by itself: it is not invoiced, and it is no Payment
        already. A draft invoice keeps it from becoming a receipt, a posted one from staying it."""
        if not self._concerns(record) or not self._stands(record):
            return False
        invoices = self.env["quickbooks.online"]._invoices(record)
        if self._is_there(self._link(ctx, record)):
            return "posted" not in invoices.mapped("state")
        return (
            self._takes_new(ctx.connection)
            and not self._is_before_cutoff(ctx.connection, record)
            and bool(record.move_id)
            and not invoices
            and not self._is_there_or_coming(self._link(ctx, record, "Payment"))
        )

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
        links = self.env["quickbooks.binding"]._of(ctx.connection, payments, self._remote_type)
        going = payments.browse(
            payment.id
            for payment in payments
            if payment.id in links
            and self._is_open(links[payment.id])
            and not self._is_wanted(ctx, payment)
        )
        if not going:
            return self.env["quickbooks.operation"]
        planner = self.env["quickbooks.planner"]
        return planner._operations_for(ctx.connection, self, going, released)

    def _is_open(self, link):
        """Whether it stands in QuickBooks or something of it is to be done."""
        return self._is_there(link) or bool(
            link.operation_ids.filtered(lambda op: op.state in op.OPEN_STATES)
        )

    # -- settling ------------------------------------------------------------------------------

    def _accepted(self, operation, record):
        """What is voided because it was invoiced goes on as a Payment; refunds follow it."""
        super()._accepted(operation, record)
        if operation.kind != "void" or not record:
            return
        if self._stands(record):
            self._look_at(operation, self.env["quickbooks.adapter.payment"], record)
        refunds = self.env["quickbooks.adapter.refundreceipt"]
        self._look_at(operation, refunds, refunds._of_sale(record))
