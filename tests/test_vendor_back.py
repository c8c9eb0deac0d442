"""Vendors of QuickBooks as contacts, once that is switched on."""

from odoo.tests import tagged

from .test_payment_back import PaymentsBack


@tagged("post_install", "-at_install")
class TestVendorBack(PaymentsBack):
    def setUp(self):
        super().setUp()
        self.connection.vendors_back = True
        self.connection.sudo()._channel("pull").vendors_imported = True

    def vendor(self, name, **values):
        return self.give_there("Vendor", DisplayName=name, **values)

    def edit(self, remote, **values):
        return self.edit_there("Vendor", remote["Id"], **values)

    def contact(self, remote):
        return self.contact_of(remote, "Vendor")

    def test_off_by_default(self):
        Connection = self.env["quickbooks.connection"]
        self.assertFalse(Connection.default_get(["vendors_back"]).get("vendors_back"))
        self.connection.vendors_back = False
        remote = self.vendor("Nobody")
        self.ask()
        self.assertFalse(self.contact(remote))
        self.import_all()
        self.assertFalse(self.contact(remote))

    def test_first_import(self):
        known = self.env["res.partner"].create({"name": "Old supplier", "email": "old@sup.com"})
        same = self.vendor("Supplier of old", PrimaryEmailAddr={"Address": "Old@Sup.com"})
        new = self.vendor(
            "Paper mill",
            CompanyName="Paper mill Inc",
            PrimaryPhone={"FreeFormNumber": "555 1234"},
            BillAddr={"Line1": "1 Mill Rd", "City": "Austin", "CountrySubDivisionCode": "TX"},
        )
        sleeping = self.vendor("Sleeping mill")
        self.edit(sleeping, Active=False)
        self.import_all()
        self.assertEqual(self.contact(same), known)
        self.assertEqual(known.name, "Old supplier", "nothing of ours is overwritten")
        self.assertTrue(known.supplier_rank)
        made = self.contact(new)
        self.assertRecordValues(
            made,
            [
                {
                    "name": "Paper mill",
                    "is_company": True,
                    "phone": "555 1234",
                    "street": "1 Mill Rd",
                    "city": "Austin",
                    "supplier_rank": 1,
                    "customer_rank": 0,
                }
            ],
        )
        self.assertFalse(self.contact(sleeping), "inactive ones stay out")
        self.assert_quiet()

    def test_terms_go_to_the_suppliers_side(self):
        term = self.env["account.payment.term"].search([], limit=1)
        reference = self.env["quickbooks.reference"].search(
            [("connection_id", "=", self.connection.id), ("remote_type", "=", "Term")], limit=1
        )
        row = self.env["quickbooks.mapping"]._require(self.connection, "term", term)
        row.reference_id = reference
        remote = self.vendor("Patient", TermRef={"value": reference.remote_id})
        self.ask()
        contact = self.contact(remote)
        self.assertEqual(contact.property_supplier_payment_term_id, term)
        self.assertFalse(contact.property_payment_term_id)

    def test_a_customer_may_be_the_vendor_too(self):
        """One contact, two links; found by e-mail, or by the name without our suffix."""
        (move,) = self.invoices(10)
        contact = move.partner_id
        by_name = self.vendor(f"{contact.name} (Vendor)")
        self.ask()
        self.assertEqual(self.contact(by_name), contact)
        self.assertTrue(self.binding(contact, "Customer").remote_id)
        self.assertTrue(contact.supplier_rank)
        other = self.env["res.partner"].create({"name": "Both", "email": "both@both.com"})
        other.action_qbo_sync()
        self.run_worker()
        self.assertTrue(self.binding(other, "Customer").remote_id)
        by_mail = self.vendor("Both as vendor", PrimaryEmailAddr={"Address": "both@both.com"})
        self.ask()
        self.assertEqual(self.contact(by_mail), other)
        self.assertEqual(other.name, "Both")
        self.assert_quiet()

    def test_changes_follow(self):
        remote = self.vendor("Mill", PrimaryEmailAddr={"Address": "a@mill.com"})
        self.ask()
        contact = self.contact(remote)
        self.edit(remote, DisplayName="Mill Ltd", PrimaryPhone={"FreeFormNumber": "42"})
        self.ask()
        self.assertRecordValues(
            contact, [{"name": "Mill Ltd", "phone": "42", "email": "a@mill.com"}]
        )
        self.edit(remote, Active=False)
        self.ask()
        self.assertFalse(contact.active)
        self.assert_quiet()

    def test_an_inactive_vendor_that_is_a_customer_stays(self):
        contact = self.env["res.partner"].create({"name": "Both of it"})
        contact.action_qbo_sync()
        self.run_worker()
        remote = self.vendor(f"{contact.name} (Vendor)")
        self.ask()
        self.assertEqual(self.contact(remote), contact)
        self.edit(remote, Active=False)
        self.ask()
        self.assertTrue(contact.active, "it is still a customer")
        self.assert_quiet()
        self.assertFalse(self.remote("Vendor")[remote["Id"]]["Active"])
        customer = self.binding(contact, "Customer").remote_id
        self.edit_there("Customer", customer, Active=False)
        self.ask()
        self.assertFalse(contact.active, "now it is neither")

    def test_what_came_from_the_vendor_goes_to_the_customer(self):
        (move,) = self.invoices(10)
        contact = move.partner_id
        remote = self.vendor(f"{contact.name} (Vendor)")
        self.ask()
        self.edit(remote, PrimaryPhone={"FreeFormNumber": "777"})
        self.ask()
        self.assertEqual(contact.phone, "777")
        self.sync()
        customer = self.remote_of(contact, "Customer")
        self.assertEqual(customer["PrimaryPhone"]["FreeFormNumber"], "777")
        self.assert_quiet()

    def test_merged_there(self):
        one, two = self.vendor("Mill one"), self.vendor("Mill two")
        self.ask()
        loser = self.contact(two)
        self.control.merge("Vendor", two["Id"], one["Id"])
        event = {
            "event_key": "merge-vendor",
            "remote_type": "Vendor",
            "remote_id": one["Id"],
            "operation": "merge",
            "deleted_id": two["Id"],
        }
        self.env["quickbooks.event"].sudo()._insert(self.connection, "webhook", [event])
        self.ask()
        self.assertFalse(self.contact(two))
        self.assertTrue(loser.exists())
