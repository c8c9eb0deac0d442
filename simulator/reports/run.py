"""Dispatch of ``/reports/{Name}``."""

from __future__ import annotations

from functools import partial
from urllib.parse import parse_qsl

from ..errors import unsupported
from . import aging, ledgers, statements

SALES = (("Invoice", 1), ("SalesReceipt", 1), ("CreditMemo", -1), ("RefundReceipt", -1))
SPENT = (("Bill", 1), ("VendorCredit", -1))
REPORTS = {
    "AgedReceivables": partial(aging.aged, payables=False),
    "AgedPayables": partial(aging.aged, payables=True),
    "AgedReceivableDetail": partial(aging.aged_detail, payables=False),
    "AgedPayableDetail": partial(aging.aged_detail, payables=True),
    "CustomerBalance": partial(aging.balances, payables=False),
    "CustomerBalanceDetail": partial(aging.aged_detail, payables=False),
    "VendorBalance": partial(aging.balances, payables=True),
    "VendorBalanceDetail": partial(aging.aged_detail, payables=True),
    "ProfitAndLoss": statements.profit_and_loss,
    "BalanceSheet": statements.balance_sheet,
    "TrialBalance": statements.trial_balance,
    "TrialBalanceFR": statements.trial_balance,
    "CashFlow": statements.cash_flow,
    "GeneralLedger": ledgers.general_ledger,
    "ProfitAndLossDetail": ledgers.general_ledger,
    "TransactionList": ledgers.transaction_list,
    "TransactionListByCustomer": ledgers.transaction_list,
    "TransactionListByVendor": ledgers.transaction_list,
    "TransactionListWithSplits": ledgers.with_splits,
    "JournalReport": ledgers.journal,
    "AccountList": ledgers.account_list,
    "AccountListDetail": ledgers.account_list,
    "TaxSummary": ledgers.tax_summary,
    "CustomerSales": ledgers.by_party("CustomerSales", SALES, "CustomerRef", "Customer"),
    "CustomerIncome": ledgers.by_party("CustomerIncome", SALES, "CustomerRef", "Customer"),
    "ItemSales": ledgers.by_party("ItemSales", SALES, "ItemRef", "Product/Service"),
    "ClassSales": ledgers.by_party("ClassSales", SALES, "ClassRef", "Class"),
    "DepartmentSales": ledgers.by_party("DepartmentSales", SALES, "DepartmentRef", "Location"),
    "VendorExpenses": ledgers.by_party("VendorExpenses", SPENT, "VendorRef", "Vendor"),
    "InventoryValuationSummary": ledgers.stock,
}
_BY_LOWER = {name.lower(): name for name in REPORTS}


def run(company, name, params):
    """The bare report object; unknown names are unsupported."""
    known = _BY_LOWER.get(name.lower())
    if known is None:
        raise unsupported(f"report {name}")
    result = REPORTS[known](company, params)
    result["Header"]["ReportName"] = known
    return result


def run_path(company, text):
    name, _, tail = text.strip("/").partition("?")
    return run(company, name, dict(parse_qsl(tail)))
