from decimal import Decimal

from odoo import Command
from odoo.tests import tagged

from .common import QuickbooksCommon


class SalesTaxes(QuickbooksCommon):
    """Each tax of a country on real invoices: both books have the same net, tax and total.

    ``kinds`` are the taxes by name: the code of QuickBooks each is mapped to, and its values.
    ``invoices`` are lines by what they show: (price, quantity, discount, names of the taxes).
    """

    kinds = {}
    invoices = {}
    together = {}

    def setUp(self):
        super().setUp()
        self.taxes = {}
        for name, (code, values) in self.kinds.items():
            self.taxes[name] = self.new_tax(name, **values)
            if code:
                self.map(self.require(self.taxes[name]), code)
        for names, code in self.together.items():
            self.map(self.require(self.of(names)), code)
        nothing = self.env["quickbooks.mapping"]._require(self.connection, "tax")
        if self.without_tax:
            self.map(nothing, self.without_tax)

    #: the code of lines without any tax, where QuickBooks wants one on each line
    without_tax = ""

    def new_tax(self, name, amount, parts=(), **values):
        children = [self.new_tax(f"{name} {part}", part).id for part in parts]
        if children:
            values |= {"amount_type": "group", "children_tax_ids": [Command.set(children)]}
        return self.env["account.tax"].create(
            {
                "name": name,
                "amount": amount,
                "type_tax_use": "sale",
                "company_id": self.company.id,
                **values,
            }
        )

    def of(self, names):
        taxes = self.env["account.tax"]
        for name in names:
            taxes |= self.taxes[name]
        return taxes

    def require(self, taxes):
        mapping = self.env["quickbooks.mapping"]
        if len(taxes) > 1:
            return mapping._require_together(self.connection, taxes)
        return mapping._require(self.connection, "tax", taxes)

    def map(self, row, code):
        row.reference_id = self.env["quickbooks.reference"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("remote_type", "=", "TaxCode"),
                ("full_name", "=", code),
            ]
        )
        self.assertEqual(row.state, "mapped", code)

    def document(self, lines, move_type="out_invoice", **values):
        return self.env["account.move"].create(
            {
                "move_type": move_type,
                "partner_id": self.partner_a.id,
                "invoice_date": "2026-11-20",
                "invoice_line_ids": [
                    Command.create(
                        {
                            "name": "Chose" if self.country == "fr" else "Thing",
                            "price_unit": price,
                            "quantity": quantity,
                            "discount": discount,
                            "tax_ids": [Command.set(self.of(names).ids)],
                        }
                    )
                    for price, quantity, discount, names in lines
                ],
                **values,
            }
        )

    def check_all(self, move_type, entity):
        documents = {what: self.document(lines, move_type) for what, lines in self.invoices.items()}
        moves = self.env["account.move"].union(*documents.values())
        moves.action_post()
        for _round in range(3):
            self.run_worker()
        for what, move in documents.items():
            with self.subTest(what):
                self.assertEqual(move.qbo_state, "synced", move.qbo_error)
                self.assert_equal_tax(move, entity)
        self.assertFalse(self.simulator.control.problems())

    def assert_equal_tax(self, move, entity):
        remote = self.remote_of(move, entity)
        self.assertEqual(f"{remote['TotalAmt']:.2f}", f"{move.amount_total:.2f}")
        detail = remote.get("TxnTaxDetail") or {"TotalTax": Decimal(0)}
        self.assertEqual(f"{detail['TotalTax']:.2f}", f"{move.amount_tax:.2f}")
        self.assertEqual(f"{remote['Balance']:.2f}", f"{move.amount_residual:.2f}")


class EachTax:
    """The tests each country runs."""

    def test_invoices(self):
        self.check_all("out_invoice", "Invoice")

    def test_credit_notes(self):
        self.check_all("out_refund", "CreditMemo")

    def test_early_payment_discount_that_lowers_the_tax_at_once(self):
        term = self.early_payment_term("mixed")
        lines = [(99.99, 3, 0, ["full"]), (10.05, 1, 0, ["full"])]
        move = self.document(lines, invoice_payment_term_id=term.id)
        move.action_post()
        self.assertTrue(move.line_ids.filtered(lambda line: line.display_type == "epd"))
        for _round in range(3):
            self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assert_equal_tax(move, "Invoice")


INCLUDED = {"price_include_override": "tax_included"}
FORMS = {
    "a discount": [(99.99, 3, 12.5, ["full"])],
    "all of it given away": [(50, 2, 100, ["full"])],
    "something taken off": [(200, 1, 0, ["full"]), (-25.5, 1, 0, ["full"])],
    "taken off to nothing": [(80, 1, 0, ["full"]), (-80, 1, 0, ["full"])],
    "cents and fractions": [(0.07, 1.33333, 0, ["full"]), (19.999999, 7, 0, ["full"])],
}


@tagged("post_install", "-at_install")
class TestTaxesOfBritain(EachTax, SalesTaxes):
    country = "uk"
    simulator_options = {"profile": "gb"}
    without_tax = "No VAT"
    kinds = {
        "full": ("20.0% S", {"amount": 20}),
        "in the price": ("20.0% S", {"amount": 20, **INCLUDED}),
        "reduced": ("5.0% R", {"amount": 5}),
        "zero": ("0.0% Z", {"amount": 0}),
        "exempt": ("Exempt", {"amount": 0}),
        "reverse charge": ("20.0% RC", {"amount": 0}),
    }
    invoices = FORMS | {
        "one of each": [(10.01, 1, 0, [name]) for name in kinds] + [(5.55, 1, 0, [])],
        "reverse charge alone": [(1234.56, 1, 0, ["reverse charge"])],
        "included with a discount": [(99.99, 3, 33.33, ["in the price"])],
    }

    def test_withholding_on_the_invoice(self):
        """One code has to mean both, and no code of one rate does unless somebody says so."""
        held_back = self.new_tax("held back", -10)
        self.taxes["held back"] = held_back
        move = self.document([(100, 1, 0, ["full", "held back"])])
        move.action_post()
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("full + held back", move.qbo_error)
        self.assertFalse([call for call in self.writes() if call.path.endswith("/invoice")])
        self.add_tax_code("VAT less 10", 10)
        self.connection.action_refresh_lists()
        self.run_worker()
        self.map(self.require(self.of(["full", "held back"])), "VAT less 10")
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assert_equal_tax(move, "Invoice")


@tagged("post_install", "-at_install")
class TestTaxesOfCanada(EachTax, SalesTaxes):
    country = "ca"
    simulator_options = {"profile": "ca"}
    without_tax = "Out of Scope"
    kinds = {
        "full": ("HST ON", {"amount": 13}),
        "GST": ("GST", {"amount": 5, "sequence": 1}),
        "PST": ("", {"amount": 7, "sequence": 2}),
        "QST": ("", {"amount": 9.975, "sequence": 3}),
        "GST and PST": ("GST/PST BC", {"amount": 0, "parts": (5, 7)}),
        "GST below": ("GST", {"amount": 5, "sequence": 1, "include_base_amount": True}),
        "zero": ("Zero-rated", {"amount": 0}),
        "exempt": ("Exempt", {"amount": 0}),
    }
    together = {
        ("GST", "PST"): "GST/PST BC",
        ("GST", "QST"): "GST/QST QC - 9.975",
        ("GST below", "QST"): "QST compound",
    }
    invoices = FORMS | {
        "two on a line": [(33.33, 3, 0, ["GST", "PST"]), (0.05, 1, 0, ["GST", "QST"])],
        "a group": [(19.99, 7, 0, ["GST and PST"]), (19.99, 7, 0, ["GST"])],
        "one on top of the other": [(33.33, 1, 0, ["GST below", "QST"])],
        "one of each": [(10.01, 1, 0, [name]) for name in ("full", "GST", "zero", "exempt")],
        "nothing on it": [(12.34, 1, 0, [])],
    }


@tagged("post_install", "-at_install")
class TestTaxesOfAustralia(EachTax, SalesTaxes):
    country = "au"
    simulator_options = {"profile": "au"}
    without_tax = "Out of scope"
    kinds = {
        "full": ("GST", {"amount": 10}),
        "in the price": ("GST", {"amount": 10, **INCLUDED}),
        "free": ("GST free", {"amount": 0}),
        "input taxed": ("Input tax", {"amount": 0}),
    }
    invoices = FORMS | {
        "one of each": [(10.01, 1, 0, [name]) for name in kinds] + [(5.55, 1, 0, [])],
        "included, many": [(9.95, 7, 0, ["in the price"]), (0.99, 13, 5, ["in the price"])],
    }


@tagged("post_install", "-at_install")
class TestTaxesOfTheUnion(EachTax, SalesTaxes):
    country = "fr"
    simulator_options = {"profile": "fr"}
    without_tax = "Exonéré"
    kinds = {
        "full": ("TVA 20 %", {"amount": 20}),
        "in the price": ("TVA 20 %", {"amount": 20, **INCLUDED}),
        "ten": ("TVA 10 %", {"amount": 10}),
        "five and a half": ("TVA 5,5 %", {"amount": 5.5}),
        "two point one": ("TVA 2,1 %", {"amount": 2.1}),
        "within the union": ("Intracommunautaire", {"amount": 0}),
    }
    invoices = FORMS | {
        "one of each": [(10.01, 1, 0, [name]) for name in kinds] + [(5.55, 1, 0, [])],
        "to another country": [(1234.56, 1, 0, ["within the union"])],
        "small rates": [(0.99, 5, 0, ["two point one"]), (3.33, 7, 0, ["five and a half"])],
    }

    def test_fiscal_position_and_names_of_the_country(self):
        """The position chooses the tax, the tax the code; names keep their letters."""
        position = self.env["account.fiscal.position"].create({"name": "Within the union"})
        self.taxes["within the union"].write(
            {
                "fiscal_position_ids": [Command.set(position.ids)],
                "original_tax_ids": [Command.set(self.taxes["full"].ids)],
            }
        )
        self.product_a.write({"name": "Crème brûlée", "taxes_id": self.taxes["full"].ids})
        partner = self.partner_a.copy(
            {"name": "Łukasz Żółć & Söhne OÜ", "property_account_position_id": position.id}
        )
        move = self.invoice(partner, [{"product_id": self.product_a.id, "price_unit": 100}])
        self.assertEqual(move.amount_tax, 0)
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assert_equal_tax(move, "Invoice")
        (line,) = [
            row
            for row in self.remote_of(move, "Invoice")["Line"]
            if row["DetailType"] == "SalesItemLineDetail"
        ]
        self.assertEqual(line["SalesItemLineDetail"]["TaxCodeRef"]["value"], "8")
        self.assertIn("Crème brûlée", line["Description"])
        customer = self.remote_of(partner, "Customer")
        self.assertEqual(customer["DisplayName"], "Łukasz Żółć & Söhne OÜ")


@tagged("post_install", "-at_install")
class TestTaxesOfTheStates(EachTax, SalesTaxes):
    """Sales tax by hand: one code for the document, and lines that are taxable or not."""

    kinds = {
        "full": ("Tucson", {"amount": 0, "parts": (7.1, 2)}),
        "California": ("California", {"amount": 8}),
    }
    invoices = {
        "a discount": [(99.99, 3, 12.5, ["full"])],
        "all of it given away": [(50, 2, 100, ["full"])],
        "something taken off": [(200, 1, 0, ["full"]), (-25.5, 1, 0, ["full"])],
        "some of it taxable": [(33.33, 1, 0, ["full"]), (100, 1, 0, [])],
        "California": [(19.99, 5, 0, ["California"]), (7.77, 1, 0, [])],
        "not taxable": [(12.34, 1, 0, [])],
    }


@tagged("post_install", "-at_install")
class TestAutomatedSalesTax(EachTax, SalesTaxes):
    """QuickBooks would compute by address; the tax as billed stands."""

    invoices = {
        "ours is other than theirs": [(100, 1, 0, ["full"])],
        "some of it taxable": [(33.33, 1, 0, ["full"]), (100, 1, 0, [])],
        "not taxable": [(12.34, 1, 0, [])],
        "a discount": [(99.99, 3, 12.5, ["full"])],
    }

    def setUp(self):
        super().setUp()
        self.simulator.control.preference("AST", True)
        self.connection.action_refresh_lists()
        self.run_worker()
        self.taxes = {"full": self.new_tax("full", 8.875)}
        row = self.require(self.taxes["full"])
        row.reference_id = self.env["quickbooks.reference"].search(
            [("connection_id", "=", self.connection.id), ("kind", "=", "taxable")]
        )
