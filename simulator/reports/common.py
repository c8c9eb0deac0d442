"""Shape of a report (FACTS 12): header, columns, recursive rows; all values are strings."""

from __future__ import annotations

from datetime import date, timedelta
from decimal import Decimal

from ..clock import meta_time
from ..errors import fault
from ..money import ZERO, cents, from_cents
from ..rules.lines import parse_date
from ..schema import ENTITIES
from ..settle import post_loaded

LABELS = {
    "CreditCardPayment": "Credit Card Payment",
    "Stock": "Inventory Starting Value",
    "InventoryAdjustment": "Inventory Qty Adjust",
}


def money(value):
    """``""`` for nothing, two places otherwise."""
    return f"{value:.2f}" if value else ""


class Report:
    """Parameters of one request and the helpers to answer it."""

    def __init__(self, company, name, params):
        self.company, self.name = company, name
        self.params = {key.lower(): value for key, value in params.items()}
        self.old = company.switch("report_shape") == "old"
        self.today = company.clock.today()
        self.method = self.params.get("accounting_method") or company.pref(
            "ReportPrefs", "ReportBasis", "Accrual"
        )
        self.start, self.end = self._period()
        self.columns, self.rows, self.options = [], [], []
        post_loaded(company)

    def day(self, name):
        text = self.params.get(name)
        if not text:
            return None
        try:
            return parse_date(text[:10])
        except ValueError:
            raise fault("2060", f"Invalid Date Format : {text}", name) from None

    def _period(self):
        start, end = self.day("start_date"), self.day("end_date")
        if start or end:
            return start or date(1970, 1, 1), end or self.today
        return macro_period(self.params.get("date_macro") or self.default_macro(), self.today)

    def default_macro(self):
        return "This Month-to-date" if self.name == "GeneralLedger" else "This Year-to-date"

    # data -------------------------------------------------------------------------------------

    def postings(self, since=None, until=None, where="1", params=()):
        """Rows of the ledger in order of date."""
        clauses, values = [where], list(params)
        if since:
            clauses.append("date >= ?")
            values.append(since.isoformat())
        if until:
            clauses.append("date <= ?")
            values.append(until.isoformat())
        sql = (
            "SELECT kind, id, line, account, home, name_kind, name_id, memo, date FROM {p}gl "
            f"WHERE {' AND '.join(clauses)} ORDER BY date, rowid"
        )
        names = ("kind", "id", "line", "account", "home", "name_kind", "name_id", "memo", "date")
        return [dict(zip(names, row, strict=True)) for row in self.company.store.run(sql, values)]

    def sums(self, since=None, until=None):
        """``{account: home amount}``, debit positive."""
        totals = {}
        rows = (
            self.cash_postings(since, until)
            if self.method == "Cash"
            else self.postings(since, until)
        )
        for row in rows:
            totals[row["account"]] = totals.get(row["account"], 0) + row["home"]
        return {account: from_cents(total) for account, total in totals.items()}

    def cash_postings(self, since, until):
        """Accrual postings, with invoices and bills counted when and as far as they are paid."""
        credit_kinds = ("Invoice", "Bill", "CreditMemo", "VendorCredit")
        marks = ", ".join("?" * len(credit_kinds))
        rows = self.postings(since, until, f"kind NOT IN ({marks})", credit_kinds)
        for kind, ident, source, source_id, amount in self.company.store.run(
            "SELECT dst_kind, dst_id, src_kind, src_id, amount FROM {p}link WHERE dst_kind "
            f"IN ({marks}) AND src_kind IN ('Payment', 'BillPayment')",
            credit_kinds,
        ):
            payer = self.company.store.read(source, source_id)
            paid = parse_date(payer["TxnDate"])
            if (since and paid < since) or (until and paid > until):
                continue
            document = self.company.store.read(kind, ident)
            share = Decimal(amount) / Decimal(document["TotalAmt"] or 1)
            for row in self.postings(None, None, "kind = ? AND id = ?", (kind, ident)):
                rows.append(row | {"home": int(row["home"] * share), "date": payer["TxnDate"]})
        return rows

    def accounts(self):
        return {row["Id"]: row for row in self.company.store.all("Account")}

    # output -----------------------------------------------------------------------------------

    def column(self, key, title, kind="Money", old=None, period=None):
        shown = old if self.old and old is not None else title
        marks = [{"Name": "ColKey", "Value": key}]
        if period:
            marks += [
                {"Name": name, "Value": day.isoformat()}
                for name, day in zip(("StartDate", "EndDate"), period, strict=True)
            ]
        self.columns.append({"ColTitle": shown, "ColType": kind, "MetaData": marks})

    def period_columns(self, parts):
        """One column per bucket of time; the total has no period of its own."""
        for title, start, end in parts:
            whole = title == "Total"
            self.column("total" if whole else title, title, period=None if whole else (start, end))

    def answer(self, as_of=None):
        header = {
            "Time": meta_time(self.company.clock.now()),
            "ReportName": self.name,
            "ReportBasis": self.method,
            "StartPeriod": None if as_of else self.start.isoformat(),
            "EndPeriod": (as_of or self.end).isoformat(),
            "SummarizeColumnsBy": self.params.get("summarize_column_by") or "Total",
            "Currency": self.company.home_currency,
            "Option": [
                *self.options,
                {"Name": "NoReportData", "Value": "false" if self.rows else "true"},
            ],
        }
        if self.params.get("date_macro"):
            header["DateMacro"] = self.params["date_macro"]
        for name in ("customer", "vendor"):
            if self.params.get(name):
                header[name.capitalize()] = self.params[name]
        return {
            "Header": {k: v for k, v in header.items() if v is not None},
            "Columns": {"Column": self.columns},
            "Rows": {"Row": self.rows} if self.rows else {},
        }


def cell(value, ident=None):
    return {"value": value} | ({"id": ident} if ident else {})


def data_row(*cells):
    return {"ColData": list(cells), "type": "Data"}


def section(header, rows, summary, group=None):
    result = {}
    if header is not None:
        result["Header"] = {"ColData": header}
    if rows:
        result["Rows"] = {"Row": rows}
    if summary is not None:
        result["Summary"] = {"ColData": summary}
    return result | {"type": "Section"} | ({"group": group} if group else {})


class Transactions:
    """Facts about transactions for detail rows, read once each."""

    def __init__(self, company):
        self.company, self._cache, self._labels = company, {}, {}

    def get(self, kind, ident):
        key = kind, ident
        if key not in self._cache:
            self._cache[key] = self.company.store.read(kind, ident) if kind != "Stock" else None
        return self._cache[key] or {}

    def label(self, kind, ident):
        if kind == "Purchase":
            paid = self.get(kind, ident).get("PaymentType")
            return {"Check": "Check", "CreditCard": "Credit Card Expense"}.get(paid, "Expense")
        return LABELS.get(kind) or ENTITIES[kind].label

    def party(self, kind, ident):
        """``(name, id)`` of the customer or vendor."""
        txn = self.get(kind, ident)
        ref = txn.get("CustomerRef") or txn.get("VendorRef") or txn.get("EntityRef") or {}
        return ref.get("name", ""), ref.get("value")


def macro_period(macro, today):
    """Start and end of a ``date_macro``."""
    words = macro.replace("-to-date", "").strip().lower()
    to_date = "to-date" in macro.lower()
    which, _, unit = words.partition(" ")
    unit = unit.replace("fiscal ", "").replace("calendar ", "")
    if words == "today":
        return today, today
    if words == "yesterday":
        return today - timedelta(days=1), today - timedelta(days=1)
    if words in ("all", "all dates") or which not in ("this", "last", "next"):
        return date(1970, 1, 1), today
    start, end = unit_bounds(unit, today)
    if which == "last":
        start, end = unit_bounds(unit, start - timedelta(days=1))
    elif which == "next":
        start, end = unit_bounds(unit, end + timedelta(days=1))
    return (start, min(end, today)) if to_date and which == "this" else (start, end)


def unit_bounds(unit, day):
    """First and last day of the week, month, quarter or year around a day."""
    if unit.startswith("week"):
        start = day - timedelta(days=(day.weekday() + 1) % 7)
        return start, start + timedelta(days=6)
    if unit.startswith("month"):
        months = 1
        first = day.replace(day=1)
    elif unit.startswith("quarter"):
        months = 3
        first = day.replace(month=(day.month - 1) // 3 * 3 + 1, day=1)
    else:
        months = 12
        first = day.replace(month=1, day=1)
    total = first.month - 1 + months
    after = date(first.year + total // 12, total % 12 + 1, 1)
    return first, after - timedelta(days=1)


def buckets(report):
    """``[(title, start, end)]`` for ``summarize_column_by`` over time, at most 100."""
    unit = (report.params.get("summarize_column_by") or "Total").lower()
    if unit not in ("month", "week", "days", "quarter", "year"):
        return [("Total", report.start, report.end)]
    start, result = report.start, []
    while start <= report.end:
        end = start if unit == "days" else min(unit_bounds(unit, start)[1], report.end)
        result.append((bucket_title(unit, start, end), start, end))
        start = end + timedelta(days=1)
        if len(result) == 100 and start <= report.end:
            result.append(("Others", start, report.end))
            break
    return result + [("Total", report.start, report.end)]


def bucket_title(unit, start, end):
    if unit == "month":
        return start.strftime("%b %Y")
    if unit == "year":
        return str(start.year)
    if unit == "days":
        return start.isoformat()
    return f"{start.isoformat()} - {end.isoformat()}"


def total(values):
    return cents(sum(values, ZERO))
