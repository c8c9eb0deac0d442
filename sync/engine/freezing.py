import uuid

from odoo import models

from ...qbo import batch, canonical, entities

#: Up to this many leftovers go as single calls: they are faster than a batch.
SINGLES = 2


class QuickbooksPush(models.AbstractModel):
    """Freezing: what is to be written is put into envelopes before anything leaves."""

    _inherit = "quickbooks.push"

    def _freeze(self, connection, writes):
        """Put writes into envelopes: up to 30 in one, names apart from documents."""
        groups = {}
        for operation, write in writes:
            if write.file is not None:
                self._freeze_file(connection, operation, write)
                continue
            lane = entities.get(operation.remote_type).lane
            groups.setdefault((lane, operation.wave), []).append((operation, write))
        for (lane, _wave), members in sorted(groups.items()):
            together = [member for member in members if not member[0].alone]
            alone = [member for member in members if member[0].alone]
            for chunk in batch.chunks(together):
                if len(chunk) <= SINGLES:
                    alone += chunk
                else:
                    self._freeze_batch(connection, lane, chunk)
            for operation, write in alone:
                self._freeze_single(connection, lane, operation, write)

    def _freeze_single(self, connection, lane, operation, write):
        entity = entities.get(operation.remote_type)
        params, body = [], write.body
        if write.kind == "delete":
            params = [["operation", "delete"]]
        elif write.kind == "void":
            if entity.void == "operation":
                params = [["operation", "void"]]
            else:
                params = [["operation", "update"], ["include", "void"]]
                body = {**body, "sparse": True}
        envelope = self._envelope(connection, lane, entity.url, params, body)
        self._bind(operation, write, envelope)

    def _freeze_file(self, connection, operation, write):
        """Metadata as text; the file stays where it is and is named by its checksum."""
        envelope = self._envelope(connection, "files", "upload", [], write.body)
        envelope.write({"attachment_id": write.file.id, "attachment_checksum": write.file.checksum})
        self._bind(operation, write, envelope)

    def _freeze_batch(self, connection, lane, members):
        items = [
            batch.BatchItem(
                batch.encode_bid(operation.id), write.kind, operation.remote_type, write.body
            )
            for operation, write in members
        ]
        body = batch.build(items)
        envelope = self._envelope(connection, lane, "batch", [], body, is_batch=True)
        for (operation, write), item in zip(members, items, strict=True):
            self._bind(operation, write, envelope, item.bid)

    def _envelope(self, connection, lane, path, params, body, is_batch=False):
        return self.env["quickbooks.envelope"].create(
            {
                "connection_id": connection.id,
                "request_id": uuid.uuid4().hex,
                "path": path,
                "params": canonical.dumps(params),
                "body": canonical.dumps(body),
                "is_batch": is_batch,
                "lane": lane,
            }
        )

    def _bind(self, operation, write, envelope, item_key=False):
        values = {
            "state": "prepared",
            "kind": write.kind,
            "envelope_id": envelope.id,
            "item_key": item_key,
            "problem_key": False,
            "problem_text": False,
        }
        if write.kind not in ("void", "delete"):
            values["payload"] = canonical.dumps(write.payload)
            values["payload_digest"] = canonical.digest(write.payload)
        operation.write(values)
