"""Documents of before the cut-off: linked to what QuickBooks has, and never sent."""

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import Form, new_test_user, tagged

from ..qbo.mapping.opening import numbers
from ..qbo.money import dec
from ..sync.opening import opening as opening_module
from .common import QuickbooksCommon

CUTOFF = "2026-03-01"
OLD = "2026-02-10"


class OpeningCommon(QuickbooksCommon):
    """Invoices that people entered in both books by hand."""

    @classmethod
    def prepare(cls):
        prepared = super().prepare()
        cls.connection.cutoff_date = CUTOFF
        cls.take_over()
        return prepared

    def setUp(self):
        super().setUp()
        self.partner = self.env["res.partner"].create(
            {"name": "Elder Works", "email": "books@elder.example"}
        )
        self.control = self.simulator.control

    # -- both sides ----------------------------------------------------------------------------

    def customer_there(self, partner, **values):
        """What a bookkeeper made of a contact in QuickBooks."""
        body = {"DisplayName": partner.name, **values}
        if partner.email:
            body["PrimaryEmailAddr"] = {"Address": partner.email}
        return self.control.change("Customer", body)

    def old(self, amount=100.0, partner=None, date=OLD, **values):
        """A confirmed invoice of before the cut-off; nothing of it goes out."""
        line = {"name": "Before", "quantity": 1, "price_unit": amount, "tax_ids": []}
        move = self.invoice(partner or self.partner, [line], invoice_date=date, **values)
        self.assertEqual(move.qbo_state, "none")
        return move

    def there(self, move, customer, amount=None, **values):
        """The same invoice as somebody typed it into QuickBooks."""
        amount = move.amount_total if amount is None else amount
        return self.control.change(
            "Invoice",
            {
                "DocNumber": move.name,
                "CustomerRef": {"value": customer["Id"]},
                "TxnDate": fields.Date.to_string(move.invoice_date),
                "Line": [
                    {
                        "DetailType": "SalesItemLineDetail",
                        "Amount": amount,
                        "SalesItemLineDetail": {
                            "ItemRef": {"value": "1"},
                            "TaxCodeRef": {"value": "NON"},
                        },
                    }
                ],
                **values,
            },
        )

    def both(self, amount=100.0, partner=None, **values):
        """An invoice in both books; returns (move, QuickBooks' copy)."""
        partner = partner or self.partner
        move = self.old(amount, partner, **values)
        return move, self.there(move, self.known_customer(partner))

    def known_customer(self, partner):
        for row in self.control.entities("Customer"):
            if row["DisplayName"] == partner.name:
                return row
        return self.customer_there(partner)

    def pay_here(self, *moves, amount=None, date="2026-03-15"):
        values = {"payment_date": date, "group_payment": len(moves) > 1}
        if amount is not None:
            values["amount"] = amount
        moves = moves[0].browse([move.id for move in moves])
        register = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=moves.ids
        )
        payment = register.create(values)._create_payments()
        self.commit()
        return payment

    def pay_there(self, remote, amount, date="2026-03-16", **values):
        line = {"Amount": amount, "LinkedTxn": [{"TxnId": remote["Id"], "TxnType": "Invoice"}]}
        return self.control.change(
            "Payment",
            {
                "TotalAmt": amount,
                "CustomerRef": remote["CustomerRef"],
                "TxnDate": date,
                "Line": [line] if amount else [],
                **values,
            },
        )

    # -- what people and workers do ------------------------------------------------------------

    def compare(self, **values):
        """Press the button, answer the wizard, and let the worker run."""
        action = self.connection.action_link_earlier()
        wizard = Form(self.env[action["res_model"]].with_context(**action["context"]))
        for name, value in values.items():
            setattr(wizard, name, value)
        wizard.save().action_compare()
        self.env["quickbooks.directory"]._expire(self.connection)
        self.control.clear_log()
        self.run_worker()

    def line(self, move):
        return self.env["quickbooks.opening.line"].search([("res_id", "=", move.id)])

    def receive(self):
        """Ask QuickBooks for changes and apply them."""
        channel = self.connection.sudo()._channel("pull")
        for _time in range(4):
            channel.swept_at = False
            self.skip_waiting()
            self.run_pull()

    def sync(self):
        for _time in range(2):
            self.skip_waiting()
            self.run_worker()
            self.receive()

    def reads(self):
        return [call for call in self.control.log() if call.path.endswith("/query")]

    def assert_linked(self, *moves):
        for move in moves:
            line = self.line(move)
            self.assertEqual((line.state, line.reason), ("linked", False), move.name)
            self.assertEqual(move.qbo_state, "synced")
            self.assertTrue(line.binding_id.opening)

    def assert_doubtful(self, move, *differs):
        line = self.line(move)
        self.assertEqual(line.state, "doubtful", line.reason)
        self.assertEqual(set((line.differs or "").split(",")), set(differs))
        self.assertEqual(move.qbo_state, "none")

    def assert_alike(self, move):
        """What is open is the same on both sides."""
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(dec(remote["Balance"]), dec(f"{move.amount_residual:.2f}"), move.name)


@tagged("post_install", "-at_install")
class TestOpening(OpeningCommon):
    """The comparison."""

    def test_an_equal_document_is_linked_and_nothing_is_sent(self):
        move, remote = self.both()
        self.compare()
        self.assert_linked(move)
        self.assertEqual(move.qbo_id, remote["Id"])
        self.assertEqual(self.binding(self.partner, "Customer").remote_id, self.customer_id(remote))
        self.assertFalse(self.writes())
        self.assertEqual(self.remote("Invoice")[remote["Id"]], remote, "it is as it was")
        self.sync()
        self.assertFalse(self.writes(), "not even later")

    @staticmethod
    def customer_id(remote):
        return remote["CustomerRef"]["value"]

    def test_what_differs_is_said(self):
        other = self.env["res.partner"].create({"name": "Somebody Else"})
        customer, stranger = self.customer_there(self.partner), self.customer_there(other)
        wrong_party, wrong_date, wrong_total, paid = (self.old() for _number in range(4))
        self.there(wrong_party, stranger)
        self.there(wrong_date, customer, TxnDate="2026-02-11")
        self.there(wrong_total, customer, amount=100.01)
        self.pay_there(self.there(paid, customer), 30, date="2026-02-20")
        missing = self.old()
        self.compare()
        self.assert_doubtful(wrong_party, "party")
        self.assert_doubtful(wrong_date, "date")
        self.assert_doubtful(wrong_total, "total", "balance")
        self.assert_doubtful(paid, "balance")
        self.assertIn("open amount", self.line(paid).reason)
        self.assertEqual(self.line(missing).state, "missing")
        self.assertIn(missing.name, self.line(missing).reason)
        line = self.line(paid)
        self.assertEqual((line.local_balance, line.remote_balance), (100, 70))
        self.assertTrue(line.balance_differs)
        self.assertFalse(line.total_differs)
        self.assertFalse(self.binding(self.partner, "Customer"), "nobody is linked for nothing")
        self.assertFalse(self.writes())
        self.assertEqual(
            self.connection.opening_sentence, "0 linked, 4 to decide, 1 not in QuickBooks."
        )

    def test_an_uncertain_customer_is_a_persons_matter(self):
        # an address that two contacts share proves nothing
        self.env["res.partner"].create({"name": "Elder Sister", "email": self.partner.email})
        move = self.old()
        mail = {"Address": self.partner.email}
        group = {"DisplayName": "Elder Group", "PrimaryEmailAddr": mail}
        self.there(move, self.control.change("Customer", group))
        self.compare()
        self.assert_doubtful(move, "party")
        self.assertIn("not certain", self.line(move).reason)

    def test_a_linked_customer_needs_no_match(self):
        customer = self.customer_there(self.partner, PrimaryEmailAddr={"Address": "x@y.example"})
        self.partner.action_qbo_sync()
        self.run_worker()
        self.assertEqual(self.binding(self.partner, "Customer").remote_id, customer["Id"])
        self.partner.write({"name": "Renamed since", "email": "new@y.example"})
        self.commit()
        self.run_worker()
        move = self.old()
        self.there(move, customer)
        self.compare()
        self.assert_linked(move)

    def test_which_documents_are_asked_about(self):
        earlier, later = self.old(date="2026-01-05"), self.old(date=OLD)
        new = self.invoice(self.partner, invoice_date="2026-03-02")
        draft = self.invoice(self.partner, post=False, invoice_date=OLD)
        done = self.old()
        self.pay_here(done, date=OLD)
        refund = self.old(move_type="out_refund")
        self.compare(date_from="2026-02-01")
        lines = self.env["quickbooks.opening.line"].search([])
        self.assertEqual(lines.mapped("res_id"), later.ids)
        self.compare(open_only=False)
        lines = self.env["quickbooks.opening.line"].search([])
        self.assertEqual(set(lines.mapped("res_id")), {earlier.id, later.id, done.id})
        self.assertFalse(
            (new | draft | refund) & self.env["account.move"].browse(lines.mapped("res_id"))
        )

    def test_many_cost_few_reads(self):
        customer = self.customer_there(self.partner)
        moves = self.env["account.move"].union(*(self.old(10.0) for _number in range(30)))
        for move in moves[:20]:
            self.there(move, customer)
        self.run_worker()
        self.compare()
        self.assert_linked(*moves[:20])
        self.assertEqual(set(self.line(moves[25]).mapped("state")), {"missing"})
        asked = [call for call in self.reads() if "Invoice" in str(call.body)]
        self.assertEqual(len(asked), 1)

    def test_a_full_answer_is_asked_for_in_parts(self):
        customer, moves = self.customer_there(self.partner), [self.old(10.0) for _n in range(5)]
        for move in moves:
            self.there(move, customer)
        self.patch(opening_module, "FULL", 3)
        self.compare()
        self.assert_linked(*moves)

    def test_a_shortened_number_is_found(self):
        customer = self.customer_there(self.partner)
        long, cut = self.old(), self.old()
        long.name, cut.name = "WHOLESALE-EUROPE/2026/02/0001", "WHOLESALE-AMERICA/2026/02/0002"
        number = numbers(long.name)[0]
        self.there(long, customer, DocNumber=number)
        self.there(cut, customer, DocNumber="WHOLESALE-AMERICA/202")
        self.compare()
        self.assert_linked(long, cut)

    def test_trouble_while_asking_is_repeated(self):
        move, _remote = self.both()
        self.run_worker()
        self.control.faults.add("status", path="/query", code=503, count=8)
        self.compare()
        self.assertEqual(self.line(move).state, "new")
        self.control.faults.clear()
        self.skip_waiting()
        self.run_worker()
        self.assert_linked(move)

    def test_one_bad_document_stops_no_other(self):
        (bad, _there), (good, _there2) = self.both(), self.both()
        service = type(self.env["quickbooks.opening"])
        original = service._ours

        def broken(self, ctx, kind, adapter, record, *args):
            if record.id == bad.id:
                raise ValueError("no good")
            return original(self, ctx, kind, adapter, record, *args)

        self.patch(service, "_ours", broken)
        with self.assertLogs("odoo.addons.quickbooks_online.sync.inbound.pull", "ERROR"):
            self.compare()
        self.assert_linked(good)
        self.assertEqual(self.line(bad).state, "doubtful")
        self.assertIn("no good", self.line(bad).reason)

    def test_it_works_while_the_integration_is_off(self):
        self.connection.action_disable()
        move, _remote = self.both()
        self.compare()
        self.assert_linked(move)

    # -- people decide -------------------------------------------------------------------------

    def test_link_anyway(self):
        move = self.old()
        remote = self.there(move, self.customer_there(self.partner), amount=110)
        self.compare()
        self.assert_doubtful(move, "total", "balance")
        self.line(move).action_link_anyway()
        self.run_worker()
        self.assertEqual(self.line(move).state, "linked")
        self.assertEqual(move.qbo_id, remote["Id"])
        log = self.env["quickbooks.log"].search(
            [("binding_id", "=", self.line(move).binding_id.id)]
        )
        self.assertTrue([m for m in log.mapped("message") if "anyway" in m or "differs" in m])
        self.sync()
        self.assertEqual(move.qbo_state, "synced", "the accepted difference is none")
        self.pay_there(remote, 60)
        self.sync()
        self.assertEqual((move.amount_residual, move.qbo_state), (40, "synced"))

    def test_link_anyway_holds_for_what_was_seen(self):
        move = self.old()
        remote = self.there(move, self.customer_there(self.partner), amount=110)
        self.compare()
        self.line(move).action_link_anyway()
        self.pay_there(remote, 50, date="2026-02-20")
        self.run_worker()
        self.assert_doubtful(move, "total", "balance")
        self.assertEqual(self.line(move).remote_balance, 60)

    def test_correcting_and_comparing_again(self):
        move = self.old()
        remote = self.there(move, self.customer_there(self.partner))
        self.pay_there(remote, 30, date="2026-02-20")
        self.compare()
        self.assert_doubtful(move, "balance")
        self.pay_here(move, amount=30, date="2026-02-20")
        self.line(move).action_compare()
        self.run_worker()
        self.assert_linked(move)

    def test_ignored_ones_stay_out(self):
        move = self.old()
        self.there(move, self.customer_there(self.partner), amount=110)
        self.compare()
        self.line(move).action_ignore()
        self.compare()
        self.assertEqual(self.line(move).state, "ignored")

    def test_only_managers(self):
        move = self.old()
        self.there(move, self.customer_there(self.partner), amount=110)
        self.compare()
        biller = new_test_user(self.env, "opening_biller", groups="account.group_account_invoice")
        self.assertFalse(self.env["quickbooks.opening.line"].with_user(biller).has_access("read"))
        line = self.line(move).with_user(biller)
        for method in ("action_link_anyway", "action_compare", "action_ignore"):
            with self.assertRaises(AccessError):
                getattr(line, method)()
        for method in ("action_link_earlier", "action_view_opening"):
            with self.assertRaises(AccessError):
                getattr(self.connection.with_user(biller), method)()
        manager = new_test_user(self.env, "opening_mgr", groups="quickbooks_online.group_manager")
        self.line(move).with_user(manager).action_ignore()
        self.assertEqual(self.line(move).state, "ignored")


@tagged("post_install", "-at_install")
class TestOpeningLinked(OpeningCommon):
    """What happens to linked ones afterwards."""

    def linked(self, amount=100.0, **values):
        move, remote = self.both(amount, **values)
        self.compare()
        self.assert_linked(move)
        return move, self.remote("Invoice")[remote["Id"]]

    # -- payments ------------------------------------------------------------------------------

    def test_a_later_payment_goes_out(self):
        move, remote = self.linked()
        payment = self.pay_here(move, amount=40)
        self.sync()
        sent = self.remote_of(payment, "Payment")
        self.assertEqual(sent["Line"][0]["LinkedTxn"][0]["TxnId"], remote["Id"])
        self.assertEqual(dec(sent["TotalAmt"]), 40)
        self.assertEqual(self.remote("Invoice")[remote["Id"]]["Line"], remote["Line"])
        self.assert_alike(move)
        self.assertEqual(move.qbo_state, "synced")

    def test_a_later_payment_comes_back(self):
        move, remote = self.linked()
        self.pay_there(remote, 100)
        self.sync()
        self.assertEqual(move.amount_residual, 0)
        self.assertEqual(
            move.payment_state, "paid" if move.payment_state == "paid" else "in_payment"
        )
        self.assert_alike(move)
        self.assertEqual(len(self.control.entities("Payment")), self.payments_before + 1)

    @property
    def payments_before(self):
        return len([p for p in self.control.entities("Payment") if p["TxnDate"] != "2026-03-16"])

    def test_payments_of_before_are_not_doubled(self):
        move = self.old()
        remote = self.there(move, self.customer_there(self.partner))
        here = self.pay_here(
            move, amount=30, date="2026-03-05"
        )  # after the cut-off, before the link
        there = self.pay_there(remote, 30, date="2026-03-05")
        self.run_worker()
        self.compare()
        self.assert_linked(move)
        count = len(self.control.entities("Payment"))
        here.memo = "Changed since"
        self.commit()
        self.connection._wake(scan=True)
        note = {"PrivateNote": "Changed since", "sparse": True}
        body = self.remote("Payment")[there["Id"]]
        self.control.change("Payment", {"Id": body["Id"], "SyncToken": body["SyncToken"], **note})
        self.sync()
        self.assertEqual(len(self.control.entities("Payment")), count, "ours was not sent")
        self.assertEqual(move.amount_residual, 70, "theirs was not booked")
        self.assertFalse(self.binding(here, "Payment"))
        self.assert_alike(move)
        event = self.env["quickbooks.event"].search([("remote_id", "=", there["Id"])], limit=1)
        self.assertIn("before", event.reason)

    def test_a_payment_of_before_that_pays_more_since_is_a_persons_matter(self):
        move = self.old()
        remote = self.there(move, self.customer_there(self.partner))
        there = self.pay_there(remote, 30, date="2026-02-20", TotalAmt=50)
        here = self.pay_here(move, amount=30, date="2026-02-20")
        self.compare()
        self.assert_linked(move)
        new = self.synced_invoice(self.partner, invoice_date="2026-03-20")
        links = ((remote["Id"], 30), (self.binding(new, "Invoice").remote_id, 20))
        body = {**self.remote("Payment")[there["Id"]]}
        body["Line"] = [
            {"Amount": amount, "LinkedTxn": [{"TxnId": key, "TxnType": "Invoice"}]}
            for key, amount in links
        ]
        self.control.change("Payment", body)
        self.receive()
        event = self.env["quickbooks.event"].search(
            [("remote_id", "=", there["Id"]), ("remote_type", "=", "Payment")], limit=1
        )
        self.assertEqual(event.state, "held")
        self.assertIn(move.name, event.reason)
        self.assertFalse(self.binding(here, "Payment"))

    def test_one_payment_for_an_earlier_and_a_new_invoice(self):
        move, remote = self.linked()
        new = self.synced_invoice(self.partner, invoice_date="2026-03-10")
        payment = self.pay_here(move, new)
        self.sync()
        self.assertEqual(len(payment), 1)
        sent = self.remote_of(payment, "Payment")
        self.assertEqual(len(sent["Line"]), 2)
        self.assert_alike(move)
        self.assert_alike(new)
        self.assertEqual(dec(self.remote("Invoice")[remote["Id"]]["Balance"]), 0)

    def test_a_payment_that_waited_for_the_link_goes_out(self):
        move, _remote = self.both()
        new = self.synced_invoice(self.partner, invoice_date="2026-03-10")
        payment = self.env["account.payment"].create(
            {
                "payment_type": "inbound",
                "partner_id": self.partner.id,
                "amount": 50,
                "date": "2026-03-12",
            }
        )
        payment.action_post()
        self.commit()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced")
        lines = (payment.move_id | move).line_ids.filtered(
            lambda line: line.account_id.account_type == "asset_receivable"
        )
        lines.reconcile()
        self.commit()
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held", "it pays something that stays out")
        self.compare()
        self.assert_linked(move)
        self.sync()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assert_alike(move)
        self.assertTrue(new)

    # -- content -------------------------------------------------------------------------------

    def test_edits_and_resets_are_not_sent(self):
        move, remote = self.linked()
        move.ref = "A reference"
        self.commit()
        move.button_draft()
        self.commit()
        self.sync()
        move.invoice_line_ids.price_unit = 90
        move.action_post()
        self.commit()
        self.sync()
        self.assertFalse(self.writes())
        self.assertEqual(self.remote("Invoice")[remote["Id"]], remote)
        self.assertEqual(move.qbo_state, "mismatch")
        self.assertIn("90", move.qbo_error)
        move.button_draft()
        move.invoice_line_ids.price_unit = 100
        move.action_post()
        self.commit()
        self.sync()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertFalse(self.writes())

    def test_a_cancelled_one_is_a_persons_matter(self):
        move, remote = self.linked()
        move.button_draft()
        move.button_cancel()
        self.commit()
        self.sync()
        self.assertFalse(self.writes())
        self.assertEqual(move.qbo_state, "mismatch")
        self.assertTrue(move.activity_ids)
        self.control.change(
            "Invoice",
            {"Id": remote["Id"], "SyncToken": remote["SyncToken"]},
            operation="void",
        )
        self.sync()
        self.assertEqual(move.qbo_state, "voided", move.qbo_error)
        self.assertFalse(move.activity_ids)

    def test_drift_there_shows_as_a_balance_only(self):
        move, remote = self.linked()
        self.control.change(
            "Invoice", {**remote, "CustomerMemo": {"value": "Hello"}, "DueDate": "2026-05-05"}
        )
        self.sync()
        self.assertEqual(move.qbo_state, "synced")
        body = self.remote("Invoice")[remote["Id"]]
        body["Line"][0]["Amount"] = 80
        for key in ("Qty", "UnitPrice"):
            body["Line"][0]["SalesItemLineDetail"].pop(key, None)
        body["Line"] = body["Line"][:1]
        self.control.change("Invoice", body)
        self.sync()
        self.assertEqual((move.qbo_state, move.amount_total), ("mismatch", 100))
        self.assertIn("80", move.qbo_error)
        self.assertFalse(self.writes())

    def test_voided_or_deleted_there(self):
        voided, remote = self.linked()
        self.control.change(
            "Invoice",
            {"Id": remote["Id"], "SyncToken": remote["SyncToken"]},
            operation="void",
        )
        deleted, other = self.linked()
        self.control.change(
            "Invoice",
            {"Id": other["Id"], "SyncToken": other["SyncToken"]},
            operation="delete",
        )
        self.sync()
        self.assertEqual((voided.qbo_state, voided.state), ("mismatch", "posted"))
        self.assertEqual((deleted.qbo_state, deleted.state), ("gone", "posted"))
        deleted.ref = "Touched"
        self.commit()
        self.sync()
        self.assertEqual(deleted.qbo_state, "gone")
        self.assertFalse(self.writes())

    def test_nobody_can_send_it(self):
        move, _remote = self.linked()
        with self.assertRaises(UserError):
            self.binding(move, "Invoice").action_send_again()
        with self.assertRaises(UserError):
            move.action_qbo_sync()
        self.connection.cutoff_date = "2026-01-01"
        move.action_qbo_sync()
        self.connection._wake(scan=True)
        self.sync()
        self.assertFalse(self.writes(), "a new cut-off does not change that")
        self.assertEqual(move.qbo_state, "synced")

    # -- undo ----------------------------------------------------------------------------------

    def test_removing_the_link(self):
        move, remote = self.linked()
        self.binding(move, "Invoice").action_unlink_remote()
        self.commit()
        self.assertEqual((move.qbo_state, self.line(move).state), ("none", "doubtful"))
        payment = self.pay_here(move, amount=40)
        self.sync()
        self.assertFalse(self.writes())
        self.assertFalse(self.binding(payment, "Payment"))
        self.pay_there(remote, 40)
        self.sync()
        self.assertEqual(move.amount_residual, 60, "it does not come back either")
        self.line(move).action_compare()
        self.run_worker()
        self.assert_linked(move)
        self.sync()
        self.assertEqual(move.amount_residual, 60)
        self.assert_alike(move)
