"""What invoices, credit memos, receipts and estimates share (FACTS 5.7-5.11, 7)."""

from __future__ import annotations

from .. import numbers, tax
from ..clean import CLEAR
from ..errors import business, fault, missing
from ..money import ZERO, cents
from ..refs import SPECIAL_ITEMS
from ..settle import move_stock
from ..tax.lines import Taxed
from .lines import SalesLines, discount_account, number, stored_rows
from .party import billed
from .txn import TxnRules


class SalesForm(TxnRules):
    """Lines, tax and totals of every sales form."""

    party = "CustomerRef"
    sign = 1  # -1 gives money or credit back
    posting = True

    def prepare(self, work, new, old, sent):
        if "CustomerRef" not in new and self.spec.fields["CustomerRef"].required:
            raise missing("CustomerRef")
        self.header(work, new, old, sent)
        self.fixed_fields(work, new, old, sent)
        self._lines(work, new, old, sent)
        self._addresses(work, new, old, sent)
        numbers.assign(work, self.spec.name, new, old)
        self._flags(work, new, old)
        self.complete(work, new, old, sent)
        self.home_totals(work, new, balance="HomeBalance" in self.spec.fields)

    def fixed_fields(self, work, new, old, sent):
        """Attributes of one form that must be known before the lines."""

    def _lines(self, work, new, old, sent):
        built = SalesLines(work, new, new.get("Line") or [])
        if not built.rows:
            raise business("Please enter at least one line item")
        customer = self.party_of(work, new) or {}
        context = Taxed(
            new,
            built.rows,
            built.subtotal,
            built.discount,
            True,
            customer.get("Taxable", True),
            built.items,
            built.defaults,
        )
        new.setdefault("ApplyTaxAfterDiscount", False)
        total_tax = tax.apply(work, self.spec, new, old, sent, context)
        new["Line"] = built.complete()
        number(work, self.spec.name, built.lines, old)
        net = sum((line["Amount"] for line, _detail in built.rows), ZERO)
        new["TotalAmt"] = cents(net - built.discount + total_tax)
        self.check_total(new)

    def _addresses(self, work, new, old, sent):
        """Copied from the customer when omitted, new id when sent (FACTS 7.1)."""
        customer = self.party_of(work, new) or {}
        for name in ("BillAddr", "ShipAddr", "ShipFromAddr"):
            before = (old or {}).get(name)
            if isinstance(sent.get(name), dict):
                same_id = before and sent[name].get("Id") == before.get("Id")
                ident = before["Id"] if same_id else work.address_id()
                new[name] = {"Id": ident} | {k: v for k, v in sent[name].items() if k != "Id"}
            elif not old and sent.get(name) is not CLEAR and customer.get(name):
                new[name] = dict(customer[name])
        own = work.company.info.get("CompanyAddr")
        if not old and "ShipFromAddr" not in new and own:
            new["ShipFromAddr"] = {"Id": work.address_id()} | {
                k: own[k]
                for k in ("Line1", "City", "CountrySubDivisionCode", "PostalCode")
                if own.get(k)
            }
        new["FreeFormAddress"] = True

    def _flags(self, work, new, old):
        new["CustomField"] = custom_fields(work.company, new.get("CustomField"))
        new.setdefault("PrintStatus", "NeedToPrint")
        new.setdefault("EmailStatus", "NotSet")
        if new["EmailStatus"] == "NeedToSend" and not new.get("BillEmail"):
            raise fault(
                "6420", "An e-mail address is required when EmailStatus is NeedToSend", "BillEmail"
            )
        if not work.company.is_us:
            new.pop("ApplyTaxAfterDiscount", None)

    def complete(self, work, new, old, sent):
        """What only one form has."""

    # books ----------------------------------------------------------------------------------

    def settlement(self, company, obj):
        """``(account, amount)`` pairs that the total goes to."""
        return []

    def post(self, work, obj, entry):
        if not self.posting:
            return
        name = billed(work, obj["CustomerRef"]["value"]) if obj.get("CustomerRef") else None
        for account, amount in self.settlement(work.company, obj):
            entry.add(account, self.sign * amount, name)
        for line in obj.get("Line") or []:
            if "DiscountLineDetail" in line:
                ref = line["DiscountLineDetail"].get("DiscountAccountRef") or {}
                entry.add(
                    ref.get("value") or discount_account(work.company),
                    self.sign * line.get("Amount", ZERO),
                )
        for line, detail in stored_rows(obj.get("Line")):
            entry.add(
                income_account(work, detail),
                -self.sign * line.get("Amount", ZERO),
                None,
                line.get("Description") or "",
            )
            self._cost(work, detail, entry)
        for account, amount in tax.accounts(work.company, obj):
            entry.add(account, -self.sign * amount)

    def _cost(self, work, detail, entry):
        """Cost of goods sold for inventory, at the item's purchase cost."""
        item = _stocked(work, detail)
        if item:
            value = cents(detail["Qty"] * (item.get("PurchaseCost") or ZERO))
            home = int(value.scaleb(2)) * self.sign
            entry.home_only((item.get("ExpenseAccountRef") or {}).get("value"), home)
            entry.home_only((item.get("AssetAccountRef") or {}).get("value"), -home)

    def saved(self, work, new, old):
        if not self.posting:
            return
        moved = {}
        for factor, doc in ((1, old), (-1, new)):
            for _line, detail in stored_rows((doc or {}).get("Line")):
                if _stocked(work, detail):
                    item = detail["ItemRef"]["value"]
                    moved[item] = moved.get(item, ZERO) + factor * self.sign * detail["Qty"]
        for item, quantity in moved.items():
            move_stock(work, item, quantity)

    def delete(self, work, obj):
        super().delete(work, obj)
        self.saved(work, {"Line": []}, obj)

    def void(self, work, obj):
        """Amounts and quantities become zero, prices vanish (FACTS 7.5)."""
        self.check_frozen(work, obj)
        self.check_books(work, obj)
        before = dict(obj)
        obj["Line"] = [zeroed(line) for line in obj["Line"]]
        detail = {k: v for k, v in (obj.get("TxnTaxDetail") or {}).items() if k != "TaxLine"}
        obj["TxnTaxDetail"] = detail | {"TotalTax": ZERO}
        obj["TotalAmt"] = ZERO
        for name in ("Balance", "RemainingCredit", "Deposit", "HomeTotalAmt", "HomeBalance"):
            if name in obj:
                obj[name] = ZERO
        self.saved(work, obj, before)


def _stocked(work, detail):
    ref = (detail.get("ItemRef") or {}).get("value")
    if not ref or ref in SPECIAL_ITEMS or not detail.get("Qty"):
        return None
    item = work.get("Item", ref)
    return item if item and item.get("Type") in ("Inventory", "Assembly") else None


def zeroed(line):
    line = dict(line)
    if "Amount" in line:
        line["Amount"] = ZERO
    for name in ("SalesItemLineDetail", "ItemBasedExpenseLineDetail"):
        if name in line:
            detail = {k: v for k, v in line[name].items() if k != "UnitPrice"}
            if "Qty" in detail:
                detail["Qty"] = ZERO
            line[name] = detail
    if "GroupLineDetail" in line:
        detail = dict(line["GroupLineDetail"])
        detail["Line"] = [zeroed(part) for part in detail.get("Line") or []]
        line["GroupLineDetail"] = detail
    return line


def income_account(work, detail):
    """Where a sold line is booked."""
    ref = detail.get("ItemAccountRef")
    if ref and ref.get("value"):
        return ref["value"]
    item_id = (detail.get("ItemRef") or {}).get("value")
    if item_id == "SHIPPING_ITEM_ID":
        shipping = work.company.pref("SalesFormsPrefs", "DefaultShippingAccount")
        return (
            shipping
            if isinstance(shipping, str) and shipping.isdigit()
            else (
                work.company.account("SalesOfProductIncome") or work.company.account(kind="Income")
            )
        )
    item = work.get("Item", item_id) if item_id else None
    account = ((item or {}).get("IncomeAccountRef") or {}).get("value")
    return account or work.company.account(kind="Income")


def custom_fields(company, given):
    """Enabled definitions, without StringValue when empty (FACTS 7.1)."""
    values = {str(item.get("DefinitionId")): item for item in given or []}
    result = []
    for definition, name in definitions(company):
        value = values.pop(definition, {}).get("StringValue")
        entry = {"DefinitionId": definition, "Name": name, "Type": "StringType"}
        result.append(entry | {"StringValue": value} if value else entry)
    return result + [item for item in values.values() if item.get("StringValue")]


def definitions(company):
    names, enabled = {}, set()
    for group in company.pref("SalesFormsPrefs", "CustomField") or []:
        for item in group.get("CustomField") or []:
            number_ = (item.get("Name") or "")[-1:]
            if item.get("Type") == "BooleanType" and item.get("BooleanValue") is True:
                enabled.add(number_)
            elif item.get("Type") == "StringType":
                names[number_] = item.get("StringValue", "")
    return sorted((n, names[n]) for n in enabled if n in names)
