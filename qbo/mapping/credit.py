"""Which credit settles what, in a Payment that has lines of both (FACTS 7.6).

A Payment takes its own money and the credit memos among its lines, and settles the other lines
with them. It does not say which credit settles which line; Odoo's books do. So both sides are
compared by what each line amounts to, and where a division is needed it is always this one:
credits in the order of their ids, then the money, because what is left over is money
(``UnappliedAmt``). The order of the lines is no part of it, or what was booked would be read back
as another division.
"""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from .. import entities
from ..model import Ref
from ..money import dec

#: An object by its entity and id, whatever ``TxnType`` a line calls it by.
Key = tuple[str, str]

CREDITS = frozenset({"CreditMemo"})
#: What a credit can settle: invoices, and money paid back to the customer (an expense or a
#: cheque, which both are Purchases).
CHARGES = frozenset({"Invoice", "Purchase"})
#: What lines of a Payment call an entity, where it is not its name (FACTS 6).
TXN_TYPES = {"Purchase": "Expense"}

#: The source of a share that is the payment's own money.
MONEY: Key = ("", "")


def amounts(body: Mapping) -> dict[Key, Decimal]:
    """What a Payment's lines amount to, by object, in the order of the lines.

    :param body: a payload of ours or an answered Payment
    """
    found: dict[Key, Decimal] = {}
    for line in body.get("Line") or ():
        for link in line.get("LinkedTxn") or ():
            entity = entities.find(link["TxnType"])
            key = (entity.name if entity else link["TxnType"], link["TxnId"])
            found[key] = found.get(key, Decimal(0)) + dec(line["Amount"])
    return {key: amount for key, amount in found.items() if amount}


def has_credit(body: Mapping) -> bool:
    """Whether a Payment uses up credit memos."""
    return any(entity in CREDITS for entity, _id in amounts(body))


def shares(body: Mapping, written_off: Decimal = Decimal(0)) -> dict[tuple[Key, Key], Decimal]:
    """How a Payment divides what it has: ``{(source, target): amount}``.

    :param written_off: credit of an entry among its lines, which counts as its own money

    Sources are credit memos and :data:`MONEY`. Credit that settles nothing has no share.
    """
    lines = dict(sorted(amounts(body).items()))
    sources = {key: amount for key, amount in lines.items() if key[0] in CREDITS}
    sources[MONEY] = dec(body.get("TotalAmt") or 0) + written_off
    result: dict[tuple[Key, Key], Decimal] = {}
    for target, owed in lines.items():
        if target[0] not in CHARGES:
            continue
        for source, left in sources.items():
            part = min(left, owed)
            if part > 0:
                result[source, target] = part
                sources[source] -= part
                owed -= part
    return result


def credit_shares(body: Mapping) -> dict[tuple[Key, Key], Decimal]:
    """:func:`shares` without those of money."""
    return {pair: amount for pair, amount in shares(body).items() if pair[0] != MONEY}


def money_shares(body: Mapping, written_off: Decimal = Decimal(0)) -> dict[Key, Decimal]:
    """What the payment's own money settles, by object, and what is written off with it."""
    parts = shares(body, written_off)
    return {target: part for (source, target), part in parts.items() if source == MONEY}


def lines(parts: Mapping[tuple[Key, Key], Decimal]) -> dict[Key, Decimal]:
    """What the lines of a Payment with these shares amount to, charges before credits."""
    charges: dict[Key, Decimal] = {}
    credits: dict[Key, Decimal] = {}
    for (source, target), amount in parts.items():
        charges[target] = charges.get(target, Decimal(0)) + amount
        if source != MONEY:
            credits[source] = credits.get(source, Decimal(0)) + amount
    found = {**dict(sorted(charges.items())), **dict(sorted(credits.items()))}
    return {key: amount for key, amount in found.items() if amount}


def linked(key: Key) -> dict:
    """How the line of a Payment names an object."""
    entity, remote_id = key
    return {"TxnId": remote_id, "TxnType": TXN_TYPES.get(entity, entity)}


def refs(parts: Mapping[tuple[Key, Key], Decimal]) -> tuple[tuple[Ref, Decimal], ...]:
    """The lines of a Payment with these shares, named as lines of a Payment name them."""
    return tuple(
        (Ref(TXN_TYPES.get(entity, entity), remote_id), amount)
        for (entity, remote_id), amount in lines(parts).items()
    )
