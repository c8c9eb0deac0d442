"""Figures count only when the work was done right: every document once, equal to the cent."""

from __future__ import annotations

from decimal import Decimal

from bench.control import Control
from bench.sql import Sql
from dev.progress import Halt

SHOWN = 5


def books_agree(control: Control, books: Sql, expected: int) -> None:
    """Compare what Odoo calls sent with what QuickBooks has.

    :param expected: number of documents that must have arrived
    :raises Halt: when one is missing, doubled, different, or only one side knows of it
    """
    ours = _ours(books)
    numbers = _numbers(books)
    theirs: dict[str, list[Decimal]] = {}
    for invoice in control.objects("Invoice"):
        number = invoice.get("DocNumber", "")
        if number in numbers:
            theirs.setdefault(number, []).append(Decimal(invoice["TotalAmt"]))
    wrong = [f"{number} is not there" for number in ours if number not in theirs]
    wrong += [f"{number} is there, unknown here" for number in theirs if number not in ours]
    wrong += [f"{number} is there {len(n)} times" for number, n in theirs.items() if len(n) > 1]
    wrong += [
        f"{number} is {found[0]} there, {ours[number]} here"
        for number, found in theirs.items()
        if number in ours and found[0] != ours[number]
    ]
    if len(ours) != expected:
        wrong.append(f"{len(ours)} documents arrived, not {expected}")
    if wrong:
        raise Halt(f"bench: the books differ: {'; '.join(wrong[:SHOWN])}")


def _ours(books: Sql) -> dict[str, Decimal]:
    rows = books.rows(
        """SELECT m.name, m.amount_total FROM quickbooks_binding b
             JOIN account_move m ON m.id = b.res_id
            WHERE b.res_model = 'account.move' AND b.state = 'synced'"""
    )
    return dict(rows)


def _numbers(books: Sql) -> set[str]:
    return {name for (name,) in books.rows("SELECT name FROM account_move WHERE state = 'posted'")}
