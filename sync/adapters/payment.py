from odoo import fields, models

from ...qbo import canonical
from ...qbo.mapping import credit
from ...qbo.mapping.payment import payment
from ...qbo.model import PaymentSnapshot, Ref
from ...qbo.money import dec
from ..plan import Done, Hold, Wait, Write


class QuickbooksPaymentAdapter(models.AbstractModel):
    """Customer payment → Payment, with one line per invoice it settles."""

    _name = "quickbooks.adapter.payment"
    _inherit = ["quickbooks.of.payments", "quickbooks.payments"]
    _description = "QuickBooks Adapter: Payment"

    def _prefetch(self, ctx, records):
        ctx.remote_ids(records.partner_id.commercial_partner_id, "Customer")

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        closed = self._plan_closed(ctx, operation, record)
        if closed:
            return closed
        if not operation.binding_id.remote_id and self._is_before_cutoff(ctx.connection, record):
            return Done("before_cutoff", None)
        if not self._has_entry(record) and not operation.binding_id.remote_id:
            return Done("payment_without_entry", None)  # the books do not know of the money yet
        allocations, others = self._allocations(ctx, record)
        if others and not allocations and not operation.binding_id.remote_id:
            return Done("before_cutoff", None)  # it belongs to documents that stay out
        problem = self._preflight(ctx, record) or self._preflight_payment(
            ctx, record, allocations, others
        )
        if problem:
            return problem
        needed = self._needed_operations(ctx, operation, record, allocations)
        needed |= self._write_off_operations(ctx, operation, record)
        if needed:
            return Wait(needed, ", ".join(op.local_name or "" for op in needed))
        snapshot = self._snapshot(ctx, record, allocations)
        applications = self.env["quickbooks.applications"]
        snapshot = applications._complete(ctx, operation.binding_id, snapshot)
        payload = payment(snapshot, ctx.profile)
        strangers = self._taking_out(ctx, operation, payload)
        if strangers:
            return Hold("application_of_others", {"names": ", ".join(strangers)})
        return self._write(operation, payload)

    def _plan_void(self, ctx, operation, record):
        """What credit notes settle through it, they settle by themselves afterwards."""
        plan = super()._plan_void(ctx, operation, record)
        applications = self.env["quickbooks.applications"]
        if isinstance(plan, Write) and applications._uses_credit(operation.binding_id):
            applications._follow(ctx, operation)
        return plan

    def _allocations(self, ctx, record):
        """What the payment settles.

        :return: ({invoice that takes part: Decimal in the payment's currency}, invoices that stay
            out of QuickBooks)
        """
        amounts, others = {}, self.env["account.move"]
        invoices = self.env["quickbooks.adapter"]._for_type("Invoice")
        counterpart = self._counterpart(record)
        for partial in counterpart.matched_debit_ids:
            move = partial.debit_move_id.move_id
            if not invoices._concerns(move):
                continue  # exchange differences, refunds and entries have no line of their own
            linked = self._is_linked(ctx, move)
            if not linked and invoices._is_draft(move):
                continue  # unapplied until it is confirmed
            if not linked and invoices._refusal(ctx.connection, move)[0]:
                others |= move
                continue
            amount = self._amount(partial.debit_amount_currency, partial.debit_currency_id)
            amounts[move] = amounts.get(move, dec(0)) + amount
        return {move: amount for move, amount in amounts.items() if amount}, others

    def _is_linked(self, ctx, move):
        return bool(ctx.remote_ids(move, "Invoice"))

    def _paid_back(self, ctx, record):
        """Payments back to the customer that take of this money, with their amounts: in QuickBooks
        each is an expense that the Payment settles like an invoice (FACTS 7.6)."""
        applications, amounts = self.env["quickbooks.applications"], {}
        for partial in self._counterpart(record).matched_debit_ids:
            back = applications._paid_back(partial.debit_move_id.move_id)
            refunds = applications._adapter_of(back)
            if refunds is None:
                continue
            if refunds._refusal(ctx.connection, back)[0] and not ctx.remote_ids(back, "Purchase"):
                continue  # dated before the cut-off: the money counts as unapplied
            amount = self._amount(partial.debit_amount_currency, partial.debit_currency_id)
            amounts[back] = amounts.get(back, dec(0)) + amount
        return amounts

    def _preflight_payment(self, ctx, record, allocations, others):
        """What QuickBooks' Payment cannot express."""
        partner = self._partner(record)
        if not partner:
            return Hold("customer_missing")
        if others:
            return Hold("payment_of_others", {"names": ", ".join(others.mapped("name"))})
        currency = self._currency(record)
        foreign = [move.name for move in allocations if move.currency_id != currency]
        written_off = self._write_off_lines(record)
        foreign += [line.name or "" for line in written_off if line.currency_id != currency]
        if foreign:
            return Hold("payment_currency", {"names": ", ".join(foreign)})
        strangers = [move for move in allocations if move.commercial_partner_id != partner]
        if strangers:
            return Hold(
                "payment_of_other_customer", {"names": ", ".join(m.name for m in strangers)}
            )
        settled = self._total(record) + self._write_off_amount(record)
        paid_back = sum(self._paid_back(ctx, record).values(), dec(0))
        if sum(allocations.values(), paid_back) > settled:
            return Hold("payment_write_off")
        return None

    def _needed_operations(self, ctx, operation, record, allocations):
        """The customer, invoices that are not there yet, and those that must grow first."""
        variant = self._variant(ctx, record)
        needed = self._customer_operations(ctx, operation, self._partner(record), variant)
        moves = self.env["account.move"].browse([move.id for move in allocations])
        invoices = self.env["quickbooks.adapter"]._for_type("Invoice")
        needed |= invoices._needed_documents(ctx, operation, moves)
        applications = self.env["quickbooks.applications"]
        for back in self._paid_back(ctx, record):
            needed |= applications._adapter_of(back)._needed_documents(ctx, operation, back)
        return needed | self._making_room(ctx, operation, self._lines(ctx, record, allocations))

    def _lines(self, ctx, record, allocations):
        """What the lines of its money amount to, of invoices and of money paid back that are in
        QuickBooks."""
        found = {}
        for entity, amounts in (
            ("Invoice", allocations),
            ("Purchase", self._paid_back(ctx, record)),
        ):
            for settled, amount in sorted(amounts.items(), key=lambda pair: pair[0].id):
                remote_id = ctx.remote_ids(settled, entity).get(settled.id)
                if remote_id:
                    found[entity, remote_id] = amount
        return found

    def _applied(self, ctx, binding, record):
        if self._is_cancelled(record):
            return {}
        if not self._stands(record):  # a draft stays as it is there
            return credit.amounts(canonical.loads(binding.agreed_payload or "{}"))
        allocations, _others = self._allocations(ctx, record)
        parts = {
            (credit.MONEY, key): amount
            for key, amount in self._lines(ctx, record, allocations).items()
        }
        applications = self.env["quickbooks.applications"]
        if applications._uses_credit(binding):
            parts.update(applications._as_shares(ctx, applications._wanted(ctx, binding)))
        return credit.lines(parts)

    # -- snapshot ------------------------------------------------------------------------------

    def _counterpart(self, record):
        """The lines on receivables, which are what the payment settles."""
        return record._seek_for_lines()[1]

    def _partner(self, record):
        """Whose payment it is."""
        return record.partner_id.commercial_partner_id

    def _number(self, record):
        """The reference people look for: of an online payment the provider's, if there is one."""
        provider = ""
        if "payment_transaction_id" in record._fields:  # the addon account_payment is optional
            provider = record.sudo().payment_transaction_id.provider_reference
        return record.payment_reference or provider or record.name or ""

    def _snapshot(self, ctx, record, allocations):
        partner = self._partner(record)
        lines = self._lines(ctx, record, allocations)
        refs = [
            (Ref(credit.TXN_TYPES.get(entity, entity), remote_id), amount)
            for (entity, remote_id), amount in lines.items()
        ]
        parts, write_off = self._with_write_off(ctx, record, refs)
        return PaymentSnapshot(
            date=fields.Date.to_string(self._day(record)),
            customer=Ref("Customer", self._party_ids(ctx, record, partner)[partner.id]),
            currency=self._currency(record).name,
            total=self._total(record),
            allocations=tuple(parts),
            write_off=write_off,
            rate=self._rate(record),
            number=self._number(record),
            method=self._method(ctx, record),
            deposit_account=self._account(ctx, record),
            private_notes=self._private_notes(record),
        )

    def _method(self, ctx, record):
        """Its payment method in QuickBooks, by the mapping."""
        line, currency = self._method_line(record), self._currency(record)
        return self._mapped(ctx, "payment_method", "PaymentMethod", line, currency)

    def _account(self, ctx, record):
        """The account its money arrives in, by the mapping."""
        journal, currency = record.journal_id, self._currency(record)
        return self._mapped(ctx, "deposit_account", "Account", journal, currency)

    def _method_line(self, record):
        return record.payment_method_line_id
