from datetime import timedelta
from unittest.mock import patch
from urllib.parse import parse_qsl, urlencode, urlsplit

import requests

from odoo import fields
from odoo.exceptions import AccessError, UserError
from odoo.tests import HttpCase, new_test_user, tagged

from .common import QuickbooksCommon


@tagged("post_install", "-at_install")
class TestConnect(QuickbooksCommon):
    """The life of a connection, without the web routes."""

    @classmethod
    def prepare(cls):
        """These tests connect by themselves."""
        cls.connection = cls.env["quickbooks.connection"].create(
            {
                "environment": "simulator",
                "simulator_url": cls.simulator.url,
                "cutoff_date": "2020-01-01",
            }
        )
        cls.set_keys(cls.connection)

    def assert_nothing_connected(self, connection=None):
        connection = connection or self.connection
        credential = self.env["quickbooks.credential"]._of(connection)
        self.assertEqual(connection.state, "draft")
        self.assertFalse(connection.realm_id)
        self.assertFalse(credential.access_token or credential.refresh_token)

    def complete(self, params, session="session"):
        with self.own_cursors():
            return self.env["quickbooks.connector"]._complete(params, session)

    def test_connected(self):
        consent = self.authorize(self.connection)
        self.assertTrue(consent.ok, consent.sentence)
        self.assertEqual(self.connection.state, "connected")
        self.assertEqual(self.connection.realm_id, self.simulator.realm)
        self.assertEqual(self.connection.home_currency, "USD")
        self.assertEqual(self.connection.country_code, "US")
        self.assertTrue(self.connection.company_name)
        self.assertEqual(self.connection.status_sentence, "Integration is currently off")
        self.connection.action_enable()
        self.assertEqual(self.connection.status_sentence, "Integration is currently on")

    def test_secrets_are_ciphertext(self):
        self.authorize(self.connection)
        credential = self.env["quickbooks.credential"]._of(self.connection)
        self.env.flush_all()
        self.env.cr.execute(
            "SELECT client_secret, access_token, refresh_token FROM quickbooks_credential"
            " WHERE id = %s",
            [credential.id],
        )
        stored = self.env.cr.fetchone()
        vault = self.env["quickbooks.vault"]
        self.assertEqual(vault._decrypt(stored[0]), self.simulator.client_secret)
        for text in stored:
            self.assertTrue(text.startswith("gAAAA"), "not a Fernet token")
        self.assertNotIn(self.simulator.client_secret, stored)

    def test_cancelled(self):
        consent = self.authorize(self.connection, cancel=True)
        self.assertFalse(consent.ok)
        self.assertIn("cancelled", consent.sentence)
        self.assert_nothing_connected()

    def test_state_is_single_use(self):
        params = self.consent(self.connection)
        self.assertTrue(self.complete(params).ok)
        again = self.complete(params)
        self.assertFalse(again.ok)
        self.assertIn("not valid any more", again.sentence)

    def test_state_is_unguessable_and_not_stored(self):
        connector = self.env["quickbooks.connector"]
        urls = [connector._consent_url(self.connection, "session") for _ in range(2)]
        states = [dict(parse_qsl(urlsplit(url).query))["state"] for url in urls]
        self.assertNotEqual(*states)
        self.assertGreaterEqual(len(states[0]), 40)
        rows = self.env["quickbooks.oauth.state"].search([])
        self.assertNotIn(states[0], rows.mapped("state_hash"))

    def test_state_is_bound(self):
        wrong_state = {**self.consent(self.connection), "state": "guessed"}
        self.assertFalse(self.complete(wrong_state).ok)
        params = self.consent(self.connection)
        self.assertFalse(self.complete(params, session="another session").ok)
        other = new_test_user(self.env, "otheradmin", groups="base.group_system")
        params = self.consent(self.connection)
        with self.own_cursors():
            consent = self.env["quickbooks.connector"].with_user(other)._complete(params, "session")
        self.assertFalse(consent.ok)
        self.assert_nothing_connected()

    def test_state_expires(self):
        params = self.consent(self.connection)
        rows = self.env["quickbooks.oauth.state"].sudo().search([("used", "=", False)])
        rows.expires_at = fields.Datetime.now() - timedelta(seconds=1)
        self.assertFalse(self.complete(params).ok)
        self.assert_nothing_connected()

    def test_expired_code(self):
        params = self.consent(self.connection)
        self.simulator.control.move_clock(seconds=3600)
        consent = self.complete(params)
        self.assertIn("expired or was used", consent.sentence)
        self.assert_nothing_connected()

    def test_wrong_secret(self):
        self.set_keys(self.connection, secret="wrong")
        consent = self.authorize(self.connection)
        self.assertIn("client secret", consent.sentence)
        self.assert_nothing_connected()

    def test_realm_that_is_no_number(self):
        params = {**self.consent(self.connection), "realmId": "1/../../x"}
        self.assertFalse(self.complete(params).ok)
        self.assert_nothing_connected()

    def test_realm_the_token_is_not_for(self):
        """The redirect's realm is not proof: the token must be able to read it."""
        other = self.simulator.add_company(profile="us")
        params = {**self.consent(self.connection), "realmId": other}
        consent = self.complete(params)
        self.assertFalse(consent.ok)
        self.assert_nothing_connected()

    def test_other_home_currency(self):
        realm = self.simulator.add_company(profile="gb")
        consent = self.authorize(self.connection, realm=realm)
        self.assertIn("GBP", consent.sentence)
        self.assert_nothing_connected()

    def test_company_of_another_odoo_company(self):
        self.authorize(self.connection)
        company = self.env["res.company"].create(
            {"name": "Second", "currency_id": self.company.currency_id.id}
        )
        second = self.env["quickbooks.connection"].create(
            {
                "company_id": company.id,
                "environment": "simulator",
                "simulator_url": self.simulator.url,
            }
        )
        self.set_keys(second)
        consent = self.authorize(second)
        self.assertIn("already connected", consent.sentence)
        self.assert_nothing_connected(second)

    def test_quickbooks_down_during_exchange(self):
        params = self.consent(self.connection)
        self.simulator.control.faults.add("status", status=503, path="/tokens/bearer")
        consent = self.complete(params)
        self.assertIn("cannot be reached", consent.sentence)
        self.assert_nothing_connected()

    def test_first_call_refused_leaves_nothing(self):
        params = self.consent(self.connection)
        self.simulator.control.faults.add("status", status=403, path="/companyinfo/")
        consent = self.complete(params)
        self.assertFalse(consent.ok)
        self.assert_nothing_connected()
        revoked = self.simulator.control.log(path="/tokens/revoke")
        self.assertEqual(len(revoked), 1, "an authorization we do not keep is given back")

    # -- leaving and coming back ---------------------------------------------------------------

    def test_disconnect_keeps_links_and_reconnect_resumes(self):
        self.authorize(self.connection)
        self.connection.action_enable()
        self.run_worker()
        self.accept_mappings()
        move = self.synced_invoice()
        with self.own_cursors():
            self.connection.action_disconnect()
        self.assertEqual(self.connection.state, "disconnected")
        self.assertFalse(self.env["quickbooks.credential"]._of(self.connection).refresh_token)
        self.assertEqual(len(self.simulator.control.log(path="/tokens/revoke")), 1)
        later = self.invoice()
        self.assertEqual(later.qbo_state, "pending")
        self.run_worker()
        self.assertEqual(later.qbo_state, "pending", "nothing leaves while disconnected")
        self.assertTrue(self.authorize(self.connection).ok)
        self.run_worker()
        self.assertEqual(later.qbo_state, "synced", later.qbo_error)
        self.assertEqual(move.qbo_state, "synced")
        self.assertNotEqual(move.qbo_id, later.qbo_id)

    def test_disconnect_when_quickbooks_is_down(self):
        self.authorize(self.connection)
        self.simulator.control.faults.add("drop_before", path="/tokens/revoke")
        with self.own_cursors():
            action = self.connection.action_disconnect()
        self.assertEqual(self.connection.state, "disconnected")
        self.assertIn("could not be told", action["params"]["message"])

    def test_disconnect_with_a_lost_key(self):
        self.authorize(self.connection)
        self.env["quickbooks.credential"]._of(self.connection).refresh_token = "gAAAAjunk"
        with self.own_cursors():
            self.connection.action_disconnect()
        self.assertEqual(self.connection.state, "disconnected")

    def test_another_company_is_refused_unless_confirmed(self):
        self.authorize(self.connection)
        self.connection.action_enable()
        self.run_worker()
        self.accept_mappings()
        move = self.synced_invoice()
        other = self.simulator.add_company(profile="us")
        consent = self.authorize(self.connection, realm=other)
        self.assertIn("another QuickBooks company", consent.sentence)
        self.assertEqual(self.connection.realm_id, self.simulator.realm)

        consent = self.authorize(self.connection, realm=other, allow_other=True)
        self.assertTrue(consent.ok, consent.sentence)
        new = self.env["quickbooks.connection"].browse(consent.connection_id)
        self.assertNotEqual(new, self.connection)
        self.assertEqual((new.realm_id, new.state), (other, "connected"))
        self.assertFalse(self.connection.active)
        self.assertEqual(move.qbo_state, "none", "old links are never taken for new ones")
        self.assertEqual(self.env["quickbooks.connection"]._of_company(self.company), new)

    def test_only_one_connection_per_company(self):
        self.authorize(self.connection)
        with self.assertRaises(Exception), self.env.cr.savepoint():  # noqa: B017 - unique index
            self.env["quickbooks.connection"].create({"environment": "simulator"})

    # -- tokens --------------------------------------------------------------------------------

    def test_token_is_refreshed_before_it_expires(self):
        self.authorize(self.connection)
        credential = self.env["quickbooks.credential"]._of(self.connection)
        credential.access_expires_at = fields.Datetime.now() + timedelta(minutes=5)
        before = credential.generation
        tokens = self.env["quickbooks.tokens"]
        with self.own_cursors():
            first = tokens._access_token(self.connection)
            second = tokens._access_token(self.connection)
        self.assertEqual(first, second)
        self.assertEqual(credential.generation, before + 1)

    def test_expired_token_is_replaced_within_the_run(self):
        self.authorize(self.connection)
        self.connection.action_enable()
        self.run_worker()
        self.accept_mappings()
        self.simulator.control.expire_token()
        self.synced_invoice()

    def test_dead_authorization_asks_to_reconnect(self):
        self.authorize(self.connection)
        self.connection.action_enable()
        self.run_worker()
        self.accept_mappings()
        move = self.invoice()
        self.simulator.control.disconnect()
        self.run_worker()
        self.assertEqual(self.connection.state, "attention")
        self.assertIn("Reconnect", self.connection.attention_reason)
        self.assertTrue(self.connection.activity_ids)
        self.assertIn(move.qbo_state, ("pending", "waiting"), "nothing is lost")
        self.assertTrue(self.authorize(self.connection).ok)
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)

    def test_lost_refresh_answer(self):
        """The rotated token never arrived: the old one is tried again and still works."""
        self.authorize(self.connection)
        credential = self.env["quickbooks.credential"]._of(self.connection)
        credential.access_expires_at = fields.Datetime.now()
        self.simulator.control.faults.add("drop_after", path="/tokens/bearer")
        self.run_worker()
        self.assertEqual(self.connection.state, "connected")
        self.run_worker()
        self.assertEqual(self.connection.state, "connected")
        self.assertGreater(credential.access_expires_at, fields.Datetime.now())

    def test_key_of_another_server(self):
        self.authorize(self.connection)
        self.env["quickbooks.credential"]._of(self.connection).access_token = "gAAAAjunk"
        self.run_worker()
        self.assertEqual(self.connection.state, "attention")
        self.assertIn("secret key", self.connection.attention_reason)

    # -- the test dialog -----------------------------------------------------------------------

    def test_connection_test_lists_everything(self):
        self.authorize(self.connection)
        with self.own_cursors():
            action = self.connection.action_test()
        test = self.env["quickbooks.connection.test"].browse(action["res_id"])
        self.assertEqual(
            test.line_ids.mapped("name"),
            [
                "Credentials",
                "Permission",
                "Company file",
                "Home currency",
                "Country",
                "Minor version",
                "Sales tax",
                "Multicurrency",
                "Custom transaction numbers",
                "Closing date",
                "Automatic application of credits",
                "Clock difference",
            ],
        )
        self.assertFalse(
            test.failed_count, test.line_ids.filtered(lambda t: not t.ok).mapped("name")
        )

    def test_connection_test_finds_trouble(self):
        self.authorize(self.connection)
        control = self.simulator.control
        control.preference("CustomTxnNumbers", False)
        control.preference("AutoApplyPayments", True)
        control.preference("BookCloseDate", "2100-01-01")
        control.preference("UsingSalesTax", False)
        control.move_clock(seconds=600)
        with self.own_cursors():
            action = self.connection.action_test()
        test = self.env["quickbooks.connection.test"].browse(action["res_id"])
        self.assertEqual(
            test.line_ids.filtered(lambda line: not line.ok).mapped("name"),
            [
                "Sales tax",
                "Custom transaction numbers",
                "Closing date",
                "Automatic application of credits",
                "Clock difference",
            ],
        )

    def test_connection_test_reads_only(self):
        self.authorize(self.connection)
        self.simulator.control.clear_log()
        with self.own_cursors():
            self.connection.action_test()
        self.assertEqual(self.writes(), [])

    def test_connection_test_without_permission(self):
        self.authorize(self.connection)
        self.simulator.control.faults.add("status", status=403, path="/companyinfo/")
        with self.own_cursors():
            action = self.connection.action_test()
        test = self.env["quickbooks.connection.test"].browse(action["res_id"])
        self.assertEqual(test.line_ids.mapped("ok"), [True, False])

    # -- settings ------------------------------------------------------------------------------

    def test_settings_keep_the_secret_to_themselves(self):
        settings = self.env["res.config.settings"].create({})
        self.assertTrue(settings.qbo_has_secret)
        self.assertFalse(settings.qbo_client_secret)
        settings.qbo_client_secret = "  new secret "
        settings.execute()
        vault = self.env["quickbooks.vault"]
        credential = self.env["quickbooks.credential"]._of(self.connection)
        self.assertEqual(vault._decrypt(credential.client_secret), "new secret")
        self.env["res.config.settings"].create({}).execute()
        self.assertEqual(vault._decrypt(credential.client_secret), "new secret")

    def test_one_key_alone_leaves_the_others_as_they_are(self):
        credential = self.env["quickbooks.credential"]._of(self.connection)
        client_id, secret = credential.client_id, credential.client_secret
        self.env["res.config.settings"].create({"qbo_verifier": "another verifier"}).execute()
        vault = self.env["quickbooks.vault"]
        self.assertEqual(vault._decrypt(credential.verifier), "another verifier")
        self.assertEqual((credential.client_id, credential.client_secret), (client_id, secret))
        self.assertTrue(client_id)

    def test_first_connection_from_the_form(self):
        """The form sends every field, the hidden rules of a connection to come as False."""
        self.connection.unlink()
        settings = self.env["res.config.settings"].create(
            {
                "qbo_environment": "simulator",
                "qbo_simulator_url": self.simulator.url,
                "qbo_client_id": self.simulator.client_id,
                "qbo_client_secret": self.simulator.client_secret,
                "qbo_stage": False,
                "qbo_cutoff_date": False,
                "qbo_document_trigger": False,
                "qbo_number_policy": False,
                "qbo_tax_policy": False,
            }
        )
        action = settings.action_qbo_connect()
        connection = self.env["quickbooks.connection"]._of_company(self.company)
        self.assertEqual(action["url"], f"/quickbooks/oauth/start/{connection.id}")
        self.assertEqual(connection.document_trigger, "posted")
        self.assertTrue(connection.cutoff_date)

    def test_settings_without_keys_say_what_is_missing(self):
        self.connection.unlink()
        settings = self.env["res.config.settings"].create({"qbo_environment": "sandbox"})
        with self.assertRaisesRegex(UserError, "client id"):
            settings.action_qbo_connect()

    def test_cutoff_is_mandatory_to_switch_on(self):
        self.authorize(self.connection)
        self.connection.cutoff_date = False
        with self.assertRaisesRegex(UserError, "cut-off"):
            self.connection.action_enable()

    def test_simulator_is_local_only(self):
        self.connection.simulator_url = "http://192.0.2.1:8390"
        with self.assertRaisesRegex(UserError, "simulator's address"):
            self.connection.action_connect()

    def test_expiry_notice(self):
        self.authorize(self.connection)
        credential = self.env["quickbooks.credential"]._of(self.connection)
        for days, told in ((20, False), (14, True), (10, False), (7, True), (2, True)):
            self.connection.activity_ids.unlink()
            credential.refresh_expires_at = fields.Datetime.now() + timedelta(days=days, hours=1)
            with patch.object(type(self.env["ir.cron"]), "_commit_progress"):
                self.env["quickbooks.care"]._cron_daily()
            self.assertEqual(bool(self.connection.activity_ids), told, f"{days} days before")


@tagged("post_install", "-at_install")
class TestConnectWeb(QuickbooksCommon, HttpCase):
    """The two routes, as a browser walks them."""

    @classmethod
    def prepare(cls):
        cls.connection = cls.env["quickbooks.connection"].create(
            {"environment": "simulator", "simulator_url": cls.simulator.url}
        )
        cls.set_keys(cls.connection)
        cls.admin = new_test_user(
            cls.env,
            "boss",
            groups="base.group_system,account.group_account_manager",
            password="boss of the books",
            company_id=cls.company.id,
            company_ids=[fields.Command.set(cls.company.ids)],
        )

    def setUp(self):
        super().setUp()
        self.authenticate("boss", "boss of the books")

    def go(self, path, **query):
        if query:
            path = f"{path}?{urlencode(query)}"
        return self.url_open(path, allow_redirects=False)

    def leave(self):
        """Go to QuickBooks: the address of the consent page."""
        answer = self.go(f"/quickbooks/oauth/start/{self.connection.id}")
        self.assertEqual(answer.status_code, 303)
        return answer.headers["Location"]

    def answer_consent(self, url, action="connect"):
        parts = urlsplit(url)
        form = dict(parse_qsl(parts.query), action=action, realm=self.simulator.realm)
        answer = requests.post(
            f"{parts.scheme}://{parts.netloc}{parts.path}",
            data=form,
            allow_redirects=False,
            timeout=10,
        )
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def come_back(self, params):
        return self.go("/quickbooks/oauth/callback", **params)

    def test_round_trip(self):
        url = self.leave()
        self.assertTrue(url.startswith(f"{self.simulator.url}/connect/oauth2?"))
        self.assertNotIn(self.simulator.client_secret, url)
        answer = self.come_back(self.answer_consent(url))
        self.assertEqual(answer.status_code, 303)
        self.assertIn("/odoo/settings", answer.headers["Location"])
        self.connection.invalidate_recordset()
        self.assertEqual(self.connection.state, "connected")

    def test_cancelled_is_a_sentence_on_the_page(self):
        answer = self.come_back(self.answer_consent(self.leave(), action="cancel"))
        self.assertEqual(answer.status_code, 200)
        self.assertIn("You cancelled at QuickBooks", answer.text)
        self.assertEqual(self.connection.state, "draft")

    def test_sentences_are_escaped(self):
        params = self.answer_consent(self.leave())
        answer = self.come_back({"state": params["state"], "error": "<script>alert(1)</script>"})
        self.assertNotIn("<script>alert(1)", answer.text)

    def test_another_persons_state(self):
        url = self.leave()
        params = self.answer_consent(url)
        new_test_user(self.env, "boss2", groups="base.group_system", password="boss of the books 2")
        self.authenticate("boss2", "boss of the books 2")
        answer = self.come_back(params)
        self.assertIn("begun by somebody else", answer.text)
        self.assertEqual(self.connection.state, "draft")

    def test_strangers_cannot_start(self):
        new_test_user(
            self.env,
            "clerk",
            groups="account.group_account_manager",
            password="clerk of the books",
            company_id=self.company.id,
            company_ids=[fields.Command.set(self.company.ids)],
        )
        self.authenticate("clerk", "clerk of the books")
        answer = self.go(f"/quickbooks/oauth/start/{self.connection.id}")
        self.assertIn("Only administrators", answer.text)

    def test_visitors_have_to_log_in(self):
        self.authenticate(None, None)
        answer = self.go("/quickbooks/oauth/callback", code="x", state="y", realmId="1")
        self.assertIn("/web/login", answer.headers.get("Location", ""))

    def test_check_of_rights_is_on_the_server(self):
        with self.assertRaises(AccessError):
            self.env["quickbooks.connector"].with_user(self.env.ref("base.public_user"))._complete(
                {}, "session"
            )
