from odoo.tests import tagged

from ..qbo.money import dec
from .purchase_common import PurchaseCommon
from .settling import SettlingTales


@tagged("post_install", "-at_install")
class TestBillPayment(SettlingTales, PurchaseCommon):
    """Payments to vendors and the use of their refunds, as the simulator then holds them."""

    payment_type, document_type = "BillPayment", "Bill"

    def document(self):
        return self.bill(ref=self._reference())

    def synced_document(self):
        return self.synced_bill(ref=self._reference())

    def _reference(self):
        """Two bills of one vendor never have the same."""
        return f"BILL-{self.env['account.move'].search_count([])}"

    def sync(self, payment, state="synced"):
        self.run_worker()
        self.assertEqual(payment.qbo_state, state, payment.qbo_error)
        return self.remote_of(payment, "BillPayment")

    def prepay(self, amount, partner=None):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": (partner or self.partner_b).id,
                "amount": amount,
                "date": "2026-03-20",
            }
        )
        payment.action_post()
        self.commit()
        return payment

    def refund(self, amount, **values):
        return self.bill(
            move_type="in_refund", lines=[{"name": "Back", "price_unit": amount}], **values
        )

    def assert_alike(self, *moves):
        self.assert_bills_alike(*moves)
        self.assert_vendor_alike(self.partner_b)
        self.assertFalse(self.simulator.control.problems())

    def test_bill_is_a_draft_meanwhile(self):
        """Core keeps what is applied to a draft; the payment is not forgotten for it."""
        move = self.bill()
        payment = self.pay(move)
        move.button_draft()
        self.commit()
        self.run_worker()
        self.assertFalse(self.binding(move, "Bill").remote_id)
        self.assertEqual(payment.qbo_state, "waiting")
        self.assertIn("is a draft", payment.qbo_error)
        move.action_post()
        self.commit()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.sync(payment)
        self.assert_alike(move)

    def test_full(self):
        move = self.synced_bill()
        payment = self.pay(move)
        self.assertEqual(payment.qbo_state, "pending")
        remote = self.sync(payment)
        self.assert_alike(move)
        row = self.env["quickbooks.mapping"]._require(
            self.connection, "payment_account", payment.journal_id
        )
        self.assertEqual(remote["PayType"], "Check")
        self.assertEqual(
            remote["CheckPayment"]["BankAccountRef"]["value"], row.reference_id.remote_id
        )
        self.assertEqual(dec(remote["TotalAmt"]), dec("100"))
        self.assertEqual(remote["TxnDate"], "2026-03-20")
        self.assertEqual(remote["DocNumber"], payment.name)
        self.assertIn(f"/account.payment/{payment.id}]", remote["PrivateNote"])

    def test_by_card(self):
        journal = self.env["account.journal"].create(
            {"name": "Visa", "type": "credit", "code": "VISA", "company_id": self.env.company.id}
        )
        self.map_journals()
        move = self.synced_bill()
        payment = self.pay(move, journal_id=journal.id)
        remote = self.sync(payment)
        self.assertEqual(remote["PayType"], "CreditCard")
        card = remote["CreditCardPayment"]["CCAccountRef"]["value"]
        self.assertEqual(self.remote("Account")[card]["AccountType"], "Credit Card")
        self.assert_alike(move)

    def test_account_is_asked_for(self):
        move = self.synced_bill()
        payment = self.pay(move)
        row = self.env["quickbooks.mapping"]._require(
            self.connection, "payment_account", payment.journal_id
        )
        account, row.reference_id = row.reference_id, False
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held")
        self.assertIn(payment.journal_id.name, payment.qbo_error)
        row.reference_id = account
        self.sync(payment)

    def test_overpayment(self):
        move = self.synced_bill()
        payment = self.pay(move, amount=150)
        remote = self.sync(payment)
        self.assertEqual(dec(remote["TotalAmt"]), dec("150"))
        self.assertEqual(dec(self.binding(payment, "BillPayment").remote_balance), dec("50"))
        self.assert_alike(move)

    def test_off(self):
        self.connection.purchases_out = False
        payment = self.pay(self.bill())
        self.assertFalse(self.env["quickbooks.change"].search([]))
        self.run_worker()
        self.assertEqual(payment.qbo_state, "none")

    # -- refunds -------------------------------------------------------------------------------

    def test_refund_settles_a_bill(self):
        move, refund = self.synced_bill(), self.refund(30)
        self.apply(refund, move)
        self.run_worker()
        self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
        remote = self.remote_of(refund, "BillPayment")
        self.assertEqual(dec(remote["TotalAmt"]), dec("0"))
        kinds = sorted(
            (line["LinkedTxn"][0]["TxnType"], dec(line["Amount"])) for line in remote["Line"]
        )
        self.assertEqual(kinds, [("Bill", dec("30")), ("VendorCredit", dec("30"))])
        self.assert_alike(move, refund)

    def test_refund_settles_two_bills_one_after_the_other(self):
        first = self.synced_bill(ref="A", lines=[{"name": "A", "price_unit": 20}])
        second = self.synced_bill(ref="B")
        refund = self.refund(50)
        self.run_worker()
        self.apply(refund, first)
        self.run_worker()
        self.assert_alike(first, second, refund)
        self.apply(refund, second)
        self.run_worker()
        self.assert_alike(first, second, refund)
        before = set(self.remote("BillPayment"))
        self.sync(self.pay(second))
        self.assert_alike(first, second, refund)
        self.assertEqual(len(set(self.remote("BillPayment")) - before), 1)

    def test_refund_taken_off_and_put_back(self):
        move, refund = self.synced_bill(), self.refund(30)
        self.apply(refund, move)
        self.run_worker()
        refund.line_ids.remove_move_reconcile()
        self.commit()
        self.run_worker()
        self.assert_alike(move, refund)
        self.apply(refund, move)
        self.run_worker()
        self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
        self.assert_alike(move, refund)

    def test_refund_lowered_after_use(self):
        move, refund = self.synced_bill(), self.refund(30)
        self.apply(refund, move)
        self.run_worker()
        refund.button_draft()
        refund.invoice_line_ids.price_unit = 10
        refund.action_post()
        self.commit()
        self.apply(refund, move)
        for _time in range(2):
            self.run_worker()
        self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
        self.assert_alike(move, refund)

    def test_refund_in_draft_stays_used(self):
        """Odoo keeps what a draft is matched with, so both sides do."""
        move, refund = self.synced_bill(), self.refund(30)
        self.apply(refund, move)
        self.run_worker()
        refund.button_draft()
        self.commit()
        self.run_worker()
        self.assertEqual(f"{move.amount_residual:.2f}", "70.00")
        self.assert_bills_alike(move)

    def test_refund_cancelled_after_use(self):
        move, refund = self.synced_bill(), self.refund(30)
        self.apply(refund, move)
        self.run_worker()
        refund.button_draft()
        refund.button_cancel()
        self.commit()
        for _time in range(2):
            self.run_worker()
        self.assertEqual(refund.qbo_state, "voided", refund.qbo_error)
        self.assert_alike(move)

    def test_bill_with_refund_cancelled(self):
        move, refund = self.synced_bill(), self.refund(30)
        self.apply(refund, move)
        self.run_worker()
        move.button_draft()
        move.button_cancel()
        self.commit()
        for _time in range(2):
            self.run_worker()
        self.assertEqual(move.qbo_state, "voided", move.qbo_error)
        self.assert_alike(refund)

    def test_lost_answer_of_a_use(self):
        move, refund = self.synced_bill(), self.refund(30)
        self.run_worker()
        before = len(self.remote("BillPayment"))
        self.simulator.control.faults.add("drop_after", path="/billpayment", count=1)
        self.apply(refund, move)
        for _time in range(6):
            self.run_worker()
            self.skip_waiting()
        self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
        self.assertEqual(len(self.remote("BillPayment")), before + 1)
        self.assert_alike(move, refund)


@tagged("post_install", "-at_install")
class TestForeignBills(PurchaseCommon):
    """Bills in euro and dollars of one vendor: QuickBooks has a vendor for each currency."""

    preferences = {"CustomTxnNumbers": True, "MultiCurrencyEnabled": True}

    @classmethod
    def prepare(cls):
        cls.euro = cls.setup_other_currency("EUR", rates=[("2020-01-01", 0.8)])
        return super().prepare()

    def test_two_currencies(self):
        known = self.env["res.partner"].create({"name": "Zwei Mühlen"})
        dollars = self.bill(known, ref="USD-1")
        euros = self.bill(
            known, ref="EUR-1", currency_id=self.euro.id, lines=[{"name": "A", "price_unit": 33.33}]
        )
        self.run_worker()
        self.assertEqual((dollars.qbo_state, euros.qbo_state), ("synced", "synced"))
        Binding = self.env["quickbooks.binding"]
        links = Binding._links(self.connection, known, "Vendor").sorted("variant")
        self.assertEqual(links.mapped("variant"), ["", "EUR"])
        vendors = [self.remote("Vendor")[link.remote_id] for link in links]
        self.assertEqual([row["CurrencyRef"]["value"] for row in vendors], ["USD", "EUR"])
        self.assertEqual(len({row["DisplayName"] for row in vendors}), 2)
        remote = self.remote_of(euros, "Bill")
        self.assertEqual(remote["VendorRef"]["value"], links[1].remote_id)
        self.assertEqual(dec(remote["ExchangeRate"]), dec("1.25"))
        self.assertEqual(dec(remote["HomeTotalAmt"]), dec(f"{-euros.amount_total_signed:.2f}"))
        self.assert_bills_alike(dollars, euros)

    def test_paid_at_another_rate(self):
        self.env["res.currency.rate"].create(
            {"currency_id": self.euro.id, "name": "2026-03-15", "rate": 0.9}
        )
        move = self.synced_bill(currency_id=self.euro.id)
        refund = self.bill(
            move_type="in_refund",
            currency_id=self.euro.id,
            lines=[{"name": "Back", "price_unit": 30}],
        )
        self.apply(refund, move)
        payment = self.pay(move, currency_id=self.euro.id)
        self.run_worker()
        states = (refund.qbo_state, payment.qbo_state)
        self.assertEqual(states, ("synced", "synced"), payment.qbo_error or refund.qbo_error)
        self.assert_bills_alike(move, refund)
        self.assertFalse(move.amount_residual)
        self.assertEqual(dec(self.remote_of(payment, "BillPayment")["TotalAmt"]), dec("70"))
        self.assertFalse(self.simulator.control.problems())
