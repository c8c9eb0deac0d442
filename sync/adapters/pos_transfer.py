from odoo import fields, models

from ...qbo import canonical
from ...qbo.mapping.pos import moved_money
from ...qbo.mapping.write_off import postings
from ...qbo.model_receipt import MovedSnapshot
from ...qbo.money import dec
from ..plan import Wait


class QuickbooksPosTransferAdapter(models.AbstractModel):
    """Order that was paid in several ways → JournalEntry beside its receipt, which names one
    account: it moves to each other account what went there.

    It follows the receipt and goes away with it. Nothing of income, tax or receivables is in it.
    """

    _name = "quickbooks.adapter.journalentry.pos"
    _inherit = "quickbooks.of.pos"
    _description = "QuickBooks Adapter: Order Paid in Several Ways"

    _remote_type = "JournalEntry"
    _party_attribute = ""

    def _concerns(self, record):
        return len(self._pos()._by_journal(record)) > 1

    def _concerned_domain(self):
        return [(0, "=", 1)]  # its receipt was noted, and so was this

    def _label(self, record):
        return self.env._("Payments of %s", super()._label(record))

    def _capture_targets(self, records):
        """The receipt's adapter notes them."""
        return []

    def _prefetch(self, ctx, records):
        """No customer is named."""

    def _receipts(self, record):
        """The adapter of the order's receipt."""
        kind = "refundreceipt" if self._pos()._is_refund(record) else "salesreceipt"
        return self.env[f"quickbooks.adapter.{kind}.pos"]

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        closed = self._plan_closed(ctx, operation, record)
        if closed:
            return closed
        receipts = self._receipts(record)
        if not self._is_there(receipts._link(ctx.connection, record)):
            needed = self._dependency_operations(ctx, receipts, record, operation.released)
            return Wait(needed, ", ".join(op.local_name or "" for op in needed))
        problem = self._preflight_money(ctx, record)
        if problem:
            return problem
        if not self._pos()._till(ctx, record).others:
            return self._plan_void(ctx, operation, record)
        return self._write(operation, moved_money(self._snapshot(ctx, record), ctx.profile))

    # -- snapshot ------------------------------------------------------------------------------

    def _total(self, record):
        return dec(0)  # QuickBooks' total of a journal entry (FACTS 5.18)

    def _snapshot(self, ctx, record):
        till = self._pos()._till(ctx, record)
        return MovedSnapshot(
            date=fields.Date.to_string(self._day(record)),
            currency=record.currency_id.name,
            source=till.account,
            parts=tuple(till.others.items()),
            text=self._label(record),
            rate=self._rate(record),
            private_notes=self._private_notes(record),
        )

    # -- settling ------------------------------------------------------------------------------

    def _verify(self, operation, body, record):
        """Compare every posting with what was sent, to the cent."""
        wanted = canonical.loads(operation.payload or "{}")
        if operation.kind != "delete" and postings(body) != postings(wanted):
            sums = [sum(abs(a) for _account, a in postings(b)) for b in (body, wanted)]
            return "mismatch", "total_differs", {"remote": sums[0], "local": sums[1]}
        return "synced", "", {}
