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
        problem = self._preflight(ctx, record)
        if problem:
            return problem
        needed = self._needed_operations(ctx, operation, record)
        if needed:
            names = ", ".join(op.local_name or "" for op in needed)
            return Wait(needed, names)
        return self._plan_content(ctx, operation, record)

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
        """Payments that left, or waited, while it was a draft are applied to it now."""
        super()._accepted(operation, record)
        if operation.kind != "create" or not record or record._name != "account.move":
            return
        if record.payment_state == "not_paid":
            return
        planner, Binding = self.env["quickbooks.planner"], self.env["quickbooks.binding"]
        adapter = self.env["quickbooks.adapter"]._for_type(self._settled_by)
        for payers in self._payers(record):
            links = Binding._links(operation.connection_id, payers, self._settled_by)
            known = payers.browse(links.mapped("res_id"))
            if known:
                planner._operations_for(operation.connection_id, adapter, known, operation.released)

    @staticmethod
    def _payers(move):
        """What settles it, by model: payments, bank lines, and what the till received."""
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        partials = terms.matched_credit_ids | terms.matched_debit_ids
        settled_by = (partials.credit_move_id | partials.debit_move_id).move_id - move
        payers = [settled_by.origin_payment_id, settled_by.statement_line_id]
        if "pos_payment_ids" in settled_by._fields:  # the point of sale is optional
            payers.append(settled_by.sudo().pos_payment_ids)
        return payers
