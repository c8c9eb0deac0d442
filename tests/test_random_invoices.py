import os
import random
from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from .common import QuickbooksCommon

#: how many invoices, and which; a night may ask for more
COUNT = int(os.environ.get("QUICKBOOKS_RANDOM_INVOICES", "60"))
SEED = int(os.environ.get("QUICKBOOKS_RANDOM_SEED", "20261122"))
#: foreign currencies and what a pound was of each on two days; a yen has no decimals
CURRENCIES = {
    "EUR": (1.137423, 1.1509),
    "USD": (1.268, 1.301775),
    "SEK": (13.0713, 12.888),
    "JPY": (187.35, 194.021),
}
DAYS = ("2026-11-02", "2026-11-16")


@tagged("post_install", "-at_install")
class TestRandomInvoices(QuickbooksCommon):
    """Whatever is typed, both books have the same total and tax to the cent.

    Quantities to five decimals, prices to six, discounts, taxes on top and included, several lines
    of each, rounding by line and globally, in five currencies with their own rates.
    """

    country = "uk"
    simulator_options = {"profile": "gb"}
    preferences = {"CustomTxnNumbers": True, "MultiCurrencyEnabled": True}

    @classmethod
    def prepare(cls):
        cls.env.ref("product.decimal_price").digits = 6
        cls.env.ref("uom.decimal_product_uom").digits = 5
        cls.env.ref("product.decimal_discount").digits = 2
        cls.currencies = cls.company.currency_id
        for code, rates in CURRENCIES.items():
            cls.currencies |= cls.setup_other_currency(code, rates=[*zip(DAYS, rates, strict=True)])
        return super().prepare()

    def setUp(self):
        super().setUp()
        Tax = self.env["account.tax"]
        self.taxes = Tax.create(
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
        for row in Mapping._require(self.connection, "tax", self.taxes) | Mapping._require(
            self.connection, "tax"
        ):
            percent = Mapping._tax_rate(row._taxes())
            code = next(code for code, rate in rates.items() if rate == percent)
            row.reference_id = self.env["quickbooks.reference"]._find(
                self.connection, "TaxCode", code
            )

    def test_totals_are_equal_to_the_cent(self):
        dice = random.Random(SEED)  # noqa: S311 - the same invoices every time
        moves = self.env["account.move"]
        for method in ("round_per_line", "round_globally"):
            self.company.tax_calculation_rounding_method = method
            moves |= self.env["account.move"].create(
                [self.random_invoice(dice, number) for number in range(COUNT // 2)]
            )
            moves.filtered(lambda move: move.state == "draft" and move.amount_total >= 0)._post()
        standing = moves.filtered(lambda move: move.state == "posted")
        self.assertGreater(len(standing), COUNT // 2)
        for _round in range(4):
            self.run_worker()
        remote = self.remote("Invoice")
        overridden = set()
        for move in standing:
            with self.subTest(seed=SEED, lines=self.in_words(move), money=move.currency_id.name):
                self.assertEqual(move.qbo_state, "synced", move.qbo_error)
                row = remote[self.binding(move, "Invoice").remote_id]
                self.assertEqual(f"{row['TotalAmt']:.2f}", f"{move.amount_total:.2f}")
                self.assertEqual(f"{row['TxnTaxDetail']['TotalTax']:.2f}", f"{move.amount_tax:.2f}")
                self.assert_rate(row, move)
                if "TaxLine" in self.binding(move, "Invoice").agreed_payload:
                    overridden.add(move.currency_id)
        self.assertEqual(standing.currency_id, self.currencies)
        self.assertGreater(len(overridden), 2, "some round differently, or this proves little")
        self.assertFalse(self.simulator.control.problems())

    def assert_rate(self, row, move):
        """At the document's own rate, whatever QuickBooks' list of rates says."""
        self.assertEqual(row["CurrencyRef"]["value"], move.currency_id.name)
        rate = Decimal(row["ExchangeRate"]) * Decimal(str(move.invoice_currency_rate))
        self.assertLess(abs(rate - 1), Decimal("1e-8"))

    def random_invoice(self, dice, number):
        return {
            "move_type": "out_invoice",
            "partner_id": self.partner_a.id,
            "invoice_date": dice.choice(("2026-11-04", "2026-11-20")),
            "currency_id": self.currencies[number % len(self.currencies)].id,
            "invoice_line_ids": [
                Command.create(self.random_line(dice)) for _number in range(dice.randint(1, 8))
            ],
        }

    def random_line(self, dice):
        places, digits = dice.randint(0, 5), dice.randint(0, 6)
        quantity = Decimal(dice.randint(1, 10 ** (places + 1))).scaleb(-places)
        price = Decimal(dice.randint(-(10**digits) // 10, 40 * 10**digits)).scaleb(-digits)
        tax = dice.choice([*self.taxes.ids, 0])  # nought: a line without tax
        return {
            "name": "Thing",
            "quantity": float(quantity),
            "price_unit": float(price),
            "discount": dice.choice([0, 0, 0, 10, 33.33, 99.99, 100]),
            "tax_ids": [Command.set([tax] if tax else [])],
        }

    @staticmethod
    def in_words(move):
        return "; ".join(
            f"{line.quantity} x {line.price_unit} -{line.discount} % {line.tax_ids.mapped('name')}"
            for line in move.invoice_line_ids
        )
