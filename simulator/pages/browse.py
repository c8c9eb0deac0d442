"""Lists: customers, invoices, payments, bills, ledger and the requests that arrived."""

from __future__ import annotations

import re
from urllib.parse import urlencode

from .. import jsontext
from ..books import problems, trial_balance
from ..money import from_cents
from ..refs import label
from ..reports.common import Transactions
from ..schema import ENTITIES, NAMES, TXNS
from ..settle import account_balance, post_loaded
from .frame import amount, name_link, txn_link
from .html import Safe, card, link, search, table, tag

PAGE = 100


def _paged(view, kind, order, where="1", params=()):
    """Rows of one page, and above them a search field and the links to the neighbours."""
    wanted = view.q("q").strip()
    if wanted and kind in (*NAMES, "Item"):
        prop = "DisplayName" if kind != "Item" else "Name"
        where, params = f"{where} AND c_{prop} LIKE ? ESCAPE '\\'", (*params, like(wanted))
    elif wanted:
        prop = "PaymentRefNum" if kind == "Payment" else "DocNumber"
        where, params = f"{where} AND (c_{prop} = ? OR id = ?)", (*params, wanted, wanted)
    number = max(1, int(view.q("page", "1")) if view.q("page", "1").isdigit() else 1)
    count = view.store.count(kind, where, params)
    rows = [
        jsontext.loads(body)
        for body, _raw in view.store.select(kind, where, params, order, PAGE, (number - 1) * PAGE)
    ]
    links = [
        link("?" + urlencode({"page": n} | ({"q": wanted} if wanted else {})), title)
        for n, title, show in (
            (number - 1, "Previous page", number > 1),
            (number + 1, "Next page", number * PAGE < count),
        )
        if show
    ]
    hint = "Name" if kind in (*NAMES, "Item") else "Number"
    found = f"{count} found" if wanted else f"{count} in all"
    note = tag("p", found, *[Safe(f" &middot; {entry}") for entry in links], class_="note")
    return rows, Safe(search(wanted, hint) + note)


def like(text):
    """A pattern for text anywhere."""
    return "%" + re.sub(r"([%_\\])", r"\\\1", text) + "%"


def overview(view):
    rows = []
    for kind in ("Customer", "Vendor", "Item", "Invoice", "Payment", "Bill", "BillPayment"):
        rows.append((kind, view.store.count(kind)))
    counters = view.sim.control.counters(view.realm)
    wrong = problems(view.company)
    state = (
        card("Every balance agrees with the ledger.", kind="good")
        if not wrong
        else card(*[tag("p", sentence) for sentence in wrong[:20]], kind="bad")
    )
    return view.page(
        view.company.name,
        state,
        card(table(("Objects", "Count"), rows, (1,))),
        card(table(("API calls", "Count"), sorted(counters.items()), (1,))),
        card(
            tag("p", f"Realm {view.realm}"),
            tag("p", f"Base URL {view.sim.url}"),
            tag("p", f"Clock {view.sim.clock.now():%Y-%m-%d %H:%M:%S} UTC"),
        ),
    )


def names(kind):
    def build(view):
        rows, note = _paged(view, kind, f"c_{ENTITIES[kind].order}")
        return view.page(
            f"{kind}s",
            card(
                note,
                table(
                    ("Name", "E-mail", "Active", "Balance"),
                    [
                        (
                            name_link(
                                kind, row["Id"], row.get("FullyQualifiedName") or row["DisplayName"]
                            ),
                            (row.get("PrimaryEmailAddr") or {}).get("Address", ""),
                            "yes" if row.get("Active", True) else "no",
                            amount(row.get("Balance")),
                        )
                        for row in rows
                    ],
                    (3,),
                ),
            ),
        )

    return build


def documents(kind, title, party):
    def build(view):
        rows, note = _paged(view, kind, "c_TxnDate DESC, n DESC")
        cells = []
        for row in rows:
            ref = row.get(party) or {}
            number = row.get("DocNumber") or row.get("PaymentRefNum") or f"#{row['Id']}"
            cells.append(
                (
                    txn_link(kind, row["Id"], number),
                    row.get("TxnDate", ""),
                    ref.get("name", ""),
                    status(row),
                    amount(row.get("TotalAmt")),
                    amount(row.get("Balance", row.get("UnappliedAmt"))),
                )
            )
        return view.page(
            title,
            card(note, table(("Number", "Date", "Name", "State", "Total", "Open"), cells, (4, 5))),
        )

    return build


def status(row):
    """What a person would say about a document."""
    note = str(row.get("PrivateNote") or "")
    if note.startswith("Voided") and not row.get("TotalAmt"):
        return "voided"
    if any(item.get("TxnType") == "Deposit" for item in row.get("LinkedTxn") or []):
        return "deposited"
    if "Balance" in row and row.get("TotalAmt"):
        if not row["Balance"]:
            return "paid"
        return "open" if row["Balance"] == row["TotalAmt"] else "partly paid"
    return ""


def transactions(view):
    """All kinds together, newest change first."""
    found = []
    for kind in TXNS:
        for body, _raw in view.store.select(kind, "1", (), "updated DESC, seq DESC", PAGE):
            found.append((kind, jsontext.loads(body)))
    found.sort(key=lambda pair: int(pair[1]["Id"]), reverse=True)
    return view.page(
        "All transactions",
        card(
            table(
                ("Type", "Number", "Date", "Name", "State", "Total"),
                [
                    (
                        ENTITIES[kind].label,
                        txn_link(kind, row["Id"], row.get("DocNumber") or row["Id"]),
                        row.get("TxnDate", ""),
                        (
                            row.get("CustomerRef")
                            or row.get("VendorRef")
                            or row.get("EntityRef")
                            or {}
                        ).get("name", ""),
                        status(row),
                        amount(row.get("TotalAmt", row.get("Amount"))),
                    )
                    for kind, row in found[:PAGE]
                ],
                (5,),
            )
        ),
    )


def items(view):
    rows, note = _paged(view, "Item", "c_Name")
    return view.page(
        "Products and services",
        card(
            note,
            table(
                ("Name", "Type", "Id", "Taxable", "On hand", "Price"),
                [
                    (
                        row.get("FullyQualifiedName", row["Name"]),
                        row.get("Type", ""),
                        row["Id"],
                        "yes" if row.get("Taxable") else "no",
                        row.get("QtyOnHand", ""),
                        amount(row.get("UnitPrice")),
                    )
                    for row in rows
                ],
                (4, 5),
            ),
        ),
    )


def accounts(view):
    rows = sorted(view.store.all("Account"), key=lambda row: row["FullyQualifiedName"])
    return view.page(
        "Chart of accounts",
        card(
            table(
                ("Name", "Type", "Id", "Balance"),
                [
                    (
                        link(f"/app/register?accountId={row['Id']}", row["FullyQualifiedName"]),
                        row["AccountType"],
                        row["Id"],
                        amount(account_balance(view.company, row)[0]),
                    )
                    for row in rows
                ],
                (3,),
            )
        ),
    )


def register(view):
    """Postings of one account."""
    ident = view.q("accountId")
    account = view.store.read("Account", ident)
    if account is None:
        return view.page("No such account", status=404)
    return view.page(account["FullyQualifiedName"], card(_postings(view, "account = ?", (ident,))))


def ledger(view):
    totals = trial_balance(view.company)
    rows, debits, credits = [], 0, 0
    for ident, value in sorted(
        totals.items(), key=lambda pair: label(view.company, "Account", pair[0]) or ""
    ):
        name = label(view.company, "Account", ident) or ident
        debit, credit = (value, 0) if value > 0 else (0, -value)
        debits, credits = debits + debit, credits + credit
        rows.append(
            (
                link(f"/app/register?accountId={ident}", name),
                amount(debit) if debit else "",
                amount(credit) if credit else "",
            )
        )
    rows.append((tag("b", "Total"), tag("b", amount(debits)), tag("b", amount(credits))))
    return view.page(
        "Ledger",
        tag("h2", "Trial balance"),
        card(table(("Account", "Debit", "Credit"), rows, (1, 2))),
        tag("h2", "Latest postings"),
        card(_postings(view)),
    )


def _postings(view, where="1", params=()):
    post_loaded(view.company)
    txns = Transactions(view.company)
    rows = view.store.run(
        "SELECT date, kind, id, account, home, memo FROM {p}gl WHERE "
        f"{where} ORDER BY date DESC, rowid DESC LIMIT 300",
        params,
    )
    cells = []
    for day, kind, ident, account, home, memo in rows.fetchall():
        value = from_cents(home)
        name = (
            txn_link(kind, ident, f"{txns.label(kind, ident)} {ident}")
            if kind in ENTITIES
            else Safe(kind)
        )
        cells.append(
            (
                day or "",
                name,
                label(view.company, "Account", account) or account,
                memo or "",
                amount(value) if value > 0 else "",
                amount(-value) if value < 0 else "",
            )
        )
    return table(("Date", "Transaction", "Account", "Memo", "Debit", "Credit"), cells, (4, 5))


def requests(view):
    """What arrived over the API, newest first, with its requestid."""
    entries = [
        entry for entry in list(view.sim.journal.entries) if entry.realm in ("", view.realm)
    ][-200:]
    rows = []
    for entry in reversed(entries):
        detail = tag(
            "details",
            tag("summary", entry.path.replace(f"/v3/company/{view.realm}", "")),
            tag("pre", entry.body or "(no body)"),
            tag("pre", entry.answer[:4000]),
        )
        rows.append(
            (
                entry.time[11:23],
                entry.method,
                detail,
                entry.operation,
                " ".join([str(entry.status or "dropped"), *entry.faults]),
                entry.requestid + (" (replayed)" if entry.replayed else ""),
                f"{entry.ms} ms",
            )
        )
    return view.page(
        "API requests",
        card(table(("Time", "Method", "Path", "Operation", "Status", "requestid", "Took"), rows)),
    )
