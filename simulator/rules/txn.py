"""What all transactions share: dates, closed books, currency, notes (FACTS 7, 9)."""

from __future__ import annotations

import re

from .. import currencies, rates
from ..errors import business, fault
from ..money import ZERO, cents
from ..schema import NAMES
from .base import Rules
from .party import ensure_account

_CARD = re.compile(r"(?<!\d)(?:\d[ -]?){12,15}\d(?!\d)")


def luhn(digits):
    total = 0
    for position, digit in enumerate(reversed(digits)):
        value = int(digit) * (2 if position % 2 else 1)
        total += value - 9 if value > 9 else value
    return total % 10 == 0


def refuse_cards(*texts):
    """Raw card numbers in memo fields: 6530 (FACTS 14#42)."""
    for text in texts:
        for match in _CARD.finditer(text or ""):
            digits = re.sub(r"\D", "", match[0])
            if digits[0] in "3456" and luhn(digits):
                raise fault("6530", "Raw credit card number found in the request", "PrivateNote")


class TxnRules(Rules):
    """Base of every transaction."""

    party = None  # attribute that names the customer or vendor

    def header(self, work, new, old, sent):
        """Date, books, deposits and currency, in this order."""
        if "TxnDate" not in new or (old and not sent.get("sparse", True) and "TxnDate" not in sent):
            keep = old and work.switch("txn_date_on_full_update") == "keep"
            new["TxnDate"] = old["TxnDate"] if keep else work.today
        self.check_frozen(work, old)
        self.check_books(work, new, old)
        self._tracking(work, new)
        refuse_cards(new.get("PrivateNote"), (new.get("CustomerMemo") or {}).get("value"))
        self.currency(work, new, old)

    def _tracking(self, work, new):
        """Classes and locations are ignored while they are switched off (FACTS 14#47); a form
        without a class of its own has it on its lines, whichever way it is switched on."""
        prefs = work.company.prefs.get("AccountingInfoPrefs") or {}
        if not prefs.get("ClassTrackingPerTxn"):
            new.pop("ClassRef", None)
        if not prefs.get("TrackDepartments"):
            new.pop("DepartmentRef", None)
        per_line = prefs.get("ClassTrackingPerTxnLine")
        if "ClassRef" not in self.spec.fields:
            per_line = per_line or prefs.get("ClassTrackingPerTxn")
        if not per_line and new.get("Line"):
            new["Line"] = [
                {
                    key: {k: v for k, v in value.items() if k != "ClassRef"}
                    if isinstance(value, dict)
                    else value
                    for key, value in line.items()
                }
                for line in new["Line"]
            ]

    def check_books(self, work, *versions):
        """Nothing on or before the closing date may change (FACTS 14#34)."""
        closed = work.company.book_close_date
        if closed and any(v and v.get("TxnDate", "9") <= closed for v in versions):
            raise fault(
                "6210",
                "The account period has closed and the account books cannot be "
                "updated through the QBO Services API. Please use the QBO website to "
                "make these changes.",
                "",
            )

    def check_frozen(self, work, old):
        """Deposited transactions: remove them from the deposit first (FACTS 14#35)."""
        if old and any(link.get("TxnType") == "Deposit" for link in old.get("LinkedTxn") or []):
            raise fault(
                "6540",
                "This transaction has been deposited. If you want to change or "
                "delete it, you must edit the deposit it appears on and remove it "
                "first.",
                "",
            )

    def party_of(self, work, txn):
        """The customer or vendor object, if the form names one."""
        ref = txn.get(self.party) if self.party else None
        if not ref:
            return None
        kinds = {"CustomerRef": ("Customer",), "VendorRef": ("Vendor",)}.get(self.party, NAMES)
        for kind in kinds:
            found = work.get(kind, ref["value"])
            if found:
                return found
        return None

    def currency(self, work, new, old):
        """Currency of the name, rate of the day (FACTS 9)."""
        company = work.company
        party = self.party_of(work, new)
        expected = ((party or {}).get("CurrencyRef") or {}).get("value")
        sent = (new.get("CurrencyRef") or {}).get("value")
        code = expected or sent or company.home_currency
        if sent and sent != code or code != company.home_currency and not company.multicurrency:
            raise business(
                "The currency of the transaction is invalid for customer/vendor/account."
            )
        new["CurrencyRef"] = currencies.ref(code)
        if self.party and self.party != "EntityRef":
            ensure_account(
                company,
                "Accounts Receivable" if self.party == "CustomerRef" else "Accounts Payable",
                code,
            )
        if not company.multicurrency:
            new.pop("ExchangeRate", None)
        elif code == company.home_currency:
            new["ExchangeRate"] = 1
        elif not new.get("ExchangeRate"):
            new["ExchangeRate"] = rates.find(work, code, new["TxnDate"])

    def home_totals(self, work, new, balance=False):
        if not work.company.multicurrency:
            new.pop("HomeTotalAmt", None)
            new.pop("HomeBalance", None)
            return
        rate = new.get("ExchangeRate") or 1
        new["HomeTotalAmt"] = cents(new["TotalAmt"] * rate)
        if balance and "Balance" in new:
            new["HomeBalance"] = cents(new["Balance"] * rate)

    def check_account(self, work, new, name, types, text=None):
        ref = new.get(name)
        if ref and work.store.column("Account", ref["value"], "AccountType") not in types:
            raise business(
                text or "You need to select a different type of account for this transaction."
            )

    def check_deposit_account(self, work, new):
        """Money arrives in a bank or other current asset of home or the own currency (FACTS 9)."""
        self.check_account(
            work,
            new,
            "DepositToAccountRef",
            ("Bank", "Other Current Asset"),
            "Please choose an account of type Bank or Other Current Assets",
        )
        ref = new.get("DepositToAccountRef")
        if ref and work.company.multicurrency:
            account = work.get("Account", ref["value"]) or {}
            home = work.company.home_currency
            code = (account.get("CurrencyRef") or {}).get("value", home)
            if code not in (home, new["CurrencyRef"]["value"]):
                raise business(
                    "The currency of the transaction is invalid for customer/vendor/account."
                )

    def check_total(self, new):
        if new["TotalAmt"] < 0:
            raise business("You must specify a transaction amount that is 0 or greater.")

    def delete(self, work, obj):
        self.check_frozen(work, obj)
        self.check_books(work, obj)
        if [self.spec.name, obj["Id"]] in (work.store.value("matched") or []):
            raise fault(
                "6480",
                "Matched Transaction Delete Error : This transaction is matched "
                "to a bank transaction and can't be deleted.",
                "",
            )

    def relink(self, target, source, kind, present):
        """Show or hide the other transaction in LinkedTxn."""
        links = [
            link
            for link in target.get("LinkedTxn") or []
            if link.get("TxnId") != source[1] or link.get("TxnType") != kind
        ]
        if present:
            links.append({"TxnId": source[1], "TxnType": kind})
        target["LinkedTxn"] = links


def applied(old):
    """What links have taken from a document, derived from itself so that loaded data work."""
    if not old:
        return ZERO
    return cents(old.get("TotalAmt", ZERO) - old.get("Deposit", ZERO) - old.get("Balance", ZERO))


def term_due(work, ref, day):
    """Due date by a term (FACTS 7.1)."""
    from datetime import timedelta

    from .lines import parse_date

    term = work.get("Term", ref["value"]) or {}
    start = parse_date(day)
    if term.get("DueDays") is not None:
        return (start + timedelta(days=int(term["DueDays"]))).isoformat()
    wanted = int(term.get("DayOfMonthDue") or 1)
    year, month = start.year, start.month
    if start.day + int(term.get("DueNextMonthDays") or 0) > wanted:
        year, month = year + month // 12, month % 12 + 1
    while True:
        try:
            return start.replace(year=year, month=month, day=wanted).isoformat()
        except ValueError:
            wanted -= 1
