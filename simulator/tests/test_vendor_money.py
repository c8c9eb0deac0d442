"""FACTS 5.14, 6, 7.6: discounts, prepayments and money back, in bill payments."""

import pytest
from test_payments import bill, bill_payment, sparse

PAYABLE = "33"


def entry(amount, side, account="86", vendor="30"):
    """An entry whose payables are posted on ``side``."""
    other = {"Debit": "Credit", "Credit": "Debit"}[side]
    name = {"Type": "Vendor", "EntityRef": {"value": vendor}}
    lines = ((PAYABLE, side, {"Entity": name}), (account, other, {}))
    return {
        "Line": [
            {
                "Amount": amount,
                "DetailType": "JournalEntryLineDetail",
                "JournalEntryLineDetail": {
                    "PostingType": posting,
                    "AccountRef": {"value": ident},
                    **more,
                },
            }
            for ident, posting, more in lines
        ]
    }


def prepaid(amount, vendor="30", kind="Cash"):
    return {
        "PaymentType": kind,
        "AccountRef": {"value": "35"},
        "EntityRef": {"value": vendor, "type": "Vendor"},
        "Line": [
            {
                "Amount": amount,
                "DetailType": "AccountBasedExpenseLineDetail",
                "AccountBasedExpenseLineDetail": {"AccountRef": {"value": PAYABLE}},
            }
        ],
    }


def money_back(amount, vendor="30"):
    return {
        "DepositToAccountRef": {"value": "35"},
        "Line": [
            {
                "Amount": amount,
                "DetailType": "DepositLineDetail",
                "DepositLineDetail": {
                    "AccountRef": {"value": PAYABLE},
                    "Entity": {"value": vendor, "type": "VENDOR"},
                },
            }
        ],
    }


def owed(qbo):
    return qbo.read("Vendor", "30")["Balance"]


def test_5_14_a_payment_cannot_be_made_without_lines(qbo):
    qbo.refused("BillPayment", bill_payment(50) | {"Line": None}, "2020")


def test_5_14_an_entry_that_debits_payables_settles_more_than_the_money(qbo, sim):
    before = owed(qbo)
    made = qbo.create("Bill", bill(100))
    discount = qbo.create("JournalEntry", entry(2, "Debit"))
    links = ((made["Id"], 100), (discount["Id"], 2, "JournalEntry"))
    qbo.refused("BillPayment", bill_payment(97, *links), "6000")
    qbo.create("BillPayment", bill_payment(98, *links))
    assert qbo.read("Bill", made["Id"])["Balance"] == 0 and owed(qbo) == before
    assert sim.control.problems() == []


def test_5_14_an_entry_that_credits_payables_is_paid(qbo, sim):
    before = owed(qbo)
    made = qbo.create("Bill", bill(100))
    fee = qbo.create("JournalEntry", entry(3, "Credit"))
    links = ((made["Id"], 100), (fee["Id"], 3, "JournalEntry"))
    qbo.refused("BillPayment", bill_payment(100, *links), "6000")
    qbo.create("BillPayment", bill_payment(103, *links))
    assert owed(qbo) == before and sim.control.problems() == []


def test_5_14_no_more_of_an_entry_than_it_has(qbo):
    made = qbo.create("Bill", bill(100))
    discount = qbo.create("JournalEntry", entry(2, "Debit"))
    links = ((made["Id"], 100), (discount["Id"], 3, "JournalEntry"))
    qbo.refused("BillPayment", bill_payment(97, *links), "6000")


@pytest.mark.parametrize(("kind", "called"), [("Cash", "Expense"), ("Check", "Check")])
def test_6_a_prepayment_is_used_up(qbo, sim, kind, called):
    before = owed(qbo)
    money = qbo.create("Purchase", prepaid(60, kind=kind))
    assert owed(qbo) == before - 60
    made = qbo.create("Bill", bill(100))
    links = ((made["Id"], 60), (money["Id"], 60, called))
    used = qbo.create("BillPayment", bill_payment(0, *links))
    assert qbo.read("Bill", made["Id"])["Balance"] == 40 and owed(qbo) == before + 40
    more = ((made["Id"], 10), (money["Id"], 10, called))
    qbo.refused("BillPayment", bill_payment(0, *more), "6000")
    address = {"Id": money["Id"], "SyncToken": money["SyncToken"]}
    qbo.refused("Purchase", address, "6000", operation="delete")
    qbo.refused("Purchase", sparse(money, **prepaid(50, kind=kind)), "6000")
    zero = {"Id": used["Id"], "SyncToken": used["SyncToken"], "sparse": True}
    qbo.ok(qbo.post("/billpayment", zero, operation="update", include="void"))
    assert qbo.delete("Purchase", money)["status"] == "Deleted"
    assert owed(qbo) == before + 100 and sim.control.problems() == []


def test_6_only_the_vendors_own_prepayment(qbo):
    money = qbo.create("Purchase", prepaid(60, vendor="31"))
    made = qbo.create("Bill", bill(100))
    links = ((made["Id"], 60), (money["Id"], 60, "Expense"))
    qbo.refused("BillPayment", bill_payment(0, *links), "6000")


def test_5_14_expenses_among_the_lines_by_policy(qbo, sim):
    """The list of FACTS 5.14 does not name them, those of 6 and 7.6 do."""
    sim.control.switch("bill_payment_expenses", "refuse")
    money, made = qbo.create("Purchase", prepaid(60)), qbo.create("Bill", bill(100))
    links = ((made["Id"], 60), (money["Id"], 60, "Expense"))
    qbo.refused("BillPayment", bill_payment(0, *links), "620")


def test_5_14_money_back_uses_up_a_vendor_credit(qbo, sim):
    before = owed(qbo)
    credit = qbo.create("VendorCredit", bill(40))
    back = qbo.create("Deposit", money_back(40))
    assert owed(qbo) == before
    links = ((back["Id"], 40, "Deposit"), (credit["Id"], 40, "VendorCredit"))
    qbo.create("BillPayment", bill_payment(0, *links))
    assert qbo.read("VendorCredit", credit["Id"])["Balance"] == 0 and owed(qbo) == before
    more = qbo.create("VendorCredit", bill(5))
    links = ((back["Id"], 5, "Deposit"), (more["Id"], 5, "VendorCredit"))
    qbo.refused("BillPayment", bill_payment(0, *links), "6000")
    address = {"Id": back["Id"], "SyncToken": back["SyncToken"]}
    qbo.refused("Deposit", address, "6000", operation="delete")
    assert sim.control.problems() == []


@pytest.mark.parametrize(
    ("per_line", "per_form", "kept"),
    [(True, False, True), (False, True, True), (False, False, False)],
)
def test_14_47_a_bill_has_its_class_on_the_lines(qbo, sim, per_line, per_form, kept):
    """There is no other place (FACTS 5.13), however classes are switched on."""
    sim.control.preference("ClassTrackingPerTxnLine", per_line)
    sim.control.preference("ClassTrackingPerTxn", per_form)
    ident = qbo.create("Class", {"Name": "Garden"})["Id"]
    body = bill(10)
    body["Line"][0]["AccountBasedExpenseLineDetail"]["ClassRef"] = {"value": ident}
    detail = qbo.create("Bill", body)["Line"][0]["AccountBasedExpenseLineDetail"]
    assert ("ClassRef" in detail) is kept
