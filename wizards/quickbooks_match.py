from odoo import api, fields, models
from odoo.exceptions import UserError

from ..qbo import canonical


class QuickbooksMatch(models.TransientModel):
    """A person decides which object of QuickBooks a record is, or that it is a new one."""

    _name = "quickbooks.match"
    _description = "QuickBooks Match"

    operation_id = fields.Many2one("quickbooks.operation", required=True, ondelete="cascade")
    local_name = fields.Char(related="operation_id.local_name")
    reason = fields.Char(related="operation_id.problem_text")
    remote_type = fields.Char(related="operation_id.remote_type")
    candidate_ids = fields.Many2many(
        "quickbooks.reference", context={"active_test": False}, string="Candidates"
    )
    reference_id = fields.Many2one(
        "quickbooks.reference",
        string="It is",
        context={"active_test": False},
        domain="[('connection_id', '=', connection_id), ('remote_type', '=', remote_type),"
        " ('kind', 'not in', ('Category', 'Group'))]",
    )
    connection_id = fields.Many2one(related="operation_id.connection_id")

    @api.model
    def _open(self, operation):
        """The action that asks about one operation."""
        self.env["quickbooks.connection"]._check_manager(operation)
        ids = canonical.loads(operation.sudo().candidates or "[]")
        candidates = (
            self.env["quickbooks.reference"]
            .with_context(active_test=False)
            .search(
                [
                    ("connection_id", "=", operation.connection_id.id),
                    ("remote_type", "=", operation.remote_type),
                    ("remote_id", "in", ids),
                ]
            )
        )
        wizard = self.create(
            {
                "operation_id": operation.id,
                "candidate_ids": [fields.Command.set(candidates.ids)],
                "reference_id": candidates[:1].id,
            }
        )
        return {
            "type": "ir.actions.act_window",
            "name": self.env._("Which One Is It?"),
            "res_model": self._name,
            "res_id": wizard.id,
            "view_mode": "form",
            "target": "new",
        }

    def action_link(self):
        """Link the record to the chosen object; an inactive one is made active again."""
        self.ensure_one()
        if not self.reference_id:
            raise UserError(self.env._("Choose an entry of QuickBooks first."))
        operation = self._waiting_operation()
        self._check_kind(operation)
        self._check_free(operation)
        operation.binding_id.write(
            {
                "remote_id": self.reference_id.remote_id,
                "sync_token": self.reference_id.sudo()._body().get("SyncToken"),
                "agreed_payload": False,
                "agreed_digest": False,
            }
        )
        self._log(operation, self.env._("Linked by %s.", self.env.user.name))
        operation.action_retry()
        return {"type": "ir.actions.act_window_close"}

    def action_create_new(self):
        """None of them: create a new object."""
        self.ensure_one()
        operation = self._waiting_operation()
        operation.binding_id.create_new = True
        self._log(operation, self.env._("%s decided that it is a new one.", self.env.user.name))
        operation.action_retry()
        return {"type": "ir.actions.act_window_close"}

    def _waiting_operation(self):
        """The operation, if it still waits for this decision."""
        self.env["quickbooks.connection"]._check_manager(self.operation_id)
        operation = self.operation_id.sudo()
        if operation.state not in ("held", "failed") or operation.binding_id.remote_id:
            raise UserError(self.env._("This was decided already. Close this window."))
        return operation

    def _check_kind(self, operation):
        reference = self.reference_id.sudo()
        wanted = (operation.connection_id, operation.remote_type)
        strange = reference.kind in ("Category", "Group")
        if operation.res_model == "project.project":
            strange = reference.kind != "job"
        if (reference.connection_id, reference.remote_type) != wanted or strange:
            raise UserError(
                self.env._("%(name)s cannot be linked here.", name=reference.display_name)
            )

    def _check_free(self, operation):
        other = (
            self.env["quickbooks.binding"]
            .sudo()
            .search(
                [
                    ("connection_id", "=", operation.connection_id.id),
                    ("remote_type", "=", operation.remote_type),
                    ("remote_id", "=", self.reference_id.remote_id),
                    ("state", "!=", "unlinked"),
                    ("id", "!=", operation.binding_id.id),
                ],
                limit=1,
            )
        )
        if other:
            raise UserError(
                self.env._(
                    "%(remote)s is already linked to %(local)s.",
                    remote=self.reference_id.display_name,
                    local=other.local_name,
                )
            )

    def _log(self, operation, message):
        operation.binding_id._log_note("info", message)
