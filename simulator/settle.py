"""Keeping the books after a transaction changed: links, postings and balances.

Everything works on differences between what a transaction contributed before and what it
contributes now, so it holds for loaded objects as well, whose history is not here.
"""

from __future__ import annotations

from .ledger import Entry
from .money import ZERO, cents, from_cents, to_cents
from .schema import TXNS
from .work import Work

PARTY_ACCOUNTS = ("Accounts Receivable", "Accounts Payable")


def settle(work, kind, old, new):
    """Bring links, ledger and balances in line with ``new`` (None = deleted)."""
    rules, store = work.company.rules[kind], work.store
    ident = (new or old)["Id"]
    work.settled.add((kind, ident))
    if old is not None and not store.is_posted(kind, ident):
        enter_loaded(work.company, kind, ident)
    _relink(
        work, kind, ident, stored_links(store, kind, ident), rules.links(work, new) if new else []
    )
    before = stored_postings(store, kind, ident)
    after = postings(work, kind, new) if new else []
    if before or after:
        _repost(work, kind, ident, before, after, new)


# links ------------------------------------------------------------------------------------------


def stored_links(store, kind, ident):
    rows = store.run(
        "SELECT dst_kind, dst_id, amount, line FROM {p}link WHERE src_kind = ? "
        "AND src_id = ? ORDER BY rowid",
        (kind, ident),
    )
    return [(row[0], row[1], cents(row[2]), row[3]) for row in rows]


def incoming_links(company, kind, ident):
    """``[(kind, id, amount)]`` of transactions that use this one, loaded ones included."""
    post_loaded(company)
    rows = company.store.run(
        "SELECT src_kind, src_id, amount FROM {p}link WHERE dst_kind = ? "
        "AND dst_id = ? ORDER BY rowid",
        (kind, ident),
    )
    return [(row[0], row[1], cents(row[2])) for row in rows]


def _totals(links):
    sums = {}
    for kind, ident, amount, _line in links:
        sums[kind, ident] = sums.get((kind, ident), ZERO) + amount
    return sums


def _relink(work, kind, ident, before, after):
    if before == after:
        return
    old_sums, new_sums = _totals(before), _totals(after)
    for key in {**old_sums, **new_sums}:
        delta = new_sums.get(key, ZERO) - old_sums.get(key, ZERO)
        if not delta and (key in old_sums) == (key in new_sums):
            continue
        target = work.get(*key)
        if target is not None:
            work.company.rules[key[0]].linked(work, target, delta, (kind, ident), key in new_sums)

    work.after.append(lambda: write_links(work.store, kind, ident, after))


def write_links(store, kind, ident, links):
    store.run("DELETE FROM {p}link WHERE src_kind = ? AND src_id = ?", (kind, ident))
    for dst_kind, dst_id, amount, line in links:
        store.run(
            "INSERT INTO {p}link VALUES (?, ?, ?, ?, ?, ?)",
            (kind, ident, dst_kind, dst_id, str(amount), line),
        )


# postings ---------------------------------------------------------------------------------------


def postings(work, kind, txn):
    """``[(account, home, amount, name kind, name id, memo)]`` in cents; debit positive."""
    entry = Entry(work.company, txn)
    work.company.rules[kind].post(work, txn, entry)
    return [
        (line.account, line.home, to_cents(line.amount), *(line.name or (None, None)), line.memo)
        for line in entry.close()
    ]


def stored_postings(store, kind, ident):
    return store.run(
        "SELECT account, home, amount, name_kind, name_id, memo FROM {p}gl "
        "WHERE kind = ? AND id = ? ORDER BY line",
        (kind, ident),
    ).fetchall()


def _repost(work, kind, ident, before, after, new):
    accounts, names = {}, {}
    for sign, rows in ((-1, before), (1, after)):
        for account, home, amount, name_kind, name_id, _memo in rows:
            sums = accounts.setdefault(account, [0, 0])
            sums[0] += sign * home
            sums[1] += sign * amount
            if name_kind and account_type(work.company, account) in PARTY_ACCOUNTS:
                key = name_kind, name_id
                names[key] = names.get(key, 0) + sign * amount
    for (name_kind, name_id), delta in names.items():
        if delta or new is None or before == []:
            move_name(work, name_kind, name_id, delta)

    def write():
        write_postings(work.company, kind, ident, after, new)
        for account, (home, amount) in accounts.items():
            move_account(work.store, account, home, amount)

    work.after.append(write)


def write_postings(company, kind, ident, rows, txn):
    store = company.store
    store.run("DELETE FROM {p}gl WHERE kind = ? AND id = ?", (kind, ident))
    currency = ((txn or {}).get("CurrencyRef") or {}).get("value") or company.home_currency
    date = (txn or {}).get("TxnDate")
    for number, (account, home, amount, name_kind, name_id, memo) in enumerate(rows):
        store.run(
            "INSERT INTO {p}gl VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, NULL)",
            (kind, ident, number, account, home, amount, currency, name_kind, name_id, memo, date),
        )


def move_account(store, account, home, amount, base=0):
    """Add to an account; with ``base`` to the balance it starts from as well."""
    if home or amount:
        store.run(
            "INSERT INTO {p}balance VALUES (?, ?, ?, ?, ?) ON CONFLICT (account) DO UPDATE SET "
            "home = home + excluded.home, amount = amount + excluded.amount, "
            "base_home = base_home + excluded.base_home, "
            "base_amount = base_amount + excluded.base_amount",
            (account, home, amount, base * home, base * amount),
        )


def account_type(company, account):
    key = "AccountType", account
    if key not in company.ref_names:
        company.ref_names[key] = company.store.column("Account", account, "AccountType")
    return company.ref_names[key]


# balances ---------------------------------------------------------------------------------------


def move_name(work, kind, ident, delta_cents):
    """Balance of a name follows its receivables or payables; SyncToken stays (FACTS 7.1)."""
    obj = work.get(kind, ident)
    if obj is None or kind == "Employee":
        return
    delta = from_cents(delta_cents if kind == "Customer" else -delta_cents)
    obj["Balance"] = cents(obj.get("Balance", ZERO) + delta)
    if kind == "Customer":
        move_tree(work, obj, delta)
    work.touch(kind, obj)


def move_tree(work, obj, delta):
    """BalanceWithJobs of the customer and of everything above it."""
    obj["BalanceWithJobs"] = cents(obj.get("BalanceWithJobs", ZERO) + delta)
    parent = (obj.get("ParentRef") or {}).get("value")
    above = work.get("Customer", parent) if parent else None
    if above is not None:
        move_tree(work, above, delta)
        work.touch("Customer", above)


def rebalance_parents(work, old, new):
    """A job moved to another parent takes its balance along."""
    amount = new.get("BalanceWithJobs", ZERO)
    for holder, sign in ((old, -1), (new, 1)):
        parent = (holder.get("ParentRef") or {}).get("value")
        above = work.get("Customer", parent) if parent else None
        if above is not None and amount:
            move_tree(work, above, sign * amount)
            work.touch("Customer", above)


def account_balance(company, account):
    """Own balance and balance with sub-accounts, signed as Intuit shows them (FACTS 5.6)."""
    foreign = (account.get("CurrencyRef") or {}).get("value") not in (None, company.home_currency)
    own = moved(company.store, account["Id"], foreign)
    below = sum(
        moved(company.store, ident, foreign) for ident in sub_accounts(company.store, account)
    )
    sign = -1 if account.get("Classification") == "Equity" else 1
    both = account.get("CurrentBalanceWithSubAccounts", ZERO)
    return (
        cents(account.get("CurrentBalance", ZERO) + sign * from_cents(own)),
        cents(both + sign * from_cents(own + below)),
    )


def moved(store, ident, foreign=False):
    """What an account has moved by since it was loaded, in cents."""
    row = store.run(
        "SELECT home - base_home, amount - base_amount FROM {p}balance WHERE account = ?", (ident,)
    ).fetchone()
    return row[1 if foreign else 0] if row else 0


def sub_accounts(store, account):
    name = account.get("FullyQualifiedName") or ""
    return store.ids(
        "Account", "substr(c_FullyQualifiedName, 1, ?) = ?", (len(name) + 1, name + ":")
    )


# loaded transactions ----------------------------------------------------------------------------


def post_loaded(company):
    """Enter loaded transactions in the ledger the first time somebody looks at it."""
    if not company.store.value("unposted", False):
        return
    for kind in TXNS:
        for ident in company.store.ids(kind, "posted = 0"):
            enter_loaded(company, kind, ident)
    company.store.set_value("unposted", False)


def enter_loaded(company, kind, ident):
    """Postings and links of one loaded transaction.

    Loaded balances contain it already, so it belongs to the base that they start from.
    """
    store, work = company.store, Work(company)
    txn = store.read(kind, ident)
    rows = postings(work, kind, txn)
    write_postings(company, kind, ident, rows, txn)
    for account, home, amount, *_rest in rows:
        move_account(store, account, home, amount, base=1)
    write_links(store, kind, ident, company.rules[kind].links(work, txn))
    store.db.execute(f"UPDATE {store.table(kind)} SET posted = 1 WHERE id = ?", (ident,))


# stock ------------------------------------------------------------------------------------------


def move_stock(work, item_id, quantity):
    """Sold or bought quantity; only LastUpdatedTime of the item moves (FACTS 7.1)."""
    item = work.get("Item", item_id)
    if item is None or item.get("Type") not in ("Inventory", "Assembly") or not quantity:
        return
    from .money import plain

    item["QtyOnHand"] = plain(item.get("QtyOnHand", ZERO) + quantity)
    work.touch("Item", item)


def adjust_stock(work, item, quantity):
    """A quantity set on the item itself is booked against opening equity or shrinkage."""
    value = cents(quantity * (item.get("PurchaseCost") or ZERO))
    asset = (item.get("AssetAccountRef") or {}).get("value")
    other = work.company.account("OpeningBalanceEquity")
    if not value or not asset or not other:
        return
    amount = to_cents(value)
    ident = f"stock-{item['Id']}-{item.get('SyncToken')}"
    rows = [
        (asset, amount, amount, None, None, item["Name"]),
        (other, -amount, -amount, None, None, item["Name"]),
    ]

    def write():
        date = {"TxnDate": (item.get("InvStartDate") or work.today)}
        write_postings(work.company, "Stock", ident, rows, date)
        move_account(work.store, asset, amount, amount)
        move_account(work.store, other, -amount, -amount)

    work.after.append(write)
