from odoo import models

from ...qbo.mapping.purchase import purchase
from ...qbo.model import Ref
from ...qbo.money import dec
from ..plan import Hold

CHECK = "check_printing"


class QuickbooksPurchaseAdapter(models.AbstractModel):
    """Expense paid by the company → Purchase, from the payment Odoo makes of it.

    That payment is therefore no bill payment: there is one object for it. The payment is what
    stays when all is cancelled; its entry is deleted by then.
    """

    _name = "quickbooks.adapter.purchase"
    _inherit = ["quickbooks.of.payments", "quickbooks.purchases"]
    _description = "QuickBooks Adapter: Expense"

    _remote_type = "Purchase"
    _party_attribute = "EntityRef"
    _party_queryable = False
    _party_required = False
    _direction = ("outbound", "supplier")

    def _concerns(self, record):
        return super()._concerns(record) and self._is_of_expense(record)

    def _concerned_domain(self):
        return [*super()._concerned_domain(), ("move_id.line_ids.expense_id", "!=", False)]

    def _entry(self, record):
        return record.move_id

    def _partner_of(self, record):
        """Where it was bought, if anybody said so."""
        return record.partner_id.commercial_partner_id

    # -- planning ------------------------------------------------------------------------------

    def _plan_closed(self, ctx, operation, record):
        """An expense is undone by a reversal of its entry, or by cancelling its payment."""
        if "posted" in record.move_id.reversal_move_ids.mapped("state"):
            return self._plan_void(ctx, operation, record)
        return super()._plan_closed(ctx, operation, record)

    def _removal(self):
        """It is not certain that QuickBooks voids every expense (FACTS 5, 7.5); it deletes them."""
        return "delete"

    def _preflight(self, ctx, record):
        problem = super()._preflight(ctx, record)
        if problem:
            return problem
        if self._mapped(ctx, "payment_account", record.journal_id):
            return None
        Mapping = self.env["quickbooks.mapping"]
        missing = Mapping._require(ctx.connection, "payment_account", record.journal_id)
        names = record.journal_id.display_name
        return Hold("missing_mapping", {"names": names}, mappings=missing)

    def _needed_operations(self, ctx, operation, record):
        if not self._partner_of(record):
            lines = self._amount_lines(ctx, record)
            return self.env["quickbooks.projects"]._needed_costs(ctx, operation, lines)
        return super()._needed_operations(ctx, operation, record)

    def _amount_lines(self, ctx, record):
        liquidity, _counterpart, _writeoff = record._seek_for_lines()
        return super()._amount_lines(ctx, record) - liquidity

    # -- snapshot ------------------------------------------------------------------------------

    def _wanted_payload(self, ctx, record):
        account = self._mapped(ctx, "payment_account", record.journal_id)
        return purchase(
            self._snapshot(ctx, record),
            ctx.profile,
            Ref("Account", account.remote_id),
            account.kind,
            by_check=record.payment_method_code == CHECK,
        )

    def _total(self, record):
        return self._amount(record.amount, record.currency_id)

    def _rate(self, record):
        return self.env["quickbooks.adapter.payment"]._rate(record)

    def _number(self, ctx, record):
        return record.name if ctx.connection.number_policy == "odoo" else ""

    def _answered_values(self, body):
        """It is paid by itself."""
        return {**super()._answered_values(body), "remote_balance": str(dec(0))}
