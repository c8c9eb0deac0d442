"""What an invoice's page tells about both sides."""

from odoo.exceptions import AccessError
from odoo.tests import new_test_user, tagged

from .test_payment_back import PaymentsBack


@tagged("post_install", "-at_install")
class TestTimeline(PaymentsBack):
    def story(self, move):
        move.invalidate_recordset(["qbo_story"])
        return move.qbo_story

    def pay_here(self, move, amount):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        payment = wizard.create({"amount": amount})._create_payments()
        self.commit()
        return payment

    def test_a_draft_has_no_story(self):
        self.assertFalse(self.story(self.invoice(post=False)))

    def test_balances(self):
        (move,) = self.invoices(100)
        story = self.story(move)["balances"]
        self.assertIn(f"{move.amount_residual:.2f}", story["here"])
        self.assertIn(f"{move.amount_residual:.2f}", story["there"])
        self.assertTrue(story["same"])
        self.assertIn(f"txnId={move.qbo_id}", story["url"])
        self.binding(move, "Invoice").sudo().remote_balance = "60"
        story = self.story(move)["balances"]
        self.assertIn("60.00", story["there"])
        self.assertFalse(story["same"])

    def test_payments_of_both_sides(self):
        (move,) = self.invoices(100)
        mine = self.pay_here(move, 30)
        self.sync()
        remote = self.pay_there((move, 20))
        self.ask()
        story = self.story(move)
        theirs = self.payment(remote)
        rows = {row["id"]: row for row in story["payments"]}
        self.assertEqual(set(rows), {mine.id, theirs.id})
        self.assertIn("30.00", rows[mine.id]["amount"])
        self.assertEqual(rows[mine.id]["remote_id"], mine.qbo_id)
        self.assertEqual(rows[theirs.id]["remote_id"], remote["Id"])
        self.assertIn("20.00", rows[theirs.id]["amount"])
        self.assertIn(f"txnId={remote['Id']}", rows[theirs.id]["url"])
        self.assertEqual(rows[theirs.id]["state"], "synced")
        self.assertEqual(move.amount_residual, move.amount_total - 50)
        self.assertIn(f"{move.amount_residual:.2f}", story["balances"]["here"])
        self.assertTrue(story["balances"]["same"])

    def test_a_payment_that_is_only_here(self):
        (move,) = self.invoices(100)
        self.connection.stage = "manual"
        self.pay_here(move, 30)
        (row,) = self.story(move)["payments"]
        self.assertFalse(row["remote_id"])
        self.assertEqual(row["state_name"], "Not in QuickBooks")

    def test_a_payment_that_is_only_there(self):
        (move,) = self.invoices(100)
        self.connection.payments_back = False
        remote = self.pay_there((move, 20))
        self.ask()
        (row,) = self.story(move)["payments"]
        self.assertEqual((row["remote_type"], row["remote_id"]), ("Payment", remote["Id"]))
        self.assertEqual(row["state"], "only_there")
        self.assertIn("switched off", row["reason"])

    def test_history_newest_first(self):
        (move,) = self.invoices(100)
        mine = self.pay_here(move, 30)
        self.sync()
        self.edit_there("Invoice", move.qbo_id, CustomerMemo={"value": "Changed there"})
        self.ask()
        lines = self.story(move)["lines"]
        self.assertEqual(
            [line["id"] for line in lines], sorted((x["id"] for x in lines), reverse=True)
        )
        self.assertIn("Changed in QuickBooks", lines[0]["message"])
        self.assertEqual(lines[0]["level"], "warning")
        self.assertIn("Created", lines[-1]["message"])
        self.assertIn("Payment", {line["type"] for line in lines})
        self.assertTrue(lines[-1]["trace"], "a manager sees Intuit's trace id")
        self.assertIn(mine.qbo_id, " ".join(line["about"] for line in lines))

    def test_who_sees_what(self):
        (move,) = self.invoices(100)
        self.pay_here(move, 30)
        self.sync()
        company = {"company_id": self.company.id, "company_ids": [(6, 0, self.company.ids)]}
        biller = new_test_user(
            self.env, "story_biller", groups="account.group_account_invoice", **company
        )
        story = move.with_user(biller).qbo_story
        self.assertTrue(story["lines"])
        self.assertFalse(any(line["trace"] for line in story["lines"]))
        nobody = new_test_user(self.env, "story_nobody", groups="base.group_user", **company)
        with self.assertRaises(AccessError):
            _story = move.with_user(nobody).qbo_story

    def test_it_is_cheap(self):
        (move,) = self.invoices(100)
        for _number in range(3):
            self.pay_here(move, 10)
        self.sync()
        self.story(move)
        self.env.invalidate_all()
        move.mapped("name")
        with self.assertQueryCount(25):
            self.assertEqual(len(move.qbo_story["payments"]), 3)
