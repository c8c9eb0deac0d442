"""The authorization page (FACTS 1.2): one form, usable by a person and by a plain form post."""

from __future__ import annotations

from urllib.parse import urlencode

from ..oauth import COMPANY_SCOPES, SCOPES
from .html import Safe, page, redirect, tag, text

FIELDS = ("client_id", "redirect_uri", "response_type", "scope", "state")


def serve(sim, request):
    """GET shows the form, POST carries the decision."""
    asked = dict(request.query)
    if request.method == "POST":
        asked |= request.form()
    with sim.transaction():
        app = sim.oauth.app(asked.get("client_id", ""))
    if app is None:
        return problem("The client_id is unknown to Intuit.")
    if not sim.oauth.redirect_allowed(app, asked.get("redirect_uri", "")):
        return problem(
            "The redirect_uri query parameter value is invalid. Make sure it is "
            "listed in the Redirect URIs section of your app's keys tab and matches "
            "it exactly."
        )
    refusal = invalid(asked)
    if refusal:
        return back(asked, error=refusal)
    if request.method != "POST":
        return form(sim, asked)
    if asked.get("action") == "cancel":
        return back(asked, error="access_denied")
    with sim.transaction():
        return redirect(approve(sim, asked))


def invalid(asked):
    if asked.get("response_type", "code") != "code":
        return "invalid_request"
    scopes = asked.get("scope", "").split()
    return None if scopes and set(scopes) <= SCOPES else "invalid_scope"


def approve(sim, asked):
    """The redirect of a person who pressed Connect."""
    realm = asked.get("realm") or sim.realm
    if realm not in sim.companies:
        realm = sim.realm
    code = sim.oauth.code_for(asked["client_id"], realm, asked["scope"], asked["redirect_uri"])
    answer = {"code": code}
    if "state" in asked:
        answer["state"] = asked["state"]
    if set(asked["scope"].split()) & COMPANY_SCOPES:
        answer["realmId"] = realm
    return with_query(asked["redirect_uri"], answer)


def back(asked, **answer):
    if "state" in asked:
        answer["state"] = asked["state"]
    return redirect(with_query(asked["redirect_uri"], answer))


def with_query(uri, answer):
    return uri + ("&" if "?" in uri else "?") + urlencode(answer)


def problem(message):
    """Intuit's own error page: no redirect (FACTS 1.2)."""
    return page(
        "Authorization error",
        Safe('<div class="card bad narrow">'),
        tag("h1", "Sorry, we can't connect"),
        tag("p", message),
        Safe("</div>"),
        status=400,
    )


def form(sim, asked):
    hidden = "".join(
        tag("input", type="hidden", name=name, value=asked[name])
        for name in FIELDS
        if name in asked
    )
    companies = [(realm, company.name) for realm, company in sim.companies.items()]
    if len(companies) > 1:
        options = "".join(
            tag("option", f"{name} ({realm})", value=realm) for realm, name in companies
        )
        choice = tag("label", "Company", for_="realm") + tag(
            "select", Safe(options), name="realm", id="realm"
        )
    else:
        choice = tag("p", "Company: ", tag("b", companies[0][1])) + tag(
            "input", type="hidden", name="realm", value=companies[0][0]
        )
    scopes = "".join(tag("li", scope) for scope in asked["scope"].split())
    buttons = tag("button", "Connect", type="submit", name="action", value="connect") + tag(
        "button", "Cancel", type="submit", name="action", value="cancel", class_="plain"
    )
    return page(
        "Connect to QuickBooks",
        Safe('<div class="card narrow"><form method="post" action="/connect/oauth2">'),
        tag("h1", "Connect to QuickBooks"),
        tag("p", "App ", tag("b", text(asked["client_id"])), " wants access to:"),
        tag("ul", Safe(scopes)),
        Safe(hidden),
        Safe(choice),
        tag("div", Safe(buttons), class_="row"),
        Safe("</form></div>"),
    )
