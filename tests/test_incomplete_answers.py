"""Batch answers in which one item is missing or answered twice, although QuickBooks executed it,
and answers that could not be booked: nobody knows more of such an item than after a timeout."""

from contextlib import contextmanager
from dataclasses import replace
from unittest.mock import patch

from odoo.tests import tagged

from ..qbo.http.client import Client
from .test_item import ItemCommon


def without_first(items):
    return items[1:]


def first_twice(items):
    return [items[0], *items]


@tagged("post_install", "-at_install")
class TestIncompleteAnswers(ItemCommon):
    @contextmanager
    def answers(self, change):
        """The first batch answer is changed on its way; QuickBooks executed all of it."""
        execute, changed = Client.execute, []

        def answered(client, wire):
            outcome = execute(client, wire)
            if changed or not wire.is_batch:
                return outcome
            changed.append(wire)
            items = change(outcome.body["BatchItemResponse"])
            return replace(outcome, body={**outcome.body, "BatchItemResponse": items})

        with patch.object(Client, "execute", answered):
            yield
        self.assertTrue(changed, "a batch was sent")

    def products(self, name):
        return self.env["product.product"].union(
            *(self.new_product(f"{name} {number}") for number in range(4))
        )

    def sell(self, products):
        lines = [{"product_id": one.id, "price_unit": 5.0, "tax_ids": []} for one in products]
        return self.synced_invoice(lines=lines)

    def assert_prices(self, products, price):
        names = [row["Name"] for row in self.remote("Item").values()]
        for product in products:
            self.assertEqual(product.qbo_state, "synced", product.qbo_error)
            self.assertEqual(self.item_of(product)["UnitPrice"], price)
            self.assertEqual(names.count(product.name), 1)

    def test_changes(self):
        """Our own change, executed but not answered, is no change of somebody else's."""
        for change in (without_first, first_twice):
            with self.subTest(change=change.__name__):
                products = self.products(change.__name__)
                self.sell(products)
                products.list_price = 12.0
                with self.answers(change):
                    self.run_worker()
                self.recover()
                self.assert_prices(products, 12.0)

    def test_a_change_made_before_the_answer_was_looked_up(self):
        products = self.products("Lamp")
        self.sell(products)
        products.list_price = 12.0
        with self.answers(without_first):
            self.run_worker()
        products.list_price = 15.0
        self.recover()
        self.assert_prices(products, 15.0)

    def test_names_of_our_own_making(self):
        """A vendor has the plain name: what the unanswered item has made is ours, and no reason
        for yet another name."""
        partners = self.env["res.partner"]
        for number in range(4):
            self.in_quickbooks("Vendor", DisplayName=f"Mugs {number}")
            partners |= self.new_partner(f"Mugs {number}")
        self.age_lists()
        partners.action_qbo_sync()
        with self.answers(without_first):
            self.run_worker()
        self.age_lists()
        self.recover()
        names = [row["DisplayName"] for row in self.remote("Customer").values()]
        mugs = sorted(name for name in names if "Mugs" in name)
        self.assertEqual(mugs, [f"Mugs {number} (Customer)" for number in range(4)])
        for partner in partners:
            self.assertEqual(partner.qbo_state, "synced", partner.qbo_error)

    def test_a_bug_in_booking_a_change(self):
        """QuickBooks executed it, and our own bug makes it no conflict."""
        product = self.new_product("Vase")
        self.sell(product)
        product.list_price = 12.0
        settle = type(self.env["quickbooks.settle"])
        accept, bugs = settle._accept, [RuntimeError("together"), RuntimeError("by itself")]

        def accepted(self, *args):
            if bugs:
                raise bugs.pop()
            return accept(self, *args)

        with (
            patch.object(settle, "_accept", accepted),
            self.assertLogs("odoo.addons.quickbooks_online.sync.engine.settle", "ERROR"),
        ):
            self.run_worker()
        self.recover()
        self.assert_prices(product, 12.0)
