"""Payments of foreign-currency invoices made in QuickBooks, at a rate of their own."""

from odoo import Command
from odoo.tests import tagged

from ..qbo.money import dec
from .test_payment_back import PaymentsBack

EMAIL = "kasse@euro-gmbh.example"


@tagged("post_install", "-at_install")
class TestPaymentBackCurrency(PaymentsBack):
    """1 EUR was 1.25 USD when it was invoiced; QuickBooks' people got another rate."""

    preferences = {"CustomTxnNumbers": True, "MultiCurrencyEnabled": True}

    def setUp(self):
        super().setUp()
        self.euro = self.env.ref("base.EUR")
        self.euro.active = True
        self.euro.rate_ids.unlink()
        self.euro.rate_ids = [Command.create({"name": "2026-01-01", "rate": 0.8})]
        self.partner = self.env["res.partner"].create({"name": "Euro GmbH", "email": EMAIL})
        self.control.change(
            "Customer",
            {
                "DisplayName": "Euro GmbH",
                "PrimaryEmailAddr": {"Address": EMAIL},
                "CurrencyRef": {"value": "EUR"},
            },
        )
        self.ask()
        self.assertTrue(self.link_of_partner())

    def link_of_partner(self):
        return self.env["quickbooks.binding"]._links(self.connection, self.partner, "Customer")

    def customer_of(self, partner):
        return {"value": self.link_of_partner().remote_id}

    def euro_invoice(self, price):
        move = self.invoice(
            partner=self.partner,
            lines=[{"name": "Beratung", "price_unit": price, "tax_ids": [Command.clear()]}],
            currency_id=self.euro.id,
        )
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertEqual(dec(self.remote_of(move, "Invoice")["ExchangeRate"]), dec("1.25"))
        return move

    def pay_euros(self, *pairs, rate, **values):
        money = {"CurrencyRef": {"value": "EUR"}, "ExchangeRate": rate}
        return self.pay_there(*pairs, **{**money, **values})

    def booked(self, payment):
        """The payment's entry at home: its bank line and its receivable lines."""
        liquidity, counterpart, _writeoff = payment._seek_for_lines()
        return liquidity.balance, sorted(counterpart.mapped("balance"))

    def exchange_difference(self, payment):
        """What Odoo has booked to the exchange accounts because of this payment."""
        _liquidity, counterpart, _writeoff = payment._seek_for_lines()
        partials = counterpart.matched_debit_ids
        lines = partials.exchange_move_id.line_ids.filtered(
            lambda line: line.account_id.account_type != "asset_receivable"
        )
        return round(sum(lines.mapped("balance")), 2)

    def assert_settled(self, *moves):
        for move in moves:
            self.assertEqual(move.amount_residual, 0, move.name)
            terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
            self.assertEqual(set(terms.mapped("amount_residual")), {0}, "nothing is left at home")
            self.assertIn(move.payment_state, ("paid", "in_payment"))
        self.assert_alike(*moves)

    def test_its_own_rate(self):
        move = self.euro_invoice(100)
        entries = len(self.remote("JournalEntry"))
        remote = self.pay_euros((move, 100), rate="1.3")
        self.ask()
        payment = self.payment(remote)
        self.assertEqual((payment.amount, payment.currency_id), (100, self.euro))
        self.assertEqual(self.booked(payment), (130, [-130]))
        self.assert_settled(move)
        self.assertEqual(self.exchange_difference(payment), -5, "a gain of 100 x 0.05")
        self.assert_quiet()
        self.assertEqual(len(self.remote("JournalEntry")), entries, "each side keeps its own")
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assertFalse(self.control.problems())

    def test_in_parts_at_several_rates(self):
        one, two = self.euro_invoice(100), self.euro_invoice("33.33")
        self.pay_euros((one, 40), rate="1.3")
        self.ask()
        self.assertEqual(one.amount_residual, 60)
        self.assert_alike(one)
        last = self.pay_euros((one, 60), (two, "33.33"), rate="1.111111", total="93.33")
        self.ask()
        self.assert_settled(one, two)
        home, parts = self.booked(self.payment(last))
        self.assertEqual(home, 103.70, "QuickBooks' HomeTotalAmt, whatever its parts round to")
        self.assertEqual(dec(self.remote("Payment")[last["Id"]]["HomeTotalAmt"]), dec("103.70"))
        self.assertAlmostEqual(sum(parts), -home, 2)
        self.assert_quiet()

    def test_the_rate_is_corrected(self):
        move = self.euro_invoice(100)
        remote = self.pay_euros((move, 100), rate="1.3")
        self.ask()
        self.change_there(remote["Id"], ExchangeRate="1.2")
        self.ask()
        payment = self.payment(remote)
        self.assertEqual(self.booked(payment), (120, [-120]))
        self.assert_settled(move)
        self.assertEqual(self.exchange_difference(payment), 5)
        self.assert_quiet()

    def test_voided(self):
        move = self.euro_invoice(100)
        remote = self.pay_euros((move, 100), rate="1.3")
        self.ask()
        self.void_there(remote["Id"])
        self.ask()
        self.assertEqual(self.payment(remote).state, "canceled")
        self.assertEqual(move.amount_residual, 100)
        self.assert_alike(move)
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        self.assertEqual(terms.amount_residual, 125, "the difference is taken back as well")

    def test_overpaid(self):
        move = self.euro_invoice(100)
        remote = self.pay_euros((move, 100), rate="1.3", total="150")
        self.ask()
        payment = self.payment(remote)
        self.assertEqual(self.booked(payment), (195, [-130, -65]))
        self.assert_settled(move)
        self.assert_quiet()
