"""The simulator's control, as far as chaos needs it."""

from __future__ import annotations

import json
import urllib.request
from decimal import Decimal
from typing import Any

from dev import rpc

TIMEOUT = 120
ALL = 1_000_000


class Control:
    """Faults, counters, the log, the clock."""

    def __init__(self, url: str):
        self.url = url

    def add_fault(self, kind: str, **options: Any) -> None:
        self._call("faults", {"kind": kind, **options})

    def clear_faults(self) -> None:
        self._call("faults", method="DELETE")

    def fired(self) -> dict[str, int]:
        """Requests (of refusals inside batches: items) struck so far, by kind."""
        return self._call("fired")

    def counters(self) -> dict[str, int]:
        return self._call("counters")

    def requests(self, path: str = "") -> list[dict[str, Any]]:
        """The log of exchanges, oldest first."""
        return self._call(f"requests?path={path}&limit={ALL}")

    def forget_requests(self) -> None:
        self._call("requests", method="DELETE")

    def switch(self, name: str, value: Any) -> None:
        self._call("switches", {name: value})

    def problems(self) -> list[str]:
        """Invariants of the company file's books that do not hold."""
        return self._call("ledger")["problems"]

    def _call(self, path: str, body: Any = None, method: str | None = None) -> Any:
        data = None if body is None else json.dumps(body).encode()
        request = urllib.request.Request(f"{self.url}/_sim/{path}", data, method=method)
        with rpc.DIRECT.open(request, timeout=TIMEOUT) as response:
            return json.load(response, parse_float=Decimal)
