"""FACTS 2: URLs, verbs, headers, envelopes, number formats, requestid."""

import re
from datetime import timedelta

import pytest
import requests
from conftest import expense, invoice, line, payment


def test_2_1_create_read_delete(qbo):
    made = qbo.create("Invoice", invoice())
    assert qbo.read("Invoice", made["Id"]) == made
    gone = qbo.delete("Invoice", made)
    assert gone == {"domain": "QBO", "status": "Deleted", "Id": made["Id"]}
    qbo.fault(qbo.get(f"/invoice/{made['Id']}"), "610")


@pytest.mark.parametrize(
    "method, options",
    [
        ("GET", {"params": {"query": "select * from Term"}}),
        ("POST", {"params": {"query": "select * from Term"}, "data": ""}),
        ("POST", {"data": "select * from Term", "headers": {"Content-Type": "application/text"}}),
    ],
)
def test_2_1_query_three_ways(qbo, method, options):
    reply = qbo.request(method, "/query", **options)
    assert len(reply.json()["QueryResponse"]["Term"]) == 5


def test_2_1_company_info_by_realm_and_by_one(qbo):
    assert qbo.read("CompanyInfo", qbo.realm) == qbo.read("CompanyInfo", "1")
    assert qbo.read("CompanyInfo", "1")["Id"] == "1"


def test_2_1_preferences_without_id(qbo):
    prefs = qbo.ok(qbo.get("/preferences"))["Preferences"]
    assert prefs["Id"] == "1" and prefs["CurrencyPrefs"]["HomeCurrency"] == {"value": "USD"}


def test_2_1_operation_update_may_be_explicit(qbo):
    made = qbo.create("Customer", {"DisplayName": "Explicit"})
    new = qbo.update(
        "Customer",
        {"Id": made["Id"], "SyncToken": "0", "sparse": True, "Notes": "x"},
        operation="update",
    )
    assert new["SyncToken"] == "1"


@pytest.mark.parametrize("version", ["1", "65", "75", "999", "abc"])
def test_2_2_any_minorversion(qbo, version):
    assert qbo.get("/customer/1", minorversion=version).status_code == 200


def test_2_3_without_accept_json_the_answer_is_xml(qbo):
    reply = qbo.request("GET", "/customer/1", headers={"Accept": "*/*"})
    assert reply.headers["Content-Type"].startswith("application/xml")
    assert '<IntuitResponse xmlns="http://schema.intuit.com/finance/v3"' in reply.text
    assert (
        "<DisplayName>Amy&apos;s Bird Sanctuary</DisplayName>" in reply.text
        or "<DisplayName>Amy's Bird Sanctuary</DisplayName>" in reply.text
    )


def test_2_3_response_headers(qbo):
    good = qbo.get("/customer/1")
    assert good.headers["Content-Type"] == "application/json;charset=utf-8"
    assert re.fullmatch(r"1-[0-9a-f]{8}-[0-9a-f]{24}", good.headers["intuit_tid"])
    assert good.headers["Qbo-Version"] and good.headers["Service-Time"].startswith("total=")
    assert good.headers["Transfer-Encoding"] == "chunked"
    bad = qbo.get("/customer/99999")
    assert bad.headers["Content-Type"] == "application/json"
    assert "Content-Length" in bad.headers and "Qbo-Version" not in bad.headers


def test_2_3_big_answers_are_compressed_for_those_who_take_it(qbo):
    text = "select * from Customer maxresults 1000"
    packed = qbo.get("/query", query=text)
    assert packed.headers["Content-Encoding"] == "gzip"
    plain = qbo.request(
        "GET", "/query", params={"query": text}, headers={"Accept-Encoding": "identity"}
    )
    assert "Content-Encoding" not in plain.headers
    assert plain.json()["QueryResponse"] == packed.json()["QueryResponse"]


def test_2_3_connections_are_kept(qbo):
    first = qbo.get("/customer/1")
    assert first.headers["Connection"] == "keep-alive"


def test_2_4_envelope_of_one_object(qbo):
    body = qbo.get("/customer/1").json()
    assert set(body) == {"Customer", "time"}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?-0[78]:00", body["time"])
    meta = body["Customer"]["MetaData"]
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d-0[78]:00", meta["CreateTime"])
    assert body["Customer"]["domain"] == "QBO" and body["Customer"]["sparse"] is False


def test_2_4_milliseconds_vanish_when_zero(sim):
    from datetime import datetime, timezone

    from simulator.clock import envelope_time

    assert envelope_time(datetime(2026, 1, 2, 3, 4, 5, tzinfo=timezone.utc)) == (
        "2026-01-01T19:04:05-08:00"
    )
    assert envelope_time(datetime(2026, 7, 2, 3, 4, 5, 7000, tzinfo=timezone.utc)) == (
        "2026-07-01T20:04:05.007-07:00"
    )


def test_2_4_envelope_of_queries(qbo):
    found = qbo.query("select * from Customer maxresults 3")
    assert set(found) == {"Customer", "startPosition", "maxResults"}
    assert found["startPosition"] == 1 and found["maxResults"] == 3
    assert qbo.query("select * from Customer where DisplayName = 'nobody'") == {}
    assert set(qbo.query("select count(*) from Customer")) == {"totalCount"}


def test_2_4_total_count_next_to_rows_counts_the_page(qbo):
    for kind in (
        "Invoice",
        "Bill",
        "BillPayment",
        "Deposit",
        "JournalEntry",
        "PurchaseOrder",
        "TaxCode",
        "CompanyCurrency",
    ):
        found = qbo.query(f"select * from {kind} maxresults 1")
        if found:
            assert found["totalCount"] == 1, kind
    for kind in (
        "Customer",
        "Vendor",
        "Item",
        "Account",
        "PaymentMethod",
        "Payment",
        "SalesReceipt",
        "CreditMemo",
        "Estimate",
        "Purchase",
    ):
        assert "totalCount" not in qbo.query(f"select * from {kind} maxresults 1"), kind


def test_2_4_delete_cdc_report_envelopes(qbo, sim):
    since = (sim.control.clock.today() - timedelta(days=2)).isoformat()
    cdc = qbo.ok(qbo.get("/cdc", entities="Term", changedSince=since))
    assert set(cdc) <= {"CDCResponse", "time"}
    report = qbo.ok(qbo.get("/reports/TrialBalance"))
    assert set(report) == {"Header", "Columns", "Rows"}


def test_2_4_ids_are_strings_and_some_are_long(qbo):
    made = qbo.create("Class", {"Name": "East"})
    assert isinstance(made["Id"], str) and len(made["Id"]) >= 16
    assert re.fullmatch(r"5000000000000\d{6}", made["Id"])


def test_2_4_tax_code_ids_need_not_be_numbers(qbo):
    rows = {row["Id"]: row for row in qbo.rows("TaxCode", "select * from TaxCode")}
    assert {"TAX", "NON", "CustomSalesTax", "2", "3"} <= set(rows)
    assert "domain" not in rows["TAX"] and "SyncToken" not in rows["NON"]
    assert qbo.read("TaxCode", "TAX")["Taxable"] is True


@pytest.mark.parametrize(
    "path, name", [("customer/8", "ParentRef"), ("customer/1", "DefaultTaxCodeRef")]
)
def test_2_4_references_without_name(qbo, path, name):
    kind, ident = path.split("/")
    assert set(qbo.read(kind.capitalize(), ident)[name]) == {"value"}


def test_2_4_reference_names(qbo):
    made = qbo.create("Invoice", invoice(SalesTermRef={"value": "3", "name": "wrong"}))
    assert made["SalesTermRef"] == {"value": "3", "name": "Net 30"}
    bill = qbo.create(
        "Bill",
        {"VendorRef": {"value": "30"}, "SalesTermRef": {"value": "3"}, "Line": [expense(10)]},
    )
    assert bill["SalesTermRef"] == {"value": "3"} and bill["VendorRef"]["name"]
    paid = qbo.create("Payment", payment(10, PaymentMethodRef={"value": "2"}))
    assert paid["PaymentMethodRef"] == {"value": "2"}
    assert paid["DepositToAccountRef"] == {"value": "4"}
    receipt = qbo.create("SalesReceipt", invoice())
    assert receipt["DepositToAccountRef"] == {"value": "4", "name": "Undeposited Funds"}


def test_2_4_keys_normally_present(qbo):
    made = qbo.create("Invoice", invoice())
    assert made["CustomField"] == [] and made["LinkedTxn"] == []
    assert made["Line"][0]["CustomExtensions"] == [] and made["FreeFormAddress"] is True
    assert made["Line"][0]["SalesItemLineDetail"]["ItemAccountRef"] == {
        "value": "1",
        "name": "Services",
    }
    assert made["MetaData"]["LastModifiedByRef"] and made["ShipFromAddr"]["Id"]
    assert qbo.create("Payment", payment(5))["ProcessPayment"] is False
    customer = qbo.read("Customer", "1")
    assert customer["IsProject"] is False and re.fullmatch(
        "[0-9a-f]{38}", customer["V4IDPseudonym"]
    )
    assert customer["ClientEntityId"] == "0"
    entry = qbo.rows("JournalEntry", "select * from JournalEntry")[0]
    assert entry["Adjustment"] is False and entry["TxnTaxDetail"] == {}
    assert qbo.rows("Deposit", "select * from Deposit")[0]["TxnTaxDetail"] == {}


def test_2_4_numbers_are_printed_as_intuit_does(qbo):
    text = qbo.post(
        "/invoice",
        invoice()
        | {
            "Line": [
                line(100, Qty=1, UnitPrice=100),
                line(337.5, Qty=4.5, UnitPrice=75),
                line(1.06, Qty=2, UnitPrice=0.5306667),
            ]
        },
    ).text
    for part in (
        '"Amount":100.00',
        '"Qty":4.5',
        '"UnitPrice":75',
        '"UnitPrice":0.5306667',
        '"TotalAmt":438.56',
        '"TotalTax":0',
        '"Amount":337.50',
    ):
        assert part in text, part
    assert '"Balance":0,' in qbo.post("/customer", {"DisplayName": "Zero"}).text
    assert '"RateValue":8' in qbo.get("/taxrate/3").text


def test_2_4_absent_means_null(qbo):
    assert "null" not in qbo.get("/customer/1").text


def test_2_5_requestid_replays_the_first_answer(qbo):
    first = qbo.post("/invoice", invoice(), requestid="r-1")
    second = qbo.post("/invoice", invoice(999), requestid="r-1")
    assert first.status_code == 200 and second.content == first.content
    assert qbo.query("select count(*) from Invoice")["totalCount"] == 32


def test_2_5_requestid_belongs_to_one_company(make_sim, sim, qbo):
    from conftest import Client

    other = make_sim()
    realm = other.add_company()
    one, two = Client(other), Client(other, realm)
    assert one.create("Customer", {"DisplayName": "A"}, requestid="same")["Id"]
    assert two.create("Customer", {"DisplayName": "B"}, requestid="same")["DisplayName"] == "B"


@pytest.mark.parametrize("length, good", [(50, True), (51, False)])
def test_2_5_requestid_length(qbo, length, good):
    reply = qbo.post("/customer", {"DisplayName": "Len"}, requestid="x" * length)
    assert (reply.status_code == 200) is good


def test_2_5_empty_requestid_means_none(qbo):
    qbo.create("Customer", {"DisplayName": "E1"}, requestid="")
    assert qbo.create("Customer", {"DisplayName": "E2"}, requestid="")["DisplayName"] == "E2"


def test_2_5_faulted_requests_are_not_stored(qbo, sim):
    qbo.refused("Customer", {"DisplayName": "Cool Cars"}, "6240", requestid="f")
    assert qbo.create("Customer", {"DisplayName": "Fresh"}, requestid="f")
    sim.control.switch("requestid_faults", True)
    qbo.refused("Customer", {"DisplayName": "Cool Cars"}, "6240", requestid="g")
    qbo.refused("Customer", {"DisplayName": "Fresh 2"}, "6240", requestid="g")


def test_2_5_retention_is_finite(qbo, sim):
    sim.control.switch("requestid_seconds", 3600)
    first = qbo.create("Invoice", invoice(), requestid="old")
    sim.control.move_clock(1800)
    assert qbo.create("Invoice", invoice(), requestid="old")["Id"] == first["Id"]
    sim.control.move_clock(1801)
    qbo.login()
    assert qbo.create("Invoice", invoice(), requestid="old")["Id"] != first["Id"]


def test_2_6_401_403_429(qbo, sim):
    for header, code in (("", 401), ("Bearer short", 401), ("Bearer " + "x" * 40, 401)):
        reply = qbo.request("GET", "/customer/1", headers={"Authorization": header})
        assert reply.status_code == code
    other = requests.get(
        f"{sim.url}/v3/company/123/customer/1",
        timeout=10,
        headers={"Authorization": f"Bearer {qbo.token}", "Accept": "application/json"},
    )
    assert other.status_code == 403
    sim.control.limits.throttle_after = 0
    assert qbo.get("/customer/1").status_code == 429


def test_2_6_read_only_attributes_are_ignored_unknown_ones_fatal(qbo):
    made = qbo.create("Invoice", invoice(TotalAmt=173.7, Balance=5, HomeTotalAmt=9))
    assert made["TotalAmt"] == 100 and made["Balance"] == 100 and "HomeTotalAmt" not in made
    qbo.refused("Invoice", invoice(BadJson=1), "2010")


def test_2_6_four_byte_characters_are_refused_in_the_us(qbo, sim):
    qbo.refused("Customer", {"DisplayName": "Smile \U0001f600"}, "2040")
    sim.control.switch("reject_astral", False)
    assert qbo.create("Customer", {"DisplayName": "Smile \U0001f600"})


def test_2_7_company_addresses_have_alpha_3_and_no_coordinates(qbo, sim):
    info = qbo.read("CompanyInfo", "1")
    assert info["Country"] == "US" and info["CompanyAddr"]["Country"] == "USA"
    assert "Lat" not in info["CompanyAddr"]
    sim.control.switch("country_alpha3", False)
    sim.control.switch("lat_long", True)
    info = qbo.read("CompanyInfo", "1")
    assert info["CompanyAddr"]["Country"] == "US" and info["CompanyAddr"]["Lat"] == "INVALID"


def test_2_7_account_refs_carry_the_fully_qualified_name(qbo, sim):
    body = {"VendorRef": {"value": "30"}, "Line": [expense(5, "69")]}
    made = qbo.create("Bill", body)
    ref = made["Line"][0]["AccountBasedExpenseLineDetail"]["AccountRef"]
    assert ref == {"value": "69", "name": "Legal & Professional Fees:Accounting"}
    sim.control.switch("account_ref_name", "short")
    sim.company().ref_names.clear()
    made = qbo.create("Bill", body)
    assert made["Line"][0]["AccountBasedExpenseLineDetail"]["AccountRef"]["name"] == "Accounting"


def test_2_6_urls_that_the_gateway_does_not_know_are_404(qbo, sim):
    for path in ("/v4/company/1/customer", "/v3/customer/1", "/nothing"):
        assert qbo.session.get(sim.url + path, timeout=5).status_code == 404, path
