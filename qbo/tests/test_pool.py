import threading
import time

import pytest

from qbo.http import pool
from qbo.http.pool import Result


def test_order_is_kept_whatever_finishes_first():
    def work(_context, item):
        time.sleep(0.002 * (5 - item))
        return item * 10

    results = pool.run(range(5), work, width=3)
    assert [result.value for result in results] == [0, 10, 20, 30, 40]
    assert all(result.ran and result.error is None for result in results)


def test_no_more_threads_than_allowed_or_needed():
    lock, active, most, names = threading.Lock(), 0, 0, set()

    def work(_context, _item):
        nonlocal active, most
        with lock:
            active += 1
            most = max(most, active)
            names.add(threading.current_thread().name)
        time.sleep(0.01)
        with lock:
            active -= 1

    pool.run(range(12), work, width=3)
    assert most == 3 and names == {"qbo-0", "qbo-1", "qbo-2"}
    assert pool.run([], work, width=3) == ()
    before = threading.active_count()
    pool.run([1], work, width=50)
    assert threading.active_count() == before


def test_one_context_per_thread_made_late_and_closed():
    made, closed = [], []

    def setup():
        made.append(threading.current_thread().name)
        return made[-1]

    def work(context, item):
        time.sleep(0.005)
        return context == threading.current_thread().name

    results = pool.run(range(10), work, width=2, setup=setup, teardown=closed.append)
    assert all(result.value for result in results)
    assert sorted(made) == sorted(closed) == ["qbo-0", "qbo-1"]
    made.clear()
    closed.clear()
    late = {"deadline": 1.0, "clock": lambda: 1.0}
    pool.run(range(3), work, width=2, setup=setup, teardown=closed.append, **late)
    assert made == closed == []  # a thread without an item makes nothing and closes nothing


def test_one_bad_item_does_not_lose_the_others():
    def work(_context, item):
        if item == 1:
            raise ValueError("bad")
        return item

    good, bad, also = pool.run(range(3), work, width=1)
    assert (good, also) == (Result(0, True, 0), Result(2, True, 2))
    assert bad.ran and str(bad.error) == "bad"


def test_a_failing_setup_is_the_error_of_its_item():
    calls = []

    def setup():
        calls.append(1)
        if len(calls) == 1:
            raise OSError("no client")
        return "context"

    closed = []
    first, second = pool.run(
        "ab", lambda context, item: context + item, width=1, setup=setup, teardown=closed.append
    )
    assert str(first.error) == "no client" and first.ran
    assert second.value == "contextb" and closed == ["context"]


def test_nothing_starts_after_the_deadline():
    now = [0.0]

    def work(_context, item):
        now[0] += 1
        return item

    results = pool.run(range(5), work, width=1, deadline=2.0, clock=lambda: now[0])
    assert [result.ran for result in results] == [True, True, False, False, False]
    assert results[4] == Result(4)


def test_running_items_are_waited_for():
    started, gate = threading.Event(), threading.Event()

    def work(_context, item):
        if item == 0:
            started.set()
            gate.wait(2)
        return item

    clock = [0.0]

    def late():
        started.wait(2)
        clock[0] = 10.0
        gate.set()

    threading.Thread(target=late).start()
    results = pool.run(range(4), work, width=1, deadline=5.0, clock=lambda: clock[0])
    assert [result.ran for result in results] == [True, False, False, False]


def test_an_interrupted_caller_starts_nothing_more(monkeypatch):
    done = []
    gate = threading.Event()

    def work(_context, item):
        done.append(item)
        gate.wait(1)

    class Interrupted(BaseException):
        pass

    def join(_self):
        raise Interrupted

    monkeypatch.setattr(threading.Thread, "join", join)
    with pytest.raises(Interrupted):
        pool.run(range(10), work, width=1)
    monkeypatch.undo()
    gate.set()
    time.sleep(0.05)
    assert len(done) <= 1


def test_width():
    with pytest.raises(ValueError):
        pool.run([1], print, width=0)
