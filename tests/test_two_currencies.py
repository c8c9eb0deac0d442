"""A customer invoiced in two currencies is two customers in QuickBooks, and one contact here."""

from odoo.tests import tagged

from ..qbo.money import dec
from .test_payment_back import PaymentsBack

HOME, EURO = "", "EUR"


@tagged("post_install", "-at_install")
class TestTwoCurrencies(PaymentsBack):
    preferences = {"CustomTxnNumbers": True, "MultiCurrencyEnabled": True}

    @classmethod
    def prepare(cls):
        cls.euro = cls.setup_other_currency("EUR", rates=[("2026-03-01", 0.8), ("2026-03-15", 0.5)])
        return super().prepare()

    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create(
            {"name": "Two Purses", "is_company": True, "email": "till@two-purses.example"}
        )

    # -- tools ---------------------------------------------------------------------------------

    def links(self):
        """Currency of a foreign name ('' for home) → its link."""
        found = self.env["quickbooks.binding"]._links(self.connection, self.partner, "Customer")
        return {link.variant or HOME: link for link in found}

    def customers(self):
        """Currency → the customer of QuickBooks."""
        every = self.remote("Customer")
        return {variant: every[link.remote_id] for variant, link in self.links().items()}

    def billed(self, price, currency=None):
        values = {"currency_id": currency.id} if currency else {}
        lines = [{"product_id": self.product_a.id, "price_unit": price, "tax_ids": []}]
        return self.synced_invoice(self.partner, lines, **values)

    def both(self):
        return self.billed(100), self.billed(60, self.euro)

    def paid(self, move, **values):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": "2026-03-20", "currency_id": move.currency_id.id})
        )
        if values:
            wizard.write(values)
        payment = wizard._create_payments()
        self.commit()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        return payment

    def here(self, **values):
        self.partner.write(values)
        self.commit()
        self.run_worker()

    def assert_names(self, home, foreign):
        found = {variant: row["DisplayName"] for variant, row in self.customers().items()}
        self.assertEqual(found, {HOME: home, EURO: foreign})

    def assert_settled(self):
        self.assertEqual(set(link.state for link in self.links().values()), {"synced"})
        self.assertFalse(self.control.problems())

    # -- here to there -------------------------------------------------------------------------

    def test_each_document_is_with_the_customer_of_its_currency(self):
        home, foreign = self.both()
        customers = self.customers()
        self.assertEqual(set(customers), {HOME, EURO})
        self.assert_names("Two Purses", "Two Purses (EUR)")
        for move, variant, code in ((home, HOME, "USD"), (foreign, EURO, "EUR")):
            remote = self.remote_of(move, "Invoice")
            self.assertEqual(remote["CustomerRef"]["value"], customers[variant]["Id"])
            self.assertEqual(remote["CurrencyRef"]["value"], code)
            self.assertEqual(customers[variant]["CurrencyRef"]["value"], code)
            self.assertEqual(dec(customers[variant]["Balance"]), dec(f"{move.amount_residual:.2f}"))
        self.assert_settled()

    def test_each_payment_too(self):
        home, foreign = self.both()
        for move, variant, amount in ((home, HOME, 30), (foreign, EURO, 25)):
            payment = self.paid(move, amount=amount)
            remote = self.remote_of(payment, "Payment")
            customer = self.customers()[variant]
            self.assertEqual(remote["CustomerRef"]["value"], customer["Id"])
            self.assertEqual(remote["CurrencyRef"], customer["CurrencyRef"])
            self.assertEqual(dec(remote["UnappliedAmt"]), 0)
            self.assertEqual(dec(customer["Balance"]), dec(f"{move.amount_residual:.2f}"))
        self.assert_settled()

    def test_the_foreign_one_may_be_first(self):
        """Then it has the plain name, and the one of the home currency is told apart."""
        self.billed(60, self.euro)
        self.billed(100)
        self.assertEqual(
            {variant: row["CurrencyRef"]["value"] for variant, row in self.customers().items()},
            {HOME: "USD", EURO: "EUR"},
        )
        names = {variant: row["DisplayName"] for variant, row in self.customers().items()}
        self.assertEqual(names[EURO], "Two Purses")
        self.assertTrue(names[HOME].startswith("Two Purses ("), names)
        self.assert_settled()

    def test_a_second_invoice_makes_no_third(self):
        self.both()
        before = len(self.remote("Customer"))
        self.both()
        self.assertEqual(len(self.remote("Customer")), before)

    def test_a_new_name_follows_on_both(self):
        self.both()
        self.here(name="Three Purses", phone="555 0100")
        self.assert_names("Three Purses", "Three Purses (EUR)")
        phones = {row["PrimaryPhone"]["FreeFormNumber"] for row in self.customers().values()}
        self.assertEqual(phones, {"555 0100"})
        self.assert_settled()
        self.assert_quiet()

    def test_both_are_archived_and_come_back(self):
        for move in self.both():
            self.paid(move)
        self.here(active=False)
        self.assertEqual(self.partner.qbo_state, "synced", self.partner.qbo_error)
        self.assertEqual({row["Active"] for row in self.customers().values()}, {False})
        self.here(active=True)
        self.assertEqual({row["Active"] for row in self.customers().values()}, {True})
        self.assert_names("Two Purses", "Two Purses (EUR)")
        self.assert_settled()

    # -- there to here -------------------------------------------------------------------------

    def edit(self, variant, **values):
        self.edit_there("Customer", self.links()[variant].remote_id, **values)
        self.sync()

    def test_an_edit_of_either_reaches_the_other(self):
        self.both()
        for variant, phone in ((EURO, "555 0200"), (HOME, "555 0300")):
            self.edit(variant, PrimaryPhone={"FreeFormNumber": phone})
            self.assertEqual(self.partner.phone, phone)
            phones = {row["PrimaryPhone"]["FreeFormNumber"] for row in self.customers().values()}
            self.assertEqual(phones, {phone})
        self.assert_settled()
        self.assert_quiet()

    def test_a_new_name_there_comes_without_the_currency(self):
        """What tells the two apart there is no part of the contact's name."""
        self.both()
        self.edit(EURO, DisplayName="Four Purses (EUR)")
        self.assertEqual(self.partner.name, "Four Purses")
        self.assert_names("Four Purses", "Four Purses (EUR)")
        self.edit(HOME, DisplayName="Five Purses")
        self.assertEqual(self.partner.name, "Five Purses")
        self.assert_names("Five Purses", "Five Purses (EUR)")
        self.assert_settled()
        self.assert_quiet()

    def test_one_archived_there_leaves_the_contact(self):
        """Until the other one is as well."""
        home, foreign = self.both()
        self.paid(home)
        self.paid(foreign)
        self.edit(EURO, Active=False)
        self.assertTrue(self.partner.active)
        self.assertTrue(self.customers()[HOME]["Active"])
        self.edit(HOME, Active=False)
        self.assertFalse(self.partner.active)
        self.assert_quiet()

    def test_money_there_is_for_the_invoice_of_its_currency(self):
        home, foreign = self.both()
        customers = self.customers()
        for move, variant, amount in ((foreign, EURO, 25), (home, HOME, 30)):
            values = {"CustomerRef": {"value": customers[variant]["Id"]}}
            if variant:
                values.update(CurrencyRef={"value": variant}, ExchangeRate="1.3")
            remote = self.pay_there((move, amount), **values)
            self.ask()
            payment = self.payment(remote)
            self.assertEqual(payment.partner_id, self.partner)
            self.assertEqual((payment.currency_id, payment.amount), (move.currency_id, amount))
            self.assert_alike(move)
        self.assert_quiet()
