from dataclasses import replace

from odoo import models

from ...qbo.money import dec


class QuickbooksBillPaymentAdapter(models.AbstractModel):
    """Discounts for early payment, write-offs and fees of payments to vendors: an entry on the
    vendor's payables, which the BillPayment uses."""

    _name = "quickbooks.adapter.billpayment"
    _inherit = ["quickbooks.adapter.billpayment", "quickbooks.writing.off"]

    _side = -1

    def _write_off_adapter(self):
        return self.env["quickbooks.adapter.journalentry.vendor"]

    def _partner(self, record):
        """The name shared with payments of customers."""
        return self._partner_of(record)

    def _exceeds(self, record, allocations):
        settled = self._total(record) + self._write_off_amount(record)
        return sum(allocations.values(), dec(0)) > settled

    def _companion_operations(self, ctx, operation, record, allocations):
        needed = super()._companion_operations(ctx, operation, record, allocations)
        return needed | self._write_off_operations(ctx, operation, record)

    def _snapshot(self, ctx, record, allocations):
        snapshot = super()._snapshot(ctx, record, allocations)
        parts, entry = self._with_write_off(ctx, record, list(snapshot.allocations))
        return replace(snapshot, allocations=tuple(parts), write_off=entry)


class QuickbooksVendorWriteOffAdapter(models.AbstractModel):
    """The discount or write-off of a payment to a vendor → JournalEntry.

    A vendor credit with the discount's account would do as well in QuickBooks, but only for what
    reduces a debt, and outside the US it would have to name tax codes and let QuickBooks compute
    the tax of the discount. The entry posts what Odoo has posted, either way, tax included, and
    QuickBooks' BillPayment links it (FACTS 5.14).
    """

    _name = "quickbooks.adapter.journalentry.vendor"
    _inherit = "quickbooks.adapter.journalentry.writeoff"
    _description = "QuickBooks Adapter: Discount of a Vendor"

    _party_type = "Vendor"
    _party_attribute = "VendorRef"
    _settled_by = "BillPayment"
    _settles = "Bill"
    _ledger_kind = "payable_account"

    def _money(self):
        return self.env["quickbooks.adapter.billpayment"]

    def _ledger_account(self, ctx, record):
        return self._payable(ctx, record)
