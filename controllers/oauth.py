from odoo import http
from odoo.exceptions import AccessError, UserError
from odoo.http import request


class QuickbooksOAuth(http.Controller):
    """The two ends of an authorization: leaving for Intuit and coming back."""

    @http.route(
        "/quickbooks/oauth/start/<int:connection_id>",
        type="http",
        auth="user",
        methods=["GET"],
        readonly=False,
    )
    def start(self, connection_id, other=None, **_params):
        """Send the administrator to the consent page."""
        connection = request.env["quickbooks.connection"].browse(connection_id)
        try:
            connection.check_access("write")
            url = request.env["quickbooks.connector"]._consent_url(
                connection, request.session.sid, allow_other=bool(other)
            )
        except (AccessError, UserError) as error:
            return self._page(str(error))
        return request.redirect(url, local=False)

    @http.route(
        "/quickbooks/oauth/callback",
        type="http",
        auth="user",
        methods=["GET"],
        save_session=False,
        readonly=False,
    )
    def callback(self, **params):
        """Finish the authorization: to the settings when connected, else one plain sentence."""
        try:
            consent = request.env["quickbooks.connector"]._complete(params, request.session.sid)
        except (AccessError, UserError) as error:
            return self._page(str(error))
        if consent.ok:
            return request.redirect("/odoo/settings#quickbooks")
        return self._page(consent.sentence)

    def _page(self, sentence):
        return request.render("quickbooks_online.oauth_failed", {"sentence": sentence})
