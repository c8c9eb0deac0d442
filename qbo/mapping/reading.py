"""Attributes of QuickBooks' objects in words for people: the side-by-side of two versions."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from .. import canonical

#: What people call an attribute; others keep QuickBooks' name.
LABELS = {
    "BillAddr": "Billing address",
    "BillEmail": "E-mail",
    "ClassRef": "Class",
    "CurrencyRef": "Currency",
    "CustomerMemo": "Message to the customer",
    "CustomerRef": "Customer",
    "DepartmentRef": "Location",
    "DepositToAccountRef": "Deposit account",
    "DisplayName": "Name",
    "DocNumber": "Number",
    "DueDate": "Due date",
    "Line": "Lines",
    "Notes": "Notes",
    "PaymentMethodRef": "Payment method",
    "PaymentRefNum": "Reference",
    "PrimaryEmailAddr": "E-mail",
    "PrimaryPhone": "Phone",
    "PrivateNote": "Internal memo",
    "SalesTermRef": "Term",
    "ShipAddr": "Shipping address",
    "TotalAmt": "Total",
    "TxnDate": "Date",
    "TxnTaxDetail": "Tax",
    "WebAddr": "Website",
}


def label(key: str) -> str:
    """What people call an attribute."""
    return LABELS.get(key, key)


def readable(key: str, value: Any) -> str:
    """One value as text, a line per part; empty values are empty."""
    if value in (None, "", [], {}):
        return ""
    if key == "Line":
        return "\n".join(filter(None, (_line(line) for line in value)))
    if key == "TxnTaxDetail":
        return readable("", value.get("TotalTax"))
    if isinstance(value, dict):
        name = value.get("name") or value.get("value") or value.get("Address")
        name = name or value.get("URI") or value.get("FreeFormNumber")
        parts = [str(part) for part in value.values() if isinstance(part, (str, int))]
        return str(name) if name else ", ".join(parts)
    if isinstance(value, Decimal):
        return canonical.number(value)
    return str(value)


def _line(line: dict) -> str:
    if line.get("DetailType") == "SubTotalLineDetail":
        return ""
    links = [f"{link['TxnType']} {link['TxnId']}" for link in line.get("LinkedTxn") or ()]
    text = line.get("Description") or ", ".join(links)
    amount = line.get("Amount")
    if amount is None:
        return text
    amount = canonical.number(amount) if isinstance(amount, Decimal) else str(amount)
    return f"{text}: {amount}" if text else amount
