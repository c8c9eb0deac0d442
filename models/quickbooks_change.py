from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import SQL

#: How long a name without a link waits for the worker: nobody waits for it, and an import of many
#: contacts must not make it run for each.
UNLINKED_DELAY = timedelta(seconds=30)


class QuickbooksChange(models.Model):
    """The outbox: "look at this record", written in the transaction that changed it.

    Rows are only ever inserted by business transactions and deleted by the worker that has seen
    them, so capture neither waits for the worker nor collides with it, and a change committed
    while the worker reads is never lost: its row is not among those the worker deletes. What has
    to be sent is decided later, from the record as it then is.
    """

    _name = "quickbooks.change"
    _description = "QuickBooks Change"
    _order = "id"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id")
    kind = fields.Selection(
        [
            ("record", "Record"),
            ("unlinked", "Name Without a Link"),
            ("scan", "Look for missed documents"),
            ("refresh", "Read lists"),
            ("opening", "Compare earlier documents"),
        ],
        default="record",
        required=True,
    )
    res_model = fields.Char()
    res_id = fields.Many2oneReference(model_field="res_model", index=True)
    reason = fields.Char(help="What happened, for people.")
    released = fields.Boolean(help="A person asked for it: sent even when sending is by hand.")

    @api.model
    def _note(self, rows, kind="record"):
        """Insert these rows and have the workers of their connections run.

        One statement, past the ORM: it stands in the transaction of everybody who confirms
        something, and there two creations of the ORM cost more than all else the sync does.

        :param rows: of connection id, model, record id, reason, whether a person asked for it
        :param kind: ``unlinked`` for names of which this transaction sees no link: the worker runs
            for them when it suits it, and they show as nothing that is on its way
        """
        if not rows:
            return
        now, uid = self.env.cr.now(), self.env.uid
        delay = UNLINKED_DELAY if kind == "unlinked" else timedelta()
        connections, res_models, res_ids, reasons, released = map(list, zip(*rows, strict=True))
        noted = SQL(
            """INSERT INTO quickbooks_change
                      (connection_id, res_model, res_id, reason, released, kind,
                       create_uid, create_date, write_uid, write_date)
               SELECT *, %(kind)s, %(uid)s, %(now)s, %(uid)s, %(now)s
                 FROM unnest(%(connections)s::int[], %(res_models)s::varchar[], %(res_ids)s::int[],
                             %(reasons)s::varchar[], %(released)s::bool[])
            RETURNING connection_id""",
            connections=connections,
            res_models=res_models,
            res_ids=res_ids,
            reasons=reasons,
            released=released,
            kind=kind,
            now=now,
            uid=uid,
        )
        self.env.cr.execute(
            SQL(
                """WITH noted AS (%(noted)s)
            INSERT INTO ir_cron_trigger
                   (cron_id, call_at, create_uid, create_date, write_uid, write_date)
            SELECT DISTINCT c.cron_id, %(at)s, %(uid)s, %(now)s, %(uid)s, %(now)s
              FROM noted JOIN quickbooks_channel c USING (connection_id)
             WHERE c.direction = 'push' AND c.cron_id IS NOT NULL""",
                noted=noted,
                at=fields.Datetime.now() + delay,
                now=now,
                uid=uid,
            )
        )
        if not delay:
            self.env.cr.postcommit.add(self.env["quickbooks.channel"]._notify_workers)
