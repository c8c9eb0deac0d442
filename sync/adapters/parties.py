from dataclasses import replace

from odoo import models
from odoo.tools import SQL, html2plaintext

from ...models.quickbooks_reference import NAME_LISTS
from ...qbo.model import AddressSnapshot, PartySnapshot, Ref
from ...qbo.names import display_name, email_addresses


class QuickbooksPartiesAdapter(models.AbstractModel):
    """What customers and vendors have in common: both are commercial partners, recognised by their
    e-mail addresses, with names that are unique over customers, vendors and employees.

    A partner may be both; then it has two links, and the second name gets a suffix.
    """

    _name = "quickbooks.parties"
    _inherit = "quickbooks.names"
    _description = "QuickBooks Adapter of Parties"

    _res_model = "res.partner"
    _directory = NAME_LISTS
    #: told apart from other kinds of names by this
    _name_hint = ""
    #: the partner's payment term in this role
    _term_field = ""

    # -- which partners ---------------------------------------------------------------------------

    def _plays(self, connection, partner):
        """Whether a partner has this role, so that a person may send it as such."""
        raise NotImplementedError

    def _concerns(self, record):
        partner = record.commercial_partner_id
        return self._plays(self._connection_of(partner, self.env.company), partner)

    def _share(self, connection, records, released):
        """What is linked, and what a person sends in this role."""
        linked = super()._share(connection, records, False)
        if not released:
            return linked
        return linked | records.filtered(lambda record: self._plays(connection, record))

    def _possible_targets(self, records):
        """Contacts stand for their company."""
        return super()._possible_targets(
            records.filtered(lambda partner: partner == partner.commercial_partner_id)
        )

    def _split_sendable(self, records, alone=False):
        """Contacts stand for their company."""
        return super()._split_sendable(records.commercial_partner_id, alone=alone)

    def _name_space(self):
        return self._directory

    def _written_sql(self):
        """Contacts and addresses are part of their company's customer; one that came from a
        sub-customer has a link of its own."""
        return SQL(
            "SELECT FROM res_partner p WHERE b.res_id IN (p.commercial_partner_id, p.id) AND %s",
            self._is_newer_sql(SQL("p.write_date")),
        )

    # -- payload ----------------------------------------------------------------------------------

    def _payload(self, ctx, operation, record):
        """Under another currency it is another object, told apart by that in its name."""
        variant = operation.binding_id.variant
        snapshot = self._snapshot(ctx, record, self._is_active(operation, record))
        unique = self._free_name(ctx, operation, record, variant or self._name_hint)
        return self._map(replace(snapshot, currency=variant or ""), ctx.profile, unique)

    def _map(self, snapshot, profile, unique):
        """The payload of a snapshot under the name found free."""
        raise NotImplementedError

    def _base_name(self, ctx, record):
        raw = record.name or record.email
        return display_name(raw, ctx.profile.country) or f"{self._name_hint} {record.id}"

    def _snapshot(self, ctx, partner, active):
        """The partner as plain data."""
        addresses = dict.fromkeys(("delivery", "invoice"), partner.id)
        if not partner.parent_id:  # who came from a sub-customer has its own
            addresses = partner.address_get(["delivery", "invoice"])
        billing = partner.browse(addresses["invoice"]).with_prefetch(partner._prefetch_ids)
        delivery = partner.browse(addresses["delivery"]).with_prefetch(partner._prefetch_ids)
        given, family = self._person_name(partner)
        return PartySnapshot(
            display_name=partner.name or partner.email or "",
            is_company=partner.is_company,
            company_name=partner.company_name or "",
            given_name=given,
            family_name=family,
            email=partner.email or "",
            phone=partner.phone or "",
            website=partner.website or "",
            tax_number=partner.vat if partner.vat and partner.vat != "/" else "",
            account_number=partner.ref or "",
            notes=html2plaintext(partner.comment).strip() if partner.comment else "",
            billing=self._address(billing, partner),
            shipping=self._address(delivery, partner) if delivery != billing else AddressSnapshot(),
            term=self._term(ctx, partner[self._term_field]),
            active=active,
        )

    @staticmethod
    def _term(ctx, term):
        mapping = ctx.mappings.get(("term", "account.payment.term", term.id)) if term else None
        if not mapping or not mapping.reference_id.active:
            return None
        return Ref("Term", mapping.reference_id.remote_id)

    @staticmethod
    def _person_name(partner):
        """Given and family name of a person; Odoo has one field for both."""
        if partner.is_company or not partner.name:
            return "", ""
        words = partner.name.split()
        return (" ".join(words[:-1]), words[-1]) if len(words) > 1 else (words[0], "")

    @staticmethod
    def _address(partner, owner=None):
        """A partner's address; a contact's own name is its first line, except on its own customer.

        Countries in English, because QuickBooks looks addresses up by that name (FACTS 5.29).
        """
        return AddressSnapshot(
            street=partner.street or "",
            street2=partner.street2 or "",
            city=partner.city or "",
            state=partner.state_id.code or "",
            zip=partner.zip or "",
            country=partner.country_id.with_context(lang="en_US").name or "",
            name=partner.name if partner.parent_id and partner != owner and partner.name else "",
        )

    # -- matching ---------------------------------------------------------------------------------

    def _fitting(self, ctx, operation, candidates):
        """A name has one currency for life (FACTS 9)."""
        if not ctx.profile.multicurrency:
            return candidates
        wanted = operation.binding_id.variant or ctx.profile.home_currency
        return [known for known in candidates if self._currency_of(ctx, known.id) == wanted]

    def _currency_of(self, ctx, remote_id):
        body = self._reference(ctx, self._book(ctx), remote_id)._body()
        return (body.get("CurrencyRef") or {}).get("value") or ctx.profile.home_currency

    def _alike(self, ctx, names, marks):
        return self.env["quickbooks.reference"]._alike(
            ctx.connection, self._name_space(), names, emails=marks
        )

    def _marks(self, ctx, record):
        return {address.lower() for address in email_addresses(record.email)}

    def _marks_of_row(self, row):
        return frozenset((row["email_key"] or "").split())

    def _shared_marks(self, ctx, records, marks):
        every = {mark for values in marks.values() for mark in values}
        if not every:
            return set()
        groups = (
            self.env["res.partner"]
            .sudo()
            ._read_group(
                [("email_normalized", "in", list(every)), *self._company_domain(ctx)],
                ["email_normalized", "commercial_partner_id"],
            )
        )
        owners = {}
        for email, partner in groups:
            owners.setdefault(email, set()).add(partner.id)
        return {
            record.id
            for record in records
            if any(owners.get(mark, set()) - {record.id} for mark in marks[record.id])
        }

    def _namesakes(self, ctx, records):
        names = [" ".join(name.split()).lower() for name in records.mapped("name") if name]
        self.env["res.partner"].flush_model(["name", "active", "commercial_partner_id"])
        rows = self.env.execute_query(
            SQL(
                r"""SELECT id FROM res_partner
                     WHERE active AND commercial_partner_id = id
                       AND lower(btrim(regexp_replace(name, '\s+', ' ', 'g'))) = ANY(%s)""",
                names,
            )
        )
        found = self.env["res.partner"].sudo().browse([row_id for (row_id,) in rows])
        return found.filtered_domain([*self._company_domain(ctx), *self._role_domain()])

    def _role_domain(self):
        """Which partners could be the same object: those that may have this role."""
        return []

    def _company_domain(self, ctx):
        """Partners the connection's company can see."""
        return self.env["res.partner"]._check_company_domain(ctx.connection.company_id)
