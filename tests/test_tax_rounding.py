from odoo import Command
from odoo.tests import tagged

from .common import QuickbooksCommon


class TaxRoundingCommon(QuickbooksCommon):
    def invoice_of(self, *prices, taxes=None):
        """A confirmed invoice with a line for each price."""
        taxes = self.company.account_sale_tax_id if taxes is None else taxes
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-11-20",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": f"Line {number}",
                            "price_unit": price,
                            "tax_ids": [Command.set(taxes.ids)],
                        }
                    )
                    for number, price in enumerate(prices, 1)
                ],
            }
        )
        move.action_post()
        return move

    def assert_equal_totals(self, move):
        """Both books have the same total; the document as QuickBooks has it."""
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        row = self.remote_of(move, "Invoice")
        self.assertEqual(f"{row['TotalAmt']:.2f}", f"{move.amount_total:.2f}")
        return row


@tagged("post_install", "-at_install")
class TestTaxRoundingByHand(TaxRoundingCommon):
    """US sales tax by hand is computed by QuickBooks on the sum; Odoo rounds by line or globally.

    Three lines of 0.10 at 15 %: by line 3 x 0.02 = 0.06 (half up), on the sum 0.045, so 0.05.
    """

    def setUp(self):
        super().setUp()
        self.company.tax_calculation_rounding_method = "round_per_line"

    def test_a_line_carries_the_cents(self):
        move = self.invoice_of("0.10", "0.10", "0.10")
        self.assertEqual(f"{move.amount_tax:.2f}", "0.06")
        self.run_worker()
        row = self.assert_equal_totals(move)
        self.assertEqual(f"{row['TxnTaxDetail']['TotalTax']:.2f}", "0.05")
        self.assertEqual(
            [line["Amount"] for line in row["Line"] if line.get("Description", "").endswith("g")],
            [row["Line"][3]["Amount"]],
        )
        self.assertEqual(f"{row['Line'][3]['Amount']:.2f}", "0.01")
        self.assertEqual(row["Line"][3]["SalesItemLineDetail"]["TaxCodeRef"]["value"], "NON")

    def test_nothing_is_added_where_both_agree(self):
        move = self.invoice_of("100.00", "33.33")
        self.run_worker()
        row = self.assert_equal_totals(move)
        self.assertEqual(len(row["Line"]), 3, "two lines and QuickBooks' subtotal")

    def test_the_line_goes_when_the_difference_goes(self):
        move = self.invoice_of("0.10", "0.10", "0.10")
        self.run_worker()
        move.button_draft()
        move.invoice_line_ids[0].price_unit = 100
        move.invoice_line_ids[1:].unlink()
        move.action_post()
        self.run_worker()
        row = self.assert_equal_totals(move)
        self.assertEqual(len(row["Line"]), 2)

    def test_a_person_is_asked_before_it_is_sent(self):
        self.connection.tax_rounding = "ask"
        move = self.invoice_of("0.10", "0.10", "0.10")
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("0.05", move.qbo_error)
        self.assertIn("0.06", move.qbo_error)
        self.assertFalse(self.writes_of("invoice"))
        self.connection.tax_rounding = "line"
        self.operation(move).action_retry()
        self.run_worker()
        self.assert_equal_totals(move)

    def test_the_difference_is_shown(self):
        self.connection.tax_rounding = "show"
        move = self.invoice_of("0.10", "0.10", "0.10")
        self.run_worker()
        self.assertEqual(move.qbo_state, "mismatch")
        self.assertIn("0.05", move.qbo_error)

    def test_a_tax_of_another_rate_never_leaves(self):
        tax = self.env["account.tax"].create(
            {"name": "Ten", "amount": 10, "company_id": self.company.id}
        )
        row = self.env["quickbooks.mapping"]._require(self.connection, "tax", tax)
        mapped = self.env["quickbooks.mapping"].search(
            [("kind", "=", "tax"), ("res_id", "=", self.company.account_sale_tax_id.id)]
        )
        row.reference_id = mapped.reference_id
        move = self.invoice_of("100.00", taxes=tax)
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("another rate", move.qbo_error)
        self.assertFalse(self.writes_of("invoice"))

    def writes_of(self, entity):
        return [call for call in self.writes() if call.path.endswith(f"/{entity}")]


@tagged("post_install", "-at_install")
class TestTaxRoundingByLine(TaxRoundingCommon):
    """Outside the US QuickBooks rounds by line and takes the tax as billed."""

    country = "uk"
    simulator_options = {"profile": "gb"}

    def setUp(self):
        super().setUp()
        self.company.tax_calculation_rounding_method = "round_globally"
        self.tax = self.env["account.tax"].create(
            {"name": "VAT 20", "amount": 20, "company_id": self.company.id}
        )
        row = self.env["quickbooks.mapping"]._require(self.connection, "tax", self.tax)
        row.action_accept()
        self.assertEqual(row.state, "mapped", "the code of 20 %")

    def test_the_tax_as_billed_arrives(self):
        """Three lines of 0.03 at 20 %: on the sum 0.018, so 0.02; by line 3 x 0.01."""
        move = self.invoice_of("0.03", "0.03", "0.03", taxes=self.tax)
        self.assertEqual(f"{move.amount_tax:.2f}", "0.02")
        self.run_worker()
        row = self.assert_equal_totals(move)
        self.assertEqual(f"{row['TxnTaxDetail']['TotalTax']:.2f}", "0.02")

    def test_nothing_is_overridden_where_both_agree(self):
        move = self.invoice_of("100.00", "33.33", taxes=self.tax)
        self.run_worker()
        self.assert_equal_totals(move)
        body = self.binding(move, "Invoice").agreed_payload
        self.assertIn('"TxnTaxDetail":null', body)

    def test_the_override_goes_when_the_difference_goes(self):
        move = self.invoice_of("0.03", "0.03", "0.03", taxes=self.tax)
        self.run_worker()
        move.button_draft()
        move.invoice_line_ids[0].price_unit = 100
        move.action_post()
        self.run_worker()
        row = self.assert_equal_totals(move)
        self.assertEqual(f"{row['TxnTaxDetail']['TotalTax']:.2f}", f"{move.amount_tax:.2f}")

    def forget_untaxed(self):
        """Nobody has chosen a code for lines without tax yet."""
        self.env["quickbooks.mapping"]._require(self.connection, "tax").reference_id = False

    def test_a_line_without_tax_needs_a_code_of_its_own(self):
        self.forget_untaxed()
        move = self.invoice_of("10.00", taxes=self.env["account.tax"])
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("Lines without tax", move.qbo_error)
        row = self.operation(move).mapping_ids
        row.action_accept()
        self.assertEqual(row.state, "mapped", "a code of nought per cent")
        self.run_worker()
        remote = self.assert_equal_totals(move)
        self.assertEqual(remote["TxnTaxDetail"]["TotalTax"], 0)

    def test_cash_rounding_needs_the_code_of_lines_without_tax(self):
        """QuickBooks wants a code on every line, that of the rounding too."""
        self.forget_untaxed()
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "Five pence",
                "rounding": 0.05,
                "strategy": "add_invoice_line",
                "profit_account_id": self.company_data["default_account_revenue"].id,
                "loss_account_id": self.company_data["default_account_expense"].id,
            }
        )
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-11-20",
                "invoice_cash_rounding_id": rounding.id,
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Thing",
                            "product_id": self.product_a.id,
                            "price_unit": 10.01,
                            "tax_ids": [Command.set(self.tax.ids)],
                        }
                    )
                ],
            }
        )
        move.action_post()
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("Lines without tax", move.qbo_error)
        self.operation(move).mapping_ids.action_accept()
        self.run_worker()
        self.assert_equal_totals(move)
