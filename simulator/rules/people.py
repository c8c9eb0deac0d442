"""Customers, vendors and employees (FACTS 5.3, 5.4, 15)."""

from __future__ import annotations

from .. import currencies
from ..errors import business, fault
from ..lifecycle import write
from ..money import ZERO
from ..schema import NAMES
from ..settle import rebalance_parents
from .base import Rules
from .naming import (
    check_revival,
    check_unique,
    children,
    deleted_name,
    forbid,
    normal,
    parent_chain,
    plain_name,
    rename_descendants,
)

PARTS = ("Title", "GivenName", "MiddleName", "FamilyName", "Suffix")


def ensure_currency(work, code):
    """An unknown currency is added to the company's list (FACTS 9)."""
    if len(code) != 3 or not code.isalpha() or code.upper() != code:
        raise fault("2220", f"Invalid Currency Type : {code}", "CurrencyRef")
    if work.store.ids("CompanyCurrency", "c_Code = ?", (code,)) or any(
        change.obj.get("Code") == code for change in work.changes.values()
    ):
        return
    work.create(
        "CompanyCurrency", {"Code": code, "Name": currencies.NAMES.get(code, code), "Active": True}
    )


class NameRules(Rules):
    """What the three kinds of names have in common."""

    def prepare(self, work, new, old, sent):
        check_revival(new, old, sent)
        self._compose(new, old, sent)
        self._activity(work, new, old)
        check_unique(work, self.spec.name, NAMES, "DisplayName", new, old, self.spec.name.lower())
        self._print_name(new, old)
        self._address_ids(work, new, old, sent)
        self.complete(work, new, old, sent)

    def complete(self, work, new, old, sent):
        """Defaults of one kind."""

    def _compose(self, new, old, sent):
        for part in (*PARTS, "DisplayName", "PrintOnCheckName"):
            if part in new:
                forbid(part, new[part], ":\t\n")
        if new.get("DisplayName"):
            new["DisplayName"] = normal(new["DisplayName"])
        if not new.get("DisplayName"):
            new["DisplayName"] = normal(" ".join(new[p] for p in PARTS if new.get(p)))
        if not new["DisplayName"]:
            raise fault(
                "6080",
                "No Name Provided : Title, GivenName, MiddleName, FamilyName, "
                "DisplayName and Suffix are all empty",
                "DisplayName",
            )

    def _activity(self, work, new, old):
        new.setdefault("Active", True)
        mine = (self.spec.name, old["Id"]) if old else None
        if new["Active"]:
            if old and not old.get("Active", True):
                new["DisplayName"] = plain_name(new["DisplayName"])
        elif not old or old.get("Active", True):
            if old and self.spec.name == "Customer":
                self.check_balance(work, old)
            new["DisplayName"] = deleted_name(
                work, NAMES, "DisplayName", plain_name(new["DisplayName"]), mine
            )

    def check_balance(self, work, old):
        if old.get("Balance") and work.switch("customer_with_balance") == "refuse":
            raise fault("6220", "Cannot delete an entity that has a balance", "Active")

    def _print_name(self, new, old):
        if not new.get("PrintOnCheckName"):
            person = " ".join(new[p] for p in ("GivenName", "FamilyName") if new.get(p))
            new["PrintOnCheckName"] = (new.get("CompanyName") or person or new["DisplayName"])[:110]

    def _address_ids(self, work, new, old, sent):
        for name, field in self.spec.fields.items():
            if field.kind != "addr" or name not in new:
                continue
            stored = ((old or {}).get(name) or {}).get("Id")
            if name in sent and stored and new[name].get("Id") != stored:
                sent["force"] = True
            if name in sent or "Id" not in new[name]:
                new[name] = {"Id": stored or work.address_id()} | {
                    k: v for k, v in new[name].items() if k != "Id"
                }

    def currency(self, work, new, old):
        if old:
            new["CurrencyRef"] = old.get("CurrencyRef") or currencies.ref(
                work.company.home_currency
            )
            return
        code = (new.get("CurrencyRef") or {}).get("value") or work.company.home_currency
        if code != work.company.home_currency and not work.company.multicurrency:
            raise business(
                "The currency of the transaction is invalid for customer/vendor/account."
            )
        ensure_currency(work, code)
        new["CurrencyRef"] = currencies.ref(code)

    def opening(self, work, new, old):
        """Balance on create is an opening balance, which becomes a document (FACTS 5.3, 5.4)."""
        amount = new.pop("Balance", ZERO) if not old else ZERO
        if amount:
            self.check_opening(new)
            work.opening = amount, new.get("OpenBalanceDate") or work.today
        new["Balance"] = (old or {}).get("Balance", ZERO)

    def check_opening(self, new):
        """Refuse an opening balance by raising."""

    def saved(self, work, new, old):
        if not old and getattr(work, "opening", None):
            amount, day = work.opening
            del work.opening
            body = {"TxnDate": day, "DueDate": day, "PrivateNote": "Opening Balance"}
            kind, more = self.opening_document(work, new, amount)
            write(work, kind, body | more)

    def opening_document(self, work, new, amount):
        """Entity and attributes of the document that holds an opening balance."""


class CustomerRules(NameRules):
    def complete(self, work, new, old, sent):
        self._hierarchy(work, new, old, sent)
        self.currency(work, new, old)
        self.opening(work, new, old)
        new["BalanceWithJobs"] = (old or {}).get("BalanceWithJobs", ZERO)
        new.setdefault("PreferredDeliveryMethod", "Print")
        new.setdefault("BillWithParent", False)
        new["IsProject"] = (old or {}).get("IsProject", False)
        new.setdefault("ClientEntityId", "0")
        exempt = new.get("TaxExemptionReasonId") not in (None, "", 0)
        new["Taxable"] = False if exempt else new.get("Taxable", True)
        if not new["Taxable"]:
            new.pop("DefaultTaxCodeRef", None)
        elif work.company.is_us and work.company.uses_tax:
            default = work.company.pref("TaxPrefs", "TaxGroupCodeRef") or {"value": "2"}
            if work.company.automated_tax or "DefaultTaxCodeRef" not in new:
                new["DefaultTaxCodeRef"] = {"value": default["value"]}
        for name in ("PrimaryTaxIdentifier", "SecondaryTaxIdentifier"):
            if name in sent and new.get(name):
                new[name] = "X" * max(0, len(new[name]) - 5) + new[name][-5:]

    def _hierarchy(self, work, new, old, sent):
        if (
            old
            and bool(old.get("BillWithParent")) != bool(new.get("BillWithParent"))
            and (work.store.ids("Invoice", "c_CustomerRef = ?", (old["Id"],)))
        ):
            raise fault(
                "6130",
                "Cannot change who the customer bills with while transactions are linked",
                "BillWithParent",
            )
        parent = new.get("ParentRef")
        if new.get("Job") and not parent:
            raise fault("6150", "ParentRef required : Job is set without ParentRef", "ParentRef")
        if parent and sent.get("Job") is False:
            raise fault("6150", "ParentRef required : ParentRef is set without Job", "Job")
        new["Job"] = bool(parent)
        chain = parent_chain(work, "Customer", new)
        names = [link["DisplayName"] for link in chain] + [new["DisplayName"]]
        new["FullyQualifiedName"] = ":".join(names)
        new.pop("Level", None)
        if chain:
            new["Level"] = len(chain)

    def check_opening(self, new):
        if "OpenBalanceDate" not in new:
            raise fault(
                "6060", "OpenBalanceDate is needed with an opening balance", "OpenBalanceDate"
            )

    def opening_document(self, work, new, amount):
        line = {
            "Amount": amount,
            "DetailType": "SalesItemLineDetail",
            "Description": "Opening Balance",
            "SalesItemLineDetail": {"ItemRef": {"value": "1"}},
        }
        return "Invoice", {"CustomerRef": {"value": new["Id"]}, "Line": [line]}

    def saved(self, work, new, old):
        super().saved(work, new, old)
        if not old:
            return
        if old.get("FullyQualifiedName") != new["FullyQualifiedName"]:
            rename_descendants(work, "Customer", "DisplayName", new)
        if old.get("Active", True) and not new["Active"]:
            self._inactivate_children(work, new)
        if (old.get("ParentRef") or {}) != (new.get("ParentRef") or {}):
            rebalance_parents(work, old, new)

    def _inactivate_children(self, work, obj):
        for child in children(work, "Customer", obj["Id"]):
            child = work.get("Customer", child["Id"])
            if child.get("Active", True):
                child["Active"] = False
                child["DisplayName"] = deleted_name(
                    work, NAMES, "DisplayName", child["DisplayName"], ("Customer", child["Id"])
                )
                child["FullyQualifiedName"] = f"{obj['FullyQualifiedName']}:{child['DisplayName']}"
                work.bump("Customer", child)
                self._inactivate_children(work, child)


class VendorRules(NameRules):
    def complete(self, work, new, old, sent):
        self.currency(work, new, old)
        self.opening(work, new, old)
        new.setdefault("BillRate", ZERO)
        new.setdefault("CostRate", ZERO)
        new.setdefault("Vendor1099", False)
        if not old and not work.switch("vendor_term_on_create"):
            new.pop("TermRef", None)
        if "TaxIdentifier" in sent and new.get("TaxIdentifier"):
            tail = new["TaxIdentifier"][-4:]
            new["TaxIdentifier"] = "X" * max(0, len(new["TaxIdentifier"]) - 4) + tail

    def opening_document(self, work, new, amount):
        account = work.company.account("OpeningBalanceEquity")
        line = {
            "Amount": amount,
            "DetailType": "AccountBasedExpenseLineDetail",
            "Description": "Opening Balance",
            "AccountBasedExpenseLineDetail": {"AccountRef": {"value": account}},
        }
        return "Bill", {"VendorRef": {"value": new["Id"]}, "Line": [line]}


class EmployeeRules(NameRules):
    def complete(self, work, new, old, sent):
        if not old and not (new.get("GivenName") or new.get("FamilyName")):
            raise fault(
                "2020",
                "Required parameter GivenName or FamilyName is missing in the request",
                "GivenName",
            )
        new.setdefault("BillableTime", False)
        if "SSN" in new:
            new["SSN"] = "XXX-XX-XXXX"
