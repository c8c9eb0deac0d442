from dataclasses import dataclass, field
from datetime import datetime, timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ...models.quickbooks_event import WATCHED
from ...qbo import canonical, entities
from ...qbo.mapping import credit
from ...qbo.mapping.comparison import arrived, changed_there
from ...qbo.money import dec

#: Sentences of Payments that settle less here than there.
SHORT = ("inbound_payment_open", "inbound_application_open")
#: Refusals of a document because of what settles it.
SETTLED = ("paid_document", "settled_transaction")

#: How soon to look again at something that is on its way in the other direction.
SOON = timedelta(seconds=5)


@dataclass
class Remote:
    """One object of QuickBooks that changed, as it is there now.

    :ivar body: as QuickBooks returned it, None when it is gone
    :ivar attempts: how often it was looked at without coming to an end
    :ivar operation: what the newest event says happened
    :ivar deleted_id: of a merge: the object that went away
    :ivar wanted: another record needs it, or a person asked: it is not left alone
    :ivar asked: what it depends on was read for it already
    :ivar changed_at: when the newest event happened, naive UTC
    """

    type: str
    id: str
    body: dict | None
    attempts: int = 0
    operation: str = "update"
    deleted_id: str = ""
    wanted: bool = False
    asked: bool = False
    changed_at: datetime | None = None

    @property
    def deleted(self) -> bool:
        return self.body is None


@dataclass
class Verdict:
    """What became of a change.

    :ivar state: ``done``, ``skipped``, ``held`` (a person has to act) or ``later``
    :ivar key: key of the sentence that says so
    :ivar delay: of ``later``: how long to wait
    :ivar needs: of ``later``: (type, id) of objects that have to be read first
    """

    state: str
    key: str
    params: dict = field(default_factory=dict)
    binding: object = None
    delay: timedelta = SOON
    needs: tuple = ()


class QuickbooksInbound(models.AbstractModel):
    """Contract of what applies QuickBooks' changes of one entity to Odoo's records.

    Runs in a savepoint, with the connection's company and the context key ``qbo_inbound``, by
    which capture knows that nothing has to be sent. Three brakes keep a change from going round:
    that key, the digest of what is agreed, and QuickBooks' SyncToken. Amounts of posted documents
    are never written.
    """

    _name = "quickbooks.inbound"
    _description = "QuickBooks Inbound"

    _remote_type = None

    @api.model
    def _for_type(self, remote_type):
        """What applies changes of an entity."""
        if remote_type in WATCHED:
            return self.env["quickbooks.inbound.watched"]
        return self.env[f"quickbooks.inbound.{entities.get(remote_type).url}"]

    def _apply(self, ctx, remote):
        """Apply one change.

        :param ctx: the round's :class:`..planner.Context`
        :param remote: :class:`Remote`
        :return: :class:`Verdict`
        """
        raise NotImplementedError

    # -- links ---------------------------------------------------------------------------------

    @api.model
    def _find(self, connection, remote_type, remote_id):
        """The live link of an object."""
        return self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", connection.id),
                ("remote_type", "=", remote_type),
                ("remote_id", "=", remote_id),
                ("state", "!=", "unlinked"),
            ],
            limit=1,
        )

    @api.model
    def _contact(self, binding):
        """The contact a link to a Customer leads to: of a project, its customer; empty when the
        record is gone."""
        record = binding._record().exists()
        return record.partner_id if record._name == "project.project" else record

    @api.model
    def _is_in_flight(self, bindings):
        """Whether something of ours about these is on its way to QuickBooks: what we would read
        now may be half of it."""
        return bool(
            bindings
            and self.env["quickbooks.operation"].search_count(
                [
                    ("binding_id", "in", bindings.ids),
                    ("state", "in", self.env["quickbooks.operation"].OPEN_STATES),
                    "|",
                    ("state", "in", ("prepared", "unknown", "lookup")),
                    ("doubtful", "=", True),
                ],
                limit=1,
            )
        )

    @api.model
    def _is_echo(self, binding, body):
        """Whether this is what we know already: our own write, or a repeated notification."""
        return body.get("SyncToken") == binding.sync_token and not binding.drift_remote

    def _changed_there(self, binding, body, keys):
        """Attributes among ``keys`` whose value is not what QuickBooks last answered."""
        known = canonical.loads(binding.agreed_remote or "{}")
        return changed_there(body, known, keys or known)

    def _take(
        self, binding, body, payload=None, state="synced", key=False, text=False, exact=False
    ):
        """QuickBooks' version is known from now on; with ``payload``, ours agrees with it.

        What we would send then is what was agreed, so the sender finds nothing to do.

        :param exact: ``payload`` leaves out already what changed here and was not sent yet
        """
        if body != canonical.loads(binding.agreed_remote or "{}"):
            self._retry_refused(binding, body)
        values = {
            "sync_token": body["SyncToken"],
            "agreed_remote": canonical.dumps(body),
            "drift_remote": False,
            "last_sync_at": fields.Datetime.now(),
            **self._answered_values(binding, body),
        }
        if payload and not exact:
            # what changed here meanwhile and has not been sent yet is not agreed
            before = canonical.loads(binding.agreed_payload or "{}")
            payload = {
                key: value if key not in before or arrived(payload, body, key) else before[key]
                for key, value in payload.items()
            }
        if payload is not None:
            values["agreed_payload"] = canonical.dumps(payload) if payload else False
            values["agreed_digest"] = canonical.digest(payload) if payload else False
        binding.write(values)
        binding._notify_clients()  # a balance may have moved although the state stays
        if state:
            self._show(binding, state, key, text)

    def _answered_values(self, binding, body):
        """What the link keeps of an answer; nothing more when only this direction is followed."""
        try:
            adapter = self.env["quickbooks.adapter"]._for_link(binding)
        except LookupError:
            return {}
        return adapter._answered_values(body)

    def _show(self, binding, state, key=False, text=False):
        """Show a state, unless a change of ours is waiting to be sent, which is shown then."""
        waiting = binding.operation_ids.filtered(lambda op: op.state in op.OPEN_STATES)
        if state == "synced" and waiting:
            return
        binding._set_state(state, key, text)

    def _sentence(self, key, **params):
        return self.env["quickbooks.messages"]._sentence(key, **params)

    def _note(self, binding, key, level="info", **params):
        binding._log_note(level, self._sentence(key, **params))

    def _tombstone(self, binding):
        """It was deleted there; it is never created anew unasked."""
        if binding.state == "gone" or binding.voided:
            return Verdict("skipped", "inbound_gone", binding=binding)
        binding.drift_remote = False
        text = self._sentence("remote_deleted")
        binding._set_state("gone", "remote_deleted", text)
        binding._log_note("warning", text)
        return Verdict("done", "inbound_gone", binding=binding)

    def _drift(self, binding, body, key, **params):
        """Both versions are kept side by side until a person has chosen."""
        text = self._sentence(key, **params)
        news = binding.error_text != text
        binding.drift_remote = canonical.dumps(body) if body else False
        binding._set_state("conflict", key, text)
        if news:
            binding._log_note("warning", text)
        return Verdict("done", key, params, binding)

    def _retry_refused(self, binding, body):
        """Try again what QuickBooks refused because of money, now that this document is another
        one there: what was to be done with it, and what was to be applied to what is open."""
        refused = Domain("problem_key", "in", SETTLED) & Domain("binding_id", "=", binding.id)
        if dec(body.get("Balance") or 0):
            link = {"TxnId": binding.remote_id, "TxnType": binding.remote_type}
            names_it = Domain("payload", "like", canonical.dumps(link))
            refused |= names_it & Domain("fault_code", "!=", False)
        held = self.env["quickbooks.operation"].search(
            Domain("connection_id", "=", binding.connection_id.id)
            & Domain("state", "=", "held")
            & refused
        )
        if held:
            held._reopen(attempts=0)
            binding.connection_id._wake()

    @api.model
    def _look_at_short(self, connection, keys, occasion):
        """Have Payments looked at again that settle less here than there, now that one of these
        objects may be open here: the order in which things come is not the order in which they
        happened, and a document may have been a draft.

        :param keys: set of (type, id)
        :param occasion: tells this time from others
        """
        short = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", connection.id),
                ("remote_type", "=", "Payment"),
                ("state", "=", "mismatch"),
                ("error_key", "in", SHORT),
            ]
        )
        rows = [
            {
                "event_key": f"open/{link.id}/{occasion}",
                "remote_type": "Payment",
                "remote_id": link.remote_id,
            }
            for link in short
            if keys & credit.amounts(canonical.loads(link.agreed_remote or "{}")).keys()
        ]
        if self.env["quickbooks.event"]._insert(connection, "needed", rows):
            connection.sudo()._channel("pull")._trigger()

    # -- figures -------------------------------------------------------------------------------

    @staticmethod
    def _currency_name(ctx, body):
        return (body.get("CurrencyRef") or {}).get("value") or ctx.profile.home_currency

    @staticmethod
    def _number(record, field_name, amount):
        """An exact decimal as the field's own kind of number."""
        return record._fields[field_name].convert_to_cache(dec(amount), record, validate=False)
