import logging
from datetime import timedelta

from odoo import api, fields, models
from odoo.tools import format_date

_logger = logging.getLogger(__name__)

#: Days before the authorization ends for good on which somebody is told.
NOTICE_DAYS = (14, 7, 2)

ATTENTION = "quickbooks_online.mail_activity_type_attention"


class QuickbooksCare(models.AbstractModel):
    """The daily round: what no event announces."""

    _name = "quickbooks.care"
    _description = "QuickBooks Daily Care"

    @api.model
    def _cron_daily(self):
        connections = self.env["quickbooks.connection"].search([("state", "=", "connected")])
        for connection in connections:
            try:
                with self.env.cr.savepoint():
                    self._care_for(connection)
            except Exception:  # the others have to be cared for as well
                _logger.exception("Daily care of QuickBooks connection %s failed", connection.id)
            self.env["ir.cron"]._commit_progress(1)

    def _care_for(self, connection):
        connection._ensure_channels()
        connection._activate_crons()
        connection._wake(scan=True)
        self._warn_of_expiry(connection)

    def _warn_of_expiry(self, connection):
        """Tell somebody in time that the authorization ends (FACTS 1.4).

        Each notice is given once; one that was missed because nothing ran that day is made up
        for. A renewed authorization begins anew.
        """
        credential = self.env["quickbooks.credential"]._of(connection)
        end = credential._ends_at()
        days = (end - fields.Datetime.now()) // timedelta(days=1) if end else None
        due = min((n for n in NOTICE_DAYS if days is not None and days <= n), default=0)
        told = credential.noticed_days
        if due != told:
            credential.noticed_days = due
        if due and (not told or due < told):
            self._tell(connection, end, max(days, 0))

    def _tell(self, connection, end, days):
        responsible = connection._responsible()
        connection = connection.with_context(lang=responsible.lang)
        env = connection.env
        connection.activity_unlink([ATTENTION])  # one task, not three
        connection.activity_schedule(
            ATTENTION,
            date_deadline=fields.Date.to_date(end),
            summary=env._("Reconnect QuickBooks before %s", format_date(env, end)),
            note=env._(
                "The QuickBooks authorization ends in %s days. Press Reconnect on this connection "
                "before that: it takes a minute, and everything goes on as before.",
                days,
            ),
            user_id=responsible.id,
        )
