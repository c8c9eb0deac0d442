from odoo import models

from ...qbo import canonical
from .inbound import Verdict


class QuickbooksInboundWatched(models.AbstractModel):
    """A document that only goes out: what becomes of it there is shown and never applied.

    Journal entries of write-offs, receipts, and all of purchases. Only objects that are linked are
    looked at; other people's are none of ours.
    """

    _name = "quickbooks.inbound.watched"
    _inherit = "quickbooks.inbound"
    _description = "QuickBooks Inbound: Documents That Only Go Out"

    def _apply(self, ctx, remote):
        binding = self._find(ctx.connection, remote.type, remote.id)
        if not binding:
            return Verdict("skipped", "inbound_not_linked")
        if not binding._record().exists():
            return Verdict("skipped", "record_gone", binding=binding)
        if remote.deleted:
            return self._tombstone(binding)
        if self._is_echo(binding, remote.body) and not remote.wanted:
            return Verdict("skipped", "inbound_echo", binding=binding)
        agreed = canonical.loads(binding.agreed_payload or "{}")
        changed = self._changed_there(binding, remote.body, agreed) if agreed else ()
        if changed:
            names = ", ".join(sorted(changed))
            return self._drift(binding, remote.body, "drift_invoice", attributes=names)
        over = binding.state == "conflict" and (binding.error_key or "").startswith("drift")
        if over:
            self._note(binding, "drift_over")
        self._take(binding, remote.body, state="synced" if over else None)
        return Verdict("skipped", "inbound_nothing_ours", binding=binding)
