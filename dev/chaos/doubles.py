"""Doubles in QuickBooks, found by what the objects say of themselves, not by our links."""

from __future__ import annotations

import re
from collections import Counter, defaultdict
from collections.abc import Callable, Iterable
from typing import Any

from dev import rpc
from dev.books_simulator import Simulator

#: the last line of a memo: which record of which database a document is
MARK = re.compile(r"\[odoo ([^\]]+)\]")
Row = dict[str, Any]
Before = dict[str, frozenset[str]]
#: contacts people made in the storm: no two get the same name
OWN = ["|", ("name", "=like", "Customer %"), ("name", "=like", "Renamed %")]


def find(simulator: Simulator, before: Before) -> list[str]:
    """Sentences about documents that are there more than once.

    :param before: ids by kind of what was there from the start
    """
    found = []
    for kind, number in (("Invoice", "DocNumber"), ("Payment", "PaymentRefNum")):
        rows = [row for row in simulator.entities(kind) if row["Id"] not in before.get(kind, ())]
        found += _groups(kind, "mark", rows, _mark)
        standing = [row for row in rows if not (row.get("PrivateNote") or "").startswith("Voided")]
        # a number is free again once what had it was voided
        found += _groups(kind, "number", standing, lambda row, key=number: row.get(key) or "")
    return list(dict.fromkeys(found))


def strangers(odoo: rpc.Client, simulator: Simulator, before: Before) -> list[str]:
    """Documents that are linked to another record than their mark says, and contacts that exist
    twice in Odoo: what comes of taking our own writes for somebody else's."""
    rows = odoo.execute(
        "quickbooks.binding",
        "search_read",
        [("remote_type", "in", ["Invoice", "Payment"]), ("state", "!=", "unlinked")],
        ["remote_type", "remote_id", "res_model", "res_id"],
    )
    links = {
        (row["remote_type"], row["remote_id"]): f"{row['res_model']}/{row['res_id']}"
        for row in rows
    }
    found = []
    for kind in ("Invoice", "Payment"):
        for row in simulator.entities(kind):
            marked, linked = _mark(row).partition("/")[2], links.get((kind, row["Id"]))
            if row["Id"] not in before.get(kind, ()) and linked and marked != linked:
                found.append(f"{kind} {row['Id']} says {marked} and is linked to {linked}")
    names = odoo.execute("res.partner", "search_read", OWN, ["name"])
    twice = Counter(row["name"] for row in names)
    found += [f"{count} contacts named {name}" for name, count in twice.items() if count > 1]
    return found


def _mark(row: Row) -> str:
    marks = MARK.findall(row.get("PrivateNote") or "")
    return marks[-1] if marks else ""


def _groups(kind: str, what: str, rows: Iterable[Row], key: Callable[[Row], str]) -> list[str]:
    grouped: dict[str, list[str]] = defaultdict(list)
    for row in rows:
        if key(row):
            grouped[key(row)].append(row["Id"])
    return [
        f"{kind} {', '.join(sorted(ids))}: the same {what} {value}"
        for value, ids in grouped.items()
        if len(ids) > 1
    ]
