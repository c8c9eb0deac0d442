"""Attributes of QuickBooks' objects in words for people: the side-by-side of two versions."""

from __future__ import annotations

from collections.abc import Mapping
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


def with_names(body: Mapping[str, Any], *sources: Mapping[str, Any]) -> dict[str, Any]:
    """The same with the names of what it refers to, as far as ``sources`` tell them: requests
    carry ids only, answers both."""
    names: dict[tuple[str, str], str] = {}
    for source in sources:
        _collect("", source, names)
    return _named("", body, names)


def _collect(key: str, value: Any, names: dict[tuple[str, str], str]) -> None:
    if isinstance(value, Mapping):
        if value.get("value") and value.get("name"):
            names[key, str(value["value"])] = str(value["name"])
        for inner, part in value.items():
            _collect(inner, part, names)
    elif isinstance(value, list):
        for part in value:
            _collect(key, part, names)


def _named(key: str, value: Any, names: Mapping[tuple[str, str], str]) -> Any:
    if isinstance(value, Mapping):
        found = names.get((key, str(value.get("value"))))
        named = {inner: _named(inner, part, names) for inner, part in value.items()}
        return {"name": found, **named} if found else named
    if isinstance(value, list):
        return [_named(key, part, names) for part in value]
    return value


def _line(line: dict) -> str:
    if line.get("DetailType") == "SubTotalLineDetail":
        return ""
    links = [f"{link['TxnType']} {link['TxnId']}" for link in line.get("LinkedTxn") or ()]
    text = line.get("Description") or ", ".join(links)
    text = " ".join(filter(None, (text, *_posting(line))))
    amount = line.get("Amount")
    if amount is None:
        return text
    amount = canonical.number(amount) if isinstance(amount, Decimal) else str(amount)
    return f"{text}: {amount}" if text else amount


def _posting(line: dict) -> list[str]:
    """Side and account of a line that names its account."""
    detail = line.get(str(line.get("DetailType"))) or {}
    account = readable("AccountRef", detail.get("AccountRef"))
    return [str(detail.get("PostingType") or ""), f"({account})" if account else ""]
