from dataclasses import dataclass, field

from odoo import models
from odoo.tools import SQL

from ...qbo import canonical
from ...qbo.mapping import match, ownership
from ...qbo.mapping.common import changes, plain_name
from ...qbo.mapping.comparison import arrived_part
from ...qbo.names import name_key, name_limit, unique_name
from ..plan import Adopt, Done, Hold, NeedLists

#: Room for `` (hint 12)``: names that share this much less than a full name may collide once cut.
SUFFIX_ROOM = 60


@dataclass
class Evidence:
    """What one planning round has read about names, for all records of the round at once.

    A few grouped queries instead of several for each record. What the round itself decides is
    added here, because two records of one round must not take the same name or object.

    :ivar together: ids of the records that are planned in one go
    :ivar wanted: record id → :class:`match.Wanted`
    :ivar known: rows of QuickBooks' lists as dicts, by (remote type, remote id)
    :ivar linked: remote ids that have a record
    :ivar claims: comparable name → ids of the links that have or will have it
    """

    together: list = field(default_factory=list)
    wanted: dict = field(default_factory=dict)
    known: dict = field(default_factory=dict)
    linked: set = field(default_factory=set)
    claims: dict = field(default_factory=dict)


class QuickbooksNamesAdapter(models.AbstractModel):
    """What customers and items have in common: they are matched before they are created, and
    their names are unique."""

    _name = "quickbooks.names"
    _inherit = "quickbooks.adapter"
    _description = "QuickBooks Adapter of Names"

    _sparse_changes = True
    #: attribute that holds the unique name
    _name_attribute = "DisplayName"
    #: attributes QuickBooks wants in every update, changed or not (FACTS 7.4)
    _always_sent = ()
    #: kinds of objects that a record can never be
    _other_kinds = ()

    def _possible_targets(self, records):
        """All of them, for the companies that may use them: a name gets its link with its first
        document, whenever the worker comes to that."""
        settings = self.env["quickbooks.connection"]
        return [
            (connection_id, record)
            for record in records
            for connection_id in settings._capturing_names(record.company_id.id)
        ]

    def _prefetch(self, ctx, records):
        self._book(ctx).together = records.ids

    def _plan(self, ctx, operation, record):
        binding = operation.binding_id
        if not binding.remote_id and not ctx.fresh_lists.issuperset(self._directory):
            return NeedLists(self._directory)
        record = self._with_eyes(ctx, record.with_prefetch(self._book(ctx).together))
        if not binding.remote_id and not self._is_active(operation, record):
            return Done("nothing_to_do", None)
        problem = self._preflight(ctx, operation, record)
        if problem:
            return problem
        if not binding.remote_id:
            found = self._match(ctx, operation, record)
            if found:
                return found
        elif not binding.agreed_payload:
            return self._adopt(ctx, operation, record, binding.remote_id)  # a person chose it
        return self._write(operation, self._payload(ctx, operation, record))

    def _with_eyes(self, ctx, records):
        """Records as the connection's company sees them, in its language."""
        company = ctx.connection.company_id
        return records.with_company(company).with_context(lang=company.partner_id.lang)

    def _is_active(self, operation, record):
        """Whether the object is to be active: an archived record is, while a document needs it."""
        if record.active:
            return True
        waiting = [("state", "=", "waiting"), ("blocked_by_ids", "in", operation.ids)]
        return bool(operation.search(waiting, limit=1))

    def _preflight(self, ctx, operation, record):
        """A Hold or Wait when something is missing."""
        return None

    def _base_name(self, ctx, record):
        """The legal form of the record's name, before it is made unique."""
        raise NotImplementedError

    def _payload(self, ctx, operation, record):
        """All owned attributes of the record."""
        raise NotImplementedError

    # -- matching ---------------------------------------------------------------------------------

    def _match(self, ctx, operation, record):
        """Adopt, a Hold for a person's choice, or None when a new object is to be created."""
        own = self.env["quickbooks.lookup"]._own_reference(operation)
        if own:
            return self._adopt(ctx, operation, record, own.remote_id)
        if operation.binding_id.create_new:
            return None
        wanted = self._evidence(ctx, record).wanted[record.id]
        candidates = self._eligible(ctx, record, self._candidates(ctx, wanted))
        candidates = self._fitting(ctx, operation, candidates)
        decision = match.decide(wanted, candidates)
        if decision.decision == "ask":
            return Hold("ambiguous_match", candidates=decision.ids)
        if decision.decision == "adopt":
            return self._adopt(ctx, operation, record, decision.ids[0])
        return None

    def _fitting(self, ctx, operation, candidates):
        """Those candidates that a link may be made to at all."""
        return candidates

    def _adopt(self, ctx, operation, record, remote_id):
        """Link an object of QuickBooks.

        Our values count as agreed, so that only later edits flow on and nothing that people
        entered in QuickBooks is overwritten; but an inactive object is made active.
        """
        book = self._evidence(ctx, record)
        reference = self._reference(ctx, book, remote_id)
        if not reference:
            return Hold("link_target_gone", {"entity": self._remote_type, "id": remote_id})
        body = reference._body()
        operation.binding_id.remote_id = remote_id  # so that its own name counts as free
        book.linked.add(remote_id)
        payload = self._payload(ctx, operation, record)
        agreed = dict(payload, Active=body.get("Active", True))
        if self.env["quickbooks.lookup"]._may_be_own(operation, body):
            agreed = arrived_part(payload, body)  # the record may have changed since
        if agreed == payload:
            return Adopt(body, agreed, payload)
        # what waits for the record must wait for this update too, so it is not done yet
        operation.binding_id.write(
            {
                "sync_token": body.get("SyncToken"),
                "agreed_payload": canonical.dumps(agreed),
                "agreed_digest": canonical.digest(agreed),
                "agreed_remote": reference.data,
            }
        )
        operation.binding_id._log_note("info", self.env["quickbooks.messages"]._sentence("linked"))
        return self._write(operation, payload)

    def _reference(self, ctx, book, remote_id):
        """The row of QuickBooks' list of an object, read together with the round's others."""
        Reference = self.env["quickbooks.reference"]
        row = book.known.get((self._remote_type, remote_id))
        if row is None:
            return Reference._find(ctx.connection, self._remote_type, remote_id)
        return Reference.browse(row["id"]).with_prefetch(
            [other["id"] for other in book.known.values()]
        )

    def _eligible(self, ctx, record, candidates):
        """Those of the candidates that can be the record, whatever they are called."""
        return candidates

    def _candidates(self, ctx, wanted):
        """Objects with the record's name or one of its marks, as the matching wants them."""
        book, found = self._book(ctx), []
        for (remote_type, remote_id), row in book.known.items():
            if remote_type != self._remote_type or row["kind"] in self._other_kinds:
                continue
            marks = self._marks_of_row(row)
            if row["name_key"] == wanted.name_key or marks & wanted.marks:
                found.append(
                    match.Known(
                        id=remote_id,
                        name_key=row["name_key"],
                        marks=marks,
                        active=row["active"],
                        linked=remote_id in book.linked,
                    )
                )
        return found

    # -- evidence ---------------------------------------------------------------------------------

    def _evidence(self, ctx, record):
        """The round's evidence, with this record's part in it."""
        book = self._book(ctx)
        if record.id not in book.wanted:
            others = record.browse(book.together) - record
            linked = ctx.remote_ids(others, self._remote_type)
            new = others.filtered(lambda other: other.id not in {*linked, *book.wanted})
            self._gather(ctx, record | new, book)
        return book

    def _book(self, ctx):
        """Where the round keeps this adapter's evidence; what names are claimed is known to all
        adapters whose names must differ."""
        book = ctx.evidence.get(self._name)
        if book is None:
            claims = ctx.evidence.setdefault(("claims", self._name_space()), {})
            book = ctx.evidence[self._name] = Evidence(claims=claims)
        return book

    def _gather(self, ctx, records, book):
        """Read all that matters for these records, in a handful of queries."""
        names = {record.id: name_key(self._base_name(ctx, record)) for record in records}
        marks = {record.id: frozenset(self._marks(ctx, record)) for record in records}
        every_mark = {mark for values in marks.values() for mark in values}
        self._gather_remote(ctx, set(names.values()), every_mark, book)
        shared_marks = self._shared_marks(ctx, records, marks)
        shared_names = self._shared_names(ctx, records, names, book)
        for record in records:
            book.wanted[record.id] = match.Wanted(
                name_key=names[record.id],
                marks=marks[record.id],
                mark_shared=record.id in shared_marks,
                name_shared=record.id in shared_names,
            )

    def _gather_remote(self, ctx, names, marks, book):
        rows = self._alike(ctx, names, marks)
        book.known.update({(row["remote_type"], row["remote_id"]): row for row in rows})
        own = [row["remote_id"] for row in rows if row["remote_type"] == self._remote_type]
        domain = [("connection_id", "=", ctx.connection.id), ("state", "!=", "unlinked")]
        Binding = self.env["quickbooks.binding"]
        linked = Binding.search_fetch(
            [*domain, ("remote_type", "=", self._remote_type), ("remote_id", "in", own)],
            ["remote_id"],
        )
        book.linked.update(linked.mapped("remote_id"))
        claims = Binding.search_fetch(
            [*domain, ("remote_type", "in", self._name_space()), ("name_key", "in", list(names))],
            ["name_key"],
        )
        for binding in claims:
            book.claims.setdefault(binding.name_key, set()).add(binding.id)

    def _alike(self, ctx, names, marks):
        """Rows of QuickBooks' lists with one of the names or marks."""
        raise NotImplementedError

    def _marks(self, ctx, record):
        """What a record is recognised by besides its name."""
        raise NotImplementedError

    def _marks_of_row(self, row):
        """The same of a row of QuickBooks' list."""
        raise NotImplementedError

    def _shared_marks(self, ctx, records, marks):
        """Ids of records whose mark other records of Odoo have as well."""
        raise NotImplementedError

    def _shared_names(self, ctx, records, names, book):
        """Ids of records that share their name with others not yet in QuickBooks.

        Only asked for names that QuickBooks has and nobody is linked to: others match nothing.
        """
        free = {
            row["name_key"]
            for (remote_type, remote_id), row in book.known.items()
            if remote_type == self._remote_type and remote_id not in book.linked
        }
        doubtful = records.filtered(lambda record: names[record.id] in free)
        if not doubtful:
            return set()
        rivals = self._with_eyes(ctx, self._namesakes(ctx, doubtful))
        bound = self.env["quickbooks.binding"]._of(ctx.connection, rivals, self._remote_type)
        owners = {}
        for rival in rivals:
            if rival.id not in bound or not bound[rival.id].remote_id:
                key = name_key(self._base_name(ctx, rival))
                owners.setdefault(key, set()).add(rival.id)
        return {
            record.id for record in doubtful if owners.get(names[record.id], set()) - {record.id}
        }

    def _namesakes(self, ctx, records):
        """Records of Odoo that may have the same names as these."""
        raise NotImplementedError

    # -- names ------------------------------------------------------------------------------------

    def _free_name(self, ctx, operation, record, hint):
        """The record's name as it is in QuickBooks, or a new one made unique."""
        base = self._base_name(ctx, record)
        limit = name_limit(self._remote_type)
        agreed = canonical.loads(operation.binding_id.agreed_payload or "{}")
        current = agreed.get(self._name_attribute) or ""
        if match.keeps_name(current, base, hint, limit):
            return current
        book, binding = self._evidence(ctx, record), operation.binding_id
        name = self._told_apart(ctx, binding, current, base, hint, limit) or unique_name(
            base, self._taken_names(ctx, book, binding, base), hint, limit
        )
        book.claims.setdefault(name_key(name), set()).add(binding.id)
        return name

    def _told_apart(self, ctx, binding, current, base, hint, limit):
        """The new name with what tells it apart now, when the same record has another name there
        that is the plain one: whichever is sent first must not swap them. "" otherwise."""
        suffix = match.suffix(current, hint)
        if not suffix or not self._twins(binding):
            return ""
        name = match.with_suffix(base, suffix, limit)
        return "" if name_key(name) in self._names_near(ctx, binding, base) else name

    def _twins(self, binding):
        """Other live links of the same record among the names that must differ."""
        return self.env["quickbooks.binding"].search_count(
            [
                ("connection_id", "=", binding.connection_id.id),
                ("res_model", "=", binding.res_model),
                ("res_id", "=", binding.res_id),
                ("remote_type", "in", self._name_space()),
                ("id", "!=", binding.id),
                ("remote_id", "!=", False),
                ("state", "not in", ("unlinked", "gone")),
            ],
            limit=1,
        )

    def _taken_names(self, ctx, book, binding, base):
        """Comparable forms of all names near ``base`` that others hold, here or on their way."""
        key, own = name_key(base), (self._remote_type, binding.remote_id)
        if not (
            book.claims.get(key, set()) - {binding.id}
            or any(row["name_key"] == key and ref != own for ref, row in book.known.items())
        ):
            return set()  # the plain name is free: no need to know the others
        return self._names_near(ctx, binding, base)

    def _names_near(self, ctx, binding, base):
        """:meth:`_taken_names`, asked of the lists."""
        key, own = name_key(base), (self._remote_type, binding.remote_id)
        near = [
            ("connection_id", "=", ctx.connection.id),
            ("remote_type", "in", self._name_space()),
            ("name_key", "=like", self._like(key)),
        ]
        rows = (
            self.env["quickbooks.reference"]
            .with_context(active_test=False)
            .search_fetch(near, ["remote_type", "remote_id", "name_key"])
        )
        taken = {row.name_key for row in rows if (row.remote_type, row.remote_id) != own}
        claims = self.env["quickbooks.binding"].search_fetch(
            [*near, ("state", "!=", "unlinked"), ("id", "!=", binding.id)], ["name_key"]
        )
        return taken | set(claims.mapped("name_key"))

    def _like(self, key):
        """Pattern of all names that ``key`` may become; a long name is cut to make room."""
        stem = key[: max(name_limit(self._remote_type) - SUFFIX_ROOM, 1)]
        escaped = stem.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{escaped}%"

    def _name_space(self):
        """Entities among which the name must be unique."""
        return (self._remote_type,)

    # -- writing ----------------------------------------------------------------------------------

    def _write(self, operation, payload):
        """What QuickBooks owns is not sent any more, except when a person wants ours to count."""
        binding = operation.binding_id
        if binding.remote_id and not operation.forced:
            agreed = canonical.loads(binding.agreed_payload or "{}")
            payload = ownership.sendable(payload, agreed, binding.connection_id._ownership())
        plan = super()._write(operation, payload)
        operation.binding_id.name_key = name_key(payload[self._name_attribute])
        return plan

    def _update_body(self, operation, payload):
        """Only what changed, so that what QuickBooks' people entered elsewhere stays.

        Waking an inactive object needs its name as well, because QuickBooks marked it; some
        attributes are always wanted. Unchanged ones are sent as QuickBooks has them.
        """
        binding = operation.binding_id
        body = changes(payload, canonical.loads(binding.agreed_payload or "{}"))
        wanted = set(self._always_sent) if body else set()
        if body.get("Active"):
            wanted.add(self._name_attribute)
        remote = canonical.loads(binding.agreed_remote or "{}")
        for key in wanted - body.keys():
            value = remote.get(key) or payload[key]
            body[key] = plain_name(value) if key == self._name_attribute else value
        return body

    # -- scan -------------------------------------------------------------------------------------

    def _missed(self, connection, limit):
        """Linked records of which some part was written after they were last known to agree."""
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                """SELECT b.res_id FROM quickbooks_binding b
                    WHERE b.connection_id = %s AND b.res_model = %s AND b.remote_type = %s
                      AND b.state NOT IN ('unlinked', 'gone') AND EXISTS (%s)
                    ORDER BY b.id LIMIT %s""",
                connection.id,
                self._res_model,
                self._remote_type,
                self._written_sql(),
                limit,
            )
        )
        return self.env[self._res_model].browse([res_id for (res_id,) in rows])

    def _written_sql(self):
        """SQL for the parts of the record of link ``b`` written after it was last in step."""
        raise NotImplementedError
