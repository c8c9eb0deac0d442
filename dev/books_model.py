"""A sales document as both books can tell it, so that one can be held against the other."""

from __future__ import annotations

import re
import unicodedata
from dataclasses import dataclass
from decimal import ROUND_HALF_UP, Decimal

CENT = Decimal("0.01")
ITEM, TEXT = "item", "text"
INVOICE, CREDIT = "Invoice", "CreditMemo"


def cents(value: Decimal | float | int | str | None) -> Decimal:
    """An amount in whole cents; Odoo's floats print as the number that was meant."""
    return Decimal(str(value or 0)).quantize(CENT, ROUND_HALF_UP)


def words(text: str) -> str:
    """Letters and digits of a text: QuickBooks changes dashes, quotes, colons and accents."""
    plain = unicodedata.normalize("NFKD", text)
    kept = "".join(char if char.isalnum() else " " for char in plain if not _is_accent(char))
    return " ".join(kept.split())


def _is_accent(char: str) -> bool:
    return bool(unicodedata.combining(char))


@dataclass(frozen=True)
class Line:
    kind: str
    text: str
    amount: Decimal = Decimal(0)
    quantity: Decimal | None = None
    price: Decimal | None = None
    discount: Decimal = Decimal(0)
    taxed: bool = False
    #: name of the product or item
    item: str = ""

    @property
    def product(self) -> Decimal | None:
        """Quantity times price, in cents."""
        if self.quantity is None or self.price is None:
            return None
        full = self.quantity * self.price * (1 - self.discount / 100)
        return full.quantize(CENT, ROUND_HALF_UP)


@dataclass(frozen=True)
class Document:
    """``id`` is QuickBooks' id of it on both sides: in Odoo's book, the one it is linked to."""

    id: str
    number: str
    date: str
    due_date: str
    customer: str
    customer_email: str
    email: str
    lines: tuple[Line, ...]
    untaxed: Decimal
    tax: Decimal
    total: Decimal
    voided: bool
    note: str = ""
    #: what QuickBooks calls it
    kind: str = INVOICE
    #: of a credit note: what is left of it; of others nothing is said here
    left: Decimal | None = None


@dataclass(frozen=True)
class Book:
    """All documents of one side, and which names and items they are about."""

    owner: str
    documents: tuple[Document, ...]
    #: by kind (Customer, Item): id in QuickBooks → name
    names: dict[str, dict[str, str]]


DISCOUNT = re.compile(r" ?\(-(\d+(?:\.\d+)?) %\)$")


def split_discount(text: str) -> tuple[str, Decimal]:
    """QuickBooks has no discount per line; the text of a line says it at its end."""
    found = DISCOUNT.search(text)
    if not found:
        return text, Decimal(0)
    return text[: found.start()], Decimal(found.group(1))
