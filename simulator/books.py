"""The ledger as a whole: rows, trial balance and the invariants it must keep."""

from __future__ import annotations

from .money import ZERO, cents, from_cents
from .settle import account_type, incoming_links, post_loaded


def ledger_rows(company):
    """Every posting in order."""
    post_loaded(company)
    rows = company.store.run(
        "SELECT kind, id, line, account, home, amount, currency, name_kind, "
        "name_id, memo, date FROM {p}gl ORDER BY date, rowid"
    )
    names = (
        "kind",
        "id",
        "line",
        "account",
        "home",
        "amount",
        "currency",
        "name_kind",
        "name_id",
        "memo",
        "date",
    )
    result = []
    for row in rows:
        entry = dict(zip(names, row, strict=True))
        entry["home"], entry["amount"] = from_cents(entry["home"]), from_cents(entry["amount"])
        result.append(entry)
    return result


def trial_balance(company):
    """``{account id: balance}``, debit positive, home currency."""
    post_loaded(company)
    rows = company.store.run("SELECT account, SUM(home) FROM {p}gl GROUP BY account")
    return {account: from_cents(total) for account, total in rows if total}


def problems(company):
    """What does not add up, one sentence each."""
    post_loaded(company)
    return [*_unbalanced(company), *_names(company), *_accounts(company), *_documents(company)]


def _unbalanced(company):
    rows = company.store.run(
        "SELECT kind, id, SUM(home), SUM(amount) FROM {p}gl "
        "GROUP BY kind, id HAVING SUM(home) <> 0 OR SUM(amount) <> 0"
    )
    return [
        f"{kind} {ident} does not balance: {home} {amount}" for kind, ident, home, amount in rows
    ]


def _names(company):
    """Balance of each name against its receivables or payables."""
    sums = {}
    for account, kind, ident, amount in company.store.run(
        "SELECT account, name_kind, name_id, SUM(amount) FROM {p}gl WHERE name_id IS NOT "
        "NULL GROUP BY account, name_kind, name_id"
    ):
        if account_type(company, account) in ("Accounts Receivable", "Accounts Payable"):
            sums[kind, ident] = sums.get((kind, ident), 0) + amount
    found = []
    for kind, sign in (("Customer", 1), ("Vendor", -1)):
        for obj in company.store.all(kind):
            expected = from_cents(sign * sums.get((kind, obj["Id"]), 0))
            if obj.get("Balance", ZERO) != expected:
                found.append(
                    f"{kind} {obj['Id']} has Balance {obj.get('Balance')}, "
                    f"its ledger says {expected}"
                )
    return found + _trees(company)


def _trees(company):
    customers = {obj["Id"]: obj for obj in company.store.all("Customer")}
    totals = {ident: obj.get("Balance", ZERO) for ident, obj in customers.items()}
    for obj in customers.values():
        ref = obj.get("ParentRef")
        while ref and ref["value"] in customers:
            totals[ref["value"]] += obj.get("Balance", ZERO)
            ref = customers[ref["value"]].get("ParentRef")
    return [
        f"Customer {ident} has BalanceWithJobs {customers[ident].get('BalanceWithJobs')}, "
        f"not {total}"
        for ident, total in totals.items()
        if customers[ident].get("BalanceWithJobs", ZERO) != cents(total)
    ]


def _accounts(company):
    ledger = dict(
        company.store.run("SELECT account, SUM(home) FROM {p}gl GROUP BY account").fetchall()
    )
    kept = dict(company.store.run("SELECT account, home FROM {p}balance").fetchall())
    return [
        f"Account {account} is kept at {kept.get(account, 0)}, its ledger says "
        f"{ledger.get(account, 0)}"
        for account in sorted({*ledger, *kept})
        if ledger.get(account, 0) != kept.get(account, 0)
    ]


def _documents(company):
    """Balance of each document = total - deposit - what is linked to it."""
    found = []
    for kind, name in (
        ("Invoice", "Balance"),
        ("CreditMemo", "RemainingCredit"),
        ("Bill", "Balance"),
        ("VendorCredit", "Balance"),
    ):
        for obj in company.store.all(kind):
            linked = sum(
                (
                    amount
                    for source, _id, amount in incoming_links(company, kind, obj["Id"])
                    if source != "Estimate"
                ),
                ZERO,
            )
            expected = cents(obj["TotalAmt"] - obj.get("Deposit", ZERO) - linked)
            if obj.get(name, ZERO) != expected:
                found.append(f"{kind} {obj['Id']} has {name} {obj.get(name)}, not {expected}")
    return found
