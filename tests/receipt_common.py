"""Common ground of tests about money that customers pay online without an invoice."""

from datetime import timedelta

from odoo import fields

from ..qbo.money import dec
from .payment_common import PaymentCase


class ReceiptCase(PaymentCase):
    """Pays through a payment provider, as payment links and shops do."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.journal = cls.company_data["default_journal_bank"]
        cls.provider = cls.env["payment.provider"].create(
            {"name": "Provider", "code": "none", "state": "test", "company_id": cls.company.id}
        )
        cls.method_line = cls.journal.inbound_payment_method_line_ids[:1]
        cls.method_line.payment_provider_id = cls.provider
        cls.provider.invalidate_recordset(["journal_id"])
        cls.account = cls.map("deposit_account", cls.journal, ("kind", "=", "Bank"))
        cls.method = cls.map("payment_method", cls.method_line)
        cls.connection.online_grace = 0
        cls.buyer = cls.env["res.partner"].create(
            {"name": "Ann Buyer", "email": "ann.buyer@example.org"}
        )

    @classmethod
    def map(cls, kind, subject, *conditions):
        mapping = cls.env["quickbooks.mapping"]._require(cls.connection, kind, subject)
        domain = [*mapping._legal_domain(), *conditions]
        mapping.reference_id = cls.env["quickbooks.reference"].search(domain, limit=1)
        assert mapping.reference_id, (kind, conditions)
        return mapping.reference_id

    # -- Odoo's side ---------------------------------------------------------------------------

    def transaction(self, amount, partner=None, currency=None, **values):
        count = self.env["payment.transaction"].search_count([])
        return self.env["payment.transaction"].create(
            {
                "provider_id": self.provider.id,
                "payment_method_id": self.env.ref("payment.payment_method_unknown").id,
                "amount": amount,
                "currency_id": (currency or self.company.currency_id).id,
                "partner_id": (partner or self.buyer).id,
                "reference": f"LINK-{count}",
                "provider_reference": f"PRV-{count}",
                "operation": "online_direct",
                **values,
            }
        )

    def finish(self, transaction):
        """The provider reports success.

        :return: the account.payment
        """
        transaction._set_done()
        transaction._post_process()
        self.commit()
        return transaction.payment_id

    def pay_online(self, amount=115, **values):
        return self.finish(self.transaction(amount, **values))

    def sold(self, *args, **values):
        """A payment whose sales receipt has arrived."""
        payment = self.pay_online(*args, **values)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assertTrue(self.receipt(payment))
        return payment

    def give_back(self, payment, amount=None):
        """Refund it through the provider, as the wizard on the payment does."""
        return self.finish(payment.payment_transaction_id._refund(amount))

    def invoice_it(self, payment, **values):
        """Invoice what was paid, and assign the payment to it."""
        move = self.invoice(partner=payment.partner_id, **values)
        self.apply(payment, move)
        return move

    def wait_over(self, payment):
        """The time to wait for an invoice is over."""
        moment = fields.Datetime.now() - timedelta(minutes=self.connection.online_grace, seconds=1)
        payment.payment_transaction_id.last_state_change = moment
        self.skip_waiting()

    def cancel(self, payment):
        payment.action_cancel()
        self.commit()

    # -- QuickBooks' side ----------------------------------------------------------------------

    def receipt(self, payment, remote_type="SalesReceipt"):
        return self.remote_of(payment, remote_type)

    def ours(self, entity):
        """Objects that bear our mark and are not void."""
        return [
            row
            for row in self.remote(entity).values()
            if "[odoo " in row.get("PrivateNote", "") and dec(row["TotalAmt"])
        ]

    def ledger(self):
        """QuickBooks' books by account type, debit positive; only the mapped bank account."""
        control = self.simulator.control
        control.problems()  # enters what was loaded in the ledger, once
        with control.sim.lock:
            store = control.sim.company(None).store
            rows = store.run("SELECT account, SUM(home) FROM {p}gl GROUP BY account").fetchall()
        types = {row["Id"]: row["AccountType"] for row in self.remote("Account").values()}
        sums = {
            "Bank": dec(0),
            "Accounts Receivable": dec(0),
            "Income": dec(0),
            "Other Current Liability": dec(0),
        }
        for account, cents in rows:
            kind = types.get(account)
            if kind in sums and (kind != "Bank" or account == self.account.remote_id):
                sums[kind] += dec(cents) / 100
        return sums

    def assert_moved(self, before, bank=0, receivable=0, income=0, tax=0):
        """What the ledger moved by since; income and tax as people say it, positive."""
        after = self.ledger()
        moved = {kind: after[kind] - before[kind] for kind in before}
        wanted = {
            "Bank": dec(str(bank)),
            "Accounts Receivable": dec(str(receivable)),
            "Income": -dec(str(income)),
            "Other Current Liability": -dec(str(tax)),
        }
        self.assertEqual(moved, wanted)
        self.assertFalse(self.simulator.control.problems())

    def deposit(self, receipt):
        """An accountant takes a receipt to the bank."""
        line = {
            "Amount": receipt["TotalAmt"],
            "LinkedTxn": [{"TxnId": receipt["Id"], "TxnType": "SalesReceipt", "TxnLineId": "0"}],
        }
        return self.simulator.control.change(
            "Deposit", {"DepositToAccountRef": {"value": self.account.remote_id}, "Line": [line]}
        )
