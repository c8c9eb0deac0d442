import os
import random
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from ..qbo.money import dec
from .receipt_common import ReceiptCase

#: how many orders, and which; a night may ask for more
COUNT = int(os.environ.get("QUICKBOOKS_RANDOM_ORDERS", "30"))
SEED = int(os.environ.get("QUICKBOOKS_RANDOM_SEED", "20261122"))


@tagged("post_install", "-at_install")
class TestRandomOrders(ReceiptCase):
    """Whatever is sold online, paid in part and given back in part: each receipt comes to the
    money, and what was paid as a whole has the order's tax."""

    country = "uk"
    simulator_options = {"profile": "gb"}

    @classmethod
    def add_tax_code(cls, name, rate):
        """The company's own codes do."""

    def setUp(self):
        super().setUp()
        if "sale.order" not in self.env:
            self.skipTest("the addon sale is not installed")
        self.env.user.group_ids |= self.env.ref("sales_team.group_sale_manager")
        self.taxes = self.env["account.tax"].create(
            [
                {"name": f"{rate} % {kind}", "amount": rate, "company_id": self.company.id, **extra}
                for rate in (20, 5, 0)
                for kind, extra in (
                    ("on top", {}),
                    ("included", {"price_include_override": "tax_included"}),
                )
            ]
        )
        Mapping = self.env["quickbooks.mapping"]
        rates = self.env["quickbooks.reference"]._sales_rates(self.connection)
        rows = Mapping._require(self.connection, "tax", self.taxes)
        for row in rows | Mapping._require(self.connection, "tax"):
            percent = Mapping._tax_rate(row._taxes())
            code = next(code for code, rate in rates.items() if rate == percent)
            row.reference_id = self.env["quickbooks.reference"]._find(
                self.connection, "TaxCode", code
            )

    def test_receipts_come_to_the_money(self):
        dice = random.Random(SEED)  # noqa: S311 - the same orders every time
        sales, refunds = [], []
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            for _number in range(COUNT // 2):
                order = self.random_order(dice)
                if order.amount_total < 1:
                    continue
                share = dice.choice([1, 1, 0.3, 0.77])
                payment = self.pay_online(
                    order.currency_id.round(order.amount_total * share),
                    sale_order_ids=[Command.set(order.ids)],
                )
                sales.append((order, share, payment))
                if dice.random() < 0.5:
                    part = order.currency_id.round(payment.amount * dice.choice([1, 0.5, 0.13]))
                    refunds.append(self.give_back(payment, part))
        self.assertGreater(len(sales), COUNT // 2)
        self.assertGreater(len(refunds), 3)
        for _round in range(4):
            self.run_worker()
        for order, share, payment in sales:
            with self.subTest(seed=SEED, share=share, lines=self.in_words(order)):
                remote = self.compared(payment, "SalesReceipt")
                if share == 1:
                    tax = dec(remote["TxnTaxDetail"]["TotalTax"])
                    self.assertEqual(f"{tax:.2f}", f"{order.amount_tax:.2f}")
        for refund in refunds:
            with self.subTest(seed=SEED, refund=refund.amount):
                self.compared(refund, "RefundReceipt")
        self.assertFalse(self.simulator.control.problems())

    def compared(self, payment, remote_type):
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        remote = self.receipt(payment, remote_type)
        self.assertEqual(f"{dec(remote['TotalAmt']):.2f}", f"{payment.amount:.2f}")
        return remote

    def random_order(self, dice):
        return self.env["sale.order"].create(
            {
                "partner_id": self.buyer.id,
                "pricelist_id": False,
                "order_line": [
                    Command.create(self.random_line(dice)) for _number in range(dice.randint(1, 6))
                ],
            }
        )

    def random_line(self, dice):
        price = Decimal(dice.randint(-50, 9000)).scaleb(-2)
        tax = dice.choice([*self.taxes.ids, 0])  # nought: a line without tax
        return {
            "product_id": dice.choice([self.product_a, self.product_b]).id,
            "product_uom_qty": dice.randint(1, 12),
            "price_unit": float(price),
            "discount": dice.choice([0, 0, 10, 33.33]),
            "tax_ids": [Command.set([tax] if tax else [])],
        }

    @staticmethod
    def in_words(order):
        return "; ".join(
            f"{line.product_uom_qty} x {line.price_unit} -{line.discount} % "
            f"{line.tax_ids.mapped('name')}"
            for line in order.order_line
        )
