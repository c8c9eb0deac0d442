from types import SimpleNamespace

from odoo.tests import tagged

from .common import QuickbooksCommon


@tagged("post_install", "-at_install")
class TestTaxMapping(QuickbooksCommon):
    """Which code a line's taxes are, and the proof that both sides compute the same."""

    country = "ca"
    simulator_options = {"profile": "ca"}

    def setUp(self):
        super().setUp()
        self.context = self.env["quickbooks.planner"].sudo()._context(self.connection.sudo(), ())

    def tax(self, percent, **values):
        return self.env["account.tax"].create(
            {
                "name": f"Tax {percent} {len(values)}",
                "amount": percent,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                **values,
            }
        )

    def reference(self, rate):
        """A code of QuickBooks that comes to this percentage."""
        rates = self.env["quickbooks.reference"]._sales_rates(self.connection)
        found = [remote_id for remote_id, value in rates.items() if str(value) == rate]
        return self.env["quickbooks.reference"]._find(self.connection, "TaxCode", found[0])

    def line(self, taxes):
        """All of a line that matters here."""
        return SimpleNamespace(tax_ids=taxes)

    def test_several_taxes_on_one_line_are_mapped_together(self):
        gst, pst = self.tax(5, sequence=1), self.tax(7, sequence=2)
        taxes = self.env["quickbooks.taxes"]
        missing = taxes._missing(self.context, [self.line(gst | pst)])
        self.assertEqual(len(missing), 1)
        self.assertEqual(missing.subject_name, f"{gst.name} + {pst.name}")
        self.assertEqual(missing.state, "suggested", "by the rate of both together")
        self.assertEqual(taxes._missing(self.context, [self.line(pst | gst)]), missing)
        missing.action_accept()
        context = self.env["quickbooks.planner"].sudo()._context(self.connection.sudo(), ())
        self.assertFalse(taxes._missing(context, [self.line(gst | pst)]))
        code = taxes._code(context, gst | pst)
        self.assertEqual(code.id, missing.reference_id.remote_id)
        alone = taxes._missing(context, [self.line(gst)])
        self.assertEqual(alone.subject.id, gst.id, "one alone is another matter")

    def test_the_order_of_compound_taxes_counts(self):
        plain = self.tax(5, sequence=1, include_base_amount=True)
        on_top = self.tax("9.975", sequence=2)
        rate = self.env["quickbooks.mapping"]._tax_rate(plain | on_top)
        self.assertEqual(str(rate.normalize()), "15.47375")

    def test_lines_without_tax_are_not_asked_about_taxes_that_go_together(self):
        """Neither has a tax of its own, so that one could be taken for the other."""
        Mapping = self.env["quickbooks.mapping"]
        together = Mapping._require_together(self.connection, self.tax(5) | self.tax(7, sequence=2))
        alone = Mapping._require(self.connection, "tax")
        self.assertEqual(len(alone), 1)
        self.assertNotEqual(alone, together)

    def test_a_row_whose_taxes_are_gone_goes(self):
        gst, pst = self.tax(5, sequence=1), self.tax(7, sequence=2)
        row = self.env["quickbooks.mapping"]._require_together(self.connection, gst | pst)
        pst.unlink()
        self.assertEqual(row._orphans(), row)

    def test_a_sample_invoice_proves_the_mapping(self):
        thirteen, five = self.tax(13), self.tax(5)
        Mapping = self.env["quickbooks.mapping"]
        rows = Mapping._require(self.connection, "tax", thirteen | five)
        by_tax = {row.res_id: row for row in rows}
        by_tax[thirteen.id].reference_id = self.reference("13")
        by_tax[five.id].reference_id = self.reference("13")
        # 100.00, 33.33, 0.07, 19.99 and 1234.56 at 13 %, each rounded: 13.00 + 4.33 + 0.01 + 2.60
        # + 160.49
        self.assertEqual(by_tax[thirteen.id].proof, "equal", by_tax[thirteen.id].proof_text)
        self.assertIn("180.43", by_tax[thirteen.id].proof_text)
        self.assertEqual(by_tax[five.id].proof, "differs")
        self.company.tax_calculation_rounding_method = "round_globally"
        rows.invalidate_recordset(["proof", "proof_text"])
        # 1387.95 x 13 % = 180.4335
        self.assertEqual(by_tax[thirteen.id].proof, "equal", by_tax[thirteen.id].proof_text)
