"""Who owes: the customer that is billed, and the account of the right currency (FACTS 9, 14#49)."""

from __future__ import annotations

from .. import currencies
from ..work import Work

PLAIN = {
    "Accounts Receivable": "Accounts Receivable (A/R)",
    "Accounts Payable": "Accounts Payable (A/P)",
}


def billed(work, ident):
    """The customer whose balance an amount belongs to: jobs may be billed with their parent."""
    customer = work.get("Customer", ident)
    while customer and customer.get("BillWithParent") and customer.get("ParentRef"):
        ident = customer["ParentRef"]["value"]
        customer = work.get("Customer", ident)
    return "Customer", ident


def party_account(company, kind, obj, name):
    """Receivables or payables account in the currency of the document."""
    ref = (obj.get(name) or {}).get("value")
    if ref:
        return ref
    code = (obj.get("CurrencyRef") or {}).get("value") or company.home_currency
    found = company.account(kind=kind, currency=code)
    return found or company.account(kind=kind)


def receivable(company, obj):
    return party_account(company, "Accounts Receivable", obj, "ARAccountRef")


def payable(company, obj):
    return party_account(company, "Accounts Payable", obj, "APAccountRef")


def ensure_account(company, kind, code):
    """The server makes one receivables and payables account per foreign currency."""
    if code == company.home_currency or company.account(kind=kind, currency=code):
        return
    work = Work(company)
    name = f"{PLAIN[kind]} - {code}"
    receivables = kind == "Accounts Receivable"
    work.create(
        "Account",
        {
            "Name": name,
            "SubAccount": False,
            "FullyQualifiedName": name,
            "Active": True,
            "Classification": "Asset" if receivables else "Liability",
            "AccountType": kind,
            "AccountSubType": kind.replace(" ", ""),
            "CurrentBalance": 0,
            "CurrentBalanceWithSubAccounts": 0,
            "CurrencyRef": currencies.ref(code),
        },
    )
    work.flush()
