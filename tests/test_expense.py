from odoo import Command, fields
from odoo.tests import tagged

from ..qbo.money import dec
from .purchase_common import PurchaseCommon


class ExpenseCommon(PurchaseCommon):
    """Expenses of an employee, confirmed and posted."""

    @classmethod
    def prepare(cls):
        for group in ("hr_expense.group_hr_expense_manager", "hr.group_hr_user"):
            cls.env.user.group_ids |= cls.env.ref(group)
        cls.employee = cls.env["hr.employee"].create({"name": "Ann Expense"})
        cls.product_a.write({"can_be_expensed": True, "standard_price": 0})
        return super().prepare()

    def expense(self, mode, amount=60.0, post=True, **values):
        expense = self.env["hr.expense"].create(
            {
                "name": "Taxi",
                "employee_id": self.employee.id,
                "product_id": self.product_a.id,
                "total_amount_currency": amount,
                "payment_mode": mode,
                "date": fields.Date.to_date("2026-03-05"),
                "tax_ids": [Command.clear()],
                **values,
            }
        )
        expense.action_submit()
        expense._do_approve(False)
        if post:
            self.post(expense)
        return expense

    def post(self, expense):
        action = expense.action_post()
        if expense.payment_mode == "own_account":
            wizard = self.env["hr.expense.post.wizard"].with_context(
                **{**action["context"], "active_ids": expense.ids}
            )
            wizard.create({"accounting_date": "2026-03-06"}).action_post_entry()
        self.commit()

    def counts(self):
        return {kind: len(self.remote(kind)) for kind in ("Bill", "Purchase", "BillPayment")}

    def assert_made(self, before, **made):
        after = self.counts()
        self.assertEqual(
            {kind: after[kind] - before[kind] for kind in before},
            {"Bill": 0, "Purchase": 0, "BillPayment": 0, **made},
        )
        self.assertFalse(self.simulator.control.problems())


@tagged("post_install", "-at_install")
class TestExpense(ExpenseCommon):
    """Expenses of both kinds: one object of QuickBooks each, whatever Odoo books for them."""

    def test_paid_by_the_company(self):
        before = self.counts()
        expense = self.expense("company_account", vendor_id=self.partner_b.id)
        self.assertEqual(expense.qbo_state, "pending")
        self.run_worker()
        self.assertEqual(expense.qbo_state, "synced", expense.qbo_error)
        self.assert_made(before, Purchase=1)
        payment = expense.account_move_id.origin_payment_id
        remote = self.remote_of(payment, "Purchase")
        row = self.env["quickbooks.mapping"]._require(
            self.connection, "payment_account", payment.journal_id
        )
        self.assertEqual(remote["AccountRef"]["value"], row.reference_id.remote_id)
        self.assertEqual(remote["PaymentType"], "Cash")
        self.assertEqual(dec(remote["TotalAmt"]), dec("60"))
        self.assertEqual(remote["TxnDate"], "2026-03-05")
        self.assertEqual(remote["EntityRef"]["type"], "Vendor")
        vendor = self.binding(self.partner_b, "Vendor").remote_id
        self.assertEqual(remote["EntityRef"]["value"], vendor)
        self.assertIn("Taxi", remote["Line"][0]["Description"])
        detail = remote["Line"][0]["AccountBasedExpenseLineDetail"]
        self.assertEqual(detail["BillableStatus"], "NotBillable")
        self.assertFalse(self.binding(payment, "BillPayment"), "its payment is no bill payment")

    def test_paid_by_the_company_with_tax_and_without_vendor(self):
        before = self.counts()
        tax = self.company_data["default_tax_purchase"]
        expense = self.expense("company_account", tax_ids=[Command.set(tax.ids)])
        self.run_worker()
        self.assertEqual(expense.qbo_state, "synced", expense.qbo_error)
        self.assert_made(before, Purchase=1)
        remote = self.remote_of(expense.account_move_id.origin_payment_id, "Purchase")
        self.assertEqual(dec(remote["TotalAmt"]), dec("60"))
        self.assertEqual(len(remote["Line"]), 2, "the tax is a line of its own")
        self.assertNotIn("EntityRef", remote)

    def test_account_of_the_product_of_its_category_or_by_a_rule(self):
        """Odoo chooses its account by product, category or fiscal position; QuickBooks' follows."""
        values = {"account_type": "expense"}
        product, category, rule = self.env["account.account"].create(
            [
                {**values, "code": f"62{number}100", "name": name}
                for number, name in enumerate(("Fuel", "Travel", "Abroad"))
            ]
        )
        Mapping = self.env["quickbooks.mapping"]
        rows = Mapping._require(self.connection, "account", product | category | rule)
        pool = self.env["quickbooks.reference"].search(
            [*rows[0]._legal_domain(), ("kind", "=", "Expense")], limit=3
        )
        for row, reference in zip(rows, pool, strict=True):
            row.reference_id = reference
        there = {row.res_id: row.reference_id.remote_id for row in rows}
        self.assertEqual(len(set(there.values())), 3)
        group = self.env["product.category"].create(
            {"name": "Trips", "property_account_expense_categ_id": category.id}
        )
        fuel, trip = self.env["product.product"].create(
            [
                {
                    "name": "Fuel",
                    "can_be_expensed": True,
                    "property_account_expense_id": product.id,
                },
                {"name": "Trip", "can_be_expensed": True, "categ_id": group.id},
            ]
        )
        for bought, account in ((fuel, product), (trip, category)):
            expense = self.expense("company_account", product_id=bought.id)
            self.run_worker()
            remote = self.remote_of(expense.account_move_id.origin_payment_id, "Purchase")
            detail = remote["Line"][0]["AccountBasedExpenseLineDetail"]
            self.assertEqual(detail["AccountRef"]["value"], there[account.id])
        position = self.env["account.fiscal.position"].create({"name": "Abroad"})
        self.env["account.fiscal.position.account"].create(
            {
                "position_id": position.id,
                "account_src_id": category.id,
                "account_dest_id": rule.id,
            }
        )
        move = self.synced_bill(
            lines=[{"product_id": trip.id, "price_unit": 5}], fiscal_position_id=position.id
        )
        detail = self.remote_of(move, "Bill")["Line"][0]["AccountBasedExpenseLineDetail"]
        self.assertEqual(detail["AccountRef"]["value"], there[rule.id])

    def test_cancelled_takes_it_away(self):
        before = self.counts()
        for mode in ("company_account", "own_account"):
            expense = self.expense(mode)
            self.run_worker()
            target = expense.account_move_id.origin_payment_id or expense.account_move_id
            self.assertEqual(target.qbo_state, "synced", target.qbo_error)
            if mode == "company_account":
                target.action_draft()
                target.action_cancel()
            else:
                target.button_draft()
                target.button_cancel()
            self.commit()
            self.run_worker()
            self.assertEqual(target.qbo_state, "voided", target.qbo_error)
        self.assert_made(before)

    def test_reversed_takes_it_away(self):
        """The reversal of a payment's entry undoes the expense; that of a receipt is a refund,
        which QuickBooks has as well."""
        before = self.counts()
        paid, owed = self.expense("company_account"), self.expense("own_account")
        self.run_worker()
        paid_entry, receipt = paid.account_move_id, owed.account_move_id
        payment = paid_entry.origin_payment_id
        day = {"invoice_date": "2026-03-07", "date": "2026-03-07"}
        (paid_entry | receipt)._reverse_moves([dict(day), dict(day)], cancel=True)
        self.commit()
        for _time in range(2):
            self.run_worker()
        self.assertEqual(payment.qbo_state, "voided", payment.qbo_error)
        refund = receipt.reversal_move_ids
        self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
        self.assert_made(before, Bill=1, BillPayment=1)
        self.assert_bills_alike(receipt, refund)

    def test_paid_by_the_employee(self):
        before = self.counts()
        expense = self.expense("own_account")
        self.run_worker()
        self.assertEqual(expense.qbo_state, "synced", expense.qbo_error)
        self.assert_made(before, Bill=1)
        move = expense.account_move_id
        contact = self.employee.work_contact_id
        remote = self.remote_of(move, "Bill")
        self.assertEqual(remote["VendorRef"]["value"], self.binding(contact, "Vendor").remote_id)
        self.assertEqual(dec(remote["TotalAmt"]), dec("60"))
        payment = self.pay(move)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assert_made(before, Bill=1, BillPayment=1)
        self.assert_bills_alike(move)

    def test_employee_below_the_company(self):
        """His contact belongs to the company itself, which is no vendor of its own."""
        contact = self.employee.work_contact_id
        contact.parent_id = self.env.company.partner_id
        expense = self.expense("own_account")
        self.run_worker()
        self.assertEqual(expense.qbo_state, "synced", expense.qbo_error)
        self.assertTrue(self.binding(contact, "Vendor").remote_id)
        self.assertFalse(self.binding(self.env.company.partner_id, "Vendor"))
        payment = self.pay(expense.account_move_id)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)

    def test_off(self):
        self.connection.purchases_out = False
        for mode in ("company_account", "own_account"):
            self.expense(mode)
        self.assertFalse(self.env["quickbooks.change"].search([]))

    def test_approved_is_not_yet_posted(self):
        expense = self.expense("company_account", post=False)
        self.commit()
        self.run_worker()
        self.assertEqual(expense.qbo_state, "none")
        self.assertFalse(self.writes())

    def test_lost_answer_makes_no_double(self):
        before = self.counts()
        self.simulator.control.faults.add("drop_after", path="/purchase", count=1)
        expense = self.expense("company_account")
        for _time in range(6):
            self.run_worker()
            self.skip_waiting()
        self.assertEqual(expense.qbo_state, "synced", expense.qbo_error)
        self.assert_made(before, Purchase=1)
