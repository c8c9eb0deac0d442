import base64
import contextlib
import json
from datetime import datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo import webhook
from qbo.errors import Malformed
from qbo.webhook import Change

CLOUD = [
    {
        "specversion": "1.0",
        "id": "88cd52aa-33b6-4351-9aa4-47572edbd068",
        "source": "intuit.dsnjfkhfk=",
        "type": "qbo.billpayment.created.v1",
        "datacontenttype": "application/json",
        "time": "2025-09-10T21:31:25.179851517Z",
        "intuitentityid": "1234",
        "intuitaccountid": "310687",
        "data": {},
    },
    {
        "specversion": "1.0",
        "id": "11cd52aa-33b6-4351-9aa4-47572edbd068",
        "type": "QBO.Customer.Merged.v1",
        "time": "2025-09-10T21:31:26Z",
        "intuitentityid": 5,
        "intuitaccountid": "99",
        "data": {"deletedId": "6"},
    },
]
OLD = {
    "eventNotifications": [
        {
            "realmId": "310687",
            "dataChangeEvent": {
                "entities": [
                    {
                        "id": "1234",
                        "operation": "Create",
                        "name": "Account",
                        "lastUpdated": "2025-09-08T20:52:31.657Z",
                    },
                    {
                        "id": "5",
                        "operation": "Merge",
                        "name": "Vendor",
                        "deletedId": "6",
                        "lastUpdated": "2025-09-08T20:52:31.000Z",
                    },
                ]
            },
        }
    ]
}


def raw(obj):
    return json.dumps(obj).encode()


def test_cloud_events_of_several_realms():
    first, second = webhook.parse(raw(CLOUD))
    assert first == Change(
        "310687",
        "BillPayment",
        "1234",
        "create",
        datetime(2025, 9, 10, 21, 31, 25, 179851),
        "88cd52aa-33b6-4351-9aa4-47572edbd068",
    )
    assert (second.realm, second.entity, second.id) == ("99", "Customer", "5")
    assert (second.operation, second.deleted_id) == ("merge", "6")


def test_old_shape():
    first, second = webhook.parse(raw(OLD))
    assert first == Change(
        "310687",
        "Account",
        "1234",
        "create",
        datetime(2025, 9, 8, 20, 52, 31, 657000),
        "310687/Account/1234/create/2025-09-08T20:52:31.657Z",
    )
    assert (second.entity, second.operation, second.deleted_id) == ("Vendor", "merge", "6")


@pytest.mark.parametrize(
    ("kind", "operation"),
    [
        ("created", "create"),
        ("updated", "update"),
        ("deleted", "delete"),
        ("voided", "void"),
        ("emailed", "email"),
        ("painted", "other"),
    ],
)
def test_operations(kind, operation):
    (change,) = webhook.parse(raw([{**CLOUD[0], "type": f"qbo.invoice.{kind}.v1"}]))
    assert (change.entity, change.operation) == ("Invoice", operation)


@pytest.mark.parametrize(
    ("name", "operation"),
    [
        ("Create", "create"),
        ("Update", "update"),
        ("Delete", "delete"),
        ("Merge", "merge"),
        ("Void", "void"),
        ("Emailed", "email"),
    ],
)
def test_old_operations(name, operation):
    entry = {"id": "1", "operation": name, "name": "Invoice", "lastUpdated": "x"}
    event = {"realmId": "3", "dataChangeEvent": {"entities": [entry]}}
    (change,) = webhook.parse(raw({"eventNotifications": [event]}))
    assert change.operation == operation


@pytest.mark.parametrize(
    ("data", "deleted"),
    [
        ({"deletedEntityId": 7}, "7"),
        ({"DELETEDID": "8"}, "8"),
        (None, ""),
        (["deletedId"], ""),
        ({}, ""),
    ],
)
def test_where_a_merge_may_carry_the_loser(data, deleted):
    event = {**CLOUD[0], "type": "qbo.vendor.merged", "data": data}
    (change,) = webhook.parse(raw([event]))
    assert (change.operation, change.deleted_id) == ("merge", deleted)


def test_unknown_entities_and_times_stay_visible():
    (change,) = webhook.parse(
        raw([{**CLOUD[0], "type": "qbo.journalcode.created.v1", "time": "yesterday"}])
    )
    assert (change.entity, change.time) == ("journalcode", None)


@pytest.mark.parametrize(
    "entry",
    [
        5,
        {},
        {**CLOUD[0], "type": "sales.invoice.created.v1"},
        {**CLOUD[0], "type": None},
        {**CLOUD[0], "intuitentityid": ""},
        {**CLOUD[0], "intuitaccountid": None},
        {**CLOUD[0], "type": "qbo.invoice"},
        {**CLOUD[0], "intuitentityid": "1\x002"},
        {**CLOUD[0], "intuitentityid": "\ud800"},
    ],
)
def test_unusable_entries_do_not_hide_the_others(entry):
    (change,) = webhook.parse(raw([entry, CLOUD[0]]))
    assert change.id == "1234"


def test_old_junk_does_not_hide_the_others():
    junk = [
        5,
        {"realmId": "1", "dataChangeEvent": {"entities": [5, "x"]}},
        {"realmId": "1"},
        {"dataChangeEvent": {"entities": [{}]}},
        {"realmId": "1", "dataChangeEvent": {"entities": {"id": "1"}}},
    ]
    found = webhook.parse(raw({"eventNotifications": [*junk, *OLD["eventNotifications"]]}))
    assert [change.id for change in found] == ["1234", "5"]


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"{",
        b"\xff",
        b"5",
        b'"x"',
        b"{}",
        b'{"eventNotifications":{}}',
        b"[" * 99999,
    ],
)
def test_other_bodies_are_malformed(body):
    with pytest.raises(Malformed):
        webhook.parse(body)


def test_keys_are_short_and_repeatable():
    long = {**CLOUD[0], "id": "x" * 500}
    (one,), (two,) = webhook.parse(raw([long])), webhook.parse(raw([long]))
    assert one.event_key == two.event_key and len(one.event_key) == 64
    for length, kept in ((120, 120), (121, 64)):
        (change,) = webhook.parse(raw([{**CLOUD[0], "id": "x" * length}]))
        assert len(change.event_key) == kept
    (other,) = webhook.parse(raw([{**CLOUD[0], "id": "x" * 499}]))
    assert other.event_key != one.event_key


# --- signature -----------------------------------------------------------------------------------


def test_signature_is_of_the_raw_bytes():
    # computed with openssl dgst -sha256 -hmac verifier -binary | base64
    assert webhook.signature(b'{"a":1}', "verifier") == (
        "dgQRJSqDHmB7uXBRprMquDYc4x9Sf+1q/ebUT0swqbg="
    )


def test_verify():
    body = raw(CLOUD)
    good = webhook.signature(body, "two")
    assert webhook.verify(body, good, ["one", "two", "three"])
    assert webhook.verify(body, f" {good}\n", ["two"])
    assert not webhook.verify(body, f"{good[:5]}!{good[5:]}", ["two"])
    assert not webhook.verify(body + b" ", good, ["two"])
    assert not webhook.verify(body, good, ["one"])
    assert not webhook.verify(body, good, [])
    assert not webhook.verify(body, webhook.signature(body, ""), [""])


@pytest.mark.parametrize(
    "header",
    [
        None,
        "",
        "é",
        "*",
        "a",
        "AAAA",
        "=",
        "a b",
        base64.b64encode(b"x" * 32).decode(),
        "x" * 10_000,
    ],
)
def test_junk_signatures_are_only_wrong(header):
    assert webhook.verify(b"{}", header, ["key"]) is False


@given(st.binary(max_size=200), st.text(max_size=100))
def test_strangers_cannot_make_it_raise(body, header):
    assert webhook.verify(body, header, ["key"]) is False
    with contextlib.suppress(Malformed):
        webhook.parse(body)


@given(
    st.recursive(
        st.none() | st.text() | st.integers(),
        lambda x: (
            st.lists(x, max_size=3)
            | st.dictionaries(
                st.sampled_from(
                    [
                        "eventNotifications",
                        "dataChangeEvent",
                        "entities",
                        "realmId",
                        "id",
                        "name",
                        "type",
                        "data",
                        "intuitentityid",
                    ]
                ),
                x,
            )
        ),
        max_leaves=15,
    )
)
def test_shapes_cannot_make_it_raise(obj):
    with contextlib.suppress(Malformed):
        webhook.parse(raw(obj))
