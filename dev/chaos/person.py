"""What a person is asked to do by the product, and does: nothing else is clicked in a chaos run."""

from __future__ import annotations

import contextlib
import urllib.error
from collections import Counter
from http.client import HTTPException
from urllib.parse import urljoin

from dev import rpc
from dev.scenario_connect import Form, connection_of

CONNECTION = "quickbooks.connection"
OPERATION = "quickbooks.operation"
#: Reasons of the product that rightly wait for a person; each comes from an injected fault.
DECISIONS = {"period_closed": "the injected 6210: somebody reopens the period and tries again"}
#: what a consent page or its redirect may answer while faults are on
TROUBLE = (rpc.RemoteError, urllib.error.URLError, ConnectionError, HTTPException, TimeoutError)


class Manager:
    """Whoever is responsible for the connection."""

    def __init__(self, odoo: rpc.Client):
        self.odoo = odoo
        self.done: Counter[str] = Counter()

    def look(self) -> None:
        """Reconnect when asked to, and try again what only needed a word."""
        if connection_of(self.odoo).get("state") == "attention":
            with contextlib.suppress(*TROUBLE):
                self._reconnect()
                self.done["reconnected"] += 1
        domain = [("state", "in", ["held", "failed"]), ("problem_key", "in", list(DECISIONS))]
        stuck = self.odoo.execute(OPERATION, "search", domain)
        if stuck:
            self.odoo.execute(OPERATION, "action_retry", stuck)
            self.done["tried again"] += len(stuck)

    def _reconnect(self) -> None:
        """Through the consent page, as the button leads."""
        connection = connection_of(self.odoo)
        action = self.odoo.execute(CONNECTION, "action_connect", [connection["id"]])
        address, page = self.odoo.visit(action["url"])
        consent = Form(page)
        self.odoo.visit(urljoin(address, consent.action), {**consent.values, "action": "connect"})
