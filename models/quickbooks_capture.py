import logging

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, models
from odoo.exceptions import MissingError

_logger = logging.getLogger(__name__)

KEY = "quickbooks_online.marks"


class QuickbooksCapture(models.AbstractModel):
    """Notes which records changed, at the price of one insert per transaction.

    Hooks call :meth:`_mark`, which only remembers ids. When the transaction is about to commit,
    one row per record goes into the outbox and the worker is woken. Nothing here may ever stop a
    person's work: whatever fails is logged, and the worker's scan finds the record later.
    """

    _name = "quickbooks.capture"
    _description = "QuickBooks Change Capture"

    @api.model
    def _mark(self, records, reason, released=False):
        """Remember that records changed in a way QuickBooks should know of.

        :param reason: short sentence for people
        :param released: a person asked for it, so it goes out even when sending is by hand

        What a connection brought (context ``qbo_inbound``, its id) is news for the others only: a
        contact or product may be shared by several companies. With True it is news for nobody.
        """
        source = self.env.context.get("qbo_inbound")
        if not records or source is True or (source and not self._others_capture(source)):
            return
        precommit = self.env.cr.precommit
        marks = precommit.data.get(KEY)
        if marks is None:
            marks = precommit.data[KEY] = {}
            # the company is named, or the defaults of the rows would ask for the superuser's
            context = {"allowed_company_ids": self.env.company.ids}
            root = self.env(user=SUPERUSER_ID, context=context)
            precommit.add(self.with_env(root)._flush_marks)
        for record_id in records.ids:
            key = (records._name, record_id)
            first_reason, asker, first_source = marks.get(key, (reason, None, source))
            both = source if source == first_source else None
            marks[key] = (first_reason, self.env.company if released else asker, both)

    @api.model
    def _mark_deleted(self, records, reason):
        """Note records that are about to be deleted; afterwards nobody knows whose they were.
        Also those that may be getting their link right now. Like all of this it never stops a
        person's work."""
        try:
            with self.env.cr.savepoint(flush=False):
                root = self.with_user(SUPERUSER_ID)
                targets = root.env["quickbooks.adapter"]._targets(records.with_env(root.env))
                root.env["quickbooks.change"]._note(
                    [
                        (connection_id, record._name, record.id, reason, False)
                        for connection_id, record in dict.fromkeys(targets)
                    ]
                )
        except OperationalError:
            raise
        except Exception:
            _logger.exception("Deleted records were not noted; the next scan finds them.")

    def _others_capture(self, connection_id):
        """Whether any other connection notes changes."""
        return bool(set(self.env["quickbooks.connection"]._capturing_ids()) - {connection_id})

    def _flush_marks(self):
        marks = self.env.cr.precommit.data.pop(KEY, None)
        if not marks:
            return
        try:
            with self.env.cr.savepoint(flush=False):
                self._write_changes(marks)
        except OperationalError:
            raise  # Odoo replays the whole transaction, this included
        except Exception:
            _logger.exception(
                "Changes of %s records were not noted for QuickBooks; the next scan finds them.",
                len(marks),
            )

    def _write_changes(self, marks):
        """One outbox row per record and connection."""
        by_model = {}
        for (model, record_id), mark in marks.items():
            by_model.setdefault(model, {})[record_id] = mark
        rows = {"record": [], "unlinked": []}
        for model, ids in by_model.items():
            records = self.env[model].browse(ids)
            for (connection_id, record), kind in self._targets(records, ids).items():
                reason, asker, source = ids[record.id]
                if source != connection_id:
                    rows[kind].append((connection_id, model, record.id, reason, bool(asker)))
        for kind, of_kind in rows.items():
            self.env["quickbooks.change"]._note(of_kind, kind)

    @api.model
    def _targets(self, records, marks):
        """Pairs of connection id and record to note, without records deleted since, and as what
        kind of change.

        Those are rare, so whether they exist is asked only after one was missed.
        """
        try:
            return self._targets_of(records, marks)
        except MissingError:
            return self._targets_of(records.exists(), marks)

    @api.model
    def _targets_of(self, records, marks):
        """What a person asked for is always noted, for the company he worked in; of the rest the
        record's adapters decide."""
        adapter = self.env["quickbooks.adapter"]
        asked = records.filtered(lambda record: marks[record.id][1])
        targets = [
            (adapter._connection_of(record, marks[record.id][1]).id, record) for record in asked
        ]
        rest = records - asked
        targets += adapter._targets(rest) if rest else []
        kinds = dict.fromkeys(adapter._unlinked_targets(rest) if rest else [], "unlinked")
        kinds.update(dict.fromkeys(targets, "record"))
        return {target: kind for target, kind in kinds.items() if target[0]}
