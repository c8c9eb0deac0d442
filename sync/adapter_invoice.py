from odoo import fields, models
from odoo.tools import float_repr, html2plaintext

from ..qbo.mapping.document import read_document
from ..qbo.mapping.invoice import invoice
from ..qbo.model import AddressSnapshot, DocumentSnapshot, LineSnapshot, Ref
from ..qbo.money import dec, invert_rate
from .plan import Done, Hold, Wait, Write

TEXT_LINES = ("line_section", "line_subsection", "line_note")


class QuickbooksInvoiceAdapter(models.AbstractModel):
    """Customer invoice → Invoice."""

    _name = "quickbooks.adapter.invoice"
    _inherit = "quickbooks.adapter"
    _description = "QuickBooks Adapter: Invoice"

    _remote_type = "Invoice"
    _res_model = "account.move"

    # -- which invoices ------------------------------------------------------------------------

    def _capture_targets(self, records):
        """Customer invoices that may have to go out, and whatever is linked already."""
        settings = self.env["quickbooks.connection"]
        targets, old = [], records.browse()
        for move in records:
            if move.move_type != "out_invoice":
                continue
            found = settings._capturing(move.company_id.id)
            if found and move.invoice_date and move.invoice_date >= found[1]:
                targets.append((found[0], move))
            elif found:
                old |= move
        return targets + (super()._capture_targets(old) if old else [])

    def _refusal(self, connection, record):
        key, params = super()._refusal(connection, record)
        if key:
            return key, params
        if record.move_type != "out_invoice":
            return "not_a_customer_invoice", {}
        if record.state == "draft":
            return "not_confirmed", {}
        if record.invoice_date and record.invoice_date < connection.cutoff_date:
            return "before_cutoff", {"date": fields.Date.to_string(connection.cutoff_date)}
        return "", {}

    def _missed(self, connection, limit):
        """Also posted invoices after the cut-off that have no link at all."""
        companies = self.env["res.company"].search([("id", "child_of", connection.company_id.id)])
        own = companies.filtered(
            lambda c: self.env["quickbooks.connection"]._of_company(c) == connection
        )
        linked = self.env["quickbooks.binding"]._search(
            [
                ("connection_id", "=", connection.id),
                ("res_model", "=", self._res_model),
                ("state", "!=", "unlinked"),
            ]
        )
        domain = [
            ("company_id", "in", own.ids),
            ("move_type", "=", "out_invoice"),
            ("state", "=", "posted"),
            ("invoice_date", ">=", connection.cutoff_date),
            ("id", "not in", linked.subselect("res_id")),
        ]
        if connection.document_trigger == "sent":
            domain.append(("is_move_sent", "=", True))
        unlinked = self.env["account.move"].search(domain, order="id", limit=limit)
        return unlinked | super()._missed(connection, limit)

    def _prefetch(self, ctx, records):
        ctx.remote_ids(records.commercial_partner_id, "Customer")
        ctx.remote_ids(records.invoice_line_ids.product_id, "Item")

    def _label(self, record):
        return record.name or record.display_name

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        if record.state == "cancel":
            return self._plan_void(operation)
        if record.state != "posted":
            return self._plan_draft(operation)
        excuse = self._excuse(ctx, operation, record)
        if excuse:
            return excuse
        problem = self._preflight(ctx, record)
        if problem:
            return problem
        needed = self._needed_operations(ctx, operation, record)
        if needed:
            names = ", ".join(op.local_name or "" for op in needed)
            return Wait(needed, names)
        tax = self._tax_of_lines(ctx, record)
        payload = invoice(
            self._snapshot(ctx, record, tax),
            ctx.profile,
            own_number=ctx.connection.number_policy == "odoo",
            override_tax=ctx.connection.tax_policy == "odoo",
        )
        return self._write(operation, payload)

    def _plan_void(self, operation):
        binding = operation.binding_id
        if not binding.remote_id:
            return Done("nothing_to_do", None)
        if binding.state == "voided" or binding.voided:
            return Done("nothing_to_do", "voided")
        body = {"Id": binding.remote_id, "SyncToken": binding.sync_token}
        return Write("void", {}, body)

    def _plan_draft(self, operation):
        """A draft is nobody's business; one that was sent stays there until it is settled here."""
        binding = operation.binding_id
        if not binding.remote_id:
            return Done("nothing_to_do", None)
        return Done("nothing_to_do", "voided" if binding.voided else "synced")

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
        profile = ctx.profile
        if move.currency_id.name != profile.home_currency and not profile.multicurrency:
            return Hold(
                "foreign_currency",
                {"currency": move.currency_id.name, "home": profile.home_currency},
            )
        closed = profile.book_close_date
        if closed and fields.Date.to_string(move.invoice_date) <= closed:
            return Hold("period_closed_here", {"date": closed})
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
        return None

    def _missing_mappings(self, ctx, move):
        """Mapping rows this invoice needs and that have no entry yet; made when they are new."""
        Mapping = self.env["quickbooks.mapping"]
        missing = Mapping.browse()
        lines = move.invoice_line_ids.filtered(lambda line: line.display_type == "product")
        for tax in lines.tax_ids:
            mapping = ctx.mappings.get(("tax", "account.tax", tax.id))
            if not mapping or not mapping.reference_id.active:
                missing |= Mapping._require(ctx.connection, "tax", tax)
        rounding = move.line_ids.filtered(lambda line: line.display_type == "rounding")
        if rounding or not all(line.product_id for line in lines):
            mapping = ctx.mappings.get(("default_item", "", 0))
            if not mapping or not mapping.reference_id.active:
                missing |= Mapping._require(ctx.connection, "default_item")
        return missing

    def _needed_operations(self, ctx, operation, move):
        """Open operations of the customer and the products that are not in QuickBooks yet."""
        needed = self.env["quickbooks.operation"]
        partner = move.commercial_partner_id
        products = move.invoice_line_ids.filtered(
            lambda line: line.display_type == "product"
        ).product_id
        for records, remote_type in ((partner, "Customer"), (products, "Item")):
            linked = ctx.remote_ids(records, remote_type)
            unbound = records.filtered(lambda record, linked=linked: record.id not in linked)
            if unbound:
                adapter = self.env["quickbooks.adapter"]._for_type(remote_type)
                needed |= self._dependency_operations(ctx, adapter, unbound, operation.released)
        return needed

    def _dependency_operations(self, ctx, adapter, records, released):
        """The operations of missing dependencies; one in trouble is left alone, not retried."""
        bindings = self.env["quickbooks.binding"]._of(ctx.connection, records, adapter._remote_type)
        existing = self.env["quickbooks.operation"].search(
            [
                ("binding_id", "in", [binding.id for binding in bindings.values()]),
                ("state", "in", self.env["quickbooks.operation"].OPEN_STATES),
            ]
        )
        if released:
            existing.filtered(lambda op: not op.released).released = True
        busy = set(existing.mapped("res_id"))
        fresh = records.filtered(lambda record: record.id not in busy)
        planner = self.env["quickbooks.planner"]
        return existing | planner._operations_for(ctx.connection, adapter, fresh, released=released)

    # -- snapshot ------------------------------------------------------------------------------

    def _snapshot(self, ctx, move, tax):
        """The invoice as plain data, with the amounts as posted in the ledger."""
        digits = move.currency_id.decimal_places
        taxable, codes = tax

        def amount(value):
            return dec(float_repr(value, digits))

        partner = move.commercial_partner_id
        customer = ctx.remote_ids(partner, "Customer")[partner.id]
        term = ctx.mappings.get(("term", "account.payment.term", move.invoice_payment_term_id.id))
        shipping = move.partner_shipping_id
        address = self.env["quickbooks.adapter.customer"]._address
        return DocumentSnapshot(
            number=move.name,
            date=fields.Date.to_string(move.invoice_date),
            due_date=fields.Date.to_string(move.invoice_date_due or move.invoice_date),
            customer=Ref("Customer", customer),
            currency=move.currency_id.name,
            lines=tuple(self._lines(ctx, move, taxable)),
            untaxed=amount(move.amount_untaxed),
            tax=amount(move.amount_tax),
            total=amount(move.amount_total),
            rate=self._rate(move),
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

    def _marker(self, move):
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid") or ""
        return f"[odoo {database[:8]}/account.move/{move.id}]"

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
        for line in move.invoice_line_ids.filtered(lambda line: line.display_type == "product"):
            for tax in line.tax_ids:
                mapping = ctx.mappings.get(("tax", "account.tax", tax.id))
                reference = mapping.reference_id if mapping else None
                if not reference or reference.kind == "exempt":
                    continue
                taxable.add(line.id)
                if reference.kind == "code":
                    codes[reference.remote_id] = Ref("TaxCode", reference.remote_id)
        return taxable, list(codes.values())

    def _lines(self, ctx, move, taxable):
        items = ctx.remote_ids(move.invoice_line_ids.product_id, "Item")
        default = ctx.mappings.get(("default_item", "", 0))
        sign = -1 if move.move_type == "out_invoice" else 1
        rounding = move.line_ids.filtered(lambda line: line.display_type == "rounding")
        for line in move.invoice_line_ids.sorted("sequence") | rounding:
            if line.display_type in TEXT_LINES:
                yield LineSnapshot(text=line.name or "")
            elif line.display_type in ("product", "rounding"):
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
        )

    @staticmethod
    def _line_code(ctx, line):
        """Tax code of a line outside the US, where every line names its own."""
        if ctx.profile.us:
            return None
        for tax in line.tax_ids:
            mapping = ctx.mappings.get(("tax", "account.tax", tax.id))
            if mapping and mapping.reference_id:
                return Ref("TaxCode", mapping.reference_id.remote_id)
        return None

    # -- settling ------------------------------------------------------------------------------

    def _verify(self, operation, body):
        """Compare total and tax with QuickBooks' answer, to the cent."""
        remote = read_document(body)
        move = operation.binding_id._record().exists()
        if operation.kind == "void":
            return "voided", "", {}
        if not move:
            return "synced", "", {}
        digits = move.currency_id.decimal_places
        total = dec(float_repr(move.amount_total, digits))
        tax = dec(float_repr(move.amount_tax, digits))
        if remote.tax != tax:
            return "mismatch", "tax_differs", {"remote": remote.tax, "local": tax}
        if remote.total != total:
            return "mismatch", "total_differs", {"remote": remote.total, "local": total}
        return "synced", "", {}

    def _answered_values(self, body):
        remote = read_document(body)
        return {
            "remote_name": remote.number,
            "remote_total": str(remote.total),
            "remote_tax": str(remote.tax),
            "remote_balance": str(remote.balance),
            "voided": remote.voided,
        }
