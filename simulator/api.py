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
    fault,
    forbidden,
    unauthenticated,
)
from .exchange import BODY, Exchange, new_tid
from .inject import Injection
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
            epoch=sim.epoch,
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
        inject = Injection.of(self, request, exchange, call.target)
        reply = inject.before()
        if reply is None:
            reply = self._gated(call, request, exchange, inject)
        return inject.after(reply)

    def _gated(self, call, request, exchange, inject):
        try:
            client = exchange.client = self._authorize(call.realm, request)
            self.sim.limits.enter(call.realm, client, call.operation == "batch")
        except GatewayFault as error:
            return self.gateway(error, request, exchange)
        try:
            return self._execute(call, request, exchange, inject)
        except GatewayFault as error:
            return self.gateway(error, request, exchange)
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

    def gateway(self, error, request, exchange):
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
        with self.sim.lock:
            company = self.sim.companies.get(exchange.realm)
            if company is None:
                return body, headers
            wait, shape = company.switch("retry_after"), company.switch("throttle_shape")
        if wait:
            headers = [*headers, ("Retry-After", "60")]
        if shape == "upper":
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

    def _execute(self, call, request, exchange, inject):
        sim = self.sim
        lane = self._enter_lane(call, exchange)
        try:
            with sim.transaction():
                sim.check_epoch(exchange.epoch)
                company = sim.companies[call.realm]
                reply = self._run(company, call, request, exchange, inject)
        finally:
            self._latency(call)
            if lane:
                with sim.lock:
                    lane.names_in_flight -= 1
        return reply

    def _enter_lane(self, call, exchange):
        """The company when parallel writes of its names are refused (FACTS 14#56)."""
        if call.operation not in ("create", "update") or call.path[0] not in NAMES_PATHS:
            return None
        with self.sim.lock:
            company = self.sim.companies.get(call.realm)
            if company is None or not company.switch("one_name_at_a_time"):
                return None
            exchange.crowded = company.names_in_flight > 0
            company.names_in_flight += 1
            return company

    def _latency(self, call):
        delay = self.sim.latency + self.sim.item_latency * len(call.items)
        if delay:
            time.sleep(delay)

    def _run(self, company, call, request, exchange, inject):
        """Runs inside the transaction; a fault leaves nothing behind."""
        requestid = request.query.get("requestid", "")
        try:
            self._check_requestid(requestid, call)
            inject.refuse()
            known = self._known(company, call, requestid) if requestid else None
            if known is not None and not inject.forgets():
                exchange.replayed = True
                return self._reply(
                    known[0],
                    known[1].encode() if isinstance(known[1], str) else known[1],
                    known[2],
                    exchange,
                )
            if exchange.crowded:
                raise fault(
                    "6000",
                    "Business Validation Error: You can only add or edit one "
                    "name at a time. Please try again.",
                    "",
                )
            result = operations.run(company, call, request, inject)
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


def _reads(item):
    return any(name in item for name in ("Query", "CDCQuery", "ReportQuery"))


def wants_json(request):
    return "json" in request.header("accept") or "json" in request.query.get("format", "")
