from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.tools import SQL

from ..qbo import entities

#: States a person has to look at.
PROBLEM_STATES = ("held", "error", "conflict", "mismatch", "gone")

#: Which state is shown of a record with several links: the one somebody should know of.
WORST_FIRST = ("error", "held", "conflict", "mismatch", "gone", "pending", "waiting", "synced")

#: States in which nothing is on its way and nobody has to do anything.
SETTLED_STATES = ("synced", "voided", "unlinked")

NOTIFY_KEY = "quickbooks_online.states"
NOTES_KEY = "quickbooks_online.notes"

STATES = [
    ("pending", "Waiting to be sent"),
    ("waiting", "Waiting for another record"),
    ("held", "Needs attention"),
    ("error", "Failed"),
    ("conflict", "Changed on both sides"),
    ("mismatch", "Differs from QuickBooks"),
    ("synced", "In QuickBooks"),
    ("voided", "Voided in QuickBooks"),
    ("gone", "Deleted in QuickBooks"),
    ("unlinked", "No longer linked"),
]


class QuickbooksBinding(models.Model):
    """An Odoo record and the QuickBooks object it stands for, in one connection.

    Identity is per connection and per type, because partners and products may have no company and
    a QBO id means nothing without its type. ``variant`` tells the two customers of a partner
    invoiced in two currencies apart. Two unique indexes make doubles impossible. Only the engine
    writes here.
    """

    _name = "quickbooks.binding"
    _description = "QuickBooks Link"
    _rec_name = "local_name"
    _order = "id desc"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, precompute=True, index=True
    )
    res_model = fields.Char(string="Odoo Model", required=True)
    res_id = fields.Many2oneReference(string="Odoo Record", model_field="res_model", required=True)
    local_name = fields.Char(string="Record")
    remote_type = fields.Char(string="QuickBooks Type", required=True)
    variant = fields.Char(default="", required=True, help="Currency, for a second customer.")
    remote_id = fields.Char(string="QuickBooks Id", index="btree_not_null")
    remote_name = fields.Char(string="QuickBooks Name")
    name_key = fields.Char(help="Comparable form of the name, to keep names unique.")
    sync_token = fields.Char()
    agreed_digest = fields.Char(help="Digest of what was last sent and accepted.")
    agreed_payload = fields.Text(help="What was last sent and accepted, canonical JSON.")
    agreed_remote = fields.Text(help="QuickBooks' last answer, canonical JSON.")
    drift_remote = fields.Text(
        help="QuickBooks' version while it differs from what was agreed, canonical JSON."
    )
    drift_html = fields.Html(string="Both Versions", compute="_compute_drift_html")
    create_new = fields.Boolean(help="A person decided that none of the candidates is the one.")
    voided = fields.Boolean(help="Voided in QuickBooks.")
    from_quickbooks = fields.Boolean(help="It was entered in QuickBooks, not in Odoo.")
    opening = fields.Boolean(
        string="Earlier Document",
        help="Dated before the cut-off and linked to what was in QuickBooks already: its content "
        "is never sent, its later payments are.",
    )
    opening_settled = fields.Text(
        help="What was applied to it on each side before it was linked, canonical JSON."
    )
    remote_total = fields.Char(string="Total in QuickBooks")
    remote_tax = fields.Char(string="Tax in QuickBooks")
    remote_balance = fields.Char(string="Balance in QuickBooks")
    state = fields.Selection(STATES, default="pending", required=True, index=True)
    error_key = fields.Char()
    error_text = fields.Char(string="Reason")
    insisted = fields.Integer(help="How often ours was sent over QuickBooks' on that day.")
    insisted_on = fields.Date()
    has_task = fields.Boolean(help="Somebody was given a task because of this.")
    activity_id = fields.Many2one("mail.activity", index="btree_not_null", ondelete="set null")
    last_sync_at = fields.Datetime()
    operation_ids = fields.One2many("quickbooks.operation", "binding_id")
    url = fields.Char(compute="_compute_url")

    _remote_uniq = models.UniqueIndex(
        "(connection_id, remote_type, remote_id) "
        "WHERE remote_id IS NOT NULL AND state <> 'unlinked'",
        "This QuickBooks object is already linked to another record.",
    )
    _local_uniq = models.UniqueIndex(
        "(connection_id, res_model, res_id, remote_type, variant) WHERE state <> 'unlinked'"
    )
    _record_idx = models.Index("(res_model, res_id)")
    _name_key_idx = models.Index("(connection_id, name_key) WHERE name_key IS NOT NULL")

    @api.depends("remote_type", "remote_id", "connection_id")
    def _compute_url(self):
        connector = self.env["quickbooks.connector"]
        for binding in self:
            binding.url = connector._deep_link(
                binding.connection_id.sudo(), binding.remote_type, binding.remote_id
            )

    @api.depends("drift_remote", "agreed_payload", "agreed_remote", "state")
    def _compute_drift_html(self):
        drift = self.env["quickbooks.drift"]
        for binding in self:
            binding.drift_html = (
                drift._side_by_side(binding) if binding.state == "conflict" else False
            )

    def _record(self):
        """The Odoo record, which may have been deleted: check with ``exists()``."""
        self.ensure_one()
        return self.env[self.res_model].browse(self.res_id)

    def _records(self):
        """The existing Odoo records of bindings of one model."""
        return self.env[self[:1].res_model].browse(self.mapped("res_id")).exists()

    @api.model
    def _of(self, connection, records, remote_type, variant=""):
        """Live bindings of records, by record id; of names in another currency, its variant."""
        domain = [*self._links_domain(connection, records, remote_type), ("variant", "=", variant)]
        return {binding.res_id: binding for binding in self.search(domain)}

    @api.model
    def _links(self, connection, records, remote_type):
        """All live bindings of records, whatever their variant."""
        return self.search(self._links_domain(connection, records, remote_type))

    @api.model
    def _links_domain(self, connection, records, remote_type):
        return [
            ("connection_id", "=", connection.id),
            ("res_model", "=", records._name),
            ("res_id", "in", records.ids),
            ("remote_type", "=", remote_type),
            ("state", "!=", "unlinked"),
        ]

    def action_fix(self):
        """Open what has to be fixed: what its waiting operation needs, else the link itself with
        both versions and the choices."""
        self.ensure_one()
        operation = self._waiting_operation()
        if operation and self.state not in ("conflict", "mismatch", "gone"):
            return operation.action_fix()
        return self._get_records_action(name=self.local_name)

    def action_retry(self):
        """Try again now what waits for these records."""
        for binding in self:
            binding._waiting_operation().action_retry()
        return True

    def _waiting_operation(self):
        self.ensure_one()
        return self.operation_ids.filtered(lambda op: op.state in ("held", "failed", "waiting"))[:1]

    def action_open_record(self):
        """Open the Odoo record."""
        self.ensure_one()
        record = self._record()
        record.check_access("read")
        return record._get_records_action(name=self.local_name)

    def action_open_remote(self):
        """Open the object in QuickBooks."""
        self.ensure_one()
        return {"type": "ir.actions.act_url", "url": self.url, "target": "new"}

    def action_unlink_remote(self):
        """Forget the link without touching either book. A manager's decision."""
        self.env["quickbooks.connection"]._check_manager(self)
        for binding in self.sudo():
            binding.operation_ids._supersede(self.env._("The link was removed."))
            binding.state = "unlinked"
            binding._log_note("info", self.env._("Link removed by %s.", self.env.user.name))
        self.env["quickbooks.opening.line"]._forget(self.filtered("opening"))
        return True

    def action_accept_difference(self):
        """Accept QuickBooks' figures of a document as they are."""
        self.env["quickbooks.connection"]._check_manager(self)
        for binding in self.sudo().filtered(lambda b: b.state == "mismatch"):
            binding.write({"state": "synced", "error_key": False, "error_text": False})
            binding._close_activities()
            binding._log_note("info", self.env._("Difference accepted by %s.", self.env.user.name))
            binding._notify_clients()
        return True

    def action_accept_theirs(self):
        """Take QuickBooks' version, as far as it is no money of a posted document."""
        self.env["quickbooks.connection"]._check_manager(self)
        for binding in self.filtered(lambda b: b.state in ("conflict", "gone")):
            self.env["quickbooks.drift"].sudo()._accept_theirs(binding.sudo())
        return True

    def action_ignore_drift(self):
        """Ask for the reason why the two versions may differ."""
        self.env["quickbooks.connection"]._check_manager(self)
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Ignore the difference"),
            "res_model": "quickbooks.drift.ignore",
            "view_mode": "form",
            "target": "new",
            "context": {"default_binding_ids": self.ids},
        }

    def action_send_again(self):
        """Send our version again, although QuickBooks may have changed."""
        self.env["quickbooks.connection"]._check_manager(self)
        if self.filtered("opening"):
            raise UserError(self.env["quickbooks.messages"]._sentence("opening_never_sent"))
        self.env["quickbooks.push"].sudo()._request_again(self.sudo())
        return True

    # -- engine --------------------------------------------------------------------------------

    def _set_state(self, state, key=False, text=False):
        """Show a state on the records; a problem brings an activity, its end closes it."""
        for binding in self:
            if (binding.state, binding.error_key, binding.error_text) == (state, key, text):
                continue
            binding.write({"state": state, "error_key": key, "error_text": text})
            binding._notify_clients()
            if state in PROBLEM_STATES:
                binding._open_activity()
            elif binding.has_task and state not in ("pending", "waiting"):
                binding._close_activities()

    def _activity_records(self):
        """The records of these bindings that can carry an activity."""
        for binding in self:
            model = self.env.get(binding.res_model)
            if model is not None and "activity_ids" in model._fields:
                record = binding._record().exists()
                if record and not hasattr(record, "activity_schedule"):
                    record = record.move_id  # a bank line lends its fields from its entry
                if record:
                    yield binding, record

    def _open_activity(self):
        """One open activity per record in trouble and connection, for whoever is responsible."""
        kind = "quickbooks_online.mail_activity_type_attention"
        for binding, record in self._activity_records():
            note = binding._task_note(record)
            open_ones = binding._own_tasks()
            if open_ones:
                open_ones.write({"note": note})
                continue
            binding.has_task = True
            responsible = binding._responsible(record)
            binding.activity_id = record.with_context(
                mail_activity_quick_update=True
            ).activity_schedule(kind, note=note, user_id=responsible.id)

    def _task_note(self, record):
        """What a task says. Everybody who sees a record sees its tasks, so on one that several
        companies share it does not tell what is in the QuickBooks of one of them."""
        shared = "company_id" in record._fields and not record.company_id
        if shared and len(self.env["quickbooks.connection"]._capturing_ids()) > 1:
            return self.env._(
                "QuickBooks of %(company)s needs a decision. Work in that company to see which.",
                company=self.company_id.name,
            )
        return self.error_text or ""

    def _own_tasks(self):
        """The open activities on this record that were opened for this connection's links: one
        record may be linked in several connections."""
        return self.search(
            [
                ("connection_id", "=", self.connection_id.id),
                ("res_model", "=", self.res_model),
                ("res_id", "=", self.res_id),
                ("activity_id", "!=", False),
            ]
        ).activity_id.filtered("active")

    def _responsible(self, record):
        """Who is told about a problem: the record's salesperson, else the connection's person."""
        user = self.env["res.users"]
        if "invoice_user_id" in record._fields:
            user = record.invoice_user_id
        if not user or user.share or not user.active:
            user = self.connection_id[:1]._responsible()
        return user

    def _close_activities(self):
        for binding, _record in self._activity_records():
            binding._own_tasks().unlink()
            binding.has_task = False

    def _notify_clients(self):
        """Tell open forms that the state changed, one message per commit; they re-read it."""
        precommit = self.env.cr.precommit
        changed = precommit.data.get(NOTIFY_KEY)
        if changed is None:
            changed = precommit.data[NOTIFY_KEY] = {}
            precommit.add(self.browse().sudo()._send_notifications)
        for binding in self:
            changed.setdefault(binding.res_model, set()).add(binding.res_id)

    def _send_notifications(self):
        changed = self.env.cr.precommit.data.pop(NOTIFY_KEY, {})
        products = self.env["product.product"].browse(changed.get("product.product", ())).exists()
        if products:  # people look at the template
            changed["product.template"] = set(products.product_tmpl_id.ids)
        group = self.env.ref("quickbooks_online.group_user", raise_if_not_found=False)
        for model, ids in changed.items() if group else ():
            group._bus_send("quickbooks_online/state", {"model": model, "ids": sorted(ids)})

    def _log_note(self, level, message, **values):
        """Add a line to the history people read; all lines of a transaction are written at once.

        A savepoint writes what came before it and drops what came in it when it is rolled back.
        """
        precommit = self.env.cr.precommit
        notes = precommit.data.get(NOTES_KEY)
        if notes is None:
            notes = precommit.data[NOTES_KEY] = []
            precommit.add(self.browse().sudo()._write_notes)
        notes += [
            {
                "connection_id": binding.connection_id.id,
                "binding_id": binding.id,
                "level": level,
                "message": message,
                **values,
            }
            for binding in self
        ]

    def _write_notes(self):
        notes = self.env.cr.precommit.data.pop(NOTES_KEY, [])
        known = set(self.browse({note["binding_id"] for note in notes}).exists().ids)
        self.env["quickbooks.log"].create([n for n in notes if n["binding_id"] in known])

    @api.model
    def _worst_state_sql(self, alias_id, model, connection_ids):
        """SQL for the state shown on a host record: a noted change wins over the binding's state.

        :param alias_id: SQL of the host record's id
        :param connection_ids: connections the reader's company looks at
        """
        return SQL(
            """COALESCE(
                (SELECT 'pending' FROM quickbooks_change c
                  WHERE c.kind = 'record' AND c.res_model = %(model)s AND c.res_id = %(id)s
                    AND c.connection_id IN %(connections)s LIMIT 1),
                (SELECT b.state FROM quickbooks_binding b
                  WHERE b.res_model = %(model)s AND b.res_id = %(id)s
                    AND b.connection_id IN %(connections)s AND b.state <> 'unlinked'
                  ORDER BY array_position(%(worst)s, b.state::text), b.variant, b.id LIMIT 1),
                'none')""",
            model=model,
            id=alias_id,
            connections=tuple(connection_ids) or (0,),
            worst=list(WORST_FIRST),
        )

    def _worst_first(self):
        """Sorted as in :meth:`_worst_state_sql`; an entry that belongs to a document comes after
        the document itself."""
        rank = {state: number for number, state in enumerate(WORST_FIRST)}
        return self.sorted(
            lambda link: (
                rank.get(link.state, len(rank)),
                link.variant,
                link.remote_type == "JournalEntry",
                link.id,
            )
        )

    def _main_first(self):
        """The object a record stands for before what accompanies it: a credit note is a credit
        memo, and a Payment says what it is applied to; a journal entry only ever accompanies. What
        is void gave way to another. Otherwise in the order given."""
        return self.sorted(
            lambda link: (
                link.voided,
                link.remote_type == "JournalEntry",
                entities.get(link.remote_type).wave,
            )
        )
