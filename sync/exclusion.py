import time

from odoo import api, models
from odoo.tools import SQL

#: First half of the advisory lock's key; the second is the connection's id.
LOCK_SPACE = 0x51424F  # "QBO"
POLL = 0.02


class QuickbooksExclusion(models.AbstractModel):
    """The two workers of a connection take turns at its rows.

    Sending and receiving run side by side and both write links, and in Odoo's transactions the
    second writer of a row fails. So each phase that touches the database begins here, and ends
    with its commit; the exchanges with QuickBooks in between still overlap.
    """

    _name = "quickbooks.exclusion"
    _description = "QuickBooks Exclusion"

    @api.model
    def _enter(self, connection):
        """Begin a transaction in which no other worker of this connection writes.

        The lock is the transaction's first statement, so what is read afterwards includes what
        the other worker has committed. It is given back by the commit or rollback.
        """
        connection_id = connection.id
        self.env["ir.cron"]._commit_progress()
        while True:
            ((entered,),) = self.env.execute_query(
                SQL("SELECT pg_try_advisory_xact_lock(%s, %s)", LOCK_SPACE, connection_id)
            )
            if entered:
                break
            self.env["ir.cron"]._commit_progress()
            time.sleep(POLL)
        self.env.invalidate_all()


class QuickbooksPush(models.AbstractModel):
    """Planning and settling each begin by taking the connection's turn."""

    _inherit = "quickbooks.push"

    def _prepare(self, run):
        self.env["quickbooks.exclusion"]._enter(run.channel.connection_id)
        return super()._prepare(run)

    def _settle(self, run, work, outcomes, answers):
        self.env["quickbooks.exclusion"]._enter(run.channel.connection_id)
        return super()._settle(run, work, outcomes, answers)
