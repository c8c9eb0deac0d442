from odoo import SUPERUSER_ID, http
from odoo.http import request

from ..qbo.webhook import MAX_BYTES


class QuickbooksWebhook(http.Controller):
    """Where Intuit announces changes. The signature over the raw bytes is the only admission."""

    @http.route(
        "/quickbooks/webhook",
        type="http",
        auth="none",
        methods=["POST"],
        csrf=False,
        save_session=False,
        readonly=False,
        max_content_length=MAX_BYTES,
    )
    def receive(self, **_params):
        """Store and acknowledge; a sender without a valid signature learns nothing."""
        length = request.httprequest.content_length
        if length is None:
            return request.make_response("", status=411)
        if length > MAX_BYTES:
            return request.make_response("", status=413)
        request.update_env(user=SUPERUSER_ID)
        status = request.env["quickbooks.webhook"]._receive(
            request.httprequest.get_data(), request.httprequest.headers.get("intuit-signature")
        )
        return request.make_response("", status=status)
