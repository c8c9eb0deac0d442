"""What the connector knows about every entity of the API, as one table (FACTS 5, DESIGN 9).

The names agree with python-quickbooks' ``qbo_object_name`` (a test compares them); the pure core
stays free of the library.
"""

from __future__ import annotations

from dataclasses import dataclass

#: Waves of the push, in the order they must leave (DESIGN 9)
REFERENCE, PARTY, ITEM, SUB_CUSTOMER, DOCUMENT, CREDIT, MONEY, FILE = range(8)

NAMES, DOCUMENTS = "names", "documents"


@dataclass(frozen=True)
class Entity:
    """One row of the table.

    :ivar name: JSON key, batch key, CDC and query name
    :ivar url: last part of the URL (FACTS 2.1)
    :ivar lane: ``names`` may only be written one request at a time (FACTS 14#56), ``documents`` in
        parallel
    :ivar wave: an object may refer to objects of lower waves; a sub-customer (``Job``) belongs to
        ``SUB_CUSTOMER`` although its entity is Customer
    :ivar space: what shares its ids: ``name`` (customers, vendors, employees), ``txn`` (all
        transactions) or ``list`` (this entity alone), FACTS 14#7-8
    :ivar natural_key: attribute a person would look it up by; ``""`` when there is none
    :ivar void: ``operation`` (``?operation=void``), ``include`` (``?operation=update`` and
        ``&include=void``, sparse body) or ``""``: it cannot be voided (FACTS 2.1, 7.5)
    :ivar cdc: offered by change data capture (FACTS 5, 10.2); doubtful ones are left out, because
        one unsupported name refuses the whole call
    :ivar writable: can be created through its own URL
    :ivar deletable: ``operation=delete`` exists; lists are set inactive instead
    :ivar inactive: queries hide inactive rows unless asked (FACTS 4)
    :ivar webhook: the API announces its changes (FACTS 10.3)
    :ivar page: deep link into the QuickBooks user interface, ``{id}`` to be filled in
    :ivar json_key: key of the object in answers where it differs from ``name``
    """

    name: str
    url: str
    lane: str
    wave: int
    space: str
    natural_key: str
    void: str = ""
    cdc: bool = True
    writable: bool = True
    deletable: bool = False
    inactive: bool = False
    webhook: bool = True
    page: str = ""
    json_key: str = ""

    @property
    def key(self) -> str:
        """Key of the object in an answer."""
        return self.json_key or self.name


def _list(name: str, wave: int, natural_key: str = "Name", **more) -> Entity:
    more.setdefault("space", "list")
    more.setdefault("inactive", True)
    return Entity(name, more.pop("url", name.lower()), NAMES, wave, natural_key=natural_key, **more)


def _txn(name: str, wave: int, natural_key: str = "DocNumber", **more) -> Entity:
    more.setdefault("page", f"/app/{name.lower()}?txnId={{id}}")
    return Entity(name, name.lower(), DOCUMENTS, wave, "txn", natural_key, deletable=True, **more)


_TABLE = (
    # reference data
    _list("CompanyInfo", REFERENCE, "CompanyName", writable=False, inactive=False, webhook=False),
    _list("Preferences", REFERENCE, "", writable=False, inactive=False),
    _list("Account", REFERENCE, page="/app/register?accountId={id}"),
    _list("Class", REFERENCE),
    _list("Department", REFERENCE),
    _list("Term", REFERENCE),
    _list("PaymentMethod", REFERENCE),
    _list("TaxCode", REFERENCE, cdc=False, writable=False, webhook=False),
    _list("TaxRate", REFERENCE, cdc=False, writable=False, webhook=False),
    _list("TaxAgency", REFERENCE, "DisplayName", cdc=False, inactive=False),
    _list(
        "TaxService",
        REFERENCE,
        "TaxCode",
        cdc=False,
        inactive=False,
        webhook=False,
        url="taxservice/taxcode",
    ),
    _list("CompanyCurrency", REFERENCE, "Code"),
    _list("ExchangeRate", REFERENCE, "", inactive=False, webhook=False),
    _list("CustomerType", REFERENCE, cdc=False, writable=False, webhook=False),
    # names: one number space, one name space
    _list("Customer", PARTY, "DisplayName", space="name", page="/app/customerdetail?nameId={id}"),
    _list("Vendor", PARTY, "DisplayName", space="name", page="/app/vendordetail?nameId={id}"),
    _list("Employee", PARTY, "DisplayName", space="name"),
    _list("Item", ITEM, page="/app/items?itemId={id}"),
    # documents
    _txn("Invoice", DOCUMENT, void="operation"),
    _txn("SalesReceipt", DOCUMENT, void="include"),
    _txn("Estimate", DOCUMENT),
    _txn("Bill", DOCUMENT),
    _txn("Purchase", DOCUMENT, void="operation", page="/app/expense?txnId={id}"),
    _txn("PurchaseOrder", DOCUMENT),
    _txn("JournalEntry", DOCUMENT, page="/app/journal?txnId={id}"),
    # credits
    _txn("CreditMemo", CREDIT, void="operation"),
    _txn("VendorCredit", CREDIT),
    _txn("RefundReceipt", CREDIT, void="include"),
    # money
    _txn("Payment", MONEY, "PaymentRefNum", void="include", page="/app/recvpayment?txnId={id}"),
    _txn("BillPayment", MONEY, void="include"),
    _txn("Deposit", MONEY),
    _txn("Transfer", MONEY, ""),
    Entity(
        "CreditCardPayment",
        "creditcardpayment",
        DOCUMENTS,
        MONEY,
        "txn",
        "",
        cdc=False,
        deletable=True,
        webhook=False,
        json_key="CreditCardPaymentTxn",
    ),
    # files and others
    Entity(
        "TimeActivity", "timeactivity", DOCUMENTS, DOCUMENT, "list", "", cdc=False, deletable=True
    ),
    Entity(
        "Attachable",
        "attachable",
        DOCUMENTS,
        FILE,
        "list",
        "FileName",
        deletable=True,
        webhook=False,
    ),
    Entity("Budget", "budget", DOCUMENTS, REFERENCE, "list", "Name", cdc=False, writable=False),
    Entity(
        "RecurringTransaction",
        "recurringtransaction",
        DOCUMENTS,
        DOCUMENT,
        "list",
        "",
        cdc=False,
        writable=False,
        webhook=False,
    ),
)

ENTITIES: dict[str, Entity] = {row.name: row for row in _TABLE}

_BY_FOLDED = {row.name.lower(): row for row in _TABLE}

# other spellings: webhook names, LinkedTxn types and labels of the user interface (FACTS 6, 10.3)
_ALIASES = {
    "currency": "CompanyCurrency",
    "billpaymentcheck": "BillPayment",
    "billpaymentcreditcard": "BillPayment",
    "expense": "Purchase",
    "check": "Purchase",
    "cashpurchase": "Purchase",
    "creditcardcredit": "Purchase",
    "creditcardcharge": "Purchase",
    "creditcardexpense": "Purchase",
    "location": "Department",
    "journal": "JournalEntry",
    "refund": "RefundReceipt",
    "taxservice/taxcode": "TaxService",
}


def find(spelling: str) -> Entity | None:
    """The entity of any known spelling (``invoice``, ``Journal Entry``, ``BillPaymentCheck``)."""
    folded = "".join(spelling.split()).lower()
    return _BY_FOLDED.get(_ALIASES.get(folded, folded).lower())


def get(name: str) -> Entity:
    """The entity of exactly this name.

    :raises KeyError: for a name that is not in the table
    """
    return ENTITIES[name]


def cdc_names() -> tuple[str, ...]:
    """Entities change data capture can report, in the order of the table."""
    return tuple(row.name for row in _TABLE if row.cdc)


def deep_link(ui: str, name: str, remote_id: str) -> str:
    """Address of the object's page in QuickBooks, ``""`` when it has none.

    :param ui: scheme and host of the user interface (``Endpoints.ui``)
    """
    page = get(name).page
    return ui.rstrip("/") + page.format(id=remote_id) if page and remote_id else ""
