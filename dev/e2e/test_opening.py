"""Linking documents of before the cut-off, as a bookkeeper does it in a browser."""

from __future__ import annotations

from datetime import timedelta
from decimal import Decimal

import pytest
from playwright.sync_api import Page, expect

from dev import rpc, scenario_connect
from dev import scenario_browser as steps
from dev.books_simulator import Simulator
from dev.context import Context
from dev.scenario_wait import until

LINES = "quickbooks.opening.line"
CONNECTIONS = "quickbooks.connection"


@pytest.fixture
def context(odoo, simulator) -> Context:
    return Context(odoo, simulator)


@pytest.fixture
def bookkeeping(context: Context) -> rpc.Client:
    """Everything is connected, mapped and switched on."""
    return steps.get_ready(context)


def earlier(odoo: rpc.Client, partner: str, amount: float) -> dict:
    """A confirmed invoice of last month."""
    day = (scenario_connect.today(odoo) - timedelta(days=30)).isoformat()
    invoice = steps.draft(odoo, partner, {"name": "Before", "price_unit": amount})
    odoo.execute(steps.MOVE, "write", [invoice], {"invoice_date": day})
    odoo.execute(steps.MOVE, "action_post", [invoice])
    return odoo.execute(steps.MOVE, "read", [invoice], ["name", "invoice_date", "amount_total"])[0]


def typed_in(simulator: Simulator, customer: dict, invoice: dict, amount: float) -> dict:
    """The same invoice, entered in QuickBooks by hand."""
    detail = {"ItemRef": {"value": "1"}, "TaxCodeRef": {"value": "NON"}}
    line = {
        "DetailType": "SalesItemLineDetail",
        "Amount": amount,
        "SalesItemLineDetail": detail,
    }
    return simulator.change(
        "Invoice",
        {
            "DocNumber": invoice["name"],
            "TxnDate": invoice["invoice_date"],
            "CustomerRef": {"value": customer["Id"]},
            "Line": [line],
        },
    )


def test_link_earlier_documents(page: Page, context, bookkeeping, screenshot):
    simulator = Simulator(context.simulator_url)
    customer = simulator.change("Customer", {"DisplayName": "Elder Works"})
    other = simulator.change("Customer", {"DisplayName": "Elder Works of Maine"})
    invoices = [earlier(bookkeeping, "Elder Works", amount) for amount in (120, 80, 45.5, 300, 75)]
    typed_in(simulator, customer, invoices[0], 120)
    typed_in(simulator, customer, invoices[1], 80)
    typed_in(simulator, customer, invoices[2], 54.5)
    typed_in(simulator, other, invoices[3], 300)

    connection = scenario_connect.connection_of(bookkeeping)["id"]
    page.goto(f"{context.odoo_url}/odoo/{CONNECTIONS}/{connection}")
    page.get_by_role("button", name="Link earlier documents").click()
    dialog = page.locator(".modal")
    expect(dialog.locator("[name=document_count]")).not_to_have_text("0")
    screenshot("opening-wizard")
    dialog.get_by_role("button", name="Compare with QuickBooks").click()
    expect(page.locator(".o_data_row").first).to_be_visible()

    def compared() -> bool:
        return not bookkeeping.execute(LINES, "search_count", [("state", "=", "new")])

    until(bookkeeping, "the documents are compared", compared, steps.ARRIVAL / 1000)
    page.reload()
    row = page.locator(".o_data_row")
    for number, state in enumerate(("Linked", "Linked", "To decide", "To decide")):
        expect(row.filter(has_text=invoices[number]["name"])).to_contain_text(state)
    expect(row.filter(has_text=invoices[4]["name"])).to_contain_text("Not in QuickBooks")
    screenshot("opening-list")

    # the person knows better
    doubtful = row.filter(has_text=invoices[2]["name"])
    doubtful.locator("button[name=action_link_anyway]").click()
    page.locator(".modal").get_by_role("button", name="Ok").click()
    row.filter(has_text=invoices[4]["name"]).locator("button[name=action_ignore]").click()
    until(bookkeeping, "the document is linked", compared, steps.ARRIVAL / 1000)
    page.reload()
    expect(row.filter(has_text=invoices[2]["name"])).to_contain_text("Linked")
    expect(row.filter(has_text=invoices[4]["name"])).to_contain_text("Ignored")

    page.goto(f"{context.odoo_url}/odoo/{CONNECTIONS}/{connection}")
    expect(page.get_by_text("Earlier Linked")).to_be_visible()
    screenshot("opening-connection")
    sent = [row for row in simulator.entities("Invoice") if row["DocNumber"] == invoices[0]["name"]]
    assert [Decimal(row["TotalAmt"]) for row in sent] == [Decimal(120)]
