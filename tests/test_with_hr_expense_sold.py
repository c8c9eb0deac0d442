"""Expenses that Odoo's sales invoice again, beside the addon that does it (``sale_expense``)."""

from odoo import Command
from odoo.tests import tagged

from ..qbo.money import dec
from .test_purchase_tracking import TrackingCommon


@tagged("post_install", "-at_install")
class TestExpenseSold(TrackingCommon):
    def setUp(self):
        super().setUp()
        if "sale_order_id" not in self.env["hr.expense"]._fields:
            self.skipTest("needs sale_expense")

    def test_what_odoo_invoices_again_is_not_billable_there(self):
        """The customer is charged once, by Odoo's invoice."""
        Product = self.env["product.product"]
        self.env.user.group_ids |= self.env.ref("sales_team.group_sale_manager")
        self.connection.purchase_customer = "billable"
        project = self.project()
        self.product_a.write({"expense_policy": "cost", "invoice_policy": "order"})
        visit = Product.create({"name": "Visit", "type": "service", "taxes_id": []})
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_a.id,
                "order_line": [Command.create({"product_id": visit.id})],
            }
        )
        order.action_confirm()
        before = {kind: len(self.remote(kind)) for kind in ("Invoice", "Purchase")}
        expense = self.expense(
            "company_account",
            sale_order_id=order.id,
            analytic_distribution={str(project.account_id.id): 100},
        )
        self.run_worker()
        payment = expense.account_move_id.origin_payment_id
        self.assertEqual(expense.qbo_state, "synced", expense.qbo_error)
        self.assertEqual(self.statuses(payment, "Purchase"), ["NotBillable"])
        charged = order.order_line.filtered("is_expense")
        self.assertEqual(len(charged), 1)
        invoice = order._create_invoices()
        invoice.invoice_date = "2026-03-31"
        invoice.action_post()
        self.commit()
        self.run_worker()
        self.assertEqual(invoice.qbo_state, "synced", invoice.qbo_error)
        after = {kind: len(self.remote(kind)) for kind in before}
        made = {kind: after[kind] - before[kind] for kind in before}
        self.assertEqual(made, {"Invoice": 1, "Purchase": 1})
        remote = self.remote_of(invoice, "Invoice")
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{invoice.amount_total:.2f}"))
        self.assertEqual(self.simulator.control.problems(), [])

    def test_a_bill_that_odoo_invoiced_again_never_becomes_billable(self):
        """Not even when its product's policy is changed afterwards and the bill goes out anew."""
        self.env.user.group_ids |= self.env.ref("sales_team.group_sale_manager")
        self.connection.purchase_customer = "billable"
        project = self.project()
        stone = self.env["product.product"].create(
            {"name": "Stone", "expense_policy": "cost", "invoice_policy": "order", "taxes_id": []}
        )
        visit = self.env["product.product"].create(
            {"name": "Visit", "type": "service", "taxes_id": []}
        )
        order = self.env["sale.order"].create(
            {
                "partner_id": self.partner_a.id,
                "project_id": project.id,
                "order_line": [Command.create({"product_id": visit.id})],
            }
        )
        order.action_confirm()
        line = self.line(project.account_id, product_id=stone.id)
        bill = self.synced_bill(lines=[line])
        self.assertTrue(bill.invoice_line_ids.analytic_line_ids.so_line, "Odoo charges for it")
        self.assertEqual(self.statuses(bill), ["NotBillable"])
        stone.expense_policy = "no"
        bill.invoice_date_due = "2026-05-01"
        self.binding(bill, "Bill").action_send_again()
        self.commit()
        self.run_worker()
        self.assertEqual(bill.qbo_state, "synced", bill.qbo_error)
        self.assertEqual(self.statuses(bill), ["NotBillable"])
        stone.expense_policy = "cost"
        other = self.synced_bill(ref="OTHER", lines=[self.line(project.account_id)])
        self.assertEqual(self.statuses(other), ["Billable"], "what Odoo charges nobody for")
