"""``POST /taxservice/taxcode`` and exchange rate look-ups (FACTS 5.22, 5.28)."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from . import rates
from .errors import Fault, bad_property, bad_reference, business, error, missing
from .jsontext import Raw
from .money import plain
from .rules.naming import holder
from .work import Work


def create(company, body):
    """A new tax code with its rates; the answer has neither wrapper nor time."""
    if not isinstance(body, dict):
        raise bad_property("failed to parse json object; a property")
    name, details = body.get("TaxCode"), body.get("TaxRateDetails") or []
    if not name or not details:
        raise missing(*[n for n, v in (("TaxCode", name), ("TaxRateDetails", details)) if not v])
    work = Work(company)
    if holder(work.store, ["TaxCode"], "Name", name):
        raise _taken("Another tax code is already using this \nname. Please use a different name.")
    lists, answered = {"Sales": [], "Purchase": []}, []
    for detail in details:
        rate, applies = _rate(work, detail)
        lists[applies].append(
            {
                "TaxRateRef": {"value": rate["Id"]},
                "TaxTypeApplicable": "TaxOnAmount",
                "TaxOrder": len(lists[applies]),
            }
        )
        answered.append(
            {
                "TaxRateName": rate["Name"],
                "TaxRateId": rate["Id"],
                "RateValue": rate["RateValue"],
                "TaxAgencyId": (rate.get("AgencyRef") or {}).get("value"),
                "TaxApplicableOn": applies,
            }
        )
    code = work.create(
        "TaxCode",
        {
            "Name": name,
            "Description": name,
            "Active": True,
            "Hidden": False,
            "Taxable": True,
            "TaxGroup": True,
            "SalesTaxRateList": {"TaxRateDetail": lists["Sales"]},
            "PurchaseTaxRateList": {"TaxRateDetail": lists["Purchase"]},
            "TaxCodeConfigType": "USER_DEFINED",
        },
    )
    work.flush()
    return {"TaxCode": name, "TaxCodeId": code["Id"], "TaxRateDetails": answered}


def _taken(tail):
    return Fault([error("6240", f"The name supplied already exists. : {tail}", "Name")])


def _rate(work, detail):
    applies = detail.get("TaxApplicableOn") or "Sales"
    if applies not in ("Sales", "Purchase"):
        raise Fault([error("2170", f"Invalid Enumeration : {applies}", "TaxApplicableOn")])
    if detail.get("TaxRateId"):
        rate = work.get("TaxRate", str(detail["TaxRateId"]))
        if rate is None:
            raise bad_reference("TaxRates", detail["TaxRateId"])
        return rate, applies
    absent = [n for n in ("TaxRateName", "RateValue", "TaxAgencyId") if detail.get(n) is None]
    if absent:
        raise missing(*absent)
    if holder(work.store, ["TaxRate"], "Name", detail["TaxRateName"]):
        raise _taken("Another tax rate is already using this \nname. Please use a different name.")
    agency = str(detail["TaxAgencyId"])
    if not work.store.exists("TaxAgency", agency):
        raise bad_reference("TaxAgencies", agency)
    value = _percent(detail["RateValue"])
    return work.create(
        "TaxRate",
        {
            "Name": detail["TaxRateName"],
            "Description": detail["TaxRateName"],
            "Active": True,
            "RateValue": value,
            "AgencyRef": {"value": agency},
            "SpecialTaxType": "NONE",
            "EffectiveTaxRate": [{"RateValue": value, "EffectiveDate": work.stamp}],
            "DisplayType": "ReadOnly",
        },
    ), applies


def _percent(value):
    try:
        number = Decimal(str(value))
    except InvalidOperation:
        raise bad_property("failed to parse json object; a property") from None
    if not 0 <= number <= 100:
        raise Fault([error("2150", f"Invalid Percent : {value}", "RateValue")])
    return plain(number)


def rate_answer(company, code, day):
    """An exchange rate for a day, stored or from the built-in table."""
    if not company.multicurrency:
        raise business("Multicurrency is not enabled for this company.")
    oldest = company.clock.today().replace(day=1)
    if day < oldest.replace(year=oldest.year - 3).isoformat():
        raise business("Exchange rates are available for the last 3 years only.")
    known = company.store.ids("CompanyCurrency", "c_Code = ? AND c_Active = 1", (code,))
    if not known:
        raise Fault([error("2220", f"Invalid Currency Type : {code}", "SourceCurrencyCode")])
    stored = company.store.text("ExchangeRate", f"{code}/{day}")
    if stored:
        return Raw(stored[0])
    work = Work(company)
    rate = 1 if code == company.home_currency else rates.find(work, code, day)
    return {
        "SourceCurrencyCode": code,
        "TargetCurrencyCode": company.home_currency,
        "Rate": rate,
        "AsOfDate": day,
        "MetaData": {"LastUpdatedTime": work.stamp},
    }
