"""Timesheets as time activities, beside Odoo's own addon Timesheets (``hr_timesheet``)."""

from odoo.tests import tagged

from ..qbo.mapping.time_activity import total_minutes
from .test_customer import NamesCommon


@tagged("post_install", "-at_install")
class TestTimesheet(NamesCommon):
    @classmethod
    def prepare(cls):
        prepared = super().prepare()
        if not cls.env["quickbooks.connection"]._are_timesheets_installed():
            return prepared
        for group in ("hr_timesheet.group_timesheet_manager", "hr.group_hr_user"):
            cls.env.user.group_ids |= cls.env.ref(group)
        cls.env.user.group_ids |= cls.env.ref("project.group_project_manager")
        Employee = cls.env["hr.employee"]
        cls.john, cls.ann = Employee.create([{"name": "John Johnson"}, {"name": "Ann Unknown"}])
        cls.connection.write({"timesheet_policy": "time", "project_policy": "project"})
        cls.project = cls.new_project("Pond")
        cls.run_worker()
        return prepared

    @classmethod
    def new_project(cls, name, partner=None):
        partner = cls.partner_a if partner is None else partner
        project = cls.env["project.project"].create(
            {"name": name, "partner_id": partner and partner.id, "allow_timesheets": True}
        )
        if not project.account_id:
            project._create_analytic_account()
        return project

    def setUp(self):
        super().setUp()
        if not self.env["quickbooks.connection"]._are_timesheets_installed():
            self.skipTest("needs hr_timesheet")
        self.before = set(self.remote("TimeActivity"))

    def time(self, hours=1.5, project=None, employee=None, name="Planting", **values):
        line = self.env["account.analytic.line"].create(
            {
                "name": name,
                "date": "2026-03-10",
                "project_id": (project or self.project).id,
                "employee_id": (employee or self.john).id,
                "unit_amount": hours,
                **values,
            }
        )
        self.commit()
        return line

    def sync(self, *lines):
        for _time in range(2):
            self.run_worker()
        for line in lines:
            self.assertEqual(line.qbo_state, "synced", line.qbo_error)

    def there(self):
        """Time activities of this test in QuickBooks."""
        rows = self.remote("TimeActivity")
        return [row for ident, row in rows.items() if ident not in self.before]

    def test_an_employees_time(self):
        line = self.time()
        self.assertEqual(line.qbo_state, "pending")
        self.sync(line)
        remote = self.remote_of(line, "TimeActivity")
        self.assertEqual(remote["NameOf"], "Employee")
        self.assertEqual(
            self.remote("Employee")[remote["EmployeeRef"]["value"]]["FamilyName"], "Johnson"
        )
        self.assertEqual((remote["Hours"], remote["Minutes"]), (1, 30))
        self.assertEqual((remote["TxnDate"], remote["Description"]), ("2026-03-10", "Planting"))
        customer = self.binding(self.project, "Customer").remote_id
        self.assertEqual(remote["CustomerRef"]["value"], customer)
        self.assertEqual(remote["BillableStatus"], "NotBillable")
        self.assertEqual(self.simulator.control.problems(), [])

    def test_time_is_exact(self):
        """The sum in QuickBooks is the sum in Odoo, to the minute."""
        hours = (0.25, 1 / 3, 7.6, 2.0166666, 24)
        lines = [self.time(part, name=f"Part {part:.3f}") for part in hours]
        self.sync(*lines)
        self.assertEqual(
            [total_minutes(self.remote_of(line, "TimeActivity")) for line in lines],
            [15, 20, 456, 121, 1440],
        )

    def test_in_days(self):
        day = self.env.ref("uom.product_uom_day")
        line = self.time(1)
        line.write({"product_uom_id": day.id, "unit_amount": 0.5})
        self.sync(line)
        self.assertEqual(total_minutes(self.remote_of(line, "TimeActivity")), 240)

    def test_edited_moved_and_deleted(self):
        other, line = self.new_project("Barn"), self.time()
        self.sync(line)
        line.write({"unit_amount": 2, "name": "Digging"})
        self.sync(line)
        remote = self.remote_of(line, "TimeActivity")
        self.assertEqual((total_minutes(remote), remote["Description"]), (120, "Digging"))
        line.write({"project_id": other.id, "date": "2026-03-11"})
        self.sync(line)
        remote = self.remote_of(line, "TimeActivity")
        self.assertEqual(remote["CustomerRef"]["value"], self.binding(other, "Customer").remote_id)
        self.assertEqual(remote["TxnDate"], "2026-03-11")
        self.assertEqual(len(self.there()), 1)
        line.unlink()
        self.commit()
        self.sync()
        self.assertFalse(self.there())

    def test_deleted_before_it_left(self):
        line = self.time()
        line.unlink()
        self.commit()
        self.sync()
        self.assertFalse(self.there())
        self.assertFalse(self.writes())

    def test_deleted_while_its_answer_was_lost(self):
        self.time(name="First")  # the project goes first
        self.sync()
        for kind in ("drop_before", "drop_after"):
            with self.subTest(kind):
                self.simulator.control.faults.clear()
                self.simulator.control.faults.add(kind, path="/timeactivity$", count=1)
                line = self.time(name=kind)
                self.run_worker()
                line.unlink()
                self.commit()
                self.recover()
                self.assertEqual([row["Description"] for row in self.there()], ["First"])

    def test_deleted_without_a_link_is_noted(self):
        """The worker may be making the link in this moment, which the person does not see."""
        line = self.time()
        self.commit()
        changes = self.env["quickbooks.change"].sudo()
        changes.search([]).unlink()
        line.unlink()
        self.commit()
        self.assertEqual(changes.search([]).mapped("res_model"), ["account.analytic.line"])
        self.sync()
        self.assertFalse(changes.search([]))
        self.assertFalse(self.there())

    def test_deleted_unnoted_is_found_by_the_scan(self):
        line = self.time()
        self.sync(line)
        line.unlink()
        self.commit()
        self.env["quickbooks.change"].sudo().search([]).unlink()
        self.connection._wake(scan=True)
        self.sync()
        self.assertFalse(self.there())

    def test_without_time_or_project_it_goes_away(self):
        line, other = self.time(), self.time(name="Other")
        self.sync(line, other)
        line.unit_amount = 0
        other.write({"project_id": False, "account_id": self.project.account_id.id})
        self.sync()
        self.assertFalse(self.there())
        line.unit_amount = 3
        self.sync(line)
        self.assertEqual(len(self.there()), 1)

    def test_below_zero_is_for_a_person(self):
        line = self.time(-1)
        self.sync()
        self.assertEqual(line.qbo_state, "held")
        self.assertIn("below zero", line.qbo_error)

    def test_nobody_of_that_name(self):
        """A sentence and a row of the mapping; choosing the employee or vendor lets it go."""
        line = self.time(employee=self.ann)
        self.sync()
        self.assertEqual(line.qbo_state, "held")
        self.assertIn("Ann Unknown", line.qbo_error)
        row = self.env["quickbooks.mapping"].search(
            [("kind", "=", "worker"), ("res_id", "=", self.ann.id)]
        )
        self.assertEqual(row.state, "missing")
        row.reference_id = self.env["quickbooks.reference"].search(
            [*row._legal_domain(), ("remote_type", "=", "Vendor")], limit=1
        )
        self.sync(line)
        remote = self.remote_of(line, "TimeActivity")
        self.assertEqual(remote["NameOf"], "Vendor")
        self.assertEqual(remote["VendorRef"]["value"], row.reference_id.remote_id)
        row.reference_id = self.env["quickbooks.reference"].search(
            [*row._legal_domain(), ("remote_type", "=", "Employee")], limit=1
        )
        line.name = "Again"
        self.sync(line)
        remote = self.remote_of(line, "TimeActivity")
        self.assertEqual(remote["NameOf"], "Employee")
        self.assertFalse(remote.get("VendorRef"))

    def test_a_vendor_of_that_name(self):
        vendor = self.env["quickbooks.reference"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("remote_type", "=", "Vendor"),
                ("name", "=", "Pam Seitz"),
            ]
        )
        pam = self.env["hr.employee"].create({"name": "Pam Seitz"})
        line = self.time(employee=pam)
        self.sync(line)
        remote = self.remote_of(line, "TimeActivity")
        self.assertEqual(
            (remote["NameOf"], remote["VendorRef"]["value"]), ("Vendor", vendor.remote_id)
        )

    def test_a_project_of_nobody(self):
        line = self.time(project=self.new_project("Own", partner=False))
        self.connection.timesheet_policy = "billable"
        self.sync(line)
        remote = self.remote_of(line, "TimeActivity")
        self.assertNotIn("CustomerRef", remote)
        self.assertEqual(remote["BillableStatus"], "NotBillable")

    def test_billable(self):
        self.connection.timesheet_policy = "billable"
        line = self.time()
        self.sync(line)
        self.assertEqual(self.remote_of(line, "TimeActivity")["BillableStatus"], "Billable")

    def test_the_projects_customer_where_projects_are_none(self):
        self.connection.project_policy = "main"
        line = self.time()
        self.sync(line)
        customer = self.binding(self.partner_a, "Customer").remote_id
        self.assertEqual(self.remote_of(line, "TimeActivity")["CustomerRef"]["value"], customer)

    def test_off_and_before_the_cutoff(self):
        self.connection.timesheet_policy = "none"
        self.time()
        self.assertFalse(self.env["quickbooks.change"].search([]))
        self.connection.timesheet_policy = "time"
        line = self.time(date="2019-12-31")
        self.sync()
        self.assertEqual(line.qbo_state, "none")
        self.assertFalse(self.there())

    def test_lost_answers_make_no_double(self):
        """Also of lines that say the very same, in one batch."""
        self.time(name="First")
        self.sync()
        for kind in ("drop_before", "drop_after", "truncate"):
            for count in (1, 3):
                with self.subTest(kind=kind, count=count):
                    before = len(self.there())
                    self.simulator.control.faults.clear()
                    self.simulator.control.faults.add(kind, path="/(timeactivity|batch)$", count=1)
                    lines = [self.time(name=f"{kind} {count}") for _number in range(count)]
                    self.run_worker()
                    self.recover()
                    self.sync(*lines)
                    self.assertEqual(len(self.there()), before + count)
                    ids = {self.binding(line, "TimeActivity").remote_id for line in lines}
                    self.assertEqual(len(ids), count)
