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
        """The entries that are settled by the payment as it is here now."""
        binding = self._find(ctx.connection, "Payment", remote.id)
        payment = binding._record().exists() if binding else None
        if not payment:
            return self.env["account.move"]
        _liquidity, counterpart, _writeoff = payment._seek_for_lines()
        return counterpart.matched_debit_ids.debit_move_id.move_id
