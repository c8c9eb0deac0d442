"""An invoice is paid in QuickBooks, the way a person does it there; Odoo is told by webhook."""

from __future__ import annotations

import http.cookiejar
import time
import urllib.parse
import urllib.request

from dev import rpc
from dev.context import Context
from dev.progress import Halt, say, seconds
from dev.scenario_wait import until

MOVE = "account.move"
FIELDS = ["name", "qbo_id", "amount_residual"]
PAID = ("in_payment", "paid")
TIMEOUT = 60


class Pages:
    """QuickBooks' own pages, as an accountant's browser uses them."""

    def __init__(self, url: str):
        self.url = url
        self._opener = urllib.request.build_opener(
            urllib.request.ProxyHandler({}),
            urllib.request.HTTPCookieProcessor(http.cookiejar.CookieJar()),
        )
        self._post("/login", {"user": "accountant"})

    def record_payment(self, invoice: str, amount: float) -> None:
        """*Record a payment* on the page of an invoice."""
        form = {"kind": "Invoice", "id": invoice, "amount": f"{amount:.2f}"}
        page = self._post("/app/payment/record", form)
        if "Payment recorded." not in page:
            raise Halt(f"QuickBooks did not record a payment of invoice {invoice}:\n{page}")

    def _post(self, path: str, form: dict[str, str]) -> str:
        body = urllib.parse.urlencode(form).encode()
        with self._opener.open(self.url + path, body, timeout=TIMEOUT) as response:
            return response.read().decode()


def pay_in_quickbooks(context: Context, odoo: rpc.Client, invoice: int) -> None:
    """Pay all that is open, and wait until Odoo has it."""
    move = odoo.execute(MOVE, "read", [invoice], FIELDS)[0]
    Pages(context.simulator_url).record_payment(move["qbo_id"], move["amount_residual"])
    started = time.monotonic()

    def paid() -> bool:
        state = odoo.execute(MOVE, "read", [invoice], ["payment_state"])[0]["payment_state"]
        return state in PAID

    until(odoo, f"{move['name']} is paid in Odoo", paid, TIMEOUT)
    took = seconds(time.monotonic() - started)
    say(f"scenario: {move['name']} was paid in QuickBooks and is paid in Odoo, by webhook, {took}")
