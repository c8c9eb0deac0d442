"""The mapping: rows for what is in use, suggestions, legal choices, and what waits for them."""

import time

from odoo import Command
from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_item import ItemCommon


class MappingCommon(ItemCommon):
    """A company whose taxes and terms are looked at as they come from QuickBooks."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.tax = cls.company_data["default_tax_sale"]

    def new_tax(self, name, amount=0.0, **values):
        return self.env["account.tax"].create(
            {"name": name, "amount": amount, "type_tax_use": "sale", **values}
        )

    def entry(self, kind, name):
        return self.env["quickbooks.reference"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("remote_type", "=", kind),
                ("name", "=", name),
            ]
        )

    def row(self, kind, record=None):
        """The row of a record, as a document that needs it would make it."""
        return self.env["quickbooks.mapping"].sudo()._require(self.connection, kind, record)

    def suggested(self, tax):
        return self.row("tax", tax).suggested_id.name


@tagged("post_install", "-at_install")
class TestMappingRows(MappingCommon):
    """Which lines there are."""

    def test_defaults(self):
        for kind, name in (
            ("income_account", "Sales of Product Income"),
            ("receivable_account", "Accounts Receivable (A/R)"),
            ("default_item", "Services"),
        ):
            with self.subTest(kind=kind):
                row = self.mapping(kind)
                self.assertEqual((row.subject_name, row.state), ("Default", "mapped"))
                self.assertEqual(row.reference_id.name, name)

    def test_taxes_in_use(self):
        """The company's default, those of products and those on invoices; no others."""
        on_product, on_draft, unused, purchase = (
            self.new_tax(name, 3.0, type_tax_use=use)
            for name, use in (
                ("P", "sale"), ("D", "sale"), ("U", "sale"), ("B", "purchase"),
            )
        )  # fmt: skip
        self.new_product(taxes_id=[Command.set(on_product.ids)])
        self.invoice(lines=[{"name": "x", "price_unit": 1, "tax_ids": on_draft.ids}], post=False)
        self.refresh_lists()
        for tax in (self.tax, on_product, on_draft):
            self.assertTrue(self.mapping("tax", tax), tax.name)
        for tax in (unused, purchase):
            self.assertFalse(self.mapping("tax", tax), tax.name)

    def test_terms_and_categories(self):
        term = self.env.ref("account.account_payment_term_15days")
        self.assertEqual(self.mapping("term", term).reference_id.name, "Net 15")
        account = self.company_data["default_account_revenue"].copy({"name": "Design Income"})
        own, plain = self.env["product.category"].create([{"name": "Own"}, {"name": "Plain"}])
        own.property_account_income_categ_id = account
        self.refresh_lists()
        self.assertEqual(self.mapping("income_account", own).suggested_id.name, "Design income")
        self.assertFalse(self.mapping("income_account", plain))

    def test_reading_again_changes_nothing(self):
        rows = self.connection.mapping_ids
        before = {row: (row.reference_id, row.suggested_id, row.state) for row in rows}
        self.refresh_lists()
        rows = self.connection.mapping_ids
        self.assertEqual(
            {row: (row.reference_id, row.suggested_id, row.state) for row in rows}, before
        )

    def test_a_deleted_tax_takes_its_line_along(self):
        tax = self.new_tax("Gone", 3.0)
        row = self.row("tax", tax)
        tax.unlink()
        self.refresh_lists()
        self.assertFalse(row.exists())

    def test_a_renamed_tax_renames_its_line(self):
        tax = self.new_tax("Before", 3.0)
        row = self.row("tax", tax)
        self.assertEqual(row.subject_name, "Before")
        tax.name = "After"
        self.refresh_lists()
        self.assertEqual(row.subject_name, "After")


@tagged("post_install", "-at_install")
class TestMappingSuggestions(MappingCommon):
    """What is offered."""

    def test_taxes(self):
        self.add_tax_code("Compound 15.5", 15.5)
        self.add_tax_code("Twenty five", 25)
        self.refresh_lists()
        child = [self.new_tax(name, rate) for name, rate in (("State", 7.1), ("City", 2.0))]
        compound = [
            self.new_tax("First", 5.0, include_base_amount=True, sequence=1),
            self.new_tax("Second", 10.0, sequence=2),
        ]
        for tax, expected in (
            (self.tax, "Standard 15"),
            (self.new_tax("8%", 8.0), "California"),
            (self.new_tax("Exempt", 0.0), "NON"),
            (self.new_tax("Odd", 7.77), False),
            (self.new_tax("Fee", 8.0, amount_type="fixed"), False),
            (self.new_tax("In price", 20.0, amount_type="division"), "Twenty five"),
            (self._group("Arizona", child), "Tucson"),
            (self._group("Both", compound), "Compound 15.5"),
            (self._reverse_charge(), "NON"),
        ):
            with self.subTest(tax=tax.name):
                self.assertEqual(self.suggested(tax), expected)

    def _group(self, name, children):
        return self.new_tax(
            name,
            amount_type="group",
            children_tax_ids=[Command.set([child.id for child in children])],
        )

    def _reverse_charge(self):
        shares = [("base", 100), ("tax", 100), ("tax", -100)]
        lines = [
            Command.create({"repartition_type": kind, "factor_percent": factor})
            for kind, factor in shares
        ]
        return self.new_tax(
            "Reverse",
            15.0,
            invoice_repartition_line_ids=lines,
            refund_repartition_line_ids=lines,
        )

    def test_terms(self):
        Term = self.env["account.payment.term"]
        for days, expected in ((30, "Net 30"), (0, "Due on receipt"), (21, False)):
            with self.subTest(days=days):
                term = Term.create(
                    {
                        "name": f"Mine {days}",
                        "line_ids": [
                            Command.clear(),
                            Command.create({"value_amount": 100, "nb_days": days}),
                        ],
                    }
                )
                self.assertEqual(self.row("term", term).suggested_id.name, expected)

    def test_under_automated_sales_tax(self):
        """QuickBooks finds the rate itself: a tax is taxable or not, codes are no choice."""
        row = self.mapping("tax", self.tax)
        self.assertEqual(row.reference_id.name, "Standard 15")
        self.simulator.control.preference("AST", True)
        self.refresh_lists()
        self.assertFalse(row.reference_id)
        self.assertEqual((row.state, row.suggested_id.name), ("suggested", "TAX"))
        self.assertEqual(self.suggested(self.new_tax("Zero", 0.0)), "NON")
        with self.assertRaises(ValidationError):
            row.reference_id = self.entry("TaxCode", "California")


@tagged("post_install", "-at_install")
class TestMappingChoices(MappingCommon):
    """Only what QuickBooks accepts can be chosen."""

    def test_illegal_entries_are_refused_and_not_offered(self):
        category = self.in_quickbooks("Item", Name="Folder", Type="Category")
        self.refresh_lists()
        pick = {
            "income_account": self.account("Advertising"),
            "receivable_account": self.account("Checking"),
            "default_item": self.reference("Item", category),
            "term": self.account("Sales of Product Income"),
            "tax": self.entry("TaxCode", "CustomSalesTax"),
        }
        Reference = self.env["quickbooks.reference"].with_context(active_test=False)
        for kind, entry in pick.items():
            with self.subTest(kind=kind):
                self.assertTrue(entry)
                subject = {"tax": self.tax, "term": self.pay_terms_a}.get(kind)
                row = self.row(kind, subject)
                offered = Reference.search(row.reference_domain)
                self.assertTrue(offered)
                self.assertNotIn(entry, offered)
                with self.assertRaisesRegex(ValidationError, "cannot be used here"):
                    row.reference_id = entry

    def test_marks_are_no_tax_codes_where_codes_count(self):
        row = self.mapping("tax", self.tax)
        with self.assertRaises(ValidationError):
            row.reference_id = self.entry("TaxCode", "TAX")
        row.reference_id = self.entry("TaxCode", "NON")

    def test_inactive_entries(self):
        fees = self.account("Fees Billed")
        self.edit_in_quickbooks("Account", fees.remote_id, Name="Fees Billed", Active=False)
        self.refresh_lists()
        row = self.mapping("income_account")
        self.assertNotIn(fees, self.env["quickbooks.reference"].search(row.reference_domain))
        with self.assertRaisesRegex(ValidationError, "inactive"):
            row.reference_id = fees

    def test_subjects_of_other_kinds(self):
        with self.assertRaises(ValidationError):
            self.map("income_account", self.tax, self.income)
        with self.assertRaises(ValidationError):
            self.map("income_account", self.env["product.category"], self.income)

    def test_accepting_suggestions(self):
        rows = self.row("tax", self.new_tax("8%", 8.0)) | self.row("tax", self.new_tax("?", 7.77))
        self.assertEqual(rows.mapped("state"), ["suggested", "missing"])
        rows.sudo(False).action_accept()
        self.assertEqual(rows.mapped("state"), ["mapped", "missing"])


@tagged("post_install", "-at_install")
class TestMappingWaiting(MappingCommon):
    """Documents wait for exactly what they lack, and go on by themselves."""

    def test_setting_one_releases_those_that_waited_for_it(self):
        eight, nine = self.new_tax("8%", 8.0), self.new_tax("9%", 9.1)
        first = self.invoice(lines=[{"name": "A", "price_unit": 10, "tax_ids": eight.ids}])
        second = self.invoice(lines=[{"name": "B", "price_unit": 10, "tax_ids": nine.ids}])
        free = self.invoice()
        self.run_worker()
        self.assert_synced(free)
        self.assertEqual(set((first | second).mapped("qbo_state")), {"held"})
        self.assertIn("8% (Sales tax)", first.qbo_error)
        missing = self.mapping("tax", eight) | self.mapping("tax", nine)
        self.assertEqual(missing.mapped("waiting_count"), [1, 1])
        self.simulator.control.clear_log()
        self.mapping("tax", eight).action_accept()
        self.run_worker()
        self.assert_synced(first)
        self.assertEqual(second.qbo_state, "held")
        self.assertEqual(len(self.writes()), 1)
        self.mapping("tax", nine).reference_id = self.entry("TaxCode", "Tucson")
        self.run_worker()
        self.assert_synced(second)

    def test_all_that_is_missing_is_named_at_once(self):
        odd = self.new_tax("Odd", 7.77)
        self.mapping("default_item").reference_id = False
        self.mapping("income_account").reference_id = False
        move = self.invoice(lines=[{"name": "A", "price_unit": 10, "tax_ids": odd.ids}])
        self.run_worker()
        self.assertIn("Odd", move.qbo_error)
        self.assertIn("Item for lines without product", move.qbo_error)
        operation = self.operation(move)
        self.assertEqual(
            operation.mapping_ids, self.mapping("tax", odd) | self.mapping("default_item")
        )
        self.mapping("default_item").reference_id = self.entry("Item", "Hours")
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertNotIn("Item for lines", move.qbo_error)
        self.mapping("tax", odd).reference_id = self.entry("TaxCode", "NON")
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("another rate", move.qbo_error, "the tax is not in QuickBooks")

    def test_a_choice_made_before_needs_no_waiting(self):
        tax = self.new_tax("8%", 8.0)
        self.row("tax", tax).action_accept()
        move = self.invoice(lines=[{"name": "A", "price_unit": 10, "tax_ids": tax.ids}])
        self.run_worker()
        self.assert_synced(move)


@tagged("post_install", "-at_install")
class TestDirectory(MappingCommon):
    """QuickBooks' lists are read seldom and completely."""

    def reads(self):
        return len(self.simulator.control.log(path="/query"))

    def test_new_renamed_and_inactivated(self):
        account = self.in_quickbooks(
            "Account", Name="Brand new", AccountType="Income", AccountSubType="ServiceFeeIncome"
        )
        fees, term = self.account("Fees Billed"), self.entry("Term", "Net 60")
        self.edit_in_quickbooks("Account", fees.remote_id, Name="Honoraria")
        self.edit_in_quickbooks("Term", term.remote_id, Name="Net 60", Active=False)
        code = self.add_tax_code("Thirteen", 13)
        self.refresh_lists()
        self.assertEqual(self.reference("Account", account).name, "Brand new")
        self.assertEqual(fees.name, "Honoraria")
        self.assertFalse(term.active)
        self.assertEqual(self.suggested(self.new_tax("13%", 13.0)), "Thirteen")
        self.assertEqual(self.reference("TaxCode", code).kind, "code")

    def test_gone_from_a_list_and_back(self):
        """An entry that is not listed cannot be chosen; the same entry listed again can."""
        term = self.entry("Term", "Net 60")
        bodies = [row._body() for row in self.env["quickbooks.reference"].search(
            [("connection_id", "=", self.connection.id), ("remote_type", "=", "Term")]
        )]  # fmt: skip
        others = {body["Id"] for body in bodies} - {term.remote_id}
        directory = self.env["quickbooks.directory"].sudo()
        directory._archive_missing(self.connection, "Term", others)
        self.assertFalse(term.active)
        self.refresh_lists()
        self.assertTrue(term.active)

    def test_a_refresh_costs_a_read_per_list(self):
        self.simulator.control.clear_log()
        self.refresh_lists()
        counters = self.simulator.control.counters()
        self.assertEqual(self.reads(), 9)
        self.assertEqual(counters["reads"], 9 + 2, "the lists, the company and its preferences")

    def test_a_new_customer_costs_three_reads(self):
        """Only the lists that may have its name, and only what changed in them."""
        self.env["quickbooks.directory"]._expire(self.connection)
        self.simulator.control.clear_log()
        self.synced(self.new_partner())
        statements = [call.body for call in self.simulator.control.log(path="/query")]
        self.assertEqual(len(statements), 3)
        self.assertTrue(all("LastUpdatedTime >=" in str(body) for body in statements))
        self.synced(self.new_partner("Another one right after"))
        self.assertEqual(self.reads(), 3, "read a moment ago")

    def test_an_update_costs_no_read(self):
        partner = self.synced(self.new_partner())
        self.env["quickbooks.directory"]._expire(self.connection)
        self.simulator.control.clear_log()
        partner.phone = "555"
        self.run_worker()
        self.assertEqual(self.simulator.control.counters()["reads"], 0)

    def test_three_thousand_customers(self):
        rows = [
            {
                "Id": str(10000 + number),
                "SyncToken": "0",
                "DisplayName": f"Loaded {number}",
                "FullyQualifiedName": f"Loaded {number}",
                "PrimaryEmailAddr": {"Address": f"loaded{number}@example.com"},
                "Active": True,
                "Job": False,
                "MetaData": {
                    "CreateTime": "2030-01-01T00:00:00-08:00",
                    "LastUpdatedTime": f"2030-01-01T00:{number // 60 % 60:02}:00-08:00",
                },
            }
            for number in range(3000)
        ]
        self.load_in_quickbooks("Customer", rows)
        self.simulator.control.clear_log()
        started = time.monotonic()
        self.refresh_lists()
        self.assertLess(time.monotonic() - started, 30)
        self.assertLessEqual(self.reads(), 9 + 3)
        count = self.env["quickbooks.reference"].search_count(
            [
                ("connection_id", "=", self.connection.id),
                ("remote_type", "=", "Customer"),
                ("name", "=like", "Loaded %"),
            ]
        )
        self.assertEqual(count, 3000)
        partner = self.new_partner("Somebody", email="loaded1234@example.com")
        self.synced(partner)
        self.assertEqual(partner.qbo_id, "11234")

    def test_what_only_moved_its_balance_costs_nothing_more(self):
        """Each invoice touches its customer in QuickBooks; that must stay cheap here."""
        rows = self.env["quickbooks.reference"].search(
            [("connection_id", "=", self.connection.id), ("remote_type", "=", "Customer")]
        )
        bodies = [{**row._body(), "Balance": 123456} for row in rows]
        self.assertGreater(len(bodies), 20)
        self.env.flush_all()
        self.env.invalidate_all()
        with self.assertQueryCount(3):
            rows.sudo()._store(self.connection, "Customer", bodies)
            self.env.flush_all()

    def queries_of_planning(self, count):
        """Queries of planning this many new customers and products in one round."""
        partners = self.env["res.partner"].create(
            [
                {"name": f"Crowd {count} {number}", "email": f"c{count}.{number}@x.org"}
                for number in range(count)
            ]
        )
        products = self.env["product.product"].create(
            [{"name": f"Heap {count} {number}", "default_code": f"H{count}-{number}"}
             for number in range(count)]
        )  # fmt: skip
        planner = self.env["quickbooks.planner"].sudo()
        adapters = self.env["quickbooks.adapter"]
        for records in (partners, products):
            adapter = adapters._of_model(records._name)[0]
            planner._operations_for(self.connection.sudo(), adapter, records)
        self.env.flush_all()
        self.env.invalidate_all()
        context = planner._context(
            self.connection.sudo(), ("Customer", "Vendor", "Employee", "Item")
        )
        before = self.env.cr.sql_log_count
        writes = planner._plan_due(context)
        queries = self.env.cr.sql_log_count - before
        self.assertEqual(len(writes), 2 * count)
        operations = self.env["quickbooks.operation"].sudo()
        operations.union(*(operation for operation, _write in writes)).state = "superseded"
        return queries

    def test_planning_many_reads_in_groups(self):
        self.queries_of_planning(3)
        few, many = self.queries_of_planning(10), self.queries_of_planning(50)
        per_record = (many - few) / 80
        # the savepoint around each record and the note of its name; nothing is read for one alone
        self.assertLess(per_record, 3.5, f"{few} queries for 20 records, {many} for 100")
