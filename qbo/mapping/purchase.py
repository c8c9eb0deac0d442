"""Bill, VendorCredit and Purchase payloads (FACTS 5.13, 5.15, 5.16, 6, 8)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from decimal import Decimal

from ..model import CompanyProfile, Ref
from ..model_purchase import BillSnapshot, ExpenseLine, RateTax
from ..names import clean_text, doc_number
from .document import LINE_TEXT_LIMIT, private_note

CARD = "Credit Card"


def bill(doc: BillSnapshot, profile: CompanyProfile) -> dict:
    """Every owned attribute of a Bill; ``None`` marks one that is empty in Odoo.

    ``VendorRef`` is wanted even in a sparse update (FACTS 7.4); a Bill is never numbered by
    QuickBooks itself (FACTS 7.3).
    """
    return {
        **_form(doc, profile),
        "VendorRef": doc.vendor.payload,
        "DueDate": doc.due_date or None,
        "SalesTermRef": doc.term.payload if doc.term else None,
    }


def vendor_credit(doc: BillSnapshot, profile: CompanyProfile) -> dict:
    """Every owned attribute of a VendorCredit: positive amounts, and nothing falls due."""
    return {**_form(doc, profile), "VendorRef": doc.vendor.payload}


def purchase(
    doc: BillSnapshot,
    profile: CompanyProfile,
    account: Ref,
    account_type: str,
    by_check: bool = False,
) -> dict:
    """Every owned attribute of a Purchase: an expense that is paid already.

    ``PaymentType`` follows from the account that paid and is wanted in every update (FACTS 5.16);
    for a bank account ``Cash`` is any payment that is no cheque.
    """
    money = "Check" if by_check else "Cash"
    entity = {**doc.vendor.payload, "type": doc.vendor.entity} if doc.vendor else None
    return {
        **_form(doc, profile),
        "PaymentType": "CreditCard" if account_type == CARD else money,
        "AccountRef": account.payload,
        "EntityRef": entity,
    }


def _form(doc: BillSnapshot, profile: CompanyProfile) -> dict:
    foreign = profile.multicurrency and doc.currency != profile.home_currency
    location = {"DepartmentRef": doc.department.payload} if doc.department else {}
    return {
        **location,
        "TxnDate": doc.date,
        "DocNumber": doc_number(clean_text(doc.number, None, profile.country)) or None,
        "CurrencyRef": {"value": doc.currency} if profile.multicurrency else None,
        "ExchangeRate": doc.rate if foreign else None,
        "Line": expense_lines(doc.lines, profile, doc.taxed),
        "TxnTaxDetail": tax_detail(doc.taxes) if doc.taxed else None,
        "GlobalTaxCalculation": _calculation(doc, profile),
        "PrivateNote": private_note(doc, profile.country) or None,
    }


def _calculation(doc: BillSnapshot, profile: CompanyProfile) -> str | None:
    if profile.us:
        return None
    return "TaxExcluded" if doc.taxed else "NotApplicable"


def expense_lines(
    lines: Iterable[ExpenseLine], profile: CompanyProfile, taxed: bool = False
) -> list[dict]:
    """Account-based lines.

    A purchase form has no lines without an amount (FACTS 6), so a section's text goes to the line
    below it, and a note's to the line above, as a reader takes them. ``BillableStatus`` is said,
    because QuickBooks may make a line billable by itself when it names a customer (FACTS 14#62).
    """
    return [_expense_line(line, text, profile, taxed) for line, text in _with_texts(tuple(lines))]


def _with_texts(lines: Sequence[ExpenseLine]) -> list[tuple[ExpenseLine, str]]:
    found: list[tuple[ExpenseLine, list[str]]] = []
    headings: list[str] = []
    for line in lines:
        if line.account is not None:
            found.append((line, [*headings, line.text]))
            headings = []
        elif line.heading or not found:
            headings.append(line.text)
        else:
            found[-1][1].append(line.text)
    if headings and found:
        found[-1][1].extend(headings)
    return [(line, "\n".join(text for text in texts if text)) for line, texts in found]


def _expense_line(line: ExpenseLine, text: str, profile: CompanyProfile, taxed: bool) -> dict:
    billable = bool(line.billable and line.customer)
    detail = {
        "AccountRef": line.account.payload,
        "BillableStatus": "Billable" if billable else "NotBillable",
    }
    if line.customer:
        detail["CustomerRef"] = line.customer.payload
    if line.class_ref:
        detail["ClassRef"] = line.class_ref.payload
    if profile.us:
        detail["TaxCodeRef"] = {"value": "NON"}  # FACTS 8.2
    elif taxed and line.tax_code:
        detail["TaxCodeRef"] = line.tax_code.payload
    result = {
        "DetailType": "AccountBasedExpenseLineDetail",
        "Amount": line.amount,
        "AccountBasedExpenseLineDetail": detail,
    }
    if line.project:
        result["ProjectRef"] = line.project.payload
    description = clean_text(text, LINE_TEXT_LIMIT, profile.country, multiline=True)
    if description:
        result["Description"] = description
    return result


def charged(body: Mapping) -> bool:
    """Whether the customer of a line was charged in QuickBooks (FACTS 6): that can be neither
    said nor taken back by a client."""
    return any(
        (line.get("AccountBasedExpenseLineDetail") or {}).get("BillableStatus") == "HasBeenBilled"
        for line in body.get("Line") or ()
    )


def uncharged(lines: Iterable[Mapping]) -> list[dict]:
    """Lines without who is to be charged, to compare what they cost."""
    return [
        {
            key: {k: v for k, v in value.items() if k != "BillableStatus"}
            if key == "AccountBasedExpenseLineDetail"
            else value
            for key, value in line.items()
        }
        for line in lines
    ]


def tax_detail(taxes: Sequence[RateTax] | None) -> dict | None:
    """TxnTaxDetail with the tax as billed; None leaves the amounts to QuickBooks."""
    if taxes is None:
        return None
    return {
        "TotalTax": sum((line.tax for line in taxes), Decimal(0)),
        "TaxLine": [
            {
                "DetailType": "TaxLineDetail",
                "Amount": line.tax,
                "TaxLineDetail": {
                    "TaxRateRef": {"value": line.rate_id},
                    "PercentBased": True,
                    "TaxPercent": line.percent,
                    "NetAmountTaxable": line.base,
                },
            }
            for line in taxes
        ],
    }
