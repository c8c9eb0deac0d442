"""The accounts of the small company, each of which has one of its own in QuickBooks."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class Account:
    """
    :ivar kind: Odoo's type
    :ivar there: QuickBooks' AccountType
    """

    name: str
    kind: str
    there: str


ACCOUNTS = {
    "goods": Account("Sale of goods", "income", "Income"),
    "services": Account("Services rendered", "income", "Income"),
    "repairs": Account("Repairs", "income", "Income"),
    "sundry": Account("Sundry sales", "income", "Income"),
    "found": Account("Money found", "income_other", "Other Income"),
    "rent": Account("Rent of premises", "expense", "Expense"),
    "material": Account("Material", "expense", "Expense"),
    "travelling": Account("Travelling", "expense", "Expense"),
    "meals": Account("Meals with customers", "expense", "Expense"),
    "lost": Account("Written off", "expense", "Expense"),
    "discount": Account("Cash discounts granted", "expense", "Expense"),
    "discount_taken": Account("Cash discounts received", "income_other", "Other Income"),
    "fee": Account("Fees of the bank", "expense", "Expense"),
    "bank": Account("House bank", "asset_cash", "Bank"),
    "online": Account("Money at the payment provider", "asset_cash", "Bank"),
    "card": Account("Company card", "liability_credit_card", "Credit Card"),
    "input_tax": Account("Tax on purchases", "asset_current", "Other Current Asset"),
}
#: money on its way lies in accounts of its own in Odoo; QuickBooks has one account for a bank
IN_TRANSIT = {
    "received": "Money on its way to the bank",
    "spent": "Money on its way from the bank",
    "charged": "Charges on their way to the card",
    "paid_in": "Money on its way to the payment provider",
    "paid_out": "Money on its way from the payment provider",
}
