"""``python -m dev.chaos.client``: people at work, in a process of their own.

Ends after the given time, or when its standard input closes. What was done goes to a file, one JSON
object per line, so that it can be counted whatever happens.
"""

from __future__ import annotations

import argparse
import json
import random
import threading
import time
import urllib.error
from collections import Counter
from collections.abc import Callable, Sequence
from datetime import date
from http.client import HTTPException
from pathlib import Path

from dev import rpc
from dev.chaos.moves import MIX, Cast, Person
from dev.stack import ADMIN

#: mean pause of a person between two things, seconds
PAUSE = 0.1
#: the web server is killed too: how long to wait for its return, seconds
ABSENCE = 90.0
#: what a call ends with when the server dies under it
CUT_OFF = (urllib.error.URLError, ConnectionError, HTTPException, TimeoutError)


class Work(threading.Thread):
    """One person's day. Errors of Odoo are part of it; anything else ends the day."""

    def __init__(self, person: Person, until: float):
        super().__init__(name=person.name, daemon=True)
        self.person = person
        self.until = until
        self.tally: Counter[str] = Counter()
        self.refusals: Counter[str] = Counter()
        self.error: BaseException | None = None

    def run(self) -> None:
        try:
            while time.monotonic() < self.until:
                self._one()
                time.sleep(self.person.dice.expovariate(1 / PAUSE))
            self._patiently(self.person.tidy_up)
        except BaseException as error:  # shown by the process
            self.error = error

    def _one(self) -> None:
        (move,) = self.person.dice.choices(list(MIX), list(MIX.values()))
        name = move.__name__
        try:
            done = move(self.person)
        except rpc.RemoteError as error:
            self.tally["refused by Odoo"] += 1
            self.refusals[f"{name}: {str(error).splitlines()[0]}"] += 1
        except CUT_OFF:
            self.tally["cut off by a kill"] += 1
            self._await_server()
        else:
            self.tally[name.replace("_", " ") if done else "nothing to do"] += 1

    def _await_server(self) -> None:
        until = time.monotonic() + ABSENCE
        while True:
            try:
                self.person.odoo.execute("res.users", "search_count", [])
                return
            except CUT_OFF:
                if time.monotonic() > until:
                    raise
                time.sleep(0.3)

    def _patiently(self, step: Callable[[], None]) -> None:
        """Until it goes through: Odoo may be just starting, or lose a race of transactions."""
        until = time.monotonic() + ABSENCE
        while True:
            try:
                step()
                return
            except (*CUT_OFF, rpc.RemoteError):
                if time.monotonic() > until:
                    raise
                time.sleep(0.5)


def main(arguments: Sequence[str] | None = None) -> int:
    parser = argparse.ArgumentParser()
    parser.add_argument("url")
    parser.add_argument("database")
    parser.add_argument("--seed", type=int, required=True)
    parser.add_argument("--seconds", type=float, required=True)
    parser.add_argument("--people", type=int, required=True)
    parser.add_argument("--today", type=date.fromisoformat, required=True)
    parser.add_argument("--cast", type=Path, required=True)
    parser.add_argument("--result", type=Path, required=True)
    options = parser.parse_args(arguments)
    until = time.monotonic() + options.seconds
    cast = Cast(**json.loads(options.cast.read_text()))
    workers = []
    for number in range(options.people):
        name = "ABCDEFGH"[number]
        odoo = rpc.Client(options.url, options.database, ADMIN, ADMIN)
        dice = random.Random(f"person {options.seed} {number}")
        workers.append(Work(Person(name, odoo, cast, dice, options.today), until))
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()
    tally: Counter[str] = sum((worker.tally for worker in workers), Counter())
    refusals: Counter[str] = sum((worker.refusals for worker in workers), Counter())
    errors = [repr(worker.error) for worker in workers if worker.error]
    options.result.write_text(
        json.dumps({"tally": tally, "refusals": refusals, "errors": errors}, indent=1)
    )
    for line, count in refusals.most_common():
        print(count, line)
    for error in errors:
        print(error)
    return 1 if errors else 0


if __name__ == "__main__":
    raise SystemExit(main())
