from datetime import timedelta

from odoo import api, models, tools
from odoo.tools import SQL

from ...qbo import canonical, entities
from ...qbo.mapping.common import cleared, without_empty
from ..plan import Done, Write

#: What Odoo lets a transaction of a person take by default (``limit_time_real``), with room.
LONGEST_TRANSACTION = timedelta(minutes=15)


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
    #: whose customer or supplier a document is: attribute of the payload
    _party_attribute = "CustomerRef"
    #: QuickBooks' queries can look for it (FACTS 4)
    _party_queryable = True
    #: nothing keeps it single in QuickBooks, and only what it says tells it from others
    _known_by_content = False
    #: deleting the record in Odoo takes the object away as well
    _follows_deletion = False
    #: send only what changed; documents send everything, because lines replace each other
    _sparse_changes = False

    # -- which adapter -------------------------------------------------------------------------

    @api.model
    def _for_type(self, remote_type):
        """The adapter of an entity whose records are the usual ones for it."""
        return self.env[f"quickbooks.adapter.{entities.get(remote_type).url}"]

    @api.model
    def _for_link(self, link):
        """The adapter of a link or an operation: of its entity and its kind of record.

        :raises LookupError: when no addon that is installed looks after it
        """
        found = [a for a in self._of_model(link.res_model) if a._remote_type == link.remote_type]
        if len(found) > 1:  # an expense and money back to a customer are both a Purchase
            record = self.env[link.res_model].browse(link.res_id).exists()
            binding = link if link._name == "quickbooks.binding" else link.binding_id
            found = (
                [a for a in found if record and a._concerns(record)]
                or [a for a in found if a._made(binding)]
                or found
            )
        if found:
            return found[0]
        raise LookupError(f"No QuickBooks adapter for {link.remote_type} of {link.res_model}")

    @api.model
    def _for_gone(self, link):
        """The adapter of a link whose record was deleted, maybe together with its whole app: then
        what all adapters have in common is left."""
        try:
            return self._for_link(link)
        except LookupError:
            return self.env["quickbooks.adapter"]

    @api.model
    def _of_model(self, model):
        """The adapters of a host model, in the order of :meth:`_all`."""
        return [self.env[name] for name, of in self._names() if of == model]

    @api.model
    def _all(self):
        """All adapters, in the order in which their objects depend on each other."""
        return [self.env[name] for name, _model in self._names()]

    @tools.ormcache()
    def _names(self):
        """Names of all adapters and of their host models, in order; without those whose host
        belongs to an addon that is not installed."""
        names = [
            name
            for name in self.env.registry
            if name.startswith("quickbooks.adapter.") and self.env[name]._res_model in self.env
        ]
        adapters = sorted(
            (self.env[name] for name in names),
            key=lambda adapter: (adapter._wave(), adapter._name),
        )
        return tuple((adapter._name, adapter._res_model) for adapter in adapters)

    @api.model
    @tools.ormcache()
    def _document_models(self):
        """Models whose records are transactions of QuickBooks."""
        adapters = [(self.env[name], model) for name, model in self._names()]
        return frozenset(
            model for a, model in adapters if entities.get(a._remote_type).space == "txn"
        )

    @api.model
    def _wave(self):
        """When its objects leave, among those of a round."""
        return entities.get(self._remote_type).wave

    # -- which records -------------------------------------------------------------------------

    def _concerns(self, record):
        """Whether a record of this model is one of this adapter's. Several adapters may share a
        model: an entry of the ledger is an invoice, a bill or none of both."""
        return True

    def _made(self, link):
        """Whether the object of a link is of this adapter, where the record no longer tells which
        of several it concerns."""
        return False

    @api.model
    def _share(self, connection, records, released):
        """Those of these changed records that this adapter is to look at.

        By default: what is linked; a name that is not becomes one only with its first document or
        when a person asks.
        """
        linked = self.env["quickbooks.binding"]._links(connection, records, self._remote_type)
        known = set(linked.mapped("res_id"))
        return records.filtered(
            lambda record: record.id in known or (released and self._concerns(record))
        )

    # -- capture -------------------------------------------------------------------------------

    @api.model
    def _targets(self, records):
        """Pairs of connection id and record to note for changed records of one model: those an
        adapter takes up, and whatever is linked already."""
        targets = []
        for adapter in self._of_model(records._name):
            targets += adapter._capture_targets(records)
        taken = {record.id for _connection_id, record in targets}
        rest = records.filtered(lambda record: record.id not in taken)
        return targets + (self._linked_targets(rest) if rest else [])

    @api.model
    def _capture_targets(self, records):
        """Pairs of connection id and record to note although nothing is linked yet."""
        return []

    @api.model
    def _unlinked_targets(self, records):
        """Pairs of connection id and record to note although this transaction sees no link.

        The worker may be making it in this very moment: then this transaction does not see the
        link, and the worker not the change.
        """
        targets = []
        for adapter in self._of_model(records._name):
            targets += adapter._possible_targets(records)
        return targets

    @api.model
    def _possible_targets(self, records):
        """Those of :meth:`_unlinked_targets` that are one adapter's."""
        return []

    @api.model
    def _linked_targets(self, records):
        """Pairs of connection id and record for what is linked already."""
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
    def _split_by_adapter(self, records):
        """Split into records a person may send and sentences about the others, each judged by the
        first adapter it concerns."""
        adapters = self._of_model(records._name)
        groups = records.grouped(
            lambda record: next((a for a in adapters if a._concerns(record)), adapters[0])
        )
        ready, sentences = [], []
        for adapter, group in groups.items():
            mine, problems = adapter._split_sendable(group, alone=len(records) == 1)
            ready.append(mine)
            sentences += problems
        return records.browse().union(*ready), sentences

    @api.model
    def _split_sendable(self, records, alone=False):
        """Split into records a person may send and sentences about the others.

        :param alone: he looks at this record only, so its name goes without saying
        """
        ready, sentences = records.browse(), []
        for record in records:
            connection = self._connection_of(record, self.env.company)
            key, params = self._refusal(connection, record)
            if key:
                sentence = self.env["quickbooks.messages"]._sentence(key, **params)
                sentences.append(sentence if alone else f"{record.display_name}: {sentence}")
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
                      AND %s ORDER BY b.id LIMIT %s""",
                table,
                connection.id,
                self._res_model,
                self._remote_type,
                self._is_newer_sql(SQL("t.write_date")),
                limit,
            )
        )
        return self.env[self._res_model].browse([res_id for (res_id,) in rows])

    @api.model
    def _is_newer_sql(self, written):
        """SQL for "written after link ``b`` was last in step".

        What is written bears the time at which its transaction began, so a long one may have been
        committed after the worker looked. What was written shortly before is looked at once more,
        when such a transaction is over.
        """
        return SQL(
            """(%(written)s > b.last_sync_at
                OR (%(written)s > b.last_sync_at - %(longest)s
                    AND b.last_sync_at < (now() AT TIME ZONE 'UTC') - %(longest)s))""",
            written=written,
            longest=LONGEST_TRANSACTION,
        )

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
    def _plan_gone(self, ctx, operation):
        """What is to be done for a record that was deleted in Odoo."""
        return Done("record_gone", None)

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
    def _accepted(self, operation, record):
        """QuickBooks executed an operation and that is booked; the record may be gone."""

    @api.model
    def _search_questions(self, payload):
        """How to look for an object whose answer was lost, when neither its number nor its name
        tells it from others; None when they do."""
        return None

    @api.model
    def _recognise(self, operation, payload, rows):
        """The row that is the object a lost answer was about, where its content tells
        (``_known_by_content``); None when it is not among them.

        :param rows: objects of QuickBooks that are linked to nothing
        """
        return None

    @api.model
    def _agreed(self, operation, body):
        """What counts as agreed after an answer, as canonical JSON, and its digest: what was sent,
        unless QuickBooks is known to have ignored a part of it."""
        return operation.payload, operation.payload_digest

    @api.model
    def _answered_values(self, body):
        """Further column values of the binding from an answer."""
        return {}
