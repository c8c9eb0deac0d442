from datetime import timedelta

from odoo import api, fields, models

from ...qbo import canonical, dates, entities, query
from ...qbo.mapping.common import plain_name
from ...qbo.mapping.document import read_document
from ...qbo.names import name_key

#: Two look-ups this far apart must find nothing before something is sent as a new request,
#: because QuickBooks' query path lags behind its writes (FACTS 14#13).
SECOND_LOOK = timedelta(minutes=2)

#: How far QuickBooks' clock and ours may be apart.
CLOCK_MARGIN = timedelta(minutes=10)

#: Compared by their figures and as one, because line ids and computed parts change by themselves
#: and one follows from the other.
MONEY_ATTRIBUTES = ("Line", "TxnTaxDetail", "TotalAmt")
MONEY = "Line"
#: Keys of sub-objects that QuickBooks sets.
ADDED = ("Id", "Lat", "Long")
NAME_ATTRIBUTES = ("DisplayName", "Name")
#: Changes with every write or payment and is nobody's edit.
FURNITURE = (
    "Id",
    "SyncToken",
    "MetaData",
    "Balance",
    "LinkedTxn",
    "HomeBalance",
    "RemainingCredit",
)

#: Attributes of a payload that refer to an object, and its type.
REFERENCE_KEYS = {
    "CustomerRef": "Customer",
    "ItemRef": "Item",
    "AccountRef": "Account",
    "IncomeAccountRef": "Account",
    "DepositToAccountRef": "Account",
    "PaymentMethodRef": "PaymentMethod",
    "ParentRef": "Customer",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "VendorRef": "Vendor",
    "EmployeeRef": "Employee",
    "BankAccountRef": "Account",
    "CCAccountRef": "Account",
}

NAME_TYPES = ("Customer", "Vendor", "Employee")


class QuickbooksLookup(models.AbstractModel):
    """Asks QuickBooks what became of an object, and decides by the answer.

    Needed when the outcome of a request is unknown, when the object changed there, when a name or
    number is taken, and when something it refers to is gone. Questions are plain data, asked
    outside any transaction; answers come back as rows.
    """

    _name = "quickbooks.lookup"
    _description = "QuickBooks Look-up"

    # -- questions -----------------------------------------------------------------------------

    @api.model
    def _questions(self, operation):
        """What to ask: list of ``{"entity", "id"}`` (read) or ``{"entity", "statement"}``."""
        lookup = canonical.loads(operation.lookup)
        return getattr(self, f"_ask_{lookup['purpose']}")(operation, lookup)

    def _ask_reread(self, operation, lookup):
        return [{"entity": operation.remote_type, "id": operation.binding_id.remote_id}]

    def _ask_dependencies(self, operation, lookup):
        """The objects the payload refers to, active or not, and the object itself."""
        payload = canonical.loads(operation.payload or "{}")
        wanted = {}
        for entity, remote_id in self._references(payload):
            wanted.setdefault(entity, set()).add(remote_id)
        questions = [
            {"entity": entity, "statement": statement}
            for entity, ids in wanted.items()
            for statement in query.select_in(entity, "Id", sorted(ids))
        ]
        if operation.binding_id.remote_id:
            questions.append(
                {"entity": operation.remote_type, "id": operation.binding_id.remote_id}
            )
        return questions

    @staticmethod
    def _references(payload):
        """Objects a payload refers to: list of (entity, id)."""
        keys = REFERENCE_KEYS
        found, stack = [], [payload]
        while stack:
            value = stack.pop()
            if isinstance(value, list):
                stack.extend(value)
            elif isinstance(value, dict):
                if "TxnId" in value:
                    found.append((entities.find(value["TxnType"]).name, value["TxnId"]))
                found += [(keys[k], v["value"]) for k, v in value.items() if k in keys and v]
                stack.extend(value.values())
        return found

    def _ask_holder(self, operation, lookup):
        """Who has the name or number."""
        entity = entities.get(operation.remote_type)
        payload = canonical.loads(operation.payload or "{}")
        if entity.space == "txn":
            number = payload.get("DocNumber") or ""
            return [
                {
                    "entity": operation.remote_type,
                    "statement": query.select(
                        operation.remote_type, [("DocNumber", "=", number)], limit=100
                    ),
                }
            ]
        attribute = entity.natural_key
        types = NAME_TYPES if operation.remote_type in NAME_TYPES else (operation.remote_type,)
        condition = (attribute, "=", payload.get(attribute) or "")
        if lookup.get("holder"):
            condition = ("Id", "=", lookup["holder"])
        return [
            {
                "entity": kind,
                "statement": query.select(kind, [condition], limit=100, include_inactive=True),
            }
            for kind in types
        ]

    def _ask_after_unknown(self, operation, lookup):
        """The object by its id when it was known, else by number, party and day, or name."""
        if operation.binding_id.remote_id:
            return self._ask_reread(operation, lookup)
        payload = canonical.loads(operation.payload or "{}")
        own = self.env["quickbooks.adapter"]._for_link(operation)._search_questions(payload)
        if own is not None:
            return own
        if entities.get(operation.remote_type).space != "txn":
            return self._ask_holder(operation, {})
        conditions = [("TxnDate", "=", payload.get("TxnDate") or "")]
        if payload.get("DocNumber"):
            conditions = [("DocNumber", "=", payload["DocNumber"])]
        else:
            adapter = self.env["quickbooks.adapter"]._for_link(operation)
            party = adapter._party_attribute
            if payload.get(party) and adapter._party_queryable:
                conditions.append((party, "=", payload[party]["value"]))
        return [
            {
                "entity": operation.remote_type,
                "statement": query.select(operation.remote_type, conditions, limit=1000),
            }
        ]

    @api.model
    def _envelope_questions(self, envelope):
        """What to ask before an envelope without an answer is sent once more.

        A repeat is executed once as long as QuickBooks remembers its ``requestid``; nobody knows
        how long it does. So new documents, which unlike names have nothing that keeps them unique,
        are searched first. Names are protected by their uniqueness, updates by their SyncToken.
        """
        numbers, questions = {}, []
        for operation in self._new_documents(envelope):
            payload = canonical.loads(operation.payload or "{}")
            if payload.get("DocNumber"):
                numbers.setdefault(operation.remote_type, []).append(payload["DocNumber"])
            else:
                questions += self._ask_after_unknown(operation, {})
        for remote_type, values in numbers.items():
            questions += [
                {"entity": remote_type, "statement": statement}
                for statement in query.select_in(remote_type, "DocNumber", values)
            ]
        return questions

    @staticmethod
    def _new_documents(envelope):
        adapters = envelope.env["quickbooks.adapter"]
        return envelope._in_flight().filtered(
            lambda op: (
                op.kind == "create"
                and (
                    entities.get(op.remote_type).space == "txn"
                    or adapters._for_link(op)._known_by_content
                )
            )
        )

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
        changed, ours = (
            self._changed_remotely(binding, remote, payload),
            self._changed_here(binding, payload),
        )
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
        ours = self._changed_here(binding, payload)
        return (
            bool(ours)
            and self._changed_remotely(binding, remote, payload) <= ours
            and all(arrived(payload, remote, attribute) for attribute in ours)
        )

    def _changed_remotely(self, binding, remote, payload):
        """Owned attributes whose value in QuickBooks is not what it last answered.

        Both are QuickBooks' own renderings, so its re-formatting is no difference.
        """
        known = canonical.loads(binding.agreed_remote or "{}")
        if not known:
            return set()
        return {
            MONEY if key in MONEY_ATTRIBUTES else key
            for key in payload or known
            if key not in FURNITURE and not _is_same_there(key, remote, known)
        }

    @staticmethod
    def _changed_here(binding, payload):
        """Attributes this operation is to change."""
        agreed = canonical.loads(binding.agreed_payload or "{}")
        return {
            MONEY if key in MONEY_ATTRIBUTES else key
            for key in payload
            if not canonical.same(payload[key], agreed.get(key))
        }

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
        wanted = self._references(payload)
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

    def _own_name(self, operation, lookup, rows):
        """The row that a request of ours without an answer has made: of the name we sent, linked to
        nothing, and not older than the request. Matching could miss it, because the name may have
        got a suffix of ours."""
        if not lookup.get("sent"):
            return None
        since = fields.Datetime.to_datetime(lookup["sent"])
        candidates = [row for entity, row in rows if entity == operation.remote_type]
        linked = self._linked_ids(operation, candidates)
        for row in candidates:
            if row["Id"] not in linked and self._may_be_own(operation, row, since):
                return row
        return None

    @api.model
    def _own_reference(self, operation):
        """The same in our copy of QuickBooks' lists, empty when they do not know of it.

        Its name may be one of our own making, which matching by the record's name would not find,
        and which would count as taken.
        """
        Reference = self.env["quickbooks.reference"].with_context(active_test=False)
        sent_name = self._unanswered_name(operation)
        if not sent_name:
            return Reference
        rows = Reference.search(
            [
                ("connection_id", "=", operation.connection_id.id),
                ("remote_type", "=", operation.remote_type),
                ("name_key", "=", sent_name),
            ]
        )
        own = rows.filtered(lambda row: self._may_be_own(operation, row._body()))
        return own.filtered(lambda row: not self._linked_ids(operation, [row._body()]))[:1]

    @api.model
    def _may_be_own(self, operation, row, since=None):
        """Whether a request for a new name, whose answer was lost, may have made this row.

        :param since: when that request left, if that is known
        """
        sent_name = self._unanswered_name(operation)
        if not sent_name:
            return False
        name = name_key(row[entities.get(operation.remote_type).natural_key])
        made = dates.naive_utc(row["MetaData"]["CreateTime"])
        since = since or operation.binding_id.create_date
        return name == sent_name and made >= since - CLOCK_MARGIN

    @staticmethod
    def _unanswered_name(operation):
        """Comparable form of the new name that a request without an answer asked for, or ""."""
        if not operation.doubtful or operation.kind != "create":
            return ""
        attribute = entities.get(operation.remote_type).natural_key
        return name_key(canonical.loads(operation.payload or "{}").get(attribute) or "")

    def _answer_number_holder(self, operation, rows):
        """Adopt a document of the same number only when party, date, total and currency agree."""
        twin = self._twin(operation, [row for _, row in rows])
        if twin:
            self._adopt(operation, twin, "linked")
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

    def _twin(self, operation, rows):
        """The row that is our document: our mark, or the same number, party, day, total and
        currency. Without a number of its own only the mark tells it from its like."""
        payload = canonical.loads(operation.payload or "{}")
        linked = self._linked_ids(operation, rows)
        free = [row for row in rows if row["Id"] not in linked]
        adapter = self.env["quickbooks.adapter"]._for_link(operation)
        if adapter._known_by_content:
            return adapter._recognise(operation, payload, free)
        marks = _note(payload).splitlines()[-1:]
        for row in free:
            if marks and marks[0] in _note(row):
                return row
        if not payload.get("DocNumber"):
            return None
        same = [row for row in free if self._same_document(operation, row, payload)]
        return same[0] if len(same) == 1 else None

    def _linked_ids(self, operation, rows):
        bindings = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", operation.connection_id.id),
                ("remote_type", "=", operation.remote_type),
                ("remote_id", "in", [row["Id"] for row in rows]),
                ("state", "!=", "unlinked"),
            ]
        )
        return set(bindings.mapped("remote_id"))

    def _same_document(self, operation, row, payload):
        adapter = self.env["quickbooks.adapter"]._for_link(operation)
        party = adapter._party_attribute
        remote = read_document(row, party)
        total = adapter._total(operation.binding_id._record())
        currency = (payload.get("CurrencyRef") or {}).get("value")
        return (
            remote.party_id == payload[party]["value"]
            and remote.date == payload["TxnDate"]
            and remote.number == (payload.get("DocNumber") or remote.number)
            and remote.total == total
            and (not currency or remote.currency == currency)
        )

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


def _note(body):
    """The text that ends with our mark: the internal memo of a document, the note of a file."""
    return body.get("PrivateNote") or body.get("Note") or ""


def _active(row):
    return row.get("Active", True)


def _is_same_there(key, remote, known):
    if key in MONEY_ATTRIBUTES:
        return canonical.same(_figures(remote), _figures(known))
    here, there = known.get(key), remote.get(key)
    if key in NAME_ATTRIBUTES:  # making it inactive renames it (FACTS 7.5)
        here, there = plain_name(here or ""), plain_name(there or "")
    return canonical.same(plain(here), plain(there))


def plain(value):
    """A value without what QuickBooks adds by itself: an address gets a new id whenever it is
    sent, coordinates follow from it, and names of references are for display."""
    if isinstance(value, list):
        return [plain(item) for item in value]
    if not isinstance(value, dict):
        return value
    added = ADDED + (("name",) if "value" in value else ())
    return {key: plain(item) for key, item in value.items() if key not in added}


def arrived(payload, remote, attribute):
    """Whether an attribute has in QuickBooks the value we sent."""
    ours, theirs = payload.get(attribute), remote.get(attribute)
    if attribute == MONEY:
        return canonical.same(_lines(payload), _lines(remote)) and all(
            contains(payload[key], remote.get(key))
            for key in MONEY_ATTRIBUTES
            if key != MONEY and payload.get(key) is not None
        )
    return contains(ours, theirs)


def arrived_part(payload, remote):
    """Those attributes of a payload that QuickBooks has as we sent them."""
    return {key: value for key, value in payload.items() if arrived(payload, remote, key)}


def contains(ours, theirs):
    """Whether QuickBooks' value says what ours says; it adds ids, names and defaults."""
    if isinstance(ours, bool):
        return ours is theirs
    if not ours:
        return not theirs
    if isinstance(ours, dict):
        return isinstance(theirs, dict) and all(contains(ours[k], theirs.get(k)) for k in ours)
    return canonical.same(ours, theirs)


def _figures(body):
    """The money of a document, without line ids and other furniture."""
    tax = (body.get("TxnTaxDetail") or {}).get("TotalTax")
    return {"lines": _lines(body), "tax": tax, "total": body.get("TotalAmt")}


def _lines(body):
    return [
        (
            line.get("DetailType"),
            line.get("Amount"),
            line.get("Description"),
            [(link["TxnType"], link["TxnId"]) for link in line.get("LinkedTxn") or []],
            _posting(line.get("JournalEntryLineDetail") or {}),
        )
        for line in body.get("Line") or []
        if line.get("DetailType") != "SubTotalLineDetail"
    ]


def _posting(detail):
    """What a line of a journal entry posts to: side, account and name."""
    entity = (detail.get("Entity") or {}).get("EntityRef") or {}
    account = detail.get("AccountRef") or {}
    return detail.get("PostingType"), account.get("value"), entity.get("value")
