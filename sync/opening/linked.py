"""What is different about documents of before the cut-off once they are linked.

Their content is nobody's business: it is neither sent nor compared. Their payments are, except
those that were applied before the link, which both books know already.
"""

from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from odoo import api, fields, models

from ...qbo import canonical, dates
from ...qbo.mapping.document import read_document
from ...qbo.money import dec
from ..inbound.inbound import Verdict
from ..plan import Done, Hold


@dataclass(frozen=True)
class Before:
    """How things stood when a document was linked.

    :ivar ours: ids of the entries of Odoo that were applied to it
    :ivar theirs: (type, id) of what was applied to it in QuickBooks
    :ivar balance_gap: by how much more was open here; a person accepted that
    :ivar total_gap: the same of the totals
    :ivar at: when that was, naive UTC
    """

    ours: frozenset[int] = frozenset()
    theirs: frozenset[tuple[str, str]] = frozenset()
    balance_gap: Decimal = Decimal(0)
    total_gap: Decimal = Decimal(0)
    at: datetime | None = None


class QuickbooksOpening(models.AbstractModel):
    _inherit = "quickbooks.opening"

    # -- how things stood before -------------------------------------------------------------------

    @api.model
    def _before(self, binding):
        """:class:`Before` of a link."""
        if not binding.opening_settled:
            return Before()
        known = canonical.loads(binding.opening_settled)
        return Before(
            frozenset(known["ours"]),
            frozenset(tuple(pair) for pair in known["theirs"]),
            dec(known["balance_gap"]),
            dec(known["total_gap"]),
            fields.Datetime.to_datetime(known["at"]),
        )

    @api.model
    def _past_moves(self, ctx, payment, moves):
        """Those of these documents that the payment had settled before they were linked."""
        if not moves or not self._any(ctx):
            return moves.browse()
        bindings = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", ctx.connection.id),
                ("res_model", "=", moves._name),
                ("res_id", "in", moves.ids),
                ("opening", "=", True),
                ("state", "!=", "unlinked"),
            ]
        )
        past = bindings.filtered(lambda b: payment.move_id.id in self._before(b).ours)
        ids = set(past.mapped("res_id"))
        return moves.filtered(lambda move: move.id in ids)

    def _any(self, ctx):
        """Whether the connection has earlier documents at all, asked once in a round."""
        if "opening" not in ctx.evidence:
            ctx.evidence["opening"] = self.env["quickbooks.binding"].search_count(
                [("connection_id", "=", ctx.connection.id), ("opening", "=", True)], limit=1
            )
        return bool(ctx.evidence["opening"])

    # -- changes here ------------------------------------------------------------------------------

    @api.model
    def _plan(self, operation, record):
        """An earlier document changed here: nothing is sent, but a person is told when the two
        books no longer say the same."""
        binding = operation.binding_id
        adapter = self.env["quickbooks.adapter"]._for_link(binding)
        if binding.voided and record.state == "cancel":
            return Done("already_there", "voided")
        if not binding.agreed_remote:
            return Done("already_there", self._tell(binding, "gone", "opening_deleted"))
        if record.state == "cancel":
            return Done("already_there", self._tell(binding, "mismatch", "opening_cancelled"))
        here, there = adapter._total(record), dec(binding.remote_total or 0)
        if record.state == "posted" and here - there != self._before(binding).total_gap:
            state = self._tell(binding, "mismatch", "opening_total", local=here, remote=there)
            return Done("already_there", state)
        if binding.error_key == "balance_differs":
            return Done("already_there", "mismatch")
        return Done("already_there", "synced")

    def _tell(self, binding, state, key, **params):
        """Show a state with its sentence and leave a task; returns the state."""
        text = self.env["quickbooks.messages"]._sentence(key, **params)
        if binding.error_text != text:
            binding._log_note("warning", text)
        binding._set_state(state, key, text)
        return state

    # -- changes there -----------------------------------------------------------------------------

    @api.model
    def _before_link(self, ctx, body, applied):
        """A Verdict on a payment of QuickBooks that both books had before the link, else None.

        :param applied: ids of the documents it pays
        """
        bindings = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", ctx.connection.id),
                ("remote_id", "in", list(applied)),
                ("remote_type", "=", "Invoice"),
                ("opening", "=", True),
                ("state", "!=", "unlinked"),
            ]
        )
        past = bindings.filtered(lambda binding: self._is_earlier(ctx, binding, body))
        if not past:
            return None
        others = set(applied) - set(past.mapped("remote_id"))
        if others and self.env["quickbooks.inbound.payment"]._invoices(ctx, others):
            names = ", ".join(past.mapped("local_name"))
            return Verdict("held", "opening_before_mixed", {"names": names})
        return Verdict("skipped", "opening_before")

    def _is_earlier(self, ctx, binding, body):
        """Whether a payment was applied to a document before it was linked, or was at least there
        and dated before the cut-off, so that Odoo's books have the money."""
        before = self._before(binding)
        if ("Payment", body["Id"]) in before.theirs:
            return True
        made = (body.get("MetaData") or {}).get("CreateTime")
        known = bool(made and before.at) and dates.naive_utc(made) < before.at
        return known and (body.get("TxnDate") or "") < str(ctx.connection.cutoff_date)


class QuickbooksPlanner(models.AbstractModel):
    _inherit = "quickbooks.planner"

    def _plan(self, ctx, adapter, operation, record):
        if operation.binding_id.opening:
            return self.env["quickbooks.opening"]._plan(operation, record)
        return super()._plan(ctx, adapter, operation, record)


class QuickbooksPaymentAdapter(models.AbstractModel):
    _inherit = "quickbooks.adapter.payment"

    def _allocations(self, ctx, record):
        """What was paid before the link stays out."""
        amounts, others = super()._allocations(ctx, record)
        moves = self.env["account.move"].browse([move.id for move in amounts])
        past = self.env["quickbooks.opening"]._past_moves(ctx, record, moves)
        return {move: a for move, a in amounts.items() if move not in past}, others | past

    def _preflight_payment(self, ctx, record, allocations, others):
        past = self.env["quickbooks.opening"]._past_moves(ctx, record, others)
        if past and record.partner_id:
            return Hold("opening_payment", {"names": ", ".join(past.mapped("name"))})
        return super()._preflight_payment(ctx, record, allocations, others)


class QuickbooksInboundInvoice(models.AbstractModel):
    _inherit = "quickbooks.inbound.invoice"

    def _deleted(self, binding):
        verdict = super()._deleted(binding)
        if binding.opening:
            binding.agreed_remote = False
            self.env["quickbooks.opening"]._tell(binding, "gone", "opening_deleted")
        return verdict

    def _compare(self, ctx, binding, move, body):
        """Of an earlier document only the balance is followed."""
        if not binding.opening:
            return super()._compare(ctx, binding, move, body)
        self._take(binding, body, state=None)
        if move.state == "cancel" and read_document(body).voided:
            self._show(binding, "voided")
            return Verdict("done", "voided", binding=binding)
        if binding.error_key == "opening_total":
            here = self.env["quickbooks.adapter.invoice"]._total(move)
            gap = self.env["quickbooks.opening"]._before(binding).total_gap
            if here - dec(body.get("TotalAmt") or 0) == gap:
                self._show(binding, "synced")
        return None

    def _open_here(self, binding, move):
        """A difference that a person accepted when he linked it is none."""
        gap = self.env["quickbooks.opening"]._before(binding).balance_gap
        return super()._open_here(binding, move) - gap

    def _payments(self, ctx, binding, move, body):
        theirs = self.env["quickbooks.opening"]._before(binding).theirs
        needed = super()._payments(ctx, binding, move, body)
        return tuple(pair for pair in needed if pair not in theirs)


class QuickbooksInboundPayment(models.AbstractModel):
    _inherit = "quickbooks.inbound.payment"

    def _create(self, ctx, remote):
        applied = self._theirs(remote.body).applied
        earlier = self.env["quickbooks.opening"]._before_link(ctx, remote.body, applied)
        return earlier or super()._create(ctx, remote)
