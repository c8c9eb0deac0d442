from odoo import api, models
from odoo.tools import SQL, plaintext2html

from ..qbo import canonical
from ..qbo.mapping import match
from ..qbo.mapping.party import read_customer
from ..qbo.names import display_name, email_addresses, name_key
from .inbound import Verdict
from .lookup import arrived

#: Customers imported in one round.
IMPORT_LIMIT = 200

#: Attributes that come back, and what a person calls them. The tax number is masked by QuickBooks.
ATTRIBUTES = (
    "DisplayName",
    "PrimaryEmailAddr",
    "PrimaryPhone",
    "WebAddr",
    "BillAddr",
    "SalesTermRef",
    "Notes",
    "Active",
)


class QuickbooksInboundCustomer(models.AbstractModel):
    """Customer → contact: matched before it is created, sub-customers below their parent.

    Each attribute has its own history: what changed only in QuickBooks is taken, what changed
    only in Odoo stays and is sent, and what changed on both sides is a person's decision.
    """

    _name = "quickbooks.inbound.customer"
    _inherit = "quickbooks.inbound"
    _description = "QuickBooks Inbound: Customer"

    _remote_type = "Customer"

    def _apply(self, ctx, remote):
        if remote.deleted:
            return Verdict("skipped", "inbound_gone")
        body = remote.body
        self.env["quickbooks.reference"]._store(ctx.connection, "Customer", [body])
        if remote.deleted_id:
            self._merge(ctx, remote)
        binding = self._find(ctx.connection, "Customer", remote.id)
        if binding:
            return self._update(ctx, binding, body)
        if not (ctx.connection.customers_back or remote.wanted):
            return Verdict("skipped", "inbound_off")
        if not body.get("Active", True) and not remote.wanted:
            return Verdict("skipped", "inbound_inactive")
        return self._take_in(ctx, [body], remote.attempts)[remote.id]

    def _merge(self, ctx, remote):
        """Two customers became one: the link of the one that went away follows it."""
        loser = self._find(ctx.connection, "Customer", remote.deleted_id)
        if not loser:
            return
        winner = self._find(ctx.connection, "Customer", remote.id)
        if winner:
            loser._set_state("unlinked")
            self._note(loser, "inbound_merged", "warning", id=remote.id)
        else:
            loser.write({"remote_id": remote.id, "agreed_remote": canonical.dumps(remote.body)})
            self._note(loser, "inbound_merged", id=remote.id)

    # -- a customer we know --------------------------------------------------------------------

    def _update(self, ctx, binding, body):
        if self._is_echo(binding, body):
            return Verdict("skipped", "inbound_echo", binding=binding)
        if binding.res_model != "res.partner":  # a project: only Odoo changes it
            self._take(binding, body, state=None)
            return Verdict("skipped", "inbound_nothing_ours", binding=binding)
        partner = binding._record().exists()
        there = self._changed_there(binding, body, ATTRIBUTES) if partner else set()
        if not there or not ctx.connection.customers_back:
            self._take(binding, body, state=None)
            return Verdict("skipped", "inbound_nothing_ours", binding=binding)
        agreed = canonical.loads(binding.agreed_payload or "{}")
        ours = self._payload(ctx, binding, partner)
        here = {key for key in ours if not canonical.same(ours[key], agreed.get(key))}
        both = {key for key in there & here if not arrived(ours, body, key)}
        if both:
            return self._drift(binding, body, "drift_customer", attributes=self._labels(both))
        self._write_partner(ctx, partner, body, there)
        now = self._payload(ctx, binding, partner)
        kept = {key: agreed.get(key) for key in here - there}
        self._take(binding, body, {**now, **kept})
        binding.remote_name = body.get("DisplayName")
        self._note(binding, "inbound_customer", attributes=self._labels(there))
        return Verdict(
            "done", "inbound_customer", {"attributes": self._labels(there)}, binding=binding
        )

    @staticmethod
    def _labels(keys):
        return ", ".join(sorted(keys))

    def _write_partner(self, ctx, partner, body, keys):
        """Write the contact's fields for these attributes."""
        values = self._values(ctx, body, keys)
        partner.with_company(ctx.connection.company_id).write(values)

    def _payload(self, ctx, binding, partner):
        """What we would send for a contact as it is now."""
        adapter = self.env["quickbooks.adapter.customer"]
        partner = adapter._with_eyes(ctx, partner)
        operation = self.env["quickbooks.operation"].new({"binding_id": binding.id})
        return adapter._payload(ctx, operation, partner)

    # -- values --------------------------------------------------------------------------------

    def _values(self, ctx, body, keys=ATTRIBUTES):
        """Values of a contact for attributes of a Customer."""
        party, values = read_customer(body), {}
        if "DisplayName" in keys:
            values["name"] = party.name
        if "PrimaryEmailAddr" in keys:
            values["email"] = ", ".join(party.emails) or False
        if "PrimaryPhone" in keys:
            values["phone"] = party.phone or False
        if "WebAddr" in keys:
            values["website"] = party.website or False
        if "Notes" in keys:
            values["comment"] = plaintext2html(party.notes) if party.notes else False
        if "Active" in keys:
            values["active"] = party.active
        if "BillAddr" in keys:
            values.update(self._address_values(party.billing))
        if "SalesTermRef" in keys:
            term = self._term(ctx, party.term_id)
            if term or not party.term_id:
                values["property_payment_term_id"] = term
        return values

    def _address_values(self, address):
        country = self._country(address.country)
        states = self.env["res.country.state"]
        if address.state:
            states = states.search(
                [
                    "|",
                    ("code", "=ilike", address.state),
                    ("name", "=ilike", address.state),
                    *([("country_id", "=", country.id)] if country else []),
                ]
            )
        state = states if len(states) == 1 else states.browse()
        return {
            "street": address.street or False,
            "street2": address.street2 or False,
            "city": address.city or False,
            "zip": address.zip or False,
            "state_id": state.id,
            "country_id": (country or state.country_id).id,
        }

    def _country(self, name):
        countries = self.env["res.country"].with_context(lang="en_US")
        if not name:
            return countries.browse()
        if name.upper() in ("USA", "U.S.A."):
            return self.env.ref("base.us")
        return countries.search(["|", ("name", "=ilike", name), ("code", "=ilike", name)], limit=1)

    def _term(self, ctx, term_id):
        """The payment term that is mapped to a term of QuickBooks, as an id or False."""
        for (kind, model, res_id), mapping in ctx.mappings.items():
            if (kind, model) == ("term", "account.payment.term") and mapping.reference_id:
                if mapping.reference_id.remote_id == term_id:
                    return res_id
        return False

    # -- a customer we do not know -------------------------------------------------------------

    def _take_in(self, ctx, bodies, attempts=0):
        """Match or create the contacts of customers that have none.

        :return: {remote id: Verdict}
        """
        verdicts, matches = {}, self._matches(ctx, bodies)
        new = []
        for body in bodies:
            party = read_customer(body)
            parent = self._parent(ctx, party)
            if party.parent_id and not parent:
                verdicts[party.id] = self._without_parent(party, attempts)
                continue
            decision = self._child(parent, party) if parent else matches[party.id]
            if decision.decision == "adopt":
                partner = self.env["res.partner"].browse(int(decision.ids[0]))
                verdicts[party.id] = self._link(ctx, body, partner, "inbound_matched")
            elif decision.decision == "ask":
                verdicts[party.id] = Verdict("held", "inbound_ambiguous", {"name": party.name})
            else:
                new.append((body, self._new_values(ctx, body, party, parent)))
        partners = self.env["res.partner"].with_company(ctx.connection.company_id)
        made = partners.with_context(tracking_disable=True).create([vals for _body, vals in new])
        for (body, _vals), partner in zip(new, made, strict=True):
            verdicts[body["Id"]] = self._link(ctx, body, partner, "inbound_created")
        return verdicts

    def _parent(self, ctx, party):
        if not party.parent_id:
            return self.env["res.partner"]
        binding = self._find(ctx.connection, "Customer", party.parent_id)
        return self._contact(binding) if binding else self.env["res.partner"]

    @staticmethod
    def _without_parent(party, attempts):
        if attempts > 2:
            return Verdict("held", "inbound_parent_unknown", {"name": party.name})
        return Verdict("later", "inbound_needs", needs=(("Customer", party.parent_id),))

    def _child(self, parent, party):
        """A contact of the parent with the sub-customer's name is the one."""
        key = name_key(party.name)
        same = parent.child_ids.filtered(lambda child: name_key(child.name) == key)
        return match.Match("adopt", (str(same[0].id),)) if len(same) == 1 else match.CREATE

    def _new_values(self, ctx, body, party, parent):
        values = {
            **self._values(ctx, body),
            "is_company": party.is_company and not parent,
            "customer_rank": 1,
        }
        if parent:
            values.update(parent_id=parent.id, type="other")
        return values

    def _link(self, ctx, body, partner, key):
        """Link a contact. What it holds counts as agreed, so nothing is sent or overwritten."""
        name = read_customer(body).name
        binding = self.env["quickbooks.binding"].create(
            {
                "connection_id": ctx.connection.id,
                "res_model": "res.partner",
                "res_id": partner.id,
                "local_name": partner.display_name,
                "remote_type": "Customer",
                "remote_id": body["Id"],
                "remote_name": body.get("DisplayName"),
                "name_key": name_key(body.get("DisplayName")),
                "agreed_payload": canonical.dumps({"DisplayName": name}),
            }
        )
        payload = self._payload(ctx, binding, partner)
        self._take(binding, body, dict(payload, Active=body.get("Active", True)))
        self._note(binding, key)
        return Verdict("done", key, binding=binding)

    # -- matching ------------------------------------------------------------------------------

    def _matches(self, ctx, bodies):
        """What to do with customers that have no contact yet, by remote id; a few queries for
        all of them."""
        parties = {body["Id"]: read_customer(body) for body in bodies}
        mails = {mail.lower() for party in parties.values() for mail in party.emails}
        names = {name_key(party.name) for party in parties.values()}
        known = self._known(ctx, mails, names)
        shared = self._shared_mails(ctx, mails)
        found = {}
        for remote_id, party in parties.items():
            marks = frozenset(mail.lower() for mail in party.emails)
            key = name_key(party.name)
            wanted = match.Wanted(key, marks, mark_shared=bool(marks & shared))
            near = [k for k in known if k.name_key == key or k.marks & marks]
            decision = match.decide(wanted, near)
            found[remote_id] = decision
            if decision.decision == "adopt":  # two customers must not take the same contact
                known = [k for k in known if k.id != decision.ids[0]]
        return found

    def _known(self, ctx, mails, names):
        """Contacts with one of these e-mail addresses or names, as the matching wants them."""
        Partner = self.env["res.partner"].sudo()
        Partner.flush_model(["name", "email_normalized", "active", "commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                r"""SELECT id FROM res_partner
                     WHERE active AND commercial_partner_id = id
                       AND (lower(btrim(regexp_replace(name, '\s+', ' ', 'g'))) = ANY(%s)
                            OR email_normalized = ANY(%s))""",
                list(names),
                list(mails),
            )
        )
        domain = Partner._check_company_domain(ctx.connection.company_id)
        partners = Partner.browse([row_id for (row_id,) in rows]).filtered_domain(domain)
        bound = self.env["quickbooks.binding"]._of(ctx.connection, partners, "Customer")
        return [
            match.Known(
                id=str(partner.id),
                name_key=name_key(display_name(partner.name or "", ctx.profile.country)),
                marks=frozenset(mail.lower() for mail in email_addresses(partner.email)),
                linked=partner.id in bound and bool(bound[partner.id].remote_id),
            )
            for partner in partners
        ]

    def _shared_mails(self, ctx, mails):
        """Addresses that several customers of QuickBooks have."""
        rows = self.env["quickbooks.reference"]._alike(
            ctx.connection, ("Customer",), (), emails=mails
        )
        counts = {}
        for row in rows:
            for mail in (row["email_key"] or "").split():
                counts[mail] = counts.get(mail, 0) + 1
        return {mail for mail, count in counts.items() if count > 1}

    # -- the first import ----------------------------------------------------------------------

    @api.model
    def _import(self, channel):
        """Take in some of the customers that were there before: from our copy of the list, so
        nothing is read.

        :return: True when more are waiting
        """
        connection = channel.connection_id
        if channel.customers_imported or not connection.customers_back:
            return False
        push = connection._channel("push")
        if "Customer" not in canonical.loads(push.directory_state or "{}"):
            push._trigger()
            return False  # the list is read first; when it is there, this goes on
        rows = self._waiting_rows(connection)
        if not rows:
            channel.customers_imported = True
            return False
        ctx = self.env["quickbooks.planner"]._context(connection, ())
        bodies = [row._body() for row in rows]
        verdicts = self._shielded_take_in(ctx, bodies)
        self._book_import(connection, verdicts)
        return True

    def _waiting_rows(self, connection):
        """Entries of the list nobody has looked at yet, parents before their children."""
        Reference = self.env["quickbooks.reference"]
        Reference.flush_model()
        self.env["quickbooks.binding"].flush_model()
        rows = self.env.execute_query(
            SQL(
                """SELECT r.id FROM quickbooks_reference r
                    WHERE r.connection_id = %(connection)s AND r.remote_type = 'Customer'
                      AND r.active
                      AND NOT EXISTS (SELECT FROM quickbooks_binding b
                            WHERE b.connection_id = r.connection_id AND b.remote_type = 'Customer'
                              AND b.remote_id = r.remote_id AND b.state <> 'unlinked')
                      AND NOT EXISTS (SELECT FROM quickbooks_event e
                            WHERE e.connection_id = r.connection_id
                              AND e.event_key = 'import/Customer/' || r.remote_id)
                    ORDER BY array_length(string_to_array(r.full_name, ':'), 1), r.id
                    LIMIT %(limit)s""",
                connection=connection.id,
                limit=IMPORT_LIMIT,
            )
        )
        return Reference.browse([row_id for (row_id,) in rows])

    def _shielded_take_in(self, ctx, bodies):
        """All in one savepoint; if one is in the way, each in its own."""
        pull = self.env["quickbooks.pull"]
        verdict = pull._guarded_apply(lambda: self._take_in(ctx, bodies), quiet=True)
        if not isinstance(verdict, Verdict):
            return verdict
        return {
            body["Id"]: self._one(pull._guarded_apply(lambda b=body: self._take_in(ctx, [b])), body)
            for body in bodies
        }

    @staticmethod
    def _one(result, body):
        return result if isinstance(result, Verdict) else result[body["Id"]]

    def _book_import(self, connection, verdicts):
        """A row of the inbox for each that needs somebody; the others have their link."""
        Event = self.env["quickbooks.event"]
        rest = {key: v for key, v in verdicts.items() if v.state != "done"}
        ids = Event._insert(
            connection,
            "import",
            [
                {
                    "event_key": f"import/Customer/{remote_id}",
                    "remote_type": "Customer",
                    "remote_id": remote_id,
                    "operation": "create",
                }
                for remote_id in rest
            ],
        )
        for event in Event.browse(ids):
            self.env["quickbooks.pull"]._finish(event, rest[event.remote_id])
        self.env["quickbooks.pull"]._tend_tasks(connection)
