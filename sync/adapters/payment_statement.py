from odoo import models

from ..plan import Hold

PARTY_TYPES = ("asset_receivable", "liability_payable")


class QuickbooksStatementPaymentAdapter(models.AbstractModel):
    """Money on a bank statement that settles invoices directly → Payment.

    Matching a bank line with an invoice makes no ``account.payment``: the line's own entry pays the
    invoice. Its lines on receivables are what it settles, and what else its money is explained by
    (a fee, a discount) is written off as for a payment. What it takes from payments that are
    registered already is left out: those are in QuickBooks themselves.
    """

    _name = "quickbooks.adapter.payment.statement"
    _inherit = "quickbooks.adapter.payment"
    _description = "QuickBooks Adapter: Payment Found on a Bank Statement"

    _res_model = "account.bank.statement.line"
    _cancelled_states = ("cancel",)
    _posted_states = ("posted",)
    _stranger_key = "not_a_matched_line"

    def _concerns(self, record):
        return record.amount > 0 and bool(self._counterpart(record))

    def _concerned_domain(self):
        receivable = [("account_id.account_type", "=", "asset_receivable")]
        return [("amount", ">", 0), ("move_id.line_ids", "any", receivable)]

    def _plan(self, ctx, operation, record):
        if self._stands(record) and not self._concerns(record):
            return self._plan_void(ctx, operation, record)  # it is not matched any more
        return super()._plan(ctx, operation, record)

    def _preflight_payment(self, ctx, record, allocations, others):
        lines = self._counterpart(record)
        types = record._seek_for_lines()[2].account_id.mapped("account_type")
        if (
            len(self._partners(record)) > 1
            or "liability_payable" in types
            or len(lines.currency_id) > 1
        ):
            return Hold("statement_line_mixed")
        return super()._preflight_payment(ctx, record, allocations, others)

    # -- its lines -----------------------------------------------------------------------------

    def _counterpart(self, record):
        lines = record._seek_for_lines()[2]
        return lines.filtered(lambda line: line.account_id.account_type == "asset_receivable")

    def _write_off_lines(self, record):
        """What explains the money besides receivables, without what is matched with payments."""
        if not self._counterpart(record):
            return self.env["account.move.line"]
        return record._seek_for_lines()[2].filtered(
            lambda line: (
                line.account_id.account_type not in PARTY_TYPES
                and not line.currency_id.is_zero(line.amount_currency)
                and not self._matched_payments(line)
            )
        )

    @staticmethod
    def _matched_payments(line):
        partials = line.matched_debit_ids | line.matched_credit_ids
        return (partials.debit_move_id | partials.credit_move_id).move_id.origin_payment_id

    def _money_lines(self, record):
        """Those the money went to: the bank's own line may be in another currency."""
        return self._counterpart(record) | self._write_off_lines(record)

    def _write_off_adapter(self):
        return self.env["quickbooks.adapter.journalentry.statement"]

    # -- its values ----------------------------------------------------------------------------

    def _currency(self, record):
        return self._counterpart(record).currency_id[:1] or record.currency_id

    def _partners(self, record):
        """Whose invoices it pays; a bank line does not always tell by itself."""
        lines = self._counterpart(record)
        partners = lines.partner_id or record.partner_id
        partners = partners or lines.matched_debit_ids.debit_move_id.partner_id
        return partners.commercial_partner_id

    def _partner(self, record):
        return self._partners(record)[:1]

    def _total(self, record):
        lines, currency = self._money_lines(record), self._currency(record)
        return self._amount(-sum(lines.mapped("amount_currency")), currency)

    def _number(self, record):
        return record.name or ""

    def _method_line(self, record):
        return self.env["account.payment.method.line"]  # a statement does not tell

    def _private_notes(self, record):
        notes = [self.env._("Odoo: %s", record.name or record.display_name)]
        if record.payment_ref:
            notes.insert(0, record.payment_ref)
        return tuple([*notes, self._marker(record)])


class QuickbooksStatementWriteOffAdapter(models.AbstractModel):
    """What is written off with a bank line that pays an invoice → JournalEntry."""

    _name = "quickbooks.adapter.journalentry.statement"
    _inherit = "quickbooks.adapter.journalentry.writeoff"
    _description = "QuickBooks Adapter: Write-Off on a Bank Statement"

    _res_model = "account.bank.statement.line"
    _cancelled_states = ("cancel",)
    _posted_states = ("posted",)
    _stranger_key = "not_a_matched_line"

    def _money(self):
        return self.env["quickbooks.adapter.payment.statement"]
