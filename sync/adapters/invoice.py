from odoo import api, fields, models
from odoo.tools import float_repr, html2plaintext

from ...qbo import canonical
from ...qbo.mapping.document import read_document
from ...qbo.mapping.invoice import invoice
from ...qbo.model import AddressSnapshot, DocumentSnapshot, LineSnapshot, Ref
from ...qbo.money import dec, invert_rate
from ..plan import Done, Hold

#: kinds of lines that Odoo adds by itself and that belong on the document
ADDED = ("rounding", "epd")
TEXT_LINES = ("line_section", "line_subsection", "line_note")


class QuickbooksSalesAdapter(models.AbstractModel):
    """What invoices and credit notes to customers have in common; amounts of both are positive."""

    _name = "quickbooks.sales"
    _inherit = "quickbooks.settled"
    _description = "QuickBooks Adapter of Sales Documents"

    _res_model = "account.move"
    _date_field = "invoice_date"
    #: kind of journal entry
    _move_type = None

    # -- which documents -----------------------------------------------------------------------

    def _concerns(self, record):
        return record.move_type == self._move_type

    def _concerned_domain(self):
        return [("move_type", "=", self._move_type)]

    def _ready_domain(self, connection):
        if connection.document_trigger == "sent":
            return [("is_move_sent", "=", True)]
        return []

    def _prefetch(self, ctx, records):
        ctx.remote_ids(records.commercial_partner_id, "Customer")
        ctx.remote_ids(records.invoice_line_ids.product_id, "Item")
        self.env["quickbooks.projects"]._prefetch(
            ctx, self._product_lines(records), records, self._remote_type
        )

    # -- planning ------------------------------------------------------------------------------

    def _plan_content(self, ctx, operation, record):
        document = self._with_settled_tax(ctx, record)
        if isinstance(document, Hold):
            return document
        return self._write(operation, self._payload_of(ctx, document))

    def _wanted_payload(self, ctx, move):
        """Every owned attribute of the document as it is now; what it refers to must be linked."""
        document = self._with_settled_tax(ctx, move)
        if isinstance(document, Hold):
            document = self._snapshot(ctx, move, self._tax_of_lines(ctx, move))
        return self._payload_of(ctx, document)

    def _with_settled_tax(self, ctx, move):
        """The document as plain data, with the tax difference settled as the connection wants it; a
        Hold when a person must look at it first."""
        document = self._snapshot(ctx, move, self._tax_of_lines(ctx, move))
        return self.env["quickbooks.taxes"]._settle(ctx, document)

    def _payload_of(self, ctx, document):
        return self._mapped_payload(
            document,
            ctx.profile,
            own_number=ctx.connection.number_policy == "odoo",
            override_tax=ctx.connection.tax_policy == "odoo",
        )

    @api.model
    def _mapped_payload(self, snapshot, profile, **policies):
        """The entity's own function of ``qbo.mapping``."""
        raise NotImplementedError

    def _excuse(self, ctx, operation, move):
        """Why an unlinked invoice does not go out (yet), as a Done."""
        connection = ctx.connection
        if operation.binding_id.remote_id:
            return None
        if move.invoice_date < connection.cutoff_date:
            return Done("before_cutoff", None)
        if connection.document_trigger == "sent" and not (move.is_move_sent or operation.released):
            return Done("not_sent_yet", None)
        return None

    def _preflight(self, ctx, move):
        """What a person must settle before the invoice can be sent."""
        problem = super()._preflight(ctx, move)
        if problem:
            return problem
        profile = ctx.profile
        if move.currency_id.compare_amounts(move.amount_total, 0) < 0:
            return Hold("negative_total")
        if move.amount_tax and profile.us and not profile.using_sales_tax:
            return Hold("sales_tax_off")
        missing = self._missing_mappings(ctx, move)
        if missing:
            names = ", ".join(f"{m.subject_name} ({m._kind_label()})" for m in missing)
            return Hold("missing_mapping", {"names": names}, mappings=missing)
        if len(self._tax_of_lines(ctx, move)[1]) > 1 and profile.us:
            return Hold("several_tax_codes")
        return self.env["quickbooks.analytics"]._problem(ctx, self._product_lines(move))

    def _kept(self, move):
        """Also of its lines, and its tax."""
        amounts = [move.amount_tax, *move.invoice_line_ids.mapped("price_subtotal")]
        return [*super()._kept(move), *(self._amount(each, move.currency_id) for each in amounts)]

    @staticmethod
    def _product_lines(move):
        """Lines that carry an amount; what is read of one is read for all invoices of the round."""
        lines = move.invoice_line_ids
        products = lines.filtered(lambda line: line.display_type == "product")
        return products.with_prefetch(lines._prefetch_ids)

    @staticmethod
    def _added_lines(move):
        """What Odoo adds to the lines people enter: cash rounding, unless it is part of the biggest
        tax (``account.move._recompute_cash_rounding_lines``), and the pair of lines by which an
        early payment discount lowers the tax at once (``account.move.line._compute_epd_needed``).
        """
        return move.line_ids.filtered(
            lambda line: line.display_type in ADDED and not line.tax_repartition_line_id
        )

    def _missing_mappings(self, ctx, move):
        """Mapping rows this invoice needs and that have no entry yet; made when they are new."""
        Mapping = self.env["quickbooks.mapping"]
        lines = self._product_lines(move)
        added = self._added_lines(move)
        missing = self.env["quickbooks.taxes"]._missing(ctx, lines | added)
        missing |= self.env["quickbooks.analytics"]._missing(ctx, lines)
        if added or not all(line.product_id for line in lines):
            mapping = ctx.mappings.get(("default_item", "", 0))
            if not mapping or not mapping.reference_id.active:
                missing |= Mapping._require(ctx.connection, "default_item")
        return missing

    def _needed_operations(self, ctx, operation, move):
        """Also those of the project and of the products."""
        needed = super()._needed_operations(ctx, operation, move)
        needed |= self.env["quickbooks.projects"]._needed(
            ctx, operation, self._product_lines(move), move.commercial_partner_id
        )
        products = self._product_lines(move).product_id
        linked = ctx.remote_ids(products, "Item")
        unbound = products.filtered(lambda product: product.id not in linked)
        if unbound:
            adapter = self.env["quickbooks.adapter"]._for_type("Item")
            needed |= self._dependency_operations(ctx, adapter, unbound, operation.released)
        return needed

    def _shrinks(self, ctx, binding, move):
        """Whether QuickBooks would refuse the update while money is applied to the invoice."""
        if not binding.remote_id or not binding.remote_total:
            return False
        agreed = canonical.loads(binding.agreed_payload or "{}")
        customer, _project = self._customer(ctx, move)
        before = (agreed.get("CustomerRef") or {}).get("value")
        moved = before not in (None, customer.id if customer else None)
        return moved or self._total(move) < dec(binding.remote_total)

    def _customer(self, ctx, move):
        """The customer of QuickBooks it goes under, and the project there that this is."""
        return self.env["quickbooks.projects"]._customer(
            ctx,
            move,
            self._product_lines(move),
            move.commercial_partner_id,
            self._remote_type,
            self._variant(ctx, move),
        )

    # -- snapshot ------------------------------------------------------------------------------

    def _snapshot(self, ctx, move, tax):
        """The invoice as plain data, with the amounts as posted in the ledger."""
        taxable, codes = tax
        currency = move.currency_id
        customer, project = self._customer(ctx, move)
        term = ctx.mappings.get(("term", "account.payment.term", move.invoice_payment_term_id.id))
        shipping = move.partner_shipping_id
        address = self.env["quickbooks.adapter.customer"]._address
        analytics, lines = self.env["quickbooks.analytics"], self._product_lines(move)
        return DocumentSnapshot(
            number=move.name,
            date=fields.Date.to_string(move.invoice_date),
            due_date=fields.Date.to_string(move.invoice_date_due or move.invoice_date),
            customer=customer,
            project=project,
            class_ref=analytics._document_class(ctx, lines),
            department=analytics._department(ctx, move, lines),
            currency=currency.name,
            lines=tuple(self._lines(ctx, move, taxable)),
            untaxed=self._amount(move.amount_untaxed, currency),
            tax=self._amount(move.amount_tax, currency),
            total=self._amount(move.amount_total, currency),
            rate=self._rate(move),
            step=self._amount(currency.rounding, currency),
            term=Ref("Term", term.reference_id.remote_id) if term and term.reference_id else None,
            tax_code=next(iter(codes), None),
            email=move.partner_id.email or move.commercial_partner_id.email or "",
            memo=html2plaintext(move.narration).strip() if move.narration else "",
            private_notes=self._private_notes(move),
            billing=address(move.partner_id),
            shipping=address(shipping) if shipping else AddressSnapshot(),
        )

    def _private_notes(self, move):
        """Facts QuickBooks has no field for, and the mark by which a lost document is found."""
        notes = []
        if move.ref:
            notes.append(self.env._("Customer reference: %s", move.ref))
        if move.payment_reference and move.payment_reference != move.name:
            notes.append(self.env._("Payment reference: %s", move.payment_reference))
        notes.append(self.env._("Odoo: %s", move.name))
        return tuple([*notes, self._marker(move)])

    @staticmethod
    def _rate(move):
        """Home units per foreign unit at full precision (Odoo keeps the inverse)."""
        rate = move.invoice_currency_rate
        return invert_rate(dec(str(rate))) if rate else dec(1)

    def _tax_of_lines(self, ctx, move):
        """Which lines are taxable, and the tax codes in use.

        :return: (ids of taxable lines, ordered list of distinct :class:`Ref`)
        """
        taxable, codes = set(), {}
        for line in self._product_lines(move) | self._added_lines(move):
            for entry in self.env["quickbooks.taxes"]._entries(ctx, line.tax_ids):
                if entry.kind == "exempt":
                    continue
                taxable.add(line.id)
                if entry.kind == "code":
                    codes[entry.remote_id] = Ref("TaxCode", entry.remote_id)
        return taxable, list(codes.values())

    def _lines(self, ctx, move, taxable):
        items = ctx.remote_ids(move.invoice_line_ids.product_id, "Item")
        default = ctx.mappings.get(("default_item", "", 0))
        sign = -1 if move.move_type == "out_invoice" else 1
        for line in move.invoice_line_ids.sorted("sequence") | self._added_lines(move):
            if line.display_type in TEXT_LINES:
                yield LineSnapshot(text=line.name or "")
            elif line.display_type in ("product", *ADDED):
                item = (
                    items[line.product_id.id]
                    if line.product_id
                    else (default.reference_id.remote_id)
                )
                yield self._line(ctx, line, sign, Ref("Item", item), line.id in taxable)

    def _line(self, ctx, line, sign, item, taxable):
        digits = line.currency_id.decimal_places
        return LineSnapshot(
            text=line.name or "",
            amount=dec(float_repr(sign * line.amount_currency, digits)),
            quantity=dec(str(line.quantity)) if line.display_type == "product" else None,
            price=dec(str(line.price_unit)) if line.display_type == "product" else None,
            discount=dec(str(line.discount or 0)),
            item=item,
            taxable=taxable,
            tax_code=self._line_code(ctx, line),
            class_ref=self.env["quickbooks.analytics"]._line_class(ctx, line),
        )

    def _line_code(self, ctx, line):
        """Tax code of a line outside the US, where every line names its own."""
        return None if ctx.profile.us else self.env["quickbooks.taxes"]._code(ctx, line.tax_ids)

    # -- settling ------------------------------------------------------------------------------

    def _verify(self, operation, body, record):
        """Compare total and tax with QuickBooks' answer, to the cent."""
        remote = read_document(body)
        if operation.kind == "void":
            return "voided", "", {}
        if not record:
            return "synced", "", {}
        total = self._total(record)
        tax = self._expected_tax(operation, record)
        if remote.tax != tax:
            return "mismatch", "tax_differs", {"remote": remote.tax, "local": tax}
        if remote.total != total:
            return "mismatch", "total_differs", {"remote": remote.total, "local": total}
        return "synced", "", {}

    def _expected_tax(self, operation, record):
        """The tax as billed, less what a rounding line of ours carries instead of it."""
        tax = self._amount(record.amount_tax, record.currency_id)
        payload = canonical.loads(operation.payload or "{}")
        return tax - self.env["quickbooks.taxes"]._rounding_in(payload)


class QuickbooksInvoiceAdapter(models.AbstractModel):
    """Customer invoice → Invoice."""

    _name = "quickbooks.adapter.invoice"
    _inherit = "quickbooks.sales"
    _description = "QuickBooks Adapter: Invoice"

    _remote_type = "Invoice"
    _move_type = "out_invoice"

    def _mapped_payload(self, snapshot, profile, **policies):
        return invoice(snapshot, profile, **policies)
