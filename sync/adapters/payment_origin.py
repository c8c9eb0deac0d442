from odoo import models

from ...qbo.model import Ref


class QuickbooksPaymentAdapter(models.AbstractModel):
    """Payments that come from Odoo say so: where no payment method is mapped, the connection's
    mark stands in its place, by which accountants find them."""

    _inherit = "quickbooks.adapter.payment"

    def _prefetch(self, ctx, records):
        result = super()._prefetch(ctx, records)
        self._read_origins(ctx, records)
        return result

    def _needed_operations(self, ctx, operation, record, allocations):
        needed = super()._needed_operations(ctx, operation, record, allocations)
        if self._method(ctx, record) or self._comes_from_there(ctx, record):
            return needed
        mark = self.env["quickbooks.adapter.paymentmethod"]
        return needed | mark._operations(ctx, operation.released)

    def _method(self, ctx, record):
        """The mapped method, else the mark; none of ours on what was entered in QuickBooks."""
        mapped = super()._method(ctx, record)
        if mapped or self._comes_from_there(ctx, record):
            return mapped
        return self._mark_of_origin(ctx)

    def _mark_of_origin(self, ctx):
        """The mark as QuickBooks knows it; None when there is none, or it was made inactive."""
        adapter, connection = self.env["quickbooks.adapter.paymentmethod"], ctx.connection
        variant = adapter._variant(connection)
        if not variant:
            return None
        ids = ctx.remote_ids(connection, adapter._remote_type, variant)
        remote_id = ids.get(connection.id)
        known = ctx.evidence.setdefault("payment_origins_active", {})
        if remote_id and remote_id not in known:
            row = self.env["quickbooks.reference"]._find(
                connection, adapter._remote_type, remote_id
            )
            known[remote_id] = row.active
        return Ref(adapter._remote_type, remote_id) if known.get(remote_id) else None

    # -- where a payment comes from --------------------------------------------------------------

    def _comes_from_there(self, ctx, record):
        """Whether the payment was entered in QuickBooks."""
        known = ctx.evidence.setdefault("payments_from_there", {})
        if (record._name, record.id) not in known:
            self._read_origins(ctx, record)
        return known[record._name, record.id]

    def _read_origins(self, ctx, records):
        """Read for many payments at once where they come from."""
        links = self.env["quickbooks.binding"]._of(ctx.connection, records, self._remote_type)
        ctx.evidence.setdefault("payments_from_there", {}).update(
            (
                (record._name, record.id),
                bool(record.id in links and links[record.id].from_quickbooks),
            )
            for record in records
        )
