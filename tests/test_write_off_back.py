"""A payment with a write-off, seen from QuickBooks: no stranger, no drift, and what happens to it
there is applied or shown."""

from odoo.tests import tagged

from ..qbo.money import dec
from .test_payment_back import PaymentsBack


@tagged("post_install", "-at_install")
class TestWriteOffBack(PaymentsBack):
    def setUp(self):
        super().setUp()
        self.map(self.company_data["default_account_expense"], "Discounts given")
        self.map(self.company_data["default_account_revenue"], "Other Income")
        self.move = self.synced_invoice()

    def map(self, account, name):
        mapping = self.env["quickbooks.mapping"]._require(self.connection, "account", account)
        mapping.reference_id = self.env["quickbooks.reference"].search(
            [*mapping._legal_domain(), ("name", "=", name)], limit=1
        )

    def pay(self, difference=5):
        """Pay the invoice but for a difference, which is written off (or is a gain)."""
        account = "default_account_expense" if difference > 0 else "default_account_revenue"
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=self.move.ids)
            .create({"payment_date": "2026-03-20"})
        )
        wizard.amount = self.move.amount_residual - difference
        wizard.payment_difference_handling = "reconcile"
        wizard.writeoff_account_id = self.company_data[account]
        payment = wizard._create_payments()
        self.commit()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        return payment

    def entries(self):
        rows = self.remote("JournalEntry").values()
        return [row for row in rows if "/account.payment/" in row.get("PrivateNote", "")]

    def assert_unchanged(self, payment):
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assertFalse(self.move.amount_residual)
        self.assert_alike(self.move)
        self.assert_quiet()

    def test_echo(self):
        """Neither side takes the other's write for news."""
        for difference in (5, -3):
            with self.subTest(difference=difference):
                self.move = self.synced_invoice()
                payment = self.pay(difference)
                self.ask()
                self.assert_unchanged(payment)

    def test_touched_there(self):
        """What is changed there beside the money is let stand."""
        payment = self.pay()
        remote_id = self.binding(payment, "Payment").remote_id
        self.change_there(remote_id, PaymentRefNum="4711")
        self.ask()
        self.assert_unchanged(payment)

    def test_voided_there(self):
        """The payment is cancelled here, and its write-off is taken back there."""
        payment = self.pay()
        self.void_there(self.binding(payment, "Payment").remote_id)
        self.ask()
        self.assertEqual(payment.state, "canceled")
        self.run_worker()
        self.assertFalse(self.entries())
        self.assert_alike(self.move)
        self.assert_quiet()

    def test_deleted_there(self):
        payment = self.pay()
        self.delete_there(self.binding(payment, "Payment").remote_id)
        self.ask()
        self.assertEqual(payment.state, "canceled")
        self.run_worker()
        self.assertFalse(self.entries())
        self.assert_alike(self.move)

    def test_write_off_taken_out_there(self):
        """Amounts of an entry with a write-off are not written from outside: a person decides."""
        payment = self.pay()
        remote_id = self.binding(payment, "Payment").remote_id
        lines = [
            {**line, "Amount": 110}
            for line in self.remote("Payment")[remote_id]["Line"]
            if line["LinkedTxn"][0]["TxnType"] == "Invoice"
        ]
        self.change_there(remote_id, Line=lines)
        self.ask()
        self.assertEqual(payment.qbo_state, "conflict")
        self.assertFalse(self.move.amount_residual, "nothing was changed here")
        self.binding(payment, "Payment").action_send_again()
        self.sync()
        self.assert_unchanged(payment)

    def test_another_entry_is_not_ours(self):
        """A credit entered in QuickBooks and used with our payment is no money of it."""
        payment = self.pay()
        customer = self.customer_of(self.partner_a)
        entry = self.control.change(
            "JournalEntry",
            {
                "Line": [
                    {
                        "Amount": 1,
                        "DetailType": "JournalEntryLineDetail",
                        "JournalEntryLineDetail": detail,
                    }
                    for detail in (
                        {"PostingType": "Debit", "AccountRef": {"value": "86"}},
                        {
                            "PostingType": "Credit",
                            "AccountRef": {"value": "84"},
                            "Entity": {"Type": "Customer", "EntityRef": customer},
                        },
                    )
                ]
            },
        )
        remote = self.remote("Payment")[self.binding(payment, "Payment").remote_id]
        link = {"TxnId": entry["Id"], "TxnType": "JournalEntry"}
        self.change_there(remote["Id"], Line=[*remote["Line"], {"Amount": 1, "LinkedTxn": [link]}])
        self.ask()
        self.assertEqual(payment.state, "paid")
        self.assertEqual(dec(f"{payment.amount:.2f}"), dec(remote["TotalAmt"]))
        self.assertFalse(self.move.amount_residual)
