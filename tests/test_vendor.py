from odoo.exceptions import UserError
from odoo.tests import tagged

from .purchase_common import PurchaseCommon


@tagged("post_install", "-at_install")
class TestVendor(PurchaseCommon):
    """Contacts that sell to us."""

    def vendor(self, name="Paper Mill", **values):
        return self.env["res.partner"].create({"name": name, "is_company": True, **values})

    def test_goes_with_its_first_bill(self):
        partner = self.vendor(
            email="sales@mill.example",
            vat="12-3456789",
            ref="C-100",
            street="1 Mill Lane",
            city="Reno",
        )
        self.synced_bill(partner)
        remote = self.remote_of(partner, "Vendor")
        self.assertEqual(remote["DisplayName"], "Paper Mill")
        self.assertEqual(remote["PrimaryEmailAddr"]["Address"], "sales@mill.example")
        self.assertEqual(remote["AcctNum"], "C-100")
        self.assertEqual(remote["BillAddr"]["City"], "Reno")
        self.assertTrue(remote["TaxIdentifier"].endswith("6789"), remote["TaxIdentifier"])
        self.assertFalse(self.binding(partner, "Customer"), "nobody sold anything to it")

    def test_customer_and_vendor(self):
        """Two links of one contact, with names that QuickBooks accepts."""
        partner = self.vendor("Both Ways")
        self.synced_invoice(partner)
        self.synced_bill(partner)
        customer = self.remote_of(partner, "Customer")["DisplayName"]
        vendor = self.remote_of(partner, "Vendor")["DisplayName"]
        self.assertEqual((customer, vendor), ("Both Ways", "Both Ways (Vendor)"))
        partner.name = "Both Paths"
        self.commit()
        self.run_worker()
        self.assertEqual(self.remote_of(partner, "Customer")["DisplayName"], "Both Paths")
        self.assertEqual(self.remote_of(partner, "Vendor")["DisplayName"], "Both Paths (Vendor)")
        self.assertEqual(partner.qbo_state, "synced")

    def test_both_at_once(self):
        """In one round, with others around them: no name is given twice."""
        partners = self.env["res.partner"]
        for number in range(3):
            partner = self.vendor(f"Twin {number}")
            partners |= partner
            self.bill(partner)
            self.invoice(partner)
        self.run_worker()
        for partner in partners:
            self.assertEqual(partner.qbo_state, "synced", partner.qbo_error)
            names = {
                self.remote_of(partner, kind)["DisplayName"] for kind in ("Customer", "Vendor")
            }
            self.assertEqual(len(names), 2)
        refused = [call for call in self.simulator.control.log() if "6240" in call.answer]
        self.assertFalse(refused)

    def test_matched_before_created(self):
        known = next(
            row for row in self.remote("Vendor").values() if row["DisplayName"] == "Hicks Hardware"
        )
        partner = self.vendor("hicks  HARDWARE")
        before = len(self.remote("Vendor"))
        self.synced_bill(partner)
        self.assertEqual(self.binding(partner, "Vendor").remote_id, known["Id"])
        self.assertEqual(len(self.remote("Vendor")), before)

    def test_employee_of_the_same_name(self):
        employee = next(iter(self.remote("Employee").values()))["DisplayName"]
        partner = self.vendor(employee)
        self.synced_bill(partner)
        name = self.remote_of(partner, "Vendor")["DisplayName"]
        self.assertEqual(name, f"{employee} (Vendor)")

    def test_term_that_was_ignored_follows(self):
        self.simulator.control.switch("vendor_term_on_create", False)
        self.addCleanup(self.simulator.control.switch, "vendor_term_on_create", True)
        term = self.env["account.payment.term"].search([], limit=1)
        row = self.env["quickbooks.mapping"]._require(self.connection, "term", term)
        row.reference_id = self.env["quickbooks.reference"].search(row._legal_domain(), limit=1)
        partner = self.vendor(property_supplier_payment_term_id=term.id)
        self.synced_bill(partner)
        self.run_worker()
        remote = self.remote_of(partner, "Vendor")
        self.assertEqual(remote["TermRef"]["value"], row.reference_id.remote_id)
        self.assertEqual(remote["SyncToken"], "1", "once is enough")

    def test_sent_by_a_person(self):
        vendor = self.vendor("Only Vendor", supplier_rank=1)
        customer = self.vendor("Only Customer", customer_rank=1)
        both = self.vendor("Both", supplier_rank=1, customer_rank=1)
        neither = self.vendor("Neither")
        (vendor | customer | both | neither).action_qbo_sync()
        self.run_worker()
        kinds = {
            partner.name: [
                kind for kind in ("Customer", "Vendor") if self.binding(partner, kind).remote_id
            ]
            for partner in vendor | customer | both | neither
        }
        self.assertEqual(
            kinds,
            {
                "Only Vendor": ["Vendor"],
                "Only Customer": ["Customer"],
                "Both": ["Customer", "Vendor"],
                "Neither": ["Customer"],
            },
        )

    def test_off_as_it_was_before(self):
        """Without vendor bills a vendor that is sent by a person is a customer, as ever."""
        self.connection.purchases_out = False
        vendor = self.vendor("Only Vendor", supplier_rank=1)
        vendor.action_qbo_sync()
        self.run_worker()
        self.assertTrue(self.binding(vendor, "Customer").remote_id)
        self.assertFalse(self.binding(vendor, "Vendor"))
        bill = self.bill(vendor)
        self.assertFalse(self.env["quickbooks.change"].search([]))
        with self.assertRaises(UserError) as refusal:
            bill.action_qbo_sync()
        self.assertIn("Switch them on", str(refusal.exception))
