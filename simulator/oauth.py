"""OAuth 2.0: apps, consent, tokens and their rotation (FACTS 1)."""

from __future__ import annotations

import base64
import binascii
import json
import re
import secrets

ACCESS_SECONDS = 3600
REFRESH_SECONDS = 8726400  # 101 days
ROLLING_SECONDS = 8640000  # 100 days
ROTATION_SECONDS = 86400
HARD_SECONDS = 157680000  # five years
CODE_SECONDS = 600
LOOPBACK = re.compile(r"https?://(localhost|127(\.\d+){3}|\[::1\])(:\d+)?(/[^#]*)?$")
SCOPES = {
    "com.intuit.quickbooks.accounting",
    "com.intuit.quickbooks.payment",
    "openid",
    "profile",
    "email",
    "phone",
    "address",
    "com.intuit.quickbooks.payroll",
    "com.intuit.quickbooks.payroll.timetracking",
    "com.intuit.quickbooks.payroll.benefits",
    "com.intuit.quickbooks.payroll.payslip.read",
    "project-management.project",
    "app-foundations.custom-field-definitions",
    "app-foundations.custom-field-definitions.read",
    "payroll.compensation.read",
    "indirect-tax.tax-calculation.quickbooks",
}
COMPANY_SCOPES = {"com.intuit.quickbooks.accounting", "com.intuit.quickbooks.payment"}
TABLES = """
CREATE TABLE IF NOT EXISTS app (client TEXT PRIMARY KEY, secret TEXT, redirects TEXT,
  verifier TEXT, webhook TEXT);
CREATE TABLE IF NOT EXISTS grant_ (id INTEGER PRIMARY KEY, client TEXT, realm TEXT, user TEXT,
  scope TEXT, created REAL, revoked INTEGER, member INTEGER);
CREATE TABLE IF NOT EXISTS code (code TEXT PRIMARY KEY, grant_id INTEGER, redirect TEXT,
  expires REAL, used INTEGER);
CREATE TABLE IF NOT EXISTS access (token TEXT PRIMARY KEY, grant_id INTEGER, expires REAL);
CREATE TABLE IF NOT EXISTS refresh (token TEXT PRIMARY KEY, grant_id INTEGER, issued REAL,
  expires REAL, superseded REAL, dead INTEGER)
"""


class OAuthError(Exception):
    """An error body of FACTS 1.6."""

    def __init__(self, status, error, description=None, **extra):
        super().__init__(f"{error}: {description}")
        self.status = status
        self.body = {"error": error}
        if description:
            self.body["error_description"] = description
        self.body |= extra


class OAuth:
    """Token endpoint logic over the tables above; callers hold the transaction."""

    def __init__(self, db, clock, lock):
        self.db, self.clock, self.lock = db, clock, lock
        self.rotate_always = False  # every refresh returns a new value
        self.grace_seconds = ROTATION_SECONDS  # how long a superseded value still works
        self.abuse_revokes = False  # reuse of a dead value revokes the grant
        self.any_client = False  # unknown apps are registered when they first appear
        self.newcomer = None, None  # with this verifier and webhook
        self._access = {}
        for statement in TABLES.split(";"):
            db.execute(statement)

    def forget_cache(self):
        self._access = {}

    # apps -----------------------------------------------------------------------------------

    def register(self, client, secret, redirects=(), verifier=None, webhook=None):
        """An app; without redirect URIs any loopback one is accepted."""
        self.db.execute(
            "INSERT OR REPLACE INTO app VALUES (?, ?, ?, ?, ?)",
            (
                client,
                secret,
                json.dumps(list(redirects)),
                verifier or secrets.token_urlsafe(24),
                webhook,
            ),
        )

    def app(self, client):
        row = self.db.execute(
            "SELECT client, secret, redirects, verifier, webhook FROM app WHERE client = ?",
            (client,),
        ).fetchone()
        names = ("client", "secret", "redirects", "verifier", "webhook")
        if row is None and self.any_client and client:
            self.register(client, "", (), *self.newcomer)
            return self.app(client)
        return dict(zip(names, row, strict=True)) if row else None

    def apps(self):
        return [self.app(row[0]) for row in self.db.execute("SELECT client FROM app").fetchall()]

    def listens(self, client, realm):
        """Whether webhooks of a company go to an app: while it is connected (FACTS 10.3).

        A company that no app has ever connected tells them all, which spares tests a consent.
        """
        rows = self.db.execute(
            "SELECT client, MIN(revoked) FROM grant_ WHERE realm = ? GROUP BY client", (realm,)
        ).fetchall()
        return not rows or (client, 0) in rows

    def redirect_allowed(self, app, uri):
        registered = json.loads(app["redirects"])
        return uri in registered if registered else bool(LOOPBACK.match(uri))

    def authenticate(self, request, form):
        """Client of a token request: Basic header or form fields (FACTS 1.3)."""
        client, secret = form.get("client_id"), form.get("client_secret")
        scheme, _, value = request.header("authorization").partition(" ")
        if scheme.lower() == "basic":
            try:
                client, _, secret = base64.b64decode(value, validate=True).decode().partition(":")
            except (binascii.Error, UnicodeDecodeError):
                raise OAuthError(401, "invalid_client") from None
        app = self.app(client or "")
        if app and not app["secret"] and self.any_client:
            self.db.execute("UPDATE app SET secret = ? WHERE client = ?", (secret, client))
            return self.app(client)
        if app is None or not secrets.compare_digest(
            app["secret"].encode(), (secret or "").encode()
        ):
            raise OAuthError(401, "invalid_client")
        return app

    # grants ---------------------------------------------------------------------------------

    def grant(self, client, realm, scope, user="1"):
        now = self.clock.timestamp()
        return self.db.execute(
            "INSERT INTO grant_ (client, realm, user, scope, created, revoked, member) "
            "VALUES (?, ?, ?, ?, ?, 0, 1)",
            (client, realm, user, scope, now),
        ).lastrowid

    def _grant(self, ident):
        row = self.db.execute(
            "SELECT id, client, realm, user, scope, created, revoked, member "
            "FROM grant_ WHERE id = ?",
            (ident,),
        ).fetchone()
        names = ("id", "client", "realm", "user", "scope", "created", "revoked", "member")
        return dict(zip(names, row, strict=True)) if row else None

    def code_for(self, client, realm, scope, redirect):
        """Consent was given: a code for the redirect."""
        code = "AB1" + secrets.token_hex(24)
        self.db.execute(
            "INSERT INTO code VALUES (?, ?, ?, ?, 0)",
            (
                code,
                self.grant(client, realm, scope),
                redirect,
                self.clock.timestamp() + CODE_SECONDS,
            ),
        )
        return code

    def revoke_grant(self, ident):
        self.db.execute("UPDATE grant_ SET revoked = 1 WHERE id = ?", (ident,))
        self._access.clear()

    def disconnect(self, realm, client=None):
        """What the Disconnect button in QuickBooks does: both tokens die (FACTS 1.4)."""
        self.db.execute(
            "UPDATE grant_ SET revoked = 1 WHERE realm = ? AND (? IS NULL OR client = ?)",
            (realm, client, client),
        )
        self._access.clear()

    def expel(self, realm):
        """The connecting user loses the company."""
        self.db.execute("UPDATE grant_ SET member = 0 WHERE realm = ?", (realm,))
        self._access.clear()

    # tokens ---------------------------------------------------------------------------------

    def token_request(self, request, rotate=False):
        """``POST /oauth2/v1/tokens/bearer``: the JSON of a token answer."""
        form = request.form()
        app = self.authenticate(request, form)
        hard = request.header("x-include-refresh-token-hard-expires-in").lower() == "true"
        kind = form.get("grant_type")
        if kind == "authorization_code":
            grant, refresh = self._exchange(app, form)
        elif kind == "refresh_token":
            grant, refresh = self._refresh(app, form, rotate)
        elif kind:
            raise OAuthError(400, "unsupported_grant_type")
        else:
            raise OAuthError(400, "invalid_request")
        return self._answer(grant, refresh, hard)

    def _exchange(self, app, form):
        row = self.db.execute(
            "SELECT grant_id, redirect, expires, used FROM code WHERE code = ?", (form.get("code"),)
        ).fetchone()
        grant = self._grant(row[0]) if row else None
        if grant and row[3]:
            self.revoke_grant(grant["id"])  # a code used twice is abuse
        if (
            not grant
            or row[3]
            or row[2] < self.clock.timestamp()
            or (grant["client"] != app["client"])
        ):
            raise OAuthError(400, "invalid_grant")
        if row[1] != form.get("redirect_uri"):
            raise OAuthError(400, "invalid_grant", "Invalid redirect_uri")
        self.db.execute("UPDATE code SET used = 1 WHERE code = ?", (form["code"],))
        return grant, self._new_refresh(grant)

    def _new_refresh(self, grant):
        now = self.clock.timestamp()
        token = "AB11" + str(int(now) + REFRESH_SECONDS) + secrets.token_urlsafe(24)
        expires = min(now + REFRESH_SECONDS, grant["created"] + HARD_SECONDS)
        self.db.execute(
            "INSERT INTO refresh VALUES (?, ?, ?, ?, NULL, 0)", (token, grant["id"], now, expires)
        )
        return token

    def _refresh(self, app, form, rotate):
        token, now = form.get("refresh_token") or "", self.clock.timestamp()
        row = self.db.execute(
            "SELECT grant_id, issued, expires, superseded, dead FROM refresh WHERE token = ?",
            (token,),
        ).fetchone()
        if row is None:
            raise OAuthError(400, "invalid_grant", "Incorrect or invalid refresh token")
        grant = self._grant(row[0])
        if grant["client"] != app["client"]:
            raise OAuthError(400, "invalid_grant", "Incorrect Token type or clientID")
        self._check_refresh(grant, row, now)
        if row[3] is not None:  # superseded, within its grace
            newer = self.db.execute(
                "SELECT token FROM refresh WHERE grant_id = ? AND superseded IS NULL AND dead = 0",
                (row[0],),
            ).fetchone()
            return grant, newer[0] if newer else self._new_refresh(grant)
        if rotate or self.rotate_always or now - row[1] >= ROTATION_SECONDS:
            kill = rotate or not self.grace_seconds
            self.db.execute(
                "UPDATE refresh SET superseded = ?, dead = ? WHERE token = ?",
                (now, int(kill), token),
            )
            return grant, self._new_refresh(grant)
        return grant, token

    def _check_refresh(self, grant, row, now):
        if not grant["member"]:
            raise OAuthError(
                400,
                "invalid_grant",
                "Unauthorized Request: User is not a member of the specified Realm",
                x_error_reason="user_not_in_realm",
                x_error_reason_detail="The user is not in the specified realm",
            )
        late = row[3] is not None and now - row[3] > self.grace_seconds
        if grant["revoked"] or row[2] < now or row[4] or late:
            if self.abuse_revokes and (row[4] or late):
                self.revoke_grant(grant["id"])
            raise OAuthError(400, "invalid_grant", "Token invalid")

    def _answer(self, grant, refresh, hard):
        now = self.clock.timestamp()
        access = "eyJlbmMiOiJBMTI4Q0JDLUhTMjU2IiwiYWxnIjoiZGlyIn0.." + secrets.token_urlsafe(450)
        self.db.execute(
            "INSERT INTO access VALUES (?, ?, ?)", (access, grant["id"], now + ACCESS_SECONDS)
        )
        expires = self.db.execute(
            "SELECT expires FROM refresh WHERE token = ?", (refresh,)
        ).fetchone()[0]
        answer = {
            "x_refresh_token_expires_in": round(expires - now),
            "refresh_token": refresh,
            "access_token": access,
            "token_type": "bearer",
            "expires_in": ACCESS_SECONDS,
        }
        if hard:
            answer["x_refresh_token_hard_expires_in"] = round(grant["created"] + HARD_SECONDS - now)
        return answer, grant

    def check_access(self, token):
        """``(grant, None)`` of a good token, else ``(None, problem)``."""
        known = self._access.get(token) or self._look_up(token)
        if known is None:
            return None, "unknown"
        grant, expires = known
        if grant["revoked"]:
            return None, "revoked"
        if expires < self.clock.timestamp():
            return None, "expired"
        return grant, None

    def _look_up(self, token):
        """``(grant, expires)`` of an access token, remembered for the next request."""
        with self.lock:
            row = self.db.execute(
                "SELECT grant_id, expires FROM access WHERE token = ?", (token,)
            ).fetchone()
            if row is not None:
                self._access[token] = self._grant(row[0]), row[1]
            return self._access.get(token)

    def expire_access(self, realm=None):
        """Let the access tokens of a realm run out now."""
        self.db.execute(
            "UPDATE access SET expires = 0 WHERE ? IS NULL OR grant_id IN "
            "(SELECT id FROM grant_ WHERE realm = ?)",
            (realm, realm),
        )
        self._access.clear()

    def revoke(self, token, app):
        """Either kind of token revokes the whole grant (FACTS 1.5)."""
        row = self.db.execute(
            "SELECT grant_id FROM access WHERE token = ? UNION "
            "SELECT grant_id FROM refresh WHERE token = ?",
            (token, token),
        ).fetchone()
        grant = self._grant(row[0]) if row else None
        if not grant or grant["revoked"] or grant["client"] != app["client"]:
            raise OAuthError(400, "invalid_token")
        self.revoke_grant(grant["id"])
