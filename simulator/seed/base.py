"""Settings, chart of accounts, taxes, terms: what every company has, even an empty one."""

from __future__ import annotations

import copy
from decimal import Decimal

from .. import lifecycle
from ..schema import ENTITIES
from ..work import Work

PREFERENCES = {
    "AccountingInfoPrefs": {
        "UseAccountNumbers": False,
        "TrackDepartments": True,
        "ClassTrackingPerTxn": False,
        "ClassTrackingPerTxnLine": True,
        "FirstMonthOfFiscalYear": "January",
        "TaxYearMonth": "January",
        "CustomerTerminology": "Customers",
        "DepartmentTerminology": "Location",
    },
    "ProductAndServicesPrefs": {
        "ForSales": True,
        "ForPurchase": True,
        "QuantityWithPriceAndRate": True,
        "QuantityOnHand": True,
        "RevenueRecognitionEnabled": False,
    },
    "SalesFormsPrefs": {
        "CustomField": [
            {
                "CustomField": [
                    {
                        "Name": f"SalesFormsPrefs.UseSalesCustom{n}",
                        "Type": "BooleanType",
                        "BooleanValue": False,
                    }
                    for n in (1, 2, 3)
                ]
            },
            {
                "CustomField": [
                    {
                        "Name": "SalesFormsPrefs.SalesCustomName1",
                        "Type": "StringType",
                        "StringValue": "Crew #",
                    }
                ]
            },
        ],
        "CustomTxnNumbers": False,
        "EmailCopyToCompany": False,
        "AllowDeposit": True,
        "AllowDiscount": True,
        "DefaultDiscountAccount": "86",
        "AllowEstimates": True,
        "ETransactionEnabledStatus": "NotApplicable",
        "ETransactionAttachPDF": False,
        "ETransactionPaymentEnabled": False,
        "IPNSupportEnabled": False,
        "AllowServiceDate": False,
        "AllowShipping": True,
        "AutoApplyCredit": False,
        "AutoApplyPayments": False,
        "UsingPriceLevels": False,
        "UsingProgressInvoicing": False,
        "DefaultTerms": {"value": "3"},
        "DefaultCustomerMessage": "Thank you for your business.",
    },
    "EmailMessagesPrefs": {
        name: {"Subject": f"{label} from {{company}}", "Message": f"Your {label} is attached."}
        for name, label in (
            ("InvoiceMessage", "Invoice"),
            ("EstimateMessage", "Estimate"),
            ("SalesReceiptMessage", "Sales Receipt"),
            ("StatementMessage", "Statement"),
        )
    },
    "VendorAndPurchasesPrefs": {
        "TrackingByCustomer": True,
        "BillableExpenseTracking": True,
        "TPAREnabled": False,
        "POCustomField": [],
    },
    "TimeTrackingPrefs": {
        "UseServices": True,
        "BillCustomers": True,
        "ShowBillRateToAll": False,
        "WorkWeekStartDate": "Monday",
        "MarkTimeEntriesBillable": True,
    },
    "TaxPrefs": {"UsingSalesTax": True, "TaxGroupCodeRef": {"value": "2"}},
    "CurrencyPrefs": {"MultiCurrencyEnabled": False, "HomeCurrency": {"value": "USD"}},
    "ReportPrefs": {"ReportBasis": "Accrual", "CalcAgingReportFromTxnDate": False},
    "OtherPrefs": {
        "NameValue": [
            {
                "Name": "SalesFormsPrefs.DefaultCustomerMessage",
                "Value": "Thank you for your business.",
            },
            {"Name": "SalesFormsPrefs.DefaultItem", "Value": "1"},
            {"Name": "DTXCopyMemo", "Value": "false"},
            {"Name": "UncategorizedAssetAccountId", "Value": "32"},
            {"Name": "UncategorizedIncomeAccountId", "Value": "30"},
            {"Name": "UncategorizedExpenseAccountId", "Value": "31"},
        ]
    },
}
TERMS = (
    ("1", "Due on receipt", 0),
    ("2", "Net 15", 15),
    ("3", "Net 30", 30),
    ("4", "Net 60", 60),
    ("5", "Net 10", 10),
)
METHODS = (
    ("1", "Cash", "NON_CREDIT_CARD"),
    ("2", "Check", "NON_CREDIT_CARD"),
    ("3", "Visa", "CREDIT_CARD"),
    ("4", "MasterCard", "CREDIT_CARD"),
    ("5", "Discover", "CREDIT_CARD"),
    ("6", "American Express", "CREDIT_CARD"),
    ("7", "Diners Club", "CREDIT_CARD"),
)


def plant_base(company, data):
    _settings(company, data)
    _accounts(company, data)
    _taxes(company, data)
    for ident, name, days in TERMS:
        make(company, "Term", {"Name": name, "DueDays": days}, ident)
    for ident, name, kind in METHODS:
        make(company, "PaymentMethod", {"Name": name, "Type": kind}, ident)
    _items(company, data, basic=True)
    company.forget_cache()


def make(company, kind, body, ident=None):
    """Create through the ordinary rules, with a given id."""
    work = Work(company)
    work.forced_id = ident
    obj = lifecycle.write(work, kind, body, force_create=True)
    work.flush()
    if ident and ident.isdigit():
        if ENTITIES[kind].space not in ("long", "Account"):
            company.store.raise_to(f"id:{ENTITIES[kind].space}", int(ident))
    return obj


def _put(company, kind, obj, ident):
    """Store as it is, with system attributes."""
    work = Work(company)
    work.create(kind, obj, ident)
    work.flush()
    return obj


def _settings(company, data):
    info = copy.deepcopy(data.COMPANY)
    address = info.pop("address")
    for name in ("CompanyAddr", "CustomerCommunicationAddr", "LegalAddr"):
        info[name] = {"Id": "1"} | address
    company.store.raise_to("id:address", 1)
    names = {
        "IndustryType": "Landscaping Services",
        "IndustryCode": "561730",
        "CompanyType": "Other",
        "SubscriptionStatus": "SUBSCRIBED",
        "OfferingSku": "QuickBooks Online Plus",
        "PayrollFeature": "false",
        "AccountantFeature": "false",
        "QBOIndustryType": "Landscaping Services",
        "ItemCategoriesFeature": "true",
    }
    info |= {
        "SupportedLanguages": "en",
        "FiscalYearStartMonth": "January",
        "CompanyStartDate": company.clock.today().isoformat(),
        "WebAddr": {},
        "NameValue": [{"Name": k, "Value": v} for k, v in names.items()],
    }
    _put(company, "CompanyInfo", info, "1")
    prefs = copy.deepcopy(PREFERENCES)
    for block, values in data.PREFERENCES.items():
        prefs[block] = prefs[block] | values
    _put(company, "Preferences", prefs, "1")
    company.forget_cache()


def _accounts(company, data):
    for line in data.ACCOUNTS.strip().splitlines():
        ident, name, kind, subtype, parent = (line.split("|") + ["", ""])[:5]
        body = {"Name": name, "AccountType": kind}
        if subtype:
            body["AccountSubType"] = subtype
        if parent:
            body |= {"SubAccount": True, "ParentRef": {"value": parent}}
        make(company, "Account", body, ident)


def _taxes(company, data):
    for ident, name, tracked in data.AGENCIES:
        _put(
            company,
            "TaxAgency",
            {"DisplayName": name, "TaxTrackedOnSales": True, "TaxTrackedOnPurchases": tracked},
            ident,
        )
    for ident, name, percent, agency, *special in data.RATES:
        value = Decimal(percent)
        _put(
            company,
            "TaxRate",
            {
                "Name": name,
                "Description": name,
                "Active": True,
                "RateValue": value,
                "AgencyRef": {"value": agency},
                "EffectiveTaxRate": [
                    {"RateValue": value, "EffectiveDate": "2016-01-01T00:00:00-08:00"}
                ],
                "SpecialTaxType": special[0] if special else "NONE",
                "DisplayType": "ReadOnly",
            },
            ident,
        )
    for ident, name, description, sales, purchases in data.CODES:
        _put(
            company,
            "TaxCode",
            {
                "Name": name,
                "Description": description,
                "Active": True,
                "Hidden": False,
                "Taxable": True,
                "TaxGroup": True,
                "SalesTaxRateList": _rate_list(sales),
                "PurchaseTaxRateList": _rate_list(purchases),
                "TaxCodeConfigType": "SYSTEM_GENERATED",
            },
            ident,
        )
        if ident.isdigit():
            company.store.raise_to("id:TaxCode", int(ident))
    for ident, *_rest in data.AGENCIES:
        company.store.raise_to("id:TaxAgency", int(ident))
    for ident, *_rest in data.RATES:
        company.store.raise_to("id:TaxRate", int(ident))
    if company.is_us:
        _pseudo_codes(company)


def _rate_list(rates):
    details = []
    for order, rate in enumerate(rates):
        ident, _, applied = rate.partition(":")
        details.append(
            {
                "TaxRateRef": {"value": ident},
                "TaxTypeApplicable": applied or "TaxOnAmount",
                "TaxOrder": order,
            }
        )
    return {"TaxRateDetail": details}


def _pseudo_codes(company):
    """TAX, NON and CustomSalesTax have neither token nor domain (FACTS 8.2)."""
    stamp = Work(company).stamp
    meta = {"CreateTime": stamp, "LastUpdatedTime": stamp}
    for ident, taxable, group in (
        ("TAX", True, False),
        ("NON", False, False),
        ("CustomSalesTax", True, True),
    ):
        company.store.write(
            "TaxCode",
            {
                "Name": ident,
                "Description": ident,
                "Active": True,
                "Hidden": False,
                "Taxable": taxable,
                "TaxGroup": group,
                "Id": ident,
                "MetaData": meta,
            },
        )


def _items(company, data, basic):
    """The first two services belong to every company, the rest to the seed."""
    for row in data.ITEMS:
        ident, name, price, kind, income, taxable, extra = row
        if basic != (int(ident) <= 2):
            continue
        body = {
            "Name": name,
            "Type": kind,
            "UnitPrice": Decimal(price),
            "Taxable": taxable,
            "IncomeAccountRef": {"value": income},
        } | extra
        make(company, "Item", body, ident)


def plant_items(company, data):
    _items(company, data, basic=False)
