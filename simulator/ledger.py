"""Double entry: every transaction becomes postings whose sum is zero, in both currencies."""

from __future__ import annotations

from dataclasses import dataclass

from .money import ZERO, cents, to_cents


@dataclass
class Posting:
    account: str
    amount: object  # transaction currency, debit positive
    home: int  # home currency in cents, debit positive
    name: tuple | None = None
    memo: str = ""
    fixed: bool = False  # carries its own rate; rounding differences go elsewhere


class Entry:
    """Collects the postings of one transaction and makes them balance."""

    def __init__(self, company, txn):
        self.company, self.txn = company, txn
        self.rate = txn.get("ExchangeRate") or 1
        self.currency = (txn.get("CurrencyRef") or {}).get("value") or company.home_currency
        self.lines = []

    def add(self, account, amount, name=None, memo="", rate=None):
        """Debit positive, credit negative; zero amounts leave no posting."""
        if not amount:
            return
        home = to_cents(amount * (rate or self.rate))
        self.lines.append(
            Posting(account or self.fallback(), amount, home, name, memo or "", rate is not None)
        )

    def home_only(self, account, home, memo=""):
        """A difference that exists in home currency only, such as exchange gain or loss."""
        if home:
            self.lines.append(Posting(account or self.fallback(), ZERO, home, None, memo, True))

    def fallback(self):
        """Where amounts without a known account go; only loaded data can need it."""
        return (
            self.company.account("OpeningBalanceEquity")
            or self.company.account(kind="Equity")
            or "0"
        )

    def close(self):
        """The balanced postings."""
        open_amount = cents(sum((line.amount for line in self.lines), ZERO))
        if open_amount:
            self.add(self.fallback(), -open_amount, memo="Unbalanced")
        rest = sum(line.home for line in self.lines)
        if rest:
            self._absorb(rest)
        return self.lines

    def _absorb(self, rest):
        """Put a rounding difference on the largest ordinary line."""
        ordinary = [line for line in self.lines if not line.fixed and not line.name] or self.lines
        max(ordinary, key=lambda line: abs(line.home)).home -= rest
