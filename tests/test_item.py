"""Products: matched by reference, then by name; complete; changes flow on."""

from odoo import Command
from odoo.tests import tagged

from ..qbo.money import dec
from .test_customer import NamesCommon


class ItemCommon(NamesCommon):
    """Products and the items they become."""

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.income = cls.account("Sales of Product Income")

    @classmethod
    def account(cls, name):
        """The row of QuickBooks' chart with this name."""
        return cls.env["quickbooks.reference"].search(
            [
                ("connection_id", "=", cls.connection.id),
                ("remote_type", "=", "Account"),
                ("name", "=", name),
            ]
        )

    def new_product(self, name="Widget", **values):
        return self.env["product.product"].create({"name": name, "list_price": 10.0, **values})

    def item_of(self, product):
        return self.remote_of(product, "Item")

    def sold(self, product):
        """A confirmed invoice of a product after the worker ran, wherever it got."""
        move = self.invoice(lines=[{"product_id": product.id, "price_unit": 5.0, "tax_ids": []}])
        self.run_worker()
        return move

    def mapping(self, kind, record=None):
        return self.env["quickbooks.mapping"].search(
            [
                ("connection_id", "=", self.connection.id),
                ("kind", "=", kind),
                ("res_model", "=", record._name if record else False),
                *([("res_id", "=", record.id)] if record else []),
            ]
        )

    def map(self, kind, record, reference):
        """A person adds a line to the mapping."""
        return self.env["quickbooks.mapping"].create(
            {
                "connection_id": self.connection.id,
                "kind": kind,
                "res_model": record._name,
                "res_id": record.id,
                "reference_id": reference.id,
            }
        )


@tagged("post_install", "-at_install")
class TestItemMatch(ItemCommon):
    """Which object of QuickBooks a product is."""

    def new_item(self, name, **values):
        values = {"Type": "Service", "IncomeAccountRef": {"value": "79"}, **values}
        return self.in_quickbooks("Item", Name=name, **values)

    def test_by_reference_before_name(self):
        remote_id = self.new_item("Their gadget", Sku="W-1")
        self.age_lists()
        product = self.new_product("Widget", default_code="W-1")
        self.assert_synced(self.sold(product), product)
        self.assertEqual(product.qbo_id, remote_id)
        self.assertEqual(self.item_of(product)["Name"], "Their gadget")

    def test_by_name(self):
        remote_id = self.new_item("WIDGET  (Red)")
        self.age_lists()
        product = self.new_product(" widget (red)")
        self.assert_synced(self.sold(product))
        self.assertEqual(product.qbo_id, remote_id)

    def test_reference_of_one_and_name_of_another(self):
        self.new_item("Other", Sku="W-1")
        self.new_item("Widget")
        self.age_lists()
        product = self.new_product(default_code="W-1")
        move = self.sold(product)
        self.assertEqual((product.qbo_state, move.qbo_state), ("held", "waiting"))
        wizard = self.resolve(product)
        self.assertEqual(set(wizard.candidate_ids.mapped("name")), {"Other", "Widget"})
        wizard.reference_id = wizard.candidate_ids.filtered(lambda row: row.name == "Other")
        wizard.action_link()
        self.run_worker()
        self.assert_synced(product, move)

    def test_two_products_of_one_reference(self):
        self.new_item("Something", Sku="W-1")
        self.age_lists()
        one = self.new_product("One", default_code="W-1")
        self.new_product("Two", default_code="W-1")
        self.sold(one)
        self.assertEqual(one.qbo_state, "held")

    def test_two_products_of_one_name(self):
        remote_id = self.new_item("Widget")
        self.age_lists()
        one, two = self.new_product(default_code="A"), self.new_product("WIDGET", default_code="B")
        self.sold(one)
        self.assertEqual(one.qbo_state, "held")
        self.resolve(one).action_link()
        self.run_worker()
        self.assert_synced(self.sold(two))
        self.assertEqual(one.qbo_id, remote_id)
        self.assertEqual(self.item_of(two)["Name"], "WIDGET (B)")

    def test_never_a_category_or_bundle(self):
        """Neither can be sold; and a category's name is not free."""
        self.in_quickbooks("Item", Name="Widget", Type="Category")
        bundle = {
            "Id": "9000",
            "SyncToken": "0",
            "Name": "Set",
            "FullyQualifiedName": "Set",
            "Type": "Group",
            "Sku": "W: 1",
            "Active": True,
            "MetaData": {
                "CreateTime": "2030-01-01T00:00:00-08:00",
                "LastUpdatedTime": "2030-01-01T00:00:00-08:00",
            },
        }
        self.load_in_quickbooks("Item", [bundle])
        self.age_lists()
        product = self.new_product(default_code="W:\t1")
        self.assert_synced(self.sold(product))
        self.assertEqual(self.reference("Item", "9000").kind, "Group")
        self.assertEqual(self.item_of(product)["Name"], "Widget (W - 1)")
        self.assertEqual(self.item_of(product)["Type"], "NonInventory")

    def test_a_tracked_item_keeps_its_type(self):
        """QuickBooks' own stock is not ours to switch off."""
        product = self.new_product("Rock Fountain", type="consu")
        self.assert_synced(self.sold(product))
        self.assertEqual(self.item_of(product)["Type"], "Inventory")
        product.list_price = 11
        self.run_worker()
        self.assert_synced(product)
        self.assertEqual(self.sent_attributes("item"), {"UnitPrice", "Name", "Type"})
        remote = self.item_of(product)
        self.assertEqual((remote["Type"], remote["UnitPrice"]), ("Inventory", 11))

    def test_inactive_item_of_that_name(self):
        remote_id = self.new_item("Widget")
        self.edit_in_quickbooks("Item", remote_id, Active=False, Name="Widget", Type="Service")
        self.age_lists()
        product = self.new_product()
        move = self.sold(product)
        self.assertEqual((product.qbo_state, move.qbo_state), ("held", "waiting"))
        self.resolve(product).action_link()
        self.run_worker()
        self.assert_synced(product, move)
        remote = self.item_of(product)
        self.assertEqual(
            (remote["Id"], remote["Active"], remote["Name"]), (remote_id, True, "Widget")
        )

    def test_created_there_after_the_lists_were_read(self):
        product = self.new_product()
        move = self.invoice(lines=[{"product_id": product.id, "price_unit": 5.0, "tax_ids": []}])
        remote_id = self.new_item("Widget")
        self.run_worker()
        self.assert_synced(product, move)
        self.assertEqual(product.qbo_id, remote_id)
        self.assertEqual(len(self.named("Widget", "Item")), 1)


@tagged("post_install", "-at_install")
class TestItemValues(ItemCommon):
    """What an item has in QuickBooks."""

    def test_everything(self):
        product = self.new_product(
            type="service",
            default_code="W-1",
            description_sale="By the hour",
            list_price=75.25,
            taxes_id=[Command.set(self.company_data["default_tax_sale"].ids)],
        )
        self.synced(product)
        remote = self.item_of(product)
        self.assertEqual(remote["Name"], "Widget")
        self.assertEqual(remote["Type"], "Service")
        self.assertEqual(remote["Sku"], "W-1")
        self.assertEqual(remote["Description"], "By the hour")
        self.assertEqual(dec(remote["UnitPrice"]), dec("75.25"))
        self.assertTrue(remote["Taxable"] and remote["Active"])
        self.assertEqual(remote["IncomeAccountRef"]["value"], self.income.remote_id)

    def test_goods_are_not_tracked_there(self):
        product = self.new_product(type="consu", taxes_id=[Command.clear()])
        self.synced(product)
        remote = self.item_of(product)
        self.assertEqual((remote["Type"], remote["Taxable"]), ("NonInventory", False))
        self.assertFalse(remote.get("Sku") or remote.get("Description"))

    def test_variants(self):
        attribute = self.env["product.attribute"].create(
            {"name": "Color", "value_ids": [Command.create({"name": n}) for n in ("Red", "Blue")]}
        )
        template = self.env["product.template"].create(
            {
                "name": "Widget",
                "list_price": 10,
                "attribute_line_ids": [
                    Command.create(
                        {
                            "attribute_id": attribute.id,
                            "value_ids": [Command.set(attribute.value_ids.ids)],
                        }
                    )
                ],
            }
        )
        template.attribute_line_ids.product_template_value_ids[1].price_extra = 2
        template.action_qbo_sync()
        self.run_worker()
        variants = template.product_variant_ids
        self.assert_synced(*variants)
        items = [self.item_of(variant) for variant in variants]
        self.assertEqual({row["Name"] for row in items}, {"Widget (Red)", "Widget (Blue)"})
        self.assertEqual({dec(row["UnitPrice"]) for row in items}, {dec(10), dec(12)})
        template.name = "Gadget"
        self.run_worker()
        names = {self.item_of(variant)["Name"] for variant in variants}
        self.assertEqual(names, {"Gadget (Red)", "Gadget (Blue)"})
        template.attribute_line_ids.product_template_value_ids[1].price_extra = 3
        attribute.value_ids[0].name = "Crimson"
        self.run_worker()
        items = [self.item_of(variant) for variant in variants]
        self.assertEqual({row["Name"] for row in items}, {"Gadget (Crimson)", "Gadget (Blue)"})
        self.assertEqual({dec(row["UnitPrice"]) for row in items}, {dec(10), dec(13)})

    def test_variants_of_one_name(self):
        one, two, three = (self.new_product("y" * 120, default_code=c) for c in ("A", "B", "B"))
        for product in (one, two, three):
            self.synced(product)
        names = [self.item_of(product)["Name"] for product in (one, two, three)]
        self.assertEqual(names[0], "y" * 100)
        self.assertEqual(names[1], "y" * 96 + " (B)")
        self.assertEqual(names[2], "y" * 94 + " (B 2)")

    def test_names_nobody_should_have(self):
        for name, expected in (
            ("A: B", "A - B"),
            ("Tab\tand\nline", "Tab and line"),
            ("\U0001f600", None),
            ('5" nail', '5" nail'),
        ):
            with self.subTest(name=name):
                product = self.synced(self.new_product(name))
                self.assertEqual(self.item_of(product)["Name"], expected or f"Product {product.id}")

    def test_a_price_in_another_currency_is_not_sent(self):
        """A shared product has its price in the main company's currency."""
        euro = self.setup_other_currency("EUR")
        self.env.ref("base.main_company").currency_id = euro
        product = self.synced(self.new_product())
        self.assertEqual(self.item_of(product)["UnitPrice"], 0)

    def test_a_line_without_product(self):
        move = self.invoice(lines=[{"name": "Something", "price_unit": 5.0, "tax_ids": []}])
        self.run_worker()
        self.assert_synced(move)
        line = self.remote_of(move, "Invoice")["Line"][0]
        default = self.mapping("default_item").reference_id
        self.assertEqual(line["SalesItemLineDetail"]["ItemRef"]["value"], default.remote_id)

    def test_the_companys_language_counts(self):
        self.env["res.lang"]._activate_lang("fr_FR")
        product = self.new_product()
        product.with_context(lang="fr_FR").name = "Bidule"
        self.company.partner_id.lang = "fr_FR"
        self.synced(product)
        self.assertEqual(self.item_of(product)["Name"], "Bidule")


@tagged("post_install", "-at_install")
class TestItemAccount(ItemCommon):
    """The income account: the product's, its category's, its parents', the default."""

    def account_of(self, product):
        return self.item_of(product)["IncomeAccountRef"]["value"]

    def test_the_nearest_wins(self):
        parent = self.env["product.category"].create({"name": "Parent"})
        child = self.env["product.category"].create({"name": "Child", "parent_id": parent.id})
        self.map("income_account", parent, self.account("Design income"))
        special = self.new_product("Special", categ_id=child.id)
        self.map("income_account", special.product_tmpl_id, self.account("Fees Billed"))
        for product, account in (
            (self.new_product("Plain"), "Sales of Product Income"),
            (self.new_product("Below", categ_id=child.id), "Design income"),
            (special, "Fees Billed"),
        ):
            with self.subTest(product=product.name):
                self.synced(product)
                self.assertEqual(self.account_of(product), self.account(account).remote_id)

    def test_a_new_choice_reaches_the_items(self):
        """An item books where its account says, so a corrected mapping must arrive there."""
        category = self.env["product.category"].create({"name": "Child"})
        inside, outside = self.new_product("In", categ_id=category.id), self.new_product("Out")
        self.synced(inside)
        self.synced(outside)
        self.simulator.control.clear_log()
        self.map("income_account", category, self.account("Design income"))
        self.run_worker()
        self.assertEqual(self.account_of(inside), self.account("Design income").remote_id)
        self.assertEqual(self.account_of(outside), self.income.remote_id)
        self.assertEqual(len(self.writes()), 1)
        self.mapping("income_account").reference_id = self.account("Fees Billed")
        self.run_worker()
        self.assertEqual(self.account_of(outside), self.account("Fees Billed").remote_id)

    def test_missing_then_chosen(self):
        """Both wait, the list says for what, and the choice lets them go on."""
        default = self.mapping("income_account")
        default.write({"reference_id": False, "suggested_id": False})
        product = self.new_product()
        move = self.sold(product)
        self.assertEqual((product.qbo_state, move.qbo_state), ("held", "waiting"))
        self.assertIn("income account", move.qbo_error)
        self.assertEqual(default.state, "missing")
        self.assertEqual(default.waiting_count, 2, "the product and the invoice")
        listed = self.env["quickbooks.operation"].search(default.action_view_waiting()["domain"])
        self.assertEqual(set(listed.mapped("local_name")), {"Widget", move.name})
        action = self.operation(product).action_fix()
        self.assertEqual(
            self.env["quickbooks.mapping"].search(action["domain"]), default, "the way to mend it"
        )
        default.reference_id = self.income
        self.assertFalse(default.waiting_count)
        self.run_worker()
        self.assert_synced(product, move)

    def test_missing_then_chosen_for_the_category_only(self):
        self.mapping("income_account").reference_id = False
        category = self.env["product.category"].create({"name": "Child"})
        product = self.new_product(categ_id=category.id)
        move = self.sold(product)
        self.assertEqual(product.qbo_state, "held")
        self.map("income_account", category, self.income)
        self.run_worker()
        self.assert_synced(product, move)

    def test_inactivated_there(self):
        """An account that was switched off counts as missing, and comes back by itself."""
        self.edit_in_quickbooks(
            "Account", self.income.remote_id, Name=self.income.name, Active=False
        )
        self.refresh_lists()
        product = self.new_product()
        move = self.sold(product)
        self.assertEqual((product.qbo_state, move.qbo_state), ("held", "waiting"))
        self.edit_in_quickbooks(
            "Account", self.income.remote_id, Name=self.income.name, Active=True
        )
        self.refresh_lists()
        self.run_worker()
        self.assert_synced(product, move)


@tagged("post_install", "-at_install")
class TestItemChanges(ItemCommon):
    """What happens to a linked product later on."""

    def setUp(self):
        super().setUp()
        self.widget = self.synced(self.new_product(default_code="W-1", description_sale="Text"))
        self.simulator.control.clear_log()

    def changed(self, **values):
        """Write on the product; the item after the worker ran."""
        self.widget.write(values)
        self.commit()
        self.assertEqual(self.widget.qbo_state, "pending")
        self.run_worker()
        self.assert_synced(self.widget)
        return self.item_of(self.widget)

    def test_price_name_and_reference(self):
        self.assertEqual(dec(self.changed(list_price=12.5)["UnitPrice"]), dec("12.5"))
        self.assertEqual(self.sent_attributes("item"), {"UnitPrice", "Name", "Type"})
        self.assertEqual(self.changed(name="Gadget")["Name"], "Gadget")
        self.assertEqual(self.changed(default_code="G-1")["Sku"], "G-1")
        self.assertFalse(self.changed(default_code=False).get("Sku"))
        self.assertFalse(self.changed(description_sale=False).get("Description"))
        self.assertEqual(len(self.writes()), 5)

    def test_archived_and_back(self):
        remote = self.changed(active=False)
        self.assertEqual((remote["Active"], remote["Name"]), (False, "Widget (deleted)"))
        remote = self.changed(active=True)
        self.assertEqual((remote["Active"], remote["Name"]), (True, "Widget"))

    def test_name_given_there_survives_our_update(self):
        """QuickBooks wants a name in every update of an item: its own, unless ours changed."""
        self.edit_in_quickbooks(
            "Item", self.widget.qbo_id, Name="Their widget", Type="NonInventory"
        )
        remote = self.changed(list_price=12.5)
        self.assertEqual((remote["Name"], dec(remote["UnitPrice"])), ("Their widget", dec("12.5")))

    def test_service_instead_of_goods(self):
        """The type of an item cannot change freely there."""
        self.widget.type = "service"
        self.run_worker()
        self.assert_synced(self.widget)
        self.assertEqual(self.writes(), [])

    def test_nothing_changed(self):
        self.widget.write({"name": "Widget", "list_price": 10})
        self.run_worker()
        self.assertEqual(self.writes(), [])

    def test_inactivated_there(self):
        """The refusal names the item; one button wakes it, and both go on."""
        self.edit_in_quickbooks(
            "Item", self.widget.qbo_id, Active=False, Name="Widget", Type="NonInventory"
        )
        move = self.sold(self.widget)
        self.assertEqual(move.qbo_state, "held")
        self.assertIn("Widget", move.qbo_error)
        self.assertIn("inactive", move.qbo_error)
        self.operation(move).action_reactivate()
        self.run_worker()
        self.assert_synced(move, self.widget)
        remote = self.item_of(self.widget)
        self.assertEqual((remote["Active"], remote["Name"]), (True, "Widget"))

    def test_archived_here_but_billed(self):
        """An invoice needs the item: waking it there works although it is archived here."""
        move = self.invoice(
            lines=[{"product_id": self.widget.id, "price_unit": 5.0, "tax_ids": []}], post=False
        )
        self.changed(active=False)
        move.action_post()
        self.run_worker()
        self.assertEqual(move.qbo_state, "held")
        self.operation(move).action_reactivate()
        self.run_worker()
        self.assert_synced(move)
        self.assertTrue(self.item_of(self.widget)["Active"])

    def test_the_scan_finds_a_renamed_template(self):
        self.written_long_ago(self.widget)
        self.widget.product_tmpl_id.with_context(qbo_inbound=True).name = "Gadget"
        self.connection._wake(scan=True)
        self.run_worker()
        self.assertEqual(self.item_of(self.widget)["Name"], "Gadget")
