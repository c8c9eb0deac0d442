from odoo.exceptions import UserError
from odoo.tests import new_test_user, tagged

from .common import QuickbooksCommon


@tagged("post_install", "-at_install")
class TestHostFields(QuickbooksCommon):
    """What people see on invoices, contacts and products."""

    def test_states_can_be_searched(self):
        synced = self.synced_invoice()
        waiting = self.invoice()
        draft = self.invoice(post=False)
        mine = [("id", "in", (synced | waiting | draft).ids)]
        Move = self.env["account.move"]
        self.assertEqual(Move.search([*mine, ("qbo_state", "=", "synced")]), synced)
        self.assertEqual(Move.search([*mine, ("qbo_state", "=", "pending")]), waiting)
        self.assertEqual(Move.search([*mine, ("qbo_state", "=", "none")]), draft)
        self.assertEqual(Move.search([*mine, ("qbo_state", "!=", "none")]), synced | waiting)
        self.assertEqual(
            Move.search([*mine, ("qbo_state", "in", ("synced", "none"))]), synced | draft
        )
        self.assertEqual(Move.search([*mine, ("qbo_id", "=", synced.qbo_id)]), synced)
        self.assertEqual(
            mine and (synced | draft).filtered_domain([("qbo_state", "=", "none")]), draft
        )

    def test_states_can_be_grouped(self):
        synced = self.synced_invoice()
        waiting = self.invoice()
        groups = self.env["account.move"]._read_group(
            [("id", "in", (synced | waiting).ids)], ["qbo_state"], ["__count"]
        )
        self.assertEqual(dict(groups), {"synced": 1, "pending": 1})

    def test_states_can_be_sorted(self):
        synced = self.synced_invoice()
        waiting = self.invoice()
        both = synced | waiting
        ordered = self.env["account.move"].search([("id", "in", both.ids)], order="qbo_state")
        self.assertEqual(ordered.mapped("qbo_state"), ["pending", "synced"])

    def test_lists_read_states_at_once(self):
        moves = self.env["account.move"]
        for _number in range(12):
            moves |= self.invoice()
        self.run_worker()
        self.env.invalidate_all()
        moves[:1].mapped("qbo_state")  # warms what does not depend on the number
        self.env.invalidate_all()
        moves.mapped("name")
        with self.assertQueryCount(6):
            moves.mapped("qbo_state")
            moves.mapped("qbo_error")
            moves.mapped("qbo_id")

    def test_product_form_shows_its_variant(self):
        self.synced_invoice()
        template = self.product_a.product_tmpl_id
        self.assertEqual(template.qbo_state, "synced")
        self.assertEqual(template.qbo_id, self.product_a.qbo_id)
        found = self.env["product.template"].search(
            [("qbo_state", "=", "synced"), ("id", "=", template.id)]
        )
        self.assertEqual(found, template)
        groups = self.env["product.template"]._read_group(
            [("id", "=", template.id)], ["qbo_state"], ["__count"]
        )
        self.assertEqual(groups, [("synced", 1)])

    def test_contacts_of_a_company_are_not_linked(self):
        self.synced_invoice()
        child = self.env["res.partner"].create({"name": "Child", "parent_id": self.partner_a.id})
        self.assertEqual(self.partner_a.qbo_state, "synced")
        self.assertEqual(child.qbo_state, "none")

    def test_open_in_quickbooks(self):
        move = self.synced_invoice()
        action = move.action_qbo_open()
        self.assertEqual(action["url"], f"{self.simulator.url}/app/invoice?txnId={move.qbo_id}")
        customer = self.partner_a.action_qbo_open()["url"]
        self.assertIn(f"/app/customerdetail?nameId={self.partner_a.qbo_id}", customer)
        with self.assertRaises(UserError):
            self.invoice().action_qbo_open()

    def test_sync_button_of_names(self):
        self.partner_b.action_qbo_sync()
        self.product_b.product_tmpl_id.action_qbo_sync()
        self.run_worker()
        self.assertEqual(self.partner_b.qbo_state, "synced", self.partner_b.qbo_error)
        self.assertEqual(self.product_b.qbo_state, "synced", self.product_b.qbo_error)

    def test_sync_of_a_list_says_what_stays_out(self):
        posted = self.invoice()
        draft = self.invoice(post=False)
        action = (posted | draft).action_qbo_sync()
        self.assertIn("1 records are on their way", action["params"]["message"])
        self.assertIn("not confirmed", action["params"]["message"])

    def test_sync_while_off(self):
        self.connection.action_disable()
        with self.assertRaisesRegex(UserError, "Switch it on"):
            self.invoice().action_qbo_sync()

    def test_a_biller_may_sync(self):
        biller = new_test_user(
            self.env,
            "biller2",
            groups="account.group_account_invoice",
            company_id=self.company.id,
            company_ids=[(6, 0, self.company.ids)],
        )
        self.connection.stage = "manual"
        move = self.invoice()
        move.with_user(biller).action_qbo_sync()
        self.run_worker()
        self.assertEqual(move.with_user(biller).qbo_state, "synced")

    def test_list_actions_exist_for_billers_only(self):
        group = self.env.ref("quickbooks_online.group_user")
        for name in ("account_move", "res_partner", "product_template", "product_product"):
            action = self.env.ref(f"quickbooks_online.action_sync_{name}")
            self.assertEqual(action.binding_view_types, "list")
            self.assertEqual(action.group_ids, group)
            self.assertTrue(action.binding_model_id)

    def test_resolve_leads_to_the_cause(self):
        mapping = self.env["quickbooks.mapping"]._index(self.connection)[("income_account", "", 0)]
        mapping.write({"reference_id": False, "suggested_id": False})
        move = self.invoice()
        self.run_worker()
        self.assertEqual(move.qbo_state, "waiting")
        self.assertIn("income account", move.qbo_error)
        action = move.action_qbo_resolve()
        self.assertEqual(action["res_model"], "quickbooks.mapping")
        self.assertEqual(action["domain"], [("id", "in", mapping.ids)])
