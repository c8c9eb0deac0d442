"""Money paid online without an invoice becomes a sales receipt, exactly once."""

from odoo import Command
from odoo.tests import Form, new_test_user, tagged

from ..qbo.money import dec
from .receipt_common import ReceiptCase


@tagged("post_install", "-at_install")
class TestSalesReceipt(ReceiptCase):
    def test_payment_link(self):
        """The sale and its money in one: customer, account, method, reference, mark."""
        before = self.ledger()
        payment = self.sold(115)
        receipt = self.receipt(payment)
        customer = self.remote_of(self.buyer, "Customer")
        self.assertEqual(receipt["CustomerRef"]["value"], customer["Id"])
        self.assertEqual(customer["PrimaryEmailAddr"]["Address"], "ann.buyer@example.org")
        self.assertEqual(dec(receipt["TotalAmt"]), dec("115"))
        self.assertFalse(dec(receipt["TxnTaxDetail"]["TotalTax"]))
        self.assertEqual(receipt["DepositToAccountRef"]["value"], self.account.remote_id)
        self.assertEqual(receipt["PaymentMethodRef"]["value"], self.method.remote_id)
        reference = payment.payment_transaction_id.provider_reference
        self.assertEqual(receipt["PaymentRefNum"], reference)
        self.assertEqual(receipt["DocNumber"], payment.name)
        self.assertIn(f"/account.payment/{payment.id}]", receipt["PrivateNote"])
        self.assertEqual(receipt["TxnDate"], str(payment.date))
        self.assertFalse(self.ours("Payment"), "its money is in the receipt")
        self.assert_moved(before, bank=115, income=115)
        self.assertEqual(payment.qbo_id, receipt["Id"])
        self.assertIn("salesreceipt", payment.qbo_url)

    def test_customer_found_by_mail(self):
        """One who is in QuickBooks under the same address gets it, and is not made twice."""
        known = self.simulator.control.change(
            "Customer",
            {
                "DisplayName": "A. Buyer Esq.",
                "PrimaryEmailAddr": {"Address": "ann.buyer@example.org"},
            },
        )
        self.connection.sudo()._channel().references_at = False
        receipt = self.receipt(self.sold())
        self.assertEqual(receipt["CustomerRef"]["value"], known["Id"])

    def test_reported_twice(self):
        """A provider's webhook that comes again makes no second receipt."""
        payment = self.sold()
        payment.payment_transaction_id._post_process()
        payment.memo = "changed"
        self.commit()
        self.run_worker()
        self.assertEqual(len(self.ours("SalesReceipt")), 1)
        self.assertIn("changed", self.receipt(payment)["PrivateNote"])

    def test_unapplied_payment_by_choice(self):
        self.connection.online_policy = "payment"
        before = self.ledger()
        payment = self.pay_online(115)
        remote = self.sync(payment)
        self.assertEqual(dec(remote["UnappliedAmt"]), dec("115"))
        self.assertFalse(self.ours("SalesReceipt"))
        self.assert_moved(before, bank=115, receivable=-115)

    def test_another_choice_later(self):
        """What has gone out stays what it is."""
        first = self.sold(20)
        self.connection.online_policy = "payment"
        second = self.pay_online(30)
        first.memo = "touched"
        self.commit()
        self.sync(second)
        self.connection.online_policy = "receipt"
        second.memo = "touched"
        self.commit()
        self.run_worker()
        self.assertEqual([dec(r["TotalAmt"]) for r in self.ours("SalesReceipt")], [dec("20")])
        self.assertEqual([dec(r["TotalAmt"]) for r in self.ours("Payment")], [dec("30")])
        self.assertEqual((first.qbo_state, second.qbo_state), ("synced", "synced"))

    def test_before_the_cutoff(self):
        self.connection.cutoff_date = "2099-01-01"
        payment = self.pay_online()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "none")
        self.assertFalse(self.writes())

    # -- the time to wait ----------------------------------------------------------------------

    def test_waits_for_an_invoice(self):
        self.connection.online_grace = 15
        payment = self.pay_online()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "waiting")
        self.assertIn("unless it is invoiced", payment.qbo_error)
        self.assertFalse(self.writes())
        self.skip_waiting()
        self.run_worker()
        self.assertFalse(self.writes(), "its time has not come")
        self.wait_over(payment)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assertEqual(len(self.ours("SalesReceipt")), 1)

    def test_the_worker_wakes_in_time(self):
        self.connection.online_grace = 15
        payment = self.pay_online()
        self.run_worker()
        due = self.connection.sudo()._channel("push").cron_id
        moments = self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", due.id)])
        wanted = payment.payment_transaction_id.last_state_change
        delays = [(moment.call_at - wanted).total_seconds() for moment in moments]
        self.assertTrue([delay for delay in delays if 890 < delay < 910], delays)

    def test_a_person_does_not_wait(self):
        self.connection.online_grace = 15
        payment = self.pay_online()
        self.run_worker()
        payment.action_qbo_sync()
        self.commit()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assertTrue(self.receipt(payment))

    def test_people_of_invoicing_may_ask(self):
        """Although they may not see the provider's transactions."""
        self.connection.online_grace = 15
        user = new_test_user(
            self.env,
            "clerk",
            groups="account.group_account_invoice,quickbooks_online.group_user",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )
        payment = self.pay_online()
        refund = self.give_back(payment, 15)
        self.run_worker()
        (payment | refund).with_user(user).action_qbo_sync()
        self.commit()
        self.run_worker()
        self.assertEqual((payment.qbo_state, refund.qbo_state), ("synced", "synced"))
        with Form(payment.with_user(user)) as form:
            self.assertEqual(form.qbo_state, "synced")

    def test_invoiced_a_moment_later(self):
        """Then it never was a receipt."""
        self.connection.online_grace = 15
        payment = self.pay_online(115)
        self.run_worker()
        move = self.invoice_it(payment)
        self.run_worker()
        self.assertEqual((payment.qbo_state, move.qbo_state), ("synced", "synced"))
        self.assertFalse(self.ours("SalesReceipt"))
        self.assertEqual(len(self.ours("Payment")), 1)
        self.assertEqual(dec(self.remote_of(move, "Invoice")["Balance"]), dec("0"))

    def test_a_draft_invoice_counts(self):
        """Somebody is about to invoice it: the money goes as a payment."""
        self.connection.online_grace = 15
        payment = self.pay_online()
        draft = self.invoice(partner=self.buyer, post=False)
        payment.payment_transaction_id.invoice_ids = draft
        self.wait_over(payment)
        payment.memo = "touched"
        self.commit()
        self.run_worker()
        self.assertEqual(len(self.ours("Payment")), 1)
        self.assertFalse(self.ours("SalesReceipt"))

    # -- exactly once --------------------------------------------------------------------------

    def test_lost_answers(self):
        for number, kind in enumerate(("drop_before", "drop_after", "truncate", "malformed")):
            with self.subTest(kind=kind):
                self.simulator.control.faults.clear()
                self.simulator.control.faults.add(kind, path="/salesreceipt")
                payment = self.pay_online(100 + number)
                self.recover()
                self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
                amounts = [dec(row["TotalAmt"]) for row in self.ours("SalesReceipt")]
                self.assertEqual(amounts.count(dec(100 + number)), 1)
        self.assertFalse(self.ours("Payment"))

    def test_the_scan_finds_what_was_missed(self):
        """And takes nothing up that is in QuickBooks as something else."""
        payment = self.pay_online()
        self.env["quickbooks.change"].sudo().search([]).unlink()
        push = self.env["quickbooks.push"].sudo()
        push._scan(self.connection)
        self.run_worker()
        self.assertEqual(len(self.ours("SalesReceipt")), 1)
        self.connection.online_policy = "payment"
        paid = self.pay_online(30)
        self.sync(paid)
        self.connection.online_policy = "receipt"
        self.env.flush_all()
        for name in ("salesreceipt", "payment", "refundreceipt", "purchase.refund"):
            adapter = self.env[f"quickbooks.adapter.{name}"].sudo()
            self.assertFalse(adapter._missed(self.connection, 10) & (payment | paid), name)

    # -- problems ------------------------------------------------------------------------------

    def test_without_an_item_it_waits_for_a_person(self):
        mapping = self.env["quickbooks.mapping"]._require(self.connection, "default_item")
        item = mapping.reference_id
        mapping.reference_id = False
        payment = self.pay_online()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held")
        self.assertIn("mapping", payment.qbo_error)
        mapping.reference_id = item
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)

    def test_without_account_and_method(self):
        """Undeposited funds, and the mark of origin."""
        for subject in (self.journal, self.method_line):
            kind = "deposit_account" if subject == self.journal else "payment_method"
            self.env["quickbooks.mapping"]._require(self.connection, kind, subject).write(
                {"reference_id": False}
            )
        receipt = self.receipt(self.sold())
        self.assertEqual(receipt["DepositToAccountRef"]["name"], "Undeposited Funds")
        method = self.remote("PaymentMethod")[receipt["PaymentMethodRef"]["value"]]
        self.assertEqual(method["Name"], "Odoo")

    # -- cancelled -----------------------------------------------------------------------------

    def test_cancelled(self):
        before = self.ledger()
        payment = self.sold()
        self.cancel(payment)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "voided", payment.qbo_error)
        self.assertFalse(dec(self.receipt(payment)["TotalAmt"]))
        self.assert_moved(before)

    def test_cancelled_before_it_was_sent(self):
        payment = self.pay_online()
        self.cancel(payment)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "none")
        self.assertFalse(self.writes())

    def test_confirmed_again(self):
        before = self.ledger()
        payment = self.sold(115)
        self.cancel(payment)
        self.run_worker()
        payment.action_draft()
        payment.amount = 92
        payment.action_post()
        self.commit()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assertEqual([dec(r["TotalAmt"]) for r in self.ours("SalesReceipt")], [dec("92")])
        self.assert_moved(before, bank=92, income=92)

    def test_cancelled_by_the_provider(self):
        payment = self.sold()
        payment.payment_transaction_id.state = "cancel"
        payment.payment_transaction_id._post_process()
        self.commit()
        self.run_worker()
        self.assertEqual((payment.state, payment.qbo_state), ("canceled", "voided"))

    # -- changed there -------------------------------------------------------------------------

    def sweep(self):
        self.connection.sudo()._channel("pull").swept_at = False
        for _time in range(3):  # a slow machine takes more than one turn for all of it
            self.run_pull()

    def test_edited_there(self):
        """It is shown, and a person sends ours again."""
        payment = self.sold(115)
        receipt = self.receipt(payment)
        body = {"Id": receipt["Id"], "SyncToken": receipt["SyncToken"], "sparse": True}
        self.simulator.control.change("SalesReceipt", {**body, "TxnDate": "2026-01-02"})
        self.sweep()
        self.assertEqual(payment.qbo_state, "conflict")
        self.binding(payment, "SalesReceipt").action_send_again()
        self.commit()
        self.run_worker()
        self.assertEqual(self.receipt(payment)["TxnDate"], str(payment.date))
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)

    def test_deleted_there(self):
        """Nothing takes its place unasked: no new receipt, and no payment either."""
        payment = self.sold(115)
        receipt = self.receipt(payment)
        address = {"Id": receipt["Id"], "SyncToken": receipt["SyncToken"]}
        self.simulator.control.change("SalesReceipt", address, operation="delete")
        self.sweep()
        self.assertEqual(payment.qbo_state, "gone")
        payment.memo = "touched"
        self.commit()
        self.recover()
        self.assertFalse(self.ours("SalesReceipt") or self.ours("Payment"))
        self.binding(payment, "SalesReceipt").action_send_again()
        self.commit()
        self.run_worker()
        self.assertEqual(len(self.ours("SalesReceipt")), 1)
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)

    # -- settings ------------------------------------------------------------------------------

    def test_settings(self):
        with Form(self.env["res.config.settings"]) as form:
            self.assertEqual(form.qbo_online_policy, "receipt")
            form.qbo_online_grace = 30
        form.record.execute()
        self.assertEqual(self.connection.online_grace, 30)
        with Form(self.env["res.config.settings"]) as form:
            form.qbo_online_policy = "payment"
        form.record.execute()
        self.assertEqual(self.connection.online_policy, "payment")


@tagged("post_install", "-at_install")
class TestSalesReceiptCurrency(ReceiptCase):
    """In another currency, at the rate of the payment."""

    preferences = {"CustomTxnNumbers": True, "MultiCurrencyEnabled": True}

    @classmethod
    def prepare(cls):
        result = super().prepare()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2026-03-01", 0.8)])
        return result

    def test_sold_and_given_back(self):
        before = self.ledger()
        payment = self.sold(100, currency=self.euro)
        receipt = self.receipt(payment)
        self.assertEqual(receipt["CurrencyRef"]["value"], "EUR")
        self.assertEqual(dec(receipt["ExchangeRate"]), dec("1.25"))
        liquidity = payment._seek_for_lines()[0]
        self.assertEqual(dec(receipt["HomeTotalAmt"]), dec(f"{liquidity.balance:.2f}"))
        customer = self.binding(self.buyer, "Customer")
        self.assertFalse(customer, "the customer of the home currency is not needed")
        refund = self.give_back(payment, 40)
        self.run_worker()
        self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
        remote = self.receipt(refund, "RefundReceipt")
        self.assertEqual((remote["CurrencyRef"]["value"], dec(remote["TotalAmt"])), ("EUR", 40))
        self.assert_moved(before, bank=75, income=75)

    def test_invoiced_later(self):
        payment = self.sold(115, currency=self.euro)
        move = self.invoice_it(payment, currency_id=self.euro.id)
        self.run_worker()
        self.recover()
        self.assertEqual((payment.qbo_state, move.qbo_state), ("synced", "synced"), move.qbo_error)
        self.assertFalse(self.ours("SalesReceipt"))
        self.assertEqual(len(self.ours("Payment")), 1)
        self.assert_paid_alike(move)
