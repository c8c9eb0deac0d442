from odoo import models

from ...qbo.mapping.vendor_money import deposit
from ...qbo.model import Ref
from ...qbo.model_purchase import DepositSnapshot
from ...qbo.money import dec
from ..plan import Done, Hold, NeedLists, Wait


class QuickbooksDepositAdapter(models.AbstractModel):
    """Money that comes back from a vendor → Deposit to payables, in the vendor's name.

    The vendor credit, or the prepayment, has reduced what is owed; the money makes that even and
    touches nothing else. A BillPayment without money then links the two (FACTS 5.14): that of the
    refund (``adapters/billpayment_credit.py``) or of the payment that is given back. A write-off is
    a line of the Deposit itself.
    """

    _name = "quickbooks.adapter.deposit"
    _inherit = ["quickbooks.of.payments", "quickbooks.of.purchases"]
    _description = "QuickBooks Adapter: Money Back from a Vendor"

    _remote_type = "Deposit"
    _party_type = "Vendor"
    #: only its lines name the vendor
    _party_attribute = ""
    _settled_by = "BillPayment"

    # -- which payments ------------------------------------------------------------------------

    _direction = ("inbound", "supplier")

    def _ready_domain(self, connection):
        return [("move_id", "!=", False)]

    def _partner_of(self, record):
        return self._payments()._partner_of(record)

    def _payments(self):
        """The adapter of payments the other way."""
        return self.env["quickbooks.adapter.billpayment"]

    def _prefetch(self, ctx, records):
        partners = self.env["res.partner"].union(*(self._partner_of(record) for record in records))
        ctx.remote_ids(partners, self._party_type)

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        closed = self._plan_closed(ctx, operation, record)
        if closed:
            return closed
        if not operation.binding_id.remote_id:
            excuse = self._excuse(ctx, record)
            if excuse:
                return Done(excuse, None)
        if not self._payable(ctx, record) and self._are_accounts_behind(ctx, operation.create_date):
            return NeedLists(("Account",))
        problem = self._preflight(ctx, record) or self._preflight_accounts(ctx, record)
        if problem:
            return problem
        variant = self._variant(ctx, record)
        needed = self._customer_operations(ctx, operation, self._partner_of(record), variant)
        needed |= self._letting_go(operation.binding_id, record)
        if needed:
            return Wait(needed, ", ".join(op.local_name or "" for op in needed))
        return self._write(operation, deposit(self._snapshot(ctx, record), ctx.profile))

    def _excuse(self, ctx, record):
        """Why money that is not there stays out."""
        if self._is_before_cutoff(ctx.connection, record):
            return "before_cutoff"
        if not self._takes_new(ctx.connection):
            return "purchases_off"
        if not record.move_id:
            return "payment_without_entry"
        ours, others = self._given_back(ctx, record)
        return "before_cutoff" if others and not ours else ""

    def _given_back(self, ctx, record):
        """Refunds and prepayments it pays out: those that take part, and those that stay out."""
        ours, others = [], []
        for move in self._payable_lines(record).matched_debit_ids.debit_move_id.move_id:
            source = move.origin_payment_id or move
            for adapter in self.env["quickbooks.adapter"]._of_model(source._name):
                if adapter._remote_type in ("VendorCredit", "BillPayment"):
                    if not adapter._concerns(source):
                        continue
                    linked = ctx.remote_ids(source, adapter._remote_type)
                    stays_out = not linked and adapter._refusal(ctx.connection, source)[0]
                    (others if stays_out else ours).append(source)
                    break
        return ours, others

    def _preflight_accounts(self, ctx, record):
        """What QuickBooks needs to know beyond the payment itself."""
        if not self._partner_of(record):
            return Hold("vendor_missing")
        others = self._given_back(ctx, record)[1]
        if others:
            names = ", ".join(source.display_name for source in others)
            return Hold("payment_of_others", {"names": names})
        Mapping, missing = self.env["quickbooks.mapping"], self.env["quickbooks.mapping"]
        if not self._bank(ctx, record):
            missing |= Mapping._require(ctx.connection, "payment_account", record.journal_id)
        if not self._payable(ctx, record):
            missing |= Mapping._require(ctx.connection, "payable_account")
        unknown = self._other_lines(record).account_id.filtered(
            lambda account: not self._payments()._mapped(ctx, "account", "Account", account)
        )
        missing |= Mapping._require(ctx.connection, "account", unknown)
        if not missing:
            return None
        names = ", ".join(f"{m.subject_name or ''} ({m._kind_label()})" for m in missing)
        return Hold("missing_mapping", {"names": names}, mappings=missing)

    def _bank(self, ctx, record):
        """The account the money arrived in: the one that pays bills, be it a bank or a card."""
        payments = self._payments()
        return payments._mapped(ctx, payments._account_kind, "Account", record.journal_id)

    def _letting_go(self, binding, record):
        """A credit that is applied to more than came back must let go first."""
        if not binding.remote_total or self._total(record) >= dec(binding.remote_total):
            return self.env["quickbooks.operation"]
        return self._payments_on_it(binding)

    # -- its lines -----------------------------------------------------------------------------

    @staticmethod
    def _payable_lines(record):
        return record._seek_for_lines()[1]

    @staticmethod
    def _other_lines(record):
        lines = record._seek_for_lines()[2]
        return lines.filtered(lambda line: not line.currency_id.is_zero(line.amount_currency))

    def _credited(self, lines):
        amounts = (self._amount(line.amount_currency, line.currency_id) for line in lines)
        return -sum(amounts, dec(0))

    # -- snapshot ------------------------------------------------------------------------------

    def _total(self, record):
        return self._amount(record.amount, record.currency_id)

    def _snapshot(self, ctx, record):
        partner, payments = self._partner_of(record), self._payments()
        return DepositSnapshot(
            date=record.date.isoformat(),
            vendor=Ref("Vendor", self._party_ids(ctx, record, partner)[partner.id]),
            currency=record.currency_id.name,
            account=self._bank(ctx, record),
            payable=Ref("Account", self._payable(ctx, record).remote_id),
            amount=self._credited(self._payable_lines(record)),
            parts=tuple(
                (
                    payments._mapped(ctx, "account", "Account", line.account_id),
                    line.name or "",
                    self._credited(line),
                )
                for line in self._other_lines(record).sorted("id")
            ),
            rate=payments._rate(record),
            method=payments._method(ctx, record),
            private_notes=payments._private_notes(record),
        )
