from odoo import api, models

#: Fields of a contact that QuickBooks keeps too.
WATCHED = frozenset(
    {
        "active",
        "city",
        "comment",
        "commercial_partner_id",
        "company_name",
        "country_id",
        "email",
        "is_company",
        "name",
        "parent_id",
        "phone",
        "property_payment_term_id",
        "property_supplier_payment_term_id",
        "ref",
        "state_id",
        "street",
        "street2",
        "type",
        "vat",
        "website",
        "zip",
    }
)


class ResPartner(models.Model):
    _name = "res.partner"
    _inherit = ["res.partner", "quickbooks.record.mixin"]

    def _qbo_bound_records(self):
        """A contact of a company is that company's customer: it has no link of its own."""
        return {
            partner: partner if partner == partner.commercial_partner_id else self.browse()
            for partner in self
        }

    @api.model_create_multi
    def create(self, vals_list):
        partners = super().create(vals_list)
        children = partners.filtered("parent_id")
        if children:
            self.env["quickbooks.capture"]._mark(
                children.commercial_partner_id, self.env._("An address was added")
            )
        return partners

    def write(self, vals):
        watched = WATCHED & vals.keys()
        owners = self.commercial_partner_id if watched else self.browse()
        result = super().write(vals)
        if watched:  # a contact that moves concerns the company it leaves and the one it joins;
            # one that came from a sub-customer has a link of its own
            self.env["quickbooks.capture"]._mark(
                owners | self.commercial_partner_id | self, self.env._("The contact was changed")
            )
        return result

    def unlink(self):
        owners = self.commercial_partner_id - self
        result = super().unlink()
        self.env["quickbooks.capture"]._mark(owners, self.env._("An address was removed"))
        return result
