import os
import stat
import tempfile
import threading
from pathlib import Path
from unittest.mock import patch

from cryptography.fernet import Fernet

from odoo.exceptions import UserError
from odoo.tests import TransactionCase, tagged
from odoo.tools import config

from ..sync.access.vault import ENVIRONMENT, FILE


@tagged("post_install", "-at_install")
class TestVault(TransactionCase):
    def setUp(self):
        super().setUp()
        self.directory = tempfile.mkdtemp()
        self.patch(config, "options", config.options.new_child({"data_dir": self.directory}))
        self.vault = self.env["quickbooks.vault"]

    def without_key(self):
        cleaned = {k: v for k, v in os.environ.items() if k != ENVIRONMENT}
        return patch.dict(os.environ, cleaned, clear=True)

    def test_round_trip(self):
        with self.without_key():
            cipher = self.vault._encrypt("s3cret")
            self.assertNotIn("s3cret", cipher)
            self.assertEqual(self.vault._decrypt(cipher), "s3cret")
            self.assertFalse(self.vault._encrypt(""))
            self.assertEqual(self.vault._decrypt(False), "")

    def test_key_file_is_private(self):
        with self.without_key():
            self.vault._encrypt("x")
        path = Path(self.directory) / FILE
        self.assertEqual(stat.S_IMODE(path.stat().st_mode), 0o600)
        self.assertEqual([p.name for p in path.parent.iterdir() if FILE in p.name], [FILE])

    def test_two_starting_workers_agree_on_the_key(self):
        keys, barrier = [], threading.Barrier(8)

        def worker():
            barrier.wait()
            keys.append(self.vault._file_key())

        with self.without_key():
            threads = [threading.Thread(target=worker) for _ in range(8)]
            for thread in threads:
                thread.start()
            for thread in threads:
                thread.join()
        self.assertEqual(len(set(keys)), 1)
        self.assertTrue(keys[0])

    def test_rotation(self):
        old, new = Fernet.generate_key().decode(), Fernet.generate_key().decode()
        with patch.dict(os.environ, {ENVIRONMENT: old}):
            cipher = self.vault._encrypt("s3cret")
            before = self.vault._fingerprint()
        with patch.dict(os.environ, {ENVIRONMENT: f"{new},{old}"}):
            self.assertEqual(self.vault._decrypt(cipher), "s3cret")
            self.assertNotEqual(self.vault._fingerprint(), before)
            fresh = self.vault._encrypt("s3cret")
        with patch.dict(os.environ, {ENVIRONMENT: new}):
            self.assertEqual(self.vault._decrypt(fresh), "s3cret")

    def test_wrong_key_is_a_sentence(self):
        with patch.dict(os.environ, {ENVIRONMENT: Fernet.generate_key().decode()}):
            cipher = self.vault._encrypt("s3cret")
        with (
            patch.dict(os.environ, {ENVIRONMENT: Fernet.generate_key().decode()}),
            self.assertRaisesRegex(UserError, "another secret key"),
        ):
            self.vault._decrypt(cipher)
