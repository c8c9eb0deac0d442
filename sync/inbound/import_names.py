from odoo import api, fields, models
from odoo.tools import SQL

from ...models.quickbooks_binding import NOTIFY_KEY
from ...qbo import canonical
from .inbound import Verdict

#: Names imported in one round.
IMPORT_LIMIT = 200

#: What is imported, in this order: a contact that is both is a customer first.
IMPORTED = ("Customer", "Vendor")


class QuickbooksInboundNames(models.AbstractModel):
    """The first import: names that were there before, taken from our copy of the list, so that
    nothing is read. Each round commits and books how far it has come."""

    _inherit = "quickbooks.inbound.names"

    @api.model
    def _import_next(self, channel):
        """Take in some of what is waiting.

        :param channel: the connection's receiving one
        :return: True when more are waiting
        """
        for remote_type in IMPORTED:
            handler = self.env["quickbooks.inbound"]._for_type(remote_type)
            if handler._import(channel):
                return True
        return False

    @api.model
    def _import(self, channel):
        """The same for one kind of names."""
        connection = channel.connection_id
        if channel[self._imported] or not connection[self._switch]:
            return False
        push = connection._channel("push")
        if self._remote_type not in canonical.loads(push.directory_state or "{}"):
            push._trigger()
            return False  # the list is read first; when it is there, this goes on
        rows = self._waiting_rows(connection)
        if rows:
            ctx = self.env["quickbooks.planner"]._context(connection, ())
            bodies = [row._body() for row in rows]
            self._book_import(connection, self._shielded_take_in(ctx, bodies))
        else:
            channel[self._imported] = True
        self._book_progress(channel)
        return bool(rows)

    def _waiting_sql(self, connection):
        """Entries of the list nobody has looked at yet."""
        self.env["quickbooks.reference"].flush_model()
        self.env["quickbooks.binding"].flush_model()
        return SQL(
            """FROM quickbooks_reference r
                WHERE r.connection_id = %(connection)s AND r.remote_type = %(type)s AND r.active
                  AND NOT EXISTS (SELECT FROM quickbooks_binding b
                        WHERE b.connection_id = r.connection_id AND b.remote_type = r.remote_type
                          AND b.remote_id = r.remote_id AND b.state <> 'unlinked')
                  AND NOT EXISTS (SELECT FROM quickbooks_event e
                        WHERE e.connection_id = r.connection_id AND e.event_key = %(key)s
                              || r.remote_id)""",
            connection=connection.id,
            type=self._remote_type,
            key=self._event_key(""),
        )

    def _event_key(self, remote_id):
        return f"import/{self._remote_type}/{remote_id}"

    def _waiting_rows(self, connection):
        """Some of them, parents before their children."""
        rows = self.env.execute_query(
            SQL(
                """SELECT r.id %s
                    ORDER BY array_length(string_to_array(r.full_name, ':'), 1), r.id LIMIT %s""",
                self._waiting_sql(connection),
                IMPORT_LIMIT,
            )
        )
        return self.env["quickbooks.reference"].browse([row_id for (row_id,) in rows])

    def _shielded_take_in(self, ctx, bodies):
        """All in one savepoint; if one is in the way, each in its own."""
        pull = self.env["quickbooks.pull"]
        verdict = pull._guarded_apply(lambda: self._take_in(ctx, bodies), quiet=True)
        if not isinstance(verdict, Verdict):
            return verdict
        return {
            body["Id"]: self._one(pull._guarded_apply(lambda b=body: self._take_in(ctx, [b])), body)
            for body in bodies
        }

    @staticmethod
    def _one(result, body):
        return result if isinstance(result, Verdict) else result[body["Id"]]

    def _book_import(self, connection, verdicts):
        """A row of the inbox for each that needs somebody; the others have their link."""
        Event = self.env["quickbooks.event"]
        rest = {key: v for key, v in verdicts.items() if v.state != "done"}
        ids = Event._insert(
            connection,
            "import",
            [
                {
                    "event_key": self._event_key(remote_id),
                    "remote_type": self._remote_type,
                    "remote_id": remote_id,
                    "operation": "create",
                }
                for remote_id in rest
            ],
        )
        for event in Event.browse(ids):
            self.env["quickbooks.pull"]._finish(event, rest[event.remote_id])
        self.env["quickbooks.pull"]._tend_tasks(connection)

    # -- how far it has come -------------------------------------------------------------------

    def _book_progress(self, channel):
        """Keep the figures people see, and tell open forms."""
        connection = channel.connection_id
        ((waiting,),) = self.env.execute_query(
            SQL("SELECT count(*) %s", self._waiting_sql(connection))
        )
        total = self.env["quickbooks.reference"].search_count(
            [("connection_id", "=", connection.id), ("remote_type", "=", self._remote_type)]
        )
        now = fields.Datetime.to_string(fields.Datetime.now())
        figures = canonical.loads(channel.import_state or "{}")
        entry = figures.setdefault(self._remote_type, {"started": now})
        entry.update(total=total, done=total - waiting)
        entry["finished"] = now if channel[self._imported] else False
        channel.import_state = canonical.dumps(figures)
        self._tell_forms(connection)

    def _tell_forms(self, connection):
        """One message at the commit, in the way the state of a link is told."""
        precommit = self.env.cr.precommit
        changed = precommit.data.get(NOTIFY_KEY)
        if changed is None:
            changed = precommit.data[NOTIFY_KEY] = {}
            precommit.add(self.env["quickbooks.binding"].sudo()._send_notifications)
        changed.setdefault(connection._name, set()).add(connection.id)
