from odoo import models

from ...qbo import canonical
from ...qbo.mapping.write_off import postings, write_off, written_off
from ...qbo.model import Ref, WriteOffSnapshot
from ...qbo.money import dec
from ..plan import Done, Hold, NeedLists, Wait, Write


class QuickbooksWriteOffAdapter(models.AbstractModel):
    """The write-off or discount of a customer payment → JournalEntry, which its Payment uses.

    QuickBooks' Payment knows invoices and credits only, and has no line for an account (FACTS
    7.6). A credit memo would be a sale taken back, with an item and tax of its own; the entry
    posts exactly what Odoo has posted, tax included, and its line on receivables can be linked.
    """

    _name = "quickbooks.adapter.journalentry.writeoff"
    _inherit = "quickbooks.of.payments"
    _description = "QuickBooks Adapter: Write-Off of a Payment"

    _remote_type = "JournalEntry"
    #: what the payment settles
    _settles = "Invoice"
    #: kind of mapping of the account on which it does
    _ledger_kind = "receivable_account"

    def _money(self):
        """The adapter of the payment itself."""
        return self.env["quickbooks.adapter.payment"]

    def _concerns(self, record):
        """Also one that writes nothing off any more: its entry must go."""
        return self._money()._concerns(record)

    def _refusal(self, connection, record):
        return self._money()._refusal(connection, record)

    def _concerned_domain(self):
        return [(0, "=", 1)]  # its payment asks for it

    def _share(self, connection, records, released):
        """Those that have an entry; a new one is made when the payment needs it."""
        links = self.env["quickbooks.binding"]._links(connection, records, self._remote_type)
        known = set(links.mapped("res_id"))
        return records.filtered(lambda record: record.id in known)

    def _capture_targets(self, records):
        return []

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        closed = self._plan_closed(ctx, operation, record)
        if closed:
            return closed
        money = self._money()
        if not money._write_off_amount(record):
            return self._plan_void(ctx, operation, record)
        if not operation.binding_id.remote_id and self._is_before_cutoff(ctx.connection, record):
            return Done("before_cutoff", None)
        problem = self._preflight(ctx, record) or self._preflight_accounts(ctx, operation, record)
        if problem:
            return problem
        variant = self._variant(ctx, record)
        needed = self._customer_operations(ctx, operation, money._partner(record), variant)
        if not needed:
            needed = self._payment_operations(ctx, operation, record)
        if needed:
            return Wait(needed, ", ".join(op.local_name or "" for op in needed))
        payload = write_off(self._snapshot(ctx, record), ctx.profile)
        return self._write(operation, payload)

    def _plan_void(self, ctx, operation, record):
        """Journal entries cannot be voided, so it is deleted, after its Payment has let go."""
        plan = super()._plan_void(ctx, operation, record)
        if isinstance(plan, Write):
            needed = self._payment_operations(ctx, operation, record)
            if needed:
                return Wait(needed, ", ".join(op.local_name or "" for op in needed))
        return plan

    def _stands(self, record):
        return self._money()._stands(record)

    def _currency(self, record):
        return self._money()._currency(record)

    def _preflight_accounts(self, ctx, operation, record):
        """The accounts the entry posts to must be known."""
        missing = self._missing_accounts(ctx, record)
        if missing:
            names = ", ".join(f"{m.subject_name} ({m._kind_label()})" for m in missing)
            return Hold("missing_mapping", {"names": names}, mappings=missing)
        if self._ledger_account(ctx, record):
            return None
        # QuickBooks makes one with the first foreign invoice, so it may be there in a moment
        money = self._money()
        allocations, _others = money._allocations(ctx, record)
        first = money._needed_operations(ctx, operation, record, allocations)
        if first:
            return Wait(first, ", ".join(op.local_name or "" for op in first))
        moves = self.env["account.move"].union(
            *(settled for settled in allocations if settled._name == "account.move")
        )
        if self._is_list_behind(ctx, operation, moves):
            return NeedLists(("Account",))
        row = self.env["quickbooks.mapping"]._require(ctx.connection, self._ledger_kind)
        return Hold("missing_mapping", {"names": row._kind_label()}, mappings=row)

    def _is_list_behind(self, ctx, operation, moves):
        """Whether our copy of the accounts was read before the invoices arrived."""
        links = self.env["quickbooks.binding"]._links(ctx.connection, moves, self._settles)
        arrived = filter(None, [operation.create_date, *links.mapped("last_sync_at")])
        return self._are_accounts_behind(ctx, max(arrived))

    def _ledger_account(self, ctx, record):
        return self._receivable(ctx, record)

    def _missing_accounts(self, ctx, record):
        """Mapping rows of accounts that have no entry yet; made when they are new."""
        accounts = self._money()._write_off_lines(record).account_id
        unknown = accounts.filtered(
            lambda account: not self._money()._mapped(ctx, "account", "Account", account)
        )
        return self.env["quickbooks.mapping"]._require(ctx.connection, "account", unknown)

    def _payment_operations(self, ctx, operation, record):
        """The open operation of the payment while it uses more of the entry than it will have."""
        money, link = self._money(), operation.binding_id
        payment = self.env["quickbooks.binding"]._of(ctx.connection, record, money._remote_type)
        payment = payment.get(record.id, link.browse())
        used = money._used_write_off(payment, link) if link.remote_id and payment else dec(0)
        stands = used and self._stands(record)
        room = money._write_off_room(ctx, record, link) if stands else dec(0)
        if used <= room:
            return self.env["quickbooks.operation"]
        return self._dependency_operations(ctx, money, record, operation.released)

    # -- snapshot ------------------------------------------------------------------------------

    def _total(self, record):
        return dec(0)  # QuickBooks' total of a journal entry (FACTS 5.18)

    def _snapshot(self, ctx, record):
        money = self._money()
        partner = money._partner(record)
        return WriteOffSnapshot(
            date=record.date.isoformat(),
            customer=Ref(self._party_type, self._party_ids(ctx, record, partner)[partner.id]),
            receivable=Ref("Account", self._ledger_account(ctx, record).remote_id),
            currency=self._currency(record).name,
            amount=money._side * money._write_off_amount(record),
            parts=tuple(self._parts(ctx, record)),
            rate=money._rate(record),
            private_notes=money._private_notes(record),
        )

    def _parts(self, ctx, record):
        """One part for each account, with the sum of its lines."""
        money = self._money()
        lines = money._write_off_lines(record).sorted("id")
        for account, group in lines.grouped("account_id").items():
            amounts = (self._amount(line.amount_currency, line.currency_id) for line in group)
            text = ", ".join(dict.fromkeys(line.name for line in group if line.name))
            ref = money._mapped(ctx, "account", "Account", account)
            yield ref, text, sum(amounts, dec(0))

    # -- settling ------------------------------------------------------------------------------

    def _verify(self, operation, body, record):
        """Compare every posting with what was sent, to the cent."""
        wanted = canonical.loads(operation.payload or "{}")
        if postings(body) != postings(wanted):
            params = {"remote": written_off(body)[1], "local": written_off(wanted)[1]}
            return "mismatch", "total_differs", params
        return "synced", "", {}

    def _accepted(self, operation, record):
        """A payment that had to let go of the entry takes it up again."""
        super()._accepted(operation, record)
        link, money = operation.binding_id, self._money()
        if operation.kind != "update":
            return
        payment = (
            self.env["quickbooks.binding"]
            ._of(link.connection_id, link._record(), money._remote_type)
            .get(link.res_id)
        )
        if payment and payment.remote_id and not money._used_write_off(payment, link):
            self.env["quickbooks.planner"]._look_at(
                link.connection_id, money, link._record(), operation.released
            )
