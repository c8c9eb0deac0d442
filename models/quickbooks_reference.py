from odoo import api, fields, models

from ..qbo import canonical
from ..qbo.money import dec
from ..qbo.names import name_key, search_email_key

#: Lists that are read as a whole, in the order they are needed.
LISTS = (
    "Account",
    "TaxCode",
    "TaxRate",
    "Term",
    "PaymentMethod",
    "Item",
    "Customer",
    "Vendor",
    "Employee",
)

#: Lists whose names share one space, in which each must be unique (FACTS 14#1).
NAME_LISTS = ("Customer", "Vendor", "Employee")


class QuickbooksReference(models.Model):
    """What QuickBooks' own lists hold, kept here for pickers, suggestions and matching.

    Reads are metered and slow; these rows are refreshed by change time and by every write answer,
    so that matching a thousand customers costs a handful of reads and no page waits for Intuit.
    """

    _name = "quickbooks.reference"
    _description = "QuickBooks List Entry"
    _rec_name = "full_name"
    _rec_names_search = ["full_name", "number"]
    _order = "remote_type, full_name, id"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True, index=True)
    remote_type = fields.Char(string="List", required=True)
    remote_id = fields.Char(string="QuickBooks Id", required=True)
    name = fields.Char(required=True)
    full_name = fields.Char(required=True, string="Name in QuickBooks")
    number = fields.Char(help="Account number or SKU.")
    kind = fields.Char(help="Account type, item type, or nature of a tax code.")
    subkind = fields.Char(help="Account sub-type.")
    active = fields.Boolean(default=True)
    name_key = fields.Char()
    email_key = fields.Char()
    data = fields.Text(help="The object as QuickBooks returned it, canonical JSON.")

    _remote_uniq = models.UniqueIndex("(connection_id, remote_type, remote_id)")
    _name_idx = models.Index("(connection_id, name_key)")
    _email_idx = models.Index("(connection_id, email_key) WHERE email_key IS NOT NULL")

    @api.depends("full_name", "number")
    def _compute_display_name(self):
        for reference in self:
            parts = [reference.number, reference.full_name]
            reference.display_name = " ".join(part for part in parts if part)

    def _body(self):
        """The object as QuickBooks returned it."""
        self.ensure_one()
        return canonical.loads(self.data or "{}")

    @api.model
    def _vals(self, remote_type, body):
        """Column values of a row for an object as QuickBooks returned it."""
        name = body.get("DisplayName") or body.get("Name") or body["Id"]
        email = (body.get("PrimaryEmailAddr") or {}).get("Address")
        return {
            "name": name,
            "full_name": body.get("FullyQualifiedName") or name,
            "number": body.get("AcctNum") or body.get("Sku") or False,
            "kind": self._kind(remote_type, body),
            "subkind": body.get("AccountSubType") or False,
            "active": body.get("Active", True),
            "name_key": name_key(name),
            "email_key": search_email_key(email) if email else False,
            "data": canonical.dumps(body),
        }

    @api.model
    def _kind(self, remote_type, body):
        if remote_type == "Account":
            return body.get("AccountType") or False
        if remote_type == "TaxCode":
            return self._tax_code_kind(body)
        if remote_type == "Customer":
            return "job" if body.get("Job") else "customer"
        return body.get("Type") or False

    @staticmethod
    def _tax_code_kind(body):
        """TAX and NON are marks on lines, CustomSalesTax is unusable (FACTS 8.2)."""
        if body["Id"] == "CustomSalesTax":
            return "unusable"
        if body.get("TaxGroup"):
            return "code"
        return "taxable" if body.get("Taxable") else "exempt"

    @api.model
    def _store(self, connection, remote_type, bodies):
        """Create or refresh rows from objects as QuickBooks returned them."""
        if not bodies:
            return self.browse()
        known = {
            row.remote_id: row
            for row in self.with_context(active_test=False).search(
                [
                    ("connection_id", "=", connection.id),
                    ("remote_type", "=", remote_type),
                    ("remote_id", "in", [body["Id"] for body in bodies]),
                ]
            )
        }
        to_create = {}
        for body in bodies:
            vals = self._vals(remote_type, body)
            row = known.get(body["Id"])
            if row is None:
                to_create[body["Id"]] = dict(
                    vals,
                    connection_id=connection.id,
                    remote_type=remote_type,
                    remote_id=body["Id"],
                )
            elif row.data != vals["data"]:
                row.write(vals)
        created = self.create(list(to_create.values()))
        return created.union(*known.values())

    @api.model
    def _find(self, connection, remote_type, remote_id):
        """One row, archived ones included."""
        return self.with_context(active_test=False).search(
            [
                ("connection_id", "=", connection.id),
                ("remote_type", "=", remote_type),
                ("remote_id", "=", remote_id),
            ],
            limit=1,
        )

    @api.model
    def _sales_rate(self, connection, code):
        """Total sales rate of a tax code in percent, as Decimal, or None when it has no rates."""
        details = (code._body().get("SalesTaxRateList") or {}).get("TaxRateDetail") or []
        ids = [detail["TaxRateRef"]["value"] for detail in details]
        if not ids:
            return None
        rates = self.with_context(active_test=False).search(
            [
                ("connection_id", "=", connection.id),
                ("remote_type", "=", "TaxRate"),
                ("remote_id", "in", ids),
            ]
        )
        return sum((dec(rate._body().get("RateValue", 0)) for rate in rates), dec(0))
