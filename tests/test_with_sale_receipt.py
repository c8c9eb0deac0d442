"""Sales receipts and refunds of orders: needs the addon ``sale``, which ours does not depend on."""

from odoo import Command
from odoo.tests import tagged

from ..qbo.money import dec
from .receipt_common import ReceiptCase


class OrderCase(ReceiptCase):
    def setUp(self):
        super().setUp()
        if "sale.order" not in self.env:
            self.skipTest("the addon sale is not installed")
        self.env.user.group_ids |= self.env.ref("sales_team.group_sale_manager")
        self.tax = self.company_data["default_tax_sale"]

    def order(self, *lines, **values):
        """A quotation; lines are (product, quantity, price, discount, taxed) or a text."""
        commands = []
        for line in lines:
            if isinstance(line, str):
                commands.append({"display_type": "line_section", "name": line})
                continue
            product, quantity, price, discount, taxed = line
            commands.append(
                {
                    "product_id": product.id,
                    "product_uom_qty": quantity,
                    "price_unit": price,
                    "discount": discount,
                    "tax_ids": [Command.set(self.tax.ids if taxed else [])],
                }
            )
        return self.env["sale.order"].create(
            {
                "partner_id": self.buyer.id,
                "pricelist_id": False,  # in the company's currency
                "order_line": [Command.create(command) for command in commands],
                **values,
            }
        )

    def pay_order(self, order, amount=None):
        return self.pay_online(
            order.amount_total if amount is None else amount,
            currency=order.currency_id,
            sale_order_ids=[Command.set(order.ids)],
        )

    def sold_order(self, order, amount=None):
        payment = self.pay_order(order, amount)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        return payment

    def lines_of(self, receipt):
        """Amount and item of the lines with an amount."""
        return [
            (dec(line["Amount"]), line["SalesItemLineDetail"]["ItemRef"]["value"])
            for line in receipt["Line"]
            if line["DetailType"] == "SalesItemLineDetail"
        ]

    def item(self, product):
        return self.binding(product, "Item").remote_id

    def usual(self):
        return self.order(
            "Tickets",
            (self.product_a, 3, 33.33, 10, True),
            (self.product_b, 1, 20, 0, False),
        )


@tagged("post_install", "-at_install")
class TestReceiptOfOrder(OrderCase):
    def assert_sold_alike(self, order, receipt):
        self.assertEqual(dec(receipt["TotalAmt"]), dec(f"{order.amount_total:.2f}"))
        tax = dec(receipt["TxnTaxDetail"]["TotalTax"])
        self.assertEqual(tax, dec(f"{order.amount_tax:.2f}"))

    def test_lines_and_tax(self):
        before = self.ledger()
        order = self.usual()
        payment = self.sold_order(order)
        self.assertEqual(order.state, "sale")
        receipt = self.receipt(payment)
        self.assert_sold_alike(order, receipt)
        wanted = [
            (dec(f"{line.price_subtotal:.2f}"), self.item(line.product_id))
            for line in order.order_line
            if not line.display_type
        ]
        self.assertEqual(self.lines_of(receipt), wanted)
        self.assertEqual(receipt["Line"][0]["Description"], "Tickets")
        self.assertIn(order.name, receipt["PrivateNote"])
        marks = [
            line["SalesItemLineDetail"]["TaxCodeRef"]["value"]
            for line in receipt["Line"]
            if line["DetailType"] == "SalesItemLineDetail"
        ]
        self.assertEqual(marks, ["TAX", "NON"])
        total = order.amount_total
        self.assert_moved(before, bank=total, income=order.amount_untaxed, tax=order.amount_tax)

    def test_a_first_part(self):
        """Its products and taxes by their shares, to the cent."""
        order = self.usual()
        payment = self.sold_order(order, 37.77)
        receipt = self.receipt(payment)
        self.assertEqual(dec(receipt["TotalAmt"]), dec("37.77"))
        lines = self.lines_of(receipt)
        items = {item for _amount, item in lines}
        self.assertEqual(items, {self.item(self.product_a), self.item(self.product_b)})
        tax = dec(receipt["TxnTaxDetail"]["TotalTax"])
        self.assertEqual(sum(amount for amount, _item in lines) + tax, dec("37.77"))
        share = order.amount_tax / order.amount_total * 37.77
        self.assertAlmostEqual(abs(tax - dec(f"{share:.4f}")), dec(0), delta=dec("0.01"))

    def test_invoiced_later(self):
        """The order's own invoicing assigns the payment; receipt, invoice, payment in order."""
        before = self.ledger()
        order = self.usual()
        payment = self.sold_order(order)
        order.order_line.qty_delivered = 0
        order.order_line.product_id.invoice_policy = "order"
        move = order._create_invoices(final=True)
        move.action_post()
        self.commit()
        self.run_worker()
        self.assertEqual((payment.qbo_state, move.qbo_state), ("synced", "synced"))
        self.assertFalse(self.ours("SalesReceipt"))
        self.assertEqual((len(self.ours("Invoice")), len(self.ours("Payment"))), (1, 1))
        self.assertFalse(dec(self.remote_of(move, "Invoice")["Balance"]))
        total = order.amount_total
        self.assert_moved(before, bank=total, income=order.amount_untaxed, tax=order.amount_tax)

    def test_invoiced_at_once(self):
        """Where orders are invoiced by themselves there is no receipt."""
        self.env["ir.config_parameter"].set_param("sale.automatic_invoice", "True")
        order = self.usual()
        payment = self.sold_order(order)
        self.assertEqual(order.invoice_ids.payment_state, "paid")
        self.assertFalse(self.ours("SalesReceipt"))
        self.assertEqual((len(self.ours("Invoice")), len(self.ours("Payment"))), (1, 1))
        self.assertTrue(payment.reconciled_invoice_ids)

    def test_edited_after_it_was_paid(self):
        """What was sold when it was paid stays; other details follow."""
        order = self.usual()
        payment = self.sold_order(order)
        lines = self.lines_of(self.receipt(payment))
        order.order_line[1].product_uom_qty = 5
        payment.memo = "a new memo"
        self.commit()
        self.run_worker()
        receipt = self.receipt(payment)
        self.assertEqual(self.lines_of(receipt), lines)
        self.assertIn("a new memo", receipt["PrivateNote"])
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)

    def test_two_orders_paid_together(self):
        first, second = self.usual(), self.order((self.product_b, 2, 7, 0, True))
        payment = self.pay_online(
            first.amount_total + second.amount_total,
            sale_order_ids=[Command.set((first | second).ids)],
        )
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        receipt = self.receipt(payment)
        self.assertEqual(len(self.lines_of(receipt)), 3)
        self.assertEqual(dec(receipt["TotalAmt"]), dec(f"{payment.amount:.2f}"))

    def test_refund_of_all_and_of_some(self):
        """Tax goes back with the goods."""
        before = self.ledger()
        order = self.usual()
        payment = self.sold_order(order)
        refund = self.give_back(payment)
        self.run_worker()
        self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
        remote = self.receipt(refund, "RefundReceipt")
        self.assert_sold_alike(order, remote)
        self.assertEqual(self.lines_of(remote), self.lines_of(self.receipt(payment)))
        self.assert_moved(before)
        other = self.sold_order(self.usual())
        part = self.give_back(other, 50)
        self.run_worker()
        self.assertEqual(part.qbo_state, "synced", part.qbo_error)
        remote = self.receipt(part, "RefundReceipt")
        self.assertEqual(dec(remote["TotalAmt"]), dec("50"))
        tax = dec(remote["TxnTaxDetail"]["TotalTax"])
        self.assertTrue(tax)
        self.assertEqual(sum(a for a, _item in self.lines_of(remote)) + tax, dec("50"))

    def test_classes_and_locations(self):
        """As on other documents, from the order's analytic distribution."""
        plan = self.env["account.analytic.plan"].create({"name": "Departments"})
        account = self.env["account.analytic.account"].create({"name": "Shop", "plan_id": plan.id})
        self.simulator.control.preference("ClassTrackingPerTxnLine", True)
        made = self.simulator.control.change("Class", {"Name": "Shop"})
        self.connection.class_plan_id = plan
        self.connection.sudo()._channel().references_at = False
        self.connection._wake(refresh=True)
        self.run_worker()
        mapping = self.env["quickbooks.mapping"]._require(self.connection, "class", account)
        mapping.reference_id = self.env["quickbooks.reference"]._find(
            self.connection, "Class", made["Id"]
        )
        order = self.usual()
        order.order_line[1].analytic_distribution = {str(account.id): 100}
        receipt = self.receipt(self.sold_order(order))
        classes = [
            (line["SalesItemLineDetail"].get("ClassRef") or {}).get("value")
            for line in receipt["Line"]
            if line["DetailType"] == "SalesItemLineDetail"
        ]
        self.assertEqual(classes, [made["Id"], None])


@tagged("post_install", "-at_install")
class TestReceiptOfOrderAbroad(OrderCase):
    """Outside the US every line has its code, and tax is rounded line by line."""

    country = "uk"
    simulator_options = {"profile": "gb"}

    @classmethod
    def add_tax_code(cls, name, rate):
        """The company's own codes do."""

    def setUp(self):
        super().setUp()
        self.company.tax_calculation_rounding_method = "round_globally"
        self.tax = self.env["account.tax"].create(
            {"name": "VAT 20", "amount": 20, "company_id": self.company.id}
        )
        Mapping = self.env["quickbooks.mapping"]
        Mapping._require(self.connection, "tax", self.tax).action_accept()
        Mapping._require(self.connection, "tax").action_accept()

    def test_tax_as_billed(self):
        """Three lines of 0.03 at 20 %: on the sum 0.018, so 0.02; by line it would be 0.03."""
        order = self.order(
            *((self.product_a, 1, 0.03, 0, True) for _line in range(3)),
            (self.product_b, 1, 20, 0, False),
        )
        self.assertEqual(f"{order.amount_tax:.2f}", "0.02")
        payment = self.sold_order(order)
        receipt = self.receipt(payment)
        self.assertEqual(dec(receipt["TotalAmt"]), dec("20.11"))
        self.assertEqual(dec(receipt["TxnTaxDetail"]["TotalTax"]), dec("0.02"))
        refund = self.give_back(payment)
        self.run_worker()
        self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
        remote = self.receipt(refund, "RefundReceipt")
        self.assertEqual(dec(remote["TxnTaxDetail"]["TotalTax"]), dec("0.02"))

    def test_a_part(self):
        order = self.order((self.product_a, 3, 33.33, 0, True), (self.product_b, 1, 20, 0, False))
        receipt = self.receipt(self.sold_order(order, 40))
        self.assertEqual(dec(receipt["TotalAmt"]), dec("40"))
        self.assertTrue(dec(receipt["TxnTaxDetail"]["TotalTax"]))

    def test_a_donation(self):
        """Money without an order is not taxed, and its line says so."""
        receipt = self.receipt(self.sold(50))
        self.assertEqual(dec(receipt["TotalAmt"]), dec("50"))
        self.assertFalse(dec(receipt["TxnTaxDetail"]["TotalTax"]))
