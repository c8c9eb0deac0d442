from odoo import models

from ..qbo import canonical
from ..qbo.mapping import credit
from ..qbo.mapping.payment import read_payment
from ..qbo.money import dec

#: Attributes that say nothing about money.
SOFT = frozenset({"DepositToAccountRef", "PaymentMethodRef", "PaymentRefNum", "PrivateNote"})


class QuickbooksPaymentsAdapter(models.AbstractModel):
    """What all Payments of QuickBooks have in common, whether money was received or credit is
    applied: they are compared by what they amount to and what they are applied to."""

    _name = "quickbooks.payments"
    _inherit = "quickbooks.documents"
    _description = "QuickBooks Adapter of Payments"

    _remote_type = "Payment"

    def _update_body(self, operation, payload):
        """What does not move money is sent only when it changed here, so that what QuickBooks'
        people entered there stays: the account it was deposited to, its memo, its reference."""
        body = super()._update_body(operation, payload)
        if operation.forced:
            return body
        agreed = canonical.loads(operation.binding_id.agreed_payload or "{}")
        return {
            key: value
            for key, value in body.items()
            if key not in SOFT or not canonical.same(payload.get(key), agreed.get(key))
        }

    # -- settling ------------------------------------------------------------------------------

    def _verify(self, operation, body, record):
        """Compare the amount and what it is applied to with what was sent, to the cent."""
        if operation.kind == "void":
            return "voided", "", {}
        if not record:
            return "synced", "", {}
        remote, total = read_payment(body), self._total(record)
        if remote.total != total:
            return "mismatch", "total_differs", {"remote": remote.total, "local": total}
        theirs = credit.amounts(body)
        ours = credit.amounts(canonical.loads(operation.payload or "{}"))
        if theirs != ours:
            applied = sum(theirs.values(), dec(0))
            return "mismatch", "applied_differs", {"remote": applied, "local": sum(ours.values())}
        return "synced", "", {}

    def _answered_values(self, body):
        """The balance of a payment is what is left of it."""
        remote = read_payment(body)
        values = super()._answered_values(body)
        return {
            **values,
            "remote_name": body.get("PaymentRefNum") or "",
            "remote_balance": str(remote.unapplied),
        }
