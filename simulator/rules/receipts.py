"""Sales receipts, refund receipts and estimates (FACTS 5.9-5.11)."""

from __future__ import annotations

from ..errors import missing
from ..money import ZERO
from ..refs import label
from .salesform import SalesForm


class ReceiptForm(SalesForm):
    """Sales receipt and refund receipt: money moves at once."""

    def fixed_fields(self, work, new, old, sent):
        if "DepositToAccountRef" not in new:
            account = work.company.account("UndepositedFunds")
            if account:
                new["DepositToAccountRef"] = {
                    "value": account,
                    "name": label(work.company, "Account", account),
                }
        self.check_deposit_account(work, new)

    def complete(self, work, new, old, sent):
        new["Balance"] = ZERO

    def settlement(self, company, obj):
        account = (obj.get("DepositToAccountRef") or {}).get("value")
        return [(account or company.account("UndepositedFunds"), obj.get("TotalAmt", ZERO))]


class SalesReceiptRules(ReceiptForm):
    def complete(self, work, new, old, sent):
        super().complete(work, new, old, sent)
        new["LinkedTxn"] = (old or {}).get("LinkedTxn") or []

    def linked(self, work, obj, delta, source, present):
        self.relink(obj, source, "Deposit", present)
        work.quiet("SalesReceipt", obj)


class RefundReceiptRules(ReceiptForm):
    sign = -1

    def complete(self, work, new, old, sent):
        super().complete(work, new, old, sent)
        if new.get("PrintStatus") == "NeedToPrint" and "PaymentRefNum" not in new:
            new["PaymentRefNum"] = "To Print"
        if new.get("PrintStatus") == "PrintComplete" and "PaymentRefNum" not in new:
            raise missing("PaymentRefNum")
        new["LinkedTxn"] = (old or {}).get("LinkedTxn") or []

    def linked(self, work, obj, delta, source, present):
        self.relink(obj, source, "Deposit", present)
        work.quiet("RefundReceipt", obj)


class EstimateRules(SalesForm):
    posting = False

    def complete(self, work, new, old, sent):
        new.setdefault("TxnStatus", "Pending")
        new["LinkedTxn"] = (old or {}).get("LinkedTxn") or []
        new.pop("Balance", None)

    def linked(self, work, obj, delta, source, present):
        """Conversion closes the estimate; its SyncToken stays (FACTS 7.1)."""
        self.relink(obj, source, "Invoice", present)
        obj["TxnStatus"] = "Closed" if present else "Pending"
        work.touch("Estimate", obj)
