"""Documents that only go out: what becomes of them in QuickBooks does not go unnoticed."""

from odoo.exceptions import UserError
from odoo.tests import tagged

from . import test_write_off_back
from .purchase_common import PurchaseCommon
from .test_payment_back import PaymentsBack


@tagged("post_install", "-at_install")
class TestWatchedEntries(PaymentsBack):
    """The journal entry for what a payment writes off."""

    map = test_write_off_back.TestWriteOffBack.map
    pay = test_write_off_back.TestWriteOffBack.pay
    entries = test_write_off_back.TestWriteOffBack.entries

    def setUp(self):
        super().setUp()
        self.map(self.company_data["default_account_expense"], "Discounts given")
        self.move = self.synced_invoice()
        self.written_off = self.pay()
        self.ask()
        self.link = self.binding(self.written_off, "JournalEntry")

    def rebook(self):
        """Somebody books the write-off to another account."""
        lines = [dict(line) for line in self.remote("JournalEntry")[self.link.remote_id]["Line"]]
        (line,) = (
            line for line in lines if line["JournalEntryLineDetail"]["PostingType"] == "Debit"
        )
        other = self.env["quickbooks.reference"].search(
            [("remote_type", "=", "Account"), ("name", "=", "Advertising")], limit=1
        )
        line["JournalEntryLineDetail"] = {
            **line["JournalEntryLineDetail"],
            "AccountRef": {"value": other.remote_id},
        }
        self.edit_there("JournalEntry", self.link.remote_id, Line=lines)
        self.ask()

    def test_an_edit_is_shown_and_sent_again(self):
        before = self.remote("JournalEntry")[self.link.remote_id]["Line"]
        self.rebook()
        self.assertEqual(self.written_off.qbo_state, "conflict")
        self.assertIn("Line", self.link.error_text)
        self.assertIn("Advertising", self.link.drift_html)
        with self.assertRaisesRegex(UserError, "never changed from outside"):
            self.link.action_accept_theirs()
        self.link.action_send_again()
        self.sync()
        self.assertEqual(self.written_off.qbo_state, "synced", self.link.error_text)
        after = self.remote("JournalEntry")[self.link.remote_id]["Line"]
        accounts = [
            [line["JournalEntryLineDetail"]["AccountRef"]["value"] for line in lines]
            for lines in (before, after)
        ]
        self.assertEqual(*map(sorted, accounts))
        self.assert_alike(self.move)
        self.assert_quiet()

    def test_a_deletion_is_shown_and_made_good(self):
        """QuickBooks lets it go only when no payment uses it any more."""
        money = self.binding(self.written_off, "Payment")
        lines = [
            line
            for line in self.remote("Payment")[money.remote_id]["Line"]
            if line["LinkedTxn"][0]["TxnType"] == "Invoice"
        ]
        lines[0]["Amount"] = self.remote("Payment")[money.remote_id]["TotalAmt"]
        self.change_there(money.remote_id, Line=lines)
        body = self.remote("JournalEntry")[self.link.remote_id]
        address = {"Id": body["Id"], "SyncToken": body["SyncToken"]}
        self.control.change("JournalEntry", address, operation="delete")
        self.ask()
        self.assertEqual((self.link.state, money.state), ("gone", "conflict"))
        self.assertFalse(self.entries())
        self.link.action_send_again()
        money.action_send_again()
        self.sync()
        self.assertEqual(self.link.state, "synced", self.link.error_text)
        self.assertEqual(len(self.entries()), 1)
        self.assertEqual(self.written_off.qbo_state, "synced", self.written_off.qbo_error)
        self.assert_alike(self.move)
        self.assert_quiet()

    def test_nothing_more_is_read(self):
        """Asked for with the others, and only as long as there are linked ones."""
        self.control.clear_log()
        self.ask()
        (call,) = self.control.log(method="GET", path="/cdc")
        asked = call.query["entities"].split(",")
        self.assertIn("JournalEntry", asked)
        self.assertNotIn("Purchase", asked)

    def test_what_others_enter_is_none_of_ours(self):
        body = self.remote("JournalEntry")[self.link.remote_id]
        keys = ("Line", "CurrencyRef")
        other = self.give_there("JournalEntry", **{k: body[k] for k in keys if k in body})
        self.ask()
        self.assertEqual(self.event_of(other["Id"], "JournalEntry").state, "skipped")
        self.assertEqual(self.written_off.qbo_state, "synced")


@tagged("post_install", "-at_install")
class TestWatchedPurchases(PurchaseCommon):
    ask, sync, edit_there = PaymentsBack.ask, PaymentsBack.sync, PaymentsBack.edit_there
    run_pull, run_pull_once = PaymentsBack.run_pull, PaymentsBack.run_pull_once
    assert_quiet = PaymentsBack.assert_quiet

    @property
    def control(self):
        return self.simulator.control

    def delete_there(self, link):
        body = self.remote(link.remote_type)[link.remote_id]
        address = {"Id": body["Id"], "SyncToken": body["SyncToken"]}
        self.control.change(link.remote_type, address, operation="delete")

    def test_our_own_writes_are_no_news(self):
        """A payment touches its bill, and so on; nobody is asked about that."""
        bill = self.synced_bill()
        payment = self.pay(bill, 40)
        self.run_worker()
        self.assert_quiet()
        self.assertEqual((bill.qbo_state, payment.qbo_state), ("synced", "synced"))
        payment.action_draft()
        payment.action_cancel()
        self.commit()
        self.sync()
        self.assertEqual((bill.qbo_state, payment.qbo_state), ("synced", "voided"))
        bill.button_draft()
        bill.button_cancel()
        self.commit()
        self.sync()
        self.assertEqual(bill.qbo_state, "voided", bill.qbo_error)
        self.assert_quiet()

    def test_an_edited_bill(self):
        bill = self.synced_bill()
        link = self.binding(bill, "Bill")
        lines = [dict(line, Amount=90) for line in self.remote("Bill")[link.remote_id]["Line"]]
        self.edit_there("Bill", link.remote_id, Line=lines, VendorRef={"value": "56"})
        self.ask()
        self.assertEqual(bill.qbo_state, "conflict")
        self.assertIn("90", link.drift_html)
        link.action_send_again()
        self.sync()
        self.assertEqual(bill.qbo_state, "synced", bill.qbo_error)
        self.assert_bills_alike(bill)
        self.assert_quiet()

    def test_a_deleted_bill_and_a_deleted_payment(self):
        bill = self.synced_bill()
        payment = self.pay(bill, 40)
        self.run_worker()
        for record, kind in ((payment, "BillPayment"), (bill, "Bill")):
            self.delete_there(self.binding(record, kind))
        self.ask()
        self.assertEqual(self.binding(bill, "Bill").state, "gone")
        self.assertEqual(self.binding(payment, "BillPayment").state, "gone")
        for record, kind in ((bill, "Bill"), (payment, "BillPayment")):
            self.binding(record, kind).action_send_again()
        self.sync()
        self.assertEqual((bill.qbo_state, payment.qbo_state), ("synced", "synced"))
        self.assert_bills_alike(bill)
        self.assert_quiet()
