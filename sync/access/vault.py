import hashlib
import os
from contextlib import suppress
from pathlib import Path

from cryptography.fernet import Fernet, InvalidToken, MultiFernet

from odoo import api, models
from odoo.exceptions import UserError
from odoo.tools import config

ENVIRONMENT = "QUICKBOOKS_SECRET_KEY"
OPTION = "quickbooks_secret_key"
FILE = "quickbooks_online.key"


class QuickbooksVault(models.AbstractModel):
    """Encrypts keys and tokens with a key that is not in the database.

    The key comes from the environment, else from the server's configuration file, else from a
    file in ``data_dir`` that is made on first use. Several comma-separated keys mean rotation:
    the first encrypts, all decrypt. The database only learns a fingerprint, so that a wrong key
    is a clear sentence instead of a stack trace.
    """

    _name = "quickbooks.vault"
    _description = "QuickBooks Vault"

    @api.model
    def _encrypt(self, text):
        """Ciphertext of a text; an empty text stays empty."""
        return self._cipher().encrypt(text.encode()).decode() if text else False

    @api.model
    def _decrypt(self, ciphertext):
        """The text of a ciphertext.

        :raises UserError: when it was encrypted with a key this server does not have
        """
        if not ciphertext:
            return ""
        try:
            return self._cipher().decrypt(ciphertext.encode()).decode()
        except InvalidToken:
            raise UserError(
                self.env._(
                    "The QuickBooks keys in this database were encrypted with another secret key. "
                    "Restore that key (%(variable)s or the file %(file)s of the data directory), "
                    "or enter the client secret again and reconnect; links are kept.",
                    variable=ENVIRONMENT,
                    file=FILE,
                )
            ) from None

    @api.model
    def _fingerprint(self):
        """Short public mark of the encrypting key."""
        return hashlib.sha256(self._keys()[0]).hexdigest()[:12]

    def _cipher(self):
        return MultiFernet([Fernet(key) for key in self._keys()])

    def _keys(self):
        text = os.environ.get(ENVIRONMENT) or config.get(OPTION) or self._file_key()
        return [key.strip().encode() for key in text.split(",") if key.strip()]

    def _file_key(self):
        """The key file, made by whichever worker comes first.

        The key is written to a private file first and then linked into place, so another worker
        sees either no key or the whole key, and both end up with the same one.
        """
        path = Path(config["data_dir"]) / FILE
        if not path.exists():
            path.parent.mkdir(parents=True, exist_ok=True)
            draft = path.with_name(f"{FILE}.{os.getpid()}.{os.urandom(4).hex()}")
            handle = os.open(draft, os.O_CREAT | os.O_EXCL | os.O_WRONLY, 0o600)
            with os.fdopen(handle, "wb") as stream:
                stream.write(Fernet.generate_key())
            with suppress(FileExistsError):  # another worker was first: its key is the one
                os.link(draft, path)
            draft.unlink()
        return path.read_text()
