from odoo import fields, models

from ...qbo.mapping.refund import money_back
from ...qbo.model import PaymentSnapshot, Ref
from ...qbo.money import dec
from ..plan import Done, Hold, Wait


class QuickbooksRefundAdapter(models.AbstractModel):
    """Money paid back to a customer → Purchase (expense) to the receivable account.

    It takes what the customer is owed from the bank, and nothing else: the credit memo has reduced
    the income already, so a RefundReceipt would do that twice (FACTS 7.6). The credit memo's own
    Payment then links the two, as it does with invoices (``adapters/application.py``).
    """

    _name = "quickbooks.adapter.purchase.refund"
    _inherit = "quickbooks.of.payments"
    _description = "QuickBooks Adapter: Refund to a Customer"

    _remote_type = "Purchase"
    #: a Purchase cannot be searched by who was paid (FACTS 4)
    _party_attribute = ""
    _direction = ("outbound", "customer")

    def _prefetch(self, ctx, records):
        partners = self.env["res.partner"].union(*(self._partner(record) for record in records))
        ctx.remote_ids(partners, "Customer")

    def _partner_of(self, record):
        return self._partner(record)

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        closed = self._plan_closed(ctx, operation, record)
        if closed:
            return closed
        if not operation.binding_id.remote_id and self._is_before_cutoff(ctx.connection, record):
            return Done("before_cutoff", None)
        ours, others = self._refunded(ctx, record)
        if others and not ours and not operation.binding_id.remote_id:
            return Done("before_cutoff", None)  # it belongs to documents that stay out
        if others:
            return Hold("payment_of_others", {"names": ", ".join(others.mapped("name"))})
        problem = self._preflight(ctx, record) or self._preflight_refund(ctx, record)
        if problem:
            return problem
        variant = self._variant(ctx, record)
        needed = self._customer_operations(ctx, operation, self._partner(record), variant)
        needed |= self._letting_go(operation.binding_id, record)
        if needed:
            return Wait(needed, ", ".join(op.local_name or "" for op in needed))
        receivable = Ref("Account", self._receivable(ctx, record).remote_id)
        payload = money_back(self._snapshot(ctx, record), ctx.profile, receivable)
        return self._write(operation, payload)

    def _preflight_refund(self, ctx, record):
        """What QuickBooks needs to know beyond the payment itself."""
        if not self._partner(record):
            return Hold("customer_missing")
        others = self._payments()._write_off_lines(record)
        if others:
            names = ", ".join(others.account_id.mapped("display_name"))
            return Hold("refund_write_off", {"names": names})
        Mapping, missing = self.env["quickbooks.mapping"], self.env["quickbooks.mapping"]
        if not self._bank(ctx, record):
            missing |= Mapping._require(ctx.connection, "deposit_account", self._journal(record))
        if not self._receivable(ctx, record):
            missing |= Mapping._require(ctx.connection, "receivable_account")
        if missing:
            names = ", ".join(f"{m.subject_name or ''} ({m._kind_label()})" for m in missing)
            return Hold("refund_accounts", {"names": names}, mappings=missing)
        return None

    def _refunded(self, ctx, record):
        """Credit notes it pays out: those that take part, and those that stay out."""
        memos = self.env["quickbooks.adapter.creditmemo"]
        notes = self._counterpart(record).matched_credit_ids.credit_move_id.move_id.filtered(
            memos._concerns
        )
        linked = ctx.remote_ids(notes, "CreditMemo")
        notes = notes.filtered(lambda note: note.id in linked or not memos._is_draft(note))
        others = notes.filtered(
            lambda note: note.id not in linked and memos._refusal(ctx.connection, note)[0]
        )
        return notes - others, others

    def _bank(self, ctx, record):
        """The bank account the money left from: a Purchase is paid from no other kind of account
        than a bank's (FACTS 5.16)."""
        entry = self._payments()._entry(
            ctx, "deposit_account", self._journal(record), self._currency(record)
        )
        return Ref("Account", entry.remote_id) if entry and entry.kind == "Bank" else None

    def _letting_go(self, binding, record):
        """A credit that is applied to more than is paid back must let go first."""
        if not binding.remote_total or self._total(record) >= dec(binding.remote_total):
            return self.env["quickbooks.operation"]
        return self._payments_on_it(binding)

    def _as_linked(self, binding):
        """Lines call it by the way it was paid."""
        return [{"TxnId": binding.remote_id, "TxnType": kind} for kind in ("Expense", "Check")]

    # -- snapshot ------------------------------------------------------------------------------

    def _payments(self):
        """The adapter of payments the other way: it knows their methods, accounts and rates."""
        return self.env["quickbooks.adapter.payment"]

    def _counterpart(self, record):
        """The lines on receivables."""
        return record._seek_for_lines()[1]

    def _partner(self, record):
        return record.partner_id.commercial_partner_id

    def _journal(self, record):
        return record.journal_id

    def _total(self, record):
        return self._amount(record.amount, record.currency_id)

    def _snapshot(self, ctx, record):
        partner, payments = self._partner(record), self._payments()
        return PaymentSnapshot(
            date=fields.Date.to_string(self._day(record)),
            customer=Ref("Customer", self._party_ids(ctx, record, partner)[partner.id]),
            currency=self._currency(record).name,
            total=self._total(record),
            rate=payments._rate(record),
            method=payments._method(ctx, record),
            deposit_account=self._bank(ctx, record),
            private_notes=payments._private_notes(record),
        )
