"""Intuit's throttles (FACTS 13), on the simulator's own clock."""

from __future__ import annotations

import threading
from collections import deque

from .errors import throttled

PER_MINUTE, PER_SECOND, CONCURRENT = 500, 10, 10
BATCH_APP, BATCH_REALM = 40, 120


class Window:
    """At most ``size`` events in ``seconds``."""

    def __init__(self, size, seconds):
        self.size, self.seconds, self.events = size, seconds, deque()

    def full(self, now):
        while self.events and self.events[0] <= now - self.seconds:
            self.events.popleft()
        return len(self.events) >= self.size

    def add(self, now):
        self.events.append(now)


class Limits:
    """Counts requests per realm and app; off by default."""

    def __init__(self, clock, on=False):
        self.clock, self.on = clock, on
        self.throttle_after = None  # force 429 after that many further requests
        self._lock = threading.Lock()
        self.reset()

    def reset(self):
        self._windows, self._running = {}, {}

    def _window(self, name, size, seconds):
        key = name, size
        if key not in self._windows:
            self._windows[key] = Window(size, seconds)
        return self._windows[key]

    def enter(self, realm, client, is_batch):
        """Admit a request or raise the throttle fault."""
        with self._lock:
            self._forced()
            if not self.on:
                return
            now = self.clock.timestamp()
            windows = [
                self._window(("realm", realm), PER_MINUTE, 60),
                self._window(("app", realm, client), PER_SECOND, 1),
            ]
            if is_batch:
                windows += [
                    self._window(("batch", realm, client), BATCH_APP, 60),
                    self._window(("batch", realm), BATCH_REALM, 60),
                ]
            running = self._running.get((realm, client), 0)
            if running >= CONCURRENT or any(window.full(now) for window in windows):
                raise throttled()
            for window in windows:
                window.add(now)
            self._running[realm, client] = running + 1

    def _forced(self):
        if self.throttle_after is None:
            return
        if self.throttle_after <= 0:
            raise throttled()
        self.throttle_after -= 1

    def leave(self, realm, client):
        with self._lock:
            if self._running.get((realm, client), 0) > 0:
                self._running[realm, client] -= 1
