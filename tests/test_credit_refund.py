from odoo.tests import tagged

from ..qbo.money import dec
from .test_credit_application import Applications


class CreditsPaidBack(Applications):
    """Money paid back on a credit note: bank, receivables and credit are right on both sides."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        journal = cls.company_data["default_journal_bank"]
        mapping = cls.env["quickbooks.mapping"]._require(cls.connection, "deposit_account", journal)
        cls.bank = cls.env["quickbooks.reference"].search(
            [*mapping._legal_domain(), ("name", "=", "Checking")]
        )
        mapping.reference_id = cls.bank

    def pay_back(self, note, amount=None):
        """Register the refund in core's wizard, as a person does on the credit note."""
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=note.ids)
            .create(
                {
                    "payment_date": "2026-03-20",
                    "journal_id": self.company_data["default_journal_bank"].id,
                }
            )
        )
        if amount is not None:
            wizard.amount = amount
        payment = wizard._create_payments()
        self.commit()
        self.assertEqual(payment.payment_type, "outbound")
        return payment

    def figures(self):
        """Bank, receivables and income in QuickBooks' ledger, and what its customer owes."""
        self.control.problems()  # enters what was loaded in the ledger, once
        with self.control.sim.lock:
            store = self.control.sim.company(None).store
            rows = store.run("SELECT account, SUM(home) FROM {p}gl GROUP BY account").fetchall()
        types = {row["Id"]: row["AccountType"] for row in self.remote("Account").values()}
        sums = {"Bank": 0, "Accounts Receivable": 0, "Income": 0}
        for account, cents in rows:
            kind = types.get(account)
            if kind in sums and (kind != "Bank" or account == self.bank.remote_id):
                sums[kind] += cents
        customer = self.binding(self.partner_a, "Customer").remote_id
        owed = dec(self.remote("Customer")[customer]["Balance"])
        return (*(dec(cents) / 100 for cents in sums.values()), owed)

    def assert_customer_alike(self):
        """What the customer owes is the same in both books."""
        lines = self.env["account.move.line"].search(
            [
                ("partner_id", "child_of", self.partner_a.id),
                ("account_id.account_type", "=", "asset_receivable"),
                ("parent_state", "=", "posted"),
            ]
        )
        here = sum((dec(str(line.balance)) for line in lines), dec(0))
        self.assertEqual(self.figures()[3], here)
        self.assertFalse(self.control.problems(), self.control.problems())


@tagged("post_install", "-at_install")
class TestCreditRefund(CreditsPaidBack):
    def test_paid_back_in_full(self):
        note = self.synced_note(40)
        bank, receivable, income, _owed = self.figures()
        payment = self.pay_back(note)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        amount = dec(f"{note.amount_total:.2f}")
        after = self.figures()
        self.assertEqual(after, (bank - amount, receivable + amount, income, dec(0)))
        self.assert_notes_alike(note)
        self.assertFalse(note.amount_residual)
        remote = self.remote_of(payment, "Purchase")
        self.assertEqual((remote["TxnDate"], dec(remote["TotalAmt"])), ("2026-03-20", amount))
        self.assertIn(f"/account.payment/{payment.id}]", remote["PrivateNote"])
        self.assertEqual(
            self.lines_of(self.application(note)),
            {("Expense", remote["Id"]): amount, ("CreditMemo", self.memo_id(note)): amount},
        )
        self.assert_customer_alike()
        self.assert_quiet()

    def test_part_applied_part_paid_back(self):
        (move,) = self.invoices(10)
        note = self.synced_note(40)
        self.apply(note, move)
        payment = self.pay_back(note, 15)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assert_both_alike(move, note)
        self.assertEqual(len(self.lines_of(self.application(note))), 3)
        self.assert_customer_alike()

    def test_changed_then_cancelled(self):
        note = self.synced_note(40)
        payment = self.pay_back(note)
        self.run_worker()
        for amount in (20, 30):
            payment.action_draft()
            payment.amount = amount
            payment.action_post()
            lines = payment._seek_for_lines()[1] | note.line_ids.filtered(
                lambda line: line.display_type == "payment_term"
            )
            lines.reconcile()
            self.commit()
            self.run_worker()
            self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
            self.assert_notes_alike(note)
            self.assert_customer_alike()
        payment.action_draft()
        payment.action_cancel()
        self.commit()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "voided", payment.qbo_error)
        self.assert_notes_alike(note)
        self.assert_customer_alike()

    def test_without_a_bank_account_it_waits_for_a_person(self):
        mapping = self.env["quickbooks.mapping"]._require(
            self.connection, "deposit_account", self.company_data["default_journal_bank"]
        )
        mapping.reference_id = False
        note = self.synced_note(40)
        payment = self.pay_back(note)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held")
        self.assertIn("bank account", payment.qbo_error)
        self.assertEqual(note.qbo_state, "waiting")
        mapping.reference_id = self.bank
        self.run_worker()
        self.assertEqual((payment.qbo_state, note.qbo_state), ("synced", "synced"), note.qbo_error)
        self.assert_notes_alike(note)

    def test_of_what_is_a_draft_meanwhile(self):
        """The money left the bank; the credit note uses it up when it is confirmed again."""
        note = self.credit_note()
        payment = self.pay_back(note)
        note.button_draft()
        self.commit()
        self.run_worker()
        self.assertFalse(self.binding(note, "CreditMemo").remote_id)
        self.assertEqual(payment.qbo_state, "synced", "the money is a fact already")
        note.action_post()
        self.commit()
        for _round in range(2):
            self.run_worker()
        self.assertEqual((note.qbo_state, payment.qbo_state), ("synced", "synced"))
        self.assert_customer_alike()

    def test_of_an_old_credit_note_stays_out(self):
        self.connection.cutoff_date = "2026-03-15"
        note = self.credit_note(40)
        payment = self.pay_back(note)
        self.run_worker()
        self.assertEqual((note.qbo_state, payment.qbo_state), ("none", "none"))
        self.assertFalse(self.writes())

    def test_lost_answer_pays_back_once(self):
        note = self.synced_note(40)
        before = len(self.remote("Purchase"))
        payment = self.pay_back(note)
        self.control.faults.add("drop_after", path="/purchase", count=1)
        self.run_worker()
        for _time in range(4):
            self.skip_waiting()
            self.run_worker()
        self.assertEqual(len(self.remote("Purchase")), before + 1)
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assert_notes_alike(note)
        self.assert_customer_alike()
