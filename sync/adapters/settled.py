from odoo import models

from ...qbo import canonical
from ...qbo.money import dec
from ..plan import Wait


class QuickbooksSettledAdapter(models.AbstractModel):
    """What documents that payments settle have in common: before one shrinks, moves to another
    party or goes away, the payments that are applied to it in QuickBooks let go of it."""

    _name = "quickbooks.settled"
    _inherit = "quickbooks.documents"
    _description = "QuickBooks Adapter of Documents That Are Paid"

    def _plan(self, ctx, operation, record):
        closed = self._plan_closed(ctx, operation, record)
        if closed:
            return closed
        excuse = self._excuse(ctx, operation, record)
        if excuse:
            return excuse
        self._settle_what_came(ctx, operation)
        problem = self._preflight(ctx, record)
        if problem:
            return problem
        needed = self._needed_operations(ctx, operation, record)
        if needed:
            names = ", ".join(op.local_name or "" for op in needed)
            return Wait(needed, names)
        return self._plan_content(ctx, operation, record)

    def _settle_what_came(self, ctx, operation):
        """What QuickBooks settles it with may have come while it was a draft here."""
        key = (self._remote_type, operation.binding_id.remote_id)
        if key[1] and self._settled_by == "Payment":
            self.env["quickbooks.inbound"]._look_at_short(ctx.connection, {key}, operation.id)

    def _plan_content(self, ctx, operation, record):
        """The plan of a document that nothing stands in the way of."""
        return self._write(operation, self._wanted_payload(ctx, record))

    def _excuse(self, ctx, operation, move):
        """Why a document that is not linked does not go out (yet), as a Done."""
        return None

    def _wanted_payload(self, ctx, move):
        """Every owned attribute of the document as it is now; what it refers to must be linked."""
        raise NotImplementedError

    def _partner_of(self, move):
        """The customer or vendor."""
        return move.commercial_partner_id

    def _needed_operations(self, ctx, operation, move):
        """Open operations of what must be in QuickBooks first: the customer or vendor; and of
        payments that must let go of the document before it shrinks."""
        variant = self._variant(ctx, move)
        needed = self._customer_operations(ctx, operation, self._partner_of(move), variant)
        if self._shrinks(ctx, operation.binding_id, move):
            needed |= self._payments_on_it(operation.binding_id)
        return needed

    def _shrinks(self, ctx, binding, move):
        """Whether QuickBooks would refuse the update while money is applied to the document."""
        if not binding.remote_id or not binding.remote_total:
            return False
        agreed = canonical.loads(binding.agreed_payload or "{}")
        party = self._party_ids(ctx, move, self._partner_of(move))
        before = (agreed.get(self._party_attribute) or {}).get("value")
        moved = before not in (None, *party.values())
        return moved or self._total(move) < dec(binding.remote_total)

    # -- settling ------------------------------------------------------------------------------

    def _accepted(self, operation, record):
        """What was applied to it while it was a draft is looked at again now that it is there:
        core keeps that, so nothing else notes it when the draft is confirmed."""
        super()._accepted(operation, record)
        if operation.kind != "create" or not record or record._name != "account.move":
            return
        if record.payment_state == "not_paid":
            return
        connection, planner = operation.connection_id, self.env["quickbooks.planner"]
        settled_by = self._settling(record)
        planner._look_at_changed(connection, settled_by, remote_type=self._settled_by)
        for money in self._money_of(settled_by):
            if money:
                planner._look_at_changed(connection, money)

    @staticmethod
    def _settling(move):
        """The entries that are applied to a document."""
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        partials = terms.matched_credit_ids | terms.matched_debit_ids
        return (partials.credit_move_id | partials.debit_move_id).move_id - move

    @staticmethod
    def _money_of(entries):
        """The money among entries, by model: payments, bank lines, and what the till received."""
        found = [entries.origin_payment_id, entries.statement_line_id]
        if "pos_payment_ids" in entries._fields:  # the point of sale is optional
            found.append(entries.sudo().pos_payment_ids)
        return found
