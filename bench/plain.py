"""Run the plain loop against the same simulator, with invoices of the same Odoo books."""

from __future__ import annotations

import json
import os
from dataclasses import dataclass
from typing import Any

from bench.rig import Rig
from bench.sql import Sql
from dev import paths, process

DOCUMENTS = """
    SELECT m.id, m.name, m.invoice_date::text, m.invoice_date_due::text, p.email, b.remote_id
      FROM account_move m
      JOIN res_partner p ON p.id = m.partner_id
      JOIN quickbooks_binding b
        ON b.res_model = 'res.partner' AND b.res_id = p.id AND b.remote_type = 'Customer'
     WHERE m.move_type = 'out_invoice' AND m.state = 'posted'
     ORDER BY m.id LIMIT %s"""
LINES = """
    SELECT l.move_id, l.name, l.quantity, l.price_unit, l.price_subtotal, b.remote_id,
           EXISTS (SELECT 1 FROM account_move_line_account_tax_rel r
                    WHERE r.account_move_line_id = l.id)
      FROM account_move_line l
      JOIN quickbooks_binding b
        ON b.res_model = 'product.product' AND b.res_id = l.product_id AND b.remote_type = 'Item'
     WHERE l.move_id = ANY(%s) AND l.display_type = 'product'
     ORDER BY l.move_id, l.id"""
TAX_CODE = """
    SELECT r.remote_id FROM quickbooks_mapping m
      JOIN quickbooks_reference r ON r.id = m.reference_id
     WHERE m.kind = 'tax'"""


@dataclass(frozen=True)
class PlainRun:
    """:ivar cpu: seconds of the loop's process"""

    documents: int
    seconds: float
    cpu: float

    @property
    def per_second(self) -> float:
        return self.documents / self.seconds


def run(rig: Rig, books: Sql, count: int) -> PlainRun:
    """Send so many invoices; one more goes first, to open the connection."""
    order = {
        "url": rig.simulator.url,
        "realm": rig.simulator.realm,
        "token": rig.control.token(),
        "documents": _documents(books, count + 1),
    }
    file = rig.folder / "plain.json"
    file.write_text(json.dumps(order))
    command = [paths.VENV_PYTHON, "-m", "bench.plain_loop", file]
    direct = {**os.environ, "NO_PROXY": "127.0.0.1"}
    process.run(command, "bench-plain-loop", env=direct, cwd=paths.ROOT)
    said = (paths.LOGS / "bench-plain-loop.log").read_text().splitlines()
    return PlainRun(**json.loads(said[-1]))


def _documents(books: Sql, count: int) -> list[dict[str, Any]]:
    (tax_code,) = {row[0] for row in books.rows(TAX_CODE)}
    rows = books.rows(DOCUMENTS, count)
    lines: dict[int, list[dict[str, Any]]] = {}
    for move, text, quantity, price, amount, item, taxed in books.rows(
        LINES, [row[0] for row in rows]
    ):
        values = {
            "text": text,
            "quantity": float(quantity),
            "price": float(price),
            "amount": float(amount),
            "item": item,
            "taxed": taxed,
        }
        lines.setdefault(move, []).append(values)
    return [
        {
            "number": f"PLAIN-{number.rpartition('/')[2]}",
            "date": day,
            "due": due,
            "email": email,
            "customer": customer,
            "tax_code": tax_code,
            "lines": lines[move],
        }
        for move, number, day, due, email, customer in rows
    ]
