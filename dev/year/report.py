"""The year in figures, as plain text."""

from __future__ import annotations

from collections import Counter, defaultdict
from collections.abc import Iterator
from decimal import Decimal

from .trial import Balance, Trial

WRONGS_SHOWN = 60


def lines(made: Counter[str], trial: Trial) -> Iterator[str]:
    """The whole report."""
    yield from _tally(made)
    yield ""
    yield from _balances(trial.balances)
    yield ""
    yield from _explained(trial)
    yield ""
    yield f"{trial.parties} customers and vendors, {trial.open_items} invoices, credits and bills"
    yield ", ".join(f"{count} {what}" for what, count in trial.beside.items())
    for wrong in trial.wrongs[:WRONGS_SHOWN]:
        yield f"DIFFERENT: {wrong}"
    if len(trial.wrongs) > WRONGS_SHOWN:
        yield f"... and {len(trial.wrongs) - WRONGS_SHOWN} more"
    answer = "yes" if trial.agree else f"no ({len(trial.wrongs)} differences)"
    documents = sum(made.values()) - _cancelled(made)
    yield f"ledgers equal: {answer} ({documents} documents, {trial.figures} figures compared)"


def _cancelled(made: Counter[str]) -> int:
    return sum(count for kind, count in made.items() if kind.startswith("cancelled"))


def _tally(made: Counter[str]) -> Iterator[str]:
    yield f"{'documents':<34} {'made':>6}"
    for kind, count in sorted(made.items()):
        yield f"{kind:<34} {count:>6}"
    whole = sum(made.values()) - _cancelled(made)
    yield f"{'all, without cancellations':<34} {whole:>6}"
    credits = sum(count for kind, count in made.items() if kind.startswith("credit note"))
    for what, count in (("credit notes", credits), ("cancelled", _cancelled(made))):
        yield f"{what:<34} {count:>6} {100 * count / max(1, whole):.1f} %"


def _balances(balances: list[Balance]) -> Iterator[str]:
    yield f"{'account':<34} {'Odoo':>14} {'QuickBooks':>14} {'explained':>10}"
    for row in sorted(balances, key=lambda balance: balance.name):
        wrong = "" if row.odoo - row.quickbooks == row.explained else "  DIFFERENT"
        yield f"{row.name:<34} {row.odoo:>14,} {row.quickbooks:>14,} {row.explained:>10}{wrong}"
    zero = Decimal(0)
    odoo = sum((row.odoo for row in balances), zero)
    quickbooks = sum((row.quickbooks for row in balances), zero)
    yield f"{'sum':<34} {odoo:>14,} {quickbooks:>14,}"


def _explained(trial: Trial) -> Iterator[str]:
    by_cause: dict[str, list[Decimal]] = defaultdict(list)
    for row in trial.explained:
        by_cause[row.cause].append(row.amount)
    for cause, amounts in sorted(by_cause.items()):
        largest = max(abs(amount) for amount in amounts)
        yield f"{cause}: {len(amounts)} figures, {largest} at most, {sum(amounts)} together"
    count, amount = trial.uninvoiced
    yield f"on receivables: {count} sales without an invoice and refunds of them come to {amount}"
    ours, theirs = trial.realized
    yield f"realized exchange differences: Odoo {ours}, QuickBooks {theirs}"


def explanations(trial: Trial) -> Iterator[str]:
    """Every single figure that is not the same in the home currency, with its reason."""
    for row in trial.explained:
        party = " {} {}".format(*row.party) if row.party else ""
        yield (
            f"{row.subject[0]} {row.subject[1]}, account {row.account}{party}: "
            f"{row.odoo} here, {row.quickbooks} there, {row.cause}"
        )
