from odoo import Command, models

from ...qbo.dates import parse_date
from ...qbo.money import dec


class QuickbooksInboundPayment(models.AbstractModel):
    """The entry of a payment that comes from QuickBooks: one line for each invoice it settles."""

    _inherit = "quickbooks.inbound.payment"

    def _write_entry(self, ctx, payment, facts, moves, body):
        """Make the payment's lines, post, and settle each invoice with its own line."""
        rows = self._entry_rows(ctx, payment, facts, moves, body)
        if not payment.move_id:
            payment._generate_journal_entry(line_ids=[Command.create(vals) for _m, vals in rows])
        else:
            self._replace_lines(payment, [vals for _move, vals in rows])
        payment.action_post()
        _liquidity, counterpart, _writeoff = payment._seek_for_lines()
        targets = [move for move, _vals in rows if move is not None]
        plan = []
        for move, line in zip(targets, counterpart.sorted("id"), strict=False):
            terms = self._open_terms(move, line.account_id)
            if terms:
                plan.append(line | terms)
        if plan:
            self.env["account.move.line"]._reconcile_plan(plan)

    @staticmethod
    def _open_terms(move, account):
        return move.line_ids.filtered(
            lambda line: (
                line.display_type == "payment_term"
                and not line.reconciled
                and line.account_id == account
            )
        )

    def _entry_rows(self, ctx, payment, facts, moves, body):
        """Lines of the entry: money in, one for each invoice, one for the rest.

        :return: list of (invoice or None, values); the invoices' lines come right after the first
        """
        parts = [
            (moves[remote_id], amount)
            for remote_id, amount in facts.applied.items()
            if remote_id in moves
        ]
        rest = facts.total - sum((amount for _move, amount in parts), dec(0))
        if rest:
            parts.append((None, rest))
        whole = self._home(payment, facts.total, body)
        homes = [self._home(payment, amount, body) for _move, amount in parts]
        if homes:
            homes[-1] = whole - sum(homes[:-1], dec(0))  # the cents of rounding
        rows = [(None, self._line(payment, payment.outstanding_account_id, facts.total, whole))]
        for (move, amount), home in zip(parts, homes, strict=True):
            account = self._receivable(payment, move)
            rows.append((move, self._line(payment, account, -amount, -home)))
        return rows

    @staticmethod
    def _receivable(payment, move):
        if not move:
            return payment.destination_account_id
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        return terms[:1].account_id or payment.destination_account_id

    def _line(self, payment, account, amount, balance):
        lines = self.env["account.move.line"]
        label = payment.memo or payment.payment_reference or ""
        return {
            "name": label,
            "date_maturity": payment.date,
            "partner_id": payment.partner_id.id,
            "account_id": account.id,
            "currency_id": payment.currency_id.id,
            "amount_currency": self._number(lines, "amount_currency", amount),
            "balance": self._number(lines, "balance", balance),
        }

    # -- another shape -------------------------------------------------------------------------

    def _reshape(self, ctx, binding, payment, theirs, body):
        """Settle other invoices or another amount; a sentence key when that must not be.

        What is applied can change without touching the entry; anything else makes it anew.
        """
        _liquidity, _counterpart, writeoff = payment._seek_for_lines()
        if writeoff:
            return "drift_write_off"
        moves, here = self._invoices(ctx, theirs.applied), self._here(ctx, payment)
        if payment.state not in ("in_process", "paid"):
            return "drift_payment"
        alike = (here.total, here.date, here.customer) == (
            theirs.total,
            theirs.date,
            theirs.customer,
        )
        alike = alike and not self._has_other_rate(binding, payment, body)
        if alike and self._reapply(ctx, payment, here, theirs, moves):
            return None
        if self._is_matched(payment):
            return "drift_bank"
        self._check_locks(payment, theirs.date)
        partner = self._partner(ctx, theirs.customer)
        if not partner:
            return "drift_customer_unknown"
        payment.move_id.line_ids.filtered(
            lambda line: line in payment._seek_for_lines()[1]
        ).remove_move_reconcile()
        kept = {  # core derives these from one another again when the customer is written
            name: payment[name].id
            for name in ("journal_id", "currency_id", "payment_method_line_id")
        }
        payment.action_draft()
        self._single_counterpart(payment)
        payment.write(
            {
                "amount": self._number(payment, "amount", theirs.total),
                "date": parse_date(theirs.date),
                "partner_id": partner.id,
                **kept,
            }
        )
        self._write_entry(ctx, payment, theirs, moves, body)
        return None

    def _reapply(self, ctx, payment, here, theirs, moves):
        """Change only what is reconciled; whether that was enough."""
        _liquidity, counterpart, _writeoff = payment._seek_for_lines()
        wanted = {key: amount for key, amount in theirs.applied.items() if key in moves}
        for partial in counterpart.matched_debit_ids:
            move = partial.debit_move_id.move_id
            key = ctx.remote_ids(move, "Invoice").get(move.id)
            if wanted.get(key) != here.applied.get(key):
                partial.unlink()
        left = {key: a for key, a in wanted.items() if here.applied.get(key) != a}
        for key, amount in left.items():
            self._apply_exactly(payment, moves[key], amount)
        return self._here(ctx, payment).applied == wanted

    def _apply_exactly(self, payment, move, amount):
        """Reconcile an invoice with the payment for exactly this amount of it."""
        adapter = self.env["quickbooks.adapter.payment"]
        _liquidity, counterpart, _writeoff = payment._seek_for_lines()
        for line in counterpart:
            for term in self._open_terms(move, line.account_id):
                part = min(
                    amount,
                    -adapter._amount(line.amount_residual_currency, payment.currency_id),
                    adapter._amount(term.amount_residual_currency, move.currency_id),
                )
                if part > 0:
                    line._qbo_reconcile_exactly(term, line, part)
                    amount -= part

    def _single_counterpart(self, payment):
        """Core can change amount and date of a draft payment with one counterpart line only."""
        liquidity, counterpart, _writeoff = payment._seek_for_lines()
        first, others = counterpart[:1], counterpart[1:]
        if not others:
            return
        lines = self.env["account.move.line"]
        total = sum((dec(str(line.amount_currency)) for line in liquidity), dec(0))
        home = sum((dec(str(line.balance)) for line in liquidity), dec(0))
        values = {
            "amount_currency": self._number(lines, "amount_currency", -total),
            "balance": self._number(lines, "balance", -home),
        }
        payment.move_id.with_context(skip_invoice_sync=True).write(
            {
                "line_ids": [
                    Command.update(first.id, values),
                    *(Command.delete(line.id) for line in others),
                ]
            }
        )

    def _replace_lines(self, payment, rows):
        """Put these lines in place of the draft entry's.

        None is written to: core would compute its balance from the amount and a rate of its own.
        """
        payment.move_id.with_context(skip_invoice_sync=True).write(
            {
                "line_ids": [
                    *(Command.delete(line.id) for line in payment.move_id.line_ids),
                    *(Command.create(vals) for vals in rows),
                ]
            }
        )
