import hashlib
from dataclasses import asdict, dataclass

from odoo import fields, models
from odoo.tools import SQL

from ..qbo import canonical


@dataclass(frozen=True)
class Home:
    """What tells one database from its copies.

    :ivar uuid: Odoo's own mark; Odoo replaces it when it duplicates a database
    :ivar server: PostgreSQL's identifier of the database cluster, "" where it may not be read;
        every Odoo host of one database sees the same, and so does a standby that takes over
    :ivar oid: the database's number in that cluster; renaming keeps it, copying does not
    """

    uuid: str
    server: str
    oid: int


class QuickbooksCredential(models.Model):
    """Keys and tokens of a connection, as ciphertext only.

    The key is outside the database (``sync/access/vault.py``), so a dump alone is worthless.
    Nothing here is exportable or copied, and reading needs Settings rights; the engine reads it
    with ``sudo`` in ``sync/access/tokens.py`` and nowhere else.

    The row also knows the database it belongs to. A copy of the database that nobody neutralized
    would renew the same tokens and so end the original's authorization (FACTS 1.4); it is
    recognized before anything leaves.
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
    refresh_failed_at = fields.Datetime(
        copy=False, groups="base.group_system", help="The last try to renew that brought nothing."
    )
    noticed_days = fields.Integer(
        copy=False,
        groups="base.group_system",
        help="Somebody was told that the authorization ends within so many days.",
    )
    key_fingerprint = fields.Char(copy=False, groups="base.group_system")
    generation = fields.Integer(copy=False, groups="base.group_system")
    home = fields.Char(
        copy=False, groups="base.group_system", help="The database these tokens belong to."
    )

    _connection_uniq = models.UniqueIndex("(connection_id)")

    def _of(self, connection):
        """The credential of a connection, made when missing."""
        return self._find(connection) or self.sudo().create({"connection_id": connection.id})

    def write(self, vals):
        result = super().write(vals)
        if vals.get("client_id"):
            for connection in self.connection_id:  # the plan is the app's
                twin = connection._same_app()[:1]
                if twin and twin.app_tier != connection.app_tier:
                    connection.app_tier = twin.app_tier
        return result

    def _ends_at(self):
        """When the authorization ends unless somebody reconnects: unused for too long, or after
        its whole life (FACTS 1.4). False while nobody knows."""
        moments = [self.refresh_expires_at, self.refresh_hard_expires_at]
        return min(filter(None, moments), default=False)

    def _try_lock(self):
        """Whether the row is this transaction's until its end; never waits.

        Odoo's ``try_lock_for_update``, but a row that another transaction has just changed is
        no error in the log.

        :raises psycopg2.errors.SerializationFailure: for such a row
        """
        query = "SELECT id FROM quickbooks_credential WHERE id = %s FOR UPDATE SKIP LOCKED"
        self.env.cr.execute(query, [self.id], log_exceptions=False)
        return bool(self.env.cr.fetchall())

    def _find(self, connection):
        """The credential of a connection, or none; never makes one, so reading stays reading."""
        return self.sudo().search([("connection_id", "=", connection._origin.id)])

    def _app_key(self, connection):
        """Short mark of a connection's Intuit app, to add up what all companies use of its
        allowance."""
        name = f"{connection.environment}:{self._find(connection).client_id or ''}"
        return hashlib.sha256(name.encode()).hexdigest()[:16]

    # -- the database the tokens belong to -----------------------------------------------------

    def _settle_here(self):
        """From now on the tokens belong to this database."""
        self.home = canonical.dumps(asdict(self._here()))

    def _is_elsewhere(self):
        """Whether the tokens belong to another database, of which this one is a copy.

        - On another database server: copied or moved, and only a person knows which.
        - On the same server under another number: a copy as long as the original exists. When
          it is gone this database took its place (restored from a backup, or renamed by copying).
        - The same in all but Odoo's uuid: a copy of the whole machine with a uuid of its own.

        A copy of the whole machine that kept the uuid looks exactly like the original; against
        that only ``data/neutralize.sql`` helps.
        """
        self.ensure_one()
        if not self.home:
            return False
        home, here = Home(**canonical.loads(self.home)), self._here()
        if home.server != here.server:
            return True
        if home.oid != here.oid:
            # without the cluster's identifier the original cannot be looked for
            return not here.server or self._has_database(home.oid)
        return home.uuid != here.uuid

    def _here(self):
        """This database; some hosters do not let everybody read the cluster's identifier."""
        cr = self.env.cr
        cr.execute(
            SQL(
                "SELECT oid::bigint, has_function_privilege('pg_control_system()', 'execute')"
                " FROM pg_database WHERE datname = current_database()"
            )
        )
        oid, readable = cr.fetchone()
        server = ""
        if readable:
            cr.execute(SQL("SELECT system_identifier::text FROM pg_control_system()"))
            server = cr.fetchone()[0]
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid")
        return Home(uuid or "", server, oid)

    def _has_database(self, oid):
        cr = self.env.cr
        cr.execute(SQL("SELECT 1 FROM pg_database WHERE oid::bigint = %s", oid))
        return bool(cr.fetchone())
