from odoo import models
from odoo.tools import SQL

from ...qbo import canonical
from ...qbo.mapping import item
from ...qbo.model import ItemSnapshot, Ref
from ...qbo.money import dec
from ...qbo.names import clean_text, display_name
from ..plan import Hold

#: Characters of a reference that tell two products of one name apart.
HINT_LIMIT = 40


class QuickbooksItemAdapter(models.AbstractModel):
    """Product variant → Item."""

    _name = "quickbooks.adapter.item"
    _inherit = "quickbooks.names"
    _description = "QuickBooks Adapter: Item"

    _remote_type = "Item"
    _res_model = "product.product"
    _directory = ("Item",)
    _name_attribute = "Name"
    _always_sent = ("Name", "Type")
    _other_kinds = ("Category", "Group")

    def _label(self, record):
        return record.with_context(display_default_code=False).display_name

    def _written_sql(self):
        """Most of a variant stands on its template."""
        return SQL(
            "SELECT FROM product_product p JOIN product_template t ON t.id = p.product_tmpl_id"
            " WHERE p.id = b.res_id AND %s",
            self._is_newer_sql(SQL("GREATEST(p.write_date, t.write_date)")),
        )

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

    # -- payload ----------------------------------------------------------------------------------

    def _payload(self, ctx, operation, record):
        snapshot = self._snapshot(ctx, record, self._is_active(operation, record))
        hint = display_name(record.default_code, ctx.profile.country, entity="Item")
        unique = self._free_name(ctx, operation, record, hint[:HINT_LIMIT].strip() or "Odoo")
        payload = item.item(snapshot, ctx.profile, unique)
        return dict(payload, Type=self._remote_kind(operation) or payload["Type"])

    def _remote_kind(self, operation):
        """QuickBooks' type of a linked item, which cannot change freely (FACTS 14#44)."""
        binding = operation.binding_id
        if not binding.remote_id:
            return ""
        if not binding.agreed_remote:  # about to be adopted
            return (
                self.env["quickbooks.reference"]
                ._find(binding.connection_id, self._remote_type, binding.remote_id)
                .kind
            )
        return canonical.loads(binding.agreed_remote).get("Type")

    def _base_name(self, ctx, record):
        name = display_name(self._label(record), ctx.profile.country, entity="Item")
        return name or f"Product {record.id}"

    def _snapshot(self, ctx, product, active):
        """The variant as plain data."""
        company = ctx.connection.company_id
        home = product.currency_id == company.currency_id
        return ItemSnapshot(
            name=self._base_name(ctx, product),
            service=product.type == "service",
            income_account=Ref("Account", self._income_account(ctx, product).remote_id),
            sku=product.default_code or "",
            description=product.description_sale or "",
            price=dec(str(product.lst_price)) if home else None,
            taxable=any(
                tax.amount_type == "group" or tax.amount
                for tax in product.taxes_id.filtered_domain(
                    self.env["account.tax"]._check_company_domain(company)
                )
            ),
            active=active,
        )

    # -- matching ---------------------------------------------------------------------------------

    def _alike(self, ctx, names, marks):
        return self.env["quickbooks.reference"]._alike(
            ctx.connection, self._name_space(), names, numbers=marks
        )

    def _marks(self, ctx, record):
        sku = clean_text(record.default_code, 100, ctx.profile.country)
        return {sku} if sku else set()

    def _marks_of_row(self, row):
        return frozenset({row["number"]} if row["number"] else ())

    def _shared_marks(self, ctx, records, marks):
        codes = [code for code in records.mapped("default_code") if code]
        if not codes:
            return set()
        groups = (
            self.env["product.product"]
            .sudo()
            ._read_group(
                [("default_code", "in", codes), *self._company_domain(ctx)],
                ["default_code"],
                ["id:recordset"],
            )
        )
        shared = {code for code, products in groups if len(products) > 1}
        return set(records.filtered(lambda record: record.default_code in shared).ids)

    def _namesakes(self, ctx, records):
        lang = ctx.connection.company_id.partner_id.lang or "en_US"
        names = [" ".join(name.split()).lower() for name in records.mapped("name") if name]
        self.env.flush_all()
        rows = self.env.execute_query(
            SQL(
                r"""SELECT p.id FROM product_product p
                      JOIN product_template t ON t.id = p.product_tmpl_id
                     WHERE p.active AND t.active AND lower(btrim(regexp_replace(
                           COALESCE(t.name->>%s, t.name->>'en_US'), '\s+', ' ', 'g'))) = ANY(%s)""",
                lang,
                names,
            )
        )
        found = self.env["product.product"].sudo().browse([row_id for (row_id,) in rows])
        return found.filtered_domain(self._company_domain(ctx))

    def _company_domain(self, ctx):
        """Products the connection's company can see."""
        return self.env["product.product"]._check_company_domain(ctx.connection.company_id)
