import random
from datetime import timedelta

from odoo import api, fields, models
from odoo.fields import Domain

from ..qbo import canonical
from ..qbo.mapping.references import references

#: Operations that may still change something.
OPEN_STATES = ("pending", "waiting", "held", "lookup", "prepared", "unknown", "failed")

#: Types that are matched with what QuickBooks has before they are created.
MATCHED_TYPES = ("Customer", "Item")

#: Types others do without while they are in trouble: a payment goes without its mark of origin.
OPTIONAL_TYPES = ("PaymentMethod",)
#: Problems that are mended on the record, whatever QuickBooks has.
RECORD_PROBLEMS = ("project_without_customer",)

MAX_BACKOFF = timedelta(hours=6)


class QuickbooksOperation(models.Model):
    """One thing to bring about in QuickBooks, and how far it has come.

    At most one operation of a binding waits and at most one is in flight; the database enforces
    both. Only the engine writes here, apart from a person's retry. State machine and windows:
    docs/ARCHITECTURE.md.
    """

    _name = "quickbooks.operation"
    _description = "QuickBooks Operation"
    _rec_name = "local_name"
    _order = "id desc"

    OPEN_STATES = OPEN_STATES

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, precompute=True, index=True
    )
    binding_id = fields.Many2one(
        "quickbooks.binding", required=True, index=True, ondelete="cascade"
    )
    res_model = fields.Char(string="Odoo Model", required=True)
    res_id = fields.Many2oneReference(string="Odoo Record", model_field="res_model", required=True)
    local_name = fields.Char(string="Record")
    remote_type = fields.Char(string="QuickBooks Type", required=True)
    kind = fields.Selection(
        [
            ("sync", "Bring up to date"),
            ("create", "Create"),
            ("update", "Update"),
            ("void", "Void"),
            ("delete", "Delete"),
        ],
        default="sync",
        required=True,
    )
    wave = fields.Integer(required=True)
    state = fields.Selection(
        [
            ("pending", "Waiting to be sent"),
            ("waiting", "Waiting for another record"),
            ("held", "Needs attention"),
            ("lookup", "Looking it up"),
            ("prepared", "On its way"),
            ("unknown", "Outcome unknown"),
            ("done", "Done"),
            ("failed", "Failed"),
            ("superseded", "Superseded"),
        ],
        default="pending",
        required=True,
        index=True,
    )
    released = fields.Boolean(help="A person asked for it.")
    doubtful = fields.Boolean(help="It was sent once without a usable answer.")
    alone = fields.Boolean(help="Not in a batch: one that it was in was refused as a whole.")
    forced = fields.Boolean(help="Send our version although QuickBooks changed.")
    payload = fields.Text(help="All owned attributes as of the freeze, canonical JSON.")
    payload_digest = fields.Char()
    envelope_id = fields.Many2one("quickbooks.envelope", index="btree_not_null")
    item_key = fields.Char(help="bId inside a batch.")
    attempts = fields.Integer(help="Answered tries; waiting costs none.")
    not_before = fields.Datetime()
    blocked_by_ids = fields.Many2many(
        "quickbooks.operation",
        "quickbooks_operation_blocker_rel",
        "operation_id",
        "blocker_id",
        string="Waits For",
    )
    mapping_ids = fields.Many2many(
        "quickbooks.mapping",
        "quickbooks_operation_mapping_rel",
        "operation_id",
        "mapping_id",
        string="Missing Mappings",
    )
    lookup = fields.Text(help="Question to QuickBooks, canonical JSON.")
    lookup_result = fields.Text(help="Its answer, canonical JSON.")
    problem_key = fields.Char()
    problem_text = fields.Char(string="What to Do")
    candidates = fields.Text(help="QuickBooks ids a person chooses from, canonical JSON.")
    fault_code = fields.Char()
    fault_detail = fields.Char(groups="quickbooks_online.group_manager")
    intuit_tid = fields.Char(string="Intuit Trace")
    done_at = fields.Datetime()

    _waiting_uniq = models.UniqueIndex(
        "(binding_id) WHERE state IN ('pending', 'waiting', 'held', 'lookup', 'failed')"
    )
    _flight_uniq = models.UniqueIndex("(binding_id) WHERE state IN ('prepared', 'unknown')")
    _due_idx = models.Index("(connection_id, wave, id) WHERE state = 'pending'")

    def action_retry(self):
        """Try again now."""
        self.env["quickbooks.connection"]._check_manager(self)
        again = self.sudo().filtered(lambda op: op.state in ("held", "failed", "pending"))
        again._reopen(released=True, attempts=0)
        again.connection_id._wake()
        return True

    def action_open_record(self):
        """Open the Odoo record."""
        self.ensure_one()
        return self.binding_id.action_open_record()

    def action_fix(self):
        """Open what has to be fixed: the mappings, the choice of a match, what it waits for, or
        the operation itself with its reason and buttons."""
        self.ensure_one()
        if self.mapping_ids:
            action = self.env["ir.actions.act_window"]._for_xml_id(
                "quickbooks_online.quickbooks_mapping_action"
            )
            return dict(action, domain=[("id", "in", self.mapping_ids.ids)])
        if self.state == "held" and self.problem_key in RECORD_PROBLEMS:
            return self.action_open_record()
        if self.state == "held" and self.remote_type in MATCHED_TYPES and not self._is_linked():
            return self.env["quickbooks.match"]._open(self)
        blocker = self.blocked_by_ids.filtered(lambda op: op.state in ("held", "failed"))[:1]
        if blocker:
            return blocker.binding_id.action_fix()
        return self._get_records_action(name=self.local_name)

    def _is_linked(self):
        return bool(self.binding_id.remote_id)

    def action_reactivate(self):
        """Make what is inactive in QuickBooks active again there, then go on."""
        self.env["quickbooks.connection"]._check_manager(self)
        for operation in self.sudo():
            needed = operation._inactive_bindings()
            for binding in needed:
                agreed = canonical.loads(binding.agreed_payload or "{}")
                binding.write(
                    {
                        "agreed_payload": canonical.dumps({**agreed, "Active": False}),
                        "agreed_digest": False,
                    }
                )
            operation._reopen(released=True, attempts=0, forced=bool(operation.binding_id & needed))
            others = needed - operation.binding_id
            if others:
                planner = self.env["quickbooks.planner"].sudo()
                blockers = operation.browse()
                for binding in others:
                    wave = self.env["quickbooks.adapter"]._for_link(binding)._wave()
                    blockers |= planner._open_operations(binding, wave, released=True)
                blockers.forced = True  # that it is inactive there is no conflict any more
                operation.write(
                    {"state": "waiting", "blocked_by_ids": [fields.Command.set(blockers.ids)]}
                )
            operation.connection_id._wake()
        return True

    def _inactive_bindings(self):
        """Links of the objects that QuickBooks called inactive."""
        self.ensure_one()
        inactive = self.env["quickbooks.reference"].search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("remote_type", "in", MATCHED_TYPES),
                ("active", "=", False),
            ]
        )
        payload = canonical.loads(self.payload or "{}")
        used = set(references(payload))
        used.add((self.remote_type, self.binding_id.remote_id))
        keys = {(row.remote_type, row.remote_id) for row in inactive} & used
        return self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("remote_id", "in", [remote_id for _type, remote_id in keys]),
                ("remote_type", "in", [remote_type for remote_type, _id in keys]),
                ("state", "!=", "unlinked"),
            ]
        )

    # -- engine --------------------------------------------------------------------------------

    @api.model
    def _backoff(self, attempts):
        """Delay before the next try: 1 min, 2, 4 ... at most 6 h, with a fifth of jitter."""
        delay = min(timedelta(minutes=2 ** min(attempts, 9)), MAX_BACKOFF)
        return delay * (1 + random.uniform(0, 0.2))  # noqa: S311 - jitter, not a secret

    @api.model
    def _unanswered_domain(self):
        """Those of which nobody knows whether QuickBooks executed them."""
        return Domain("state", "in", ("prepared", "unknown")) | Domain("doubtful", "=", True)

    def _unanswered_payload(self):
        """What such a one has asked for, as text; of others nothing."""
        unanswered = self.filtered_domain(self._unanswered_domain())
        return unanswered.payload or "{}"

    def _reopen(self, **values):
        """Back to the queue, without the marks of the last try.

        An operation whose outcome has to be looked up stays so: sending it without looking could
        double it.
        """
        for operation in self:
            lookup = values.get("lookup", operation.lookup)
            operation.write(
                {
                    "state": "lookup" if lookup else "pending",
                    "lookup_result": False,
                    "not_before": False,
                    "envelope_id": False,
                    "item_key": False,
                    "problem_key": False,
                    "problem_text": False,
                    "candidates": False,
                    "blocked_by_ids": [(5,)],
                    "mapping_ids": [(5,)],
                    **values,
                }
            )
        self.binding_id._set_state("pending")

    def _hold(self, key, text, mappings=None, **values):
        """Park until a person has acted."""
        self.write(
            {
                "state": "held",
                "problem_key": key,
                "problem_text": text,
                "mapping_ids": [(6, 0, mappings.ids if mappings else [])],
                **values,
            }
        )
        self.binding_id._set_state("held", key, text)
        self._tell_waiters(text)

    def _fail(self, key, text, **values):
        """Give up until a person asks again."""
        self.write({"state": "failed", "problem_key": key, "problem_text": text, **values})
        self.binding_id._set_state("error", key, text)
        self._tell_waiters(text)

    def _tell_waiters(self, reason):
        """Records that wait for one in trouble say so, or do without it."""
        optional = self.filtered(lambda op: op.remote_type in OPTIONAL_TYPES)
        optional._release_waiters(in_trouble=optional)
        for operation in self - optional:
            text = self.env["quickbooks.messages"]._sentence(
                "waiting_for_trouble", names=operation.local_name, reason=reason
            )
            waiters = self.search(
                [("state", "=", "waiting"), ("blocked_by_ids", "in", operation.ids)]
            )
            waiters.problem_text = text
            waiters.binding_id._set_state("waiting", "waiting_for", text)

    def _supersede(self, reason):
        """Close without doing anything more. What is on its way still arrives."""
        open_ones = self.filtered(lambda op: op.state in OPEN_STATES)
        open_ones.write({"state": "superseded", "problem_text": reason})
        open_ones._release_waiters()

    def _finish(self):
        """Close as done and let go of what waited for it."""
        self._mark_done()
        self._release_waiters()

    def _mark_done(self):
        """Close as done; who closes many at once then releases the waiters of all."""
        self.write(
            {
                "state": "done",
                "done_at": fields.Datetime.now(),
                "problem_key": False,
                "problem_text": False,
                "lookup": False,
                "lookup_result": False,
                "doubtful": False,
            }
        )

    def _release_waiters(self, in_trouble=()):
        """Let go on what waits for these, unless it waits for others as well.

        :param in_trouble: of these, what nobody waits for any more although it is not done
        """
        waiters = self.search(
            [("state", "=", "waiting"), ("blocked_by_ids", "in", self.ids)], order="id"
        )
        for waiter in waiters:
            still = waiter.blocked_by_ids.filtered(
                lambda op: op.state in OPEN_STATES and op not in in_trouble
            )
            if still:
                waiter.blocked_by_ids = still
            else:
                waiter._reopen()

    @api.autovacuum
    def _gc_done(self):
        """History lives in the log; finished operations and their envelopes go after 90 days."""
        limit = fields.Datetime.now() - timedelta(days=90)
        old = self.sudo().search(
            [("state", "in", ("done", "superseded")), ("write_date", "<", limit)], limit=10000
        )
        envelopes = old.envelope_id
        old.unlink()
        envelopes.filtered(
            lambda envelope: (
                envelope.state in ("answered", "abandoned") and not envelope.operation_ids
            )
        ).unlink()
        return len(old), len(old) == 10000
