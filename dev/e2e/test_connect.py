"""Connecting, testing, switching and disconnecting, as an administrator does it in a browser."""

from __future__ import annotations

from urllib.parse import urljoin

import pytest
from playwright.sync_api import Page, expect

from dev import rpc, scenario_connect
from dev import scenario_browser as steps
from dev.books_simulator import Simulator
from dev.context import Context
from dev.scenario_wait import until

COMPANY = "Sandbox Company US 1"
REMOVAL = 60
CODE_LIFE = 600  # seconds; an authorization code is long dead after them


@pytest.fixture
def context(odoo, simulator) -> Context:
    return Context(odoo, simulator)


@pytest.fixture
def unconnected(context: Context) -> Context:
    """An Odoo that has never heard of QuickBooks."""
    odoo = context.client()

    def forgotten() -> bool:
        known = odoo.execute("quickbooks.connection", "search", [])
        try:
            odoo.execute("quickbooks.connection", "unlink", known)
        except rpc.RemoteError as error:
            if "currently being executed" not in str(error):  # its worker runs at this moment
                raise
            return False
        return True

    until(odoo, "the connection is removed", forgotten, REMOVAL)
    return context


@pytest.fixture
def connected(context: Context) -> Context:
    scenario_connect.connect(context, context.client())
    return context


def nothing_is_connected(context: Context) -> bool:
    return scenario_connect.connection_of(context.client()).get("state", "draft") == "draft"


def go_to_consent(page: Page, context: Context, secret: str = "") -> None:
    """The short way: keys are stored already, and the page behind Connect is opened."""
    keys = scenario_connect.keys_of(context)
    if secret:
        keys["qbo_client_secret"] = secret
    odoo = context.client()
    settings = odoo.execute(scenario_connect.SETTINGS, "create", keys)
    way = odoo.execute(scenario_connect.SETTINGS, "action_qbo_connect", [settings])
    page.goto(context.odoo_url + way["url"])


def take_the_way_back(page: Page) -> str:
    """Consent, but keep the address that leads back to Odoo instead of going there."""
    form = page.locator("form")
    fields = form.evaluate("form => Object.fromEntries(new FormData(form))")
    target = urljoin(page.url, form.get_attribute("action"))  # its buttons are called action too
    answer = page.request.post(target, form={**fields, "action": "connect"}, max_redirects=0)
    return answer.headers["location"]


# How it can go wrong


def test_cancelled_consent(page, unconnected, screenshot):
    steps.open_settings(page, unconnected)
    steps.type_keys(page, unconnected)
    steps.press_connect(page)

    page.get_by_role("button", name="Cancel").click()

    expect(steps.sentence(page)).to_have_text("You cancelled at QuickBooks. Nothing was changed.")
    screenshot("connect-cancelled")
    page.get_by_role("link", name="Back to Settings").click()
    expect(page.locator(steps.CARD).get_by_role("button", name="Connect")).to_be_visible()
    assert nothing_is_connected(unconnected)


def test_wrong_secret(page, unconnected):
    go_to_consent(page, unconnected, secret="not-the-secret")

    steps.consent(page)

    expect(steps.sentence(page)).to_contain_text("does not accept the client id or client secret")
    assert nothing_is_connected(unconnected)


def test_expired_code(page, unconnected):
    simulator = Simulator(unconnected.simulator_url)
    go_to_consent(page, unconnected)
    address = take_the_way_back(page)

    simulator.move_clock(CODE_LIFE)
    try:
        page.goto(address)
    finally:
        simulator.move_clock(-CODE_LIFE)

    expect(steps.sentence(page)).to_contain_text("code has expired or was used before")
    assert nothing_is_connected(unconnected)


def test_way_back_taken_twice(page, unconnected):
    go_to_consent(page, unconnected)
    address = take_the_way_back(page)
    page.goto(address.replace("code=", "code=x"))
    expect(steps.sentence(page)).to_be_visible()

    page.goto(address)

    expect(steps.sentence(page)).to_contain_text(
        "not valid any more, or was begun by somebody else"
    )
    assert nothing_is_connected(unconnected)


def test_way_back_of_somebody_else(page, unconnected, chrome, odoo):
    go_to_consent(page, unconnected)
    address = take_the_way_back(page)
    other = chrome.new_context()
    for cookie in odoo.client().cookies:
        other.add_cookies([{"name": cookie.name, "value": cookie.value, "url": odoo.url}])

    elsewhere = other.new_page()
    elsewhere.goto(address)

    expect(steps.sentence(elsewhere)).to_contain_text("was begun by somebody else")
    other.close()
    assert nothing_is_connected(unconnected)


# How it goes well


def test_connect_as_a_person_does(page, unconnected, screenshot):
    steps.open_settings(page, unconnected)
    steps.type_keys(page, unconnected)
    screenshot("settings-connect")
    steps.press_connect(page)
    screenshot("quickbooks-consent")

    steps.consent(page)

    page.wait_for_url("**/odoo/settings**")
    card = page.locator(steps.CARD)
    expect(card.get_by_text("Connected", exact=True)).to_be_visible()
    for field, value in (
        ("qbo_company_name", COMPANY),
        ("qbo_realm_id", unconnected.realm),
        ("qbo_environment", "Simulator on this computer"),
        ("qbo_home_currency", "USD"),
        ("qbo_country_code", "US"),
        ("qbo_status_sentence", "Integration is currently off"),
    ):
        expect(card.locator(f".o_field_widget[name={field}]")).to_have_text(value)
    steps.open_settings(page, unconnected)
    screenshot("settings-connected")


def test_connection_test_ticks_what_is_well(page, connected, screenshot):
    Simulator(connected.simulator_url).set_preference("CustomTxnNumbers", True)
    steps.open_settings(page, connected).get_by_role("button", name="Test connection").click()

    dialog = page.get_by_role("dialog")
    expect(dialog.get_by_text("All is well.")).to_be_visible()
    for name in (
        "Credentials",
        "Permission",
        "Company file",
        "Home currency",
        "Country",
        "Minor version",
        "Sales tax",
        "Multicurrency",
        "Custom transaction numbers",
        "Closing date",
        "Automatic application of credits",
        "Clock difference",
    ):
        row = dialog.get_by_role("row").filter(has=page.get_by_text(name, exact=True))
        expect(row.locator(".fa-check")).to_be_visible()
    screenshot("connection-test")


def test_connection_test_names_what_is_not(page, connected, screenshot):
    simulator = Simulator(connected.simulator_url)
    simulator.set_preference("CustomTxnNumbers", False)
    try:
        steps.open_settings(page, connected).get_by_role("button", name="Test connection").click()
        dialog = page.get_by_role("dialog")
        row = dialog.get_by_role("row").filter(has_text="Custom transaction numbers")
        expect(row.locator(".fa-times")).to_be_visible()
        expect(row).to_contain_text("duplicates are not refused")
        screenshot("connection-test-cross")
    finally:
        simulator.set_preference("CustomTxnNumbers", True)


def test_disable_and_enable(page, connected):
    odoo = connected.client()
    card = steps.open_settings(page, connected)
    if card.get_by_role("button", name="Disable integration").is_visible():
        card.get_by_role("button", name="Disable integration").click()
    expect(card.get_by_text("Integration is currently off")).to_be_visible()
    assert scenario_connect.connection_of(odoo)["stage"] == "off"

    card.get_by_role("button", name="Enable integration").click()

    expect(card.get_by_text("Integration is currently on")).to_be_visible()
    assert scenario_connect.connection_of(odoo)["stage"] == "automatic"


def test_disconnect_and_reconnect(page, connected, screenshot):
    odoo = connected.client()
    before = scenario_connect.connection_of(odoo)
    card = steps.open_settings(page, connected)

    card.get_by_role("button", name="Disconnect").click()
    page.get_by_role("dialog").get_by_role("button", name="Ok").click()

    expect(card.get_by_text("All data and links are kept.")).to_be_visible()
    assert scenario_connect.connection_of(odoo)["state"] == "disconnected"
    steps.open_settings(page, connected)
    screenshot("settings-disconnected")

    steps.press_connect(page)
    steps.consent(page)

    expect(card.get_by_text("Connected", exact=True)).to_be_visible()
    after = scenario_connect.connection_of(odoo)
    assert (after["id"], after["realm_id"]) == (before["id"], before["realm_id"])
    assert after["stage"] == before["stage"]
