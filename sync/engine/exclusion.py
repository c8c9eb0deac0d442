from odoo import api, models
from odoo.tools import SQL

#: First half of the advisory lock's key; the second is the connection's id.
LOCK_SPACE = 0x51424F  # "QBO"


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

        What is read in it includes all that the other worker has committed. The turn is given back
        by the commit or rollback, and by the server when the process dies.

        A statement sees the books as of its own beginning, so one that waits for the lock inside
        the transaction may see them as they were before the other's commit. So the session takes
        the lock first, and the transaction that begins after that takes it over.

        PostgreSQL serves who waits in the order they came, so a worker that has much to do and
        enters again at once lets the other one in between.
        """
        key = LOCK_SPACE, connection.id
        self.env["ir.cron"]._commit_progress()
        self._ask(SQL("pg_advisory_lock(%s, %s)", *key))
        try:
            self.env["ir.cron"]._commit_progress()
            self._ask(SQL("pg_advisory_xact_lock(%s, %s)", *key))  # ours already: no waiting
        except BaseException:
            self.env.cr.rollback()
            raise
        finally:
            self._ask(SQL("pg_advisory_unlock(%s, %s)", *key))
        self.env.invalidate_all()

    def _ask(self, expression):
        ((answer,),) = self.env.execute_query(SQL("SELECT %s", expression))
        return answer


class QuickbooksPush(models.AbstractModel):
    """Planning and settling each begin by taking the connection's turn."""

    _inherit = "quickbooks.push"

    def _prepare(self, run):
        self.env["quickbooks.exclusion"]._enter(run.channel.connection_id)
        return super()._prepare(run)

    def _settle(self, run, work, outcomes, answers):
        self.env["quickbooks.exclusion"]._enter(run.channel.connection_id)
        return super()._settle(run, work, outcomes, answers)
