from odoo import fields, models
from odoo.fields import Domain
from odoo.tools import float_repr

from ...qbo import canonical, entities
from ...qbo.mapping.document import read_document
from ...qbo.money import dec, round2
from ..plan import Done, Hold, Wait, Write


class QuickbooksDocumentsAdapter(models.AbstractModel):
    """What dated documents have in common: which of them take part, how they are voided, and the
    mark by which a lost one is found again."""

    _name = "quickbooks.documents"
    _inherit = "quickbooks.adapter"
    _description = "QuickBooks Adapter of Documents"

    #: entity of the other party
    _party_type = "Customer"
    #: a party of another currency is another object there (FACTS 9): its link is a variant
    _party_per_currency = True
    #: entity of the payments that settle it
    _settled_by = "Payment"
    #: what the cut-off date is compared with
    _date_field = "date"
    #: states of the record
    _cancelled_states = ("cancel",)
    _posted_states = ("posted",)
    #: key of the sentence about records of the same model that are not for this adapter
    _stranger_key = "not_a_customer_invoice"

    # -- which documents -----------------------------------------------------------------------

    def _concerns(self, record):
        """Whether a record of this model is one of this adapter's documents."""
        raise NotImplementedError

    def _concerned_domain(self):
        """:meth:`_concerns` as a domain, with the states that are sent."""
        raise NotImplementedError

    def _share(self, connection, records, released):
        """Documents go out unasked, and whatever is linked is looked after."""
        concerned = records.browse()
        if self._takes_new(connection):
            concerned = records.filtered(self._concerns)
        return concerned | super()._share(connection, records - concerned, False)

    def _takes_new(self, connection):
        """Whether the connection is to have new documents of this kind at all."""
        return True

    def _capture_targets(self, records):
        """Documents on or after the cut-off."""
        settings = self.env["quickbooks.connection"]
        targets = []
        for record in records.filtered(self._concerns):
            found = settings._capturing(record.company_id.id)
            date = self._day(record) if found else None
            if date and date >= found[1]:
                targets.append((found[0], record))
        return targets

    def _refusal(self, connection, record):
        key, params = super()._refusal(connection, record)
        if key:
            return key, params
        if not self._concerns(record):
            return self._stranger_key, {}
        if not self._stands(record) and not self._is_cancelled(record):
            return "not_confirmed", {}
        if self._is_before_cutoff(connection, record):
            return "before_cutoff", {"date": fields.Date.to_string(connection.cutoff_date)}
        return "", {}

    def _day(self, record):
        """The date it has in the books."""
        return record[self._date_field]

    def _is_draft(self, record):
        """It may be confirmed any time, and core keeps what is applied to it until then."""
        return not self._stands(record) and not self._is_cancelled(record)

    def _is_before_cutoff(self, connection, record):
        date = self._day(record)
        return bool(date) and date < connection.cutoff_date

    def _missed(self, connection, limit):
        """Also documents after the cut-off that have no link at all."""
        if not self._takes_new(connection):
            return super()._missed(connection, limit)
        linked = self.env["quickbooks.binding"]._search(
            [
                ("connection_id", "=", connection.id),
                ("res_model", "=", self._res_model),
                ("remote_type", "=", self._remote_type),
                ("state", "!=", "unlinked"),
            ]
        )
        domain = [
            ("company_id", "in", connection._own_companies().ids),
            ("id", "not in", linked.subselect("res_id")),
            *self._standing_domain(connection),
            *self._concerned_domain(),
            *self._ready_domain(connection),
        ]
        unlinked = self.env[self._res_model].search(domain, order="id", limit=limit)
        return unlinked | super()._missed(connection, limit)

    def _standing_domain(self, connection):
        """Records that stand in the books on or after the cut-off."""
        return [
            ("state", "in", self._posted_states),
            (self._date_field, ">=", connection.cutoff_date),
        ]

    def _ready_domain(self, connection):
        """What else must be true before an unlinked document goes out by itself."""
        return []

    def _label(self, record):
        return record.name or record.display_name

    # -- planning ------------------------------------------------------------------------------

    def _plan_closed(self, ctx, operation, record):
        """The plan of a record that is cancelled or a draft; None when it stands."""
        if self._stands(record):
            return None
        if self._is_cancelled(record):
            return self._plan_void(ctx, operation, record)
        return self._plan_draft(operation)

    def _stands(self, record):
        """Whether the books have it."""
        return record.state in self._posted_states

    def _is_cancelled(self, record):
        """Whether it was taken out of the books for good."""
        return record.state in self._cancelled_states

    def _plan_void(self, ctx, operation, record):
        """Void it, or delete what QuickBooks cannot void."""
        binding = operation.binding_id
        if binding.voided:  # what was deleted has no id any more
            return Done("nothing_to_do", "voided")
        if not binding.remote_id:
            return Done("nothing_to_do", None)
        if binding.state == "voided":
            return Done("nothing_to_do", "voided")
        payments = self._payments_on_it(binding)
        if payments:
            return Wait(payments, ", ".join(op.local_name or "" for op in payments))
        body = {"Id": binding.remote_id, "SyncToken": binding.sync_token}
        return Write(self._removal(), {}, body)

    def _removal(self):
        """How a document goes away in QuickBooks: ``void`` keeps its number there, but some
        entities cannot be voided (FACTS 2.1, 7.5)."""
        return "void" if entities.get(self._remote_type).void else "delete"

    def _payments_on_it(self, binding):
        """Open operations of payments that are, or may be, applied to this document in QuickBooks.

        Core takes a payment off a document that is cancelled, and people do before they reduce
        one, so the payment has changed too; it lets go there first, because what is applied
        forbids voiding (FACTS 7.5). A document that is reset to draft keeps its payments.
        The same holds for a credit note that is applied, which is a Payment as well.
        """
        links = self._as_linked(binding)
        if not links:
            return self.env["quickbooks.operation"]
        return self._open_naming(binding.connection_id, self._settled_by, links)

    def _open_naming(self, connection, remote_type, links):
        """Open operations of one entity whose object in QuickBooks names one of these in a line:
        by what was agreed, or perhaps by a request nobody knows the outcome of.

        :param links: as dicts (``LinkedTxn``, FACTS 6)
        """
        Operation = self.env["quickbooks.operation"]
        names = [canonical.dumps(link) for link in links]
        agreed = Domain.OR(Domain("binding_id.agreed_payload", "like", name) for name in names)
        sent = Domain.OR(Domain("payload", "like", name) for name in names)
        return Operation.search(
            Domain("connection_id", "=", connection.id)
            & Domain("remote_type", "=", remote_type)
            & Domain("state", "in", Operation.OPEN_STATES)
            & (agreed | (sent & Operation._unanswered_domain()))
        )

    def _as_linked(self, binding):
        """How lines of a Payment name this object (``LinkedTxn``, FACTS 6)."""
        if binding.remote_type == self._settled_by:
            return []
        return [{"TxnId": binding.remote_id, "TxnType": binding.remote_type}]

    def _growing_operations(self, ctx, records):
        """Open operations of linked documents that must grow, or stand again, before more can be
        applied to them."""
        bindings = self.env["quickbooks.binding"]._of(ctx.connection, records, self._remote_type)
        growing = [
            binding.id
            for binding in bindings.values()
            if binding.voided or self._total(binding._record()) > dec(binding.remote_total or 0)
        ]
        return self._open_of(growing) if growing else self.env["quickbooks.operation"]

    def _needed_documents(self, ctx, operation, records):
        """Open operations without which nothing can be applied to these documents of this adapter:
        of those that are not there yet, and of those that must grow first."""
        linked = ctx.remote_ids(records, self._remote_type)
        unbound = records.filtered(lambda record: record.id not in linked)
        needed = self.env["quickbooks.operation"]
        if unbound:
            needed |= self._dependency_operations(ctx, self, unbound, operation.released)
        return needed | self._growing_operations(ctx, records - unbound)

    def _plan_draft(self, operation):
        """A draft is nobody's business; one that was sent stays there until it is settled here."""
        binding = operation.binding_id
        if binding.voided:
            return Done("nothing_to_do", "voided")
        return Done("nothing_to_do", "synced" if binding.remote_id else None)

    def _preflight(self, ctx, record):
        """What a person must settle in both kinds of documents, as a Hold."""
        profile, currency = ctx.profile, self._currency(record)
        if currency.name != profile.home_currency and not profile.multicurrency:
            return Hold(
                "foreign_currency", {"currency": currency.name, "home": profile.home_currency}
            )
        closed = profile.book_close_date
        if closed and fields.Date.to_string(self._day(record)) <= closed:
            return Hold("period_closed_here", {"date": closed})
        # only currencies like the dinar have amounts that QuickBooks would round
        if currency.decimal_places > 2 and any(each != round2(each) for each in self._kept(record)):
            return Hold("fraction_of_cent", {"currency": currency.name})
        return None

    def _kept(self, record):
        """Amounts of a document that QuickBooks keeps each by itself, in hundredths."""
        return [self._total(record)]

    def _dependency_operations(self, ctx, adapter, records, released, variant=""):
        """The operations of missing dependencies; one in trouble is left alone, not retried."""
        bindings = self.env["quickbooks.binding"]._of(
            ctx.connection, records, adapter._remote_type, variant
        )
        existing = self._open_of([binding.id for binding in bindings.values()])
        if released:
            existing.filtered(lambda op: not op.released).released = True
        busy = set(existing.mapped("res_id"))
        fresh = records.filtered(lambda record: record.id not in busy)
        planner = self.env["quickbooks.planner"]
        return existing | planner._operations_for(
            ctx.connection, adapter, fresh, released=released, variant=variant
        )

    def _open_of(self, binding_ids):
        """Operations of these links that may still change something."""
        Operation = self.env["quickbooks.operation"]
        return Operation.search(
            [("binding_id", "in", binding_ids), ("state", "in", Operation.OPEN_STATES)]
        )

    def _customer_operations(self, ctx, operation, partner, variant=""):
        """The open operation of a customer or vendor that is not in QuickBooks yet."""
        if ctx.remote_ids(partner, self._party_type, variant):
            return self.env["quickbooks.operation"]
        adapter = self.env["quickbooks.adapter"]._for_type(self._party_type)
        return self._dependency_operations(ctx, adapter, partner, operation.released, variant)

    def _variant(self, ctx, record):
        """Which of a party's links a document needs: the one of its currency."""
        currency, profile = self._currency(record).name, ctx.profile
        foreign = profile.multicurrency and currency != profile.home_currency
        return currency if foreign and self._party_per_currency else ""

    def _party_ids(self, ctx, record, partner):
        """The remote id of a document's party by the partner's id, if it is linked."""
        return ctx.remote_ids(partner, self._party_type, self._variant(ctx, record))

    def _receivable(self, ctx, record):
        """QuickBooks' account of receivables in the document's currency."""
        return self._party_account(ctx, record, "Accounts Receivable", "receivable_account")

    def _payable(self, ctx, record):
        """QuickBooks' account of payables in the document's currency."""
        return self._party_account(ctx, record, "Accounts Payable", "payable_account")

    def _party_account(self, ctx, record, account_type, mapping_kind):
        """The account of this type in the document's currency: the mapped one, or the only one
        (FACTS 9)."""
        wanted, home = self._currency(record).name, ctx.profile.home_currency
        rows = self.env["quickbooks.reference"].search(
            [
                ("connection_id", "=", ctx.connection.id),
                ("remote_type", "=", "Account"),
                ("kind", "=", account_type),
            ]
        )
        rows = rows.filtered(
            lambda row: (row._body().get("CurrencyRef") or {}).get("value", home) == wanted
        )
        mapping = ctx.mappings.get((mapping_kind, "", 0))
        chosen = rows & mapping.reference_id if mapping else rows.browse()
        return chosen or (rows if len(rows) == 1 else rows.browse())

    def _are_accounts_behind(self, ctx, moment):
        """Whether our copy of the accounts was read before something happened that may have made
        QuickBooks add one: it does with the first document of a currency (FACTS 9)."""
        directory = self.env["quickbooks.directory"]
        state = directory._state(ctx.connection.sudo()._channel()).get("Account")
        if "Account" not in ctx.fresh_lists or not state:
            return True
        return fields.Datetime.to_datetime(state["read_at"]) <= moment

    # -- snapshot ------------------------------------------------------------------------------

    def _marker(self, record):
        """Last line of the internal memo: whose copy it is."""
        database = self.env["ir.config_parameter"].sudo().get_param("database.uuid") or ""
        return f"[odoo {database[:8]}/{record._name}/{record.id}]"

    @staticmethod
    def _amount(value, currency):
        """A monetary field as the exact decimal it shows."""
        return dec(float_repr(value, currency.decimal_places))

    def _currency(self, record):
        """The currency of the document's amounts."""
        return record.currency_id

    def _total(self, record):
        """What QuickBooks must have as ``TotalAmt``."""
        return self._amount(record.amount_total, record.currency_id)

    # -- settling ------------------------------------------------------------------------------

    def _verify(self, operation, body, record):
        """Compare the amount, to the cent."""
        if operation.kind == "void":
            return "voided", "", {}
        remote = read_document(body, self._party_attribute).total
        if record and remote != self._total(record):
            params = {"remote": remote, "local": self._total(record)}
            return "mismatch", "total_differs", params
        return "synced", "", {}

    def _accepted(self, operation, record):
        """Its files follow once it is there."""
        if operation.kind == "create" and record:
            self.env["quickbooks.adapter.attachable"]._follow(operation, record)

    def _answered_values(self, body):
        remote = read_document(body, self._party_attribute)
        return {
            "remote_name": remote.number,
            "remote_total": str(remote.total),
            "remote_tax": str(remote.tax),
            "remote_balance": str(remote.balance),
            "voided": remote.voided,
        }
