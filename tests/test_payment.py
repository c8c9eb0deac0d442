from odoo.tests import tagged

from ..qbo.money import dec
from .payment_common import PaymentCase
from .settling import SettlingTales


@tagged("post_install", "-at_install")
class TestPayment(SettlingTales, PaymentCase):
    """A customer's payment from its registration to its void, as the simulator then holds it."""

    payment_type, document_type = "Payment", "Invoice"

    def document(self):
        return self.invoice()

    def synced_document(self):
        return self.synced_invoice()

    def assert_alike(self, *moves):
        self.assert_paid_alike(*moves)
        self.assertFalse(self.simulator.control.problems())

    def test_full(self):
        move = self.synced_invoice()
        payment = self.pay(move)
        self.assertEqual(payment.qbo_state, "pending")
        remote = self.sync(payment)
        self.assert_paid_alike(move)
        self.assertEqual(dec(remote["TotalAmt"]), dec(f"{move.amount_total:.2f}"))
        self.assertEqual(remote["TxnDate"], "2026-03-20")
        self.assertIn(f"/account.payment/{payment.id}]", remote["PrivateNote"])
        self.assertEqual(remote["PaymentRefNum"], payment.name)

    def test_overpayment(self):
        move = self.synced_invoice()
        payment = self.pay(move, amount=move.amount_total + 50)
        remote = self.sync(payment)
        self.assertEqual(dec(remote["UnappliedAmt"]), dec("50"))
        self.assert_paid_alike(move)

    def test_prepayment_applied_later(self):
        payment = self.prepay(60)
        remote = self.sync(payment)
        self.assertEqual(dec(remote["UnappliedAmt"]), dec("60"))
        move = self.synced_invoice()
        self.apply(payment, move)
        remote = self.sync(payment)
        self.assertEqual(dec(remote["UnappliedAmt"]), dec("0"))
        self.assert_paid_alike(move)

    def test_invoice_is_a_draft_meanwhile(self):
        """Core keeps what is applied to a draft, so nothing notes the payment when the invoice is
        confirmed again."""
        move = self.invoice()
        payment = self.pay(move)
        move.button_draft()
        self.commit()
        self.run_worker()
        self.assertFalse(self.binding(move, "Invoice").remote_id)
        remote = self.sync(payment)
        self.assertEqual(dec(remote["UnappliedAmt"]), dec(remote["TotalAmt"]))
        move.action_post()
        self.commit()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        remote = self.sync(payment)
        self.assertEqual(dec(remote["UnappliedAmt"]), 0)
        self.assert_paid_alike(move)

    def test_method_and_account(self):
        """What the mapping says; otherwise QuickBooks decides."""
        move = self.synced_invoice()
        journal = self.company_data["default_journal_bank"]
        method = journal.inbound_payment_method_line_ids[:1]
        Mapping, Reference = self.env["quickbooks.mapping"], self.env["quickbooks.reference"]
        for kind, subject in (("deposit_account", journal), ("payment_method", method)):
            mapping = Mapping._require(self.connection, kind, subject)
            mapping.reference_id = Reference.search(mapping._legal_domain(), limit=1)
            self.assertTrue(mapping.reference_id, kind)
        payment = self.pay(move, journal_id=journal.id, payment_method_line_id=method.id)
        remote = self.sync(payment)
        mapped = {
            kind: Mapping._require(self.connection, kind, subject).reference_id.remote_id
            for kind, subject in (("deposit_account", journal), ("payment_method", method))
        }
        self.assertEqual(remote["DepositToAccountRef"]["value"], mapped["deposit_account"])
        self.assertEqual(remote["PaymentMethodRef"]["value"], mapped["payment_method"])

    def test_of_old_and_new_invoices_is_for_a_person(self):
        old = self.invoice()
        self.connection.cutoff_date = "2026-03-15"
        new = self.synced_invoice(invoice_date="2026-03-16")
        payment = self.pay(old | new)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held" if not old.qbo_id else "synced")

    def test_changed_there_is_seen(self):
        """A payment that QuickBooks did not apply as asked shows it."""
        move = self.synced_invoice()
        payment = self.pay(move, amount=40)
        self.sync(payment)
        control = self.simulator.control
        body = self.remote_of(payment, "Payment")
        control.change("Payment", {**body, "Line": [], "sparse": True})
        payment.memo = "Another memo"
        self.commit()
        self.run_worker()
        self.assertIn(payment.qbo_state, ("conflict", "mismatch"), payment.qbo_error)

    def test_vendor_payments_stay_out(self):
        payment = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "supplier",
                "partner_id": self.partner_a.id,
                "amount": 10,
                "date": "2026-03-20",
            }
        )
        payment.action_post()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "none")

    def test_two_payments_in_one_go(self):
        """Two invoices, one payment each: nothing of one touches the other."""
        one = self.synced_invoice(lines=[{"product_id": self.product_a.id, "price_unit": 10.0}])
        two = self.synced_invoice(lines=[{"product_id": self.product_a.id, "price_unit": 20.0}])
        payments = self.pay(one) | self.pay(two)
        self.run_worker()
        self.assertEqual(payments.mapped("qbo_state"), ["synced", "synced"])
        self.assert_paid_alike(one, two)

    def test_auto_applied_there_is_seen(self):
        """QuickBooks may apply a prepayment by itself, to an invoice nobody meant."""
        move = self.synced_invoice()
        self.simulator.control.preference("AutoApplyPayments", True)
        payment = self.prepay(60)
        self.sync(payment, "mismatch")
        self.assertIn("applies 60", payment.qbo_error)
        self.assertTrue(payment.activity_ids, "somebody is told")
        self.assertTrue(move.amount_residual)

    def test_left_unapplied_there_is_seen(self):
        """Money that should pay an invoice, but QuickBooks left it open."""
        move = self.synced_invoice()
        payment = self.pay(move)
        self.sync(payment)
        operation = self.binding(payment, "Payment").operation_ids[:1]
        body = {**self.remote_of(payment, "Payment"), "Line": []}
        verdict = self.env["quickbooks.adapter.payment"]._verify(operation, body, payment)
        self.assertEqual(verdict[:2], ("mismatch", "applied_differs"))

    def test_prepayment_over_several_invoices(self):
        """Applied bit by bit, and taken off again."""
        payment = self.prepay(150)
        self.sync(payment)
        first, second = self.synced_invoice(), self.synced_invoice()
        self.apply(payment, first)
        self.apply(payment, second)
        remote = self.sync(payment)
        self.assertEqual(len(remote["Line"]), 2)
        self.assertEqual(dec(remote["UnappliedAmt"]), 0)
        self.assert_paid_alike(first, second)
        first.line_ids.remove_move_reconcile()
        self.commit()
        remote = self.sync(payment)
        self.assertEqual(len(remote["Line"]), 1)
        self.assert_paid_alike(first, second)

    def map_bank(self):
        """Money leaves from a bank account of QuickBooks."""
        banks = self.env["quickbooks.reference"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("remote_type", "=", "Account"),
                ("kind", "=", "Bank"),
            ]
        )
        journal = self.company_data["default_journal_bank"]
        row = self.env["quickbooks.mapping"]._require(self.connection, "deposit_account", journal)
        row.reference_id = banks[0]

    def test_paid_back(self):
        """An expense on receivables that the Payment settles; nothing of its money is left."""
        self.map_bank()
        payment = self.prepay(60)
        self.sync(payment)
        back = self.env["account.payment"].create(
            {
                "payment_type": "outbound",
                "partner_type": "customer",
                "partner_id": self.partner_a.id,
                "amount": 45,
                "date": "2026-03-21",
                "journal_id": self.company_data["default_journal_bank"].id,
            }
        )
        back.action_post()
        lines = (payment | back).move_id.line_ids
        receivable = lines.filtered(lambda line: line.account_type == "asset_receivable")
        receivable.reconcile()
        remote = self.sync(payment)
        self.assertEqual(back.qbo_state, "synced", back.qbo_error)
        purchase = self.remote_of(back, "Purchase")
        self.assertEqual(dec(purchase["TotalAmt"]), 45)
        (line,) = remote["Line"]
        (link,) = line["LinkedTxn"]
        self.assertEqual((link["TxnType"], link["TxnId"]), ("Expense", purchase["Id"]))
        self.assertEqual((dec(line["Amount"]), dec(remote["UnappliedAmt"])), (45, 15))
        receivable.remove_move_reconcile()
        remote = self.sync(payment)
        self.assertEqual((remote["Line"], dec(remote["UnappliedAmt"])), ([], 60))
        self.assertFalse(self.simulator.control.problems())
