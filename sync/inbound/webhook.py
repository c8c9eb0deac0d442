import logging

from odoo import api, models
from odoo.exceptions import UserError

from ...models.quickbooks_event import FOLLOWED
from ...qbo import webhook
from ...qbo.errors import Malformed

_logger = logging.getLogger(__name__)

OK, REFUSED = 200, 401


class QuickbooksWebhook(models.AbstractModel):
    """Takes QuickBooks' notifications: checks the signature, stores rows, wakes the workers.

    Nothing is read from QuickBooks and nothing of the books is touched here, because the sender
    wants its answer within three seconds and blocks its queue until it gets a good one (FACTS
    10.3). So what is signed but of no use to us is acknowledged as well.
    """

    _name = "quickbooks.webhook"
    _description = "QuickBooks Notifications"

    @api.model
    def _receive(self, raw, signature):
        """Store the events of one notification.

        :param raw: the body, byte for byte
        :param signature: value of the header ``intuit-signature``
        :return: the HTTP status to answer with
        """
        connections = self._signed_by(raw, signature)
        if connections is None:
            _logger.warning("A QuickBooks notification without a valid signature was refused.")
            return REFUSED
        try:
            changes = webhook.parse(raw)
        except Malformed as error:
            _logger.warning("A signed QuickBooks notification could not be read: %s", error)
            return OK
        by_realm = {}
        for change in changes:
            by_realm.setdefault(change.realm, []).append(change)
        for realm, found in by_realm.items():
            owner = connections.filtered(
                lambda connection, realm=realm: connection.realm_id == realm
            )
            if owner:
                self._store(owner, found)
            else:
                _logger.info(
                    "%s QuickBooks events are of realm %s, which is not connected here.",
                    len(found),
                    realm,
                )
        return OK

    def _signed_by(self, raw, signature):
        """The connections whose app signed this; None when no token fits.

        Every token is tried, so the time tells nothing. Who knows the token of one app can speak
        only for the companies of that app.
        """
        vault = self.env["quickbooks.vault"]
        credentials = self.env["quickbooks.credential"].search(
            [("verifier", "!=", False), ("connection_id.active", "=", True)]
        )
        fitting = self.env["quickbooks.connection"]
        for credential in credentials:
            try:
                token = vault._decrypt(credential.verifier)
            except UserError as error:
                _logger.warning("Connection %s: %s", credential.connection_id.id, error)
                continue
            if webhook.verify(raw, signature, [token]):
                fitting |= credential.connection_id
        return fitting or None

    def _store(self, connection, changes):
        """Insert what is followed and have the connection's worker look."""
        inserted = self.env["quickbooks.event"]._insert(
            connection,
            "webhook",
            [
                {
                    "event_key": change.event_key,
                    "remote_type": change.entity,
                    "remote_id": change.id,
                    "operation": change.operation,
                    "deleted_id": change.deleted_id,
                    "changed_at": change.time and change.time.replace(microsecond=0),
                }
                for change in changes
                if change.entity in FOLLOWED
            ],
        )
        if inserted and connection._is_receiving():
            connection._channel("pull")._trigger()
