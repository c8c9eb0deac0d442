"""The arithmetic of the figures, on situations whose result is known."""

from __future__ import annotations

import pytest

from bench import confirm, report, throughput
from bench.control import Exchange
from bench.inside import statements
from bench.latency import Latency
from bench.payback import PayBack


def batch(at: float, items: int = 30) -> Exchange:
    return Exchange(at, at + 1, "batch", 200, items, "")


def steady(interval: float, count: int) -> list[Exchange]:
    return [batch(number * interval) for number in range(count)]


# Throughput


def test_an_even_pace_at_the_ceiling_is_the_ceiling():
    admitted = steady(1.5, 300)
    assert throughput._mean(admitted, 60, 180) == pytest.approx(throughput.CEILING)
    assert throughput._minute_from(admitted, 60) == throughput.CEILING


def test_the_burst_of_the_first_minute_does_not_count():
    admitted = [*(batch(0.1 * number) for number in range(40)), *map(batch, range(60, 300, 2))]
    assert throughput._mean(admitted, 60, 180) == pytest.approx(900)


@pytest.mark.parametrize("shift", [0, 3, 7, 11, 15])
def test_rounds_hardly_matter_wherever_the_span_starts(shift):
    """Eight batches at once every 16 seconds: 900 documents a minute, counted by the minute 720
    to 960."""
    admitted = [batch(16 * number + 0.1 * place) for number in range(40) for place in range(8)]
    assert throughput._mean(admitted, 60 + shift, 180 + shift) == pytest.approx(900, rel=0.01)


def test_what_lies_outside_the_span_does_not_count():
    assert throughput._mean([batch(59.9), batch(180.1)], 60, 180) == 0


# Overhead


def test_the_interval_of_the_median_holds_95_of_100():
    low, high = confirm._interval([float(number) for number in range(1, 101)])
    assert (low, high) == (41, 61)  # binomial: ranks 40 and 61 enclose the median with 96 %


def test_few_values_give_the_widest_interval():
    assert confirm._interval([3.0, 1.0, 2.0]) == (1.0, 3.0)


def test_each_confirmation_is_compared_with_its_neighbour():
    """The machine gets ten times slower half way: the ratios do not notice."""
    pairs = [
        (
            {"wall": slow, "cpu": slow, "queries": 70},
            {"wall": 1.5 * slow, "cpu": 1.04 * slow, "queries": 75},
        )
        for slow in (1, 1, 1, 10, 10)
    ]
    found = confirm._overhead(pairs, [(1, "SAVEPOINT")], 1)
    assert found.ratio == pytest.approx(1.04)
    assert found.wall_ratio == pytest.approx(1.5)
    assert (found.base_queries, found.extra_queries) == (70, 5)


# The rest


def test_percentiles_lie_between_the_measured_values():
    latency = Latency(tuple(float(number) for number in range(1, 102)))
    assert latency.percentile(50) == 51
    assert latency.percentile(95) == 96


def test_the_way_back_has_its_own_percentiles():
    numbers = tuple(float(number) for number in range(1, 102))
    back = PayBack(numbers, tuple(number / 100 for number in numbers))
    assert back.percentile(95) == 96
    assert back.answer(95) == pytest.approx(0.96)


@pytest.mark.parametrize(
    ("key", "value", "missed"),
    [
        ("throughput_ratio_to_ceiling", 0.95, False),
        ("throughput_ratio_to_ceiling", 0.9499, True),
        ("extra_queries_1", 6, False),
        ("extra_queries_1", 7, True),
        ("payment_to_paid_p95_s", 5, False),
        ("payment_to_paid_p95_s", 5.01, True),
        ("cpu_ms_per_document", 1e9, False),
    ],
)
def test_a_missed_target_is_marked(key, value, missed):
    assert ("MISSED" in report._judged("title", {key: value}, key)) is missed


def test_statements_that_differ_in_values_only_are_one():
    texts = (
        'SELECT "a"."id"\n FROM "account_move" "a" WHERE id IN (%s, %s)',
        'SELECT "a"."id" FROM "account_move" "a"  WHERE id IN (%s, %s, %s)',
    )
    assert len({statements._shape(text) for text in texts}) == 1
    assert statements._subject(statements._shape(texts[0])) == "SELECT account_move"
    assert statements._shape('SAVEPOINT "4f2-x"') == "SAVEPOINT"
