"""Item payloads (FACTS 5.5)."""

from __future__ import annotations

from ..model import CompanyProfile, ItemSnapshot
from ..names import clean_text


def item(product: ItemSnapshot, profile: CompanyProfile, unique: str) -> dict:
    """Every owned attribute of an Item; ``None`` marks one that is empty in Odoo.

    Goods become NonInventory: stock is Odoo's business, and an Inventory item would make QBO keep
    a second, diverging count. ``Taxable`` exists in US companies only; ``unique`` is the name
    found free among the items. A price in another currency than the company's is not sent.
    """
    country = profile.country
    return {
        "Name": unique,
        "Type": "Service" if product.service else "NonInventory",
        "Sku": clean_text(product.sku, 100, country) or None,
        "Description": clean_text(product.description, 4000, country, multiline=True) or None,
        "UnitPrice": product.price,
        "IncomeAccountRef": product.income_account.payload,
        "Taxable": product.taxable if profile.us else None,
        "Active": product.active,
    }
