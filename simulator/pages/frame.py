"""What all company pages share: who looks, at which company, and the menu."""

from __future__ import annotations

from http.cookies import SimpleCookie
from urllib.parse import urlencode

from ..money import cents
from .html import Safe, button, card, field, form, link, page, redirect, tag, text

MENU = (
    ("", "Overview"),
    ("customers", "Customers"),
    ("invoices", "Invoices"),
    ("payments", "Payments"),
    ("vendors", "Vendors"),
    ("bills", "Bills"),
    ("items", "Products"),
    ("chartofaccounts", "Accounts"),
    ("ledger", "Ledger"),
    ("transactions", "All transactions"),
    ("requests", "API requests"),
)
PATHS = {
    "Invoice": "invoice",
    "CreditMemo": "creditmemo",
    "SalesReceipt": "salesreceipt",
    "RefundReceipt": "refundreceipt",
    "Estimate": "estimate",
    "Payment": "recvpayment",
    "Bill": "bill",
    "BillPayment": "billpayment",
    "VendorCredit": "vendorcredit",
    "Purchase": "expense",
    "PurchaseOrder": "purchaseorder",
    "Deposit": "deposit",
    "Transfer": "transfer",
    "JournalEntry": "journal",
    "CreditCardPayment": "creditcardpayment",
    "InventoryAdjustment": "inventoryadjustment",
}
KINDS = {path: kind for kind, path in PATHS.items()} | {
    "check": "Purchase",
    "recvpayment": "Payment",
}


class View:
    """One request for a page."""

    def __init__(self, sim, request):
        self.sim, self.request = sim, request
        jar = SimpleCookie(request.header("cookie"))
        self.cookies = {name: morsel.value for name, morsel in jar.items()}
        self.data = request.form() if request.method == "POST" else {}
        wanted = request.query.get("realm") or self.cookies.get("sim_realm")
        self.realm = wanted if wanted in sim.companies else sim.realm
        self.company = sim.companies[self.realm]
        self.store = self.company.store

    @property
    def user(self):
        return self.cookies.get("sim_user")

    def q(self, name, default=""):
        return self.request.query.get(name) or default

    def header(self):
        here = self.request.path[len("/app/") :].strip("/")
        items = "".join(
            link(f"/app/{path}", label, class_="here" if path == here else None)
            for path, label in MENU
        )
        options = "".join(
            tag(
                "option",
                company.name,
                value=realm,
                selected="selected" if realm == self.realm else None,
            )
            for realm, company in self.sim.companies.items()
        )
        choice = (
            form(
                "/app/company",
                tag(
                    "select",
                    Safe(options),
                    name="realm",
                    aria_label="Company",
                    onchange="this.form.submit()",
                ),
                Safe(" "),
                button("Go", kind="plain"),
            )
            if len(self.sim.companies) > 1
            else tag("span", self.company.name, class_="note")
        )
        return f"<header><b>QuickBooks simulator</b>{items}{choice}</header>"

    def page(self, title, *content, status=200):
        note = self.q("done")
        banner = card(note, kind="good") if note else ""
        return page(
            f"{title} - {self.company.name}",
            tag("h1", title),
            banner,
            *content,
            header=self.header(),
            status=status,
        )

    def problem(self, message):
        return self.page(
            "That did not work",
            card(message, kind="bad"),
            tag("p", link("javascript:history.back()", "Back")),
            status=400,
        )

    def go(self, path, done=None, **query):
        if done:
            query["done"] = done
        return redirect(f"/app/{path}" + ("?" + urlencode(query) if query else ""))


def txn_link(kind, ident, label):
    return link(f"/app/{PATHS.get(kind, 'transactions')}?txnId={ident}", label)


def name_link(kind, ident, label):
    path = "vendordetail" if kind == "Vendor" else "customerdetail"
    return link(f"/app/{path}?nameId={ident}", label)


def amount(value):
    return f"{cents(value or 0):,.2f}"


def login(view):
    """Anybody may come in; the name only shows who acts."""
    target = view.q("next", view.data.get("next") or "/app/")
    if view.request.method == "POST":
        user = "".join(c for c in view.data.get("user") or "owner" if c.isalnum() or c in "@.-_")
        safe = target if target.startswith("/") and not target.startswith("//") else "/app/"
        return redirect(
            safe, ("Set-Cookie", f"sim_user={user or 'owner'}; Path=/; SameSite=Lax; HttpOnly")
        )
    return page(
        "Sign in",
        card(
            tag("h1", "Sign in"),
            tag("p", "Any name will do.", class_="note"),
            form(
                "/login",
                field("User", "user", "owner@example.com"),
                tag("input", type="hidden", name="next", value=target),
                tag("div", button("Sign in"), class_="row"),
            ),
            kind="narrow",
        ),
    )


def money_cell(value):
    return text(amount(value))
