from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: Entities whose changes are followed, in the order in which they are applied.
FOLLOWED = ("Customer", "Vendor", "Invoice", "CreditMemo", "Payment")
#: Entities whose linked objects are only compared, so that nobody's edit goes unnoticed. They are
#: looked at when changes are asked for, which reads nothing more; not by notification.
WATCHED = (
    "SalesReceipt",
    "RefundReceipt",
    "JournalEntry",
    "Bill",
    "VendorCredit",
    "BillPayment",
    "Purchase",
    "Deposit",
)

#: States in which somebody or something still has to look at the event.
OPEN_STATES = ("new", "held", "failed")

MAX_BACKOFF = timedelta(hours=6)


class QuickbooksEvent(models.Model):
    """The inbox: "this object changed in QuickBooks".

    A notification stores rows and does nothing else; change data capture stores rows with the
    object itself. Both are insert-only and unique per delivery, so what comes twice is one row.
    The pull worker is the only one that changes a row afterwards. What an event says is a hint:
    what happened is read from QuickBooks.
    """

    _name = "quickbooks.event"
    _description = "QuickBooks Event"
    _order = "id desc"
    _rec_name = "event_key"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, precompute=True, index=True
    )
    source = fields.Selection(
        [
            ("webhook", "Announced by QuickBooks"),
            ("cdc", "Found by asking"),
            ("needed", "Needed by another record"),
            ("import", "First import"),
        ],
        required=True,
    )
    event_key = fields.Char(required=True)
    remote_type = fields.Char(string="QuickBooks Type", required=True)
    remote_id = fields.Char(string="QuickBooks Id", required=True)
    operation = fields.Selection(
        [
            ("create", "Created"),
            ("update", "Changed"),
            ("delete", "Deleted"),
            ("merge", "Merged"),
            ("void", "Voided"),
            ("email", "E-mailed"),
            ("other", "Other"),
        ],
        string="What Happened",
    )
    deleted_id = fields.Char(help="Of a merge: the object that went away.")
    changed_at = fields.Datetime(string="Changed On")
    payload = fields.Text(help="The object as change data capture gave it, canonical JSON.")
    state = fields.Selection(
        [
            ("new", "To be applied"),
            ("done", "Applied"),
            ("skipped", "Nothing to do"),
            ("held", "Needs attention"),
            ("failed", "Failed"),
        ],
        default="new",
        required=True,
    )
    reason = fields.Char(help="What became of it, in a sentence.")
    binding_id = fields.Many2one("quickbooks.binding", index="btree_not_null", ondelete="set null")
    attempts = fields.Integer()
    asked = fields.Boolean(help="What it depends on was read for it.")
    not_before = fields.Datetime()
    done_at = fields.Datetime()

    _key_uniq = models.UniqueIndex("(connection_id, event_key)")
    _open_idx = models.Index("(connection_id, id) WHERE state IN ('new', 'held', 'failed')")
    _object_idx = models.Index("(connection_id, remote_type, remote_id)")

    @api.model
    def _insert(self, connection, source, rows):
        """Store events; those that are known already are left alone.

        :param rows: dicts with ``event_key``, ``remote_type``, ``remote_id`` and, if known,
            ``operation``, ``deleted_id``, ``changed_at`` and ``payload``
        :return: ids of the new rows
        """
        if not rows:
            return []
        now = fields.Datetime.now()
        values = SQL(", ").join(
            SQL(
                "(%s)",
                SQL(", ").join(
                    SQL("%s", value)
                    for value in (
                        connection.id,
                        connection.company_id.id,
                        source,
                        row["event_key"],
                        row["remote_type"],
                        row["remote_id"],
                        row.get("operation") or "update",
                        row.get("deleted_id") or None,
                        row.get("changed_at") or None,
                        row.get("payload") or None,
                        "new",
                        0,
                        self.env.uid,
                        self.env.uid,
                        now,
                        now,
                    )
                ),
            )
            for row in rows
        )
        found = self.env.execute_query(
            SQL(
                """INSERT INTO quickbooks_event (connection_id, company_id, source, event_key,
                        remote_type, remote_id, operation, deleted_id, changed_at, payload,
                        state, attempts, create_uid, write_uid, create_date, write_date)
                   VALUES %s ON CONFLICT (connection_id, event_key) DO NOTHING RETURNING id""",
                values,
            )
        )
        return [row_id for (row_id,) in found]

    def _close(self, state, reason=False, binding=None):
        """Say what became of these events."""
        self.write(
            {
                "state": state,
                "reason": reason,
                "payload": False,
                "not_before": False,
                "done_at": fields.Datetime.now(),
                **({"binding_id": binding.id} if binding else {}),
            }
        )

    def _postpone(self, reason, delay):
        """Look again later."""
        for event in self:
            event.write(
                {
                    "state": "new",
                    "reason": reason,
                    "attempts": event.attempts + 1,
                    "not_before": fields.Datetime.now() + delay,
                }
            )

    def _backoff(self):
        """Delay before the next try: 1 min, 2, 4 ... at most 6 h."""
        tries = max(self.mapped("attempts"), default=0)
        return min(timedelta(minutes=2 ** min(tries, 9)), MAX_BACKOFF)

    @api.model
    def _look_again(self, companies):
        """What was held is looked at again now, because a locked period was opened or closed."""
        connections = (
            self.env["quickbooks.connection"]
            .sudo()
            .search(
                [
                    "|",
                    ("company_id", "child_of", companies.ids),
                    ("company_id", "parent_of", companies.ids),
                ]
            )
        )
        held = self.sudo().search(
            [("connection_id", "in", connections.ids), ("state", "=", "held")]
        )
        held.not_before = False
        for connection in held.connection_id:
            connection._channel("pull")._trigger()

    def action_retry(self):
        """Look at these objects again now. A manager's decision."""
        connections = self.connection_id
        connections._check_manager(self)
        self.sudo().write({"state": "new", "attempts": 0, "not_before": False, "payload": False})
        for connection in connections:
            connection.sudo()._channel("pull")._trigger()
        return True

    def action_ignore(self):
        """Leave these changes where they are: in QuickBooks. A manager's decision."""
        self.connection_id._check_manager(self)
        reason = self.env._("Ignored by %s.", self.env.user.name)
        self.sudo()._close("skipped", reason)
        self.env["quickbooks.pull"].sudo()._close_tasks(self.connection_id)
        return True

    def action_open_record(self):
        """Open the record it was applied to."""
        self.ensure_one()
        return self.binding_id.action_open_record() if self.binding_id else False

    @api.autovacuum
    def _gc_done(self):
        """What was applied or needed nothing is kept for 30 days."""
        limit = fields.Datetime.now() - timedelta(days=30)
        old = self.sudo().search(
            [("state", "in", ("done", "skipped")), ("write_date", "<", limit)], limit=10000
        )
        old.unlink()
        return len(old), len(old) == 10000
