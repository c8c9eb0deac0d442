"""Without Odoo's addon Timesheets (``hr_timesheet``) none of its fields is asked for."""

from odoo.tests import tagged

from .test_customer import NamesCommon


@tagged("post_install", "-at_install")
class TestWithoutTimesheets(NamesCommon):
    """Without the app nothing of it costs or breaks anything."""

    def test_analytic_lines_are_nobodys(self):
        if self.env["quickbooks.connection"]._are_timesheets_installed():
            self.skipTest("hr_timesheet is installed")
        self.connection.timesheet_policy = "time"
        plan = self.env["account.analytic.plan"].create({"name": "Any"})
        account = self.env["account.analytic.account"].create({"name": "A", "plan_id": plan.id})
        line = self.env["account.analytic.line"].create({"name": "Cost", "amount": -5})
        line.write({plan._column_name(): account.id, "unit_amount": 2})
        line.unlink()
        self.commit()
        self.assertFalse(self.env["quickbooks.change"].search([]))
        self.connection._wake(scan=True)
        self.run_worker()
        self.assertFalse(self.writes())
        self.assertFalse(self.connection.has_timesheets)
