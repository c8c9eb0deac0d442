from odoo.tests import tagged

from ..qbo.money import dec
from .common import QuickbooksCommon
from .purchase_common import PurchaseCommon


@tagged("post_install", "-at_install")
class TestInvoiceForms(QuickbooksCommon):
    """What an invoice may look like beyond its lines: when it is due, and what is rounded."""

    def assert_equal_totals(self, move):
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{move.amount_total:.2f}"))
        self.assertEqual(dec(remote["Balance"]), dec(f"{move.amount_residual:.2f}"))
        self.assertEqual(remote["DueDate"], str(move.invoice_date_due))
        return remote

    def pay(self, move, amount):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        payment = wizard.create({"amount": amount})._create_payments()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)

    def test_instalments(self):
        """Odoo has two lines to be paid, QuickBooks' invoice is due with the last."""
        move = self.synced_invoice(invoice_payment_term_id=self.pay_terms_b.id)
        first, second = move._get_installments_data()
        self.assertLess(first["date_maturity"], second["date_maturity"])
        self.assert_equal_totals(move)
        self.pay(move, abs(first["amount_residual_currency"]))
        self.assertEqual(move.payment_state, "partial")
        self.assert_equal_totals(move)
        self.pay(move, move.amount_residual)
        self.assertIn(move.payment_state, ("in_payment", "paid"))
        self.assertEqual(dec(self.assert_equal_totals(move)["Balance"]), 0)

    def test_due_later_than_the_term_says(self):
        term = {"invoice_payment_term_id": False, "invoice_date_due": "2026-12-31"}
        move = self.synced_invoice(**term)
        self.assertEqual(self.assert_equal_totals(move)["DueDate"], "2026-12-31")
        move.button_draft()
        move.invoice_date_due = "2027-02-28"
        move.action_post()
        self.run_worker()
        self.assertEqual(self.assert_equal_totals(move)["DueDate"], "2027-02-28")

    def rounded(self, strategy):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Five cents",
                "rounding": 0.05,
                "strategy": strategy,
                "profit_account_id": self.company_data["default_account_revenue"].id,
                "loss_account_id": self.company_data["default_account_expense"].id,
            }
        )
        return self.synced_invoice(
            lines=[{"product_id": self.product_a.id, "price_unit": 10.01}],
            invoice_cash_rounding_id=rounding.id,
        )

    def test_cash_rounding_as_a_line(self):
        """10.01 and 15 % come to 11.51, and 11.50 is asked for."""
        move = self.rounded("add_invoice_line")
        self.assertEqual(f"{move.amount_total:.2f}", "11.50")
        remote = self.assert_equal_totals(move)
        amounts = [
            f"{line['Amount']:.2f}"
            for line in remote["Line"]
            if line["DetailType"] == "SalesItemLineDetail"
        ]
        self.assertEqual(amounts, ["10.01", "-0.01"])

    def test_cash_rounding_in_the_tax(self):
        """The tax is billed a cent lower; a line carries it where no tax can be sent."""
        move = self.rounded("biggest_tax")
        self.assertEqual(f"{move.amount_total:.2f}", "11.50")
        self.assertEqual(f"{move.amount_tax:.2f}", "1.49")
        self.assert_equal_totals(move)

    def test_early_payment_discount_that_lowers_the_tax_at_once(self):
        """Of 100 the tax is billed on 98; the pair of lines that does it goes along."""
        term = self.early_payment_term("mixed")
        move = self.synced_invoice(
            lines=[{"product_id": self.product_a.id, "price_unit": 100}],
            invoice_payment_term_id=term.id,
        )
        self.assertEqual(f"{move.amount_total:.2f}", "114.70")
        remote = self.assert_equal_totals(move)
        self.assertEqual(dec(remote["TxnTaxDetail"]["TotalTax"]), dec("14.70"))
        taxed = {
            f"{line['Amount']:.2f}": line["SalesItemLineDetail"]["TaxCodeRef"]["value"]
            for line in remote["Line"]
            if line["DetailType"] == "SalesItemLineDetail"
        }
        self.assertEqual(taxed, {"100.00": "TAX", "-2.00": "TAX", "2.00": "NON"})

    def test_nothing_to_pay(self):
        move = self.synced_invoice(
            lines=[
                {"product_id": self.product_a.id, "price_unit": 80},
                {"product_id": self.product_a.id, "price_unit": -80},
            ]
        )
        self.assertEqual(move.payment_state, "paid")
        self.assertEqual(dec(self.assert_equal_totals(move)["TotalAmt"]), 0)


@tagged("post_install", "-at_install")
class TestThreeDecimals(PurchaseCommon):
    """A dinar has a thousand fils, and QuickBooks two decimals for every currency."""

    preferences = {"CustomTxnNumbers": True, "MultiCurrencyEnabled": True}

    @classmethod
    def prepare(cls):
        cls.dinar = cls.setup_other_currency("KWD", rounding=0.001, rates=[("2020-01-01", 0.3)])
        return super().prepare()

    def dinars(self, *prices):
        lines = [{"name": "Oil", "price_unit": price, "tax_ids": []} for price in prices]
        return {"lines": lines, "currency_id": self.dinar.id}

    def test_what_would_be_rounded_is_held(self):
        """Also lines whose sum has two decimals: each of them would be rounded up."""
        moves = self.invoice(**self.dinars(10.125))
        moves |= self.invoice(**self.dinars(10.125, 10.125))
        moves |= self.bill(ref="K1", **self.dinars(10.125, 10.125))
        self.run_worker()
        for move in moves:
            self.assertEqual(move.qbo_state, "held")
            self.assertIn("KWD has more than two decimals", move.qbo_error)
        sent = {call.path.rsplit("/", 1)[-1] for call in self.writes()}
        self.assertFalse(sent & {"invoice", "bill", "batch"})

    def test_what_has_two_decimals_arrives(self):
        move = self.synced_invoice(**self.dinars(10.12))
        self.assertEqual(dec(self.remote_of(move, "Invoice")["TotalAmt"]), dec("10.12"))
