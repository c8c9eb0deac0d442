"""Open forms are told when what they show has changed by what QuickBooks' people did."""

from unittest.mock import patch

from odoo.tests import tagged

from .test_payment_back import PaymentsBack


@tagged("post_install", "-at_install")
class TestFormsRefresh(PaymentsBack):
    def told(self, work):
        """Ids of invoices whose forms are told while ``work`` runs."""
        groups, found = type(self.env["res.groups"]), set()

        def send(_group, kind, message, **_more):
            if kind == "quickbooks_online/state" and message["model"] == "account.move":
                found.update(message["ids"])

        with patch.object(groups, "_bus_send", send):
            work()
            self.env.cr.flush()
        return found

    def test_invoices_are_told_when_a_payment_settles_or_leaves_them(self):
        one, two, other = self.invoices(100, 100, 100)
        self.sync()
        remote = self.pay_there((one, 60))
        self.assertEqual(self.told(self.ask), {one.id})
        link = {"TxnId": self.remote_id(two), "TxnType": "Invoice"}
        self.change_there(remote["Id"], Line=[{"Amount": 60, "LinkedTxn": [link]}])
        self.assertEqual(self.told(self.ask), {one.id, two.id})
        self.void_there(remote["Id"])
        self.assertEqual(self.told(self.ask), {two.id})
        self.assertEqual(self.told(self.ask), set())
        self.assertNotIn(other.id, self.told(self.ask))
