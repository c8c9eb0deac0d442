from odoo import models

from ...qbo.mapping.receipt import refund_receipt, sales_receipt
from ...qbo.model import AddressSnapshot
from ..plan import Hold


class QuickbooksPosHost(models.AbstractModel):
    """What adapters have in common whose record is an order of the point of sale.

    The addon is optional: without it there is no such record, and no adapter of it
    (:meth:`QuickbooksAdapter._names`).
    """

    _name = "quickbooks.of.pos"
    _inherit = "quickbooks.receipts"
    _description = "QuickBooks Adapter of Orders of the Point of Sale"

    _res_model = "pos.order"
    _date_field = "date_order"
    _cancelled_states = ("cancel",)
    _posted_states = ("paid", "done")
    _stranger_key = "not_a_pos_sale"

    def _pos(self):
        return self.env["quickbooks.pos"]

    # -- which orders --------------------------------------------------------------------------

    def _takes_new(self, connection):
        return connection.pos_policy == "receipt"

    def _day(self, record):
        return self._pos()._day(record)

    def _has_entry(self, record):
        """The ledger knows of it when the session is closed; the sale is made before."""
        return True

    def _capture_targets(self, records):
        """Orders of companies that send them."""
        rules = self.env["quickbooks.connection"]._pos_rules()
        if not rules:
            return []
        standing = records.sudo().filtered(self._stands)
        return [target for target in super()._capture_targets(standing) if target[0] in rules]

    def _refusal(self, connection, record):
        key, params = super()._refusal(connection, record)
        if not key and not self._takes_new(connection):
            return "pos_off", {}
        if not key and record.account_move:
            return "pos_invoiced", {"name": record.account_move.name or ""}
        return key, params

    def _ready_domain(self, connection):
        return [("account_move", "=", False)]

    def _wanted(self, connection, records):
        """Those that stand and are not invoiced; what is there stays also when no new one goes."""
        records = records.filtered(
            lambda r: self._concerns(r) and self._stands(r) and not r.account_move
        )
        if not records:
            return records
        there, _coming = self._standing(connection, records, self._remote_type)
        takes_new = self._takes_new(connection)
        return records.filtered(
            lambda r: r.id in there or (takes_new and not self._is_before_cutoff(connection, r))
        )

    def _sale(self, record):
        return record

    def _label(self, record):
        return record.name or record.pos_reference or record.display_name

    # -- its values ----------------------------------------------------------------------------

    def _partner_of(self, record):
        """The customer, or the contact that stands for those without a name."""
        partner = record.partner_id
        if not partner:
            connection = self.env["quickbooks.connection"].sudo()._of_company(record.company_id)
            partner = connection._pos_customer()
        return partner.commercial_partner_id

    def _total(self, record):
        return self._pos()._paid(record)

    def _sold(self, ctx, record):
        return self._pos()._sold(ctx, record)

    def _rate(self, record):
        return self._pos()._rate(record)

    def _account(self, ctx, record):
        return self._pos()._till(ctx, record).account

    def _method(self, ctx, record):
        """How most of it was paid, by the mapping, or the mark of origin."""
        payments, journal = self._payments(), self._pos()._till(ctx, record).main
        line = self._pos()._method_line(journal)
        mapped = payments._mapped(ctx, "payment_method", "PaymentMethod", line, record.currency_id)
        return mapped or payments._mark_of_origin(ctx)

    def _reference(self, record):
        """What people find on the printed receipt."""
        return record.pos_reference or ""

    def _addresses(self, record, sold):
        """The goods change hands in the shop, unless they are delivered: that decides about
        automated tax."""
        address = self.env["quickbooks.adapter.customer"]._address
        partner = record.partner_id
        if record.shipping_date and partner:
            return address(partner), address(partner)
        billing = address(partner) if partner else AddressSnapshot()
        return billing, address(record.company_id.partner_id)

    def _private_notes(self, record, sold=None):
        notes = [self.env._("Odoo: %s", self._label(record))]
        if record.session_id:
            notes.append(self.env._("Session: %s", record.session_id.name))
        if record.refunded_order_id:
            notes.append(self.env._("Refund of %s", record.refunded_order_id.name))
        if record.general_customer_note:
            notes.append(record.general_customer_note)
        return (*notes, self._marker(record))

    def _preflight_money(self, ctx, record):
        """What a person must settle about the money."""
        if self._pos()._pays_later(record):
            return Hold("pos_pay_later", {"name": self._label(record)})
        if self._pos()._is_uneven(record):
            paid = self._total(record)
            total = abs(self._amount(record.amount_total, record.currency_id))
            return Hold("pos_uneven", {"paid": paid, "total": total})
        missing = self._pos()._unmapped(ctx, record)
        if missing:
            names = ", ".join(f"{m.subject_name} ({m._kind_label()})" for m in missing)
            return Hold("missing_mapping", {"names": names}, mappings=missing)
        return None

    def _preflight(self, ctx, record):
        return self._preflight_money(ctx, record) or super()._preflight(ctx, record)


class QuickbooksPosSaleAdapter(models.AbstractModel):
    """Order of the point of sale that is not invoiced → SalesReceipt, paid to the account most of
    its money went to; an entry moves the rest (``pos_transfer``).

    When the order is invoiced it is voided; the invoice waits for that (``pos_session``).
    """

    _name = "quickbooks.adapter.salesreceipt.pos"
    _inherit = "quickbooks.of.pos"
    _description = "QuickBooks Adapter: Sale at the Point of Sale"

    _remote_type = "SalesReceipt"

    def _concerns(self, record):
        return not self._pos()._is_refund(record)

    def _concerned_domain(self):
        return [("amount_total", ">=", 0)]

    def _mapped_payload(self, snapshot, profile, **policies):
        return sales_receipt(snapshot, profile, **policies)


class QuickbooksPosRefundAdapter(models.AbstractModel):
    """Order that gives money back → RefundReceipt: it takes back income and tax, as the session
    does, whatever became of the sale."""

    _name = "quickbooks.adapter.refundreceipt.pos"
    _inherit = "quickbooks.of.pos"
    _description = "QuickBooks Adapter: Refund at the Point of Sale"

    _remote_type = "RefundReceipt"

    def _concerns(self, record):
        return self._pos()._is_refund(record)

    def _concerned_domain(self):
        return [("amount_total", "<", 0)]

    def _preflight(self, ctx, record):
        problem = super()._preflight(ctx, record)
        journal = self._pos()._till(ctx, record).main
        if problem or not journal or self._account(ctx, record):
            return problem
        mapping = self.env["quickbooks.mapping"]._require(
            ctx.connection, "deposit_account", journal
        )
        return Hold("refund_receipt_account", {"name": mapping.subject_name}, mappings=mapping)

    def _mapped_payload(self, snapshot, profile, **policies):
        return refund_receipt(snapshot, profile, **policies)
