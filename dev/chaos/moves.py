"""What the people of the company do, one transaction at a time: bill, correct, cancel, rename, pay.

Everything goes through Odoo's web routes, as from a browser. A person works with the documents he
made himself; customers and products are shared.
"""

from __future__ import annotations

import random
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any

from dev import rpc
from dev.scenario_invoices import MOVE

PAYMENT = "account.payment"
REGISTER = "account.payment.register"
PARTNER, PRODUCT = "res.partner", "product.product"
MANY = 12
Values = dict[str, Any]


@dataclass
class Cast:
    """Ids of what documents are made of; grows while people work."""

    partners: list[int]
    products: list[int]
    tax: int
    category: int


@dataclass
class Person:
    """One user with a session, dice and documents of his own."""

    name: str
    odoo: rpc.Client
    cast: Cast
    dice: random.Random
    today: date
    invoices: list[int] = field(default_factory=list)
    payments: list[int] = field(default_factory=list)
    counter: int = 0

    # -- bits ----------------------------------------------------------------------------------

    def _next(self) -> str:
        self.counter += 1
        return f"{self.name}{self.counter}"

    def _price(self, high: int) -> float:
        """Even, so that discounts and taxes come out in whole cents: who rounds how is not what is
        tried here."""
        return 2.0 * self.dice.randint(1, high // 2)

    def _line(self) -> tuple[int, int, Values]:
        values: Values = {
            "product_id": self.dice.choice(self.cast.products),
            "quantity": self.dice.choice((1, 1, 2, 3, 12)),
            "price_unit": self._price(500),
            "discount": self.dice.choice((0, 0, 0, 10, 50)),
            "tax_ids": [(6, 0, [self.cast.tax] if self.dice.random() < 0.6 else [])],
        }
        return (0, 0, values)

    def _draft(self) -> Values:
        return {
            "move_type": "out_invoice",
            "partner_id": self.dice.choice(self.cast.partners),
            "invoice_date": self.today.isoformat(),
            "ref": f"PO {self._next()}",
            "invoice_line_ids": [self._line() for _number in range(self.dice.randint(1, 4))],
        }

    def _some(self, model: str, ids: list[int], states: tuple[str, ...], limit: int = 1) -> Any:
        """Rows of own documents in these states, drawn at random."""
        drawn = self.dice.sample(ids, min(len(ids), 25))
        domain = [("id", "in", drawn), ("state", "in", states)]
        fields = ["state", "amount_total" if model == MOVE else "amount", "partner_id"]
        if model == MOVE:
            fields += ["amount_residual", "invoice_line_ids", "payment_state", "posted_before"]
        rows = self.odoo.execute(model, "search_read", domain, fields, order="id")
        self.dice.shuffle(rows)
        return rows[:limit]

    def _invoice(self, *states: str) -> Values | None:
        return next(iter(self._some(MOVE, self.invoices, states)), None)

    def _payment(self, *states: str) -> Values | None:
        return next(iter(self._some(PAYMENT, self.payments, states)), None)

    # -- invoices ------------------------------------------------------------------------------

    def bill(self) -> bool:
        count = self.dice.choice((1, 1, 1, 2, 3))
        ids = self.odoo.execute(MOVE, "create", [self._draft() for _number in range(count)])
        self.invoices += ids
        self.odoo.execute(MOVE, "action_post", ids)
        return True

    def bill_many(self) -> bool:
        """One transaction confirms a dozen."""
        ids = self.odoo.execute(MOVE, "create", [self._draft() for _number in range(MANY)])
        self.invoices += ids
        self.odoo.execute(MOVE, "action_post", ids)
        return True

    def bill_a_new_customer(self) -> bool:
        """The customer, and now and then the product, are not in QuickBooks yet."""
        number = self._next()
        values = {
            "name": f"Customer {number}",
            "is_company": True,
            "email": f"{number.lower()}@chaos.example",
            "city": "Portland",
        }
        self.cast.partners.append(self.odoo.execute(PARTNER, "create", values))
        if self.dice.random() < 0.5:
            product = {
                "name": f"Thing {number}",
                "list_price": self._price(99),
                "type": "service",
                "categ_id": self.cast.category,
            }
            self.cast.products.append(self.odoo.execute(PRODUCT, "create", product))
        return self.bill()

    def reword(self) -> bool:
        row = self._invoice("posted")
        if not row:
            return False
        what = self.dice.choice(("ref", "narration", "invoice_date_due"))
        value = f"Changed {self._next()}"
        if what == "invoice_date_due":
            value = (self.today + timedelta(days=self.dice.randint(1, 60))).isoformat()
        self.odoo.execute(MOVE, "write", [row["id"]], {what: value})
        return True

    def rework(self) -> bool:
        """Back to draft, other lines, confirmed again: three transactions."""
        row = self._invoice("posted")
        if not row:
            return False
        self.odoo.execute(MOVE, "button_draft", [row["id"]])
        lines = [
            (1, row["invoice_line_ids"][0], {"price_unit": self._price(500), "quantity": 2}),
            self._line(),
        ]
        self.odoo.execute(MOVE, "write", [row["id"]], {"invoice_line_ids": lines})
        self.odoo.execute(MOVE, "action_post", [row["id"]])
        return True

    def shelve(self) -> bool:
        """Back to draft and left lying."""
        row = self._invoice("posted")
        if row:
            self.odoo.execute(MOVE, "button_draft", [row["id"]])
        return bool(row)

    def take_up(self) -> bool:
        """Confirm a draft that lies about."""
        row = self._invoice("draft")
        if row:
            self.odoo.execute(MOVE, "action_post", [row["id"]])
        return bool(row)

    def cancel(self) -> bool:
        row = self._invoice("posted", "draft")
        if not row:
            return False
        if row["state"] == "posted":
            self.odoo.execute(MOVE, "button_draft", [row["id"]])
        self.odoo.execute(MOVE, "button_cancel", [row["id"]])
        return True

    def stumble(self) -> bool:
        """Confirm a draft together with one that is confirmed already: Odoo undoes it all."""
        posted = self._invoice("posted")
        if not posted:
            return False
        draft = self.odoo.execute(MOVE, "create", self._draft())
        self.invoices.append(draft)
        try:
            self.odoo.execute(MOVE, "action_post", [draft, posted["id"]])
        except rpc.RemoteError:
            return True
        return False

    def sync_now(self) -> bool:
        row = self._invoice("posted")
        if row:
            self.odoo.execute(MOVE, "action_qbo_sync", [row["id"]])
        return bool(row)

    # -- names ---------------------------------------------------------------------------------

    def rename_customer(self) -> bool:
        partner, number = self.dice.choice(self.cast.partners), self._next()
        values = {"name": f"Renamed {number}"}
        if self.dice.random() < 0.5:
            values = {"phone": f"+1 555 {number}"}  # addresses stay on documents that are out
        self.odoo.execute(PARTNER, "write", [partner], values)
        return True

    def rename_product(self) -> bool:
        product, number = self.dice.choice(self.cast.products), self._next()
        values: Values = {"name": f"Renamed thing {number}"}
        if self.dice.random() < 0.5:
            values = {"list_price": self._price(99), "description_sale": f"Text {number}"}
        self.odoo.execute(PRODUCT, "write", [product], values)
        return True

    # -- payments ------------------------------------------------------------------------------

    def pay(self) -> bool:
        """In full or in part, in the wizard people use."""
        row = self._invoice("posted")
        if not row or row["payment_state"] not in ("not_paid", "partial"):
            return False
        context = {"active_model": MOVE, "active_ids": [row["id"]]}
        values: Values = {"payment_date": self.today.isoformat()}
        if self.dice.random() < 0.4:
            values["amount"] = round(row["amount_residual"] * self.dice.uniform(0.2, 0.9), 2)
        wizard = self.odoo.execute(REGISTER, "create", values, context=context)
        action = self.odoo.execute(REGISTER, "action_create_payments", [wizard], context=context)
        if isinstance(action, dict) and action.get("res_id"):
            self.payments.append(action["res_id"])
        return True

    def bounce(self) -> bool:
        row = self._payment("in_process", "paid")
        if not row:
            return False
        self.odoo.execute(PAYMENT, "action_draft", [row["id"]])
        self.odoo.execute(PAYMENT, "action_cancel", [row["id"]])
        return True

    def correct_payment(self) -> bool:
        """Another amount; core takes it off its invoice, and it stays unapplied."""
        row = self._payment("in_process", "paid")
        if not row:
            return False
        self.odoo.execute(PAYMENT, "action_draft", [row["id"]])
        amount = round(row["amount"] * self.dice.uniform(0.3, 1.0), 2) or 0.01
        self.odoo.execute(PAYMENT, "write", [row["id"]], {"amount": amount})
        self.odoo.execute(PAYMENT, "action_post", [row["id"]])
        return True

    # -- the end -------------------------------------------------------------------------------

    def tidy_up(self) -> None:
        """Confirm what lies about as a draft: a draft is in nobody's books."""
        for model, ids in ((MOVE, self.invoices), (PAYMENT, self.payments)):
            drafts = self.odoo.execute(
                model, "search", [("id", "in", ids), ("state", "=", "draft")]
            )
            for draft in drafts:
                self.odoo.execute(model, "action_post", [draft])


#: how often each is done, compared with the others
MIX: dict[Callable[[Person], bool], int] = {
    Person.bill: 30,
    Person.bill_many: 3,
    Person.bill_a_new_customer: 7,
    Person.reword: 9,
    Person.rework: 10,
    Person.shelve: 3,
    Person.take_up: 5,
    Person.cancel: 5,
    Person.stumble: 3,
    Person.sync_now: 3,
    Person.rename_customer: 6,
    Person.rename_product: 5,
    Person.pay: 14,
    Person.bounce: 3,
    Person.correct_payment: 3,
}
