from odoo import fields, models
from odoo.tools import SQL, plaintext2html

from ...qbo import canonical
from ...qbo.mapping import match, ownership
from ...qbo.mapping.comparison import arrived, plain
from ...qbo.mapping.party import read_party
from ...qbo.names import display_name, email_addresses, name_key
from .inbound import Verdict

#: How often in a day ours is sent over a value that somebody keeps changing in QuickBooks. After
#: that a person is asked, because another program probably does the same over there.
INSIST_LIMIT = 3

KINDS = ("Customer", "Vendor")


class QuickbooksInboundNames(models.AbstractModel):
    """Customer or Vendor → contact: matched before it is created.

    One contact may be both; it then has two links. Each attribute has its own history: what
    changed only in QuickBooks is taken, what changed only in Odoo stays and is sent; the owner of
    the attribute's group, and the connection's policy, decide the rest (``qbo.mapping.ownership``).
    """

    _name = "quickbooks.inbound.names"
    _inherit = "quickbooks.inbound"
    _description = "QuickBooks Inbound: Names"

    #: setting that switches it on, and of the connection's receiving channel: its import is over
    _switch = None
    _imported = None
    #: field of the contact that says it is one
    _rank = None
    #: attribute and field of the payment terms
    _term_attribute = None
    _term_field = None
    #: attributes that come back. The tax number does not: QuickBooks masks it
    _attributes = ()
    #: attributes that are only sent; changed there, they are sent again if Odoo owns them
    _sent_only = ("CompanyName", "GivenName", "FamilyName")

    def _apply(self, ctx, remote):
        if remote.deleted:
            return Verdict("skipped", "inbound_gone")
        body, kind = remote.body, self._remote_type
        self.env["quickbooks.reference"]._store(ctx.connection, kind, [body])
        if remote.deleted_id:
            self._follow_merge(ctx, remote)
        binding = self._find(ctx.connection, kind, remote.id)
        if binding:
            return self._update(ctx, binding, body)
        if not (ctx.connection[self._switch] or remote.wanted):
            return Verdict("skipped", "inbound_off")
        if not body.get("Active", True) and not remote.wanted:
            return Verdict("skipped", "inbound_inactive")
        return self._take_in(ctx, [body], remote.attempts)[remote.id]

    def _follow_merge(self, ctx, remote):
        """Two became one: the link of the one that went away follows it."""
        loser = self._find(ctx.connection, self._remote_type, remote.deleted_id)
        if not loser:
            return
        winner = self._find(ctx.connection, self._remote_type, remote.id)
        if winner:
            loser._set_state("unlinked")
            self._note(loser, "inbound_merged", "warning", id=remote.id)
        else:
            loser.write({"remote_id": remote.id, "agreed_remote": canonical.dumps(remote.body)})
            self._note(loser, "inbound_merged", id=remote.id)

    # -- one we know ---------------------------------------------------------------------------

    def _update(self, ctx, binding, body):
        if self._is_echo(binding, body):
            return Verdict("skipped", "inbound_echo", binding=binding)
        if binding.res_model != "res.partner":  # a project: only Odoo changes it
            self._take(binding, body, state=None)
            return Verdict("skipped", "inbound_nothing_ours", binding=binding)
        partner = binding._record().exists()
        there = self._changed_there(binding, body, self._followed(ctx)) if partner else set()
        if not there or not ctx.connection[self._switch]:
            self._take(binding, body, state=None)
            return Verdict("skipped", "inbound_nothing_ours", binding=binding)
        return self._merge(ctx, binding, partner, body, there)

    def _followed(self, ctx):
        """Attributes whose change in QuickBooks matters here."""
        rules = ctx.connection._ownership()
        insisted = (key for key in self._sent_only if rules.owner(key) == ownership.ODOO)
        return (*self._attributes, *insisted)

    def _merge(self, ctx, binding, partner, body, there):
        """Bring a contact and its name together, attribute by attribute.

        :param there: attributes that changed in QuickBooks
        """
        plan = self._decide(ctx, binding, partner, body, there)
        if plan.ask:
            return self._drift(binding, body, "drift_customer", attributes=self._labels(plan.ask))
        if plan.insist and not self._may_insist(binding):
            self._note_difference(binding, body, plan.insist)
            names = self._labels(plan.insist)
            return self._drift(binding, body, "drift_insisted", attributes=names)
        here = self._changed_here(ctx, binding, partner)
        if plan.take:
            self._write_partner(ctx, binding, partner, body, plan.take)
        self._agree(ctx, binding, partner, body, plan, here)
        key = "inbound_customer" if plan.take else "inbound_insisted"
        names = self._labels(plan.take or plan.insist)
        return Verdict("done", key, {"attributes": names}, binding=binding)

    def _decide(self, ctx, binding, partner, body, there):
        """What is taken, what of ours is sent again, and what a person has to choose."""
        ours = self._payload(ctx, binding, partner)
        alike = {key for key in ours if arrived(ours, body, key)}
        contested = there & self._changed_here(ctx, binding, partner) - alike
        plan = ownership.merge(there, contested, ctx.connection._ownership())
        sent = plan.insist & ours.keys() - alike
        return ownership.Merge(plan.take & set(self._attributes), sent, plan.ask)

    def _changed_here(self, ctx, binding, partner):
        """Attributes that changed here and were not sent yet."""
        agreed = canonical.loads(binding.agreed_payload or "{}")
        ours = self._payload(ctx, binding, partner)
        return {key for key in ours if not canonical.same(ours[key], agreed.get(key))}

    def _agree(self, ctx, binding, partner, body, plan, here):
        """Book what both sides know now; what is still to be sent stays as it was agreed.

        :param here: attributes that had changed here before
        """
        before = canonical.loads(binding.agreed_payload or "{}")
        now = self._payload(ctx, binding, partner)
        for key in now:
            if key in plan.insist:
                now[key] = plain(body.get(key))  # differs from ours, so ours is sent
            elif key in here - plan.take:
                now[key] = before.get(key)
        self._take(binding, body, now, exact=True)
        binding.remote_name = body.get("DisplayName")
        if plan.take:
            self._note(binding, "inbound_customer", attributes=self._labels(plan.take))
            self._pass_on(binding, partner)
        if plan.insist:
            self._send_ours(binding, partner, "inbound_insisted", plan.insist)

    def _note_difference(self, binding, body, keys):
        """Ours and theirs differ in these, so that a person can send ours again."""
        agreed = canonical.loads(binding.agreed_payload or "{}")
        agreed.update((key, plain(body.get(key))) for key in keys)
        binding.write(
            {
                "agreed_payload": canonical.dumps(agreed),
                "agreed_digest": canonical.digest(agreed),
            }
        )

    def _may_insist(self, binding):
        """Count how often ours was sent over theirs today; past the limit it is a conflict."""
        today = fields.Date.today()
        count = binding.insisted if binding.insisted_on == today else 0
        binding.write({"insisted": count + 1, "insisted_on": today})
        return count < INSIST_LIMIT

    def _send_ours(self, binding, partner, key, attributes):
        self._note(binding, key, attributes=self._labels(attributes))
        self._mark(partner, self._sentence(key, attributes=self._labels(attributes)))

    def _pass_on(self, binding, partner):
        """A contact that is customer and vendor: what came from one is news for the other."""
        others = self.env["quickbooks.binding"].search_count(
            [
                ("connection_id", "=", binding.connection_id.id),
                ("res_model", "=", partner._name),
                ("res_id", "=", partner.id),
                ("id", "!=", binding.id),
                ("state", "!=", "unlinked"),
            ],
            limit=1,
        )
        if others:
            self._mark(partner, self.env._("Changed in QuickBooks"))

    def _mark(self, partner, reason):
        """Have the sender look, although the change came from QuickBooks."""
        self.env["quickbooks.capture"].with_context(qbo_inbound=False)._mark(partner, reason)

    @staticmethod
    def _labels(keys):
        return ", ".join(sorted(keys))

    def _write_partner(self, ctx, binding, partner, body, keys):
        """Write the contact's fields for these attributes."""
        values = self._values(ctx, body, keys)
        if not values.get("active", True) and self._is_needed(ctx, binding, partner):
            values.pop("active")
        if "name" in values:
            values["name"] = self._without_suffix(binding, values["name"])
        if values:
            partner.with_company(ctx.connection.company_id).write(values)

    def _without_suffix(self, binding, name):
        """A name without what tells it apart from the contact's other names there: its currency,
        or that it is the vendor's."""
        if not binding:
            return name
        adapter = self.env["quickbooks.adapter"]._for_link(binding)
        agreed = canonical.loads(binding.agreed_payload or "{}").get("DisplayName") or ""
        suffix = match.suffix(agreed, binding.variant or adapter._name_hint)
        return name.removesuffix(suffix) if suffix else name

    def _is_needed(self, ctx, binding, partner):
        """Whether the contact has another name there that is still active: as a vendor, or as a
        customer in another currency."""
        links = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", ctx.connection.id),
                ("res_model", "=", partner._name),
                ("res_id", "=", partner.id),
                ("id", "!=", binding.id),
                ("remote_type", "in", KINDS),
                ("remote_id", "!=", False),
                ("state", "not in", ("unlinked", "gone")),
            ]
        )
        bodies = [canonical.loads(link.agreed_remote or "{}") for link in links]
        return any(body.get("Active", True) for body in bodies)

    def _payload(self, ctx, binding, partner):
        """What we would send for a contact as it is now; empty when nothing sends it."""
        try:
            adapter = self.env["quickbooks.adapter"]._for_link(binding)
        except LookupError:
            return {}
        partner = adapter._with_eyes(ctx, partner)
        operation = self.env["quickbooks.operation"].new({"binding_id": binding.id})
        return adapter._payload(ctx, operation, partner)

    # -- values --------------------------------------------------------------------------------

    def _values(self, ctx, body, keys=None):
        """Values of a contact for attributes of a name."""
        keys = self._attributes if keys is None else keys
        party, values = read_party(body), {}
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
        if self._term_attribute in keys:
            term = self._term(ctx, party.term_id)
            if term or not party.term_id:
                values[self._term_field] = term
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

    # -- one we do not know --------------------------------------------------------------------

    def _take_in(self, ctx, bodies, attempts=0):
        """Match or create the contacts of names that have none.

        :return: {remote id: Verdict}
        """
        verdicts, matches = {}, self._matches(ctx, bodies)
        new = []
        for body in bodies:
            party = read_party(body)
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
        binding = self._find(ctx.connection, self._remote_type, party.parent_id)
        return self._contact(binding) if binding else self.env["res.partner"]

    def _without_parent(self, party, attempts):
        if attempts > 2:
            return Verdict("held", "inbound_parent_unknown", {"name": party.name})
        needs = ((self._remote_type, party.parent_id),)
        return Verdict("later", "inbound_needs", needs=needs)

    def _child(self, parent, party):
        """A contact of the parent with the sub-customer's name is the one."""
        key = name_key(party.name)
        same = parent.child_ids.filtered(lambda child: name_key(child.name) == key)
        return match.Match("adopt", (str(same[0].id),)) if len(same) == 1 else match.CREATE

    def _new_values(self, ctx, body, party, parent):
        values = {
            **self._values(ctx, body),
            "is_company": party.is_company and not parent,
            self._rank: 1,
            "company_id": self._company_of_new(ctx, parent).id,
        }
        if parent:
            values.update(parent_id=parent.id, type="other")
        return values

    def _company_of_new(self, ctx, parent):
        """Whose a new contact is. Where other companies have QuickBooks too, it belongs to this
        one; else it is shared, as contacts of Odoo are unless somebody says otherwise."""
        if parent:
            return parent.company_id
        company, settings = ctx.connection.company_id, self.env["quickbooks.connection"].sudo()
        foreign = [("realm_id", "!=", False), ("company_id", "not in", company.ids)]
        return company if settings.search_count(foreign, limit=1) else company.browse()

    def _link(self, ctx, body, partner, key):
        """Link a contact. What it holds counts as agreed, so nothing is sent or overwritten, except
        what QuickBooks owns."""
        binding = self.env["quickbooks.binding"].create(self._link_values(ctx, body, partner))
        if key == "inbound_matched":
            self._recognize(ctx, body, partner)
        payload = self._payload(ctx, binding, partner)
        if payload:
            payload["Active"] = body.get("Active", True)
        self._take(binding, body, payload)
        self._note(binding, key)
        return Verdict("done", key, binding=binding)

    def _link_values(self, ctx, body, partner):
        return {
            "connection_id": ctx.connection.id,
            "res_model": "res.partner",
            "res_id": partner.id,
            "local_name": partner.display_name,
            "remote_type": self._remote_type,
            "variant": self._variant(ctx, body),
            "remote_id": body["Id"],
            "remote_name": body.get("DisplayName"),
            "name_key": name_key(body.get("DisplayName")),
            "agreed_payload": canonical.dumps({"DisplayName": read_party(body).name}),
        }

    def _variant(self, ctx, body):
        """Which of a partner's links it is: the one of its currency, unless that is the home
        currency (FACTS 9)."""
        currency = self._currency_name(ctx, body)
        foreign = ctx.profile.multicurrency and currency != ctx.profile.home_currency
        return currency if foreign else ""

    def _recognize(self, ctx, body, partner):
        """A contact that was here already: it is a customer or vendor from now on, and gets what
        QuickBooks owns and has."""
        rules = ctx.connection._ownership()
        owned = {
            key
            for key in self._attributes
            if rules.owner(key) == ownership.QUICKBOOKS and body.get(key)
        }
        if owned:
            unlinked = self.env["quickbooks.binding"]
            self._write_partner(ctx, unlinked, partner, body, owned)
        if not partner[self._rank]:
            partner[self._rank] = 1

    # -- matching ------------------------------------------------------------------------------

    def _matches(self, ctx, bodies):
        """What to do with names that have no contact yet, by remote id; a few queries for all of
        them."""
        parties = {body["Id"]: read_party(body) for body in bodies}
        mails = {mail.lower() for party in parties.values() for mail in party.emails}
        keys = {remote_id: self._keys(party) for remote_id, party in parties.items()}
        known = self._known(ctx, mails, {key for pair in keys.values() for key in pair})
        shared = self._shared_mails(ctx, mails)
        by_key, by_mail = _indexed(known)
        taken, found = set(), {}
        for remote_id, party in parties.items():
            marks = frozenset(mail.lower() for mail in party.emails)
            decision = match.CREATE
            for key in keys[remote_id]:
                wanted = match.Wanted(key, marks, mark_shared=bool(marks & shared))
                near = {k.id: k for k in by_key.get(key, ())}
                near.update((k.id, k) for mail in marks for k in by_mail.get(mail, ()))
                decision = match.decide(wanted, [k for k in near.values() if k.id not in taken])
                if decision.decision != "create":
                    break
            found[remote_id] = decision
            if decision.decision == "adopt":  # two names must not take the same contact
                taken.add(decision.ids[0])
        return found

    def _keys(self, party):
        """Comparable names it may have here: its own, then without what tells a vendor from the
        customer of the same name, because names are unique over both (FACTS 14#1)."""
        key = name_key(party.name)
        suffix = f" ({self._remote_type.lower()})"
        return (key, key.removesuffix(suffix)) if key.endswith(suffix) else (key,)

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
        bound = self.env["quickbooks.binding"]._of(ctx.connection, partners, self._remote_type)
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
        """Addresses that several objects of this kind have in QuickBooks."""
        rows = self.env["quickbooks.reference"]._alike(
            ctx.connection, (self._remote_type,), (), emails=mails
        )
        counts = {}
        for row in rows:
            for mail in (row["email_key"] or "").split():
                counts[mail] = counts.get(mail, 0) + 1
        return {mail for mail, count in counts.items() if count > 1}


def _indexed(known):
    """Candidates by comparable name, and by e-mail address."""
    by_key, by_mail = {}, {}
    for candidate in known:
        by_key.setdefault(candidate.name_key, []).append(candidate)
        for mail in candidate.marks:
            by_mail.setdefault(mail, []).append(candidate)
    return by_key, by_mail


class QuickbooksLookup(models.AbstractModel):
    """The sender, too, may be the first to find that a name was changed in QuickBooks."""

    _inherit = "quickbooks.lookup"

    def _merge_names(self, operation, remote, changed, ours):
        """Bring both versions together as the receiver would; what is left of ours is planned anew.

        Otherwise what changed only there would count as known without ever having come here.
        """
        if operation.remote_type not in KINDS:
            return super()._merge_names(operation, remote, changed, ours)
        connection = operation.connection_id
        inbox = self.env["quickbooks.pull"]._inbox(connection)
        handler = inbox.env["quickbooks.inbound"]._for_type(operation.remote_type)
        ctx = inbox.env["quickbooks.planner"]._context(connection, ())
        followed = set(handler._followed(ctx))
        binding = inbox.env["quickbooks.binding"].browse(operation.binding_id.id)
        partner = binding._record().exists()
        there = changed & followed
        if not (partner and there and connection[handler._switch]) or (changed & ours) - followed:
            return False
        if handler._decide(ctx, binding, partner, remote, there).ask:
            return False
        handler._merge(ctx, binding, partner, remote, there)
        if binding.drift_remote:
            self._hold(operation, "conflict", attributes=", ".join(sorted(there)))
        else:
            self._continue(operation)
        return True
