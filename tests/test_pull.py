"""The receiving worker: what it reads, what it leaves alone, and what becomes of trouble."""

import random
from datetime import timedelta
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from ..qbo import cdc
from ..qbo.money import dec
from .test_payment_back import PaymentsBack


class Announced(PaymentsBack):
    """Notifications as the route stores them, taken from the simulator's own queue."""

    def setUp(self):
        super().setUp()
        self.hooks = self.control.webhooks
        self.hooks.paused = True
        self.hooks.subscribe("http://127.0.0.1:1/nobody")
        self.addCleanup(self.hooks.subscribe, "")
        self.taken()
        self.channel = self.connection.sudo()._channel("pull")
        self.no_asking()

    def no_asking(self):
        """Only what is announced is seen from here on."""
        self.channel.swept_at = fields.Datetime.now() + timedelta(days=1)

    def taken(self):
        """The notifications since the last time, as raw bodies."""
        self.hooks._collect()
        bodies = [item["body"] for queue in self.hooks._queues.values() for item in queue]
        self.hooks._queues.clear()
        return bodies

    def announce(self, lose=0.0, twice=0.0, chance=None):
        """Deliver what happened, like the route: some lost, some twice, in any order."""
        chance = chance or random.Random(0)
        vault, webhook = self.env["quickbooks.vault"], self.env["quickbooks.webhook"].sudo()
        credential = self.env["quickbooks.credential"]._of(self.connection)
        if not credential.verifier:
            credential.verifier = vault._encrypt("token")
        from ..qbo.webhook import signature

        bodies = [body for body in self.taken() if chance.random() >= lose]
        bodies += [body for body in bodies if chance.random() < twice]
        chance.shuffle(bodies)
        for body in bodies:
            self.assertEqual(webhook._receive(body, signature(body, "token")), 200)
        self.commit()

    def reads(self):
        return self.control.counters()["reads"]


@tagged("post_install", "-at_install")
class TestPull(Announced):
    def test_announced_payment_is_applied_with_few_reads(self):
        (move,) = self.invoices(100)
        self.announce()
        self.run_pull()
        remote = self.pay_there((move, 40))
        self.control.clear_log()
        self.announce()
        self.run_pull()
        self.assertTrue(self.payment(remote))
        self.assert_alike(move)
        # the payment, its invoice and its customer changed: one query for each of them
        self.assertLessEqual(self.reads(), 3)

    def test_own_writes_come_back_without_a_read(self):
        moves = self.invoices(10, 20, 30, 40)
        self.register(moves[0], 5)
        self.run_worker()
        self.announce()
        self.control.clear_log()
        self.run_pull()
        events = self.env["quickbooks.event"].search([("source", "=", "webhook")])
        own = events.filtered(lambda e: e.remote_type in ("Payment",))
        self.assertTrue(own)
        self.assertEqual(set(own.mapped("state")), {"skipped"})
        calls = [call for call in self.control.log() if "payment" in call.path.lower()]
        self.assertFalse(calls)
        self.assert_alike(*moves)

    def register(self, move, amount):
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": "2026-03-20", "amount": amount})
        )
        payment = wizard._create_payments()
        self.commit()
        return payment

    def test_lost_notifications_are_found_by_asking(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 40))
        self.taken()  # lost
        self.run_pull()
        self.assertFalse(self.payment(remote))
        self.ask()
        self.assertTrue(self.payment(remote))
        self.assert_alike(move)

    def test_many_events_of_one_object_are_one_look(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 40))
        for amount in (30, 20, 10):
            self.change_there(remote["Id"], TotalAmt=amount, Line=[])
        self.announce()
        self.run_pull()
        events = self.env["quickbooks.event"].search(
            [("remote_type", "=", "Payment"), ("remote_id", "=", remote["Id"])]
        )
        self.assertGreaterEqual(len(events), 4)
        self.assertEqual(events.filtered(lambda e: e.state == "done"), events[0])
        self.assertEqual(self.payment(remote).amount, 10)

    def test_one_in_trouble_does_not_stop_the_others(self):
        one, two = self.invoices(100, 100)
        bad, good = self.pay_there((one, 40)), self.pay_there((two, 40))
        handler = type(self.env["quickbooks.inbound.payment"])
        original = handler._apply

        def apply(model, ctx, remote):
            if remote.id == bad["Id"]:
                raise RuntimeError("a bug")
            return original(model, ctx, remote)

        self.announce()
        with (
            patch.object(handler, "_apply", apply),
            self.assertLogs("odoo.addons.quickbooks_online.sync.inbound.pull", "ERROR"),
        ):
            self.run_pull()
        self.assertTrue(self.payment(good))
        self.assertFalse(self.payment(bad))
        self.assertIn("a bug", self.event_of(bad["Id"]).reason)
        self.skip_waiting()
        self.run_pull()
        self.assertTrue(self.payment(bad), "tried again later")
        self.assert_alike(one, two)

    def test_our_payment_whose_answer_is_lost_is_not_doubled(self):
        """QuickBooks has it and announces it before we know."""
        (move,) = self.invoices(100)
        self.control.faults.add("drop_after", path="/payment$", count=1)
        payment = self.register(move, 60)
        self.run_worker()
        self.announce()
        self.run_pull()
        payments = self.env["account.payment"].search([("partner_id", "=", move.partner_id.id)])
        self.assertEqual(payments, payment)
        for _time in range(4):
            self.sync()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        payments = self.env["account.payment"].search([("partner_id", "=", move.partner_id.id)])
        self.assertEqual(payments, payment)
        self.assert_alike(move)

    def test_trouble_of_the_line_loses_nothing(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 40))
        for kind, more in (
            ("status", {"code": 503}),
            ("status", {"code": 429}),
            ("truncate", {}),
            ("drop_before", {}),
        ):
            self.control.faults.add(kind, operation="query", count=1, **more)
            self.announce()
            self.run_pull_once()
            self.assertFalse(self.payment(remote), kind)
            self.control.faults.clear()
            self.skip_waiting()
        self.run_pull()
        self.assertTrue(self.payment(remote))
        self.assert_alike(move)

    def test_an_expired_token_is_renewed(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 40))
        self.control.expire_token()
        self.announce()
        self.run_pull()
        self.run_pull()
        self.assertTrue(self.payment(remote))

    def test_deleted_while_nobody_listened(self):
        """QuickBooks tells of deletions for 30 days; after that what is linked is looked for."""
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 40))
        self.ask()
        self.delete_there(remote["Id"])
        self.channel.cdc_cursor = fields.Datetime.now() - timedelta(days=40)
        self.control.clear_log()
        self.ask()
        self.assertFalse([call for call in self.control.log() if call.path.endswith("/cdc")])
        self.assertEqual(self.payment(remote).state, "canceled")
        self.assert_alike(move)
        self.assertGreater(self.channel.cdc_cursor, fields.Datetime.now() - timedelta(hours=1))

    def test_too_many_changes_for_one_answer(self):
        """A full answer is asked for again in parts; none is lost."""
        moves = self.invoices(*([10] * 6))
        remotes = [self.pay_there((move, 4)) for move in moves]
        with patch.object(cdc, "MAX_OBJECTS", 5):
            self.ask()
        self.assertTrue(all(self.payment(remote) for remote in remotes))
        self.assert_alike(*moves)

    def test_the_cursor_moves_only_when_all_was_read(self):
        self.ask()
        cursor = self.channel.cdc_cursor
        self.assertTrue(cursor)
        self.control.faults.add("status", operation="cdc", code=503, count=1)
        self.channel.swept_at = False
        self.run_pull()
        self.assertEqual(self.channel.cdc_cursor, cursor)

    def test_asked_only_when_it_is_time(self):
        self.ask()
        self.control.clear_log()
        self.run_pull()
        self.assertFalse(self.control.log())
        self.channel.swept_at = fields.Datetime.now() - timedelta(minutes=16)
        self.run_pull()
        self.assertTrue(self.control.log())

    def test_silence_is_told_once(self):
        (move,) = self.invoices(100)
        self.announce()
        self.run_pull()
        self.ask()
        self.assertFalse(self.silence(), "all was announced")
        hour_ago = fields.Datetime.now() - timedelta(hours=2)
        self.env["quickbooks.event"].flush_model()
        self.env.cr.execute("UPDATE quickbooks_event SET create_date = %s", [hour_ago])
        self.channel.webhook_at = hour_ago
        self.env.invalidate_all()
        self.control.move_clock(seconds=-1800)
        self.pay_there((move, 4))
        self.control.move_clock(seconds=1800)
        self.taken()  # lost
        self.channel.cdc_cursor = hour_ago
        self.ask()
        self.assertEqual(len(self.silence()), 1)
        self.channel.cdc_cursor = hour_ago
        self.ask()
        self.assertEqual(len(self.silence()), 1)

    def test_the_notice_of_silence_goes_when_it_speaks_again(self):
        self.test_silence_is_told_once()
        self.assertTrue(self.connection.is_silent)
        (move,) = self.invoices(100)
        self.taken()  # lost as well
        self.no_asking()
        self.run_pull()
        self.assertTrue(self.silence(), "nothing was heard")
        self.pay_there((move, 4))
        self.announce()
        self.run_pull()
        self.assertFalse(self.silence())
        self.connection.invalidate_recordset(["is_silent", "announced_at"])
        self.assertFalse(self.connection.is_silent)
        self.assertTrue(self.connection.announced_at)

    def test_who_never_announced_is_not_silent(self):
        """Without webhooks set up, asking is all there is."""
        (move,) = self.invoices(100)
        self.taken()
        self.control.move_clock(seconds=-1800)
        self.pay_there((move, 4))
        self.control.move_clock(seconds=1800)
        self.taken()
        self.channel.cdc_cursor = fields.Datetime.now() - timedelta(hours=2)
        self.ask()
        self.assertFalse(self.silence())

    def silence(self):
        kind = self.env.ref("quickbooks_online.mail_activity_type_silence")
        return self.connection.activity_ids.filtered(lambda a: a.activity_type_id == kind)

    def test_stage_off_applies_nothing_and_loses_nothing(self):
        (move,) = self.invoices(100)
        remote = self.pay_there((move, 40))
        self.connection.action_disable()
        self.announce()
        self.run_pull()
        self.assertFalse(self.payment(remote))
        self.connection.action_enable()
        self.run_pull()
        self.assertTrue(self.payment(remote))

    def test_a_balance_nobody_can_explain_is_shown(self):
        """Credits of QuickBooks that Odoo does not have."""
        (move,) = self.invoices(100)
        customer = self.customer_of(move.partner_id)
        memo = self.control.change(
            "CreditMemo",
            {
                "CustomerRef": customer,
                "Line": [
                    {
                        "Amount": 30,
                        "DetailType": "SalesItemLineDetail",
                        "SalesItemLineDetail": {
                            "ItemRef": {"value": self.binding(self.product_a, "Item").remote_id}
                        },
                    }
                ],
            },
        )
        amount = dec(memo["TotalAmt"])
        links = (("Invoice", self.remote_id(move)), ("CreditMemo", memo["Id"]))
        self.pay_there(
            total=0,
            CustomerRef=customer,
            Line=[
                {"Amount": str(amount), "LinkedTxn": [{"TxnId": ident, "TxnType": kind}]}
                for kind, ident in links
            ],
        )
        self.announce()
        for _time in range(3):
            self.skip_waiting()
            self.run_pull()
        self.assertEqual(move.qbo_state, "mismatch")
        self.assertIn("Open in QuickBooks", move.qbo_error)
        self.assertEqual(move.amount_residual, move.amount_total)


@tagged("post_install", "-at_install")
class TestBothSides(Announced):
    """Random payments, edits, voids and applications on both sides; notifications lost, doubled
    and out of order. In the end what is open is equal, for every invoice."""

    STEPS = 30

    def setUp(self):
        super().setUp()
        self.here, self.there = [], []

    def test_seeds(self):
        for seed in (1, 2):
            self.chance = random.Random(seed)
            self.moves = self.invoices(100, 80, 60, 40)
            self.here, self.there, self.spent = [], [], {move: {} for move in self.moves}
            for _step in range(self.STEPS):
                self.step()
            self.settle_down()
            self.assert_alike(*self.moves)
            self.assertFalse(self.control.problems(), seed)
            applied = [m.amount_total - m.amount_residual for m in self.moves]
            self.assertTrue(any(applied), "something was paid at all")

    def step(self):
        choices = [
            self.pay_here,
            self.pay_in_quickbooks,
            self.edit_in_quickbooks,
            self.void_somewhere,
            self.take_off_here,
            self.work,
            self.work,
        ]
        self.chance.choice(choices)()

    def room(self, move):
        """What may still be paid, whoever pays it."""
        total = dec(f"{move.amount_total:.2f}") - sum(self.spent[move].values(), dec(0))
        return max(total, dec(0))

    def amount(self, move):
        room = int(self.room(move))
        return self.chance.randint(1, min(room, 30)) if room >= 1 else 0

    def pay_here(self):
        move = self.chance.choice(self.moves)
        amount = self.amount(move)
        if not amount or not move.amount_residual:
            return
        wizard = (
            self.env["account.payment.register"]
            .with_context(active_model="account.move", active_ids=move.ids)
            .create({"payment_date": "2026-03-20", "amount": amount})
        )
        payment = wizard._create_payments()
        self.commit()
        self.spent[move][payment] = dec(amount)
        self.here.append(payment)

    def pay_in_quickbooks(self):
        pairs = []
        for move in self.chance.sample(self.moves, self.chance.randint(1, 2)):
            amount = self.amount(move)
            if amount and amount <= dec(self.remote_of(move, "Invoice")["Balance"]):
                pairs.append((move, amount))
        if not pairs:
            return
        extra = self.chance.choice((0, 0, 7))
        remote = self.pay_there(*pairs, total=sum(a for _m, a in pairs) + extra)
        for move, amount in pairs:
            self.spent[move][remote["Id"]] = dec(amount)
        self.there.append(remote["Id"])

    def edit_in_quickbooks(self):
        """Less of it, or applied to another invoice."""
        if not self.there:
            return
        ident = self.chance.choice(self.there)
        for spent in self.spent.values():
            spent.pop(ident, None)
        move = self.chance.choice(self.moves)
        amount = self.amount(move)
        body = self.remote("Payment")[ident]
        balance = dec(self.remote_of(move, "Invoice")["Balance"])
        amount = min(amount, int(dec(body["TotalAmt"])), int(balance))
        lines = []
        if amount:
            link = {"TxnId": self.remote_id(move), "TxnType": "Invoice"}
            lines = [{"Amount": amount, "LinkedTxn": [link]}]
            self.spent[move][ident] = dec(amount)
        self.change_there(ident, Line=lines)

    def void_somewhere(self):
        if self.there and self.chance.random() < 0.6:
            ident = self.there.pop(self.chance.randrange(len(self.there)))
            self.chance.choice((self.void_there, self.delete_there))(ident)
            owner = ident
        elif self.here:
            owner = self.here.pop(self.chance.randrange(len(self.here)))
            if owner.state in ("in_process", "paid"):
                owner.action_cancel()
                self.commit()
        else:
            return
        for spent in self.spent.values():
            spent.pop(owner, None)

    def take_off_here(self):
        """An accountant un-applies a payment of Odoo in QuickBooks."""
        payment = self.chance.choice(self.here) if self.here else None
        ident = payment and self.binding(payment, "Payment").remote_id
        if not ident or payment.qbo_state != "synced":
            return
        self.change_there(ident, Line=[])
        for spent in self.spent.values():
            spent.pop(payment, None)

    def work(self):
        """Some of the notifications arrive, and one of the workers runs, or both."""
        self.announce(lose=0.3, twice=0.3, chance=self.chance)
        self.skip_waiting()
        self.no_asking()
        if self.chance.random() < 0.6:
            self.run_worker()
        if self.chance.random() < 0.6:
            self.run_pull()

    def settle_down(self):
        for _time in range(4):
            self.announce(lose=0.5, twice=0.5, chance=self.chance)
            self.sync()
        conflicts = self.env["quickbooks.binding"].search([("state", "=", "conflict")])
        conflicts.action_send_again()
        for _time in range(3):
            self.sync()
