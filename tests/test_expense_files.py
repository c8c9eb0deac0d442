"""Receipts of expenses are attached to what the expense is in QuickBooks, once each."""

from odoo.tests import tagged

from .test_expense import ExpenseCommon

RECEIPT = b"%PDF-1.4 the receipt of a taxi\n%%EOF\n"


@tagged("post_install", "-at_install")
class TestExpenseFiles(ExpenseCommon):
    @classmethod
    def prepare(cls):
        prepared = super().prepare()
        cls.connection.attachment_policy = "all"
        cls.run_worker()
        return prepared

    def attach(self, record, name="taxi.pdf", content=RECEIPT):
        file = self.env["ir.attachment"].create(
            {"name": name, "raw": content, "res_model": record._name, "res_id": record.id}
        )
        self.commit()
        return file

    def with_receipt(self, mode):
        expense = self.expense(mode, post=False)
        self.attach(expense)
        self.post(expense)
        return expense

    def sync(self):
        for _time in range(3):
            self.run_worker()

    def files(self, expense):
        """Names of the files of what the expense is in QuickBooks, and what that is."""
        entry = expense.account_move_id
        target = entry.origin_payment_id or entry
        kind = "Purchase" if entry.origin_payment_id else "Bill"
        self.assertEqual(expense.qbo_state, "synced", expense.qbo_error)
        ref = {"type": kind, "value": self.binding(target, kind).remote_id}
        return sorted(
            row["FileName"]
            for row in self.remote("Attachable").values()
            for owner in row["AttachableRef"]
            if {key: owner["EntityRef"][key] for key in ref} == ref
        )

    def uploads(self):
        return len(self.simulator.control.log(method="POST", path="/upload"))

    def test_of_both_kinds(self):
        for mode in ("company_account", "own_account"):
            with self.subTest(mode):
                self.simulator.control.clear_log()
                expense = self.with_receipt(mode)
                self.sync()
                self.assertEqual(self.files(expense), ["taxi.pdf"])
                self.assertEqual(self.uploads(), 1)

    def test_attached_when_it_is_posted_already(self):
        for mode in ("company_account", "own_account"):
            with self.subTest(mode):
                expense = self.expense(mode)
                self.sync()
                self.attach(expense, "late.pdf")
                self.sync()
                self.assertEqual(self.files(expense), ["late.pdf"])

    def test_a_late_copy_of_the_same_receipt_is_no_second_one(self):
        expense = self.with_receipt("company_account")
        self.sync()
        self.attach(expense, "again.pdf")
        self.sync()
        self.assertEqual(self.files(expense), ["taxi.pdf"])
        self.attach(expense, "other.pdf", RECEIPT + b"page 2")
        self.sync()
        self.assertEqual(self.files(expense), ["other.pdf", "taxi.pdf"])

    def test_found_by_the_scan(self):
        """What capture missed, whoever it is attached to, and nothing twice."""
        self.connection.attachment_since = "2020-01-01"  # tests create in one long transaction
        expense = self.with_receipt("company_account")
        self.sync()
        late = self.attach(expense, "late.pdf", b"%PDF-1.4 late\n%%EOF\n")
        entry = self.attach(expense.account_move_id, "entry.pdf", b"%PDF-1.4 entry\n%%EOF\n")
        self.env["quickbooks.change"].sudo().search([]).unlink()
        adapter = self.env["quickbooks.adapter.attachable"]
        self.assertEqual(adapter._missed(self.connection, 100), late | entry)
        self.connection._wake(scan=True)
        self.sync()
        self.assertEqual(self.files(expense), ["entry.pdf", "late.pdf", "taxi.pdf"])
        self.assertFalse(adapter._missed(self.connection, 100))

    def test_lost_answer(self):
        for kind in ("drop_before", "drop_after"):
            with self.subTest(kind):
                self.simulator.control.faults.clear()
                self.simulator.control.faults.add(kind, path="/upload", count=1)
                expense = self.with_receipt("company_account")
                self.sync()
                for _time in range(8):
                    self.skip_waiting()
                    self.run_worker()
                self.assertEqual(self.files(expense), ["taxi.pdf"])

    def test_off(self):
        self.connection.attachment_policy = "pdf"
        expense = self.with_receipt("company_account")
        self.sync()
        self.assertEqual(self.files(expense), [])
