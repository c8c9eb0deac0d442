from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models
from odoo.tools import SQL

#: Who was served within this time can let others pass; a first document never waits for that.
RECENT = timedelta(seconds=30)


class QuickbooksPush(models.AbstractModel):
    """Connections take turns: whoever was served longest ago comes first.

    Odoo's cron worker takes ready jobs in the order of their ids, so a busy connection that hands
    over to itself would be served again before others that became ready during its slice. It
    therefore lets them pass, which costs it nothing but its place in the row.
    """

    _inherit = "quickbooks.push"

    @api.model
    def _run(self, channel):
        if self._others_first(channel):
            channel._trigger()
            return
        super()._run(channel)

    def _others_first(self, channel):
        """Whether another connection's worker has something to do and was served longer ago.

        Work is announced by triggers; a job that is only due by its interval is not waited for.
        Its lock is tried and given back at once: a job that runs elsewhere is served already, and
        so is one that ended since this transaction began, which PostgreSQL refuses to lock.
        """
        now, last = fields.Datetime.now(), channel.last_run_at
        if not last or last < now - RECENT:
            return False
        savepoint = self.env.cr.savepoint()
        try:
            self.env.cr.execute(self._waiting_longer(channel, now), log_exceptions=False)
            return bool(self.env.cr.fetchall())
        except SerializationFailure:
            return False
        finally:
            savepoint.close(rollback=True)

    @staticmethod
    def _waiting_longer(channel, now):
        return SQL(
            """SELECT cron.id
                 FROM quickbooks_channel other JOIN ir_cron cron ON cron.id = other.cron_id
                WHERE other.id <> %(channel)s AND cron.active
                  AND (other.last_run_at IS NULL OR other.last_run_at < %(last)s)
                  AND EXISTS (
                        SELECT 1 FROM ir_cron_trigger trigger
                         WHERE trigger.cron_id = cron.id AND trigger.call_at <= %(now)s)
                LIMIT 1 FOR NO KEY UPDATE OF cron SKIP LOCKED""",
            channel=channel.id,
            last=channel.last_run_at,
            now=now,
        )
