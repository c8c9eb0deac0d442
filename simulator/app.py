"""Where a request goes: one base URL stands for all of Intuit's hosts."""

from __future__ import annotations

import json
import traceback

from . import attachments, control_http, pages
from .api import Api
from .clock import envelope_time
from .discovery import document
from .errors import Disconnect
from .exchange import Exchange, new_tid
from .faults import Target
from .inject import Injection
from .oauth import OAuthError
from .wire import Reply

TOKEN_HEADERS = [("Cache-Control", "no-cache, no-store"), ("Pragma", "no-cache")]


def reply_json(body, status=200, headers=()):
    return Reply(status, json.dumps(body).encode(), "application/json;charset=utf-8", list(headers))


class App:
    """Dispatches by path."""

    def __init__(self, sim):
        self.sim, self.api = sim, Api(sim)

    def __call__(self, request):
        try:
            return self._route(request)
        except Disconnect:
            raise
        except Exception:  # the server must answer, and say what went wrong inside it
            text = traceback.format_exc()
            self.sim.journal.count("", internal_errors=1)
            self.sim.last_error = text
            return Reply(500, text.encode(), "text/plain")

    def _route(self, request):
        path = request.path
        if path.startswith("/v3/company/"):
            return self.api(request)
        if path.startswith("/_sim"):
            return control_http.serve(self.sim, request)
        if path.rstrip("/").endswith(("openid_configuration", "openid_sandbox_configuration")):
            return reply_json(document(self.sim.url, "sandbox" in path))
        handler = {
            "/oauth2/v1/tokens/bearer": self._token,
            "/v2/oauth2/tokens/revoke": self._revoke,
            "/v1/openid_connect/userinfo": self._userinfo,
            "/op/v1/jwks": self._jwks,
        }.get(path.rstrip("/"))
        if handler:
            return handler(request)
        if path.startswith("/files/"):
            return self._file(request)
        return pages.serve(self.sim, request)

    def _file(self, request):
        parts = request.path.split("/")
        company = self.sim.companies.get(parts[2]) if len(parts) == 4 else None
        with self.sim.lock:
            found = attachments.serve(company, parts[3], request.query) if company else None
        if not found:
            return Reply(403, b"<Error><Code>AccessDenied</Code></Error>", "application/xml")
        return Reply(200, found[1], found[0] or "application/octet-stream")

    # OAuth endpoints --------------------------------------------------------------------------

    def _logged(self, request, operation, act):
        """Run an OAuth endpoint under fault rules and keep it in the log."""
        sim = self.sim
        exchange = Exchange(
            request.method,
            request.path,
            request.query,
            request.body.decode("utf-8", "replace"),
            envelope_time(sim.clock.now()),
            new_tid(),
            operation=operation,
            epoch=sim.epoch,
        )
        target = Target(request.method, request.path, operation)
        inject = Injection(self.api, request, exchange, target)
        try:
            reply = inject.before()
            if reply is None:
                reply = self._guarded(act, inject)
            reply.headers.append(("intuit_tid", exchange.tid))
            reply = inject.after(reply)
            exchange.status = reply.status
            exchange.answer = reply.body.decode("utf-8", "replace")
            return reply
        finally:
            sim.journal.add(exchange)

    def _guarded(self, act, inject):
        """Refusals are committed as well: reuse of a code or token revokes the grant."""
        with self.sim.transaction():
            try:
                self.sim.check_epoch(inject.exchange.epoch)
                return act(inject)
            except OAuthError as problem:
                headers = (
                    [("Www-Authenticate", 'Basic realm="Intuit"')] if problem.status == 401 else []
                )
                body = json.dumps(problem.body, separators=(",", ":")).encode()
                return Reply(
                    problem.status, body, "application/json;charset=utf-8", headers + TOKEN_HEADERS
                )

    def _token(self, request):
        def act(inject):
            body, grant = self.sim.oauth.token_request(request, inject.rotates())
            if "openid" in grant["scope"].split():
                body["id_token"] = self.sim.identity.id_token(grant)
            return reply_json(body, headers=TOKEN_HEADERS)

        if request.method != "POST":
            return Reply(405, b"", "text/plain")
        return self._logged(request, "token", act)

    def _revoke(self, request):
        def act(_inject):
            try:
                body = json.loads(request.body or b"{}")
            except ValueError:
                body = request.form()
            app = self.sim.oauth.authenticate(request, {})
            try:
                self.sim.oauth.revoke(str(body.get("token", "")), app)
            except OAuthError as problem:
                problem.status = self.sim.company().switch("revoke_again")
                if problem.status == 200:
                    return Reply(200, b"", "application/json")
                raise
            return Reply(200, b"", "application/json")

        return self._logged(request, "revoke", act)

    def _userinfo(self, request):
        def act(_inject):
            token = request.header("authorization").partition(" ")[2]
            grant, problem = self.sim.oauth.check_access(token)
            if problem or "openid" not in grant["scope"].split():
                return reply_json(
                    {"error": "invalid_token"},
                    401,
                    [("Www-Authenticate", 'Bearer realm="Intuit", error="invalid_token"')],
                )
            return reply_json(self.sim.identity.claims(grant))

        return self._logged(request, "userinfo", act)

    def _jwks(self, _request):
        with self.sim.transaction():
            return reply_json(self.sim.identity.jwks())
