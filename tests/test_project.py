"""Projects as sub-customers: made when it is time, found when they are there, and followed."""

from odoo.exceptions import UserError
from odoo.tests import Form, new_test_user, tagged

from .test_customer import NamesCommon


class ProjectCommon(NamesCommon):
    """A connection where each project is a sub-customer from its stage "Won" on."""

    @classmethod
    def prepare(cls):
        super().prepare()
        cls.env.user.group_ids |= cls.env.ref("project.group_project_manager")
        cls.env.user.group_ids |= cls.env.ref("project.group_project_stages")
        Stage = cls.env["project.project.stage"]
        cls.idea, cls.won = Stage.create([{"name": "Idea"}, {"name": "Won"}])
        cls.connection.write(
            {"project_policy": "project", "project_stage_ids": [(6, 0, cls.won.ids)]}
        )
        cls.run_worker()

    def project(self, name="Garden", partner=None, **values):
        """A project with an analytic account of its own, at a stage nobody waits for."""
        project = self.env["project.project"].create(
            {
                "name": name,
                "partner_id": self.partner_a.id if partner is None else partner and partner.id,
                "stage_id": self.idea.id,
                **values,
            }
        )
        project._create_analytic_account()
        return project

    def line(self, project=None, **values):
        distribution = {str(project.account_id.id): 100} if project else False
        return {
            "product_id": self.product_a.id,
            "price_unit": 100.0,
            "analytic_distribution": distribution,
            **values,
        }

    def project_invoice(self, *projects, **values):
        move = self.invoice(lines=[self.line(p) for p in projects], **values)
        self.run_worker()
        return move

    def customer_id(self, move):
        return self.remote_of(move, "Invoice")["CustomerRef"]["value"]

    def to_stage(self, project):
        project.stage_id = self.won
        self.run_worker()
        return project


@tagged("post_install", "-at_install")
class TestProject(ProjectCommon):
    def test_it_reaches_a_stage(self):
        project = self.project()
        self.run_worker()
        self.assertEqual(project.qbo_state, "none")
        self.to_stage(project)
        self.assert_synced(project, self.partner_a)
        remote = self.remote_of(project, "Customer")
        self.assertEqual(remote["ParentRef"]["value"], self.partner_a.qbo_id)
        self.assertTrue(remote["Job"] and remote["BillWithParent"])
        self.assertEqual(remote["FullyQualifiedName"], f"{self.partner_a.name}:Garden")

    def test_created_at_a_stage(self):
        project = self.project(stage_id=self.won.id)
        self.run_worker()
        self.assert_synced(project)

    def test_a_contact_stands_for_its_company(self):
        contact = self.new_partner("Jane", parent_id=self.partner_a.id)
        project = self.to_stage(self.project(partner=contact))
        parent = self.remote_of(project, "Customer")["ParentRef"]["value"]
        self.assertEqual(parent, self.partner_a.qbo_id)
        self.assertFalse(contact.qbo_id)

    def test_without_a_customer(self):
        """A sentence on the project; choosing the customer is all it takes."""
        project = self.to_stage(self.project(partner=False))
        self.assertEqual(project.qbo_state, "held")
        self.assertIn("Choose its customer", project.qbo_error)
        action = project.action_qbo_resolve()
        self.assertEqual((action["res_model"], action["res_id"]), (project._name, project.id))
        project.partner_id = self.partner_a
        self.run_worker()
        self.assert_synced(project)

    def test_templates_stay_out(self):
        project = self.to_stage(self.project(is_template=True))
        self.assertEqual(project.qbo_state, "none")
        with self.assertRaisesRegex(UserError, "template"):
            project.action_qbo_sync()

    def test_the_button(self):
        project = self.project()
        self.synced(project)
        self.assertEqual(self.remote_of(project, "Customer")["DisplayName"], "Garden")

    def test_switched_off(self):
        """Nothing is noted, nothing is sent, and the button says why."""
        project = self.to_stage(self.project())
        self.connection.project_policy = "main"
        self.run_worker()
        self.simulator.control.clear_log()
        project.name = "Park"
        self.project("Other", stage_id=self.won.id)
        self.commit()
        self.assertFalse(self.env["quickbooks.change"].search([]))
        self.run_worker()
        self.assertFalse(self.writes())
        with self.assertRaisesRegex(UserError, "A sub-customer per project"):
            project.action_qbo_sync()

    def test_switched_on_with_projects_at_the_stage(self):
        self.connection.project_policy = "main"
        project = self.project(stage_id=self.won.id)
        self.run_worker()
        self.assertEqual(project.qbo_state, "none")
        self.connection.project_policy = "project"
        self.run_worker()
        self.assert_synced(project)

    def test_capture_costs_nothing_when_off(self):
        self.connection.project_policy = "main"
        project = self.project()
        self.commit()
        self.connection._project_rules()
        with self.assertQueryCount(0):
            project._qbo_note_change()
            self.env.cr.precommit.run()

    def test_other_company(self):
        """A project of a company without QuickBooks is nobody's business."""
        other = self.env["res.company"].create({"name": "Other"})
        partner = self.new_partner("Theirs")
        project = self.env["project.project"].create(
            {
                "name": "Theirs",
                "company_id": other.id,
                "partner_id": partner.id,
                "stage_id": self.won.id,
            }
        )
        self.run_worker()
        self.assertFalse(self.named("Theirs"))
        self.assertEqual(project.qbo_state, "none")


@tagged("post_install", "-at_install")
class TestProjectFollows(ProjectCommon):
    def test_renamed(self):
        project = self.to_stage(self.project())
        project.name = "Park"
        self.run_worker()
        remote = self.remote_of(project, "Customer")
        self.assertEqual(remote["FullyQualifiedName"], f"{self.partner_a.name}:Park")
        self.assertEqual(self.sent_attributes(), {"DisplayName"})

    def test_archived_and_back(self):
        project = self.to_stage(self.project())
        project.active = False
        self.run_worker()
        self.assertFalse(self.remote_of(project, "Customer")["Active"])
        project.active = True
        self.run_worker()
        remote = self.remote_of(project, "Customer")
        self.assertEqual((remote["Active"], remote["DisplayName"]), (True, "Garden"))

    def test_moved_to_another_customer(self):
        """The new customer is made first."""
        project = self.to_stage(self.project())
        project.partner_id = self.partner_b
        self.run_worker()
        self.assert_synced(project, self.partner_b)
        remote = self.remote_of(project, "Customer")
        self.assertEqual(remote["ParentRef"]["value"], self.partner_b.qbo_id)
        self.assertEqual(self.sent_attributes(), {"ParentRef"})

    def test_its_contact_joins_another_company(self):
        contact = self.new_partner("Jane", parent_id=self.partner_a.id)
        project = self.to_stage(self.project(partner=contact))
        contact.parent_id = self.partner_b
        self.run_worker()
        self.assert_synced(project)
        remote = self.remote_of(project, "Customer")
        self.assertEqual(remote["ParentRef"]["value"], self.partner_b.qbo_id)

    def test_its_contact_is_merged(self):
        project = self.to_stage(self.project())
        self.synced(self.partner_b)
        wizard = self.env["base.partner.merge.automatic.wizard"].create({})
        wizard._merge((self.partner_a | self.partner_b).ids, self.partner_b)
        self.run_worker()
        self.assertEqual(project.partner_id, self.partner_b)
        remote = self.remote_of(project, "Customer")
        self.assertEqual(remote["ParentRef"]["value"], self.partner_b.qbo_id)

    def test_moved_back_to_an_earlier_stage(self):
        project = self.to_stage(self.project())
        project.stage_id = self.idea
        self.run_worker()
        self.assertTrue(self.remote_of(project, "Customer")["Active"])
        project.name = "Park"
        self.run_worker()
        self.assertEqual(self.remote_of(project, "Customer")["DisplayName"], "Park")

    def test_two_of_one_name(self):
        """Names are unique over all customers, so the customer's tells them apart."""
        one = self.to_stage(self.project())
        two = self.to_stage(self.project(partner=self.partner_b))
        names = [self.remote_of(p, "Customer")["DisplayName"] for p in (one, two)]
        self.assertEqual(names, ["Garden", f"Garden ({self.partner_b.name})"])

    def test_a_contact_of_that_name(self):
        self.billed(self.new_partner("Garden"))
        project = self.to_stage(self.project())
        name = self.remote_of(project, "Customer")["DisplayName"]
        self.assertEqual(name, f"Garden ({self.partner_a.name})")

    def test_deleting_is_refused(self):
        project = self.to_stage(self.project())
        with self.assertRaisesRegex(UserError, "is in QuickBooks"):
            project.unlink()


@tagged("post_install", "-at_install")
class TestProjectMatch(ProjectCommon):
    def setUp(self):
        super().setUp()
        self.synced(self.partner_a)

    def job(self, name="Garden", partner=None, **values):
        parent = (partner or self.partner_a).qbo_id
        return self.in_quickbooks(
            "Customer", DisplayName=name, Job=True, ParentRef={"value": parent}, **values
        )

    def quickbooks_project(self, name="Garden"):
        """What only QuickBooks itself can make."""
        remote_id = self.job(name)
        row = dict(self.simulator.control.get("Customer", remote_id), IsProject=True)
        self.load_in_quickbooks("Customer", [row])
        self.age_lists()
        return remote_id

    def test_one_that_is_there(self):
        remote_id = self.job("GARDEN")
        self.age_lists()
        project = self.to_stage(self.project())
        self.assert_synced(project)
        self.assertEqual(project.qbo_id, remote_id)
        self.assertEqual(self.remote("Customer")[remote_id]["DisplayName"], "GARDEN")

    def test_one_of_another_customer(self):
        self.synced(self.partner_b)
        self.job(partner=self.partner_b)
        self.age_lists()
        project = self.to_stage(self.project())
        self.assert_synced(project)
        name = self.remote_of(project, "Customer")["DisplayName"]
        self.assertEqual(name, f"Garden ({self.partner_a.name})")

    def test_a_customer_of_that_name_is_not_it(self):
        other = self.in_quickbooks("Customer", DisplayName="Garden")
        self.age_lists()
        project = self.to_stage(self.project())
        self.assertNotEqual(project.qbo_id, other)
        self.assert_synced(project)

    def test_two_projects_of_its_name(self):
        """One sub-customer, two projects of that customer: a person decides, by the same window."""
        remote_id = self.job()
        self.age_lists()
        one = self.project(stage_id=self.won.id)
        two = self.project(stage_id=self.won.id)
        self.run_worker()
        self.assertEqual({one.qbo_state, two.qbo_state}, {"held"})
        wizard = self.resolve(one)
        self.assertEqual(wizard.reference_id.remote_id, remote_id)
        wizard.action_link()
        self.resolve(two).action_create_new()
        self.run_worker()
        self.assert_synced(one, two)
        self.assertEqual(one.qbo_id, remote_id)
        self.assertNotEqual(two.qbo_id, remote_id)

    def test_only_sub_customers_can_be_chosen(self):
        self.job()
        top = self.in_quickbooks("Customer", DisplayName="Top")
        self.refresh_lists()
        one = self.project(stage_id=self.won.id)
        self.project(stage_id=self.won.id)
        self.run_worker()
        wizard = self.resolve(one, reference_id=self.reference("Customer", top).id)
        with self.assertRaisesRegex(UserError, "cannot be linked"):
            wizard.action_link()

    def test_projects_of_quickbooks_are_never_renamed(self):
        remote_id = self.quickbooks_project()
        project = self.to_stage(self.project())
        self.assertEqual(project.qbo_id, remote_id)
        project.name = "Park"
        self.run_worker()
        self.assert_synced(project)
        self.assertEqual(self.remote("Customer")[remote_id]["DisplayName"], "Garden")
        project.active = False
        self.run_worker()
        self.assertFalse(self.remote("Customer")[remote_id]["Active"], "but it follows otherwise")

    def test_projects_of_quickbooks_are_not_moved(self):
        self.quickbooks_project()
        project = self.to_stage(self.project())
        project.partner_id = self.partner_b
        self.run_worker()
        self.assertEqual(project.qbo_state, "held")
        self.assertIn("belongs to another customer", project.qbo_error)

    def test_documents_name_the_project_of_quickbooks(self):
        remote_id = self.quickbooks_project()
        move = self.project_invoice(self.project())
        self.assert_synced(move)
        remote = self.remote_of(move, "Invoice")
        self.assertEqual(remote["ProjectRef"]["value"], remote_id)
        self.assertEqual(remote["CustomerRef"]["value"], remote_id)

    def test_one_that_was_taken_in_as_a_contact(self):
        """The first import made a contact of it; the project takes the link over."""
        remote_id = self.job()
        self.refresh_lists()
        self.run_pull()
        contact = self.env["res.partner"].search([("name", "=", "Garden")])
        self.assertEqual(contact.qbo_id or contact.parent_id, self.partner_a)
        links = self.env["quickbooks.binding"].search([("remote_id", "=", remote_id)])
        self.assertEqual(links.res_model, "res.partner")
        project = self.to_stage(self.project())
        self.assert_synced(project)
        self.assertEqual(project.qbo_id, remote_id)
        self.assertEqual(links.state, "unlinked")

    def test_changed_in_quickbooks(self):
        """Its news reaches nobody's contact, and the next change of ours arrives."""
        project = self.to_stage(self.project())
        self.edit_in_quickbooks("Customer", project.qbo_id, Notes="seen")
        self.env["quickbooks.event"]._insert(
            self.connection,
            "webhook",
            [
                {
                    "event_key": "k1",
                    "remote_type": "Customer",
                    "remote_id": project.qbo_id,
                    "operation": "update",
                }
            ],
        )
        self.run_pull()
        event = self.env["quickbooks.event"].search([("event_key", "=", "k1")])
        self.assertEqual(event.state, "skipped")
        self.assertFalse(self.env["res.partner"].search([("name", "=", "Garden")]))
        project.name = "Park"
        self.run_worker()
        remote = self.remote_of(project, "Customer")
        self.assertEqual((remote["DisplayName"], remote["Notes"]), ("Park", "seen"))


@tagged("post_install", "-at_install")
class TestProjectDocuments(ProjectCommon):
    def test_its_first_document(self):
        """Customer, project and invoice, one after the other, in one go."""
        project = self.project()
        move = self.project_invoice(project)
        self.assert_synced(move, project)
        self.assertEqual(self.customer_id(move), project.qbo_id)
        self.assertNotIn("ProjectRef", self.remote_of(move, "Invoice"))
        parent = self.remote("Customer")[self.partner_a.qbo_id]
        self.assertEqual(parent["Balance"], move.amount_total, "the customer owes it")

    def test_lines_without_a_distribution_do_not_matter(self):
        project = self.project()
        move = self.project_invoice(project, None, project)
        self.assertEqual(self.customer_id(move), project.qbo_id)

    def test_two_projects_on_one_document(self):
        one, two = self.project("One"), self.project("Two")
        move = self.project_invoice(one, two)
        self.assert_synced(move)
        self.assertEqual(self.customer_id(move), self.partner_a.qbo_id)
        self.assertEqual({one.qbo_state, two.qbo_state}, {"none"})

    def test_a_part_elsewhere(self):
        project, other = self.project(), self.project("Other", partner=False)
        distribution = {str(project.account_id.id): 60, str(other.account_id.id): 40}
        move = self.invoice(lines=[self.line(analytic_distribution=distribution)])
        self.run_worker()
        self.assertEqual(self.customer_id(move), self.partner_a.qbo_id)

    def test_the_project_of_another_customer(self):
        """Work for one customer billed to another is the other's debt."""
        move = self.project_invoice(self.project(partner=self.partner_b))
        self.assertEqual(self.customer_id(move), self.partner_a.qbo_id)

    def test_an_archived_project(self):
        project = self.project(active=False)
        move = self.project_invoice(project)
        self.assertEqual(self.customer_id(move), project.qbo_id)

    def test_option_off(self):
        self.connection.project_policy = "main"
        project = self.project()
        move = self.project_invoice(project)
        self.assertEqual(self.customer_id(move), self.partner_a.qbo_id)
        self.assertEqual(project.qbo_state, "none")

    def test_another_distribution_moves_the_document(self):
        one, two = self.project("One"), self.project("Two")
        move = self.project_invoice(one)
        move.invoice_line_ids.analytic_distribution = {str(two.account_id.id): 100}
        self.run_worker()
        self.assert_synced(move, two)
        self.assertEqual(self.customer_id(move), two.qbo_id)

    def test_a_paid_document_stays_where_it_is(self):
        """QuickBooks does not move what money is applied to; other changes still arrive."""
        one, two = self.project("One"), self.project("Two")
        move = self.project_invoice(one)
        payment = self.pay(move)
        self.assert_synced(payment)
        move.invoice_line_ids.analytic_distribution = {str(two.account_id.id): 100}
        move.ref = "PO 7"
        self.run_worker()
        self.assert_synced(move)
        self.assertEqual(self.customer_id(move), one.qbo_id)
        self.assertIn("PO 7", self.remote_of(move, "Invoice")["PrivateNote"])

    def pay(self, move):
        wizard = self.env["account.payment.register"].with_context(
            active_model="account.move", active_ids=move.ids
        )
        payment = wizard.create({})._create_payments()
        self.run_worker()
        self.run_worker()
        return payment

    def test_payment(self):
        """Received from the customer, applied to the invoice of its project."""
        move = self.project_invoice(self.project())
        payment = self.pay(move)
        self.assert_synced(payment, move)
        self.assertEqual(self.remote_of(move, "Invoice")["Balance"], 0)
        self.assertEqual(
            self.remote_of(payment, "Payment")["CustomerRef"]["value"], self.partner_a.qbo_id
        )

    def test_payment_entered_in_quickbooks_for_the_project(self):
        """The contact paid, whichever of its customers somebody chose there."""
        project = self.project()
        move = self.project_invoice(project)
        remote = self.remote_of(move, "Invoice")
        paid = self.simulator.control.change(
            "Payment",
            {
                "CustomerRef": {"value": project.qbo_id},
                "TotalAmt": remote["TotalAmt"],
                "Line": [
                    {
                        "Amount": remote["TotalAmt"],
                        "LinkedTxn": [{"TxnId": remote["Id"], "TxnType": "Invoice"}],
                    }
                ],
            },
        )
        self.env["quickbooks.event"]._insert(
            self.connection,
            "webhook",
            [
                {
                    "event_key": "p1",
                    "remote_type": "Payment",
                    "remote_id": paid["Id"],
                    "operation": "create",
                }
            ],
        )
        self.run_pull()
        self.assertEqual(move.amount_residual, 0)
        link = self.env["quickbooks.binding"].search([("remote_id", "=", paid["Id"])])
        self.assertEqual(link._record().partner_id, self.partner_a)

    def test_a_project_in_trouble_is_named_on_its_document(self):
        self.synced(self.partner_a)
        job = {"Job": True, "ParentRef": {"value": self.partner_a.qbo_id}}
        remote_id = self.in_quickbooks("Customer", DisplayName="Garden", **job)
        self.edit_in_quickbooks("Customer", remote_id, Active=False)
        self.age_lists()
        project = self.project()
        move = self.project_invoice(project)
        self.assertEqual((project.qbo_state, move.qbo_state), ("held", "waiting"))
        self.assertIn("Garden", move.qbo_error)
        self.resolve(project).action_create_new()
        self.run_worker()
        self.assert_synced(move, project)


@tagged("post_install", "-at_install")
class TestProjectViews(ProjectCommon):
    def test_form_and_list(self):
        clerk = new_test_user(
            self.env,
            "clerk",
            groups="base.group_user,project.group_project_user,account.group_account_invoice",
        )
        project = self.to_stage(self.project(privacy_visibility="employees"))
        with Form(project.with_user(clerk), view="project.edit_project") as form:
            self.assertEqual(form.qbo_state, "synced")
        for kind, view in (("list", "project.view_project"), ("search", None)):
            arch = self.env["project.project"].get_view(view and self.env.ref(view).id, kind)
            self.assertIn("qbo_state", arch["arch"])

    def test_for_people_without_invoicing_rights(self):
        worker = new_test_user(
            self.env, "worker", groups="base.group_user,project.group_project_manager"
        )
        project = self.to_stage(self.project(privacy_visibility="employees"))
        project.with_user(worker).name = "Park"  # notes it all the same
        self.run_worker()
        self.assertEqual(self.remote_of(project, "Customer")["DisplayName"], "Park")

    def test_settings(self):
        settings = self.env["res.config.settings"].create({})
        self.assertEqual(settings.qbo_project_policy, "project")
        settings.qbo_project_stage_ids = self.idea
        settings.execute()
        self.assertEqual(self.connection.project_stage_ids, self.idea)
