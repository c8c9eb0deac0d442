"""Money paid back to a customer, as a Purchase (FACTS 5.16, 7.6)."""

from __future__ import annotations

from ..model import CompanyProfile, PaymentSnapshot, Ref
from .document import private_note


def money_back(snapshot: PaymentSnapshot, profile: CompanyProfile, receivable: Ref) -> dict:
    """Every owned attribute of an expense that pays a customer what he is owed.

    Its one line books to the receivable account, where the customer's credit stands, so that
    income and tax are not touched.
    """
    return paid_on_account(snapshot, profile, receivable, "Customer", "Cash")


def paid_on_account(
    snapshot: PaymentSnapshot, profile: CompanyProfile, account: Ref, party: str, payment_type: str
) -> dict:
    """Every owned attribute of an expense whose one line books to receivables or payables in
    somebody's name.

    It has no number, because QBO refuses the same one twice (FACTS 7.3) and Odoo's would be the
    only reason for it; the memo has it.

    :param account: of receivables or payables
    :param party: ``Customer`` or ``Vendor``
    """
    foreign = profile.multicurrency and snapshot.currency != profile.home_currency
    return {
        "PaymentType": payment_type,
        "AccountRef": snapshot.deposit_account.payload if snapshot.deposit_account else None,
        "EntityRef": {**snapshot.customer.payload, "type": party},
        "TxnDate": snapshot.date,
        "CurrencyRef": {"value": snapshot.currency} if profile.multicurrency else None,
        "ExchangeRate": snapshot.rate if foreign else None,
        "PaymentMethodRef": snapshot.method.payload if snapshot.method else None,
        "PrivateNote": private_note(snapshot, profile.country) or None,
        "GlobalTaxCalculation": None if profile.us else "NotApplicable",
        "Line": [
            {
                "Amount": snapshot.total,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {
                    "AccountRef": account.payload,
                    "BillableStatus": "NotBillable",
                },
            }
        ],
    }
