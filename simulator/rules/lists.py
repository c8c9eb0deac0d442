"""Items, accounts and the small lists (FACTS 5.5, 5.6, 5.21-5.28)."""

from __future__ import annotations

from .. import currencies
from ..errors import business, fault, missing
from ..money import ZERO
from ..settle import account_balance
from .accounts import CLASSIFICATION, DEFAULT_SUBTYPE, SYSTEM, TYPE_OF
from .base import Rules
from .naming import (
    check_revival,
    check_unique,
    deleted_name,
    forbid,
    normal,
    parent_chain,
    plain_name,
    rename_descendants,
)


class ListRules(Rules):
    """A named list; names are unique within it."""

    noun = "name"
    forbidden = ":\t\n"
    sub_flag = None

    def prepare(self, work, new, old, sent):
        check_revival(new, old, sent)
        kind = self.spec.name
        forbid("Name", new["Name"], self.forbidden)
        new["Name"] = normal(new["Name"])
        new.setdefault("Active", True)
        was = (old or {}).get("Active", True)
        mine = (kind, old["Id"]) if old else None
        if new["Active"]:
            new["Name"] = plain_name(new["Name"])
        elif was:
            self.inactivable(work, old or new)
            new["Name"] = deleted_name(work, [kind], "Name", plain_name(new["Name"]), mine)
        where, params = self.siblings(work, new)
        check_unique(work, kind, [kind], "Name", new, old, self.noun, where, params)
        if "FullyQualifiedName" in self.spec.fields:
            chain = parent_chain(work, kind, new)
            names = [link["Name"] for link in chain] + [new["Name"]]
            new["FullyQualifiedName"] = ":".join(names)
            if self.sub_flag:
                new[self.sub_flag] = bool(chain)
            self.nested(work, new, chain)
        self.complete(work, new, old, sent)

    def siblings(self, work, new):
        """Restriction of the uniqueness check: names repeat under different parents."""
        if "FullyQualifiedName" not in self.spec.fields:
            return "1", ()
        ref = new.get("ParentRef")
        parent = work.get(self.spec.name, ref["value"]) if ref else None
        prefix = f"{parent['FullyQualifiedName']}:" if parent else ""
        return "c_FullyQualifiedName = ? || c_Name", (prefix,)

    def inactivable(self, work, old):
        """Refuse by raising."""

    def needs_name(self, sent):
        """Some lists are only made inactive when the name is sent as well (FACTS 7.5)."""
        if sent.get("Active") is False and "Name" not in sent:
            raise missing("Name")

    def nested(self, work, new, chain):
        """Checks against the ancestors."""

    def complete(self, work, new, old, sent):
        """Defaults of one list."""

    def saved(self, work, new, old):
        if old and old.get("FullyQualifiedName") != new.get("FullyQualifiedName"):
            rename_descendants(work, self.spec.name, "Name", new)


class ClassRules(ListRules):
    sub_flag = "SubClass"

    def prepare(self, work, new, old, sent):
        self.needs_name(sent)
        super().prepare(work, new, old, sent)


class DepartmentRules(ListRules):
    sub_flag = "SubDepartment"


class TermRules(ListRules):
    forbidden = "\t\n"

    def complete(self, work, new, old, sent):
        if new.get("DueDays") is None and new.get("DayOfMonthDue") is None:
            new["DueDays"] = 0
        for name, low, high in (
            ("DueDays", 0, 999),
            ("DiscountDays", 0, 999),
            ("DayOfMonthDue", 1, 31),
            ("DueNextMonthDays", 0, 999),
            ("DiscountDayOfMonth", 0, 31),
            ("DiscountPercent", 0, 100),
        ):
            if new.get(name) is not None and not low <= new[name] <= high:
                raise fault(
                    "2240",
                    f"Number must be between {low} and {high}. Supplied value:{new[name]}",
                    name,
                )
        new["Type"] = "STANDARD" if new.get("DueDays") is not None else "DATE_DRIVEN"
        if new["Type"] == "STANDARD":
            new.setdefault("DiscountPercent", ZERO)
            new.setdefault("DiscountDays", 0)


class PaymentMethodRules(ListRules):
    forbidden = "\t\n"

    def complete(self, work, new, old, sent):
        new.setdefault("Type", "NON_CREDIT_CARD")


class AccountRules(ListRules):
    noun = "account"
    forbidden = '":\t\n'
    sub_flag = "SubAccount"

    def prepare(self, work, new, old, sent):
        self.needs_name(sent)
        super().prepare(work, new, old, sent)

    def inactivable(self, work, old):
        if old.get("AccountSubType") in SYSTEM:
            raise business("You can't make this account inactive because it is a system account.")

    def nested(self, work, new, chain):
        if chain and chain[-1].get("AccountType") != new.get(
            "AccountType", chain[-1].get("AccountType")
        ):
            raise fault("6430", "Invalid account type: the parent has another type", "AccountType")
        if chain and (
            new.get("AccountSubType") in SYSTEM or chain[-1].get("AccountSubType") in SYSTEM
        ):
            raise business("System accounts cannot have or be sub-accounts.")

    def complete(self, work, new, old, sent):
        kind, subtype = new.get("AccountType"), new.get("AccountSubType")
        if not kind and not subtype:
            raise fault(
                "6010",
                "Invalid account type : AccountType or AccountSubType is needed",
                "AccountType",
            )
        if not kind:
            kind = new["AccountType"] = TYPE_OF.get(subtype, "")
        if kind not in CLASSIFICATION:
            raise fault("2170", f"Invalid Enumeration : {kind or subtype}", "AccountType")
        if old and old["AccountType"] != kind and old.get("AccountSubType") in SYSTEM:
            raise business("You can't change the type of a system account.")
        if not subtype or TYPE_OF.get(subtype, kind) != kind:
            new["AccountSubType"] = DEFAULT_SUBTYPE[kind]
        new["Classification"] = CLASSIFICATION[kind]
        limit = 20 if work.company.country in ("AU", "CA") else 7
        if new.get("AcctNum") and (len(new["AcctNum"]) > limit or ":" in new["AcctNum"]):
            raise fault(
                "2050",
                "String length specified does not match the supported length. "
                f"Min:0 Max:{limit} supported. Supplied length:{len(new['AcctNum'])}",
                "AcctNum",
            )
        self._currency(work, new, old, kind)
        for name in ("CurrentBalance", "CurrentBalanceWithSubAccounts"):
            new[name] = (old or {}).get(name, ZERO)

    def _currency(self, work, new, old, kind):
        home = work.company.home_currency
        code = ((old or new).get("CurrencyRef") or {}).get("value") or home
        if code != home and (
            not work.company.multicurrency
            or kind not in ("Bank", "Credit Card", "Accounts Receivable", "Accounts Payable")
        ):
            raise business("You need to select a different type of account for this transaction.")
        new["CurrencyRef"] = currencies.ref(code)

    def view(self, company, obj, listing):
        """Balances are kept beside the object, because every posting moves them."""
        if obj.get("Classification") in ("Revenue", "Expense"):
            return obj
        own, total = account_balance(company, obj)
        return obj | {"CurrentBalance": own, "CurrentBalanceWithSubAccounts": total}


class CompanyCurrencyRules(Rules):
    def prepare(self, work, new, old, sent):
        code = new["Code"]
        if len(code) != 3 or not code.isalpha():
            raise fault("2220", f"Invalid Currency Type : {code}", "Code")
        new["Code"] = code.upper()
        new.setdefault("Name", currencies.NAMES.get(new["Code"], new["Code"]))
        new.setdefault("Active", True)
        if not work.company.multicurrency:
            raise business("Multicurrency is not enabled for this company.")
        for ident in work.store.ids("CompanyCurrency", "c_Code = ?", (new["Code"],)):
            if not old:
                self._exists(work, ident, sent)
        if old and old["Active"] and not new["Active"] and self._used(work, new["Code"]):
            raise business("You can't make this currency inactive because it is in use.")

    def _exists(self, work, ident, sent):
        current = work.get("CompanyCurrency", ident)
        if current.get("Active", True):
            raise fault("6240", f"The name supplied already exists. : Id={ident}", "Code")
        current["Active"] = True
        work.bump("CompanyCurrency", current)
        sent["answer"] = current

    def _used(self, work, code):
        home = work.company.home_currency
        return code == home or bool(
            work.store.run("SELECT 1 FROM {p}gl WHERE currency = ? LIMIT 1", (code,)).fetchone()
        )


class CompanyInfoRules(Rules):
    def prepare(self, work, new, old, sent):
        for name in ("CompanyAddr", "LegalAddr", "CustomerCommunicationAddr"):
            if name in new:
                before, sent_country = old.get(name) or {}, new[name].get("Country")
                new[name] = {"Id": before.get("Id") or work.address_id()} | {
                    k: v for k, v in new[name].items() if k != "Id"
                }
                if "Country" in before and ALPHA3.get(before["Country"]) == sent_country:
                    new[name]["Country"] = before["Country"]  # as it is shown
        new["Country"] = old.get("Country", "US")
        if old.get("WebAddr") == {}:
            new.setdefault("WebAddr", {})

    def view(self, company, obj, listing):
        """Country as alpha-3 and no coordinates since autumn 2025 (FACTS 2.7)."""
        seen = dict(obj)
        for name in ("CompanyAddr", "LegalAddr", "CustomerCommunicationAddr"):
            if name not in seen:
                continue
            seen[name] = dict(seen[name])
            if company.switch("country_alpha3"):
                code = ALPHA3.get(seen[name].get("Country"), company.country)
                seen[name]["Country"] = ALPHA3.get(code, code)
            if company.switch("lat_long"):
                seen[name] |= {"Lat": "INVALID", "Long": "INVALID"}
            else:
                seen[name].pop("Lat", None), seen[name].pop("Long", None)
        return seen


ALPHA3 = {
    "US": "USA",
    "CA": "CAN",
    "GB": "GBR",
    "AU": "AUS",
    "FR": "FRA",
    "USA": "USA",
    "United States": "USA",
    "CAN": "CAN",
    "GBR": "GBR",
    "AUS": "AUS",
    "Canada": "CAN",
    "United Kingdom": "GBR",
    "Australia": "AUS",
}


def like(stored, value):
    """A setting sent as text, as in XML, in the type of the stored one."""
    if isinstance(stored, bool) and value in ("true", "false"):
        return value == "true"
    if isinstance(stored, list) and isinstance(value, list) and len(stored) == len(value):
        return [like(one, other) for one, other in zip(stored, value, strict=True)]
    if isinstance(stored, dict) and isinstance(value, dict):
        return {key: like(stored.get(key), item) for key, item in value.items()}
    return value


SHOWN_SWITCHES = {
    "WarnDuplicateCheckNumber": "check_duplicate_warning",
    "WarnDuplicateBillNumber": "bill_duplicate_warning",
    "WarnDuplicateJournalNumber": "journal_duplicate_warning",
    "VendorAndPurchasesPrefs.UseCustomTxnNumbers": "custom_check_numbers",
}


class PreferencesRules(Rules):
    """Known blocks merge; read-only settings stay (FACTS 5.2)."""

    READ_ONLY = {
        "AccountingInfoPrefs": (
            "UseAccountNumbers",
            "FirstMonthOfFiscalYear",
            "TaxYearMonth",
            "TaxForm",
            "BookCloseDate",
        ),
        "ProductAndServicesPrefs": ("RevenueRecognitionEnabled", "RecognitionFrequencyType"),
        "SalesFormsPrefs": (
            "ETransactionEnabledStatus",
            "IPNSupportEnabled",
            "AutoApplyCredit",
            "AutoApplyPayments",
            "UsingPriceLevels",
            "UsingProgressInvoicing",
        ),
        "VendorAndPurchasesPrefs": ("TPAREnabled",),
        "TimeTrackingPrefs": ("WorkWeekStartDate", "MarkTimeEntriesBillable"),
        "TaxPrefs": ("UsingSalesTax", "PartnerTaxEnabled", "TaxGroupCodeRef"),
        "CurrencyPrefs": ("MultiCurrencyEnabled", "HomeCurrency"),
        "ReportPrefs": ("CalcAgingReportFromTxnDate",),
    }

    def prepare(self, work, new, old, sent):
        for name, block in list(new.items()):
            if name not in sent or not isinstance(block, dict):
                continue
            before = old.get(name) or {}
            locked = self.READ_ONLY.get(name, ())
            new[name] = before | {
                key: like(before.get(key), value)
                for key, value in block.items()
                if key not in locked
            }
        rows = (new.get("OtherPrefs") or {}).get("NameValue") or []
        kept = [row for row in rows if row.get("Name") not in SHOWN_SWITCHES]
        new["OtherPrefs"] = dict(new.get("OtherPrefs") or {}, NameValue=kept)
        for name in old:
            new.setdefault(name, old[name])

    def view(self, company, obj, listing):
        """The warnings that are switches here, among the other settings (FACTS 7.3)."""
        rows = (obj.get("OtherPrefs") or {}).get("NameValue") or []
        shown = [row for row in rows if row.get("Name") not in SHOWN_SWITCHES]
        shown += [
            {"Name": name, "Value": str(company.switch(switch)).lower()}
            for name, switch in SHOWN_SWITCHES.items()
        ]
        return obj | {"OtherPrefs": dict(obj.get("OtherPrefs") or {}, NameValue=shown)}


class TaxAgencyRules(Rules):
    def prepare(self, work, new, old, sent):
        check_unique(work, "TaxAgency", ["TaxAgency"], "DisplayName", new, old, "tax agency")
        new.setdefault("TaxTrackedOnSales", True)
        new.setdefault("TaxTrackedOnPurchases", not work.company.is_us)


class CustomerTypeRules(ListRules):
    pass


class JournalCodeRules(ListRules):
    def complete(self, work, new, old, sent):
        new.setdefault("Type", "Others")
