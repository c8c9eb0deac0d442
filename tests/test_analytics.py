"""Analytic plans as classes and locations, and branches as locations."""

from odoo.exceptions import ValidationError
from odoo.tests import tagged

from .test_customer import NamesCommon


class AnalyticsCommon(NamesCommon):
    @classmethod
    def prepare(cls):
        prepared = super().prepare()
        cls.plan, cls.places = cls.env["account.analytic.plan"].create(
            [{"name": "Departments"}, {"name": "Places"}]
        )
        names = ((cls.plan, "Garden"), (cls.plan, "House"), (cls.places, "Reno"))
        cls.garden, cls.house, cls.reno = cls.env["account.analytic.account"].create(
            [{"name": name, "plan_id": plan.id} for plan, name in names]
        )
        cls.classes = {
            name: cls.simulator.control.change("Class", {"Name": name})["Id"]
            for name in ("Garden", "House")
        }
        cls.location = cls.simulator.control.change("Department", {"Name": "Reno"})["Id"]
        cls.connection.write({"class_plan_id": cls.plan.id, "location_plan_id": cls.places.id})
        cls.run_worker()
        return prepared

    def mapping(self, kind, record):
        return self.env["quickbooks.mapping"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", kind),
                ("res_model", "=", record._name),
                ("res_id", "=", record.id),
            ]
        )

    def accept(self):
        self.env["quickbooks.mapping"].search(
            [("kind", "in", ("class", "department"))]
        ).action_accept()

    def spread(self, *shares):
        """A confirmed invoice with a line for each distribution, after the worker ran."""
        move = self.invoice(
            lines=[
                {
                    "product_id": self.product_a.id,
                    "price_unit": 100.0,
                    "analytic_distribution": {str(a.id): share for a, share in s.items()},
                }
                for s in shares
            ]
        )
        self.run_worker()
        return move

    def classes_of(self, move):
        return [
            line["SalesItemLineDetail"].get("ClassRef", {}).get("value")
            for line in self.remote_of(move, "Invoice")["Line"]
            if "SalesItemLineDetail" in line
        ]

    def prefer(self, **values):
        """The accountant changes the preferences in QuickBooks, and the lists are read again."""
        for name, value in values.items():
            self.simulator.control.preference(name, value)
        self.refresh_lists()


@tagged("post_install", "-at_install")
class TestAnalytics(AnalyticsCommon):
    def test_suggested_by_name(self):
        """Choosing the plans is enough: lists are read, lines are there, names match."""
        for kind, account, remote_id in (
            ("class", self.garden, self.classes["Garden"]),
            ("class", self.house, self.classes["House"]),
            ("department", self.reno, self.location),
        ):
            mapping = self.mapping(kind, account)
            self.assertEqual(mapping.suggested_id.remote_id, remote_id)
            self.assertEqual(mapping.state, "suggested")
        self.assertFalse(self.mapping("class", self.reno))

    def test_classes_per_line_and_a_location(self):
        self.accept()
        move = self.spread({self.garden: 100, self.reno: 100}, {self.house: 100}, {})
        self.assert_synced(move)
        expected = [self.classes["Garden"], self.classes["House"], None]
        self.assertEqual(self.classes_of(move), expected)
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(remote["DepartmentRef"]["value"], self.location)
        self.assertNotIn("ClassRef", remote)

    def test_a_line_of_two_classes_has_none(self):
        self.accept()
        move = self.spread({self.garden: 60, self.house: 40}, {self.garden: 100})
        self.assert_synced(move)
        self.assertEqual(self.classes_of(move), [None, self.classes["Garden"]])

    def test_not_mapped_is_no_obstacle(self):
        """It goes without; the line to map is there for people."""
        cabin = self.env["account.analytic.account"].create(
            {"name": "Zzz", "plan_id": self.plan.id}
        )
        move = self.spread({cabin: 100})
        self.assert_synced(move)
        self.assertEqual(self.classes_of(move), [None])
        self.assertEqual(self.mapping("class", cabin).state, "optional")

    def test_required(self):
        cabin = self.env["account.analytic.account"].create(
            {"name": "Zzz", "plan_id": self.plan.id}
        )
        self.connection.analytic_required = True
        move = self.spread({cabin: 100})
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("Zzz", move.qbo_error)
        mapping = self.mapping("class", cabin)
        self.assertEqual(mapping.state, "missing")
        mapping.reference_id = self.reference("Class", self.classes["House"])
        self.run_worker()
        self.assert_synced(move)
        self.assertEqual(self.classes_of(move), [self.classes["House"]])

    def test_required_and_torn(self):
        self.accept()
        self.connection.analytic_required = True
        move = self.spread({self.garden: 60, self.house: 40})
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("Split the lines", move.qbo_error)

    def test_a_changed_distribution_follows(self):
        self.accept()
        move = self.spread({self.garden: 100})
        move.invoice_line_ids.analytic_distribution = {str(self.house.id): 100}
        self.run_worker()
        self.assertEqual(self.classes_of(move), [self.classes["House"]])
        move.invoice_line_ids.analytic_distribution = False
        self.run_worker()
        self.assert_synced(move)
        self.assertEqual(self.classes_of(move), [None])

    def test_a_location_that_goes_away_is_cleared(self):
        self.accept()
        move = self.spread({self.reno: 100})
        self.assertIn("DepartmentRef", self.remote_of(move, "Invoice"))
        move.invoice_line_ids.analytic_distribution = False
        self.run_worker()
        self.assert_synced(move)
        self.assertNotIn("DepartmentRef", self.remote_of(move, "Invoice"))

    def test_sub_plans_belong_to_the_plan(self):
        sub = self.env["account.analytic.plan"].create({"name": "Sub", "parent_id": self.plan.id})
        account = self.env["account.analytic.account"].create({"name": "House", "plan_id": sub.id})
        self.refresh_lists()
        self.accept()
        move = self.spread({account: 100})
        self.assertEqual(self.classes_of(move), [self.classes["House"]])

    def test_only_entries_of_the_list_can_be_chosen(self):
        with self.assertRaises(ValidationError):
            self.mapping("class", self.garden).reference_id = self.reference(
                "Department", self.location
            )

    def test_inactive_class(self):
        """Named in a sentence, like any other entry that was switched off."""
        self.accept()
        self.edit_in_quickbooks("Class", self.classes["Garden"], Name="Garden", Active=False)
        move = self.spread({self.garden: 100})
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("Garden", move.qbo_error)


@tagged("post_install", "-at_install")
class TestAnalyticsPreferences(AnalyticsCommon):
    def lists_read(self):
        return {
            kind
            for kind in ("Class", "Department")
            for call in self.simulator.control.log(path="/query")
            if f"FROM {kind}" in (call.body or "")
        }

    def test_one_class_per_document(self):
        self.prefer(ClassTrackingPerTxn=True, ClassTrackingPerTxnLine=False)
        self.accept()
        move = self.spread({self.garden: 100}, {self.garden: 100}, {self.reno: 100})
        self.assert_synced(move)
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(remote["ClassRef"]["value"], self.classes["Garden"])
        self.assertEqual(set(self.classes_of(move)), {None})
        move = self.spread({self.garden: 100}, {self.house: 100})
        self.assert_synced(move)
        self.assertNotIn("ClassRef", self.remote_of(move, "Invoice"))
        self.connection.analytic_required = True
        move = self.spread({self.garden: 100}, {self.house: 100})
        self.assertIn("one per document", move.qbo_error)

    def test_tracking_off(self):
        self.accept()
        self.assertFalse(self.connection.analytic_sentence, "there is nothing to say")
        self.prefer(
            ClassTrackingPerTxn=False, ClassTrackingPerTxnLine=False, TrackDepartments=False
        )
        self.connection.analytic_required = True
        self.assertIn("classes, locations", self.connection.analytic_sentence)
        move = self.spread({self.garden: 100, self.reno: 100})
        self.assert_synced(move)
        self.assertEqual(self.classes_of(move), [None])
        body = self.last_body("invoice")
        self.assertNotIn("DepartmentRef", body)

    def test_lists_are_read_only_when_both_sides_use_them(self):
        self.simulator.control.clear_log()
        self.refresh_lists()
        self.assertEqual(self.lists_read(), {"Class", "Department"})
        self.simulator.control.clear_log()
        self.prefer(TrackDepartments=False)
        self.assertEqual(self.lists_read(), {"Class"})
        self.simulator.control.clear_log()
        self.connection.class_plan_id = False
        self.run_worker()
        self.assertEqual(self.lists_read(), set())

    def test_not_asked_for_means_nothing_extra(self):
        self.connection.write({"class_plan_id": False, "location_plan_id": False})
        self.assertFalse(self.connection._has_analytics())
        move = self.spread({self.garden: 100})
        self.commit()
        move.invoice_line_ids.analytic_distribution = {str(self.house.id): 100}
        self.commit()
        self.assertFalse(self.env["quickbooks.change"].search([]))


@tagged("post_install", "-at_install")
class TestBranches(AnalyticsCommon):
    def test_a_branch_is_a_location(self):
        branch = self.env["res.company"].create(
            {"name": "Reno", "parent_id": self.company.id, "country_id": self.company.country_id.id}
        )
        self.env.user.company_ids |= branch
        self.refresh_lists()
        mapping = self.mapping("department", branch)
        self.assertEqual(mapping.suggested_id.remote_id, self.location)
        mapping.action_accept()
        here = self.spread({})
        there = self.invoice(company_id=branch.id)
        self.run_worker()
        self.assert_synced(here, there)
        self.assertNotIn("DepartmentRef", self.remote_of(here, "Invoice"))
        remote = self.remote_of(there, "Invoice")
        self.assertEqual(remote["DepartmentRef"]["value"], self.location)
        self.connection.analytic_required = True
        self.refresh_lists()
        self.assertEqual(self.mapping("department", self.company).state, "optional")
