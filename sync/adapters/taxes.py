from dataclasses import replace

from odoo import api, models

from ...qbo.mapping import tax_sums
from ...qbo.model import LineSnapshot, Ref
from ...qbo.money import dec, round2
from ..plan import Hold

#: Text of the line that carries the cents; the same in every language, because it is how we know
#: the line again.
ROUNDING = "Sales tax rounding"

#: Amounts of the sample a mapped tax is tried on: some that divide badly and a plain one.
SAMPLE = ("100.00", "33.33", "0.07", "19.99", "1234.56")


class QuickbooksTaxes(models.AbstractModel):
    """Which code a line's taxes are in QuickBooks, and what it will make of them.

    One tax is mapped by itself; several on one line are mapped together, because a line has one
    code there (FACTS 8.1). What QuickBooks will compute is known before a document leaves, except
    under automated sales tax.
    """

    _name = "quickbooks.taxes"
    _description = "QuickBooks Taxes"

    # -- mapping -------------------------------------------------------------------------------

    @api.model
    def _key(self, taxes):
        """Key of the mapping row of a line's taxes; the default row is about lines without any."""
        if not taxes:
            return "tax", "", 0
        if len(taxes) == 1:
            return "tax", "account.tax", taxes.id
        return "tax", "", self.env["quickbooks.mapping"]._combination(taxes)

    @api.model
    def _entry(self, ctx, taxes):
        """QuickBooks' code or mark for a line's taxes; empty when none is mapped or none apply."""
        mapping = ctx.mappings.get(self._key(taxes))
        return mapping.reference_id if mapping else self.env["quickbooks.reference"]

    @api.model
    def _missing(self, ctx, lines):
        """Mapping rows these lines need and that have no usable entry; made when they are new."""
        Mapping = self.env["quickbooks.mapping"]
        missing = Mapping.browse()
        marks_only = ctx.profile.us and (
            ctx.profile.automated_sales_tax or not ctx.profile.using_sales_tax
        )
        for taxes in dict.fromkeys(line.tax_ids for line in lines):
            if not taxes:
                if not ctx.profile.us and not self._entry(ctx, taxes).active:
                    missing |= Mapping._require(ctx.connection, "tax")
                continue
            # there a line is taxed or it is not, whatever its taxes are called
            for part in taxes if marks_only else [taxes]:
                if not self._entry(ctx, part).active:
                    missing |= (
                        Mapping._require(ctx.connection, "tax", part)
                        if len(part) == 1
                        else Mapping._require_together(ctx.connection, part)
                    )
        return missing

    @api.model
    def _entries(self, ctx, taxes):
        """All entries that speak for a line: one, or under automated sales tax one for each tax."""
        if not taxes:
            return self.env["quickbooks.reference"]
        entry = self._entry(ctx, taxes)
        if entry or len(taxes) == 1:
            return entry
        return entry.union(*(self._entry(ctx, tax) for tax in taxes))

    @api.model
    def _code(self, ctx, taxes):
        """The code of a line outside the US, where every line names its own."""
        entry = self._entry(ctx, taxes)
        return Ref("TaxCode", entry.remote_id) if entry else None

    # -- what QuickBooks will compute ----------------------------------------------------------

    @api.model
    def _rates(self, ctx, purchase=False):
        """Rates of all codes by id, read once per round from our copy of the lists."""
        known = ctx.evidence.setdefault((self._name, purchase), {})
        if not known:
            known.update(self._rates_of(ctx.connection, purchase))
        return known

    @api.model
    def _rates_of(self, connection, purchase=False):
        rows = (
            self.env["quickbooks.reference"]
            .with_context(active_test=False)
            .search(
                [
                    ("connection_id", "=", connection.id),
                    ("remote_type", "in", ("TaxCode", "TaxRate")),
                ]
            )
        )
        codes = rows.filtered(lambda row: row.remote_type == "TaxCode")
        rates = {row.remote_id: row._body() for row in rows - codes}
        return {
            code.remote_id: tax_sums.code_rates(code._body(), rates, purchase) for code in codes
        }

    @api.model
    def _foretell(self, ctx, doc, purchase=False):
        """What QuickBooks will compute for a document, by rate; None when nobody knows."""
        return tax_sums.foretell(doc, ctx.profile, self._rates(ctx, purchase))

    @api.model
    def _settle(self, ctx, doc, paid=False):
        """Settle the cents by which QuickBooks would compute another tax than was billed.

        Outside the US the billed amounts are sent. US sales tax by hand takes none, so there a line
        carries the cents, or a person is asked, or the difference is shown afterwards. More than
        cents means a tax of another rate: that leaves only where differences are to be shown, and
        never for what is paid already: its money is a fact, and the total would not be.

        :param paid: it is a sale and its money in one
        :return: the document, or a Hold
        """
        sums = self._foretell(ctx, doc)
        if sums is None or tax_sums.total(sums) == doc.tax:
            return doc
        foretold = tax_sums.total(sums)
        items = [line for line in doc.lines if line.item is not None]
        shown = self._shows_differences(ctx)
        plausible = tax_sums.plausible(sums, doc.tax, len(items), doc.step)
        if not plausible and (paid or not shown):
            return Hold("tax_of_another_rate", {"local": doc.tax, "remote": foretold})
        if shown:
            return doc
        if not ctx.profile.us:
            return replace(doc, tax_sums=tax_sums.as_billed(sums, doc.tax))
        if ctx.connection.tax_rounding == "ask":
            return Hold("tax_rounding", {"local": doc.tax, "remote": foretold})
        return self._with_rounding_line(ctx, doc, doc.tax - foretold)

    @staticmethod
    def _shows_differences(ctx):
        """Whether QuickBooks' own tax is wanted, and what it differs by is seen afterwards."""
        if ctx.profile.us:
            return ctx.connection.tax_rounding == "show"
        return ctx.connection.tax_policy == "quickbooks"

    def _with_rounding_line(self, ctx, doc, difference):
        """The document with an untaxed line over the cents, so that its total is as billed."""
        default = ctx.mappings.get(("default_item", "", 0))
        if not default or not default.reference_id.active:
            missing = self.env["quickbooks.mapping"]._require(ctx.connection, "default_item")
            names = ", ".join(f"{m.subject_name} ({m._kind_label()})" for m in missing)
            return Hold("missing_mapping", {"names": names}, mappings=missing)
        line = LineSnapshot(
            text=ROUNDING, amount=difference, item=Ref("Item", default.reference_id.remote_id)
        )
        return replace(doc, lines=(*doc.lines, line))

    @staticmethod
    def _rounding_in(payload):
        """What a rounding line of a payload comes to."""
        return sum(
            (
                dec(line["Amount"])
                for line in payload.get("Line") or ()
                if line.get("Description") == ROUNDING
            ),
            dec(0),
        )

    # -- proof ---------------------------------------------------------------------------------

    @api.model
    def _judge_sample(self, mapping):
        """How a mapped tax does on a sample invoice.

        :return: (``equal``, ``rounding``, ``differs`` or ``unknown``, Odoo's tax, QuickBooks' tax
            or None)
        """
        here, there = self._prove(mapping)
        if there is None:
            return "unknown", here, there
        if here == there:
            return "equal", here, there
        cents = dec("0.01") * len(SAMPLE) * max(1, len(mapping._taxes()))
        return ("rounding" if abs(here - there) <= cents else "differs"), here, there

    @api.model
    def _prove(self, mapping):
        """Compute a sample invoice on both sides.

        :return: (Odoo's tax, QuickBooks' tax or None when it cannot be foretold), of five lines
        """
        taxes = mapping._taxes()
        entry = mapping.reference_id
        profile = mapping.connection_id._company_profile()
        here = self._sample_here(taxes, mapping.connection_id.company_id)
        if entry.kind == "exempt":
            return here, dec(0)
        if entry.kind != "code":
            return here, None
        rates = self._rates_of(mapping.connection_id).get(entry.remote_id)
        if not rates:
            return here, None
        lines = [dec(amount) for amount in SAMPLE]
        if profile.us:
            return here, tax_sums.total(tax_sums.on_sum(sum(lines, dec(0)), rates))
        return here, tax_sums.total(tax_sums.by_line([(amount, rates) for amount in lines]))

    @api.model
    def _sample_here(self, taxes, company):
        """The sample's tax as Odoo computes it for an invoice, tax on top."""
        Tax, line = self.env["account.tax"], self.env["account.move.line"]
        price = line._fields["price_unit"]
        lines = [
            Tax._prepare_base_line_for_taxes_computation(
                {},
                price_unit=price.convert_to_cache(dec(amount), line, validate=False),
                quantity=1,
                tax_ids=taxes,
                currency_id=company.currency_id,
                special_mode="total_excluded",
            )
            for amount in SAMPLE
        ]
        Tax._add_tax_details_in_base_lines(lines, company)
        Tax._round_base_lines_tax_details(lines, company)
        summary = Tax._get_tax_totals_summary(lines, company.currency_id, company)
        return round2(dec(repr(summary["tax_amount_currency"])))
