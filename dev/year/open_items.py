"""What is owed, in both books: by party and by document, in the currency it is owed in."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Mapping
from decimal import Decimal
from typing import Any

from .ledgers import Links
from .quickbooks import QuickBooks

Env = Any
ZERO = Decimal(0)
#: types of documents, QuickBooks' name, and the attribute with what is open of it
DOCUMENTS = {
    "out_invoice": ("Invoice", "Balance"),
    "out_refund": ("CreditMemo", "RemainingCredit"),
    "in_invoice": ("Bill", "Balance"),
    "in_receipt": ("Bill", "Balance"),
    "in_refund": ("VendorCredit", "Balance"),
}
PARTIES = {"asset_receivable": ("Customer", 1), "liability_payable": ("Vendor", -1)}


def parties(
    env: Env,
    quickbooks: QuickBooks,
    links: Links,
    explained: Mapping[tuple[str, str], Decimal],
) -> tuple[int, list[str]]:
    """
    :param explained: what sales without an invoice make Odoo have more of, by customer
    :return: how many were compared, and what differs
    """
    ours, theirs, wrongs = _owed(env, links), _balances(quickbooks), []
    for key in sorted({*ours, *theirs}, key=str):
        here, there, why = ours.get(key, ZERO), theirs.get(key, ZERO), explained.get(key, ZERO)
        if here - there != why:
            wrongs.append(
                "{} {}: Odoo has {} open, QuickBooks {}, and {} is explained".format(
                    *key, here, there, why
                )
            )
    return len(theirs), wrongs


def _balances(quickbooks: QuickBooks) -> dict[tuple[str, str], Decimal]:
    """What projects owe is owed by their customer."""
    roots, found = quickbooks.roots(), defaultdict(Decimal)
    for kind in ("Customer", "Vendor"):
        for ident, row in quickbooks.all(kind).items():
            top = roots.get(ident, ident) if kind == "Customer" else ident
            found[kind, top] += Decimal(row["Balance"])
    return found


def _owed(env: Env, links: Links) -> dict[tuple[str, str], Decimal]:
    """By what QuickBooks calls a party; positive is what customers owe and vendors are owed."""
    home, found = env.company.currency_id, defaultdict(Decimal)
    lines = env["account.move.line"].search(
        [
            ("company_id", "=", env.company.id),
            ("parent_state", "=", "posted"),
            ("account_id.account_type", "in", list(PARTIES)),
            ("amount_residual_currency", "!=", 0),
        ]
    )
    for line in lines:
        kind, sign = PARTIES[line.account_id.account_type]
        partner = line.partner_id.commercial_partner_id
        foreign = "" if line.currency_id == home else line.currency_id.name
        ident = links.parties.get((kind, partner.id, foreign), f"unlinked {partner.name}")
        digits = line.currency_id.decimal_places
        found[kind, ident] += sign * Decimal(f"{line.amount_residual_currency:.{digits}f}")
    return found


def documents(env: Env, quickbooks: QuickBooks, links: Links) -> tuple[int, list[str]]:
    """:return: how many were compared, and what differs"""
    wrongs: list[str] = []
    moves = env["account.move"].search(
        [
            ("company_id", "=", env.company.id),
            ("move_type", "in", list(DOCUMENTS)),
            ("state", "=", "posted"),
        ]
    )
    books = {kind: quickbooks.all(kind) for kind, _name in set(DOCUMENTS.values())}
    idents = {(subject, kind): ident for (kind, ident), subject in links.subjects.items()}
    for move in moves:
        kind, attribute = DOCUMENTS[move.move_type]
        row = books[kind].get(idents.get((("account.move", move.id), kind), ""))
        if row is None:
            wrongs.append(
                f"{move.name} is not in QuickBooks: {move.qbo_state} {move.qbo_error or ''}"
            )
            continue
        digits = move.currency_id.decimal_places
        for what, here, there in (
            ("total", move.amount_total, row["TotalAmt"]),
            ("open", move.amount_residual, row[attribute]),
        ):
            if Decimal(f"{here:.{digits}f}") != Decimal(there):
                wrongs.append(f"{move.name}, {what}: Odoo has {here}, QuickBooks has {there}")
    return len(moves), wrongs


def unsettled(env: Env) -> list[str]:
    """What has not come to rest, with its reason."""
    Operation = env["quickbooks.operation"]
    waiting = Operation.search([("state", "in", Operation.OPEN_STATES)])
    links = env["quickbooks.binding"].search(
        [("state", "not in", ("synced", "voided", "unlinked"))]
    )
    return [
        *(f"{o.remote_type} {o.local_name}: {o.state}, {o.problem_text or ''}" for o in waiting),
        *(f"{x.remote_type} {x.local_name}: {x.state}, {x.error_text or ''}" for x in links),
    ]
