"""Payments from Odoo are marked as such by a payment method in QuickBooks."""

from odoo.exceptions import ValidationError
from odoo.tests import Form, tagged

from .payment_common import PaymentCase


@tagged("post_install", "-at_install")
class TestPaymentOrigin(PaymentCase):
    def setUp(self):
        super().setUp()
        self.move = self.synced_invoice()

    def methods(self, name="Odoo"):
        rows = self.remote("PaymentMethod").values()
        return [row["Id"] for row in rows if row["Name"].lower() == name.lower()]

    def method_of(self, payment):
        ref = self.remote_of(payment, "Payment").get("PaymentMethodRef") or {}
        return ref.get("value")

    def test_marked(self):
        """The mark is made once, with the first payment."""
        self.assertFalse(self.methods())
        first, second = self.pay(self.move, amount=10), self.pay(self.move, amount=11)
        self.sync(first)
        third = self.pay(self.move, amount=12)
        self.sync(third)
        (mark,) = self.methods()
        self.assertEqual({self.method_of(p) for p in first | second | third}, {mark})

    def test_one_of_the_name_is_used(self):
        made = self.simulator.control.change("PaymentMethod", {"Name": "ODOO"})
        payment = self.pay(self.move)
        self.sync(payment)
        self.assertEqual(self.methods(), [made["Id"]])
        self.assertEqual(self.method_of(payment), made["Id"])

    def test_mapped_goes_first(self):
        line = self.company_data["default_journal_bank"].inbound_payment_method_line_ids[:1]
        mapping = self.env["quickbooks.mapping"]._require(self.connection, "payment_method", line)
        mapping.reference_id = self.env["quickbooks.reference"].search(
            mapping._legal_domain(), limit=1
        )
        payment = self.pay(self.move, payment_method_line_id=line.id)
        self.sync(payment)
        self.assertEqual(self.method_of(payment), mapping.reference_id.remote_id)
        self.assertFalse(self.methods(), "nobody needs the mark")

    def test_no_mark(self):
        self.connection.payment_origin = False
        payment = self.pay(self.move)
        self.sync(payment)
        self.assertFalse(self.method_of(payment))
        self.assertFalse(self.methods())

    def test_another_name(self):
        """It marks what comes later; what is marked already keeps its mark."""
        first = self.pay(self.move, amount=10)
        self.sync(first)
        self.connection.payment_origin = "Web shop"
        second = self.pay(self.move, amount=11)
        self.sync(second)
        self.assertEqual([self.method_of(first)], self.methods())
        self.assertEqual([self.method_of(second)], self.methods("Web shop"))
        self.connection.payment_origin = "odoo"
        third = self.pay(self.move, amount=12)
        self.sync(third)
        self.assertEqual([self.method_of(third)], self.methods())

    def test_lost_answers(self):
        """One mark, whatever happens to its request."""
        for number, kind in enumerate(("drop_before", "drop_after", "truncate", "malformed")):
            with self.subTest(kind=kind):
                name = f"Mark {number}"
                self.connection.payment_origin = name
                self.simulator.control.faults.clear()
                self.simulator.control.faults.add(kind, path="/paymentmethod$")
                payment = self.pay(self.move, amount=10 + number)
                self.run_worker()
                self.recover()
                self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
                self.assertEqual([self.method_of(payment)], self.methods(name))

    def test_refused(self):
        """A payment without its mark is better than none."""
        self.simulator.control.faults.add(
            "fault", path="/paymentmethod$", code="5020", detail="", count=None
        )
        payment = self.pay(self.move)
        self.recover()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
        self.assertFalse(self.method_of(payment))
        mark = self.env["quickbooks.operation"].search([("remote_type", "=", "PaymentMethod")])
        self.assertEqual(mark.state, "held", "somebody is told")

    def test_inactive_there(self):
        """An accountant does not want it any more."""
        first = self.pay(self.move, amount=10)
        self.sync(first)
        (mark,) = self.methods()
        body = self.remote("PaymentMethod")[mark]
        self.simulator.control.change("PaymentMethod", {**body, "Active": False, "sparse": True})
        self.connection.sudo()._channel().references_at = False
        second = self.pay(self.move, amount=11)
        self.sync(second)
        self.assertFalse(self.method_of(second))
        self.assertEqual(self.method_of(first), mark)

    def test_too_long(self):
        with self.assertRaises(ValidationError):
            self.connection.payment_origin = "x" * 32

    def test_settings(self):
        """The setting is on the card, and empty is a choice."""
        with Form(self.env["res.config.settings"]) as form:
            self.assertEqual(form.qbo_payment_origin, "Odoo")
            form.qbo_payment_origin = "Shop"
        form.record.execute()
        self.assertEqual(self.connection.payment_origin, "Shop")
        with Form(self.env["res.config.settings"]) as form:
            form.qbo_payment_origin = False
        form.record.execute()
        self.assertFalse(self.connection.payment_origin)
