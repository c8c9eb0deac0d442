"""The QuickBooks simulator seen from outside, as an accountant sees the company file."""

from __future__ import annotations

import json
import urllib.request
from decimal import Decimal
from typing import Any

from dev import rpc

TIMEOUT = 60


class Simulator:
    """Reads its books and does the few things that only people do in QuickBooks."""

    def __init__(self, url: str):
        self.url = url
        self.realm: str = self._call("/_sim/info")["realm"]

    def entities(self, kind: str) -> list[dict[str, Any]]:
        """All objects of a kind; numbers are Decimals, as exact as they were kept."""
        return self._call("/_sim/entities/" + kind)

    def change(self, kind: str, values: dict[str, Any], operation: str = "") -> dict[str, Any]:
        """What a person saves in QuickBooks' own pages."""
        return self._call(f"/_sim/change/{kind}?operation={operation}", values)

    def set_preference(self, name: str, value: Any) -> None:
        self._call("/_sim/preferences", {name: value})

    def move_clock(self, seconds: float) -> None:
        self._call("/_sim/clock", {"seconds": seconds})

    def add_sales_tax(self, name: str, rate: float) -> None:
        """A tax code with one rate, through the tax service like every tool for accountants."""
        token = self._call("/_sim/token", {})["access_token"]
        rates = {
            "TaxRateName": name,
            "RateValue": rate,
            "TaxAgencyId": "1",
            "TaxApplicableOn": "Sales",
        }
        path = f"/v3/company/{self.realm}/taxservice/taxcode"
        self._call(path, {"TaxCode": name, "TaxRateDetails": [rates]}, token)

    def _call(self, path: str, body: dict[str, Any] | None = None, token: str = "") -> Any:
        headers = {"Accept": "application/json", "Content-Type": "application/json"}
        if token:
            headers["Authorization"] = f"Bearer {token}"
        data = None if body is None else json.dumps(body, default=float).encode()
        request = urllib.request.Request(self.url + path, data, headers)
        with rpc.DIRECT.open(request, timeout=TIMEOUT) as response:
            return json.load(response, parse_float=Decimal)
