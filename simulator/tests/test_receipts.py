"""FACTS 5.9, 5.10, 7.5: the life of sales receipts and refund receipts."""

import pytest
from conftest import invoice, line

KINDS = ("SalesReceipt", "RefundReceipt")


def receipt(amount=100, **more):
    """Accepted as either kind: a refund names the account the money left."""
    return invoice(amount, DepositToAccountRef={"value": "35"}, **more)


def address(obj, **more):
    return {"Id": obj["Id"], "SyncToken": obj["SyncToken"]} | more


def void(qbo, kind, obj):
    params = {"operation": "update", "include": "void"}
    answer = qbo.post(f"/{kind.lower()}", address(obj, sparse=True), **params)
    return qbo.ok(answer)[kind]


def balances(qbo):
    return {i: qbo.read("Account", i)["CurrentBalance"] for i in ("35", "4")}


@pytest.mark.parametrize("kind", KINDS)
def test_7_5_void_by_include(qbo, sim, kind):
    """Zeroed, kept under its number, and out of the books."""
    before = balances(qbo)
    made = qbo.create(kind, receipt(40, PrivateNote="mark"))
    gone = void(qbo, kind, made)
    assert gone["TotalAmt"] == 0 and gone["PrivateNote"] == "Voided - mark"
    assert gone["DocNumber"] == made["DocNumber"]
    assert gone["SyncToken"] == str(int(made["SyncToken"]) + 1)
    assert balances(qbo) == before and sim.control.problems() == []


@pytest.mark.parametrize("kind", KINDS)
def test_7_5_a_voided_receipt_can_be_filled_again(qbo, sim, kind):
    made = qbo.create(kind, receipt(40))
    gone = void(qbo, kind, made)
    body = receipt(30, PrivateNote="again")
    again = qbo.ok(qbo.post(f"/{kind.lower()}", body | address(gone, sparse=True)))[kind]
    assert again["TotalAmt"] == 30 and again["PrivateNote"] == "again"
    assert sim.control.problems() == []


def test_5_9_and_5_10_move_money_both_ways(qbo, sim):
    """One into the account, the other out of it; nobody owes anything."""
    before = balances(qbo)
    owed = qbo.read("Customer", "1")["Balance"]
    sold = qbo.create("SalesReceipt", receipt(40))
    assert balances(qbo)["35"] == before["35"] + 40 and sold["Balance"] == 0
    back = qbo.create("RefundReceipt", receipt(15))
    assert balances(qbo)["35"] == before["35"] + 25 and back["Balance"] == 0
    assert qbo.read("Customer", "1")["Balance"] == owed and sim.control.problems() == []


def test_5_9_without_an_account_to_undeposited_funds(qbo):
    before = balances(qbo)
    made = qbo.create("SalesReceipt", invoice(40))
    assert made["DepositToAccountRef"]["value"] == "4"
    assert balances(qbo) == before | {"4": before["4"] + 40}


@pytest.mark.parametrize("kind", KINDS)
def test_5_9_and_5_10_accounts_hold_money(qbo, kind):
    """Bank or Other Current Asset, nothing else."""
    qbo.refused(kind, invoice(5, DepositToAccountRef={"value": "79"}), "6000")


@pytest.mark.parametrize("kind", KINDS)
def test_7_5_a_deposited_receipt_is_frozen(qbo, sim, kind):
    """6540 for change, void and deletion, until it leaves the deposit."""
    made = qbo.create(kind, invoice(10, DepositToAccountRef={"value": "4"}))
    link = {"TxnId": made["Id"], "TxnType": kind, "TxnLineId": "0"}
    amount = 10 if kind == "SalesReceipt" else -10
    lines = [{"Amount": amount, "LinkedTxn": [link]}]
    if amount < 0:  # a deposit of less than nothing is none
        other = qbo.create("SalesReceipt", invoice(50))
        more = {"TxnId": other["Id"], "TxnType": "SalesReceipt", "TxnLineId": "0"}
        lines.append({"Amount": 50, "LinkedTxn": [more]})
    deposit = qbo.create("Deposit", {"DepositToAccountRef": {"value": "35"}, "Line": lines})
    frozen = qbo.read(kind, made["Id"])
    assert frozen["LinkedTxn"] == [{"TxnId": deposit["Id"], "TxnType": "Deposit"}]
    qbo.refused(kind, address(frozen, sparse=True), "6540", operation="update", include="void")
    qbo.refused(kind, address(frozen), "6540", operation="delete")
    qbo.refused(kind, address(frozen, sparse=True, Line=[line(5)]), "6540")
    qbo.delete("Deposit", deposit)
    assert void(qbo, kind, qbo.read(kind, made["Id"]))["TotalAmt"] == 0
    assert sim.control.problems() == []


@pytest.mark.parametrize("kind", KINDS)
def test_7_5_closed_books_keep_receipts(qbo, sim, kind):
    made = qbo.create(kind, receipt(10, TxnDate="2026-01-15"))
    sim.control.preference("BookCloseDate", "2026-01-31")
    qbo.refused(kind, address(made, sparse=True), "6210", operation="update", include="void")
