from odoo import models

from ..qbo.mapping import item, match
from ..qbo.model import ItemSnapshot, Ref
from ..qbo.money import dec
from ..qbo.names import display_name, name_key, unique_name
from .plan import Hold


class QuickbooksItemAdapter(models.AbstractModel):
    """Product variant → Item."""

    _name = "quickbooks.adapter.item"
    _inherit = "quickbooks.names"
    _description = "QuickBooks Adapter: Item"

    _remote_type = "Item"
    _res_model = "product.product"
    _directory = ("Item",)
    _name_attribute = "Name"

    def _label(self, record):
        return record.with_context(display_default_code=False).display_name

    def _preflight(self, ctx, operation, record):
        if self._income_account(ctx, record):
            return None
        missing = self.env["quickbooks.mapping"]._require(ctx.connection, "income_account")
        return Hold(
            "missing_mapping",
            {"names": self.env._("the default income account")},
            mappings=missing,
        )

    def _income_account(self, ctx, product):
        """Income account of QuickBooks: the product's, else its category's, else the default."""
        keys = [("product.template", product.product_tmpl_id.id)]
        category = product.categ_id
        while category:
            keys.append(("product.category", category.id))
            category = category.parent_id
        for model, record_id in [*keys, ("", 0)]:
            mapping = ctx.mappings.get(("income_account", model, record_id))
            if mapping and mapping.reference_id.active:
                return mapping.reference_id
        return None

    def _payload(self, ctx, operation, record):
        snapshot = self._snapshot(ctx, record)
        taken = self._taken_names(ctx, operation, snapshot.name)
        unique = unique_name(snapshot.name, taken, snapshot.sku or "Odoo", limit=100)
        payload = item.item(snapshot, ctx.profile, unique)
        if operation.binding_id.remote_id and self._keeps_type(operation):
            payload["Type"] = self._remote_kind(operation)
        return payload

    def _keeps_type(self, operation):
        """A linked item keeps QuickBooks' type: it cannot change freely (FACTS 14#44)."""
        return bool(self._remote_kind(operation))

    def _remote_kind(self, operation):
        binding = operation.binding_id
        reference = self.env["quickbooks.reference"]._find(
            binding.connection_id, "Item", binding.remote_id
        )
        return reference.kind

    def _snapshot(self, ctx, product):
        """The variant as plain data."""
        name = display_name(self._label(product), ctx.profile.country, entity="Item")
        return ItemSnapshot(
            name=name or f"Product {product.id}",
            service=product.type == "service",
            income_account=Ref("Account", self._income_account(ctx, product).remote_id),
            sku=product.default_code or "",
            description=product.description_sale or "",
            price=dec(str(product.lst_price)),
            taxable=any(
                tax.amount_type == "group" or tax.amount
                for tax in product.taxes_id.filtered_domain(
                    self.env["account.tax"]._check_company_domain(ctx.connection.company_id)
                )
            ),
            active=product.active,
        )

    def _decide(self, ctx, record):
        key = name_key(display_name(self._label(record), ctx.profile.country, entity="Item"))
        sku = record.default_code or ""
        domain = [
            ("kind", "not in", ("Category", "Group")),
            "|",
            ("name_key", "=", key),
            "&",
            ("number", "!=", False),
            ("number", "=", sku),
        ]
        return match.item(key, sku, self._known(ctx, domain))
