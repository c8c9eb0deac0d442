from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from odoo import api, models
from odoo.tools import float_repr

from ...qbo.money import ZERO, dec
from .invoice import TEXT_LINES

KEY = "quickbooks.online"


@dataclass
class SoldLine:
    """One line of what was sold, with the names Odoo gives these things on all its lines.

    :ivar records: lines of the order it stands for
    :ivar amount: untaxed, None of a text line
    """

    text: str
    product_id: Any
    tax_ids: Any
    records: Any
    amount: Decimal | None = None
    quantity: Decimal | None = None
    price: Decimal | None = None
    discount: Decimal = ZERO


@dataclass
class Sold:
    """What an amount of money was paid for.

    :ivar orders: recordset, or an empty tuple
    :ivar records: lines of the orders, or an empty recordset; they have analytic distributions
    """

    lines: list
    records: Any
    tax: Decimal = ZERO
    orders: Any = field(default=())

    @property
    def untaxed(self):
        return sum((line.amount for line in self.lines if line.amount is not None), ZERO)


class QuickbooksOnline(models.AbstractModel):
    """What customers pay online for: orders where the addon ``sale`` is installed, and invoices.

    The lines and their tax are computed by core's own functions, as on the order. Money that is
    not what the orders come to (a first part, a refund of some of it) is spread over their products
    and taxes as core does for a down payment. Without an order there is one line without a product.
    """

    _name = "quickbooks.online"
    _description = "QuickBooks Sales Paid Online"

    @api.model
    def _transactions(self, payment):
        """The payment's transaction, and of a part of a capture the one it is part of."""
        transaction = payment.sudo().payment_transaction_id
        source = transaction.source_transaction_id
        if source and transaction.operation == source.operation:
            return transaction | source
        return transaction

    @api.model
    def _invoices(self, payment):
        """Customer invoices, drafts included, that the payment settles or is meant for.

        Records are taken one by one, so that what is read for one is read for all payments of the
        round: a union would forget them.
        """
        found = list(payment.sudo().invoice_ids)
        for transaction in self._transactions(payment):
            found += transaction.invoice_ids
        found += self._matched(payment, "matched_debit_ids", "debit_move_id")
        return [
            move for move in found if move.move_type == "out_invoice" and move.state != "cancel"
        ]

    @api.model
    def _matched(self, payment, partials, line_field):
        """Entries the payment is reconciled with on receivables."""
        return [
            partial[line_field].move_id
            for line in payment.move_id.line_ids
            if line.account_id.account_type == "asset_receivable"
            for partial in line[partials]
        ]

    @api.model
    def _orders(self, payment):
        """The orders it was paid for; none where the addon ``sale`` is not installed."""
        transactions = self._transactions(payment)
        if "sale_order_ids" not in transactions._fields:
            return ()
        return transactions.sale_order_ids.filtered(lambda o: o.currency_id == payment.currency_id)

    @api.model
    def _sold(self, ctx, payment, record):
        """What some of a payment's money was for.

        :param record: the payment itself, or a refund of it, whose amount counts
        """
        known = ctx.evidence.setdefault(KEY, {})
        if record.id not in known:
            known[record.id] = self._work_out(payment, record)
        return known[record.id]

    def _work_out(self, payment, record):
        orders = self._orders(payment)
        total = self._decimal(record.amount, record.currency_id)
        if orders and orders.order_line:
            base_lines = self._base_lines(orders)
            if self._total(base_lines) == total:
                return self._whole(orders, base_lines)
            if base_lines:
                part = self._part(orders, base_lines, record)
                if part.untaxed + part.tax == total:
                    return part
        return self._unordered(record, total)

    def _unordered(self, record, total):
        """Money of which nobody knows what it was for."""
        nothing = self.env["account.move.line"]
        line = SoldLine(
            text=record.memo or record.name or "",
            product_id=self.env["product.product"],
            tax_ids=self.env["account.tax"],
            records=nothing,
            amount=total,
        )
        return Sold([line], nothing)

    # -- orders --------------------------------------------------------------------------------

    @staticmethod
    def _priced(order):
        """Lines with a price; those of earlier down payments are no goods."""
        return order.order_line.filtered(
            lambda line: not line.display_type and not line.is_downpayment
        )

    def _base_lines(self, orders):
        """Core's base lines of all orders, with amounts and taxes rounded as on each order."""
        Tax, result = self.env["account.tax"], []
        for order in orders:
            lines = [
                line._prepare_base_line_for_taxes_computation() for line in self._priced(order)
            ]
            Tax._add_tax_details_in_base_lines(lines, order.company_id)
            Tax._round_base_lines_tax_details(lines, order.company_id)
            result += lines
        return result

    def _whole(self, orders, base_lines):
        """The orders as they are, texts included."""
        amounts = {base["record"].id: base for base in base_lines}
        lines = []
        for line in orders.order_line:
            if line.display_type in TEXT_LINES:
                lines.append(self._text_line(line))
            elif line.id in amounts:
                lines.append(
                    SoldLine(
                        text=line.name or "",
                        product_id=line.product_id,
                        tax_ids=line.tax_ids,
                        records=line,
                        amount=self._untaxed(amounts[line.id]),
                        quantity=dec(str(line.product_uom_qty)),
                        price=dec(str(line.price_unit)),
                        discount=dec(str(line.discount or 0)),
                    )
                )
        return Sold(lines, self._records(orders), self._tax(base_lines), orders)

    def _part(self, orders, base_lines, record):
        """A part of the orders, product by product and tax by tax."""
        parts = self.env["account.tax"]._prepare_down_payment_lines(
            base_lines,
            orders.company_id[:1],
            "fixed",
            record.amount,
            computation_key="quickbooks",
            grouping_function=lambda base: {"product_id": base["product_id"]},
        )
        names = ", ".join(orders.mapped("name"))
        everything = self._records(orders)
        lines = []
        for part in parts:
            product = part["product_id"]
            own = everything.filtered(lambda line, product=product: line.product_id == product)
            lines.append(
                SoldLine(
                    text=self.env._(
                        "Part of %(order)s: %(name)s",
                        order=names,
                        name=product.display_name or ", ".join(own.mapped("name")),
                    ),
                    product_id=product,
                    tax_ids=part["tax_ids"],
                    records=own,
                    amount=self._untaxed(part),
                )
            )
        return Sold(lines, everything, self._tax(parts), orders)

    def _records(self, orders):
        return orders.order_line.browse().union(*(self._priced(order) for order in orders))

    def _text_line(self, line):
        return SoldLine(line.name or "", line.product_id.browse(), line.tax_ids.browse(), line)

    # -- figures -------------------------------------------------------------------------------

    @staticmethod
    def _decimal(value, currency):
        return dec(float_repr(value, currency.decimal_places))

    def _untaxed(self, base):
        details = base["tax_details"]
        value = details["total_excluded_currency"] + details["delta_total_excluded_currency"]
        return self._decimal(value, base["currency_id"])

    def _tax(self, base_lines):
        return sum(
            (
                self._decimal(tax["tax_amount_currency"], base["currency_id"])
                for base in base_lines
                for tax in base["tax_details"]["taxes_data"]
            ),
            ZERO,
        )

    def _total(self, base_lines):
        return sum((self._untaxed(base) for base in base_lines), ZERO) + self._tax(base_lines)
