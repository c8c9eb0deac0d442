from dataclasses import replace

from odoo import models

from ...qbo import canonical
from ...qbo.mapping.bill_payment import CREDITS
from ...qbo.mapping.vendor_money import prepayment, used_as
from ...qbo.model import Ref
from ...qbo.money import dec
from ..plan import Done, Hold, NeedLists, Wait

CHECK = "check_printing"


class QuickbooksPrepaymentAdapter(models.AbstractModel):
    """Money paid to a vendor before there is a bill → Purchase to payables, in the vendor's name.

    QuickBooks has no BillPayment without lines (FACTS 5.14). The expense is how its people pay in
    advance: it stands in the bank's register from the first day, and stays as it is when a bill
    comes, because it may be reconciled with the bank by then and its period closed. What bills
    use of it is said by a BillPayment without money, as for a vendor credit.
    """

    _name = "quickbooks.adapter.purchase.prepayment"
    _inherit = "quickbooks.of.payments"
    _description = "QuickBooks Adapter: Prepayment to a Vendor"

    _remote_type = "Purchase"
    _party_type = "Vendor"
    #: a Purchase cannot be searched by who was paid (FACTS 4)
    _party_attribute = ""
    _settled_by = "BillPayment"

    def _money(self):
        """The adapter of the payment itself."""
        return self.env["quickbooks.adapter.billpayment"]

    def _concerns(self, record):
        return self._money()._concerns(record)

    def _concerned_domain(self):
        return [(0, "=", 1)]  # the payment asks for it

    def _share(self, connection, records, released):
        """Those that have one; a new one is made when the payment needs it."""
        links = self.env["quickbooks.binding"]._links(connection, records, self._remote_type)
        known = set(links.mapped("res_id"))
        return records.filtered(lambda record: record.id in known and self._concerns(record))

    def _capture_targets(self, records):
        return []

    def _refusal(self, connection, record):
        return self._money()._refusal(connection, record)

    # -- planning ------------------------------------------------------------------------------

    def _plan(self, ctx, operation, record):
        closed = self._plan_closed(ctx, operation, record)
        if closed:
            return closed
        money = self._money()
        if not operation.binding_id.remote_id and not money._wants_prepayment(ctx, record):
            return Done("nothing_to_do", None)
        if not operation.binding_id.remote_id and self._is_before_cutoff(ctx.connection, record):
            return Done("before_cutoff", None)
        if not self._payable(ctx, record) and self._are_accounts_behind(ctx, operation.create_date):
            return NeedLists(("Account",))
        problem = self._preflight(ctx, record) or self._preflight_accounts(ctx, record)
        if problem:
            return problem
        variant = self._variant(ctx, record)
        needed = self._customer_operations(ctx, operation, money._partner_of(record), variant)
        needed |= self._letting_go(ctx, operation.binding_id, record)
        if needed:
            return Wait(needed, ", ".join(op.local_name or "" for op in needed))
        return self._write(operation, self._wanted_payload(ctx, record))

    def _removal(self):
        """As other expenses (``adapters/purchase.py``)."""
        return "delete"

    def _preflight_accounts(self, ctx, record):
        """The accounts on both of its sides."""
        money, Mapping = self._money(), self.env["quickbooks.mapping"]
        missing = Mapping.browse()
        if not money._account(ctx, record):
            missing |= Mapping._require(ctx.connection, money._account_kind, record.journal_id)
        if not self._payable(ctx, record):
            missing |= Mapping._require(ctx.connection, "payable_account")
        if not missing:
            return None
        names = ", ".join(f"{m.subject_name or ''} ({m._kind_label()})" for m in missing)
        return Hold("missing_mapping", {"names": names}, mappings=missing)

    def _letting_go(self, ctx, binding, record):
        """The open operation of the BillPayment while it uses more than there will be."""
        used = self._money()._used_prepayment(ctx, record, binding)
        room = min(self._total(record), self._room(ctx, binding, record))
        if not binding.remote_id or used <= room:
            return self.env["quickbooks.operation"]
        return self._payments_on_it(binding)

    def _room(self, ctx, binding, record):
        """How much of the expense as QuickBooks has it belongs to the payment's vendor."""
        partner = self._money()._partner_of(record)
        vendor = self._party_ids(ctx, record, partner).get(partner.id)
        agreed = canonical.loads(binding.agreed_payload or "{}")
        if (agreed.get("EntityRef") or {}).get("value") != vendor:
            return dec(0)
        return dec(binding.remote_total or 0)

    def _as_linked(self, binding):
        """Lines call it by the way it was paid."""
        return [{"TxnId": binding.remote_id, "TxnType": kind} for kind in ("Expense", "Check")]

    # -- snapshot ------------------------------------------------------------------------------

    def _total(self, record):
        return self._amount(record.amount, record.currency_id)

    def _wanted_payload(self, ctx, record):
        money = self._money()
        snapshot = replace(money._bare_snapshot(ctx, record), total=self._total(record))
        account = ctx.mappings[money._account_kind, "account.journal", record.journal_id.id]
        return prepayment(
            snapshot,
            ctx.profile,
            Ref("Account", self._payable(ctx, record).remote_id),
            account.reference_id.kind,
            by_check=record.payment_method_code == CHECK,
        )

    # -- settling ------------------------------------------------------------------------------

    def _accepted(self, operation, record):
        """Bills take more of it when it has grown, or is the right vendor's again."""
        result = super()._accepted(operation, record)
        if operation.kind == "update" and record:
            self.env["quickbooks.planner"]._look_at(
                operation.connection_id, self._money(), record, operation.released
            )
        return result


class QuickbooksBillPaymentAdapter(models.AbstractModel):
    """A payment whose money is in QuickBooks as a prepayment: its BillPayment moves none."""

    _inherit = "quickbooks.adapter.billpayment"

    def _ready_domain(self, connection):
        """One whose money is there already has no BillPayment until a bill is matched with it."""
        links = self.env["quickbooks.binding"]._search(
            [
                ("connection_id", "=", connection.id),
                ("res_model", "=", self._res_model),
                ("remote_type", "=", "Purchase"),
                ("state", "!=", "unlinked"),
            ]
        )
        payable = [
            ("account_id.account_type", "=", "liability_payable"),
            ("matched_credit_ids", "!=", False),
        ]
        return [
            *super()._ready_domain(connection),
            "|",
            ("id", "not in", links.subselect("res_id")),
            ("move_id.line_ids", "any", payable),
        ]

    def _prepayments(self):
        return self.env["quickbooks.adapter.purchase.prepayment"]

    def _prepaid(self, ctx, record):
        """The link of the expense that holds the money; empty when the BillPayment does."""
        Binding = self.env["quickbooks.binding"]
        link = Binding._of(ctx.connection, record, "Purchase").get(record.id, Binding)
        return link if link.remote_id and not link.voided else Binding

    def _wants_prepayment(self, ctx, record):
        """Whether the money must go as an expense: nothing is settled by it, and no BillPayment
        has it."""
        if self._prepaid(ctx, record) or self._allocations(ctx, record)[0]:
            return False
        Binding = self.env["quickbooks.binding"]
        link = Binding._of(ctx.connection, record, self._remote_type).get(record.id, Binding)
        return not link.remote_id or link.voided

    def _companion_operations(self, ctx, operation, record, allocations):
        """Also of the prepayment: while one may be on its way, nobody knows who has the money."""
        needed = super()._companion_operations(ctx, operation, record, allocations)
        prepayments, Binding = self._prepayments(), self.env["quickbooks.binding"]
        if self._wants_prepayment(ctx, record):
            needed |= self._dependency_operations(ctx, prepayments, record, operation.released)
        elif not self._prepaid(ctx, record):
            link = Binding._of(ctx.connection, record, "Purchase").get(record.id, Binding)
            needed |= self._open_of(link.ids)
        elif allocations:
            needed |= prepayments._growing_operations(ctx, record)
        return needed

    def _is_of_use(self, ctx, record, allocations):
        prepaid = self._prepaid(ctx, record)
        return not prepaid or bool(allocations and self._prepayments()._room(ctx, prepaid, record))

    def _used_prepayment(self, ctx, record, prepaid):
        """How much of its expense the BillPayment uses in QuickBooks."""
        Binding = self.env["quickbooks.binding"]
        link = Binding._of(ctx.connection, record, self._remote_type).get(record.id, Binding)
        agreed = canonical.loads(link.agreed_payload or "{}")
        figures = self._read({"Id": "", "SyncToken": "", **agreed}).allocations
        uses = (figures.get((kind, prepaid.remote_id), dec(0)) for kind in CREDITS)
        return sum(uses, dec(0))

    # -- snapshot ------------------------------------------------------------------------------

    def _bare_snapshot(self, ctx, record):
        """The payment without anything it settles."""
        return self._snapshot(ctx, record, {})

    def _snapshot(self, ctx, record, allocations):
        prepaid = self._prepaid(ctx, record)
        snapshot = super()._snapshot(ctx, record, allocations)
        if not prepaid or not allocations:
            return snapshot
        room = min(self._total(record), self._prepayments()._room(ctx, prepaid, record))
        settled, left = [], room + self._entry_used(snapshot)
        for ref, amount in snapshot.allocations:
            amount = min(amount, left)
            left -= amount
            if amount:
                settled.append((ref, amount))
        used = sum((amount for _ref, amount in settled), dec(0)) - self._entry_used(snapshot)
        kind = used_as(canonical.loads(prepaid.agreed_payload or "{}"))
        credit = ((Ref(kind, prepaid.remote_id), used),) if used > 0 else ()
        date = self._latest(record, allocations).isoformat()
        return replace(snapshot, date=date, total=dec(0), allocations=(*settled, *credit))

    @staticmethod
    def _entry_used(snapshot):
        """What its entry adds to the money, below zero where the entry is paid with it."""
        if not snapshot.write_off:
            return dec(0)
        amount = snapshot.write_off[1]
        settled = sum((part for _ref, part in snapshot.allocations), dec(0))
        return amount if settled > snapshot.total else -amount

    # -- settling ------------------------------------------------------------------------------

    def _wanted_total(self, operation, record):
        """Nothing, where the money went before."""
        sent = canonical.loads(operation.payload or "{}")
        return dec(0) if not dec(sent.get("TotalAmt") or 0) else self._total(record)
