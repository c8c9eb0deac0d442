import requests

from odoo import Command
from odoo.tests import tagged

from ..qbo.money import dec
from .purchase_common import PurchaseCommon


@tagged("post_install", "-at_install")
class TestBill(PurchaseCommon):
    """Vendor bills and refunds, from confirmation to cancellation, as the simulator holds them."""

    def lines_of(self, move, remote_type="Bill"):
        """(mapped account, amount) of every line, for both sides."""
        mapping = self.env["quickbooks.mapping"]._index(self.connection)
        sign = -1 if move.move_type == "in_refund" else 1
        ours = sorted(
            (
                mapping["account", "account.account", line.account_id.id].reference_id.remote_id,
                dec(f"{sign * line.amount_currency:.2f}"),
            )
            for line in move.line_ids
            if line.display_type not in ("payment_term", "line_section", "line_note")
        )
        remote = self.remote_of(move, remote_type)
        theirs = sorted(
            (line["AccountBasedExpenseLineDetail"]["AccountRef"]["value"], dec(line["Amount"]))
            for line in remote["Line"]
        )
        return ours, theirs

    def assert_ledger_alike(self, move, remote_type="Bill"):
        ours, theirs = self.lines_of(move, remote_type)
        self.assertEqual(ours, theirs)

    def test_all_of_it(self):
        term = self.env.ref("account.account_payment_term_30days")
        row = self.env["quickbooks.mapping"]._require(self.connection, "term", term)
        row.reference_id = self.env["quickbooks.reference"].search(row._legal_domain(), limit=1)
        move = self.synced_bill(
            ref="ACME-77",
            invoice_payment_term_id=term.id,
            lines=[
                {"display_type": "line_section", "name": "Office"},
                {"name": "Paper", "quantity": 3, "price_unit": 9.99, "discount": 10},
                {"display_type": "line_note", "name": "Recycled"},
                {"name": "Returned ink", "quantity": -1, "price_unit": 5.0},
            ],
        )
        remote = self.remote_of(move, "Bill")
        self.assertEqual(remote["DocNumber"], "ACME-77")
        self.assertEqual(remote["TxnDate"], "2026-03-10")
        self.assertEqual(remote["DueDate"], str(move.invoice_date_due))
        self.assertEqual(remote["SalesTermRef"]["value"], row.reference_id.remote_id)
        self.assertIn(move.name, remote["PrivateNote"])
        self.assertEqual(
            [line.get("Description") for line in remote["Line"]],
            ["Office\nPaper\nRecycled", "Returned ink"],
        )
        for line in remote["Line"]:
            detail = line["AccountBasedExpenseLineDetail"]
            self.assertEqual(detail["TaxCodeRef"]["value"], "NON")
            self.assertEqual(detail["BillableStatus"], "NotBillable")
        self.assert_ledger_alike(move)
        self.assert_bills_alike(move)
        self.assert_vendor_alike(self.partner_b)

    def test_number_without_reference(self):
        move = self.synced_bill()
        self.assertEqual(self.remote_of(move, "Bill")["DocNumber"], move.name)

    def test_books_by_the_accounting_date(self):
        move = self.synced_bill(invoice_date="2026-02-25", date="2026-03-02")
        remote = self.remote_of(move, "Bill")
        self.assertEqual(remote["TxnDate"], "2026-03-02")
        self.assertIn("2026-02-25", remote["PrivateNote"])

    def test_tax_in_the_us_is_a_line(self):
        """QuickBooks has no purchase tax there; the total and every account are the same."""
        tax = self.company_data["default_tax_purchase"]
        part = tax.copy({"name": "To the cost", "amount": 7})
        for line in part.invoice_repartition_line_ids | part.refund_repartition_line_ids:
            line.account_id = False
        included = tax.copy({"name": "Included", "price_include_override": "tax_included"})
        self.assertTrue(tax.amount)
        move = self.synced_bill(
            lines=[
                {"name": "A", "price_unit": 33.33, "quantity": 3, "tax_ids": [tax.id, part.id]},
                {"name": "B", "price_unit": 57.5, "tax_ids": included.ids},
                {"name": "C", "price_unit": 10},
            ]
        )
        self.assertTrue(move.amount_tax)
        self.assert_bills_alike(move)
        self.assert_ledger_alike(move)
        self.assertFalse((self.remote_of(move, "Bill").get("TxnTaxDetail") or {}).get("TotalTax"))

    def test_missing_account_is_asked_for(self):
        account = self.company_data["default_account_expense"].copy({"name": "Oil", "code": "6999"})
        move = self.bill(lines=[{"name": "Oil", "price_unit": 40, "account_id": account.id}])
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("Oil", move.qbo_error)
        row = self.env["quickbooks.mapping"]._require(self.connection, "account", account)
        self.assertEqual(row.state in ("missing", "suggested"), True)
        row.reference_id = self.env["quickbooks.reference"].search(row._legal_domain(), limit=1)
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)

    def test_changed_and_sent_again(self):
        move = self.synced_bill()
        move.button_draft()
        move.invoice_line_ids.price_unit = 140
        move.ref = "NEW"
        move.action_post()
        self.commit()
        self.run_worker()
        self.assert_bills_alike(move)
        self.assertEqual(self.remote_of(move, "Bill")["DocNumber"], "NEW")

    def test_cancelled_is_deleted(self):
        """QuickBooks cannot void a bill."""
        move = self.synced_bill()
        remote_id = self.binding(move, "Bill").remote_id
        move.button_draft()
        move.button_cancel()
        self.commit()
        self.run_worker()
        self.assertEqual(move.qbo_state, "voided", move.qbo_error)
        self.assertNotIn(remote_id, self.remote("Bill"))
        self.assert_vendor_alike(self.partner_b)
        move.button_draft()
        move.action_post()
        self.commit()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assert_bills_alike(move)

    def test_another_vendor(self):
        move = self.synced_bill()
        move.button_draft()
        move.partner_id = self.partner_a
        move.action_post()
        self.commit()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        vendor = self.binding(self.partner_a, "Vendor").remote_id
        self.assertEqual(self.remote_of(move, "Bill")["VendorRef"]["value"], vendor)
        self.assert_vendor_alike(self.partner_b)

    def test_before_the_cutoff_stays_out(self):
        self.connection.cutoff_date = "2026-03-11"
        move = self.bill()
        self.run_worker()
        self.assertEqual(move.qbo_state, "none")
        self.assertFalse(self.writes())

    def test_closed_period(self):
        self.connection.profile = {**self.connection.profile, "book_close_date": "2026-03-31"}
        move = self.bill()
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("2026-03-31", move.qbo_error)

    def test_off_notes_nothing_and_on_finds_it(self):
        self.connection.purchases_out = False
        move = self.bill()
        self.assertFalse(self.env["quickbooks.change"].search([]))
        self.run_worker()
        self.assertEqual(move.qbo_state, "none")
        self.connection.purchases_out = True
        for _time in range(2):
            self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)

    def test_off_keeps_what_is_there_in_step(self):
        move = self.synced_bill()
        self.connection.purchases_out = False
        move.button_draft()
        move.invoice_line_ids.price_unit = 60
        move.action_post()
        self.commit()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assert_bills_alike(move)

    def test_number_taken_by_another_bill(self):
        first = self.synced_bill(ref="SAME-1")
        second = self.bill(ref="SAME-1", invoice_date="2026-03-11", date="2026-03-11")
        self.run_worker()
        self.assertEqual(first.qbo_state, "synced")
        self.assertEqual(second.qbo_state, "held", second.qbo_error)
        self.assertIn("SAME-1", second.qbo_error)

    def test_lost_answer_makes_no_double(self):
        for kind in ("drop_after", "drop_before"):
            with self.subTest(kind):
                self.synced_bill(ref=f"WARM-{kind}")
                before = len(self.remote("Bill"))
                self.simulator.control.faults.add(kind, path="/bill", count=1)
                move = self.bill(ref=f"LOST-{kind}")
                for _time in range(6):
                    self.run_worker()
                    self.skip_waiting()
                self.assertEqual(move.qbo_state, "synced", move.qbo_error)
                self.assertEqual(len(self.remote("Bill")), before + 1)
                self.assert_bills_alike(move)

    def test_refused(self):
        self.simulator.control.faults.add("fault", path="/bill", code="6210", count=1)
        move = self.bill()
        self.run_worker()
        self.assertEqual(move.qbo_state, "held", move.qbo_error)

    def test_receipt_of_a_vendor(self):
        move = self.synced_bill(move_type="in_receipt")
        self.assert_bills_alike(move)

    def test_refund(self):
        move = self.synced_bill(
            move_type="in_refund", ref="RMA-9", lines=[{"name": "Paper back", "price_unit": 30}]
        )
        remote = self.remote_of(move, "VendorCredit")
        self.assertEqual(remote["DocNumber"], "RMA-9")
        self.assert_bills_alike(move)
        self.assert_ledger_alike(move, "VendorCredit")
        self.assert_vendor_alike(self.partner_b)

    def test_foreign_currency_needs_multicurrency(self):
        euro = self.setup_other_currency("EUR")
        move = self.bill(currency_id=euro.id)
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("multicurrency", move.qbo_error)

    def test_zero(self):
        move = self.synced_bill(
            lines=[{"name": "A", "price_unit": 10}, {"name": "B", "price_unit": -10}]
        )
        self.assertEqual(dec(self.remote_of(move, "Bill")["TotalAmt"]), dec("0"))

    def test_instalments(self):
        """Odoo has two lines to pay; QuickBooks' bill is due with the last."""
        term = self.pay_terms_b
        move = self.synced_bill(invoice_payment_term_id=term.id)
        self.assertEqual(len(move._get_installments_data()), 2)
        self.assertEqual(self.remote_of(move, "Bill")["DueDate"], str(move.invoice_date_due))
        self.assert_bills_alike(move)

    def test_many_in_one_run(self):
        moves = self.env["account.move"]
        for number in range(8):
            moves |= self.bill(
                lines=[{"name": "A", "price_unit": 10.01 + number}], ref=f"M-{number}"
            )
        self.run_worker()
        self.assertEqual(set(moves.mapped("qbo_state")), {"synced"})
        self.assert_bills_alike(*moves)
        self.assert_vendor_alike(self.partner_b)


@tagged("post_install", "-at_install")
class TestBillVat(PurchaseCommon):
    """A British company: codes on lines, and the tax as billed."""

    simulator_options = {"profile": "gb"}

    @classmethod
    def add_tax_code(cls, name, rate):
        """The profile has its codes."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.standard = cls.vat("20.0% S", 20)
        cls.reduced = cls.vat("5.0% R", 5)
        cls.zero = cls.vat("0.0% Z", 0)
        row = cls.env["quickbooks.mapping"]._require(cls.connection, "untaxed_purchase")
        row.reference_id = cls.code("No VAT")
        cls.snapshot = cls.simulator.control.snapshot()

    @classmethod
    def connect(cls, company=None, **values):
        """Both sides keep their books in pounds."""
        cls.env.company.currency_id = cls.setup_other_currency("GBP")
        return super().connect(company, **values)

    @classmethod
    def code(cls, name):
        return cls.env["quickbooks.reference"].search(
            [("remote_type", "=", "TaxCode"), ("name", "=", name)], limit=1
        )

    @classmethod
    def vat(cls, name, amount):
        tax = cls.company_data["default_tax_purchase"].copy({"name": name, "amount": amount})
        row = cls.env["quickbooks.mapping"]._require(cls.connection, "purchase_tax", tax)
        row.reference_id = cls.code(name)
        return tax

    def assert_vat_alike(self, move, remote_type="Bill"):
        remote = self.remote_of(move, remote_type)
        self.assertEqual(
            dec(remote["TxnTaxDetail"]["TotalTax"]), dec(f"{move.amount_tax:.2f}"), remote
        )
        self.assert_bills_alike(move)

    def test_codes_of_lines(self):
        move = self.synced_bill(
            lines=[
                {"name": "A", "price_unit": 100, "tax_ids": self.standard.ids},
                {"name": "B", "price_unit": 50, "tax_ids": self.reduced.ids},
                {"name": "C", "price_unit": 10, "tax_ids": self.zero.ids},
                {"name": "D", "price_unit": 7},
            ]
        )
        remote = self.remote_of(move, "Bill")
        codes = [
            line["AccountBasedExpenseLineDetail"]["TaxCodeRef"]["value"] for line in remote["Line"]
        ]
        names = ("20.0% S", "5.0% R", "0.0% Z", "No VAT")
        self.assertEqual(codes, [self.code(name).remote_id for name in names])
        self.assert_vat_alike(move)

    def test_rounding_is_as_billed(self):
        """Odoo rounds the sum, QuickBooks each line: three times 0.33 at 5 % is 0.06 or 0.05."""
        self.env.company.tax_calculation_rounding_method = "round_globally"
        lines = [{"name": "A", "price_unit": 0.33, "tax_ids": self.reduced.ids}] * 3
        move = self.synced_bill(lines=lines)
        per_line = sum(round(0.33 * 0.05, 2) for _line in lines)
        self.assertNotEqual(f"{per_line:.2f}", f"{move.amount_tax:.2f}", "else it proves nothing")
        self.assert_vat_alike(move)

    def test_cash_rounding_in_the_tax(self):
        rounding = self.env["account.cash.rounding"].create(
            {"name": "Five pence", "rounding": 0.05, "strategy": "biggest_tax"}
        )
        move = self.synced_bill(
            lines=[{"name": "A", "price_unit": 10.01, "tax_ids": self.standard.ids}],
            invoice_cash_rounding_id=rounding.id,
        )
        self.assertEqual(f"{move.amount_total:.2f}", "12.00")
        self.assertEqual(f"{move.amount_tax:.2f}", "1.99")
        self.assert_vat_alike(move)

    def test_tax_typed_from_the_paper(self):
        """Somebody corrects the tax by a cent, as it is on the vendor's paper."""
        move = self.bill(
            lines=[{"name": "A", "price_unit": 99.99, "tax_ids": self.standard.ids}], post=False
        )
        tax_line = move.line_ids.filtered(lambda line: line.display_type == "tax")
        owed = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        move.write(
            {
                "line_ids": [
                    Command.update(tax_line.id, {"amount_currency": tax_line.balance + 0.01}),
                    Command.update(owed.id, {"amount_currency": owed.balance - 0.01}),
                ]
            }
        )
        move.action_post()
        self.commit()
        self.run_worker()
        self.assertEqual(f"{move.amount_tax:.2f}", "20.01")
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assert_vat_alike(move)

    def test_refund(self):
        move = self.synced_bill(
            move_type="in_refund",
            lines=[{"name": "A", "price_unit": 12.34, "tax_ids": self.standard.ids}],
        )
        self.assert_vat_alike(move, "VendorCredit")

    def test_reverse_charge(self):
        """The tax is owed and deducted at once: nought on the bill, both parts in the books."""
        tax = self.vat("20.0% RC", 20)
        repartition = [
            Command.clear(),
            Command.create({"repartition_type": "base"}),
            Command.create({"repartition_type": "tax", "factor_percent": 100}),
            Command.create({"repartition_type": "tax", "factor_percent": -100}),
        ]
        tax.write(
            {
                "invoice_repartition_line_ids": repartition,
                "refund_repartition_line_ids": repartition,
            }
        )
        lines = [
            {"name": "From abroad", "price_unit": 99.99, "tax_ids": tax.ids},
            {"name": "From here", "price_unit": 10, "tax_ids": self.standard.ids},
        ]
        move = self.synced_bill(lines=lines)
        self.assertEqual(f"{move.amount_total:.2f}", "111.99")
        self.assert_vat_alike(move)
        detail = self.remote_of(move, "Bill")["TxnTaxDetail"]["TaxLine"]
        parts = sorted(f"{row['Amount']:.2f}" for row in detail)
        self.assertEqual(parts, ["-20.00", "2.00", "20.00"])

    def test_taxes_that_go_together(self):
        """A line has one code: its taxes are mapped together, and alone on other lines."""
        both = self.standard | self.reduced
        move = self.bill(
            lines=[
                {"name": "Both", "price_unit": 33.33, "tax_ids": both.ids},
                {"name": "Both again", "price_unit": 0.07, "tax_ids": both.ids},
                {"name": "One", "price_unit": 9.99, "tax_ids": self.reduced.ids},
            ]
        )
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("20.0% S + 5.0% R", move.qbo_error)
        row = self.operation(move).mapping_ids
        self.assertEqual((row.kind, len(row)), ("purchase_tax", 1))
        row.reference_id = self.code_of_both()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assert_vat_alike(move)
        codes = [
            line["AccountBasedExpenseLineDetail"]["TaxCodeRef"]["value"]
            for line in self.remote_of(move, "Bill")["Line"]
        ]
        own, reduced = row.reference_id.remote_id, self.code("5.0% R").remote_id
        self.assertEqual(codes, [own, own, reduced])

    def code_of_both(self):
        """What an accountant adds in QuickBooks: a code of the two rates of purchases."""
        token = self.simulator.control.token()["access_token"]
        rates = [{"TaxRateId": rate, "TaxApplicableOn": "Purchase"} for rate in ("2", "4")]
        answer = requests.post(
            f"{self.simulator.url}/v3/company/{self.simulator.realm}/taxservice/taxcode",
            json={"TaxCode": "Both", "TaxRateDetails": rates},
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=10,
        )
        answer.raise_for_status()
        self.connection.action_refresh_lists()
        self.run_worker()
        return self.code("Both")

    def test_tax_without_mapping(self):
        tax = self.standard.copy({"name": "Unknown VAT"})
        move = self.bill(lines=[{"name": "A", "price_unit": 100, "tax_ids": tax.ids}])
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("Unknown VAT", move.qbo_error)
