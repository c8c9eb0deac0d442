from odoo import fields, models
from odoo.tools import float_repr

from ...qbo.mapping import purchase_tax
from ...qbo.mapping.document import read_document
from ...qbo.model import Ref
from ...qbo.model_purchase import BillSnapshot, CodeTax, ExpenseLine
from ...qbo.money import dec
from ..plan import Done, Hold

TEXT_LINES = ("line_section", "line_subsection", "line_note")


class QuickbooksPurchasesAdapter(models.AbstractModel):
    """What vendor bills, their refunds and expenses have in common.

    Their lines are those of the ledger entry, account by account. In the US the tax of a bill is
    such a line too, because QuickBooks has no purchase tax there (FACTS 8.2); elsewhere lines name
    tax codes and the tax goes along as billed.
    """

    _name = "quickbooks.purchases"
    _inherit = ["quickbooks.of.purchases", "quickbooks.settled"]
    _description = "QuickBooks Adapter of Purchases"

    _res_model = "account.move"
    # the day it counts in the books, which is what QuickBooks' date is; not the day on the bill
    _date_field = "date"
    _party_type = "Vendor"
    _party_attribute = "VendorRef"
    _party_per_currency = True
    _settled_by = "BillPayment"
    #: an expense may be nobody's
    _party_required = True
    #: sign of the ledger's amounts in the document
    _sign = 1

    # -- which documents -----------------------------------------------------------------------

    def _entry(self, record):
        """Its entry in the ledger."""
        return record

    def _is_of_expense(self, record):
        """Whether it was made from an expense; its lines know, even when that is reset."""
        return bool(self._entry(record).sudo().line_ids.expense_id)

    def _partner_of(self, move):
        """The vendor. An employee is his own vendor, although his contact may belong to the
        company's, as in Odoo's expenses."""
        partner = move.partner_id
        if self._is_of_expense(move) and partner:
            commercial = partner.commercial_partner_id
            return partner if commercial == move.company_id.partner_id else commercial
        return move.commercial_partner_id

    def _prefetch(self, ctx, records):
        partners = self.env["res.partner"].union(*(self._partner_of(record) for record in records))
        ctx.remote_ids(partners, self._party_type)

    # -- planning ------------------------------------------------------------------------------

    def _excuse(self, ctx, operation, move):
        if operation.binding_id.remote_id:
            return None
        if self._is_before_cutoff(ctx.connection, move):
            return Done("before_cutoff", None)
        if not self._takes_new(ctx.connection):
            return Done("purchases_off", None)
        return None

    def _preflight(self, ctx, move):
        """What a person must settle before the document can be sent."""
        problem = super()._preflight(ctx, move)
        if problem:
            return problem
        if self._party_required and not self._partner_of(move):
            return Hold("vendor_missing")
        if self._total(move) < 0:
            return Hold("negative_bill")
        if not self._amount_lines(ctx, move):
            return Hold("missing_lines")
        missing = self._missing_mappings(ctx, move)
        if missing:
            names = ", ".join(f"{m.subject_name} ({m._kind_label()})" for m in missing)
            return Hold("missing_mapping", {"names": names}, mappings=missing)
        return None

    def _missing_mappings(self, ctx, move):
        """Mapping rows this document needs and that have no entry yet; made when they are new."""
        Mapping = self.env["quickbooks.mapping"]
        lines = self._amount_lines(ctx, move)
        missing = Mapping.browse()
        for account in lines.account_id:
            if not self._mapped(ctx, "account", account):
                missing |= Mapping._require(ctx.connection, "account", account)
        if not ctx.profile.taxes_purchases:
            return missing
        for taxes in dict.fromkeys(line.tax_ids for line in lines):
            if self._code(ctx, taxes):
                continue
            if not taxes:
                missing |= Mapping._require(ctx.connection, "untaxed_purchase")
            elif len(taxes) == 1:
                missing |= Mapping._require(ctx.connection, "purchase_tax", taxes)
            else:
                missing |= Mapping._require_together(ctx.connection, taxes, "purchase_tax")
        return missing

    def _kept(self, move):
        """Also of its lines."""
        return [*super()._kept(move), *map(self._line_amount, self._entry(move).line_ids)]

    @staticmethod
    def _mapped(ctx, kind, subject=None, key=0):
        """The list entry chosen for a record, or for a default; empty when it cannot be used."""
        key = (kind, subject._name, subject.id) if subject else (kind, "", key)
        mapping = ctx.mappings.get(key)
        return mapping.reference_id if mapping and mapping.reference_id.active else None

    # -- lines ---------------------------------------------------------------------------------

    def _amount_lines(self, ctx, move):
        """Lines of the ledger that become lines of the document: all but what is owed, and the tax
        where QuickBooks has one."""
        left_out = ["payment_term", *TEXT_LINES]
        every = self._entry(move).line_ids
        lines = every.filtered(lambda line: line.display_type not in left_out)
        if ctx.profile.taxes_purchases:
            lines -= self._tax_lines(move)
        kept = lines.filtered(lambda line: line.display_type == "product" or line.amount_currency)
        return kept.with_prefetch(every._prefetch_ids)

    def _lines(self, ctx, move):
        """As a reader sees them: products, sections and notes in their order, then the others."""
        lines = self._amount_lines(ctx, move)
        every = self._entry(move).line_ids
        texts = every.filtered(lambda line: line.display_type in TEXT_LINES)
        shown = (lines.filtered(lambda line: line.display_type == "product") | texts).sorted(
            lambda line: (line.sequence, line.id)
        )
        for line in shown | lines:
            if line in texts:
                heading = line.display_type != "line_note"
                yield ExpenseLine(text=line.name or "", heading=heading)
            else:
                yield self._line(ctx, line)

    def _line(self, ctx, line):
        account = self._mapped(ctx, "account", line.account_id)
        code = self._code(ctx, line.tax_ids) if ctx.profile.taxes_purchases else None
        return ExpenseLine(
            text=line.name or line.account_id.name or "",
            amount=self._line_amount(line),
            account=Ref("Account", account.remote_id),
            tax_code=Ref("TaxCode", code.remote_id) if code else None,
        )

    def _line_amount(self, line):
        amount = self._sign * line.amount_currency
        return dec(float_repr(amount, line.currency_id.decimal_places))

    def _code(self, ctx, taxes):
        """The one code of a line's taxes: that of their tax, of all together, or the same for each;
        None while nobody has chosen one."""
        if not taxes:
            return self._mapped(ctx, "untaxed_purchase")
        if len(taxes) > 1:
            together = self.env["quickbooks.mapping"]._combination(taxes)
            found = self._mapped(ctx, "purchase_tax", key=together)
            if found:
                return found
        codes = {self._mapped(ctx, "purchase_tax", tax) for tax in taxes}
        return codes.pop() if len(codes) == 1 else None

    # -- tax -----------------------------------------------------------------------------------

    def _tax_lines(self, move):
        """With them cash rounding that was booked as part of a tax."""
        return self._entry(move).line_ids.filtered(
            lambda line: (
                line.display_type == "tax"
                or (line.display_type == "rounding" and line.tax_repartition_line_id)
            )
        )

    def _taxes(self, ctx, move):
        """The tax as billed, by QuickBooks' rates; None when QuickBooks computes it by itself."""
        known, rates = self._tax_lists(ctx)
        amounts, behind = {}, {}
        for line in self._amount_lines(ctx, move):
            code = self._code(ctx, line.tax_ids).remote_id
            amounts.setdefault(code, []).append(self._line_amount(line))
            for tax in line.tax_ids:
                behind.setdefault(tax, set()).add(code)
        posted = []
        for line in self._tax_lines(move):
            tax = line.group_tax_id or line.tax_line_id
            alone = self._code(ctx, tax)  # of one that somebody added by hand
            ids = behind.get(tax) or ({alone.remote_id} if alone else None)
            if not ids:
                return None
            posted.append((ids, self._line_amount(line)))
        codes = []
        for code in sorted(amounts.keys() | {ident for ids, _amount in posted for ident in ids}):
            body = known.get(code) or {}
            parts = purchase_tax.purchase_rates(body, rates)
            if not parts or purchase_tax.keeps_own_amounts(body, rates):
                return None
            of_code = tuple(amounts.get(code, ()))
            codes.append(CodeTax(Ref("TaxCode", code), parts, of_code, dec(0)))
        return purchase_tax.billed(purchase_tax.spread(codes, posted))

    def _tax_lists(self, ctx):
        """QuickBooks' tax codes and rates, read once for the round."""
        if "tax_lists" not in ctx.evidence:
            Reference = self.env["quickbooks.reference"]
            ctx.evidence["tax_lists"] = Reference._tax_lists(ctx.connection)
        return ctx.evidence["tax_lists"]

    # -- snapshot ------------------------------------------------------------------------------

    def _snapshot(self, ctx, move):
        """The document as plain data, with the amounts as posted in the ledger."""
        partner = self._partner_of(move)
        remote = self._party_ids(ctx, move, partner)
        taxed = ctx.profile.taxes_purchases
        entry = self._entry(move)
        term = self._mapped(ctx, "term", entry.invoice_payment_term_id)
        return BillSnapshot(
            number=self._number(ctx, move),
            date=fields.Date.to_string(move.date),
            due_date=fields.Date.to_string(entry.invoice_date_due or move.date),
            vendor=Ref(self._party_type, remote[partner.id]) if partner else None,
            currency=move.currency_id.name,
            lines=tuple(self._lines(ctx, move)),
            rate=self._rate(move),
            term=Ref("Term", term.remote_id) if term and entry.invoice_payment_term_id else None,
            taxes=self._taxes(ctx, move) if taxed else None,
            taxed=taxed,
            private_notes=self._private_notes(move),
        )

    def _number(self, ctx, move):
        """The vendor's own number; Odoo's where there is none and Odoo's numbers are wanted."""
        if move.ref and not self._is_of_expense(move):
            return move.ref
        return move.name if ctx.connection.number_policy == "odoo" else ""

    def _rate(self, move):
        return self.env["quickbooks.adapter.invoice"]._rate(move)

    def _private_notes(self, move):
        """Facts QuickBooks has no field for, and the mark by which a lost document is found."""
        notes, entry = [], self._entry(move)
        if entry.invoice_date and entry.invoice_date != move.date:
            notes.append(self.env._("Bill date: %s", fields.Date.to_string(entry.invoice_date)))
        if entry.ref and self._is_of_expense(move):
            notes.append(entry.ref)
        if entry.payment_reference and entry.payment_reference not in (entry.name, entry.ref):
            notes.append(self.env._("Payment reference: %s", entry.payment_reference))
        notes.append(self.env._("Odoo: %s", move.name))
        return tuple([*notes, self._marker(move)])

    # -- settling ------------------------------------------------------------------------------

    def _verify(self, operation, body, record):
        """Compare total and tax with QuickBooks' answer, to the cent."""
        if operation.kind == "void":
            return "voided", "", {}
        if not record:
            return "synced", "", {}
        remote = read_document(body, self._party_attribute)
        total, tax = self._total(record), dec(0)
        if operation.connection_id._company_profile().taxes_purchases:
            tax = sum((self._line_amount(line) for line in self._tax_lines(record)), dec(0))
        if remote.tax != tax:
            return "mismatch", "tax_differs", {"remote": remote.tax, "local": tax}
        if remote.total != total:
            return "mismatch", "total_differs", {"remote": remote.total, "local": total}
        return "synced", "", {}
