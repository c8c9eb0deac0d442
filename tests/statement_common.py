"""Common ground of tests about bank lines that are matched with documents, without a payment."""

from odoo import Command


class StatementMixin:
    """Makes bank lines and matches them as the matching of bank lines does."""

    def setUp(self):
        super().setUp()
        self.bank_journal = self.company_data["default_journal_bank"]
        self.loss = self.company_data["default_account_expense"]

    def bank_line(self, amount, partner=None, **values):
        line = self.env["account.bank.statement.line"].create(
            {
                "journal_id": self.bank_journal.id,
                "date": "2026-03-22",
                "payment_ref": "Transfer 4711",
                "amount": amount,
                "partner_id": partner.id if partner else False,
                **values,
            }
        )
        self.commit()
        return line

    def explain(self, line, *parts):
        """Replace the suspense line, as the matching of bank lines does.

        :param parts: (account, amount, partner), and of a foreign one (currency, its amount) as
            well; a negative amount is a credit
        :return: the new lines
        """
        _liquidity, suspense, _others = line._seek_for_lines()
        before = line.move_id.line_ids
        commands = [Command.delete(suspense.id)]
        for account, amount, partner, *foreign in parts:
            currency, foreign_amount = foreign or (self.company.currency_id, amount)
            commands.append(
                Command.create(
                    {
                        "name": "Bank",
                        "account_id": account.id,
                        "partner_id": partner.id if partner else False,
                        "balance": amount,
                        "amount_currency": foreign_amount,
                        "currency_id": currency.id,
                    }
                )
            )
        line.with_context(force_delete=True, skip_readonly_check=True).write({"line_ids": commands})
        return line.move_id.line_ids - before

    def terms(self, move):
        """What is owed of a document; of a bank line's or a payment's entry too."""
        kinds = ("asset_receivable", "liability_payable")
        return move.line_ids.filtered(lambda line: line.account_id.account_type in kinds)

    def match(self, line, *moves, each=None):
        """Match a bank line with what is open of documents; what is not theirs goes to ``loss``.

        :param each: how much of each, instead of all
        """
        parts = []
        for move in moves:
            terms = self.terms(move)
            amount = -sum(terms.mapped("amount_residual"))
            if each is not None:
                amount = each if amount > 0 else -each
            parts.append((terms.account_id, amount, move.partner_id))
        rest = -line.amount - sum(amount for _account, amount, _partner in parts)
        if not self.company.currency_id.is_zero(rest):
            parts.append((self.loss, rest, False))
        lines = self.explain(line, *parts)
        for move, own in zip(moves, lines.sorted("id"), strict=False):
            (own | self.terms(move)).reconcile()
        self.commit()

    def unmatch(self, line):
        line.action_undo_reconciliation()
        self.commit()

    def cancel_line(self, line):
        line.move_id.button_draft()
        line.move_id.button_cancel()
        self.commit()
