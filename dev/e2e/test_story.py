"""The QuickBooks page of an invoice: both sides as a person sees them, at a desk and on a phone."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from dev import rpc, scenario_connect
from dev import scenario_browser as steps
from dev.books_simulator import Simulator
from dev.context import Context

PHONE = {"width": 390, "height": 844}


@pytest.fixture
def context(odoo, simulator) -> Context:
    return Context(odoo, simulator)


@pytest.fixture
def bookkeeping(context: Context) -> rpc.Client:
    client = steps.get_ready(context)
    # so that QuickBooks' announcements are believed
    client.execute(scenario_connect.SETTINGS, "create", {"qbo_verifier": context.verifier})
    return client


def test_both_sides_of_an_invoice(page, context, bookkeeping, screenshot):
    line = {"name": "Oak shelf", "quantity": 2, "price_unit": 50.0, "tax_ids": [(5, 0, 0)]}
    invoice = steps.draft(bookkeeping, "Grace Harper", line)
    bookkeeping.execute(steps.MOVE, "action_post", [invoice])
    steps.until_state(bookkeeping, [invoice], "synced")
    steps.open_invoice(page, context, invoice)
    page.evaluate("window.notReloaded = true")
    page.get_by_role("tab", name="QuickBooks", exact=True).click()
    story = page.locator(".o_quickbooks_story")
    balances = story.locator(".o_quickbooks_balances")
    expect(balances).to_contain_text("100.00")
    expect(story).to_contain_text("No payment is known on either side")
    expect(story.locator(".o_quickbooks_lines")).to_contain_text("Created in QuickBooks")

    _pay_there(context, bookkeeping, invoice, 40)

    payments = story.locator(".o_quickbooks_payments tbody tr")
    expect(payments).to_have_count(1, timeout=steps.ARRIVAL)
    expect(payments).to_contain_text("40.00")
    expect(payments).to_contain_text("In QuickBooks")
    expect(balances.get_by_text("60.00")).to_have_count(2)
    assert page.evaluate("window.notReloaded"), "it changed because the page was loaded anew"
    story.scroll_into_view_if_needed()
    screenshot("invoice-story")

    page.set_viewport_size(PHONE)
    steps.open_invoice(page, context, invoice)
    page.get_by_role("tab", name="QuickBooks", exact=True).click()
    expect(story).to_be_visible()
    story.scroll_into_view_if_needed()
    screenshot("phone-invoice-story")
    assert _width_of_page(story) <= PHONE["width"] + 1, "the page can be pushed sideways"

    page.set_viewport_size({"width": 1440, "height": 900})
    steps.open_invoice(page, context, invoice)
    page.get_by_role("tab", name="QuickBooks", exact=True).click()
    payments.get_by_role("link").first.click()
    expect(page.locator(".o_breadcrumb")).to_contain_text("BNK")


def _pay_there(context: Context, odoo: rpc.Client, invoice: int, amount: float) -> None:
    """Somebody records a payment in QuickBooks."""
    remote = steps.remote_invoice(context, odoo, invoice)
    applied = {"TxnId": remote["Id"], "TxnType": "Invoice"}
    Simulator(context.simulator_url).change(
        "Payment",
        {
            "TotalAmt": amount,
            "CustomerRef": remote["CustomerRef"],
            "Line": [{"Amount": amount, "LinkedTxn": [applied]}],
        },
    )


def _width_of_page(area: Locator) -> int:
    return area.evaluate("area => document.documentElement.scrollWidth")


def test_connection_form(page, context, bookkeeping, screenshot):
    """The first import's figures stay, and who decides is set here."""
    connection = bookkeeping.execute("quickbooks.connection", "search", [])[0]
    page.goto(f"{context.odoo_url}/odoo/quickbooks.connection/{connection}")
    bar = page.locator(".o_field_widget[name=import_done]")
    expect(bar).to_be_visible()
    expect(page.locator("[name=import_sentence]")).to_contain_text("customers looked at")
    page.locator(".o_field_widget[name=owner_contact]").scroll_into_view_if_needed()
    screenshot("connection-names")
    steps.open_settings(page, context)
    page.locator("#quickbooks_owners").scroll_into_view_if_needed()
    screenshot("settings-owners")
