"""Exchange rates, time activities, attachables and recurring templates."""

from __future__ import annotations

from ..errors import business, fault, missing
from ..money import plain
from ..schema import BY_LOWER
from .base import Rules


class ExchangeRateRules(Rules):
    """One rate per currency and day; writing it again replaces it (FACTS 5.28)."""

    def prepare(self, work, new, old, sent):
        company = work.company
        if not company.multicurrency:
            raise business("Multicurrency is not enabled for this company.")
        code = new["SourceCurrencyCode"]
        if code == company.home_currency:
            raise business("The home currency can't have an exchange rate.")
        if not work.store.ids("CompanyCurrency", "c_Code = ?", (code,)):
            raise fault("2220", f"Invalid Currency Type : {code}", "SourceCurrencyCode")
        new.setdefault("TargetCurrencyCode", company.home_currency)
        new["Rate"] = plain(1 if code == new["TargetCurrencyCode"] else new["Rate"])


class TimeActivityRules(Rules):
    def prepare(self, work, new, old, sent):
        name = {"Employee": "EmployeeRef", "Vendor": "VendorRef"}.get(new["NameOf"])
        if name and name not in new:
            raise missing(name)
        new.setdefault("TxnDate", work.today)
        new.setdefault("BillableStatus", "NotBillable")
        if new["BillableStatus"] == "Billable" and "CustomerRef" not in new:
            raise fault("6310", "A billable line needs a customer", "CustomerRef")


class AttachableRules(Rules):
    """Notes and files; the target of a link must exist (FACTS 11)."""

    def prepare(self, work, new, old, sent):
        if not new.get("FileName") and not new.get("Note"):
            raise missing("FileName")
        refs = new.get("AttachableRef")
        if isinstance(refs, dict):
            refs = new["AttachableRef"] = [refs]
        for item in refs or []:
            target = item.get("EntityRef") if isinstance(item, dict) else None
            if target:
                self._check(work, target)
                item.setdefault("IncludeOnSend", False)

    def _check(self, work, target):
        kind, ident = str(target.get("type") or target.get("Type")), str(target.get("value"))
        spec = BY_LOWER.get(kind.lower())
        if spec is None:
            raise fault("6050", f"Invalid EntityRef.type : {kind}", "AttachableRef")
        if not work.store.exists(spec.name, ident):
            raise business(
                f"The entity {spec.name} {ident} that you are trying to link does not "
                f"exist. {spec.name} {ident}"
            )
        target["value"], target["type"] = ident, spec.name
        target.pop("Type", None)


class RecurringRules(Rules):
    """A template wraps one transaction; it is stored, not executed."""

    def prepare(self, work, new, old, sent):
        inner = next((new[k] for k in new if isinstance(new[k], dict) and k != "MetaData"), None)
        if inner is None or "RecurringInfo" not in inner:
            raise missing("RecurringInfo")
