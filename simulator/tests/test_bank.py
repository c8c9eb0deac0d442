"""FACTS 5.9-5.18: expenses, deposits, journal entries, transfers and the rest."""

from decimal import Decimal

import pytest
from conftest import expense, invoice, line, payment

# purchases, bank, journal -----------------------------------------------------------------------


def test_5_16_expense_accounts(qbo):
    body = {"PaymentType": "CreditCard", "AccountRef": {"value": "35"}, "Line": [expense(5)]}
    qbo.refused("Purchase", body, "6000")
    qbo.refused("Purchase", body | {"PaymentType": "Cash", "AccountRef": {"value": "41"}}, "6000")
    made = qbo.create(
        "Purchase", body | {"AccountRef": {"value": "41"}, "EntityRef": {"value": "30"}}
    )
    assert made["EntityRef"] == {"value": "30", "name": "Books by Bessie", "type": "Vendor"}


def test_5_17_deposits_take_receipts_out_of_undeposited_funds(qbo, sim):
    paid = qbo.create("Payment", payment(25))
    receipt = qbo.create("SalesReceipt", invoice(10))
    before = {i: qbo.read("Account", i)["CurrentBalance"] for i in ("4", "35")}
    made = qbo.create(
        "Deposit",
        {
            "DepositToAccountRef": {"value": "35"},
            "Line": [
                {
                    "Amount": 25,
                    "LinkedTxn": [{"TxnId": paid["Id"], "TxnType": "Payment", "TxnLineId": "0"}],
                },
                {
                    "Amount": 10,
                    "LinkedTxn": [
                        {"TxnId": receipt["Id"], "TxnType": "SalesReceipt", "TxnLineId": "0"}
                    ],
                },
                {
                    "Amount": -2,
                    "DetailType": "DepositLineDetail",
                    "DepositLineDetail": {
                        "AccountRef": {"value": "8"},
                        "Entity": {"value": "30", "type": "VENDOR"},
                    },
                },
            ],
        },
    )
    assert made["TotalAmt"] == 33 and "Id" not in made["Line"][0]
    assert made["Line"][2]["DepositLineDetail"]["Entity"]["type"] == "VENDOR"
    assert qbo.read("Account", "4")["CurrentBalance"] == before["4"] - 35
    assert qbo.read("Account", "35")["CurrentBalance"] == before["35"] + 33
    after = qbo.read("Payment", paid["Id"])
    assert after["SyncToken"] == paid["SyncToken"] and after["MetaData"] == paid["MetaData"]
    assert after["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Deposit"}]
    assert after["DepositToAccountRef"] == {"value": "4"} and sim.control.problems() == []
    qbo.refused(
        "Deposit",
        {
            "DepositToAccountRef": {"value": "35"},
            "Line": [
                {
                    "Amount": 25,
                    "LinkedTxn": [{"TxnId": paid["Id"], "TxnType": "Payment", "TxnLineId": "0"}],
                }
            ],
        },
        "620",
    )
    qbo.delete("Deposit", made)
    assert "LinkedTxn" not in qbo.read("Payment", paid["Id"])
    assert qbo.delete("Payment", after)


def entry(side, amount, account, **detail):
    return {
        "Amount": amount,
        "DetailType": "JournalEntryLineDetail",
        "JournalEntryLineDetail": {"PostingType": side, "AccountRef": {"value": account}} | detail,
    }


def test_5_18_journal_entries(qbo, sim):
    made = qbo.create("JournalEntry", {"Line": [entry("Debit", 5, "7"), entry("Credit", 5, "35")]})
    assert [row["Id"] for row in made["Line"]] == ["0", "1"] and made["TotalAmt"] == 0
    assert "DocNumber" not in made and sim.control.problems() == []


@pytest.mark.parametrize(
    "lines, code, text",
    [
        ([entry("Debit", 5, "7"), entry("Credit", 4, "35")], "2300", "Debits"),
        ([entry("Debit", -5, "7"), entry("Credit", -5, "35")], "2290", "-5"),
        ([entry("Debit", 5, "7")], "6000", "Fill out at least two detail lines to continue."),
        (
            [entry("Debit", 5, "84"), entry("Credit", 5, "35")],
            "6000",
            "When you use Accounts Receivable, you must choose a customer in the Name field.",
        ),
        (
            [entry("Debit", 5, "33"), entry("Credit", 5, "35")],
            "6000",
            "When you use Accounts Payable, you must choose a vendor in the Name field.",
        ),
        (
            [
                entry("Debit", 5, "84", Entity={"Type": "Customer", "EntityRef": {"value": "30"}}),
                entry("Credit", 5, "35"),
            ],
            "6000",
            "The type of name assigned to this transaction",
        ),
        ([entry(None, 5, "7"), entry("Credit", 5, "35")], "2260", "PostingType"),
    ],
)
def test_5_18_journal_refusals(qbo, lines, code, text):
    assert text in qbo.refused("JournalEntry", {"Line": lines}, code)["Detail"]


def test_5_18_receivables_in_a_journal_entry(qbo, sim):
    before = qbo.read("Customer", "1")["Balance"]
    owed = qbo.create(
        "JournalEntry",
        {
            "Line": [
                entry("Debit", 40, "84", Entity={"Type": "Customer", "EntityRef": {"value": "1"}}),
                entry("Credit", 40, "1"),
            ]
        },
    )
    assert qbo.read("Customer", "1")["Balance"] == before + 40
    paid = qbo.create("Payment", payment(40, (owed["Id"], 40, "JournalEntry")))
    assert paid["UnappliedAmt"] == 0
    assert qbo.read("Customer", "1")["Balance"] == before and sim.control.problems() == []


def test_transfers_and_card_payments(qbo, sim):
    qbo.create(
        "Transfer",
        {"FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "36"}, "Amount": 12.5},
    )
    qbo.refused(
        "Transfer",
        {"FromAccountRef": {"value": "35"}, "ToAccountRef": {"value": "35"}, "Amount": 1},
        "6000",
    )
    made = qbo.ok(
        qbo.post(
            "/creditcardpayment",
            {
                "CreditCardAccountRef": {"value": "41"},
                "BankAccountRef": {"value": "35"},
                "Amount": 10,
            },
        )
    )["CreditCardPaymentTxn"]
    assert made["Amount"] == 10 and sim.control.problems() == []


def test_5_10_refund_receipts(qbo):
    qbo.refused("RefundReceipt", invoice(), "2020")
    made = qbo.create("RefundReceipt", invoice(DepositToAccountRef={"value": "35"}))
    assert made["PaymentRefNum"] == "To Print"
    qbo.refused(
        "RefundReceipt",
        invoice(DepositToAccountRef={"value": "35"}, PrintStatus="PrintComplete"),
        "2020",
    )


def test_5_9_anonymous_sales_receipt(qbo):
    made = qbo.create("SalesReceipt", {"Line": [line(5)]})
    assert "CustomerRef" not in made and made["Balance"] == 0


def test_purchase_order_closes_by_a_bill_line(qbo):
    order = qbo.create("PurchaseOrder", {"VendorRef": {"value": "30"}, "Line": [expense(5)]})
    link = {"TxnId": order["Id"], "TxnType": "PurchaseOrder", "TxnLineId": "1"}
    qbo.create("Bill", {"VendorRef": {"value": "30"}, "Line": [expense(5) | {"LinkedTxn": [link]}]})
    after = qbo.read("PurchaseOrder", order["Id"])
    assert after["POStatus"] == "Closed" and after["SyncToken"] == "0"


def test_other_entities(qbo):
    made = qbo.create(
        "TimeActivity",
        {"NameOf": "Employee", "EmployeeRef": {"value": "54"}, "Hours": 2, "Minutes": 30},
    )
    assert made["BillableStatus"] == "NotBillable"
    qbo.refused("TimeActivity", {"NameOf": "Vendor", "Hours": 1}, "2020")
    recurring = qbo.create(
        "RecurringTransaction",
        {"Invoice": {"RecurringInfo": {"Name": "monthly"}, "CustomerRef": {"value": "1"}}},
    )
    assert recurring["Id"]
    assert Decimal(made["Hours"]) == 2


def test_6_charged_lines_stay_charged_while_they_are_left_alone(qbo, sim):
    vendor = {"VendorRef": {"value": "30"}}
    line_ = expense(5, CustomerRef={"value": "1"}, BillableStatus="Billable")
    made = qbo.create("Bill", {**vendor, "Line": [line_, expense(7)]})
    sim.control.charge("Bill", made["Id"])

    def statuses(body):
        return [row["AccountBasedExpenseLineDetail"]["BillableStatus"] for row in body["Line"]]

    body = qbo.read("Bill", made["Id"])
    assert statuses(body) == ["HasBeenBilled", "NotBillable"]
    address = {key: body[key] for key in ("Id", "SyncToken")}
    body = qbo.create("Bill", {**vendor, **address, "sparse": True, "DueDate": "2026-09-09"})
    assert statuses(body) == ["HasBeenBilled", "NotBillable"]
    address = {key: body[key] for key in ("Id", "SyncToken")}
    body = qbo.create("Bill", {**vendor, **address, "sparse": True, "Line": [line_, expense(7)]})
    assert statuses(body) == ["Billable", "NotBillable"], "new lines could be charged once more"
    told = expense(5, CustomerRef={"value": "1"}, BillableStatus="HasBeenBilled")
    qbo.refused("Bill", {**vendor, "Line": [told]}, "2170")
