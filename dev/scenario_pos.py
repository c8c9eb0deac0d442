"""A sale at the till and its refund, made by the calls that the point of sale's own pages make."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any
from uuid import uuid4

from dev.scenario_kinds import Stage

CONFIG, SESSION, ORDER = "pos.config", "pos.session", "pos.order"
PAYING, METHOD = "pos.make.payment", "pos.payment.method"
SHOP, CARD = "Play shop", "Play card"
#: what is bought: product, quantity, price of one
BASKET = (("goods", 3, 24.9), ("service", 1, 65.0))
Values = dict[str, Any]


def sale_at_the_till(stage: Stage) -> None:
    """Paid by card, by somebody whose name is not asked for."""
    total = round(sum(quantity * price for _product, quantity, price in BASKET), 2)
    order = {
        "uuid": str(uuid4()),
        "session_id": _session(stage),
        "lines": [_line(stage, *bought) for bought in BASKET],
        "payment_ids": [],
        "amount_total": total,
        "amount_paid": 0,
        "amount_return": 0,
        "amount_tax": 0,
        "state": "draft",
    }
    made = stage.odoo.execute(ORDER, "sync_from_ui", [order])
    _pay(stage, made[ORDER][0]["id"])


def brought_back(stage: Stage) -> None:
    """All of it, when the sale is in QuickBooks already."""
    sold = [("session_id", "=", _session(stage)), ("amount_total", ">", 0)]
    order = stage.odoo.execute(ORDER, "search", sold, limit=1, order="id desc")
    _pay(stage, stage.odoo.execute(ORDER, "refund", order)["res_id"])


def _line(stage: Stage, product: str, quantity: float, price: float) -> tuple[int, int, Values]:
    amount = round(quantity * price, 2)
    values = {"product_id": stage.cast.products[product], "qty": quantity, "price_unit": price}
    values |= {"price_subtotal": amount, "price_subtotal_incl": amount, "discount": 0}
    return (0, 0, {**values, "tax_ids": [(5, 0, 0)], "uuid": str(uuid4())})


def _pay(stage: Stage, order: int) -> None:
    """What the order asks for, in core's wizard."""
    context = {"active_id": order, "active_ids": [order], "active_model": ORDER}
    values = {"payment_method_id": _method(stage)}
    wizard = stage.odoo.execute(PAYING, "create", values, context=context)
    stage.odoo.execute(PAYING, "check", [wizard], context=context)


def _method(stage: Stage) -> int:
    found = stage.odoo.execute(METHOD, "search", [("name", "=", CARD)], limit=1)
    values = {"name": CARD, "journal_id": stage.breadth.journal}
    return found[0] if found else stage.odoo.execute(METHOD, "create", values)


def _session(stage: Stage) -> int:
    """The open one of the play's shop."""
    shops = stage.odoo.execute(CONFIG, "search", [("name", "=", SHOP)], limit=1)
    if not shops:
        methods = [(6, 0, [_method(stage)])]
        values = {"name": SHOP, "payment_method_ids": methods}
        shops = [stage.odoo.execute(CONFIG, "create", values)]
    is_open = [("config_id", "in", shops), ("state", "!=", "closed")]
    found = stage.odoo.execute(SESSION, "search", is_open, limit=1)
    if not found:
        stage.odoo.execute(CONFIG, "open_ui", shops)
        found = stage.odoo.execute(SESSION, "search", is_open, limit=1)
        stage.odoo.execute(SESSION, "set_opening_control", found, 0, "")
    return found[0]


#: needs the addon Point of Sale
TILL: dict[str, Callable[[Stage], None]] = {"sale at the till": sale_at_the_till}
#: ... and when that is in QuickBooks
TILL_LATER: dict[str, Callable[[Stage], None]] = {"goods brought back to the till": brought_back}
