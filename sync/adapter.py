from odoo import api, models
from odoo.tools import SQL

from ..qbo import canonical, entities
from ..qbo.mapping.common import cleared, without_empty
from .plan import Done, Write


class QuickbooksAdapter(models.AbstractModel):
    """Contract of an adapter: one kind of Odoo record and one entity of QuickBooks.

    An adapter reads records and decides; mapping is done by pure functions in ``qbo.mapping``, and
    sending by the engine. A new entity is a new adapter and a mixin on its host model; other
    addons change what is sent by inheriting ``_snapshot``.
    """

    _name = "quickbooks.adapter"
    _description = "QuickBooks Adapter"

    #: entity name in QuickBooks and model name in Odoo
    _remote_type = None
    _res_model = None
    #: lists of QuickBooks that must be fresh before a new object is created
    _directory = ()
    #: send only what changed; documents send everything, because lines replace each other
    _sparse_changes = False

    # -- which adapter -------------------------------------------------------------------------

    @api.model
    def _for_type(self, remote_type):
        """The adapter of an entity."""
        return self.env[f"quickbooks.adapter.{entities.get(remote_type).url}"]

    @api.model
    def _all(self):
        """All adapters, in the order in which their objects depend on each other."""
        names = [name for name in self.env.registry if name.startswith("quickbooks.adapter.")]
        return sorted(
            (self.env[name] for name in names),
            key=lambda adapter: (entities.get(adapter._remote_type).wave, adapter._name),
        )

    @api.model
    def _for_records(self, records):
        """The adapter of a host model."""
        for adapter in self._all():
            if adapter._res_model == records._name:
                return adapter
        raise LookupError(f"No QuickBooks adapter for {records._name}")

    # -- capture -------------------------------------------------------------------------------

    @api.model
    def _capture_targets(self, records):
        """Pairs of connection id and record to note. By default: what is linked already."""
        connection_ids = self.env["quickbooks.connection"]._capturing_ids()
        if not connection_ids:
            return []
        rows = self.env["quickbooks.binding"]._read_group(
            [
                ("connection_id", "in", connection_ids),
                ("res_model", "=", records._name),
                ("res_id", "in", records.ids),
                ("state", "!=", "unlinked"),
            ],
            ["connection_id", "res_id"],
        )
        return [(connection.id, records.browse(res_id)) for connection, res_id in rows]

    @api.model
    def _split_sendable(self, records):
        """Split into records a person may send and sentences about the others."""
        ready, sentences = records.browse(), []
        for record in records:
            connection = self._connection_of(record, self.env.company)
            key, params = self._refusal(connection, record)
            if key:
                sentence = self.env["quickbooks.messages"]._sentence(key, **params)
                if len(records) > 1:
                    sentence = f"{record.display_name}: {sentence}"
                sentences.append(sentence)
            else:
                ready |= record
        return ready, sentences

    @api.model
    def _connection_of(self, record, company):
        """The connection of the record's company, or else of the company one works in."""
        own = record.company_id if "company_id" in record._fields else None
        return self.env["quickbooks.connection"]._of_company(own or company)

    @api.model
    def _refusal(self, connection, record):
        """Why a record stays out: a sentence key and its parameters, or an empty key."""
        if not connection or not connection.realm_id:
            return "no_connection", {}
        if connection.stage == "off":
            return "integration_off", {}
        return "", {}

    @api.model
    def _missed(self, connection, limit):
        """Records that should have been noted but were not, for the scan.

        By default: linked ones written to after they were last known to agree.
        """
        table = SQL.identifier(self.env[self._res_model]._table)
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT b.res_id FROM quickbooks_binding b JOIN %s t ON t.id = b.res_id
                    WHERE b.connection_id = %s AND b.res_model = %s AND b.remote_type = %s
                      AND b.state NOT IN ('unlinked', 'gone')
                      AND t.write_date > b.last_sync_at ORDER BY b.id LIMIT %s""",
                table,
                connection.id,
                self._res_model,
                self._remote_type,
                limit,
            )
        )
        return self.env[self._res_model].browse([res_id for (res_id,) in rows])

    @api.model
    def _prefetch(self, ctx, records):
        """Read into ``ctx`` what planning these records needs."""

    # -- planning ------------------------------------------------------------------------------

    @api.model
    def _label(self, record):
        return record.display_name

    @api.model
    def _plan(self, ctx, operation, record):
        """Decide what is to be done for one operation. Runs in a savepoint, does no HTTP.

        :param ctx: the run's :class:`..planner.Context`
        :return: one of the classes of ``sync/plan.py``
        """
        raise NotImplementedError

    @api.model
    def _write(self, operation, payload):
        """Create, update or nothing, by comparing with what was agreed last."""
        binding = operation.binding_id
        if not binding.remote_id:
            return Write("create", payload, without_empty(payload))
        if not operation.forced and binding.agreed_digest == canonical.digest(payload):
            if binding.state in ("mismatch", "conflict"):
                return Done("already_there", binding.state)
            return Done("already_there", "synced")
        body = self._update_body(operation, payload)
        if not body:
            return Done("already_there")
        address = {"Id": binding.remote_id, "SyncToken": binding.sync_token, "sparse": True}
        return Write("update", payload, {**body, **address})

    @api.model
    def _update_body(self, operation, payload):
        """The attributes of a sparse update: everything we own, and what went away cleared."""
        agreed = canonical.loads(operation.binding_id.agreed_payload or "{}")
        gone = {
            key: cleared(before)
            for key, before in agreed.items()
            if before is not None and payload.get(key) is None
        }
        return {**without_empty(payload), **gone}

    # -- settling ------------------------------------------------------------------------------

    @api.model
    def _verify(self, operation, body, record):
        """Compare QuickBooks' answer with the record.

        :return: (state of the binding, sentence key, parameters); the key of a clean result is
            empty
        """
        return "synced", "", {}

    @api.model
    def _answered_values(self, body):
        """Further column values of the binding from an answer."""
        return {}
