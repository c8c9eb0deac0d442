"""Orders of the point of sale as sales receipts, beside the addon ``point_of_sale``."""

from odoo import Command
from odoo.tests import tagged

from ..qbo.money import dec
from .pos_common import PosCase


@tagged("post_install", "-at_install")
class TestPosOrder(PosCase):
    def test_off_by_default(self):
        settings = self.env["quickbooks.connection"].default_get(["pos_policy"])
        self.assertEqual(settings["pos_policy"], "none")

    def test_lines_tax_customer_and_account(self):
        before = self.balances()
        order = self.sell(self.card, partner_id=self.buyer.id)
        remote = self.arrived(order)
        self.assert_alike(order, remote)
        self.assertEqual(self.lines_of(remote), [dec("89.99"), dec("20.00")])
        self.assertEqual(
            remote["CustomerRef"]["value"], self.binding(self.buyer, "Customer").remote_id
        )
        self.assertEqual(remote["BillEmail"]["Address"], "ann.buyer@example.org")
        self.assertEqual(remote["DepositToAccountRef"]["value"], self.account.remote_id)
        self.assertEqual(remote["PaymentMethodRef"]["value"], self.method.remote_id)
        self.assertIn(order.name, remote["PrivateNote"])
        self.assertEqual(self.deposits(before), {"card": dec(f"{order.amount_paid:.2f}")})
        total = order.amount_total
        untaxed = total - order.amount_tax
        self.assert_moved(self.before, bank=total, income=untaxed, tax=order.amount_tax)

    def test_drafts_and_cancelled_orders_stay(self):
        draft, gone = self.draft(), self.draft()
        gone.action_pos_order_cancel()
        self.commit()
        writes = len(self.writes())
        self.assert_unchanged(writes)
        self.assertFalse(self.link(draft) | self.link(gone))
        self.settle(draft)
        self.assert_alike(draft, self.arrived(draft))

    def test_capture_inserts_one_row_and_no_more(self):
        order = self.draft()
        order.general_customer_note = "Nothing to QuickBooks"
        self.commit()
        Change = self.env["quickbooks.change"].sudo()
        self.assertFalse(Change.search([("res_model", "=", "pos.order")]))
        self.settle(order)
        self.assertEqual(
            Change.search([("res_model", "=", "pos.order")]).mapped("res_id"), order.ids
        )

    def test_capture_never_stops_the_till(self):
        """Whatever fails in it is logged; the closing of the session notes the order again."""
        model = type(self.env["quickbooks.adapter.salesreceipt.pos"])
        original = model._capture_targets
        self.patch(model, "_capture_targets", lambda adapter, records: 1 / 0)
        with self.assertLogs("odoo.addons.quickbooks_online", "ERROR"):
            order = self.sell()
        self.assertEqual(order.state, "paid")
        self.patch(model, "_capture_targets", original)
        self.run_worker()
        self.assertFalse(self.link(order))
        self.close()
        self.assert_alike(order, self.arrived(order))

    def test_walk_in(self):
        """A customer of its own, made once."""
        first, second = self.sell(), self.sell()
        partner = None
        for order in (first, second):
            remote = self.arrived(order)
            partner = self.connection.pos_partner_id
            self.assertEqual(partner.name, "Point of Sale")
            customer = self.binding(partner, "Customer").remote_id
            self.assertEqual(remote["CustomerRef"]["value"], customer)
        names = [row["DisplayName"] for row in self.remote("Customer").values()]
        self.assertEqual(names.count("Point of Sale"), 1)
        self.connection.pos_partner_id = self.buyer
        remote = self.arrived(self.sell())
        self.assertEqual(
            remote["CustomerRef"]["value"], self.binding(self.buyer, "Customer").remote_id
        )

    def test_price_with_tax_included(self):
        included = self.tax.copy({"name": "15 included", "price_include_override": "tax_included"})
        mapping = self.env["quickbooks.mapping"]._require(self.connection, "tax", included)
        usual = self.env["quickbooks.mapping"]._require(self.connection, "tax", self.tax)
        mapping.reference_id = usual.reference_id
        order = self.sell(lines=[(self.product_a, 1, 9.99, 0, included)] * 3)
        self.assertEqual(f"{order.amount_total:.2f}", "29.97")
        remote = self.arrived(order)
        self.assert_alike(order, remote)

    def test_change_is_taken_off(self):
        before = self.balances()
        order = self.ring_up(20, 50, [self.line(self.product_b, 1, 20)])
        self.assertEqual(len(order.payment_ids), 2)
        remote = self.arrived(order)
        self.assertEqual(dec(remote["TotalAmt"]), dec(20))
        self.assertEqual(self.deposits(before), {"cash": dec(20)})

    def test_exchange(self):
        """Goods that come back in an order with others are a line below zero."""
        order = self.sell(
            lines=[(self.product_a, -1, 10, 0, self.tax), (self.product_b, 2, 20, 0, self.tax)]
        )
        remote = self.arrived(order)
        self.assert_alike(order, remote)
        self.assertEqual(self.lines_of(remote), [dec("-10.00"), dec("40.00")])

    def test_cash_rounding(self):
        rounding = self.env["account.cash.rounding"].create(
            {
                "name": "To five cents",
                "rounding": 0.05,
                "rounding_method": "HALF-UP",
                "strategy": "add_invoice_line",
                "profit_account_id": self.company_data["default_account_revenue"].id,
                "loss_account_id": self.company_data["default_account_expense"].id,
            }
        )
        self.shop.write({"cash_rounding": True, "rounding_method": rounding.id})
        before = self.balances()
        order = self.sell(lines=[(self.product_a, 1, 9.98, 0, self.tax)])
        self.assertEqual((f"{order.amount_paid:.2f}", f"{order.amount_tax:.2f}"), ("11.50", "1.50"))
        remote = self.arrived(order)
        self.assert_alike(order, remote)
        self.assertEqual(self.lines_of(remote), [dec("9.98"), dec("0.02")])
        self.assertEqual(remote["Line"][1]["Description"], "To five cents")
        self.assertEqual(self.deposits(before), {"cash": dec("11.50")})

    def test_refund(self):
        before = self.balances()
        order = self.sell(self.card, partner_id=self.buyer.id)
        sold = self.arrived(order)
        refund = self.give_order_back(order, self.card)
        remote = self.arrived(refund, "RefundReceipt")
        self.assertFalse(self.link(refund))
        self.assert_alike(refund, remote)
        self.assertEqual(self.lines_of(remote), self.lines_of(sold))
        self.assertIn(order.name, remote["PrivateNote"])
        self.assertFalse(self.deposits(before))
        self.assert_moved(self.before)

    def test_refund_of_some_in_cash(self):
        before = self.balances()
        order = self.sell(self.card)
        self.arrived(order)
        self.assertTrue(self.session, "a refund needs an open one")
        refund = self.env["pos.order"].browse(order.refund()["res_id"])
        refund.lines.filtered(lambda line: line.product_id == self.product_a).qty = -1
        refund.lines.filtered(lambda line: line.product_id == self.product_b).unlink()
        refund.lines._onchange_amount_line_all()
        refund._compute_prices()
        self.settle(refund, self.cash)
        remote = self.arrived(refund, "RefundReceipt")
        self.assert_alike(refund, remote)
        sums = {"card": dec(f"{order.amount_paid:.2f}"), "cash": dec(f"{refund.amount_paid:.2f}")}
        self.assertEqual(self.deposits(before), sums)

    def test_several_methods(self):
        """The receipt names where most of the money went; an entry moves the rest."""
        before = self.balances()
        order = self.draft()
        total = order.amount_total
        self.settle(order, (self.cash, 20), (self.amex, 10.5), self.card)
        remote = self.arrived(order)
        self.assert_alike(order, remote)
        self.assertEqual(remote["DepositToAccountRef"]["value"], self.account.remote_id)
        entry = self.arrived(order, "JournalEntry")
        self.assertEqual(
            self.moved(entry),
            {
                self.account.remote_id: dec("-30.50"),
                self.cash_account.remote_id: dec("20.00"),
                self.other_account.remote_id: dec("10.50"),
            },
        )
        rest = dec(f"{total:.2f}") - dec("30.50")
        wanted = {"card": rest, "cash": dec(20), "other": dec("10.50")}
        self.assertEqual(self.deposits(before), wanted)
        self.assertFalse(self.simulator.control.problems())
        writes = len(self.writes())
        self.close()
        self.assert_unchanged(writes)
        self.assertEqual(self.deposits(before), wanted)

    def test_several_methods_given_back(self):
        before = self.balances()
        order = self.sell((self.cash, 20), self.card)
        self.arrived(order)
        refund = self.give_order_back(order, (self.cash, -20), self.card)
        self.arrived(refund, "RefundReceipt")
        entry = self.arrived(refund, "JournalEntry")
        self.assertEqual(self.moved(entry)[self.cash_account.remote_id], dec(-20))
        self.assertFalse(self.deposits(before))

    def test_several_methods_of_one_account(self):
        """No entry is needed."""
        mapping = self.env["quickbooks.mapping"]._require(
            self.connection, "deposit_account", self.cash_journal
        )
        mapping.reference_id = self.account
        order = self.sell((self.cash, 20), self.card)
        self.arrived(order)
        self.assertFalse(self.link(order, "JournalEntry"))

    def test_several_methods_want_a_mapping(self):
        """Undeposited funds have no account that an entry could name."""
        mapping = self.env["quickbooks.mapping"]._require(
            self.connection, "deposit_account", self.cash_journal
        )
        mapping.reference_id = False
        plain = self.sell(self.cash)
        self.assertTrue(self.arrived(plain)["DepositToAccountRef"]["value"])
        order = self.sell((self.cash, 20), self.card)
        self.run_worker()
        self.assertEqual(self.link(order).state, "held")
        self.assertIn("Till", self.link(order).error_text)
        mapping.reference_id = self.cash_account
        self.arrived(order)
        self.arrived(order, "JournalEntry")

    def test_on_account_wants_an_invoice(self):
        order = self.sell(self.later, partner_id=self.buyer.id)
        self.run_worker()
        link = self.link(order)
        self.assertEqual(link.state, "held")
        self.assertIn("Invoice the order", link.error_text)
        self.assertIn(link.activity_id, order.session_id.activity_ids)
        order.action_pos_order_invoice()
        self.commit()
        self.run_worker()
        move = order.account_move
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertFalse(self.link(order))
        self.assertFalse(order.session_id.activity_ids)
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(dec(remote["Balance"]), dec(f"{order.amount_total:.2f}"))

    def test_switched_on_later(self):
        """The scan takes up what was sold since the cut-off."""
        self.connection.pos_policy = "none"
        order = self.sell()
        writes = len(self.writes())
        self.assert_unchanged(writes)
        self.connection.pos_policy = "receipt"
        self.assert_alike(order, self.arrived(order))

    def test_before_the_cutoff(self):
        self.connection.cutoff_date = "2099-01-01"
        order, writes = self.sell(), len(self.writes())
        self.assert_unchanged(writes)
        self.assertFalse(self.link(order))

    def test_a_lost_answer_makes_no_second_receipt(self):
        self.arrived(self.sell())
        for kind in ("drop_before", "drop_after"):
            for path in ("/salesreceipt$", "/journalentry$"):
                with self.subTest(kind=kind, path=path):
                    self.simulator.control.faults.clear()
                    self.simulator.control.faults.add(kind, path=path, count=1)
                    order = self.sell((self.cash, 20), self.card)
                    self.recover()
                    for entity in ("SalesReceipt", "JournalEntry"):
                        mark = f"/pos.order/{order.id}]"
                        found = [
                            row
                            for row in self.remote(entity).values()
                            if mark in row.get("PrivateNote", "")
                        ]
                        self.assertEqual(len(found), 1, (kind, entity))

    def test_settings_show_it(self):
        self.assertTrue(self.connection.has_pos)
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.qbo_has_pos)
        settings.qbo_pos_policy = "none"
        settings.execute()
        self.assertEqual(self.connection.pos_policy, "none")

    def test_a_cashier_may_sell(self):
        """Without any right to QuickBooks' tables."""
        groups = self.env.ref("base.group_user") | self.env.ref("point_of_sale.group_pos_user")
        user = self.env["res.users"].create(
            {
                "name": "Cashier",
                "login": "cashier",
                "company_id": self.company.id,
                "company_ids": [Command.set(self.company.ids)],
                "group_ids": [Command.set(groups.ids)],
            }
        )
        self.assertTrue(self.session)
        order = self.ring_up(20, 20, [self.line(self.product_b, 1, 20)], user)
        self.assert_alike(order, self.arrived(order))
