import logging
import time
from datetime import timedelta

from psycopg2.errors import SerializationFailure

from odoo import api, fields, models

from ...qbo.errors import Disconnected, QboError, Unsent, WrongKeys

_logger = logging.getLogger(__name__)

#: Refresh when less than this is left of an access token's hour.
MARGIN = timedelta(minutes=10)
#: After a refresh that brought nothing the old token is used on, and the next try waits.
RETRY = timedelta(minutes=1)
#: A token this close to its end is not used any more.
LAST = timedelta(minutes=1)
#: Seconds to wait for another worker's refresh, which takes at most 35.
PATIENCE = 45
POLL = 0.05


class Copied(QboError):
    """This database is a copy: its tokens belong to the original."""

    kind = "copy"


class QuickbooksTokens(models.AbstractModel):
    """Hands out access tokens, refreshed once and stored at once.

    The refresh token rotates and a superseded one may kill the grant (FACTS 1.4). So the row is
    locked on a cursor of its own, read again, refreshed if still needed, and committed before
    anything else happens: a run that rolls back later loses nothing. When the answer to a refresh
    is lost, the old refresh token is kept: it still works for a while and brings the new one.
    """

    _name = "quickbooks.tokens"
    _description = "QuickBooks Tokens"

    @api.model
    def _access_token(self, connection, force_unlike=None):
        """A valid access token.

        :param force_unlike: a token that was refused; refresh unless another worker already has
        :raises Disconnected: when a person has to authorize again
        :raises Copied: when this database is a copy and nobody has said that it counts
        :raises QboError: when Intuit cannot be reached or the keys are wrong
        """
        connection.ensure_one()
        patience = time.monotonic() + PATIENCE
        credential_id, token, trouble = self._stored(connection, force_unlike)
        while not token and not trouble:
            token, trouble = self._renewed(credential_id, force_unlike)
            if token or trouble:
                break
            if time.monotonic() > patience:
                trouble = Unsent("Another worker is renewing the authorization.")
            time.sleep(POLL)
        if trouble:
            raise trouble
        return token

    def _stored(self, connection, force_unlike):
        """The stored token while it is good; most runs need no more, and take no lock.

        :return: (credential id, token or "", None or Copied)
        """
        with self.env.registry.cursor() as cr:
            env = self.env(cr=cr, su=True)
            credential = env["quickbooks.credential"]._of(
                env[connection._name].browse(connection.id)
            )
            if credential._is_elsewhere():
                return credential.id, "", self._refuse_copy(credential)
            token = env["quickbooks.vault"]._decrypt(credential.access_token)
            if self._needs_refresh(credential, token, force_unlike):
                token = ""
            return credential.id, token, None

    def _renewed(self, credential_id, force_unlike):
        """Refresh, or wait for whoever does.

        The lock is the first thing the transaction does, so what it reads is what the last worker
        committed. Was that in the very moment between the statement's beginning and its lock,
        PostgreSQL refuses the row, and the next try reads what is stored now.

        :return: (token, None), ("", error), or ("", None) while another worker has the lock
        """
        try:
            with self.env.registry.cursor() as cr:
                env = self.env(cr=cr, su=True)
                credential = env["quickbooks.credential"].browse(credential_id)
                if not credential._try_lock():
                    return "", None
                return env["quickbooks.tokens"]._renew(credential, force_unlike)
        except SerializationFailure as error:
            _logger.info("Another worker renewed the authorization at this moment: %s", error)
            return "", None

    def _renew(self, credential, force_unlike):
        """Refresh under the caller's row lock unless the last worker has; the same result."""
        credential.invalidate_recordset()
        token = self.env["quickbooks.vault"]._decrypt(credential.access_token)
        if not self._needs_refresh(credential, token, force_unlike):
            return token, None
        spare = token if token != force_unlike and self._lives(credential, LAST) else ""
        return self._refresh(credential, spare)

    @classmethod
    def _needs_refresh(cls, credential, token, force_unlike):
        if not token or token == force_unlike:
            return True
        if cls._lives(credential, MARGIN):
            return False
        failed = credential.refresh_failed_at
        tried = bool(failed) and failed > fields.Datetime.now() - RETRY
        return not (tried and cls._lives(credential, LAST))

    @staticmethod
    def _lives(credential, left):
        """Whether the access token has that much time left."""
        expires = credential.access_expires_at
        return bool(expires) and expires > fields.Datetime.now() + left

    def _refresh(self, credential, spare=""):
        """Refresh under the caller's row lock.

        :param spare: the present token, when it will do until the next try
        :return: (token, None) or ("", error): an error is returned, not raised, because the state
            written with it must be committed.
        """
        connection = credential.connection_id
        refresh_token = self.env["quickbooks.vault"]._decrypt(credential.refresh_token)
        if not refresh_token:
            return "", Disconnected("There is no refresh token.")
        try:
            tokens = self.env["quickbooks.gateway"]._oauth(connection).refresh(refresh_token)
        except (Disconnected, WrongKeys) as error:
            connection._set_attention(error)
            return "", error
        except QboError as error:
            credential.refresh_failed_at = fields.Datetime.now()
            _logger.info("Connection %s: the token was not renewed: %s", connection.id, error)
            return (spare, None) if spare else ("", error)
        hard_end = credential.refresh_hard_expires_at
        self._store(credential, tokens)
        if not credential.refresh_hard_expires_at:  # refreshing does not move it, named or not
            credential.refresh_hard_expires_at = hard_end
        return tokens.access_token, None

    def _refuse_copy(self, credential):
        """Stop the connection of a copied database; says why."""
        sentence = self.env["quickbooks.connection"]._copy_sentence()
        credential.connection_id._need_attention(sentence, state="copy")
        return Copied(sentence)

    @api.model
    def _store(self, credential, tokens):
        """Keep what Intuit handed out, encrypted, with absolute expiry times.

        It belongs to this database from now on.
        """
        vault = self.env["quickbooks.vault"]
        now = fields.Datetime.now()

        def after(seconds):
            return now + timedelta(seconds=int(seconds)) if seconds else False

        credential.write(
            {
                "access_token": vault._encrypt(tokens.access_token),
                "refresh_token": vault._encrypt(tokens.refresh_token),
                "access_expires_at": after(tokens.expires_in),
                "refresh_expires_at": after(tokens.refresh_expires_in),
                "refresh_hard_expires_at": after(tokens.refresh_hard_expires_in),
                "refresh_failed_at": False,
                "key_fingerprint": vault._fingerprint(),
                "generation": credential.generation + 1,
            }
        )
        credential._settle_here()

    @api.model
    def _forget(self, credential):
        """Erase the tokens; the app's keys stay for the next authorization."""
        credential.write(
            {
                "access_token": False,
                "refresh_token": False,
                "access_expires_at": False,
                "refresh_expires_at": False,
                "refresh_hard_expires_at": False,
                "refresh_failed_at": False,
                "noticed_days": 0,
                "home": False,
            }
        )
