import threading
from datetime import date, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from qbo import budget
from qbo.http.meter import Meter, class_of
from qbo.http.outcome import Outcome

START = datetime(2026, 11, 1)


@pytest.mark.parametrize(
    ("month", "following"),
    [
        (date(2026, 11, 1), date(2026, 12, 1)),
        (date(2026, 12, 1), date(2027, 1, 1)),
        (date(2027, 1, 1), date(2027, 2, 1)),
    ],
)
def test_months(month, following):
    assert budget.next_month(month) == following
    assert budget.month_of(following - timedelta(days=1)) == month


def test_the_free_tier_is_what_facts_say():
    assert budget.TIERS["builder"].calls == 500_000
    assert [tier.blocks for tier in budget.TIERS.values()] == [True, False, False, False]


def test_only_what_comes_out_is_metered():
    counts = {"read": 1, "query": 2, "cdc": 4, "report": 8, "write": 1000}
    assert budget.metered(counts) == 15


# --- forecast ------------------------------------------------------------------------------------


def test_linear_from_the_month_so_far():
    assert budget.forecast(1000, START, START + timedelta(days=10)) == 3000
    assert budget.forecast(1000, START, START + timedelta(days=29)) == 1035


def test_too_early_to_say():
    assert budget.forecast(5000, START, START + timedelta(days=2, hours=23)) is None
    assert budget.forecast(5000, START, START + timedelta(days=3)) == 50_000


def test_counting_began_within_the_month():
    """Ten days at 100 a day, ten days to come; the month before the connection says nothing."""
    began = datetime(2026, 11, 11)
    assert budget.forecast(1000, began, datetime(2026, 11, 21)) == 2000
    assert budget.forecast(1000, began, datetime(2026, 11, 13)) is None


def test_what_lies_before_the_month_is_ignored():
    old = datetime(2026, 3, 1)
    assert budget.forecast(1000, old, START + timedelta(days=10)) == 3000
    assert budget.forecast(1000, old, datetime(2026, 12, 2)) is None


@given(
    st.integers(0, 10**8),
    st.datetimes(datetime(2024, 1, 1), datetime(2028, 12, 31)),
    st.timedeltas(timedelta(0), timedelta(days=90)),
)
def test_a_forecast_is_never_below_what_was_used(used, now, age):
    expected = budget.forecast(used, now - age, now)
    assert expected is None or expected >= used


# --- what follows --------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("used", "expected", "factor"),
    [
        (100, 500, 1),
        (100, 1000, 1),  # just enough
        (100, 1001, 2),
        (500, 1500, 2),
        (500, 2000, 3),
        (999, 90_000, budget.SLOWEST),
        (1000, 1000, budget.SLOWEST),  # nothing is left
        (2000, None, budget.SLOWEST),
        (100, None, 1),  # too early to say
    ],
)
def test_polling_becomes_slower_as_far_as_needed(used, expected, factor):
    assert budget.slowdown(used, expected, 1000) == factor


def test_without_limit_nothing_is_slowed_or_said():
    assert budget.slowdown(10**9, 10**9, None) == 1
    assert budget.notice(10**9, None) == 0


@pytest.mark.parametrize(
    ("used", "level"), [(0, 0), (799, 0), (800, 80), (999, 80), (1000, 100), (5000, 100)]
)
def test_notices(used, level):
    assert budget.notice(used, 1000) == level


# --- the meter -----------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("path", "is_write", "name"),
    [
        ("query", False, "query"),
        ("query?minorversion=75", False, "query"),
        ("cdc", False, "cdc"),
        ("reports/TrialBalance", False, "report"),
        ("invoice/5", False, "read"),
        ("companyinfo/42", False, "read"),
        ("invoice/5/pdf", False, "read"),
        ("invoice", True, "write"),
        ("batch", True, "write"),
        ("upload", True, "write"),
    ],
)
def test_classes(path, is_write, name):
    assert class_of(path, is_write) == name
    assert name in budget.CLASSES


def test_only_good_answers_and_lost_ones_count():
    meter = Meter()
    for status in (200, 204):
        meter.count("GET", "invoice/1", Outcome("ok", status))
    for status in (400, 401, 403, 429, 500):
        meter.count("GET", "invoice/1", Outcome("refused", status))
    meter.count("GET", "invoice/1", Outcome("unsent", sent=False))
    assert meter.take() == {"read": 2}
    meter.count("GET", "invoice/1", Outcome("unknown"))
    assert meter.take() == {"read": 1}, "Intuit may have counted it"


def test_what_was_taken_is_gone_until_it_is_put_back():
    meter = Meter()
    meter.count("GET", "invoice/1", Outcome("ok", 200))
    counts = meter.take()
    assert meter.take() == {}
    meter.count("POST", "query", Outcome("ok", 200))
    meter.put_back(counts)
    assert meter.take() == {"read": 1, "query": 1}


def test_many_threads():
    meter, taken = Meter(), []

    def work():
        for _ in range(500):
            meter.count("POST", "query", Outcome("ok", 200))
        taken.append(meter.take())

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    taken.append(meter.take())
    assert sum(counts.get("query", 0) for counts in taken) == 4000
