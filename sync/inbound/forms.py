from odoo import models


class QuickbooksInboundPayment(models.AbstractModel):
    """Whoever looks at an invoice sees it turn paid: its form is told, as its link is unchanged.

    Both the invoices a payment settled before and those it settles now are told of.
    """

    _inherit = "quickbooks.inbound.payment"

    def _apply(self, ctx, remote):
        before = self._settled_invoices(ctx, remote)
        verdict = super()._apply(ctx, remote)
        if verdict.state == "done":
            moves = before | self._settled_invoices(ctx, remote)
            self.env["quickbooks.binding"]._links(
                ctx.connection, moves, "Invoice"
            )._notify_clients()
        return verdict

    def _settled_invoices(self, ctx, remote):
        """The entries that the payment, bank line or credit note settles as it is here now."""
        binding = self._find(ctx.connection, "Payment", remote.id)
        record = binding._record().exists() if binding else None
        if not record:
            return self.env["account.move"]
        if record._name == "pos.payment":
            entry = record.account_move_id
        else:
            entry = record if record._name == "account.move" else record.move_id
        return entry.line_ids.matched_debit_ids.debit_move_id.move_id
