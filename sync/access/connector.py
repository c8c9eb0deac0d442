import logging
from dataclasses import dataclass
from functools import partial

from odoo import api, fields, models
from odoo.exceptions import AccessError, UserError
from odoo.service.model import retrying

from ...qbo import entities
from ...qbo.errors import (
    Disconnected,
    Forbidden,
    QboError,
    Throttled,
    Unknown,
    Unsent,
    WrongKeys,
)
from ...qbo.mapping.profile import read_profile

_logger = logging.getLogger(__name__)

#: People wait for these calls, so they may not take long: (connect, read) in seconds.
PATIENCE = (5, 10)


@dataclass
class Consent:
    """How an authorization ended."""

    ok: bool
    sentence: str
    connection_id: int = 0


class QuickbooksConnector(models.AbstractModel):
    """Connects, checks and disconnects: the few remote calls a person waits for.

    The code exchange may never run twice, and Odoo replays a request whose transaction collides.
    So the state is used up and the tokens are stored on cursors of their own, and the request's
    own transaction writes nothing.
    """

    _name = "quickbooks.connector"
    _description = "QuickBooks Connector"

    # -- going there ---------------------------------------------------------------------------

    @api.model
    def _start(self, connection, allow_other=False):
        """The action that leads to the consent page."""
        self._check_administrator()
        credential = self.env["quickbooks.credential"]._of(connection)
        if not credential.client_id or not credential.client_secret:
            raise UserError(
                self.env._("Enter the client id and client secret of your Intuit app first.")
            )
        try:
            self.env["quickbooks.gateway"]._endpoints(connection)
        except ValueError as error:
            raise UserError(self.env._("The simulator's address is wrong: %s.", error)) from error
        other = "?other=1" if allow_other else ""
        return {
            "type": "ir.actions.act_url",
            "url": f"/quickbooks/oauth/start/{connection.id}{other}",
            "target": "self",
        }

    @api.model
    def _consent_url(self, connection, session_id, allow_other=False):
        """Address of the consent page, with a fresh state."""
        self._check_administrator()
        state = self.env["quickbooks.oauth.state"]._begin(
            connection, self.env.user, session_id, allow_other
        )
        return self.env["quickbooks.gateway"]._oauth(connection).authorization_url(state)

    def _check_administrator(self):
        if not self.env.user.has_group("base.group_system"):
            raise AccessError(self.env._("Only administrators may connect QuickBooks."))

    # -- coming back ---------------------------------------------------------------------------

    @api.model
    def _complete(self, params, session_id):
        """Finish an authorization with the query parameters of the redirect.

        :return: a :class:`Consent`; whatever goes wrong is a sentence and leaves nothing behind
        """
        self._check_administrator()
        with self.env.registry.cursor() as cr:
            row = self.env(cr=cr)["quickbooks.oauth.state"]._consume(
                params.get("state"), self.env(cr=cr).user, session_id
            )
            connection_id, allow_other = row.connection_id.id, row.allow_other
        if not connection_id:
            return self._failed(
                self.env._(
                    "This authorization is not valid any more, or was begun by somebody else. "
                    "Start again from Settings."
                )
            )
        connection = self.env["quickbooks.connection"].browse(connection_id)
        if params.get("error"):
            return self._failed(self._redirect_error(params["error"]), connection)
        realm, code = params.get("realmId"), params.get("code")
        if not code or not (realm or "").isdigit():
            return self._failed(
                self.env._("QuickBooks sent no authorization back. Start again from Settings."),
                connection,
            )
        if connection.realm_id and realm != connection.realm_id and not allow_other:
            return self._failed(
                self.env._(
                    "You chose another QuickBooks company than %(company)s, to which this "
                    "connection belongs. Nothing was changed. Choose %(company)s, or use “Connect "
                    "another company” in Settings.",
                    company=connection.company_name,
                ),
                connection,
            )
        return self._exchange(connection, realm, code)

    def _redirect_error(self, error):
        if error == "access_denied":
            return self.env._("You cancelled at QuickBooks. Nothing was changed.")
        return self.env._(
            "QuickBooks refused the authorization (%s). Check the keys of your app.", error
        )

    def _failed(self, sentence, connection=None):
        return Consent(False, sentence, connection.id if connection else 0)

    def _exchange(self, connection, realm, code):
        """Trade the code for tokens, look at the company, then keep both or neither."""
        oauth = self.env["quickbooks.gateway"]._oauth(connection)
        try:
            tokens = oauth.exchange(code)
        except QboError as error:
            _logger.info("The authorization code could not be exchanged: %s", error)
            return self._failed(self._exchange_sentence(error), connection)
        try:
            company, preferences = self._read_company(connection, realm, tokens.access_token)
            problem = self._company_problem(connection, realm, preferences)
        except QboError as error:
            problem = self.env._(
                "QuickBooks accepted the authorization but not the first call: %s. Nothing was "
                "changed.",
                self._plain(error),
            )
        if problem:
            self._revoke_quietly(oauth, tokens.refresh_token)
            return self._failed(problem, connection)
        connection_id = self._keep(connection, realm, tokens, company, preferences)
        return Consent(True, self.env._("Connected."), connection_id)

    def _exchange_sentence(self, error):
        if isinstance(error, WrongKeys):
            return self.env._(
                "QuickBooks does not accept the client id or client secret. Correct them in "
                "Settings, then connect again."
            )
        if isinstance(error, Disconnected):
            return self.env._(
                "The authorization code has expired or was used before. Connect again."
            )
        return self.env._("QuickBooks could not be asked: %s. Try again.", self._plain(error))

    def _plain(self, error):
        """An error as a person reads it."""
        if isinstance(error, (Unsent, Unknown)):
            return self.env._("it cannot be reached right now")
        if isinstance(error, Throttled):
            return self.env._("it asks us to slow down; try again in a minute")
        if isinstance(error, Forbidden):
            return self.env._("these keys may not use this company")
        detail = error.faults[0].detail or error.faults[0].message if error.faults else ""
        return detail or error.message

    def _read_company(self, connection, realm, access_token):
        client = self.env["quickbooks.gateway"]._client(
            connection, access_token, realm=realm, timeout=PATIENCE
        )
        company = client.call("GET", f"companyinfo/{realm}").raise_for_fault().body
        preferences = client.call("GET", "preferences").raise_for_fault().body
        return company["CompanyInfo"], preferences["Preferences"]

    def _company_problem(self, connection, realm, preferences):
        """Why this QuickBooks company cannot serve this Odoo company, or an empty text."""
        home = (preferences.get("CurrencyPrefs") or {}).get("HomeCurrency") or {}
        ours = connection.company_id.currency_id.name
        if home.get("value") and home["value"] != ours:
            return self.env._(
                "The QuickBooks company keeps its books in %(theirs)s, %(company)s in %(ours)s. "
                "Both must be the same, so nothing was connected.",
                theirs=home["value"],
                ours=ours,
                company=connection.company_id.name,
            )
        taken = (
            self.env["quickbooks.connection"]
            .sudo()
            .search(
                [
                    ("realm_id", "=", realm),
                    ("environment", "=", connection.environment),
                    ("id", "!=", connection.id),
                ],
                limit=1,
            )
        )
        if taken:
            return self.env._(
                "This QuickBooks company is already connected to %s. Nothing was changed.",
                taken.company_id.name,
            )
        return ""

    def _keep(self, connection, realm, tokens, company, preferences):
        """Store the new state on a cursor of its own.

        A code is good for one exchange, so what it brought must not be lost to a worker that
        writes the connection in the same moment: Odoo's way of repeating, for this part alone.
        """
        values = {
            "realm_id": realm,
            "state": "connected",
            "attention_reason": False,
            **self._company_values(company, preferences),
        }
        with self.env.registry.cursor() as cr:
            env = self.env(cr=cr, su=True)
            own = env["quickbooks.connection"].browse(connection.id)
            return retrying(partial(self._keep_on, own, tokens, values), env)

    def _keep_on(self, own, tokens, values):
        """A realm stays with its record for life: another one gets a record of its own, and the
        old one is archived with all its links.

        :return: id of the connection that has the tokens now
        """
        if own.realm_id != values["realm_id"]:
            earlier = self._earlier(own, values["realm_id"])
            if own.realm_id or earlier:
                own = self._replace(own, earlier)
        own.env["quickbooks.tokens"]._store(own.env["quickbooks.credential"]._of(own), tokens)
        own.write(values)
        own._activate_crons()
        own._wake(scan=own.stage != "off", refresh=True)
        return own.id

    @staticmethod
    def _earlier(own, realm):
        """The archived connection that had a realm before. Without its links, what is in that
        company's books would be sent once more."""
        return own.search(
            [
                ("company_id", "=", own.company_id.id),
                ("environment", "=", own.environment),
                ("realm_id", "=", realm),
                ("active", "=", False),
            ],
            limit=1,
        )

    def _replace(self, old, earlier):
        """Let another connection, an earlier one or a new one, take this one's place and keys."""
        credential = self.env["quickbooks.credential"]
        before = credential.with_env(old.env)._of(old)
        old.write({"active": False, "state": "disconnected", "stage": "off"})
        old.flush_recordset()  # the other one takes its place in a unique index
        old.env["quickbooks.tokens"]._forget(before)
        new = earlier
        if new:
            new.write({"active": True, "simulator_url": old.simulator_url})
        else:
            new = old.copy({"company_id": old.company_id.id, "active": True})
        keys = ("client_id", "client_secret", "verifier")
        credential.with_env(old.env)._of(new).write({name: before[name] for name in keys})
        return new

    @api.model
    def _company_values(self, company, preferences):
        """Column values of a connection from CompanyInfo and Preferences."""
        profile = read_profile(company, preferences)
        return {
            "company_name": company.get("CompanyName"),
            "country_code": profile["country"],
            "home_currency": profile["home_currency"],
            "profile": profile,
            "profile_at": fields.Datetime.now(),
        }

    def _revoke_quietly(self, oauth, token):
        """Give a grant back that we will not keep; failing to do so harms nobody."""
        try:
            oauth.revoke(token)
        except QboError as error:
            _logger.info("An unused authorization could not be revoked: %s", error)

    # -- leaving -------------------------------------------------------------------------------

    @api.model
    def _disconnect(self, connection):
        """Stop and revoke. Stopping is certain, revoking is tried."""
        self._check_administrator()
        oauth, token = self._grant(connection)
        with self.env.registry.cursor() as cr:
            env = self.env(cr=cr, su=True)
            own = env["quickbooks.connection"].browse(connection.id)
            own.write({"state": "disconnected", "attention_reason": False})
            env["quickbooks.tokens"]._forget(env["quickbooks.credential"]._of(own))
        message = self.env._("Disconnected. All data and links are kept.")
        kind = "success"
        if token:
            try:
                oauth.revoke(token)
            except QboError as error:
                _logger.info("The authorization could not be revoked: %s", error)
                kind = "warning"
                message = self.env._(
                    "Disconnected here, but QuickBooks could not be told. Remove the app there "
                    "under “My apps”."
                )
        return {
            "type": "ir.actions.client",
            "tag": "display_notification",
            "params": {
                "type": kind,
                "message": message,
                "next": {"type": "ir.actions.client", "tag": "soft_reload"},
            },
        }

    def _grant(self, connection):
        """What is needed to revoke; nothing when the vault's key is lost, which must not keep
        anybody from disconnecting."""
        credential = self.env["quickbooks.credential"]._of(connection)
        try:
            token = self.env["quickbooks.vault"]._decrypt(credential.refresh_token)
            return self.env["quickbooks.gateway"]._oauth(connection), token
        except UserError as error:
            _logger.info("The authorization cannot be revoked: %s", error)
            return None, ""

    # -- links into QuickBooks -----------------------------------------------------------------

    @api.model
    def _deep_link(self, connection, remote_type, remote_id):
        """Address of an object's page in QuickBooks, or False."""
        if not connection or not remote_id or not remote_type:
            return False
        try:
            ui = self.env["quickbooks.gateway"]._endpoints(connection).ui
        except ValueError:
            return False
        return entities.deep_link(ui, remote_type, remote_id) or False
