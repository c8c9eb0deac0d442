"""FACTS 7.3-7.5: numbers, updates, voids and deletions."""

import pytest
from conftest import expense, invoice, line, payment


def sparse(obj, **more):
    return {"Id": obj["Id"], "SyncToken": obj["SyncToken"], "sparse": True} | more


def lines_of(obj):
    return [row for row in obj["Line"] if "Id" in row]


# 7.3: numbers -----------------------------------------------------------------------------------


def test_7_3_one_counter_for_invoice_receipt_and_credit_memo(qbo):
    numbers = [
        int(qbo.create(kind, invoice())["DocNumber"])
        for kind in ("Invoice", "SalesReceipt", "CreditMemo", "Invoice")
    ]
    assert numbers == list(range(numbers[0], numbers[0] + 4))


def test_7_3_typed_numbers_do_not_move_the_counter(qbo):
    first = int(qbo.create("Invoice", invoice())["DocNumber"])
    for typed in ("42", "001testinvoice", "99999"):
        assert qbo.create("Invoice", invoice(DocNumber=typed))["DocNumber"] == typed
    assert int(qbo.create("Invoice", invoice())["DocNumber"]) == first + 1


def test_7_3_estimates_and_orders_count_for_themselves(qbo):
    assert qbo.create("Estimate", invoice())["DocNumber"] == "1005"
    assert (
        qbo.create("PurchaseOrder", {"VendorRef": {"value": "30"}, "Line": [expense(5)]})[
            "DocNumber"
        ]
        == "1004"
    )


def test_7_3_custom_numbers_on(qbo, sim):
    sim.control.preference("CustomTxnNumbers", True)
    assert "DocNumber" not in qbo.create("Invoice", invoice())
    assert qbo.create("Invoice", invoice(DocNumber="AUTO_GENERATE"))["DocNumber"].isdigit()
    made = qbo.create("Invoice", invoice(AutoDocNumber=True))
    assert made["DocNumber"].isdigit() and "AutoDocNumber" not in made


def test_7_3_no_duplicate_warning_while_qbo_numbers_itself(qbo):
    for _ in range(2):
        assert qbo.create("Invoice", invoice(DocNumber="SAME"))["DocNumber"] == "SAME"


def test_7_3_duplicate_warning_can_be_off(qbo, sim):
    sim.control.preference("CustomTxnNumbers", True)
    sim.control.switch("duplicate_warning", False)
    for _ in range(2):
        assert qbo.create("Invoice", invoice(DocNumber="SAME"))


def test_7_3_purchase_side(qbo, sim):
    bill = {"VendorRef": {"value": "30"}, "Line": [expense(5)], "DocNumber": "B1"}
    assert "DocNumber" not in qbo.create(
        "Bill", {k: v for k, v in bill.items() if k != "DocNumber"}
    )
    qbo.create("Bill", bill)
    assert "TxnType=Bill" in qbo.refused("Bill", bill, "6140")["Detail"]
    assert qbo.create("Bill", bill | {"VendorRef": {"value": "31"}})
    sim.control.switch("bill_duplicate_warning", False)
    assert qbo.create("Bill", bill)
    spent = {
        "PaymentType": "CreditCard",
        "AccountRef": {"value": "41"},
        "DocNumber": "P1",
        "Line": [expense(5)],
    }
    qbo.create("Purchase", spent)
    qbo.refused("Purchase", spent, "6140")


def test_7_3_checks_are_numbered(qbo):
    body = {"PaymentType": "Check", "AccountRef": {"value": "35"}, "Line": [expense(5)]}
    one, two = (int(qbo.create("Purchase", body)["DocNumber"]) for _ in range(2))
    assert two == one + 1
    qbo.create("Purchase", body | {"DocNumber": str(two)})


def test_7_3_bill_payments_by_check_take_the_accounts_next_number(qbo, sim):
    body = {"PaymentType": "Check", "AccountRef": {"value": "35"}, "Line": [expense(5)]}
    last = int(qbo.create("Purchase", body)["DocNumber"])
    paid = {
        "VendorRef": {"value": "30"},
        "PayType": "Check",
        "TotalAmt": 5,
        "CheckPayment": {"BankAccountRef": {"value": "35"}},
        "Line": [],
    }
    bill = qbo.create("Bill", {"VendorRef": {"value": "30"}, "Line": [expense(50)]})
    link = {"Amount": 5, "LinkedTxn": [{"TxnId": bill["Id"], "TxnType": "Bill"}]}
    paid["Line"] = [link]
    assert qbo.create("BillPayment", paid)["DocNumber"] == str(last + 1)
    assert qbo.create("BillPayment", paid | {"DocNumber": "mine"})["DocNumber"] == "mine"
    card = {"PayType": "CreditCard", "CreditCardPayment": {"CCAccountRef": {"value": "41"}}}
    assert "DocNumber" not in qbo.create("BillPayment", paid | card)
    printed = {"BankAccountRef": {"value": "35"}, "PrintStatus": "NeedToPrint"}
    assert "DocNumber" not in qbo.create("BillPayment", paid | {"CheckPayment": printed})
    sim.control.switch("custom_check_numbers", True)
    assert "DocNumber" not in qbo.create("BillPayment", paid)
    assert "DocNumber" not in qbo.create("Purchase", body)


def test_7_3_warnings_of_the_purchase_side_show_in_the_preferences(qbo, sim):
    def shown():
        prefs = qbo.read("Preferences", "1")["OtherPrefs"]["NameValue"]
        return {
            row["Name"].split("Warn")[-1]: row["Value"] for row in prefs if "WarnDup" in row["Name"]
        }

    assert shown() == {
        "DuplicateBillNumber": "true",
        "DuplicateCheckNumber": "false",
        "DuplicateJournalNumber": "false",
    }
    check = {
        "PaymentType": "Check",
        "AccountRef": {"value": "35"},
        "DocNumber": "7001",
        "Line": [expense(5)],
    }
    qbo.create("Purchase", check)
    qbo.create("Purchase", check)
    sim.control.switch("check_duplicate_warning", True)
    assert shown()["DuplicateCheckNumber"] == "true"
    qbo.refused("Purchase", check, "6140")


# 7.4: updates -----------------------------------------------------------------------------------


def test_7_4_no_op_updates_change_nothing(qbo, sim):
    made = qbo.create("Invoice", invoice(PrivateNote="n", BillAddr={"Line1": "A"}))
    sim.control.move_clock(5)
    for body in (sparse(made, PrivateNote="n"), sparse(made, Line=made["Line"]), made):
        same = qbo.update("Invoice", body)
        assert same["SyncToken"] == "0"
        assert same["MetaData"]["LastUpdatedTime"] == made["MetaData"]["LastUpdatedTime"]


def test_7_4_address_without_id_counts_as_a_change(qbo):
    made = qbo.create("Customer", {"DisplayName": "Addr", "BillAddr": {"Line1": "1 St"}})
    body = dict(made, BillAddr=dict(made["BillAddr"]))
    assert qbo.update("Customer", body)["SyncToken"] == "0"
    ident = body["BillAddr"].pop("Id")
    changed = qbo.update("Customer", body)
    assert changed["SyncToken"] == "1" and changed["BillAddr"]["Id"] == ident


def test_7_4_sparse_changes_only_what_is_sent(qbo):
    made = qbo.create("Customer", {"DisplayName": "S", "Notes": "n", "CompanyName": "c"})
    new = qbo.update("Customer", sparse(made, CompanyName="d"))
    assert new["Notes"] == "n" and new["CompanyName"] == "d" and new["SyncToken"] == "1"


def test_7_4_sparse_clearing(qbo):
    made = qbo.create(
        "Customer",
        {
            "DisplayName": "S",
            "Notes": "n",
            "PrimaryEmailAddr": {"Address": "a@b.co"},
            "BillAddr": {"Line1": "x"},
            "SalesTermRef": {"value": "3"},
        },
    )
    new = qbo.update(
        "Customer",
        sparse(made, Notes="", PrimaryEmailAddr={}, BillAddr={}, SalesTermRef={"value": ""}),
    )
    for name in ("Notes", "PrimaryEmailAddr", "BillAddr", "SalesTermRef"):
        assert name not in new
    kept = qbo.update("Customer", sparse(new, CompanyName=None))
    assert kept["SyncToken"] == "1"


def test_7_4_full_update_clears_what_is_omitted(qbo, sim):
    made = qbo.create(
        "Invoice",
        invoice(
            PrivateNote="n", TxnDate="2026-01-05", DocNumber="KEEP", SalesTermRef={"value": "3"}
        ),
    )
    new = qbo.update("Invoice", invoice() | {"Id": made["Id"], "SyncToken": "0"})
    assert "PrivateNote" not in new and "SalesTermRef" not in new
    assert new["DocNumber"] == "KEEP" and new["CurrencyRef"] == made["CurrencyRef"]
    assert new["TxnDate"] == sim.control.clock.today().isoformat()
    sim.control.switch("txn_date_on_full_update", "keep")
    new = qbo.update("Invoice", invoice() | {"Id": made["Id"], "SyncToken": "1"})
    assert new["TxnDate"] == sim.control.clock.today().isoformat()


def test_7_4_full_update_of_a_vendor(qbo):
    made = qbo.create("Vendor", {"DisplayName": "V", "CompanyName": "c", "Title": "1103"})
    new = qbo.update("Vendor", {"Id": made["Id"], "SyncToken": "0", "Title": "1103"})
    assert new["DisplayName"] == "1103" and "CompanyName" not in new


def test_7_4_sparse_line_array_replaces_all(qbo):
    made = qbo.create("Invoice", invoice() | {"Line": [line(1), line(2)]})
    new = qbo.update("Invoice", sparse(made, Line=[line(5)]))
    assert new["TotalAmt"] == 5 and len(lines_of(new)) == 1


def test_7_4_required_even_in_sparse(qbo):
    bill = qbo.create("Bill", {"VendorRef": {"value": "30"}, "Line": [expense(5)]})
    assert qbo.refused("Bill", sparse(bill, PrivateNote="x"), "2020")["element"] == "VendorRef"
    spent = qbo.create(
        "Purchase", {"PaymentType": "Cash", "AccountRef": {"value": "35"}, "Line": [expense(5)]}
    )
    qbo.refused("Purchase", sparse(spent, PrivateNote="x"), "2020")
    assert qbo.update("Purchase", sparse(spent, PrivateNote="x", PaymentType="Cash"))
    made = qbo.create("Invoice", invoice())
    assert qbo.update("Invoice", sparse(made, PrivateNote="x"))["SyncToken"] == "1"


def test_14_60_credit_flag_is_lost_on_full_update(qbo):
    body = {"PaymentType": "CreditCard", "AccountRef": {"value": "41"}, "Line": [expense(5)]}
    made = qbo.create("Purchase", body | {"Credit": True})
    new = qbo.update("Purchase", body | {"Id": made["Id"], "SyncToken": "0"})
    assert made["Credit"] is True and new["Credit"] is False


def test_7_4_unknown_id_is_610(qbo):
    qbo.refused("Invoice", invoice() | {"Id": "4711", "SyncToken": "0"}, "610")


def test_7_4_customer_of_a_paid_invoice_stays(qbo):
    made = qbo.create("Invoice", invoice(50))
    qbo.create("Payment", payment(10, (made["Id"], 10)))
    made = qbo.read("Invoice", made["Id"])
    qbo.refused("Invoice", sparse(made, CustomerRef={"value": "2"}), "6000")


# 7.5: void and delete ---------------------------------------------------------------------------


def void(qbo, kind, obj, **params):
    return qbo.ok(
        qbo.post(
            f"/{kind.lower()}",
            {"Id": obj["Id"], "SyncToken": obj["SyncToken"], "sparse": True},
            **params,
        )
    )[kind]


@pytest.mark.parametrize(
    "params", [{"operation": "void"}, {"operation": "update", "include": "void"}]
)
def test_7_5_void_invoice(qbo, sim, params):
    before = qbo.read("Customer", "1")["Balance"]
    made = qbo.create(
        "Invoice",
        invoice(PrivateNote="old")
        | {
            "Line": [line(20, Qty=2, UnitPrice=10, tax="TAX")],
            "TxnTaxDetail": {"TxnTaxCodeRef": {"value": "2"}},
        },
    )
    gone = void(qbo, "Invoice", made, **params)
    row = gone["Line"][0]
    assert row["Amount"] == 0 and row["SalesItemLineDetail"]["Qty"] == 0
    assert "UnitPrice" not in row["SalesItemLineDetail"] and gone["Line"][-1]["Amount"] == 0
    assert gone["TotalAmt"] == gone["Balance"] == gone["TxnTaxDetail"]["TotalTax"] == 0
    assert gone["PrivateNote"] == "Voided - old" and gone["SyncToken"] == "1"
    assert gone["DocNumber"] == made["DocNumber"] and gone["DueDate"] == made["DueDate"]
    assert qbo.read("Customer", "1")["Balance"] == before and sim.control.problems() == []


def test_7_5_void_without_note(qbo):
    assert (
        void(qbo, "Invoice", qbo.create("Invoice", invoice()), operation="void")["PrivateNote"]
        == "Voided"
    )


def test_7_5_void_of_a_paid_invoice_is_refused(qbo):
    made = qbo.create("Invoice", invoice(50))
    qbo.create("Payment", payment(50, (made["Id"], 50)))
    made = qbo.read("Invoice", made["Id"])
    entry = qbo.refused(
        "Invoice", {"Id": made["Id"], "SyncToken": made["SyncToken"]}, "6000", operation="void"
    )
    assert "You cannot void this invoice because it has payments applied to it." in entry["Detail"]


def test_7_5_void_payment(qbo, sim):
    made = qbo.create("Invoice", invoice(50))
    paid = qbo.create("Payment", payment(60, (made["Id"], 50)))
    gone = void(qbo, "Payment", paid, operation="update", include="void")
    assert gone["TotalAmt"] == gone["UnappliedAmt"] == 0 and gone["Line"] == []
    assert gone["PrivateNote"] == "Voided"
    assert qbo.read("Invoice", made["Id"])["Balance"] == 50 and sim.control.problems() == []


@pytest.mark.parametrize("kind", ["SalesReceipt", "RefundReceipt", "CreditMemo"])
def test_7_5_void_of_other_forms(qbo, sim, kind):
    made = qbo.create(kind, invoice(DepositToAccountRef={"value": "35"}))
    assert void(qbo, kind, made, operation="void")["TotalAmt"] == 0
    assert sim.control.problems() == []


def test_7_5_estimates_and_bills_cannot_be_voided(qbo):
    made = qbo.create("Estimate", invoice())
    qbo.refused("Estimate", sparse(made), "500", operation="void")
    made = qbo.create("Bill", {"VendorRef": {"value": "30"}, "Line": [expense(5)]})
    qbo.refused("Bill", sparse(made), "500", operation="void")


def test_7_5_delete_of_a_paid_invoice_by_policy(qbo, sim):
    made = qbo.create("Invoice", invoice(50))
    paid = qbo.create("Payment", payment(50, (made["Id"], 50)))
    made = qbo.read("Invoice", made["Id"])
    qbo.refused("Invoice", sparse(made), "6000", operation="delete")
    sim.control.switch("delete_paid", "unlink")
    qbo.delete("Invoice", made)
    freed = qbo.read("Payment", paid["Id"])
    assert freed["UnappliedAmt"] == 50 and freed["Line"] == []
    assert sim.control.problems() == []


def test_7_5_names_cannot_be_deleted(qbo):
    made = qbo.create("Customer", {"DisplayName": "D"})
    qbo.refused("Customer", sparse(made), "500", operation="delete")


def test_7_5_delete_needs_the_token_but_attachables_do_not(qbo):
    made = qbo.create("Invoice", invoice())
    qbo.refused("Invoice", {"Id": made["Id"]}, "5010", operation="delete")
    note = qbo.create("Attachable", {"Note": "hello"})
    assert qbo.ok(qbo.post("/attachable", {"Id": note["Id"]}, operation="delete"))
