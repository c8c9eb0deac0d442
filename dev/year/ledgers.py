"""Odoo's ledger in the words of QuickBooks' one: the same accounts, parties and documents."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

from .quickbooks import PARTY_TYPES, Posting, QuickBooks

Env = Any
#: (model, id) of the record of Odoo a posting on either side is about
Subject = tuple[str, int]
RECEIVABLE, PAYABLE = PARTY_TYPES


@dataclass(frozen=True)
class Entry:
    """A posting of either side; debit is positive.

    :ivar account: QuickBooks' id; of an account of Odoo that is mapped to none its name
    :ivar party: (Customer or Vendor, id there)
    """

    subject: Subject
    account: str
    party: tuple[str, str] | None
    currency: str
    amount: Decimal
    home: Decimal


class Links:
    """Which record of Odoo an object of QuickBooks belongs to, and who is who there."""

    def __init__(self, env: Env, connection: Any):
        self.subjects: dict[tuple[str, str], Subject] = {}
        self.parties: dict[tuple[str, int, str], str] = {}
        domain = [("connection_id", "=", connection.id), ("state", "!=", "unlinked")]
        for link in env["quickbooks.binding"].search(domain):
            if link.res_model == "res.partner":
                key = link.remote_type, link.res_id, link.variant or ""
                self.parties[key] = link.remote_id
            elif link.remote_id:
                subject = link.res_model, link.res_id
                self.subjects[link.remote_type, link.remote_id] = subject


def of_quickbooks(
    postings: list[Posting], links: Links, roots: dict[str, str]
) -> tuple[list[Entry], list[str]]:
    """
    :param roots: sub-customers of projects → the customer; Odoo's ledger knows only him
    :return: postings, and what of them belongs to no record of Odoo
    """
    entries, strangers = [], set()
    for row in postings:
        subject = links.subjects.get(row.document)
        if subject is None:
            strangers.add("{} {} belongs to nothing in Odoo".format(*row.document))
            subject = row.document[0], 0
        party = row.party and (row.party[0], roots.get(row.party[1], row.party[1]))
        values = (row.account, party, row.currency, row.amount, row.home)
        entries.append(Entry(subject, *values))
    return entries, sorted(strangers)


class OdooLedger:
    """All posted lines of the company."""

    def __init__(self, env: Env, connection: Any, quickbooks: QuickBooks, links: Links):
        self.env, self.connection, self.links = env, connection, links
        self.home = env.company.currency_id
        self.there = quickbooks.all("Account")
        self.accounts = mapped_accounts(env, connection, self.there)
        self.exchanges = self._exchange_subjects()

    def entries(self) -> list[Entry]:
        lines = self.env["account.move.line"].search(
            [("company_id", "=", self.env.company.id), ("parent_state", "=", "posted")], order="id"
        )
        return [self.entry(line) for line in lines if line.balance or line.amount_currency]

    def entry(self, line: Any) -> Entry:
        return Entry(
            subject=self._subject(line.move_id),
            account=self._account(line),
            party=self._party(line),
            currency=line.currency_id.name,
            amount=exact(line.amount_currency, line.currency_id),
            home=exact(line.balance, self.home),
        )

    def _account(self, line: Any) -> str:
        """Receivables and payables have an account for each currency there (FACTS 9)."""
        kind = {"asset_receivable": RECEIVABLE, "liability_payable": PAYABLE}.get(
            line.account_id.account_type
        )
        if not kind:
            return self.accounts.get(line.account_id.id) or f"unmapped: {line.account_id.name}"
        return next(
            (
                ident
                for ident, row in self.there.items()
                if row["AccountType"] == kind
                and (row.get("CurrencyRef") or {}).get("value", self.home.name)
                == line.currency_id.name
            ),
            f"no account of {kind} in {line.currency_id.name}",
        )

    def _party(self, line: Any) -> tuple[str, str] | None:
        kind = {"asset_receivable": "Customer", "liability_payable": "Vendor"}.get(
            line.account_id.account_type
        )
        if not kind:
            return None
        foreign = "" if line.currency_id == self.home else line.currency_id.name
        partner = line.partner_id.commercial_partner_id
        return kind, self.links.parties.get((kind, partner.id, foreign), f"unlinked {partner.name}")

    def _subject(self, move: Any) -> Subject:
        """Whose entry it is. A difference of exchange is its settlement's; the reversal of one is
        that of the settlement it undoes."""
        if move.id in self.exchanges:
            return self.exchanges[move.id]
        if move.journal_id == self.env.company.currency_exchange_journal_id:
            move = move.reversed_entry_id or move  # undone when its settlement was: together nought
        return self._subject_of(move)

    def _exchange_subjects(self) -> dict[int, Subject]:
        """Entries of exchange differences → the payment, or else the credit, that realized them."""
        partials = self.env["account.partial.reconcile"].search(
            [("exchange_move_id", "!=", False), ("company_id", "=", self.env.company.id)]
        )
        found = {}
        for partial in partials:
            moves = (partial.debit_move_id | partial.credit_move_id).move_id
            settling = min(moves, key=_rank)
            found[partial.exchange_move_id.id] = self._subject_of(settling)
        return found

    def _subject_of(self, move: Any) -> Subject:
        if move.origin_payment_id:
            return "account.payment", move.origin_payment_id.id
        if move.statement_line_id:
            return "account.bank.statement.line", move.statement_line_id.id
        return "account.move", move.id


def _rank(move: Any) -> int:
    """Which of two entries settles the other: QuickBooks books the difference with that one."""
    if move.origin_payment_id.payment_type == "inbound" or move.statement_line_id:
        return 0
    if move.move_type in ("out_refund", "in_refund"):
        return 1
    return 2 if move.origin_payment_id else 3


def exact(value: float, currency: Any) -> Decimal:
    """A monetary field as the decimal it shows."""
    return Decimal(f"{value:.{currency.decimal_places}f}")


def mapped_accounts(env: Env, connection: Any, there: dict[str, Any]) -> dict[int, str]:
    """Odoo's accounts → QuickBooks', as the connection's mapping says.

    Of a journal these are its own account and those in which money on its way lies.
    """
    found: dict[int, str] = {}
    rows = env["quickbooks.mapping"].search(
        [("connection_id", "=", connection.id), ("reference_id", "!=", False)]
    )
    for row in rows:
        remote_id, kind = row.reference_id.remote_id, row.kind
        if kind == "account":
            found[row.res_id] = remote_id
        elif kind == "income_account" and row.res_model == "product.category":
            category = env["product.category"].browse(row.res_id)
            found[category.property_account_income_categ_id.id] = remote_id
        elif kind in ("deposit_account", "payment_account") and row.res_id:
            for account in _accounts_of(env["account.journal"].browse(row.res_id)):
                found[account.id] = remote_id
    exchange = [
        ident for ident, row in there.items() if row.get("AccountSubType") == "ExchangeGainOrLoss"
    ]
    if exchange:
        company = env.company
        for account in (
            company.income_currency_exchange_account_id,
            company.expense_currency_exchange_account_id,
        ):
            found[account.id] = exchange[0]
    return found


def _accounts_of(journal: Any) -> Any:
    methods = journal.inbound_payment_method_line_ids | journal.outbound_payment_method_line_ids
    return journal.default_account_id | methods.payment_account_id


def sums(entries: list[Entry], *keys: str) -> dict[Any, tuple[Decimal, Decimal]]:
    """Amounts and home amounts by some attributes of the entries."""
    found: dict[Any, list[Decimal]] = defaultdict(lambda: [Decimal(0), Decimal(0)])
    for entry in entries:
        key = tuple(getattr(entry, name) for name in keys)
        found[key][0] += entry.amount
        found[key][1] += entry.home
    return {key: (amount, home) for key, (amount, home) in found.items()}
