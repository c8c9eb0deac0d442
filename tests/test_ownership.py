"""Who decides about a customer's details, and that nothing ever goes round."""

from odoo.tests import Form, tagged

from .test_payment_back import PaymentsBack

PHONE = "PrimaryPhone"


@tagged("post_install", "-at_install")
class TestOwnership(PaymentsBack):
    def setUp(self):
        super().setUp()
        (move,) = self.invoices(10)
        self.contact = move.partner_id
        self.remote_id = self.binding(self.contact, "Customer").remote_id
        self.ask()
        self.control.clear_log()

    def there(self, **values):
        return self.edit_there("Customer", self.remote_id, **values)

    def phone_there(self, number):
        return self.there(PrimaryPhone={"FreeFormNumber": number})

    def here(self, **values):
        self.contact.write(values)
        self.commit()

    @property
    def customer(self):
        return self.remote("Customer")[self.remote_id]

    def assert_phone(self, number):
        self.assertEqual(self.contact.phone, number)
        self.assertEqual(self.customer[PHONE]["FreeFormNumber"], number)

    # -- one owner -----------------------------------------------------------------------------

    def test_what_quickbooks_owns_is_not_sent(self):
        self.connection.owner_contact = "quickbooks"
        self.here(phone="from here", comment="a note from here")
        self.sync()
        self.assertNotIn(PHONE, self.customer)
        self.assertIn("from here", self.customer["Notes"], "what it does not own is sent")
        self.phone_there("from there")
        self.ask()
        self.assert_phone("from there")
        self.assert_quiet()

    def test_what_quickbooks_owned_is_sent_once_it_is_shared(self):
        self.connection.owner_contact = "quickbooks"
        self.here(phone="from here")
        self.sync()
        self.connection.owner_contact = "both"
        self.contact.action_qbo_sync()
        self.sync()
        self.assert_phone("from here")

    def test_a_new_customer_gets_everything(self):
        self.connection.owner_contact = "quickbooks"
        partner = self.env["res.partner"].create({"name": "Newcomer", "phone": "11"})
        partner.action_qbo_sync()
        self.run_worker()
        self.assertEqual(self.remote_of(partner, "Customer")[PHONE]["FreeFormNumber"], "11")

    def test_what_odoo_owns_is_sent_again(self):
        self.connection.owner_contact = "odoo"
        self.here(phone="from here")
        self.sync()
        self.control.clear_log()
        self.phone_there("from there")
        self.there(Notes="a note from there")
        self.sync()
        self.assert_phone("from here")
        self.assertIn("a note from there", self.contact.comment)
        self.assertEqual(len(self.writes()), 1)
        self.assertEqual(self.contact.qbo_state, "synced", self.contact.qbo_error)
        self.assert_quiet()

    def test_what_odoo_owns_is_emptied_again(self):
        self.connection.owner_contact = "odoo"
        self.phone_there("from there")
        self.sync()
        self.assertFalse(self.contact.phone)
        self.assertFalse(self.customer.get(PHONE))
        self.assert_quiet()

    def test_what_does_not_come_back_is_sent_again_too(self):
        self.connection.owner_address = "odoo"
        self.there(ShipAddr={"Line1": "Somewhere else", "City": "Nowhere"})
        self.sync()
        self.assertNotIn("Nowhere", str(self.customer.get("ShipAddr")))
        self.assert_quiet()

    def test_a_matched_contact_gets_what_quickbooks_owns(self):
        self.connection.owner_contact = "quickbooks"
        known = self.env["res.partner"].create(
            {"name": "Known", "email": "k@known.com", "phone": "old", "street": "Ours 1"}
        )
        self.give_there(
            "Customer",
            DisplayName="Known there",
            PrimaryEmailAddr={"Address": "k@known.com"},
            PrimaryPhone={"FreeFormNumber": "new"},
            BillAddr={"Line1": "Theirs 1"},
        )
        self.ask()
        self.assertRecordValues(known, [{"name": "Known", "phone": "new", "street": "Ours 1"}])
        self.assert_quiet()

    # -- both ----------------------------------------------------------------------------------

    def clash(self):
        self.phone_there("from there")
        self.here(phone="from here")
        self.ask()
        self.sync()

    def test_a_clash_is_asked_by_default(self):
        self.clash()
        self.assertEqual(self.contact.qbo_state, "conflict")
        self.assertEqual(self.contact.phone, "from here")
        self.assertEqual(self.customer[PHONE]["FreeFormNumber"], "from there")

    def test_odoo_wins(self):
        self.connection.conflict_policy = "odoo"
        self.clash()
        self.assert_phone("from here")
        self.assertEqual(self.contact.qbo_state, "synced", self.contact.qbo_error)
        self.assert_quiet()

    def test_quickbooks_wins(self):
        self.connection.conflict_policy = "quickbooks"
        self.clash()
        self.assert_phone("from there")
        self.assertEqual(self.contact.qbo_state, "synced", self.contact.qbo_error)
        self.assert_quiet()

    def test_the_sender_finds_it_first(self):
        """Ours leaves before the change there was heard of: QuickBooks refuses the old SyncToken,
        and what changed there must not get lost."""
        for policy, number in (("odoo", "from here"), ("quickbooks", "from there")):
            with self.subTest(policy):
                self.connection.conflict_policy = policy
                self.phone_there("from there")
                self.there(Notes=f"noted there: {policy}")
                self.here(phone="from here", street=f"Street of {policy}")
                self.run_worker()
                self.skip_waiting()
                self.run_worker()
                self.assert_phone(number)
                self.assertIn(policy, self.contact.comment)
                self.assertIn(policy, self.customer["BillAddr"]["Line1"])
                self.assert_quiet()
                self.here(phone="same again")
                self.sync()

    def test_the_sender_finds_another_detail_first(self):
        self.phone_there("from there")
        self.here(street="Street of ours")
        self.run_worker()
        self.skip_waiting()
        self.run_worker()
        self.sync()
        self.assert_phone("from there")
        self.assertIn("Street of ours", self.customer["BillAddr"]["Line1"])
        self.assert_quiet()

    # -- no loops ------------------------------------------------------------------------------

    def test_ping_pong_ends_with_the_last_word(self):
        """Each change crosses once, whoever makes it: as many writes as changes made here."""
        for policy in ("ask", "odoo", "quickbooks"):
            with self.subTest(policy):
                self.connection.conflict_policy = policy
                self.control.clear_log()
                for number in range(3):
                    self.phone_there(f"{policy} there {number}")
                    self.ask()
                    self.here(phone=f"{policy} here {number}")
                    self.sync()
                self.assertEqual(len(self.writes()), 3)
                self.assert_phone(f"{policy} here 2")
                self.assert_quiet()

    def test_somebody_who_insists_there_is_found_out(self):
        """A program in QuickBooks that undoes what we send: after three times a person is asked."""
        self.connection.owner_contact = "odoo"
        self.here(phone="ours")
        self.sync()
        self.control.clear_log()
        for number in range(6):
            self.phone_there(f"theirs {number}")
            self.sync()
        self.assertEqual(len(self.writes()), 3)
        self.assertEqual(self.contact.qbo_state, "conflict")
        self.assertIn("again and again", self.contact.qbo_error)
        self.assertEqual(self.contact.phone, "ours")
        self.binding(self.contact, "Customer").action_send_again()
        self.sync()
        self.assert_phone("ours")

    # -- settings ------------------------------------------------------------------------------

    def test_settings(self):
        with Form(self.env["res.config.settings"]) as form:
            form.qbo_owner_contact = "odoo"
            form.qbo_conflict_policy = "quickbooks"
            form.qbo_vendors_back = True
            settings = form.save()
        settings.execute()
        self.assertRecordValues(
            self.connection,
            [
                {
                    "owner_contact": "odoo",
                    "conflict_policy": "quickbooks",
                    "owner_name": "both",
                    "vendors_back": True,
                }
            ],
        )
