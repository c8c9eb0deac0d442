"""Which page a path shows."""

from __future__ import annotations

from urllib.parse import quote

from . import act, browse, consent, detail
from .frame import KINDS, View, login
from .html import page, redirect, tag

GET = {
    "": browse.overview,
    "homepage": browse.overview,
    "customers": browse.names("Customer"),
    "vendors": browse.names("Vendor"),
    "invoices": browse.documents("Invoice", "Invoices", "CustomerRef"),
    "payments": browse.documents("Payment", "Payments", "CustomerRef"),
    "bills": browse.documents("Bill", "Bills", "VendorRef"),
    "items": browse.items,
    "chartofaccounts": browse.accounts,
    "register": browse.register,
    "ledger": browse.ledger,
    "transactions": browse.transactions,
    "requests": browse.requests,
    "customerdetail": detail.name("Customer"),
    "vendordetail": detail.name("Vendor"),
    "pdf": act.pdf,
} | {path: detail.transaction for path in KINDS}
POST = {
    "name/save": act.save_name,
    "payment/record": act.record_payment,
    "bill/pay": act.pay_bill,
    "transaction/act": act.transaction,
}


def serve(sim, request):
    """The page for a path; nothing changes between its look-ups."""
    with sim.lock:
        return _serve(sim, request)


def _serve(sim, request):
    path = request.path.rstrip("/")
    if path == "/connect/oauth2":
        return consent.serve(sim, request)
    view = View(sim, request)
    if path == "/login":
        return login(view)
    if path == "":
        return redirect("/app/")
    if path != "/app" and not path.startswith("/app/"):
        return page("Not found", tag("h1", "Not found"), tag("p", request.path), status=404)
    if not view.user:
        return redirect(f"/login?next={quote(request.target, safe='')}")
    return company_page(view, path[len("/app") :].strip("/"))


def company_page(view, name):
    if name == "company" and view.request.method == "POST":
        realm = view.data.get("realm", "")
        return (
            redirect("/app/", ("Set-Cookie", f"sim_realm={realm}; Path=/; SameSite=Lax"))
            if realm in view.sim.companies
            else view.problem("No such company.")
        )
    handler = (POST if view.request.method == "POST" else GET).get(name)
    if handler is None:
        return view.page("Not found", tag("p", name), status=404)
    if view.request.method == "POST":
        return handler(view)
    with view.sim.transaction():
        return handler(view)
