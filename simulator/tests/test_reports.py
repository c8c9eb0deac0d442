"""FACTS 12: reports, and that they agree with the ledger."""

from decimal import Decimal

import pytest
from conftest import expense, invoice, payment


def report(qbo, name, **params):
    return qbo.ok(qbo.get(f"/reports/{name}", **params))


def keys(found):
    return [column["MetaData"][0]["Value"] for column in found["Columns"]["Column"]]


def grand_total(found):
    rows = [row for row in found["Rows"]["Row"] if row.get("group") == "GrandTotal"]
    return [cell["value"] for cell in rows[-1]["Summary"]["ColData"]]


def walk(rows):
    for row in rows.get("Row", []):
        yield row
        yield from walk(row.get("Rows", {}))


@pytest.mark.parametrize(
    "name",
    [
        "AgedReceivables",
        "AgedPayables",
        "AgedReceivableDetail",
        "AgedPayableDetail",
        "TransactionList",
        "TransactionListWithSplits",
        "GeneralLedger",
        "ProfitAndLoss",
        "BalanceSheet",
        "TrialBalance",
        "CustomerBalance",
        "VendorBalance",
        "AccountList",
        "TaxSummary",
        "JournalReport",
        "CashFlow",
        "CustomerSales",
        "ItemSales",
        "VendorExpenses",
        "CustomerIncome",
        "InventoryValuationSummary",
    ],
)
def test_12_shape(qbo, name):
    found = report(qbo, name)
    assert set(found) == {"Header", "Columns", "Rows"} and "time" not in found
    assert found["Header"]["ReportName"] == name and found["Header"]["Currency"] == "USD"
    assert {"Name": "NoReportData", "Value": "false"} in found["Header"]["Option"]
    for row in walk(found["Rows"]):
        assert row["type"] in ("Data", "Section")
        cells = row.get("ColData") or row.get("Summary", {}).get("ColData") or []
        assert all(isinstance(cell["value"], str) for cell in cells)


def test_12_no_data(qbo):
    found = report(qbo, "TransactionList", start_date="2001-01-01", end_date="2001-01-31")
    assert found["Rows"] == {}
    assert {"Name": "NoReportData", "Value": "true"} in found["Header"]["Option"]


def test_12_profit_and_loss_without_data(qbo):
    found = report(qbo, "ProfitAndLoss", start_date="2001-01-01", end_date="2001-01-31")
    assert [row["group"] for row in found["Rows"]["Row"]] == [
        "GrossProfit",
        "NetOperatingIncome",
        "NetIncome",
    ]
    assert {"Name": "NoReportData", "Value": "true"} in found["Header"]["Option"]


def test_12_unknown_report(qbo):
    qbo.fault(qbo.get("/reports/Nonsense"), "500")


def test_12_aged_receivables_equal_the_balances(qbo):
    found = report(qbo, "AgedReceivables")
    titles = [column["ColTitle"] for column in found["Columns"]["Column"]]
    assert titles == ["", "Current", "1 - 30", "31 - 60", "61 - 90", "91 and over", "Total"]
    rows = {
        row["ColData"][0]["id"]: row["ColData"][-1]["value"]
        for row in found["Rows"]["Row"]
        if row["type"] == "Data"
    }
    for customer in qbo.rows("Customer", "select * from Customer maxresults 1000"):
        assert Decimal(rows.get(customer["Id"]) or 0) == customer["Balance"]
    account = qbo.read("Account", "84")["CurrentBalance"]
    assert Decimal(grand_total(found)[-1]) == account


def test_12_aged_payables_equal_the_account(qbo):
    assert (
        Decimal(grand_total(report(qbo, "AgedPayables"))[-1])
        == -qbo.read("Account", "33")["CurrentBalance"]
    )


def test_12_aging_periods_follow_the_due_date(qbo, sim):
    fresh = qbo.create("Customer", {"DisplayName": "Late"})["Id"]
    today = sim.control.clock.today()
    from datetime import timedelta

    for days in (0, 1, 31, 61, 91):
        qbo.create(
            "Invoice",
            invoice(
                10 + days,
                customer=fresh,
                DueDate=(today - timedelta(days=days)).isoformat(),
                TxnDate="2026-01-01",
            ),
        )
    row = next(
        row
        for row in report(qbo, "AgedReceivables", customer=fresh)["Rows"]["Row"]
        if row["type"] == "Data"
    )
    assert [cell["value"] for cell in row["ColData"][1:]] == [
        "10.00",
        "11.00",
        "41.00",
        "71.00",
        "101.00",
        "234.00",
    ]
    wide = report(qbo, "AgedReceivables", customer=fresh, num_periods="2", aging_period="60")
    assert [c["ColTitle"] for c in wide["Columns"]["Column"]][1:3] == ["Current", "1 - 60"]


def test_12_trial_balance_balances(qbo):
    _total, debit, credit = grand_total(report(qbo, "TrialBalance"))
    assert debit == credit and Decimal(debit) > 0


def test_12_balance_sheet_balances(qbo):
    rows = report(qbo, "BalanceSheet")["Rows"]["Row"]
    values = [row["Summary"]["ColData"][1]["value"] for row in rows]
    assert values[0] == values[1] and Decimal(values[0]) > 0


def test_12_profit_and_loss_groups(qbo):
    rows = report(qbo, "ProfitAndLoss", date_macro="This Year")["Rows"]["Row"]
    groups = {row["group"]: row["Summary"]["ColData"][1]["value"] for row in rows}
    assert {"Income", "COGS", "GrossProfit", "Expenses", "NetOperatingIncome", "NetIncome"} <= set(
        groups
    )
    money = {key: Decimal(value or 0) for key, value in groups.items()}
    assert money["Income"] - money["COGS"] == money["GrossProfit"]
    assert money["GrossProfit"] - money["Expenses"] == money["NetOperatingIncome"]


def test_12_by_month(qbo):
    found = report(qbo, "ProfitAndLoss", date_macro="This Year", summarize_column_by="Month")
    assert len(found["Columns"]["Column"]) == 14
    first = {mark["Name"]: mark["Value"] for mark in found["Columns"]["Column"][1]["MetaData"]}
    assert first["StartDate"].endswith("-01-01") and first["EndDate"].endswith("-01-31")
    rows = {
        row["group"]: [cell["value"] for cell in row["Summary"]["ColData"]]
        for row in found["Rows"]["Row"]
    }
    parts = [Decimal(value or 0) for value in rows["Income"][1:]]
    assert sum(parts[:-1]) == parts[-1]


def test_12_by_day_is_capped(qbo):
    found = report(
        qbo,
        "ProfitAndLoss",
        start_date="2026-01-01",
        end_date="2026-12-31",
        summarize_column_by="Days",
    )
    titles = [column["ColTitle"] for column in found["Columns"]["Column"]]
    assert len(titles) == 103 and titles[-2:] == ["Others", "Total"]


def test_12_cash_basis(qbo, sim):
    day = sim.control.clock.today().isoformat()
    made = qbo.create("Invoice", invoice(100, customer="2"))

    def income(method):
        rows = report(qbo, "ProfitAndLoss", start_date=day, end_date=day, accounting_method=method)[
            "Rows"
        ].get("Row", [])
        return next(
            (
                Decimal(row["Summary"]["ColData"][1]["value"] or 0)
                for row in rows
                if row["group"] == "Income"
            ),
            0,
        )

    assert income("Accrual") == 100 and income("Cash") == 0
    qbo.create("Payment", payment(40, (made["Id"], 40), customer="2"))
    assert income("Accrual") == 100 and income("Cash") == 40


def test_12_general_ledger(qbo):
    found = report(qbo, "GeneralLedger", date_macro="This Year", account="35")
    assert keys(found) == [
        "tx_date",
        "txn_type",
        "doc_num",
        "name",
        "memo",
        "split_acc",
        "subt_nat_amount",
        "rbal_nat_amount",
    ]
    account = found["Rows"]["Row"][0]
    assert account["Header"]["ColData"][0]["id"] == "35"
    assert account["Summary"]["ColData"][0]["value"] == "Total for Checking"
    balance = account["Rows"]["Row"][-1]["ColData"][-1]["value"]
    assert Decimal(balance) == qbo.read("Account", "35")["CurrentBalance"]


def test_12_general_ledger_beginning_balance(qbo):
    found = report(qbo, "GeneralLedger", account="39")
    row = found["Rows"]["Row"][0]["Rows"]["Row"][0]
    assert row["ColData"][0]["value"] == "Beginning Balance"
    assert row["ColData"][-1]["value"] == "13495.00"


def test_12_transaction_list(qbo, sim):
    day = sim.control.clock.today().isoformat()
    made = qbo.create("Invoice", invoice(77, PrivateNote="memo"))
    found = report(qbo, "TransactionList", start_date=day, end_date=day)
    row = next(row for row in found["Rows"]["Row"] if row["ColData"][1].get("id") == made["Id"])
    values = dict(zip(keys(found), [cell["value"] for cell in row["ColData"]], strict=True))
    assert values["txn_type"] == "Invoice" and values["subt_nat_amount"] == "77.00"
    assert values["is_no_post"] == "Yes" and values["memo"] == "memo"
    assert values["account_name"] == "Accounts Receivable (A/R)"


def test_12_journal_balances(qbo):
    values = grand_total(report(qbo, "JournalReport", date_macro="All"))
    assert values[-1] == values[-2]


def test_12_old_shape_by_switch(qbo, sim):
    new = report(qbo, "GeneralLedger", date_macro="This Year")
    sim.control.switch("report_shape", "old")
    old = report(qbo, "GeneralLedger", date_macro="This Year")
    assert new["Columns"]["Column"][0]["ColTitle"] == "Transaction date"
    assert old["Columns"]["Column"][0]["ColTitle"] == "Date"
    splits = [row["ColData"][5]["value"] for row in walk(old["Rows"]) if "ColData" in row]
    assert "-Split-" in splits
    assert "-Split-" not in [
        row["ColData"][5]["value"] for row in walk(new["Rows"]) if "ColData" in row
    ]


@pytest.mark.parametrize(
    "macro, start, end",
    [
        ("Today", "2026-08-19", "2026-08-19"),
        ("Yesterday", "2026-08-18", "2026-08-18"),
        ("This Month", "2026-08-01", "2026-08-31"),
        ("Last Month", "2026-07-01", "2026-07-31"),
        ("This Month-to-date", "2026-08-01", "2026-08-19"),
        ("This Fiscal Quarter", "2026-07-01", "2026-09-30"),
        ("Last Quarter", "2026-04-01", "2026-06-30"),
        ("This Year", "2026-01-01", "2026-12-31"),
        ("Last Fiscal Year", "2025-01-01", "2025-12-31"),
        ("This Week", "2026-08-16", "2026-08-22"),
        ("Next Month", "2026-09-01", "2026-09-30"),
    ],
)
def test_12_date_macros(macro, start, end):
    from datetime import date

    from simulator.reports.common import macro_period

    assert [d.isoformat() for d in macro_period(macro, date(2026, 8, 19))] == [start, end]


def test_12_tax_summary(qbo, sim):
    day = sim.control.clock.today().isoformat()
    qbo.create(
        "Invoice",
        invoice(100)
        | {
            "Line": [
                {
                    "Amount": 100,
                    "DetailType": "SalesItemLineDetail",
                    "SalesItemLineDetail": {
                        "ItemRef": {"value": "1"},
                        "TaxCodeRef": {"value": "TAX"},
                    },
                }
            ],
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}},
        },
    )
    rows = report(qbo, "TaxSummary", start_date=day, end_date=day)["Rows"]["Row"]
    assert [cell["value"] for cell in rows[-1]["ColData"]] == ["California", "8.00", "100.00"]


def test_reports_after_foreign_documents(qbo, sim):
    sim.control.preference("MultiCurrencyEnabled", True)
    vendor = qbo.create("Vendor", {"DisplayName": "EV", "CurrencyRef": {"value": "EUR"}})
    qbo.create(
        "Bill", {"VendorRef": {"value": vendor["Id"]}, "ExchangeRate": 1.1, "Line": [expense(100)]}
    )
    found = report(qbo, "AgedPayables")
    row = next(
        row for row in found["Rows"]["Row"] if row.get("ColData", [{}])[0].get("id") == vendor["Id"]
    )
    assert row["ColData"][-1]["value"] == "110.00"
