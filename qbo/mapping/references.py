"""What a payload refers to."""

from __future__ import annotations

from .. import entities

#: Attributes that refer to an object, and its type.
REFERENCE_KEYS = {
    "CustomerRef": "Customer",
    "ItemRef": "Item",
    "AccountRef": "Account",
    "IncomeAccountRef": "Account",
    "DepositToAccountRef": "Account",
    "PaymentMethodRef": "PaymentMethod",
    "ParentRef": "Customer",
    "ClassRef": "Class",
    "DepartmentRef": "Department",
    "VendorRef": "Vendor",
    "EmployeeRef": "Employee",
    "BankAccountRef": "Account",
    "CCAccountRef": "Account",
}


def references(payload: dict) -> list[tuple[str, str]]:
    """Objects a payload refers to at any depth: list of (entity, id)."""
    found: list[tuple[str, str]] = []
    stack: list = [payload]
    while stack:
        value = stack.pop()
        if isinstance(value, list):
            stack.extend(value)
        elif isinstance(value, dict):
            if "TxnId" in value:
                found.append((entities.find(value["TxnType"]).name, value["TxnId"]))
            found += [
                (REFERENCE_KEYS[key], item["value"])
                for key, item in value.items()
                if key in REFERENCE_KEYS and item
            ]
            stack.extend(value.values())
    return found
