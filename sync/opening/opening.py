import logging

from odoo import api, fields, models

from ...models.quickbooks_opening_line import kind_of
from ...qbo import canonical, query
from ...qbo.dates import parse_date
from ...qbo.errors import QboError, Refused
from ...qbo.mapping import match, opening
from ...qbo.mapping.document import read_document
from ...qbo.money import dec

_logger = logging.getLogger(__name__)

#: Documents compared in one round.
LINES = 500
#: Numbers in one question; two forms of a long number are two of them.
NUMBERS = 400
#: An answer of so many rows may have left some out.
FULL = query.MAX_ROWS


class QuickbooksOpening(models.AbstractModel):
    """Links documents dated before the cut-off to those QuickBooks has already.

    Nothing is sent: QuickBooks is asked for their numbers, 400 in one read, and what agrees in
    all its figures is linked. The lines (``quickbooks.opening.line``) are the request itself, so a
    run that dies loses nothing.
    """

    _name = "quickbooks.opening"
    _description = "QuickBooks Earlier Documents"

    # -- asking ----------------------------------------------------------------------------------

    @api.model
    def _due(self, connection):
        """The lines to be compared next."""
        return self.env["quickbooks.opening.line"].search(
            [("connection_id", "=", connection.id), ("state", "=", "new")], order="id", limit=LINES
        )

    @api.model
    def _lists_needed(self, connection, lines):
        """Lists of QuickBooks by which a party that is not linked yet is recognised."""
        parties, needed = {}, set()
        for kind, record in self._documents(lines).values():
            parties.setdefault(kind.party_type, set()).add(record[kind.party].id)
        for party_type, ids in parties.items():
            partners = self.env["res.partner"].browse(ids)
            links = self.env["quickbooks.binding"]._links(connection, partners, party_type)
            if ids - set(links.mapped("res_id")):
                needed.update(self.env["quickbooks.adapter"]._for_type(party_type)._directory)
        return needed

    @staticmethod
    def _documents(lines):
        """Line id → (kind, record) of those whose record is still there."""
        found = {}
        for remote_type, group in lines.grouped("remote_type").items():
            kind = kind_of(remote_type)
            records = lines.env[kind.model].browse(group.mapped("res_id")).exists()
            known = set(records.ids)
            for line in group.filtered(lambda line, known=known: line.res_id in known):
                record = records.browse(line.res_id).with_prefetch(records.ids)
                found[line.id] = kind, record
        return found

    @api.model
    def _questions(self, connection, lines):
        """Numbers to ask for, by entity: plain data for the exchange."""
        country, asked = connection._company_profile().country, {}
        for kind, record in self._documents(lines).values():
            numbers = opening.numbers(record[kind.number], country)
            asked.setdefault(kind.remote_type, []).extend(numbers)
        return asked

    @api.model
    def _read(self, client, questions):
        """The documents of these numbers. Does HTTP; touches no recordset.

        :return: {entity: list of bodies}
        """
        return {
            remote_type: [
                row
                for at in range(0, len(numbers), NUMBERS)
                for row in self._find(client, remote_type, numbers[at : at + NUMBERS])
            ]
            for remote_type, numbers in questions.items()
        }

    def _find(self, client, remote_type, numbers):
        """Documents of up to :data:`NUMBERS` numbers. Numbers are not unique in QuickBooks, so an
        answer may be full; and one it cannot be asked for must not be in the way of the others."""
        rows = []
        for statement in query.select_in(remote_type, "DocNumber", numbers, chunk=NUMBERS):
            try:
                rows = query.rows(client.query(statement), remote_type)
            except Refused as error:
                if len(numbers) == 1:
                    _logger.info("QuickBooks refuses to look for a number: %s", error)
                    return []
                rows = [None] * FULL
        if len(rows) < FULL or len(numbers) == 1:
            return rows
        half = len(numbers) // 2
        parts = numbers[:half], numbers[half:]
        return [row for part in parts for row in self._find(client, remote_type, part)]

    # -- deciding --------------------------------------------------------------------------------

    @api.model
    def _settle(self, connection, lines, bodies):
        """Compare and link, each document in a savepoint.

        :param bodies: as :meth:`_read` returned them
        """
        inbox = self.env["quickbooks.pull"]._inbox(connection)
        ctx = inbox.env["quickbooks.planner"]._context(connection, ())
        me = inbox.env[self._name]
        documents = me._documents(me.env[lines._name].browse(lines.ids).exists())
        for kind_type, group in lines.exists().grouped("remote_type").items():
            me._prefetch_parties(ctx, kind_of(kind_type), documents, group)
        rows = {kind: self._by_number(found) for kind, found in bodies.items()}
        for line in me.env[lines._name].browse(lines.ids).exists():
            kind, record = documents.get(line.id, (None, None))
            if record is None:
                line.unlink()
                continue
            found = [
                row
                for number in opening.numbers(record[kind.number], ctx.profile.country)
                for row in rows.get(kind.remote_type, {}).get(number, ())
            ]
            me._guarded(line, lambda k=kind, r=record, f=found, x=line: me._judge(ctx, k, x, r, f))

    @staticmethod
    def _by_number(bodies):
        found = {}
        for body in bodies:
            found.setdefault(body.get("DocNumber") or "", {})[body["Id"]] = body
        return {number: list(group.values()) for number, group in found.items()}

    def _prefetch_parties(self, ctx, kind, documents, lines):
        """Let the matching read for all parties at once."""
        records = [documents[line.id][1] for line in lines if line.id in documents]
        parties = self.env["res.partner"].concat(*(record[kind.party] for record in records))
        adapter = self.env["quickbooks.adapter"]._for_type(kind.party_type)
        adapter._prefetch(ctx, parties.browse(dict.fromkeys(parties.ids)))

    def _guarded(self, line, work):
        """One bad document never stops another."""
        verdict = self.env["quickbooks.pull"]._guarded_apply(work)
        if verdict is not None:  # what went wrong, as a Verdict
            reason = self._sentence(verdict.key, **verdict.params)
            line.write({"state": "doubtful", "reason": reason, "forced_token": False})

    def _judge(self, ctx, kind, line, record, bodies):
        """Decide on one document and book it on its line."""
        linked = self.env["quickbooks.binding"]._of(ctx.connection, record, kind.remote_type)
        if record.state != "posted" or linked:
            line.unlink()  # it is no matter of before the cut-off any more
            return
        adapter = self.env["quickbooks.adapter"]._for_type(kind.remote_type)
        docs = [read_document(body, adapter._party_attribute) for body in bodies]
        taken = self._taken(ctx, kind, docs)
        party = self._party(ctx, kind, record)
        by_id = {body["Id"]: body for body in bodies}
        ours = self._ours(ctx, kind, adapter, record, party, by_id)
        decision = opening.decide(ours, docs, taken, ctx.profile.home_currency)
        if line.forced_token:
            decision = self._forced(line, decision, docs, taken)
        body = by_id.get(decision.remote.id) if decision.remote else None
        line.write(
            {
                **line._figures(kind, record),
                **self._remote_figures(line, adapter, decision.remote, body),
                "state": decision.state,
                "differs": ",".join(decision.differs) or False,
                "reason": self._reason(kind, record, ours, decision),
            }
        )
        if decision.state == opening.LINKED:
            self._link(ctx, kind, adapter, line, record, body, ours)
        line.write({"forced_token": False})

    @staticmethod
    def _forced(line, decision, docs, taken):
        """A person's decision holds for the version he has seen."""
        for doc in docs:
            same = (doc.id, doc.sync_token) == (line.remote_id, line.forced_token)
            if same and doc.id not in taken and not doc.voided:
                return opening.Decision(opening.LINKED, doc, "forced", decision.differs)
        return decision

    def _taken(self, ctx, kind, docs):
        bindings = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", ctx.connection.id),
                ("remote_type", "=", kind.remote_type),
                ("remote_id", "in", [doc.id for doc in docs]),
                ("state", "!=", "unlinked"),
            ]
        )
        return set(bindings.mapped("remote_id"))

    def _party(self, ctx, kind, record):
        """QuickBooks' id of whose document it is: the linked one, else the one that the usual
        rules would link; empty when that is not certain."""
        partner = record[kind.party]
        links = self.env["quickbooks.binding"]._links(ctx.connection, partner, kind.party_type)
        if links:
            currency = record.currency_id.name
            own = links.filtered(lambda link: link.variant == currency) or links.filtered(
                lambda link: not link.variant
            )
            return own.remote_id or ""
        adapter = self.env["quickbooks.adapter"]._for_type(kind.party_type)
        partner = adapter._with_eyes(ctx, partner)
        wanted = adapter._evidence(ctx, partner).wanted[partner.id]
        decision = match.decide(wanted, adapter._candidates(ctx, wanted))
        return decision.ids[0] if decision.decision == "adopt" else ""

    def _ours(self, ctx, kind, adapter, record, party, bodies):
        """The document as the comparison wants it."""
        there = {
            link["TxnId"]
            for body in bodies.values()
            for link in body.get("LinkedTxn") or ()
            if link.get("TxnType") == "Payment"
        }
        payments = self._linked_payments(ctx, record)
        coming = [
            amount
            for move, amount in self._applied(adapter, record)
            if move in payments and payments[move] not in there
        ]
        return opening.Ours(
            numbers=opening.numbers(record[kind.number], ctx.profile.country),
            party_id=party,
            date=fields.Date.to_string(record[kind.date]),
            currency=record.currency_id.name,
            total=adapter._total(record),
            balance=adapter._amount(record.amount_residual, record.currency_id),
            coming=sum(coming, dec(0)),
        )

    @api.model
    def _applied(self, adapter, record):
        """What settles a document here: list of (entry, Decimal in the document's currency)."""
        terms = record.line_ids.filtered(lambda line: line.display_type == "payment_term")
        credits_, debits = terms.matched_credit_ids, terms.matched_debit_ids
        pairs = [(p.credit_move_id.move_id, p.debit_amount_currency) for p in credits_]
        pairs += [(p.debit_move_id.move_id, p.credit_amount_currency) for p in debits]
        return [(move, adapter._amount(amount, record.currency_id)) for move, amount in pairs]

    def _linked_payments(self, ctx, record):
        """{entry of a payment on this document: its id in QuickBooks} of those linked already:
        their later applications are exchanged as ever."""
        adapter = self.env["quickbooks.adapter"]._for_type("Payment")
        entries = [move for move, _amount in self._applied(adapter, record)]
        payments = record.browse().concat(*entries).origin_payment_id
        bound = self.env["quickbooks.binding"]._of(ctx.connection, payments, "Payment")
        return {
            payment.move_id: bound[payment.id].remote_id
            for payment in payments
            if payment.id in bound and bound[payment.id].remote_id
        }

    # -- figures and words -------------------------------------------------------------------------

    def _remote_figures(self, line, adapter, doc, body):
        """The other side's columns."""
        if doc is None:
            names = ("id", "party", "date", "currency", "total", "balance", "sync_token")
            return {f"remote_{name}": False for name in names}
        inbound = self.env["quickbooks.inbound"]
        party = body.get(adapter._party_attribute) or {}
        return {
            "remote_id": doc.id,
            "remote_party": party.get("name") or party.get("value"),
            "remote_date": parse_date(doc.date) if doc.date else False,
            "remote_currency": doc.currency or line.connection_id.home_currency,
            "remote_total": inbound._number(line, "remote_total", doc.total),
            "remote_balance": inbound._number(line, "remote_balance", doc.balance),
            "remote_sync_token": doc.sync_token,
        }

    def _labels(self):
        return {
            opening.PARTY: self.env._("party"),
            opening.DATE: self.env._("date"),
            opening.CURRENCY: self.env._("currency"),
            opening.TOTAL: self.env._("total"),
            opening.BALANCE: self.env._("open amount"),
        }

    def _differing(self, decision):
        labels = self._labels()
        return ", ".join(labels[key] for key in decision.differs)

    def _reason(self, kind, record, ours, decision):
        """Why a document was not linked by itself, in words with what to do."""
        if decision.state == opening.LINKED:
            return False
        if decision.state == opening.MISSING:
            return self._sentence(
                "opening_missing", type=kind.remote_type, numbers=" / ".join(ours.numbers) or "?"
            )
        names = self._differing(decision)
        words = [self._sentence(f"opening_{decision.key}", names=names, id=decision.remote.id)]
        if opening.PARTY in decision.differs and not ours.party_id:
            party = record[kind.party].display_name
            words.append(self._sentence("opening_party", name=party))
        return " ".join(words)

    def _sentence(self, key, **params):
        return self.env["quickbooks.messages"]._sentence(key, **params)

    # -- linking -----------------------------------------------------------------------------------

    def _link(self, ctx, kind, adapter, line, record, body, ours):
        """Link a document and, when it has no link yet, its party. Sends nothing."""
        doc = read_document(body, adapter._party_attribute)
        self._link_party(ctx, kind, record, doc)
        binding = self.env["quickbooks.binding"].create(
            {
                "connection_id": ctx.connection.id,
                "res_model": record._name,
                "res_id": record.id,
                "local_name": adapter._label(record),
                "remote_type": kind.remote_type,
                "remote_id": doc.id,
                "sync_token": doc.sync_token,
                "agreed_remote": canonical.dumps(body),
                "last_sync_at": fields.Datetime.now(),
                "opening": True,
                "opening_settled": canonical.dumps(self._settled(ctx, adapter, record, doc, ours)),
                **adapter._answered_values(body),
            }
        )
        binding._set_state("synced")
        line.binding_id = binding
        self._note(binding, line)
        self._release_payments(ctx, adapter, record)

    def _note(self, binding, line):
        text = self._sentence("opening_linked", number=line.local_name)
        if line.forced_token:
            labels = self._labels()
            names = ", ".join(labels[key] for key in (line.differs or "").split(",") if key)
            text = self._sentence("opening_forced", user=line.forced_by_id.name, names=names or "-")
        binding._log_note("info", text)

    def _link_party(self, ctx, kind, record, doc):
        """Link the party of a linked document, if it is free; it is never created here."""
        Binding, partner = self.env["quickbooks.binding"], record[kind.party]
        if Binding._links(ctx.connection, partner, kind.party_type):
            return
        inbound = self.env["quickbooks.inbound"]
        reference = self.env["quickbooks.reference"]._find(
            ctx.connection, kind.party_type, doc.party_id
        )
        if reference and not inbound._find(ctx.connection, kind.party_type, doc.party_id):
            inbound._for_type(kind.party_type)._link(ctx, reference._body(), partner, "linked")

    def _settled(self, ctx, adapter, record, doc, ours):
        """What had been applied on each side before: it is known to both books and is never
        exchanged (``sync/opening/linked.py``, ``Before``)."""
        linked = self._linked_payments(ctx, record)
        known = set(linked.values())
        before = {move.id for move, _amount in self._applied(adapter, record)}
        theirs = [[kind, remote_id] for kind, remote_id in doc.linked if remote_id not in known]
        return {
            "ours": sorted(before - {move.id for move in linked}),
            "theirs": sorted(theirs),
            "balance_gap": ours.balance + ours.coming - doc.balance,
            "total_gap": ours.total - doc.total,
            "at": fields.Datetime.to_string(fields.Datetime.now()),
        }

    def _release_payments(self, ctx, adapter, record):
        """Payments that could not go out because this document had no link look again."""
        entries = [move for move, _amount in self._applied(adapter, record)]
        payments = record.browse().concat(*entries).origin_payment_id
        self.env["quickbooks.operation"].search(
            [
                ("connection_id", "=", ctx.connection.id),
                ("res_model", "=", "account.payment"),
                ("res_id", "in", payments.ids),
                ("state", "=", "held"),
                ("problem_key", "=", "payment_of_others"),
            ]
        )._reopen()


class QuickbooksPush(models.AbstractModel):
    """The sending worker has the fresh lists, so it compares earlier documents too."""

    _inherit = "quickbooks.push"

    def _round(self, run):
        again = super()._round(run)
        if run.trouble or run.channel.connection_id.state != "connected":
            return again
        return self._compare_opening(run) or again

    def _compare_opening(self, run):
        """Compare some of the documents people asked about.

        :return: True when another round may find more
        """
        connection, service = run.channel.connection_id, self.env["quickbooks.opening"]
        lines = service._due(connection)
        if not lines:
            return False
        fresh = self.env["quickbooks.directory"]._fresh(run.channel)
        needed = service._lists_needed(connection, lines) - set(fresh)
        if needed and not run.lists_read:
            return self._read_lists(run, sorted(needed))
        questions = service._questions(connection, lines)
        self.env["ir.cron"]._commit_progress()
        client = self._client(run)
        self.env["ir.cron"]._commit_progress()
        try:
            bodies = service._read(client, questions)
        except QboError as error:
            return self._reading_failed(run, error)
        finally:
            client.close()
        self.env["quickbooks.exclusion"]._enter(connection)
        service._settle(connection, lines, bodies)
        self.env["ir.cron"]._commit_progress(len(lines))
        return True
