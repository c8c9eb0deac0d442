"""Rows of the ledger: general ledger, transaction lists, journal, account list, tax summary."""

from __future__ import annotations

from ..money import ZERO, cents, from_cents
from .common import Report, Transactions, cell, data_row, money, section, total

DETAIL = (
    ("tx_date", "Transaction date", "Date", "Date"),
    ("txn_type", "Transaction type", "Transaction Type", "String"),
    ("doc_num", "Num", "Num", "String"),
    ("name", "Name", "Name", "String"),
    ("memo", "Memo/Description", "Memo/Description", "String"),
    ("split_acc", "Split", "Split", "String"),
    ("subt_nat_amount", "Amount", "Amount", "Money"),
    ("rbal_nat_amount", "Balance", "Balance", "Money"),
)


def _head(report, columns):
    for key, title, old, kind in columns:
        report.column(key, title, kind, old)


def _natural(account, home):
    """Amount in the direction of the account's own balance (FACTS 12)."""
    sign = -1 if account.get("Classification") in ("Liability", "Equity", "Revenue") else 1
    return sign * from_cents(home)


class Splits:
    """The other side of a posting."""

    def __init__(self, report, accounts):
        self.report, self.accounts, self._cache = report, accounts, {}

    def of(self, row):
        key = row["kind"], row["id"]
        if key not in self._cache:
            self._cache[key] = self.report.company.store.run(
                "SELECT line, account FROM {p}gl WHERE kind = ? AND id = ?", key
            ).fetchall()
        others = {account for line, account in self._cache[key] if line != row["line"]}
        if len(others) == 1:
            ident = others.pop()
            return cell(self.accounts.get(ident, {}).get("FullyQualifiedName", ""), ident)
        return cell("-Split-" if self.report.old else "")


def general_ledger(company, params):
    report = Report(company, "GeneralLedger", params)
    _head(report, DETAIL)
    accounts, txns = report.accounts(), Transactions(company)
    splits = Splits(report, accounts)
    wanted = (params.get("account") or "").split(",") if params.get("account") else None
    rows_by_account = {}
    for row in report.postings(report.start, report.end):
        rows_by_account.setdefault(row["account"], []).append(row)
    opening = report.postings(None, None, "date < ?", (report.start.isoformat(),))
    before = {}
    for row in opening:
        before[row["account"]] = before.get(row["account"], 0) + row["home"]
    for ident, account in sorted(accounts.items(), key=lambda p: p[1]["FullyQualifiedName"]):
        if wanted and ident not in wanted:
            continue
        rows, sheet = (
            rows_by_account.get(ident, []),
            account["Classification"] in ("Asset", "Liability", "Equity"),
        )
        balance = _natural(account, before.get(ident, 0)) if sheet else ZERO
        if not rows and not balance:
            continue
        lines = (
            [data_row(cell("Beginning Balance"), *[cell("")] * 6, cell(money(balance)))]
            if balance
            else []
        )
        moved = ZERO
        for row in rows:
            amount = _natural(account, row["home"])
            moved, balance = moved + amount, balance + amount
            name, name_id = txns.party(row["kind"], row["id"])
            number = txns.get(row["kind"], row["id"]).get("DocNumber", "")
            lines.append(
                data_row(
                    cell(row["date"]),
                    cell(txns.label(row["kind"], row["id"]), row["id"]),
                    cell(number),
                    cell(name, name_id),
                    cell(row["memo"] or ""),
                    splits.of(row),
                    cell(f"{cents(amount):.2f}"),
                    cell(f"{cents(balance):.2f}"),
                )
            )
        name = account["FullyQualifiedName"] if report.old else account["Name"]
        report.rows.append(
            section(
                [cell(name, ident), *[cell("")] * 7],
                lines,
                [cell(f"Total for {name}"), *[cell("")] * 5, cell(money(cents(moved))), cell("")],
            )
        )
    return report.answer()


def _list_rows(report):
    """One entry per transaction: its first posting and its total."""
    rows = {}
    for row in report.postings(report.start, report.end):
        rows.setdefault((row["kind"], row["id"]), []).append(row)
    return rows


def transaction_list(company, params):
    report = Report(company, "TransactionList", params)
    _head(
        report,
        (
            *DETAIL[:3],
            ("is_no_post", "Posting", "Posting", "Boolean"),
            *DETAIL[3:5],
            ("account_name", "Account", "Account", "String"),
            DETAIL[5],
            ("subt_nat_amount", "Amount", "Amount", "Money"),
        ),
    )
    accounts, txns = report.accounts(), Transactions(company)
    splits = Splits(report, accounts)
    for (kind, ident), rows in _list_rows(report).items():
        txn, (name, name_id) = txns.get(kind, ident), txns.party(kind, ident)
        if _filtered(params, txn, kind):
            continue
        account = accounts.get(rows[0]["account"], {})
        amount = txn.get("TotalAmt") or txn.get("Amount") or abs(from_cents(rows[0]["home"]))
        report.rows.append(
            data_row(
                cell(rows[0]["date"]),
                cell(txns.label(kind, ident), ident),
                cell(txn.get("DocNumber") or txn.get("PaymentRefNum") or ""),
                cell("Yes"),
                cell(name, name_id),
                cell(txn.get("PrivateNote", "")),
                cell(account.get("FullyQualifiedName", ""), rows[0]["account"]),
                splits.of(rows[0]),
                cell(f"{cents(amount):.2f}"),
            )
        )
    return report.answer()


def _filtered(params, txn, kind):
    for name, key in (("customer", "CustomerRef"), ("vendor", "VendorRef")):
        wanted = params.get(name)
        if wanted and (txn.get(key) or {}).get("value") not in wanted.split(","):
            return True
    wanted = params.get("transaction_type")
    return bool(wanted and wanted.replace(" ", "").lower() != kind.lower())


def with_splits(company, params):
    """TransactionListWithSplits: every posting, grouped by transaction."""
    report = Report(company, "TransactionListWithSplits", params)
    _head(
        report,
        (
            *DETAIL[:5],
            ("account_name", "Account", "Account", "String"),
            ("subt_nat_amount", "Amount", "Amount", "Money"),
        ),
    )
    accounts, txns = report.accounts(), Transactions(company)
    for (kind, ident), rows in _list_rows(report).items():
        number, (name, name_id) = (
            txns.get(kind, ident).get("DocNumber", ""),
            txns.party(kind, ident),
        )
        lines = [
            data_row(
                cell(row["date"]),
                cell(txns.label(kind, ident), ident),
                cell(number),
                cell(name, name_id),
                cell(row["memo"] or ""),
                cell(
                    accounts.get(row["account"], {}).get("FullyQualifiedName", ""), row["account"]
                ),
                cell(f"{_natural(accounts.get(row['account'], {}), row['home']):.2f}"),
            )
            for row in rows
        ]
        report.rows.append(section([cell(txns.label(kind, ident), ident)], lines, None))
    return report.answer()


def journal(company, params):
    report = Report(company, "JournalReport", params)
    _head(
        report,
        (
            *DETAIL[:5],
            ("account_name", "Account", "Account", "String"),
            ("debt_home_amt", "Debit", "Debit", "Money"),
            ("credit_home_amt", "Credit", "Credit", "Money"),
        ),
    )
    accounts, txns = report.accounts(), Transactions(company)
    debits = credits = ZERO
    for (kind, ident), rows in _list_rows(report).items():
        number, (name, name_id) = (
            txns.get(kind, ident).get("DocNumber", ""),
            txns.party(kind, ident),
        )
        lines = []
        for row in rows:
            home = from_cents(row["home"])
            debit, credit = max(home, ZERO), max(-home, ZERO)
            debits, credits = debits + debit, credits + credit
            lines.append(
                data_row(
                    cell(row["date"]),
                    cell(txns.label(kind, ident), ident),
                    cell(number),
                    cell(name, name_id),
                    cell(row["memo"] or ""),
                    cell(
                        accounts.get(row["account"], {}).get("FullyQualifiedName", ""),
                        row["account"],
                    ),
                    cell(money(debit)),
                    cell(money(credit)),
                )
            )
        report.rows.append(
            section(
                None,
                lines,
                [
                    *[cell("")] * 6,
                    cell(money(total(from_cents(max(r["home"], 0)) for r in rows))),
                    cell(money(total(from_cents(max(-r["home"], 0)) for r in rows))),
                ],
            )
        )
    if report.rows:
        report.rows.append(
            section(
                None,
                None,
                [
                    cell("Total"),
                    *[cell("")] * 5,
                    cell(money(cents(debits))),
                    cell(money(cents(credits))),
                ],
                "GrandTotal",
            )
        )
    return report.answer()


def account_list(company, params):
    report = Report(company, "AccountList", params)
    for key, title, kind in (
        ("account_name", "Account", "String"),
        ("account_type", "Type", "String"),
        ("detail_acc_type", "Detail type", "String"),
        ("account_desc", "Description", "String"),
        ("account_bal", "Balance", "Money"),
    ):
        report.column(key, title, kind)
    sums = report.sums()
    for ident, account in sorted(
        report.accounts().items(), key=lambda p: p[1]["FullyQualifiedName"]
    ):
        if account.get("Active", True):
            balance = _natural(account, 0) + sums.get(ident, ZERO) * (
                -1 if account["Classification"] in ("Liability", "Equity", "Revenue") else 1
            )
            report.rows.append(
                data_row(
                    cell(account["FullyQualifiedName"], ident),
                    cell(account["AccountType"]),
                    cell(account.get("AccountSubType", "")),
                    cell(account.get("Description", "")),
                    cell(money(cents(balance))),
                )
            )
    return report.answer()


def tax_summary(company, params):
    """Tax and net per rate, from the tax lines of the documents in the period."""
    report = Report(company, "TaxSummary", params)
    report.column("tax_name", "", "String")
    report.column("tax_amount", "Tax amount")
    report.column("taxable_amount", "Net amount")
    sums = {}
    for kind, sign in (
        ("Invoice", 1),
        ("SalesReceipt", 1),
        ("CreditMemo", -1),
        ("RefundReceipt", -1),
        ("Bill", -1),
        ("Purchase", -1),
        ("VendorCredit", 1),
    ):
        for txn in company.store.all(
            kind, "c_TxnDate BETWEEN ? AND ?", (report.start.isoformat(), report.end.isoformat())
        ):
            for line in (txn.get("TxnTaxDetail") or {}).get("TaxLine") or []:
                detail = line["TaxLineDetail"]
                entry = sums.setdefault(detail["TaxRateRef"]["value"], [ZERO, ZERO])
                entry[0] += sign * line.get("Amount", ZERO)
                entry[1] += sign * detail.get("NetAmountTaxable", ZERO)
    for rate, (tax, net) in sorted(sums.items()):
        name = (company.store.read("TaxRate", rate) or {}).get("Name", rate)
        report.rows.append(
            data_row(cell(name, rate), cell(money(cents(tax))), cell(money(cents(net))))
        )
    return report.answer()


def by_party(name, kinds, key, title):
    """Sales or expenses per customer, vendor or item."""

    def build(company, params):
        report = Report(company, name, params)
        report.column(key.lower(), title, "String")
        report.column("total", "Total")
        sums = {}
        for kind, sign in kinds:
            for txn in company.store.all(
                kind,
                "c_TxnDate BETWEEN ? AND ?",
                (report.start.isoformat(), report.end.isoformat()),
            ):
                for ident, label, amount in _parts(txn, key):
                    entry = sums.setdefault(ident, [label, ZERO])
                    entry[1] += sign * amount
        for ident, (label, amount) in sorted(sums.items(), key=lambda p: p[1][0] or ""):
            report.rows.append(data_row(cell(label or "", ident), cell(money(cents(amount)))))
        if report.rows:
            report.rows.append(
                section(
                    None,
                    None,
                    [cell("Total"), cell(money(total(amount for _label, amount in sums.values())))],
                    "GrandTotal",
                )
            )
        return report.answer()

    return build


def _parts(txn, key):
    ref = txn.get(key)
    if ref:
        yield ref["value"], ref.get("name"), txn.get("TotalAmt", ZERO)
    elif key in ("ItemRef", "ClassRef"):
        for line in txn.get("Line") or []:
            detail = line.get("SalesItemLineDetail") or {}
            if detail.get(key):
                yield detail[key]["value"], detail[key].get("name"), line.get("Amount", ZERO)


def stock(company, params):
    """InventoryValuationSummary at purchase cost."""
    report = Report(company, "InventoryValuationSummary", params)
    for key, title in (
        ("item", ""),
        ("qty", "Qty"),
        ("avg_cost", "Average cost"),
        ("asset_value", "Asset value"),
    ):
        report.column(key, title, "String" if key == "item" else "Money")
    for item in company.store.all("Item", "c_Type = 'Inventory'", order="c_Name"):
        quantity, cost = item.get("QtyOnHand", ZERO), item.get("PurchaseCost", ZERO)
        report.rows.append(
            data_row(
                cell(item["Name"], item["Id"]),
                cell(str(quantity)),
                cell(str(cost)),
                cell(money(cents(quantity * cost))),
            )
        )
    return report.answer()
