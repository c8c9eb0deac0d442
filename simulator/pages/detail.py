"""One customer, vendor or transaction, and the forms to change it."""

from __future__ import annotations

from .. import jsontext
from ..money import from_cents
from ..refs import label
from ..rules.lines import flat
from ..schema import ENTITIES
from ..settle import stored_postings
from ..views import read
from .browse import status
from .frame import KINDS, amount, name_link, txn_link
from .html import button, card, facts, field, form, link, table, tag

EDITABLE = (
    ("Display name", "DisplayName"),
    ("Company", "CompanyName"),
    ("Given name", "GivenName"),
    ("Family name", "FamilyName"),
)
LINK_KINDS = {
    "BillPaymentCheck": "BillPayment",
    "BillPaymentCreditCard": "BillPayment",
    "Expense": "Purchase",
    "Check": "Purchase",
}


LINE_TYPES = {
    "SubTotalLineDetail": "Subtotal",
    "DiscountLineDetail": "Discount",
    "DescriptionOnly": "Text",
    "GroupLineDetail": "Bundle",
}


def address_text(address):
    parts = [
        address.get(key)
        for key in ("Line1", "Line2", "City", "CountrySubDivisionCode", "PostalCode", "Country")
    ]
    return ", ".join(part for part in parts if part)


def name(kind):
    def build(view):
        ident = view.q("nameId")
        obj = view.store.read(kind, ident)
        if obj is None:
            return view.page(f"No such {kind.lower()}", status=404)
        party = "CustomerRef" if kind == "Customer" else "VendorRef"
        forms = (
            ("Invoice", "Payment", "CreditMemo", "SalesReceipt")
            if kind == "Customer"
            else ("Bill", "VendorCredit")
        )
        rows = []
        for form_kind in forms:
            if party not in ENTITIES[form_kind].columns:
                continue
            for row in view.store.all(form_kind, f"c_{party} = ?", (ident,), "n DESC"):
                rows.append(
                    (
                        txn_link(
                            form_kind,
                            row["Id"],
                            f"{ENTITIES[form_kind].label} {row.get('DocNumber', row['Id'])}",
                        ),
                        row["TxnDate"],
                        status(row),
                        amount(row["TotalAmt"]),
                        amount(row.get("Balance")),
                    )
                )
        return view.page(
            obj["DisplayName"],
            card(
                facts(
                    [
                        ("Balance", amount(obj.get("Balance"))),
                        ("Id", obj["Id"]),
                        ("SyncToken", obj["SyncToken"]),
                        ("Changed", obj["MetaData"].get("LastUpdatedTime")),
                        ("Address", address_text(obj.get("BillAddr") or {})),
                    ]
                )
            ),
            edit_form(kind, obj),
            tag("h2", "Transactions"),
            card(table(("Transaction", "Date", "State", "Total", "Open"), rows, (3, 4))),
        )

    return build


def edit_form(kind, obj):
    address = obj.get("BillAddr") or {}
    fields = [field(title, key, obj.get(key, "")) for title, key in EDITABLE]
    fields += [
        field("E-mail", "email", (obj.get("PrimaryEmailAddr") or {}).get("Address", "")),
        field("Phone", "phone", (obj.get("PrimaryPhone") or {}).get("FreeFormNumber", "")),
        field("Street", "Line1", address.get("Line1", "")),
        field("City", "City", address.get("City", "")),
        field("State", "CountrySubDivisionCode", address.get("CountrySubDivisionCode", "")),
        field("Postal code", "PostalCode", address.get("PostalCode", "")),
    ]
    active = obj.get("Active", True)
    return card(
        tag("h2", f"Edit {kind.lower()}"),
        form(
            "/app/name/save",
            tag("input", type="hidden", name="kind", value=kind),
            tag("input", type="hidden", name="id", value=obj["Id"]),
            *fields,
            tag(
                "div",
                button("Save", "action", "save"),
                button(
                    "Make inactive" if active else "Make active",
                    "action",
                    "inactive" if active else "active",
                    "danger" if active else "plain",
                ),
                class_="row",
            ),
        ),
    )


def transaction(view):
    """Any transaction by its deep link, for example ``/app/invoice?txnId=130``."""
    kind = KINDS.get(view.request.path.rsplit("/", 1)[-1])
    ident = view.q("txnId")
    text = read(view.company, kind, ident) if kind else None
    if text is None:
        return view.page("No such transaction", status=404)
    obj = jsontext.loads(text)
    party = obj.get("CustomerRef") or obj.get("VendorRef") or obj.get("EntityRef") or {}
    party_kind = "Customer" if obj.get("CustomerRef") else "Vendor"
    spec, tax = ENTITIES[kind], obj.get("TxnTaxDetail") or {}
    return view.page(
        f"{spec.label} {obj.get('DocNumber', obj['Id'])}",
        card(
            facts(
                [
                    (
                        "Name",
                        name_link(party_kind, party["value"], party.get("name", ""))
                        if party
                        else None,
                    ),
                    ("Date", obj.get("TxnDate")),
                    ("Due", obj.get("DueDate")),
                    ("State", status(obj)),
                    ("Total", amount(obj.get("TotalAmt", obj.get("Amount")))),
                    ("Tax", amount(tax["TotalTax"]) if "TotalTax" in tax else None),
                    ("Currency", (obj.get("CurrencyRef") or {}).get("value")),
                    ("Open balance", amount(obj["Balance"]) if "Balance" in obj else None),
                    ("Unapplied", amount(obj["UnappliedAmt"]) if "UnappliedAmt" in obj else None),
                    ("Reference", obj.get("PaymentRefNum")),
                    ("Memo", obj.get("PrivateNote")),
                    ("Id", obj["Id"]),
                    ("SyncToken", obj["SyncToken"]),
                    ("Changed", obj["MetaData"].get("LastUpdatedTime")),
                ]
            )
        ),
        actions(kind, obj),
        tag("h2", "Lines"),
        card(_lines(obj)),
        *_linked(obj),
        tag("h2", "Postings"),
        card(_posted(view, kind, obj)),
        tag("h2", "As the API shows it"),
        card(tag("details", tag("summary", "JSON"), tag("pre", text))),
    )


def _lines(obj):
    rows = []
    for line in flat(obj.get("Line")):
        detail = next(
            (
                value
                for key, value in line.items()
                if key.endswith("LineDetail") and isinstance(value, dict)
            ),
            {},
        )
        what = detail.get("ItemRef") or detail.get("AccountRef") or {}
        links = [
            txn_link(
                LINK_KINDS.get(item["TxnType"], item["TxnType"]),
                item["TxnId"],
                f"{item['TxnType']} {item['TxnId']}",
            )
            for item in line.get("LinkedTxn") or []
        ]
        rows.append(
            (
                what.get("name") or LINE_TYPES.get(line.get("DetailType"), ""),
                line.get("Description", ""),
                tag("span", *links) if links else "",
                detail.get("Qty", ""),
                detail.get("UnitPrice", ""),
                (detail.get("TaxCodeRef") or {}).get("value", ""),
                amount(line.get("Amount")),
            )
        )
    return table(
        ("Item or account", "Description", "Linked", "Qty", "Price", "Tax", "Amount"),
        rows,
        (3, 4, 6),
    )


def _linked(obj):
    links = [
        tag(
            "li",
            txn_link(
                LINK_KINDS.get(item["TxnType"], item["TxnType"]),
                item["TxnId"],
                f"{item['TxnType']} {item['TxnId']}",
            ),
        )
        for item in obj.get("LinkedTxn") or []
    ]
    return [tag("h2", "Linked transactions"), card(tag("ul", *links))] if links else []


def _posted(view, kind, obj):
    rows = []
    for account, home, _amount, _nk, _ni, memo in stored_postings(view.store, kind, obj["Id"]):
        rows.append(
            (
                label(view.company, "Account", account) or account,
                memo or "",
                amount(from_cents(home)) if home > 0 else "",
                amount(from_cents(-home)) if home < 0 else "",
            )
        )
    return table(("Account", "Memo", "Debit", "Credit"), rows, (2, 3))


def actions(kind, obj):
    """What a person can do with this transaction."""
    hidden = [
        tag("input", type="hidden", name="kind", value=kind),
        tag("input", type="hidden", name="id", value=obj["Id"]),
    ]
    parts = []
    if kind == "Invoice" and obj.get("Balance"):
        parts.append(
            tag(
                "details",
                tag("summary", "Record a payment"),
                form(
                    "/app/payment/record",
                    *hidden,
                    field("Amount", "amount", f"{obj['Balance']:.2f}"),
                    field("Date", "date", "", "date"),
                    field("Reference", "reference", ""),
                    tag("div", button("Record payment"), class_="row"),
                ),
            )
        )
    if kind == "Bill" and obj.get("Balance"):
        parts.append(
            tag(
                "details",
                tag("summary", "Pay this bill"),
                form(
                    "/app/bill/pay",
                    *hidden,
                    field("Amount", "amount", f"{obj['Balance']:.2f}"),
                    tag("div", button("Pay bill"), class_="row"),
                ),
            )
        )
    spec = ENTITIES[kind]
    buttons = []
    if "v" in spec.operations:
        buttons.append(button("Void", "action", "void", "danger"))
    buttons.append(button("Delete", "action", "delete", "danger"))
    parts.append(form("/app/transaction/act", *hidden, tag("div", *buttons, class_="row")))
    if spec.pdf:
        parts.append(tag("p", link(f"/app/pdf?kind={kind}&txnId={obj['Id']}", "PDF")))
    return card(*parts)
