from odoo import models

from ..qbo.model import PaymentSnapshot, Ref
from ..qbo.money import dec
from .plan import Done, Hold, Wait


class QuickbooksBillPaymentsAdapter(models.AbstractModel):
    """What payments to vendors and the uses of their credits have in common: a line per bill that
    is settled, and an account that pays."""

    _name = "quickbooks.billpayments"
    _inherit = "quickbooks.payments"
    _description = "QuickBooks Adapter of Bill Payments"

    _remote_type = "BillPayment"
    _settled_by = "BillPayment"
    _res_model = "account.payment"
    _cancelled_states = ("canceled", "rejected")
    _posted_states = ("in_process", "paid")
    #: what it pays
    _settles = "Bill"
    #: kind of mapping that names the account of a journal
    _account_kind = "payment_account"

    def _prefetch(self, ctx, records):
        partners = self.env["res.partner"].union(*(self._partner_of(record) for record in records))
        ctx.remote_ids(partners, self._party_type)

    def _partner_of(self, record):
        """The customer or vendor."""
        return record.partner_id.commercial_partner_id

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        closed = self._plan_closed(ctx, operation, record)
        if closed:
            return closed
        if not operation.binding_id.remote_id and self._is_before_cutoff(ctx.connection, record):
            return Done("before_cutoff", None)
        allocations, others = self._allocations(ctx, record)
        if others and not allocations and not operation.binding_id.remote_id:
            return Done("before_cutoff", None)  # it belongs to documents that stay out
        problem = self._preflight(ctx, record) or self._preflight_payment(
            ctx, record, allocations, others
        )
        if problem:
            return problem
        needed = self._needed_operations(ctx, operation, record, allocations)
        if needed:
            return Wait(needed, ", ".join(op.local_name or "" for op in needed))
        return self._write(operation, self._wanted_payload(ctx, record, allocations))

    def _wanted_payload(self, ctx, record, allocations):
        """Every owned attribute of the payment as it is now."""
        raise NotImplementedError

    def _allocations(self, ctx, record):
        """What the payment settles.

        :return: ({invoice that takes part: Decimal in the payment's currency}, invoices that stay
            out of QuickBooks)
        """
        amounts, others = {}, self.env["account.move"]
        documents = self.env["quickbooks.adapter"]._for_type(self._settles)
        for move, amount in self._matched(record):
            if not documents._concerns(move):
                continue  # exchange differences, refunds and entries have no line of their own
            if documents._refusal(ctx.connection, move)[0] and not self._is_linked(ctx, move):
                others |= move
                continue
            amounts[move] = amounts.get(move, dec(0)) + amount
        return {move: amount for move, amount in amounts.items() if amount}, others

    def _matched(self, record):
        """What its ledger entry is matched with: pairs of entry and amount in that one's
        currency."""
        raise NotImplementedError

    def _is_linked(self, ctx, move):
        return bool(ctx.remote_ids(move, self._settles))

    def _preflight_payment(self, ctx, record, allocations, others):
        """What QuickBooks' Payment cannot express."""
        if not self._partner_of(record):
            return Hold("customer_missing")
        if others:
            return Hold("payment_of_others", {"names": ", ".join(others.mapped("name"))})
        foreign = [move for move in allocations if move.currency_id != record.currency_id]
        if foreign:
            return Hold("payment_currency", {"names": ", ".join(move.name for move in foreign)})
        documents = self.env["quickbooks.adapter"]._for_type(self._settles)
        partner = self._partner_of(record)
        strangers = [move for move in allocations if documents._partner_of(move) != partner]
        if strangers:
            return Hold(
                "payment_of_other_customer", {"names": ", ".join(m.name for m in strangers)}
            )
        if self._exceeds(record, allocations):
            return Hold("payment_write_off")
        return None

    def _exceeds(self, record, allocations):
        """Whether more is settled than was paid."""
        return sum(allocations.values(), dec(0)) > self._total(record)

    def _needed_operations(self, ctx, operation, record, allocations):
        """The customer, invoices that are not there yet, and those that must grow first."""
        variant = self._variant(ctx, record)
        needed = self._customer_operations(ctx, operation, self._partner_of(record), variant)
        moves = self.env["account.move"].browse([move.id for move in allocations])
        documents = self.env["quickbooks.adapter"]._for_type(self._settles)
        return needed | documents._needed_documents(ctx, operation, moves)

    # -- snapshot ------------------------------------------------------------------------------

    def _snapshot(self, ctx, record, allocations):
        partner = self._partner_of(record)
        moves = self.env["account.move"].browse([move.id for move in allocations])
        return PaymentSnapshot(
            date=self._date(record, moves).isoformat(),
            customer=Ref(self._party_type, self._party_ids(ctx, record, partner)[partner.id]),
            currency=record.currency_id.name,
            total=self._total(record),
            allocations=self._settled(ctx, record, allocations),
            rate=self._rate(record),
            number=self._number(record),
            method=self._method(ctx, record),
            deposit_account=self._account(ctx, record),
            private_notes=self._private_notes(record),
        )

    def _settled(self, ctx, record, allocations):
        """What it is applied to in QuickBooks: pairs of document and amount."""
        moves = self.env["account.move"].browse([move.id for move in allocations])
        remote = ctx.remote_ids(moves, self._settles)
        return tuple(
            (Ref(self._settles, remote[move.id]), allocations[move]) for move in moves.sorted("id")
        )

    def _date(self, record, moves):
        return record.date

    def _number(self, record):
        return record.payment_reference or record.name or ""

    def _method(self, ctx, record):
        return self._mapped(ctx, "payment_method", "PaymentMethod", record.payment_method_line_id)

    def _account(self, ctx, record):
        """The account money arrives in or leaves."""
        journal = self._paying_journal(ctx, record)
        return self._mapped(ctx, self._account_kind, "Account", journal)

    def _paying_journal(self, ctx, record):
        return record.journal_id
