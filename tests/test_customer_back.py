"""Customers of QuickBooks as contacts: matched before they are made, and kept in step."""

import time
from unittest.mock import patch

from odoo import fields
from odoo.tests import tagged

from .test_payment_back import PaymentsBack


@tagged("post_install", "-at_install")
class TestCustomerBack(PaymentsBack):
    def customer(self, name, **values):
        return self.give_there("Customer", DisplayName=name, **values)

    def edit(self, remote_id, **values):
        return self.edit_there("Customer", remote_id, **values)

    def contact(self, remote):
        return self.contact_of(remote, "Customer")

    def first_import(self):
        self.import_all()

    def test_first_import(self):
        known = self.env["res.partner"].create({"name": "Old friend", "email": "old@friend.com"})
        same = self.customer(
            "A friend of old", PrimaryEmailAddr={"Address": "Old@Friend.com"}, Notes="x"
        )
        new = self.customer(
            "Brand new",
            CompanyName="Brand new Inc",
            PrimaryEmailAddr={"Address": "new@brand.com"},
            PrimaryPhone={"FreeFormNumber": "555 1234"},
            BillAddr={
                "Line1": "1 Main St",
                "Line2": "Floor 2",
                "City": "Austin",
                "CountrySubDivisionCode": "TX",
                "PostalCode": "78701",
                "Country": "USA",
            },
        )
        person = self.customer("Jo Doe", GivenName="Jo", FamilyName="Doe")
        sleeping = self.customer("Sleeping")
        self.edit(sleeping["Id"], Active=False)
        self.import_all()
        self.assertEqual(self.contact(same), known)
        self.assertEqual(known.name, "Old friend", "nothing of ours is overwritten")
        made = self.contact(new)
        self.assertRecordValues(
            made,
            [
                {
                    "name": "Brand new",
                    "is_company": True,
                    "email": "new@brand.com",
                    "phone": "555 1234",
                    "street": "1 Main St",
                    "street2": "Floor 2",
                    "city": "Austin",
                    "zip": "78701",
                    "state_id": self.env.ref("base.state_us_44").id,
                    "country_id": self.env.ref("base.us").id,
                    "customer_rank": 1,
                }
            ],
        )
        self.assertFalse(self.contact(person).is_company)
        self.assertFalse(self.contact(sleeping), "inactive ones stay out")
        self.assert_quiet()
        self.assertEqual(made.qbo_state, "synced")

    def test_sub_customers_are_children(self):
        parent = self.customer("Parent")
        child = self.customer("Project", Job=True, ParentRef={"value": parent["Id"]})
        self.import_all()
        self.assertEqual(self.contact(child).parent_id, self.contact(parent))
        self.assertTrue(self.contact(parent))

    def test_edits_of_a_sub_customer_cross_both_ways(self):
        parent = self.customer("Parent")
        child = self.customer("Project", Job=True, ParentRef={"value": parent["Id"]})
        self.import_all()
        contact = self.contact(child)
        self.edit(child["Id"], DisplayName="Renamed", PrimaryPhone={"FreeFormNumber": "1"})
        self.ask()
        self.assertRecordValues(
            contact, [{"name": "Renamed", "phone": "1", "parent_id": self.contact(parent).id}]
        )
        self.assert_quiet()
        contact.street = "9 Side St"
        self.commit()
        self.sync()
        remote = self.remote("Customer")[child["Id"]]
        self.assertEqual(remote["BillAddr"]["Line1"], "9 Side St")
        self.assertEqual(remote["ParentRef"]["value"], parent["Id"])
        self.assert_quiet()

    def test_progress_and_reads(self):
        """People see how far it has come; a worker that is stopped goes on where it was."""
        count = 450
        for number in range(count):
            self.customer(f"Many {number:03}")
        connection = self.connection
        channel = connection.sudo()._channel("pull")
        push = connection.sudo()._channel("push")
        channel.write({"customers_imported": False, "swept_at": fields.Datetime.now()})
        push.directory_state = False  # as before the first connect
        self.control.clear_log()
        connection._wake(refresh=True)
        self.run_worker()
        worker = type(self.env["quickbooks.pull"])
        original = worker._round
        with patch.object(worker, "_round", lambda self, run: bool(original(self, run) and False)):
            self.run_pull_once()  # it is stopped after one round
        before = connection.import_done
        self.assertLess(before, connection.import_total)
        self.assertIn("so far", connection.import_sentence)
        for _time in range(9):
            self.run_pull_once()
            self.assertGreaterEqual(connection.import_done, before)
            before = connection.import_done
        self.assertTrue(channel.customers_imported)
        active = [row for row in self.remote("Customer").values() if row["Active"]]
        self.assertEqual(connection.import_total, len(active))
        self.assertEqual(connection.import_done, len(active))
        self.assertIn(f"{len(active)} customers looked at", connection.import_sentence)
        made = self.env["res.partner"].search_count([("name", "=like", "Many ___")])
        self.assertEqual(made, count)
        asked = [
            call
            for call in self.control.log()
            if "from customer " in f"{call.body} ".lower() or call.path.endswith("/cdc")
        ]
        self.assertTrue(0 < len(asked) <= 10)

    def test_a_long_round_is_cut(self):
        """What was applied stays, and what was read for the others is not read again."""
        self.ask()
        remotes = [self.customer(f"One of many {number}") for number in range(3)]
        events = [
            {
                "event_key": f"long-{remote['Id']}",
                "remote_type": "Customer",
                "remote_id": remote["Id"],
                "operation": "create",
            }
            for remote in remotes
        ]
        self.env["quickbooks.event"].sudo()._insert(self.connection, "webhook", events)
        self.connection.sudo()._channel("pull").swept_at = fields.Datetime.now()
        self.control.clear_log()
        with patch("odoo.addons.quickbooks_online.sync.inbound.pull.APPLY_SECONDS", -1):
            self.run_pull()
        for remote in remotes:
            self.assertTrue(self.contact(remote))
        self.assertEqual(self.control.counters()["reads"], 1)

    def test_several_that_could_be_meant_are_a_persons_choice(self):
        self.env["res.partner"].create([{"name": "Twin"}, {"name": "twin "}])
        remote = self.customer("Twin")
        self.import_all()
        self.assertFalse(self.contact(remote))
        event = self.event_of(remote["Id"], "Customer")
        self.assertEqual(event.state, "held")
        self.assertIn("several contacts", event.reason)

    def test_new_and_changed_ones_follow(self):
        self.ask()
        remote = self.customer("Later", PrimaryEmailAddr={"Address": "a@later.com"})
        self.ask()
        contact = self.contact(remote)
        self.assertEqual((contact.name, contact.email), ("Later", "a@later.com"))
        self.edit(remote["Id"], DisplayName="Later Ltd", PrimaryPhone={"FreeFormNumber": "42"})
        self.ask()
        self.assertEqual((contact.name, contact.phone), ("Later Ltd", "42"))
        self.assertEqual(contact.email, "a@later.com")
        self.assert_quiet()
        self.edit(remote["Id"], Active=False)
        self.ask()
        self.assertFalse(contact.active)
        self.assert_quiet()

    def test_different_attributes_are_merged(self):
        (move,) = self.invoices(10)
        contact = move.partner_id
        remote_id = self.binding(contact, "Customer").remote_id
        self.ask()
        self.edit(remote_id, PrimaryPhone={"FreeFormNumber": "from there"})
        contact.website = "https://from-here.example.com"
        self.commit()
        self.ask()
        self.sync()
        body = self.remote("Customer")[remote_id]
        self.assertEqual(contact.phone, "from there")
        self.assertEqual(body["PrimaryPhone"]["FreeFormNumber"], "from there")
        self.assertIn("from-here", body["WebAddr"]["URI"])
        self.assertEqual(contact.qbo_state, "synced", contact.qbo_error)
        self.assert_quiet()

    def test_the_same_attribute_on_both_sides_is_a_conflict(self):
        (move,) = self.invoices(10)
        contact = move.partner_id
        remote_id = self.binding(contact, "Customer").remote_id
        self.ask()
        self.edit(remote_id, PrimaryPhone={"FreeFormNumber": "from there"})
        contact.phone = "from here"
        self.commit()
        self.ask()
        self.run_worker()
        self.ask()
        self.assertEqual(contact.phone, "from here")
        self.assertEqual(
            self.remote("Customer")[remote_id]["PrimaryPhone"]["FreeFormNumber"], "from there"
        )
        self.assertEqual(contact.qbo_state, "conflict", contact.qbo_error)
        binding = self.binding(contact, "Customer")
        self.assertIn("from there", binding.drift_html)
        binding.action_accept_theirs()
        self.assertEqual(contact.phone, "from there")
        self.assert_quiet()

    def test_merged_there(self):
        one, two = self.customer("One"), self.customer("Two")
        self.ask()
        loser = self.contact(two)
        self.control.merge("Customer", two["Id"], one["Id"])
        event = {
            "event_key": "merge-1",
            "remote_type": "Customer",
            "remote_id": one["Id"],
            "operation": "merge",
            "deleted_id": two["Id"],
        }
        self.env["quickbooks.event"].sudo()._insert(self.connection, "webhook", [event])
        self.ask()
        self.assertFalse(self.contact(two))
        self.assertTrue(loser.exists())

    def test_switched_off(self):
        self.connection.customers_back = False
        remote = self.customer("Nobody")
        self.ask()
        self.assertFalse(self.contact(remote))

    def test_thousands_without_a_read(self):
        """The list was read already; a thousand contacts cost no further read."""
        count = 1000
        for number in range(count):
            self.control.change("Customer", {"DisplayName": f"Mass {number:04}"})
        self.connection._wake(refresh=True)
        self.run_worker()
        channel = self.connection.sudo()._channel("pull")
        channel.customers_imported = False
        channel.swept_at = fields.Datetime.now()  # they were made long ago
        self.control.clear_log()
        started = time.monotonic()
        for _time in range(20):
            self.run_pull()
            if channel.customers_imported:
                break
        took = time.monotonic() - started
        made = self.env["res.partner"].search_count([("name", "=like", "Mass ____")])
        self.assertEqual(made, count)
        self.assertEqual(self.control.counters()["reads"], 0)
        self.assertLess(took, 60 * count / 1000, "5,000 in five minutes")
