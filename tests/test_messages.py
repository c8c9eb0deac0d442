import re

from odoo.tests import TransactionCase, tagged

from ..qbo.faults import KEYS
from ..sync.messages import SENTENCES


@tagged("post_install", "-at_install")
class TestMessages(TransactionCase):
    def test_every_fault_has_a_sentence(self):
        self.assertFalse(set(KEYS) - set(SENTENCES), "faults without a sentence for people")

    def test_sentences_use_only_known_parameters(self):
        for key, (_action, _audience, params) in KEYS.items():
            used = set(re.findall(r"%\((\w+)\)s", str(SENTENCES[key]._source)))
            self.assertFalse(used - set(params), f"{key} names parameters it never gets")

    def test_sentences_end_with_a_full_stop(self):
        for key, sentence in SENTENCES.items():
            text = sentence._source
            self.assertRegex(text, r"([.)]|%\(\w+\)s)$", key)

    def test_missing_parameters_stay_empty(self):
        text = self.env["quickbooks.messages"]._sentence("field_too_long", element="DocNumber")
        self.assertIn("DocNumber", text)
        self.assertNotIn("%(", text)

    def test_every_sentence_can_be_rendered(self):
        messages = self.env["quickbooks.messages"]
        for key in SENTENCES:
            self.assertTrue(messages._sentence(key))
