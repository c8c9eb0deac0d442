"""Bad input and trouble: the person sees what happened and what to do; other records go on;
nothing is lost or doubled."""

from unittest.mock import patch

from odoo.tests import tagged

from .common import QuickbooksCommon


@tagged("post_install", "-at_install")
class TestTrouble(QuickbooksCommon):
    def setUp(self):
        super().setUp()
        # the customer and the item are there already: one request per invoice is left
        self.first = self.synced_invoice()
        self.simulator.control.clear_log()

    @property
    def faults(self):
        return self.simulator.control.faults

    def assert_once(self, *moves):
        """Every invoice is in QuickBooks exactly once, with its amount, and nothing waits."""
        for move in moves:
            self.assertEqual(move.qbo_state, "synced", move.qbo_error)
            twins = [
                row for row in self.remote("Invoice").values() if row["DocNumber"] == move.name
            ]
            self.assertEqual(len(twins), 1, move.name)
            self.assertEqual(f"{twins[0]['TotalAmt']:.2f}", f"{move.amount_total:.2f}")
        open_ones = self.env["quickbooks.operation"].search(
            [("state", "in", ("pending", "waiting", "lookup", "prepared", "unknown"))]
        )
        self.assertFalse(open_ones)
        self.assertFalse(self.simulator.control.problems())

    # -- the line ------------------------------------------------------------------------------

    def test_passing_trouble_of_the_line(self):
        """Each fault once, on one invoice and on a batch of them: afterwards all is well."""
        cases = [
            ("drop_before", {}),
            ("drop_after", {}),
            ("truncate", {}),
            ("malformed", {}),
            ("html", {}),
            ("status", {"status": 401}),
            ("status", {"status": 429}),
            ("status", {"status": 500}),
            ("status", {"status": 503}),
            ("status", {"status": 504}),
        ]
        for count in (1, 4):
            for kind, options in cases:
                with self.subTest(kind=kind, count=count, **options):
                    self.faults.clear()
                    self.faults.add(kind, path="/(invoice|batch)$", **options)
                    moves = self.env["account.move"]
                    for _number in range(count):
                        moves |= self.invoice()
                    self.run_worker()
                    self.recover()
                    self.assert_once(*moves)

    def test_one_that_did_not_arrive_is_repeated_unchanged(self):
        self.faults.add("drop_before", path="/invoice$")
        move = self.invoice()
        self.run_worker()
        self.assertEqual(move.qbo_state, "pending")
        self.assertIn("does not execute it twice", move.qbo_error)
        envelope = self.operation(move).envelope_id
        self.assertEqual((envelope.state, envelope.sends), ("unknown", 1))
        request_id, body = envelope.request_id, envelope.body
        self.recover()
        self.assert_once(move)
        sent = [(call.requestid, call.body) for call in self.writes()]
        self.assertEqual(sent, [(request_id, body)] * 2, "the same request, twice")

    def test_one_that_did_arrive_is_found(self):
        self.faults.add("drop_after", path="/invoice$")
        move = self.invoice()
        self.run_worker()
        self.assertEqual(move.qbo_state, "pending")
        self.recover()
        self.assert_once(move)
        self.assertEqual(len(self.writes()), 1, "found, not sent again")

    def test_one_that_arrived_but_cannot_be_found_yet_is_replayed(self):
        """QuickBooks' query path lags behind its writes; the requestid bridges the gap."""
        self.faults.add("drop_after", path="/invoice$")
        move = self.invoice()
        self.run_worker()
        with patch.object(
            type(self.env["quickbooks.lookup"]), "_envelope_questions", return_value=[]
        ):
            self.recover()
        self.assert_once(move)
        self.assertEqual(len({call.requestid for call in self.writes()}), 1)
        self.assertEqual(len(self.writes()), 2)

    def test_quickbooks_down(self):
        self.faults.add("drop_before", path="/v3/", count=None)
        moves = self.invoice() | self.invoice()
        self.run_worker()
        self.assertEqual(set(moves.mapped("qbo_state")), {"pending"})
        self.faults.clear()
        self.recover()
        self.assert_once(*moves)

    def test_throttled_pauses_everything(self):
        self.faults.add("status", status=429, path="/invoice$")
        move = self.invoice()
        self.run_worker()
        channel = self.connection._channel()
        self.assertTrue(channel.paused_until)
        self.simulator.control.clear_log()
        self.run_worker()
        self.assertFalse(self.simulator.control.log(path="/v3/"), "a paused channel is silent")
        self.recover()
        self.assert_once(move)

    def test_forbidden_asks_to_reconnect(self):
        self.faults.add("status", status=403, path="/invoice$", count=None)
        move = self.invoice()
        self.run_worker()
        self.assertEqual(self.connection.state, "attention")
        self.faults.clear()
        self.assertTrue(self.authorize(self.connection).ok)
        self.recover()
        self.assert_once(move)

    def test_wrong_keys_stop_with_a_sentence(self):
        self.set_keys(self.connection, secret="changed at Intuit")
        self.env["quickbooks.credential"]._of(self.connection).access_token = False
        move = self.invoice()
        self.run_worker()
        self.assertEqual(self.connection.state, "attention")
        self.assertIn("keys", self.connection.attention_reason)
        self.assertEqual(move.qbo_state, "pending")

    # -- refusals ------------------------------------------------------------------------------

    def refused(self, code, detail="", **options):
        """An invoice that QuickBooks refuses, in a batch with one that it takes."""
        bad, good = self.invoice(), self.invoice()
        self.faults.add("fault", path="/invoice$", code=code, detail=detail, **options)
        self.run_worker()
        refused = bad if bad.qbo_state != "synced" else good
        other = (bad | good) - refused
        self.assertEqual(other.qbo_state, "synced", other.qbo_error)
        return refused

    def test_refusals_are_shown_at_once_and_not_repeated(self):
        cases = [
            ("2040", "Invalid String", "character"),
            ("6210", "The account period has closed", "closed"),
            ("6190", "Subscription period has ended", "subscription"),
            ("5020", "", "plan"),
            ("2010", 'Unrecognized field "Bogus"', "developer"),
            (
                "2050",
                "String length specified does not match the supported length. "
                "Min:0 Max:21 supported. Supplied length:33",
                "33 characters, 21 allowed",
            ),
        ]
        for code, detail, expected in cases:
            with self.subTest(code=code):
                self.faults.clear()
                move = self.refused(code, detail=detail)
                self.assertIn(move.qbo_state, ("held", "error"))
                self.assertIn(expected, move.qbo_error)
                self.assertTrue(move.activity_ids, "somebody is told")
                operation = self.operation(move)
                self.assertEqual(operation.fault_code, code)
                self.assertTrue(operation.intuit_tid)
                self.simulator.control.clear_log()
                self.recover()
                self.assertEqual(self.writes(), [], "a refusal is not repeated blindly")
                operation.action_retry()
                self.recover()
                self.assert_once(move)
                self.assertFalse(move.activity_ids, "the task is closed by itself")

    def test_a_refusal_of_what_has_changed_since_is_nobodys_business(self):
        """The repeat of a lost request is refused; the record changed meanwhile, so the newer
        change goes, and nobody is bothered with the older one."""
        for code in ("6210", "2010", "6000"):
            with self.subTest(code=code):
                self.faults.clear()
                move = self.invoice()
                self.faults.add("drop_before", path="/invoice$", count=1)
                self.run_worker()
                self.assertEqual(self.operation(move).state, "unknown")
                move.ref = f"Newer {code}"
                self.faults.add("fault", path="/invoice$", code=code, count=1)
                with self.assertNoLogs("odoo.addons.quickbooks_online.sync.engine.settle", "ERROR"):
                    self.recover()
                self.assert_once(move)
                row = next(
                    r for r in self.remote("Invoice").values() if r["DocNumber"] == move.name
                )
                self.assertIn(f"Newer {code}", row["PrivateNote"])

    def test_passing_refusals_are_repeated(self):
        for detail in (
            "Business Validation Error: You can only add or edit one name at a time. "
            "Please try again.",
            "An unexpected error occurred while accessing or saving your data. Please wait a few "
            "minutes and try again.",
        ):
            with self.subTest(detail=detail[:40]):
                self.faults.clear()
                move = self.refused("6000", detail=detail)
                self.assertEqual(move.qbo_state, "pending")
                self.assertIn("by itself", move.qbo_error)
                self.recover()
                self.assert_once(move)

    def test_passing_refusals_end_after_ten_tries(self):
        detail = "You can only add or edit one name at a time. Please try again."
        self.faults.add("fault", path="/invoice$", code="6000", detail=detail, count=None)
        move = self.invoice()
        for _time in range(12):
            self.skip_waiting()
            self.run_worker()
        self.assertEqual(move.qbo_state, "error")
        self.assertIn("10 tries", move.qbo_error)

    def test_batch_items_are_settled_one_by_one(self):
        moves = self.env["account.move"]
        for _number in range(6):
            moves |= self.invoice()
        self.faults.add("fault", path="/batch$", code="6210", items=[1, 3])
        self.run_worker()
        states = moves.mapped("qbo_state")
        self.assertEqual(states.count("synced"), 4)
        self.assertEqual(states.count("held"), 2)

    # -- stale, taken, gone --------------------------------------------------------------------

    def test_token_moved_by_a_payment(self):
        """Somebody records a payment in QuickBooks: our edit goes through all the same."""
        move = self.first
        remote = self.remote_of(move, "Invoice")
        self.simulator.control.change(
            "Payment",
            {
                "CustomerRef": remote["CustomerRef"],
                "TotalAmt": 10,
                "Line": [
                    {
                        "Amount": 10,
                        "LinkedTxn": [{"TxnId": remote["Id"], "TxnType": "Invoice"}],
                    }
                ],
            },
        )
        move.ref = "PO-1"
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertIn("PO-1", self.remote_of(move, "Invoice")["PrivateNote"])

    def test_edited_on_both_sides_is_a_conflict(self):
        move = self.first
        remote = self.remote_of(move, "Invoice")
        self.simulator.control.change(
            "Invoice",
            {
                "Id": remote["Id"],
                "SyncToken": remote["SyncToken"],
                "sparse": True,
                "DueDate": "2026-12-24",
            },
        )
        move.ref = "PO-2"
        self.run_worker()
        self.assertEqual(move.qbo_state, "conflict")
        self.assertIn("DueDate", move.qbo_error)
        self.assertEqual(self.remote_of(move, "Invoice")["DueDate"], "2026-12-24")
        self.binding(move, "Invoice").action_send_again()
        self.recover()
        self.assert_once(move)
        self.assertEqual(self.remote_of(move, "Invoice")["DueDate"], str(move.invoice_date_due))

    def test_deleted_in_quickbooks_leaves_a_tombstone(self):
        move = self.first
        remote = self.remote_of(move, "Invoice")
        self.simulator.control.change(
            "Invoice",
            {"Id": remote["Id"], "SyncToken": remote["SyncToken"]},
            operation="delete",
        )
        move.ref = "PO-3"
        self.recover()
        self.assertEqual(move.qbo_state, "gone")
        self.assertIn("deleted in QuickBooks", move.qbo_error)
        self.assertEqual(len(self.remote("Invoice")), self.seeded_invoices, "never resurrected")
        move.ref = "PO-4"
        self.recover()
        self.assertEqual(move.qbo_state, "gone")

    def test_number_of_a_foreign_document(self):
        stranger = self.simulator.control.change(
            "Invoice",
            {
                "CustomerRef": {"value": "1"},
                "DocNumber": "INV/2026/00777",
                "Line": [
                    {
                        "DetailType": "SalesItemLineDetail",
                        "Amount": 5,
                        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
                    }
                ],
            },
        )
        move = self.invoice(post=False)
        move.name = "INV/2026/00777"
        move.action_post()
        self.recover()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("INV/2026/00777", move.qbo_error)
        self.assertIn(stranger["Id"], move.qbo_error)
        move.button_draft()
        move.name = "INV/2026/00778"
        move.action_post()
        self.recover()
        self.assert_once(move)

    def test_number_of_our_own_lost_document_is_adopted(self):
        """It arrived, but the answer and the memory of the requestid are lost, and queries do not
        show it yet when it is looked for before the request is repeated."""
        move = self.invoice()
        self.faults.add("drop_after", path="/invoice$")
        self.run_worker()
        self.faults.add("forget")
        lookup = type(self.env["quickbooks.lookup"])
        with patch.object(lookup, "_envelope_questions", return_value=[]):
            self.recover()
        self.assert_once(move)

    def test_payment_stands_in_the_way_of_a_void(self):
        move = self.first
        remote = self.remote_of(move, "Invoice")
        self.simulator.control.change(
            "Payment",
            {
                "CustomerRef": remote["CustomerRef"],
                "TotalAmt": 115,
                "Line": [
                    {
                        "Amount": 115,
                        "LinkedTxn": [{"TxnId": remote["Id"], "TxnType": "Invoice"}],
                    }
                ],
            },
        )
        move.button_cancel()
        self.recover()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("paid in QuickBooks", move.qbo_error)

    def test_inactive_customer(self):
        self.first.button_cancel()  # a customer with a balance cannot be made inactive
        self.recover()
        customer = self.remote_of(self.partner_a, "Customer")
        self.simulator.control.change(
            "Customer",
            {
                "Id": customer["Id"],
                "SyncToken": customer["SyncToken"],
                "sparse": True,
                "Active": False,
            },
        )
        move = self.invoice()
        self.recover()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("partner_a", move.qbo_error)
        self.assertIn("inactive", move.qbo_error)
        self.operation(move).action_reactivate()
        self.recover()
        self.assert_once(move)

    def test_an_answer_does_not_bring_a_removed_link_back(self):
        self.faults.add("drop_after", path="/invoice$")
        move = self.invoice()
        self.run_worker()
        binding = self.binding(move, "Invoice")
        binding.action_unlink_remote()
        with patch.object(
            type(self.env["quickbooks.lookup"]), "_envelope_questions", return_value=[]
        ):
            self.recover()
            self.skip_waiting()
            self.run_worker()
        self.assertEqual(binding.state, "unlinked")
        self.assertEqual(move.qbo_state, "none")
        notes = self.env["quickbooks.log"].search([("binding_id", "=", binding.id)])
        self.assertIn("although its link was removed", " ".join(notes.mapped("message")))

    # -- one bad record ------------------------------------------------------------------------

    def test_a_bug_in_one_record_stops_only_that_one(self):
        moves = self.env["account.move"]
        for _number in range(3):
            moves |= self.invoice()
        adapter = type(self.env["quickbooks.adapter.invoice"])
        original = adapter._snapshot

        def snapshot(adapter_self, ctx, move, tax):
            if move == moves[1]:
                raise RuntimeError("a bug")
            return original(adapter_self, ctx, move, tax)

        with (
            patch.object(adapter, "_snapshot", snapshot),
            self.assertLogs("odoo.addons.quickbooks_online.sync.engine.planner", "ERROR"),
        ):
            self.run_worker()
        self.assertEqual(moves.mapped("qbo_state"), ["synced", "error", "synced"])
        self.assertIn("a bug", moves[1].qbo_error)
        self.operation(moves[1]).action_retry()
        self.recover()
        self.assert_once(*moves)

    def test_a_bug_in_settling_does_not_double(self):
        move = self.invoice()
        settle = type(self.env["quickbooks.settle"])
        with (
            patch.object(settle, "_accept", side_effect=RuntimeError("a bug")),
            self.assertLogs("odoo.addons.quickbooks_online.sync.engine.settle", "ERROR"),
        ):
            self.run_worker()
        self.assertEqual(move.qbo_state, "error")
        self.operation(move).action_retry()
        self.recover()
        self.assert_once(move)

    def test_nothing_secret_reaches_the_log(self):
        self.faults.add("status", status=401, path="/invoice$")
        credential = self.env["quickbooks.credential"]._of(self.connection)
        vault = self.env["quickbooks.vault"]
        secrets = {
            self.simulator.client_secret,
            vault._decrypt(credential.access_token),
            vault._decrypt(credential.refresh_token),
        }
        with self.assertLogs(level="DEBUG") as logs:
            move = self.invoice()
            self.run_worker()
        self.assertEqual(move.qbo_state, "synced")
        secrets.add(vault._decrypt(credential.access_token))
        text = "\n".join(logs.output)
        self.assertTrue(text)
        for secret in secrets:
            self.assertNotIn(secret, text)
