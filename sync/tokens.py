from datetime import timedelta

from odoo import api, fields, models

from ..qbo.errors import Disconnected, QboError, WrongKeys

#: Refresh when less than this is left of an access token's hour.
MARGIN = timedelta(minutes=10)


class QuickbooksTokens(models.AbstractModel):
    """Hands out access tokens, refreshed once and stored at once.

    The refresh token rotates and a superseded one may kill the grant (FACTS 1.4). So the row is
    locked on a cursor of its own, read again, refreshed if still needed, and committed before
    anything else happens: a run that rolls back later loses nothing.
    """

    _name = "quickbooks.tokens"
    _description = "QuickBooks Tokens"

    @api.model
    def _access_token(self, connection, force_unlike=None):
        """A valid access token.

        :param force_unlike: a token that was refused; refresh unless another worker already has
        :raises Disconnected: when a person has to authorize again
        :raises QboError: when Intuit cannot be reached or the keys are wrong
        """
        connection.ensure_one()
        trouble = None
        token = ""
        with self.env.registry.cursor() as cr:
            env = self.env(cr=cr, su=True)
            credential = env["quickbooks.credential"].search(
                [("connection_id", "=", connection.id)]
            )
            credential.lock_for_update()
            credential.invalidate_recordset()
            token = env["quickbooks.vault"]._decrypt(credential.access_token)
            if self._needs_refresh(credential, token, force_unlike):
                token, trouble = env["quickbooks.tokens"]._refresh(credential)
        if trouble:
            raise trouble
        return token

    @staticmethod
    def _needs_refresh(credential, token, force_unlike):
        if not token or token == force_unlike:
            return True
        expires = credential.access_expires_at
        return not expires or expires < fields.Datetime.now() + MARGIN

    def _refresh(self, credential):
        """Refresh under the caller's row lock.

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
            return "", error
        self._store(credential, tokens)
        return tokens.access_token, None

    @api.model
    def _store(self, credential, tokens):
        """Keep what Intuit handed out, encrypted, with absolute expiry times."""
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
                "refresh_hard_expires_at": after(tokens.refresh_hard_expires_in)
                or credential.refresh_hard_expires_at,
                "key_fingerprint": vault._fingerprint(),
                "generation": credential.generation + 1,
            }
        )

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
            }
        )
