"""Open receivables and payables by age, from the open documents behind the ledger."""

from __future__ import annotations

from ..money import ZERO, cents
from ..refs import label
from ..rules.lines import parse_date
from .common import Report, cell, data_row, money, section, total


def open_items(report, payables):
    """``[(name id, kind, id, date, due, number, total, open)]`` in home currency, signed."""
    company, result = report.company, []
    plan = (
        (("Bill", "Balance", 1), ("VendorCredit", "Balance", -1))
        if payables
        else (
            ("Invoice", "Balance", 1),
            ("CreditMemo", "RemainingCredit", -1),
            ("Payment", "UnappliedAmt", -1),
        )
    )
    for kind, name, sign in plan:
        for txn in company.store.all(kind):
            rest = txn.get(name) or ZERO
            if not rest:
                continue
            rate = txn.get("ExchangeRate") or 1
            ref = txn.get("VendorRef" if payables else "CustomerRef")
            result.append(
                (
                    ref["value"],
                    kind,
                    txn["Id"],
                    txn["TxnDate"],
                    txn.get("DueDate") or txn["TxnDate"],
                    txn.get("DocNumber") or txn.get("PaymentRefNum") or "",
                    cents(sign * txn["TotalAmt"] * rate),
                    cents(sign * rest * rate),
                )
            )
    return result + loose_items(report, payables, result)


def loose_items(report, payables, known):
    """What a name owes beyond open documents: journal entries, prepaid amounts."""
    kind, sign = ("Vendor", -1) if payables else ("Customer", 1)
    wanted = "Accounts Payable" if payables else "Accounts Receivable"
    accounts = report.company.store.ids("Account", "c_AccountType = ?", (wanted,))
    marks = ", ".join("?" * len(accounts))
    rows = report.company.store.run(
        f"SELECT name_id, SUM(home), MIN(date) FROM {{p}}gl WHERE account IN ({marks}) AND "
        "name_kind = ? GROUP BY name_id",
        (*accounts, kind),
    )
    result = []
    for ident, home, day in rows:
        expected = cents(sign * home) / 100
        listed = total(item[7] for item in known if item[0] == ident)
        if expected != listed:
            rest = cents(expected - listed)
            result.append((ident, "JournalEntry", "", day, day, "", rest, rest))
    return result


def periods(report):
    """``[(title, first day past due, last day past due)]``."""
    count = int(report.params.get("num_periods") or 4)
    size = int(report.params.get("aging_period") or 30)
    result = [("Current", None, 0)]
    for number in range(count - 1):
        result.append(
            (f"{number * size + 1} - {(number + 1) * size}", number * size + 1, (number + 1) * size)
        )
    first = (count - 1) * size + 1
    return [*result, (f"{first} and over", first, None)]


def bucket_of(parts, past):
    for number, (_title, first, last) in enumerate(parts):
        if (first is None or past >= first) and (last is None or past <= last):
            return number
    return 0


def aged(company, params, payables):
    """AgedReceivables and AgedPayables: one row per name, a grand total at the end."""
    report = Report(company, "AgedPayables" if payables else "AgedReceivables", params)
    as_of = report.day("report_date") or report.today
    parts = periods(report)
    kind = "Vendor" if payables else "Customer"
    report.column("cust_name" if not payables else "vend_name", "", kind)
    for number, (title, _first, _last) in enumerate(parts):
        report.column("current" if not number else f"{number - 1}", title)
    report.column("total", "Total")
    wanted = params.get("vendor" if payables else "customer")
    table = {}
    for item in open_items(report, payables):
        if wanted and item[0] not in wanted.split(","):
            continue
        past = (as_of - parse_date(item[4])).days
        row = table.setdefault(item[0], [ZERO] * len(parts))
        row[bucket_of(parts, past)] += item[7]
    for ident, values in sorted(
        table.items(), key=lambda pair: label(company, kind, pair[0]) or ""
    ):
        if any(values):
            report.rows.append(
                data_row(
                    cell(label(company, kind, ident) or "", ident),
                    *[cell(money(v)) for v in values],
                    cell(money(total(values))),
                )
            )
    sums = [total(row[n] for row in table.values()) for n in range(len(parts))]
    if report.rows:
        report.rows.append(
            section(
                None,
                None,
                [
                    cell("TOTAL" if report.old else "Total"),
                    *[cell(money(v)) for v in sums],
                    cell(money(total(sums))),
                ],
                "GrandTotal",
            )
        )
    report.options.append({"Name": "report_date", "Value": as_of.isoformat()})
    return report.answer(as_of)


def aged_detail(company, params, payables):
    """One row per open document, in sections by age."""
    report = Report(company, "AgedPayableDetail" if payables else "AgedReceivableDetail", params)
    as_of = report.day("report_date") or report.today
    kind = "Vendor" if payables else "Customer"
    for key, title, old, ctype in (
        ("tx_date", "Transaction date", "Date", "Date"),
        ("txn_type", "Transaction type", "Transaction Type", "String"),
        ("doc_num", "Num", "Num", "String"),
        ("vend_name" if payables else "cust_name", kind, kind, "String"),
        ("due_date", "Due date", "Due Date", "Date"),
        ("subt_amount", "Amount", "Amount", "Money"),
        ("subt_open_bal", "Open balance", "Open Balance", "Money"),
    ):
        report.column(key, title, ctype, old)
    parts = periods(report)
    groups = [[] for _ in parts]
    for item in open_items(report, payables):
        groups[bucket_of(parts, (as_of - parse_date(item[4])).days)].append(item)
    for (title, first, _last), items in zip(reversed(parts), reversed(groups), strict=True):
        if not items:
            continue
        name = title if first is None else f"{title} days past due"
        rows = [
            data_row(
                cell(item[3]),
                cell(item[1], item[2]),
                cell(item[5]),
                cell(label(company, kind, item[0]) or "", item[0]),
                cell(item[4]),
                cell(money(item[6])),
                cell(money(item[7])),
            )
            for item in sorted(items, key=lambda entry: (entry[3], entry[2]))
        ]
        report.rows.append(
            section(
                [cell(name)],
                rows,
                [
                    cell(f"Total for {name}"),
                    *[cell("")] * 4,
                    cell(money(total(i[6] for i in items))),
                    cell(money(total(i[7] for i in items))),
                ],
            )
        )
    return report.answer(as_of)


def balances(company, params, payables):
    """CustomerBalance and VendorBalance."""
    report = Report(company, "VendorBalance" if payables else "CustomerBalance", params)
    kind = "Vendor" if payables else "Customer"
    report.column("vend_name" if payables else "cust_name", "", kind)
    report.column("total", "Total")
    sums = {}
    for item in open_items(report, payables):
        sums[item[0]] = sums.get(item[0], ZERO) + item[7]
    for ident, value in sorted(sums.items(), key=lambda pair: label(company, kind, pair[0]) or ""):
        if value:
            report.rows.append(
                data_row(cell(label(company, kind, ident) or "", ident), cell(money(value)))
            )
    if report.rows:
        report.rows.append(
            section(None, None, [cell("Total"), cell(money(total(sums.values())))], "GrandTotal")
        )
    return report.answer(report.today)
