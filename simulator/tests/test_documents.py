"""FACTS 5.7-5.18, 6, 7.1-7.5: documents, lines, numbers, updates, voids."""

import pytest
from conftest import expense, invoice, line, payment


def sparse(obj, **more):
    return {"Id": obj["Id"], "SyncToken": obj["SyncToken"], "sparse": True} | more


def lines_of(obj):
    return [row for row in obj["Line"] if "Id" in row]


# 6 and 7.1: lines -------------------------------------------------------------------------------


def test_6_subtotal_line_is_generated_and_ignored_on_input(qbo):
    made = qbo.create("Invoice", invoice() | {"Line": [line(10), line(20)]})
    assert made["Line"][-1] == {
        "Amount": 30,
        "DetailType": "SubTotalLineDetail",
        "SubTotalLineDetail": {},
    }
    again = qbo.update("Invoice", sparse(made, Line=made["Line"]))
    assert again["SyncToken"] == "0" and len(again["Line"]) == 3


def test_7_1_line_ids_are_never_reused(qbo):
    body = invoice() | {"Line": [line(n) for n in (1, 2, 3, 4)]}
    made = qbo.create("Invoice", body)
    assert [row["Id"] for row in lines_of(made)] == ["1", "2", "3", "4"]
    for expected in (["5", "6", "7", "8"], ["9", "10", "11", "12"]):
        made = qbo.update("Invoice", body | {"Id": made["Id"], "SyncToken": made["SyncToken"]})
        assert [row["Id"] for row in lines_of(made)] == expected
        assert [row["LineNum"] for row in lines_of(made)] == [1, 2, 3, 4]


def test_7_4_known_line_ids_are_kept_and_order_is_the_callers(qbo):
    made = qbo.create("Invoice", invoice() | {"Line": [line(1), line(2), line(3)]})
    kept = [dict(line(30), Id="3"), line(4), dict(line(10), Id="1")]
    made = qbo.update("Invoice", sparse(made, Line=kept))
    assert [(row["Id"], row["Amount"]) for row in lines_of(made)] == [
        ("3", 30),
        ("4", 4),
        ("1", 10),
    ]


def test_6_description_lines(qbo):
    made = qbo.create(
        "Invoice",
        invoice()
        | {
            "Line": [
                line(10),
                line(5),
                {"DetailType": "DescriptionOnly", "Description": "Subtotal:"},
                {"DetailType": "DescriptionOnly", "Description": "note", "Amount": 99},
                line(1),
            ]
        },
    )
    assert made["Line"][2]["Description"] == "Subtotal: 15.00"
    assert "Amount" not in made["Line"][3] and made["TotalAmt"] == 16


def test_6_discount_percent_and_amount(qbo):
    percent = {
        "DetailType": "DiscountLineDetail",
        "Amount": 3,
        "DiscountLineDetail": {"PercentBased": True, "DiscountPercent": 10},
    }
    made = qbo.create("Invoice", invoice() | {"Line": [line(50), line(50), percent]})
    discount = made["Line"][-1]
    assert made["TotalAmt"] == 90 and discount["Amount"] == 10 and "Id" not in discount
    assert made["Line"][-2]["DetailType"] == "SubTotalLineDetail"
    assert discount["DiscountLineDetail"]["DiscountAccountRef"] == {
        "value": "86",
        "name": "Discounts given",
    }
    flat = {"DetailType": "DiscountLineDetail", "Amount": 30, "DiscountLineDetail": {}}
    assert qbo.create("Invoice", invoice() | {"Line": [line(50), flat]})["TotalAmt"] == 20
    qbo.refused("Invoice", invoice() | {"Line": [line(50), flat, flat]}, "6000")


def test_14_20_discount_and_shipping_need_their_preference(qbo, sim):
    shipping = line(7, "SHIPPING_ITEM_ID")
    made = qbo.create("Invoice", invoice() | {"Line": [line(50), shipping]})
    assert (
        made["TotalAmt"] == 57
        and lines_of(made)[1]["SalesItemLineDetail"]["ItemRef"]["value"] == "SHIPPING_ITEM_ID"
    )
    sim.control.preference("AllowShipping", False)
    sim.control.preference("AllowDiscount", False)
    sim.control.preference("AllowDeposit", False)
    qbo.refused("Invoice", invoice() | {"Line": [line(50), shipping]}, "6000")
    qbo.refused(
        "Invoice",
        invoice()
        | {
            "Line": [
                line(50),
                {"DetailType": "DiscountLineDetail", "Amount": 3, "DiscountLineDetail": {}},
            ]
        },
        "6000",
    )
    qbo.refused("Invoice", invoice(Deposit=5), "6000")


def test_6_default_item(qbo):
    made = qbo.create(
        "Invoice",
        invoice()
        | {"Line": [{"Amount": 5, "DetailType": "SalesItemLineDetail", "SalesItemLineDetail": {}}]},
    )
    assert made["Line"][0]["SalesItemLineDetail"]["ItemRef"] == {"value": "1", "name": "Services"}


def test_6_expense_lines(qbo):
    made = qbo.create(
        "Bill",
        {
            "VendorRef": {"value": "30"},
            "Line": [
                expense(5),
                expense(6, CustomerRef={"value": "1"}),
                {
                    "Amount": 8,
                    "DetailType": "ItemBasedExpenseLineDetail",
                    "ItemBasedExpenseLineDetail": {
                        "ItemRef": {"value": "11"},
                        "Qty": 2,
                        "UnitPrice": 4,
                    },
                },
            ],
        },
    )
    details = [row["AccountBasedExpenseLineDetail"] for row in made["Line"][:2]]
    assert [d["BillableStatus"] for d in details] == ["NotBillable", "Billable"]
    assert details[0]["TaxCodeRef"] == {"value": "NON"} and made["Line"][0]["LinkedTxn"] == []
    assert made["TotalAmt"] == 19
    qbo.refused(
        "Bill",
        {"VendorRef": {"value": "30"}, "Line": [expense(5, DepartmentRef={"value": "1"})]},
        "2010",
    )


def test_6_line_ex_and_purchase_ex_must_not_be_echoed(qbo):
    made = qbo.create("Payment", payment(5, ("9", 1), customer="4"))
    echo = qbo.read("Payment", made["Id"])
    assert "LineEx" in echo["Line"][0]
    qbo.refused("Payment", echo, "2010")


# 7.1: computed values ---------------------------------------------------------------------------


def test_7_1_defaults_of_an_invoice(qbo):
    made = qbo.create("Invoice", invoice(TxnDate="2024-01-15"))
    for key, value in {
        "DueDate": "2024-02-14",
        "EmailStatus": "NotSet",
        "PrintStatus": "NeedToPrint",
        "TxnTaxDetail": {"TotalTax": 0},
        "ApplyTaxAfterDiscount": False,
        "AllowIPNPayment": False,
        "AllowOnlinePayment": False,
        "AllowOnlineCreditCardPayment": True,
        "AllowOnlineACHPayment": True,
        "LinkedTxn": [],
        "Balance": 100,
        "TotalAmt": 100,
        "CurrencyRef": {"value": "USD", "name": "United States Dollar"},
    }.items():
        assert made[key] == value, key
    detail = made["Line"][0]["SalesItemLineDetail"]
    assert detail["TaxCodeRef"] == {"value": "NON"}


def test_7_1_due_dates(qbo):
    made = qbo.create("Invoice", invoice(TxnDate="2026-01-31", SalesTermRef={"value": "2"}))
    assert made["DueDate"] == "2026-02-15"
    bill = qbo.create(
        "Bill", {"VendorRef": {"value": "30"}, "TxnDate": "2026-01-31", "Line": [expense(5)]}
    )
    assert bill["DueDate"] == "2026-01-31"


def test_7_1_addresses(qbo):
    customer = qbo.read("Customer", "1")
    copied = qbo.create("Invoice", invoice())
    assert copied["BillAddr"] == customer["BillAddr"]
    sent = qbo.create(
        "Invoice", invoice(BillAddr={"Id": customer["BillAddr"]["Id"], "Line1": "New", "Line2": ""})
    )
    assert sent["BillAddr"]["Id"] != customer["BillAddr"]["Id"]
    assert sent["BillAddr"]["Line1"] == "New" and "Line2" not in sent["BillAddr"]


@pytest.mark.parametrize(
    "sent, stored",
    [("2014-02-18T00:59:41.885Z", "2014-02-18"), ("2019-08-01 02:25:02 UTC", "2019-08-01")],
)
def test_7_1_dates_are_cut_not_shifted(qbo, sent, stored):
    assert qbo.create("Invoice", invoice(TxnDate=sent))["TxnDate"] == stored


def test_14_33_today_is_the_servers_day(qbo, sim):
    assert qbo.create("Invoice", invoice())["TxnDate"] == sim.control.clock.today().isoformat()


def test_7_1_credit_memo_ignores_payment_fields(qbo):
    made = qbo.create(
        "CreditMemo", invoice(DepositToAccountRef={"value": "35"}, PaymentMethodRef={"value": "1"})
    )
    assert "DepositToAccountRef" not in made and "PaymentMethodRef" not in made
    assert made["RemainingCredit"] == made["Balance"] == 100 and "LinkedTxn" not in made


def test_7_1_custom_fields(qbo, sim):
    assert qbo.create("Invoice", invoice())["CustomField"] == []
    with sim.transaction():
        store = sim.company().store
        prefs = store.read("Preferences", "1")
        prefs["SalesFormsPrefs"]["CustomField"][0]["CustomField"][0]["BooleanValue"] = True
        store.write("Preferences", prefs)
        sim.forget_caches()
    assert qbo.create("Invoice", invoice())["CustomField"] == [
        {"DefinitionId": "1", "Name": "Crew #", "Type": "StringType"}
    ]
    made = qbo.create(
        "Invoice",
        invoice(CustomField=[{"DefinitionId": "1", "Type": "StringType", "StringValue": "102"}]),
    )
    assert made["CustomField"][0]["StringValue"] == "102"


def test_7_1_header_links_of_purchase_orders_are_dropped(qbo):
    order = qbo.create("PurchaseOrder", {"VendorRef": {"value": "30"}, "Line": [expense(5)]})
    bill = qbo.create(
        "Bill",
        {
            "VendorRef": {"value": "30"},
            "Line": [expense(5)],
            "LinkedTxn": [{"TxnId": order["Id"], "TxnType": "PurchaseOrder"}],
        },
    )
    assert "LinkedTxn" not in bill
    assert qbo.read("PurchaseOrder", order["Id"])["POStatus"] == "Open"
    zero = qbo.create("PurchaseOrder", {"VendorRef": {"value": "30"}, "Line": [expense(0)]})
    assert zero["POStatus"] == "Closed"


def test_5_11_estimate_becomes_an_invoice(qbo, sim):
    estimate = qbo.create("Estimate", invoice(50))
    assert estimate["TxnStatus"] == "Pending"
    sim.control.move_clock(3)
    link = {"TxnId": estimate["Id"], "TxnType": "Estimate"}
    made = qbo.create("Invoice", invoice(50, LinkedTxn=[link]))
    assert made["LinkedTxn"] == [link] and made["Line"][0]["LinkedTxn"] == [link]
    after = qbo.read("Estimate", estimate["Id"])
    assert after["TxnStatus"] == "Closed" and after["SyncToken"] == "0"
    assert after["LinkedTxn"] == [{"TxnId": made["Id"], "TxnType": "Invoice"}]
    assert after["MetaData"]["LastUpdatedTime"] == made["MetaData"]["CreateTime"]
    qbo.refused("Invoice", invoice(50, LinkedTxn=[link]), "620")
    qbo.refused("Invoice", invoice(50, customer="2", LinkedTxn=[link]), "620")


def test_5_11_estimates_do_not_post(qbo, sim):
    before = qbo.read("Customer", "1")["Balance"]
    qbo.create("Estimate", invoice(50))
    assert qbo.read("Customer", "1")["Balance"] == before


# 7.2: amounts -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    "amount, price, quantity, good",
    [
        (1861.08, 128.35, 14.5, True),
        (1861.07, 128.35, 14.5, False),
        (0, 5, 0, True),
        (0.01, 0.005, 1, True),
    ],
)
def test_7_2_amount_is_price_times_quantity(qbo, amount, price, quantity, good):
    body = invoice() | {"Line": [line(amount, UnitPrice=price, Qty=quantity)]}
    reply = qbo.post("/invoice", body)
    assert (reply.status_code == 200) is good, reply.text


def test_7_2_one_of_both_is_not_checked(qbo):
    made = qbo.create("Invoice", invoice() | {"Line": [line(10, UnitPrice=3), line(9, Qty=2)]})
    assert made["TotalAmt"] == 19


def test_7_2_purchase_side_is_not_checked(qbo):
    made = qbo.create(
        "Bill",
        {
            "VendorRef": {"value": "30"},
            "Line": [
                {
                    "Amount": 16,
                    "DetailType": "ItemBasedExpenseLineDetail",
                    "ItemBasedExpenseLineDetail": {
                        "ItemRef": {"value": "11"},
                        "UnitPrice": 8,
                        "Qty": 24,
                    },
                }
            ],
        },
    )
    assert made["TotalAmt"] == 16


def test_7_2_negative_zero_and_negative_lines(qbo):
    text = qbo.post("/invoice", invoice() | {"Line": [line(-0.0)]}).text
    assert '"Amount":0,' in text and "-0" not in text.split('"time"')[0].replace("-08:00", "")
    made = qbo.create("Invoice", invoice() | {"Line": [line(10), line(-4)]})
    assert made["TotalAmt"] == 6
    assert qbo.create("Invoice", invoice(0))["TotalAmt"] == 0
