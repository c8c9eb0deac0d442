"""Invoices and credit memos: what a customer owes and is owed (FACTS 5.7, 5.8, 7)."""

from __future__ import annotations

from datetime import timedelta

from ..clean import CLEAR
from ..errors import business, fault
from ..lifecycle import write
from ..money import ZERO, cents
from ..settle import incoming_links, settle
from .lines import parse_date
from .party import receivable
from .salesform import SalesForm
from .txn import applied, term_due

WRITABLE_LINKS = ("Estimate", "TimeActivity", "ReimburseCharge", "ChargeCredit", "StatementCharge")


class InvoiceRules(SalesForm):
    def fixed_fields(self, work, new, old, sent):
        self._links(work, new, old, sent)
        if "DepositToAccountRef" in new and not new.get("Deposit"):
            new.pop("DepositToAccountRef")
        if new.get("Deposit") and not work.company.pref("SalesFormsPrefs", "AllowDeposit", True):
            raise business("Deposits are switched off for this company.")
        if new.get("Deposit"):
            self.check_account(work, new, "DepositToAccountRef", ("Bank", "Other Current Asset"))

    def settled(self, work, new, old):
        """Open credits pay a new invoice where the company says so (FACTS 7.6)."""
        if not old and work.company.pref("SalesFormsPrefs", "AutoApplyCredit", False) is True:
            apply_credits(work, new)

    def _links(self, work, new, old, sent):
        """Payments in LinkedTxn are the server's; estimates and charges the caller's."""
        stored = (old or {}).get("LinkedTxn") or []
        if "LinkedTxn" not in sent:
            new["LinkedTxn"] = stored if old else []
            return
        wanted = (
            [
                link
                for link in sent["LinkedTxn"]
                if isinstance(link, dict) and link.get("TxnType") in WRITABLE_LINKS
            ]
            if sent["LinkedTxn"] is not CLEAR
            else []
        )
        for link in wanted:
            if link["TxnType"] == "Estimate" and link not in stored:
                self._check_estimate(work, new, link)
        kept = [link for link in stored if link.get("TxnType") not in WRITABLE_LINKS]
        new["LinkedTxn"] = wanted + kept

    def _check_estimate(self, work, new, link):
        estimate = work.get("Estimate", link.get("TxnId"))
        if (
            estimate is None
            or estimate["CustomerRef"]["value"] != new["CustomerRef"]["value"]
            or estimate.get("TxnStatus") in ("Closed", "Rejected")
        ):
            raise fault(
                "620",
                f"Transaction can't be linked : Estimate {link.get('TxnId')} is not available",
                "LinkedTxn",
            )

    def complete(self, work, new, old, sent):
        if "DueDate" not in new or (old and "SalesTermRef" in sent and "DueDate" not in sent):
            if new.get("SalesTermRef"):
                new["DueDate"] = term_due(work, new["SalesTermRef"], new["TxnDate"])
            else:
                days = timedelta(days=work.switch("invoice_due_days"))
                new["DueDate"] = (parse_date(new["TxnDate"]) + days).isoformat()
        online = work.switch("online_payments")
        for name, default in (
            ("AllowIPNPayment", False),
            ("AllowOnlinePayment", False),
            ("AllowOnlineCreditCardPayment", online),
            ("AllowOnlineACHPayment", online),
        ):
            new.setdefault(name, (old or {}).get(name, default))
        new["Balance"] = cents(new["TotalAmt"] - new.get("Deposit", ZERO) - applied(old))
        if new["Balance"] < 0:
            raise business("The total is smaller than the payments applied to this invoice.")
        if old and applied(old) and old["CustomerRef"]["value"] != new["CustomerRef"]["value"]:
            raise business(
                "You can't change the customer of a transaction that is linked to "
                "another transaction."
            )
        for link in new["LinkedTxn"]:
            if link["TxnType"] == "Estimate":
                for line in new["Line"]:
                    if "Id" in line:
                        line.setdefault("LinkedTxn", [dict(link)])
        meta = (old or {}).get("MetaData") or {"LastModifiedByRef": {"value": "1"}}
        new["MetaData"] = dict(meta)

    def settlement(self, company, obj):
        deposit = obj.get("Deposit") or ZERO
        account = (obj.get("DepositToAccountRef") or {}).get("value")
        return [
            (receivable(company, obj), obj.get("TotalAmt", ZERO) - deposit),
            (account or company.account("UndepositedFunds"), deposit),
        ]

    def links(self, work, obj):
        return [
            ("Estimate", link["TxnId"], ZERO, "")
            for link in obj.get("LinkedTxn") or []
            if link.get("TxnType") == "Estimate"
        ]

    def linked(self, work, obj, delta, source, present):
        obj["Balance"] = cents(obj.get("Balance", ZERO) - delta)
        if work.company.multicurrency:
            obj["HomeBalance"] = cents(obj["Balance"] * (obj.get("ExchangeRate") or 1))
        self.relink(obj, source, "Payment", present)
        work.bump("Invoice", obj)

    def delete(self, work, obj):
        super().delete(work, obj)
        self._free(work, obj, "delete")

    def void(self, work, obj):
        if applied(obj):
            raise business("You cannot void this invoice because it has payments applied to it.")
        super().void(work, obj)

    def _free(self, work, obj, verb):
        if not applied(obj):
            return
        if work.switch("delete_paid") == "refuse":
            raise business(f"You cannot {verb} this invoice because it has payments applied to it.")
        for kind, ident, _amount in incoming_links(work.company, "Invoice", obj["Id"]):
            unlink_payment(work, kind, ident, obj["Id"])


def unlink_payment(work, kind, ident, target):
    """Take one document out of a payment, leaving the money unapplied."""
    payment = work.get(kind, ident)
    if payment is None or kind != "Payment":
        return
    new = dict(payment)
    new["Line"] = [
        line
        for line in payment["Line"]
        if all(link["TxnId"] != target for link in line.get("LinkedTxn") or [])
    ]
    freed = sum((line["Amount"] for line in payment["Line"]), ZERO) - sum(
        (line["Amount"] for line in new["Line"]), ZERO
    )
    new["UnappliedAmt"] = cents(new.get("UnappliedAmt", ZERO) + freed)
    work.bump(kind, new)
    settle(work, kind, payment, new)


def apply_credits(work, new):
    """A generated payment of zero applies the customer's credit memos, oldest first."""
    lines, rest = [], new["Balance"]
    for ident in work.store.ids(
        "CreditMemo",
        "c_CustomerRef = ? AND c_RemainingCredit > 0",
        (new["CustomerRef"]["value"],),
        "c_TxnDate, n",
    ):
        part = min(rest, work.get("CreditMemo", ident)["RemainingCredit"])
        if part > 0:
            rest -= part
            lines += [
                {"Amount": part, "LinkedTxn": [{"TxnId": target, "TxnType": kind}]}
                for kind, target in (("Invoice", new["Id"]), ("CreditMemo", ident))
            ]
    if lines:
        write(
            work,
            "Payment",
            {
                "CustomerRef": {"value": new["CustomerRef"]["value"]},
                "TotalAmt": ZERO,
                "Line": lines,
                "PrivateNote": "Created by QB Online to link credits to charges.",
            },
        )


class CreditMemoRules(SalesForm):
    sign = -1

    def complete(self, work, new, old, sent):
        used = cents((old or {}).get("TotalAmt", ZERO) - (old or {}).get("RemainingCredit", ZERO))
        new["RemainingCredit"] = new["Balance"] = cents(new["TotalAmt"] - used)
        if new["Balance"] < 0:
            raise business("The total is smaller than the credit that is already used.")
        new.pop("LinkedTxn", None)

    def settlement(self, company, obj):
        return [(receivable(company, obj), obj.get("TotalAmt", ZERO))]

    def linked(self, work, obj, delta, source, present):
        rest = cents(obj.get("RemainingCredit", obj.get("Balance", ZERO)) - delta)
        obj["RemainingCredit"] = obj["Balance"] = rest
        work.bump("CreditMemo", obj)

    def _used(self, obj):
        return obj.get("TotalAmt", ZERO) != obj.get("RemainingCredit", ZERO)

    def delete(self, work, obj):
        super().delete(work, obj)
        if self._used(obj):
            if work.switch("delete_paid") == "refuse":
                raise business(
                    "You cannot delete this credit memo because it is applied to "
                    "other transactions."
                )
            for kind, ident, _amount in incoming_links(work.company, "CreditMemo", obj["Id"]):
                unlink_credit(work, kind, ident, obj["Id"])

    def void(self, work, obj):
        if self._used(obj):
            raise business(
                "You cannot void this credit memo because it is applied to other transactions."
            )
        super().void(work, obj)


def unlink_credit(work, kind, ident, target):
    """A payment that used a deleted credit loses all its lines, so that it still adds up."""
    payment = work.get(kind, ident)
    if payment is None or kind != "Payment":
        return
    new = dict(payment, Line=[], UnappliedAmt=payment["TotalAmt"])
    work.bump(kind, new)
    settle(work, kind, payment, new)
