"""Sales without an invoice, which the two books hold differently until they are invoiced.

Odoo has the money as a credit on receivables; QuickBooks' SalesReceipt has income and tax instead.
So each SalesReceipt that stands, less its RefundReceipts, explains its amount between receivables
there and here. How much that is on which account is worked out from Odoo's payment and its order,
never from QuickBooks' receipt: a receipt of another amount is a difference.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from .ledgers import OdooLedger, Subject, exact
from .quickbooks import QuickBooks

Env = Any
ZERO = Decimal(0)
CAUSE = "sales without an invoice"
#: QuickBooks' entity → whether it adds to income
KINDS = {"SalesReceipt": True, "RefundReceipt": False}


@dataclass(frozen=True)
class Shift:
    """What Odoo has more of an account for one document, debit positive.

    :ivar amount: in the document's currency
    :ivar home: in the home currency
    """

    amount: Decimal
    home: Decimal = ZERO
    cause: str = ""

    def __add__(self, other: Shift) -> Shift:
        return Shift(self.amount + other.amount, self.home + other.home, self.cause or other.cause)


@dataclass
class Uninvoiced:
    """
    :ivar shifts: (record, account there) → what Odoo has more of it
    :ivar owed: (Customer, id there) → what is owed there and not here, in his currency
    :ivar wrongs: receipts that ought not to be any
    :ivar count: receipts and refunds of receipts that stand
    """

    shifts: dict[tuple[Subject, str], Shift] = field(default_factory=dict)
    owed: dict[tuple[str, str], Decimal] = field(default_factory=lambda: defaultdict(Decimal))
    wrongs: list[str] = field(default_factory=list)
    count: int = 0


def read(env: Env, quickbooks: QuickBooks, ledger: OdooLedger, item: str) -> Uninvoiced:
    """
    :param item: id of the item of what was sold without a product
    """
    found = Uninvoiced()
    items = quickbooks.all("Item")
    accounts = _Accounts(env, ledger, items[item]["IncomeAccountRef"]["value"])
    for kind, adds in KINDS.items():
        for row in quickbooks.all(kind).values():
            subject = ledger.links.subjects.get((kind, row["Id"]))
            if not row["TotalAmt"] or subject is None:
                continue  # void, or a stranger, which is told elsewhere
            found.count += 1
            payment = env[subject[0]].browse(subject[1])
            _explain(found, accounts, payment, 1 if adds else -1)
            found.wrongs += _settling(payment, kind)
    return found


@dataclass
class _Accounts:
    env: Env
    ledger: OdooLedger
    default: str

    def sold(self, payment: Any) -> dict[str, Decimal]:
        """What the money was for: account there → amount, as the order has it."""
        orders = _orders(payment)
        if not orders:
            return {self.default: exact(payment.amount, payment.currency_id)}
        found: dict[str, Decimal] = defaultdict(Decimal)
        mapped = self.ledger.accounts
        for line in orders.order_line:
            income = line.product_id.categ_id.property_account_income_categ_id
            found[mapped[income.id]] += exact(line.price_subtotal, line.currency_id)
        if orders.amount_tax:
            tax = tax_account(payment)
            found[mapped[tax.id]] += exact(orders.amount_tax, orders.currency_id)
        return found


def _orders(payment: Any) -> Any:
    """What it was paid for, or for a refund its sale; nothing where ``sale`` is not installed."""
    transaction = payment.sudo().payment_transaction_id
    sale = transaction.source_transaction_id or transaction
    return "sale_order_ids" in sale._fields and sale.sale_order_ids


def tax_account(payment: Any) -> Any:
    """Where the tax of its order is owed."""
    parts = _orders(payment).order_line.tax_ids.invoice_repartition_line_ids
    return parts.account_id[:1]


def _explain(found: Uninvoiced, accounts: _Accounts, payment: Any, sign: int) -> None:
    ledger, subject = accounts.ledger, (payment._name, payment.id)
    _money, receivable, _others = payment._seek_for_lines()
    own = ledger.entry(receivable)
    shifts = {own.account: Shift(own.amount, own.home, CAUSE)}
    for account, amount in accounts.sold(payment).items():
        home = amount if own.amount == own.home else abs(own.home)
        shifts[account] = Shift(sign * amount, sign * home, CAUSE)
    for account, shift in shifts.items():
        found.shifts[subject, account] = shift
    found.owed[own.party] += own.amount


def _settling(payment: Any, kind: str) -> list[str]:
    """Money that settles an invoice is that invoice's, and no sale by itself."""
    line = payment._seek_for_lines()[1]
    partners = line.matched_debit_ids.debit_move_id | line.matched_credit_ids.credit_move_id
    invoices = partners.move_id.filtered(lambda move: move.move_type != "entry")
    names = ", ".join(invoices.mapped("name"))
    return [f"{payment.name} is a {kind} and settles {names}"] if invoices else []
