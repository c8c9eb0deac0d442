from odoo import models

from ..qbo import canonical
from ..qbo.mapping import match
from ..qbo.mapping.common import changes
from ..qbo.names import name_key
from .plan import Adopt, Hold, NeedLists


class QuickbooksNamesAdapter(models.AbstractModel):
    """What customers and items have in common: they are matched before they are created, and
    their names are unique."""

    _name = "quickbooks.names"
    _inherit = "quickbooks.adapter"
    _description = "QuickBooks Adapter of Names"

    _sparse_changes = True
    #: attribute that holds the unique name
    _name_attribute = "DisplayName"

    def _plan(self, ctx, operation, record):
        binding = operation.binding_id
        if not binding.remote_id and not ctx.fresh_lists.issuperset(self._directory):
            return NeedLists(self._directory)
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

    def _preflight(self, ctx, operation, record):
        """A Hold or Wait when something is missing."""
        return None

    def _payload(self, ctx, operation, record):
        """All owned attributes of the record."""
        raise NotImplementedError

    # -- matching ------------------------------------------------------------------------------

    def _match(self, ctx, operation, record):
        """Adopt, a Hold for a person's choice, or None when a new object is to be created."""
        binding = operation.binding_id
        if binding.create_new:
            return None
        decision = self._decide(ctx, record)
        if decision.decision == "ask":
            return Hold("ambiguous_match", candidates=decision.ids)
        if decision.decision == "adopt":
            return self._adopt(ctx, operation, record, decision.ids[0])
        return None

    def _adopt(self, ctx, operation, record, remote_id):
        """Link an object of QuickBooks.

        Our values count as agreed, so that only later edits flow on and nothing that people
        entered in QuickBooks is overwritten; but an inactive object is made active.
        """
        reference = self.env["quickbooks.reference"]._find(
            ctx.connection, self._remote_type, remote_id
        )
        body = reference._body()
        payload = self._payload(ctx, operation, record)
        return Adopt(body, dict(payload, Active=body.get("Active", True)), payload)

    def _decide(self, ctx, record):
        """A :class:`match.Match` for the record."""
        raise NotImplementedError

    def _known(self, ctx, domain):
        """Rows of QuickBooks' list as candidates, with what is linked already."""
        rows = (
            self.env["quickbooks.reference"]
            .with_context(active_test=False)
            .search(
                [
                    ("connection_id", "=", ctx.connection.id),
                    ("remote_type", "=", self._remote_type),
                    *domain,
                ]
            )
        )
        linked = set(
            self.env["quickbooks.binding"]
            .search(
                [
                    ("connection_id", "=", ctx.connection.id),
                    ("remote_type", "=", self._remote_type),
                    ("remote_id", "in", rows.mapped("remote_id")),
                    ("state", "!=", "unlinked"),
                ]
            )
            .mapped("remote_id")
        )
        return [
            match.Known(
                id=row.remote_id,
                name_key=row.name_key or "",
                email_key=row.email_key or "",
                sku=row.number or "",
                active=row.active,
                linked=row.remote_id in linked,
            )
            for row in rows
        ]

    # -- names ---------------------------------------------------------------------------------

    def _taken_names(self, ctx, operation, base):
        """Comparable forms of all names near ``base`` that others hold, here or on their way."""
        binding = operation.binding_id
        key = name_key(base)
        rows = (
            self.env["quickbooks.reference"]
            .with_context(active_test=False)
            .search(
                [
                    ("connection_id", "=", ctx.connection.id),
                    ("remote_type", "in", self._name_space()),
                    ("name_key", "=like", self._like(key)),
                ]
            )
        )
        taken = {
            row.name_key
            for row in rows
            if (row.remote_type, row.remote_id) != (self._remote_type, binding.remote_id)
        }
        claims = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", ctx.connection.id),
                ("remote_type", "in", self._name_space()),
                ("name_key", "=like", self._like(key)),
                ("state", "!=", "unlinked"),
                ("id", "!=", binding.id),
            ]
        )
        return taken | set(claims.mapped("name_key"))

    @staticmethod
    def _like(key):
        escaped = key.replace("\\", "\\\\").replace("%", "\\%").replace("_", "\\_")
        return f"{escaped}%"

    def _name_space(self):
        """Entities among which the name must be unique."""
        return (self._remote_type,)

    # -- writing -------------------------------------------------------------------------------

    def _write(self, operation, payload):
        plan = super()._write(operation, payload)
        operation.binding_id.name_key = name_key(payload[self._name_attribute])
        return plan

    def _update_body(self, operation, payload):
        """Only what changed, so that what QuickBooks' people entered elsewhere stays.

        Waking an inactive object needs its name as well, because QuickBooks marked it.
        """
        agreed = canonical.loads(operation.binding_id.agreed_payload or "{}")
        body = changes(payload, agreed)
        if body.get("Active"):
            body[self._name_attribute] = payload[self._name_attribute]
        return body
