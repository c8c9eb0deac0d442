"""Lines of documents: numbering and the sales side (FACTS 6, 7.1, 7.2)."""

from __future__ import annotations

from datetime import date

from ..errors import Fault, business, error, fault, missing
from ..money import ZERO, cents
from ..refs import SPECIAL_ITEMS, label, resolve_fields
from ..schema import STRUCTS

LINES, TAXED_LINES = 10000, 750
KEYS = ("Id", "LineNum", "Description", "Amount", "LinkedTxn", "DetailType")


def detail_type(line):
    """DetailType as sent, or guessed from the detail object that is there."""
    kind = line.get("DetailType")
    if kind and kind not in STRUCTS["line"].fields and kind != "DescriptionOnly":
        raise fault("2170", f"Invalid Enumeration : {kind}", "DetailType")
    if not kind:
        kind = next((name for name in line if name.endswith("LineDetail")), None)
    return kind


def check_count(lines):
    """Journal entries are excepted (FACTS 13)."""
    if len(lines) > LINES:
        raise business(f"A transaction can have at most {LINES} lines.")


def flat(lines):
    """Lines with the components of groups behind their group."""
    for line in lines or []:
        yield line
        if "GroupLineDetail" in line:
            yield from line["GroupLineDetail"].get("Line") or []


def number(work, kind, lines, old, first=1):
    """Known ids stay, everything else gets a number never used before (FACTS 7.1)."""
    known = {line["Id"] for line in flat((old or {}).get("Line")) if "Id" in line}
    next_id = first
    counter = None
    if old:
        counter = f"line:{kind}:{old['Id']}"
        used = max([int(ident) for ident in known if ident.isdigit()], default=first - 1)
        next_id = max(used, work.store.peek(counter, first - 1)) + 1
    for position, line in enumerate(flat(lines), 1):
        ident = str(line.get("Id", ""))
        if ident in known:
            known.discard(ident)
        else:
            ident, next_id = str(next_id), next_id + 1
        body = {key: value for key, value in line.items() if key not in ("Id", "LineNum")}
        line.clear()
        line.update({"Id": ident, "LineNum": position} | body)
    if counter and next_id - 1 > 0:
        work.store.raise_to(counter, next_id - 1)


def shaped(line, detail_name, detail, **more):
    """A line with its keys in Intuit's order."""
    result = {key: line[key] for key in KEYS if key in line}
    result |= more
    if detail_name:
        result[detail_name] = detail
    if line.get("ProjectRef"):
        result["ProjectRef"] = line["ProjectRef"]
    result["CustomExtensions"] = line.get("CustomExtensions") or []
    return result


def resolved(work, line, name):
    """The detail of a line with its references checked and named."""
    detail = dict(line.get(name) or {})
    fields = dict(STRUCTS[name].fields)
    if not work.company.is_us or "TaxCodeRef" in detail:
        fields.pop("TaxCodeRef", None)  # judged by the tax rules, which have own faults
    resolve_fields(work, fields, detail)
    return detail


class SalesLines:
    """Builds the lines of a sales form and remembers what totals need."""

    def __init__(self, work, doc, sent_lines):
        self.work, self.doc = work, doc
        self.lines, self.rows, self.items, self.defaults = [], [], {}, {}
        self.subtotal, self.discount, self.discount_line = ZERO, ZERO, None
        self.running = ZERO
        check_count(sent_lines)
        for line in sent_lines:
            self._add(line)
        if len(self.rows) > TAXED_LINES and work.company.uses_tax:
            raise business(f"A taxable transaction can have at most {TAXED_LINES} lines.")
        self.subtotal = cents(self.subtotal)
        self._finish_discount()

    def _add(self, line):
        kind = detail_type(line)
        if kind is None:
            raise missing("Line.DetailType")
        if kind in ("SubTotalLineDetail", "TaxLineDetail"):
            return
        if kind == "DiscountLineDetail":
            if self.discount_line is not None:
                raise business("Only one discount line is possible on a transaction.")
            self.discount_line = line
        elif kind in ("DescriptionOnly", "DescriptionLineDetail"):
            self._description(line)
        elif kind == "GroupLineDetail":
            self._group(line)
        elif kind == "SalesItemLineDetail":
            self.lines.append(self._item(line))
        else:
            raise business(f"A line of type {kind} can't be used on this transaction.")

    def _description(self, line):
        shape = dict(line, DetailType="DescriptionOnly")
        shape.pop("Amount", None)
        if (line.get("Description") or "").startswith("Subtotal:"):
            shape["Description"] = f"Subtotal: {cents(self.running):.2f}"
            self.running = ZERO
        detail = resolved(self.work, line, "DescriptionLineDetail")
        self.lines.append(shaped(shape, "DescriptionLineDetail", detail))

    def _group(self, line):
        detail = resolved(self.work, line, "GroupLineDetail")
        if "GroupItemRef" not in detail:
            raise missing("GroupItemRef")
        parts = detail.get("Line") or self._expand(detail)
        detail["Line"] = [self._item(part) for part in parts]
        self.lines.append(
            shaped(dict(line, Amount=ZERO, DetailType="GroupLineDetail"), "GroupLineDetail", detail)
        )

    def _expand(self, detail):
        """Components of a bundle at their own prices."""
        bundle = self.work.get("Item", detail["GroupItemRef"]["value"]) or {}
        parts = (bundle.get("ItemGroupDetail") or {}).get("ItemGroupLine") or []
        result = []
        for part in parts:
            item = self.work.get("Item", part["ItemRef"]["value"])
            quantity = part.get("Qty", 1) * detail.get("Quantity", 1)
            price = item.get("UnitPrice", ZERO)
            result.append(
                {
                    "Amount": cents(quantity * price),
                    "DetailType": "SalesItemLineDetail",
                    "SalesItemLineDetail": {
                        "ItemRef": dict(part["ItemRef"]),
                        "Qty": quantity,
                        "UnitPrice": price,
                    },
                }
            )
        return result

    def _item(self, line):
        detail = resolved(self.work, line, "SalesItemLineDetail")
        if line.get("Amount") is None:
            raise missing("Line.Amount")
        drop_empty(line, detail)
        item = self._product(detail)
        check_amount(line, detail, self.doc.get("GlobalTaxCalculation"))
        self.subtotal += line["Amount"]
        self.running += line["Amount"]
        shape = shaped(dict(line, DetailType="SalesItemLineDetail"), "SalesItemLineDetail", detail)
        detail.setdefault("TaxCodeRef", None)
        if detail["TaxCodeRef"] is None:
            del detail["TaxCodeRef"]
        self.rows.append((shape, detail))
        self.items[id(shape)] = item
        if item.get("SalesTaxCodeRef"):
            self.defaults[id(shape)] = item["SalesTaxCodeRef"]
        return shape

    def _product(self, detail):
        """The item of a line; the company's default one when none is named."""
        ref = detail.get("ItemRef")
        if ref is None:
            default = "1" if self.work.store.exists("Item", "1") else None
            if default is None:
                return {}
            ref = detail["ItemRef"] = {
                "value": default,
                "name": label(self.work.company, "Item", default),
            }
        if ref["value"] in SPECIAL_ITEMS:
            if ref["value"] == "SHIPPING_ITEM_ID" and not self.work.company.pref(
                "SalesFormsPrefs", "AllowShipping", True
            ):
                raise business("Shipping is switched off for this company.")
            return {"Taxable": False}
        item = self.work.get("Item", ref["value"]) or {}
        if item.get("Type") == "Category":
            raise fault(
                "2500",
                "Invalid Reference Id : An item in this transaction is set up as "
                "a category instead of a product or service.",
                "Reference Id",
            )
        check_start(item, self.doc.get("TxnDate"))
        if item.get("IncomeAccountRef"):
            income = item["IncomeAccountRef"]["value"]
            detail["ItemAccountRef"] = {
                "value": income,
                "name": label(self.work.company, "Account", income) or "",
            }
        return item

    def _finish_discount(self):
        line = self.discount_line
        if line is None:
            return
        if not self.work.company.pref("SalesFormsPrefs", "AllowDiscount", True):
            raise business("Discounts are switched off for this company.")
        detail = resolved(self.work, line, "DiscountLineDetail")
        percent = detail.get("DiscountPercent")
        if detail.get("PercentBased") and percent is not None:
            if not 0 <= percent <= 100:
                raise Fault([error("2150", f"Invalid Percent : {percent}", "DiscountPercent")])
            self.discount = cents(self.subtotal * percent / 100)
        elif line.get("Amount") is not None:
            self.discount = line["Amount"]
            detail.setdefault("PercentBased", False)
        else:
            raise fault("6090", "Discount line needs an amount or a percentage", "Line")
        if "DiscountAccountRef" not in detail:
            account = discount_account(self.work.company)
            if account:
                detail["DiscountAccountRef"] = {
                    "value": account,
                    "name": label(self.work.company, "Account", account),
                }
        self.discount_line = {
            "Amount": self.discount,
            "DetailType": "DiscountLineDetail",
            "DiscountLineDetail": detail,
        }

    def complete(self):
        """All lines as returned: items, SubTotal, discount (FACTS 6)."""
        net = cents(sum((line["Amount"] for line, _detail in self.rows), ZERO))
        result = [
            *self.lines,
            {"Amount": net, "DetailType": "SubTotalLineDetail", "SubTotalLineDetail": {}},
        ]
        return result + [self.discount_line] if self.discount_line else result


def discount_account(company):
    """The preferred account for discounts, else the first of its kind (FACTS 6)."""
    preferred = company.pref("SalesFormsPrefs", "DefaultDiscountAccount")
    if preferred and company.store.exists("Account", str(preferred)):
        return str(preferred)
    return company.account("DiscountsRefundsGiven")


def drop_empty(line, detail):
    """Zero quantity and price beside an amount mean that neither was given."""
    if line["Amount"] and not detail.get("Qty") and not detail.get("UnitPrice"):
        detail.pop("Qty", None)
        detail.pop("UnitPrice", None)
    if not detail.get("TaxInclusiveAmt"):
        detail.pop("TaxInclusiveAmt", None)


def check_amount(line, detail, mode):
    """Amount = Qty x UnitPrice to the cent, when both are sent (FACTS 7.2)."""
    quantity, price = detail.get("Qty"), detail.get("UnitPrice")
    if quantity is None or price is None:
        return
    product = cents(quantity * price)
    allowed = {line["Amount"]}
    if mode == "TaxInclusive":
        return
    if product not in allowed:
        raise fault(
            "6070",
            f"Amount is not equal to UnitPrice * Qty. Supplied value:{line['Amount']:,.2f}",
            "Line.Amount",
        )


def check_start(item, day):
    """Inventory cannot move before its start date (FACTS 14#45)."""
    start = item.get("InvStartDate")
    if item.get("Type") == "Inventory" and start and day and day < start:
        raise fault(
            "6270",
            "Transactions with inventory (QOH) products cant be dated earlier "
            "than the Inventory Start Date for the product",
            "",
        )


def stored_rows(lines):
    """``(line, detail)`` of the item lines of a stored document."""
    for line in flat(lines):
        for name in (
            "SalesItemLineDetail",
            "ItemBasedExpenseLineDetail",
            "AccountBasedExpenseLineDetail",
        ):
            if name in line:
                yield line, line[name]


def parse_date(text):
    return date(*(int(part) for part in text.split("-")))
