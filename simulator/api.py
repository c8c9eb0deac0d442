"""``/v3/company/{realm}/...``: the order in which Intuit's tiers look at a request.

Gateway (token, realm, throttle) -> requestid -> operation inside one transaction -> answer.
The answer leaves after the commit, so what a client has read is never lost.
"""

from __future__ import annotations

import time

from . import operations, xmlout
from .clock import envelope_time
from .errors import (
    Disconnect,
    Fault,
    GatewayFault,
    application_error,
    fault,
    forbidden,
    stale,
    throttled,
    unauthenticated,
)
from .exchange import BODY, Exchange, new_tid
from .jsontext import dumps
from .wire import Reply

SUCCESS = [
    ("Server", "envoy"),
    ("Strict-Transport-Security", "max-age=31536000"),
    ("Cache-Control", "max-age=0, no-cache, no-store, must-revalidate, private"),
    ("Expires", "0"),
    ("Qbo-Version", "1988.128"),
]
ACCOUNTING = "com.intuit.quickbooks.accounting"
REQUESTID, BATCH_REQUESTID = 50, 36
RUNTIME = 120  # seconds until a request is cut off (FACTS 13)
NAMES_PATHS = ("customer", "vendor", "employee")


class Api:
    """Serves the accounting API of all companies of one simulator."""

    def __init__(self, sim):
        self.sim = sim

    def __call__(self, request):
        sim = self.sim
        started = time.perf_counter()
        exchange = Exchange(
            request.method,
            request.path,
            request.query,
            request.body[:BODY].decode("utf-8", "replace"),
            envelope_time(sim.clock.now()),
            new_tid(),
        )
        try:
            reply = self._serve(request, exchange)
        except Disconnect:
            exchange.status = 0
            raise
        finally:
            exchange.ms = round((time.perf_counter() - started) * 1000, 3)
            sim.journal.add(exchange)
        exchange.status = reply.status
        exchange.answer = reply.body[:BODY].decode("utf-8", "replace")
        return reply

    def _serve(self, request, exchange):
        call = operations.Call.parse(request)
        exchange.realm, exchange.operation, exchange.entity = (
            call.realm,
            call.operation,
            call.entity,
        )
        rules = self.sim.faults.take(
            request.method, request.path, call.entities, call.operation, call.realm
        )
        exchange.faults = [rule.kind for rule in rules]
        reply = self._before(rules, request, exchange)
        if reply is None:
            reply = self._gated(call, request, exchange, rules)
        return self._after(rules, reply, request, exchange)

    def _gated(self, call, request, exchange, rules):
        try:
            client = exchange.client = self._authorize(call.realm, request)
            self.sim.limits.enter(call.realm, client, call.operation == "batch")
        except GatewayFault as error:
            return self._gateway(error, request, exchange)
        try:
            return self._execute(call, request, exchange, rules)
        except GatewayFault as error:
            return self._gateway(error, request, exchange)
        finally:
            self.sim.limits.leave(call.realm, client)

    # gateway --------------------------------------------------------------------------------

    def _authorize(self, realm, request):
        scheme, _, token = request.header("authorization").partition(" ")
        if scheme.lower() != "bearer" or not token:
            raise GatewayFault(401, "ApplicationAuthenticationFailed", "3200", "AUTHENTICATION")
        if not 20 <= len(token) <= 4096:
            raise unauthenticated("Malformed bearer token: too short or too long")
        grant, problem = self.sim.oauth.check_access(token)
        if problem == "expired":
            raise unauthenticated(f"Token expired: {token}")
        if problem:
            raise unauthenticated("Token revoked")
        if (
            grant["realm"] != realm
            or realm not in self.sim.companies
            or (ACCOUNTING not in grant["scope"].split())
            or not grant["member"]
        ):
            raise forbidden()
        return grant["client"]

    def _gateway(self, error, request, exchange):
        stamp = int(self.sim.clock.timestamp() * 1000)
        headers = [("intuit_tid", exchange.tid)]
        if error.status == 401:
            headers.append(("Www-Authenticate", 'Bearer realm="Intuit", error="invalid_token"'))
        body = error.body(stamp)
        if error.status == 429:
            body, headers = self._throttle_shape(exchange, body, headers)
        if wants_json(request):
            return Reply(error.status, dumps(body).encode(), "application/json", headers)
        inner = body.get("fault") or body["Fault"]
        entry = (inner.get("error") or inner.get("Error"))[0]
        shape = {
            "Fault": {
                "type": inner["type"],
                "Error": [
                    {"code": entry["code"], "Message": error.message, "Detail": error.detail}
                ],
            }
        }
        return Reply(
            error.status, xmlout.document(shape, exchange.time), "application/xml", headers
        )

    def _throttle_shape(self, exchange, body, headers):
        """Open point 3 of FACTS 16: keys of the 429 body and Retry-After."""
        company = self.sim.companies.get(exchange.realm)
        if company is None:
            return body, headers
        if company.switch("retry_after"):
            headers = [*headers, ("Retry-After", "60")]
        if company.switch("throttle_shape") == "upper":
            entry = body["fault"]["error"][0]
            body = {
                "Fault": {
                    "Error": [
                        {
                            "Message": entry["message"],
                            "Detail": entry["detail"],
                            "code": entry["code"],
                        }
                    ],
                    "type": "SERVICE",
                },
                "time": exchange.time,
            }
        return body, headers

    # execution ------------------------------------------------------------------------------

    def _execute(self, call, request, exchange, rules):
        sim = self.sim
        company = sim.companies[call.realm]
        lane = self._enter_lane(company, call, exchange)
        try:
            with sim.transaction():
                reply = self._run(company, call, request, exchange, rules)
        finally:
            self._latency(call)
            if lane:
                with sim.lock:
                    company.names_in_flight -= 1
        return reply

    def _enter_lane(self, company, call, exchange):
        """Parallel writes of names can be refused (FACTS 14#56)."""
        if (
            call.path[:1]
            and call.path[0] in NAMES_PATHS
            and call.operation in ("create", "update")
            and company.switch("one_name_at_a_time")
        ):
            with self.sim.lock:
                exchange.crowded = company.names_in_flight > 0
                company.names_in_flight += 1
            return True
        return False

    def _latency(self, call):
        delay = self.sim.latency + self.sim.item_latency * len(call.items)
        if delay:
            time.sleep(delay)

    def _run(self, company, call, request, exchange, rules):
        """Runs inside the transaction; a fault leaves nothing behind."""
        requestid = request.query.get("requestid", "")
        try:
            self._check_requestid(requestid, call)
            forget = any(rule.kind == "forget" for rule in rules)
            known = None if forget or not requestid else self._known(company, call, requestid)
            if known is not None:
                exchange.replayed = True
                return self._reply(
                    known[0],
                    known[1].encode() if isinstance(known[1], str) else known[1],
                    known[2],
                    exchange,
                )
            self._injected(company, call, rules)
            if exchange.crowded:
                raise fault(
                    "6000",
                    "Business Validation Error: You can only add or edit one "
                    "name at a time. Please try again.",
                    "",
                )
            result = operations.run(company, call, request, self._struck(rules))
        except Fault as error:
            return self._fault(company, error, request, exchange, requestid)
        self._count(call)
        reply = self._shape(result, request, exchange)
        if (
            requestid
            and call.writes
            and not (call.operation == "batch" and company.switch("batch_replay") != "whole")
        ):
            self._remember(company, requestid, reply)
        return reply

    def _check_requestid(self, requestid, call):
        limit = BATCH_REQUESTID if call.operation == "batch" else REQUESTID
        if len(requestid) > limit:
            raise fault("2130", f"Invalid Request Id Format : at most {limit} characters", "")

    def _known(self, company, call, requestid):
        """The stored answer of an earlier request with this id (FACTS 2.5)."""
        row = company.store.run(
            "SELECT status, body, ctype, at FROM {p}replay WHERE requestid = ?", (requestid,)
        ).fetchone()
        if row and self.sim.clock.timestamp() - row[3] <= company.switch("requestid_seconds"):
            return row
        return None

    def _remember(self, company, requestid, reply):
        company.store.run(
            "INSERT OR REPLACE INTO {p}replay VALUES (?, ?, ?, ?, ?)",
            (requestid, self.sim.clock.timestamp(), reply.status, reply.ctype, reply.body),
        )

    def _injected(self, company, call, rules):
        for rule in rules:
            if rule.items is None and rule.kind == "stale" and call.writes:
                raise stale(call.entity)
            if rule.items is None and rule.kind == "fault":
                raise custom_fault(rule)

    def _struck(self, rules):
        """A function that makes single batch items fail."""
        chosen = [rule for rule in rules if rule.items is not None]
        if not chosen:
            return None

        def struck(position, _item):
            for rule in chosen:
                if position in rule.items:
                    raise stale() if rule.kind == "stale" else custom_fault(rule)

        return struck

    def _count(self, call):
        amounts = {"requests": 1}
        if call.operation == "batch":
            amounts["batches"] = 1
            amounts["batch_items"] = len(call.items)
            amounts["writes"] = sum(1 for item in call.items if not _reads(item))
            amounts["reads"] = len(call.items) - amounts["writes"]
        else:
            amounts["writes" if call.writes else "reads"] = 1
            amounts[call.operation] = 1
        self.sim.journal.count(call.realm, **amounts)

    # answers --------------------------------------------------------------------------------

    def _shape(self, result, request, exchange):
        if result.raw is not None:
            return self._reply(200, result.raw, result.ctype, exchange)
        body = result.body
        if result.timed:
            body = body | {"time": envelope_time(self.sim.clock.now())}
        if wants_json(request) or result.json_only:
            return self._reply(
                200, dumps(body).encode(), "application/json;charset=utf-8", exchange
            )
        return self._reply(
            200, xmlout.document(body, exchange.time), "application/xml;charset=utf-8", exchange
        )

    def _reply(self, status, body, ctype, exchange):
        headers = [("intuit_tid", exchange.tid), *SUCCESS, ("Service-Time", "total=12, db=4")]
        return Reply(status, body, ctype, headers, chunked=True)

    def _fault(self, company, error, request, exchange, requestid):
        self.sim.mark_rollback()
        body = error.body()
        if error.timed:
            body["time"] = envelope_time(self.sim.clock.now())
        headers = [("intuit_tid", exchange.tid), ("Server", "envoy")]
        if wants_json(request):
            reply = Reply(error.status, dumps(body).encode(), "application/json", headers)
        else:
            reply = Reply(
                error.status, xmlout.document(body, exchange.time), "application/xml", headers
            )
        if requestid and company.switch("requestid_faults"):
            self.sim.after_rollback(lambda: self._remember(company, requestid, reply))
        return reply

    # injected faults ------------------------------------------------------------------------

    def _before(self, rules, request, exchange):
        for rule in rules:
            if rule.kind == "delay":
                time.sleep(min(rule.seconds, RUNTIME))
                if rule.seconds >= RUNTIME:
                    return html_page(504)
            elif rule.kind == "drop_before":
                raise Disconnect
            elif rule.kind == "html":
                return html_page(rule.status if rule.status != 500 else 502)
            elif rule.kind == "status":
                return self._status(rule, request, exchange)
        return None

    def _status(self, rule, request, exchange):
        if rule.status == 401:
            return self._gateway(unauthenticated("Token expired: (injected)"), request, exchange)
        if rule.status == 403:
            return self._gateway(forbidden(), request, exchange)
        if rule.status == 429:
            return self._gateway(throttled(), request, exchange)
        if rule.status == 500:
            error = application_error(rule.body or "An unexpected error occurred")
            body = error.body() | {"time": exchange.time}
            return Reply(
                500, dumps(body).encode(), "application/json", [("intuit_tid", exchange.tid)]
            )
        return html_page(rule.status)

    def _after(self, rules, reply, request, exchange):
        for rule in rules:
            if rule.kind == "drop_after":
                raise Disconnect
            if rule.kind == "truncate":
                reply.truncate, reply.chunked = True, False
            elif rule.kind == "malformed":
                reply.body = b'{"' + reply.body[: max(1, len(reply.body) // 3)] + b"}}"
            elif rule.kind == "xml":
                reply.body = (
                    f'<IntuitResponse xmlns="{xmlout.NAMESPACE}" time="{exchange.time}"/>'
                ).encode()
                reply.ctype = "application/xml"
        return reply


def _reads(item):
    return any(name in item for name in ("Query", "CDCQuery", "ReportQuery"))


def custom_fault(rule):
    return fault(rule.code, rule.detail, "", status=rule.status if rule.code == "10000" else 400)


def html_page(status):
    body = (
        f"<html><head><title>{status}</title></head><body><center><h1>{status} Gateway "
        "trouble</h1></center><hr><center>envoy</center></body></html>"
    ).encode()
    return Reply(status, body, "text/html")


def wants_json(request):
    return "json" in request.header("accept") or "json" in request.query.get("format", "")
