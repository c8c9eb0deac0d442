"""Plain data of a sale that is paid at once."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

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


@dataclass(frozen=True)
class MovedSnapshot:
    """Where the money of a sale went that was paid in several ways: its receipt names one account.

    :ivar source: the account the receipt names
    :ivar parts: each other account, with the amount that went there; below zero for money given
        back from it
    :ivar text: of every line
    """

    date: str
    currency: str
    source: Ref
    parts: tuple[tuple[Ref, Decimal], ...]
    text: str = ""
    rate: Decimal = Decimal(1)
    private_notes: tuple[str, ...] = ()
