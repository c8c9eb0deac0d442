import time
from datetime import date, datetime, timedelta, timezone

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo import dates

UTC = timezone.utc


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("2020-09-29T05:58:07.300-07:00", datetime(2020, 9, 29, 12, 58, 7, 300000)),
        ("2020-12-29T05:58:07-08:00", datetime(2020, 12, 29, 13, 58, 7)),
        ("2025-09-10T21:31:25.179851517Z", datetime(2025, 9, 10, 21, 31, 25, 179851)),
        ("2025-09-08T20:52:31.657Z", datetime(2025, 9, 8, 20, 52, 31, 657000)),
        ("2026-01-31T10:20:30+05:30", datetime(2026, 1, 31, 4, 50, 30)),
        ("2026-01-31T10:20:30-0800", datetime(2026, 1, 31, 18, 20, 30)),
        ("2026-01-31T10:20:30+01", datetime(2026, 1, 31, 9, 20, 30)),
        (" 2026-01-31 10:20:30 UTC ", datetime(2026, 1, 31, 10, 20, 30)),
        ("2026-01-31t10:20:30z", datetime(2026, 1, 31, 10, 20, 30)),
    ],
)
def test_parse(text, expected):
    assert dates.naive_utc(text) == expected
    assert dates.parse_utc(text) == expected.replace(tzinfo=UTC)


@pytest.mark.parametrize(
    "text",
    [
        "",
        "2026-01-31",
        "2026-01-31T10:20:30",
        "2026-13-01T00:00:00Z",
        "x",
        "2026-01-31T25:00:00Z",
        "1601391072830",
    ],
)
def test_no_zone_no_guess(text):
    with pytest.raises(ValueError):
        dates.parse_utc(text)


def test_order_over_the_change_of_offset():
    before, after = "2026-11-01T01:59:59-07:00", "2026-11-01T01:00:00-08:00"
    assert before > after  # as text, wrongly
    assert dates.parse_utc(before) < dates.parse_utc(after)


@given(st.datetimes(datetime(1990, 1, 1), datetime(2100, 1, 1)), st.integers(-14 * 60, 14 * 60))
def test_every_offset_comes_back(moment, minutes):
    zone = timezone(timedelta(minutes=minutes))
    local = moment.replace(tzinfo=UTC).astimezone(zone)
    assert dates.naive_utc(local.isoformat()) == moment
    assert dates.as_utc(local) == moment.replace(tzinfo=UTC)


def test_format():
    moment = datetime(2026, 1, 31, 10, 20, 30, 123456)
    pacific = timezone(timedelta(hours=-8))
    assert dates.format_utc(moment) == "2026-01-31T10:20:30Z"
    assert dates.format_utc(moment, milliseconds=True) == "2026-01-31T10:20:30.123Z"
    assert dates.format_utc(moment.replace(tzinfo=pacific)) == "2026-01-31T18:20:30Z"


def test_milliseconds_are_cut():
    moment = datetime(2026, 1, 31, 10, 20, 30, 999_000)
    assert dates.format_utc(moment, milliseconds=True) == "2026-01-31T10:20:30.999Z"


def test_naive_is_utc_wherever_the_server_stands(monkeypatch):
    monkeypatch.setenv("TZ", "Asia/Tokyo")
    time.tzset()
    try:
        moment = datetime(2026, 1, 31, 10, 20, 30)
        assert dates.as_utc(moment) == moment.replace(tzinfo=UTC)
    finally:
        monkeypatch.undo()
        time.tzset()


def test_days():
    assert dates.iso_date(date(2026, 1, 5)) == "2026-01-05"
    assert dates.iso_date(datetime(2026, 1, 5, 23, 59)) == "2026-01-05"
    assert dates.iso_date("2019-08-01 02:25:02 UTC") == "2019-08-01"
    assert dates.parse_date("2014-02-18T00:59:41.885Z") == date(2014, 2, 18)
    with pytest.raises(ValueError):
        dates.iso_date("01/02/2026")
