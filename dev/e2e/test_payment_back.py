"""An invoice is paid on QuickBooks' page, and the form that is open in Odoo shows it."""

from __future__ import annotations

import pytest
from playwright.sync_api import Page, expect

from dev import rpc
from dev import scenario_browser as steps
from dev.context import Context


@pytest.fixture
def context(odoo, simulator) -> Context:
    return Context(odoo, simulator)


@pytest.fixture
def bookkeeping(context: Context) -> rpc.Client:
    """Everything is connected, mapped and switched on."""
    return steps.get_ready(context)


def go_to_quickbooks(page: Page) -> Page:
    """The button on the invoice, and through the log-in."""
    with page.expect_popup() as opened:
        page.get_by_role("button", name="Open in QuickBooks").click()
    quickbooks = opened.value
    quickbooks.get_by_role("button", name="Sign in").click()
    return quickbooks


def amount_due(page: Page):
    return page.locator(".oe_subtotal_footer .o_field_widget[name=amount_residual]")


def test_paid_in_quickbooks_is_paid_in_odoo(page, context, bookkeeping, screenshot):
    lines = ({"name": "Oak shelf", "quantity": 3, "price_unit": 24.9},)
    invoice = steps.draft(bookkeeping, "Grace Harper", *lines)
    bookkeeping.execute(steps.MOVE, "action_post", [invoice])
    steps.until_state(bookkeeping, [invoice], "synced")
    steps.open_invoice(page, context, invoice)
    expect(steps.badge(page)).to_have_text("In QuickBooks")
    expect(amount_due(page)).to_contain_text("74.70")
    page.evaluate("window.notReloaded = true")

    quickbooks = go_to_quickbooks(page)
    quickbooks.get_by_text("Record a payment").click()
    expect(quickbooks.get_by_label("Amount")).to_have_value("74.70")
    quickbooks.get_by_label("Reference").fill("Check 4711")
    screenshot("quickbooks-record-payment")
    quickbooks.get_by_role("button", name="Record payment").click()
    expect(quickbooks.get_by_text("Payment recorded.")).to_be_visible()

    ribbon = page.locator(".o_form_sheet .ribbon")
    expect(ribbon).to_contain_text("Paid", timeout=steps.ARRIVAL)
    expect(amount_due(page)).to_contain_text("0.00")
    assert page.evaluate("window.notReloaded"), "somebody has loaded the page anew"
    screenshot("invoice-paid-in-quickbooks", page)

    quickbooks.get_by_role("button", name="Void").click()
    expect(quickbooks.get_by_text("Voided.")).to_be_visible()

    expect(ribbon).to_be_hidden(timeout=steps.ARRIVAL)
    expect(amount_due(page)).to_contain_text("74.70")
    assert page.evaluate("window.notReloaded"), "somebody has loaded the page anew"
    screenshot("invoice-open-again", page)
