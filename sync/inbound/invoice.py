from odoo import models

from ...qbo import canonical
from ...qbo.mapping.comparison import arrived
from ...qbo.mapping.document import read_document
from ...qbo.money import dec
from .inbound import SOON, Verdict

#: Models whose noted changes may explain a balance.
PAYERS = ("account.payment", "account.bank.statement.line", "account.move")

#: Looks at a balance that nothing known explains before somebody is told.
PATIENCE = 3


class QuickbooksInboundInvoice(models.AbstractModel):
    """Invoice: its balance is followed, its content is not.

    A change of what we own is shown with both versions, because posted amounts are never written
    from outside. A balance that differs is explained by payments, so those are read first; only
    when nothing explains it, somebody is told.
    """

    _name = "quickbooks.inbound.invoice"
    _inherit = "quickbooks.inbound"
    _description = "QuickBooks Inbound: Invoice"

    _remote_type = "Invoice"
    #: key of the sentence about one nobody here knows
    _stranger_key = "inbound_not_ours"

    @property
    def _adapter(self):
        return self.env["quickbooks.adapter"]._for_type(self._remote_type)

    def _apply(self, ctx, remote):
        binding = self._find(ctx.connection, self._remote_type, remote.id)
        if not binding:
            return Verdict("skipped", self._stranger_key)
        move = binding._record().exists()
        if remote.deleted:
            return self._deleted(binding)
        if not move:
            return Verdict("skipped", "record_gone", binding=binding)
        drifted = self._compare(ctx, binding, move, remote.body)
        if drifted:
            return drifted
        return self._compare_balance(ctx, binding, move, remote)

    # -- what we own ---------------------------------------------------------------------------

    def _deleted(self, binding):
        return self._tombstone(binding)

    def _compare(self, ctx, binding, move, body):
        """Compare what we own; a Verdict when the two versions differ."""
        figures = read_document(body)
        if figures.voided or binding.voided:
            return self._compare_void(binding, move, body, figures)
        agreed = canonical.loads(binding.agreed_payload or "{}")
        changed = self._changed_there(binding, body, agreed)
        if not changed:
            key = binding.error_key or ""
            if binding.state == "conflict" and key.startswith("drift"):
                self._note(binding, "drift_over")
                self._take(binding, body)
            else:
                self._take(binding, body, state=None)
            return None
        ours = self._ours(ctx, binding, move)
        if ours and all(arrived(ours, body, key) for key in changed):
            self._take(binding, body, ours)  # corrected alike on both sides
            return None
        return self._drift(binding, body, "drift_invoice", attributes=", ".join(sorted(changed)))

    def _compare_void(self, binding, move, body, figures):
        if figures.voided and move.state != "posted":
            self._take(binding, body, state="voided")
            return Verdict("done", "voided", binding=binding)
        if figures.voided and not binding.voided:
            return self._drift(binding, body, "drift_voided")
        if not figures.voided:
            return self._drift(binding, body, "drift_revived")
        self._take(binding, body, state=None)
        return Verdict("skipped", "inbound_echo", binding=binding)

    def _ours(self, ctx, binding, move):
        """What we would send now, None when it cannot be said."""
        invoices = self._adapter
        if move.state != "posted" or invoices._missing_mappings(ctx, move):
            return None
        products = invoices._product_lines(move).product_id
        if len(ctx.remote_ids(products, "Item")) < len(products):
            return None
        return invoices._wanted_payload(ctx, move)

    # -- the balance ---------------------------------------------------------------------------

    def _compare_balance(self, ctx, binding, move, remote):
        """What is open must be the same on both sides, once nothing is on its way any more."""
        if move.state != "posted" or binding.state in ("conflict", "gone", "voided"):
            return Verdict("done", "inbound_balance_noted", binding=binding)
        theirs = dec(remote.body.get("Balance") or 0)
        ours = self._open_here(binding, move)
        if ours == theirs:
            if binding.state == "mismatch" and binding.error_key == "balance_differs":
                self._show(binding, "synced")
            return Verdict("done", "inbound_balance_equal", {"balance": theirs}, binding)
        if self._is_on_its_way(ctx, binding, move):
            delay = SOON * 2 ** min(remote.attempts, 7)
            return Verdict("later", "inbound_on_its_way", binding=binding, delay=delay)
        needs = () if remote.asked else self._payments(ctx, binding, move, remote.body)
        if needs:
            return Verdict("later", "inbound_needs", binding=binding, needs=needs)
        if not remote.asked and remote.attempts < PATIENCE:  # the Payment may not be here yet
            return Verdict("later", "inbound_on_its_way", binding=binding)
        if binding.state in ("synced", "mismatch"):
            text = self._sentence("balance_differs", remote=theirs, local=ours)
            self._show(binding, "mismatch", "balance_differs", text)
        return Verdict("done", "balance_differs", {"remote": theirs, "local": ours}, binding)

    def _open_here(self, binding, move):
        """What must be open there."""
        invoices = self.env["quickbooks.adapter.invoice"]
        return invoices._amount(move.amount_residual, move.currency_id)

    def _payments(self, ctx, binding, move, body):
        """Payments that may explain a difference: those applied there, and those applied here."""
        ids = {
            link["TxnId"]
            for link in body.get("LinkedTxn") or ()
            if link.get("TxnType") == "Payment"
        }
        bound = self._bound(ctx, move)
        ids.update(b.remote_id for b in bound if b.remote_id)
        return tuple(("Payment", remote_id) for remote_id in sorted(ids))

    def _bound(self, ctx, move):
        """Links of payments, bank lines and credit notes that settle the document here."""
        Binding = self.env["quickbooks.binding"]
        moves, links = self._settled_by(move), Binding
        credit_notes = moves.filtered(lambda entry: entry.move_type == "out_refund")
        for payers in (moves.origin_payment_id, moves.statement_line_id, credit_notes):
            if payers:
                links |= Binding._links(ctx.connection, payers, "Payment")
        return links

    @staticmethod
    def _settled_by(move):
        """Entries the document is reconciled with."""
        terms = move.line_ids.filtered(lambda line: line.display_type == "payment_term")
        return terms.matched_credit_ids.credit_move_id.move_id

    def _is_on_its_way(self, ctx, binding, move):
        """Whether something of ours that concerns this balance is not in QuickBooks yet."""
        Change, Operation = self.env["quickbooks.change"], self.env["quickbooks.operation"]
        mine = [("connection_id", "=", ctx.connection.id)]
        if Change.search_count([*mine, ("res_model", "in", PAYERS)], limit=1):
            return True
        bindings = binding | self._bound(ctx, move)
        going = ("pending", "waiting", "lookup", "prepared", "unknown")
        link = canonical.dumps({"TxnId": binding.remote_id, "TxnType": self._remote_type})
        return bool(
            Operation.search_count(
                [
                    *mine,
                    ("state", "in", going),
                    "|",
                    ("binding_id", "in", bindings.ids),
                    ("binding_id.agreed_payload", "like", link),
                ],
                limit=1,
            )
        )
