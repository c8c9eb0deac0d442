"""Customer and Vendor payloads (FACTS 5.3, 5.4)."""

from __future__ import annotations

from ..model import AddressSnapshot, CompanyProfile, PartySnapshot, RemoteParty
from ..names import clean_text, display_name, email_addresses, email_list, phone
from .common import address, plain_name, web_address, wrapped


def customer(party: PartySnapshot, profile: CompanyProfile, unique: str | None = None) -> dict:
    """Every owned attribute of a Customer; ``None`` marks one that is empty in Odoo.

    ``unique`` is the name found free in QBO, because a DisplayName is unique over customers,
    vendors and employees (FACTS 14#1). The currency is fixed for life at creation and left out
    in companies that know only one (FACTS 9).
    """
    country = profile.country
    return {
        **_party(party, profile, unique),
        "ShipAddr": address(party.shipping, country),
        "SalesTermRef": party.term.payload if party.term else None,
        "PrimaryTaxIdentifier": clean_text(party.tax_number, 20, country) or None,
        "Notes": clean_text(party.notes, 2000, country, multiline=True) or None,
    }


def vendor(party: PartySnapshot, profile: CompanyProfile, unique: str | None = None) -> dict:
    """Every owned attribute of a Vendor; it has neither a second address nor notes.

    A term that QuickBooks ignored when the vendor was created is sent by a later update
    (:func:`ignored_term`, FACTS 5.4, 14#59).
    """
    return {
        **_party(party, profile, unique),
        "TermRef": party.term.payload if party.term else None,
        "TaxIdentifier": clean_text(party.tax_number, 20, profile.country) or None,
        "AcctNum": clean_text(party.account_number, 100, profile.country) or None,
    }


def ignored_term(payload: dict, answered: dict) -> bool:
    """Whether a created Vendor came back without the term that was sent."""
    return bool(payload.get("TermRef")) and not answered.get("TermRef")


def _party(party: PartySnapshot, profile: CompanyProfile, unique: str | None) -> dict:
    """What customers and vendors have in common."""
    country = profile.country
    company = party.company_name or (party.display_name if party.is_company else "")
    return {
        "DisplayName": unique or display_name(party.display_name, country),
        "CompanyName": clean_text(company, 100, country) or None,
        "GivenName": _name_part(party.given_name, country),
        "FamilyName": _name_part(party.family_name, country),
        "PrimaryEmailAddr": wrapped("Address", email_list(party.email)),
        "PrimaryPhone": wrapped("FreeFormNumber", phone(party.phone)),
        "WebAddr": wrapped("URI", web_address(party.website, country)),
        "BillAddr": address(party.billing, country),
        "CurrencyRef": {"value": party.currency} if _foreign_allowed(party, profile) else None,
        "Active": party.active,
    }


def _name_part(value: str, country: str) -> str | None:
    """Given and family names obey the rules of a DisplayName: no colon, tab or newline."""
    return display_name(value, country)[:100].strip() or None if value else None


def _foreign_allowed(party: PartySnapshot, profile: CompanyProfile) -> bool:
    return bool(profile.multicurrency and party.currency)


def read_party(body: dict) -> RemoteParty:
    """A Customer or Vendor as answered (a vendor has no notes and no parent, FACTS 5.4).

    Whoever has a given or family name and no company name is a person. The tax number is left out
    because QuickBooks masks it in its answers (FACTS 5.3).
    """
    person = any(body.get(part) for part in ("GivenName", "FamilyName"))
    return RemoteParty(
        id=body["Id"],
        sync_token=body["SyncToken"],
        name=plain_name(body.get("DisplayName") or body.get("FullyQualifiedName") or ""),
        is_company=bool(body.get("CompanyName")) or not person,
        emails=email_addresses((body.get("PrimaryEmailAddr") or {}).get("Address")),
        phone=(body.get("PrimaryPhone") or {}).get("FreeFormNumber") or "",
        website=(body.get("WebAddr") or {}).get("URI") or "",
        notes=body.get("Notes") or "",
        billing=_read_address(body.get("BillAddr") or {}),
        term_id=(body.get("SalesTermRef") or body.get("TermRef") or {}).get("value") or "",
        currency=(body.get("CurrencyRef") or {}).get("value") or "",
        parent_id=(body.get("ParentRef") or {}).get("value") or "",
        active=body.get("Active", True),
    )


def _read_address(found: dict) -> AddressSnapshot:
    """Its lines after the first become one."""
    lines = [found[key] for key in ("Line1", "Line2", "Line3", "Line4", "Line5") if found.get(key)]
    return AddressSnapshot(
        street=lines[0] if lines else "",
        street2=", ".join(lines[1:]),
        city=found.get("City") or "",
        state=found.get("CountrySubDivisionCode") or "",
        zip=found.get("PostalCode") or "",
        country=found.get("Country") or "",
    )
