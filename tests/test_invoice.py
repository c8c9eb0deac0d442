from odoo.tests import tagged

from .common import QuickbooksCommon


@tagged("post_install", "-at_install")
class TestInvoice(QuickbooksCommon):
    def test_confirm_arrives(self):
        move = self.invoice()
        self.assertEqual(move.qbo_state, "pending")
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(remote["DocNumber"], move.name)
