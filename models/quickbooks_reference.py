from odoo import api, fields, models
from odoo.tools import SQL

from ..qbo import canonical
from ..qbo.mapping import purchase_tax, tax
from ..qbo.names import email_addresses, name_key

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

#: What a row keeps of an object, besides its address.
COLUMNS = (
    "name",
    "full_name",
    "number",
    "kind",
    "subkind",
    "active",
    "name_key",
    "email_key",
    "data",
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
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, precompute=True, index=True
    )
    remote_type = fields.Char(string="List", required=True)
    remote_id = fields.Char(string="QuickBooks Id", required=True)
    name = fields.Char(required=True)
    full_name = fields.Char(required=True, string="Name in QuickBooks")
    number = fields.Char(help="Account number or SKU.")
    kind = fields.Char(help="Account type, item type, or nature of a tax code.")
    subkind = fields.Char(help="Account sub-type.")
    active = fields.Boolean(default=True)
    name_key = fields.Char()
    email_key = fields.Char(
        string="E-mail", help="Every address in lower case, with a blank between two."
    )
    data = fields.Text(help="The object as QuickBooks returned it, canonical JSON.")

    _remote_uniq = models.UniqueIndex("(connection_id, remote_type, remote_id)")
    _name_idx = models.Index("(connection_id, name_key)")
    _email_idx = models.Index("USING gin (string_to_array(email_key, ' '))")
    _number_idx = models.Index("(connection_id, number) WHERE number IS NOT NULL")

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
            "email_key": " ".join(address.lower() for address in email_addresses(email)) or False,
            "data": canonical.dumps(body),
        }

    @api.model
    def _kind(self, remote_type, body):
        if remote_type == "Account":
            return body.get("AccountType") or False
        if remote_type == "TaxCode":
            return tax.code_kind(body)
        if remote_type == "Customer":
            return "job" if body.get("Job") else "customer"
        return body.get("Type") or False

    @api.model
    def _store(self, connection, remote_type, bodies):
        """Create or refresh rows from objects as QuickBooks returned them."""
        if not bodies:
            return self.browse()
        known = {
            row.remote_id: row
            for row in self.with_context(active_test=False).search_fetch(
                [
                    ("connection_id", "=", connection.id),
                    ("remote_type", "=", remote_type),
                    ("remote_id", "in", [body["Id"] for body in bodies]),
                ],
                ["remote_id", *COLUMNS],
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
                continue
            # usually a balance or a time: then nothing that depends on the row is computed anew
            changed = {column: vals[column] for column in COLUMNS if row[column] != vals[column]}
            if changed:
                row.write(changed)
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
    def _sales_rates(self, connection):
        """Sales rate in percent of every tax code that has one, as Decimal, by id."""
        codes, rates = self._tax_lists(connection)
        found = {remote_id: tax.sales_rate(code, rates) for remote_id, code in codes.items()}
        return {remote_id: rate for remote_id, rate in found.items() if rate is not None}

    @api.model
    def _purchase_rates(self, connection):
        """Purchase rate in percent of every tax code that has one, as Decimal, by id."""
        codes, rates = self._tax_lists(connection)
        found = {
            remote_id: purchase_tax.purchase_rates(code, rates) for remote_id, code in codes.items()
        }
        return {
            remote_id: purchase_tax.percent(parts) for remote_id, parts in found.items() if parts
        }

    @api.model
    def _tax_lists(self, connection):
        """Tax codes and tax rates as QuickBooks returned them, each by id."""
        rows = self.with_context(active_test=False).search(
            [
                ("connection_id", "=", connection.id),
                ("remote_type", "in", ("TaxCode", "TaxRate")),
            ]
        )
        codes = rows.filtered(lambda row: row.remote_type == "TaxCode")
        return tuple({row.remote_id: row._body() for row in part} for part in (codes, rows - codes))

    # -- matching ------------------------------------------------------------------------------

    @api.model
    def _alike(self, connection, remote_types, name_keys, emails=(), numbers=()):
        """Rows of these lists with one of these names, e-mail addresses or numbers.

        :return: list of dicts with the columns matching looks at, inactive entries included
        """
        self.flush_model()
        return self.env.execute_query_dict(
            SQL(
                """SELECT id, remote_type, remote_id, name_key, email_key, number, kind, active
                     FROM quickbooks_reference
                    WHERE connection_id = %(connection)s AND remote_type IN %(types)s
                      AND (name_key = ANY(%(names)s) OR number = ANY(%(numbers)s)
                           OR string_to_array(email_key, ' ') && %(emails)s)""",
                connection=connection.id,
                types=tuple(remote_types),
                names=list(name_keys),
                numbers=list(numbers),
                emails=list(emails),
            )
        )
