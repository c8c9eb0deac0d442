from odoo import api, models

from ...qbo.http import endpoints
from ...qbo.http.client import Client
from ...qbo.http.limits import PULL, PUSH, Limits
from ...qbo.http.oauth_session import OAuth
from .meter import PEOPLE

#: QuickBooks gives up after 120 seconds; the rest is for clocks and the way.
PATIENCE = 130

#: For benchmarks and tests against a simulator without limits.
UNLIMITED = Limits(10_000, 600_000, 600_000, 10_000, PUSH.concurrent, margin=0)


class QuickbooksGateway(models.AbstractModel):
    """Builds the clients that speak to Intuit: the only door to the network."""

    _name = "quickbooks.gateway"
    _description = "QuickBooks Gateway"

    @api.model
    def _endpoints(self, connection):
        """Addresses of a connection's environment."""
        return endpoints.for_environment(connection.environment, connection.simulator_url or "")

    @api.model
    def _oauth(self, connection):
        """The authorization client of a connection, with its app's keys."""
        credential = self.env["quickbooks.credential"]._of(connection)
        secret = self.env["quickbooks.vault"]._decrypt(credential.client_secret)
        return OAuth(
            credential.client_id or "",
            secret,
            self._endpoints(connection),
            self._redirect_uri(connection),
        )

    @api.model
    def _redirect_uri(self, connection):
        """The address Intuit sends the person back to; it must be registered there."""
        return f"{connection.get_base_url()}/quickbooks/oauth/callback"

    @api.model
    def _webhook_uri(self, connection):
        """The address Intuit announces changes to; it must be registered there."""
        return f"{connection.get_base_url()}/quickbooks/webhook"

    @api.model
    def _limits(self, connection, direction="push"):
        """Our share of Intuit's limits (FACTS 13); a simulator may run without any.

        The shares of the two workers and of people together stay within what Intuit allows.
        """
        parameter = self.env["ir.config_parameter"].sudo()
        if (
            connection.environment == "simulator"
            and parameter.get_param("quickbooks_online.simulator_limits") == "off"
        ):
            return UNLIMITED
        return PULL if direction == "pull" else PUSH

    @api.model
    def _patience(self, connection):
        """Seconds after which QuickBooks no longer works on a request (FACTS 13), with a margin;
        a simulator may be known to be faster."""
        parameter = self.env["ir.config_parameter"].sudo()
        known = parameter.get_param("quickbooks_online.simulator_patience")
        return int(known) if known and connection.environment == "simulator" else PATIENCE

    @api.model
    def _client(self, connection, access_token, **options):
        """A client of a realm; see :meth:`_client_arguments`."""
        arguments = self._client_arguments(connection, access_token, **options)
        if options.get("limiter") is None:  # a person waits for it
            self.env["quickbooks.meter"]._store_afterwards(connection)
        return Client(**arguments)

    @api.model
    def _client_arguments(
        self, connection, access_token, realm=None, timeout=None, source="push", **options
    ):
        """What makes a client, as plain data: it may go to another thread.

        What is called is metered. Whoever has a limiter is a worker and stores its counts at the
        end of its run (``quickbooks.meter``); what people call is stored after their transaction.

        :param realm: another realm than the connection's, while it is being connected
        :param timeout: (connect, read) in seconds
        :param source: direction of the worker's channel
        :param options: ``limiter``, and ``deadline`` until which to wait for its permits
        """
        source = PEOPLE if options.get("limiter") is None else source
        arguments = {
            "realm": realm or connection.realm_id,
            "access_token": access_token,
            "endpoints": self._endpoints(connection),
            "meter": self.env["quickbooks.meter"]._of(connection, source),
            **options,
        }
        return {**arguments, "timeout": timeout} if timeout else arguments

    @api.model
    def _make_client(self, arguments):
        """A function without arguments that builds a client, to be called in a thread."""
        return lambda: Client(**arguments)
