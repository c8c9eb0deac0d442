"""What the play invoices: the ordinary, and what made connectors stumble before."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from dev import rpc

MOVE = "account.move"
ACROSS = "WHOLESALE-EUROPE/{:%Y/%m}/00001"  # 30 characters; QuickBooks takes 21
Values = dict[str, Any]


@dataclass(frozen=True)
class Cast:
    """Ids of the records the invoices are made of."""

    partners: dict[str, int]
    products: dict[str, int]
    tax: int
    term: int
    journal: int

    def line(
        self,
        product: str | None,
        quantity: float,
        price: float,
        *,
        taxed: bool = False,
        discount: float = 0.0,
        name: str | None = None,
    ) -> tuple[int, int, Values]:
        values: Values = {
            "quantity": quantity,
            "price_unit": price,
            "discount": discount,
            "tax_ids": [(6, 0, [self.tax] if taxed else [])],
        }
        if product:
            values["product_id"] = self.products[product]
        if name:
            values["name"] = name
        return (0, 0, values)


def text(kind: str, name: str) -> tuple[int, int, Values]:
    return (0, 0, {"display_type": f"line_{kind}", "name": name})


# Who and what


PARTNERS: dict[str, Values] = {
    "colon": {
        "name": 'O\'Brien & Söhne: "GmbH"',
        "is_company": True,
        "email": "office@obrien-soehne.example",
        "phone": "+49 30 5550 1177",
        "street": "Straße des 17. Juni 5",
        "zip": "10623",
        "city": "Berlin",
        "comment": "Pays on time.",
    },
    "grace": {"name": "Grace Harper", "email": "harper@family.example"},
    "noah": {"name": "Noah Harper", "email": "harper@family.example"},
    "parent": {
        "name": "Baltic Timber Trading",
        "is_company": True,
        "email": "accounts@baltic-timber.example",
        "website": "https://baltic-timber.example",
        "vat": False,
        "street": "12 Harbor Street",
        "city": "Portland",
        "zip": "97204",
    },
    # QuickBooks' seed has this customer already: it must be found, not doubled.
    "known": {
        "name": "Red Rock Diner",
        "is_company": True,
        "email": "stephanie.martini@example.com",
    },
    # ... and this name belongs to a vendor there.
    "vendor": {"name": "Mahoney Mugs", "is_company": True, "email": "orders@mahoney-mugs.example"},
}
CHILD: Values = {"name": "Elena Ozols", "email": "elena@baltic-timber.example", "type": "contact"}
#: Not in any category with an income account of its own: the default account serves.
CATEGORY = "Without account"
PRODUCTS: dict[str, Values] = {
    "service": {"name": "Furniture assembly", "type": "service", "list_price": 65.0},
    "goods": {
        "name": "Oak shelf board",
        "type": "consu",
        "list_price": 24.9,
        "default_code": "OAK-1",
    },
}


def gather(odoo: rpc.Client) -> Cast:
    """Find the records of an earlier run, or make them."""
    partners = {
        key: _ensure(odoo, "res.partner", values, ["name", "email"])
        for key, values in PARTNERS.items()
    }
    child = {**CHILD, "parent_id": partners["parent"]}
    partners["child"] = _ensure(odoo, "res.partner", child, ["name", "parent_id"])
    category = _ensure(odoo, "product.category", {"name": CATEGORY}, ["name"])
    products = {
        key: _ensure(odoo, "product.product", {**values, "categ_id": category}, ["name"])
        for key, values in PRODUCTS.items()
    }
    user = odoo.execute("res.users", "read", [odoo.uid], ["company_id"])[0]
    company = odoo.execute("res.company", "read", [user["company_id"][0]], ["account_sale_tax_id"])
    journal = {"name": "Wholesale", "type": "sale", "code": "WHOLE"}
    terms = odoo.execute("account.payment.term", "search", [("name", "=", "30 Days")], limit=1)
    return Cast(
        partners=partners,
        products=products,
        tax=company[0]["account_sale_tax_id"][0],
        term=terms[0],
        journal=_ensure(odoo, "account.journal", journal, ["code"]),
    )


def _ensure(odoo: rpc.Client, model: str, values: Values, key: list[str]) -> int:
    domain = [(field, "=", values[field]) for field in key]
    found = odoo.execute(model, "search", domain, limit=1)
    return found[0] if found else odoo.execute(model, "create", values)


# Invoices


def create(odoo: rpc.Client, cast: Cast, today: date) -> dict[str, int]:
    """All of them as drafts, by what is special about each."""
    wanted = {**_ordinary(cast), **_customers(cast), **_awkward(cast)}
    if not odoo.execute(MOVE, "search_count", [("journal_id", "=", cast.journal)]):
        wanted["long number"]["name"] = ACROSS.format(today)
    common = {"move_type": "out_invoice", "invoice_date": today.isoformat()}
    ids = odoo.execute(MOVE, "create", [{**common, **values} for values in wanted.values()])
    return dict(zip(wanted, ids, strict=True))


def _ordinary(cast: Cast) -> dict[str, Values]:
    line, partners = cast.line, cast.partners
    return {
        "taxed and untaxed lines": {
            "partner_id": partners["grace"],
            "invoice_payment_term_id": cast.term,
            "ref": "PO 4711",
            "narration": "<p>Thank you for your order.</p>",
            "invoice_line_ids": [
                line("goods", 3, 24.9, taxed=True),
                line("service", 1.5, 65.0),
                line("goods", 7, 24.95, taxed=True),
            ],
        },
        "discount, section and note": {
            "partner_id": partners["noah"],
            "invoice_line_ids": [
                text("section", "Living room"),
                line("goods", 12, 24.9, taxed=True, discount=12.5),
                text("note", "The boards are oiled, not varnished."),
                text("section", "Labour"),
                line("service", 2.25, 65.0, discount=33.33),
            ],
        },
        "fully discounted line": {
            "partner_id": partners["grace"],
            "invoice_line_ids": [
                line("goods", 2, 24.9, taxed=True),
                line("service", 1, 65.0, taxed=True, discount=100),
            ],
        },
        "lines without product, one a deduction": {
            "partner_id": partners["noah"],
            "invoice_line_ids": [
                line(None, 1, 480.0, name="Consulting in November"),
                line(None, -1, 80.0, name="Less the deposit of last month"),
            ],
        },
        "to be edited": {
            "partner_id": partners["grace"],
            "invoice_line_ids": [line("goods", 4, 24.9, taxed=True), line("service", 1, 65.0)],
        },
        "to be credited": {
            "partner_id": partners["noah"],
            "invoice_line_ids": [line("goods", 6, 24.9, taxed=True, discount=10)],
        },
        "to be cancelled": {
            "partner_id": partners["noah"],
            "invoice_line_ids": [line("service", 8, 65.0, taxed=True)],
        },
    }


def _customers(cast: Cast) -> dict[str, Values]:
    line, partners = cast.line, cast.partners
    return {
        "name with colon, quotes and umlaut": {
            "partner_id": partners["colon"],
            "invoice_line_ids": [
                line("goods", 1, 24.9, name="Regal „Jütland“ – Eiche & Öl\nmaßgefertigt")
            ],
        },
        "contact of a company": {
            "partner_id": partners["child"],
            "invoice_line_ids": [line("goods", 200, 19.99, taxed=True)],
        },
        "customer QuickBooks has already": {
            "partner_id": partners["known"],
            "invoice_line_ids": [line("service", 4, 65.0, taxed=True)],
        },
        "name a vendor has in QuickBooks": {
            "partner_id": partners["vendor"],
            "invoice_line_ids": [line("goods", 5, 24.9)],
        },
    }


def _awkward(cast: Cast) -> dict[str, Values]:
    line, partners = cast.line, cast.partners
    return {
        "forty lines": {
            "partner_id": partners["parent"],
            "invoice_line_ids": [
                line(
                    "goods",
                    number,
                    1 + number / 100,
                    taxed=bool(number % 3),
                    name=f"Board {number}",
                )
                for number in range(1, 41)
            ],
        },
        "long number": {
            "partner_id": partners["colon"],
            "journal_id": cast.journal,
            "invoice_line_ids": [line("goods", 10, 24.9, taxed=True)],
        },
    }


def edit(odoo: rpc.Client, cast: Cast, invoice: int) -> None:
    """Back to draft, another quantity and one more line, a later due date, confirmed again."""
    odoo.execute(MOVE, "button_draft", [invoice])
    move = odoo.execute(MOVE, "read", [invoice], ["invoice_line_ids", "invoice_date"])[0]
    due = date.fromisoformat(move["invoice_date"]) + timedelta(days=45)
    lines = [
        (1, move["invoice_line_ids"][0], {"quantity": 5}),
        cast.line("service", 2, 70.0, taxed=True, name="Added later"),
    ]
    values = {"invoice_line_ids": lines, "invoice_date_due": due.isoformat()}
    odoo.execute(MOVE, "write", [invoice], values)
    odoo.execute(MOVE, "action_post", [invoice])


def credit(odoo: rpc.Client, invoice: int, today: date) -> int:
    """Credit an invoice in full with core's own button: the credit note settles it at once.

    :return: the credit note
    """
    move = odoo.execute(MOVE, "read", [invoice], ["journal_id"])[0]
    values = {
        "move_ids": [(6, 0, [invoice])],
        "journal_id": move["journal_id"][0],
        "date": today.isoformat(),
        "reason": "Returned",
    }
    wizard = odoo.execute("account.move.reversal", "create", values)
    odoo.execute("account.move.reversal", "modify_moves", [wizard])
    notes = [("reversed_entry_id", "=", invoice)]
    return odoo.execute(MOVE, "search", notes, limit=1)[0]


def cancel(odoo: rpc.Client, invoice: int) -> None:
    odoo.execute(MOVE, "button_draft", [invoice])
    odoo.execute(MOVE, "button_cancel", [invoice])
