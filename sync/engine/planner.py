import logging
from dataclasses import dataclass, field

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.fields import Domain

from ...qbo import canonical
from ...qbo.model import CompanyProfile
from ..plan import Adopt, Ask, Done, Hold, Later, NeedLists, Wait, Write

_logger = logging.getLogger(__name__)

#: Changes read and operations planned in one go: enough for a slice, small enough to commit often.
CHANGE_LIMIT = 500
PLAN_LIMIT = 240
#: An operation that comes back again and again in one run is not worked on for ever.
VISITS = 3
#: Keys of sentences about operations that wait for their time, not because something went wrong: a
#: change of the record may make the waiting needless.
PATIENT = ("receipt_grace", "payment_of_draft")


@dataclass
class Context:
    """What one planning round knows, read once."""

    connection: object
    profile: CompanyProfile
    mappings: dict
    fresh_lists: frozenset
    needs: set = field(default_factory=set)
    visits: dict = field(default_factory=dict)
    linked: dict = field(default_factory=dict)
    #: what adapters of names found out for the round's records (``sync/adapters/names.py``)
    evidence: dict = field(default_factory=dict)
    #: operations whose record was deleted in Odoo
    gone: set = field(default_factory=set)
    #: model → ids planned in one go, so that one reads for all
    together: dict = field(default_factory=dict)

    def remote_ids(self, records, remote_type, variant=""):
        """Remote ids of those records that are linked, by record id.

        :param variant: of a name: its currency, unless it is the home currency

        Asked once per record and round: a plan of two hundred documents needs one query for all
        their customers, not two hundred (see ``_prefetch`` of the adapters).
        """
        known = self.linked.setdefault((remote_type, variant, records._name), {})
        unknown = records.filtered(lambda record: record.id not in known)
        if unknown:
            bindings = unknown.env["quickbooks.binding"]._of(
                self.connection, unknown, remote_type, variant
            )
            known.update(
                (res_id, binding.remote_id)
                for res_id, binding in bindings.items()
                if binding.remote_id
            )
        return {record.id: known[record.id] for record in records if record.id in known}


class QuickbooksPlanner(models.AbstractModel):
    """Turns noted changes into operations, and due operations into things to send (T1).

    A change only says "look here": what is to be done follows from the record and its link as
    they are now. So a change that comes twice, late or out of order does no harm.
    """

    _name = "quickbooks.planner"
    _description = "QuickBooks Planner"

    @api.model
    def _context(self, connection, fresh_lists):
        return Context(
            connection=connection,
            profile=connection._company_profile(),
            mappings=self.env["quickbooks.mapping"]._index(connection),
            fresh_lists=frozenset(fresh_lists),
        )

    # -- changes → operations ------------------------------------------------------------------

    @api.model
    def _consume(self, connection):
        """Turn noted changes into operations.

        :return: kinds of request found beside records: ``scan``, ``refresh``
        """
        changes = self.env["quickbooks.change"].search(
            [("connection_id", "=", connection.id)], limit=CHANGE_LIMIT
        )
        records = changes.filtered(lambda change: change.kind in ("record", "unlinked"))
        for (model, released), group in records.grouped(
            lambda change: (change.res_model, change.released)
        ).items():
            if model not in self.env:  # its app was uninstalled meanwhile, and its records with it
                continue
            noted = self.env[model].browse(dict.fromkeys(group.mapped("res_id")))
            found = noted.exists()
            self._look_after_deleted(connection, noted - found, released)
            self._look_at_changed(connection, found, released)
        requests = set((changes - records).mapped("kind"))
        changes.unlink()
        return requests

    @api.model
    def _look_at_changed(self, connection, records, released=False, remote_type=None):
        """Open operations for records of one model, as their adapters take them up.

        :param remote_type: of adapters of this entity alone
        """
        for adapter in self.env["quickbooks.adapter"]._of_model(records._name):
            if remote_type in (None, adapter._remote_type):
                mine = adapter._share(connection, records, released)
                self._look_at(connection, adapter, mine, released=released)

    def _look_after_deleted(self, connection, records, released):
        """Open operations for what is in QuickBooks of records that were deleted."""
        for adapter in self.env["quickbooks.adapter"]._of_model(records._name) if records else ():
            if adapter._follows_deletion:
                links = self.env["quickbooks.binding"]._links(
                    connection, records, adapter._remote_type
                )
                self._open_operations(links, adapter._wave(), released)

    @api.model
    def _look_at(self, connection, adapter, records, released=False):
        """The open operations of all links of these records, new ones for records without."""
        links = self.env["quickbooks.binding"]._links(connection, records, adapter._remote_type)
        known = set(links.mapped("res_id"))
        fresh = records.filtered(lambda record: record.id not in known)
        wave = adapter._wave()
        operations = self._open_operations(links, wave, released)
        if fresh:
            operations |= self._operations_for(connection, adapter, fresh, released)
        return operations

    @api.model
    def _operations_for(self, connection, adapter, records, released=False, variant=""):
        """The open operation of each record, made or woken up where needed.

        :param variant: which of several links of the same record and entity is meant
        """
        Binding = self.env["quickbooks.binding"]
        bindings = Binding._of(connection, records, adapter._remote_type, variant)
        new = Binding.create(
            [
                {
                    "connection_id": connection.id,
                    "res_model": record._name,
                    "res_id": record.id,
                    "local_name": adapter._label(record),
                    "remote_type": adapter._remote_type,
                    "variant": variant,
                }
                for record in records
                if record.id not in bindings
            ]
        )
        bindings.update((binding.res_id, binding) for binding in new)
        wave = adapter._wave()
        return self._open_operations(
            Binding.concat(*(bindings[record.id] for record in records)), wave, released
        )

    @api.model
    def _open_operations(self, bindings, wave, released):
        Operation = self.env["quickbooks.operation"]
        waiting = ("pending", "waiting", "held", "lookup", "failed")
        existing = {
            operation.binding_id: operation
            for operation in Operation.search(
                [("binding_id", "in", bindings.ids), ("state", "in", waiting)]
            )
        }
        again = Operation.browse().union(*existing.values())
        again.filtered(lambda op: op.state in ("held", "failed", "waiting"))._reopen()
        again.filtered(lambda op: op.state == "pending" and op.problem_key in PATIENT)._reopen()
        for operation in again.filtered(lambda op: op.state == "lookup" and op.lookup):
            # it asks about what was sent before this change
            lookup = canonical.loads(operation.lookup)
            operation.lookup = canonical.dumps({**lookup, "newer": True})
        if released:
            again.filtered(lambda op: not op.released).released = True
        created = Operation.create(
            [
                {
                    "connection_id": binding.connection_id.id,
                    "binding_id": binding.id,
                    "res_model": binding.res_model,
                    "res_id": binding.res_id,
                    "local_name": binding.local_name,
                    "remote_type": binding.remote_type,
                    "wave": wave,
                    "released": released,
                }
                for binding in bindings
                if binding not in existing
            ]
        )
        created.binding_id.filtered(
            lambda binding: binding.state not in ("pending", "mismatch")
        )._set_state("pending")
        return again | created

    # -- operations → plans --------------------------------------------------------------------

    @api.model
    def _plan_due(self, ctx):
        """Plan what is due.

        :return: list of (operation, Write) to be frozen
        """
        writes = []
        while len(writes) < PLAN_LIMIT:
            operations = self._due(ctx)
            if not operations:
                break
            self._prefetch(ctx, operations)
            for operation in operations:
                ctx.visits[operation.id] = ctx.visits.get(operation.id, 0) + 1
                write = self._plan_one(ctx, operation)
                if write:
                    ctx.visits[operation.id] = VISITS
                    writes.append((operation, write))
        return writes

    def _prefetch(self, ctx, operations):
        """Read what many operations need at once."""
        ctx.together = {}
        kinds = operations.grouped(lambda op: (op.remote_type, op.res_model))
        for group in kinds.values():
            try:
                adapter = self.env["quickbooks.adapter"]._for_link(group[0])
            except LookupError:  # its app was uninstalled meanwhile, and its records with it
                ctx.gone.update(group.ids)
                continue
            records = group.binding_id._records()
            existing = set(records.ids)
            ctx.together.setdefault(records._name, []).extend(records.ids)
            ctx.gone.update(op.id for op in group if op.res_id not in existing)
            adapter._prefetch(ctx, records)

    def _due(self, ctx):
        connection = ctx.connection
        if connection.stage == "off":
            return self.env["quickbooks.operation"]
        spent = [op_id for op_id, visits in ctx.visits.items() if visits >= VISITS]
        in_flight = self.env["quickbooks.operation"]._search(
            [("connection_id", "=", connection.id), ("state", "in", ("prepared", "unknown"))]
        )
        domain = Domain(
            [
                ("connection_id", "=", connection.id),
                ("state", "=", "pending"),
                ("id", "not in", spent),
                ("binding_id", "not in", in_flight.subselect("binding_id")),
            ]
        ) & (Domain("not_before", "=", False) | Domain("not_before", "<=", fields.Datetime.now()))
        if connection.stage == "manual":
            domain &= Domain("released", "=", True)
        # one that was planned in this round and is still pending waits for the round's lists
        domain &= Domain("id", "not in", list(ctx.visits) if ctx.needs else spent)
        return self.env["quickbooks.operation"].search(domain, order="wave, id", limit=PLAN_LIMIT)

    def _plan_one(self, ctx, operation):
        """Plan one operation with its company's eyes."""
        company = ctx.connection.company_id

        def planned(operation):
            adapters = self.env["quickbooks.adapter"]
            if operation.id in ctx.gone:
                plan = adapters._for_gone(operation)._plan_gone(ctx, operation)
                return self._apply(ctx, operation, plan)
            adapter = adapters._for_link(operation).with_context(allowed_company_ids=company.ids)
            record = adapter.env[operation.res_model].browse(operation.res_id)
            record = record.with_prefetch(ctx.together[operation.res_model])
            return self._apply(ctx, operation, self._plan(ctx, adapter, operation, record))

        return self._shielded(operation, planned)

    def _plan(self, ctx, adapter, operation, record):
        """What is to be done for one operation: its adapter says."""
        return adapter._plan(ctx, operation, record)

    @api.model
    def _shielded(self, operation, work):
        """Do something for one operation in a savepoint, so that one bad record never stops
        another; an unexpected error fails this operation alone."""
        try:
            with self.env.cr.savepoint():
                return work(operation)
        except OperationalError:
            raise  # the transaction is lost: the whole round is repeated
        except Exception as error:
            _logger.exception("QuickBooks operation %s failed", operation.id)
            sentence = self.env["quickbooks.messages"]._sentence("internal_error", error=error)
            operation._fail("internal_error", sentence)
            return None

    def _apply(self, ctx, operation, plan):
        """Carry a plan out as far as it needs no HTTP; return it when something is to be sent."""
        if isinstance(plan, Write):
            return plan
        handler = {
            Done: self._apply_done,
            Wait: self._apply_wait,
            Later: self._apply_later,
            Hold: self._apply_hold,
            NeedLists: self._apply_need,
            Ask: self._apply_ask,
            Adopt: self._apply_adopt,
        }[type(plan)]
        handler(ctx, operation, plan)
        return None

    def _apply_done(self, ctx, operation, plan):
        binding = operation.binding_id
        operation._finish()
        if plan.key == "already_there":
            binding.last_sync_at = fields.Datetime.now()
        if plan.state in ("mismatch", "conflict", "gone"):
            binding._set_state(plan.state, binding.error_key, binding.error_text)
        elif plan.state:
            binding._set_state(plan.state)
        elif not binding.remote_id:
            binding._notify_clients()
            if binding.has_task:
                binding._close_activities()
            binding.unlink()  # nothing was ever sent: there is nothing to remember

    def _apply_wait(self, ctx, operation, plan):
        messages = self.env["quickbooks.messages"]
        stuck = plan.operations.filtered(lambda op: op.state in ("held", "failed"))[:1]
        if stuck:
            text = messages._sentence(
                "waiting_for_trouble", names=stuck.local_name, reason=stuck.problem_text
            )
        else:
            text = messages._sentence("waiting_for", names=plan.names)
        operation.write(
            {
                "state": "waiting",
                "blocked_by_ids": [(6, 0, plan.operations.ids)],
                "problem_key": "waiting_for",
                "problem_text": text,
            }
        )
        operation.binding_id._set_state("waiting", "waiting_for", text)

    def _apply_later(self, ctx, operation, plan):
        text = self.env["quickbooks.messages"]._sentence(plan.key, **plan.params)
        operation.write({"not_before": plan.until, "problem_key": plan.key, "problem_text": text})
        operation.binding_id._set_state("waiting", plan.key, text)

    def _apply_hold(self, ctx, operation, plan):
        text = self.env["quickbooks.messages"]._sentence(plan.key, **plan.params)
        candidates = canonical.dumps(list(plan.candidates)) if plan.candidates else False
        operation._hold(plan.key, text, plan.mappings, candidates=candidates)

    def _apply_need(self, ctx, operation, plan):
        ctx.needs.update(plan.types)

    def _apply_ask(self, ctx, operation, plan):
        operation.write(
            {
                "state": "lookup",
                "lookup": canonical.dumps(
                    {"purpose": plan.purpose, "questions": [list(q) for q in plan.questions]}
                ),
                "lookup_result": False,
            }
        )

    def _apply_adopt(self, ctx, operation, plan):
        self.env["quickbooks.settle"]._adopt(operation, plan.body, plan.agreed, plan.key)
        if not canonical.same(plan.agreed, plan.payload):
            operation._reopen()
