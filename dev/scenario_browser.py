"""What a person does in the browser, for the browser tests: one function per habit."""

from __future__ import annotations

from playwright.sync_api import Locator, Page, expect

from dev import rpc, scenario_connect
from dev.books_simulator import Simulator
from dev.context import Context
from dev.scenario_wait import until, until_still

CARD = "#quickbooks"
MOVE = "account.move"
MAPPING = scenario_connect.MAPPING
# Odoo's first pages after a start take a while on a busy machine.
expect.set_options(timeout=30_000)
#: How long the connector may take to bring something over, in milliseconds.
ARRIVAL = 60_000


# Pages


def open_settings(page: Page, context: Context) -> Locator:
    """General Settings, scrolled to the QuickBooks card."""
    page.goto(f"{context.odoo_url}/odoo/settings")
    return show_card(page)


def show_card(page: Page) -> Locator:
    """As much of the card in sight as there is room for, on a page that is not about to change."""
    card = page.locator(CARD)
    card.wait_for(state="attached")
    card.evaluate("card => card.scrollIntoView({block: 'center'})")
    return card


def open_action(page: Page, context: Context, action: str) -> None:
    page.goto(f"{context.odoo_url}/odoo/action-{action}")
    page.locator(".o_action_manager .o_control_panel").wait_for()


def open_invoice(page: Page, context: Context, invoice: int) -> None:
    page.goto(f"{context.odoo_url}/odoo/customer-invoices/{invoice}")
    page.locator(".o_form_sheet").wait_for()


def sentence(page: Page) -> Locator:
    """What a page says that ends a failed authorization."""
    return page.locator(".o_quickbooks_sentence")


def badge(page: Page) -> Locator:
    """The QuickBooks state of the record that is open."""
    return page.locator(".o_form_view .o_field_widget[name=qbo_state] .badge").first


# The settings card


def type_keys(page: Page, context: Context, secret: str = "") -> None:
    card = page.locator(CARD)
    choose(
        card.locator(".o_field_widget[name=qbo_environment] input"), "Simulator on this computer"
    )
    fill(card, "qbo_simulator_url", context.simulator_url)
    fill(card, "qbo_client_id", context.client_id)
    fill(card, "qbo_client_secret", secret or context.client_secret)
    fill(card, "qbo_verifier", context.verifier)


def fill(area: Locator, field: str, value: str) -> None:
    area.locator(f".o_field_widget[name={field}] input").fill(value)


def choose(box: Locator, label: str) -> None:
    """Pick an entry of a drop-down box."""
    box.click()
    box.page.locator(".o_select_menu_item, .o-autocomplete--dropdown-item").filter(
        has_text=label
    ).first.click()


def press_connect(page: Page) -> None:
    """From the card to QuickBooks' consent page."""
    page.locator(CARD).get_by_role("button", name="onnect", exact=False).first.click()
    expect(page.get_by_role("heading", name="Connect to QuickBooks")).to_be_visible()


def consent(page: Page) -> None:
    page.get_by_role("button", name="Connect", exact=True).click()


# What is made behind the scenes


def get_ready(context: Context) -> rpc.Client:
    """Connected, mapped and switched on from today, by whatever is missing for that.

    What earlier tests have left on its way has arrived, so it is in nobody's list or figures.
    """
    odoo = context.client()
    scenario_connect.connect(context, odoo)
    scenario_connect.map_lists(Simulator(context.simulator_url), odoo)
    today = scenario_connect.today(odoo).isoformat()
    values = {"stage": "automatic", "cutoff_date": today}
    odoo.execute(
        "quickbooks.connection", "write", [scenario_connect.connection_of(odoo)["id"]], values
    )
    until_still(odoo, ARRIVAL / 1000)
    return odoo


def until_state(odoo: rpc.Client, invoices: list[int], state: str) -> None:
    """Wait until all of these invoices have this state."""

    def reached() -> bool:
        rows = odoo.execute(MOVE, "read", invoices, ["qbo_state"])
        return all(row["qbo_state"] == state for row in rows)

    until(odoo, f"the invoices are {state}", reached, ARRIVAL / 1000)


def draft(odoo: rpc.Client, partner: str, *lines: dict) -> int:
    """A customer invoice as draft; lines without tax unless they say so."""
    found = odoo.execute("res.partner", "search", [("name", "=", partner)], limit=1)
    known = found[0] if found else odoo.execute("res.partner", "create", {"name": partner})
    values = [(0, 0, {"tax_ids": [(5,)], **line}) for line in lines]
    invoice = {"move_type": "out_invoice", "partner_id": known, "invoice_line_ids": values}
    return odoo.execute(MOVE, "create", invoice)


def remote_invoice(context: Context, odoo: rpc.Client, invoice: int) -> dict:
    """The invoice in the simulator that an invoice of Odoo is linked to."""
    link = odoo.execute(MOVE, "read", [invoice], ["qbo_id"])[0]["qbo_id"]
    rows = Simulator(context.simulator_url).entities("Invoice")
    return next(row for row in rows if row["Id"] == link)
