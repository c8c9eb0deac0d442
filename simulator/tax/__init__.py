"""Sales tax of the United States and line taxes of everywhere else (FACTS 8)."""

from __future__ import annotations

from ..money import ZERO
from . import lines, us


def apply(work, spec, doc, old, sent, context):
    """Compute the tax of a document in place and return its total.

    ``context`` is a :class:`lines.Taxed`: item lines with their details, the discount, the side.
    """
    if work.company.is_us:
        return us.apply(work, spec, doc, old, sent, context)
    return lines.apply(work, spec, doc, old, sent, context)


def total(doc):
    return (doc.get("TxnTaxDetail") or {}).get("TotalTax", ZERO)


def accounts(company, doc):
    """``[(liability account, amount)]`` of the tax lines, for the ledger."""
    result, rest = [], total(doc)
    for line in (doc.get("TxnTaxDetail") or {}).get("TaxLine") or []:
        rate = ((line.get("TaxLineDetail") or {}).get("TaxRateRef") or {}).get("value")
        result.append((agency_account(company, rate), line.get("Amount", ZERO)))
        rest -= line.get("Amount", ZERO)
    if rest:
        result.append((agency_account(company, None), rest))
    return result


def agency_account(company, rate_id):
    """The payable account of the agency behind a rate."""
    key = "TaxAccount", rate_id
    if key not in company.ref_names:
        company.ref_names[key] = _find_account(company, rate_id)
    return company.ref_names[key]


def _find_account(company, rate_id):
    rate = company.store.read("TaxRate", rate_id) if rate_id else None
    agency = (
        company.store.read("TaxAgency", rate["AgencyRef"]["value"])
        if rate and rate.get("AgencyRef")
        else None
    )
    if agency:
        named = company.store.ids("Account", "c_Name = ?", (f"{agency['DisplayName']} Payable",))
        if named:
            return named[0]
    for subtype in ("GlobalTaxPayable", "SalesTaxPayable", "OtherCurrentLiabilities"):
        found = company.account(subtype)
        if found:
            return found
    return company.account("OpeningBalanceEquity")
