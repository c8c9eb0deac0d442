import uuid
from unittest.mock import patch
from dataclasses import replace
from odoo.tests import tagged
from . import test_exactly_once as t

class Base(t.MatrixCommon):
    pass

@tagged("post_install", "-at_install")
class TestSabotage(Base):
    def go(self, only=("none", "drop after commit", "query lag", "5010")):
        self.act()
        for b in ("nobody dies", "executed, not answered", "answered, T2 not committed"):
            self.play(b, only=only)

    def test_a_new_requestid_each_time(self):
        push = type(self.env["quickbooks.push"])
        original = push._wire
        with patch.object(push, "_wire", staticmethod(lambda e: replace(original(e), request_id=uuid.uuid4().hex))):
            self.go()

    def test_b_no_search_and_new_requestid(self):
        push = type(self.env["quickbooks.push"])
        original = push._wire
        with patch.object(push, "_wire", staticmethod(lambda e: replace(original(e), request_id=uuid.uuid4().hex))), patch.object(type(self.env["quickbooks.lookup"]), "_envelope_questions", lambda s, e: []):
            self.go()

    def test_c_unknown_is_forgotten(self):
        settle = type(self.env["quickbooks.settle"])
        def forget(self, envelope, outcome):
            envelope.write({"state": "abandoned", "lease_until": False})
            for op in envelope._in_flight():
                self._back_to_queue(op)
        with patch.object(settle, "_envelope_unknown", forget):
            self.go()

    def test_d_orphans_stay(self):
        push = type(self.env["quickbooks.push"])
        from odoo.fields import Domain
        with patch.object(push, "_sendable_domain", staticmethod(lambda c, n: Domain([("connection_id","=",c.id),("state","in",("ready","unknown"))]))):
            self.go(("none",))
