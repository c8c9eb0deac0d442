import re
from dataclasses import dataclass, field
from decimal import ROUND_HALF_UP, Decimal

from odoo import fields, models
from odoo.exceptions import UserError

from ...qbo import canonical
from ...qbo.dates import parse_date
from ...qbo.mapping import credit
from ...qbo.mapping.payment import payment as payment_payload
from ...qbo.mapping.payment import read_payment
from ...qbo.money import dec
from .inbound import Verdict

_MARK = re.compile(
    r"\[odoo (?P<database>\w*)/"
    r"(?P<model>account\.(?:payment|move|bank\.statement\.line)|pos\.payment)"
    r"/(?P<id>\d+)\]\s*$"
)


@dataclass
class Facts:
    """What of a payment must be the same on both sides.

    :ivar applied: what its money settles: {remote id of the invoice: Decimal}; an invoice that is
        not in QuickBooks stands under its record
    :ivar written_off: how much it uses of our entry for what it writes off
    :ivar credits: what credit memos among its lines settle (``qbo/mapping/credit.py``)
    """

    total: object
    date: str
    customer: str
    applied: dict
    stands: bool = True
    written_off: object = Decimal(0)
    credits: dict = field(default_factory=dict)

    def same(self, other):
        """Which of the credits settles which invoice is not said by a Payment's lines."""
        if not (self.stands or other.stands):
            return True
        return self._said() == other._said()

    def _said(self):
        return (
            self.total,
            self.date,
            self.customer,
            self.stands,
            self.written_off,
            self.lines,
        )

    @property
    def lines(self):
        """What its lines amount to, by object."""
        money = {
            (credit.MONEY, ("Invoice", target)): amount
            for target, amount in self.applied.items()
            if isinstance(target, str)
        }
        found = credit.lines({**money, **self.credits})
        strangers = {t: a for t, a in self.applied.items() if not isinstance(t, str)}
        return {**found, **strangers}


class QuickbooksInboundPayment(models.AbstractModel):
    """Payment → customer payment with one receivable line for each invoice it settles.

    Which side changed follows from a comparison of three: what we agreed on, what is there, and
    what is here. Only there: it is applied. On both: a person chooses. What is matched with the
    bank or lies in a locked period is never undone.
    """

    _name = "quickbooks.inbound.payment"
    _inherit = "quickbooks.inbound"
    _description = "QuickBooks Inbound: Payment"

    _remote_type = "Payment"

    def _apply(self, ctx, remote):
        binding = self._find(ctx.connection, "Payment", remote.id)
        if binding and binding.res_model == "account.move":
            return self.env["quickbooks.inbound.application"]._update(ctx, binding, remote)
        if binding and binding.res_model != "account.payment":
            return self._watch(ctx, binding, remote)
        if binding:
            return self._update(ctx, binding, remote)
        if remote.deleted:
            return Verdict("skipped", "inbound_gone")
        if not ctx.connection.payments_back:
            return Verdict("skipped", "inbound_off")
        if self._is_ours(ctx, remote.body):
            return Verdict("later", "inbound_in_flight")
        return self._create(ctx, remote)

    def _is_ours(self, ctx, body):
        """Whether it is a payment of ours whose answer is not booked yet."""
        found = _MARK.search(body.get("PrivateNote") or "")
        uuid = self.env["ir.config_parameter"].sudo().get_param("database.uuid") or ""
        if not found or found["database"] != uuid[:8] or found["model"] not in self.env:
            return False
        record = self.env[found["model"]].browse(int(found["id"])).exists()
        bindings = self.env["quickbooks.binding"]._links(ctx.connection, record, "Payment")
        return any(not binding.remote_id for binding in bindings)

    # -- the three versions --------------------------------------------------------------------

    def _theirs(self, body, entry=""):
        """The facts of an answered Payment.

        :param entry: id of our entry for what it writes off, if there is one
        """
        figures = read_payment(body)
        stands = not figures.voided
        written_off = figures.allocations.get(("JournalEntry", entry), dec(0))
        applied = {
            remote_id: amount
            for (entity, remote_id), amount in credit.money_shares(body, written_off).items()
            if entity == "Invoice"
        }
        return Facts(
            figures.total,
            figures.date,
            figures.party_id,
            applied,
            stands,
            written_off,
            credit.credit_shares(body),
        )

    def _entry(self, ctx, payment):
        """Id of the entry for what a payment of ours writes off, or empty."""
        return self.env["quickbooks.adapter.payment"]._write_off_link(ctx, payment).remote_id or ""

    def _here(self, ctx, payment, binding=None):
        """The facts of the payment as it is in Odoo.

        :param binding: its link, when credits may be among its lines
        """
        adapter = self.env["quickbooks.adapter.payment"]
        allocations, others = adapter._allocations(ctx, payment)
        moves = self.env["account.move"].browse([move.id for move in allocations])
        remote = ctx.remote_ids(moves, "Invoice")
        customer = self._customer_of(ctx, payment)
        applied = {remote.get(move.id, move): amount for move, amount in allocations.items()}
        _parts, used = adapter._with_write_off(ctx, payment, list(applied.items()))
        applied.update(dict.fromkeys(others, dec(0)))
        applications, credits = self.env["quickbooks.applications"], {}
        stands = adapter._stands(payment)
        if binding and stands and applications._uses_credit(binding):
            credits = applications._as_shares(ctx, applications._wanted(ctx, binding))
        return Facts(
            adapter._total(payment),
            payment.date.isoformat(),
            customer,
            applied,
            stands,
            used[1] if used else dec(0),
            credits,
        )

    @staticmethod
    def _customer_of(ctx, payment):
        """The customer we would name: the one of the contact itself when it has one."""
        partners = payment.partner_id | payment.partner_id.commercial_partner_id
        home, currency = ctx.profile.home_currency, payment.currency_id.name
        ids = ctx.remote_ids(partners, "Customer")
        if currency != home:  # the contact's customer in that currency, when it has one
            ids = {**ids, **ctx.remote_ids(partners, "Customer", currency)}
        return ids.get(payment.partner_id.id) or ids.get(partners[-1:].id) or ""

    # -- a payment we know ---------------------------------------------------------------------

    def _update(self, ctx, binding, remote):
        payment = binding._record().exists()
        if not payment:
            return Verdict("skipped", "record_gone", binding=binding)
        if remote.deleted and binding.state == "gone":
            return Verdict("skipped", "inbound_gone", binding=binding)
        if not remote.deleted and self._is_echo(binding, remote.body) and not remote.wanted:
            return Verdict("skipped", "inbound_echo", binding=binding)
        entry = self._entry(ctx, payment)
        theirs = self._theirs(remote.body, entry) if not remote.deleted else _nothing()
        rated = self._has_other_rate(binding, payment, remote.body)
        if theirs.same(self._here(ctx, payment, binding)) and not rated:
            return self._agree(ctx, binding, payment, remote)
        there_changed = rated or self._has_changed_there(binding, theirs, entry)
        here_changed = self._has_changed_here(ctx, binding, payment)
        if not there_changed and (here_changed or not remote.wanted):
            self._take(binding, remote.body, state=None)
            return Verdict("skipped", "inbound_nothing_ours", binding=binding)
        if not ctx.connection.payments_back:
            return Verdict("skipped", "inbound_off", binding=binding)
        if here_changed:
            return self._drift(binding, remote.body, "drift_payment")
        return self._bring(ctx, binding, payment, theirs, remote)

    def _has_changed_there(self, binding, theirs, entry):
        """Whether QuickBooks' facts are not those it answered last."""
        known = canonical.loads(binding.agreed_remote or "{}")
        return not known or not theirs.same(self._theirs(known, entry))

    def _has_other_rate(self, binding, payment, body):
        """Whether the exchange rate was changed there, and with it what was received at home."""
        company = payment.company_id.currency_id
        known = canonical.loads(binding.agreed_remote or "{}")
        if not body or not known or payment.currency_id == company:
            return False
        if dec(body.get("ExchangeRate") or 1) == dec(known.get("ExchangeRate") or 1):
            return False
        liquidity, _counterpart, _writeoff = payment._seek_for_lines()
        ours = sum((dec(str(line.balance)) for line in liquidity), dec(0))
        return self._home(payment, dec(body.get("TotalAmt") or 0), body) != ours

    @staticmethod
    def _home(payment, amount, body):
        """An amount in the company's currency, at the rate of QuickBooks' payment."""
        company = payment.company_id.currency_id
        rate = dec(body.get("ExchangeRate") or 1) if payment.currency_id != company else dec(1)
        return (amount * rate).quantize(dec(1).scaleb(-company.decimal_places), ROUND_HALF_UP)

    def _has_changed_here(self, ctx, binding, payment):
        """Whether our facts are not those that were agreed last."""
        here = self._here(ctx, payment, binding)
        agreed = canonical.loads(binding.agreed_payload or "{}")
        if not agreed:
            return here.stands
        ours = self._theirs({"Id": "", "SyncToken": "", **agreed}, self._entry(ctx, payment))
        partners = payment.partner_id | payment.partner_id.commercial_partner_id
        links = self.env["quickbooks.binding"]._links(ctx.connection, partners, "Customer")
        if ours.customer in links.mapped("remote_id"):
            ours.customer = here.customer
        return not here.same(ours)

    def _bring(self, ctx, binding, payment, theirs, remote):
        """Make the payment here what it is there."""
        if not theirs.stands:
            if self._is_matched(payment):
                return self._drift(binding, remote.body, "drift_bank")
            self._check_locks(payment)
            payment.action_cancel()
            self._drop_entry(ctx, payment)
            self._bring_credits(ctx, binding, {}, remote.body)
        else:
            problem = self._bring_lines(ctx, binding, payment, theirs, remote.body)
            if problem:
                return self._drift(binding, remote.body, problem)
        self._let_go(ctx, binding, remote)
        return self._agree(ctx, binding, payment, remote)

    def _let_go(self, ctx, binding, remote):
        """What a Payment no longer takes another may have taken already."""
        before = credit.amounts(canonical.loads(binding.agreed_remote or "{}"))
        now = credit.amounts(remote.body or {})
        freed = {key for key, amount in before.items() if now.get(key, dec(0)) < amount}
        if freed:
            token = (remote.body or {}).get("SyncToken", "deleted")
            self._look_at_short(ctx.connection, freed, f"{binding.id}/{token}")

    def _drop_entry(self, ctx, payment):
        """What was written off with a payment that is no more is taken back there as well."""
        adapter = self.env["quickbooks.adapter.payment"]._write_off_adapter()
        if self._entry(ctx, payment):
            self.env["quickbooks.planner"]._look_at(ctx.connection, adapter, payment)
            ctx.connection._wake()

    def _bring_lines(self, ctx, binding, payment, theirs, body):
        """Settle what its money and its credits settle there; a sentence key when that must not
        be. Credits let go first, because the money may take their place, and the other way round.
        """
        before = self.env["quickbooks.applications"]._agreed(binding)
        less = {pair: min(amount, theirs.credits.get(pair, 0)) for pair, amount in before.items()}
        less = {pair: dec(amount) for pair, amount in less.items() if amount}
        self._bring_credits(ctx, binding, less, body)
        problem = self._reshape(ctx, binding, payment, theirs, body)
        self._bring_credits(ctx, binding, before if problem else theirs.credits, body, less)
        return problem

    def _bring_credits(self, ctx, binding, credits, body, before=None):
        """Reconcile credit notes with what a Payment settles with them."""
        if before is None:
            before = self.env["quickbooks.applications"]._agreed(binding)
        if before or credits:
            application = self.env["quickbooks.inbound.application"]
            application._bring(ctx, binding, before, credits, body)

    def _agree(self, ctx, binding, payment, remote):
        """Both sides say the same: book it on the link."""
        if remote.deleted:
            text = self._sentence("payment_deleted_there")
            binding.write({"drift_remote": False, "agreed_payload": False, "agreed_digest": False})
            binding._set_state("gone" if payment.state != "canceled" else "voided", False, False)
            binding.voided = True
            binding._log_note("info", text)
            return Verdict("done", "payment_deleted_there", binding=binding)
        theirs = self._theirs(remote.body)
        if not theirs.stands:
            self._take(binding, remote.body, {}, state="voided")
            self._note(binding, "inbound_payment_voided")
            return Verdict("done", "inbound_payment_voided", binding=binding)
        payload = self._payload(ctx, binding, payment, theirs.credits)
        self._take(binding, remote.body, payload)
        # whatever order the lines stand in there, and also when not all of them could be followed
        agreed = {**canonical.loads(binding.agreed_payload), "Line": payload["Line"]}
        binding.agreed_payload = canonical.dumps(agreed)
        binding.agreed_digest = canonical.digest(agreed)
        return self._report(ctx, binding, payment, remote.body)

    def _payload(self, ctx, binding, payment, credits):
        """What we would send for the payment as it is now."""
        adapter = self.env["quickbooks.adapter.payment"]
        allocations, _others = adapter._allocations(ctx, payment)
        snapshot = adapter._snapshot(ctx, payment, allocations)
        if credits:
            applications = self.env["quickbooks.applications"]
            snapshot = applications._complete(ctx, binding, snapshot, credits)
        return payment_payload(snapshot, ctx.profile)

    def _report(self, ctx, binding, payment, body):
        """Say what was applied, and leave a task for money that found no invoice."""
        here = self._here(ctx, payment, binding)
        settled = {**here.lines, ("JournalEntry", self._entry(ctx, payment)): here.written_off}
        missing = {
            " ".join(key)
            for key, amount in credit.amounts(body).items()
            if settled.get(key) != amount
        }
        applied = sum(here.applied.values(), dec(0))
        params = {"total": here.total, "applied": applied}
        if missing:
            params["names"] = ", ".join(sorted(missing))
            text = self._sentence("inbound_payment_open", **params)
            self._show(binding, "mismatch", "inbound_payment_open", text)
            binding._log_note("warning", text)
            return Verdict("done", "inbound_payment_open", params, binding)
        self._note(binding, "inbound_payment_applied", **params)
        return Verdict("done", "inbound_payment_applied", params, binding)

    # -- a payment that is a bank line here ----------------------------------------------------

    def _watch(self, ctx, binding, remote):
        """The bank, or the till, has the last word: what differs is shown, and nothing changed."""
        record = binding._record().exists()
        if not record:
            return Verdict("skipped", "record_gone", binding=binding)
        if remote.deleted:
            return self._tombstone(binding)
        if self._is_echo(binding, remote.body) and not remote.wanted:
            return Verdict("skipped", "inbound_echo", binding=binding)
        entry = self._entry(ctx, record)
        theirs = self._theirs(remote.body, entry)
        agreed = canonical.loads(binding.agreed_payload or "{}")
        if agreed and not theirs.same(self._theirs({"Id": "", "SyncToken": "", **agreed}, entry)):
            return self._drift(binding, remote.body, self._last_word(record))
        state = "synced" if binding.state == "conflict" and agreed else None
        self._take(binding, remote.body, state=state)
        return Verdict("skipped", "inbound_nothing_ours", binding=binding)

    @staticmethod
    def _last_word(record):
        """Why a payment that is none of Odoo's own is not changed here, as a sentence key."""
        return "drift_pos" if record._name == "pos.payment" else "drift_bank"

    # -- a payment we do not know --------------------------------------------------------------

    def _create(self, ctx, remote):
        figures, facts = read_payment(remote.body), self._theirs(remote.body)
        if figures.voided:
            return Verdict("skipped", "inbound_voided_before")
        if not figures.total:
            return self.env["quickbooks.inbound.application"]._create(ctx, remote)
        moves = self._invoices(ctx, facts.applied)
        if not moves and facts.date < fields.Date.to_string(ctx.connection.cutoff_date):
            return Verdict("skipped", "before_cutoff", {"date": ctx.connection.cutoff_date})
        partner = self._partner(ctx, figures.party_id)
        if not partner:
            if remote.attempts > 2:
                return Verdict("held", "inbound_customer_unknown", {"id": figures.party_id})
            needs = (("Customer", figures.party_id),)
            return Verdict("later", "inbound_needs", needs=needs)
        currency = self._currency(ctx, remote.body)
        foreign = [m.name for m in moves.values() if m.currency_id != currency]
        if not currency or foreign:
            name = self._currency_name(ctx, remote.body)
            return Verdict(
                "held", "inbound_currency", {"currency": name, "names": ", ".join(foreign)}
            )
        payment = self._new_payment(ctx, remote.body, facts, partner, currency, moves)
        binding = self.env["quickbooks.binding"].create(
            {
                "connection_id": ctx.connection.id,
                "res_model": "account.payment",
                "res_id": payment.id,
                "local_name": payment.name,
                "remote_type": "Payment",
                "remote_id": remote.id,
                "from_quickbooks": True,
            }
        )
        self._bring_credits(ctx, binding, facts.credits, remote.body)
        return self._agree(ctx, binding, payment, remote)

    def _invoices(self, ctx, applied):
        """{remote id: posted invoice of Odoo} of those that are linked."""
        bindings = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", ctx.connection.id),
                ("remote_type", "=", "Invoice"),
                ("remote_id", "in", list(applied)),
                ("state", "!=", "unlinked"),
            ]
        )
        moves = {binding.remote_id: binding._record().exists() for binding in bindings}
        return {key: move for key, move in moves.items() if move and move.state == "posted"}

    def _partner(self, ctx, customer_id):
        binding = self._find(ctx.connection, "Customer", customer_id)
        return self._contact(binding) if binding else None

    def _currency(self, ctx, body):
        name = self._currency_name(ctx, body)
        return self.env["res.currency"].search([("name", "=", name)], limit=1)

    def _new_payment(self, ctx, body, facts, partner, currency, moves):
        """Create, post and reconcile."""
        company = self._company(ctx, moves)
        journal = self._journal(ctx, body, company)
        values = {
            "payment_type": "inbound",
            "partner_type": "customer",
            "partner_id": partner.id,
            "company_id": company.id,
            "journal_id": journal.id,
            "currency_id": currency.id,
            "date": parse_date(facts.date),
            "payment_reference": body.get("PaymentRefNum") or False,
            "memo": self._memo(body),
        }
        method = self._method(ctx, body, journal)
        if method:
            values["payment_method_line_id"] = method.id
        payments = self.env["account.payment"].with_company(company)
        payments = payments.with_context(force_payment_move=True)
        values["amount"] = self._number(payments, "amount", facts.total)
        payment = payments.create(values)
        self._check_locks(payment)
        self._write_entry(ctx, payment, facts, moves, body)
        return payment

    def _company(self, ctx, moves):
        companies = {move.company_id for move in moves.values()}
        return companies.pop() if len(companies) == 1 else ctx.connection.company_id

    def _journal(self, ctx, body, company):
        """The journal mapped to the deposit account, else the connection's, else the first."""
        Journal = self.env["account.journal"]
        own = Journal._check_company_domain(company)
        for res_id in self._mapped_to(ctx, "deposit_account", body, "DepositToAccountRef"):
            journal = Journal.browse(res_id).exists().filtered_domain(own)
            if journal:
                return journal
        chosen = ctx.connection.payment_journal_id.filtered_domain(own)
        journal = chosen or Journal.search([*own, ("type", "=", "bank")], limit=1)
        if not journal:
            raise UserError(self._sentence("inbound_no_journal"))
        return journal

    def _method(self, ctx, body, journal):
        """The journal's method that is mapped to QuickBooks' payment method, if one is."""
        lines = journal.inbound_payment_method_line_ids
        found = self._mapped_to(ctx, "payment_method", body, "PaymentMethodRef")
        return next((lines.browse(res_id) for res_id in found if res_id in lines.ids), None)

    def _mapped_to(self, ctx, kind, body, attribute):
        """Ids of records mapped to what the object refers to, those for its currency first."""
        remote_id = (body.get(attribute) or {}).get("value")
        names = (f"{kind}/{self._currency_name(ctx, body)}", kind)
        found = [
            (names.index(name), res_id)
            for (name, _model, res_id), mapping in ctx.mappings.items()
            if remote_id and name in names and mapping.reference_id.remote_id == remote_id
        ]
        return [res_id for _rank, res_id in sorted(found)]

    def _memo(self, body):
        number = body.get("PaymentRefNum") or ""
        note = _MARK.sub("", body.get("PrivateNote") or "").strip()
        return " - ".join(filter(None, (number, note))) or self.env._(
            "Payment entered in QuickBooks"
        )

    # -- what must not be touched --------------------------------------------------------------

    @staticmethod
    def _is_matched(payment):
        """Whether the money was found on a bank statement."""
        payment.env.flush_all()
        payment.invalidate_recordset(["reconciled_statement_line_ids"])
        return bool(payment.reconciled_statement_line_ids)

    def _check_locks(self, payment, *dates):
        """Refuse, in a sentence, to book in a locked period."""
        days = [payment.date, *(parse_date(date) for date in dates)]
        for day in days:
            locks = payment.company_id._get_violated_lock_dates(day, False, payment.journal_id)
            if locks:
                raise UserError(
                    self._sentence("inbound_locked", date=day, lock=max(lock[0] for lock in locks))
                )


def _nothing():
    """The facts of a payment that is gone."""
    return Facts(dec(0), "", "", {}, stands=False)
