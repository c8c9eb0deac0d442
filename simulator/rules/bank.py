"""Deposits, transfers, journal entries and card payments (FACTS 5.17, 5.18, 6)."""

from __future__ import annotations

from .. import numbers
from ..errors import bad_reference, business, fault, missing
from ..money import ZERO, cents
from ..refs import label, resolve_fields, resolve_name
from ..schema import STRUCTS
from ..settle import PARTY_ACCOUNTS, incoming_links, move_stock
from .lines import detail_type, number, resolved
from .payments import check_used, journal_open, payable_part
from .sales import unlink_credit
from .txn import TxnRules

DEPOSITABLE = {
    "Payment": "Payment",
    "SalesReceipt": "SalesReceipt",
    "RefundReceipt": "RefundReceipt",
    "JournalEntry": "JournalEntry",
    "Transfer": "Transfer",
    "Expense": "Purchase",
    "Check": "Purchase",
}


class DepositRules(TxnRules):
    """Moves receipts out of Undeposited Funds, or books other money."""

    def prepare(self, work, new, old, sent):
        self.header(work, new, old, sent)
        self.check_account(
            work, new, "DepositToAccountRef", ("Bank", "Other Current Asset", "Credit Card")
        )
        if "CashBack" in new:
            resolve_fields(work, STRUCTS["cash_back"].fields, new["CashBack"])
        lines = [self._line(work, old, line) for line in new.get("Line") or []]
        if not lines:
            raise fault("2250", "At least one line is required", "Line")
        number(work, "Deposit", [line for line in lines if "DetailType" in line], old)
        new["Line"] = lines
        back = (new.get("CashBack") or {}).get("Amount") or ZERO
        new["TotalAmt"] = cents(sum((line["Amount"] for line in lines), ZERO) - back)
        self.check_total(new)
        new.setdefault("TxnTaxDetail", {})
        if old:
            check_used(work, "Deposit", old, payable_part(work, "Deposit", new))
        self.home_totals(work, new)

    def delete(self, work, obj):
        super().delete(work, obj)
        check_used(work, "Deposit", obj, ZERO)

    def _line(self, work, old, line):
        if line.get("LinkedTxn"):
            return self._receipt(work, old, line)
        if line.get("Amount") is None:
            raise missing("Line.Amount")
        detail = resolved(work, line, "DepositLineDetail")
        if "AccountRef" not in detail:
            raise missing("AccountRef")
        if detail.get("Entity"):
            kind = resolve_name(work, detail["Entity"])
            detail["Entity"]["type"] = kind.upper()
        result = {k: line[k] for k in ("Id", "Description", "Amount") if k in line}
        return result | {"DetailType": "DepositLineDetail", "DepositLineDetail": detail}

    def _receipt(self, work, old, line):
        detail = line.get("DepositLineDetail") or {}
        if detail.get("AccountRef"):
            raise business("Select a bank account for this deposit")
        link = line["LinkedTxn"][0]
        kind = DEPOSITABLE.get(link.get("TxnType"))
        target = work.get(kind, str(link.get("TxnId"))) if kind else None
        if target is None:
            raise fault(
                "620",
                f"Transaction can't be linked : {link.get('TxnType')} "
                f"{link.get('TxnId')} does not exist",
                "LinkedTxn",
            )
        mine = (old or {}).get("Id")
        if any(
            other.get("TxnType") == "Deposit" and other.get("TxnId") != mine
            for other in target.get("LinkedTxn") or []
        ):
            raise fault("620", "Transaction can't be linked : it is already deposited", "LinkedTxn")
        sign = -1 if kind == "RefundReceipt" else 1
        amount = (
            cents(sign * target.get("TotalAmt", ZERO))
            if kind != "JournalEntry"
            else line.get("Amount", ZERO)
        )
        result = {
            "Amount": amount,
            "LinkedTxn": [
                {
                    "TxnId": str(link["TxnId"]),
                    "TxnType": link["TxnType"],
                    "TxnLineId": link.get("TxnLineId") or "0",
                }
            ],
        }
        kept = {k: v for k, v in detail.items() if k in ("PaymentMethodRef", "CheckNum")}
        return result | ({"DepositLineDetail": kept} if kept else {})

    def links(self, work, obj):
        result = []
        for line in obj.get("Line") or []:
            for link in line.get("LinkedTxn") or []:
                kind = DEPOSITABLE.get(link.get("TxnType"))
                if kind:
                    result.append((kind, link["TxnId"], line.get("Amount", ZERO), ""))
        return result

    def post(self, work, obj, entry):
        back = obj.get("CashBack") or {}
        entry.add(obj["DepositToAccountRef"]["value"], obj.get("TotalAmt", ZERO))
        entry.add((back.get("AccountRef") or {}).get("value"), back.get("Amount") or ZERO)
        for line in obj.get("Line") or []:
            detail = line.get("DepositLineDetail") or {}
            account = (detail.get("AccountRef") or {}).get("value") or self._source(work, line)
            entity = detail.get("Entity") or {}
            name = (entity["type"].capitalize(), entity["value"]) if "type" in entity else None
            entry.add(account, -line.get("Amount", ZERO), name)

    def _source(self, work, line):
        """Where a swept receipt lies."""
        link = (line.get("LinkedTxn") or [{}])[0]
        kind = DEPOSITABLE.get(link.get("TxnType"))
        target = work.get(kind, link["TxnId"]) if kind else None
        ref = (target or {}).get("DepositToAccountRef") or {}
        return ref.get("value") or work.company.account("UndepositedFunds")


class TransferRules(TxnRules):
    def prepare(self, work, new, old, sent):
        self.header(work, new, old, sent)
        if new["FromAccountRef"]["value"] == new["ToAccountRef"]["value"]:
            raise business("You need to select two different accounts for a transfer.")

    def post(self, work, obj, entry):
        entry.add(obj["ToAccountRef"]["value"], obj["Amount"])
        entry.add(obj["FromAccountRef"]["value"], -obj["Amount"])


class CardPaymentRules(TxnRules):
    def prepare(self, work, new, old, sent):
        self.header(work, new, old, sent)
        self.check_account(work, new, "BankAccountRef", ("Bank",))
        self.check_account(work, new, "CreditCardAccountRef", ("Credit Card",))

    def post(self, work, obj, entry):
        entry.add(obj["CreditCardAccountRef"]["value"], obj["Amount"])
        entry.add(obj["BankAccountRef"]["value"], -obj["Amount"])


class JournalRules(TxnRules):
    """Debits equal credits; receivables and payables need a name (FACTS 5.18, 3.4)."""

    def prepare(self, work, new, old, sent):
        lines, totals, party_lines = [], {"Debit": ZERO, "Credit": ZERO}, 0
        for line in new.get("Line") or []:
            if detail_type(line) == "DescriptionOnly":
                lines.append({k: line[k] for k in ("Id", "Description", "DetailType") if k in line})
                continue
            line, detail = self._line(work, line)
            totals[detail["PostingType"]] += line["Amount"]
            party_lines += self._party(work, detail)
            lines.append(line)
        if sum("Amount" in line for line in lines) < 2:
            raise business("Fill out at least two detail lines to continue.")
        if totals["Debit"] != totals["Credit"]:
            raise fault(
                "2300",
                "Amount on debits must be equal to the amount on credits. "
                f"Debits: {totals['Debit']} Credits: {totals['Credit']}",
                "Line",
            )
        if party_lines > 1 and work.switch("ar_ap_line_pairs") == "one":
            raise business(
                "A journal entry can have only one line with Accounts Receivable or "
                "Accounts Payable."
            )
        self._check_used(work, lines, old)
        self.header(work, new, old, sent)
        number(work, "JournalEntry", lines, old, first=0)
        for position, line in enumerate(lines):
            line.pop("LineNum", None)
            lines[position] = {"Id": line.pop("Id")} | line
        new["Line"] = lines
        new["TotalAmt"] = ZERO
        new.setdefault("Adjustment", False)
        new.setdefault("TxnTaxDetail", {})
        numbers.assign(work, "JournalEntry", new, old)
        self.home_totals(work, new)

    @staticmethod
    def _users(work, entry):
        """``[(kind, id, amount)]`` of the payments that use this entry."""
        links = incoming_links(work.company, "JournalEntry", entry["Id"])
        return [link for link in links if link[0] in ("Payment", "BillPayment")]

    def _check_used(self, work, lines, old):
        """What payments have taken of it must stay (as an invoice cannot shrink below them)."""
        for kind, ident, used in self._users(work, old) if old else ():
            payment = work.get(kind, ident) or {}
            party = payment.get("CustomerRef") or payment.get("VendorRef") or {}
            before = journal_open(work, old, party.get("value"), PARTY_ACCOUNTS)
            after = journal_open(work, {"Line": lines}, party.get("value"), PARTY_ACCOUNTS)
            if before and (after * before < 0 or abs(after) < used):
                raise business(
                    "The amount of this journal entry cannot be less than what payments have "
                    "used of it."
                )

    def delete(self, work, obj):
        super().delete(work, obj)
        used = self._users(work, obj)
        if used and work.switch("delete_paid") == "refuse":
            raise business(
                "You cannot delete this journal entry because it has payments applied to it."
            )
        for kind, ident, _amount in used:
            unlink_credit(work, kind, ident, obj["Id"])

    def _line(self, work, line):
        if line.get("Amount") is None:
            raise missing("Line.Amount")
        if line["Amount"] < 0:
            raise fault(
                "2290", f"Negative amount on a journal line : {line['Amount']}", "Line.Amount"
            )
        detail = resolved(work, line, "JournalEntryLineDetail")
        if "PostingType" not in detail:
            raise fault("2260", "PostingType is required on journal lines", "PostingType")
        if "AccountRef" not in detail:
            raise missing("AccountRef")
        if detail.get("TaxCodeRef") and not work.company.is_us:
            if "TaxApplicableOn" not in detail:
                raise fault(
                    "2270", "TaxApplicableOn is required with a TaxCodeRef", "TaxApplicableOn"
                )
            if "TaxAmount" not in detail:
                raise fault("2280", "TaxAmount is required with a TaxCodeRef", "TaxAmount")
        if detail.get("Entity"):
            self._entity(work, detail["Entity"])
        result = {k: line[k] for k in ("Id", "Description", "Amount") if k in line}
        return result | {
            "DetailType": "JournalEntryLineDetail",
            "JournalEntryLineDetail": detail,
        }, detail

    def _entity(self, work, entity):
        ref = entity.get("EntityRef")
        if not ref:
            return
        kinds = (entity["Type"],) if entity.get("Type") else ("Customer", "Vendor", "Employee")
        for kind in kinds:
            if work.store.exists(kind, ref["value"]):
                entity["Type"] = kind
                entity["EntityRef"] = {
                    "value": ref["value"],
                    "name": label(work.company, kind, ref["value"]),
                }
                return
        if entity.get("Type") and any(
            work.store.exists(kind, ref["value"]) for kind in ("Customer", "Vendor", "Employee")
        ):
            raise business(
                "The type of name assigned to this transaction (client, vendor, employee) is wrong"
            )
        raise bad_reference("Names", ref["value"])

    def _party(self, work, detail):
        """1 for a receivables or payables line, which needs a customer or vendor."""
        kind = work.store.column("Account", detail["AccountRef"]["value"], "AccountType")
        entity = (detail.get("Entity") or {}).get("Type")
        if kind == "Accounts Receivable" and entity != "Customer":
            raise business(
                "When you use Accounts Receivable, you must choose a customer in the Name field."
            )
        if kind == "Accounts Payable" and entity != "Vendor":
            raise business(
                "When you use Accounts Payable, you must choose a vendor in the Name field."
            )
        return int(kind in ("Accounts Receivable", "Accounts Payable"))

    def post(self, work, obj, entry):
        for line in obj.get("Line") or []:
            detail = line.get("JournalEntryLineDetail")
            if not detail:
                continue
            entity = detail.get("Entity") or {}
            name = (
                (entity["Type"], entity["EntityRef"]["value"]) if entity.get("EntityRef") else None
            )
            sign = 1 if detail["PostingType"] == "Debit" else -1
            entry.add(
                detail["AccountRef"]["value"],
                sign * line.get("Amount", ZERO),
                name,
                line.get("Description") or "",
            )


class AdjustmentRules(TxnRules):
    """Stock counted up or down at the item's purchase cost."""

    def prepare(self, work, new, old, sent):
        self.header(work, new, old, sent)
        lines = []
        for line in new.get("Line") or []:
            detail = resolved(work, line, "ItemAdjustmentLineDetail")
            if "ItemRef" not in detail or "QtyDiff" not in detail:
                raise missing("ItemRef" if "ItemRef" not in detail else "QtyDiff")
            kept = {k: line[k] for k in ("Id", "Description") if k in line}
            lines.append(
                kept
                | {"DetailType": "ItemAdjustmentLineDetail", "ItemAdjustmentLineDetail": detail}
            )
        if not lines:
            raise fault("2250", "At least one line is required", "Line")
        number(work, "InventoryAdjustment", lines, old)
        new["Line"] = lines

    def _moves(self, obj, factor):
        for line in (obj or {}).get("Line") or []:
            detail = line.get("ItemAdjustmentLineDetail") or {}
            yield detail["ItemRef"]["value"], factor * detail["QtyDiff"]

    def saved(self, work, new, old):
        sums = {}
        for item, quantity in [*self._moves(old, -1), *self._moves(new, 1)]:
            sums[item] = sums.get(item, ZERO) + quantity
        for item, quantity in sums.items():
            move_stock(work, item, quantity)

    def delete(self, work, obj):
        super().delete(work, obj)
        self.saved(work, None, obj)

    def post(self, work, obj, entry):
        for item_id, quantity in self._moves(obj, 1):
            item = work.get("Item", item_id) or {}
            value = cents(quantity * (item.get("PurchaseCost") or ZERO))
            entry.add((item.get("AssetAccountRef") or {}).get("value"), value)
            entry.add(obj["AdjustAccountRef"]["value"], -value)
