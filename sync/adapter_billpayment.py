from dataclasses import replace

from odoo import models

from ..qbo.mapping.bill_payment import bill_payment, read_bill_payment
from .plan import Done, Hold

#: Attributes that say nothing about money.
SOFT = frozenset({"CheckPayment", "CreditCardPayment", "DocNumber", "PrivateNote"})

#: Sentences about customers and the ones that fit vendors.
VENDOR_KEYS = {
    "customer_missing": "vendor_missing",
    "payment_currency": "bill_payment_currency",
    "payment_of_other_customer": "bill_payment_of_other_vendor",
    "payment_write_off": "bill_payment_discount",
}


class QuickbooksBillPaymentAdapter(models.AbstractModel):
    """Payment to a vendor → BillPayment, with one line per bill it settles.

    It differs from a customer's payment in that QuickBooks makes none without a bill (FACTS 5.14),
    and wants to know the account that pays.
    """

    _name = "quickbooks.adapter.billpayment"
    _inherit = "quickbooks.billpayments"
    _description = "QuickBooks Adapter: Bill Payment"

    _party_type = "Vendor"
    _party_attribute = "VendorRef"
    _soft = SOFT
    _number_attribute = "DocNumber"

    # -- which payments ------------------------------------------------------------------------

    def _concerns(self, record):
        """Payments of expenses are sent as the expense they pay (``adapter_purchase``)."""
        return bool(
            record.payment_type == "outbound"
            and record.partner_type == "supplier"
            and not record.paired_internal_transfer_payment_id
            and not record.sudo().move_id.line_ids.expense_id
        )

    def _concerned_domain(self):
        return [
            ("payment_type", "=", "outbound"),
            ("partner_type", "=", "supplier"),
            ("paired_internal_transfer_payment_id", "=", False),
            ("move_id.line_ids.expense_id", "=", False),
        ]

    def _takes_new(self, connection):
        return connection.purchases_out

    def _capture_targets(self, records):
        settings = self.env["quickbooks.connection"]
        return super()._capture_targets(
            records.filtered(lambda record: settings._purchases_captured(record.company_id.id))
        )

    def _refusal(self, connection, record):
        key, params = super()._refusal(connection, record)
        if not key and not self._takes_new(connection):
            return "purchases_off", {}
        return key, params

    def _partner_of(self, record):
        """The vendor; of a contact of the company itself, an employee, the contact."""
        partner = record.partner_id
        commercial = partner.commercial_partner_id
        return partner if commercial == record.company_id.partner_id else commercial

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        if not operation.binding_id.remote_id and not self._takes_new(ctx.connection):
            return Done("purchases_off", None)
        return super()._plan(ctx, operation, record)

    def _preflight_payment(self, ctx, record, allocations, others):
        """What QuickBooks' BillPayment cannot express."""
        problem = super()._preflight_payment(ctx, record, allocations, others)
        if problem:
            return replace(problem, key=VENDOR_KEYS.get(problem.key, problem.key))
        if not self._account(ctx, record):
            journal = self._paying_journal(ctx, record)
            Mapping = self.env["quickbooks.mapping"]
            missing = Mapping._require(ctx.connection, self._account_kind, journal)
            names = journal.display_name or self.env._("an account that pays bills")
            return Hold("missing_mapping", {"names": names}, mappings=missing)
        if not allocations and not ctx.remote_ids(record, self._remote_type):
            return Hold("bill_payment_without_bill")
        return None

    def _matched(self, record):
        _liquidity, counterpart, _writeoff = record._seek_for_lines()
        return self._matched_credits(counterpart)

    def _matched_credits(self, lines):
        """Entries on whose credit side these lines are used: bills."""
        for partial in lines.matched_credit_ids:
            amount = self._amount(partial.credit_amount_currency, partial.credit_currency_id)
            yield partial.credit_move_id.move_id, amount

    # -- snapshot ------------------------------------------------------------------------------

    def _wanted_payload(self, ctx, record, allocations):
        key = (self._account_kind, "account.journal", self._paying_journal(ctx, record).id)
        account_type = ctx.mappings[key].reference_id.kind
        return bill_payment(self._snapshot(ctx, record, allocations), ctx.profile, account_type)

    # -- settling ------------------------------------------------------------------------------

    @staticmethod
    def _read(body):
        return read_bill_payment(body)
