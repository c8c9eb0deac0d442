from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo import cdc
from qbo.cdc import CdcAnswer, CdcChange, CdcStep, ListStep
from qbo.errors import Malformed

NOW = datetime(2026, 11, 20, 12)
BODY = {
    "CDCResponse": [
        {
            "QueryResponse": [
                {
                    "Invoice": [
                        {
                            "Id": "979",
                            "SyncToken": "2",
                            "domain": "QBO",
                            "MetaData": {"LastUpdatedTime": "2026-11-20T03:59:00-08:00"},
                        },
                        {
                            "domain": "QBO",
                            "status": "Deleted",
                            "Id": "980",
                            "MetaData": {"LastUpdatedTime": "2026-11-20T03:59:30-08:00"},
                        },
                    ],
                    "startPosition": 1,
                    "maxResults": 2,
                    "totalCount": 2,
                },
                {},
                {"Customer": [{"Id": "1", "SyncToken": "0", "Active": False}], "maxResults": 1},
            ]
        }
    ],
    "time": "2026-11-20T04:00:00.000-08:00",
}


def test_parse():
    answer = cdc.parse(BODY)
    assert answer.time == NOW and answer.count == 3 and not answer.truncated
    first, gone, customer = answer.changes
    assert (first.entity, first.id, first.sync_token, first.deleted) == (
        "Invoice",
        "979",
        "2",
        False,
    )
    assert first.updated_at == datetime(2026, 11, 20, 11, 59)
    assert gone.deleted and gone.id == "980"
    assert customer.entity == "Customer" and customer.updated_at is None
    assert customer.obj["Active"] is False


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"CDCResponse": {}},
        {"CDCResponse": ["x"], "time": BODY["time"]},
        {"CDCResponse": [{}], "time": BODY["time"]},
        {"CDCResponse": [{"QueryResponse": [5]}]},
        {**BODY, "time": None},
    ],
)
def test_other_answers_are_malformed(body):
    with pytest.raises(Malformed):
        cdc.parse(body)


def test_event_keys_are_stable():
    first, gone, customer = cdc.parse(BODY).changes
    assert first.event_key == "cdc/Invoice/979/2/2026-11-20T11:59:00"
    assert gone.event_key == "cdc/Invoice/980/deleted/2026-11-20T11:59:30"
    assert customer.event_key == "cdc/Customer/1/0/"


def test_unknown_names_and_empty_objects():
    body = {"CDCResponse": [{"QueryResponse": [{"Strange": [{}]}]}], "time": BODY["time"]}
    (found,) = cdc.parse(body).changes
    assert (found.entity, found.id, found.sync_token, found.deleted) == ("Strange", "", "", False)


def test_event_keys_tell_changes_apart():
    keys = {change.event_key for change in cdc.parse(BODY).changes}
    assert len(keys) == 3
    assert all(len(key) < 120 for key in keys)
    one, two = (CdcChange("Invoice", "1", "1", NOW, deleted, {}) for deleted in (True, False))
    assert one.event_key != two.event_key


def change(number, second=0, entity="Invoice", token="0"):
    return CdcChange(entity, str(number), token, NOW + timedelta(seconds=second), False, {})


def test_deduplicate_keeps_the_first_of_each():
    a, b = change(1), change(2)
    again = CdcChange("Invoice", "1", "0", NOW, False, {"later": True})
    assert cdc.deduplicate([a, b, again, change(1, token="1")]) == (a, b, change(1, token="1"))
    assert cdc.deduplicate([a, b, again])[0].obj == {}


def test_overlap_and_age():
    assert cdc.since(NOW) == NOW - timedelta(minutes=5)
    assert not cdc.too_old(NOW - timedelta(days=28), NOW)
    assert not cdc.too_old(NOW - timedelta(days=29) + timedelta(minutes=5), NOW)
    assert cdc.too_old(NOW - timedelta(days=29) + timedelta(minutes=4), NOW)


def test_params():
    assert cdc.params(["Invoice", "Payment"], NOW) == (
        ("entities", "Invoice,Payment"),
        ("changedSince", "2026-11-20T12:00:00Z"),
    )


# --- sweep ---------------------------------------------------------------------------------------


def test_a_small_window_is_one_call():
    sweep = cdc.Sweep(["Invoice", "Payment"], NOW - timedelta(hours=1))
    assert sweep.next_step() == CdcStep(("Invoice", "Payment"), NOW - timedelta(hours=1))
    assert sweep.cursor is None
    assert len(sweep.feed(CdcAnswer(NOW, (change(1), change(1)), 2))) == 1
    assert sweep.next_step() is None and sweep.cursor == NOW and sweep.blind == []


def test_steps_must_be_answered_by_their_kind():
    sweep = cdc.Sweep(["Invoice"], NOW - timedelta(hours=1))
    with pytest.raises(ValueError):
        sweep.listed()
    sweep = cdc.Sweep(["Invoice"], NOW - timedelta(hours=1))
    sweep.feed(CdcAnswer(NOW, (), 1000))
    with pytest.raises(ValueError):
        sweep.feed(CdcAnswer(NOW, (), 0))


def test_a_full_answer_is_split_by_entity_then_time():
    start = NOW - timedelta(hours=2)
    sweep = cdc.Sweep(["A", "B", "C"], start)
    sweep.feed(CdcAnswer(NOW, (), 1000))
    assert sweep.next_step() == CdcStep(("A",), start)
    sweep.feed(CdcAnswer(NOW + timedelta(seconds=1), (), 0))
    assert sweep.next_step() == CdcStep(("B", "C"), start)
    sweep.feed(CdcAnswer(NOW, (), 1000))
    assert sweep.next_step() == CdcStep(("B",), start)
    sweep.feed(CdcAnswer(NOW, (), 1000))
    middle = NOW - timedelta(hours=1)
    assert sweep.next_step() == ListStep("B", start, middle)
    assert sweep.cursor is None
    sweep.listed()
    assert sweep.next_step() == CdcStep(("B",), middle)
    sweep.feed(CdcAnswer(NOW, (), 5))
    sweep.feed(CdcAnswer(NOW + timedelta(seconds=9), (), 5))
    assert sweep.cursor == NOW  # of the first answer, not of a later one
    assert sweep.blind == [ListStep("B", start, middle)]


@pytest.mark.parametrize(
    ("seconds", "narrow"), [(0, True), (1, True), (3, True), (4, False), (9, False)]
)
def test_a_window_too_narrow_to_halve_is_listed(seconds, narrow):
    start = NOW - timedelta(seconds=seconds)
    sweep = cdc.Sweep(["A"], start)
    sweep.feed(CdcAnswer(NOW, (), 1000))
    step = sweep.next_step()
    assert isinstance(step, ListStep) and step.since == start
    assert (step.until == NOW) is narrow
    sweep.listed()
    assert (sweep.next_step() is None) is narrow


def test_nothing_new_is_reported_twice():
    sweep = cdc.Sweep(["A", "B"], NOW - timedelta(hours=1))
    assert len(sweep.feed(CdcAnswer(NOW, (change(1), change(2)), 1000))) == 2
    assert sweep.feed(CdcAnswer(NOW, (change(1), change(3)), 2)) == (change(3),)


@given(
    st.lists(st.tuples(st.sampled_from("AB"), st.integers(0, 200)), max_size=120),
    st.integers(2, 40),
)
def test_a_sweep_ends_and_misses_no_live_object(events, most):
    """Against a server that answers at most ``most`` objects, newest or oldest alike."""
    rows = [change(n, -second, entity) for n, (entity, second) in enumerate(events)]
    cdc_max, cdc.MAX_OBJECTS = cdc.MAX_OBJECTS, most
    try:
        sweep = cdc.Sweep(["A", "B"], NOW - timedelta(seconds=200))
        seen = set()
        for _ in range(500):
            step = sweep.next_step()
            if step is None:
                break
            if isinstance(step, CdcStep):
                found = [
                    row
                    for row in rows
                    if row.entity in step.entities and row.updated_at >= step.since
                ][:most]
                seen |= {c.id for c in sweep.feed(CdcAnswer(NOW, tuple(found), len(found)))}
            else:
                seen |= {
                    row.id
                    for row in rows
                    if row.entity == step.entity and step.since <= row.updated_at <= step.until
                }
                sweep.listed()
    finally:
        cdc.MAX_OBJECTS = cdc_max
    assert sweep.cursor == NOW
    assert seen == {row.id for row in rows}
