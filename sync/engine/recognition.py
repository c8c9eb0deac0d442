from odoo import api, fields, models

from ...qbo import canonical, dates, entities
from ...qbo.mapping.document import read_document
from ...qbo.names import name_key


class QuickbooksLookup(models.AbstractModel):
    """Which of the rows QuickBooks answered with is our own."""

    _inherit = "quickbooks.lookup"

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
        return name == sent_name and made >= since - dates.CLOCK_MARGIN

    @staticmethod
    def _unanswered_name(operation):
        """Comparable form of the new name that a request without an answer asked for, or ""."""
        if not operation.doubtful or operation.kind != "create":
            return ""
        attribute = entities.get(operation.remote_type).natural_key
        return name_key(canonical.loads(operation.payload or "{}").get(attribute) or "")

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
        record = operation.binding_id._record().exists()
        if not record:  # deleted here: only our mark could have told
            return False
        total = adapter._total(record)
        currency = (payload.get("CurrencyRef") or {}).get("value")
        return (
            remote.party_id == payload[party]["value"]
            and remote.date == payload["TxnDate"]
            and remote.number == (payload.get("DocNumber") or remote.number)
            and remote.total == total
            and (not currency or remote.currency == currency)
        )

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


def _note(body):
    """The text that ends with our mark: the internal memo of a document, the note of a file."""
    return body.get("PrivateNote") or body.get("Note") or ""
