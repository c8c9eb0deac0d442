"""FACTS 3: fault bodies, codes and wire strings."""

import json

import pytest
from conftest import expense, invoice, line, payment


def test_3_1_fault_shape(qbo):
    body = qbo.get("/customer/99999").json()
    assert set(body) == {"Fault", "time"} and body["Fault"]["type"] == "ValidationFault"
    assert set(body["Fault"]["Error"][0]) == {"Message", "Detail", "code", "element"}
    assert isinstance(body["Fault"]["Error"][0]["code"], str)


def test_3_1_several_errors_at_once(qbo):
    body = qbo.post("/invoice", {}).json()
    assert [e["element"] for e in body["Fault"]["Error"]] == ["Line", "CustomerRef"]
    assert {e["code"] for e in body["Fault"]["Error"]} == {"2020"}


def test_3_2_expired_token_body(qbo, sim):
    sim.control.expire_token()
    reply = qbo.get("/customer/1")
    body = reply.json()
    assert reply.status_code == 401
    assert set(body) == {
        "warnings",
        "intuitObject",
        "fault",
        "report",
        "queryResponse",
        "batchItemResponse",
        "attachableResponse",
        "syncErrorResponse",
        "requestId",
        "time",
        "status",
        "cdcresponse",
    }
    entry = body["fault"]["error"][0]
    assert body["fault"]["type"] == "AUTHENTICATION" and entry["code"] == "3200"
    assert entry["message"] == "message=AuthenticationFailed; errorCode=003200; statusCode=401"
    assert entry["detail"] == f"Token expired: {qbo.token}" and isinstance(body["time"], int)


def test_3_2_missing_token(qbo):
    reply = qbo.request("GET", "/customer/1", headers={"Authorization": ""})
    entry = reply.json()["fault"]["error"][0]
    assert entry["message"].startswith("message=ApplicationAuthenticationFailed")
    assert entry["detail"] is None


def test_3_2_wrong_realm_and_missing_scope(qbo, sim):
    token = sim.control.token(scope="openid")["access_token"]
    reply = qbo.request("GET", "/customer/1", headers={"Authorization": f"Bearer {token}"})
    fault = reply.json()["fault"]
    assert reply.status_code == 403 and fault["type"] == "SERVICE"
    assert fault["error"][0] == {
        "message": "message=ApplicationAuthorizationFailed; errorCode=003100; statusCode=403",
        "detail": None,
        "code": "3100",
        "element": None,
    }


def test_3_2_throttle(qbo, sim):
    sim.control.limits.throttle_after = 0
    reply = qbo.get("/customer/1")
    entry = reply.json()["fault"]["error"][0]
    assert reply.status_code == 429 and entry["code"] == "3001"
    assert entry["message"] == "message=ThrottleExceeded; errorCode=003001; statusCode=429"
    assert entry["detail"] == "The request limit was reached.  Try again later"
    assert "Retry-After" not in reply.headers
    sim.control.switch("throttle_shape", "upper")
    sim.control.switch("retry_after", True)
    reply = qbo.get("/customer/1")
    assert reply.json()["Fault"]["type"] == "SERVICE" and reply.headers["Retry-After"] == "60"


def test_3_2_gateway_faults_in_xml(qbo):
    reply = qbo.request("GET", "/customer/1", headers={"Authorization": "", "Accept": "*/*"})
    assert reply.status_code == 401 and '<Fault type="AUTHENTICATION">' in reply.text


def sparse(kind, obj, **more):
    return {"Id": obj["Id"], "SyncToken": obj["SyncToken"], "sparse": True} | more


@pytest.mark.parametrize(
    "code, kind, body, detail",
    [
        (
            "2010",
            "Invoice",
            invoice(BadJson=1),
            'Property Name:Unrecognized field "BadJson" (class '
            "com.intuit.schema.finance.v3.Invoice), not marked as ignorable (",
        ),
        ("2010", "Customer", {"DisplayName": {"a": 1}}, "failed to parse json object"),
        ("2010", "Customer", {"DisplayName": "x", "Taxable": "maybe"}, "failed to parse json"),
        ("2010", "Invoice", invoice("abc"), "failed to parse json object"),
        (
            "2020",
            "Invoice",
            {"CustomerRef": {"value": "1"}},
            "Required parameter Line is missing in the request",
        ),
        ("2020", "Item", {"Name": "No account"}, "IncomeAccountRef"),
        (
            "2030",
            "Customer",
            {"Id": "1.5", "SyncToken": "0"},
            "Id should be a valid number. Supplied value:1.5",
        ),
        (
            "2050",
            "Invoice",
            invoice(DocNumber="x" * 33),
            "String length specified does not match the supported length. Min:0 Max:21 supported. "
            "Supplied length:33",
        ),
        ("2060", "Invoice", invoice(TxnDate="01/02/2026"), "01/02/2026"),
        ("2070", "Invoice", invoice(TxnDate="2026-13-01"), "2026-13-01"),
        (
            "2170",
            "Bill",
            {
                "VendorRef": {"value": "30"},
                "Line": [expense(5, CustomerRef={"value": "1"}, BillableStatus="HasBeenBilled")],
            },
            "Invalid Enumeration : HAS_BEEN_BILLED",
        ),
        ("2170", "Invoice", invoice(EmailStatus="Later"), "Invalid Enumeration : Later"),
        ("2200", "Customer", {"DisplayName": "W", "WebAddr": {"URI": "a b"}}, "a b"),
        (
            "2210",
            "Customer",
            {"DisplayName": "Mail", "PrimaryEmailAddr": {"Address": "nonsense"}},
            "RFC 822. Supplied value:nonsense",
        ),
        (
            "2250",
            "Bill",
            {
                "VendorRef": {"value": "30"},
                "Line": [{"DetailType": "DescriptionOnly", "Description": "x"}],
            },
            "line",
        ),
        (
            "2500",
            "Invoice",
            invoice(customer="9999"),
            "Invalid Reference Id : Names element id 9999 not found",
        ),
        (
            "2500",
            "Invoice",
            {"CustomerRef": {"value": "1"}, "Line": [line(1, "999")]},
            "Invalid Reference Id : Items element id 999 not found",
        ),
        (
            "2500",
            "Bill",
            {"VendorRef": {"value": "30"}, "Line": [expense(1, "7777")]},
            "Invalid Reference Id : Accounts element id 7777 not found",
        ),
        (
            "2500",
            "Invoice",
            invoice(SalesTermRef={"value": "77"}),
            "Invalid Reference Id : Terms element id 77 not found",
        ),
        (
            "2500",
            "Invoice",
            invoice(DepartmentRef={"value": "77"}),
            "Invalid Reference Id : Depts element id 77 not found",
        ),
        (
            "6000",
            "Invoice",
            {"CustomerRef": {"value": "1"}, "Line": [line(-5)]},
            "You must specify a transaction amount that is 0 or greater.",
        ),
        (
            "6000",
            "Payment",
            payment(5, DepositToAccountRef={"value": "7"}),
            "Please choose an account of type Bank or Other Current Assets",
        ),
        (
            "6000",
            "Invoice",
            invoice(CurrencyRef={"value": "EUR"}),
            "Business Validation Error: The currency of the transaction is invalid for",
        ),
        (
            "6000",
            "Invoice",
            {
                "CustomerRef": {"value": "1"},
                "Line": [{"DetailType": "DescriptionOnly", "Description": "hello"}],
            },
            None,
        ),
        (
            "6000",
            "Invoice",
            {"CustomerRef": {"value": "1"}, "Line": [line(100000000000)]},
            "Business Validation Error: An amount is either too large (> 99,999,999,999)",
        ),
        ("6010", "Account", {"Name": "No type"}, "AccountType"),
        (
            "6070",
            "Invoice",
            {"CustomerRef": {"value": "1"}, "Line": [line(1861.07, UnitPrice=128.35, Qty=14.5)]},
            "Amount is not equal to UnitPrice * Qty. Supplied value:1,861.07",
        ),
        ("6080", "Customer", {"Notes": "nameless"}, "No Name Provided"),
        (
            "6090",
            "Invoice",
            invoice()
            | {"Line": [line(5), {"DetailType": "DiscountLineDetail", "DiscountLineDetail": {}}]},
            "Discount",
        ),
        ("6100", "Invoice", {"CustomerRef": {"value": "1"}, "Line": [line(5, tax="3")]}, "TAX"),
        ("6150", "Customer", {"DisplayName": "J", "Job": True}, "ParentRef required"),
        (
            "6160",
            "Invoice",
            invoice(TxnTaxDetail={"TxnTaxCodeRef": {"value": "CustomSalesTax"}}),
            "CustomSalesTax",
        ),
        (
            "6310",
            "Bill",
            {"VendorRef": {"value": "30"}, "Line": [expense(5, BillableStatus="Billable")]},
            "customer",
        ),
        ("6420", "Invoice", invoice(EmailStatus="NeedToSend"), "e-mail"),
        (
            "6430",
            "Item",
            {"Name": "Odd", "IncomeAccountRef": {"value": "35"}},
            "Invalid account type:",
        ),
        ("6530", "Invoice", invoice(PrivateNote="card 4111 1111 1111 1111"), "credit card"),
    ],
)
def test_3_3_codes(qbo, code, kind, body, detail):
    entry = qbo.refused(kind, body, code)
    if code == "6000" and detail is None:
        return
    assert detail in entry["Detail"], entry


def test_3_3_malformed_json(qbo):
    entry = qbo.fault(qbo.request("POST", "/customer", data='{"DisplayName": '), "2010")
    assert entry["Detail"] == (
        "Property Name:failed to parse json object; a property specified is unsupported or invalid"
    )


def test_3_3_2030_has_no_time(qbo):
    assert "time" not in qbo.post("/customer", {"Id": "1.5", "SyncToken": "0"}).json()


def test_3_3_unknown_paths_and_verbs(qbo):
    for method, path in (
        ("GET", "/customer/1/5"),
        ("GET", "/nothing/1"),
        ("PUT", "/customer"),
        ("DELETE", "/customer/1"),
        ("GET", "/customer"),
    ):
        entry = qbo.fault(qbo.request(method, path), "500")
        assert entry["Message"] == "Unsupported Operation"
        assert "is not supported." in entry["Detail"]


def test_3_3_non_utf8_payload(qbo):
    entry = qbo.fault(qbo.request("POST", "/customer", data=b'{"DisplayName":"\xff"}'), "500")
    assert "Invalid byte 1 of 1-byte UTF-8 sequence" in entry["Detail"]


def test_3_3_610_for_unknown_deleted_and_wrong_type(qbo):
    made = qbo.create("Invoice", invoice())
    assert "inactive" in qbo.fault(qbo.get(f"/payment/{made['Id']}"), "610")["Detail"]
    qbo.delete("Invoice", made)
    entry = qbo.refused("Invoice", sparse("Invoice", made, PrivateNote="x"), "610")
    assert entry["Detail"] == ("Object Not Found : Another user has deleted this transaction.")


def test_3_3_5010_stale(qbo):
    made = qbo.create("Customer", {"DisplayName": "Stale"})
    qbo.update("Customer", sparse("Customer", made, Notes="1"))
    for token in ("0", None, "", "7"):
        body = {"Id": made["Id"], "sparse": True, "Notes": "2", "SyncToken": token}
        entry = qbo.refused("Customer", body, "5010")
        assert entry["Detail"].startswith("Stale Object Error : You and ")
        assert entry["Message"] == "Stale Object Error" and entry["element"] == ""


def test_3_3_6140_duplicate_number(qbo, sim):
    sim.control.preference("CustomTxnNumbers", True)
    first = qbo.create("Invoice", invoice(DocNumber="INV-1"))
    entry = qbo.refused("Invoice", invoice(DocNumber="INV-1"), "6140")
    assert entry["Detail"] == (
        "Duplicate Document Number Error : You must specify a different number. This number has "
        f"already been used. DocNumber=INV-1 is assigned to TxnType=Invoice with "
        f"TxnId={first['Id']}"
    )
    assert qbo.create("Invoice", invoice(DocNumber="INV-1"), include="allowduplicatedocnum")


def test_3_3_6190_subscription(qbo, sim):
    sim.control.switch("subscription", "suspended")
    entry = qbo.refused("Invoice", invoice(), "6190")
    assert entry["Message"] == "Invalid Company Status"
    assert qbo.read("Customer", "1")


def test_3_3_5020_missing_feature(qbo, sim):
    sim.control.switch("missing_features", "PurchaseOrder, Class")
    qbo.refused("Class", {"Name": "East"}, "5020")
    assert qbo.create("Invoice", invoice())


def test_3_3_6210_closed_books(qbo, sim):
    made = qbo.create("Invoice", invoice(TxnDate="2026-03-01"))
    sim.control.preference("BookCloseDate", "2026-03-31")
    wanted = (
        "The account period has closed and the account books cannot be updated through "
        "the QBO Services API. Please use the QBO website to make these changes."
    )
    assert qbo.refused("Invoice", invoice(TxnDate="2026-03-31"), "6210")["Detail"] == wanted
    qbo.refused("Invoice", sparse("Invoice", made, TxnDate="2026-06-01"), "6210")
    qbo.fault(
        qbo.post("/invoice", {"Id": made["Id"], "SyncToken": "0"}, operation="delete"), "6210"
    )
    assert qbo.create("Invoice", invoice(TxnDate="2026-04-01"))


@pytest.mark.parametrize(
    "style, tail",
    [
        ("id", "Id=3"),
        ("null", "null"),
        (
            "text",
            "Another customer, vendor or employee is already using this name. \n"
            "Please use a different name.",
        ),
    ],
)
def test_3_3_6240_wordings(qbo, sim, style, tail):
    sim.control.switch("duplicate_detail", style)
    entry = qbo.refused("Customer", {"DisplayName": "Cool Cars"}, "6240")
    assert entry["Detail"] == f"The name supplied already exists. : {tail}"
    assert entry["Message"] == "Duplicate Name Exists Error"


def test_3_3_6240_on_rename(qbo):
    made = qbo.create("Customer", {"DisplayName": "Mine"})
    entry = qbo.refused("Customer", sparse("Customer", made, DisplayName="Cool Cars"), "6240")
    assert entry["Detail"].endswith(
        "Another customer is already using this name.  Please use a different name."
    )


def test_3_3_6270_inventory_start(qbo):
    body = {
        "CustomerRef": {"value": "1"},
        "TxnDate": "2019-12-31",
        "Line": [line(275, "5", Qty=1, UnitPrice=275)],
    }
    entry = qbo.refused("Invoice", body, "6270")
    assert entry["Message"] == "Transaction date is prior to start date for inventory item"


def test_3_3_6480_bank_matched(qbo, sim):
    made = qbo.create("Payment", payment(5))
    sim.control.match("Payment", made["Id"])
    qbo.fault(
        qbo.post("/payment", {"Id": made["Id"], "SyncToken": "0"}, operation="delete"), "6480"
    )


def test_3_3_6540_deposited(qbo):
    made = qbo.create("Payment", payment(25))
    qbo.create("Deposit", deposit(made))
    made = qbo.read("Payment", made["Id"])
    for call in (
        lambda: qbo.post("/payment", sparse("Payment", made, PrivateNote="x")),
        lambda: qbo.post("/payment", sparse("Payment", made), operation="delete"),
        lambda: qbo.post("/payment", sparse("Payment", made), operation="update", include="void"),
    ):
        entry = qbo.fault(call(), "6540")
        assert entry["Detail"].startswith("This transaction has been deposited.")


def deposit(made, account="35"):
    return {
        "DepositToAccountRef": {"value": account},
        "Line": [
            {
                "Amount": float(made["TotalAmt"]),
                "LinkedTxn": [{"TxnId": made["Id"], "TxnType": "Payment", "TxnLineId": "0"}],
            }
        ],
    }


def test_3_3_1040_batch_size(qbo):
    items = [{"bId": str(n), "Query": "select * from Term"} for n in range(31)]
    entry = qbo.fault(qbo.post("/batch", {"BatchItemRequest": items}), "1040")
    assert "30" in entry["Detail"]


def test_3_3_10000_is_http_500(qbo, sim):
    sim.control.faults.add("status", status=500, count=1)
    body = qbo.get("/customer/1")
    assert body.status_code == 500 and body.json()["Fault"]["type"] == "SystemFault"
    assert body.json()["Fault"]["Error"][0]["code"] == "10000"


def test_3_4_inactive_name_needs_active_true(qbo):
    made = qbo.create("Customer", {"DisplayName": "Sleepy"})
    off = qbo.update("Customer", sparse("Customer", made, Active=False))
    entry = qbo.refused("Customer", sparse("Customer", off, Notes="x"), "6000")
    assert entry["Detail"].endswith("You cannot modify a list element that has been deleted.")


def test_3_4_wrong_kind_of_name(qbo):
    body = {
        "PaymentType": "Cash",
        "AccountRef": {"value": "35"},
        "Line": [expense(5)],
        "EntityRef": {"value": "1", "type": "Vendor"},
    }
    entry = qbo.refused("Purchase", body, "6000")
    assert "The type of name assigned to this transaction" in entry["Detail"]


def test_3_4_parallel_writes_of_names(qbo, sim):
    sim.control.switch("one_name_at_a_time", True)
    sim.company().names_in_flight = 1
    entry = qbo.refused("Customer", {"DisplayName": "Second"}, "6000")
    sim.company().names_in_flight = 0
    assert entry["Detail"].endswith(
        "You can only add or edit one name at a time. Please try again."
    )
    assert qbo.create("Customer", {"DisplayName": "Second"})


def test_a_refused_request_changes_nothing(qbo, sim):
    before = json.dumps(sim.control.entities("Customer"), default=str)
    qbo.refused("Payment", payment(5, ("99999", 2)), "620")
    assert json.dumps(sim.control.entities("Customer"), default=str) == before
    assert sim.control.problems() == []
