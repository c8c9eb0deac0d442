"""Plain data of a sale that is paid at once."""

from __future__ import annotations

from dataclasses import dataclass

from .model import DocumentSnapshot, Ref


@dataclass(frozen=True)
class ReceiptSnapshot(DocumentSnapshot):
    """Money received for a sale without an invoice, or given back for one.

    :ivar method: how it was paid
    :ivar account: where the money went, or came from
    :ivar reference: the payment provider's
    """

    method: Ref | None = None
    account: Ref | None = None
    reference: str = ""
