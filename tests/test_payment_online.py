"""Payments made online through Odoo's payment providers."""

from odoo import Command
from odoo.tests import tagged

from ..qbo.money import dec
from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentOnline(PaymentCase):
    def setUp(self):
        super().setUp()
        if "payment_transaction_id" not in self.env["account.payment"]._fields:
            self.skipTest("the addon account_payment is not installed")
        self.bank = self.company_data["default_journal_bank"]
        self.provider = self.env["payment.provider"].create(
            {
                "name": "Test Provider",
                "code": "none",
                "state": "test",
                "company_id": self.company.id,
            }
        )
        self.line = self.bank.inbound_payment_method_line_ids[:1]
        self.line.payment_provider_id = self.provider
        self.provider.invalidate_recordset(["journal_id"])

    def map(self, kind, subject):
        mapping = self.env["quickbooks.mapping"]._require(self.connection, kind, subject)
        mapping.reference_id = self.env["quickbooks.reference"].search(
            mapping._legal_domain(), limit=1
        )
        return mapping.reference_id.remote_id

    def transaction(self, move, amount=None, reference="PRV-20260320-77", **values):
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": move.amount_residual if amount is None else amount,
                "currency_id": move.currency_id.id,
                "partner_id": move.partner_id.id,
                "reference": f"{move.name}-{len(move.transaction_ids)}",
                "provider_reference": reference,
                "operation": "online_direct",
                "invoice_ids": [Command.set(move.ids)],
                **values,
            }
        )

    def finish(self, transaction):
        """The provider reports success, as it does to its webhook.

        :return: the account.payment
        """
        transaction._set_done()
        transaction._post_process()
        self.commit()
        return transaction.payment_id

    def test_paid_online(self):
        """One Payment, with the provider's reference, the mapped method and account."""
        method = self.map("payment_method", self.line)
        account = self.map("deposit_account", self.bank)
        move = self.synced_invoice()
        payment = self.finish(self.transaction(move))
        self.assertTrue(payment)
        remote = self.sync(payment)
        self.assertFalse(move.amount_residual)
        self.assert_paid_alike(move)
        self.assertEqual(remote["PaymentRefNum"], "PRV-20260320-77")
        self.assertEqual(remote["PaymentMethodRef"]["value"], method)
        self.assertEqual(remote["DepositToAccountRef"]["value"], account)
        self.assertIn(move.name, remote["PrivateNote"], "the transaction's own reference")
        ours = [r for r in self.remote("Payment").values() if "[odoo " in r.get("PrivateNote", "")]
        self.assertEqual(len(ours), 1)

    def test_long_reference(self):
        """QuickBooks holds 21 characters; the memo has them all."""
        reference = "pi_3OqK9q2eZvKYlo2C1gF0x9aB"
        move = self.synced_invoice()
        remote = self.sync(self.finish(self.transaction(move, reference=reference)))
        self.assertLessEqual(len(remote["PaymentRefNum"]), 21)
        self.assertIn(reference, remote["PrivateNote"])

    def test_reported_twice(self):
        """A provider's webhook that comes again makes no second Payment."""
        move = self.synced_invoice()
        transaction = self.transaction(move)
        payment = self.finish(transaction)
        self.sync(payment)
        transaction._post_process()
        self.commit()
        self.run_worker()
        self.assertEqual(transaction.payment_id, payment)
        ours = [r for r in self.remote("Payment").values() if "[odoo " in r.get("PrivateNote", "")]
        self.assertEqual(len(ours), 1)

    def test_pays_in_part(self):
        move = self.synced_invoice()
        payment = self.finish(self.transaction(move, amount=40))
        remote = self.sync(payment)
        self.assertEqual(dec(remote["TotalAmt"]), dec("40"))
        self.assert_paid_alike(move)
