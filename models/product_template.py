from odoo import models
from odoo.fields import Domain
from odoo.tools import SQL

#: Fields of a product that QuickBooks keeps too.
WATCHED = frozenset(
    {
        "active",
        "categ_id",
        "default_code",
        "description_sale",
        "list_price",
        "name",
        "property_account_income_id",
        "taxes_id",
        "type",
    }
)


class ProductTemplate(models.Model):
    """QuickBooks knows variants; the form people use shows the first one's side."""

    _name = "product.template"
    _inherit = ["product.template", "quickbooks.record.mixin"]

    def write(self, vals):
        result = super().write(vals)
        if WATCHED & vals.keys():
            variants = self.with_context(active_test=False).product_variant_ids
            self.env["quickbooks.capture"]._mark(variants, self.env._("The product was changed"))
        return result

    def _qbo_bound_records(self):
        return {template: template.product_variant_ids[:1] for template in self}

    def _qbo_bound_model(self):
        return "product.product"

    def _qbo_bound_id_sql(self, alias):
        return SQL(
            "(SELECT p.id FROM product_product p WHERE p.product_tmpl_id = %s AND p.active "
            "ORDER BY p.default_code, p.id LIMIT 1)",
            SQL.identifier(alias, "id"),
        )

    def _qbo_domain_of_bound(self, ids):
        return Domain("product_variant_ids", "in", ids)

    def _qbo_split_sendable(self):
        return self.product_variant_ids._qbo_split_sendable()


class ProductTemplateAttributeValue(models.Model):
    """A variant's price is its template's plus those of its values."""

    _inherit = "product.template.attribute.value"

    def write(self, vals):
        result = super().write(vals)
        if "price_extra" in vals:
            self.env["quickbooks.capture"]._mark(
                self.ptav_product_variant_ids, self.env._("The price of a variant was changed")
            )
        return result


class ProductAttributeValue(models.Model):
    """A variant's name ends with the names of its values."""

    _inherit = "product.attribute.value"

    def write(self, vals):
        result = super().write(vals)
        if "name" in vals:
            self.env["quickbooks.capture"]._mark(
                self.pav_attribute_line_ids.product_tmpl_id.product_variant_ids,
                self.env._("The name of a variant was changed"),
            )
        return result
