"""A request whose answer was lost, then a refusal: what became of it is asked before anything else
is done, so that neither what arrived nor what changed meanwhile is forgotten."""

from unittest.mock import patch

from odoo.tests import tagged

from ..sync.engine import freezing
from .payment_common import PaymentCase
from .test_item import ItemCommon

#: "an unexpected error occurred": again later (FACTS 3.3)
FOR_NOW = "6000"
CLOSED = "6210"


class UnansweredCase:
    """Lets a request arrive without an answer, and refuses its repetition."""

    #: requests that are struck
    struck = "/(item|payment|batch)$"

    def lose_answers(self):
        self.simulator.control.faults.add("drop_after", path=self.struck)
        self.run_worker()

    def refuse_repetition(self, code=FOR_NOW, **options):
        faults = self.simulator.control.faults
        faults.reset_fired()
        faults.add("fault", method="POST", path=self.struck, code=code, **options)
        self.skip_waiting()
        self.run_worker()
        self.assertIn(f"fault {code}", faults.fired, "the repetition was refused")
        faults.clear()


@tagged("post_install", "-at_install")
class TestUnansweredNames(UnansweredCase, ItemCommon):
    def products(self, count):
        return self.env["product.product"].union(
            *(self.new_product(f"Widget {number}") for number in range(count))
        )

    def assert_prices(self, products):
        for product in products:
            self.assertEqual(product.qbo_state, "synced", product.qbo_error)
            self.assertEqual(self.item_of(product)["UnitPrice"], product.lst_price)
        names = [row["Name"] for row in self.remote("Item").values()]
        for product in products:
            self.assertEqual(names.count(product.name), 1)

    def reprice(self, products, price):
        products.list_price = price
        self.commit()

    def sell(self, products):
        lines = [{"product_id": one.id, "price_unit": 5.0, "tax_ids": []} for one in products]
        return self.invoice(lines=lines)

    def test_a_new_one_changed_meanwhile(self):
        """The second request would be refused as a duplicate, and what is there is the first."""
        for count in (1, 4):
            with self.subTest(count=count):
                products = self.new_product(f"Thing {count}") | self.products(count - 1)
                self.sell(products)
                self.lose_answers()
                self.reprice(products, 12.0)
                self.refuse_repetition()
                self.recover()
                self.assert_prices(products)

    def test_a_new_one_changed_after_the_refusal(self):
        product = self.new_product()
        self.sell(product)
        self.lose_answers()
        self.refuse_repetition()
        self.reprice(product, 12.0)
        self.recover()
        self.assert_prices(product)

    def test_a_new_one_found_in_the_lists(self):
        """The question finds nothing yet, but the lists name it when they are read again."""
        product = self.new_product()
        self.sell(product)
        self.lose_answers()
        self.reprice(product, 12.0)
        self.age_lists()
        lookup = type(self.env["quickbooks.lookup"])
        with patch.object(lookup, "_own_name", return_value=None):
            self.refuse_repetition()
            self.recover()
        self.assert_prices(product)

    def test_a_name_of_our_own_making(self):
        """A vendor has the plain name, and the lists show what the lost request has made: it is
        ours, and not a reason for yet another name."""
        self.struck = "/customer$"
        self.in_quickbooks("Vendor", DisplayName="Mugs")
        self.age_lists()
        partner = self.new_partner("Mugs")
        partner.action_qbo_sync()
        self.lose_answers()
        partner.website = "https://mugs.example"
        self.age_lists()
        self.refuse_repetition()
        self.recover()
        self.assertEqual(partner.qbo_state, "synced", partner.qbo_error)
        rows = [row for row in self.remote("Customer").values() if "Mugs" in row["DisplayName"]]
        self.assertEqual([row["DisplayName"] for row in rows], ["Mugs (Customer)"])
        self.assertEqual(rows[0]["WebAddr"]["URI"], "https://mugs.example")

    def test_a_change_taken_back_meanwhile(self):
        """What was agreed last is no more what QuickBooks has, though the record says it again."""
        for count in (1, 4):
            with self.subTest(count=count):
                products = self.new_product(f"Thing {count}") | self.products(count - 1)
                self.sell(products)
                self.run_worker()
                self.reprice(products, 12.0)
                self.lose_answers()
                self.reprice(products, 10.0)
                self.refuse_repetition()
                self.recover()
                self.assert_prices(products)

    def test_nobody_is_asked_about_what_arrived(self):
        """Only the repetition met a closed period: the change itself is in QuickBooks."""
        product = self.new_product()
        self.sell(product)
        self.run_worker()
        self.reprice(product, 12.0)
        self.lose_answers()
        self.refuse_repetition(CLOSED)
        self.recover()
        self.assert_prices(product)

    def test_a_person_is_asked_about_what_did_not_arrive(self):
        product = self.new_product()
        self.sell(product)
        self.run_worker()
        self.reprice(product, 12.0)
        self.simulator.control.faults.add("drop_before", path="/item$")
        self.run_worker()
        self.refuse_repetition(CLOSED, count=None)
        faults = self.simulator.control.faults
        faults.add("fault", method="POST", path="/item$", code=CLOSED, count=None)
        self.recover()
        self.assertEqual(product.qbo_state, "held", product.qbo_error)
        faults.clear()
        product.action_qbo_sync()
        self.recover()
        self.assert_prices(product)


@tagged("post_install", "-at_install")
class TestUnansweredPayments(UnansweredCase, PaymentCase):
    """Nothing but our mark keeps payments single."""

    def test_refused_while_queries_lag(self):
        """The repetition leaves because the payment cannot be found yet; it is refused as a whole,
        and each payment would leave as a new request."""
        for code in (FOR_NOW, CLOSED):
            for singles in (0, 30):
                with self.subTest(code=code, singles=singles):
                    move = self.synced_invoice()
                    payment = self.pay(move, amount=40.0)
                    self.simulator.control.switch("query_lag_seconds", 200)
                    with patch.object(freezing, "SINGLES", singles):
                        self.lose_answers()
                        self.refuse_repetition(code)
                    self.simulator.control.switch("query_lag_seconds", 0)
                    payment.action_qbo_sync()
                    self.recover()
                    self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
                    self.assert_paid_alike(move)
                    notes = [row.get("PrivateNote") for row in self.remote("Payment").values()]
                    ours = [note for note in notes if note]
                    self.assertEqual(len(ours), len(set(ours)), ours)

    def test_invoice_cancelled_before_anybody_knows_of_its_payment(self):
        """The void would be refused, because the payment that nobody knows of is applied."""
        for change in ("cancel", "reduce"):
            with self.subTest(change=change):
                move = self.synced_invoice()
                payment = self.pay(move)
                self.lose_answers()
                move.button_draft()
                if change == "cancel":
                    move.button_cancel()
                else:
                    move.line_ids.remove_move_reconcile()
                    move.invoice_line_ids.price_unit = 50.0
                    move.action_post()
                self.run_worker()
                self.assertEqual(move.qbo_state, "waiting", move.qbo_error)
                self.recover()
                state = "voided" if change == "cancel" else "synced"
                self.assertEqual((move.qbo_state, payment.qbo_state), (state, "synced"))
                self.assertFalse(self.remote_of(payment, "Payment").get("Line"))

    def test_paid_again_before_anybody_knows_of_the_first_payment(self):
        """What the first may have taken in QuickBooks, it lets go before the second takes it."""
        move = self.synced_invoice()
        first = self.pay(move)
        self.lose_answers()
        first.action_draft()
        first.action_cancel()
        second = self.pay(move)
        self.run_worker()
        self.assertEqual(second.qbo_state, "waiting", second.qbo_error)
        self.recover()
        self.assertEqual((first.qbo_state, second.qbo_state), ("voided", "synced"))
        self.assert_paid_alike(move)
