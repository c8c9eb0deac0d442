"""What happens to a connection in the course of years: companies change, apps go, records too."""

from odoo.tests import tagged

from .common import QuickbooksCommon


@tagged("post_install", "-at_install")
class TestOtherCompany(QuickbooksCommon):
    """Another QuickBooks company is connected, and the first one again."""

    def connect_realm(self, realm):
        current = self.env["quickbooks.connection"]._of_company(self.company)
        consent = self.authorize(current, realm=realm, allow_other=True)
        self.assertTrue(consent.ok, consent.sentence)
        return self.env["quickbooks.connection"].browse(consent.connection_id)

    def test_notifications_of_the_other_company_are_believed(self):
        """It is the same app, whose keys are kept: so is the token that signs its notifications."""
        credentials = self.env["quickbooks.credential"]
        vault = self.env["quickbooks.vault"]
        credentials._of(self.connection).verifier = vault._encrypt("token")
        new = self.connect_realm(self.simulator.add_company(profile="us"))
        self.assertEqual(vault._decrypt(credentials._of(new).verifier), "token")

    def test_back_to_the_first_company(self):
        """It was a mistake: what is in the first company is known and not sent once more."""
        move = self.synced_invoice()
        remote_id, count = move.qbo_id, len(self.remote("Invoice"))
        mistake = self.connect_realm(self.simulator.add_company(profile="us"))
        self.assertEqual(move.qbo_state, "none")
        again = self.connect_realm(self.simulator.realm)
        self.assertEqual(again, self.connection, "a realm stays with its record for life")
        self.assertTrue(again.active)
        self.assertEqual((again.state, again.realm_id), ("connected", self.simulator.realm))
        again.action_enable()
        later = self.invoice()
        self.run_worker(mistake)  # it was woken first
        self.run_worker(again)
        self.assertEqual((move.qbo_state, move.qbo_id), ("synced", remote_id))
        self.assertEqual(later.qbo_state, "synced", later.qbo_error)
        self.assertEqual(len(self.remote("Invoice")), count + 1)

    def test_archived_and_connected_anew(self):
        """Somebody put the connection away and began again from the settings."""
        move = self.synced_invoice()
        count = len(self.remote("Invoice"))
        self.connection.active = False
        self.commit()
        fresh = self.connect()
        self.assertFalse(fresh.active, "it made way for the one that knows the books")
        self.assertTrue(self.connection.active)
        self.assertEqual(self.connection.state, "connected")
        self.connection.action_enable()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertEqual(len(self.remote("Invoice")), count)


@tagged("post_install", "-at_install")
class TestGone(QuickbooksCommon):
    def test_an_app_that_was_uninstalled(self):
        """What waited to be sent of its records stops nothing else."""
        binding = (
            self.env["quickbooks.binding"]
            .sudo()
            .create(
                {
                    "connection_id": self.connection.id,
                    "res_model": "no.such.model",
                    "res_id": 1,
                    "remote_type": "SalesReceipt",
                    "local_name": "Order 1",
                }
            )
        )
        self.env["quickbooks.planner"].sudo()._open_operations(binding, 3, False)
        self.env["quickbooks.change"].sudo().create(
            {
                "connection_id": self.connection.id,
                "res_model": "no.such.model",
                "res_id": 2,
                "reason": "confirmed",
            }
        )
        move = self.invoice()
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)

    def test_deleted_while_nobody_knows_whether_it_arrived(self):
        """It was entered in QuickBooks by hand with the same number, and deleted here."""
        self.simulator.control.faults.add("drop_before", path="/invoice$")
        move = self.invoice()
        self.run_worker()
        self.assertEqual(self.operation(move).state, "unknown")
        number, customer = move.name, self.binding(move.partner_id, "Customer").remote_id
        move.button_draft()
        move.name = "/"
        move.unlink()
        self.commit()
        self.simulator.control.change(
            "Invoice",
            {
                "CustomerRef": {"value": customer},
                "DocNumber": number,
                "TxnDate": "2026-03-10",
                "Line": [
                    {
                        "Amount": 100,
                        "DetailType": "SalesItemLineDetail",
                        "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
                    }
                ],
            },
            operation="create",
        )
        other = self.invoice(name="INV/2026/00077")
        self.recover()
        self.assertFalse(self.operation(move), "nothing is left to do")
        self.assertEqual(other.qbo_state, "synced", other.qbo_error)

    def test_archived_and_active_again(self):
        """What is confirmed after that is sent at once, not after the next daily round."""
        self.connection.active = False
        self.run_worker()
        self.connection.active = True
        self.assertTrue(all(self.connection.channel_ids.cron_id.mapped("active")))
