from odoo.tests import TransactionCase, tagged
from odoo.tools.misc import file_open


@tagged("post_install", "-at_install")
class TestNeutralize(TransactionCase):
    def test_a_copy_cannot_speak_to_quickbooks(self):
        connection = self.env["quickbooks.connection"].create(
            {"realm_id": "42", "state": "connected", "stage": "automatic"}
        )
        credential = self.env["quickbooks.credential"]._of(connection)
        credential.write({"client_id": "app", "client_secret": "x", "refresh_token": "y"})
        cron = connection.channel_ids.cron_id
        self.assertTrue(all(cron.mapped("active")))
        self.env.flush_all()
        with file_open("quickbooks_online/data/neutralize.sql") as stream:
            self.env.cr.execute(stream.read())
        self.env.invalidate_all()
        self.assertEqual((connection.stage, connection.state), ("off", "disconnected"))
        self.assertFalse(credential.client_secret or credential.refresh_token)
        self.assertFalse(any(cron.mapped("active")))
        self.assertFalse(connection._is_sending())
