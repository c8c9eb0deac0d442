from markupsafe import Markup, escape

from odoo import api, models
from odoo.exceptions import UserError

from ...qbo import canonical, entities
from ...qbo.dates import parse_date
from ...qbo.mapping.comparison import MONEY_ATTRIBUTES, changed_there
from ...qbo.mapping.document import read_document
from ...qbo.mapping.reading import label, readable, with_names
from .inbound import Remote

#: Attributes of an invoice that may be taken over although it is posted.
HARMLESS = {
    "DueDate": "invoice_date_due",
    "CustomerMemo": "narration",
}
#: Attributes without a counterpart that could be written: theirs is simply let stand.
LET_STAND = frozenset(
    {"BillAddr", "BillEmail", "DocNumber", "PrivateNote", "SalesTermRef", "ShipAddr"}
)
#: What a link knows of an object; all of it goes when the object is to be made anew.
FORGOTTEN = (
    "remote_id",
    "remote_name",
    "sync_token",
    "agreed_digest",
    "agreed_payload",
    "agreed_remote",
    "drift_remote",
    "remote_total",
    "remote_tax",
    "remote_balance",
)
#: What is settled by what: when the first is made anew, the second has to name the new one.
NAMED_BY = {
    "Invoice": ("Payment",),
    "Bill": ("BillPayment",),
    "JournalEntry": ("Payment", "BillPayment"),
}


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
        ours = with_names(ours, theirs, known)
        if binding.drift_remote:
            keys = changed_there(theirs, known, ours or known)
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
        if binding.state == "gone":
            drift._accept_deletion(binding)
            return
        body = canonical.loads(binding.drift_remote or binding.agreed_remote or "{}")
        accept = getattr(drift, f"_accept_{binding.remote_type.lower()}", None)
        if accept is None or not body:
            raise UserError(self._sentence("drift_money"))
        ctx = drift.env["quickbooks.planner"]._context(binding.connection_id, ())
        accept(ctx, binding, body)
        waited = self._held(binding, "conflict")
        self._close(binding, "drift_accepted")
        if waited:
            self._send_the_rest(binding)

    def _send_the_rest(self, binding):
        """What had changed here and is not theirs goes out now; nothing is sent when all agrees."""
        wave = entities.get(binding.remote_type).wave
        self.env["quickbooks.planner"]._open_operations(binding, wave, released=True)
        binding.connection_id._wake()

    def _accept_invoice(self, ctx, binding, body):
        move = binding._record()
        if read_document(body).voided:
            raise UserError(self._sentence("drift_cancel_here"))
        agreed = canonical.loads(binding.agreed_payload or "{}")
        known = canonical.loads(binding.agreed_remote or "{}")
        keys = changed_there(body, known, agreed or known)
        if keys - set(HARMLESS) - LET_STAND or keys & set(MONEY_ATTRIBUTES):
            raise UserError(self._sentence("drift_money"))
        values = {HARMLESS[key]: self._plain(key, body.get(key)) for key in keys & set(HARMLESS)}
        if values:
            move.write(values)
        inbound = self.env["quickbooks.inbound"]._for_type(binding.remote_type)
        inbound._take(binding, body, inbound._ours(ctx, binding, move))

    def _accept_deletion(self, binding):
        """What is deleted there is cancelled here; that is for a person to do."""
        record = binding._record()
        if "state" not in record._fields or record.state not in ("cancel", "canceled"):
            raise UserError(self._sentence("drift_cancel_deleted"))
        binding.voided = True
        self._end_held(binding, "remote_deleted", "drift_accepted")
        binding._set_state("voided")

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
        if payment._name != "account.payment":  # the bank, or the till, has the last word
            raise UserError(self._sentence(inbound._last_word(payment)))
        theirs = inbound._theirs(body, inbound._entry(ctx, payment))
        inbound._bring(ctx, binding, payment, theirs, remote)
        if binding.drift_remote:
            raise UserError(binding.error_text)

    def _accept_customer(self, ctx, binding, body):
        inbound = self.env["quickbooks.inbound"]._for_type(binding.remote_type)
        partner = binding._record()
        if partner._name != "res.partner":  # a project: its name and place are decided here
            raise UserError(self._sentence("drift_project"))
        keys = inbound._changed_there(binding, body, inbound._attributes)
        inbound._write_partner(ctx, binding, partner, body, keys)
        inbound._take(binding, body, inbound._payload(ctx, binding, partner))

    _accept_vendor = _accept_customer

    @api.model
    def _ignore(self, binding, reason):
        """The versions may differ: what is there now counts as known."""
        if binding.drift_remote:
            body = canonical.loads(binding.drift_remote)
            self.env["quickbooks.inbound"]._take(binding, body)
        else:
            binding._set_state("synced")
        self._close(binding, "drift_ignored", reason=reason)

    @api.model
    def _ignore_deletion(self, binding, reason):
        """It stays deleted there. The link stays as a tombstone, or it would be sent anew."""
        key = "drift_ignored"
        self._end_held(binding, "remote_deleted", key, reason=reason)
        binding.write({"error_key": False, "error_text": False})
        binding._close_activities()
        binding._notify_clients()

    @api.model
    def _forget_deleted(self, bindings):
        """What was deleted there is made anew, because a person asked for it."""
        gone = bindings.filtered(lambda binding: binding.state == "gone")
        for binding in gone:
            if self.env["quickbooks.inbound"]._is_in_flight(binding):
                raise UserError(self._sentence("inbound_in_flight"))
            key = "drift_made_anew"
            params = {"user": self.env.user.name, "id": binding.remote_id}
            binding._log_note("info", self._sentence(key, **params))
            binding.write({**dict.fromkeys(FORGOTTEN, False), "voided": False})
            for remote_type in NAMED_BY.get(binding.remote_type, ()):
                self._send_payments_of(binding, remote_type)

    def _send_payments_of(self, binding, remote_type):
        """What pays it names the object that is gone; it goes out again after the new one."""
        record = binding._record()
        payers = [record]
        if record._name == "account.move":
            settled = self.env["quickbooks.settled"]
            payers = settled._money_of(settled._settling(record))
        adapter = self.env["quickbooks.adapter"]._for_type(remote_type)
        planner, Binding = self.env["quickbooks.planner"], self.env["quickbooks.binding"]
        for records in payers:
            links = Binding._links(binding.connection_id, records, remote_type)
            links = links.filtered(lambda link: link.state != "gone")  # asked for alone
            known = records.browse(links.mapped("res_id"))
            planner._operations_for(binding.connection_id, adapter, known, released=True)

    def _close(self, binding, key, **params):
        """The decision ends what waited for it."""
        self._end_held(binding, "conflict", key, **params)
        binding._set_state("voided" if binding.voided else "synced")

    def _end_held(self, binding, problem, key, **params):
        text = self._sentence(key, user=self.env.user.name, **params)
        self._held(binding, problem)._supersede(text)
        binding._log_note("info", text)

    @staticmethod
    def _held(binding, problem):
        """The operation that waits for this decision."""
        return binding.operation_ids.filtered(
            lambda op: op.state == "held" and op.problem_key == problem
        )

    def _sentence(self, key, **params):
        return self.env["quickbooks.messages"]._sentence(key, **params)


def _broken(text):
    """Text with its line breaks, as HTML."""
    return Markup("<br/>").join(escape(line) for line in text.split("\n"))
