"""Whose costs purchases are: class and customer of their lines, location, and who is charged."""

from odoo.tests import tagged

from ..qbo.money import dec
from .test_expense import ExpenseCommon


class TrackingCommon(ExpenseCommon):
    """Two classes, a location, and projects as sub-customers."""

    @classmethod
    def prepare(cls):
        prepared = super().prepare()
        cls.env.user.group_ids |= cls.env.ref("project.group_project_manager")
        cls.plan, cls.places = cls.env["account.analytic.plan"].create(
            [{"name": "Departments"}, {"name": "Places"}]
        )
        names = ((cls.plan, "Garden"), (cls.plan, "House"), (cls.places, "Reno"))
        cls.garden, cls.house, cls.reno = cls.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id} for plan, name in names]
        )
        change = cls.simulator.control.change
        cls.classes = {n: change("Class", {"Name": n})["Id"] for n in ("Garden", "House")}
        cls.location = change("Department", {"Name": "Reno"})["Id"]
        cls.connection.write(
            {
                "class_plan_id": cls.plan.id,
                "location_plan_id": cls.places.id,
                "project_policy": "project",
            }
        )
        cls.run_worker()
        kinds = [("kind", "in", ("class", "department"))]
        cls.env["quickbooks.mapping"].search(kinds).action_accept()
        return prepared

    def project(self, name="Pond", partner=None):
        project = self.env["project.project"].create(
            {"name": name, "partner_id": self.partner_a.id if partner is None else False}
        )
        project._create_analytic_account()
        return project

    def line(self, *accounts, amount=100.0, **values):
        shares = {",".join(str(account.id) for account in accounts): 100} if accounts else False
        return {"name": "Stone", "price_unit": amount, "analytic_distribution": shares, **values}

    def details(self, record, kind="Bill"):
        return [
            line["AccountBasedExpenseLineDetail"] for line in self.remote_of(record, kind)["Line"]
        ]

    def values(self, record, key, kind="Bill"):
        return [(detail.get(key) or {}).get("value") for detail in self.details(record, kind)]

    def statuses(self, record, kind="Bill"):
        return [detail["BillableStatus"] for detail in self.details(record, kind)]


@tagged("post_install", "-at_install")
class TestPurchaseTracking(TrackingCommon):
    def test_class_location_and_project_of_a_bill(self):
        project = self.project()
        move = self.synced_bill(
            lines=[
                self.line(self.garden, self.reno, project.account_id),
                self.line(self.house),
                self.line(),
            ]
        )
        garden, house = self.classes["Garden"], self.classes["House"]
        self.assertEqual(self.values(move, "ClassRef"), [garden, house, None])
        self.assertEqual(self.remote_of(move, "Bill")["DepartmentRef"]["value"], self.location)
        customer = self.binding(project, "Customer").remote_id
        self.assertTrue(customer, "the project became a sub-customer with its first document")
        self.assertEqual(self.values(move, "CustomerRef"), [customer, None, None])
        self.assertEqual(self.statuses(move), ["NotBillable"] * 3)
        self.assert_bills_alike(move)
        self.assertEqual(self.simulator.control.problems(), [])

    def test_refund_of_a_vendor(self):
        project = self.project()
        move = self.bill(
            move_type="in_refund", lines=[self.line(self.garden, self.reno, project.account_id)]
        )
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertEqual(self.values(move, "ClassRef", "VendorCredit"), [self.classes["Garden"]])
        customer = self.binding(project, "Customer").remote_id
        self.assertEqual(self.values(move, "CustomerRef", "VendorCredit"), [customer])
        remote = self.remote_of(move, "VendorCredit")
        self.assertEqual(remote["DepartmentRef"]["value"], self.location)

    def test_expenses_of_both_kinds(self):
        project = self.project()
        shares = {f"{self.garden.id},{project.account_id.id}": 100}
        for mode in ("company_account", "own_account"):
            with self.subTest(mode):
                expense = self.expense(mode, analytic_distribution=shares)
                self.run_worker()
                self.assertEqual(expense.qbo_state, "synced", expense.qbo_error)
                entry = expense.account_move_id
                kind = "Purchase" if entry.origin_payment_id else "Bill"
                target = entry.origin_payment_id or entry
                customer = self.binding(project, "Customer").remote_id
                self.assertEqual(self.values(target, "CustomerRef", kind), [customer])
                self.assertEqual(self.values(target, "ClassRef", kind), [self.classes["Garden"]])
                self.assertEqual(self.statuses(target, kind), ["NotBillable"])

    def test_a_changed_distribution_follows(self):
        project, other = self.project(), self.project("Barn")
        move = self.synced_bill(lines=[self.line(self.garden, self.reno, project.account_id)])
        line = move.invoice_line_ids
        line.analytic_distribution = {str(other.account_id.id): 100}
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        customer = self.binding(other, "Customer").remote_id
        self.assertEqual(self.values(move, "CustomerRef"), [customer])
        self.assertEqual(self.values(move, "ClassRef"), [None])
        self.assertNotIn("DepartmentRef", self.remote_of(move, "Bill"))
        expense = self.expense("company_account")
        self.run_worker()
        entry = expense.account_move_id
        line = entry.line_ids.filtered("expense_id")
        line.analytic_distribution = {str(self.house.id): 100}
        self.run_worker()
        payment = entry.origin_payment_id
        self.assertEqual(self.values(payment, "ClassRef", "Purchase"), [self.classes["House"]])

    def test_the_projects_customer_where_projects_are_none(self):
        self.connection.project_policy = "main"
        project = self.project()
        move = self.synced_bill(lines=[self.line(project.account_id)])
        customer = self.binding(self.partner_a, "Customer").remote_id
        self.assertEqual(self.values(move, "CustomerRef"), [customer])
        self.assertFalse(self.binding(project, "Customer"))

    def test_nobody(self):
        """A project without a customer, two projects on a line, and the option off."""
        project, other = self.project(), self.project("Barn")
        alone = self.project("Alone", partner=False)
        both = {str(project.account_id.id): 50, str(other.account_id.id): 50}
        move = self.synced_bill(
            lines=[self.line(alone.account_id), self.line(analytic_distribution=both)]
        )
        self.assertEqual(self.values(move, "CustomerRef"), [None, None])
        self.connection.purchase_customer = "none"
        move = self.synced_bill(ref="OFF", lines=[self.line(project.account_id)])
        self.assertEqual(self.values(move, "CustomerRef"), [None])
        self.connection.purchase_customer = "cost"
        self.simulator.control.preference("TrackingByCustomer", False)
        self.connection.action_refresh_lists()
        self.run_worker()
        move = self.synced_bill(ref="OFF THERE", lines=[self.line(project.account_id)])
        self.assertEqual(self.values(move, "CustomerRef"), [None])

    def test_one_class_per_document(self):
        self.simulator.control.preference("ClassTrackingPerTxnLine", False)
        self.simulator.control.preference("ClassTrackingPerTxn", True)
        self.connection.action_refresh_lists()
        self.run_worker()
        move = self.synced_bill(lines=[self.line(self.garden), self.line()])
        self.assertEqual(self.values(move, "ClassRef"), [self.classes["Garden"]] * 2)
        move = self.synced_bill(ref="TORN", lines=[self.line(self.garden), self.line(self.house)])
        self.assertEqual(self.values(move, "ClassRef"), [None, None])

    def test_required_class(self):
        self.connection.analytic_required = True
        move = self.bill(
            lines=[
                self.line(analytic_distribution={str(self.garden.id): 60, str(self.house.id): 40})
            ]
        )
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("Split the lines", move.qbo_error)

    def test_billable(self):
        """QuickBooks' people charge the customer, for what Odoo does not invoice itself."""
        self.connection.purchase_customer = "billable"
        project = self.project()
        move = self.synced_bill(lines=[self.line(project.account_id), self.line()])
        self.assertEqual(self.statuses(move), ["Billable", "NotBillable"])
        self.simulator.control.preference("BillableExpenseTracking", False)
        self.connection.action_refresh_lists()
        self.run_worker()
        move = self.synced_bill(ref="OFF", lines=[self.line(project.account_id)])
        self.assertEqual(self.statuses(move), ["NotBillable"])

    def test_nobody_is_charged_for_what_is_partly_his(self):
        """QuickBooks would charge the customer for all of a line."""
        self.connection.purchase_customer = "billable"
        half = {str(self.project().account_id.id): 50.0}
        garden = {str(self.garden.id): 60.0}
        move = self.synced_bill(
            lines=[self.line(analytic_distribution=half), self.line(analytic_distribution=garden)]
        )
        self.assertEqual(self.values(move, "CustomerRef"), [None, None])
        self.assertEqual(self.statuses(move), ["NotBillable", "NotBillable"])
        self.assertEqual(self.values(move, "ClassRef"), [None, None])

    def charge(self, move):
        """People in QuickBooks charge the customer, and Odoo hears of it."""
        self.simulator.control.charge("Bill", self.binding(move, "Bill").remote_id)
        self.connection.sudo()._channel("pull").swept_at = False
        self.run_pull()
        self.assertEqual(self.statuses(move), ["HasBeenBilled"])
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)

    def test_what_was_charged_there_is_not_charged_again(self):
        """A change here leaves its lines alone, or waits for a person: never billable again."""
        self.connection.purchase_customer = "billable"
        project = self.project()
        move = self.synced_bill(lines=[self.line(project.account_id)])
        self.assertEqual(self.statuses(move), ["Billable"])
        self.charge(move)
        move.invoice_date_due = "2026-05-01"
        self.commit()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertEqual(self.remote_of(move, "Bill")["DueDate"], "2026-05-01")
        self.assertEqual(self.statuses(move), ["HasBeenBilled"])
        self.connection.purchase_customer = "cost"
        self.binding(move, "Bill").action_send_again()
        self.commit()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertEqual(self.statuses(move), ["HasBeenBilled"])
        self.connection.purchase_customer = "billable"
        move.button_draft()
        move.invoice_line_ids.price_unit = 120
        move.action_post()
        self.commit()
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("charged", move.qbo_error)
        self.assertEqual(self.statuses(move), ["HasBeenBilled"])

    def test_credit_note_goes_under_its_project(self):
        project = self.project()
        note = self.invoice(
            move_type="out_refund",
            lines=[
                {
                    "product_id": self.product_a.id,
                    "price_unit": 40.0,
                    "analytic_distribution": {
                        f"{self.garden.id},{self.reno.id},{project.account_id.id}": 100
                    },
                }
            ],
        )
        self.run_worker()
        self.assertEqual(note.qbo_state, "synced", note.qbo_error)
        remote = self.remote_of(note, "CreditMemo")
        self.assertEqual(
            remote["CustomerRef"]["value"], self.binding(project, "Customer").remote_id
        )
        self.assertEqual(remote["DepartmentRef"]["value"], self.location)
        line = remote["Line"][0]["SalesItemLineDetail"]
        self.assertEqual(line["ClassRef"]["value"], self.classes["Garden"])

    def test_credit_note_of_a_projects_invoice_is_applied(self):
        """Both go under the project, and so does what links them."""
        project = self.project()
        shares = {str(project.account_id.id): 100}
        lines = [
            {"product_id": self.product_a.id, "price_unit": 40.0, "analytic_distribution": shares}
        ]
        move = self.synced_invoice(lines=lines)
        note = self.invoice(move_type="out_refund", lines=[dict(lines[0], price_unit=15.0)])
        terms = (move | note).line_ids.filtered(lambda line: line.display_type == "payment_term")
        terms.reconcile()
        self.commit()
        for _time in range(2):
            self.run_worker()
        self.assertEqual(note.qbo_state, "synced", note.qbo_error)
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(dec(remote["Balance"]), dec(f"{move.amount_residual:.2f}"))
        self.assertEqual(dec(self.remote_of(note, "CreditMemo")["Balance"]), 0)
        self.assertEqual(self.simulator.control.problems(), [])
