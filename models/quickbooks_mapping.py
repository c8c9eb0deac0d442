from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import ValidationError

from ..qbo.mapping import suggest
from ..qbo.money import dec


@dataclass(frozen=True)
class MappingKind:
    """What may be chosen for one kind of mapping."""

    remote_type: str
    kinds: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    required: bool = True


KINDS = {
    "income_account": MappingKind(
        "Account", ("Income",), ("product.category", "product.template")
    ),
    "receivable_account": MappingKind("Account", ("Accounts Receivable",), required=False),
    "default_item": MappingKind("Item", ("Service", "NonInventory", "Inventory")),
    "tax": MappingKind("TaxCode", subjects=("account.tax",)),
    "term": MappingKind("Term", subjects=("account.payment.term",), required=False),
}


class QuickbooksMapping(models.Model):
    """What an account, tax or term of Odoo is called in QuickBooks.

    A row without a record is the default of its kind. The engine adds a row when a document needs
    one that is missing, so this list is the one place where everything missing is seen; choosing
    an entry lets the documents that waited for it go on.
    """

    _name = "quickbooks.mapping"
    _description = "QuickBooks Mapping"
    _order = "kind, state desc, subject_name, id"

    connection_id = fields.Many2one(
        "quickbooks.connection",
        required=True,
        index=True,
        ondelete="cascade",
        default=lambda self: self.env["quickbooks.connection"]._of_company(self.env.company),
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True, index=True)
    kind = fields.Selection(
        [
            ("income_account", "Income account"),
            ("receivable_account", "Receivable account"),
            ("default_item", "Item for lines without product"),
            ("tax", "Sales tax"),
            ("term", "Payment term"),
        ],
        required=True,
    )
    res_model = fields.Char()
    res_id = fields.Many2oneReference(model_field="res_model")
    subject = fields.Reference(
        selection="_selection_subject",
        string="In Odoo",
        compute="_compute_subject",
        inverse="_inverse_subject",
    )
    subject_name = fields.Char(compute="_compute_subject_name", store=True, string="Odoo Name")
    reference_id = fields.Many2one(
        "quickbooks.reference", string="In QuickBooks", index=True, ondelete="set null"
    )
    suggested_id = fields.Many2one(
        "quickbooks.reference", string="Suggestion", readonly=True, index=True, ondelete="set null"
    )
    reference_domain = fields.Binary(compute="_compute_reference_domain")
    state = fields.Selection(
        [
            ("optional", "Optional"),
            ("mapped", "Mapped"),
            ("suggested", "Suggestion to confirm"),
            ("missing", "Missing"),
        ],
        compute="_compute_state",
        store=True,
    )
    operation_ids = fields.Many2many(
        "quickbooks.operation",
        "quickbooks_operation_mapping_rel",
        "mapping_id",
        "operation_id",
        string="Waiting Documents",
    )
    waiting_count = fields.Integer(compute="_compute_waiting_count")

    _subject_uniq = models.UniqueIndex(
        "(connection_id, kind, COALESCE(res_model, ''), COALESCE(res_id, 0))",
        "There is already a line for this.",
    )

    @api.model
    def _selection_subject(self):
        return [
            (model, self.env[model]._description)
            for model in sorted({model for kind in KINDS.values() for model in kind.subjects})
        ]

    @api.depends("res_model", "res_id")
    def _compute_subject(self):
        for mapping in self:
            record = mapping._subject_record()
            mapping.subject = f"{record._name},{record.id}" if record else False

    def _inverse_subject(self):
        for mapping in self:
            mapping.res_model = mapping.subject._name if mapping.subject else False
            mapping.res_id = mapping.subject.id if mapping.subject else False

    def _subject_record(self):
        self.ensure_one()
        if self.res_model and self.res_model in self.env:
            return self.env[self.res_model].browse(self.res_id).exists()
        return None

    @api.depends("res_model", "res_id", "kind")
    def _compute_subject_name(self):
        for mapping in self:
            record = mapping._subject_record()
            mapping.subject_name = (
                record.sudo().display_name if record else self.env._("Default")
            )

    @api.depends("kind", "connection_id")
    def _compute_reference_domain(self):
        for mapping in self:
            mapping.reference_domain = mapping._legal_domain()

    @api.depends("reference_id.active", "suggested_id.active", "kind", "res_model")
    def _compute_state(self):
        for mapping in self:
            required = KINDS[mapping.kind].required if mapping.kind else True
            if mapping.kind == "income_account" and mapping.res_model:
                required = False
            if mapping.reference_id.active:
                mapping.state = "mapped"
            elif mapping.suggested_id.active:
                mapping.state = "suggested"
            else:
                mapping.state = "missing" if required else "optional"

    def _compute_waiting_count(self):
        for mapping in self:
            mapping.waiting_count = len(
                mapping.sudo().operation_ids.filtered(lambda op: op.state == "held")
            )

    @api.constrains("reference_id", "kind", "connection_id")
    def _check_reference(self):
        for mapping in self.filtered("reference_id"):
            if not mapping.reference_id.filtered_domain(mapping._legal_domain()):
                raise ValidationError(
                    self.env._(
                        "%(name)s cannot be used here: it is a %(kind)s of QuickBooks.",
                        name=mapping.reference_id.display_name,
                        kind=mapping.reference_id.kind or mapping.reference_id.remote_type,
                    )
                )

    @api.constrains("res_model", "kind")
    def _check_subject(self):
        for mapping in self.filtered("res_model"):
            if mapping.res_model not in KINDS[mapping.kind].subjects:
                raise ValidationError(self.env._("This record has no use for this mapping."))

    @api.model_create_multi
    def create(self, vals_list):
        mappings = super().create(vals_list)
        mappings.filtered("reference_id")._release()
        return mappings

    def write(self, vals):
        result = super().write(vals)
        if vals.get("reference_id"):
            self._release()
        return result

    # -- what people do -----------------------------------------------------------------------

    def action_accept(self):
        """Use the suggestions of these lines."""
        for mapping in self.filtered(lambda m: m.suggested_id and not m.reference_id):
            mapping.reference_id = mapping.suggested_id
        return True

    def action_view_waiting(self):
        """Show the documents that wait for this line."""
        self.ensure_one()
        action = self.env["ir.actions.act_window"]._for_xml_id(
            "quickbooks_online.quickbooks_operation_action"
        )
        held = self.sudo().operation_ids.filtered(lambda op: op.state == "held")
        return dict(action, domain=[("id", "in", held.ids)])

    # -- engine -------------------------------------------------------------------------------

    def _release(self):
        """Let documents go on that waited for these lines."""
        held = self.sudo().operation_ids.filtered(lambda op: op.state == "held")
        held._reopen()
        held.connection_id._wake()

    def _kind_label(self):
        self.ensure_one()
        return dict(self._fields["kind"]._description_selection(self.env))[self.kind]

    def _legal_domain(self):
        """Which list entries QuickBooks accepts for this kind."""
        self.ensure_one()
        if not self.kind:
            return [(0, "=", 1)]
        spec = KINDS[self.kind]
        domain = [
            ("connection_id", "=", self.connection_id.id),
            ("remote_type", "=", spec.remote_type),
        ]
        kinds = spec.kinds
        if self.kind == "tax":
            kinds = self.connection_id._legal_tax_kinds()
        return domain + [("kind", "in", list(kinds))] if kinds else domain

    @api.model
    def _index(self, connection):
        """All rows of a connection by (kind, model, id); the default has neither."""
        rows = self.search([("connection_id", "=", connection.id)])
        return {(row.kind, row.res_model or "", row.res_id or 0): row for row in rows}

    @api.model
    def _require(self, connection, kind, record=None):
        """The row of a record, made with a suggestion when it is missing."""
        domain = [
            ("connection_id", "=", connection.id),
            ("kind", "=", kind),
            ("res_model", "=", record._name if record else False),
        ]
        if record:
            domain.append(("res_id", "=", record.id))
        row = self.search(domain, limit=1)
        if not row:
            row = self.create(
                {
                    "connection_id": connection.id,
                    "kind": kind,
                    "res_model": record._name if record else False,
                    "res_id": record.id if record else False,
                }
            )
            row._suggest()
        return row

    def _suggest(self):
        """Look for the entry that probably means the same."""
        for (connection, kind), mappings in self.grouped(
            lambda m: (m.connection_id, m.kind)
        ).items():
            pool = self.env["quickbooks.reference"].search(mappings[0]._legal_domain())
            candidates = [self._candidate(connection, row) for row in pool]
            by_id = {row.remote_id: row for row in pool}
            for mapping in mappings:
                found = mapping._best(kind, candidates)
                mapping.suggested_id = by_id[found.id] if found else False

    def _best(self, kind, candidates):
        record = self._subject_record()
        record = record.sudo() if record else None
        if kind == "tax":
            return suggest.tax_code(record.name, self._tax_rate(record), candidates)
        if kind == "term":
            return suggest.term(record.name, self._term_days(record), candidates)
        if kind == "default_item":
            return suggest.default_item(candidates)
        if kind == "receivable_account":
            return suggest.receivable(candidates)
        company = self.company_id
        account = company.income_account_id
        if record and record._name == "product.category":
            own = record.with_company(company).property_account_income_categ_id
            if not own or own == account:
                return suggest.best_by_name(record.name, candidates)
            account = own
        code = account.with_company(company).code or ""
        return suggest.income_account(account.name or "", code, candidates)

    @staticmethod
    def _tax_rate(tax):
        """Rate of a tax in percent; a group is the sum of its parts."""
        if tax.amount_type == "group":
            return sum((dec(str(child.amount)) for child in tax.children_tax_ids), dec(0))
        return dec(str(tax.amount))

    @staticmethod
    def _term_days(term):
        """Days until all is due, or None when a term has instalments or counts otherwise."""
        line = term.line_ids
        if len(line) == 1 and line.delay_type == "days_after":
            return line.nb_days
        return None

    @api.model
    def _candidate(self, connection, reference):
        body = reference._body()
        rate = None
        if reference.remote_type == "TaxCode" and reference.kind == "code":
            rate = reference._sales_rate(connection, reference)
        days = body.get("DueDays") if reference.remote_type == "Term" else None
        return suggest.Candidate(
            id=reference.remote_id,
            name=reference.name,
            kind=reference.kind or "",
            subkind=reference.subkind or "",
            number=reference.number or "",
            rate=rate,
            days=int(days) if days is not None else None,
        )

    @api.model
    def _propose(self, connection):
        """Add the rows every company needs, with suggestions, after the lists were read."""
        company = connection.company_id
        for kind in ("income_account", "receivable_account", "default_item"):
            self._require(connection, kind)
        for tax in self._taxes_in_use(company):
            self._require(connection, "tax", tax)
        terms = self.env["account.payment.term"].search(
            self.env["account.payment.term"]._check_company_domain(company)
        )
        for term in terms:
            self._require(connection, "term", term)
        for category in self._categories_with_account(company):
            self._require(connection, "income_account", category)
        rows = self.search([("connection_id", "=", connection.id), ("reference_id", "=", False)])
        rows._suggest()

    @api.model
    def _taxes_in_use(self, company):
        """Sales taxes of the company's default, its products and its invoices."""
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(company),
                ("type_tax_use", "=", "sale"),
            ]
        )
        used = company.account_sale_tax_id
        products = self.env["product.template"]._read_group(
            [("taxes_id", "in", taxes.ids)], ["taxes_id"]
        )
        lines = self.env["account.move.line"]._read_group(
            [
                ("tax_ids", "in", taxes.ids),
                ("move_id.move_type", "in", ("out_invoice", "out_refund")),
                ("company_id", "child_of", company.id),
            ],
            ["tax_ids"],
        )
        return used | taxes.browse().union(*(tax for (tax,) in products + lines)) & taxes

    @api.model
    def _categories_with_account(self, company):
        """Product categories with an income account of their own."""
        categories = self.env["product.category"].with_company(company).search([])
        default = company.income_account_id
        return categories.filtered(
            lambda category: category.property_account_income_categ_id
            and category.property_account_income_categ_id != default
        )
