"""FACTS 10.1: batches."""

import pytest
from conftest import invoice, payment


def batch(qbo, items, **params):
    reply = qbo.post("/batch", {"BatchItemRequest": items}, **params)
    assert reply.status_code == 200, reply.text
    return {row["bId"]: row for row in reply.json()["BatchItemResponse"]}


def test_10_1_every_kind_of_item(qbo):
    made, paid = qbo.create("Invoice", invoice()), qbo.create("Payment", payment(5))
    gone = qbo.create("Invoice", invoice())
    answers = batch(
        qbo,
        [
            {"bId": "c", "operation": "create", "Customer": {"DisplayName": "In batch"}},
            {
                "bId": "u",
                "operation": "update",
                "Invoice": {"Id": made["Id"], "SyncToken": "0", "sparse": True, "PrivateNote": "x"},
            },
            {"bId": "d", "operation": "delete", "Invoice": {"Id": gone["Id"], "SyncToken": "0"}},
            {
                "bId": "v",
                "operation": "update",
                "optionsData": "void",
                "Payment": {"Id": paid["Id"], "SyncToken": "0"},
            },
            {"bId": "q", "Query": "select * from Term"},
            {
                "bId": "t",
                "CDCQuery": {
                    "Entities": "Customer",
                    "ChangedSince": made["MetaData"]["CreateTime"],
                },
            },
            {"bId": "r", "ReportQuery": "TrialBalance"},
            {"bId": "f", "operation": "create", "Customer": {"DisplayName": "Cool Cars"}},
            {"bId": "x", "operation": "create", "Nonsense": {}},
        ],
    )
    assert answers["c"]["Customer"]["DisplayName"] == "In batch"
    assert answers["u"]["Invoice"]["PrivateNote"] == "x"
    assert answers["d"]["Invoice"] == {"domain": "QBO", "status": "Deleted", "Id": gone["Id"]}
    assert answers["v"]["Payment"]["TotalAmt"] == 0
    assert len(answers["q"]["QueryResponse"]["Term"]) == 5
    assert answers["t"]["CDCResponse"] and answers["r"]["Report"]["Header"]
    assert answers["f"]["Fault"]["Error"][0]["code"] == "6240"
    assert answers["x"]["Fault"]["Error"][0]["code"] == "2000"


def test_10_1_bid_is_printed_last(qbo):
    text = qbo.post(
        "/batch",
        {
            "BatchItemRequest": [
                {"bId": "abc", "operation": "create", "Customer": {"DisplayName": "L"}}
            ]
        },
    ).text
    assert text.index('"Customer"') < text.index('"bId":"abc"')


def test_10_1_failing_items_leave_the_others(qbo, sim):
    items = [
        {"bId": str(n), "operation": "create", "Invoice": invoice(10 if n % 2 else -1)}
        for n in range(30)
    ]
    answers = batch(qbo, items)
    assert sum("Fault" in row for row in answers.values()) == 15
    assert sim.control.problems() == []


def test_10_1_bid_length_with_requestid(qbo):
    items = [{"bId": "12345678901", "Query": "select * from Term"}]
    assert batch(qbo, items)
    qbo.fault(qbo.post("/batch", {"BatchItemRequest": items}, requestid="r"), "2130")
    qbo.fault(qbo.post("/batch", {"BatchItemRequest": []}, requestid="r" * 37), "2130")


@pytest.mark.parametrize(
    "mode, total, second",
    [("whole", 1, "Fault"), ("items", 2, "Customer"), ("none", 2, "Customer")],
)
def test_16_7_replay_of_batches(qbo, sim, mode, total, second):
    """An item that failed may be executed on replay or not: a switch."""
    sim.control.switch("batch_replay", mode)
    items = [
        {"bId": "a", "operation": "create", "Customer": {"DisplayName": "Once"}},
        {"bId": "b", "operation": "create", "Customer": {"DisplayName": "Twice"}},
    ]
    sim.control.faults.add("fault", operation="batch", items=[1], code="6000")
    first = batch(qbo, items, requestid="rid")
    assert "Fault" in first["b"]
    again = batch(qbo, items, requestid="rid")
    assert second in again["b"]
    if mode == "none":
        assert again["a"]["Fault"]["Error"][0]["code"] == "6240"
    else:
        assert again["a"] == first["a"]
    names = qbo.query("select count(*) from Customer where DisplayName in ('Once', 'Twice')")
    assert names["totalCount"] == total


def test_10_1_no_items(qbo):
    qbo.fault(qbo.post("/batch", {}), "2020")


def test_13_batches_count_by_inner_operations(qbo, sim):
    batch(
        qbo,
        [
            {"bId": "1", "Query": "select * from Term"},
            {"bId": "2", "operation": "create", "Customer": {"DisplayName": "C"}},
        ],
    )
    counters = sim.control.counters()
    assert counters["batches"] == 1 and counters["reads"] == 1 and counters["writes"] == 1
