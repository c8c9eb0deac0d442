from odoo import models
from odoo.tools import html2plaintext

from ..qbo.mapping import match, party
from ..qbo.model import AddressSnapshot, PartySnapshot, Ref
from ..qbo.names import display_name, name_key, search_email_key, unique_name


class QuickbooksCustomerAdapter(models.AbstractModel):
    """Commercial partner → Customer."""

    _name = "quickbooks.adapter.customer"
    _inherit = "quickbooks.names"
    _description = "QuickBooks Adapter: Customer"

    _remote_type = "Customer"
    _res_model = "res.partner"
    _directory = ("Customer", "Vendor", "Employee")

    def _split_sendable(self, records):
        """Contacts stand for their company."""
        return super()._split_sendable(records.commercial_partner_id)

    def _name_space(self):
        return self._directory

    def _payload(self, ctx, operation, record):
        snapshot = self._snapshot(ctx, record)
        country = ctx.profile.country
        base = display_name(snapshot.display_name, country) or f"Customer {record.id}"
        taken = self._taken_names(ctx, operation, base)
        unique = unique_name(base, taken, "Customer")
        return party.customer(snapshot, ctx.profile, unique)

    def _snapshot(self, ctx, partner):
        """The partner as plain data."""
        partner = partner.with_company(ctx.connection.company_id)
        delivery = partner.browse(partner.address_get(["delivery"])["delivery"])
        given, family = self._person_name(partner)
        term = partner.property_payment_term_id
        mapping = ctx.mappings.get(("term", "account.payment.term", term.id)) if term else None
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
            notes=html2plaintext(partner.comment).strip() if partner.comment else "",
            billing=self._address(partner),
            shipping=self._address(delivery) if delivery != partner else AddressSnapshot(),
            term=Ref("Term", mapping.reference_id.remote_id)
            if mapping and mapping.reference_id
            else None,
            active=partner.active,
        )

    @staticmethod
    def _person_name(partner):
        """Given and family name of a person; Odoo has one field for both."""
        if partner.is_company or not partner.name:
            return "", ""
        words = partner.name.split()
        return (" ".join(words[:-1]), words[-1]) if len(words) > 1 else (words[0], "")

    @staticmethod
    def _address(partner):
        """A partner's address; a contact's own name is its first line."""
        return AddressSnapshot(
            street=partner.street or "",
            street2=partner.street2 or "",
            city=partner.city or "",
            state=partner.state_id.code or "",
            zip=partner.zip or "",
            country=partner.country_id.name or "",
            name=partner.name if partner.parent_id and partner.name else "",
        )

    def _decide(self, ctx, record):
        key = name_key(display_name(record.name, ctx.profile.country))
        email = search_email_key(record.email)
        known = self._known(
            ctx,
            [
                ("kind", "!=", "job"),  # a sub-customer has its parent's address and is not it
                "|",
                ("name_key", "=", key),
                "&",
                ("email_key", "!=", False),
                ("email_key", "=", email),
            ],
        )
        return match.party(key, email, self._email_shared(record, email), known)

    def _email_shared(self, record, email):
        """Whether another party of Odoo has the same address."""
        if not email:
            return False
        others = (
            self.env["res.partner"]
            .sudo()
            .search(
                [
                    ("email_normalized", "=", email),
                    ("id", "!=", record.id),
                    ("commercial_partner_id", "!=", record.id),
                ],
                limit=1,
            )
        )
        return bool(others)
