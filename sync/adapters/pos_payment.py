from odoo import models

from ..plan import Done, Hold


class QuickbooksPosPaymentHost(models.AbstractModel):
    """What adapters have in common whose record is a payment at the till of an invoiced order.

    The point of sale makes an entry for it instead of an ``account.payment``, and what the session
    posts afterwards only moves the money on. The change is taken off the first cash payment, as
    core does, so a record stands for its entry.
    """

    _name = "quickbooks.of.pos.payments"
    _description = "QuickBooks Adapter of Payments at the Point of Sale"

    _res_model = "pos.payment"
    _stranger_key = "not_a_pos_payment"

    def _pos(self):
        return self.env["quickbooks.pos"]

    @staticmethod
    def _entry_of(record):
        return record.sudo().account_move_id

    # -- which payments ------------------------------------------------------------------------

    def _standing_domain(self, connection):
        return [
            ("account_move_id.state", "=", "posted"),
            ("account_move_id.date", ">=", connection.cutoff_date),
        ]

    def _ready_domain(self, connection):
        return []

    def _day(self, record):
        return self._entry_of(record).date

    def _stands(self, record):
        return self._entry_of(record).state == "posted"

    def _is_cancelled(self, record):
        entry = self._entry_of(record)
        return not entry or entry.state == "cancel"

    def _has_entry(self, record):
        return bool(self._entry_of(record))

    def _label(self, record):
        return f"{record.pos_order_id.name or ''} {record.payment_method_id.name or ''}".strip()

    def _plan(self, ctx, operation, record):
        if not self._concerns(record) and not operation.binding_id.remote_id:
            return Done("nothing_to_do", None)
        return super()._plan(ctx, operation, record)

    # -- its lines -----------------------------------------------------------------------------

    def _counterpart(self, record):
        """The customer's side; the other one is the till's."""
        received = record.amount > 0
        return self._entry_of(record).line_ids.filtered(
            lambda line: (
                line.account_id.account_type == "asset_receivable"
                and (line.balance < 0 if received else line.balance > 0)
            )
        )

    # -- its values ----------------------------------------------------------------------------

    def _currency(self, record):
        return self._counterpart(record).currency_id[:1] or record.currency_id

    def _partner(self, record):
        return self._counterpart(record).partner_id.commercial_partner_id

    def _journal(self, record):
        return self._pos()._journal(record)

    def _total(self, record):
        """With the change taken off."""
        lines = self._counterpart(record)
        return abs(self._amount(sum(lines.mapped("amount_currency")), self._currency(record)))

    def _number(self, record):
        """What the terminal or the provider calls it."""
        return record.transaction_id or record.payment_ref_no or record.pos_order_id.name or ""


class QuickbooksPosPaymentAdapter(models.AbstractModel):
    """What was paid at the till for an order that is invoiced → Payment of its invoice."""

    _name = "quickbooks.adapter.payment.pos"
    _inherit = ["quickbooks.of.pos.payments", "quickbooks.adapter.payment"]
    _description = "QuickBooks Adapter: Payment of an Invoice at the Point of Sale"

    def _concerns(self, record):
        return record.amount > 0 and not record.is_change and bool(self._entry_of(record))

    def _concerned_domain(self):
        return [("amount", ">", 0), ("is_change", "=", False)]

    def _preflight_payment(self, ctx, record, allocations, others):
        if len(self._partner(record)) > 1:
            return Hold("statement_line_mixed")
        return super()._preflight_payment(ctx, record, allocations, others)

    def _write_off_lines(self, record):
        return self.env["account.move.line"]

    def _money_lines(self, record):
        return self._counterpart(record)

    def _method_line(self, record):
        return self._pos()._method_line(self._journal(record))

    def _account(self, ctx, record):
        journal, currency = self._journal(record), self._currency(record)
        return self._mapped(ctx, "deposit_account", "Account", journal, currency)

    def _private_notes(self, record):
        entry = self._entry_of(record)
        notes = [self.env._("Odoo: %s", entry.name or ""), entry.ref or ""]
        return (*(note for note in notes if note), self._marker(record))


class QuickbooksPosMoneyBackAdapter(models.AbstractModel):
    """What was given back at the till for a refund that is invoiced → Purchase to receivables,
    which the credit note's Payment settles."""

    _name = "quickbooks.adapter.purchase.refund.pos"
    _inherit = ["quickbooks.of.pos.payments", "quickbooks.adapter.purchase.refund"]
    _description = "QuickBooks Adapter: Money Given Back at the Point of Sale"

    def _concerns(self, record):
        return record.amount < 0 and not record.is_change and bool(self._entry_of(record))

    def _concerned_domain(self):
        return [("amount", "<", 0), ("is_change", "=", False)]

    def _payments(self):
        return self.env["quickbooks.adapter.payment.pos"]
