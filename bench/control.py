"""The simulator's control, for those who measure: counters, its log of requests, its books."""

from __future__ import annotations

import json
import urllib.parse
import urllib.request
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal
from typing import Any

from dev import rpc

TIMEOUT = 120
#: the simulator cuts longer bodies off in its log
BODY_LIMIT = 100_000
ALL = 20_000


@dataclass(frozen=True)
class Exchange:
    """One request the simulator admitted or refused.

    :ivar at: when it arrived, seconds since the epoch
    :ivar left: when its answer left
    :ivar items: objects it writes: the items of a batch, else one
    """

    at: float
    left: float
    operation: str
    status: int
    items: int
    body: str


class Control:
    def __init__(self, url: str):
        self.url = url

    def counters(self) -> dict[str, int]:
        """Since the start: requests, writes, metered reads, batches answered with 2xx."""
        return self._call("counters")

    def token(self) -> str:
        return self._call("token", {})["access_token"]

    def prefer(self, name: str, value: Any) -> None:
        self._call("preferences", {name: value})

    def notify(self, url: str) -> None:
        """From now on changes are announced there, as Intuit does it, our own included."""
        self._call("webhooks", {"url": url})

    def announcements(self) -> int:
        """How many are still to be delivered."""
        return self._call("webhooks")["pending"]

    def delivered(self) -> int:
        """How many notifications were sent so far."""
        return self._call("webhooks")["delivered"]

    def answer_times(self) -> list[float]:
        """Seconds each of the latest notifications took to be answered, oldest first."""
        sent = self._call("webhooks?limit=10000")["deliveries"]
        return [float(delivery["ms"]) / 1000 for delivery in sent]

    def change(self, kind: str, values: dict[str, Any]) -> dict[str, Any]:
        """What a person saves in QuickBooks' own pages."""
        return self._call(f"change/{kind}", values)

    def objects(self, kind: str) -> list[dict[str, Any]]:
        return self._call(f"entities/{kind}")

    def add(self, kind: str, values: dict[str, Any]) -> dict[str, Any]:
        """What somebody enters in QuickBooks itself."""
        return self._call(f"change/{kind}", values)

    def shift_clock(self, seconds: float) -> None:
        self._call("clock", {"seconds": seconds})

    def forget(self) -> None:
        """Empty the log and set the counters to zero."""
        self._call("requests", method="DELETE")

    def exchanges(self, operation: str) -> list[Exchange]:
        """What is in the log, oldest first."""
        query = urllib.parse.urlencode({"operation": operation, "limit": ALL})
        return [_exchange(entry) for entry in self._call(f"requests?{query}")]

    def _call(self, path: str, body: Any = None, method: str | None = None) -> Any:
        data = None if body is None else json.dumps(body, default=float).encode()
        request = urllib.request.Request(f"{self.url}/_sim/{path}", data, method=method)
        with rpc.DIRECT.open(request, timeout=TIMEOUT) as response:
            return json.load(response, parse_float=Decimal)


def _exchange(entry: dict[str, Any]) -> Exchange:
    body = entry["body"]
    if len(body) >= BODY_LIMIT:
        raise ValueError("a request is too long for the simulator's log: its items are unknown")
    at = datetime.fromisoformat(entry["time"]).timestamp()
    return Exchange(
        at=at,
        left=at + float(entry["ms"]) / 1000,
        operation=entry["operation"],
        status=entry["status"],
        items=body.count('"bId"') if entry["operation"] == "batch" else 1,
        body=body,
    )
