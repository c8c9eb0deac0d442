"""A few threads for a list of jobs: order kept, early stop, everything joined (DESIGN 9).

Only plain data crosses: no cursor, no recordset. Each thread makes its own context (a client with
its own connections) and closes it.
"""

from __future__ import annotations

import threading
import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from typing import Any


@dataclass(frozen=True)
class Result:
    """What became of one item.

    :ivar ran: False when the deadline came first: the item was not touched
    :ivar error: what the work raised, ``None`` if nothing
    """

    item: Any
    ran: bool = False
    value: Any = None
    error: BaseException | None = None


def run(
    items: Sequence[Any],
    work: Callable[[Any, Any], Any],
    *,
    width: int,
    setup: Callable[[], Any] = lambda: None,
    teardown: Callable[[Any], None] = lambda context: None,
    deadline: float | None = None,
    clock: Callable[[], float] = time.monotonic,
) -> tuple[Result, ...]:
    """Call ``work(context, item)`` for every item on at most ``width`` threads.

    Items start in their order. After ``deadline`` none is started; those that run are waited for,
    because a request under way must be settled. Exceptions end up in the results: one bad item
    never loses the others' answers.

    :param setup: makes the context of one thread, when it gets its first item; when it fails, its
        error is the result of that item, and the next item tries again
    :returns: one result per item, in the order of the items
    """
    if width < 1:
        raise ValueError("at least one thread is needed")
    queue = _Queue(len(items), deadline, clock)
    results: list[Result] = [Result(item) for item in items]

    def worker() -> None:
        context, ready = None, False
        try:
            for index in iter(queue.next, None):
                try:
                    if not ready:
                        context, ready = setup(), True
                    results[index] = Result(items[index], True, work(context, items[index]))
                except BaseException as error:  # handed to the caller, who knows the item
                    results[index] = Result(items[index], True, None, error)
        finally:
            if ready:
                teardown(context)

    threads = [
        threading.Thread(target=worker, name=f"qbo-{number}", daemon=True)
        for number in range(min(width, len(items)))
    ]
    try:
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join()
    except BaseException:
        queue.stop()  # e.g. the server's time limit: start nothing more
        raise
    return tuple(results)


class _Queue:
    """Hands out indexes 0..n-1, once each, until the deadline."""

    def __init__(self, length: int, deadline: float | None, clock: Callable[[], float]):
        self._length = length
        self._deadline = deadline
        self._clock = clock
        self._lock = threading.Lock()
        self._at = 0

    def next(self) -> int | None:
        with self._lock:
            late = self._deadline is not None and self._clock() >= self._deadline
            if late or self._at >= self._length:
                return None
            self._at += 1
            return self._at - 1

    def stop(self) -> None:
        with self._lock:
            self._at = self._length
