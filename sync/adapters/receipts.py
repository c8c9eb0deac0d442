from odoo import api, fields, models

from ...qbo import canonical
from ...qbo.mapping.document import read_document
from ...qbo.mapping.receipt import billed_tax
from ...qbo.model import AddressSnapshot, LineSnapshot, Ref
from ...qbo.model_receipt import ReceiptSnapshot
from ..plan import Done, Hold


class QuickbooksReceiptsAdapter(models.AbstractModel):
    """What sales receipts and refund receipts have in common: the sale and its money in one.

    Their record is the payment, which is where the money stands in the ledger and what people
    cancel, refund and reconcile.
    """

    _name = "quickbooks.receipts"
    _inherit = ["quickbooks.of.payments", "quickbooks.settled"]
    _description = "QuickBooks Adapter of Sales Paid at Once"

    def _prefetch(self, ctx, records):
        ctx.remote_ids(records.partner_id.commercial_partner_id, "Customer")

    # -- what there is -------------------------------------------------------------------------

    @api.model
    def _link(self, connection, record, remote_type=None):
        """The live link of a payment to an object of some kind, or an empty one."""
        Binding = self.env["quickbooks.binding"]
        links = Binding._of(connection, record, remote_type or self._remote_type)
        return links.get(record.id, Binding)

    @api.model
    def _is_there(self, link):
        """Whether its object stands in QuickBooks, as far as we know."""
        return bool(link.remote_id) and not link.voided

    @api.model
    def _standing(self, connection, records, remote_type):
        """Which payments stand in QuickBooks as an object of some kind.

        :return: (ids of those, ids of those of which a request that makes it is on its way)
        """
        links = self.env["quickbooks.binding"]._of(connection, records, remote_type)
        there = {res_id for res_id, link in links.items() if self._is_there(link)}
        rest = [link.id for res_id, link in links.items() if res_id not in there]
        if not rest:
            return there, set()
        Operation = self.env["quickbooks.operation"]
        going = Operation.search(
            [
                ("binding_id", "in", rest),
                ("state", "in", Operation.OPEN_STATES),
                "|",
                ("state", "in", ("prepared", "unknown", "lookup")),
                ("doubtful", "=", True),
            ]
        )
        return there, set(going.mapped("res_id"))

    @api.model
    def _taken_domain(self, connection, remote_type):
        """Payments that stand in QuickBooks as an object of some kind, as a subselect of ids."""
        links = self.env["quickbooks.binding"]._search(
            [
                ("connection_id", "=", connection.id),
                ("res_model", "=", self._res_model),
                ("remote_type", "=", remote_type),
                ("remote_id", "!=", False),
                ("voided", "=", False),
                ("state", "!=", "unlinked"),
            ]
        )
        return links.subselect("res_id")

    # -- planning ------------------------------------------------------------------------------

    def _wanted(self, connection, records):
        """Those payments that are to be, or to stay, this kind of object."""
        raise NotImplementedError

    def _is_wanted(self, ctx, record):
        """The same of one, found out for all that are planned together. Planning makes nothing
        stand and nothing fall, so it holds for a round."""
        known = ctx.evidence.setdefault((self._name, "wanted"), {})
        if record.id not in known:
            together = set(ctx.together.get(self._res_model, ())) - known.keys()
            records = record.browse(together | {record.id}).exists()
            wanted = set(self._wanted(ctx.connection, records).ids)
            known.update((each, each in wanted) for each in records.ids)
        return known.get(record.id, False)

    def _sale(self, record):
        """The payment whose sale it is about."""
        raise NotImplementedError

    def _plan_closed(self, ctx, operation, record):
        """Also that of one that has become something else."""
        closed = super()._plan_closed(ctx, operation, record)
        if closed or self._is_wanted(ctx, record):
            return closed
        return self._plan_void(ctx, operation, record)

    def _share(self, connection, records, released):
        """Payments that are something else are none of its business, unless they are linked."""
        shared = super()._share(connection, records, released)
        wanted = self._wanted(connection, shared)
        return wanted | self._linked(connection, shared - wanted)

    @api.model
    def _linked(self, connection, records, remote_type=None):
        """Those payments that have a link to an object of some kind."""
        Binding = self.env["quickbooks.binding"]
        links = Binding._links(connection, records, remote_type or self._remote_type)
        return records.browse(set(links.mapped("res_id")))

    def _plan_content(self, ctx, operation, record):
        document = self._snapshot(ctx, record)
        document = self.env["quickbooks.taxes"]._settle(ctx, document, paid=True)
        if isinstance(document, Hold):
            return document
        payload = self._mapped_payload(
            document,
            ctx.profile,
            own_number=ctx.connection.number_policy == "odoo",
            override_tax=ctx.connection.tax_policy == "odoo",
        )
        return self._write(operation, self._with_agreed(operation, record, payload))

    def _mapped_payload(self, snapshot, profile, **policies):
        """The entity's own function of ``qbo.mapping``."""
        raise NotImplementedError

    def _with_agreed(self, operation, record, payload):
        """What of the payload is not to change any more is taken from what was agreed."""
        return payload

    def _preflight(self, ctx, record):
        """What a person must settle before it can be sent."""
        problem = super()._preflight(ctx, record)
        if problem:
            return problem
        if not self._partner_of(record):
            return Hold("customer_missing")
        sold, profile = self._sold(ctx, record), ctx.profile
        if sold.tax and profile.us and not profile.using_sales_tax:
            return Hold("sales_tax_off")
        missing = self._missing_mappings(ctx, sold)
        if missing:
            names = ", ".join(f"{m.subject_name} ({m._kind_label()})" for m in missing)
            return Hold("missing_mapping", {"names": names}, mappings=missing)
        if len(self._codes(ctx, sold)) > 1 and profile.us:
            return Hold("several_tax_codes")
        return self.env["quickbooks.analytics"]._problem(ctx, sold.records)

    def _missing_mappings(self, ctx, sold):
        """Mapping rows it needs and that have no entry yet; made when they are new."""
        lines = [line for line in sold.lines if line.amount is not None]
        missing = self.env["quickbooks.taxes"]._missing(ctx, lines)
        missing |= self.env["quickbooks.analytics"]._missing(ctx, sold.records)
        if not all(line.product_id for line in lines):
            mapping = ctx.mappings.get(("default_item", "", 0))
            if not mapping or not mapping.reference_id.active:
                missing |= self.env["quickbooks.mapping"]._require(ctx.connection, "default_item")
        return missing

    def _needed_operations(self, ctx, operation, record):
        """The customer, the project, the products, and the mark of origin."""
        needed = super()._needed_operations(ctx, operation, record)
        sold, partner = self._sold(ctx, record), self._partner_of(record)
        needed |= self.env["quickbooks.projects"]._needed(ctx, operation, sold.records, partner)
        products = self.env["product.product"].union(*(line.product_id for line in sold.lines))
        linked = ctx.remote_ids(products, "Item")
        unbound = products.filtered(lambda product: product.id not in linked)
        if unbound:
            adapter = self.env["quickbooks.adapter"]._for_type("Item")
            needed |= self._dependency_operations(ctx, adapter, unbound, operation.released)
        if not self._method(ctx, record):
            mark = self.env["quickbooks.adapter.paymentmethod"]
            needed |= mark._operations(ctx, operation.released)
        return needed

    def _shrinks(self, ctx, binding, record):
        """Nothing is ever applied to it."""
        return False

    # -- snapshot ------------------------------------------------------------------------------

    def _partner_of(self, record):
        return record.partner_id.commercial_partner_id

    def _payments(self):
        """What knows the methods, accounts and rates of payments."""
        return self.env["quickbooks.adapter.payment"]

    def _total(self, record):
        return self._amount(record.amount, record.currency_id)

    def _sold(self, ctx, record):
        return self.env["quickbooks.online"]._sold(ctx, self._sale(record), record)

    def _account(self, ctx, record):
        """Where the money went, or came from."""
        return self._payments()._account(ctx, record)

    def _method(self, ctx, record):
        """How it was paid, or the mark of origin."""
        return self._payments()._method(ctx, record)

    def _rate(self, record):
        """Home units per foreign unit."""
        return self._payments()._rate(record)

    def _reference(self, record):
        """The provider's reference."""
        return self._payments()._number(record)

    def _snapshot(self, ctx, record):
        sold = self._sold(ctx, record)
        codes = self._codes(ctx, sold)
        customer, project = self._customer(ctx, record, sold)
        billing, shipping = self._addresses(record, sold)
        analytics = self.env["quickbooks.analytics"]
        return ReceiptSnapshot(
            number=record.name or "",
            date=fields.Date.to_string(self._day(record)),
            due_date="",
            customer=customer,
            project=project,
            class_ref=analytics._document_class(ctx, sold.records),
            department=analytics._department(ctx, record, sold.records),
            currency=record.currency_id.name,
            lines=tuple(self._lines(ctx, sold)),
            untaxed=sold.untaxed,
            tax=sold.tax,
            total=self._total(record),
            rate=self._rate(record),
            step=self._amount(record.currency_id.rounding, record.currency_id),
            tax_code=next(iter(codes), None),
            email=record.partner_id.email or self._partner_of(record).email or "",
            private_notes=self._private_notes(record, sold),
            billing=billing,
            shipping=shipping,
            method=self._method(ctx, record),
            account=self._account(ctx, record),
            reference=self._reference(record),
        )

    def _customer(self, ctx, record, sold):
        return self.env["quickbooks.projects"]._customer(
            ctx,
            record,
            sold.records,
            self._partner_of(record),
            self._remote_type,
            self._variant(ctx, record),
        )

    def _addresses(self, record, sold):
        """Of the order, else the payer's: a shipping address decides about automated tax."""
        address = self.env["quickbooks.adapter.customer"]._address
        if not sold.orders:
            return address(record.partner_id), AddressSnapshot()
        order = sold.orders[:1]
        return address(order.partner_invoice_id), address(order.partner_shipping_id)

    def _private_notes(self, record, sold):
        """As of a payment, with the orders."""
        notes = self._payments()._private_notes(record)
        if not sold.orders:
            return notes
        return (self.env._("Order: %s", ", ".join(sold.orders.mapped("name"))), *notes)

    def _codes(self, ctx, sold):
        """Tax codes in use, each once."""
        entries = [
            entry
            for line in sold.lines
            for entry in self.env["quickbooks.taxes"]._entries(ctx, line.tax_ids)
        ]
        ids = dict.fromkeys(entry.remote_id for entry in entries if entry.kind == "code")
        return [Ref("TaxCode", remote_id) for remote_id in ids]

    def _lines(self, ctx, sold):
        products = self.env["product.product"].union(*(line.product_id for line in sold.lines))
        items = ctx.remote_ids(products, "Item")
        default = ctx.mappings.get(("default_item", "", 0))
        for line in sold.lines:
            if line.amount is None:
                yield LineSnapshot(text=line.text)
                continue
            item = items[line.product_id.id] if line.product_id else default.reference_id.remote_id
            yield self._line(ctx, line, Ref("Item", item))

    def _line(self, ctx, line, item):
        taxes = self.env["quickbooks.taxes"]
        entries = taxes._entries(ctx, line.tax_ids)
        return LineSnapshot(
            text=line.text,
            amount=line.amount,
            quantity=line.quantity,
            price=line.price,
            discount=line.discount,
            item=item,
            taxable=any(entry.kind != "exempt" for entry in entries),
            tax_code=None if ctx.profile.us else taxes._code(ctx, line.tax_ids),
            class_ref=self.env["quickbooks.analytics"]._line_class(ctx, line.records),
        )

    # -- settling ------------------------------------------------------------------------------

    def _verify(self, operation, body, record):
        """Compare total and tax with QuickBooks' answer, to the cent."""
        if operation.kind == "void":
            return "voided", "", {}
        if not record:
            return "synced", "", {}
        remote, total = read_document(body), self._total(record)
        tax = billed_tax(canonical.loads(operation.payload or "{}"), total)
        if remote.tax != tax:
            return "mismatch", "tax_differs", {"remote": remote.tax, "local": tax}
        if remote.total != total:
            return "mismatch", "total_differs", {"remote": remote.total, "local": total}
        return "synced", "", {}

    def _look_at(self, operation, adapter, records):
        """Have payments looked at by another adapter, because this one let go of them."""
        planner = self.env["quickbooks.planner"]
        planner._look_at(operation.connection_id, adapter, records, operation.released)

    def _done(self, link):
        """The plan of a payment that is something else: its own link, if it ever stood."""
        return Done("nothing_to_do", "voided" if link.remote_id or link.voided else None)
