"""Credit memo payloads (FACTS 5.8)."""

from __future__ import annotations

from ..model import CompanyProfile, DocumentSnapshot
from .invoice import invoice

#: What an Invoice has and a CreditMemo has not: nothing falls due.
INVOICE_ONLY = frozenset({"DueDate", "SalesTermRef"})


def credit_memo(doc: DocumentSnapshot, profile: CompanyProfile, **policies: bool) -> dict:
    """Every owned attribute of a CreditMemo: those of an Invoice except ``INVOICE_ONLY``.

    Amounts are positive: QBO turns their sign by the kind of document (FACTS 14#21).
    """
    wanted = invoice(doc, profile, **policies)
    return {key: value for key, value in wanted.items() if key not in INVOICE_ONLY}
