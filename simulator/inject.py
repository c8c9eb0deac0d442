"""Faults asked for (:mod:`.faults`), done to one request."""

from __future__ import annotations

from . import jsontext, xmlout
from .errors import (
    Disconnect,
    application_error,
    fault,
    forbidden,
    stale,
    throttled,
    unauthenticated,
)
from .schema import BY_LOWER
from .wire import Reply

RUNTIME = 120  # seconds until a request is cut off (FACTS 13)


class Injection:
    """The rules that strike one request, in the order in which they may act."""

    def __init__(self, api, request, exchange, target):
        self.api, self.sim, self.request, self.exchange = api, api.sim, request, exchange
        self.target = target
        self.rules = self.sim.faults.take(target)
        exchange.faults = [rule.kind for rule in self.rules]
        self.refusals = []

    @classmethod
    def of(cls, api, request, exchange, target):
        """``target()`` is only asked for when there are rules."""
        return cls(api, request, exchange, target(request)) if api.sim.faults.rules else NONE

    # before the request is executed ---------------------------------------------------------

    def before(self):
        """The answer of a request that is not executed, or None."""
        for rule in self.rules:
            if rule.kind == "delay":
                self.sim.pause(min(rule.seconds, RUNTIME), self.exchange.epoch)
                if rule.seconds >= RUNTIME:
                    return html_page(504)
            elif rule.kind == "drop_before":
                raise Disconnect
            elif rule.kind == "html":
                return html_page(rule.status if rule.status != 500 else 502)
            elif rule.kind == "status":
                return self._status(rule)
        return None

    def _status(self, rule):
        gateway = {
            401: lambda: unauthenticated("Token expired: (injected)"),
            403: forbidden,
            429: throttled,
        }.get(rule.status)
        if gateway:
            return self.api.gateway(gateway(), self.request, self.exchange)
        if rule.status != 500:
            return html_page(rule.status)
        error = application_error(rule.body or "An unexpected error occurred")
        body = error.body() | {"time": self.exchange.time}
        headers = [("intuit_tid", self.exchange.tid)]
        return Reply(500, jsontext.dumps(body).encode(), "application/json", headers)

    def rotates(self):
        """Whether a refresh kills the old token."""
        return any(rule.kind == "rotate" for rule in self.rules)

    # while it is executed -------------------------------------------------------------------

    def forgets(self):
        """Whether the stored answer is not recognised."""
        if not self.sim.faults.forgets(self.target):
            return False
        self.exchange.faults.append("forget")
        return True

    def refuse(self):
        """Raise what refuses the request as a whole; keep what refuses single items."""
        self.refusals = self.sim.faults.refusals(self.target)
        for rule in self.refusals:
            if rule.items is None and not rule.judges_items(self.target):
                self._raise(rule, self.target.entities)

    def item(self, position):
        """Raise what refuses this item of a batch."""
        if self.refusals:
            rule = self.sim.faults.refuses_item(self.refusals, self.target, position)
            if rule:
                self._raise(rule, [self.target.items[position][0]])

    def _raise(self, rule, entities):
        self.exchange.faults.append(rule.kind)
        if rule.kind == "stale":
            raise stale(*[BY_LOWER[name].name for name in entities if name][:1])
        status = rule.status if rule.code == "10000" else 400
        raise fault(rule.code, rule.detail, "", status=status)

    # after it was committed -----------------------------------------------------------------

    def after(self, reply):
        """The answer as it leaves."""
        for rule in self.rules:
            if rule.kind == "drop_after":
                raise Disconnect
            if rule.kind == "delay_after":
                self.sim.pause(min(rule.seconds, RUNTIME), self.exchange.epoch)
            elif rule.kind == "status_after":
                reply = self._status(rule)
            elif rule.kind == "truncate":
                reply.truncate, reply.chunked = True, False
            elif rule.kind == "malformed":
                reply.body = b'{"' + reply.body[: max(1, len(reply.body) // 3)] + b"}}"
            elif rule.kind == "xml":
                reply.body, reply.ctype = self._as_xml(reply), "application/xml;charset=utf-8"
        return reply

    def _as_xml(self, reply):
        """The same answer in the representation that was not asked for (FACTS 2.3)."""
        try:
            body = jsontext.loads(reply.body.decode())
        except ValueError:
            body = {}
        return xmlout.document(body, self.exchange.time)


class _Nothing:
    """No rules: nothing happens."""

    def before(self):
        return None

    def rotates(self):
        return False

    def forgets(self):
        return False

    def refuse(self):
        return None

    def item(self, position):
        return None

    def after(self, reply):
        return reply


NONE = _Nothing()


def html_page(status):
    """What a load balancer says."""
    body = (
        f"<html><head><title>{status}</title></head><body><center><h1>{status} Gateway "
        "trouble</h1></center><hr><center>envoy</center></body></html>"
    ).encode()
    return Reply(status, body, "text/html")
