"""CompanyInfo and Preferences as the few rules the connector lives by (FACTS 5.1, 5.2, 8.1)."""

from __future__ import annotations


def read_profile(company: dict, preferences: dict) -> dict:
    """Keyword arguments of :class:`..model.CompanyProfile`.

    ``PartnerTaxEnabled`` true means automated sales tax that is set up; false or absent means the
    company's own tax codes count.
    """
    tax = preferences.get("TaxPrefs") or {}
    currency = preferences.get("CurrencyPrefs") or {}
    sales = preferences.get("SalesFormsPrefs") or {}
    accounting = preferences.get("AccountingInfoPrefs") or {}
    purchases = preferences.get("VendorAndPurchasesPrefs") or {}
    return {
        "country": company.get("Country") or "US",
        "home_currency": (currency.get("HomeCurrency") or {}).get("value") or "USD",
        "multicurrency": bool(currency.get("MultiCurrencyEnabled")),
        "using_sales_tax": bool(tax.get("UsingSalesTax")),
        "automated_sales_tax": bool(tax.get("UsingSalesTax") and tax.get("PartnerTaxEnabled")),
        "custom_txn_numbers": bool(sales.get("CustomTxnNumbers")),
        "book_close_date": accounting.get("BookCloseDate") or None,
        "auto_apply_credit": bool(sales.get("AutoApplyCredit") or sales.get("AutoApplyPayments")),
        "allow_discount": bool(sales.get("AllowDiscount")),
        "allow_shipping": bool(sales.get("AllowShipping")),
        "class_per_line": bool(accounting.get("ClassTrackingPerTxnLine")),
        "class_per_txn": bool(accounting.get("ClassTrackingPerTxn")),
        "track_departments": bool(accounting.get("TrackDepartments")),
        "track_customers": bool(purchases.get("TrackingByCustomer", True)),
        "billable_expenses": bool(purchases.get("BillableExpenseTracking")),
    }
