"""FACTS 7.6, 5.12, 5.14: payments, credits, bill payments."""

import pytest
from conftest import expense, invoice, payment


def sparse(obj, **more):
    return {"Id": obj["Id"], "SyncToken": obj["SyncToken"], "sparse": True} | more


def bill(amount=50, vendor="30", **more):
    return {"VendorRef": {"value": vendor}, "Line": [expense(amount)]} | more


def bill_payment(amount, *links, vendor="30", **more):
    return {
        "VendorRef": {"value": vendor},
        "TotalAmt": amount,
        "PayType": "Check",
        "CheckPayment": {"BankAccountRef": {"value": "35"}},
        "Line": [
            {"Amount": part, "LinkedTxn": [{"TxnId": ident, "TxnType": (kind or ["Bill"])[0]}]}
            for ident, part, *kind in links
        ],
    } | more


def test_7_6_application(qbo, sim):
    made = qbo.create("Invoice", invoice(100))
    sim.control.move_clock(5)
    paid = qbo.create("Payment", payment(60, (made["Id"], 55)))
    after = qbo.read("Invoice", made["Id"])
    assert paid["UnappliedAmt"] == 5 and after["Balance"] == 45
    assert after["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": "Payment"}]
    assert after["SyncToken"] == "1"
    assert after["MetaData"]["LastUpdatedTime"] == paid["MetaData"]["CreateTime"]
    qbo.create("Payment", payment(45, (made["Id"], 45)))
    after = qbo.read("Invoice", made["Id"])
    assert after["SyncToken"] == "2" and after["Balance"] == 0 and len(after["LinkedTxn"]) == 2
    assert sim.control.problems() == []


def test_7_6_unapplied_is_customer_credit(qbo):
    before = qbo.read("Customer", "1")["Balance"]
    paid = qbo.create("Payment", {"CustomerRef": {"value": "1"}, "TotalAmt": 25})
    assert paid["Line"] == [] and paid["UnappliedAmt"] == 25
    assert qbo.read("Customer", "1")["Balance"] == before - 25


def test_7_6_total_is_required(qbo):
    entry = qbo.refused("Payment", {"CustomerRef": {"value": "1"}}, "2020")
    assert entry["element"] == "TotalAmt"


def test_16_1_over_application_by_policy(qbo, sim):
    made = qbo.create("Invoice", invoice(10))
    entry = qbo.refused("Payment", payment(20, (made["Id"], 15)), "6000")
    assert entry["Detail"].startswith("Business Validation Error: ")
    qbo.refused("Payment", payment(5, (made["Id"], 10)), "6000")
    sim.control.switch("over_application", "cap")
    paid = qbo.create("Payment", payment(20, (made["Id"], 15)))
    assert paid["Line"][0]["Amount"] == 10 and paid["UnappliedAmt"] == 10
    assert sim.control.problems() == []


def test_7_6_other_customers_invoice_is_refused_a_jobs_is_not(qbo):
    made = qbo.create("Invoice", invoice(10, customer="2"))
    qbo.refused("Payment", payment(10, (made["Id"], 10)), "6000")
    job = qbo.create("Invoice", invoice(10, customer="8"))
    assert qbo.create("Payment", payment(10, (job["Id"], 10), customer="7"))
    assert qbo.read("Customer", "8")["Balance"] >= 0


def test_7_6_unknown_and_wrong_targets(qbo):
    for kind in ("Invoice", "Nonsense"):
        qbo.refused("Payment", payment(10, ("9999", 10, kind)), "620")


def test_7_6_credit_memo_by_a_zero_payment(qbo, sim):
    made, credit = qbo.create("Invoice", invoice(100)), qbo.create("CreditMemo", invoice(30))
    paid = qbo.create("Payment", payment(0, (made["Id"], 30), (credit["Id"], 30, "CreditMemo")))
    assert paid["UnappliedAmt"] == 0 and "DepositToAccountRef" not in paid
    after = qbo.read("CreditMemo", credit["Id"])
    assert after["RemainingCredit"] == after["Balance"] == 0 and "LinkedTxn" not in after
    assert qbo.read("Invoice", made["Id"])["LinkedTxn"] == [
        {"TxnId": paid["Id"], "TxnType": "Payment"}
    ]
    assert qbo.read("Invoice", made["Id"])["Balance"] == 70 and sim.control.problems() == []
    qbo.refused("CreditMemo", sparse(after), "6000", operation="void")
    qbo.refused("CreditMemo", sparse(after), "6000", operation="delete")


def test_7_6_cash_and_credit_together(qbo, sim):
    made, credit = qbo.create("Invoice", invoice(100)), qbo.create("CreditMemo", invoice(30))
    paid = qbo.create("Payment", payment(70, (made["Id"], 100), (credit["Id"], 30, "CreditMemo")))
    assert paid["UnappliedAmt"] == 0 and sim.control.problems() == []


def test_7_4_payment_lines_are_replaced_as_a_set(qbo, sim):
    one, two = qbo.create("Invoice", invoice(10)), qbo.create("Invoice", invoice(10))
    paid = qbo.create("Payment", payment(10, (one["Id"], 10)))
    new = qbo.update("Payment", payment(10, (two["Id"], 10)) | sparse(paid))
    assert qbo.read("Invoice", one["Id"])["Balance"] == 10
    assert qbo.read("Invoice", one["Id"])["LinkedTxn"] == []
    assert qbo.read("Invoice", two["Id"])["Balance"] == 0
    none = qbo.update("Payment", sparse(new, CustomerRef={"value": "1"}, TotalAmt=10, Line=[]))
    assert none["UnappliedAmt"] == 10 and qbo.read("Invoice", two["Id"])["Balance"] == 10
    assert sim.control.problems() == []


def test_7_4_payment_edit_without_line_change_leaves_the_invoice(qbo):
    made = qbo.create("Invoice", invoice(10))
    paid = qbo.create("Payment", payment(10, (made["Id"], 10)))
    token = qbo.read("Invoice", made["Id"])["SyncToken"]
    qbo.update("Payment", sparse(paid, PrivateNote="x"))
    assert qbo.read("Invoice", made["Id"])["SyncToken"] == token


def test_7_5_delete_payment_reopens(qbo, sim):
    made = qbo.create("Invoice", invoice(10))
    paid = qbo.create("Payment", payment(10, (made["Id"], 10)))
    qbo.delete("Payment", paid)
    after = qbo.read("Invoice", made["Id"])
    assert after["Balance"] == 10 and after["LinkedTxn"] == [] and after["SyncToken"] == "2"
    assert sim.control.problems() == []


def test_6_line_ex_tells_the_open_balance(qbo):
    made = qbo.create("Invoice", invoice(100, DocNumber="LX"))
    paid = qbo.create("Payment", payment(60, (made["Id"], 60)))
    entries = {
        item["value"]["Name"]: item["value"]["Value"] for item in paid["Line"][0]["LineEx"]["any"]
    }
    assert entries == {"txnId": made["Id"], "txnOpenBalance": "100.00", "txnReferenceNumber": "LX"}


@pytest.mark.parametrize(
    "pref, kind", [("AutoApplyCredit", "CreditMemo"), ("AutoApplyPayments", "Payment")]
)
def test_7_6_automatic_application(qbo, sim, pref, kind):
    sim.control.preference(pref, True)
    fresh = qbo.create("Customer", {"DisplayName": "Auto"})["Id"]
    if kind == "CreditMemo":
        qbo.create("CreditMemo", invoice(30, customer=fresh))
        made = qbo.create("Invoice", invoice(100, customer=fresh))
        assert made["Balance"] == 70 and made["LinkedTxn"]
        zero = qbo.read("Payment", made["LinkedTxn"][0]["TxnId"])
        assert zero["TotalAmt"] == 0
    else:
        made = qbo.create("Invoice", invoice(100, customer=fresh))
        qbo.create("Payment", {"CustomerRef": {"value": fresh}, "TotalAmt": 30})
        assert qbo.read("Invoice", made["Id"])["Balance"] == 70
    assert sim.control.problems() == []


def test_5_7_deposit_field(qbo, sim):
    made = qbo.create("Invoice", invoice(100, Deposit=40, DepositToAccountRef={"value": "35"}))
    assert made["Balance"] == 60 and sim.control.problems() == []
    qbo.refused("Payment", payment(100, (made["Id"], 100)), "6000")
    qbo.create("Payment", payment(60, (made["Id"], 60)))
    assert qbo.read("Invoice", made["Id"])["Balance"] == 0


def test_invoice_cannot_shrink_below_its_payments(qbo):
    made = qbo.create("Invoice", invoice(100))
    qbo.create("Payment", payment(60, (made["Id"], 60)))
    made = qbo.read("Invoice", made["Id"])
    qbo.refused("Invoice", sparse(made, Line=invoice(50)["Line"]), "6000")
    new = qbo.update("Invoice", sparse(made, Line=invoice(80)["Line"]))
    assert new["Balance"] == 20


# bills ------------------------------------------------------------------------------------------


def test_5_14_bill_payment(qbo, sim):
    made = qbo.create("Bill", bill(50))
    paid = qbo.create("BillPayment", bill_payment(50, (made["Id"], 50)))
    after = qbo.read("Bill", made["Id"])
    assert after["Balance"] == 0 and after["SyncToken"] == "1"
    assert after["LinkedTxn"] == [{"TxnId": paid["Id"], "TxnType": "BillPaymentCheck"}]
    assert paid["CheckPayment"]["BankAccountRef"]["name"] == "Checking"
    assert sim.control.problems() == []


def test_6_card_payments_show_the_same_back_link(qbo):
    made = qbo.create("Bill", bill(50))
    body = bill_payment(50, (made["Id"], 50)) | {
        "PayType": "CreditCard",
        "CreditCardPayment": {"CCAccountRef": {"value": "41"}},
    }
    body.pop("CheckPayment")
    qbo.create("BillPayment", body)
    assert qbo.read("Bill", made["Id"])["LinkedTxn"][0]["TxnType"] == "BillPaymentCheck"


def test_5_14_vendor_credit_reduces_cash(qbo, sim):
    made = qbo.create("Bill", bill(50))
    credit = qbo.create("VendorCredit", bill(20))
    paid = qbo.create(
        "BillPayment", bill_payment(30, (made["Id"], 50), (credit["Id"], 20, "VendorCredit"))
    )
    assert paid["TotalAmt"] == 30 and qbo.read("VendorCredit", credit["Id"])["Balance"] == 0
    assert qbo.read("Bill", made["Id"])["Balance"] == 0 and sim.control.problems() == []


def test_5_14_excess_is_vendor_credit(qbo, sim):
    before = qbo.read("Vendor", "30")["Balance"]
    made = qbo.create("Bill", bill(50))
    qbo.create("BillPayment", bill_payment(60, (made["Id"], 50)))
    assert qbo.read("Vendor", "30")["Balance"] == before - 10 and sim.control.problems() == []


@pytest.mark.parametrize(
    "change, code",
    [
        ({"PayType": "Cash"}, "2170"),
        ({"TotalAmt": None}, "2020"),
        ({"TotalAmt": 5}, "6000"),
        ({"CheckPayment": {}}, "2020"),
        ({"CheckPayment": {"BankAccountRef": {"value": "41"}}}, "6000"),
    ],
)
def test_5_14_refusals(qbo, change, code):
    made = qbo.create("Bill", bill(50))
    qbo.refused("BillPayment", bill_payment(50, (made["Id"], 50)) | change, code)


def test_7_5_void_and_delete_bill_payment(qbo, sim):
    made = qbo.create("Bill", bill(50))
    paid = qbo.create("BillPayment", bill_payment(50, (made["Id"], 50), PrivateNote="old"))
    gone = qbo.ok(qbo.post("/billpayment", sparse(paid), operation="update", include="void"))[
        "BillPayment"
    ]
    assert gone["PrivateNote"] == "Voided - old" and gone["TotalAmt"] == 0
    assert qbo.read("Bill", made["Id"])["Balance"] == 50 and sim.control.problems() == []


def test_7_5_delete_paid_bill_by_policy(qbo, sim):
    made = qbo.create("Bill", bill(50))
    qbo.create("BillPayment", bill_payment(50, (made["Id"], 50)))
    made = qbo.read("Bill", made["Id"])
    qbo.refused("Bill", sparse(made), "6000", operation="delete")
    sim.control.switch("delete_paid", "unlink")
    qbo.delete("Bill", made)
    assert sim.control.problems() == []


def entry(amount, side, customer="1", account="86"):
    """An entry whose receivables are posted on ``side``."""
    other = {"Debit": "Credit", "Credit": "Debit"}[side]
    name = {"Type": "Customer", "EntityRef": {"value": customer}}
    lines = (("84", side, {"Entity": name}), (account, other, {}))
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


def test_7_6_a_credit_in_a_journal_entry_settles_more_than_the_money(qbo, sim):
    owed = qbo.create("Invoice", invoice(100))
    before = qbo.read("Customer", "1")["Balance"]
    written = qbo.create("JournalEntry", entry(5, "Credit"))
    paid = qbo.create("Payment", payment(95, (owed["Id"], 100), (written["Id"], 5, "JournalEntry")))
    assert paid["UnappliedAmt"] == 0
    assert qbo.read("Invoice", owed["Id"])["Balance"] == 0
    assert qbo.read("Customer", "1")["Balance"] == before - 100
    assert sim.control.problems() == []


def test_7_6_a_charge_in_a_journal_entry_is_paid(qbo, sim):
    owed = qbo.create("Invoice", invoice(100))
    gain = qbo.create("JournalEntry", entry(2, "Debit", account="83"))
    paid = qbo.create("Payment", payment(102, (owed["Id"], 100), (gain["Id"], 2, "JournalEntry")))
    assert paid["UnappliedAmt"] == 0
    assert sim.control.problems() == []


def test_7_6_no_more_of_a_journal_entry_than_is_open(qbo, sim):
    owed = qbo.create("Invoice", invoice(100))
    written = qbo.create("JournalEntry", entry(5, "Credit"))
    link = (written["Id"], 6, "JournalEntry")
    qbo.refused("Payment", payment(94, (owed["Id"], 100), link), "6000")
    strange = qbo.create("JournalEntry", entry(5, "Credit", customer="2"))
    link = (strange["Id"], 5, "JournalEntry")
    qbo.refused("Payment", payment(95, (owed["Id"], 100), link), "6000")
    link = (written["Id"], 4, "JournalEntry")
    paid = qbo.create("Payment", payment(50, (owed["Id"], 54), link))
    qbo.refused(
        "Payment", payment(10, (owed["Id"], 12), (written["Id"], 2, "JournalEntry")), "6000"
    )
    lines = [
        {"Amount": 55, "LinkedTxn": [{"TxnId": owed["Id"], "TxnType": "Invoice"}]},
        {"Amount": 5, "LinkedTxn": [{"TxnId": written["Id"], "TxnType": "JournalEntry"}]},
    ]
    more = sparse(paid, Line=lines, TotalAmt=50, CustomerRef={"value": "1"})
    assert qbo.create("Payment", more)["UnappliedAmt"] == 0, "its own part counts as free"


def test_7_5_a_used_journal_entry_can_neither_shrink_nor_go(qbo, sim):
    owed = qbo.create("Invoice", invoice(100))
    written = qbo.create("JournalEntry", entry(5, "Credit"))
    paid = qbo.create("Payment", payment(95, (owed["Id"], 100), (written["Id"], 5, "JournalEntry")))
    address = {"Id": written["Id"], "SyncToken": written["SyncToken"]}
    qbo.refused("JournalEntry", address, "6000", operation="delete")
    for changed in (entry(4, "Credit"), entry(5, "Debit"), entry(5, "Credit", customer="2")):
        qbo.refused("JournalEntry", sparse(written, **changed), "6000")
    grown = qbo.create("JournalEntry", sparse(written, **entry(6, "Credit")))
    zero = {"Id": paid["Id"], "SyncToken": paid["SyncToken"], "sparse": True}
    qbo.ok(qbo.post("/payment", zero, operation="update", include="void"))
    assert qbo.delete("JournalEntry", grown)["status"] == "Deleted"
    assert qbo.read("Invoice", owed["Id"])["Balance"] == 100
    assert sim.control.problems() == []


def test_7_5_a_used_journal_entry_goes_when_the_policy_allows(qbo, sim):
    sim.control.switch("delete_paid", "unlink")
    owed = qbo.create("Invoice", invoice(100))
    written = qbo.create("JournalEntry", entry(5, "Credit"))
    paid = qbo.create("Payment", payment(95, (owed["Id"], 100), (written["Id"], 5, "JournalEntry")))
    qbo.delete("JournalEntry", written)
    assert qbo.read("Payment", paid["Id"])["UnappliedAmt"] == 95
    assert sim.control.problems() == []
