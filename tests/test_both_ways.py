"""Payments on both sides, in any order, announced or not: in the end both books agree.

Hypothesis draws what people do on both sides and what becomes of the announcements. It draws the
same every time; a failure prints the steps, shortened, as data that can be pasted into
``test_found_before``. ``QUICKBOOKS_EXAMPLES=500`` in the environment looks at more of them, which
takes about three seconds each.
"""

import os
import random

from hypothesis import HealthCheck, Phase, currently_in_test_context, given, note, settings
from hypothesis import strategies as st

from odoo import Command
from odoo.exceptions import UserError
from odoo.tests import tagged

from ..qbo.money import dec
from .test_pull import Announced

EXAMPLES = int(os.environ.get("QUICKBOOKS_EXAMPLES", 8))
PRICES = (100, 80, 60)
ZERO = dec(0)

#: what happens, and how often compared with the rest; each step gets three numbers to choose by
ACTS = (
    *["pay_here", "pay_there", "apply_there"] * 2,
    *["apply_here", "unapply_here", "unapply_there", "lower_there"],
    *["void_there", "delete_there", "cancel_here", "grow_here", "remark_there"],
    *["announce", "send", "receive"] * 2,
    "ask",
)
STEP = st.tuples(
    st.sampled_from(ACTS),
    st.integers(0, 7),  # which invoice
    st.integers(0, 7),  # which payment, or the other invoice
    st.integers(1, 4000),  # cents, or how announcements are lost
)
STEPS = st.lists(STEP, min_size=6, max_size=18)


@tagged("post_install", "-at_install")
class TestBothWays(Announced):
    simulator_options = {"profile": "us", "seed_data": False}

    def setUp(self):
        super().setUp()
        self.moves = self.invoices(*PRICES)
        self.announce()
        self.sync()
        self.before = set(self.remote("Payment"))
        self.start = self.control.snapshot()
        self.old = self.env["account.payment"].search([])

    # -- the test ------------------------------------------------------------------------------

    @settings(
        max_examples=EXAMPLES,
        derandomize=True,
        database=None,
        deadline=None,
        suppress_health_check=list(HealthCheck),
        phases=(Phase.generate, Phase.shrink) if EXAMPLES > 100 else (Phase.generate,),
        print_blob=True,
    )
    @given(steps=STEPS, seed=st.integers(0, 999))
    def test_whatever_happens(self, steps, seed):
        self.play(steps, seed)

    def test_found_before(self):
        """What was wrong once."""
        for steps, seed in FOUND:
            self.play(steps, seed)

    def play(self, steps, seed):
        """From the same start on both sides."""
        self.control.restore(self.start)
        savepoint = self.env.cr.savepoint()
        try:
            self.chance = random.Random(seed)
            for act, one, two, number in steps:
                done = getattr(self, f"do_{act}")(one, two, number)
                self.tell(f"{act} {one} {two} {number}: {done or 'nothing to do'}")
            self.settle_down()
            self.judge()
        finally:
            self.env.cr.precommit.clear()
            savepoint.close(rollback=True)
            self.env.invalidate_all()
            self.registry.clear_cache()

    @staticmethod
    def tell(text):
        """Printed when the example fails."""
        if currently_in_test_context():
            note(text)

    # -- what there is -------------------------------------------------------------------------

    def mine(self):
        """Payments here."""
        return self.env["account.payment"].search([], order="id") - self.old

    def standing(self):
        return self.mine().filtered(lambda payment: payment.state in ("in_process", "paid"))

    def theirs(self):
        """Payments there that stand, oldest first."""
        rows = sorted(self.remote("Payment").items(), key=lambda item: int(item[0]))
        return [row for ident, row in rows if ident not in self.before and row["TotalAmt"]]

    def applied_here(self, payment):
        """{invoice: amount}"""
        found = {}
        if payment.state in ("in_process", "paid"):
            _liquidity, counterpart, _writeoff = payment._seek_for_lines()
            for partial in counterpart.matched_debit_ids:
                move = partial.debit_move_id.move_id
                amount = dec(f"{partial.debit_amount_currency:.2f}")
                found[move] = found.get(move, ZERO) + amount
        return found

    def applied_there(self, body):
        moves = {self.remote_id(move): move for move in self.moves}
        found = {}
        for line in body.get("Line") or ():
            for link in line["LinkedTxn"]:
                if link["TxnType"] == "Invoice" and link["TxnId"] in moves:
                    move = moves[link["TxnId"]]
                    found[move] = found.get(move, ZERO) + dec(line["Amount"])
        return found

    def room(self, move, without=None):
        """What may still be paid whichever side's version of a payment wins.

        Who pays one invoice twice because the sides do not know of each other yet has to be told;
        that is for people and not for this test.

        :param without: remote id of a payment that is about to change
        """
        spent = {}
        for payment in self.mine():
            key = self.binding(payment, "Payment").remote_id or payment
            spent[key] = self.applied_here(payment).get(move, ZERO)
        for body in self.theirs():
            amount = self.applied_there(body).get(move, ZERO)
            spent[body["Id"]] = max(spent.get(body["Id"], ZERO), amount)
        spent.pop(without, None)
        total = min(
            dec(f"{move.amount_total:.2f}"), dec(self.remote_of(move, "Invoice")["TotalAmt"])
        )
        return max(total - sum(spent.values(), ZERO), ZERO)

    def chosen(self, options, number):
        return options[number % len(options)] if options else None

    # -- people here ---------------------------------------------------------------------------

    def do_pay_here(self, one, _two, number):
        move = self.chosen(self.moves, one)
        amount = min(self.room(move), dec(number) / 100, dec(f"{move.amount_residual:.2f}"))
        if amount <= 0 or move.state != "posted":
            return None
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        wizard.create({"payment_date": "2026-03-20", "amount": float(amount)})._create_payments()
        self.commit()
        return f"{amount} for {move.name}"

    def do_apply_here(self, one, two, _number):
        """The rest of a payment for an open invoice."""
        move, payment = self.chosen(self.moves, one), self.chosen(self.standing(), two)
        if not payment:
            return None
        _liquidity, counterpart, _writeoff = payment._seek_for_lines()
        line = counterpart.filtered(lambda line: not line.reconciled)[:1]
        amount = min(-line.amount_residual, move.amount_residual)
        if amount <= 0 or dec(f"{amount:.2f}") > self.room(move):
            return None
        move.js_assign_outstanding_line(line.id)
        self.commit()
        return f"{amount} of {payment.name} for {move.name}"

    def do_unapply_here(self, _one, two, _number):
        payment = self.chosen(self.standing(), two)
        if not payment or not self.applied_here(payment):
            return None
        _liquidity, counterpart, _writeoff = payment._seek_for_lines()
        counterpart.remove_move_reconcile()
        self.commit()
        return payment.name

    def do_cancel_here(self, _one, two, _number):
        payment = self.chosen(self.standing(), two)
        if not payment:
            return None
        payment.action_cancel()
        self.commit()
        return payment.name

    def do_grow_here(self, one, _two, number):
        """Something is added to an invoice, and its payments are applied to it again."""
        move = self.chosen(self.moves, one)
        paid = [payment for payment in self.standing() if move in self.applied_here(payment)]
        move.button_draft()
        line = move.invoice_line_ids[:1]
        move.write(
            {
                "invoice_line_ids": [
                    Command.update(line.id, {"price_unit": line.price_unit + number % 9})
                ]
            }
        )
        move.action_post()
        for payment in paid:
            _liquidity, counterpart, _writeoff = payment._seek_for_lines()
            for open_line in counterpart.filtered(lambda line: not line.reconciled):
                if move.amount_residual:
                    move.js_assign_outstanding_line(open_line.id)
        self.commit()
        return f"{move.name} {move.amount_total}"

    # -- people there --------------------------------------------------------------------------

    def do_pay_there(self, one, two, number):
        """For one or two invoices, sometimes more than they need."""
        pairs = []
        for move in dict.fromkeys((self.chosen(self.moves, one), self.chosen(self.moves, two))):
            balance = dec(self.remote_of(move, "Invoice")["Balance"])
            amount = min(self.room(move), dec(number) / 100, balance)
            if amount > 0:
                pairs.append((move, str(amount)))
        if not pairs:
            return None
        total = sum((dec(amount) for _move, amount in pairs), ZERO) + (7 if number % 3 == 0 else 0)
        body = self.pay_there(*pairs, total=str(total))
        return f"{body['Id']}: {total} for {', '.join(move.name for move, _amount in pairs)}"

    def do_apply_there(self, one, two, number):
        """A payment is applied to this invoice only."""
        move, body = self.chosen(self.moves, one), self.chosen(self.theirs(), two)
        if not body:
            return None
        balance = dec(self.remote_of(move, "Invoice")["Balance"])
        room = min(self.room(move, without=body["Id"]), self.room(move) + dec(number) / 100)
        before = self.applied_there(body).get(move, ZERO)
        amount = min(room, balance + before, dec(body["TotalAmt"]))
        if amount <= 0:
            return None
        link = {"TxnId": self.remote_id(move), "TxnType": "Invoice"}
        self.change_there(body["Id"], Line=[{"Amount": str(amount), "LinkedTxn": [link]}])
        return f"{body['Id']}: {amount} for {move.name}"

    def do_unapply_there(self, _one, two, _number):
        body = self.chosen(self.theirs(), two)
        if not body:
            return None
        self.change_there(body["Id"], Line=[])
        return body["Id"]

    def do_lower_there(self, _one, two, number):
        """Another amount, another date; nothing of it applied any more."""
        body = self.chosen(self.theirs(), two)
        if not body:
            return None
        total = max(dec(body["TotalAmt"]) - dec(number) / 100, dec("0.01"))
        self.change_there(body["Id"], TotalAmt=str(total), Line=[], TxnDate="2026-03-24")
        return f"{body['Id']}: {total}"

    def do_void_there(self, _one, two, _number):
        body = self.chosen(self.theirs(), two)
        if body:
            self.void_there(body["Id"])
        return body and body["Id"]

    def do_delete_there(self, _one, two, _number):
        body = self.chosen(self.theirs(), two)
        if body:
            self.delete_there(body["Id"])
        return body and body["Id"]

    def do_remark_there(self, one, _two, number):
        move = self.chosen(self.moves, one)
        body = self.remote_of(move, "Invoice")
        self.control.change(
            "Invoice", {**body, "CustomerMemo": {"value": f"Remark {number}"}, "sparse": True}
        )
        return move.name

    # -- what passes between them --------------------------------------------------------------

    def do_announce(self, _one, _two, number):
        """Some are lost, some come twice, in any order."""
        self.announce(lose=number % 5 / 10, twice=number % 3 / 5, chance=self.chance)
        return "announced"

    def do_send(self, *_numbers):
        self.skip_waiting()
        self.no_asking()
        self.run_worker()
        return "sent"

    def do_receive(self, *_numbers):
        self.skip_waiting()
        self.no_asking()
        self.run_pull_once()
        return "received"

    def do_ask(self, *_numbers):
        self.ask()
        return "asked"

    # -- the end -------------------------------------------------------------------------------

    def settle_down(self):
        """Time passes, both sides are asked; people decide what is theirs to decide."""
        for _round in range(4):
            self.announce(lose=0.5, twice=0.5, chance=self.chance)
            self.sync()
            conflicts = self.env["quickbooks.binding"].search(
                [("state", "in", ("conflict", "gone")), ("error_text", "!=", False)], order="id"
            )
            for link in conflicts:
                self.decide(link)
            if not conflicts and not self.unsettled():
                break

    def decide(self, link):
        text = link.error_text
        try:
            if link.state == "conflict" and self.chance.random() < 0.5:
                link.action_accept_theirs()
                choice = "theirs"
            else:
                link.action_send_again()
                choice = "ours again"
        except UserError as error:
            link.action_send_again()
            choice = f"ours again, because {error}"
        self.commit()
        self.tell(f"{link.remote_type} {link.local_name}: {text} -> {choice}")

    def unsettled(self):
        """What waits, with its reason."""
        operations = self.env["quickbooks.operation"]
        waiting = operations.search([("state", "in", operations.OPEN_STATES)])
        events = self.env["quickbooks.event"].search([("state", "in", ("new", "held", "failed"))])
        return [
            *((op.local_name, op.state, op.problem_text) for op in waiting),
            *((f"{e.remote_type} {e.remote_id}", e.state, e.reason) for e in events),
        ]

    def judge(self):
        self.assert_alike(*self.moves)
        self.assertFalse(self.control.problems())
        self.assertEqual(self.unsettled(), [], "nothing waits")
        links = self.env["quickbooks.binding"]
        for model, records in (("account.move", self.moves), ("account.payment", self.mine())):
            links |= links.search(
                [("res_model", "=", model), ("res_id", "in", [record.id for record in records])]
            )
        wrong = links.filtered(lambda link: link.state not in ("synced", "voided"))
        self.assertFalse([(link.local_name, link.state, link.error_text) for link in wrong])
        self.judge_payments()

    def judge_payments(self):
        """Each exists once on each side, of the same amount, applied alike."""
        standing = {body["Id"]: body for body in self.theirs()}
        linked = {}
        for payment in self.standing():
            remote_id = self.binding(payment, "Payment").remote_id
            self.assertIn(remote_id, standing, f"{payment.name} is not there")
            self.assertNotIn(remote_id, linked, "two here for one there")
            linked[remote_id] = payment
        self.assertEqual(set(standing), set(linked), "not here")
        for remote_id, payment in linked.items():
            body = standing[remote_id]
            self.assertEqual(dec(f"{payment.amount:.2f}"), dec(body["TotalAmt"]))
            self.assertEqual(self.applied_here(payment), self.applied_there(body), payment.name)


#: (steps, seed) of what was wrong once
FOUND = (
    # what was changed here was not sent any more after theirs was accepted
    ([("grow_here", 2, 0, 5), ("remark_there", 2, 0, 1), ("send", 0, 0, 1)], 777),
)
