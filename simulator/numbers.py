"""Document numbers (FACTS 7.3)."""

from __future__ import annotations

from .errors import fault
from .schema import ENTITIES

SALES_COUNTER = ("Invoice", "SalesReceipt", "CreditMemo", "RefundReceipt")
OWN_COUNTER = ("Estimate", "PurchaseOrder")
FORCED = "AUTO_GENERATE"


def counter(kind):
    """Name and start of the sequence, or None for forms that are never numbered."""
    if kind in SALES_COUNTER:
        return "doc:sales"
    return f"doc:{kind}" if kind in OWN_COUNTER else None


def assign(work, kind, new, old):
    """Give the next number where the company numbers itself; refuse duplicates."""
    forced = new.pop("AutoDocNumber", None) is True or new.get("DocNumber") == FORCED
    if new.get("DocNumber") == FORCED:
        del new["DocNumber"]
    name = counter(kind)
    if name and not old and "DocNumber" not in new and (forced or not work.company.custom_numbers):
        new["DocNumber"] = str(work.store.next(name, 1000))
    elif "DocNumber" in new and new["DocNumber"] != (old or {}).get("DocNumber"):
        refuse_duplicate(work, kind, new, old)


def next_check(work, new, account):
    """The account's next check number, unless the check is to be printed later (FACTS 7.3)."""
    if "DocNumber" in new or work.switch("custom_check_numbers"):
        return
    if (new.get("CheckPayment") or new).get("PrintStatus") != "NeedToPrint":
        new["DocNumber"] = str(work.store.next(f"check:{account}", 75))


def refuse_duplicate(work, kind, new, old):
    if "allowduplicatedocnum" in work.options or not _checked(work, kind, new):
        return
    where, params = "c_DocNumber = ?", [new["DocNumber"]]
    if kind == "Bill":
        where += " AND c_VendorRef = ?"
        params.append(new["VendorRef"]["value"])
    for ident in work.store.ids(kind, where, params):
        if not old or ident != old["Id"]:
            raise fault(
                "6140",
                "Duplicate Document Number Error : You must specify a different number. "
                f"This number has already been used. DocNumber={new['DocNumber']} is assigned "
                f"to TxnType={ENTITIES[kind].label} with TxnId={ident}",
                "",
            )


def _checked(work, kind, new):
    """Whether this company warns about duplicates of this form."""
    if kind in SALES_COUNTER + OWN_COUNTER:
        return work.company.custom_numbers and work.switch("duplicate_warning")
    if kind == "Bill":
        return work.switch("bill_duplicate_warning")
    if kind == "Purchase":
        return new.get("PaymentType") != "Check" or work.switch("check_duplicate_warning")
    if kind == "JournalEntry":
        return work.switch("journal_duplicate_warning")
    return False
