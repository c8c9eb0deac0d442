"""Bills, vendor credits, purchase orders and expenses (FACTS 5.13, 5.15, 5.16)."""

from __future__ import annotations

from .. import numbers, tax
from ..errors import business, fault, missing
from ..money import ZERO, cents
from ..refs import label
from ..settle import incoming_links, move_stock, settle
from ..tax.lines import Taxed
from .lines import check_count, check_start, detail_type, number, resolved, shaped, stored_rows
from .party import billed, payable
from .payments import check_used, payable_part
from .salesform import zeroed
from .txn import TxnRules, applied, term_due

DETAILS = ("AccountBasedExpenseLineDetail", "ItemBasedExpenseLineDetail")


class PurchaseForm(TxnRules):
    """Expense lines, tax and totals of every purchase form."""

    party = "VendorRef"
    sign = 1  # -1: a credit
    posting = True
    line_links = False

    def prepare(self, work, new, old, sent):
        self.header(work, new, old, sent)
        self.fixed_fields(work, new, old, sent)
        self._lines(work, new, old, sent)
        numbers.assign(work, self.spec.name, new, old)
        self.complete(work, new, old, sent)
        self.home_totals(work, new, balance="HomeBalance" in self.spec.fields)

    def fixed_fields(self, work, new, old, sent):
        """Attributes of one form that must be known before the lines."""

    def complete(self, work, new, old, sent):
        """What only one form has."""

    def _lines(self, work, new, old, sent):
        lines, rows, defaults = [], [], {}
        charged = _charged(old)
        check_count(new.get("Line") or [])
        for line in new.get("Line") or []:
            kind = detail_type(line)
            if kind in DETAILS:
                shape, detail, default = self._expense(work, new, line, kind, charged)
                rows.append((shape, detail))
                if default:
                    defaults[id(shape)] = default
                lines.append(shape)
            elif kind == "DescriptionOnly":
                lines.append(
                    shaped(
                        {k: v for k, v in line.items() if k != "Amount"},
                        "DescriptionLineDetail",
                        resolved(work, line, "DescriptionLineDetail"),
                    )
                )
            else:
                raise business("A line of this type can't be used on this transaction.")
        if not rows:
            raise fault("2250", "At least one line is required", "Line")
        subtotal = cents(sum((line["Amount"] for line, _detail in rows), ZERO))
        context = Taxed(new, rows, subtotal, ZERO, False, True, {}, defaults)
        total_tax = tax.apply(work, self.spec, new, old, sent, context)
        number(work, self.spec.name, lines, old)
        new["Line"] = lines
        net = sum((line["Amount"] for line, _detail in rows), ZERO)
        new["TotalAmt"] = cents(net + total_tax)
        self.check_total(new)

    def _expense(self, work, new, line, kind, charged=()):
        if line.get("Amount") is None:
            raise missing("Line.Amount")
        detail = resolved(work, line, kind)
        default = None
        if kind == "AccountBasedExpenseLineDetail":
            if "AccountRef" not in detail:
                raise missing("AccountRef")
            account = work.get("Account", detail["AccountRef"]["value"])
            default = (account or {}).get("TaxCodeRef")
        else:
            if "ItemRef" not in detail:
                raise missing("ItemRef")
            item = work.get("Item", detail["ItemRef"]["value"])
            if (item or {}).get("Type") == "Category":
                raise fault(
                    "2500",
                    "Invalid Reference Id : An item in this transaction is set "
                    "up as a category instead of a product or service.",
                    "Reference Id",
                )
            check_start(item or {}, new.get("TxnDate"))
            default = (item or {}).get("PurchaseTaxCodeRef")
        if "BillableStatus" not in detail:
            detail["BillableStatus"] = "Billable" if detail.get("CustomerRef") else "NotBillable"
        if detail["BillableStatus"] == "HasBeenBilled" and line.get("Id") not in charged:
            raise fault("2170", "Invalid Enumeration : HAS_BEEN_BILLED", "BillableStatus")
        if detail["BillableStatus"] == "Billable" and not detail.get("CustomerRef"):
            raise fault("6310", "A billable line needs a customer", "CustomerRef")
        more = {"LinkedTxn": line.get("LinkedTxn") or []} if self.line_links else {}
        shape = shaped(dict(line, DetailType=kind), kind, detail, **more)
        return shape, detail, default

    # books ----------------------------------------------------------------------------------

    def settlement(self, work, obj):
        """``(account, name)`` that is credited with the total."""
        return None, None

    def post(self, work, obj, entry):
        if not self.posting:
            return
        account, name = self.settlement(work, obj)
        sign = -1 if obj.get("Credit") is True else self.sign
        entry.add(account, -sign * obj.get("TotalAmt", ZERO), name)
        for line, detail in stored_rows(obj.get("Line")):
            account = expense_account(work, detail)
            entry.add(
                account,
                sign * line.get("Amount", ZERO),
                party(work, obj, detail, account),
                line.get("Description") or "",
            )
        for tax_account, amount in tax.accounts(work.company, obj):
            entry.add(tax_account, sign * amount)

    def saved(self, work, new, old):
        if not self.posting:
            return
        moved = {}
        for factor, doc in ((-1, old), (1, new)):
            sign = -1 if (doc or {}).get("Credit") is True else self.sign
            for _line, detail in stored_rows((doc or {}).get("Line")):
                item = (detail.get("ItemRef") or {}).get("value")
                if item and detail.get("Qty"):
                    moved[item] = moved.get(item, ZERO) + factor * sign * detail["Qty"]
        for item, quantity in moved.items():
            move_stock(work, item, quantity)

    def delete(self, work, obj):
        super().delete(work, obj)
        self.saved(work, {"Line": []}, obj)


def _charged(old):
    """Ids of lines that the customer was charged for already: they may stay so."""
    return {
        line.get("Id")
        for line, detail in stored_rows((old or {}).get("Line"))
        if detail.get("BillableStatus") == "HasBeenBilled"
    }


def party(work, obj, detail, account):
    """Whose receivable or payable a line moves, for example when an expense refunds a customer."""
    kind = work.store.column("Account", account, "AccountType") if account else None
    wanted = {"Accounts Receivable": "Customer", "Accounts Payable": "Vendor"}.get(kind)
    entity = obj.get("EntityRef") or {}
    if wanted == "Customer" and detail.get("CustomerRef"):
        return billed(work, detail["CustomerRef"]["value"])
    if wanted is None or (entity.get("type") or "").capitalize() != wanted:
        return None
    return billed(work, entity["value"]) if wanted == "Customer" else (wanted, entity["value"])


def expense_account(work, detail):
    """Expense account of a line; for stock the asset account."""
    if detail.get("AccountRef"):
        return detail["AccountRef"]["value"]
    item = work.get("Item", (detail.get("ItemRef") or {}).get("value") or "") or {}
    name = (
        "AssetAccountRef" if item.get("Type") in ("Inventory", "Assembly") else "ExpenseAccountRef"
    )
    ref = item.get(name) or item.get("ExpenseAccountRef") or item.get("IncomeAccountRef") or {}
    return ref.get("value")


def set_payable(work, new):
    if "APAccountRef" not in new:
        account = payable(work.company, new)
        if account:
            new["APAccountRef"] = {
                "value": account,
                "name": label(work.company, "Account", account),
            }


class BillRules(PurchaseForm):
    line_links = True

    def complete(self, work, new, old, sent):
        set_payable(work, new)
        if "DueDate" not in new:
            term = new.get("SalesTermRef")
            new["DueDate"] = term_due(work, term, new["TxnDate"]) if term else new["TxnDate"]
        new["Balance"] = cents(new["TotalAmt"] - applied(old))
        if new["Balance"] < 0:
            raise business("The total is smaller than the payments applied to this bill.")
        if old and applied(old) and old["VendorRef"]["value"] != new["VendorRef"]["value"]:
            raise business(
                "You can't change the vendor of a transaction that is linked to "
                "another transaction."
            )
        new["LinkedTxn"] = (old or {}).get("LinkedTxn") or []
        meta = (old or {}).get("MetaData") or {"LastModifiedByRef": {"value": "1"}}
        new["MetaData"] = dict(meta)
        if not new["LinkedTxn"]:
            del new["LinkedTxn"]

    def settlement(self, work, obj):
        return payable(work.company, obj), ("Vendor", obj["VendorRef"]["value"])

    def links(self, work, obj):
        """Purchase orders named on lines; header links to them are dropped (FACTS 7.1)."""
        seen = {
            link["TxnId"]
            for line in obj.get("Line") or []
            for link in line.get("LinkedTxn") or []
            if link.get("TxnType") == "PurchaseOrder"
        }
        return [("PurchaseOrder", ident, ZERO, "") for ident in sorted(seen)]

    def linked(self, work, obj, delta, source, present):
        obj["Balance"] = cents(obj.get("Balance", ZERO) - delta)
        if work.company.multicurrency:
            obj["HomeBalance"] = cents(obj["Balance"] * (obj.get("ExchangeRate") or 1))
        self.relink(obj, source, "BillPaymentCheck", present)
        if not obj["LinkedTxn"]:
            del obj["LinkedTxn"]
        work.bump("Bill", obj)

    def delete(self, work, obj):
        super().delete(work, obj)
        if applied(obj):
            if work.switch("delete_paid") == "refuse":
                raise business("You cannot delete this bill because it has payments applied to it.")
            unlink_bill(work, "Bill", obj["Id"])


def unlink_bill(work, kind, target):
    """Payments of a deleted bill keep their amount as vendor credit."""
    for source, ident, _amount in incoming_links(work.company, kind, target):
        payment = work.get(source, ident)
        new = dict(payment)
        new["Line"] = [
            line
            for line in payment["Line"]
            if all(link["TxnId"] != target for link in line.get("LinkedTxn") or [])
        ]
        work.bump(source, new)
        settle(work, source, payment, new)


class VendorCreditRules(PurchaseForm):
    sign = -1

    def complete(self, work, new, old, sent):
        set_payable(work, new)
        used = cents((old or {}).get("TotalAmt", ZERO) - (old or {}).get("Balance", ZERO))
        new["Balance"] = cents(new["TotalAmt"] - used)
        if new["Balance"] < 0:
            raise business("The total is smaller than the credit that is already used.")

    def settlement(self, work, obj):
        return payable(work.company, obj), ("Vendor", obj["VendorRef"]["value"])

    def linked(self, work, obj, delta, source, present):
        obj["Balance"] = cents(obj.get("Balance", ZERO) - delta)
        work.bump("VendorCredit", obj)

    def delete(self, work, obj):
        super().delete(work, obj)
        if obj.get("Balance", ZERO) != obj.get("TotalAmt", ZERO):
            raise business(
                "You cannot delete this vendor credit because it is applied to other transactions."
            )


class PurchaseOrderRules(PurchaseForm):
    posting = False

    def complete(self, work, new, old, sent):
        set_payable(work, new)
        new.setdefault("POStatus", "Open" if new["TotalAmt"] else "Closed")
        new["LinkedTxn"] = (old or {}).get("LinkedTxn") or []
        new.setdefault("CustomField", [])
        new.setdefault("EmailStatus", "NotSet")
        new["MetaData"] = dict((old or {}).get("MetaData") or {"LastModifiedByRef": {"value": "1"}})

    def linked(self, work, obj, delta, source, present):
        self.relink(obj, source, "Bill", present)
        obj["POStatus"] = "Closed" if present else "Open"
        work.touch("PurchaseOrder", obj)


class ExpenseRules(PurchaseForm):
    """Purchase: cash, check or card, paid at once."""

    party = "EntityRef"

    def fixed_fields(self, work, new, old, sent):
        types = (
            ("Credit Card",)
            if new["PaymentType"] == "CreditCard"
            else ("Bank", "Other Current Asset")
        )
        if old and old["PaymentType"] != new["PaymentType"]:
            raise business("The payment type of an expense can't be changed.")
        self.check_account(work, new, "AccountRef", types)
        if new.get("Credit") is True and new["PaymentType"] != "CreditCard":
            raise business("Only credit card transactions can be credits.")
        if new["PaymentType"] == "CreditCard":
            new.setdefault("Credit", False)
        if new["PaymentType"] == "Check":
            new.setdefault("PrintStatus", "NotSet")
        ref = new.get("EntityRef")
        if ref and "type" not in ref:
            for kind in ("Vendor", "Customer", "Employee"):
                if work.store.exists(kind, ref["value"]):
                    ref["type"] = kind
                    break

    def complete(self, work, new, old, sent):
        if not old and new["PaymentType"] == "Check":
            numbers.next_check(work, new, new["AccountRef"]["value"])
        if old:
            check_used(work, "Purchase", old, payable_part(work, "Purchase", new))

    def delete(self, work, obj):
        super().delete(work, obj)
        check_used(work, "Purchase", obj, ZERO)

    def settlement(self, work, obj):
        ref = obj.get("EntityRef") or {}
        kind = (ref.get("type") or "Vendor").capitalize()
        return obj["AccountRef"]["value"], (kind, ref["value"]) if ref else None

    def void(self, work, obj):
        self.check_frozen(work, obj)
        self.check_books(work, obj)
        before = dict(obj)
        obj["Line"] = [zeroed(line) for line in obj["Line"]]
        obj["TotalAmt"] = ZERO
        if "TxnTaxDetail" in obj:
            obj["TxnTaxDetail"] = {"TotalTax": ZERO}
        self.saved(work, obj, before)
