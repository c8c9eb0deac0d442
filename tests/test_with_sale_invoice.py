"""Invoices of orders, down payments and debit notes; needs ``sale`` and ``account_debit_note``."""

from odoo import Command
from odoo.tests import tagged

from ..qbo.money import dec
from .test_with_sale_receipt import OrderCase


@tagged("post_install", "-at_install")
class TestInvoiceOfOrder(OrderCase):
    def assert_equal_totals(self, move, entity="Invoice"):
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        remote = self.remote_of(move, entity)
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{move.amount_total:.2f}"))
        self.assertEqual(dec(remote["TxnTaxDetail"]["TotalTax"]), dec(f"{move.amount_tax:.2f}"))
        return [
            f"{line['Amount']:.2f}"
            for line in remote["Line"]
            if line["DetailType"] == "SalesItemLineDetail"
        ]

    def down_payment(self, order, **values):
        wizard = self.env["sale.advance.payment.inv"].create(
            {"sale_order_ids": [Command.set(order.ids)], **values}
        )
        moves = order.invoice_ids
        wizard.create_invoices()
        move = order.invoice_ids - moves
        move.action_post()
        return move

    def test_down_payment_and_the_rest(self):
        """Asked for in advance, it is taken off the last invoice, line by line."""
        order = self.order((self.product_a, 3, 33.33, 10, True), (self.product_b, 1, 20, 0, False))
        order.action_confirm()
        first = self.down_payment(order, advance_payment_method="percentage", amount=30)
        advance = self.assert_equal_totals(first)
        self.assertTrue(advance)
        for line in order.order_line.filtered(lambda line: not line.is_downpayment):
            line.qty_delivered = line.product_uom_qty
        rest = self.down_payment(order, advance_payment_method="delivered")
        amounts = self.assert_equal_totals(rest)
        self.assertTrue({f"-{amount}" for amount in advance} <= set(amounts), amounts)
        total = dec(f"{first.amount_total:.2f}") + dec(f"{rest.amount_total:.2f}")
        self.assertEqual(total, dec(f"{order.amount_total:.2f}"))

    def test_debit_note(self):
        """More is asked for an invoice that is there: an invoice of its own, which names it."""
        origin = self.synced_invoice(lines=[{"product_id": self.product_a.id, "price_unit": 100}])
        wizard = self.env["account.debit.note"].with_context(
            active_model="account.move", active_ids=origin.ids
        )
        wizard.create({"copy_lines": True, "reason": "Freight"}).create_debit()
        note = origin.debit_note_ids
        note.invoice_line_ids.price_unit = 12.34
        note.action_post()
        self.assertEqual(self.assert_equal_totals(note), ["12.34"])
        self.assertIn("Freight", self.remote_of(note, "Invoice")["PrivateNote"])
        self.assertIn("Freight", note.ref)
