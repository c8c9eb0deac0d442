from odoo import models

from ..qbo.mapping.purchase import purchase
from ..qbo.model import Ref
from ..qbo.money import dec
from .plan import Hold

CHECK = "check_printing"


class QuickbooksPurchaseAdapter(models.AbstractModel):
    """Expense paid by the company → Purchase, from the entry of the payment Odoo made of it.

    Its payment is therefore no bill payment, and its entry no bill: there is one object for it.
    """

    _name = "quickbooks.adapter.purchase"
    _inherit = "quickbooks.purchases"
    _description = "QuickBooks Adapter: Expense"

    _remote_type = "Purchase"
    _party_attribute = "EntityRef"
    _party_queryable = False

    def _concerns(self, record):
        payment = record.origin_payment_id
        return bool(
            record.move_type == "entry"
            and payment.payment_type == "outbound"
            and payment.partner_type == "supplier"
            and self._is_of_expense(record)
        )

    def _concerned_domain(self):
        return [
            ("move_type", "=", "entry"),
            ("origin_payment_id", "!=", False),
            ("line_ids.expense_id", "!=", False),
        ]

    def _partner_of(self, move):
        """Where it was bought, if anybody said so."""
        return move.origin_payment_id.partner_id.commercial_partner_id

    # -- planning ------------------------------------------------------------------------------

    def _removal(self):
        """It is not certain that QuickBooks voids every expense (FACTS 5, 7.5); it deletes them."""
        return "delete"

    def _preflight(self, ctx, move):
        problem = super()._preflight(ctx, move)
        if problem and problem.key != "vendor_missing":
            return problem
        journal = move.origin_payment_id.journal_id
        if self._mapped(ctx, "payment_account", journal):
            return None
        missing = self.env["quickbooks.mapping"]._require(
            ctx.connection, "payment_account", journal
        )
        return Hold("missing_mapping", {"names": journal.display_name}, mappings=missing)

    def _needed_operations(self, ctx, operation, move):
        if not self._partner_of(move):
            return self.env["quickbooks.operation"]
        return super()._needed_operations(ctx, operation, move)

    def _amount_lines(self, ctx, move):
        liquidity, _counterpart, _writeoff = move.origin_payment_id._seek_for_lines()
        return super()._amount_lines(ctx, move) - liquidity

    # -- snapshot ------------------------------------------------------------------------------

    def _wanted_payload(self, ctx, move):
        payment = move.origin_payment_id
        account = self._mapped(ctx, "payment_account", payment.journal_id)
        return purchase(
            self._snapshot(ctx, move),
            ctx.profile,
            Ref("Account", account.remote_id),
            account.kind,
            by_check=payment.payment_method_code == CHECK,
        )

    def _total(self, move):
        payment = move.origin_payment_id
        return self._amount(payment.amount, payment.currency_id)

    def _rate(self, move):
        """Home units per foreign unit, as posted."""
        return self.env["quickbooks.adapter.payment"]._rate(move.origin_payment_id)

    def _number(self, ctx, move):
        return move.name if ctx.connection.number_policy == "odoo" else ""

    def _answered_values(self, body):
        """It is paid by itself."""
        return {**super()._answered_values(body), "remote_balance": str(dec(0))}
