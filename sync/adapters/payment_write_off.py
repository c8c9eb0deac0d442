from odoo import models

from ...qbo import canonical
from ...qbo.mapping.payment import read_payment
from ...qbo.mapping.write_off import written_off
from ...qbo.model import Ref
from ...qbo.money import dec


class QuickbooksWritingOff(models.AbstractModel):
    """What a payment writes off is a JournalEntry of its own, which the Payment uses.

    A write-off credits receivables: the Payment takes as much of that credit as it settles beyond
    its money. A gain debits them: the Payment pays that charge with the money no invoice takes.
    Both ways nothing is left unapplied, and each account moves as it does in Odoo. For payments to
    vendors all of it is on payables and on the other side.
    """

    _name = "quickbooks.writing.off"
    _description = "QuickBooks Adapter of What Payments Write Off"

    #: side of the ledger on which a write-off stands: debit for customers, credit for vendors
    _side = 1

    def _write_off_adapter(self):
        """What makes the entry."""
        raise NotImplementedError

    def _write_off_lines(self, record):
        """Lines that are neither money nor receivables. Differences of exchange have no amount in
        the payment's currency: QuickBooks works out its own."""
        lines = record._seek_for_lines()[2]
        return lines.filtered(lambda line: not line.currency_id.is_zero(line.amount_currency))

    def _write_off_amount(self, record):
        """What is settled beyond the money; below zero what is received beyond that."""
        lines = self._write_off_lines(record)
        amounts = (self._amount(line.amount_currency, line.currency_id) for line in lines)
        return self._side * sum(amounts, dec(0))

    def _write_off_link(self, ctx, record):
        """The live link of the entry, if any."""
        adapter = self._write_off_adapter()
        return (
            self.env["quickbooks.binding"]
            ._of(ctx.connection, record, adapter._remote_type)
            .get(record.id, self.env["quickbooks.binding"])
        )

    def _write_off_room(self, ctx, record, link):
        """How much of the entry as QuickBooks has it the payment may use: nothing of one that is
        of another customer or of the other side."""
        amount, agreed = self._write_off_amount(record), self._agreed_write_off(link)
        partner = self._partner(record)
        if agreed[0] != self._party_ids(ctx, record, partner).get(partner.id):
            return dec(0)
        same_side = (agreed[1] > 0) == (amount > 0)
        return min(abs(agreed[1]), abs(amount)) if amount and same_side else dec(0)

    def _agreed_write_off(self, link):
        party, amount = written_off(canonical.loads(link.agreed_payload or "{}"))
        return party, self._side * amount

    @staticmethod
    def _used_write_off(payment_link, link):
        """How much of the entry the payment uses in QuickBooks."""
        agreed = canonical.loads(payment_link.agreed_payload or "{}")
        figures = read_payment({"Id": "", "SyncToken": "", **agreed})
        return figures.allocations.get((link.remote_type, link.remote_id), dec(0))

    def _write_off_operations(self, ctx, operation, record):
        """The open operation of the entry, when it must be made, or grow, before it is used.

        An entry that shrinks, changes sides or customer, or goes away waits for the payment to let
        go instead (:meth:`QuickbooksWriteOffAdapter._payment_operations`).
        """
        amount, Operation = self._write_off_amount(record), self.env["quickbooks.operation"]
        if not amount:
            return Operation
        link = self._write_off_link(ctx, record)
        if link.remote_id:
            room = self._write_off_room(ctx, record, link)
            used = self._used_write_off(operation.binding_id, link)
            if room == abs(amount) or used > room:
                return Operation
        return self._dependency_operations(
            ctx, self._write_off_adapter(), record, operation.released
        )

    def _with_write_off(self, ctx, record, parts):
        """The payment's lines with its part of the entry.

        :param parts: list of (:class:`Ref` of an invoice, amount)
        :return: (what of these can be settled now, (:class:`Ref`, amount) of the entry or None)
        """
        amount, total = self._write_off_amount(record), self._total(record)
        if not amount:
            return parts, None
        link = self._write_off_link(ctx, record)
        room = self._write_off_room(ctx, record, link) if link.remote_id else dec(0)
        if amount > 0:  # a credit: not more of it than is needed
            settled = sum((part for _ref, part in parts), dec(0))
            room = min(room, max(settled - total, dec(0)))
            parts = _cut(parts, total + room)
        else:  # a charge
            room = min(room, total)
            parts = _cut(parts, total - room)
        return parts, (Ref(link.remote_type, link.remote_id), room) if room else None


class QuickbooksPaymentAdapter(models.AbstractModel):
    """Payments of customers write off on receivables."""

    _name = "quickbooks.adapter.payment"
    _inherit = ["quickbooks.adapter.payment", "quickbooks.writing.off"]

    def _write_off_adapter(self):
        return self.env["quickbooks.adapter.journalentry.writeoff"]


def _cut(parts, limit):
    """The lines that fit into an amount: all, unless the entry they count on is not ready."""
    result = []
    for ref, part in parts:
        part = min(part, limit)
        limit -= part
        if part:
            result.append((ref, part))
    return result
