"""Both ledgers held against each other: by document, by party, by account.

In the currency of a document everything must be the same on both sides. In the home currency each
side rounds for itself: Odoo every line of a document and every matched amount, QuickBooks every
line at the document's own rate (FACTS 9). What that comes to is listed, one figure after the
other; it is accepted only when amounts and rates agree, when it is no more than these roundings
can make, and when the lists add up to the difference of the trial balances exactly.
"""

from __future__ import annotations

from collections import Counter, defaultdict
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

from . import beside, open_items, uninvoiced
from .ledgers import Entry, Links, OdooLedger, Subject, of_quickbooks
from .quickbooks import QuickBooks
from .uninvoiced import Shift

Env = Any
ZERO = Decimal(0)
#: what rounding to cents can make of one figure, at most
HALF_CENT = Decimal("0.005")
#: text of the line by which the engine settles a cent of US sales tax
TAX_ROUNDING = "Sales tax rounding"
#: QuickBooks' documents with sales tax, and the sign of their tax in the ledger
TAXED = {"Invoice": -1, "CreditMemo": 1, "SalesReceipt": -1, "RefundReceipt": 1}
Shifts = dict[tuple[Subject, str], Shift]
Key = tuple[Subject, str, "tuple[str, str] | None"]


@dataclass(frozen=True)
class Difference:
    """What one document shows of one account in the home currency, and why."""

    subject: Subject
    account: str
    party: tuple[str, str] | None
    odoo: Decimal
    quickbooks: Decimal
    cause: str

    @property
    def amount(self) -> Decimal:
        return self.odoo - self.quickbooks


@dataclass(frozen=True)
class Balance:
    """An account in both trial balances."""

    name: str
    odoo: Decimal
    quickbooks: Decimal
    explained: Decimal


@dataclass
class Trial:
    """
    :ivar wrongs: sentences; the books agree when there are none
    :ivar explained: differences in the home currency, one for each document, account and party
    :ivar realized: gains and losses of exchange as each side booked them, Odoo's first
    :ivar uninvoiced: how many sales without an invoice and refunds of them stand, and what Odoo
        has less on receivables because of them
    :ivar beside: how much was compared that no ledger shows, by what it is
    """

    balances: list[Balance] = field(default_factory=list)
    explained: list[Difference] = field(default_factory=list)
    wrongs: list[str] = field(default_factory=list)
    subjects: Counter[str] = field(default_factory=Counter)
    parties: int = 0
    open_items: int = 0
    figures: int = 0
    realized: tuple[Decimal, Decimal] = (ZERO, ZERO)
    uninvoiced: tuple[int, Decimal] = (0, ZERO)
    beside: dict[str, int] = field(default_factory=dict)

    @property
    def agree(self) -> bool:
        """Empty books prove nothing."""
        return bool(self.figures) and not self.wrongs


def judge(env: Env, connection: Any, quickbooks: QuickBooks) -> Trial:
    trial = Trial()
    links = Links(env, connection)
    postings, problems = quickbooks.ledger()
    theirs, strangers = of_quickbooks(postings, links, quickbooks.roots())
    ledger = OdooLedger(env, connection, quickbooks, links)
    ours = ledger.entries()
    trial.wrongs += problems + strangers
    trial.subjects.update(subject[0] for subject in {entry.subject for entry in ours})
    sold = uninvoiced.read(env, quickbooks, ledger, _default_item(env, connection))
    shifts = _tax_roundings(env, quickbooks, ledger, sold.shifts)
    _by_document(trial, ours, theirs, shifts)
    _by_account(trial, ours, theirs, quickbooks, ledger)
    trial.parties, wrongs = open_items.parties(env, quickbooks, links, sold.owed)
    trial.open_items, more = open_items.documents(env, quickbooks, links)
    trial.beside, others = beside.judge(env, quickbooks, links)
    trial.uninvoiced = sold.count, -sum(sold.owed.values(), ZERO)
    trial.wrongs += sold.wrongs + wrongs + more + others + open_items.unsettled(env)
    trial.figures += trial.parties + 2 * trial.open_items + sum(trial.beside.values())
    return trial


def _default_item(env: Env, connection: Any) -> str:
    kind = [("connection_id", "=", connection.id), ("kind", "=", "default_item")]
    return env["quickbooks.mapping"].search(kind).reference_id.remote_id


# By document


def _grouped(entries: list[Entry]) -> dict[Key, list[Entry]]:
    found: dict[Key, list[Entry]] = defaultdict(list)
    for entry in entries:
        found[entry.subject, entry.account, entry.party].append(entry)
    return found


def _by_document(
    trial: Trial,
    ours: list[Entry],
    theirs: list[Entry],
    shifts: Shifts,
) -> None:
    left, right = _grouped(ours), _grouped(theirs)
    foreign = _foreign([*ours, *theirs])
    rows = Counter(entry.subject for entry in [*ours, *theirs])
    for key in sorted({*left, *right}, key=str):
        subject, account, party = key
        here, there = left.get(key, []), right.get(key, [])
        trial.figures += 2
        shift = shifts.get((subject, account), Shift(ZERO))
        _amounts(trial, key, here, there, shift.amount)
        odoo, quickbooks = _home(here), _home(there)
        if odoo == quickbooks:
            continue
        cause = _cause(odoo - quickbooks, shift, subject in foreign, rows[subject])
        if cause:
            difference = Difference(subject, account, party, odoo, quickbooks, cause)
            trial.explained.append(difference)
        else:
            trial.wrongs.append(
                f"{_said(key)}: Odoo has {odoo}, QuickBooks has {quickbooks} in the home currency"
            )


def _foreign(entries: list[Entry]) -> set[Subject]:
    """Documents of which some amount is in another currency."""
    return {entry.subject for entry in entries if entry.amount != entry.home}


def _home(entries: list[Entry]) -> Decimal:
    return sum((entry.home for entry in entries), ZERO)


def _amounts(
    trial: Trial, key: Key, here: list[Entry], there: list[Entry], shifted: Decimal
) -> None:
    """In the document's currency nothing may differ. A bank of the home currency that receives
    foreign money shows it at home in Odoo, so there is nothing else to compare."""
    left, right = _in_currencies(here), _in_currencies(there)
    if left.keys() != right.keys() and left and right:
        left, right = {"home": _home(here)}, {"home": _home(there)}
    for currency in left.keys() | right.keys():
        odoo, quickbooks = left.get(currency, ZERO), right.get(currency, ZERO)
        if odoo - quickbooks != shifted:
            trial.wrongs.append(
                f"{_said(key)}: Odoo has {odoo} {currency}, QuickBooks has {quickbooks}"
            )


def _in_currencies(entries: list[Entry]) -> dict[str, Decimal]:
    found: dict[str, Decimal] = defaultdict(Decimal)
    for entry in entries:
        found[entry.currency] += entry.amount
    return {currency: amount for currency, amount in found.items() if amount}


def _cause(difference: Decimal, shift: Shift, foreign: bool, rows: int) -> str:
    """Why a document has another figure in the home currency; '' when there is no reason."""
    if difference == shift.home:
        return shift.cause
    if foreign and abs(difference - shift.home) <= HALF_CENT * (rows + 1):
        return shift.cause or "rounding of foreign amounts"
    return ""


def _said(key: Key) -> str:
    (model, record), account, party = key
    who = " {} {}".format(*party) if party else ""
    return f"{model} {record}, account {account}{who}"


def _tax_roundings(env: Env, quickbooks: QuickBooks, ledger: OdooLedger, shifts: Shifts) -> Shifts:
    """Cents of sales tax that QuickBooks computes otherwise, because it takes the rate of the sum
    (FACTS 8.2): they are on a line of their own there, in Odoo on the tax account.

    :param shifts: other reasons for which Odoo has more of an account; theirs are added
    """
    found = dict(shifts)
    items = quickbooks.all("Item")
    for entity, sign in TAXED.items():
        for row in quickbooks.all(entity).values():
            subject = ledger.links.subjects.get((entity, row["Id"]))
            for line in row["Line"]:
                if line.get("Description") != TAX_ROUNDING or subject is None:
                    continue
                item = items[line["SalesItemLineDetail"]["ItemRef"]["value"]]
                amount = sign * Decimal(line["Amount"])
                rate = Decimal(str(row.get("ExchangeRate") or 1))
                tax = ledger.accounts[_tax_account(env, subject)]
                for account, more in ((item["IncomeAccountRef"]["value"], -amount), (tax, amount)):
                    shift = Shift(more, more * rate, "a cent of sales tax")
                    found[subject, account] = found.get((subject, account), Shift(ZERO)) + shift
    return found


def _tax_account(env: Env, subject: Subject) -> int:
    record = env[subject[0]].browse(subject[1])
    if record._name == "account.payment":
        return uninvoiced.tax_account(record).id
    return record.line_ids.filtered(lambda line: line.display_type == "tax").account_id[:1].id


# By account


def _by_account(
    trial: Trial,
    ours: list[Entry],
    theirs: list[Entry],
    quickbooks: QuickBooks,
    ledger: OdooLedger,
) -> None:
    """Both trial balances, with QuickBooks' own report; what differs is the sum of what was
    explained, to the cent."""
    report = quickbooks.trial_balance()
    here: dict[str, Decimal] = defaultdict(Decimal)
    there: dict[str, Decimal] = defaultdict(Decimal)
    explained: dict[str, Decimal] = defaultdict(Decimal)
    for entries, target in ((ours, here), (theirs, there)):
        for entry in entries:
            target[entry.account] += entry.home
    for difference in trial.explained:
        explained[difference.account] += difference.amount
    for account in sorted({*here, *there, *report}):
        name = ledger.there.get(account, {}).get("Name", account)
        if report.get(account, ZERO) != there[account]:
            trial.wrongs.append(
                f"{name}: the report has {report.get(account, ZERO)}, the ledger {there[account]}"
            )
        balance = Balance(name, here[account], there[account], explained[account])
        trial.figures += 2
        trial.balances.append(balance)
        if balance.odoo - balance.quickbooks != balance.explained:
            trial.wrongs.append(
                f"{name}: Odoo's balance is {balance.odoo}, QuickBooks' {balance.quickbooks}, "
                f"and {balance.explained} of it is explained"
            )
        if ledger.there.get(account, {}).get("AccountSubType") == "ExchangeGainOrLoss":
            trial.realized = balance.odoo, balance.quickbooks
