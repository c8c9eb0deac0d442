from markupsafe import Markup, escape

from odoo import api, models
from odoo.exceptions import UserError

from ..qbo import canonical
from ..qbo.dates import parse_date
from ..qbo.mapping.document import read_document
from ..qbo.mapping.reading import label, readable
from .inbound import Remote
from .inbound_customer import ATTRIBUTES
from .lookup import MONEY_ATTRIBUTES

#: Attributes of an invoice that may be taken over although it is posted.
HARMLESS = {
    "DueDate": "invoice_date_due",
    "CustomerMemo": "narration",
}
#: Attributes without a counterpart that could be written: theirs is simply let stand.
LET_STAND = frozenset(
    {"BillAddr", "BillEmail", "DocNumber", "PrivateNote", "SalesTermRef", "ShipAddr"}
)


class QuickbooksLookup(models.AbstractModel):
    """A conflict keeps both versions: what was agreed, and what is there now."""

    _inherit = "quickbooks.lookup"

    def _conflict(self, operation, remote, attributes):
        binding = operation.binding_id
        agreed = binding.agreed_remote
        result = super()._conflict(operation, remote, attributes)
        binding.write({"agreed_remote": agreed, "drift_remote": canonical.dumps(remote)})
        return result


class QuickbooksDrift(models.AbstractModel):
    """A record that differs from its object in QuickBooks: both versions, and a person's choice."""

    _name = "quickbooks.drift"
    _description = "QuickBooks Drift"

    # -- both versions -------------------------------------------------------------------------

    @api.model
    def _rows(self, binding):
        """What differs: list of (attribute, ours, theirs) in words."""
        ours = canonical.loads(binding.agreed_payload or "{}")
        known = canonical.loads(binding.agreed_remote or "{}")
        theirs = canonical.loads(binding.drift_remote or binding.agreed_remote or "{}")
        if binding.drift_remote:
            lookup = self.env["quickbooks.lookup"]
            keys = lookup._changed_remotely(binding, theirs, ours or known)
        else:
            keys = set(ours)
        rows = [
            (
                label(key),
                readable(key, ours.get(key, known.get(key))),
                readable(key, theirs.get(key)),
            )
            for key in sorted(keys, key=label)
        ]
        if "Line" in keys and theirs.get("TotalAmt") is not None:
            before = readable("", ours.get("TotalAmt", known.get("TotalAmt")))
            rows.append((label("TotalAmt"), before, readable("", theirs["TotalAmt"])))
        return [row for row in rows if row[1] != row[2]]

    @api.model
    def _side_by_side(self, binding):
        """The side-by-side as HTML."""
        head = Markup("<tr><th></th><th>%s</th><th>%s</th></tr>") % (
            self.env._("In Odoo"),
            self.env._("In QuickBooks"),
        )
        body = Markup("").join(
            Markup("<tr><th>%s</th><td>%s</td><td>%s</td></tr>")
            % (name, _broken(ours), _broken(theirs))
            for name, ours, theirs in self._rows(binding)
        )
        return Markup('<table class="table table-sm">%s%s</table>') % (head, body)

    # -- choices -------------------------------------------------------------------------------

    @api.model
    def _accept_theirs(self, binding):
        """Make ours what theirs is, where that is allowed; else say what to do."""
        inbox = self.env["quickbooks.pull"]._inbox(binding.connection_id)
        drift = inbox.env[self._name]
        binding = drift.env[binding._name].browse(binding.id)
        body = canonical.loads(binding.drift_remote or binding.agreed_remote or "{}")
        accept = getattr(drift, f"_accept_{binding.remote_type.lower()}", None)
        if accept is None or not body:
            raise UserError(self._sentence("drift_money"))
        ctx = drift.env["quickbooks.planner"]._context(binding.connection_id, ())
        accept(ctx, binding, body)
        self._close(binding, "drift_accepted")

    def _accept_invoice(self, ctx, binding, body):
        move = binding._record()
        if read_document(body).voided:
            raise UserError(self._sentence("drift_cancel_here"))
        agreed = canonical.loads(binding.agreed_payload or "{}")
        keys = self.env["quickbooks.lookup"]._changed_remotely(binding, body, agreed)
        if keys - set(HARMLESS) - LET_STAND or keys & set(MONEY_ATTRIBUTES):
            raise UserError(self._sentence("drift_money"))
        values = {HARMLESS[key]: self._plain(key, body.get(key)) for key in keys & set(HARMLESS)}
        if values:
            move.write(values)
        inbound = self.env["quickbooks.inbound"]._for_type(binding.remote_type)
        inbound._take(binding, body, inbound._ours(ctx, binding, move))

    def _accept_creditmemo(self, ctx, binding, body):
        self._accept_invoice(ctx, binding, body)

    @staticmethod
    def _plain(key, value):
        if key == "DueDate":
            return parse_date(value) if value else False
        return (value or {}).get("value") or False

    def _accept_payment(self, ctx, binding, body):
        remote = Remote("Payment", binding.remote_id, body)
        if binding.res_model == "account.move":
            self.env["quickbooks.inbound.application"]._accept(ctx, binding, body, remote)
            return
        inbound = self.env["quickbooks.inbound.payment"]
        payment = binding._record()
        theirs = inbound._theirs(body)
        inbound._bring(ctx, binding, payment, theirs, remote)
        if binding.drift_remote:
            raise UserError(binding.error_text)

    def _accept_customer(self, ctx, binding, body):
        inbound = self.env["quickbooks.inbound.customer"]
        partner = binding._record()
        keys = inbound._changed_there(binding, body, ATTRIBUTES)
        inbound._write_partner(ctx, partner, body, keys)
        inbound._take(binding, body, inbound._payload(ctx, binding, partner))

    @api.model
    def _ignore(self, binding, reason):
        """The versions may differ: what is there now counts as known."""
        if binding.drift_remote:
            body = canonical.loads(binding.drift_remote)
            self.env["quickbooks.inbound"]._take(binding, body)
        else:
            binding._set_state("synced")
        self._close(binding, "drift_ignored", reason=reason)

    def _close(self, binding, key, **params):
        """The decision ends what waited for it."""
        held = binding.operation_ids.filtered(
            lambda op: op.state == "held" and op.problem_key == "conflict"
        )
        held._supersede(self._sentence(key, user=self.env.user.name, **params))
        binding._set_state("voided" if binding.voided else "synced")
        binding._log_note("info", self._sentence(key, user=self.env.user.name, **params))

    def _sentence(self, key, **params):
        return self.env["quickbooks.messages"]._sentence(key, **params)


def _broken(text):
    """Text with its line breaks, as HTML."""
    return Markup("<br/>").join(escape(line) for line in text.split("\n"))
