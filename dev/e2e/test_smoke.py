"""What the other browser tests stand on: Odoo answers, signs in and renders its web client."""

from __future__ import annotations

from playwright.sync_api import expect


def test_log_in_and_open_settings(visitor, odoo, screenshot):
    page = visitor.new_page()
    page.goto(f"{odoo.url}/web/login")
    page.fill("input[name=login]", "admin")
    page.fill("input[name=password]", "admin")
    page.click("button[type=submit]")
    page.wait_for_selector(".o_main_navbar")

    page.goto(f"{odoo.url}/odoo/settings")

    expect(page.get_by_role("tab", name="General Settings")).to_be_visible()
    screenshot("general-settings")


def test_signed_in_page_needs_no_form(page, odoo):
    page.goto(f"{odoo.url}/odoo")

    expect(page.locator(".o_main_navbar")).to_be_visible()
