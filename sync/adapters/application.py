from odoo import fields, models

from ...qbo.mapping import credit
from ...qbo.mapping.payment import payment
from ...qbo.model import PaymentSnapshot, Ref
from ...qbo.money import dec
from ..plan import Hold, Wait


class QuickbooksApplicationAdapter(models.AbstractModel):
    """What a credit note settles → Payment without money: a line for each invoice, and one for
    the credit memo (FACTS 7.6).

    It depends on all of them being there, and is voided when nothing is settled any more.
    """

    _name = "quickbooks.adapter.payment.credit"
    _inherit = "quickbooks.payments"
    _description = "QuickBooks Adapter: Application of a Credit Memo"

    _res_model = "account.move"
    _date_field = "invoice_date"

    # -- which credit notes --------------------------------------------------------------------

    def _concerns(self, record):
        return record.move_type == "out_refund"

    def _concerned_domain(self):
        """Those that settle an invoice or money paid back."""
        settled = "line_ids.matched_debit_ids.debit_move_id.move_id"
        return [
            ("move_type", "=", "out_refund"),
            "|",
            (f"{settled}.move_type", "=", "out_invoice"),
            "|",
            (f"{settled}.origin_payment_id.payment_type", "=", "outbound"),
            (f"{settled}.statement_line_id.amount", "<", 0),
        ]

    def _capture_targets(self, records):
        """The credit memo's adapter notes them."""
        return []

    def _share(self, connection, records, released):
        """Those that settle something, or did when they were last looked at."""
        notes = records.filtered(self._concerns)
        applications = self.env["quickbooks.applications"]
        applications._wake_users(connection, notes)
        applied = notes.filtered(lambda note: applications._partials(note))
        return (
            applied
            | super()._share(connection, records - notes, False)
            | self._linked(connection, notes - applied)
        )

    def _linked(self, connection, notes):
        links = self.env["quickbooks.binding"]._links(connection, notes, self._remote_type)
        return notes.browse(links.mapped("res_id"))

    def _label(self, record):
        return self.env._("Application of %s", record.name or record.display_name)

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        applications = self.env["quickbooks.applications"]
        wanted = applications._wanted(ctx, operation.binding_id)
        others = applications._settled(ctx, record)[1]
        memos = self.env["quickbooks.adapter.creditmemo"]
        if not ctx.remote_ids(record, "CreditMemo") and memos._refusal(ctx.connection, record)[0]:
            wanted = {}  # the credit note stays out
        strangers = self._strangers(ctx, operation.binding_id)
        if strangers:
            return Hold("application_of_others", {"names": ", ".join(strangers)})
        if not wanted:
            return self._plan_void(ctx, operation, record)
        problem = self._preflight_application(ctx, record, wanted, others)
        if problem:
            return problem
        needed = self._needed_operations(ctx, operation, wanted)
        if needed:
            return Wait(needed, ", ".join(op.local_name or "" for op in needed))
        snapshot = self._snapshot(ctx, record, wanted)
        return self._write(operation, payment(snapshot, ctx.profile))

    def _preflight_application(self, ctx, record, wanted, others):
        """What QuickBooks' Payment cannot express."""
        if others:
            return Hold("credit_of_others", {"names": ", ".join(others)})
        adapter_of = self.env["quickbooks.applications"]._adapter_of
        targets = [(target, adapter_of(target)) for _note, target in wanted]
        currency = record.currency_id
        foreign = [t.display_name for t, adapter in targets if adapter._currency(t) != currency]
        if foreign:
            return Hold("payment_currency", {"names": ", ".join(foreign)})
        partner = record.commercial_partner_id
        strangers = [
            target.display_name
            for target, adapter in targets
            if adapter._partner_of(target) != partner
        ]
        if strangers:
            return Hold("credit_of_other_customer", {"names": ", ".join(strangers)})
        closed = ctx.profile.book_close_date
        if closed and self._date(wanted) <= closed:
            return Hold("period_closed_here", {"date": closed})
        return None

    def _needed_operations(self, ctx, operation, wanted):
        """Credit memos and what they settle must be there, and great enough."""
        applications = self.env["quickbooks.applications"]
        notes = self.env["account.move"].union(*(note for note, _target in wanted))
        memos = self.env["quickbooks.adapter.creditmemo"]
        needed = memos._needed_documents(ctx, operation, notes)
        for target in dict.fromkeys(target for _note, target in wanted):
            adapter = applications._adapter_of(target)
            needed |= adapter._needed_documents(ctx, operation, target)
        lines = credit.lines(applications._as_shares(ctx, wanted))
        return needed | self._making_room(ctx, operation, lines)

    def _applied(self, ctx, binding, record):
        applications = self.env["quickbooks.applications"]
        return credit.lines(applications._as_shares(ctx, applications._wanted(ctx, binding)))

    # -- snapshot ------------------------------------------------------------------------------

    def _total(self, record):
        """No money moves."""
        return dec(0)

    def _date(self, wanted):
        """The day on which the last of them was applied: both documents are there then."""
        applications = self.env["quickbooks.applications"]
        partials = self.env["account.partial.reconcile"].union(
            *(applications._partials(note, target) for note, target in wanted)
        )
        return fields.Date.to_string(max(partials.mapped("max_date")))

    def _snapshot(self, ctx, record, wanted):
        applications = self.env["quickbooks.applications"]
        partner = record.commercial_partner_id
        return PaymentSnapshot(
            date=self._date(wanted),
            customer=Ref("Customer", self._party_ids(ctx, record, partner)[partner.id]),
            currency=record.currency_id.name,
            total=self._total(record),
            allocations=credit.refs(applications._as_shares(ctx, wanted)),
            rate=self.env["quickbooks.adapter.creditmemo"]._rate(record),
            private_notes=(
                self.env._("Odoo: %s is applied", record.name),
                self._marker(record),
            ),
        )
