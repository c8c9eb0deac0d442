from dataclasses import replace

from odoo import Command, api, models

from ...qbo import canonical, entities
from ...qbo.mapping import credit
from ...qbo.money import dec


class QuickbooksApplications(models.AbstractModel):
    """Which credit notes settle what, and through which Payment QuickBooks knows of it.

    In Odoo a credit note is reconciled with invoices and with money paid back. In QuickBooks a
    Payment without money does that, or a Payment some of whose lines are credit memos (FACTS
    7.6); people there may make several for one credit memo. Each of them keeps what it holds as
    long as it stands here; what none holds belongs to the credit note's first own Payment.
    """

    _name = "quickbooks.applications"
    _description = "QuickBooks Applications of Credits"

    # -- Odoo's side ---------------------------------------------------------------------------

    @api.model
    def _partials(self, note, target=None):
        """Reconciliations of a credit note, of all or of one document it settles."""
        terms = note.line_ids.filtered(lambda line: line.display_type == "payment_term")
        partials = terms.matched_debit_ids
        if target is None:
            return partials
        return partials.filtered(lambda partial: self._target(partial) == target)

    @api.model
    def _target(self, partial):
        """The invoice, or the payment back to the customer, that a credit note settles; None for
        what QuickBooks cannot link: exchange differences and other entries."""
        move = partial.debit_move_id.move_id
        for record in (move, self._paid_back(move)):
            if self._adapter_of(record) is not None:
                return record
        return None

    @api.model
    def _paid_back(self, move):
        """What an entry pays a customer back by: a payment, a bank line without one, or what the
        till gave."""
        found = move.origin_payment_id or move.statement_line_id
        if not found and "pos_payment_ids" in move._fields:
            found = move.sudo().pos_payment_ids.filtered(lambda p: not p.is_change)[:1]
        return found

    @api.model
    def _adapter_of(self, record):
        """The adapter of something a credit can settle, None for anything else, and for nothing."""
        entity = "Invoice" if record._name == "account.move" else "Purchase"
        for adapter in self.env["quickbooks.adapter"]._of_model(record._name):
            if record and adapter._remote_type == entity and adapter._concerns(record):
                return adapter
        return None

    @api.model
    def _settled(self, ctx, note):
        """What a credit note settles.

        :return: ({record: Decimal in the credit note's currency}, names of documents that stay out
            of QuickBooks)
        """
        found, others = {}, []
        for partial in self._partials(note):
            target = self._target(partial)
            if target is None:
                continue
            adapter = self._adapter_of(target)
            linked = ctx.remote_ids(target, adapter._remote_type)
            if not linked and adapter._refusal(ctx.connection, target)[0]:
                others.append(target.display_name)
                continue
            amount = adapter._amount(partial.credit_amount_currency, note.currency_id)
            found[target] = found.get(target, dec(0)) + amount
        return {target: amount for target, amount in found.items() if amount}, others

    # -- QuickBooks' side ----------------------------------------------------------------------

    @api.model
    def _credit_key(self, ctx, note):
        remote_id = ctx.remote_ids(note, "CreditMemo").get(note.id)
        return ("CreditMemo", remote_id) if remote_id else None

    @api.model
    def _target_key(self, ctx, target):
        entity = self._adapter_of(target)._remote_type
        remote_id = ctx.remote_ids(target, entity).get(target.id)
        return (entity, remote_id) if remote_id else None

    @api.model
    def _links(self, ctx, note):
        """The Payments a credit note is applied by, the oldest first."""
        own = ["&", ("res_model", "=", "account.move"), ("res_id", "=", note.id)]
        key = self._credit_key(ctx, note)
        if key:
            own = ["|", ("agreed_payload", "like", _as_linked(key)), *own]
        return self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", ctx.connection.id),
                ("remote_type", "=", "Payment"),
                ("state", "not in", ("unlinked", "gone")),
                *own,
            ],
            order="id",
        )

    @api.model
    def _agreed(self, binding):
        """Shares of credit a Payment has by what was agreed last."""
        return credit.credit_shares(canonical.loads(binding.agreed_payload or "{}"))

    @api.model
    def _uses_credit(self, binding):
        """Whether a Payment that is no credit note's own takes from credit memos."""
        return '"CreditMemo"' in (binding.agreed_payload or "") and bool(self._agreed(binding))

    @api.model
    def _record_of(self, ctx, key):
        """The record of Odoo that is linked to an object, None when there is none."""
        binding = self.env["quickbooks.inbound"]._find(ctx.connection, *key)
        return (binding and binding._record().exists()) or None

    @api.model
    def _notes_of(self, ctx, shares):
        """Credit notes of Odoo among the sources of shares."""
        found = (self._record_of(ctx, source) for source in dict.fromkeys(s for s, _t in shares))
        return self.env["account.move"].union(*(note for note in found if note))

    # -- both ----------------------------------------------------------------------------------

    @api.model
    def _standing(self, ctx, note, given=None):
        """How what a credit note settles is divided over its Payments.

        :param given: {link: shares} to go by instead of what was agreed
        :return: ({link: {record: amount}}, {record: amount} that no Payment has)
        """
        given = given or {}
        left, _others = self._settled(ctx, note)
        records = {self._target_key(ctx, target): target for target in left}
        source, result = self._credit_key(ctx, note), {}
        links = self._links(ctx, note).union(*given).sorted("id")
        for link in links:
            shares = given[link] if link in given else self._agreed(link)
            part = {}
            for (origin, key), amount in shares.items():
                record = records.get(key)
                amount = min(amount, left.get(record, dec(0)))
                if origin == source and amount > 0:
                    part[record] = amount
                    left[record] -= amount
            result[link] = part
        return result, {target: amount for target, amount in left.items() if amount}

    @api.model
    def _wanted(self, ctx, binding, given=None):
        """What a Payment should take from credit notes, as Odoo's books are now.

        :return: {(credit note, record it settles): amount}
        """
        shares = given if given is not None else self._agreed(binding)
        notes = self._notes_of(ctx, shares)
        if binding.res_model == "account.move":
            notes = binding._record() | notes
        wanted = {}
        for note in notes:
            standing, rest = self._standing(ctx, note, {binding: shares})
            mine = dict(standing.get(binding, {}))
            if binding == self._own(standing, note):
                for target, amount in rest.items():
                    mine[target] = mine.get(target, dec(0)) + amount
            wanted.update({(note, target): amount for target, amount in mine.items()})
        return wanted

    @staticmethod
    def _own(links, note):
        """The Payment that takes what no other has: the first that is the credit note's own."""
        own = (b for b in links if (b.res_model, b.res_id) == ("account.move", note.id))
        return next(own, None)

    @api.model
    def _as_shares(self, ctx, wanted):
        """The same by objects of QuickBooks; what is not there is left out."""
        keys = {
            (self._credit_key(ctx, note), self._target_key(ctx, target)): amount
            for (note, target), amount in wanted.items()
        }
        return {pair: amount for pair, amount in keys.items() if all(pair)}

    @api.model
    def _complete(self, ctx, binding, snapshot, given=None):
        """A payment's snapshot with the credits among the lines of its Payment.

        Only QuickBooks' people mix money and credits in one Payment; who sends the payment again
        must not take the credits out of it.
        """
        if given is None and not self._uses_credit(binding):
            return snapshot
        parts = {
            (credit.MONEY, (ref.entity, ref.id)): amount for ref, amount in snapshot.allocations
        }
        parts.update(self._as_shares(ctx, self._wanted(ctx, binding, given)))
        return replace(snapshot, allocations=credit.refs(parts))

    @api.model
    def _wake_users(self, connection, notes):
        """Have Payments looked at that take from these credit notes but are not their own."""
        keys = self.env["quickbooks.binding"]._of(connection, notes, "CreditMemo")
        links = [
            ("agreed_payload", "like", _as_linked(("CreditMemo", binding.remote_id)))
            for binding in keys.values()
            if binding.remote_id
        ]
        if not links:
            return
        users = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", connection.id),
                ("remote_type", "=", "Payment"),
                ("state", "not in", ("unlinked", "gone")),
                *["|"] * (len(links) - 1),
                *links,
            ]
        )
        others = users.filtered(
            lambda b: b.res_model != "account.move" or b.res_id not in notes.ids
        )
        wave = entities.get("Payment").wave
        self.env["quickbooks.planner"]._open_operations(others, wave, released=False)

    @api.model
    def _follow(self, ctx, operation):
        """Have the credit notes a Payment takes from looked at after it was voided."""
        binding = operation.binding_id
        notes = self._notes_of(ctx, self._agreed(binding))
        adapter = self.env["quickbooks.adapter.payment.credit"]
        planner = self.env["quickbooks.planner"]
        followers = planner._operations_for(ctx.connection, adapter, notes) - operation
        followers.write({"state": "waiting", "blocked_by_ids": [Command.set(operation.ids)]})

    # -- bringing Odoo's side about ------------------------------------------------------------

    @api.model
    def _settle(self, note, target, amount):
        """Reconcile a credit note with what it settles for exactly this amount.

        :return: the amount it settles then, which is less when less is open
        """
        partials = self._partials(note, target)
        adapter, currency = self.env["quickbooks.adapter.creditmemo"], note.currency_id
        now = sum((adapter._amount(p.credit_amount_currency, currency) for p in partials), dec(0))
        if now > amount:
            partials.unlink()
            now = dec(0)
        credits = note.line_ids.filtered(lambda line: line.display_type == "payment_term")
        for debit in self._open_debits(target):
            for line in credits.sorted("date_maturity"):
                part = min(
                    amount - now,
                    -adapter._amount(line.amount_residual_currency, currency),
                    adapter._amount(debit.amount_residual_currency, currency),
                )
                if part > 0 and line.account_id == debit.account_id:
                    line._qbo_reconcile_exactly(debit, line, part)
                    now += part
        return now

    @api.model
    def _open_debits(self, target):
        """Open lines of an invoice, or of a payment to the customer."""
        if target._name == "account.move":
            lines = target.line_ids.filtered(lambda line: line.display_type == "payment_term")
        else:
            lines = self._adapter_of(target)._payments()._counterpart(target)
        return lines.filtered(lambda line: not line.reconciled).sorted("date_maturity")


def _as_linked(key):
    """How the line of a Payment names an object, as it stands in its payload."""
    return canonical.dumps(credit.linked(key))
