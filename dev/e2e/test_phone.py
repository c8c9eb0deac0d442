"""The same pages on a telephone: nothing may stick out, everything must be within reach."""

from __future__ import annotations

import pytest
from playwright.sync_api import Locator, expect

from dev import rpc
from dev import scenario_browser as steps
from dev.context import Context

PHONE = {"width": 390, "height": 844}
#: Elements of an area that reach beyond the screen's right edge and cannot be scrolled to.
STICKING_OUT = """
area => [...area.querySelectorAll("*")]
    .filter(element => element.getClientRects().length)
    .filter(element => element.getBoundingClientRect().right > window.innerWidth + 1)
    .filter(element => {
        for (let box = element.parentElement; box; box = box.parentElement) {
            if (/auto|scroll/.test(getComputedStyle(box).overflowX)
                && box.scrollWidth > box.clientWidth) {
                return false;
            }
        }
        return true;
    })
    .map(element => element.outerHTML.slice(0, 120))
"""


@pytest.fixture
def context(odoo, simulator) -> Context:
    return Context(odoo, simulator)


@pytest.fixture
def bookkeeping(context: Context) -> rpc.Client:
    return steps.get_ready(context)


def sticks_out(area: Locator) -> list[str]:
    return area.evaluate(STICKING_OUT)


def test_settings(page, context, bookkeeping, screenshot):
    page.set_viewport_size(PHONE)
    card = steps.open_settings(page, context)

    expect(card.get_by_text("Connected", exact=True)).to_be_visible()
    for area in ("#quickbooks", "#quickbooks_rules", "#quickbooks_mapping"):
        assert sticks_out(page.locator(area)) == []
    screenshot("phone-settings")


def test_invoice(page, context, bookkeeping, screenshot):
    invoice = steps.draft(bookkeeping, "Grace Harper", {"name": "Oak shelf", "price_unit": 24.9})
    bookkeeping.execute(steps.MOVE, "action_post", [invoice])
    steps.until_state(bookkeeping, [invoice], "synced")
    page.set_viewport_size(PHONE)

    steps.open_invoice(page, context, invoice)

    expect(page.get_by_text("Grace Harper").first).to_be_visible()
    assert sticks_out(page.locator(".o_form_sheet")) == []
    screenshot("phone-invoice")
    page.get_by_role("tab", name="Other Info").click()
    expect(steps.badge(page)).to_have_text("In QuickBooks")
    steps.badge(page).scroll_into_view_if_needed()
    assert sticks_out(page.locator(".o_form_sheet")) == []
    screenshot("phone-invoice-quickbooks")
