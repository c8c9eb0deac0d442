"""Merging contacts in Odoo: their customers in QuickBooks stay linked to what is left."""

from odoo.tests import tagged

from .test_customer import NamesCommon


@tagged("post_install", "-at_install")
class TestPartnerMerge(NamesCommon):
    """The wizard of core, with and without links on either side."""

    def merge(self, source, destination):
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((source | destination).ids, destination)
        self.commit()

    def links_of(self, *ids):
        return self.env["quickbooks.binding"].search(
            [("res_model", "=", "res.partner"), ("res_id", "in", ids)]
        )

    def notes_of(self, link):
        logs = self.env["quickbooks.log"].search([("binding_id", "=", link.id)])
        return " ".join(logs.mapped("message"))

    def test_the_sources_link_moves(self):
        source, destination = self.new_partner("Jane Roe"), self.new_partner("Jane R.")
        move = self.billed(source)
        remote_id, source_id = source.qbo_id, source.id
        self.merge(source, destination)
        self.assertFalse(source.exists())
        self.assertEqual(destination.qbo_id, remote_id)
        self.assertFalse(self.links_of(source_id))
        self.run_worker()
        self.assert_synced(destination, move)
        self.assertEqual(self.customer_of(destination)["DisplayName"], "Jane R.")
        self.assert_synced(self.billed(destination))
        self.assertEqual(len(self.links_of(destination.id)), 1)

    def test_the_destination_keeps_its_own(self):
        source, destination = self.new_partner("Jane Roe"), self.new_partner("Jane R.")
        self.billed(source)
        self.billed(destination)
        kept, source_id = destination.qbo_id, source.id
        self.merge(source, destination)
        self.assertEqual(destination.qbo_id, kept)
        left = self.links_of(source_id)
        self.assertEqual(left.state, "unlinked")
        self.assertIn("merge the two there", self.notes_of(left))
        self.assertIn("Jane Roe", self.notes_of(left))
        self.run_worker()
        move = self.billed(destination)
        self.assert_synced(move, destination)
        self.assertEqual(self.remote_of(move, "Invoice")["CustomerRef"]["value"], kept)

    def test_a_destination_that_waits_for_a_choice(self):
        """Its empty link gives way to the source's, and its invoice goes on."""
        for name in ("First", "Second"):
            self.in_quickbooks(
                "Customer", DisplayName=name, PrimaryEmailAddr={"Address": "jane@roe.org"}
            )
        source = self.synced(self.new_partner("Somebody"))
        self.age_lists()
        destination = self.new_partner("Jane", email="jane@roe.org")
        move = self.billed(destination)
        self.assertEqual((destination.qbo_state, move.qbo_state), ("held", "waiting"))
        remote_id = source.qbo_id
        self.merge(source, destination)
        self.run_worker()
        self.assert_synced(destination, move)
        self.assertEqual(self.remote_of(move, "Invoice")["CustomerRef"]["value"], remote_id)

    def test_a_source_that_is_not_there_yet(self):
        """Its invoice, not sent so far, goes to the destination's customer."""
        source, destination = self.new_partner("Jane Roe"), self.new_partner("Jane R.")
        self.synced(destination)
        move = self.invoice(partner=source)
        self.merge(source, destination)
        self.run_worker()
        self.assert_synced(move)
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(remote["CustomerRef"]["value"], destination.qbo_id)
        self.assertFalse(self.named("Jane Roe"))

    def test_a_source_on_its_way(self):
        """Nobody knows yet whether it is there; it becomes the destination's, and only once."""
        source, destination = self.new_partner("Jane Roe"), self.new_partner("Jane R.")
        self.simulator.control.faults.add("drop_after", path="/customer", count=1)
        source.action_qbo_sync()
        self.run_worker()
        self.assertEqual(len(self.named("Jane Roe")), 1)
        self.assertFalse(source.qbo_id)
        move = self.invoice(partner=destination)
        planner = self.env["quickbooks.planner"].sudo()
        adapter = self.env["quickbooks.adapter"]._for_type("Customer")
        planner._operations_for(self.connection.sudo(), adapter, destination)
        self.merge(source, destination)
        self.skip_waiting()
        self.run_worker()
        self.skip_waiting()
        self.run_worker()
        self.assert_synced(destination, move)
        self.assertEqual(self.customer_of(destination)["DisplayName"], "Jane R.")
        self.assertFalse(self.named("Jane Roe"), "the same object, renamed")

    def test_neither_is_in_quickbooks(self):
        source, destination = self.new_partner("Jane Roe"), self.new_partner("Jane R.")
        self.merge(source, destination)
        self.run_worker()
        self.assertEqual(destination.qbo_state, "none")
        self.assertEqual(self.writes(), [])

    def test_into_a_contact_of_a_company(self):
        """The link goes to the company, whose contacts have none."""
        company = self.new_partner("Roe Ltd", is_company=True)
        contact = self.new_partner("Jane", parent_id=company.id)
        source = self.synced(self.new_partner("Jane Roe"))
        remote_id = source.qbo_id
        self.merge(source, contact)
        self.assertEqual(company.qbo_id, remote_id)
