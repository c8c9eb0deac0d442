"""QuickBooks' notifications over the real route: who may speak, what is stored, what is said."""

import json
import logging
import time

from odoo.tests import HttpCase, tagged
from odoo.tools import mute_logger

from ..qbo.webhook import signature
from .common import QuickbooksCommon

ROUTE = "/quickbooks/webhook"
LOGGER = "odoo.addons.quickbooks_online.sync.inbound.webhook"


@tagged("post_install", "-at_install")
class TestWebhook(QuickbooksCommon, HttpCase):
    @classmethod
    def prepare(cls):
        result = super().prepare()
        cls.give_verifier(cls.connection, "verifier-of-the-app")
        cls.realm = cls.connection.realm_id
        return result

    @classmethod
    def give_verifier(cls, connection, token):
        vault = cls.env["quickbooks.vault"]
        cls.env["quickbooks.credential"]._of(connection).verifier = vault._encrypt(token)

    def post(self, body, verifier="verifier-of-the-app", sign=None):
        raw = body if isinstance(body, bytes) else json.dumps(body).encode()
        headers = {"Content-Type": "application/json"}
        header = signature(raw, verifier) if sign is None else sign
        if header:
            headers["intuit-signature"] = header
        return self.url_open(ROUTE, data=raw, headers=headers)

    def cloud(self, number, remote_id="7", realm=None, kind="payment", what="created"):
        return {
            "specversion": "1.0",
            "id": f"event-{number}",
            "type": f"qbo.{kind}.{what}.v1",
            "time": "2026-11-22T10:00:00.123456789Z",
            "intuitentityid": remote_id,
            "intuitaccountid": realm or self.realm,
            "data": {},
        }

    def legacy(self, remote_id="7", realm=None):
        change = {
            "id": remote_id,
            "operation": "Create",
            "name": "Payment",
            "lastUpdated": "2026-11-22T10:00:00.000Z",
        }
        return {
            "eventNotifications": [
                {"realmId": realm or self.realm, "dataChangeEvent": {"entities": [change]}}
            ]
        }

    def events(self, connection=None):
        return self.env["quickbooks.event"].search(
            [("connection_id", "=", (connection or self.connection).id), ("source", "=", "webhook")]
        )

    def triggers(self, connection=None):
        cron = (connection or self.connection)._channel("pull").cron_id
        return self.env["ir.cron.trigger"].sudo().search([("cron_id", "=", cron.id)])

    def test_cloud_events(self):
        self.triggers().unlink()
        answer = self.post([self.cloud(1), self.cloud(2, "8")])
        self.assertEqual((answer.status_code, answer.text), (200, ""))
        self.assertEqual(set(self.events().mapped("remote_id")), {"7", "8"})
        self.assertEqual(set(self.events().mapped("state")), {"new"})
        self.assertTrue(self.triggers(), "the worker is woken")
        self.assertFalse(self.simulator.control.log(), "nothing is read from QuickBooks")

    def test_the_shape_before(self):
        self.assertEqual(self.post(self.legacy()).status_code, 200)
        self.assertEqual(self.events().mapped("remote_type"), ["Payment"])
        self.assertEqual(self.events().operation, "create")

    def test_twice_is_once(self):
        for body in ([self.cloud(1)], [self.cloud(1)], [self.cloud(1), self.cloud(2)]):
            self.assertEqual(self.post(body).status_code, 200)
        self.assertEqual(len(self.events()), 2)
        self.post(self.legacy("9"))
        self.post(self.legacy("9"))
        self.assertEqual(len(self.events()), 3)

    def test_several_realms_in_one_post(self):
        company = self.env["res.company"].create({"name": "Second"})
        second = self.env["quickbooks.connection"].create(
            {
                "company_id": company.id,
                "environment": "simulator",
                "realm_id": "4242",
                "state": "connected",
                "stage": "automatic",
            }
        )
        self.give_verifier(second, "verifier-of-the-app")
        answer = self.post([self.cloud(1), self.cloud(2, "8", "4242"), self.cloud(3, "9", "99")])
        self.assertEqual(answer.status_code, 200, "a realm nobody knows is acknowledged")
        self.assertEqual(self.events().mapped("remote_id"), ["7"])
        self.assertEqual(self.events(second).mapped("remote_id"), ["8"])
        self.assertEqual(self.events(second).company_id, company)

    def test_one_app_cannot_speak_for_another(self):
        company = self.env["res.company"].create({"name": "Second"})
        second = self.env["quickbooks.connection"].create(
            {"company_id": company.id, "environment": "sandbox", "realm_id": "4242"}
        )
        self.give_verifier(second, "verifier-of-another-app")
        answer = self.post([self.cloud(1)], verifier="verifier-of-another-app")
        self.assertEqual(answer.status_code, 200)
        self.assertFalse(self.events() | self.events(second))

    @mute_logger(LOGGER)
    def test_strangers_are_refused(self):
        good = signature(json.dumps([self.cloud(1)]).encode(), "verifier-of-the-app")
        other = json.dumps([self.cloud(2)]).encode()
        for sign in ("", "nonsense", "AAAA", "ü", good[:-4] + "AAA=", good):
            self.assertEqual(self.post(other, sign=sign).status_code, 401, sign)
        self.assertEqual(self.post([self.cloud(1)], verifier="").status_code, 401)
        self.assertFalse(self.events())

    @mute_logger(LOGGER)
    def test_without_a_token_nobody_may_speak(self):
        self.env["quickbooks.credential"]._of(self.connection).verifier = False
        for verifier in ("", "verifier-of-the-app"):
            self.assertEqual(self.post([self.cloud(1)], verifier=verifier).status_code, 401)
        self.assertFalse(self.events())

    @mute_logger(LOGGER)
    def test_what_cannot_be_read_is_acknowledged(self):
        """Else QuickBooks would send it again and again, and nothing after it."""
        for raw in (b"{", b"[]", b"null", b'{"a": 1}', b'[1, "x", {}]', b"\xff\xfe"):
            self.assertEqual(self.post(raw).status_code, 200, raw)
        self.assertFalse(self.events())

    def test_a_body_without_end_is_refused(self):
        answer = self.post(b"[" + b" " * (1024 * 1024 + 1) + b"]")
        self.assertEqual(answer.status_code, 413)

    def test_a_body_of_unknown_length_is_refused(self):
        """Nobody can be made to read without end."""
        raw = json.dumps([self.cloud(1)]).encode()
        headers = {"intuit-signature": signature(raw, "verifier-of-the-app")}
        answer = self.opener.post(
            self.base_url() + ROUTE, data=iter([raw]), headers=headers, timeout=10
        )
        self.assertEqual(answer.status_code, 411)
        self.assertFalse(self.events())

    @mute_logger(LOGGER)
    def test_the_signature_is_over_the_bytes(self):
        """The same JSON written in another way has another signature."""
        body = [self.cloud(1, "7ü")]
        raw = b"  " + json.dumps(body, indent=3, ensure_ascii=False).encode() + b"\n"
        plain = json.dumps(body).encode()
        self.assertEqual(
            self.post(plain, sign=signature(raw, "verifier-of-the-app")).status_code, 401
        )
        self.assertFalse(self.events())
        self.assertEqual(self.post(raw).status_code, 200)
        self.assertEqual(self.events().mapped("remote_id"), ["7ü"])

    def test_several_realms_in_the_shape_before(self):
        body = {
            "eventNotifications": [
                *self.legacy("7")["eventNotifications"],
                *self.legacy("8", "99")["eventNotifications"],
                *self.legacy("9")["eventNotifications"],
            ]
        }
        self.assertEqual(self.post(body).status_code, 200)
        self.assertEqual(set(self.events().mapped("remote_id")), {"7", "9"})

    def test_storing_is_all_that_happens(self):
        """What arrives while QuickBooks or the worker is in trouble is stored as quickly."""
        self.simulator.control.faults.add("delay", seconds=30)
        self.addCleanup(self.simulator.control.faults.clear)
        body = [self.cloud(number, str(number)) for number in range(200)]
        started = time.monotonic()
        self.assertEqual(self.post(body).status_code, 200)
        self.assertLess(time.monotonic() - started, 3)
        self.assertEqual(len(self.events()), 200)
        self.assertEqual(set(self.events().mapped("state")), {"new"})
        self.assertFalse(self.simulator.control.log())

    def test_what_is_not_followed_is_not_kept(self):
        self.assertEqual(self.post([self.cloud(1, kind="budget")]).status_code, 200)
        self.assertFalse(self.events())

    def test_the_body_is_never_logged(self):
        for logger in (LOGGER, "odoo.http"):
            logging.getLogger(logger).setLevel(logging.DEBUG)
        self.addCleanup(logging.getLogger("odoo.http").setLevel, logging.NOTSET)
        with self.assertLogs(level="DEBUG") as caught:
            self.post([self.cloud(1, "secret-id-4711")])
            self.post([self.cloud(2, "secret-id-4711")], sign="x")
            self.post([self.cloud(3, "secret-id-4711", realm="99")])
            self.post(b'{"secret-id-4711": 1}')
        text = "\n".join(caught.output)
        self.assertNotIn("secret-id-4711", text)
        self.assertNotIn("verifier-of-the-app", text)
        self.assertIn("without a valid signature", text)

    def test_the_simulator_reaches_us(self):
        """Its own sender over HTTP, signed by itself."""
        self.give_verifier(self.connection, self.simulator.verifier)
        move = self.synced_invoice()
        hooks = self.simulator.control.webhooks
        hooks.paused = True
        hooks.subscribe(self.base_url() + ROUTE)
        self.addCleanup(hooks.subscribe, "")
        body = {
            "CustomerRef": {"value": self.remote_of(move, "Invoice")["CustomerRef"]["value"]},
            "TotalAmt": 10,
        }
        remote = self.simulator.control.change("Payment", body)
        with self.allow_requests(all_requests=True):
            hooks.deliver()
        self.assertEqual([d["status"] for d in hooks.deliveries][-1:], [200])
        self.assertIn(remote["Id"], self.events().mapped("remote_id"))
