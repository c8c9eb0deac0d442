"""Customer payments and bill payments (FACTS 5.12, 5.14, 7.6)."""

from __future__ import annotations

from .. import numbers
from ..errors import business, fault, missing
from ..money import ZERO, cents
from ..refs import label, resolve_fields
from ..schema import STRUCTS
from ..settle import incoming_links
from .party import billed, payable, receivable
from .txn import TxnRules

CHARGES = {
    "Invoice": "Invoice",
    "JournalEntry": "JournalEntry",
    "Expense": "Purchase",
    "Check": "Purchase",
    "StatementCharge": "Invoice",
    "RefundReceipt": "RefundReceipt",
    "Deposit": "Deposit",
}
CREDITS = {"CreditMemo": "CreditMemo", "Payment": "Payment"}


def link_of(line):
    links = line.get("LinkedTxn") or []
    if not links or not links[0].get("TxnId"):
        raise missing("Line.LinkedTxn")
    return links[0]


#: Detail of the lines that may book to payables.
PAYABLE_LINES = {
    "Purchase": "AccountBasedExpenseLineDetail",
    "Deposit": "DepositLineDetail",
}


def payable_part(work, kind, obj):
    """What an expense or a deposit books to payables."""
    total = ZERO
    for line in obj.get("Line") or []:
        account = ((line.get(PAYABLE_LINES[kind]) or {}).get("AccountRef") or {}).get("value")
        if work.store.column("Account", account, "AccountType") == "Accounts Payable":
            total += line.get("Amount", ZERO)
    return total


def target_vendor(obj):
    """The vendor of a bill, credit, expense or deposit, if it names one."""
    ref = obj.get("VendorRef") or obj.get("EntityRef") or {}
    for line in obj.get("Line") or []:
        ref = ref or (line.get("DepositLineDetail") or {}).get("Entity") or {}
    return ref.get("value")


def bill_payments_on(work, kind, obj):
    """What bill payments have used of an expense or deposit."""
    links = incoming_links(work.company, kind, obj["Id"])
    return sum((used for source, _id, used in links if source == "BillPayment"), ZERO)


def check_used(work, kind, obj, left):
    """What bill payments have used must stay (as a bill cannot shrink below them, FACTS 7.5).

    :param left: what it books to payables from now on
    """
    if left < bill_payments_on(work, kind, obj) and work.switch("delete_paid") == "refuse":
        raise business(
            "You cannot change or delete this transaction because it is linked to a bill payment."
        )


def journal_open(work, entry, party, kinds):
    """Signed receivable or payable amount of a name in a journal entry; debit positive."""
    total = ZERO
    for line in entry.get("Line") or []:
        detail = line.get("JournalEntryLineDetail") or {}
        account = (detail.get("AccountRef") or {}).get("value")
        name = ((detail.get("Entity") or {}).get("EntityRef") or {}).get("value")
        if name == party and work.store.column("Account", account, "AccountType") in kinds:
            sign = 1 if detail.get("PostingType") == "Debit" else -1
            total += sign * line.get("Amount", ZERO)
    return total


class Settlement(TxnRules):
    """A payment whose lines take amounts from documents: charges are paid, credits used up."""

    charges: dict = {}  # TxnType -> entity
    credits: dict = {}
    balances: dict = {}  # entity -> attribute with the open amount
    ledger: tuple = ()  # account types a journal entry is settled on

    def kind_of(self, txn_type):
        return self.charges.get(txn_type) or self.credits.get(txn_type)

    def apply_lines(self, work, new, old):
        """Check and normalise the lines; what remains of the total afterwards."""
        lines, rest = [], new["TotalAmt"]
        for line in new.get("Line") or []:
            sign, stored = self.settle_line(work, new, old, line)
            lines.append(stored)
            rest -= sign * stored["Amount"]
        new["Line"] = lines
        if rest < 0:
            raise business(
                "The amount applied to transactions is larger than the amount of the payment."
            )
        return cents(rest)

    def settle_line(self, work, new, old, line):
        """``(sign, stored line)``; refuses what cannot be linked."""
        link = link_of(line)
        if line.get("Amount") is None:
            raise missing("Line.Amount")
        if line["Amount"] < 0:
            raise fault("2140", f"Invalid Amount : {line['Amount']}", "Line.Amount")
        kind = self.kind_of(link.get("TxnType"))
        target = work.get(kind, str(link["TxnId"])) if kind else None
        if target is None:
            raise fault(
                "620",
                f"Transaction can't be linked : {link.get('TxnType')} "
                f"{link['TxnId']} does not exist",
                "LinkedTxn",
            )
        if kind != "JournalEntry":
            self.check_owner(work, new, target)
        if kind == "JournalEntry":
            amount = self.check_entry(work, new, old, target, line["Amount"])
        else:
            amount = self.check_open(work, kind, target, old, link, line["Amount"])
        stored = {
            "Amount": amount,
            "LinkedTxn": [{"TxnId": str(link["TxnId"]), "TxnType": link["TxnType"]}],
        }
        return self.sign(work, new, link, target), stored

    def sign(self, work, obj, link, target):
        """1 for what is paid, -1 for credit that is used."""
        return -1 if link["TxnType"] in self.credits else 1

    def check_owner(self, work, new, target):
        """The target must belong to the same customer or vendor."""

    def check_open(self, work, kind, target, old, link, amount):
        """Not more than is open, by policy (FACTS 16#1)."""
        name = self.balances.get(kind)
        if name is None or work.switch("over_application") == "allow":
            return amount
        before = sum(
            (
                line["Amount"]
                for line in (old or {}).get("Line") or []
                for item in line.get("LinkedTxn") or []
                if item["TxnId"] == str(link["TxnId"]) and item["TxnType"] == link["TxnType"]
            ),
            ZERO,
        )
        room = cents(target.get(name, ZERO) + before)
        if amount <= room:
            return amount
        if work.switch("over_application") == "cap":
            return room
        raise business(
            "The amount of a line is larger than the open balance of the linked transaction."
        )

    def check_entry(self, work, new, old, target, amount):
        """Of a journal entry what its receivables (or payables) of this name come to, less what
        other payments use of it (FACTS 7.6)."""
        if work.switch("over_application") == "allow":
            return amount
        room = abs(journal_open(work, target, new[self.party]["value"], self.ledger))
        own = self.spec.name, (old or {}).get("Id")
        for kind, ident, used in incoming_links(work.company, "JournalEntry", target["Id"]):
            if (kind, ident) != own:
                room -= used
        if amount <= room:
            return amount
        if work.switch("over_application") == "cap":
            return cents(room)
        raise business(
            "The amount of a line is larger than the open balance of the linked transaction."
        )

    def links(self, work, obj):
        return [
            (
                self.kind_of(link["TxnType"]),
                link["TxnId"],
                line.get("Amount", ZERO),
                link["TxnType"],
            )
            for line in obj.get("Line") or []
            for link in line.get("LinkedTxn") or []
            if self.kind_of(link["TxnType"])
        ]

    def targets(self, work, obj):
        """``[(signed amount, target or None)]`` of the lines."""
        for line in obj.get("Line") or []:
            link = (line.get("LinkedTxn") or [{}])[0]
            kind = self.kind_of(link.get("TxnType"))
            target = work.get(kind, link["TxnId"]) if kind else None
            sign = self.sign(work, obj, link, target) if kind else 1
            yield sign * line.get("Amount", ZERO), target

    def void(self, work, obj):
        self.check_frozen(work, obj)
        self.check_books(work, obj)
        obj["Line"] = []
        for name in ("TotalAmt", "UnappliedAmt", "HomeTotalAmt"):
            if name in obj:
                obj[name] = ZERO


class PaymentRules(Settlement):
    """Applies money and credits to what a customer owes."""

    party = "CustomerRef"
    charges, credits = CHARGES, CREDITS
    balances = {"Invoice": "Balance", "CreditMemo": "RemainingCredit"}
    ledger = ("Accounts Receivable",)

    def prepare(self, work, new, old, sent):
        if new.get("TotalAmt") is None:
            raise business("You must set a transaction amount.")
        self.check_total(new)
        self.header(work, new, old, sent)
        if not new.get("Line") and not old and auto_apply(work):
            new["Line"] = oldest_first(work, new)
        new["UnappliedAmt"] = self.apply_lines(work, new, old)
        self._accounts(work, new)
        new.setdefault("ProcessPayment", False)
        new.pop("LinkedTxn", None)
        if old and old.get("LinkedTxn"):
            new["LinkedTxn"] = old["LinkedTxn"]
        self.home_totals(work, new)

    def _accounts(self, work, new):
        if not new["TotalAmt"]:
            new.pop("DepositToAccountRef", None)
        elif "DepositToAccountRef" not in new:
            account = work.company.account("UndepositedFunds")
            if account:
                new["DepositToAccountRef"] = {"value": account}
        self.check_deposit_account(work, new)

    def sign(self, work, obj, link, target):
        if self.kind_of(link["TxnType"]) == "JournalEntry" and target:
            owed = journal_open(work, target, obj["CustomerRef"]["value"], self.ledger)
            return 1 if owed >= 0 else -1
        return super().sign(work, obj, link, target)

    def check_owner(self, work, new, target):
        """The same customer, or a job below it (FACTS 7.6)."""
        owner = (target.get("CustomerRef") or {}).get("value")
        seen = work.get("Customer", owner) if owner else None
        while seen:
            if seen["Id"] == new["CustomerRef"]["value"]:
                return
            parent = (seen.get("ParentRef") or {}).get("value")
            seen = work.get("Customer", parent) if parent else None
        if owner:
            raise business("The linked transaction belongs to another customer.")

    def links(self, work, obj):
        return [row for row in super().links(work, obj) if row[0] != "Payment"]

    def post(self, work, obj, entry):
        company, rest = work.company, obj.get("TotalAmt", ZERO)
        account = (obj.get("DepositToAccountRef") or {}).get("value")
        entry.add(account or company.account("UndepositedFunds"), rest)
        payer = billed(work, obj["CustomerRef"]["value"])
        for amount, target in self.targets(work, obj):
            owner = ((target or {}).get("CustomerRef") or {}).get("value")
            entry.add(
                receivable(company, target or obj),
                -amount,
                billed(work, owner) if owner else payer,
                rate=(target or {}).get("ExchangeRate"),
            )
            rest -= amount
        entry.add(receivable(company, obj), -rest, payer)
        _gain(company, entry)

    def linked(self, work, obj, delta, source, present):
        """Swept into a deposit: only the header link appears (FACTS 7.1)."""
        if source[0] != "Deposit":
            return
        self.relink(obj, source, "Deposit", present)
        if not obj["LinkedTxn"]:
            del obj["LinkedTxn"]
        work.quiet("Payment", obj)

    def view(self, company, obj, listing):
        """Lines tell the open balance as if this payment did not exist (FACTS 6, LineEx)."""
        return obj | {"Line": [_with_line_ex(company, line) for line in obj.get("Line") or []]}


def _gain(company, entry):
    """Receivables leave at the document's rate, money arrives at the payment's."""
    rest = sum(line.home for line in entry.lines)
    if rest and any(line.fixed for line in entry.lines):
        entry.home_only(company.account("ExchangeGainOrLoss") or entry.fallback(), -rest)


def _with_line_ex(company, line):
    link = (line.get("LinkedTxn") or [{}])[0]
    kind = CHARGES.get(link.get("TxnType")) or CREDITS.get(link.get("TxnType"))
    target = company.store.read(kind, link["TxnId"]) if kind else None
    if target is None:
        return line
    name = "RemainingCredit" if kind == "CreditMemo" else "Balance"
    rest = cents(target.get(name, ZERO) + line.get("Amount", ZERO))
    values = {"txnId": link["TxnId"], "txnOpenBalance": f"{rest:.2f}"}
    if target.get("DocNumber"):
        values["txnReferenceNumber"] = target["DocNumber"]
    any_ = [
        {
            "name": "{http://schema.intuit.com/finance/v3}NameValue",
            "declaredType": "com.intuit.schema.finance.v3.NameValue",
            "scope": "javax.xml.bind.JAXBElement$GlobalScope",
            "value": {"Name": key, "Value": value},
            "nil": False,
            "globalScope": True,
            "typeSubstituted": False,
        }
        for key, value in values.items()
    ]
    return line | {"LineEx": {"any": any_}}


def auto_apply(work):
    return work.company.pref("SalesFormsPrefs", "AutoApplyPayments", False) is True


def oldest_first(work, new):
    """Lines for the oldest open invoices of the customer (AutoApplyPayments, FACTS 7.6)."""
    rest, lines = new["TotalAmt"], []
    for ident in work.store.ids(
        "Invoice",
        "c_CustomerRef = ? AND c_Balance > 0",
        (new["CustomerRef"]["value"],),
        "c_DueDate, n",
    ):
        amount = min(rest, work.get("Invoice", ident)["Balance"])
        if amount <= 0:
            break
        lines.append({"Amount": amount, "LinkedTxn": [{"TxnId": ident, "TxnType": "Invoice"}]})
        rest -= amount
    return lines


class BillPaymentRules(Settlement):
    """Pays bills, with vendor credits deducted."""

    party = "VendorRef"
    charges = {"Bill": "Bill", "JournalEntry": "JournalEntry", "Deposit": "Deposit"}
    # Expense and Check: what Payments do with money paid to a customer (FACTS 6, 7.6), mirrored
    credits = {"VendorCredit": "VendorCredit", "Expense": "Purchase", "Check": "Purchase"}
    balances = {"Bill": "Balance", "VendorCredit": "Balance"}
    ledger = ("Accounts Payable",)

    def settle_line(self, work, new, old, line):
        if (
            link_of(line).get("TxnType") in ("Expense", "Check")
            and work.switch("bill_payment_expenses") == "refuse"
        ):
            raise fault("620", "Transaction can't be linked : an expense pays no bill", "LinkedTxn")
        return super().settle_line(work, new, old, line)

    def sign(self, work, obj, link, target):
        """An entry that debits payables is credit the vendor gives, one that credits them is owed
        like a bill (FACTS 5.14)."""
        if self.kind_of(link["TxnType"]) == "JournalEntry" and target:
            debited = journal_open(work, target, obj["VendorRef"]["value"], self.ledger)
            return -1 if debited > 0 else 1
        return super().sign(work, obj, link, target)

    def check_open(self, work, kind, target, old, link, amount):
        """Of an expense or deposit what it books to payables in the vendor's name."""
        if kind not in PAYABLE_LINES or work.switch("over_application") == "allow":
            return super().check_open(work, kind, target, old, link, amount)
        room = cents(payable_part(work, kind, target))
        own = self.spec.name, (old or {}).get("Id")
        for source, ident, used in incoming_links(work.company, kind, target["Id"]):
            if (source, ident) != own:
                room -= used
        if amount <= room:
            return amount
        if work.switch("over_application") == "cap":
            return room
        raise business(
            "The amount of a line is larger than the open balance of the linked transaction."
        )

    def prepare(self, work, new, old, sent):
        if new.get("TotalAmt") is None:
            raise business("You must set a transaction amount.")
        self.check_total(new)
        self.header(work, new, old, sent)
        self._means(work, new)
        self.apply_lines(work, new, old)
        if "APAccountRef" not in new:
            account = payable(work.company, new)
            if account:
                new["APAccountRef"] = {
                    "value": account,
                    "name": label(work.company, "Account", account),
                }
        if not old and new["PayType"] == "Check":
            account = new["CheckPayment"]["BankAccountRef"]["value"]
            numbers.next_check(work, new, account)
        self.home_totals(work, new)

    def _means(self, work, new):
        """The account that pays, by PayType."""
        name, key, types = {
            "Check": ("CheckPayment", "BankAccountRef", ("Bank",)),
            "CreditCard": ("CreditCardPayment", "CCAccountRef", ("Credit Card",)),
        }[new["PayType"]]
        detail = new.get(name) or {}
        if key not in detail:
            raise missing(key)
        resolve_fields(
            work,
            STRUCTS["check_payment" if name == "CheckPayment" else "card_payment"].fields,
            detail,
        )
        self.check_account(work, detail, key, types)
        if name == "CheckPayment":
            detail.setdefault("PrintStatus", "NotSet")
        new[name] = detail

    def check_owner(self, work, new, target):
        owner = target_vendor(target)
        if owner and owner != new["VendorRef"]["value"]:
            raise business("The linked transaction belongs to another vendor.")

    def post(self, work, obj, entry):
        company, rest = work.company, obj.get("TotalAmt", ZERO)
        detail = obj.get("CheckPayment") or obj.get("CreditCardPayment") or {}
        source = (detail.get("BankAccountRef") or detail.get("CCAccountRef") or {}).get("value")
        entry.add(source, -rest)
        vendor = ("Vendor", obj["VendorRef"]["value"])
        for amount, target in self.targets(work, obj):
            entry.add(
                payable(company, target or obj),
                amount,
                vendor,
                rate=(target or {}).get("ExchangeRate"),
            )
            rest -= amount
        entry.add(payable(company, obj), rest, vendor)
        _gain(company, entry)
