from dataclasses import replace
from datetime import timedelta

from odoo import fields, models

from ...qbo.mapping.bill_payment import bill_payment, read_bill_payment
from ...qbo.model import PaymentSnapshot, Ref
from ...qbo.money import dec
from ..plan import Done, Hold, Later, Wait

#: How long a payment waits before it looks again whether a draft was confirmed, unless it is told.
DRAFT_PATIENCE = timedelta(minutes=15)

#: Attributes that say nothing about money.
SOFT = frozenset({"CheckPayment", "CreditCardPayment", "DocNumber", "PrivateNote"})

#: Sentences about customers and the ones that fit vendors.
VENDOR_KEYS = {
    "customer_missing": "vendor_missing",
    "payment_currency": "bill_payment_currency",
    "payment_of_other_customer": "bill_payment_of_other_vendor",
    "payment_write_off": "bill_payment_exceeds",
}


class QuickbooksBillPaymentsAdapter(models.AbstractModel):
    """What payments to vendors and the uses of their credits have in common: a line for each thing
    that is settled (a bill, or money that the vendor paid back), and an account that pays."""

    _name = "quickbooks.billpayments"
    _inherit = ["quickbooks.of.purchases", "quickbooks.payments"]
    _description = "QuickBooks Adapter of Bill Payments"

    _remote_type = "BillPayment"
    _settled_by = "BillPayment"
    _party_type = "Vendor"
    _party_attribute = "VendorRef"
    _soft = SOFT
    _number_attribute = "DocNumber"
    #: kind of mapping that names the account of a journal
    _account_kind = "payment_account"

    def _prefetch(self, ctx, records):
        partners = self.env["res.partner"].union(*(self._partner_of(record) for record in records))
        ctx.remote_ids(partners, self._party_type)

    # -- which payments ------------------------------------------------------------------------

    def _partner_of(self, record):
        """The vendor; of a contact of the company itself, an employee, the contact."""
        return self._vendor(record, record.partner_id)

    @staticmethod
    def _vendor(record, partner):
        commercial = partner.commercial_partner_id
        return partner if commercial == record.company_id.partner_id else commercial

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        if not operation.binding_id.remote_id and not self._takes_new(ctx.connection):
            return Done("purchases_off", None)
        closed = self._plan_closed(ctx, operation, record)
        if closed:
            return closed
        if not operation.binding_id.remote_id and self._is_before_cutoff(ctx.connection, record):
            return Done("before_cutoff", None)
        drafts = [] if operation.binding_id.remote_id else self._drafts(ctx, record)
        if drafts:  # without its bill the payment would be a prepayment for good
            until = fields.Datetime.now() + DRAFT_PATIENCE
            return Later(until, "payment_of_draft", {"names": ", ".join(drafts)})
        allocations, others = self._allocations(ctx, record)
        if others and not allocations and not operation.binding_id.remote_id:
            return Done("before_cutoff", None)  # it belongs to documents that stay out
        problem = self._preflight(ctx, record) or self._preflight_payment(
            ctx, record, allocations, others
        )
        if problem:
            return problem
        needed = self._needed_operations(ctx, operation, record, allocations)
        needed |= self._companion_operations(ctx, operation, record, allocations)
        if needed:
            return Wait(needed, ", ".join(op.local_name or "" for op in needed))
        if not self._is_of_use(ctx, record, allocations):
            return self._plan_void(ctx, operation, record)
        return self._write(operation, self._wanted_payload(ctx, record, allocations))

    def _is_of_use(self, ctx, record, allocations):
        """Whether there is anything for a BillPayment to say."""
        return True

    def _wanted_payload(self, ctx, record, allocations):
        """Every owned attribute of the payment as it is now."""
        key = (self._account_kind, "account.journal", self._paying_journal(ctx, record).id)
        account_type = ctx.mappings[key].reference_id.kind
        return bill_payment(self._snapshot(ctx, record, allocations), ctx.profile, account_type)

    # -- what it settles -----------------------------------------------------------------------

    def _settler(self, record):
        """The adapter of something a BillPayment can settle: a bill, or money that came back from
        the vendor; None for anything else."""
        entity = "Bill" if record._name == "account.move" else "Deposit"
        for adapter in self.env["quickbooks.adapter"]._of_model(record._name):
            if record and adapter._remote_type == entity and adapter._concerns(record):
                return adapter
        return None

    def _allocations(self, ctx, record):
        """What the payment settles.

        :return: ({record that takes part: Decimal in the payment's currency}, names of documents
            that stay out of QuickBooks)
        """
        amounts, others = {}, []
        for move, amount in self._matched(record):
            settled, adapter = move, self._settler(move)
            if adapter is None:
                settled = move.origin_payment_id or move.statement_line_id
                adapter = self._settler(settled)
            if adapter is None:
                continue  # exchange differences, refunds and entries have no line of their own
            linked = ctx.remote_ids(settled, adapter._remote_type)
            if not linked and adapter._is_draft(settled):
                continue  # unapplied until it is confirmed
            if not linked and adapter._refusal(ctx.connection, settled)[0]:
                others.append(settled.display_name)
                continue
            amounts[settled] = amounts.get(settled, dec(0)) + amount
        return {settled: amount for settled, amount in amounts.items() if amount}, others

    def _drafts(self, ctx, record):
        """Names of drafts it is applied to that were never in QuickBooks."""
        names = []
        for move, _amount in self._matched(record):
            adapter = self._settler(move)
            if adapter is None or ctx.remote_ids(move, adapter._remote_type):
                continue
            if adapter._is_draft(move):
                names.append(move.display_name)
        return names

    def _matched(self, record):
        """What its ledger entry is matched with: pairs of entry and amount in that one's
        currency."""
        raise NotImplementedError

    def _matched_credits(self, lines):
        """Entries on whose credit side these lines are used: bills."""
        for partial in lines.matched_credit_ids:
            amount = self._amount(partial.credit_amount_currency, partial.credit_currency_id)
            yield partial.credit_move_id.move_id, amount

    def _preflight_payment(self, ctx, record, allocations, others):
        """What QuickBooks' BillPayment cannot express."""
        problem = self._preflight_settled(record, allocations, others)
        if problem:
            return replace(problem, key=VENDOR_KEYS.get(problem.key, problem.key))
        if not self._account(ctx, record):
            journal = self._paying_journal(ctx, record)
            Mapping = self.env["quickbooks.mapping"]
            missing = Mapping._require(ctx.connection, self._account_kind, journal)
            names = journal.display_name or self.env._("an account that pays bills")
            return Hold("missing_mapping", {"names": names}, mappings=missing)
        return None

    def _preflight_settled(self, record, allocations, others):
        """What keeps it from settling this."""
        partner = self._partner_of(record)
        if not partner:
            return Hold("customer_missing")
        if others:
            return Hold("payment_of_others", {"names": ", ".join(others)})
        currency = self._currency(record)
        foreign = [
            settled.display_name
            for settled in allocations
            if self._settler(settled)._currency(settled) != currency
        ]
        if foreign:
            return Hold("payment_currency", {"names": ", ".join(foreign)})
        strangers = [
            settled.display_name
            for settled in allocations
            if self._settler(settled)._partner_of(settled) != partner
        ]
        if strangers:
            return Hold("payment_of_other_customer", {"names": ", ".join(strangers)})
        if self._exceeds(record, allocations):
            return Hold("payment_write_off")
        return None

    def _exceeds(self, record, allocations):
        """Whether more is settled than was paid."""
        return sum(allocations.values(), dec(0)) > self._total(record)

    def _needed_operations(self, ctx, operation, record, allocations):
        """The vendor, what is settled but not there yet, and what must grow first."""
        variant = self._variant(ctx, record)
        needed = self._customer_operations(ctx, operation, self._partner_of(record), variant)
        for settled in allocations:
            needed |= self._settler(settled)._needed_documents(ctx, operation, settled)
        return needed

    def _companion_operations(self, ctx, operation, record, allocations):
        """Open operations of other objects that stand for the same record."""
        return self.env["quickbooks.operation"]

    # -- snapshot ------------------------------------------------------------------------------

    def _snapshot(self, ctx, record, allocations):
        partner = self._partner_of(record)
        return PaymentSnapshot(
            date=self._date(record, allocations).isoformat(),
            customer=Ref(self._party_type, self._party_ids(ctx, record, partner)[partner.id]),
            currency=self._currency(record).name,
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
        found = []
        for settled in sorted(allocations, key=lambda settled: (settled._name, settled.id)):
            entity = self._settler(settled)._remote_type
            remote_id = ctx.remote_ids(settled, entity)[settled.id]
            found.append((Ref(entity, remote_id), allocations[settled]))
        return tuple(found)

    def _date(self, record, allocations):
        return record.date

    @staticmethod
    def _latest(record, allocations):
        """The day all of them exist."""
        return max([record.date, *(settled.date for settled in allocations)])

    def _number(self, record):
        return record.payment_reference or record.name or ""

    def _method(self, ctx, record):
        line = self._method_line(record)
        return self._mapped(ctx, "payment_method", "PaymentMethod", line)

    def _method_line(self, record):
        return record.payment_method_line_id

    def _account(self, ctx, record):
        """The account money arrives in or leaves."""
        journal = self._paying_journal(ctx, record)
        return self._mapped(ctx, self._account_kind, "Account", journal)

    def _paying_journal(self, ctx, record):
        return record.journal_id

    # -- settling ------------------------------------------------------------------------------

    @staticmethod
    def _read(body):
        return read_bill_payment(body)
