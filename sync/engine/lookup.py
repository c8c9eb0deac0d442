from datetime import timedelta

from odoo import api, fields, models

from ...qbo import canonical, entities
from ...qbo.mapping.comparison import arrived, arrived_part, changed_here, changed_there
from ...qbo.mapping.document import read_document
from ...qbo.mapping.references import references

#: Two look-ups this far apart must find nothing before something is sent as a new request,
#: because QuickBooks' query path lags behind its writes (FACTS 14#13).
SECOND_LOOK = timedelta(minutes=2)


class QuickbooksLookup(models.AbstractModel):
    """Asks QuickBooks what became of an object, and decides by the answer.

    Needed when the outcome of a request is unknown, when the object changed there, when a name or
    number is taken, and when something it refers to is gone. Questions are plain data, asked
    outside any transaction; answers come back as rows.
    """

    _name = "quickbooks.lookup"
    _description = "QuickBooks Look-up"

    @api.model
    def _resume_envelope(self, envelope, answers):
        """Adopt the documents of an envelope that are in QuickBooks after all.

        None found: the envelope is repeated. Some found: it was executed, so it is not repeated,
        and the others, which may be late to show, are looked up once more.
        """
        rows = {}
        for answer in answers:
            rows.setdefault(answer["entity"], []).extend(answer["rows"])
        found = 0
        for operation in self._new_documents(envelope):
            twin = self._twin(operation, rows.get(operation.remote_type, []))
            if twin:
                found += 1
                self._adopt(operation, twin, "found_again")
        envelope.write({"looked": True, "not_before": False})
        if found:
            envelope.state = "abandoned"
            for operation in envelope._in_flight():
                self._look_later(operation)

    def _look_later(self, operation):
        """Look once more before sending anew."""
        self.env["quickbooks.settle"]._look_up(operation, "after_unknown", looks=1)
        waiting = operation.binding_id.operation_ids.filtered(lambda op: op.state == "lookup")
        waiting.not_before = fields.Datetime.now() + SECOND_LOOK

    # -- answers -------------------------------------------------------------------------------

    @api.model
    def _resume(self, operation):
        """Go on with the answers. Leaves the operation pending, held, waiting or done."""
        lookup = canonical.loads(operation.lookup)
        answers = canonical.loads(operation.lookup_result)
        rows = [(answer["entity"], row) for answer in answers for row in answer["rows"]]
        getattr(self, f"_answer_{lookup['purpose']}")(operation, lookup, rows)

    def _continue(self, operation, **values):
        operation._reopen(lookup=False, lookup_result=False, **values)

    def _hold(self, operation, key, candidates=(), **params):
        text = self.env["quickbooks.messages"]._sentence(key, **params)
        operation._hold(
            key,
            text,
            lookup=False,
            lookup_result=False,
            envelope_id=False,
            item_key=False,
            candidates=canonical.dumps(list(candidates)) if candidates else False,
        )

    def _gone(self, operation):
        """Deleted there: a tombstone, never created anew unasked."""
        binding = operation.binding_id
        if operation.kind == "void":  # what is to be void there is not there at all
            operation._finish()
            binding.voided = True
            binding._set_state("voided")
            return
        self._hold(operation, "remote_deleted")
        binding._set_state("gone", "remote_deleted", operation.problem_text)

    def _answer_reread(self, operation, lookup, rows):
        """Three-way comparison: what we agreed, what is there now, what we want."""
        if not rows and operation.kind == "delete":
            self._accept(operation, {})  # that is what was wanted
            return
        if not rows:
            self._gone(operation)
            return
        binding, remote = operation.binding_id, rows[0][1]
        if self._is_done_there(operation, remote):
            self._accept(operation, remote)
            return
        payload = canonical.loads(operation.payload or "{}")
        changed, ours = self._changes(binding, remote, payload)
        if operation.doubtful:
            # our own request, whose answer was lost, may have changed just what it was to change
            changed -= ours
        if changed and not operation.forced:
            if self._merge_names(operation, remote, changed, ours):
                return
            both = changed & ours
            adapter = self.env["quickbooks.adapter"]._for_link(operation)
            if both or not adapter._sparse_changes:
                self._conflict(operation, remote, sorted(both or changed))
                return
        self._take_remote(binding, remote)
        self._continue(operation, doubtful=False)

    @staticmethod
    def _changes(binding, remote, payload):
        """What changed in QuickBooks since its last answer, and what this payload is to change."""
        known = canonical.loads(binding.agreed_remote or "{}")
        agreed = canonical.loads(binding.agreed_payload or "{}")
        return changed_there(remote, known, payload or known), changed_here(payload, agreed)

    def _merge_names(self, operation, remote, changed, ours):
        """Take over what changed in QuickBooks before ours is sent; True when that was done."""
        return False

    def _is_done_there(self, operation, remote):
        """Whether QuickBooks executed a request of ours whose answer was lost."""
        if operation.kind == "void":
            return self._is_voided(operation, remote)
        if operation.kind == "delete":
            return False  # or there would be nothing to read
        binding = operation.binding_id
        if not operation.doubtful or remote["SyncToken"] == binding.sync_token:
            return False
        payload = canonical.loads(operation.payload or "{}")
        changed, ours = self._changes(binding, remote, payload)
        return (
            bool(ours)
            and changed <= ours
            and all(arrived(payload, remote, attribute) for attribute in ours)
        )

    @staticmethod
    def _is_voided(operation, remote):
        return entities.get(operation.remote_type).space == "txn" and read_document(remote).voided

    def _conflict(self, operation, remote, attributes):
        names = ", ".join(attributes)
        operation.binding_id.write({"agreed_remote": canonical.dumps(remote)})
        self._hold(operation, "conflict", attributes=names)
        operation.binding_id._set_state("conflict", "conflict", operation.problem_text)

    def _take_remote(self, binding, remote):
        binding.write({"sync_token": remote["SyncToken"], "agreed_remote": canonical.dumps(remote)})

    def _answer_dependencies(self, operation, lookup, rows):
        """Name what is inactive or gone, so that a person can mend it."""
        binding = operation.binding_id
        found = {(entity, row["Id"]): row for entity, row in rows}
        payload = canonical.loads(operation.payload or "{}")
        wanted = references(payload)
        if binding.remote_id:
            wanted.append((operation.remote_type, binding.remote_id))
        for entity, remote_id in wanted:
            row = found.get((entity, remote_id))
            if row:
                self.env["quickbooks.reference"]._store(operation.connection_id, entity, [row])
        own = (operation.remote_type, binding.remote_id)
        if own in found and payload.get("Active") is False and not _active(found[own]):
            self._accept_inactive(operation, found[own], payload)
            return
        inactive = [found[ref] for ref in wanted if ref in found and not _active(found[ref])]
        missing = [ref for ref in wanted if ref not in found]
        if inactive:
            names = ", ".join(row.get("DisplayName") or row.get("Name") or "" for row in inactive)
            self._hold(operation, "inactive_dependency", names=names)
        elif missing and missing[-1] == (operation.remote_type, binding.remote_id):
            self._gone(operation)
        elif missing:
            names = ", ".join(f"{entity} {remote_id}" for entity, remote_id in missing)
            self._hold(operation, "deleted_dependency", names=names)
        elif operation.attempts < 3:
            self._continue(operation)  # somebody mended it in the meantime
        else:
            text = operation.problem_text or ""
            self._hold(operation, "business_rule", text=operation.fault_detail or text)

    def _accept_inactive(self, operation, row, payload):
        """It is inactive there already, as was wanted. QuickBooks changes nothing else of it, so
        the rest is not agreed: it is sent when the object wakes."""
        before = canonical.loads(operation.binding_id.agreed_payload or "{}")
        self._accept(operation, row)
        self._agree(operation.binding_id, {**before, **arrived_part(payload, row)})

    @staticmethod
    def _agree(binding, agreed):
        binding.write(
            {
                "agreed_payload": canonical.dumps(agreed),
                "agreed_digest": canonical.digest(agreed),
            }
        )

    def _answer_holder(self, operation, lookup, rows):
        if entities.get(operation.remote_type).space == "txn":
            self._answer_number_holder(operation, rows)
            return
        own = self._own_name(operation, lookup, rows)
        if own:
            self._adopt_name(operation, own)
            return
        if operation.attempts > 3:
            names = [row.get("DisplayName") or row.get("Name") or "" for _entity, row in rows]
            holder = ", ".join(names) or self.env._("another entry")
            self._hold(operation, "name_taken_by_other", holder=holder)
            return
        if not rows:
            # names are unique whatever their case, but a query compares exactly (FACTS 4): let
            # the lists be read again and matching decide
            self.env["quickbooks.directory"]._expire(operation.connection_id)
        for entity, row in rows:
            self.env["quickbooks.reference"]._store(operation.connection_id, entity, [row])
        # with the holder in our list, matching decides again: adopt it, or take another name
        self._continue(operation)
        if not rows and operation.attempts > 1:  # queries lag behind, so the holder may show later
            operation.not_before = fields.Datetime.now() + SECOND_LOOK

    def _answer_number_holder(self, operation, rows):
        """Adopt a document of the same number only when party, date, total and currency agree."""
        twin = self._twin(operation, [row for _, row in rows])
        if twin:
            self._adopt(operation, twin, "linked")
            return
        if not operation.binding_id._record().exists():
            self._continue(operation)  # deleted here: nothing is to be sent any more
            return
        other = rows[0][1] if rows else {}
        payload = canonical.loads(operation.payload or "{}")
        self._hold(
            operation,
            "number_taken_by_other",
            number=payload.get("DocNumber"),
            type=operation.remote_type,
            id=other.get("Id") or "?",
        )

    def _answer_after_unknown(self, operation, lookup, rows):
        binding = operation.binding_id
        if binding.remote_id:
            self._answer_reread(operation, lookup, rows)
            return
        if entities.get(operation.remote_type).lane == entities.NAMES:
            self._answer_holder(operation, lookup, rows)
            return
        twin = self._twin(operation, [row for _, row in rows])
        if twin:
            self._adopt(operation, twin, "found_again")
        elif lookup.get("looks"):
            self._continue(operation, doubtful=False)
        else:
            self._look_later(operation)

    @api.model
    def _accept(self, operation, row):
        """Book what QuickBooks has as executed. When the record changed meanwhile, the operation
        is planned once more, for what is newer than that."""
        record = operation.binding_id._record().exists()
        tid = operation.intuit_tid or ""
        newer = canonical.loads(operation.lookup or "{}").get("newer")
        self.env["quickbooks.settle"]._accept(operation, row, tid, record)
        operation._release_waiters()
        if newer:
            self._plan_again(operation)

    @staticmethod
    def _plan_again(operation):
        operation._reopen(lookup=False, doubtful=False, kind="sync", attempts=0)

    def _adopt_name(self, operation, row):
        """Link a name that a request of ours has made. The record may have changed since that
        request, so only what arrived is agreed, and the rest is sent."""
        payload = canonical.loads(operation.payload or "{}")
        agreed = arrived_part(payload, row)
        self._adopt(operation, row, "found_again")
        self._agree(operation.binding_id, agreed)
        if not canonical.same(agreed, payload):
            self._plan_again(operation)

    def _adopt(self, operation, row, key):
        """Link a document that is ours, and send our version once more if it is not up to date."""
        binding = operation.binding_id
        payload = canonical.loads(operation.payload or "{}")
        operation.kind = "create"
        self._accept(operation, row)
        binding._log_note("info", self.env["quickbooks.messages"]._sentence(key))
        binding.agreed_payload = canonical.dumps(payload)


def _active(row):
    return row.get("Active", True)
