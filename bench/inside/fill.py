"""``python -m bench.inside.fill DATABASE POSTED DRAFTS``: invoices for the bench, made by Odoo.

A few hundred are created, and posted, by Odoo itself: customers, items and one to four lines in
changing combination, part of them taxed. Copies of their rows bring the numbers up to what was
asked for. A copy has everything the original has but its own ids, its own invoice number and the
like, so that whoever reads it cannot tell the difference; making twenty thousand the long way
would take a quarter of an hour.
"""

from __future__ import annotations

import sys
from datetime import date
from typing import Any

from bench.inside.database import environment, prepare

ADMIN = 2
CUSTOMERS = 200
ITEMS = 40
#: how many copies of each original there are, itself included
COPIES = 80
CHUNK = 100

Env = Any
Values = dict[str, Any]


def main(database: str, posted: int, drafts: int) -> None:
    prepare(database)
    with environment(database, ADMIN) as env:
        cast = _cast(env)
        numbers = range(-(-posted // COPIES))
        for start in range(0, len(numbers), CHUNK):
            _create(env, cast, numbers[start : start + CHUNK]).action_post()
            env.cr.commit()
        later = range(len(numbers), len(numbers) + -(-drafts // COPIES))
        _create(env, cast, later)
    with environment(database) as env:
        _multiply(env.cr)
        _check(env.cr)


def _cast(env: Env) -> Values:
    customers = [
        {
            "name": f"Bench customer {number:03}",
            "is_company": True,
            "email": f"customer-{number:03}@bench.example",
            "street": f"{number} Long Street",
            "city": "Portland",
            "zip": "97204",
            "country_id": env.ref("base.us").id,
        }
        for number in range(CUSTOMERS)
    ]
    items = [
        {"name": f"Bench item {number:02}", "type": "service", "list_price": 5 + number}
        for number in range(ITEMS)
    ]
    return {
        "customers": env["res.partner"].create(customers),
        "items": env["product.product"].create(items),
        "tax": env.company.account_sale_tax_id,
        "term": env.ref("account.account_payment_term_30days"),
        "date": date.today().replace(day=1),
    }


def _create(env: Env, cast: Values, numbers: range) -> Any:
    return env["account.move"].create([_invoice(cast, number) for number in numbers])


def _invoice(cast: Values, number: int) -> Values:
    lines = []
    for place in range(1 + number % 4):
        item = cast["items"][(7 * number + 3 * place) % ITEMS]
        values = {
            "product_id": item.id,
            "quantity": 1 + (number + place) % 9,
            # cents that do not come out even in a tax of 15 %
            "price_unit": 10 + number % 50 + place + ((13 * number) % 100) / 100,
            "tax_ids": [(6, 0, cast["tax"].ids if place % 2 == 0 else [])],
        }
        lines.append((0, 0, values))
    return {
        "move_type": "out_invoice",
        "partner_id": cast["customers"][number % CUSTOMERS].id,
        "invoice_date": cast["date"],
        "invoice_payment_term_id": cast["term"].id if number % 2 else False,
        "ref": f"PO {4000 + number}",
        "invoice_line_ids": lines,
    }


# Copies

MOVE_NAME = "m.sequence_prefix || lpad((m.sequence_number + copy * {count})::text, 5, '0')"
NEW_MOVE = {
    "id": "m.id + copy * {moves}",
    "sequence_number": "CASE WHEN m.state = 'posted' THEN m.sequence_number + copy * {count} END",
    "name": "CASE WHEN m.state = 'posted' THEN {name} ELSE m.name END",
    "payment_reference": "CASE WHEN m.state = 'posted' THEN {name} ELSE m.payment_reference END",
}
NEW_LINE = {
    "id": "l.id + copy * {lines}",
    "move_id": "l.move_id + copy * {moves}",
    "move_name": "CASE WHEN m.state = 'posted' THEN {name} ELSE l.move_name END",
    "name": "CASE WHEN m.state = 'posted' THEN replace(l.name, m.name, {name}) ELSE l.name END",
}
NEW_LINK = {"account_move_line_id": "r.account_move_line_id + copy * {lines}"}
LINKS = ("account_move_line_account_tax_rel", "account_account_tag_account_move_line_rel")


def _multiply(cr: Any) -> None:
    """Copy the rows of all invoices, then of their lines, then of what hangs on the lines."""
    cr.execute(
        """SELECT min(id), max(id), count(*) FILTER (WHERE state = 'posted')
             FROM account_move WHERE move_type = 'out_invoice'"""
    )
    first, last, count = cr.fetchone()
    cr.execute("SELECT max(id) FROM account_move_line")
    (last_line,) = cr.fetchone()
    steps = {"moves": last - first + 1, "lines": last_line, "count": count}
    steps["name"] = MOVE_NAME.format(**steps)
    invoices = f"m.id BETWEEN {first} AND {last} AND m.move_type = 'out_invoice'"
    lines = "account_move_line l JOIN account_move m ON m.id = l.move_id"
    _copy_rows(cr, "account_move", NEW_MOVE, steps, f"account_move m WHERE {invoices}")
    _copy_rows(cr, "account_move_line", NEW_LINE, steps, f"{lines} WHERE {invoices}")
    for link in LINKS:
        originals = f"{link} r WHERE r.account_move_line_id <= {last_line}"
        _copy_rows(cr, link, NEW_LINK, steps, originals)
    for table in ("account_move", "account_move_line"):
        cr.execute(f"SELECT setval('{table}_id_seq', (SELECT max(id) FROM {table}))")


def _copy_rows(cr: Any, table: str, new: dict[str, str], steps: Values, source: str) -> None:
    """:param source: ``FROM`` and ``WHERE`` of the originals; the table itself comes first"""
    cr.execute("SELECT column_name FROM information_schema.columns WHERE table_name = %s", [table])
    columns = [name for (name,) in cr.fetchall()]
    alias = source.split()[1]
    values = [new[name].format(**steps) if name in new else f'{alias}."{name}"' for name in columns]
    cr.execute(
        f"INSERT INTO {table} ({', '.join(columns)}) SELECT {', '.join(values)} "
        f"FROM generate_series(1, {COPIES - 1}) copy, {source} ORDER BY copy"
    )


def _check(cr: Any) -> None:
    """The copies must satisfy what Odoo and its constraints demand of the originals."""
    faults = {
        "lines without invoice": """SELECT count(*) FROM account_move_line l
            LEFT JOIN account_move m ON m.id = l.move_id WHERE m.id IS NULL""",
        "invoices out of balance": """SELECT count(*) FROM (SELECT 1 FROM account_move_line
            GROUP BY move_id HAVING sum(balance) <> 0) unbalanced""",
        "taxes without line": """SELECT count(*) FROM account_move_line_account_tax_rel r
            LEFT JOIN account_move_line l ON l.id = r.account_move_line_id WHERE l.id IS NULL""",
        "numbers used twice": """SELECT count(*) FROM (SELECT 1 FROM account_move
            WHERE state = 'posted' GROUP BY journal_id, name HAVING count(*) > 1) doubles""",
    }
    for what, statement in faults.items():
        cr.execute(statement)
        (found,) = cr.fetchone()
        if found:
            raise SystemExit(f"{found} {what}")


if __name__ == "__main__":
    main(sys.argv[1], int(sys.argv[2]), int(sys.argv[3]))
