from odoo.exceptions import AccessError
from odoo.tests import TransactionCase, new_test_user, tagged


@tagged("post_install", "-at_install")
class TestSecurity(TransactionCase):
    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.models = [
            name
            for name, model in cls.env.registry.items()
            if name.startswith("quickbooks.") and model._auto and not model._abstract
        ]
        cls.biller = new_test_user(cls.env, "biller", groups="account.group_account_invoice")
        cls.stranger = new_test_user(cls.env, "stranger", groups="base.group_user")
        cls.manager = new_test_user(cls.env, "qbomanager", groups="quickbooks_online.group_manager")

    def test_every_table_has_a_company_rule(self):
        for name in self.models:
            model = self.env[name]
            if model._transient or "company_id" not in model._fields:
                continue
            rules = self.env["ir.rule"].search([("model_id.model", "=", name)])
            self.assertTrue(rules, f"{name} has no record rule")
            self.assertIn("company_id", rules[0].domain_force)

    def test_every_table_knows_its_company(self):
        for name in self.models:
            if not self.env[name]._transient:
                self.assertIn("company_id", self.env[name]._fields, name)

    def test_invoicing_people_see_states(self):
        self.assertTrue(self.biller.has_group("quickbooks_online.group_user"))
        self.assertFalse(self.biller.has_group("quickbooks_online.group_manager"))
        fields = self.env["account.move"].with_user(self.biller).fields_get(["qbo_state"])
        self.assertIn("qbo_state", fields)

    def test_others_see_nothing(self):
        self.assertFalse(self.env["res.partner"].with_user(self.stranger).fields_get(["qbo_state"]))
        for name in self.models:
            model = self.env[name].with_user(self.stranger)
            self.assertFalse(model.has_access("read"), name)

    def test_nobody_writes_the_engine_tables(self):
        tables = (
            "binding",
            "change",
            "channel",
            "envelope",
            "event",
            "log",
            "operation",
            "reference",
        )
        for table in tables:
            for user in (self.biller, self.manager):
                model = self.env[f"quickbooks.{table}"].with_user(user)
                for operation in ("write", "create", "unlink"):
                    self.assertFalse(model.has_access(operation), f"{table} {operation}")

    def test_secrets_are_for_administrators(self):
        credential = self.env["quickbooks.credential"]
        self.assertFalse(credential.with_user(self.manager).has_access("read"))
        for name in ("client_secret", "access_token", "refresh_token", "verifier"):
            field = credential._fields[name]
            self.assertEqual(field.groups, "base.group_system")
            self.assertFalse(field.copy)
            self.assertFalse(field.exportable)

    def test_sync_button_needs_invoicing_rights(self):
        partner = self.env["res.partner"].create({"name": "Somebody"})
        with self.assertRaises(AccessError):
            partner.with_user(self.stranger).action_qbo_sync()

    def test_only_administrators_connect(self):
        connection = self.env["quickbooks.connection"].create({"environment": "simulator"})
        for method in ("action_connect", "action_disconnect"):
            with self.assertRaises(AccessError):
                getattr(connection.with_user(self.manager), method)()

    def test_decisions_need_the_manager(self):
        operations = self.env["quickbooks.operation"].with_user(self.biller)
        bindings = self.env["quickbooks.binding"].with_user(self.biller)
        for records, method in (
            (operations, "action_retry"),
            (operations, "action_reactivate"),
            (bindings, "action_unlink_remote"),
            (bindings, "action_send_again"),
            (bindings, "action_accept_difference"),
            (bindings, "action_accept_theirs"),
            (bindings, "action_ignore_drift"),
            (self.env["quickbooks.event"].with_user(self.biller), "action_retry"),
            (self.env["quickbooks.event"].with_user(self.biller), "action_ignore"),
        ):
            with self.assertRaises(AccessError):
                getattr(records, method)()

    def test_two_companies_do_not_see_each_other(self):
        other = self.env["res.company"].create({"name": "Other"})
        connections = self.env["quickbooks.connection"].create(
            [{"company_id": self.env.company.id}, {"company_id": other.id}]
        )
        bindings = self.env["quickbooks.binding"].create(
            [
                {
                    "connection_id": connection.id,
                    "res_model": "res.partner",
                    "res_id": 1,
                    "remote_type": "Customer",
                }
                for connection in connections
            ]
        )
        seen = self.env["quickbooks.binding"].with_user(self.biller).search([])
        self.assertIn(bindings[0], seen)
        self.assertNotIn(bindings[1], seen)
        with self.assertRaises(AccessError):
            bindings[1].with_user(self.biller).read(["remote_id"])
