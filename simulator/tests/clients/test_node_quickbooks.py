"""npm's node-quickbooks: a driver over its methods, and the tests it ships with."""

import shutil
from datetime import timedelta

from conftest import HERE, exercised, install_node, outcome, run

CLIENT = ("node-quickbooks@2.0.50",)
TOOLS = ("mocha@10.1.0", "expect@0.1.1", "async@0.9.0", "moment@2.30.1", "ramda@0.17.1")
# The package leaves out the two lists its tests read; these are the same kind of names.
QUERIES = (
    "account attachable bill billPayment budget class companyInfo creditMemo customer "
    "department deposit employee estimate invoice item journalEntry payment paymentMethod "
    "preferences purchase purchaseOrder refundReceipt salesReceipt taxAgency taxCode "
    "taxRate term timeActivity vendor vendorCredit transfer customerType companyCurrency "
    "exchangeRate journalCode"
)
REPORTS = (
    "BalanceSheet ProfitAndLoss ProfitAndLossDetail TrialBalance TrialBalanceFR CashFlow "
    "InventoryValuationSummary CustomerSales ItemSales CustomerIncome CustomerBalance "
    "CustomerBalanceDetail AgedReceivables AgedReceivableDetail VendorBalance "
    "VendorBalanceDetail AgedPayables AgedPayableDetail VendorExpenses TransactionList "
    "TransactionListWithSplits TransactionListByCustomer TransactionListByVendor "
    "GeneralLedgerDetail TaxSummary DepartmentSales ClassSales AccountListDetail "
    "JournalReport"
)
CONFIG = """
const QuickBooks = require('./index')
QuickBooks.V3_ENDPOINT_BASE_URL = process.env.SIM_URL + '/v3/company/'
module.exports = { consumerKey: process.env.SIM_ID, consumerSecret: process.env.SIM_SECRET,
  token: process.env.SIM_TOKEN, tokenSecret: false, realmId: process.env.SIM_REALM,
  useSandbox: true, debug: false, minorversion: 75, oauthversion: '2.0',
  refreshToken: process.env.SIM_REFRESH, testEmail: 'a@example.com' }
"""


def test_every_method_family(sim, environment, tmp_path):
    folder = install_node(*CLIENT, *TOOLS)
    since = sim.control.clock.now() - timedelta(hours=1)
    environment |= {
        "SIM_SINCE": since.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "SIM_TMP": str(tmp_path),
        "NODE_PATH": str(folder / "node_modules"),
    }
    result = outcome(run(["node", str(HERE / "drive_node_quickbooks.js")], environment))
    wrong = {
        name: steps
        for name, steps in result.items()
        if not all(value is True for value in steps.values())
    }
    assert wrong == {} and len(result["reports"]) >= 28
    exercised("node-quickbooks", CLIENT[0].partition("@")[2], result)
    assert sim.control.problems() == []


def test_its_own_tests(sim, environment, tmp_path):
    """All but cdc.js, which hands a moment object to date-fns and never calls back."""
    folder = install_node(*CLIENT, *TOOLS)
    copy = tmp_path / "node-quickbooks"
    shutil.copytree(folder / "node_modules" / "node-quickbooks", copy)
    (copy / "config.js").write_text(CONFIG)
    (copy / "build").mkdir()
    (copy / "build" / "query.txt").write_text("\n".join(QUERIES.split()))
    (copy / "build" / "report.txt").write_text("\n".join(REPORTS.split()))
    (copy / "node_modules").symlink_to(folder / "node_modules")
    text = run(
        [
            "node",
            str(folder / "node_modules" / "mocha" / "bin" / "mocha.js"),
            "--exit",
            "test/index.js",
            "test/batch.js",
        ],
        environment,
        cwd=copy,
    )
    assert "failing" not in text and "71 passing" in text, text[-3000:]
    exercised("node-quickbooks' own tests", CLIENT[0].partition("@")[2], ["71 of its 72 tests"])
