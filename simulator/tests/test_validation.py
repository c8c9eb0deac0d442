"""FACTS 7.7, 13, 14: which error comes first, and what is too much."""

from conftest import expense, invoice, line, payment


def sparse(obj, **more):
    return {"Id": obj["Id"], "SyncToken": obj["SyncToken"], "sparse": True} | more


def test_7_7_order_of_checks(qbo):
    """Each step mends the first error of the one before."""
    made = qbo.create("Invoice", invoice())
    body = {
        "Nope": 1,
        "DocNumber": "x" * 22,
        "CustomerRef": {"value": "999"},
        "Id": "99999",
        "SyncToken": "7",
        "TxnDate": "2026-02-30",
        "Line": [line(-1)],
    }
    assert qbo.refused("Invoice", body | {"Line": []}, "2010")
    del body["Nope"]
    assert qbo.refused(
        "Invoice", {k: v for k, v in body.items() if k not in ("Line", "Id")}, "2020"
    )
    reply = qbo.post("/invoice", body)
    assert {e["code"] for e in reply.json()["Fault"]["Error"]} == {"2050", "2070"}
    body |= {"DocNumber": "ok", "TxnDate": "2026-02-28"}
    qbo.refused("Invoice", body, "610")
    body["Id"] = made["Id"]
    qbo.refused("Invoice", body, "5010")
    body["SyncToken"] = "0"
    qbo.refused("Invoice", body, "2500")
    body["CustomerRef"] = {"value": "1"}
    qbo.refused("Invoice", body, "6000")
    body["Line"] = [line(1)]
    assert qbo.update("Invoice", body)["SyncToken"] == "1"


def test_13_lines_of_a_taxable_form(qbo, sim):
    body = invoice() | {"Line": [line(1)] * 751}
    qbo.refused("Invoice", body, "6000")
    sim.control.preference("UsingSalesTax", False)
    assert len(qbo.create("Invoice", body)["Line"]) == 752


def test_3_4_a_deposit_line_is_either_a_receipt_or_an_amount(qbo):
    paid = qbo.create("Payment", payment(5))
    entry = qbo.refused(
        "Deposit",
        {
            "DepositToAccountRef": {"value": "35"},
            "Line": [
                {
                    "Amount": 5,
                    "DetailType": "DepositLineDetail",
                    "DepositLineDetail": {"AccountRef": {"value": "1"}},
                    "LinkedTxn": [{"TxnId": paid["Id"], "TxnType": "Payment", "TxnLineId": "0"}],
                }
            ],
        },
        "6000",
    )
    assert "Select a bank account for this deposit" in entry["Detail"]


def test_14_11_the_token_must_be_text_zero_too(qbo):
    made = qbo.create("Customer", {"DisplayName": "Zero"})
    assert qbo.update("Customer", sparse(made, SyncToken=0, Notes="n"))["SyncToken"] == "1"


def test_2_4_numeric_strings_are_accepted(qbo):
    made = qbo.create("Invoice", invoice("12.50"))
    assert str(made["TotalAmt"]) == "12.50"


def test_a_bare_null_means_nothing_sent(qbo):
    made = qbo.create("Customer", {"DisplayName": "N", "Notes": None, "BillAddr": None})
    assert "Notes" not in made and "BillAddr" not in made


def test_5_29_empty_addresses_vanish(qbo):
    made = qbo.create("Customer", {"DisplayName": "A", "BillAddr": {"Line1": "", "City": ""}})
    assert "BillAddr" not in made


def test_5_7_one_customer_memo_is_an_object(qbo):
    made = qbo.create("Invoice", invoice(CustomerMemo={"value": "thanks"}))
    assert made["CustomerMemo"] == {"value": "thanks"}


def test_14_65_an_estimate_of_another_customer_cannot_be_linked(qbo):
    other = qbo.create("Estimate", invoice(customer="2"))
    link = [{"TxnId": other["Id"], "TxnType": "Estimate"}]
    qbo.refused("Invoice", invoice(LinkedTxn=link), "620")


def test_7_6_clients_cannot_link_credit_memos_to_invoices_directly(qbo):
    credit = qbo.create("CreditMemo", invoice(5))
    made = qbo.create(
        "Invoice", invoice(LinkedTxn=[{"TxnId": credit["Id"], "TxnType": "CreditMemo"}])
    )
    assert made["LinkedTxn"] == [] and made["Balance"] == 100


def test_14_63_other_latin_text_is_fine(qbo):
    assert qbo.create("Customer", {"DisplayName": "Müller & Söhne"})["DisplayName"].endswith("e")
    rows = qbo.rows("Customer", "select * from Customer where DisplayName = 'Müller & Söhne'")
    assert len(rows) == 1


def test_13_lines_of_a_purchase_form(qbo):
    body = {"VendorRef": {"value": "30"}, "Line": [expense(1)] * 10001}
    assert "10000 lines" in qbo.refused("Bill", body, "6000")["Detail"]
