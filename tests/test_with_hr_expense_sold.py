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
