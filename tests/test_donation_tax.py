"""Money without an order, say a donation: no tax code of QuickBooks adds anything to it."""

from odoo.tests import tagged

from ..qbo.money import dec
from .receipt_common import ReceiptCase


class DonationCase(ReceiptCase):
    #: name of the code its line has
    code = "NON"

    @classmethod
    def default_code(cls):
        """The mapping's row of lines without any tax."""
        return cls.env["quickbooks.mapping"]._require(cls.connection, "tax")

    def assert_untaxed(self, amount):
        """The receipt, and its refund, come to exactly the money, and the books do too."""
        before = self.ledger()
        payment = self.sold(float(amount))
        refund = self.give_back(payment, float(amount))
        self.run_worker()
        self.assertEqual(refund.qbo_state, "synced", refund.qbo_error)
        for record, kind in ((payment, "SalesReceipt"), (refund, "RefundReceipt")):
            remote = self.receipt(record, kind)
            self.assertEqual(dec(remote["TotalAmt"]), dec(str(amount)))
            self.assertFalse(dec(remote["TxnTaxDetail"]["TotalTax"]))
            (detail,) = (
                line["SalesItemLineDetail"]
                for line in remote["Line"]
                if line["DetailType"] == "SalesItemLineDetail"
            )
            code = self.remote("TaxCode").get(detail["TaxCodeRef"]["value"], {}).get("Name")
            self.assertEqual(code or detail["TaxCodeRef"]["value"], self.code)
        self.assert_moved(before)
        self.assertEqual(self.simulator.control.problems(), [])

    def refuse_another_rate(self, name):
        """A code with a rate, chosen for what has no tax, lets nothing leave: the money is a fact,
        also where QuickBooks' own tax is to be shown."""
        row = self.default_code()
        right = row.reference_id
        for policy in ("odoo", "quickbooks"):
            with self.subTest(policy):
                self.connection.tax_policy = policy
                row.reference_id = self.env["quickbooks.reference"].search(
                    [*row._legal_domain(), ("name", "=", name)]
                )
                payment = self.pay_online(50)
                self.run_worker()
                self.assertEqual(payment.qbo_state, "held")
                self.assertIn("another rate", payment.qbo_error)
                self.assertFalse(self.ours("SalesReceipt"))
                row.reference_id = right
                payment.action_qbo_sync()
                self.run_worker()
                self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)
                self.assertEqual(dec(self.receipt(payment)["TotalAmt"]), dec("50"))
                self.cancel(payment)
                self.run_worker()


@tagged("post_install", "-at_install")
class TestDonation(DonationCase):
    """The United States, sales tax by hand and automated, whatever the item's own default is."""

    def taxable_item(self):
        """The default item is one that QuickBooks taxes by default."""
        row = self.env["quickbooks.mapping"]._require(self.connection, "default_item")
        item = self.remote("Item")[row.reference_id.remote_id]
        change = {key: item[key] for key in ("Id", "SyncToken", "Name", "Type")}
        self.simulator.control.change("Item", {**change, "sparse": True, "Taxable": True})

    def test_by_hand(self):
        self.taxable_item()
        self.assert_untaxed("33.33")

    def test_automated(self):
        self.taxable_item()
        self.simulator.control.preference("AST", True)
        self.connection.action_refresh_lists()
        self.run_worker()
        self.assertTrue(self.connection._company_profile().automated_sales_tax)
        for policy in ("odoo", "quickbooks"):
            self.connection.tax_policy = policy
            self.assert_untaxed("33.33")


class DonationAbroad:
    """What holds wherever every line has a code."""

    @classmethod
    def add_tax_code(cls, name, rate):
        """The company's own codes do."""

    def test_the_code_is_suggested_before_it_is_needed(self):
        row = self.env["quickbooks.mapping"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", "tax"),
                ("res_model", "=", False),
                ("combination", "=", False),
            ]
        )
        self.assertEqual(row.suggested_id.name, self.code)

    def test_to_the_cent(self):
        self.assert_untaxed("33.33")

    def test_without_a_code_it_waits_for_a_person(self):
        row = self.default_code()
        code, row.reference_id = row.reference_id, False
        payment = self.pay_online(50)
        self.run_worker()
        self.assertEqual(payment.qbo_state, "held")
        self.assertIn("mapping", payment.qbo_error)
        row.reference_id = code
        self.run_worker()
        self.assertEqual(payment.qbo_state, "synced", payment.qbo_error)

    def test_a_code_of_another_rate(self):
        self.refuse_another_rate(self.taxed)


@tagged("post_install", "-at_install")
class TestDonationBritain(DonationAbroad, DonationCase):
    country = "uk"
    simulator_options = {"profile": "gb"}
    code, taxed = "No VAT", "20.0% S"


@tagged("post_install", "-at_install")
class TestDonationCanada(DonationAbroad, DonationCase):
    country = "ca"
    simulator_options = {"profile": "ca"}
    code, taxed = "Out of Scope", "HST ON"


@tagged("post_install", "-at_install")
class TestDonationAustralia(DonationAbroad, DonationCase):
    country = "au"
    simulator_options = {"profile": "au"}
    code, taxed = "Out of scope", "GST"
