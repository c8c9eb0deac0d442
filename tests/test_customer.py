"""Customers: matched, never doubled; complete; changes flow on and nothing else does."""

import json
import tempfile
from pathlib import Path

from odoo import Command
from odoo.exceptions import AccessError, UserError
from odoo.tests import new_test_user, tagged
from odoo.tools import SQL

from ..qbo import canonical
from ..qbo.errors import Refused
from ..qbo.http.client import Client
from .common import QuickbooksCommon


class NamesCommon(QuickbooksCommon):
    """What people do in QuickBooks' lists, and how their records are looked at."""

    remote_type = "Customer"

    def in_quickbooks(self, kind, **values):
        """Somebody creates an object in QuickBooks.

        :return: its id
        """
        return self.simulator.control.change(kind, values)["Id"]

    def edit_in_quickbooks(self, kind, remote_id, **values):
        """Somebody edits an object in QuickBooks."""
        current = self.simulator.control.get(kind, remote_id)
        body = {"Id": remote_id, "SyncToken": current["SyncToken"], "sparse": True, **values}
        return self.simulator.control.change(kind, body)

    def load_in_quickbooks(self, kind, rows):
        """Put objects into QuickBooks as they are, also those its API would not take."""
        with tempfile.TemporaryDirectory() as folder:
            Path(folder, f"{kind}.json").write_text(json.dumps(rows), "utf-8")
            self.simulator.control.load(folder)

    def written_long_ago(self, record):
        """As if a linked record had been in step last year and was older than that itself."""
        self.env.flush_all()
        self.env.cr.execute(
            SQL(
                "UPDATE %s SET write_date = '2019-01-01' WHERE id = %s",
                SQL.identifier(record._table),
                record.id,
            )
        )
        self.env["quickbooks.binding"].sudo().search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)]
        ).last_sync_at = "2020-01-01"

    def age_lists(self):
        """Let our copy of QuickBooks' lists count as old, so that they are read before use."""
        self.env["quickbooks.directory"]._expire(self.connection)

    def refresh_lists(self):
        self.connection.action_refresh_lists()
        self.run_worker()

    def new_partner(self, name="Jane Roe", **values):
        return self.env["res.partner"].create({"name": name, **values})

    def billed(self, partner):
        """A confirmed invoice of a partner after the worker ran, wherever it got."""
        move = self.invoice(partner=partner)
        self.run_worker()
        return move

    def synced(self, record):
        """Send a record by itself, as its button does."""
        record.action_qbo_sync()
        self.run_worker()
        self.assert_synced(record)
        return record

    def customer_of(self, partner):
        return self.remote_of(partner, "Customer")

    def named(self, name, kind="Customer"):
        key = "DisplayName" if kind != "Item" else "Name"
        return [row for row in self.remote(kind).values() if row[key] == name]

    def last_body(self, kind="customer"):
        """Body of the last single write of a kind."""
        return canonical.loads(self.simulator.control.log(path=f"/{kind}", method="POST")[-1].body)

    def sent_attributes(self, kind="customer"):
        return self.last_body(kind).keys() - {"Id", "SyncToken", "sparse"}

    def resolve(self, record, **chosen):
        """Open the match wizard of a record that waits for a decision."""
        action = self.operation(record).action_fix()
        self.assertEqual(action["res_model"], "quickbooks.match")
        wizard = self.env["quickbooks.match"].browse(action["res_id"])
        wizard.write(chosen)
        return wizard

    def reference(self, kind, remote_id):
        return self.env["quickbooks.reference"]._find(self.connection, kind, remote_id)

    def assert_synced(self, *records):
        for record in records:
            self.assertEqual(record.qbo_state, "synced", record.qbo_error)


@tagged("post_install", "-at_install")
class TestCustomerMatch(NamesCommon):
    """Which object of QuickBooks a partner is."""

    def test_by_email(self):
        remote_id = self.in_quickbooks(
            "Customer", DisplayName="Roe Ltd", PrimaryEmailAddr={"Address": "Jane@Roe.org"}
        )
        self.age_lists()
        partner = self.new_partner(email="jane@roe.org")
        self.assert_synced(self.billed(partner), partner)
        self.assertEqual(partner.qbo_id, remote_id)
        self.assertEqual(self.customer_of(partner)["DisplayName"], "Roe Ltd", "left as it was")
        self.assertFalse(self.named("Jane Roe"))

    def test_by_any_of_several_emails(self):
        remote_id = self.in_quickbooks(
            "Customer",
            DisplayName="Roe Ltd",
            PrimaryEmailAddr={"Address": "office@roe.org,jane@roe.org"},
        )
        self.age_lists()
        partner = self.new_partner(email='"Jane" <JANE@roe.org>; bill@roe.org')
        self.assert_synced(self.billed(partner))
        self.assertEqual(partner.qbo_id, remote_id)

    def test_by_name_whatever_case_and_blanks(self):
        remote_id = self.in_quickbooks("Customer", DisplayName="Jane  ROE")
        self.age_lists()
        partner = self.new_partner(" jane   Roe ")
        self.assert_synced(self.billed(partner))
        self.assertEqual(partner.qbo_id, remote_id)

    def test_linking_sends_nothing_and_later_edits_flow_on(self):
        remote_id = self.in_quickbooks(
            "Customer", DisplayName="Jane Roe", PrimaryPhone={"FreeFormNumber": "1"}, Notes="VIP"
        )
        self.age_lists()
        partner = self.new_partner(phone="2", street="1 Main St")
        self.billed(partner)
        self.assertEqual(len(self.writes()), 2, "an item and the invoice")
        agreed = canonical.loads(self.binding(partner, "Customer").agreed_payload)
        self.assertEqual(agreed["DisplayName"], "Jane Roe", "its own name is not another's")
        partner.email = "jane@roe.org"
        self.run_worker()
        self.assertEqual(self.sent_attributes(), {"PrimaryEmailAddr"})
        remote = self.remote("Customer")[remote_id]
        self.assertEqual(remote["PrimaryPhone"]["FreeFormNumber"], "1")
        self.assertEqual(remote["Notes"], "VIP")
        self.assertEqual(remote["PrimaryEmailAddr"]["Address"], "jane@roe.org")

    def test_name_of_a_vendor(self):
        self.in_quickbooks("Vendor", DisplayName="Jane Roe")
        self.age_lists()
        partner = self.new_partner()
        self.assert_synced(self.billed(partner))
        self.assertEqual(self.customer_of(partner)["DisplayName"], "Jane Roe (Customer)")

    def test_name_of_an_employee_and_of_the_customer_named_after_it(self):
        self.in_quickbooks("Employee", GivenName="Jane", FamilyName="Roe")
        self.in_quickbooks("Vendor", DisplayName="JANE ROE (customer)")
        self.age_lists()
        partner = self.new_partner()
        self.assert_synced(self.billed(partner))
        self.assertEqual(self.customer_of(partner)["DisplayName"], "Jane Roe (Customer 2)")

    def test_name_of_a_subcustomer(self):
        parent = self.in_quickbooks("Customer", DisplayName="Parent")
        self.in_quickbooks(
            "Customer", DisplayName="Jane Roe", Job=True, ParentRef={"value": parent}
        )
        self.age_lists()
        partner = self.new_partner()
        self.assert_synced(self.billed(partner))
        self.assertEqual(self.customer_of(partner)["DisplayName"], "Jane Roe (Customer)")

    def test_two_partners_of_one_name(self):
        one, two = self.new_partner(), self.new_partner()
        moves = self.invoice(partner=one) | self.invoice(partner=two)
        self.run_worker()
        self.assert_synced(*moves)
        names = {self.customer_of(one)["DisplayName"], self.customer_of(two)["DisplayName"]}
        self.assertEqual(names, {"Jane Roe", "Jane Roe (Customer)"})
        self.assertEqual(len(self.writes()), 5, "two customers, an item, two invoices")

    def test_two_partners_that_match_one_customer(self):
        """One by name and one by address: whoever comes first has it, the other is new."""
        remote_id = self.in_quickbooks(
            "Customer", DisplayName="Roe", PrimaryEmailAddr={"Address": "jane@roe.org"}
        )
        self.age_lists()
        one, two = self.new_partner("Roe"), self.new_partner("Jane", email="jane@roe.org")
        moves = self.invoice(partner=one) | self.invoice(partner=two)
        self.run_worker()
        self.assert_synced(*moves)
        self.assertEqual(one.qbo_id, remote_id)
        self.assertEqual(self.customer_of(two)["DisplayName"], "Jane")

    def test_two_partners_of_one_name_and_one_of_it_in_quickbooks(self):
        self.in_quickbooks("Customer", DisplayName="Jane Roe")
        self.age_lists()
        one, two = self.new_partner(), self.new_partner()
        moves = self.invoice(partner=one) | self.invoice(partner=two)
        self.run_worker()
        self.assertEqual(set((one | two).mapped("qbo_state")), {"held"})
        self.resolve(one).action_link()
        self.resolve(two).action_create_new()
        self.run_worker()
        self.assert_synced(*moves)
        self.assertEqual(self.customer_of(two)["DisplayName"], "Jane Roe (Customer)")

    def test_two_partners_with_one_email(self):
        """None in QuickBooks: each becomes a customer of its own."""
        one = self.new_partner("One", email="shared@roe.org")
        two = self.new_partner("Two", email="shared@roe.org")
        moves = self.invoice(partner=one) | self.invoice(partner=two)
        self.run_worker()
        self.assert_synced(*moves)
        self.assertNotEqual(one.qbo_id, two.qbo_id)

    def test_two_partners_with_one_email_of_a_customer(self):
        """The address alone does not tell which one it is; the name does."""
        remote_id = self.in_quickbooks(
            "Customer", DisplayName="Two", PrimaryEmailAddr={"Address": "shared@roe.org"}
        )
        self.age_lists()
        one = self.new_partner("One", email="shared@roe.org")
        two = self.new_partner("Two", email="shared@roe.org")
        move = self.invoice(partner=one)
        self.invoice(partner=two)
        self.run_worker()
        self.assertEqual(one.qbo_state, "held")
        self.assertEqual(two.qbo_id, remote_id)
        self.resolve(one).action_create_new()
        self.run_worker()
        self.assert_synced(move)
        self.assertEqual(self.customer_of(one)["DisplayName"], "One")

    def test_contacts_of_one_company_share_its_email(self):
        remote_id = self.in_quickbooks(
            "Customer", DisplayName="Roe", PrimaryEmailAddr={"Address": "info@roe.org"}
        )
        self.age_lists()
        company = self.new_partner("Roe Holding", is_company=True, email="info@roe.org")
        self.new_partner("Jane", parent_id=company.id, email="info@roe.org")
        self.assert_synced(self.billed(company))
        self.assertEqual(company.qbo_id, remote_id)

    def test_email_of_one_and_name_of_another(self):
        self.in_quickbooks(
            "Customer", DisplayName="Somebody", PrimaryEmailAddr={"Address": "jane@roe.org"}
        )
        self.in_quickbooks("Customer", DisplayName="Jane Roe")
        self.age_lists()
        move = self.billed(self.new_partner(email="jane@roe.org"))
        self.assertEqual(move.partner_id.qbo_state, "held")
        candidates = self.resolve(move.partner_id).candidate_ids
        self.assertEqual(set(candidates.mapped("name")), {"Somebody", "Jane Roe"})

    def test_several_customers_with_its_email(self):
        """A person decides, and the waiting invoice goes on by itself."""
        ids = [
            self.in_quickbooks(
                "Customer", DisplayName=name, PrimaryEmailAddr={"Address": "jane@roe.org"}
            )
            for name in ("First", "Second")
        ]
        self.age_lists()
        partner = self.new_partner(email="jane@roe.org")
        move = self.billed(partner)
        self.assertEqual((partner.qbo_state, move.qbo_state), ("held", "waiting"))
        self.assertIn("Choose which", partner.qbo_error)
        self.assertIn("Jane Roe", move.qbo_error)
        self.assertIn("Choose which", move.qbo_error)
        wizard = self.resolve(partner, reference_id=self.reference("Customer", ids[1]).id)
        self.assertEqual(set(wizard.candidate_ids.mapped("remote_id")), set(ids))
        wizard.action_link()
        self.run_worker()
        self.assert_synced(partner, move)
        self.assertEqual(self.remote_of(move, "Invoice")["CustomerRef"]["value"], ids[1])

    def test_a_decision_comes_too_late(self):
        """While the wizard was open, somebody else decided or the choice was taken."""
        ids = [
            self.in_quickbooks(
                "Customer", DisplayName=name, PrimaryEmailAddr={"Address": "jane@roe.org"}
            )
            for name in ("First", "Second")
        ]
        self.age_lists()
        partner, other = self.new_partner(email="jane@roe.org"), self.new_partner("Second")
        self.billed(partner)
        wizard = self.resolve(partner, reference_id=self.reference("Customer", ids[1]).id)
        self.billed(other)
        self.assertEqual(other.qbo_id, ids[1])
        with self.assertRaisesRegex(UserError, "already linked to Second"):
            wizard.action_link()
        wizard.reference_id = self.reference("Customer", ids[0])
        wizard.action_link()
        self.run_worker()
        self.assertEqual(partner.qbo_id, ids[0])
        with self.assertRaisesRegex(UserError, "already"):
            wizard.action_create_new()

    def test_only_managers_decide(self):
        remote_id = self.in_quickbooks("Customer", DisplayName="Jane Roe")
        self.edit_in_quickbooks("Customer", remote_id, Active=False)
        self.age_lists()
        partner = self.new_partner()
        self.billed(partner)
        clerk = new_test_user(
            self.env, "clerk", groups="base.group_user,quickbooks_online.group_user"
        )
        with self.assertRaisesRegex(AccessError, "Only QuickBooks managers"):
            self.operation(partner).with_user(clerk).action_fix()

    def test_a_choice_of_another_list_is_refused(self):
        self.in_quickbooks("Customer", DisplayName="Jane Roe", Active=False)
        vendor = self.in_quickbooks("Vendor", DisplayName="Vendor")
        self.refresh_lists()
        partner = self.new_partner()
        self.billed(partner)
        wizard = self.resolve(partner, reference_id=self.reference("Vendor", vendor).id)
        with self.assertRaisesRegex(UserError, "cannot be linked"):
            wizard.action_link()

    def test_inactive_customer_of_that_name(self):
        """Somebody switched it off on purpose, so a person decides; linking wakes it."""
        remote_id = self.in_quickbooks("Customer", DisplayName="Jane Roe")
        self.edit_in_quickbooks("Customer", remote_id, Active=False)
        self.age_lists()
        partner = self.new_partner()
        move = self.billed(partner)
        self.assertEqual((partner.qbo_state, move.qbo_state), ("held", "waiting"))
        wizard = self.resolve(partner)
        self.assertEqual(wizard.reference_id.remote_id, remote_id)
        self.simulator.control.faults.add("delay", seconds=0.5, path="/customer", method="POST")
        self.simulator.control.clear_log()
        wizard.action_link()
        self.run_worker()
        self.assertEqual(len(self.writes()), 2, "the invoice waited until it was awake")
        self.assert_synced(partner, move)
        remote = self.customer_of(partner)
        self.assertEqual((remote["Id"], remote["Active"]), (remote_id, True))
        self.assertEqual(remote["DisplayName"], "Jane Roe")

    def test_inactive_customer_of_that_name_is_another(self):
        remote_id = self.in_quickbooks("Customer", DisplayName="Jane Roe")
        self.edit_in_quickbooks("Customer", remote_id, Active=False)
        self.age_lists()
        partner = self.new_partner()
        move = self.billed(partner)
        self.resolve(partner).action_create_new()
        self.run_worker()
        self.assert_synced(partner, move)
        self.assertEqual(self.customer_of(partner)["DisplayName"], "Jane Roe (Customer)")
        self.assertFalse(self.remote("Customer")[remote_id]["Active"])

    def test_created_there_after_the_lists_were_read(self):
        """The race: QuickBooks refuses the name (6240), says who has it, and we link that one."""
        for style in ("id", "text", "null"):
            with self.subTest(style=style):
                self.simulator.control.switch("duplicate_detail", style)
                partner = self.new_partner(f"Racer {style}")
                move = self.invoice(partner=partner)
                remote_id = self.in_quickbooks("Customer", DisplayName=f"RACER {style}")
                self.run_worker()
                self.assert_synced(partner, move)
                self.assertEqual(partner.qbo_id, remote_id)
                found = [
                    row
                    for row in self.remote("Customer").values()
                    if row["DisplayName"].lower().startswith(f"racer {style}")
                ]
                self.assertEqual(len(found), 1)

    def test_vendor_created_there_after_the_lists_were_read(self):
        partner = self.new_partner()
        move = self.invoice(partner=partner)
        self.in_quickbooks("Vendor", DisplayName="Jane Roe")
        self.run_worker()
        self.assert_synced(partner, move)
        self.assertEqual(self.customer_of(partner)["DisplayName"], "Jane Roe (Customer)")

    def test_employees_off_limits(self):
        """Payroll may not be ours to read; customers go on without it."""
        asked, ask = [], Client.query

        def query(client, statement, params=None):
            if "FROM Employee" not in statement:
                return ask(client, statement, params)
            asked.append(statement)
            raise Refused("Permission Denied Error")

        self.patch(Client, "query", query)
        self.age_lists()
        partner = self.new_partner()
        self.assert_synced(self.billed(partner), partner)
        self.assertEqual(len(asked), 1, "asked once, not again and again")


@tagged("post_install", "-at_install")
class TestCustomerValues(NamesCommon):
    """What a customer has in QuickBooks."""

    def test_everything(self):
        country = self.env.ref("base.us")
        partner = self.new_partner(
            "Roe: Tools & Co",
            is_company=True,
            email="ap@roe.org; boss@roe.org",
            phone="+1 555 123 4567",
            website="http://roe.org",
            vat="US12345671",
            comment="<p>Knock twice</p><p>Ask for Jane</p>",
            street="1 Main St",
            street2="Suite 5",
            city="Reno",
            zip="89501",
            state_id=self.env.ref("base.state_us_23").id,
            country_id=country.id,
            property_payment_term_id=self.env.ref("account.account_payment_term_30days").id,
            child_ids=[
                Command.create(
                    {"name": "Dock 4", "type": "delivery", "street": "2 Side St", "city": "Reno"}
                )
            ],
        )
        self.synced(partner)
        remote = self.customer_of(partner)
        self.assertEqual(remote["DisplayName"], "Roe - Tools & Co")
        self.assertEqual(remote["CompanyName"], "Roe: Tools & Co")
        self.assertEqual(remote["PrimaryEmailAddr"], {"Address": "ap@roe.org,boss@roe.org"})
        self.assertEqual(remote["PrimaryPhone"], {"FreeFormNumber": "+1 555 123 4567"})
        self.assertEqual(remote["WebAddr"], {"URI": "http://roe.org"})
        self.assertTrue(remote["PrimaryTaxIdentifier"].endswith("45671"))
        self.assertEqual(remote["Notes"], "Knock twice\nAsk for Jane")
        self.assertEqual(remote["SalesTermRef"], {"value": "3"})
        self.assertEqual(
            {k: v for k, v in remote["BillAddr"].items() if k != "Id"},
            {
                "Line1": "1 Main St",
                "Line2": "Suite 5",
                "City": "Reno",
                "CountrySubDivisionCode": "NV",
                "PostalCode": "89501",
                "Country": "United States",
            },
        )
        self.assertEqual(remote["ShipAddr"]["Line1"], "Dock 4")
        self.assertEqual(remote["ShipAddr"]["Line2"], "2 Side St")

    def test_a_person(self):
        partner = self.new_partner("Maria del Carmen Roe", company_name="Roe Ltd")
        self.billed(partner)
        remote = self.customer_of(partner)
        self.assertEqual((remote["GivenName"], remote["FamilyName"]), ("Maria del Carmen", "Roe"))
        self.assertEqual(remote["CompanyName"], "Roe Ltd")

    def test_an_invoice_address_is_where_bills_go(self):
        partner = self.new_partner(
            "Roe",
            is_company=True,
            street="1 Main St",
            child_ids=[
                Command.create({"name": "AP desk", "type": "invoice", "street": "PO Box 9"})
            ],
        )
        self.billed(partner)
        remote = self.customer_of(partner)
        self.assertEqual(remote["BillAddr"]["Line1"], "AP desk")
        self.assertEqual(remote["BillAddr"]["Line2"], "PO Box 9")
        self.assertEqual(remote["ShipAddr"]["Line1"], "1 Main St")

    def test_names_nobody_should_have(self):
        for name, expected in (
            ('O\'Brien & Söhne: "GmbH"', 'O\'Brien & Söhne - "GmbH"'),
            ("Tab\tand\nline", "Tab and line"),
            ("Party \U0001f389 Ltd", "Party Ltd"),
            ("株式会社", "株式会社"),
            ("50% off_all\\", "50% off_all\\"),
            ("::", None),
            ("\U0001f389", None),
            ("x" * 600, "x" * 500),
        ):
            with self.subTest(name=name[:20]):
                partner = self.new_partner(name)
                self.assert_synced(self.billed(partner))
                self.assertEqual(
                    self.customer_of(partner)["DisplayName"], expected or f"Customer {partner.id}"
                )

    def test_two_names_that_only_differ_beyond_the_limit(self):
        one, two = self.new_partner("x" * 600), self.new_partner("x" * 700)
        moves = self.invoice(partner=one) | self.invoice(partner=two)
        self.run_worker()
        three = self.new_partner("x" * 501)
        self.assert_synced(*moves, self.billed(three))
        names = [self.customer_of(partner)["DisplayName"] for partner in (one, two, three)]
        self.assertEqual(len(set(names)), 3)
        self.assertTrue(all(len(name) == 500 for name in names))
        self.assertTrue(names[2].endswith("x (Customer 2)"))

    def test_emails_nobody_should_have(self):
        for email, expected in (
            ("nonsense", None),
            ("a@b", None),
            ("bad@, good@roe.org", {"Address": "good@roe.org"}),
            (
                ",".join(f"person{number}@a-long-domain.example.org" for number in range(9)),
                {"Address": "person0@a-long-domain.example.org,person1@a-long-domain.example.org"},
            ),
        ):
            with self.subTest(email=email[:20]):
                partner = self.new_partner(f"Mail {email[:8]}", email=email)
                self.assert_synced(self.billed(partner))
                self.assertEqual(self.customer_of(partner).get("PrimaryEmailAddr"), expected)

    def test_a_website_with_a_remark(self):
        partner = self.new_partner(website="http://roe.org (the old one)")
        self.assert_synced(self.billed(partner))
        self.assertEqual(self.customer_of(partner)["WebAddr"], {"URI": "http://roe.org"})

    def test_the_companys_language_counts(self):
        """Names are as the company's people see them; countries as QuickBooks looks them up."""
        self.env["res.lang"]._activate_lang("fr_FR")
        self.company.partner_id.lang = "fr_FR"
        germany = self.env.ref("base.de")
        germany.with_context(lang="fr_FR").name = "Allemagne"
        partner = self.synced(self.new_partner(country_id=germany.id, city="Ulm"))
        self.assertEqual(self.customer_of(partner)["BillAddr"]["Country"], "Germany")


@tagged("post_install", "-at_install")
class TestCustomerChanges(NamesCommon):
    """What happens to a linked customer later on."""

    def setUp(self):
        super().setUp()
        self.jane = self.new_partner(
            email="jane@roe.org",
            phone="555-1",
            website="http://roe.org",
            comment="<p>note</p>",
            vat="US12345671",
            street="1 Main St",
            property_payment_term_id=self.env.ref("account.account_payment_term_30days").id,
        )
        self.move = self.billed(self.jane)
        self.assert_synced(self.jane, self.move)
        self.simulator.control.clear_log()

    def test_renamed(self):
        self.jane.name = "Jane Doe"
        self.commit()
        self.assertEqual(self.jane.qbo_state, "pending")
        self.run_worker()
        self.assertEqual(self.sent_attributes(), {"DisplayName", "FamilyName"})
        self.assertEqual(self.customer_of(self.jane)["DisplayName"], "Jane Doe")
        self.assertEqual(len(self.writes()), 1)

    def test_renamed_to_a_name_that_is_taken(self):
        self.in_quickbooks("Vendor", DisplayName="Jane Doe")
        self.jane.name = "Jane Doe"
        self.run_worker()
        self.assert_synced(self.jane)
        self.assertEqual(self.customer_of(self.jane)["DisplayName"], "Jane Doe (Customer)")

    def test_a_name_once_made_unique_stays(self):
        """Also when the plain one became free, or the vendor list was never read again."""
        vendor = self.in_quickbooks("Vendor", DisplayName="Twin")
        self.age_lists()
        twin = self.new_partner("Twin")
        self.billed(twin)
        self.edit_in_quickbooks("Vendor", vendor, DisplayName="Twin Brothers")
        self.refresh_lists()
        twin.phone = "555-9"
        self.run_worker()
        self.assertEqual(self.sent_attributes(), {"PrimaryPhone"})
        self.assertEqual(self.customer_of(twin)["DisplayName"], "Twin (Customer)")

    def test_nothing_changed(self):
        self.jane.write({"name": "Jane Roe", "phone": "555-1"})
        self.run_worker()
        self.assert_synced(self.jane)
        self.assertEqual(self.writes(), [])

    def test_only_changes_are_sent(self):
        """What people entered in QuickBooks survives our update."""
        remote_id = self.jane.qbo_id
        self.edit_in_quickbooks(
            "Customer", remote_id, Notes="Their note", Mobile={"FreeFormNumber": "9"}
        )
        self.jane.phone = "555-2"
        self.run_worker()
        self.assert_synced(self.jane)
        remote = self.customer_of(self.jane)
        self.assertEqual(remote["PrimaryPhone"]["FreeFormNumber"], "555-2")
        self.assertEqual(remote["Notes"], "Their note")
        self.assertEqual(remote["Mobile"]["FreeFormNumber"], "9")

    def test_both_changed_the_same(self):
        self.edit_in_quickbooks("Customer", self.jane.qbo_id, PrimaryPhone={"FreeFormNumber": "7"})
        self.jane.phone = "555-2"
        self.run_worker()
        self.assertEqual(self.jane.qbo_state, "conflict")
        self.assertIn("PrimaryPhone", self.jane.qbo_error)
        self.assertEqual(self.customer_of(self.jane)["PrimaryPhone"]["FreeFormNumber"], "7")
        self.binding(self.jane, "Customer").action_send_again()
        self.run_worker()
        self.assert_synced(self.jane)
        self.assertEqual(self.customer_of(self.jane)["PrimaryPhone"]["FreeFormNumber"], "555-2")

    def test_a_payment_there_is_no_edit(self):
        """Balances move; nobody edited the customer."""
        self.simulator.control.change(
            "Payment",
            {
                "CustomerRef": {"value": self.jane.qbo_id},
                "TotalAmt": 10,
                "Line": [
                    {
                        "Amount": 10,
                        "LinkedTxn": [{"TxnId": self.move.qbo_id, "TxnType": "Invoice"}],
                    }
                ],
            },
        )
        self.jane.phone = "555-2"
        self.run_worker()
        self.assert_synced(self.jane)
        self.assertEqual(len(self.writes()), 1)

    def test_cleared(self):
        self.jane.write(
            {
                "email": False,
                "phone": False,
                "website": False,
                "comment": False,
                "vat": False,
                "street": False,
                "property_payment_term_id": False,
            }
        )
        self.run_worker()
        self.assert_synced(self.jane)
        self.assertEqual(
            {key: self.last_body()[key] for key in self.sent_attributes()},
            {
                "PrimaryEmailAddr": {},
                "PrimaryPhone": {},
                "WebAddr": {},
                "Notes": "",
                "PrimaryTaxIdentifier": "",
                "BillAddr": {},
                "SalesTermRef": {"value": ""},
            },
        )
        remote = self.customer_of(self.jane)
        for attribute in ("PrimaryEmailAddr", "PrimaryPhone", "WebAddr", "Notes", "BillAddr"):
            self.assertFalse(remote.get(attribute), attribute)
        self.assertFalse(remote.get("SalesTermRef"))
        self.assertEqual(remote["DisplayName"], "Jane Roe")

    def test_part_of_the_address_cleared(self):
        self.jane.write({"street": False, "city": "Reno"})
        self.run_worker()
        address = self.customer_of(self.jane)["BillAddr"]
        self.assertEqual({k: v for k, v in address.items() if k != "Id"}, {"City": "Reno"})

    def test_became_a_company(self):
        self.jane.is_company = True
        self.run_worker()
        remote = self.customer_of(self.jane)
        self.assertEqual(remote["CompanyName"], "Jane Roe")
        self.assertFalse(remote.get("GivenName") or remote.get("FamilyName"))

    def test_archived_and_back(self):
        paid = self.synced(self.new_partner("Without Balance"))
        paid.action_archive()
        self.run_worker()
        remote = self.customer_of(paid)
        self.assertFalse(remote["Active"])
        self.assertEqual(remote["DisplayName"], "Without Balance (deleted)")
        self.assert_synced(paid)
        paid.action_unarchive()
        self.run_worker()
        remote = self.customer_of(paid)
        self.assertEqual((remote["Active"], remote["DisplayName"]), (True, "Without Balance"))
        self.assert_synced(paid)

    def test_archived_with_a_balance_there(self):
        self.jane.action_archive()
        self.run_worker()
        self.assertEqual(self.jane.qbo_state, "held")
        self.assertIn("balance", self.jane.qbo_error)
        self.jane.action_unarchive()
        self.run_worker()
        self.assert_synced(self.jane)

    def test_archived_before_its_invoice_went_out(self):
        """The invoice is confirmed, so the customer is created for it, active."""
        late = self.new_partner("Late")
        move = self.invoice(partner=late)
        late.action_archive()
        self.run_worker()
        self.assert_synced(move, late)
        self.assertTrue(self.customer_of(late)["Active"])

    def test_archived_and_never_needed(self):
        idle = self.new_partner("Idle", active=False)
        idle.action_qbo_sync()
        self.run_worker()
        self.assertEqual((idle.qbo_state, self.writes()), ("none", []))

    def test_addresses_of_contacts(self):
        company = self.synced(self.new_partner("Roe Ltd", is_company=True, street="1 Main St"))
        self.simulator.control.clear_log()
        dock = self.new_partner("Dock", parent_id=company.id, type="delivery", street="2 Side St")
        self.run_worker()
        self.assertEqual(self.sent_attributes(), {"ShipAddr"})
        self.assertEqual(self.customer_of(company)["ShipAddr"]["Line2"], "2 Side St")
        dock.street = "3 Back St"
        self.run_worker()
        self.assertEqual(self.customer_of(company)["ShipAddr"]["Line2"], "3 Back St")
        dock.unlink()
        self.run_worker()
        self.assertFalse(self.customer_of(company).get("ShipAddr"))

    def test_an_address_moves_to_another_company(self):
        one, two = (self.new_partner(name, is_company=True) for name in ("One", "Two"))
        dock = self.new_partner("Dock", parent_id=one.id, type="delivery", street="2 Side St")
        self.synced(one)
        self.synced(two)
        self.assertTrue(self.customer_of(one).get("ShipAddr"))
        dock.parent_id = two
        self.run_worker()
        self.assertFalse(self.customer_of(one).get("ShipAddr"))
        self.assertTrue(self.customer_of(two).get("ShipAddr"))

    def test_the_scan_finds_what_was_missed(self):
        company = self.new_partner("Roe Ltd", is_company=True)
        dock = self.new_partner("Dock", parent_id=company.id, type="delivery", street="2 Side St")
        self.billed(company)
        self.written_long_ago(company)
        dock.with_context(qbo_inbound=True).street = "3 Back St"
        self.connection._wake(scan=True)
        self.run_worker()
        self.assertEqual(self.customer_of(company)["ShipAddr"]["Line2"], "3 Back St")

    def test_inactivated_there(self):
        """The refusal names the customer; one button wakes it, and both go on."""
        self.simulator.control.switch("customer_with_balance", "allow")
        self.edit_in_quickbooks("Customer", self.jane.qbo_id, Active=False)
        move = self.invoice(partner=self.jane)
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("Jane Roe", move.qbo_error)
        self.assertIn("inactive", move.qbo_error)
        self.operation(move).action_reactivate()
        self.run_worker()
        self.assert_synced(move, self.jane)
        remote = self.customer_of(self.jane)
        self.assertEqual((remote["Active"], remote["DisplayName"]), (True, "Jane Roe"))
        bodies = [canonical.loads(call.body) for call in self.writes() if "customer" in call.path]
        self.assertEqual(bodies[-1]["DisplayName"], "Jane Roe", "without QuickBooks' mark")

    def test_inactivated_there_and_edited_here(self):
        self.simulator.control.switch("customer_with_balance", "allow")
        self.edit_in_quickbooks("Customer", self.jane.qbo_id, Active=False)
        self.jane.phone = "555-2"
        self.run_worker()
        self.assert_synced(self.jane)
        self.assertFalse(self.jane.active, "what only QuickBooks changed is followed")
        self.assertEqual(self.jane.phone, "555-2", "and what only Odoo changed stays")
        self.jane.active = True
        self.run_worker()
        self.assert_synced(self.jane)
        customer = self.customer_of(self.jane)
        self.assertTrue(customer["Active"])
        self.assertEqual(customer["PrimaryPhone"]["FreeFormNumber"], "555-2")

    def test_renamed_there_and_inactivated(self):
        """Waking keeps the name people gave it in QuickBooks."""
        self.simulator.control.switch("customer_with_balance", "allow")
        self.edit_in_quickbooks("Customer", self.jane.qbo_id, DisplayName="Mrs Roe")
        self.edit_in_quickbooks("Customer", self.jane.qbo_id, Active=False)
        move = self.invoice(partner=self.jane)
        self.run_worker()
        self.operation(move).action_reactivate()
        self.run_worker()
        self.assert_synced(move, self.jane)
        self.assertEqual(self.customer_of(self.jane)["DisplayName"], "Mrs Roe")

    def test_link_removed(self):
        """Without its link the partner is matched anew, with what is there."""
        remote_id = self.jane.qbo_id
        self.binding(self.jane, "Customer").action_unlink_remote()
        self.assert_synced(self.billed(self.jane))
        self.assertEqual(self.jane.qbo_id, remote_id)
        self.assertEqual(len(self.named("Jane Roe")), 1)


@tagged("post_install", "-at_install")
class TestCustomerTwoCompanies(NamesCommon):
    """A partner shared by two companies, each with a QuickBooks company of its own."""

    def test_two_links(self):
        other = self.setup_other_company(name="Second Inc")["company"]
        other.country_id = self.env.ref("base.us")
        realm = self.simulator.add_company()
        connection = self.env["quickbooks.connection"].create(
            {
                "company_id": other.id,
                "environment": "simulator",
                "simulator_url": self.simulator.url,
                "cutoff_date": "2020-01-01",
            }
        )
        self.set_keys(connection)
        self.assertTrue(self.authorize(connection, realm=realm).ok)
        self.run_worker(connection)
        connection.action_enable()
        self.run_worker(connection)
        jane = self.new_partner()
        jane.action_qbo_sync()
        jane.with_company(other).with_context(allowed_company_ids=other.ids).action_qbo_sync()
        for one in (self.connection, connection):
            self.run_worker(one)
        bindings = self.env["quickbooks.binding"].search([("res_id", "=", jane.id)])
        self.assertEqual(bindings.connection_id, self.connection | connection)
        self.assertEqual(set(bindings.mapped("state")), {"synced"})
        here = self.simulator.control.entities("Customer")
        there = self.simulator.control.entities("Customer", realm=realm)
        for rows in (here, there):
            self.assertEqual([row["DisplayName"] for row in rows].count("Jane Roe"), 1)
        jane.phone = "555-2"
        for one in (self.connection, connection):
            self.run_worker(one)
        for link in bindings:
            row = self.simulator.control.get(
                "Customer", link.remote_id, realm=link.connection_id.realm_id
            )
            self.assertEqual(row["PrimaryPhone"]["FreeFormNumber"], "555-2")
