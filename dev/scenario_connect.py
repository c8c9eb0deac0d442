"""The first scenes: connecting, mapping and switching on, the way a person's browser does it."""

from __future__ import annotations

from datetime import date
from html.parser import HTMLParser
from typing import Any
from urllib.parse import urljoin, urlsplit

from dev import rpc
from dev.books_simulator import Simulator
from dev.context import Context
from dev.progress import Halt, say
from dev.scenario_wait import until

SETTINGS = "res.config.settings"
MAPPING = "quickbooks.mapping"
TAX_FIELDS = ["name", "amount"]
CALLBACK = "/quickbooks/oauth/callback"
LISTS_TIMEOUT = 90
#: What is chosen where the connector has no suggestion of its own, by kind of mapping.
CHOICES = {
    "income_account": "Sales of Product Income",
    "receivable_account": "Accounts Receivable (A/R)",
    "default_item": "Services",
    "account": "Job Expenses",
    "payment_account": "Checking",
}


def connection_of(odoo: rpc.Client) -> dict[str, Any]:
    """The connection of the user's company as people see it; empty when there is none."""
    fields = ["state", "company_id", "company_name", "realm_id", "stage", "references_at"]
    found = odoo.execute("quickbooks.connection", "search_read", [], fields, limit=1)
    return found[0] if found else {}


def today(odoo: rpc.Client) -> date:
    """As the user's time zone has it."""
    default = odoo.execute("quickbooks.connection", "default_get", ["cutoff_date"])
    return date.fromisoformat(default["cutoff_date"])


# Connecting


def keys_of(context: Context) -> dict[str, str]:
    """What is typed into the settings."""
    return {
        "qbo_environment": "simulator",
        "qbo_simulator_url": context.simulator_url,
        "qbo_client_id": context.client_id,
        "qbo_client_secret": context.client_secret,
        "qbo_verifier": context.verifier,  # signs what QuickBooks announces
    }


def connect(context: Context, odoo: rpc.Client) -> None:
    """Keys into the settings, over to QuickBooks, consent, and back."""
    if connection_of(odoo).get("state") == "connected":
        return
    settings = odoo.execute(SETTINGS, "create", keys_of(context))
    action = odoo.execute(SETTINGS, "action_qbo_connect", [settings])
    address, page = odoo.visit(action["url"])
    consent = Form(page)
    agreed = {**consent.values, "action": "connect"}
    address, page = odoo.visit(urljoin(address, consent.action), agreed)
    if urlsplit(address).path == CALLBACK:
        raise Halt(f"QuickBooks was not connected: {Sentence(page).text}")
    now = connection_of(odoo)
    say(f"scenario: connected to {now['company_name']}, realm {now['realm_id']}")


class Form(HTMLParser):
    """The form of a page: where it goes and what it carries."""

    def __init__(self, page: str):
        super().__init__()
        self.action = ""
        self.values: dict[str, str] = {}
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        found = dict(attributes)
        if tag == "form":
            self.action = found.get("action") or ""
        elif tag == "input" and found.get("name"):
            self.values[str(found["name"])] = found.get("value") or ""


class Sentence(HTMLParser):
    """What the page says that ends a failed authorization."""

    def __init__(self, page: str):
        super().__init__()
        self.text = ""
        self._inside = False
        self.feed(page)

    def handle_starttag(self, tag: str, attributes: list[tuple[str, str | None]]) -> None:
        self._inside = "o_quickbooks_sentence" in (dict(attributes).get("class") or "")

    def handle_data(self, data: str) -> None:
        if self._inside and not self.text:
            self.text = data.strip()


# Mapping


def map_lists(simulator: Simulator, odoo: rpc.Client) -> None:
    """The accountant adds the taxes that are billed here; then everything gets its counterpart."""
    wait_for_lists(odoo)
    unknown = [("kind", "=", "tax"), ("state", "=", "missing")]
    rows = odoo.execute(MAPPING, "search_read", unknown, ["res_id"])
    for tax in odoo.execute("account.tax", "read", [row["res_id"] for row in rows], TAX_FIELDS):
        offer_tax(simulator, odoo, tax)
    complete_mapping(odoo)


def wait_for_lists(odoo: rpc.Client, before: str | bool = False) -> None:
    """:param before: when they were read last, if they were: it is waited for another time"""
    until(
        odoo,
        "QuickBooks' lists are read",
        lambda: connection_of(odoo)["references_at"] not in (False, before),
        LISTS_TIMEOUT,
    )


def offer_tax(simulator: Simulator, odoo: rpc.Client, tax: dict[str, Any]) -> str:
    """Add a tax of Odoo in QuickBooks too, read the lists again, and wait for the suggestion.

    :return: what the tax is called in QuickBooks
    """
    name = f"Sales tax {tax['name']}"
    if name not in {code["Name"] for code in simulator.entities("TaxCode")}:
        simulator.add_sales_tax(name, tax["amount"])
        say(f"scenario: the accountant added “{name}” in QuickBooks")
    connection = connection_of(odoo)
    odoo.execute("quickbooks.connection", "action_refresh_lists", [connection["id"]])
    row = [("kind", "=", "tax"), ("res_id", "=", tax["id"])]
    wanted = [*row, ("state", "in", ["suggested", "mapped"])]
    until(
        odoo,
        f"{name} is suggested",
        lambda: bool(odoo.execute(MAPPING, "search_count", wanted)),
        LISTS_TIMEOUT,
    )
    return name


def complete_mapping(odoo: rpc.Client) -> None:
    """Accept what is suggested and choose the rest from the lists the pickers offer."""
    suggested = odoo.execute(MAPPING, "search", [("state", "=", "suggested")])
    odoo.execute(MAPPING, "action_accept", suggested)
    fields = ["kind", "subject_name", "reference_domain"]
    missing = odoo.execute(MAPPING, "search_read", [("state", "=", "missing")], fields)
    for row in missing:
        wanted = CHOICES.get(row["kind"], row["subject_name"])
        legal = row["reference_domain"]
        offered = odoo.execute("quickbooks.reference", "name_search", wanted, legal)
        if not offered:
            raise Halt(f"QuickBooks has no “{wanted}” for {row['subject_name']} ({row['kind']})")
        odoo.execute(MAPPING, "write", [row["id"]], {"reference_id": offered[0][0]})
    say(f"scenario: {len(suggested)} suggestions accepted, {len(missing)} entries chosen")


# Switching on


def switch_on(odoo: rpc.Client, cutoff: date) -> None:
    """Documents from this day on go to QuickBooks by themselves."""
    settings = odoo.execute(SETTINGS, "create", {"qbo_cutoff_date": cutoff.isoformat()})
    odoo.execute(SETTINGS, "execute", [settings])
    settings = odoo.execute(SETTINGS, "create", {})
    odoo.execute(SETTINGS, "action_qbo_enable", [settings])
    say(f"scenario: integration on, documents dated {cutoff} or later are sent")
