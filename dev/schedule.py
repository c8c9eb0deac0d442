"""Run jobs as child processes, no more at a time than the machine has cores for."""

from __future__ import annotations

import time
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from dev.process import Child
from dev.progress import say, seconds

HEARTBEAT = 20.0
POLL = 0.2


@dataclass(frozen=True)
class Job:
    name: str
    start: Callable[[], Child]
    # Gets the ended process and how long it took; true when others may build on it.
    settle: Callable[[Child, float], bool]
    needs: frozenset[str] = frozenset()
    # Has timeouts of its own: nothing else may run beside it.
    alone: bool = False
    limit: float = 3600.0


@dataclass
class Running:
    job: Job
    child: Child
    started: float = field(default_factory=time.monotonic)
    beat: float = field(default_factory=time.monotonic)

    def took(self) -> float:
        return time.monotonic() - self.started


class Schedule:
    """Jobs start in the given order as soon as there is room and what they need is done."""

    def __init__(self, jobs: Sequence[Job], slots: int):
        self._waiting = list(jobs)
        self._slots = slots
        self._running: list[Running] = []
        self._done: set[str] = set()
        self._failed: set[str] = set()

    def run(self) -> None:
        try:
            while self._waiting or self._running:
                self._settle_ended()
                self._start_possible()
                for running in self._running:
                    self._watch(running)
                time.sleep(POLL)
        finally:
            for running in self._running:
                running.child.ask_to_stop()
            for running in self._running:
                running.child.stop()

    def _start_possible(self) -> None:
        for job in list(self._waiting):
            if self._failed & job.needs:
                say(f"{job.name}: cannot run without {', '.join(job.needs)}")
                self._waiting.remove(job)
                self._failed.add(job.name)
            elif job.needs <= self._done and self._has_room(job):
                self._waiting.remove(job)
                self._running.append(Running(job, job.start()))

    def _has_room(self, job: Job) -> bool:
        if job.alone or any(running.job.alone for running in self._running):
            return not self._running
        return len(self._running) < self._slots

    def _settle_ended(self) -> None:
        for running in list(self._running):
            if running.child.poll() is not None:
                self._running.remove(running)
                good = running.job.settle(running.child, running.took())
                (self._done if good else self._failed).add(running.job.name)

    def _watch(self, running: Running) -> None:
        """The last line a job printed, every now and then; an end to one that hangs."""
        if time.monotonic() - running.beat < HEARTBEAT:
            return
        running.beat = time.monotonic()
        last = (running.child.text().splitlines() or ["starting"])[-1]
        say(f"      ... {running.job.name}, {seconds(running.took())}: {last.strip()[-60:]}")
        if running.took() > running.job.limit:
            say(f"{running.job.name}: hangs, stopped")
            running.child.stop()
