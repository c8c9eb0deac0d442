"""Profit and loss, balance sheet, trial balance, cash flow: sums of the ledger by account."""

from __future__ import annotations

from datetime import timedelta

from ..money import ZERO, cents
from .common import Report, buckets, cell, data_row, money, section, total

PROFIT = ("Income", "Cost of Goods Sold", "Expense", "Other Income", "Other Expense")


def tree(accounts, wanted):
    """Accounts of these types as ``[(account, children)]``, nested under their parents."""
    chosen = {i: a for i, a in accounts.items() if a["AccountType"] in wanted}
    below = {}
    for ident, account in chosen.items():
        parent = (account.get("ParentRef") or {}).get("value")
        below.setdefault(parent if parent in chosen else None, []).append(ident)

    def grow(parent):
        return [
            (chosen[i], grow(i))
            for i in sorted(below.get(parent, []), key=lambda key: chosen[key]["Name"])
        ]

    return grow(None)


def branch(nodes, columns, sign):
    """``(rows, totals)`` of a list of nodes; empty accounts are left out."""
    rows, sums = [], [ZERO] * len(columns)
    for account, below in nodes:
        own = [sign * column.get(account["Id"], ZERO) for column in columns]
        inner, inner_sums = branch(below, columns, sign)
        both = [a + b for a, b in zip(own, inner_sums, strict=True)]
        if not any(own) and not inner:
            continue
        name = cell(account["Name"], account["Id"])
        if inner:
            rows.append(
                section(
                    [name, *[cell(money(v)) for v in own]],
                    inner,
                    [cell(f"Total for {account['Name']}"), *[cell(money(v)) for v in both]],
                )
            )
        else:
            rows.append(data_row(name, *[cell(money(v)) for v in own]))
        sums = [a + b for a, b in zip(sums, both, strict=True)]
    return rows, [cents(value) for value in sums]


def group(report, title, key, nodes, columns, sign):
    """A named section; its totals."""
    rows, sums = branch(nodes, columns, sign)
    report.append(
        section(
            [cell(title), *[cell("") for _ in sums]],
            rows,
            [cell(f"Total for {title}"), *[cell(money(v)) for v in sums]],
            key,
        )
    )
    return sums


def subtotal(target, title, key, values):
    target.append(section(None, None, [cell(title), *[cell(money(v)) for v in values]], key))


def plus(first, second, sign=1):
    return [cents(a + sign * b) for a, b in zip(first, second, strict=True)]


def profit_and_loss(company, params):
    report = Report(company, "ProfitAndLoss", params)
    parts = buckets(report)
    report.column("account", "", "Account")
    report.period_columns(parts)
    accounts = report.accounts()
    columns = [report.sums(start, end) for _title, start, end in parts]
    rows = report.rows
    if not any(
        value
        for column in columns
        for key, value in column.items()
        if accounts.get(key, {}).get("AccountType") in PROFIT
    ):
        return nothing_earned(report, parts)
    income = group(rows, "Income", "Income", tree(accounts, ("Income",)), columns, -1)
    costs = group(
        rows, "Cost of Goods Sold", "COGS", tree(accounts, ("Cost of Goods Sold",)), columns, 1
    )
    gross = plus(income, costs, -1)
    subtotal(rows, "Gross profit", "GrossProfit", gross)
    expenses = group(rows, "Expenses", "Expenses", tree(accounts, ("Expense",)), columns, 1)
    operating = plus(gross, expenses, -1)
    subtotal(rows, "Net operating income", "NetOperatingIncome", operating)
    other_in = group(
        rows, "Other income", "OtherIncome", tree(accounts, ("Other Income",)), columns, -1
    )
    other_out = group(
        rows, "Other expenses", "OtherExpenses", tree(accounts, ("Other Expense",)), columns, 1
    )
    other = plus(other_in, other_out, -1)
    subtotal(rows, "Net other income", "NetOtherIncome", other)
    subtotal(rows, "Net income", "NetIncome", plus(operating, other))
    return report.answer()


def nothing_earned(report, parts):
    """Only the computed lines remain, and the option tells that there is no data."""
    answer = report.answer()
    empty = []
    for title, key in (
        ("Gross profit", "GrossProfit"),
        ("Net operating income", "NetOperatingIncome"),
        ("Net income", "NetIncome"),
    ):
        subtotal(empty, title, key, [ZERO] * len(parts))
    return answer | {"Rows": {"Row": empty}}


def net_income(report, accounts, start, end):
    sums = report.sums(start, end)
    return cents(
        -sum(
            (
                value
                for key, value in sums.items()
                if accounts.get(key, {}).get("Classification") in ("Revenue", "Expense")
            ),
            ZERO,
        )
    )


def balance_sheet(company, params):
    report = Report(company, "BalanceSheet", params)
    parts = buckets(report)
    report.column("account", "", "Account")
    report.period_columns(parts)
    accounts = report.accounts()
    columns = [report.sums(None, end) for _title, _start, end in parts]
    years = [end.replace(month=1, day=1) for _title, _start, end in parts]
    now = [
        net_income(report, accounts, year, part[2]) for year, part in zip(years, parts, strict=True)
    ]
    earlier = [net_income(report, accounts, None, year - timedelta(days=1)) for year in years]
    retained = company.account("RetainedEarnings")
    for column, amount in zip(columns, earlier, strict=True):
        if retained and amount:
            column[retained] = column.get(retained, ZERO) - amount
    rows = report.rows
    assets, sums = [], [ZERO] * len(parts)
    for title, key, types in (
        ("Bank accounts", "BankAccounts", ("Bank",)),
        ("Accounts receivable", "AR", ("Accounts Receivable",)),
        ("Other current assets", "OtherCurrentAssets", ("Other Current Asset",)),
        ("Fixed assets", "FixedAssets", ("Fixed Asset",)),
        ("Other assets", "OtherAssets", ("Other Asset",)),
    ):
        sums = plus(sums, group(assets, title, key, tree(accounts, types), columns, 1))
    rows.append(
        section(
            [cell("Assets"), *[cell("") for _ in parts]],
            assets,
            [cell("Total for Assets"), *[cell(money(v)) for v in sums]],
            "TotalAssets",
        )
    )
    liabilities, owed = [], [ZERO] * len(parts)
    for title, key, types in (
        ("Accounts payable", "AP", ("Accounts Payable",)),
        ("Credit cards", "CreditCards", ("Credit Card",)),
        ("Other current liabilities", "OtherCurrentLiabilities", ("Other Current Liability",)),
        ("Long-term liabilities", "LongTermLiabilities", ("Long Term Liability",)),
    ):
        owed = plus(owed, group(liabilities, title, key, tree(accounts, types), columns, -1))
    equity, own = branch(tree(accounts, ("Equity",)), columns, -1)
    equity.append(data_row(cell("Net income"), *[cell(money(v)) for v in now]))
    own = plus(own, now)
    both = plus(owed, own)
    rows.append(
        section(
            [cell("Liabilities and equity"), *[cell("") for _ in parts]],
            [
                section(
                    [cell("Liabilities"), *[cell("") for _ in parts]],
                    liabilities,
                    [cell("Total for Liabilities"), *[cell(money(v)) for v in owed]],
                    "Liabilities",
                ),
                section(
                    [cell("Equity"), *[cell("") for _ in parts]],
                    equity,
                    [cell("Total for Equity"), *[cell(money(v)) for v in own]],
                    "Equity",
                ),
            ],
            [cell("Total for Liabilities and equity"), *[cell(money(v)) for v in both]],
            "TotalLiabilitiesAndEquity",
        )
    )
    return report.answer()


def trial_balance(company, params):
    report = Report(company, "TrialBalance", params)
    report.column("account", "", "Account")
    report.column("debt_home_amt", "Debit")
    report.column("credit_home_amt", "Credit")
    accounts, sums = report.accounts(), report.sums(None, report.end)
    debits, credits = ZERO, ZERO
    for ident, account in sorted(accounts.items(), key=lambda p: p[1]["FullyQualifiedName"]):
        value = sums.get(ident, ZERO)
        if not value:
            continue
        debit, credit = max(value, ZERO), max(-value, ZERO)
        debits, credits = debits + debit, credits + credit
        report.rows.append(
            data_row(
                cell(account["FullyQualifiedName"], ident), cell(money(debit)), cell(money(credit))
            )
        )
    if report.rows:
        report.rows.append(
            section(
                None,
                None,
                [cell("Total"), cell(money(cents(debits))), cell(money(cents(credits)))],
                "GrandTotal",
            )
        )
    return report.answer()


def cash_flow(company, params):
    """Indirect method: net income plus the change of everything that is not cash."""
    report = Report(company, "CashFlow", params)
    report.column("account", "", "Account")
    report.column("total", "Total")
    accounts, change = report.accounts(), [report.sums(report.start, report.end)]
    profit = net_income(report, accounts, report.start, report.end)
    operating = [data_row(cell("Net income"), cell(money(profit)))]
    plan = (
        (
            "Operating activities",
            "OperatingActivities",
            operating,
            profit,
            (
                "Accounts Receivable",
                "Other Current Asset",
                "Accounts Payable",
                "Credit Card",
                "Other Current Liability",
            ),
        ),
        ("Investing activities", "InvestingActivities", [], ZERO, ("Fixed Asset", "Other Asset")),
        (
            "Financing activities",
            "FinancingActivities",
            [],
            ZERO,
            ("Long Term Liability", "Equity"),
        ),
    )
    overall = ZERO
    for title, key, rows, start, types in plan:
        more, sums = branch(tree(accounts, types), change, -1)
        part = cents(start + sums[0])
        overall += part
        report.rows.append(
            section(
                [cell(title), cell("")],
                rows + more,
                [cell(f"Net cash provided by {title.lower()}"), cell(money(part))],
                key,
            )
        )
    subtotal(report.rows, "Net cash increase for period", "CashIncrease", [cents(overall)])
    before = report.sums(None, report.start - timedelta(days=1))
    cash = total(
        value for key, value in before.items() if accounts.get(key, {}).get("AccountType") == "Bank"
    )
    subtotal(report.rows, "Cash at beginning of period", "BeginningCash", [cash])
    subtotal(report.rows, "Cash at end of period", "EndingCash", [cents(cash + overall)])
    return report.answer()
