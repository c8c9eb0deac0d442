from odoo import models
from odoo.exceptions import UserError

from ...qbo import canonical
from ...qbo.dates import parse_date
from ...qbo.mapping import credit
from ...qbo.mapping.payment import payment as payment_payload
from ...qbo.mapping.payment import read_payment
from ...qbo.money import dec
from .inbound import Verdict


class QuickbooksInboundApplication(models.AbstractModel):
    """Credits applied in QuickBooks → the credit note is reconciled with the invoices.

    As with payments, three versions are compared: what was agreed on, what is there and what is
    here. Only there changed: it is applied, for exactly that amount. Both: a person chooses.
    """

    _name = "quickbooks.inbound.application"
    _inherit = "quickbooks.inbound"
    _description = "QuickBooks Inbound: Application of Credits"

    @property
    def _applications(self):
        return self.env["quickbooks.applications"]

    # -- a Payment without money ---------------------------------------------------------------

    def _create(self, ctx, remote):
        """Take up a Payment that only applies credits. What Odoo has already, because people did
        the same on both sides, is only linked."""
        shares = credit.credit_shares(remote.body)
        if not shares:
            return Verdict("skipped", "inbound_credit_only")
        known = self._known(ctx, shares)
        if not known:
            return Verdict("skipped", "inbound_application_unknown")
        binding = self._link(ctx, next(iter(known)), remote)
        return self._apply_shares(ctx, binding, shares, remote)

    def _known(self, ctx, shares):
        """Posted credit notes of Odoo that settle something of Odoo by these shares, in order."""
        found = {}
        for source, key in shares:
            note = self._applications._record_of(ctx, source)
            if note and note.state == "posted" and self._applications._record_of(ctx, key):
                found[note] = True
        return found

    def _link(self, ctx, note, remote):
        """The link of a Payment with its credit note, which may have others already."""
        Binding = self.env["quickbooks.binding"]
        taken = Binding._links(ctx.connection, note, "Payment")
        return Binding.create(
            {
                "connection_id": ctx.connection.id,
                "res_model": "account.move",
                "res_id": note.id,
                "local_name": self.env["quickbooks.adapter.payment.credit"]._label(note),
                "remote_type": "Payment",
                "remote_id": remote.id,
                "variant": remote.id if taken else "",
            }
        )

    def _update(self, ctx, binding, remote):
        """A Payment we know that applies a credit note."""
        note = binding._record().exists()
        if not note:
            return Verdict("skipped", "record_gone", binding=binding)
        if not remote.deleted and self._is_echo(binding, remote.body) and not remote.wanted:
            return Verdict("skipped", "inbound_echo", binding=binding)
        body = remote.body or {}
        if dec(body.get("TotalAmt") or 0):
            return self._drift(binding, body, "drift_application_money")
        theirs = credit.credit_shares(body)
        here = self._here(ctx, binding)
        if credit.lines(theirs) == credit.lines(here):
            return self._agree(ctx, binding, theirs, remote)
        known = canonical.loads(binding.agreed_remote or "{}")
        there_changed = not known or credit.amounts(known) != credit.amounts(body)
        agreed = self._applications._agreed(binding)
        here_changed = credit.lines(here) != credit.lines(agreed)
        if not there_changed and (here_changed or not remote.wanted):
            self._take(binding, body, state=None)
            return Verdict("skipped", "inbound_nothing_ours", binding=binding)
        if not ctx.connection.payments_back:
            return Verdict("skipped", "inbound_off", binding=binding)
        if here_changed:
            return self._drift(binding, remote.body, "drift_application")
        self.env["quickbooks.inbound.payment"]._let_go(ctx, binding, remote)
        return self._apply_shares(ctx, binding, theirs, remote)

    def _here(self, ctx, binding, given=None):
        """The shares our books would give this Payment now."""
        wanted = self._applications._wanted(ctx, binding, given)
        return self._applications._as_shares(ctx, wanted)

    def _apply_shares(self, ctx, binding, theirs, remote):
        """Make the reconciliation here what it is there."""
        before = self._applications._agreed(binding)
        self._bring(ctx, binding, before, theirs, remote.body)
        return self._agree(ctx, binding, theirs, remote)

    # -- the reconciliation --------------------------------------------------------------------

    def _bring(self, ctx, binding, before, theirs, body=None):
        """Reconcile credit notes for what a Payment now has of them, instead of before.

        Only the difference moves, and only as far as Odoo does not have it already. First less,
        then more, so that what one lets go of another can take.
        """
        pairs = sorted({**before, **theirs})
        changes = []
        for source, key in pairs:
            note = self._applications._record_of(ctx, source)
            target = self._applications._record_of(ctx, key)
            old, new = before.get((source, key), dec(0)), theirs.get((source, key), dec(0))
            if not note or not target or old == new or note.state != "posted":
                continue
            now = self._applications._settled(ctx, note)[0].get(target, dec(0))
            floor = new + self._of_others(ctx, binding, note, target)
            amount = max(floor, now - old + new) if new < old else max(floor, now)
            if amount != now:
                changes.append((amount < now, note, target, amount))
        for _less, note, target, amount in sorted(changes, key=lambda c: not c[0]):
            self._check_locks(note, body)
            self._applications._settle(note, target, amount)

    def _of_others(self, ctx, binding, note, target):
        """What other Payments hold of this pair."""
        source = self._applications._credit_key(ctx, note)
        key = self._applications._target_key(ctx, target)
        others = self._applications._links(ctx, note) - binding
        return sum(
            (self._applications._agreed(link).get((source, key), dec(0)) for link in others), dec(0)
        )

    def _check_locks(self, note, body):
        """Refuse, in a sentence, to change what is settled in a locked period."""
        day = parse_date(body["TxnDate"]) if (body or {}).get("TxnDate") else note.date
        locks = note.company_id._get_violated_lock_dates(day, False, note.journal_id)
        if locks:
            lock = max(lock[0] for lock in locks)
            raise UserError(self._sentence("inbound_locked", date=day, lock=lock))

    # -- agreeing ------------------------------------------------------------------------------

    def _agree(self, ctx, binding, theirs, remote):
        """Book on the link what both sides say now."""
        if remote.deleted:
            return self._forget(binding)
        if not theirs:
            self._take(binding, remote.body, {}, state="voided")
            binding.voided = True
            self._note(binding, "inbound_application_voided")
            return Verdict("done", "inbound_application_voided", binding=binding)
        if not self._known(ctx, theirs):
            return self._forget(binding, "inbound_application_unknown")
        self._take(binding, remote.body)
        self._book(ctx, binding, theirs)
        return self._report(ctx, binding, theirs, remote.body)

    def _forget(self, binding, key="inbound_application_voided"):
        """It is gone there, or about others, and undone here; what is applied later gets a
        Payment of its own."""
        text = self._sentence(key)
        binding.operation_ids._supersede(text)
        binding.write({"drift_remote": False, "agreed_payload": False, "agreed_digest": False})
        binding._set_state("unlinked")
        binding._log_note("info", text)
        return Verdict("done", key, binding=binding)

    def _book(self, ctx, binding, theirs):
        """What we would send now is what was agreed, so the sender finds nothing to do."""
        adapter = self.env["quickbooks.adapter.payment.credit"]
        wanted = self._applications._wanted(ctx, binding, theirs)
        held = self._applications._as_shares(ctx, wanted)
        if not held:
            return  # Odoo cannot show it: what is open differs
        payload = payment_payload(adapter._snapshot(ctx, binding._record(), wanted), ctx.profile)
        binding.agreed_payload = canonical.dumps(payload)
        binding.agreed_digest = canonical.digest(payload)

    def _report(self, ctx, binding, theirs, body):
        """Say what was applied; what found no document here needs somebody."""
        missing = self._missing(ctx, binding, theirs, body)
        params = {"applied": sum(theirs.values(), dec(0))}
        if missing:
            params["names"] = ", ".join(missing)
            text = self._sentence("inbound_application_open", **params)
            self._show(binding, "mismatch", "inbound_application_open", text)
            binding._log_note("warning", text)
            return Verdict("done", "inbound_application_open", params, binding)
        self._note(binding, "inbound_application_applied", **params)
        return Verdict("done", "inbound_application_applied", params, binding)

    def _missing(self, ctx, binding, theirs, body):
        """Objects among the lines that Odoo does not settle as QuickBooks does."""
        here = credit.lines(self._here(ctx, binding, theirs))
        return sorted(
            " ".join(key) for key, amount in credit.amounts(body).items() if here.get(key) != amount
        )

    # -- a person's choice ---------------------------------------------------------------------

    def _accept(self, ctx, binding, body, remote):
        """Take theirs although ours changed as well."""
        if read_payment(body).total:
            raise UserError(self._sentence("drift_application_money"))
        theirs = credit.credit_shares(body)
        here = self._here(ctx, binding)
        self._bring(ctx, binding, here, theirs, body)
        return self._agree(ctx, binding, theirs, remote)
