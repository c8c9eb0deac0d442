from odoo import api, fields, models

from ..qbo.mapping import suggest
from ..qbo.money import dec, plain
from .quickbooks_mapping import INCOME_FIELDS, PARTY_ACCOUNTS

#: Odoo keeps four decimals of a tax; a rate worked out from one is compared as exactly as that.
RATE_STEP = dec("0.0001")


class QuickbooksMapping(models.Model):
    """Which rows a company needs, and what each probably means in QuickBooks."""

    _inherit = "quickbooks.mapping"

    # -- suggestions ---------------------------------------------------------------------------

    def _suggest(self):
        """Look for the entry that probably means the same."""
        for (connection, kind), mappings in self.grouped(
            lambda m: (m.connection_id, m.kind)
        ).items():
            pool = self.env["quickbooks.reference"].search_fetch(
                mappings[0]._legal_domain(), ["remote_id", "name", "kind", "subkind", "number"]
            )
            rates = {}
            if kind == "tax":
                rates = pool._sales_rates(connection)
            elif kind in ("purchase_tax", "untaxed_purchase"):
                rates = pool._purchase_rates(connection)
            candidates = [self._candidate(row, rates) for row in pool]
            by_id = {row.remote_id: row for row in pool}
            subjects = mappings._subject_records()
            for mapping in mappings:
                found = mapping._best(kind, subjects[mapping], candidates)
                suggestion = by_id[found.id] if found else pool.browse()
                if mapping.suggested_id != suggestion:
                    mapping.suggested_id = suggestion

    def _best(self, kind, record, candidates):
        if self.currency_id:  # an exception that nobody needs to make
            return None
        if kind in ("tax", "purchase_tax"):
            return suggest.tax_code(self.subject_name, self._tax_rate(self._taxes()), candidates)
        if kind == "untaxed_purchase":
            return suggest.untaxed(candidates)
        if kind == "term":
            return suggest.term(record.name, self._term_days(record), candidates)
        if kind == "default_item":
            return suggest.default_item(candidates)
        if kind in PARTY_ACCOUNTS:
            return suggest.receivable(candidates)
        if kind == "account":
            code = record.with_company(self.company_id).code or ""
            return suggest.account(record.name, code, candidates)
        if kind in ("deposit_account", "payment_method", "payment_account"):
            return suggest.best_by_name(record.name, candidates)
        return self._best_income_account(record, candidates)

    def _best_income_account(self, record, candidates):
        """By the account Odoo books to; without one of its own, by the record's name."""
        account = self.company_id.income_account_id
        if record:
            own = record.with_company(self.company_id)[INCOME_FIELDS[record._name]]
            if not own or own == account:
                return suggest.best_by_name(record.name, candidates)
            account = own
        code = account.with_company(self.company_id).code or ""
        return suggest.income_account(account.name or "", code, candidates)

    @api.model
    def _tax_rate(self, taxes):
        """Percent that taxes on one line add to the untaxed amount; None when it is no percentage.

        They are computed one after another, a group part after part; a reverse charge adds
        nothing.
        """
        parts = taxes.browse()
        for tax in taxes:
            group = tax.amount_type == "group"
            parts |= tax.children_tax_ids.sorted("sequence") if group else tax
        found = []
        for part in parts:
            rate = self._part_rate(part)
            if rate is None:
                return None
            found.append(suggest.TaxPart(rate, part.include_base_amount, part.is_base_affected))
        return suggest.effective_rate(found)

    @staticmethod
    def _part_rate(tax):
        if tax.amount_type not in ("percent", "division"):
            return None
        rate = dec(str(tax.amount))
        if tax.amount_type == "division":  # percent of the amount with the tax in it
            if rate >= 100:
                return None
            rate = plain((rate * 100 / (100 - rate)).quantize(RATE_STEP))
        shares = tax.invoice_repartition_line_ids.filtered(lambda r: r.repartition_type == "tax")
        return plain(rate * sum((dec(str(r.factor_percent)) for r in shares), dec(0)) / 100)

    @staticmethod
    def _term_days(term):
        """Days until all is due, or None when a term has instalments or counts otherwise."""
        line = term.line_ids
        if len(line) == 1 and line.delay_type == "days_after":
            return line.nb_days
        return None

    @api.model
    def _candidate(self, reference, rates):
        days = reference._body().get("DueDays") if reference.remote_type == "Term" else None
        return suggest.Candidate(
            id=reference.remote_id,
            name=reference.name,
            kind=reference.kind or "",
            subkind=reference.subkind or "",
            number=reference.number or "",
            rate=rates.get(reference.remote_id),
            days=int(days) if days is not None else None,
        )

    # -- after the lists were read -------------------------------------------------------------

    @api.model
    def _propose(self, connection):
        """Bring the rows in line with both sides' lists, with suggestions for what is open."""
        company = connection.company_id
        for kind in ("income_account", "receivable_account", "default_item"):
            self._require(connection, kind)
        self._require(connection, "tax", self._taxes_in_use(connection))
        Term = self.env["account.payment.term"]
        self._require(connection, "term", Term.search(Term._check_company_domain(company)))
        self._require(connection, "income_account", self._categories_with_account(company))
        journals = self._money_journals(company)
        self._require(connection, "deposit_account", journals)
        self._require(connection, "payment_method", journals.inbound_payment_method_line_ids)
        self._propose_currencies(connection, journals)
        if connection.purchases_out:
            self._propose_purchases(connection)
        rows = self.search([("connection_id", "=", connection.id)])
        orphans = rows._orphans()
        orphans.unlink()
        rows -= orphans
        rows._drop_illegal()
        self.env.add_to_compute(self._fields["subject_name"], rows)
        rows.filtered(lambda row: not row.reference_id)._suggest()
        rows.filtered(
            lambda row: (row.state == "mapped" or row.kind in PARTY_ACCOUNTS) and row.waiting_count
        )._release()

    @api.model
    def _propose_currencies(self, connection, journals):
        """Rows for payments in foreign currencies, of journals that take several."""
        home = connection.company_id.currency_id
        if not connection._company_profile().multicurrency:
            return
        mixed = journals.filtered(lambda journal: not journal.currency_id)
        for currency in self.env["res.currency"].search([("id", "!=", home.id)]):
            self._require(connection, "deposit_account", mixed, currency)
            lines = mixed.inbound_payment_method_line_ids
            self._require(connection, "payment_method", lines, currency)

    @api.model
    def _propose_purchases(self, connection):
        """The rows that bills and their payments need, with suggestions.

        In the US a bill's tax is a part of its cost or an amount on an account: no codes.
        """
        self._require(connection, "payment_account", self._paying_journals(connection.company_id))
        self._require(connection, "account", self._purchase_accounts(connection))
        if connection._company_profile().taxes_purchases:
            self._require(connection, "purchase_tax", self._purchase_taxes(connection))
            self._require(connection, "untaxed_purchase")

    @api.model
    def _paying_journals(self, company):
        """Journals from which a bill can be paid."""
        Journal = self.env["account.journal"]
        return Journal.search(
            [
                *Journal._check_company_domain(company),
                ("type", "in", ("bank", "cash", "credit")),
                ("outbound_payment_method_line_ids", "!=", False),
            ]
        )

    @api.model
    def _bills_domain(self, connection):
        """Lines of the bills that may go out."""
        return [
            ("move_id.move_type", "in", ("in_invoice", "in_refund", "in_receipt")),
            ("company_id", "child_of", connection.company_id.id),
            ("date", ">=", connection.cutoff_date or fields.Date.context_today(self)),
        ]

    @api.model
    def _purchase_accounts(self, connection):
        """Where bills are booked: the company's and journals' default, and what bills use."""
        company = connection.company_id
        Journal = self.env["account.journal"]
        journals = Journal.search(
            [*Journal._check_company_domain(company), ("type", "=", "purchase")]
        )
        lines = self.env["account.move.line"]._read_group(
            [*self._bills_domain(connection), ("display_type", "in", ("product", "rounding"))],
            ["account_id"],
        )
        return (company.expense_account_id | journals.default_account_id).union(
            *(account for (account,) in lines)
        )

    @api.model
    def _purchase_taxes(self, connection):
        """Purchase taxes of the company's default, its products, and the bills that may go out."""
        company, Tax = connection.company_id, self.env["account.tax"]
        taxes = Tax.search([*Tax._check_company_domain(company), ("type_tax_use", "=", "purchase")])
        products = self.env["product.template"]._read_group(
            [("supplier_taxes_id", "in", taxes.ids)], ["supplier_taxes_id"]
        )
        lines = self.env["account.move.line"]._read_group(
            [*self._bills_domain(connection), ("tax_ids", "in", taxes.ids)], ["tax_ids"]
        )
        used = company.account_purchase_tax_id.union(*(tax for (tax,) in products + lines))
        return used & taxes

    @api.model
    def _money_journals(self, company):
        """Journals in which a customer's payment can arrive."""
        Journal = self.env["account.journal"]
        return Journal.search(
            [
                *Journal._check_company_domain(company),
                ("type", "in", ("bank", "cash", "credit")),
                ("inbound_payment_method_line_ids", "!=", False),
            ]
        )

    def _orphans(self):
        """Rows whose tax, term, category or product was deleted."""
        subjects = self._subject_records()
        return self.filtered(
            lambda row: (
                (row.res_model and not subjects[row])
                or (row.combination and len(row._taxes()) < len(row.combination.split(",")))
            )
        )

    def _taxes(self):
        """The taxes a row is about: one, or several that apply together."""
        self.ensure_one()
        ids = [int(tax_id) for tax_id in (self.combination or "").split(",") if tax_id]
        if self.res_model == "account.tax" and self.res_id:
            ids = [self.res_id]
        return self.env["account.tax"].sudo().with_context(active_test=False).browse(ids).exists()

    def _drop_illegal(self):
        """Forget choices QuickBooks no longer accepts, say since it finds taxes by itself.

        An inactive entry stays: it becomes usable again when it is made active there.
        """
        for rows in self.filtered("reference_id.active").grouped("kind").values():
            legal = self.env["quickbooks.reference"].search(rows[0]._legal_domain())
            rows.filtered(lambda row, legal=legal: row.reference_id not in legal).write(
                {"reference_id": False}
            )

    @api.model
    def _taxes_in_use(self, connection):
        """Sales taxes of the company's default, its products, and the invoices that may go out."""
        company = connection.company_id
        taxes = self.env["account.tax"].search(
            [
                *self.env["account.tax"]._check_company_domain(company),
                ("type_tax_use", "=", "sale"),
            ]
        )
        products = self.env["product.template"]._read_group(
            [("taxes_id", "in", taxes.ids)], ["taxes_id"]
        )
        lines = self.env["account.move.line"]._read_group(
            [
                ("tax_ids", "in", taxes.ids),
                ("move_id.move_type", "in", ("out_invoice", "out_refund")),
                ("company_id", "child_of", company.id),
                ("date", ">=", connection.cutoff_date or fields.Date.context_today(self)),
            ],
            ["tax_ids"],
        )
        used = company.account_sale_tax_id.union(*(tax for (tax,) in products + lines))
        return used & taxes

    @api.model
    def _categories_with_account(self, company):
        """Product categories with an income account of their own."""
        categories = (
            self.env["product.category"]
            .with_company(company)
            .search([("property_account_income_categ_id", "!=", False)])
        )
        default = company.income_account_id
        return categories.filtered(
            lambda category: (
                category.property_account_income_categ_id
                and category.property_account_income_categ_id != default
            )
        )
