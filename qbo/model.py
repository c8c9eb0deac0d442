"""Plain data between the layers: snapshots of Odoo records and readings of QBO objects.

Adapters fill snapshots from recordsets, mapping functions turn snapshots into payload dicts,
and nothing here knows Odoo, HTTP or time. Every amount is a ``Decimal`` in the document's own
currency; every reference is a :class:`Ref`, because a QBO id means nothing without its type
(FACTS 14#7-8).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from decimal import Decimal


@dataclass(frozen=True)
class Ref:
    """A remote object: its entity name and its id, which is text and may not be a number."""

    entity: str
    id: str

    @property
    def payload(self) -> dict:
        """The shape QBO wants; names are ignored on input, so none is sent (FACTS 2.4)."""
        return {"value": self.id}


@dataclass(frozen=True)
class CompanyProfile:
    """What the company file allows, read from CompanyInfo and Preferences (FACTS 5.1, 5.2)."""

    country: str = "US"
    home_currency: str = "USD"
    multicurrency: bool = False
    using_sales_tax: bool = True
    automated_sales_tax: bool = False
    custom_txn_numbers: bool = False
    book_close_date: str | None = None
    auto_apply_credit: bool = False
    allow_discount: bool = True
    allow_shipping: bool = False
    class_per_line: bool = False
    class_per_txn: bool = False
    track_departments: bool = False
    #: purchases may name a customer on their lines, and be billed to him
    track_customers: bool = True
    billable_expenses: bool = False

    @property
    def us(self) -> bool:
        return self.country == "US"

    @property
    def has_classes(self) -> bool:
        return self.class_per_line or self.class_per_txn

    @property
    def taxes_purchases(self) -> bool:
        """Purchases have tax codes; in the US tax is a part of the cost (FACTS 8.2)."""
        return not self.us and self.using_sales_tax


@dataclass(frozen=True)
class AddressSnapshot:
    """A postal address; every part may be empty."""

    street: str = ""
    street2: str = ""
    city: str = ""
    state: str = ""
    zip: str = ""
    country: str = ""
    name: str = ""

    def __bool__(self) -> bool:
        return any((self.street, self.street2, self.city, self.state, self.zip, self.country))


@dataclass(frozen=True)
class PartySnapshot:
    """A customer or vendor as Odoo knows it."""

    display_name: str
    is_company: bool
    company_name: str = ""
    given_name: str = ""
    family_name: str = ""
    email: str = ""
    phone: str = ""
    website: str = ""
    tax_number: str = ""
    account_number: str = ""
    notes: str = ""
    billing: AddressSnapshot = field(default_factory=AddressSnapshot)
    shipping: AddressSnapshot = field(default_factory=AddressSnapshot)
    term: Ref | None = None
    currency: str = ""
    active: bool = True


@dataclass(frozen=True)
class ProjectSnapshot:
    """A project as Odoo knows it.

    :ivar parent: its customer in QBO
    """

    name: str
    parent: Ref
    active: bool = True


@dataclass(frozen=True)
class RemoteParty:
    """A QBO Customer or Vendor as answered, in the terms of a contact.

    :ivar name: without the mark of inactive objects
    :ivar parent_id: of a sub-customer, else empty
    """

    id: str
    sync_token: str
    name: str
    is_company: bool
    emails: tuple[str, ...]
    phone: str
    website: str
    notes: str
    billing: AddressSnapshot
    term_id: str
    currency: str
    parent_id: str
    active: bool


@dataclass(frozen=True)
class ItemSnapshot:
    """A product variant as Odoo knows it.

    ``price`` is in the company's currency, None when the product has its price in another one.
    """

    name: str
    service: bool
    income_account: Ref
    sku: str = ""
    description: str = ""
    price: Decimal | None = None
    taxable: bool = False
    active: bool = True


@dataclass(frozen=True)
class LineSnapshot:
    """One line of a document.

    ``amount`` is what the line adds to the untaxed total, discount taken off and included tax
    taken out, as posted in the ledger. ``price`` is the undiscounted unit price as typed.
    ``item`` is None for text lines (sections and notes), which carry no amount.
    """

    text: str
    amount: Decimal = Decimal(0)
    quantity: Decimal | None = None
    price: Decimal | None = None
    discount: Decimal = Decimal(0)
    item: Ref | None = None
    taxable: bool = False
    tax_code: Ref | None = None
    class_ref: Ref | None = None


@dataclass(frozen=True)
class DocumentSnapshot:
    """A customer invoice as posted in Odoo.

    :ivar tax_sums: of a company outside the US: the tax of each rate as billed, when it is not
        what QuickBooks would compute (``mapping.tax_sums.TaxSum``)
    :ivar step: what amounts of its currency are rounded to
    :ivar project: the customer again, when it is a project of QBO (FACTS 14#50)
    :ivar class_ref: of the whole document, where the company has one class for it
    :ivar department: location
    """

    number: str
    date: str
    due_date: str
    customer: Ref
    currency: str
    lines: tuple[LineSnapshot, ...]
    untaxed: Decimal
    tax: Decimal
    total: Decimal
    rate: Decimal = Decimal(1)
    step: Decimal = Decimal("0.01")
    term: Ref | None = None
    tax_code: Ref | None = None
    tax_sums: tuple = ()
    email: str = ""
    memo: str = ""
    private_notes: tuple[str, ...] = ()
    billing: AddressSnapshot = field(default_factory=AddressSnapshot)
    shipping: AddressSnapshot = field(default_factory=AddressSnapshot)
    project: Ref | None = None
    class_ref: Ref | None = None
    department: Ref | None = None


@dataclass(frozen=True)
class FileSnapshot:
    """A file of a document.

    :ivar document: what it belongs to
    :ivar mark: tells it, and this version of it, from all other files
    :ivar is_document: it is the document itself, as it was sent
    """

    name: str
    content_type: str
    document: Ref
    mark: str
    is_document: bool = False


@dataclass(frozen=True)
class RemoteDoc:
    """A QBO document as answered: the figures two books are compared by."""

    id: str
    sync_token: str
    number: str
    date: str
    due_date: str
    party_id: str
    currency: str
    total: Decimal
    tax: Decimal
    balance: Decimal
    voided: bool
    linked: tuple[tuple[str, str], ...] = ()


@dataclass(frozen=True)
class PaymentSnapshot:
    """A customer payment as posted in Odoo.

    :ivar total: the money received, in the payment's currency; what allocations do not use up
        stays unapplied
    :ivar allocations: invoice → amount of it that this payment settles
    :ivar write_off: journal entry and the amount of it this payment uses: a credit that settles
        more than the money received, or a charge that is paid with the rest of it
    :ivar number: reference of the sender, say a cheque number
    """

    date: str
    customer: Ref
    currency: str
    total: Decimal
    allocations: tuple[tuple[Ref, Decimal], ...] = ()
    write_off: tuple[Ref, Decimal] | None = None
    rate: Decimal = Decimal(1)
    number: str = ""
    method: Ref | None = None
    deposit_account: Ref | None = None
    private_notes: tuple[str, ...] = ()

    @property
    def unapplied(self) -> Decimal:
        return self.total - sum((amount for _ref, amount in self.allocations), Decimal(0))


@dataclass(frozen=True)
class WriteOffSnapshot:
    """The difference between the money received (or paid) and what it settles: a write-off, a
    discount for early payment with its tax, a fee, or a gain.

    :ivar customer: or vendor
    :ivar receivable: or payable
    :ivar amount: credited to that account; below zero when more was received than is settled, and
        for a discount that a vendor grants
    :ivar parts: account, text and amount of each line against it, debit positive; their sum is
        ``amount``
    """

    date: str
    customer: Ref
    receivable: Ref
    currency: str
    amount: Decimal
    parts: tuple[tuple[Ref, str, Decimal], ...]
    rate: Decimal = Decimal(1)
    private_notes: tuple[str, ...] = ()


@dataclass(frozen=True)
class RemotePayment:
    """A QBO Payment as answered.

    :ivar allocations: amounts by (``LinkedTxn`` type, id)
    """

    id: str
    sync_token: str
    date: str
    party_id: str
    currency: str
    total: Decimal
    unapplied: Decimal
    allocations: dict[tuple[str, str], Decimal]
    voided: bool
