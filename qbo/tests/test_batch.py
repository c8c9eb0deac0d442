import pytest
from conftest import fault_body
from hypothesis import given
from hypothesis import strategies as st

from qbo import batch, canonical
from qbo.batch import BatchItem, ItemResult
from qbo.errors import Malformed


@given(st.lists(st.integers(), max_size=100), st.integers(1, 40))
def test_chunks_keep_everything(items, size):
    parts = list(batch.chunks(items, size))
    assert [item for part in parts for item in part] == items
    assert all(1 <= len(part) <= size for part in parts)
    assert all(len(part) == size for part in parts[:-1])


def test_chunks_default_and_nonsense():
    assert [len(part) for part in batch.chunks(range(61))] == [30, 30, 1]
    for size in (0, -1):
        with pytest.raises(ValueError):
            list(batch.chunks([1], size))


@given(st.integers(0, 36**10 - 1))
def test_bids_come_back(number):
    text = batch.encode_bid(number)
    assert 1 <= len(text) <= 10
    assert batch.decode_bid(text) == number


def test_bid_codec():
    assert batch.encode_bid(0) == "0" and batch.encode_bid(36) == "10"
    for bad in (-1, 36**10):
        with pytest.raises(ValueError):
            batch.encode_bid(bad)
    for bad in ("", "01", "Z", "a-b", "zzzzzzzzzzz"):
        with pytest.raises(ValueError):
            batch.decode_bid(bad)


def test_build_every_operation():
    body = batch.build(
        [
            BatchItem("1", "create", "Invoice", {"Line": []}),
            BatchItem("2", "update", "Customer", {"Id": "1", "SyncToken": "0", "sparse": True}),
            BatchItem("3", "void", "Payment", {"Id": "2", "SyncToken": "3"}),
            BatchItem("4", "delete", "Bill", {"Id": "5", "SyncToken": "0"}),
            BatchItem("5", "query", "Item", "SELECT * FROM Item"),
        ]
    )
    assert body == {
        "BatchItemRequest": [
            {"bId": "1", "operation": "create", "Invoice": {"Line": []}},
            {
                "bId": "2",
                "operation": "update",
                "Customer": {"Id": "1", "SyncToken": "0", "sparse": True},
            },
            {
                "bId": "3",
                "operation": "update",
                "optionsData": "void",
                "Payment": {"Id": "2", "SyncToken": "3", "sparse": True},
            },
            {"bId": "4", "operation": "delete", "Bill": {"Id": "5", "SyncToken": "0"}},
            {"bId": "5", "Query": "SELECT * FROM Item"},
        ]
    }
    canonical.dumps(body)


@pytest.mark.parametrize(
    "items",
    [
        [],
        [BatchItem(str(n), "create", "Invoice", {}) for n in range(31)],
        [BatchItem("1", "create", "Invoice", {}), BatchItem("1", "create", "Invoice", {})],
        [BatchItem("", "create", "Invoice", {})],
        [BatchItem("12345678901", "create", "Invoice", {})],
        [BatchItem("1", "merge", "Invoice", {})],
        [BatchItem("1", "void", "Bill", {})],
    ],
)
def test_build_refuses(items):
    with pytest.raises(ValueError):
        batch.build(items)


def test_build_takes_what_just_fits():
    for count in (1, 30):
        items = (BatchItem(f"{n:010}", "create", "Invoice", {}) for n in range(count))
        assert len(batch.build(items)["BatchItemRequest"]) == count


def test_build_refuses_unknown_entities():
    with pytest.raises(KeyError):
        batch.build([BatchItem("1", "create", "Nothing", {})])


def test_unpack_in_any_order():
    body = {
        "BatchItemResponse": [
            {"Invoice": {"Id": "9"}, "bId": "b"},
            {**fault_body("6240"), "bId": "a"},
            {"QueryResponse": {"Item": []}, "bId": "q"},
            {"Bill": {"domain": "QBO", "status": "Deleted", "Id": "5"}, "bId": "d"},
            {"Invoice": {"Id": "77"}, "bId": "nobody asked"},
            {"time": "no object", "bId": "empty"},
            "junk",
        ],
        "time": "x",
    }
    a, b, d, q, empty, gone = batch.unpack(body, ["a", "b", "d", "q", "empty", "gone"])
    assert not a.ok and not a.missing and a.faults[0].code == "6240"
    assert b == ItemResult("b", "Invoice", {"Id": "9"}) and b.ok
    assert d.ok and d.obj["status"] == "Deleted"
    assert q.ok and q.obj == {"Item": []}
    assert empty.missing and not empty.ok
    assert gone == ItemResult("gone") and gone.missing


def test_odd_items():
    body = {
        "BatchItemResponse": [
            {"Fault": {}, "bId": "a"},
            {"Strange": {"Id": "1"}, "bId": "b"},
            {"Invoice": {"Id": "2"}},
        ]
    }
    a, b, c = batch.unpack(body, "abc")
    assert a.missing
    assert (b.entity, b.obj) == ("Strange", {"Id": "1"})
    assert c.missing  # an answer without a bId belongs to nobody


def test_an_item_answered_twice_is_unknown():
    body = {
        "BatchItemResponse": [
            {"Invoice": {"Id": "1"}, "bId": "a"},
            {"Invoice": {"Id": "2"}, "bId": "a"},
        ]
    }
    assert batch.unpack(body, ["a"])[0].missing


@pytest.mark.parametrize("body", [{}, {"BatchItemResponse": {}}, {"BatchItemResponse": None}])
def test_unpack_needs_a_batch(body):
    with pytest.raises(Malformed):
        batch.unpack(body, ["a"])
