from odoo import models

from ...qbo import canonical
from ...qbo.mapping import credit
from ...qbo.mapping.payment import read_payment
from ...qbo.model import Ref
from ...qbo.money import dec

#: Attributes that say whose money it is, how much and what for.
MONEY = ("CustomerRef", "CurrencyRef", "TotalAmt", "Line")
#: Attributes that say nothing about money.
SOFT = frozenset({"DepositToAccountRef", "PaymentMethodRef", "PaymentRefNum", "PrivateNote"})


class QuickbooksPaymentsAdapter(models.AbstractModel):
    """What all Payments of QuickBooks have in common, whether money was received or credit is
    applied: they are compared by what they amount to and what they are applied to."""

    _name = "quickbooks.payments"
    _inherit = "quickbooks.documents"
    _description = "QuickBooks Adapter of Payments"

    _remote_type = "Payment"
    _soft = SOFT
    #: attribute that holds the number people look for
    _number_attribute = "PaymentRefNum"

    def _update_body(self, operation, payload):
        """What does not move money is sent only when it changed here, so that what QuickBooks'
        people entered there stays: the account it was deposited to, its memo, its reference. So
        are the lines, which replace all there are (FACTS 7.5): one may be for what Odoo does not
        have."""
        body = super()._update_body(operation, payload)
        if operation.forced:
            return body
        agreed = canonical.loads(operation.binding_id.agreed_payload or "{}")
        return {
            key: value
            for key, value in body.items()
            if key not in (*self._soft, "Line")
            or not canonical.same(payload.get(key), agreed.get(key))
        }

    def _strangers(self, ctx, binding):
        """Lines of a Payment that QuickBooks' people made for what Odoo does not have: what we
        send would take them out. What we named ourselves may be gone meanwhile, or made anew."""
        there = credit.amounts(canonical.loads(binding.agreed_remote or "{}"))
        ours = credit.amounts(canonical.loads(binding.agreed_payload or "{}"))
        record_of = self.env["quickbooks.applications"]._record_of
        return [" ".join(key) for key in there if key not in ours and not record_of(ctx, key)]

    def _taking_out(self, ctx, operation, payload):
        """Those of them that an update would take out: lines are replaced as a whole."""
        agreed = canonical.loads(operation.binding_id.agreed_payload or "{}")
        if operation.forced or all(
            canonical.same(payload.get(key), agreed.get(key)) for key in MONEY
        ):
            return []
        return self._strangers(ctx, operation.binding_id)

    # -- snapshot ------------------------------------------------------------------------------

    def _total(self, record):
        return self._amount(record.amount, record.currency_id)

    def _money_lines(self, record):
        """The lines of the money itself."""
        return record._seek_for_lines()[0]

    def _private_notes(self, record):
        notes = [self.env._("Odoo: %s", record.name or record.display_name)]
        if record.memo and record.memo != record.name:
            notes.insert(0, record.memo)
        return tuple([*notes, self._marker(record)])

    @staticmethod
    def _entry(ctx, kind, subject, currency=None):
        """The usable list entry a record is mapped to, None without one.

        :param currency: that of the payment: its own line of the mapping comes first
        """
        kinds = (f"{kind}/{currency.name}", kind) if currency else (kind,)
        for name in kinds:
            mapping = ctx.mappings.get((name, subject._name, subject.id))
            if mapping and mapping.reference_id.active:
                return mapping.reference_id
        return None

    def _mapped(self, ctx, kind, remote_type, subject, currency=None):
        """The same as a reference of a payload."""
        entry = self._entry(ctx, kind, subject, currency)
        return Ref(remote_type, entry.remote_id) if entry else None

    def _rate(self, record):
        """Home units per foreign unit, as posted."""
        lines = self._money_lines(record)
        foreign = sum((dec(str(line.amount_currency)) for line in lines), dec(0))
        home = sum((dec(str(line.balance)) for line in lines), dec(0))
        return home / foreign if foreign else dec(1)

    # -- making room ---------------------------------------------------------------------------

    def _applied(self, ctx, binding, record):
        """What the lines of a Payment should amount to now, by object of QuickBooks."""
        raise NotImplementedError

    def _making_room(self, ctx, operation, wanted):
        """Open operations of other Payments that let go of what this one is about to take:
        QuickBooks refuses to apply more than is open (FACTS 7.6).

        :param wanted: what its lines are to amount to, by object
        """
        agreed = credit.amounts(canonical.loads(operation.binding_id.agreed_payload or "{}"))
        growing = [key for key, amount in wanted.items() if amount > agreed.get(key, dec(0))]
        if not growing:
            return self.env["quickbooks.operation"]
        names = [credit.linked(key) for key in growing]
        others = self._open_naming(ctx.connection, self._remote_type, names)
        return others.filtered(
            lambda other: (
                other.binding_id != operation.binding_id
                and operation not in other.blocked_by_ids
                and self._lets_go(ctx, other, growing)
            )
        )

    def _lets_go(self, ctx, other, keys):
        """Whether a Payment that has changed takes less of one of these objects than it has, or
        may have if a request of its own arrived."""
        record = other.binding_id._record().exists()
        adapter = self.env["quickbooks.adapter"]._for_link(other)
        now = adapter._applied(ctx, other.binding_id, record) if record else {}
        before = credit.amounts(canonical.loads(other.binding_id.agreed_payload or "{}"))
        sent = credit.amounts(canonical.loads(other._unanswered_payload()))
        return any(
            now.get(key, dec(0)) < max(before.get(key, dec(0)), sent.get(key, dec(0)))
            for key in keys
        )

    # -- settling ------------------------------------------------------------------------------

    def _verify(self, operation, body, record):
        """Compare the amount and what it is applied to with what was sent, to the cent."""
        if operation.kind == "void":
            return "voided", "", {}
        if not record:
            return "synced", "", {}
        remote, total = self._read(body), self._wanted_total(operation, record)
        if remote.total != total:
            return "mismatch", "total_differs", {"remote": remote.total, "local": total}
        theirs = credit.amounts(body)
        ours = credit.amounts(canonical.loads(operation.payload or "{}"))
        if theirs != ours:
            applied = sum(theirs.values(), dec(0))
            return "mismatch", "applied_differs", {"remote": applied, "local": sum(ours.values())}
        return "synced", "", {}

    def _wanted_total(self, operation, record):
        """What the answer must have as its amount."""
        return self._total(record)

    @staticmethod
    def _read(body):
        """The figures of an answer."""
        return read_payment(body)

    def _answered_values(self, body):
        """The balance of a payment is what is left of it."""
        remote = self._read(body)
        values = super()._answered_values(body)
        return {
            **values,
            "remote_name": body.get(self._number_attribute) or "",
            "remote_balance": str(remote.unapplied),
        }
