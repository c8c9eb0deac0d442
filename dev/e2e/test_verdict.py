"""The comparison of both books must see what it is there for."""

from __future__ import annotations

from decimal import Decimal

import pytest

from dev import books, rpc
from dev import scenario_browser as steps
from dev.books_simulator import Simulator
from dev.context import Context


@pytest.fixture
def context(odoo, simulator) -> Context:
    return Context(odoo, simulator)


@pytest.fixture
def bookkeeping(context: Context) -> rpc.Client:
    return steps.get_ready(context)


@pytest.fixture
def invoice(context, bookkeeping) -> int:
    """One that has arrived."""
    lines = ({"name": "Oak shelf", "quantity": 3, "price_unit": 24.9}, {"price_unit": 5.0})
    number = steps.draft(bookkeeping, "Grace Harper", *lines)
    bookkeeping.execute(steps.MOVE, "action_post", [number])
    steps.until_state(bookkeeping, [number], "synced")
    return number


def differences(context: Context, remote_id: str) -> list[str]:
    """What is said about one document of QuickBooks."""
    found = []
    for comparison in books.judge(context).comparisons:
        document = comparison.theirs
        if document and document.id == remote_id:
            found += comparison.differences
    return found


def test_every_change_behind_our_back_is_seen(context, bookkeeping, invoice):
    simulator = Simulator(context.simulator_url)
    remote = steps.remote_invoice(context, bookkeeping, invoice)
    assert differences(context, remote["Id"]) == []

    lines = [line for line in remote["Line"] if line["DetailType"] == "SalesItemLineDetail"]
    lines[0]["Amount"] += Decimal("0.01")
    del lines[0]["SalesItemLineDetail"]["UnitPrice"]
    lines[1]["Description"] = "Something else"
    changed = {
        **{key: remote[key] for key in ("Id", "SyncToken", "CustomerRef")},
        "sparse": True,
        "Line": lines,
        "DocNumber": "ANOTHER",
        "DueDate": "2031-01-01",
        "BillEmail": {"Address": "someone@else.example"},
    }
    simulator.change("Invoice", changed)

    said = "\n".join(differences(context, remote["Id"]))
    for what in (
        "number: ",
        "due date: ",
        "e-mail: ",
        "line 1, amount: ",
        "line 2, text: ",
        "untaxed: Odoo has 79.70, QuickBooks has 79.71",
        "total: ",
    ):
        assert what in said
    assert "tax: " not in said.replace("untaxed: ", "")


def test_a_void_and_a_double_are_seen(context, bookkeeping, invoice):
    simulator = Simulator(context.simulator_url)
    remote = steps.remote_invoice(context, bookkeeping, invoice)
    copied = ("CustomerRef", "Line", "DocNumber", "TxnDate", "DueDate")
    simulator.set_preference("CustomTxnNumbers", False)  # else QuickBooks refuses the double
    double = simulator.change("Invoice", {key: remote[key] for key in copied})
    simulator.set_preference("CustomTxnNumbers", True)

    assert any(text.startswith("documents numbered") for text in differences(context, remote["Id"]))
    assert differences(context, double["Id"]) == [
        "only in QuickBooks: no document of Odoo in scope is linked to it"
    ]

    token = {key: remote[key] for key in ("Id", "SyncToken")}
    simulator.change("Invoice", token, operation="void")
    said = differences(context, remote["Id"])
    assert "voided: Odoo has no, QuickBooks has yes" in said
    assert "total: Odoo has 79.70, QuickBooks has 0.00" in said


def test_what_was_there_before_is_nobodys_stray(context, bookkeeping, invoice):
    before = books.opening(context)
    # a customer would come to Odoo and be no stray; items do not
    item = {"Name": "Added by hand", "Type": "Service", "IncomeAccountRef": {"value": "1"}}
    Simulator(context.simulator_url).change("Item", item)

    assert any("Added by hand" in stray for stray in books.judge(context, before).strays)
    assert not books.judge(context, books.opening(context)).strays
