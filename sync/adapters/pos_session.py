"""Money of the point of sale is in QuickBooks once: as receipts of its orders, or as payments of
their invoices. What closing a session posts is the same money again and stays in Odoo."""

from odoo import api, models


class QuickbooksPaymentHost(models.AbstractModel):
    """What a card terminal took in a session is no payment of its own, and an order that was paid
    online at the till is one receipt, that of the order."""

    _inherit = "quickbooks.of.payments"

    def _concerns(self, record):
        return super()._concerns(record) and not self.env["quickbooks.pos"]._is_of_session(record)

    def _concerned_domain(self):
        pos = self.env["quickbooks.pos"]
        return [*super()._concerned_domain(), *pos._outside_sessions(self._res_model)]

    def _refusal(self, connection, record):
        key, params = super()._refusal(connection, record)
        if key == self._stranger_key and self.env["quickbooks.pos"]._is_of_session(record):
            return "pos_session_money", {"name": record.sudo().pos_session_id.name or ""}
        return key, params


class QuickbooksStatementMoney(models.AbstractModel):
    """Nor is the cash of a session. Cash that people put in and match with a document is."""

    _inherit = "quickbooks.statement.money"

    def _concerns(self, record):
        return super()._concerns(record) and not self.env["quickbooks.pos"]._is_of_session(record)

    def _concerned_domain(self):
        domain = super()._concerned_domain()
        outside = self.env["quickbooks.pos"]._outside_sessions(self._res_model)
        if not outside:
            return domain
        documents = self.env["account.move"].get_invoice_types(include_receipts=True)
        settled = [
            "|",
            ("matched_debit_ids.debit_move_id.move_id.move_type", "in", documents),
            ("matched_credit_ids.credit_move_id.move_id.move_type", "in", documents),
        ]
        return [*domain, "|", *outside, ("move_id.line_ids", "any", settled)]


class QuickbooksSalesAdapter(models.AbstractModel):
    """An invoice, or a credit note, waits until the receipts of its orders are void."""

    _inherit = "quickbooks.sales"

    def _needed_operations(self, ctx, operation, move):
        needed = super()._needed_operations(ctx, operation, move)
        if operation.binding_id.remote_id or "pos_order_ids" not in move._fields:
            return needed
        return needed | self._receipts_leaving(ctx, operation, move.sudo().pos_order_ids)

    @api.model
    def _receipts_leaving(self, ctx, operation, orders):
        """Open operations of receipts of these orders that stand in QuickBooks."""
        Operation, Binding = self.env["quickbooks.operation"], self.env["quickbooks.binding"]
        if not orders:
            return Operation
        planner, found = self.env["quickbooks.planner"], Operation
        for adapter in self.env["quickbooks.adapter"]._of_model(orders._name):
            links = Binding._links(ctx.connection, orders, adapter._remote_type)
            going = orders.browse(links.filtered(adapter._is_there).mapped("res_id"))
            if going:
                found |= planner._operations_for(ctx.connection, adapter, going, operation.released)
        return found
