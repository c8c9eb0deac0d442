from datetime import timedelta

from odoo import api, fields, models

#: Days before the authorization ends for good on which somebody is told.
NOTICE_DAYS = (14, 7, 2)


class QuickbooksCare(models.AbstractModel):
    """The daily round: what no event announces."""

    _name = "quickbooks.care"
    _description = "QuickBooks Daily Care"

    @api.model
    def _cron_daily(self):
        connections = self.env["quickbooks.connection"].search([("state", "=", "connected")])
        for connection in connections:
            connection._activate_crons()
            connection._wake(scan=True)
            self._warn_of_expiry(connection)
            self.env["ir.cron"]._commit_progress(1)

    def _warn_of_expiry(self, connection):
        """Tell somebody in time that the authorization ends (FACTS 1.4)."""
        credential = self.env["quickbooks.credential"]._of(connection)
        moments = [credential.refresh_expires_at, credential.refresh_hard_expires_at]
        end = min(filter(None, moments), default=None)
        if not end:
            return
        days = (end - fields.Datetime.now()) // timedelta(days=1)
        if days not in NOTICE_DAYS:
            return
        connection.activity_schedule(
            "quickbooks_online.mail_activity_type_attention",
            date_deadline=fields.Date.to_date(end),
            note=self.env._(
                "The QuickBooks authorization ends in %s days. Reconnect in Settings before that.",
                days,
            ),
            user_id=connection.create_uid.id,
        )
