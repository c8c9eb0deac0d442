import hashlib
import secrets
from datetime import timedelta

from odoo import api, fields, models

LIFETIME = timedelta(minutes=15)


class QuickbooksOauthState(models.Model):
    """One started authorization: what the ``state`` parameter of its redirect stands for.

    The parameter itself is never stored, only its hash; it is good once, for fifteen minutes, for
    the user, browser session and connection that began it.
    """

    _name = "quickbooks.oauth.state"
    _description = "QuickBooks Authorization in Progress"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True, index=True)
    user_id = fields.Many2one("res.users", required=True, index=True, ondelete="cascade")
    state_hash = fields.Char(required=True, exportable=False)
    session_hash = fields.Char(required=True, exportable=False)
    allow_other = fields.Boolean()
    expires_at = fields.Datetime(required=True)
    used = fields.Boolean()

    _state_uniq = models.UniqueIndex("(state_hash)")

    @api.model
    def _begin(self, connection, user, session_id, allow_other=False):
        """Start an authorization.

        :return: the value for the ``state`` parameter
        """
        value = secrets.token_urlsafe(32)
        self.sudo().create(
            {
                "connection_id": connection.id,
                "user_id": user.id,
                "state_hash": self._hash(value),
                "session_hash": self._hash(session_id),
                "allow_other": allow_other,
                "expires_at": fields.Datetime.now() + LIFETIME,
            }
        )
        return value

    @api.model
    def _consume(self, value, user, session_id):
        """Use a state up.

        :return: its record, or an empty one when it is unknown, used, late or somebody else's.
        """
        row = self.sudo().search(
            [("state_hash", "=", self._hash(value)), ("used", "=", False)], limit=1
        )
        if not row.try_lock_for_update():
            return self.browse()
        row.used = True
        valid = (
            row.user_id == user
            and row.session_hash == self._hash(session_id)
            and row.expires_at > fields.Datetime.now()
        )
        return row if valid else self.browse()

    @staticmethod
    def _hash(value):
        return hashlib.sha256((value or "").encode()).hexdigest()

    @api.autovacuum
    def _gc_expired(self):
        limit = fields.Datetime.now() - timedelta(days=1)
        self.sudo().search([("expires_at", "<", limit)]).unlink()
