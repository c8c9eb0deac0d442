from odoo import api, models
from odoo.fields import Domain
from odoo.tools import SQL

from ...qbo import canonical, entities, query
from ...qbo.mapping import attachment
from ...qbo.model import FileSnapshot, Ref
from ..plan import Done, Write

#: Field whose file is the invoice as it was sent.
PDF_FIELD = "invoice_pdf_report_file"


class QuickbooksAttachmentAdapter(models.AbstractModel):
    """File of a document → Attachable.

    A file follows its document: uploaded when that is in QuickBooks, once for each version of it.
    QuickBooks keeps bytes as they are (FACTS 11), so a file that changed is removed there and
    uploaded anew. Nothing waits for a file, and a file's trouble is not its document's.
    """

    _name = "quickbooks.adapter.attachable"
    _inherit = "quickbooks.adapter"
    _description = "QuickBooks Adapter: File"

    _remote_type = "Attachable"
    _res_model = "ir.attachment"

    # -- which files ---------------------------------------------------------------------------

    def _concerns(self, record):
        return record.res_model in self._file_models() and bool(record.res_id)

    @api.model
    def _file_models(self):
        """Models whose records' files may follow a document. Posting an expense copies its files to
        the entry; what is attached to it later stays with the expense."""
        return self._document_models() | {"hr.expense"}

    def _documents_of(self, record):
        """Records a file may belong to in QuickBooks, as (model, id): the one it is attached to,
        the entry of that expense, and the payment that entry is of, because an expense that the
        company paid is in QuickBooks as its payment (``adapters/purchase.py``)."""
        found = [(record.res_model, record.res_id)]
        entry = self.env["account.move"]
        if record.res_model == "hr.expense":
            entry = self.env["hr.expense"].sudo().browse(record.res_id).exists().account_move_id
        elif record.res_model == "account.move":
            entry = entry.browse(record.res_id).exists()
        for owner in (entry, entry.origin_payment_id):
            if owner and (owner._name, owner.id) not in found:
                found.append((owner._name, owner.id))
        return found

    def _is_copied(self, record):
        """Whether a file of an expense is attached to its entry as well, which then is the one."""
        if record.res_model != "hr.expense":
            return False
        documents = self._documents_of(record)
        entries = [res_id for model, res_id in documents if model == "account.move"]
        twins = [
            ("res_model", "=", "account.move"),
            ("res_id", "in", entries),
            ("checksum", "=", record.checksum),
        ]
        return bool(self.env["ir.attachment"].search_count(twins, limit=1))

    @staticmethod
    def _is_chosen(policy, record):
        """Whether the setting takes this file; other binary fields are Odoo's own affair."""
        if record.type != "binary" or policy in (None, "none"):
            return False
        return record.res_field == PDF_FIELD or (policy == "all" and not record.res_field)

    def _capture_targets(self, records):
        """Files of documents of the companies that send them, and whatever is there already."""
        targets = self._linked_targets(records)
        rules = self.env["quickbooks.connection"]._attachment_rules()
        if not rules:
            return targets
        for model, files in records.filtered(self._concerns).grouped("res_model").items():
            documents = self.env[model].browse(files.mapped("res_id")).exists()
            companies = {document.id: document.company_id.id for document in documents}
            for record in files:
                found = self.env["quickbooks.connection"]._capturing(companies.get(record.res_id))
                if found and self._is_chosen(rules.get(found[0]), record):
                    targets.append((found[0], record))
        return targets

    def _share(self, connection, records, released):
        chosen = records.filtered(
            lambda r: self._concerns(r) and self._is_chosen(connection.attachment_policy, r)
        )
        return chosen | super()._share(connection, records - chosen, False)

    @api.model
    def _follow(self, operation, document):
        """Have the files of a document looked at that has just arrived."""
        connection = operation.connection_id
        if connection.attachment_policy == "none":
            return
        entry = document.move_id if document._name == "account.payment" else document
        owners = [document, entry]
        if entry._name == "account.move":
            owners += entry.sudo().line_ids.expense_id
        places = {(owner._name, owner.id) for owner in owners if owner}
        files = self.env["ir.attachment"].search(
            Domain.OR(
                Domain("res_model", "=", name) & Domain("res_id", "=", res_id)
                for name, res_id in sorted(places)
            )
            & Domain("res_field", "in", (False, PDF_FIELD))
        )
        self._note(connection, files, operation.released)

    def _note(self, connection, files, released):
        reason = self.env._("Its document is in QuickBooks")
        self.env["quickbooks.change"].create(
            [
                {
                    "connection_id": connection.id,
                    "res_model": file._name,
                    "res_id": file.id,
                    "reason": reason,
                    "released": released,
                }
                for file in files
            ]
        )

    def _missed(self, connection, limit):
        """Also files of documents that are there, attached since files are sent at all."""
        missed = super()._missed(connection, limit)
        if connection.attachment_policy == "none" or not connection.attachment_since:
            return missed
        rows = self.env.execute_query(
            SQL(
                """SELECT a.id FROM ir_attachment a
                     LEFT JOIN hr_expense e ON a.res_model = 'hr.expense' AND e.id = a.res_id
                     LEFT JOIN account_payment p ON p.move_id = CASE a.res_model
                          WHEN 'account.move' THEN a.res_id ELSE e.account_move_id END
                    WHERE a.create_date >= %(since)s
                      AND EXISTS (SELECT FROM quickbooks_binding d
                            WHERE d.connection_id = %(connection)s
                              AND (d.res_model, d.res_id) IN (
                                  (a.res_model, a.res_id), ('account.payment', p.id),
                                  ('account.move', e.account_move_id))
                              AND d.remote_type IN %(types)s AND d.remote_id IS NOT NULL
                              AND d.state NOT IN ('unlinked', 'gone'))
                      AND NOT EXISTS (SELECT FROM quickbooks_binding b
                            WHERE b.connection_id = %(connection)s AND b.res_id = a.id
                              AND b.res_model = 'ir.attachment' AND b.state <> 'unlinked')
                    ORDER BY a.id LIMIT %(limit)s""",
                connection=connection.id,
                types=self._document_types(),
                since=connection.attachment_since,
                limit=limit,
            )
        )
        found = self.env["ir.attachment"].browse([row_id for (row_id,) in rows])
        return missed | found.filtered(
            lambda r: (
                self._is_chosen(connection.attachment_policy, r)
                and not self._objection(r)
                and not self._is_copied(r)
            )
        )

    @staticmethod
    def _document_types():
        return tuple(name for name, e in entities.ENTITIES.items() if e.space == "txn")

    @staticmethod
    def _objection(record):
        """Why QuickBooks would not take the file; empty when it would."""
        return attachment.problem(record.name or "", record.mimetype or "", record.file_size)

    # -- planning ------------------------------------------------------------------------------

    def _label(self, record):
        return record.name

    def _plan(self, ctx, operation, record):
        binding = operation.binding_id
        link = self._document_link(ctx, record)
        payload = self._payload(ctx, record, link) if link else {}
        if binding.remote_id:
            if self._is_outdated(binding, record, payload):
                body = {"Id": binding.remote_id, "SyncToken": binding.sync_token}
                return Write("delete", {}, body)
            return Done("already_there")
        chosen = self._is_chosen(ctx.connection.attachment_policy, record)
        if not payload or not chosen or self._is_copied(record):
            return Done("nothing_to_do", None)
        return Write("create", payload, payload, file=record)

    def _document_link(self, ctx, record):
        """The link of the file's document, if that is in QuickBooks and stands there."""
        places = Domain.OR(
            Domain("res_model", "=", name) & Domain("res_id", "=", res_id)
            for name, res_id in self._documents_of(record)
        )
        return self.env["quickbooks.binding"].search(
            places
            & Domain("connection_id", "=", ctx.connection.id)
            & Domain("remote_type", "in", self._document_types())
            & Domain("remote_id", "!=", False)
            & Domain("state", "not in", ("unlinked", "gone", "voided")),
            order="id",
            limit=1,
        )

    def _payload(self, ctx, record, link):
        """Metadata of the file; empty, with a line in the document's history, when QuickBooks
        takes no such file."""
        problem = self._objection(record)
        if problem:
            text = self.env["quickbooks.messages"]._sentence(f"file_{problem}", name=record.name)
            link._log_note("warning", text)
            return {}
        return attachment.attachable(
            FileSnapshot(
                name=record.name,
                content_type=record.mimetype or "",
                document=Ref(link.remote_type, link.remote_id),
                mark=self._mark(record),
                is_document=record.res_field == PDF_FIELD,
            ),
            ctx.profile.country,
        )

    def _mark(self, record):
        """Tells this version of this file from all others."""
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid") or ""
        return f"[odoo {database[:8]}/{record._name}/{record.id}/{(record.checksum or '')[:12]}]"

    def _is_outdated(self, binding, record, payload):
        """Whether what is in QuickBooks is not this file any more: another content, another
        document, or an invoice that has been taken back since."""
        agreed = canonical.loads(binding.agreed_payload or "{}")
        if agreed.get("Note") != self._mark(record):
            return True
        if agreed.get("Category") == attachment.DOCUMENT and record.res_field != PDF_FIELD:
            return True
        return bool(payload) and agreed.get("AttachableRef") != payload["AttachableRef"]

    # -- settling ------------------------------------------------------------------------------

    def _verify(self, operation, body, record):
        """Compare the size, as far as the file is still the one that was sent."""
        size = body.get("Size")
        if record and size is not None and self._mark(record) == body.get("Note"):
            if int(size) != record.file_size:
                params = {"remote": size, "local": record.file_size}
                return "mismatch", "file_differs", params
        return super()._verify(operation, body, record)

    def _answered_values(self, body):
        return {"remote_name": body.get("FileName"), "voided": False}

    def _accepted(self, operation, record):
        """What was removed because it changed is uploaded anew, if it is still wanted."""
        if operation.kind == "delete" and record:
            self._note(operation.connection_id, record, operation.released)

    def _search_questions(self, payload):
        """The files of the document (FACTS 11)."""
        target = payload["AttachableRef"][0]["EntityRef"]
        conditions = [
            ("AttachableRef.EntityRef.Type", "=", target["type"]),
            ("AttachableRef.EntityRef.value", "=", target["value"]),
        ]
        statement = query.select(self._remote_type, conditions, limit=1000)
        return [{"entity": self._remote_type, "statement": statement}]
