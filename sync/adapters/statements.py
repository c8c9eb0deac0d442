from odoo import models

from ...qbo.money import dec
from ..plan import Hold

#: Accounts on which something is owed, by whom first: one adapter speaks for a line that has both.
PARTY_TYPES = ("asset_receivable", "liability_payable")


class QuickbooksStatementHost(models.AbstractModel):
    """What adapters have in common whose record is a line of a bank statement, whatever it
    becomes."""

    _name = "quickbooks.of.statements"
    _inherit = "quickbooks.documents"
    _description = "QuickBooks Adapter of Bank Statement Lines"

    _res_model = "account.bank.statement.line"
    _cancelled_states = ("cancel",)
    _posted_states = ("posted",)
    _stranger_key = "not_a_matched_line"

    def _plan(self, ctx, operation, record):
        if self._stands(record) and not self._concerns(record):
            return self._plan_void(ctx, operation, record)  # it is not matched any more
        return super()._plan(ctx, operation, record)

    def _made(self, link):
        """One that is not matched any more does not tell whose it was; what was sent does."""
        named = f'"type":"{self._party_type}"'
        return named.lower() in (link.agreed_payload or "").lower()


class QuickbooksStatementMoney(models.AbstractModel):
    """Money on a bank statement that settles something directly.

    Matching a bank line makes no ``account.payment``: the line's own entry settles the documents.
    Its lines on receivables or payables say what, and what else its money is explained by (a fee, a
    discount) is written off as for a payment. What it takes from payments that are registered
    already is left out: those are in QuickBooks themselves.
    """

    _name = "quickbooks.statement.money"
    _inherit = "quickbooks.of.statements"
    _description = "QuickBooks Adapter of Money Found on a Bank Statement"

    #: type of the accounts on which it settles something
    _ledger_type = "asset_receivable"
    #: whether the money came in
    _incoming = True

    # -- which lines ---------------------------------------------------------------------------

    def _concerns(self, record):
        if not (record.amount > 0 if self._incoming else record.amount < 0):
            return False
        types = record._seek_for_lines()[2].account_id.mapped("account_type")
        return next((t for t in PARTY_TYPES if t in types), None) == self._ledger_type

    def _concerned_domain(self):
        domain = [("amount", ">" if self._incoming else "<", 0)]
        for ledger_type in PARTY_TYPES:
            lines = [("account_id.account_type", "=", ledger_type)]
            if ledger_type == self._ledger_type:
                return [*domain, ("move_id.line_ids", "any", lines)]
            domain.append(("move_id.line_ids", "not any", lines))
        return domain

    def _preflight(self, ctx, record):
        return super()._preflight(ctx, record) or self._preflight_line(record)

    def _preflight_line(self, record):
        """What one object of QuickBooks cannot say of a bank line."""
        types = set(record._seek_for_lines()[2].account_id.mapped("account_type"))
        if (
            len(self._partners(record)) > 1
            or len(types & set(PARTY_TYPES)) > 1
            or len(self._money_lines(record).currency_id) > 1
        ):
            return Hold("statement_line_mixed")
        against = self._counterpart(record).filtered(
            lambda line: (line.balance < 0) != self._incoming
        )
        if against:
            partials = against.matched_debit_ids | against.matched_credit_ids
            matched = (partials.debit_move_id | partials.credit_move_id).move_id - record.move_id
            names = (matched or against).mapped("display_name")
            return Hold("statement_line_offset", {"names": ", ".join(names)})
        return None

    # -- its lines -----------------------------------------------------------------------------

    def _counterpart(self, record):
        lines = record._seek_for_lines()[2]
        return lines.filtered(lambda line: line.account_id.account_type == self._ledger_type)

    def _write_off_lines(self, record):
        """What explains the money besides what is owed, without what is matched with payments."""
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

    # -- its values ----------------------------------------------------------------------------

    def _currency(self, record):
        return self._counterpart(record).currency_id[:1] or record.currency_id

    def _partners(self, record):
        """Whose documents it settles; a bank line does not always tell by itself."""
        lines = self._counterpart(record)
        partials = lines.matched_debit_ids | lines.matched_credit_ids
        others = (partials.debit_move_id | partials.credit_move_id) - lines
        partners = lines.partner_id or record.partner_id or others.partner_id
        return partners.browse().union(*(self._party(record, partner) for partner in partners))

    def _party(self, record, partner):
        """Who a contact is in QuickBooks."""
        return partner.commercial_partner_id

    def _partner(self, record):
        return self._partners(record)[:1]

    def _total(self, record):
        lines, currency = self._money_lines(record), self._currency(record)
        sign = -1 if self._incoming else 1
        amounts = (self._amount(line.amount_currency, currency) for line in lines)
        return sign * sum(amounts, dec(0))

    def _number(self, record):
        return record.name or ""

    def _method_line(self, record):
        return self.env["account.payment.method.line"]  # a statement does not tell

    def _private_notes(self, record):
        notes = [self.env._("Odoo: %s", record.name or record.display_name)]
        if record.payment_ref:
            notes.insert(0, record.payment_ref)
        return tuple([*notes, self._marker(record)])
