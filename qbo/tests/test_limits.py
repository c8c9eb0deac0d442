import json
import math
import threading

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from qbo.http import limits
from qbo.http.limits import PEOPLE, PULL, PUSH, Limiter, Limits

BATCH = Limits(10, 500, 40, 5, 10)


class Clock:
    """Time that passes only while somebody sleeps."""

    def __init__(self, now=1000.0):
        self.now = now
        self.offset = 1_790_000_000.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        assert seconds > 0
        self.now += seconds

    def wall(self):
        return self.now + self.offset


def limiter(limit=BATCH, clock=None):
    clock = clock or Clock()
    return Limiter(limit, clock, clock.sleep, clock.wall), clock


def most_within(moments, seconds):
    """The largest number of moments in any half-open window of this length."""
    best = 0
    for index, first in enumerate(moments):
        inside = 0
        for later in moments[index:]:
            if later - first >= seconds:
                break
            inside += 1
        best = max(best, inside)
    return best


def take(gate, clock, kind, count, hold=0.0):
    moments = []
    for _ in range(count):
        assert gate.acquire(kind)
        moments.append(clock.now)
        gate.release(kind)
        clock.now += hold
    return moments


small = st.builds(
    Limits,
    requests_per_second=st.integers(1, 5),
    requests_per_minute=st.integers(5, 60),
    batches_per_minute=st.integers(1, 30),
    batch_burst=st.integers(0, 8),
    concurrent=st.integers(1, 3),
    margin=st.sampled_from([0.0, 0.25, 1.0]),
)


@settings(max_examples=60)
@given(
    small,
    st.lists(st.tuples(st.sampled_from(["request", "batch"]), st.floats(0, 20)), max_size=80),
    st.sampled_from([0.0, 0.1, 12345.678]),
)
def test_no_window_is_ever_exceeded(limit, steps, start):
    gate, clock = limiter(limit, Clock(start))
    requests, batches = [], []
    for kind, idle in steps:
        assert gate.acquire(kind)
        requests.append(clock.now)
        if kind == "batch":
            batches.append(clock.now)
        gate.release(kind)
        clock.now += idle
    # less the rounding of the subtraction in the check itself
    assert most_within(requests, 1 - 1e-9) <= limit.requests_per_second
    assert most_within(requests, 60 - 1e-9) <= limit.requests_per_minute
    assert most_within(batches, 60 - 1e-9) <= limit.batches_per_minute
    # pacing: k batches beyond the burst take k intervals
    interval = 60 / limit.batches_per_minute
    burst = max(limit.batch_burst, 1)
    for index in range(len(batches) - burst):
        assert batches[index + burst] - batches[index] >= interval - 1e-6


@settings(max_examples=30)
@given(
    small,
    st.integers(1, 60),
    st.lists(st.integers(0, 59), max_size=4),
    st.sampled_from(["request", "batch"]),
)
def test_hand_over_between_runs_exceeds_nothing(limit, count, breaks, kind):
    """State goes through JSON and rounds to milliseconds; the next limiter has another clock."""
    gate, clock = limiter(limit)
    moments = []
    for index in range(count):
        if index in breaks:
            state = json.loads(json.dumps(gate.export_state()))
            wall = clock.wall()
            clock = Clock(now=5.0 + index)
            clock.offset = wall - clock.now
            gate = Limiter(limit, clock, clock.sleep, clock.wall)
            gate.import_state(state)
        assert gate.acquire(kind)
        moments.append(clock.wall())
        gate.release(kind)
    rounding = 1e-6  # of the epoch in a float
    assert most_within(moments, 1 - rounding) <= limit.requests_per_second
    assert most_within(moments, 60 - rounding) <= limit.requests_per_minute
    if kind == "batch":
        assert most_within(moments, 60 - rounding) <= limit.batches_per_minute


def test_full_speed_reaches_intuits_figure():
    """After the burst: 40 batches a minute, within the margin (DESIGN 8)."""
    gate, clock = limiter(BATCH)
    moments = take(gate, clock, "batch", 401)
    assert moments[4] == moments[0]  # the burst leaves at once
    assert moments[5] - moments[4] == pytest.approx(1.5, abs=0.01)
    rate = 360 / (moments[400] - moments[40]) * 60
    assert 39.5 < rate <= 40.01


def test_requests_are_not_held_up_by_batches():
    gate, clock = limiter(BATCH)
    take(gate, clock, "batch", 5)
    before = clock.now
    take(gate, clock, "request", 5)
    assert clock.now == before


def test_deadlines():
    gate, clock = limiter(Limits(1, 100, 40, 5, 10, margin=0))
    assert gate.acquire("request", clock.now)
    gate.release()
    before = clock.now
    assert not gate.acquire("request", before + 0.5)
    assert clock.now == before  # known to be hopeless: not waited for
    assert gate.acquire("request", before + 1.1)
    assert clock.now >= before + 1


def test_a_refused_permit_is_not_counted():
    gate, clock = limiter(Limits(10, 100, 1, 1, 10, margin=0))
    assert gate.acquire("batch")
    gate.release("batch")
    assert not gate.acquire("batch", clock.now + 10)
    assert not gate.acquire("request", clock.now - 1)  # too late already
    assert len(gate.export_state()["requests"]) == 1


def test_permits_in_flight():
    gate, clock = limiter(Limits(100, 500, 40, 5, 2))
    assert gate.acquire() and gate.acquire()
    assert not gate.acquire("request", clock.now + 1)
    gate.release()
    assert gate.acquire("request", clock.now)


def test_a_released_permit_wakes_a_waiting_thread():
    gate = Limiter(Limits(100, 500, 40, 5, 1))
    assert gate.acquire()
    got = threading.Event()

    def wait():
        gate.acquire()
        got.set()

    thread = threading.Thread(target=wait)
    thread.start()
    assert not got.wait(0.05)
    gate.release()
    assert got.wait(2)
    thread.join()


def test_release_needs_acquire():
    gate, _clock = limiter()
    with pytest.raises(RuntimeError):
        gate.release()


def test_unknown_kinds():
    gate, _clock = limiter()
    with pytest.raises(ValueError):
        gate.acquire("upload")


@pytest.mark.parametrize("share", [PULL, PEOPLE])
def test_shares_without_batches_never_send_one(share):
    gate, clock = limiter(share)
    before = clock.now
    assert gate.acquire("batch") is False and gate.acquire("batch", math.inf) is False
    assert clock.now == before
    assert gate.room("batch", 60) == 0
    assert gate.acquire("request", clock.now)
    gate.import_state({"batches": [int(clock.wall() * 1000)]})
    assert gate.acquire("batch") is False


def test_the_shares_add_up_to_intuits_limits():
    shares = (PUSH, PULL, PEOPLE)
    assert sum(share.requests_per_second for share in shares) == 10
    assert sum(share.requests_per_minute for share in shares) == 500
    assert sum(share.batches_per_minute for share in shares) == 40
    assert sum(share.concurrent for share in shares) == 10
    assert Limits() == Limits(10, 500, 40, 5, 10, 0.25)
    assert [share.batch_burst for share in shares] == [5, 0, 0]
    assert {share.margin for share in shares} == {0.25}


def test_pause():
    gate, clock = limiter()
    gate.pause(60)
    gate.pause(5)  # a shorter one does not shorten it
    assert gate.paused_for() == pytest.approx(60)
    assert not gate.acquire("request", clock.now + 59)
    before = clock.now
    assert gate.acquire()
    assert clock.now >= before + 60
    assert gate.paused_for() == 0
    gate.pause(10**9)
    assert gate.paused_for() <= 3600


def test_state_is_whole_numbers():
    gate, clock = limiter()
    take(gate, clock, "batch", 3)
    gate.pause(60)
    state = gate.export_state()
    flat = [*state["requests"], *state["batches"], state["full_at"], state["paused_until"]]
    assert all(type(number) is int for number in flat)
    assert len(state["requests"]) == len(state["batches"]) == 3
    assert state["paused_until"] == pytest.approx(clock.wall() * 1000 + 60_000, abs=2)
    clock.now += 3600
    assert gate.export_state() == {"requests": [], "batches": [], "full_at": 0, "paused_until": 0}


def test_import_adds_to_what_is_known():
    gate, clock = limiter(Limits(100, 4, 40, 5, 10, margin=0))
    take(gate, clock, "request", 2)
    gate.import_state({"requests": [int(clock.wall() * 1000)] * 2})
    assert not gate.acquire("request", clock.now + 59)


def test_import_restores_pause_and_pacing():
    gate, clock = limiter()
    take(gate, clock, "batch", 5)
    gate.pause(30)
    other, other_clock = limiter()
    other_clock.now, other_clock.offset = clock.now, clock.offset
    other.import_state(gate.export_state())
    assert other.paused_for() == pytest.approx(30, abs=0.01)
    other_clock.now += 30
    # 30 seconds refilled the bucket: the burst is there, and not more
    moments = take(other, other_clock, "batch", 6)
    assert moments[4] - moments[0] < 0.01 and moments[5] - moments[4] > 1.4


def test_the_next_run_has_no_burst_of_its_own():
    gate, clock = limiter()
    take(gate, clock, "batch", 5)
    other, other_clock = limiter()
    other_clock.now, other_clock.offset = clock.now, clock.offset
    other.import_state(gate.export_state())
    before = other_clock.now
    take(other, other_clock, "batch", 1)
    assert other_clock.now - before == pytest.approx(1.5, abs=0.01)


def test_another_hosts_clock_cannot_stop_us_for_long():
    gate, clock = limiter(Limits(5, 100, 40, 5, 10, margin=0))
    ahead = int((clock.wall() + 10**6) * 1000)
    gate.import_state({"requests": [ahead] * 5, "full_at": ahead, "paused_until": 0})
    before = clock.now
    assert gate.acquire("batch")
    assert clock.now - before < 10
    gate.import_state({"paused_until": ahead})
    assert gate.paused_for() <= 3600


@pytest.mark.parametrize("state", [None, {}])
def test_no_state(state):
    gate, clock = limiter()
    gate.import_state(state)
    assert gate.acquire("batch", clock.now)


@pytest.mark.parametrize(
    "state",
    [
        {"requests": ["x"]},
        {"requests": 5},
        {"batches": [None]},
        {"full_at": ["x"]},
        {"paused_until": "soon"},
        {"requests": [math.inf]},
    ],
)
def test_junk_state(state):
    gate, _clock = limiter()
    with pytest.raises(ValueError):
        gate.import_state(state)


@settings(max_examples=40)
@given(small, st.integers(0, 20), st.floats(0, 70), st.sampled_from(["request", "batch"]))
def test_room_is_what_will_be_given(limit, used, within, kind):
    gate, clock = limiter(limit)
    take(gate, clock, kind, used)
    # what becomes free at the very end may fall on either side
    least, most = gate.room(kind, within - 0.1), gate.room(kind, within + 0.1)
    end, given_out = clock.now + within, 0
    while gate.acquire(kind, end):
        gate.release(kind)
        given_out += 1
    assert least <= given_out <= most


def test_room_changes_nothing():
    gate, clock = limiter()
    assert gate.room("batch", 0) == 5 == gate.room("batch", 1.4)
    assert gate.room("batch", 8) == 10
    take(gate, clock, "batch", 5)
    assert gate.room("batch", 0) == 0


def test_threads_share_the_windows():
    gate = Limiter(Limits(20, 500, 40, 5, 4, margin=0.0))
    moments, lock, busy, most = [], threading.Lock(), [0], [0]

    def work():
        for _ in range(4):
            assert gate.acquire()
            with lock:
                moments.append(gate._clock())
                busy[0] += 1
                most[0] = max(most[0], busy[0])
            with lock:
                busy[0] -= 1
            gate.release()

    threads = [threading.Thread(target=work) for _ in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert len(moments) == 32 and most[0] <= 4
    assert most_within(sorted(moments), 0.95) <= 20


def test_module_has_no_time_of_its_own_in_the_meter():
    meter = limits._Meter(BATCH)
    assert meter.wait("batch", 0.0) == 0.0
    meter.take("batch", 0.0)
    twin = meter.copy()
    twin.take("batch", 0.0)
    assert len(meter.batches.events) == 1 and len(twin.batches.events) == 2
