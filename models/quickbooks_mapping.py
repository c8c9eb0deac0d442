from dataclasses import dataclass

from odoo import api, fields, models
from odoo.exceptions import ValidationError

#: Where Odoo keeps the income account of what a mapping may be about.
INCOME_FIELDS = {
    "product.category": "property_account_income_categ_id",
    "product.template": "property_account_income_id",
}


@dataclass(frozen=True)
class MappingKind:
    """What may be chosen for one kind of mapping."""

    remote_type: str
    kinds: tuple[str, ...] = ()
    subjects: tuple[str, ...] = ()
    required: bool = True
    #: may differ for payments in a foreign currency
    by_currency: bool = False


#: Every account type of QuickBooks but Accounts Receivable and Payable, of which a document
#: chooses by itself (FACTS 5.6).
LEDGER_ACCOUNTS = (
    "Bank",
    "Other Current Asset",
    "Fixed Asset",
    "Other Asset",
    "Credit Card",
    "Other Current Liability",
    "Long Term Liability",
    "Equity",
    "Income",
    "Other Income",
    "Cost of Goods Sold",
    "Expense",
    "Other Expense",
)

KINDS = {
    "income_account": MappingKind("Account", ("Income",), ("product.category", "product.template")),
    "account": MappingKind("Account", LEDGER_ACCOUNTS, ("account.account",)),
    "receivable_account": MappingKind("Account", ("Accounts Receivable",), required=False),
    "payable_account": MappingKind("Account", ("Accounts Payable",), required=False),
    "default_item": MappingKind("Item", ("Service", "NonInventory", "Inventory")),
    "tax": MappingKind("TaxCode", subjects=("account.tax",)),
    "term": MappingKind("Term", subjects=("account.payment.term",), required=False),
    "deposit_account": MappingKind(
        "Account",
        ("Bank", "Other Current Asset"),
        ("account.journal",),
        required=False,
        by_currency=True,
    ),
    "payment_method": MappingKind(
        "PaymentMethod",
        subjects=("account.payment.method.line",),
        required=False,
        by_currency=True,
    ),
    "purchase_tax": MappingKind("TaxCode", ("code", "purchase"), ("account.tax",)),
    "untaxed_purchase": MappingKind("TaxCode", ("code", "purchase")),
    "payment_account": MappingKind("Account", ("Bank", "Credit Card"), ("account.journal",)),
}

#: Need no choice while QuickBooks has one for each currency, which it adds by itself (FACTS 9).
PARTY_ACCOUNTS = ("receivable_account", "payable_account")


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
    company_id = fields.Many2one(
        related="connection_id.company_id", store=True, precompute=True, index=True
    )
    kind = fields.Selection(
        [
            ("income_account", "Income account"),
            ("account", "Account"),
            ("receivable_account", "Receivable account"),
            ("payable_account", "Payable account"),
            ("default_item", "Item for lines without product"),
            ("tax", "Sales tax"),
            ("term", "Payment term"),
            ("deposit_account", "Deposit account"),
            ("payment_method", "Payment method"),
            ("purchase_tax", "Purchase tax"),
            ("untaxed_purchase", "Tax code of purchases without tax"),
            ("payment_account", "Account that pays bills"),
        ],
        required=True,
    )
    res_model = fields.Char()
    res_id = fields.Many2oneReference(model_field="res_model")
    combination = fields.Char(
        help="Ids of several taxes that apply to one line together: QuickBooks has one code per "
        "line, so they need one of their own."
    )
    currency_id = fields.Many2one(
        "res.currency",
        ondelete="cascade",
        help="Only for payments in this foreign currency. While nothing is chosen here, the line "
        "without a currency serves them as well.",
    )
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
    proof = fields.Selection(
        [
            ("equal", "Equal"),
            ("rounding", "Differs by rounding"),
            ("differs", "Another rate"),
            ("unknown", "Known once sent"),
        ],
        string="Sample Invoice",
        compute="_compute_proof",
        help="The tax of an invoice of five lines, computed by Odoo's rules and by QuickBooks'.",
    )
    proof_text = fields.Char(string="Sample in Both Books", compute="_compute_proof")

    _subject_uniq = models.UniqueIndex(
        "(connection_id, kind, COALESCE(res_model, ''), COALESCE(res_id, 0),"
        " COALESCE(combination, ''), COALESCE(currency_id, 0))",
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
        subjects = self._subject_records()
        for mapping in self:
            record = subjects[mapping]
            mapping.subject = f"{record._name},{record.id}" if record else False

    def _inverse_subject(self):
        for mapping in self:
            mapping.res_model = mapping.subject._name if mapping.subject else False
            mapping.res_id = mapping.subject.id if mapping.subject else False

    def _subject_records(self):
        """Mapping → the record it is about; None for a default and for what was deleted."""
        found = dict.fromkeys(self)
        for model, mappings in self.filtered("res_model").grouped("res_model").items():
            if model not in self.env:
                continue
            records = self.env[model].sudo().browse(mappings.mapped("res_id")).exists()
            by_id = {record.id: record for record in records}
            found.update((mapping, by_id.get(mapping.res_id)) for mapping in mappings)
        return found

    @api.depends("res_model", "res_id", "kind", "combination", "currency_id")
    def _compute_subject_name(self):
        subjects = self._subject_records()
        for mapping in self:
            record = subjects[mapping]
            if mapping.combination:
                names = mapping._taxes().mapped("name")
                mapping.subject_name = " + ".join(names) or self.env._("Deleted taxes")
                continue
            gone = self.env._("Deleted record %s", mapping.res_id) if mapping.res_model else ""
            if mapping.kind == "tax" and not mapping.res_model:
                gone = self.env._("Lines without tax")
            name = record.display_name if record else gone or self.env._("Default")
            currency = mapping.currency_id.name
            mapping.subject_name = f"{name} ({currency})" if currency else name

    @api.depends("kind", "connection_id")
    def _compute_reference_domain(self):
        for mapping in self:
            mapping.reference_domain = mapping._legal_domain()

    @api.depends("reference_id.active", "suggested_id.active", "kind", "res_model", "currency_id")
    def _compute_state(self):
        for mapping in self:
            required = KINDS[mapping.kind].required if mapping.kind else True
            if mapping.currency_id or (mapping.kind == "income_account" and mapping.res_model):
                required = False
            if mapping.reference_id.active:
                mapping.state = "mapped"
            elif mapping.suggested_id.active:
                mapping.state = "suggested"
            else:
                mapping.state = "missing" if required else "optional"

    @api.depends("kind", "reference_id", "res_model", "res_id", "combination")
    def _compute_proof(self):
        taxes = self.env["quickbooks.taxes"].sudo()
        for mapping in self:
            mapping.proof = mapping.proof_text = False
            if mapping.kind == "tax" and mapping.reference_id and mapping._taxes():
                mapping.proof, here, there = taxes._judge_sample(mapping)
                if there is None:
                    mapping.proof_text = self.env._("Odoo %s, QuickBooks computes its own", here)
                else:
                    mapping.proof_text = self.env._(
                        "Odoo %(here)s, QuickBooks %(there)s", here=here, there=there
                    )

    @api.depends("operation_ids.state")
    def _compute_waiting_count(self):
        for mapping in self:
            mapping.waiting_count = len(mapping._waiting_operations())

    @api.constrains("reference_id", "kind", "connection_id")
    def _check_reference(self):
        for mapping in self.filtered("reference_id"):
            reference = mapping.reference_id
            if not reference.active:
                raise ValidationError(
                    self.env._("%s is inactive in QuickBooks.", reference.display_name)
                )
            if not reference.filtered_domain(mapping._legal_domain()):
                raise ValidationError(
                    self.env._(
                        "%(name)s cannot be used here: it is a %(kind)s of QuickBooks.",
                        name=mapping.reference_id.display_name,
                        kind=mapping.reference_id.kind or mapping.reference_id.remote_type,
                    )
                )

    @api.constrains("res_model", "res_id", "kind")
    def _check_subject(self):
        for mapping in self.filtered("res_model"):
            if not mapping.res_id or mapping.res_model not in KINDS[mapping.kind].subjects:
                raise ValidationError(self.env._("This record has no use for this mapping."))

    @api.constrains("currency_id", "kind")
    def _check_currency(self):
        for mapping in self.filtered("currency_id"):
            if not KINDS[mapping.kind].by_currency:
                raise ValidationError(self.env._("This mapping is the same for all currencies."))

    @api.model_create_multi
    def create(self, vals_list):
        mappings = super().create(vals_list)
        chosen = mappings.filtered("reference_id")
        chosen._release()
        chosen._resend_items()
        return mappings

    def write(self, vals):
        before = {mapping: mapping.reference_id for mapping in self}
        result = super().write(vals)
        if vals.get("reference_id"):
            self._release()
            self.filtered(lambda m: m.reference_id != before[m])._resend_items()
        return result

    # -- what people do ------------------------------------------------------------------------

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
        return dict(action, domain=[("id", "in", self._waiting_operations().ids)])

    # -- engine --------------------------------------------------------------------------------

    def _waiting_operations(self):
        """What is held for these lines, and what in turn waits for that."""
        held = self.sudo().operation_ids.filtered(lambda op: op.state == "held")
        if not held:
            return held
        return held | held.search([("state", "=", "waiting"), ("blocked_by_ids", "in", held.ids)])

    def _release(self):
        """Let documents go on that waited for these lines.

        A default and the lines of categories and products can stand in for each other, so an
        income account lets all of them look again.
        """
        lines = self.sudo()
        accounts = lines.filtered(lambda line: line.kind == "income_account")
        lines |= lines.search(
            [
                ("connection_id", "in", accounts.connection_id.ids),
                ("kind", "=", "income_account"),
                ("operation_ids.state", "=", "held"),
            ]
        )
        held = lines.operation_ids.filtered(lambda op: op.state == "held")
        held._reopen()
        held.connection_id._wake()

    def _resend_items(self):
        """An item books where its income account says, so a new choice goes to QuickBooks."""
        accounts = self.filtered(lambda line: line.kind == "income_account")
        for line in accounts:
            domain = []
            if line.res_model == "product.template":
                domain = [("product_tmpl_id", "=", line.res_id)]
            elif line.res_model == "product.category":
                domain = [("categ_id", "child_of", line.res_id)]
            bound = (
                self.env["quickbooks.binding"]
                .sudo()
                ._search(
                    [
                        ("connection_id", "=", line.connection_id.id),
                        ("res_model", "=", "product.product"),
                        ("remote_id", "!=", False),
                        ("state", "!=", "unlinked"),
                    ]
                )
            )
            products = self.env["product.product"].sudo().with_context(active_test=False)
            self.env["quickbooks.capture"]._mark(
                products.search([("id", "in", bound.subselect("res_id")), *domain]),
                self.env._("The mapping of its income account was changed"),
            )

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
        """All rows of a connection by (kind, model, id); the default has neither. Of a row for a
        currency the kind is e.g. ``deposit_account/EUR``."""
        rows = self.search([("connection_id", "=", connection.id)])
        return {row._key(): row for row in rows}

    def _key(self):
        self.ensure_one()
        currency = self.currency_id.name
        kind = f"{self.kind}/{currency}" if currency else self.kind
        return kind, self.res_model or "", self.combination or self.res_id or 0

    @api.model
    def _require(self, connection, kind, records=None, currency=None):
        """The rows of records, or the default row; made with a suggestion where missing.

        :param currency: those for a foreign currency alone
        """
        model = records._name if records is not None else False
        ids = records.ids if model else [0]
        domain = [
            ("connection_id", "=", connection.id),
            ("kind", "=", kind),
            ("res_model", "=", model),
            ("combination", "=", False),
            ("currency_id", "=", currency.id if currency else False),
        ]
        rows = self.search(domain).filtered(lambda row: not model or row.res_id in ids)
        known = {row.res_id or 0 for row in rows}
        created = self.create(
            [
                {
                    "connection_id": connection.id,
                    "kind": kind,
                    "res_model": model,
                    "res_id": res_id,
                    "currency_id": currency.id if currency else False,
                }
                for res_id in ids
                if res_id not in known
            ]
        )
        created._suggest()
        return rows | created

    @api.model
    def _require_together(self, connection, taxes, kind="tax"):
        """The row of several taxes that apply to one line together; made when it is new."""
        combination = self._combination(taxes)
        domain = [
            ("connection_id", "=", connection.id),
            ("kind", "=", kind),
            ("combination", "=", combination),
        ]
        row = self.search(domain)
        if not row:
            row = self.create(
                {"connection_id": connection.id, "kind": kind, "combination": combination}
            )
            row._suggest()
        return row

    @staticmethod
    def _combination(taxes):
        """Taxes in the order in which they are computed, which is part of what they come to."""
        return ",".join(str(tax.id) for tax in taxes.sorted(lambda tax: (tax.sequence, tax.id)))
