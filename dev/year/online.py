"""Sales without an invoice: paid through a payment provider, given back, or invoiced after all.

Where the addon ``sale`` is installed, half of them have an order with products and tax. Without an
order nobody knows what was sold, and Odoo has no tax for it.
"""

from __future__ import annotations

from typing import Any

from . import sales
from .office import PAYMENT, Office

#: method the simulator's company gets its online money by; any will do
METHOD = "payment.payment_method_unknown"


def sell_online(office: Office) -> bool:
    """A payment link, or an order of a shop."""
    buyer = office.one_of(office.company.people["buyers"])
    if "sale.order" in office.env and office.dice.random() < 0.5:
        order = _order(office, buyer)
        _pay(office, buyer, order.amount_total, sale_order_ids=[(6, 0, order.ids)])
        return office.note("online sale of an order")
    _pay(office, buyer, float(office.price(250)))
    return office.note("online sale")


def sell_online_abroad(office: Office) -> bool:
    buyer = office.one_of(office.company.people["customers_abroad"])
    _pay(office, buyer, float(office.price(250)), currency_id=office.company.foreign.id)
    return office.note("online sale, foreign")


def give_back_online(office: Office) -> bool:
    """Through the provider, in full; of a sale without an order also in part."""
    sale = office.one_of(_sales(office))
    if not sale:
        return False
    transaction = sale.payment_transaction_id.sudo()
    amount = sale.amount
    if not _orders(transaction) and office.dice.random() < 0.5:
        amount = float(office.part_of(amount))
    _done(office, transaction._refund(amount))
    return office.note("refund of an online sale")


def invoice_online_sale(office: Office) -> bool:
    """It was a sale by itself, and is a payment of an invoice from now on."""
    sale = office.one_of(_sales(office))
    if not sale:
        return False
    invoice = sales.posted(
        office, "out_invoice", sale.partner_id, 2, 400, currency_id=sale.currency_id.id
    )
    invoice.js_assign_outstanding_line(sale._seek_for_lines()[1].id)
    return office.note("invoice of an online sale")


def _sales(office: Office) -> Any:
    """Online payments that are neither invoiced nor given back."""
    return open_sales(office).filtered(
        lambda sale: not office.env[PAYMENT].search_count([("source_payment_id", "=", sale.id)])
    )


def open_sales(office: Office) -> Any:
    """Payments through the provider that stand and settle nothing."""
    found = office.env[PAYMENT].search(
        [
            ("payment_type", "=", "inbound"),
            ("payment_transaction_id", "!=", False),
            ("state", "in", ("in_process", "paid")),
            ("company_id", "=", office.env.company.id),
        ]
    )
    return found.filtered(
        lambda sale: sale.currency_id.is_zero(
            sale.amount + sale._seek_for_lines()[1].amount_residual_currency
        )
    )


def _orders(transaction: Any) -> Any:
    return "sale_order_ids" in transaction._fields and transaction.sale_order_ids


def _order(office: Office, buyer: Any) -> Any:
    company, dice = office.company, office.dice
    sold = [name for name in company.products if name[-1].isdigit()]
    lines = [
        {
            "product_id": company.products[dice.choice(sold)].id,
            "product_uom_qty": dice.choice((1, 2, 3)),
            "price_unit": float(office.price(120)),
            "tax_ids": [(6, 0, company.tax.ids if dice.random() < 0.6 else [])],
        }
        for _number in range(dice.randint(1, 3))
    ]
    return office.env["sale.order"].create(
        {
            "partner_id": buyer.id,
            "date_order": office.today,
            "pricelist_id": False,
            "order_line": [(0, 0, line) for line in lines],
        }
    )


def _pay(office: Office, buyer: Any, amount: float, **values: Any) -> None:
    """The buyer enters his card on the provider's page."""
    number = sum(office.made.values())
    transaction = (
        office.env["payment.transaction"]
        .sudo()
        .create(
            {
                "provider_id": office.company.provider.id,
                "payment_method_id": office.env.ref(METHOD).id,
                "amount": amount,
                "currency_id": office.env.company.currency_id.id,
                "partner_id": buyer.id,
                "reference": f"LINK-{number:05}",
                "provider_reference": f"PRV-{number:05}",
                "operation": "online_direct",
                **values,
            }
        )
    )
    _done(office, transaction)


def _done(office: Office, transaction: Any) -> None:
    """The provider reports success. Its payment is dated today, as the card is."""
    transaction = transaction.sudo()
    transaction._set_done()
    transaction.with_context(default_date=office.today)._post_process()
