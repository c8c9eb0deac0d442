"""What QuickBooks cannot void is deleted: once, also when the line breaks, and made anew when the
record is confirmed again."""

from unittest.mock import patch

from odoo.tests import tagged

from ..sync.adapters.documents import QuickbooksDocumentsAdapter
from .common import QuickbooksCommon


@tagged("post_install", "-at_install")
class TestDelete(QuickbooksCommon):
    """Invoices stand in for entities without a void: QuickBooks deletes them as well."""

    def setUp(self):
        super().setUp()
        removal = patch.object(QuickbooksDocumentsAdapter, "_removal", lambda self: "delete")
        self.startPatcher(removal)
        self.moves = self.env["account.move"]

    def sent(self, count=1):
        for _number in range(count):
            self.moves |= self.invoice()
        self.run_worker()
        self.assertEqual(set(self.moves.mapped("qbo_state")), {"synced"})
        self.ids = {move: self.binding(move, "Invoice").remote_id for move in self.moves}
        self.simulator.control.clear_log()
        return self.moves

    def cancel(self, moves):
        moves.button_draft()
        moves.button_cancel()
        self.commit()

    def assert_deleted(self, moves):
        remote = self.remote("Invoice")
        for move in moves:
            binding = self.binding(move, "Invoice")
            self.assertNotIn(self.ids[move], remote)
            self.assertEqual((move.qbo_state, binding.remote_id), ("voided", False))
        open_ones = self.env["quickbooks.operation"].search(
            [("state", "not in", ("done", "superseded"))]
        )
        self.assertFalse(open_ones)

    def deletions(self):
        return [call for call in self.writes() if '"delete"' in call.body or "delete" in call.path]

    def test_single(self):
        move = self.sent()
        self.cancel(move)
        self.run_worker()
        self.assert_deleted(move)
        notes = self.env["quickbooks.log"].search(
            [("binding_id", "=", self.binding(move, "Invoice").id)]
        )
        self.assertIn(f"(Invoice {self.ids[move]})", notes[:1].message)

    def test_batch(self):
        moves = self.sent(4)
        self.cancel(moves)
        self.run_worker()
        self.assert_deleted(moves)
        self.assertEqual(len(self.writes()), 1)

    def test_nothing_more_is_done_about_it(self):
        move = self.sent()
        self.cancel(move)
        self.run_worker()
        self.simulator.control.clear_log()
        move.ref = "changed afterwards"
        self.env["quickbooks.capture"]._mark(move, "test")
        self.commit()
        self.run_worker()
        self.assertEqual(self.writes(), [])
        self.assert_deleted(move)

    def test_confirmed_again_is_a_new_one(self):
        move = self.sent()
        self.cancel(move)
        self.run_worker()
        move.button_draft()
        move.action_post()
        self.commit()
        self.run_worker()
        binding = self.binding(move, "Invoice")
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertNotEqual(binding.remote_id, self.ids[move])
        self.assertFalse(binding.voided)
        self.assertIn(binding.remote_id, self.remote("Invoice"))

    def test_lost_answers(self):
        """Whatever happens to the request, the object is gone and the link says so."""
        for count in (1, 4):
            for kind, options in (
                ("drop_before", {}),
                ("drop_after", {}),
                ("truncate", {}),
                ("status", {"status": 503}),
                ("fault", {"code": "10000", "detail": "An application error has occurred"}),
            ):
                with self.subTest(kind=kind, count=count):
                    self.moves = self.env["account.move"]
                    moves = self.sent(count)
                    self.simulator.control.faults.clear()
                    self.simulator.control.faults.add(kind, path="/(invoice|batch)$", **options)
                    self.cancel(moves)
                    self.run_worker()
                    self.recover()
                    self.assert_deleted(moves)

    def test_forgotten_requestid(self):
        """QuickBooks executed it, answered nothing and does not know the request any more: the
        repeat is refused with 610, and the object is looked for by its id."""
        move = self.sent()
        faults = self.simulator.control.faults
        faults.add("drop_after", path="/invoice$")
        self.cancel(move)
        self.run_worker()
        faults.add("forget", path="/invoice$", count=None)
        self.recover()
        self.assert_deleted(move)

    def test_deleted_there_before(self):
        move = self.sent()
        self.simulator.control.change(
            "Invoice", {"Id": self.ids[move], "SyncToken": "0"}, operation="delete"
        )
        self.cancel(move)
        self.run_worker()
        self.recover()
        self.assert_deleted(move)

    def test_confirmed_again_while_the_answer_is_lost(self):
        move = self.sent()
        self.simulator.control.faults.add("drop_after", path="/invoice$")
        self.cancel(move)
        self.run_worker()
        move.button_draft()
        move.action_post()
        self.commit()
        self.recover()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        ours = [row for row in self.remote("Invoice").values() if row["DocNumber"] == move.name]
        self.assertEqual([row["Id"] for row in ours], [self.binding(move, "Invoice").remote_id])

    def test_changed_there_is_for_a_person(self):
        """What somebody changed in QuickBooks is not deleted unseen, only when he says so."""
        move = self.sent()
        body = self.remote("Invoice")[self.ids[move]]
        self.simulator.control.change(
            "Invoice", {**body, "PrivateNote": "Do not touch", "sparse": True}
        )
        self.cancel(move)
        self.run_worker()
        self.recover()
        self.assertEqual(move.qbo_state, "conflict")
        self.assertIn(self.ids[move], self.remote("Invoice"))
        self.binding(move, "Invoice").action_send_again()
        self.recover()
        self.assert_deleted(move)
