"""QuickBooks refuses to say what has become of one object, or says something that is no answer.

That is not "it was deleted", and it concerns no other object."""

from unittest.mock import patch

from odoo.tests import tagged

from ..qbo.http.client import Client
from ..qbo.http.exceptions import WireMalformed
from .common import QuickbooksCommon
from .test_pull import Announced

#: "you don't have permission" of this user: deterministic (FACTS 3.3)
FORBIDDEN_HERE = "5020"
FOR_NOW = "6000"


@tagged("post_install", "-at_install")
class TestRefusedQuestions(QuickbooksCommon):
    def stale_invoice(self):
        """Changed on both sides, so that ours is refused as stale and theirs is read."""
        move = self.synced_invoice()
        self.faults = self.simulator.control.faults
        self.faults.add("stale", path="/invoice$")
        move.ref = "changed here"
        return move

    def refuse_reading(self, code, **options):
        self.faults.add("fault", method="GET", path=r"/invoice/\d+$", code=code, **options)

    def test_a_refused_read_is_not_a_deletion(self):
        move = self.stale_invoice()
        self.refuse_reading(FORBIDDEN_HERE, count=None)
        self.run_worker()
        self.assertEqual(move.qbo_state, "error")
        self.assertIn("did not say", move.qbo_error)
        operation = self.operation(move)
        self.assertEqual((operation.fault_code, operation.state), (FORBIDDEN_HERE, "failed"))
        self.assertTrue(operation.intuit_tid)
        self.faults.clear()
        operation.action_retry()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertEqual(self.remote_of(move, "Invoice")["DocNumber"], move.name)

    def test_no_other_record_waits_for_it(self):
        move = self.stale_invoice()
        self.refuse_reading(FORBIDDEN_HERE, count=None)
        other = self.invoice()
        self.run_worker()
        self.assertEqual(other.qbo_state, "synced", other.qbo_error)
        self.assertEqual(move.qbo_state, "error")
        self.assertFalse(self.connection.sudo()._channel().pause_reason)

    def test_refused_for_now_is_asked_again(self):
        move = self.stale_invoice()
        self.refuse_reading(FOR_NOW)
        self.run_worker()
        self.assertEqual(self.operation(move).state, "lookup")
        self.skip_waiting()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)

    def test_an_answer_that_is_none(self):
        """HTTP 200 and JSON, but not the object."""
        move = self.stale_invoice()
        with patch.object(Client, "read", side_effect=WireMalformed("no Invoice")):
            self.run_worker()
        self.assertEqual(self.operation(move).state, "lookup")
        self.skip_waiting()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)

    def test_deleted_is_still_deleted(self):
        move = self.stale_invoice()
        self.refuse_reading("610")
        self.run_worker()
        self.assertEqual(move.qbo_state, "gone")

    def test_a_refused_search_for_a_lost_request(self):
        """Its documents are not sent again before somebody knows; other documents go out."""
        self.faults = self.simulator.control.faults
        self.synced_invoice()
        self.faults.add("drop_after", path="/invoice$", count=None)
        lost = self.invoice()
        self.run_worker()
        self.faults.clear()
        self.assertEqual(self.operation(lost).state, "unknown")
        self.faults.add("fault", path="/query$", code="4000", count=None)
        envelope = self.operation(lost).sudo().envelope_id
        self.env["quickbooks.settle"]._give_up_replaying(envelope)
        other = self.invoice()
        for _round in range(2):
            self.skip_waiting()
            self.run_worker()
        self.assertEqual(other.qbo_state, "synced", other.qbo_error)
        self.assertEqual(self.operation(lost).state, "failed")
        self.faults.clear()
        self.operation(lost).action_retry()
        self.run_worker()
        self.recover()
        self.assertEqual(lost.qbo_state, "synced", lost.qbo_error)
        numbers = [row["DocNumber"] for row in self.remote("Invoice").values()]
        self.assertEqual(numbers.count(lost.name), 1)


@tagged("post_install", "-at_install")
class TestRefusedReads(Announced):
    def test_a_refused_read_is_no_deletion_and_stops_nothing(self):
        one, two = self.invoices(100, 50)
        self.announce()
        self.run_pull()
        faults = self.control.faults
        pull = type(self.env["quickbooks.pull"])
        paid = self.pay_there((two, 50))
        bound = self.binding(one, "Invoice")
        there = self.remote_of(one, "Invoice")
        self.control.change("Invoice", {**there, "PrivateNote": "seen"})
        faults.add("fault", method="GET", path=f"/invoice/{bound.remote_id}$", code=FORBIDDEN_HERE)
        self.announce()
        with patch.object(pull, "_is_doubtful", staticmethod(lambda look: True)):
            self.run_pull()
        self.assertEqual(one.qbo_state, "synced", one.qbo_error)
        event = self.env["quickbooks.event"].search(
            [("remote_type", "=", "Invoice"), ("remote_id", "=", bound.remote_id)],
            order="id desc",
            limit=1,
        )
        self.assertIn("does not let this be read", event.reason or "")
        self.assertTrue(self.payment(paid), "others are applied")
        self.assert_alike(two)
