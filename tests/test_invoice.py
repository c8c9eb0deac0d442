from decimal import Decimal

from odoo import Command, fields
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..qbo.money import dec
from .common import QuickbooksCommon


@tagged("post_install", "-at_install")
class TestInvoice(QuickbooksCommon):
    """A customer invoice from confirmation to void, as the simulator then holds it."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.company_data["default_tax_sale"]
        cls.partner_a.write(
            {
                "email": "billing@example.com",
                "street": "1 Main Street",
                "city": "Springfield",
                "zip": "12345",
                "country_id": cls.env.ref("base.us").id,
            }
        )

    def assert_equal_books(self, move):
        """Customer, lines, tax, total, dates and number agree with the simulator."""
        remote = self.remote_of(move, "Invoice")
        customer = self.binding(move.commercial_partner_id, "Customer").remote_id
        self.assertEqual(remote["CustomerRef"]["value"], customer)
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{move.amount_total:.2f}"))
        self.assertEqual(dec(remote["TxnTaxDetail"]["TotalTax"]), dec(f"{move.amount_tax:.2f}"))
        self.assertEqual(remote["TxnDate"], str(move.invoice_date))
        self.assertEqual(remote["DueDate"], str(move.invoice_date_due))
        ours = [
            dec(f"{line.price_subtotal:.2f}")
            for line in move.invoice_line_ids.sorted("sequence")
            if line.display_type == "product"
        ]
        theirs = [
            dec(line["Amount"])
            for line in remote["Line"]
            if line["DetailType"] == "SalesItemLineDetail"
        ]
        self.assertEqual(theirs, ours)
        return remote

    def test_confirm_arrives(self):
        move = self.invoice()
        self.assertEqual(move.qbo_state, "pending")
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        remote = self.assert_equal_books(move)
        self.assertEqual(remote["DocNumber"], move.name)
        self.assertEqual(remote["BillEmail"]["Address"], "billing@example.com")
        self.assertTrue(move.qbo_id and move.qbo_url and move.qbo_last_sync)

    def test_kinds_of_lines(self):
        move = self.synced_invoice(
            lines=[
                {"display_type": "line_section", "name": "First part"},
                {"product_id": self.product_a.id, "quantity": 3, "price_unit": 33.33},
                {
                    "product_id": self.product_a.id,
                    "quantity": 7,
                    "price_unit": 19.99,
                    "discount": 12.5,
                },
                {"display_type": "line_note", "name": "Thank you, and come again"},
                {"name": "Without product", "price_unit": 12.0, "tax_ids": []},
                {"product_id": self.product_a.id, "price_unit": 80.0, "discount": 100.0},
            ]
        )
        remote = self.assert_equal_books(move)
        kinds = [line["DetailType"] for line in remote["Line"]]
        self.assertEqual(
            kinds,
            [
                "DescriptionOnly",
                "SalesItemLineDetail",
                "SalesItemLineDetail",
                "DescriptionOnly",
                "SalesItemLineDetail",
                "SalesItemLineDetail",
                "SubTotalLineDetail",
            ],
        )
        self.assertEqual(remote["Line"][0]["Description"], "First part")
        self.assertEqual(remote["Line"][3]["Description"], "Thank you, and come again")
        details = [line.get("SalesItemLineDetail") for line in remote["Line"]]
        self.assertEqual(details[1]["TaxCodeRef"]["value"], "TAX")
        self.assertEqual(details[4]["TaxCodeRef"]["value"], "NON")
        self.assertIn("12.5 %", remote["Line"][2]["Description"])
        self.assertEqual(dec(details[1]["Qty"]), 3)
        self.assertEqual(dec(details[1]["UnitPrice"]), Decimal("33.33"))

    def test_forty_lines(self):
        lines = [
            {"product_id": self.product_a.id, "quantity": 1 + n % 7, "price_unit": 0.37 * n}
            for n in range(40)
        ]
        self.assert_equal_books(self.synced_invoice(lines=lines))

    def test_price_included_tax(self):
        tax = self.tax.copy({"name": "15% incl", "price_include_override": "tax_included"})
        move = self.invoice(lines=[{"name": "Gross", "price_unit": 99.99, "tax_ids": tax.ids}])
        self.run_worker()
        mapping = self.env["quickbooks.mapping"].search([("res_id", "=", tax.id)])
        self.assertEqual(mapping.suggested_id.name, "Standard 15")
        mapping.action_accept()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assert_equal_books(move)

    def test_long_number(self):
        move = self.invoice(post=False)
        move.name = "INV/2026/A-VERY-LONG-PREFIX/01"
        self.assertEqual(len(move.name), 30)
        move.action_post()
        self.run_worker()
        remote = self.assert_equal_books(move)
        self.assertLessEqual(len(remote["DocNumber"]), 21)
        self.assertTrue(remote["DocNumber"].endswith("PREFIX/01"))
        self.assertIn(move.name, remote["PrivateNote"])

    def test_texts(self):
        term = self.env.ref("account.account_payment_term_30days")
        move = self.synced_invoice(
            ref="PO-4711",
            narration="<p>Pay <b>soon</b></p>",
            invoice_payment_term_id=term.id,
        )
        remote = self.assert_equal_books(move)
        self.assertIn("PO-4711", remote["PrivateNote"])
        self.assertIn("soon", remote["CustomerMemo"]["value"])
        self.assertEqual(remote["SalesTermRef"]["value"], "3")

    def test_child_contact(self):
        child = self.env["res.partner"].create(
            {
                "name": "Jane Buyer",
                "parent_id": self.partner_a.id,
                "email": "jane@example.com",
                "type": "contact",
            }
        )
        move = self.synced_invoice(partner=child)
        remote = self.assert_equal_books(move)
        self.assertEqual(remote["BillEmail"]["Address"], "jane@example.com")
        customers = [c for c in self.remote("Customer").values() if "Jane" in c["DisplayName"]]
        self.assertFalse(customers)

    # -- life after confirmation ---------------------------------------------------------------

    def test_edit_updates(self):
        move = self.synced_invoice()
        remote_id = move.qbo_id
        move.button_draft()
        move.invoice_line_ids = [
            Command.update(move.invoice_line_ids.id, {"quantity": 4}),
            Command.create({"product_id": self.product_a.id, "price_unit": 5}),
        ]
        move.action_post()
        self.commit()
        self.assertEqual(move.qbo_state, "pending")
        self.run_worker()
        self.assertEqual(move.qbo_id, remote_id)
        self.assert_equal_books(move)
        self.assertEqual(len(self.remote("Invoice")), self.seeded_invoices + 1)

    def test_edit_of_a_posted_field_updates(self):
        move = self.synced_invoice()
        move.invoice_date_due = fields.Date.to_date("2026-05-05")
        self.run_worker()
        self.assertEqual(self.remote_of(move, "Invoice")["DueDate"], "2026-05-05")

    def test_what_is_removed_is_cleared(self):
        term = self.env.ref("account.account_payment_term_30days")
        move = self.synced_invoice(
            narration="<p>Pay soon</p>", invoice_payment_term_id=term.id, ref="PO-1"
        )
        self.assertIn("CustomerMemo", self.remote_of(move, "Invoice"))
        move.button_draft()
        move.write({"narration": False, "invoice_payment_term_id": False})
        move.action_post()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        remote = self.assert_equal_books(move)
        self.assertNotIn("CustomerMemo", remote)
        self.assertNotIn("SalesTermRef", remote)

    def test_cancel_voids(self):
        move = self.synced_invoice()
        move.button_cancel()
        self.run_worker()
        self.assertEqual(move.qbo_state, "voided")
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(dec(remote["TotalAmt"]), 0)
        self.assertTrue(remote["PrivateNote"].startswith("Voided"))

    def test_confirming_a_cancelled_one_again_revives_it(self):
        move = self.synced_invoice()
        remote_id = move.qbo_id
        move.button_cancel()
        self.run_worker()
        move.button_draft()
        move.action_post()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertEqual(move.qbo_id, remote_id)
        self.assert_equal_books(move)

    def test_confirmed_and_cancelled_at_once_sends_nothing(self):
        move = self.invoice()
        move.button_cancel()
        self.run_worker()
        self.assertEqual(move.qbo_state, "none")
        self.assertEqual(self.writes(), [])

    def test_unchanged_sends_nothing(self):
        move = self.synced_invoice()
        self.simulator.control.clear_log()
        move.button_draft()
        move.action_post()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced")
        self.assertEqual(self.writes(), [])

    def test_linked_invoice_cannot_be_deleted(self):
        move = self.synced_invoice()
        move.button_draft()
        move.name = "/"
        with self.assertRaisesRegex(UserError, "is in QuickBooks"):
            move.with_context(force_delete=True).unlink()

    # -- which invoices ------------------------------------------------------------------------

    def test_cutoff(self):
        self.connection.cutoff_date = "2026-03-11"
        move = self.invoice()
        self.run_worker()
        self.assertEqual(move.qbo_state, "none")
        with self.assertRaisesRegex(UserError, "cut-off"):
            move.action_qbo_sync()

    def test_when_sent_to_the_customer(self):
        self.connection.document_trigger = "sent"
        move = self.invoice()
        self.run_worker()
        self.assertEqual(move.qbo_state, "none")
        move.is_move_sent = True
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)

    def test_by_hand(self):
        self.connection.stage = "manual"
        move = self.invoice()
        self.run_worker()
        self.assertEqual(move.qbo_state, "pending")
        self.assertEqual(self.writes(), [])
        move.action_qbo_sync()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)

    def test_off_captures_nothing_and_the_scan_catches_up(self):
        self.connection.action_disable()
        move = self.invoice()
        self.assertEqual(move.qbo_state, "none")
        self.connection.action_enable()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)

    def test_other_documents_stay_out(self):
        bill = self.init_invoice("in_invoice", products=self.product_a, post=True)
        receipt = self.init_invoice("out_receipt", products=self.product_a, post=True)
        self.run_worker()
        self.assertEqual((bill.qbo_state, receipt.qbo_state), ("none", "none"))
        self.assertEqual(self.writes(), [])

    # -- numbers and taxes ---------------------------------------------------------------------

    def test_quickbooks_numbers(self):
        self.connection.number_policy = "quickbooks"
        self.simulator.control.preference("CustomTxnNumbers", False)
        move = self.synced_invoice()
        remote = self.assert_equal_books(move)
        self.assertNotEqual(remote["DocNumber"], move.name)
        self.assertIn(move.name, remote["PrivateNote"])

    def test_automated_sales_tax_keeps_our_tax(self):
        self.simulator.control.preference("AST", True)
        self.connection.action_refresh_lists()
        self.run_worker()
        self.assertTrue(self.connection._company_profile().automated_sales_tax)
        taxable = self.env["quickbooks.reference"].search(
            [("connection_id", "=", self.connection.id), ("kind", "=", "taxable")]
        )
        self.env["quickbooks.mapping"].search(
            [("kind", "=", "tax"), ("res_id", "=", self.tax.id)]
        ).reference_id = taxable
        self.assert_equal_books(self.synced_invoice())

    def test_tax_difference_is_visible(self):
        code = self.env["quickbooks.reference"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("remote_type", "=", "TaxCode"),
                ("full_name", "=", "California"),
            ]
        )
        self.env["quickbooks.mapping"].search(
            [("kind", "=", "tax"), ("res_id", "=", self.tax.id)]
        ).reference_id = code
        move = self.invoice()
        self.run_worker()
        self.assertEqual(move.qbo_state, "held", "known before it leaves")
        self.assertIn("8.00", move.qbo_error)
        self.assertIn("15.00", move.qbo_error)
        self.connection.tax_rounding = "show"
        self.operation(move).action_retry()
        self.run_worker()
        self.assertEqual(move.qbo_state, "mismatch")
        self.assertIn("8.00", move.qbo_error)
        self.assertIn("15.00", move.qbo_error)
        self.assertTrue(move.activity_ids)
        self.binding(move, "Invoice").action_accept_difference()
        self.assertEqual(move.qbo_state, "synced")
        self.assertFalse(move.activity_ids)

    def test_two_taxes_that_need_two_codes_are_held(self):
        other = self.tax.copy({"name": "8%", "amount": 8})
        mapping = self.env["quickbooks.mapping"]._require(self.connection, "tax", other)
        mapping.action_accept()
        move = self.invoice(
            lines=[
                {"name": "A", "price_unit": 10, "tax_ids": self.tax.ids},
                {"name": "B", "price_unit": 10, "tax_ids": other.ids},
            ]
        )
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("one tax code", move.qbo_error)

    def test_sales_tax_off_in_quickbooks_is_held(self):
        self.simulator.control.preference("UsingSalesTax", False)
        self.connection.action_refresh_lists()
        move = self.invoice()
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("sales tax is not set up", move.qbo_error)

    def test_foreign_currency_without_multicurrency_is_held(self):
        euro = self.setup_other_currency("EUR")
        move = self.invoice(currency_id=euro.id)
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("EUR", move.qbo_error)

    def test_closed_period_is_held_before_it_is_sent(self):
        self.simulator.control.preference("BookCloseDate", "2026-03-31")
        self.connection.action_refresh_lists()
        move = self.invoice()
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("2026-03-31", move.qbo_error)
        self.assertEqual(self.writes(), [])

    # -- many ----------------------------------------------------------------------------------

    def test_many_go_in_batches(self):
        moves = self.env["account.move"]
        for number in range(35):
            moves |= self.invoice(
                lines=[{"product_id": self.product_a.id, "price_unit": 10 + number}]
            )
        self.run_worker()
        self.assertEqual(set(moves.mapped("qbo_state")), {"synced"})
        paths = [call.path.rsplit("/", 1)[-1] for call in self.writes()]
        self.assertEqual(paths.count("batch"), 2)
        self.assertEqual(len(paths), 4, "a customer, an item and two batches")
        for move in moves:
            self.assert_equal_books(move)
