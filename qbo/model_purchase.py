"""Plain data of the purchase side: vendor bills, credits and expenses as posted in Odoo."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import Decimal

from .model import Ref


@dataclass(frozen=True)
class ExpenseLine:
    """One line of a bill, vendor credit or expense.

    :ivar amount: what the line adds to the total before tax, as posted in the ledger
    :ivar account: None for text lines (sections and notes), which carry no amount
    :ivar heading: a text line that belongs to what follows it, not to what it follows
    :ivar tax_code: outside the US, where every line names its own
    :ivar customer: whose cost it is, a customer or a project
    :ivar project: the same, where it is a project of QuickBooks' own
    :ivar billable: he is to be charged for it in QuickBooks
    """

    text: str
    amount: Decimal = Decimal(0)
    account: Ref | None = None
    heading: bool = False
    tax_code: Ref | None = None
    class_ref: Ref | None = None
    customer: Ref | None = None
    project: Ref | None = None
    billable: bool = False


@dataclass(frozen=True)
class RatePart:
    """One rate of a tax code, on purchases.

    :ivar percent: may be negative: a reverse charge is a pair
    :ivar applied: ``TaxTypeApplicable``: on the amount, on it and the taxes before, or on those
    """

    id: str
    percent: Decimal
    applied: str = "TaxOnAmount"


@dataclass(frozen=True)
class CodeTax:
    """All that one tax code taxes in a document.

    :ivar amounts: untaxed amount of each of its lines
    :ivar billed: the tax as posted in the ledger for these lines
    """

    code: Ref
    rates: tuple[RatePart, ...]
    amounts: tuple[Decimal, ...]
    billed: Decimal


@dataclass(frozen=True)
class RateTax:
    """What a document says of one rate: the amount it taxes and the tax as billed."""

    rate_id: str
    percent: Decimal
    base: Decimal
    tax: Decimal


@dataclass(frozen=True)
class BillSnapshot:
    """A vendor bill, vendor credit or expense as posted in Odoo; amounts are positive.

    :ivar vendor: None only for an expense of which nobody knows where it was made
    :ivar taxes: what is said about the tax outside the US; None leaves it to QuickBooks
    """

    number: str
    date: str
    vendor: Ref | None
    currency: str
    lines: tuple[ExpenseLine, ...]
    due_date: str = ""
    rate: Decimal = Decimal(1)
    term: Ref | None = None
    taxes: tuple[RateTax, ...] | None = None
    taxed: bool = False
    department: Ref | None = None
    private_notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class DepositSnapshot:
    """Money that came back from a vendor, as posted in Odoo.

    :ivar account: where it arrived
    :ivar amount: credited to payables
    :ivar parts: account, text and amount of what else the money is explained by, credit positive
    """

    date: str
    vendor: Ref
    currency: str
    account: Ref
    payable: Ref
    amount: Decimal
    parts: tuple[tuple[Ref, str, Decimal], ...] = ()
    rate: Decimal = Decimal(1)
    method: Ref | None = None
    private_notes: tuple[str, ...] = ()
