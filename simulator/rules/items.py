"""Products and services (FACTS 5.5, 7.1, 14#44-46)."""

from __future__ import annotations

from ..errors import business, fault, missing
from ..money import ZERO
from ..refs import is_active
from ..settle import adjust_stock
from .lists import ListRules

INCOME = ("Income", "Other Income")
EXPENSE = ("Expense", "Cost of Goods Sold", "Other Expense")
STOCKED = ("Inventory", "Assembly")


class ItemRules(ListRules):
    noun = "product or service"
    sub_flag = "SubItem"

    def nested(self, work, new, chain):
        new.pop("Level", None)
        if chain:
            if chain[-1].get("Type") != "Category":
                raise business("Only a category can be the parent of a product or service.")
            new["Level"] = len(chain)
        else:
            new.pop("SubItem", None)

    def inactivable(self, work, old):
        if old.get("Type") == "Category":
            raise business("A category can't be made inactive.")

    def complete(self, work, new, old, sent):
        kind = self._type(new, old)
        if kind == "Category":
            for name in (
                "UnitPrice",
                "PurchaseCost",
                "IncomeAccountRef",
                "ExpenseAccountRef",
                "Taxable",
                "TrackQtyOnHand",
            ):
                new.pop(name, None)
            return
        new.setdefault("Taxable", False)
        new.setdefault("UnitPrice", ZERO)
        if not new.get("DeferredRevenue"):
            new.pop("DeferredRevenue", None)  # shown by reads only
        if kind != "Group":
            new.setdefault("PurchaseCost", ZERO)
            self._accounts(work, new, old, kind)
        if kind in STOCKED:
            self._inventory(work, new, old)
        else:
            if new.get("TrackQtyOnHand") and "TrackQtyOnHand" in sent:
                raise business("TrackQtyOnHand is only possible for inventory items.")
            new["TrackQtyOnHand"] = False
            new.pop("QtyOnHand", None)

    def _type(self, new, old):
        kind = new.get("Type") or ("Inventory" if new.get("TrackQtyOnHand") else "Service")
        if not old and kind == "Group":
            raise business("Bundles can't be created through the API.")
        if (
            old
            and old.get("Type") != kind
            and (
                "Inventory" in (old.get("Type"), kind)
                and old.get("Type") in STOCKED
                or "Category" in (old.get("Type"), kind)
            )
        ):
            raise business("You can't change the type of this product or service.")
        new["Type"] = kind
        return kind

    def _accounts(self, work, new, old, kind):
        if kind in ("Service", "Inventory") and "IncomeAccountRef" not in new:
            if kind == "Inventory" or "ExpenseAccountRef" not in new:
                raise missing("IncomeAccountRef")
        self._check(work, new, "IncomeAccountRef", INCOME)
        self._check(work, new, "ExpenseAccountRef", EXPENSE)

    def _check(self, work, new, name, types):
        ref = new.get(name)
        if ref and work.store.column("Account", ref["value"], "AccountType") not in types:
            raise fault(
                "6430", f"Invalid account type: {name} needs one of {', '.join(types)}", name
            )

    def _inventory(self, work, new, old):
        if not old and "TrackQtyOnHand" not in new:
            new["TrackQtyOnHand"] = True
        if old and old.get("TrackQtyOnHand") and new.get("TrackQtyOnHand") is False:
            raise business("Quantity tracking can't be switched off.")
        new["TrackQtyOnHand"] = True
        if "AssetAccountRef" not in new:
            raise fault(
                "2020",
                "Required parameter is missing in the request. An inventory "
                "assetaccount is required if you are tracking inventory quantities for "
                "this product.",
                "AssetAccountRef",
            )
        for name in ("QtyOnHand", "InvStartDate", "ExpenseAccountRef"):
            if name not in new:
                raise missing(name)
        self._check(work, new, "AssetAccountRef", ("Other Current Asset",))
        if (
            old
            and not is_active(work.company, "Item", old["Id"])
            and (old.get("QtyOnHand") != new["QtyOnHand"])
        ):
            raise business("You need to activate this item before updating the quantity")

    def saved(self, work, new, old):
        super().saved(work, new, old)
        if new.get("Type") in STOCKED:
            before = (old or {}).get("QtyOnHand", ZERO)
            if before != new["QtyOnHand"]:
                adjust_stock(work, new, new["QtyOnHand"] - before)

    def view(self, company, obj, listing):
        """DeferredRevenue shows on create and read, not in queries (FACTS 15)."""
        if listing or obj.get("Type") == "Category" or "DeferredRevenue" in obj:
            return obj
        return obj | {"DeferredRevenue": False}
