"""Money of a session is in QuickBooks once: as receipts, or as payments of invoices."""

from odoo.tests import tagged

from ..qbo.money import dec
from .pos_common import PosCase


@tagged("post_install", "-at_install")
class TestPosSession(PosCase):
    def invoiced(self, order, *payments):
        order.to_invoice = True
        self.settle(order, *payments)
        self.assertTrue(order.account_move)
        return order.account_move

    def assert_paid(self, move):
        """The invoice is there, and paid there as here."""
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertEqual(move.amount_residual, 0)
        self.assert_paid_alike(move)

    def payments_of(self, order):
        return [
            self.remote_of(payment, "Payment")
            for payment in order.payment_ids.sorted("id")
            if self.binding(payment, "Payment")
        ]

    def test_closing_doubles_nothing(self):
        """Cash, cards, cards of known customers, a refund: the session's own entries stay."""
        before = self.balances()
        orders = [
            self.sell(self.cash),
            self.sell(self.card),
            self.sell(self.card, partner_id=self.buyer.id),
            self.sell(self.named, partner_id=self.buyer.id),
            self.sell((self.cash, 15), self.card),
        ]
        refund = self.give_order_back(orders[0], self.cash)
        for order in orders:
            self.arrived(order)
        self.arrived(refund, "RefundReceipt")
        writes, deposits = len(self.writes()), self.deposits(before)
        session = self.close()
        money = self.env["account.payment"].search([("pos_session_id", "=", session.id)])
        lines = session.statement_line_ids
        self.assertTrue(money and lines)
        self.assert_unchanged(writes)
        self.assertFalse(self.ours("Payment") + self.ours("Purchase"))
        states = {*money.mapped("qbo_state"), *lines.mapped("qbo_state")}
        self.assertEqual(states, {"none"})
        self.assertEqual(self.deposits(before), deposits)
        self.assertEqual(sum(deposits.values()), dec(f"{sum(self.ledger_of(session)):.2f}"))

    def ledger_of(self, session):
        """What the orders of a session brought in."""
        return session.order_ids.mapped("amount_paid")

    def test_the_scan_leaves_it_as_well(self):
        self.arrived(self.sell(self.named, partner_id=self.buyer.id))
        self.arrived(self.sell(self.cash))
        session, writes = self.close(), len(self.writes())
        self.env["quickbooks.change"].sudo().search([]).unlink()
        self.connection._wake(scan=True)
        self.assert_unchanged(writes)
        money = self.env["account.payment"].search([("pos_session_id", "=", session.id)])
        for record in (*money, *session.statement_line_ids):
            self.assertEqual(record.qbo_state, "none")
            _ready, sentences = record._qbo_split_sendable()
            self.assertIn(session.name, sentences[0])

    def test_also_when_orders_stay_in_odoo(self):
        """Then neither they nor their money go."""
        self.connection.pos_policy = "none"
        self.sell(self.named, partner_id=self.buyer.id)
        self.sell(self.cash)
        writes = len(self.writes())
        self.close()
        self.assert_unchanged(writes)

    def test_cash_put_in_that_pays_an_invoice_goes(self):
        """Only what the closing posts is left out."""
        move = self.synced_invoice()
        self.sell(self.cash)
        self.session.try_cash_in_out(
            "in", move.amount_total, "old bill", False, {"translatedType": "in"}
        )
        line = self.session.statement_line_ids
        suspense = line._seek_for_lines()[1]
        term = move.line_ids.filtered(lambda each: each.display_type == "payment_term")
        suspense.write({"account_id": term.account_id.id, "partner_id": move.partner_id.id})
        (suspense | term).reconcile()
        self.commit()
        self.run_worker()
        self.assertEqual(line.qbo_state, "synced", line.qbo_error)
        self.assert_paid_alike(move)
        self.close()
        self.run_worker()
        self.assertEqual(len(self.ours("Payment")), 1)

    # -- invoiced orders -----------------------------------------------------------------------

    def test_invoiced_at_the_till(self):
        before = self.balances()
        order = self.draft(partner_id=self.buyer.id)
        move = self.invoiced(order, self.card)
        self.assert_paid(move)
        self.assertFalse(self.link(order))
        (payment,) = self.payments_of(order)
        self.assertEqual(dec(payment["TotalAmt"]), dec(f"{order.amount_paid:.2f}"))
        self.assertEqual(payment["DepositToAccountRef"]["value"], self.account.remote_id)
        self.assertEqual(payment["PaymentMethodRef"]["value"], self.method.remote_id)
        self.assertEqual(self.deposits(before), {"card": dec(f"{order.amount_paid:.2f}")})
        (row,) = self.env["quickbooks.story"]._tell(move)["payments"]
        self.assertEqual((row["remote_id"], row["state"]), (payment["Id"], "synced"))
        writes = len(self.writes())
        self.close()
        self.assert_unchanged(writes)
        total, tax = order.amount_total, order.amount_tax
        self.assert_moved(self.before, bank=total, income=total - tax, tax=tax)

    def test_invoiced_while_orders_stay_in_odoo(self):
        self.connection.pos_policy = "none"
        order = self.draft(partner_id=self.buyer.id)
        self.assert_paid(self.invoiced(order, self.named))
        writes = len(self.writes())
        self.close()
        self.assert_unchanged(writes)

    def test_invoiced_and_paid_in_several_ways(self):
        before = self.balances()
        order = self.draft(partner_id=self.buyer.id)
        move = self.invoiced(order, (self.cash, 20), self.card)
        self.assert_paid(move)
        self.assertEqual(len(self.payments_of(order)), 2)
        rest = dec(f"{order.amount_total:.2f}") - 20
        self.assertEqual(self.deposits(before), {"cash": dec(20), "card": rest})

    def test_partly_on_account(self):
        order = self.draft(partner_id=self.buyer.id)
        move = self.invoiced(order, (self.cash, 20), self.later)
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertTrue(move.amount_residual)
        self.assert_paid_alike(move)

    def test_invoiced_while_the_session_is_open(self):
        """The receipt is void, then come the invoice and its payment."""
        before = self.balances()
        order = self.sell((self.cash, 20), self.card, partner_id=self.buyer.id)
        self.arrived(order)
        self.arrived(order, "JournalEntry")
        order.action_pos_order_invoice()
        self.commit()
        self.assert_paid(order.account_move)
        self.assertFalse(self.ours("SalesReceipt"))
        self.assertFalse(self.ours("JournalEntry"))
        self.assertEqual(self.link(order).state, "voided")
        rest = dec(f"{order.amount_total:.2f}") - 20
        self.assertEqual(self.deposits(before), {"cash": dec(20), "card": rest})

    def test_invoiced_after_the_session_was_closed(self):
        before = self.balances()
        order = self.sell(self.card, partner_id=self.buyer.id)
        self.arrived(order)
        self.close()
        self.run_worker()
        order.action_pos_order_invoice()
        self.commit()
        self.assert_paid(order.account_move)
        self.assertFalse(self.ours("SalesReceipt"))
        self.assertEqual(self.deposits(before), {"card": dec(f"{order.amount_total:.2f}")})
        total, tax = order.amount_total, order.amount_tax
        self.assert_moved(self.before, bank=total, income=total - tax, tax=tax)

    def test_the_invoice_waits_for_the_void(self):
        """A receipt that cannot be voided holds its invoice: never both."""
        order = self.sell(self.card, partner_id=self.buyer.id)
        self.arrived(order)
        self.simulator.control.faults.add("status", path="/salesreceipt$", count=1, status=500)
        order.action_pos_order_invoice()
        self.commit()
        self.run_worker()
        self.assertFalse(self.binding(order.account_move, "Invoice").remote_id)
        self.recover()
        self.assert_paid(order.account_move)
        self.assertFalse(self.ours("SalesReceipt"))

    def test_a_refund_that_is_invoiced(self):
        """Credit memo and expense, and nothing is open of either."""
        before = self.balances()
        order = self.draft(partner_id=self.buyer.id)
        self.assert_paid(self.invoiced(order, self.card))
        self.assertTrue(self.session)
        refund = self.env["pos.order"].browse(order.refund()["res_id"])
        note = self.invoiced(refund, self.card)
        self.assertEqual((note.move_type, note.amount_residual), ("out_refund", 0))
        self.run_worker()
        self.assertEqual(note.qbo_state, "synced", note.qbo_error)
        expense = self.remote_of(refund.payment_ids, "Purchase")
        self.assertEqual(dec(expense["TotalAmt"]), dec(f"{order.amount_paid:.2f}"))
        memo = self.remote_of(note, "CreditMemo")
        self.assertFalse(dec(memo.get("RemainingCredit") or memo["Balance"]))
        self.assertFalse(self.link(refund, "RefundReceipt"))
        self.assertFalse(self.deposits(before))
        self.assert_moved(self.before)
        writes = len(self.writes())
        self.close()
        self.assert_unchanged(writes)

    def test_a_cancelled_invoice_lets_its_payment_stand(self):
        """Core keeps the entry, so the money is the customer's credit on both sides."""
        order = self.draft(partner_id=self.buyer.id)
        move = self.invoiced(order, self.card)
        self.assert_paid(move)
        self.close()
        move.button_draft()
        move.button_cancel()
        self.commit()
        self.recover()
        self.assertEqual(move.qbo_state, "voided", move.qbo_error)
        (payment,) = self.payments_of(order)
        self.assertEqual(dec(payment["UnappliedAmt"]), dec(f"{order.amount_paid:.2f}"))

    def test_a_cancelled_entry_is_void(self):
        order = self.draft(partner_id=self.buyer.id)
        move = self.invoiced(order, self.card)
        self.assert_paid(move)
        entry = order.payment_ids.account_move_id
        entry.button_draft()
        entry.button_cancel()
        self.commit()
        self.run_worker()
        self.assertEqual(self.binding(order.payment_ids, "Payment").state, "voided")
        self.assert_paid_alike(move)

    def receive(self):
        channel = self.connection.sudo()._channel("pull")
        channel.write({"customers_imported": True, "swept_at": False})
        for _time in range(3):
            self.skip_waiting()
            self.run_pull()

    def test_an_invoice_deleted_there_and_sent_again(self):
        """What was paid at the till names the new one."""
        order = self.draft(partner_id=self.buyer.id)
        move = self.invoiced(order, self.card)
        self.assert_paid(move)
        self.simulator.control.switch("delete_paid", "unlink")
        body = self.remote_of(move, "Invoice")
        address = {"Id": body["Id"], "SyncToken": body["SyncToken"]}
        self.simulator.control.change("Invoice", address, operation="delete")
        self.receive()
        self.assertEqual(move.qbo_state, "gone")
        self.binding(move, "Invoice").action_send_again()
        self.run_worker()
        link = self.binding(order.payment_ids, "Payment")
        self.assertEqual(link.state, "conflict", "it was looked at, and QuickBooks let go")
        link.action_send_again()
        self.run_worker()
        self.assert_paid(move)

    def test_a_payment_edited_there_is_shown(self):
        self.receive()
        order = self.draft(partner_id=self.buyer.id)
        self.assert_paid(self.invoiced(order, self.card))
        (payment,) = self.payments_of(order)
        self.simulator.control.change(
            "Payment",
            {"Id": payment["Id"], "SyncToken": payment["SyncToken"], "sparse": True},
            operation="update",
            options="void",
        )
        self.receive()
        link = self.binding(order.payment_ids, "Payment")
        self.assertEqual(link.state, "conflict")
        self.assertIn("received at the till", link.error_text)
        link.action_send_again()
        self.assert_paid(order.account_move)
