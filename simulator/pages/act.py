"""What people do on the pages; the same rules apply as over the API."""

from __future__ import annotations

from decimal import Decimal, InvalidOperation

from .. import documents, lifecycle
from ..errors import Fault
from ..schema import ENTITIES
from ..wire import Reply
from ..work import Work
from .frame import PATHS


class Refusal(Exception):
    """A sentence for the person who pressed the button."""


def guarded(step):
    """Turn faults into a page."""

    def run(view):
        try:
            with view.sim.transaction():
                return step(view)
        except Fault as problem:
            return view.problem(" ".join(entry["Detail"] for entry in problem.errors))
        except Refusal as problem:
            return view.problem(str(problem))

    return run


def _write(view, kind, body):
    work = Work(view.company)
    obj = lifecycle.write(work, kind, body)
    work.flush()
    return obj


def _target(view):
    kind, ident = view.data.get("kind", ""), view.data.get("id", "")
    obj = view.store.read(kind, ident) if kind in ENTITIES else None
    if obj is None:
        raise Refusal(f"{kind} {ident} does not exist any more.")
    return kind, obj


def _amount(view):
    try:
        return Decimal(view.data.get("amount", "").replace(",", ""))
    except InvalidOperation:
        raise Refusal("Please enter an amount.") from None


@guarded
def save_name(view):
    """Edit a customer or vendor, or switch it on and off."""
    kind, obj = _target(view)
    body = {"Id": obj["Id"], "SyncToken": obj["SyncToken"], "sparse": True}
    action = view.data.get("action")
    if action in ("inactive", "active"):
        body["Active"] = action == "active"
    else:
        body |= {
            key: view.data.get(key, "")
            for key in ("DisplayName", "CompanyName", "GivenName", "FamilyName")
        }
        if not obj.get("Active", True):
            body["Active"] = True
        body["PrimaryEmailAddr"] = {"Address": view.data.get("email", "")}
        body["PrimaryPhone"] = {"FreeFormNumber": view.data.get("phone", "")}
        address = dict(obj.get("BillAddr") or {})
        for key in ("Line1", "City", "CountrySubDivisionCode", "PostalCode"):
            address[key] = view.data.get(key, "")
        body["BillAddr"] = {key: value for key, value in address.items() if value}
    _write(view, kind, body)
    path = "vendordetail" if kind == "Vendor" else "customerdetail"
    return view.go(path, done="Saved.", nameId=obj["Id"])


@guarded
def record_payment(view):
    """Money for an invoice; more than its balance stays as credit."""
    _kind, invoice = _target(view)
    amount = _amount(view)
    part = min(amount, invoice["Balance"])
    body = {
        "CustomerRef": invoice["CustomerRef"],
        "TotalAmt": amount,
        "PaymentRefNum": view.data.get("reference", ""),
        "Line": [{"Amount": part, "LinkedTxn": [{"TxnId": invoice["Id"], "TxnType": "Invoice"}]}],
    }
    if view.data.get("date"):
        body["TxnDate"] = view.data["date"]
    payment = _write(view, "Payment", body)
    return view.go("recvpayment", done="Payment recorded.", txnId=payment["Id"])


@guarded
def pay_bill(view):
    _kind, bill = _target(view)
    amount = _amount(view)
    bank = view.company.account(kind="Bank", subtype="Checking") or view.company.account(
        kind="Bank"
    )
    payment = _write(
        view,
        "BillPayment",
        {
            "VendorRef": bill["VendorRef"],
            "TotalAmt": amount,
            "PayType": "Check",
            "CheckPayment": {"BankAccountRef": {"value": bank}},
            "Line": [
                {
                    "Amount": min(amount, bill["Balance"]),
                    "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}],
                }
            ],
        },
    )
    return view.go("billpayment", done="Bill paid.", txnId=payment["Id"])


@guarded
def transaction(view):
    """Void or delete."""
    kind, obj = _target(view)
    work = Work(view.company)
    body = {"Id": obj["Id"], "SyncToken": obj["SyncToken"]}
    if view.data.get("action") == "void":
        lifecycle.void(work, kind, body)
        work.flush()
        return view.go(PATHS[kind], done="Voided.", txnId=obj["Id"])
    lifecycle.delete(work, kind, body)
    work.flush()
    return view.go("transactions", done="Deleted.")


def pdf(view):
    kind = view.q("kind")
    if kind not in ENTITIES:
        return view.problem("No such document.")
    try:
        with view.sim.lock:
            body = documents.pdf(view.company, ENTITIES[kind], view.q("txnId"))
    except Fault as problem:
        return view.problem(str(problem))
    return Reply(200, body, "application/pdf")
