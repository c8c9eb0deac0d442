"""Invoice payloads (FACTS 5.7)."""

from __future__ import annotations

from decimal import Decimal

from ..model import CompanyProfile, DocumentSnapshot
from ..names import clean_text, doc_number, email_list
from .common import address, wrapped
from .document import MEMO_LIMIT, private_note, sales_lines, tax_detail, tracking


def invoice(
    doc: DocumentSnapshot,
    profile: CompanyProfile,
    *,
    own_number: bool = True,
    override_tax: bool = True,
) -> dict:
    """Every owned attribute of an Invoice; ``None`` marks one that is empty in Odoo.

    ``Line`` is always complete, because a sparse update replaces the whole array (FACTS 14#10).
    The due date is sent even when a term is, because Odoo's terms can do more than QBO's.
    ``own_number`` False leaves the numbering to QBO.
    """
    country = profile.country
    return {
        "CustomerRef": doc.customer.payload,
        "DocNumber": doc_number(doc.number) or None if own_number else None,
        "TxnDate": doc.date,
        "DueDate": doc.due_date or None,
        "SalesTermRef": doc.term.payload if doc.term else None,
        "CurrencyRef": {"value": doc.currency} if profile.multicurrency else None,
        "ExchangeRate": _rate(doc, profile),
        "Line": sales_lines(doc.lines, profile),
        "TxnTaxDetail": tax_detail(doc, profile, override_tax),
        "GlobalTaxCalculation": None if profile.us else "TaxExcluded",
        "CustomerMemo": wrapped("value", clean_text(doc.memo, MEMO_LIMIT, country, multiline=True)),
        "PrivateNote": private_note(doc, country) or None,
        "BillEmail": wrapped("Address", email_list(doc.email)),
        "BillAddr": address(doc.billing, country),
        "ShipAddr": address(doc.shipping, country),
        **tracking(doc, profile),
    }


def _rate(doc: DocumentSnapshot, profile: CompanyProfile) -> Decimal | None:
    if not profile.multicurrency or doc.currency == profile.home_currency:
        return None
    return doc.rate
