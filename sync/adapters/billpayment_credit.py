from odoo import models

from ...qbo.model import Ref
from ...qbo.money import dec


class QuickbooksBillPaymentCreditAdapter(models.AbstractModel):
    """What a vendor's refund settles → BillPayment of zero: the bills it pays, and the credit.

    Odoo matches a refund with bills in the ledger; QuickBooks applies a vendor credit in a payment
    (FACTS 7.6). There is one for each refund, and none while it settles nothing.
    """

    _name = "quickbooks.adapter.billpayment.credit"
    _inherit = "quickbooks.billpayments"
    _description = "QuickBooks Adapter: Use of a Vendor Credit"

    _res_model = "account.move"
    _date_field = "date"
    _cancelled_states = ("cancel",)
    _posted_states = ("posted",)
    _credit_type = "VendorCredit"

    # -- which refunds -------------------------------------------------------------------------

    def _concerns(self, record):
        return record.move_type == "in_refund" and bool(self._owed(record).matched_credit_ids)

    def _concerned_domain(self):
        return [
            ("move_type", "=", "in_refund"),
            ("line_ids.account_id.account_type", "=", "liability_payable"),
            ("line_ids.matched_credit_ids", "!=", False),
        ]

    def _capture_targets(self, records):
        """The refund itself is noted by its own adapter, and a change is for all of them."""
        return []

    def _partner_of(self, record):
        return self.env["quickbooks.adapter"]._for_type(self._credit_type)._partner_of(record)

    def _label(self, record):
        return self.env._("Use of %s", super()._label(record))

    @staticmethod
    def _owed(record):
        """Lines of what the vendor owes."""
        return record.line_ids.filtered(
            lambda line: line.account_id.account_type == "liability_payable"
        )

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        """Without anything that it settles there is no such payment."""
        allocations, _others = self._allocations(ctx, record)
        if not allocations:
            return self._plan_void(ctx, operation, record)
        return super()._plan(ctx, operation, record)

    def _matched(self, record):
        return self._matched_credits(self._owed(record))

    def _needed_operations(self, ctx, operation, record, allocations):
        """Also the credit itself."""
        needed = super()._needed_operations(ctx, operation, record, allocations)
        credits = self.env["quickbooks.adapter"]._for_type(self._credit_type)
        return needed | credits._needed_documents(ctx, operation, record)

    def _exceeds(self, record, allocations):
        return False  # the credit pays

    def _paying_journal(self, ctx, record):
        """No money moves, yet QuickBooks wants an account: the first bank's that pays bills."""
        journals = self.env["quickbooks.mapping"]._paying_journals(record.company_id)
        mapped = journals.filtered(
            lambda journal: self._mapped(ctx, self._account_kind, "Account", journal)
        )
        return (mapped or journals)[:1]

    # -- snapshot ------------------------------------------------------------------------------

    def _total(self, record):
        return dec(0)

    def _rate(self, record):
        return self.env["quickbooks.adapter.invoice"]._rate(record)

    def _date(self, record, allocations):
        return self._latest(record, allocations)

    def _settled(self, ctx, record, allocations):
        """The bills and what was paid back, and the credit for their sum."""
        credit = ctx.remote_ids(record, self._credit_type)[record.id]
        used = sum(allocations.values(), dec(0))
        bills = super()._settled(ctx, record, allocations)
        return (*bills, (Ref(self._credit_type, credit), used))

    def _method(self, ctx, record):
        return None

    def _number(self, record):
        return record.name

    def _private_notes(self, record):
        notes = [self.env._("Use of vendor credit %s", record.ref or record.name)]
        return tuple([*notes, self._marker(record)])
