from odoo import models

WATCHED = frozenset({"active", "default_code", "product_template_attribute_value_ids"})


class ProductProduct(models.Model):
    _name = "product.product"
    _inherit = ["product.product", "quickbooks.record.mixin"]

    def write(self, vals):
        result = super().write(vals)
        if WATCHED & vals.keys():
            self.env["quickbooks.capture"]._mark(self, self.env._("The product was changed"))
        return result
