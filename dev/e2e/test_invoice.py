"""Mapping, confirming, resolving and sending invoices, as bookkeepers do it in a browser."""

from __future__ import annotations

import re
import uuid
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from dev import rpc, scenario_connect
from dev import scenario_browser as steps
from dev.books_simulator import Simulator
from dev.context import Context

INVOICES = "account.action_move_out_invoice"
MAPPING = "quickbooks_online.quickbooks_mapping_action"


@pytest.fixture
def context(odoo, simulator) -> Context:
    return Context(odoo, simulator)


@pytest.fixture
def bookkeeping(context: Context) -> rpc.Client:
    """Everything is connected, mapped and switched on."""
    return steps.get_ready(context)


def row_of(page: Page, name: str):
    cell = page.get_by_role("cell", name=name, exact=True)
    return page.locator(".o_data_row").filter(has=cell)


# Mapping


def test_mapping(page, context, bookkeeping, screenshot):
    rows = bookkeeping.execute(steps.MAPPING, "search", [])
    bookkeeping.execute(steps.MAPPING, "write", rows, {"reference_id": False})
    card = steps.open_settings(page, context)
    card.page.get_by_role("button", name="Taxes, terms and accounts").click()
    tax, term = row_of(page, "15%"), row_of(page, "45 Days")
    expect(tax).to_contain_text("Suggestion to confirm")
    expect(tax).to_contain_text("Sales tax 15%")
    screenshot("mapping-suggestions")

    tax.get_by_role("button", name="Use").click()
    expect(tax).to_contain_text("Mapped")

    # Pick from the list: only QuickBooks' terms are offered.
    term.locator("[name=reference_id]").click()
    term.locator("[name=reference_id] input").fill("Net")
    offered = page.locator(".o-autocomplete--dropdown-item")
    expect(offered).to_have_text(["Net 10", "Net 15", "Net 30", "Net 60", "Search more..."])
    offered.filter(has_text="Net 60").click()
    page.get_by_role("button", name="Save").click()
    expect(term).to_contain_text("Mapped")

    page.locator("thead .o_list_record_selector input").check()
    page.get_by_role("button", name="Use Suggestions").click()
    expect(page.get_by_text("Suggestion to confirm")).to_have_count(0)
    screenshot("mapping")


# One invoice


def test_confirm_and_watch(page, context, bookkeeping, screenshot):
    lines = ({"name": "Oak shelf", "quantity": 3, "price_unit": 24.9},)
    invoice = steps.draft(bookkeeping, "Grace Harper", *lines)
    steps.open_invoice(page, context, invoice)
    page.evaluate("window.notReloaded = true")

    page.get_by_role("button", name="Confirm", exact=True).click()

    expect(steps.badge(page)).to_have_text("In QuickBooks", timeout=steps.ARRIVAL)
    assert page.evaluate("window.notReloaded"), "the badge changed because the page was loaded anew"
    screenshot("invoice-in-quickbooks")

    with page.expect_popup() as opened:
        page.get_by_role("button", name="Open in QuickBooks").click()
    quickbooks = opened.value
    quickbooks.get_by_role("button", name="Sign in").click()
    expect(quickbooks.get_by_text("74.70").first).to_be_visible()
    screenshot("quickbooks-invoice")
    assert steps.remote_invoice(context, bookkeeping, invoice)["TotalAmt"] == Decimal("74.70")


def test_missing_mapping_is_resolved(page, context, bookkeeping, screenshot):
    name = _free_tax_name(bookkeeping)
    values = {"name": name, "amount": 7, "type_tax_use": "sale"}
    tax = bookkeeping.execute("account.tax", "create", values)
    line = {"name": "Walk through the city", "price_unit": 100.0, "tax_ids": [(6, 0, [tax])]}
    invoice = steps.draft(bookkeeping, "Noah Harper", line)
    steps.open_invoice(page, context, invoice)

    page.get_by_role("button", name="Confirm", exact=True).click()

    alert = page.locator(".o_quickbooks_problem")
    expect(alert).to_contain_text(f"Missing in the mapping: {name} (Sales tax)")
    screenshot("invoice-missing-mapping")

    # In QuickBooks it gets a name of its own, so that nothing is suggested and a person must pick.
    remote = scenario_connect.offer_tax(
        Simulator(context.simulator_url), bookkeeping, {"id": tax, "name": name, "amount": 7}
    )
    alert.get_by_role("button", name="Resolve").click()
    row = row_of(page, name)
    expect(page.locator(".o_data_row")).to_have_count(1)
    row.locator("[name=reference_id]").click()
    row.locator("[name=reference_id] input").fill(remote)
    page.locator(".o-autocomplete--dropdown-item").filter(has_text=remote).click()
    page.get_by_role("button", name="Save").click()
    expect(row).to_contain_text("Mapped")
    steps.until_state(bookkeeping, [invoice], "synced")

    page.locator(".o_breadcrumb a").last.click()
    expect(steps.badge(page)).to_have_text("In QuickBooks")
    expect(alert).to_be_hidden()
    assert steps.remote_invoice(context, bookkeeping, invoice)["TotalAmt"] == 107


def _free_tax_name(odoo: rpc.Client) -> str:
    taken = odoo.execute("account.tax", "search_count", [("name", "like", "City tax")])
    return f"City tax {taken + 1}" if taken else "City tax"


def test_problem_is_in_the_list_of_problems(page, context, bookkeeping, screenshot):
    Simulator(context.simulator_url).set_preference("BookCloseDate", "2099-12-31")
    try:
        connection = scenario_connect.connection_of(bookkeeping)["id"]
        bookkeeping.execute("quickbooks.connection", "action_refresh_lists", [connection])
        invoice = steps.draft(bookkeeping, "Grace Harper", {"name": "Late", "price_unit": 5.0})
        bookkeeping.execute(steps.MOVE, "action_post", [invoice])
        steps.until_state(bookkeeping, [invoice], "held")
        number = bookkeeping.execute(steps.MOVE, "read", [invoice], ["name"])[0]["name"]

        steps.open_action(page, context, "quickbooks_online.quickbooks_binding_action_attention")

        row = row_of(page, number)
        expect(row).to_contain_text("books are closed up to 2099-12-31")
        screenshot("needs-attention")
    finally:
        Simulator(context.simulator_url).set_preference("BookCloseDate", None)
    bookkeeping.execute("quickbooks.connection", "action_refresh_lists", [connection])
    row.get_by_role("button", name="Retry").click()
    steps.until_state(bookkeeping, [invoice], "synced")


def test_difference_is_seen_and_accepted(page, context, bookkeeping, screenshot):
    """Odoo bills 9 %, its code has another rate, and differences are to be shown."""
    connection = scenario_connect.connection_of(bookkeeping)["id"]
    shown = {"tax_rounding": "show"}
    bookkeeping.execute("quickbooks.connection", "write", [connection], shown)
    values = {"name": f"Odd tax {uuid.uuid4().hex[:4]}", "amount": 9, "type_tax_use": "sale"}
    tax = bookkeeping.execute("account.tax", "create", values)
    code = [("remote_type", "=", "TaxCode"), ("name", "=", "California")]
    found = bookkeeping.execute("quickbooks.reference", "search", code)
    line = {"name": "Something taxed", "price_unit": 100.0, "tax_ids": [(6, 0, [tax])]}
    invoice = steps.draft(bookkeeping, "Grace Harper", line)
    bookkeeping.execute(steps.MOVE, "action_post", [invoice])
    steps.until_state(bookkeeping, [invoice], "held")
    row = bookkeeping.execute(steps.MAPPING, "search", [("kind", "=", "tax"), ("res_id", "=", tax)])
    bookkeeping.execute(steps.MAPPING, "write", row, {"reference_id": found[0]})
    steps.until_state(bookkeeping, [invoice], "mismatch")

    steps.open_invoice(page, context, invoice)
    alert = page.locator(".o_quickbooks_problem")
    expect(alert).to_contain_text("QuickBooks computed a tax of 8.00, Odoo 9.00")
    alert.get_by_role("button", name="Resolve").click()
    page.get_by_role("button", name="Accept the difference").click()

    expect(page.get_by_role("button", name="Accept the difference")).to_be_hidden()
    steps.until_state(bookkeeping, [invoice], "synced")
    bookkeeping.execute("quickbooks.connection", "write", [connection], {"tax_rounding": "line"})


# Many invoices


def test_filter_group_and_send_from_the_list(page, context, bookkeeping, screenshot):
    connection = scenario_connect.connection_of(bookkeeping)["id"]
    bookkeeping.execute("quickbooks.connection", "write", [connection], {"stage": "manual"})
    try:
        invoices = [
            steps.draft(bookkeeping, "Grace Harper", {"name": f"Part {n}", "price_unit": 10.0 * n})
            for n in (1, 2)
        ]
        bookkeeping.execute(steps.MOVE, "action_post", invoices)
        steps.until_state(bookkeeping, invoices, "pending")
        steps.open_action(page, context, INVOICES)

        _search_menu(page, "On the Way to QuickBooks", "Filters")
        for invoice in bookkeeping.execute(steps.MOVE, "read", invoices, ["name"]):
            row_of(page, invoice["name"]).locator(".o_list_record_selector input").check()
        page.get_by_role("button", name="Actions").click()
        page.get_by_role("menuitem", name="Sync to QuickBooks").click()

        expect(page.locator(".o_notification")).to_contain_text("on their way to QuickBooks")
        steps.until_state(bookkeeping, invoices, "synced")
    finally:
        bookkeeping.execute("quickbooks.connection", "write", [connection], {"stage": "automatic"})

    steps.open_action(page, context, INVOICES)
    _search_menu(page, "QuickBooks", "Group By")
    groups = page.locator(".o_group_header")
    expect(groups.filter(has_text="Not in QuickBooks")).to_be_visible()
    groups.filter(has_text=re.compile(r"^\s*In QuickBooks")).click()
    expect(page.locator(".o_data_row").first).to_be_visible()
    screenshot("invoices-by-state")


def _search_menu(page: Page, item: str, part: str) -> None:
    """Choose an item of the menu at the search box."""
    page.locator(".o_searchview_dropdown_toggler").click()
    menu = page.locator(".o_search_bar_menu .o_dropdown_container").filter(has_text=part)
    menu.get_by_role("menuitemcheckbox", name=item, exact=True).click()
    page.keyboard.press("Escape")


# Who sees it


def make_user(odoo: rpc.Client, group: str) -> str:
    module, name = group.split(".")
    found = odoo.execute(
        "ir.model.data", "search_read", [("module", "=", module), ("name", "=", name)], ["res_id"]
    )
    login = f"{name}-{uuid.uuid4().hex[:6]}"
    values = {"name": login, "login": login, "password": login, "email": f"{login}@example.com"}
    odoo.execute("res.users", "create", {**values, "group_ids": [(6, 0, [found[0]["res_id"]])]})
    return login


@pytest.mark.parametrize(
    ("group", "sees"), [("base.group_user", False), ("account.group_account_invoice", True)]
)
def test_only_people_with_invoicing_rights_see_it(
    visitor, odoo, context, bookkeeping, screenshot, group, sees
):
    login = make_user(bookkeeping, group)
    user = odoo.client(login, login)
    for cookie in user.cookies:
        visitor.add_cookies([{"name": cookie.name, "value": cookie.value, "url": odoo.url}])
    partner = bookkeeping.execute("res.partner", "search", [("qbo_state", "=", "synced")], limit=1)
    page = visitor.new_page()

    page.goto(f"{odoo.url}/odoo/res.partner/{partner[0]}")

    page.locator(".o_form_sheet").wait_for()
    expect(page.get_by_text("QuickBooks").first).to_be_visible(visible=sees)
    screenshot(f"partner-{group}")
    if not sees:
        with pytest.raises(rpc.RemoteError, match="(?i)access|allowed"):
            user.execute("res.partner", "read", partner, ["qbo_state"])
