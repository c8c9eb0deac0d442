from odoo import fields, models


class QuickbooksCredential(models.Model):
    """Keys and tokens of a connection, as ciphertext only.

    The key is outside the database (``sync/vault.py``), so a dump alone is worthless. Nothing
    here is exportable or copied, and reading needs Settings rights; the engine reads it with
    ``sudo`` in ``sync/tokens.py`` and nowhere else.
    """

    _name = "quickbooks.credential"
    _description = "QuickBooks Credential"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True, index=True)
    client_id = fields.Char(copy=False, groups="base.group_system")
    client_secret = fields.Char(copy=False, exportable=False, groups="base.group_system")
    access_token = fields.Text(copy=False, exportable=False, groups="base.group_system")
    refresh_token = fields.Text(copy=False, exportable=False, groups="base.group_system")
    verifier = fields.Char(copy=False, exportable=False, groups="base.group_system")
    access_expires_at = fields.Datetime(copy=False, groups="base.group_system")
    refresh_expires_at = fields.Datetime(copy=False, groups="base.group_system")
    refresh_hard_expires_at = fields.Datetime(copy=False, groups="base.group_system")
    key_fingerprint = fields.Char(copy=False, groups="base.group_system")
    generation = fields.Integer(copy=False, groups="base.group_system")

    _connection_uniq = models.UniqueIndex("(connection_id)")

    def _of(self, connection):
        """The credential of a connection, made when missing."""
        credential = self.sudo().search([("connection_id", "=", connection.id)])
        return credential or self.sudo().create({"connection_id": connection.id})
