"""Foreign invoices paid at another rate: each side works out its own difference of exchange."""

from odoo.tests import tagged

from ..qbo.mapping.write_off import postings
from ..qbo.money import dec
from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentCurrency(PaymentCase):
    preferences = {"CustomTxnNumbers": True, "MultiCurrencyEnabled": True}

    @classmethod
    def prepare(cls):
        control = cls.simulator.control
        for day, rate in (("2026-03-01", "1.25"), ("2026-03-15", "2")):
            control.rate("EUR", rate, day=day)
        control.change(
            "Customer", {"DisplayName": cls.partner_a.name, "CurrencyRef": {"value": "EUR"}}
        )
        result = super().prepare()
        cls.euro = cls.setup_other_currency("EUR", rates=[("2026-03-01", 0.8), ("2026-03-15", 0.5)])
        return result

    def entries(self):
        rows = self.remote("JournalEntry").values()
        return [row for row in rows if "[odoo " in row.get("PrivateNote", "")]

    def assert_settled(self, payment, move):
        remote = self.sync(payment)
        self.assertEqual(dec(remote["UnappliedAmt"]), 0)
        self.assertFalse(move.amount_residual)
        self.assert_paid_alike(move)
        self.assertEqual(self.simulator.control.problems(), [])
        return remote

    def test_other_rate(self):
        """The Payment has its own rate; Odoo's entry of the difference is never sent."""
        move = self.synced_invoice(currency_id=self.euro.id)
        self.assertEqual(dec(self.remote_of(move, "Invoice")["ExchangeRate"]), dec("1.25"))
        payment = self.pay(move, currency_id=self.euro.id)
        exchange = move.line_ids.matched_credit_ids.exchange_move_id
        self.assertTrue(exchange, "Odoo booked the difference")
        remote = self.assert_settled(payment, move)
        self.assertEqual(dec(remote["ExchangeRate"]), dec("2"))
        self.assertEqual(remote["CurrencyRef"]["value"], "EUR")
        self.assertEqual(exchange.qbo_state, "none")
        self.assertEqual(self.entries(), [])

    def test_home_total_agrees(self):
        """The money is worth the same on both sides."""
        move = self.synced_invoice(currency_id=self.euro.id)
        payment = self.pay(move, currency_id=self.euro.id)
        remote = self.assert_settled(payment, move)
        liquidity = payment._seek_for_lines()[0]
        self.assertEqual(dec(remote["HomeTotalAmt"]), dec(f"{liquidity.balance:.2f}"))

    def test_account_and_method_of_its_currency(self):
        """Lines of the mapping for a currency come before those for all, in both directions."""
        journal = self.company_data["default_journal_bank"]
        line = journal.inbound_payment_method_line_ids[:1]
        entries, Mapping = {}, self.env["quickbooks.mapping"]
        Mapping._propose(self.connection)
        for kind, subject in (("deposit_account", journal), ("payment_method", line)):
            for number, currency in enumerate((None, self.euro)):
                row = Mapping._require(self.connection, kind, subject, currency)
                if currency:
                    self.assertEqual(row.state, "optional", "nobody is asked for it")
                    self.assertIn("EUR", row.subject_name)
                pool = self.env["quickbooks.reference"].search(row._legal_domain(), order="id")
                row.reference_id = pool[number]
                entries[kind, currency] = pool[number].remote_id
        for currency in (None, self.euro):
            values = {"currency_id": self.euro.id} if currency else {}
            move = self.synced_invoice(self.partner_a if currency else self.partner_b, **values)
            remote = self.sync(self.pay(move, payment_method_line_id=line.id, **values))
            self.assertEqual(
                remote["DepositToAccountRef"]["value"], entries["deposit_account", currency]
            )
            self.assertEqual(
                remote["PaymentMethodRef"]["value"], entries["payment_method", currency]
            )
            inbound = self.env["quickbooks.inbound.payment"]
            ctx = self.env["quickbooks.planner"]._context(self.connection, ())
            self.assertEqual(inbound._journal(ctx, remote, self.company), journal)
            self.assertEqual(inbound._method(ctx, remote, journal), line)

    def test_partial_payments(self):
        move = self.synced_invoice(currency_id=self.euro.id)
        first = self.pay(move, currency_id=self.euro.id, amount=40)
        self.sync(first)
        self.assert_paid_alike(move)
        second = self.pay(move, currency_id=self.euro.id)
        self.assert_settled(second, move)

    def test_write_off(self):
        """The entry is in the customer's currency and on the receivables of that currency."""
        loss = self.company_data["default_account_expense"]
        mapping = self.env["quickbooks.mapping"]._require(self.connection, "account", loss)
        mapping.reference_id = self.env["quickbooks.reference"].search(
            [*mapping._legal_domain(), ("name", "=", "Discounts given")], limit=1
        )
        # nothing is there yet: the first invoice makes QuickBooks open receivables in euros
        move = self.invoice(currency_id=self.euro.id)
        payment = self.pay(
            move,
            currency_id=self.euro.id,
            amount=move.amount_residual - 5,
            payment_difference_handling="reconcile",
            writeoff_account_id=loss.id,
        )
        self.assert_settled(payment, move)
        (entry,) = self.entries()
        self.assertEqual(entry["CurrencyRef"]["value"], "EUR")
        self.assertEqual(dec(entry["ExchangeRate"]), dec("2"))
        accounts = {row["Id"]: row for row in self.remote("Account").values()}
        posted = {accounts[ident]["Name"]: amount for ident, amount in postings(entry)}
        self.assertEqual(
            posted, {"Discounts given": dec(5), "Accounts Receivable (A/R) - EUR": dec(-5)}
        )

    def test_paid_in_another_currency_is_for_a_person(self):
        move = self.synced_invoice(currency_id=self.euro.id)
        payment = self.pay(move, currency_id=self.company.currency_id.id)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held")
        self.assertIn(move.name, payment.qbo_error)
