"""Sales receipts and refund receipts (FACTS 5.9, 5.10)."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal

from ..model import CompanyProfile
from ..model_receipt import ReceiptSnapshot
from ..money import ZERO, dec
from ..names import clean_text, doc_number
from .invoice import invoice

#: What an Invoice has and a receipt has not: it is paid.
INVOICE_ONLY = frozenset({"DueDate", "SalesTermRef"})
#: What was sold, which does not change any more once it is paid.
SOLD = ("Line", "TxnTaxDetail")
REFUND_REFERENCE_LIMIT = 100


def sales_receipt(doc: ReceiptSnapshot, profile: CompanyProfile, **policies: bool) -> dict:
    """Every owned attribute of a SalesReceipt: those of an Invoice except ``INVOICE_ONLY``, and how
    it was paid. Without an account QBO takes Undeposited Funds."""
    return {**_receipt(doc, profile, **policies), "PaymentRefNum": _reference(doc, profile)}


def refund_receipt(doc: ReceiptSnapshot, profile: CompanyProfile, **policies: bool) -> dict:
    """Every owned attribute of a RefundReceipt: the same with the account the money left, which
    QBO wants here. Amounts are positive: QBO turns their sign by the kind of document
    (FACTS 14#21)."""
    reference = _reference(doc, profile, REFUND_REFERENCE_LIMIT)
    return {**_receipt(doc, profile, **policies), "PaymentRefNum": reference}


def _receipt(doc: ReceiptSnapshot, profile: CompanyProfile, **policies: bool) -> dict:
    wanted = invoice(doc, profile, **policies)
    return {
        **{key: value for key, value in wanted.items() if key not in INVOICE_ONLY},
        "PaymentMethodRef": doc.method.payload if doc.method else None,
        "DepositToAccountRef": doc.account.payload if doc.account else None,
    }


def _reference(doc: ReceiptSnapshot, profile: CompanyProfile, *limit: int) -> str | None:
    """The provider's reference, shortened as a number is; the memo has it in full."""
    return doc_number(clean_text(doc.reference, None, profile.country), *limit) or None


def with_sold(payload: dict, agreed: Mapping) -> dict:
    """A payload with what was sold as it was agreed: an order that is edited after it was paid
    does not change the sale of then."""
    return {**payload, **{key: agreed[key] for key in SOLD if key in agreed}}


def billed_tax(payload: Mapping, total: Decimal) -> Decimal:
    """The tax that makes the lines of a payload come to the money: what QBO has to have computed.

    A line that carries cents of the tax counts as a line.
    """
    lines = payload.get("Line") or ()
    return total - sum((dec(line["Amount"]) for line in lines if "Amount" in line), ZERO)
