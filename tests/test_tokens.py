"""The authorization: renewed once, kept at once, never used by a copy, and its end announced."""

import threading
import time
from contextlib import contextmanager
from dataclasses import asdict, replace
from datetime import timedelta
from unittest.mock import patch
from urllib.parse import urlsplit

from lxml import etree

from odoo import SUPERUSER_ID, api, fields
from odoo.exceptions import AccessError
from odoo.modules.registry import Registry
from odoo.tests import BaseCase, get_db_name, new_test_user, tagged
from odoo.tests.common import _super_send
from odoo.tools import mute_logger
from odoo.tools.misc import file_open
from odoo.tools.safe_eval import safe_eval

from ..models.quickbooks_connection import ATTENTION
from ..qbo import canonical
from ..qbo.errors import QboError, Unknown, Unsent
from ..simulator.server import Simulator
from ..sync.access import tokens as tokens_module
from .common import QuickbooksCommon, consent

TOKEN_PATH = "/tokens/bearer"


class RealTransactions(BaseCase):
    """Real transactions in real threads, as two workers have them, and a connection whose access
    token has run out. What is stored is removed again."""

    def setUp(self):
        super().setUp()
        self.simulator = Simulator(profile="us", port=0)
        self.simulator.start()
        self.addCleanup(self.simulator.stop)
        self.registry = Registry(get_db_name())
        with self.cursor() as env:
            connection = env["quickbooks.connection"].create(
                {
                    "environment": "simulator",
                    "simulator_url": self.simulator.url,
                    "realm_id": self.simulator.realm,
                    "state": "connected",
                }
            )
            self.connection_id = connection.id
            self.addCleanup(self.remove)
            body = self.simulator.control.token()
            vault = env["quickbooks.vault"]
            credential = env["quickbooks.credential"]._of(connection)
            credential.write(
                {
                    "client_id": self.simulator.client_id,
                    "client_secret": vault._encrypt(self.simulator.client_secret),
                    "access_token": vault._encrypt(body["access_token"]),
                    "refresh_token": vault._encrypt(body["refresh_token"]),
                    "access_expires_at": fields.Datetime.now(),
                }
            )
            credential._settle_here()
        self.simulator.oauth.rotate_always = True
        self.simulator.control.clear_log()

    def remove(self):
        with self.cursor() as env:
            env["quickbooks.connection"].browse(self.connection_id).exists().unlink()

    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        """Odoo's guard compares the timeout as a number; ours is a pair (connect, read)."""
        if isinstance(kw.get("timeout"), tuple) and urlsplit(r.url).hostname == "127.0.0.1":
            return _super_send(s, r, **kw)
        return super()._request_handler(s, r, **kw)

    @contextmanager
    def cursor(self):
        """A transaction of its own, committed at the end."""
        with self.registry.cursor() as cr:
            yield api.Environment(cr, SUPERUSER_ID, {})


@tagged("post_install", "-at_install")
class TestTwoWorkers(RealTransactions):
    """One refresh, whoever asks, by an Intuit that may punish the second use of a token."""

    def access_token(self, **options):
        with self.cursor() as env:
            connection = env["quickbooks.connection"].browse(self.connection_id)
            return env["quickbooks.tokens"]._access_token(connection, **options)

    @contextmanager
    def credential(self):
        with self.cursor() as env:
            yield env["quickbooks.credential"]._of(
                env["quickbooks.connection"].browse(self.connection_id)
            )

    def stored(self, name):
        with self.credential() as credential:
            return credential[name]

    def state(self):
        with self.credential() as credential:
            return credential.connection_id.state

    def at_once(self, count, **options):
        """What each of several threads got, or its error."""
        results, barrier = [], threading.Barrier(count)

        def work():
            barrier.wait()
            try:
                results.append(self.access_token(**options))
            except Exception as error:
                results.append(error)

        threads = [threading.Thread(target=work) for _number in range(count)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        return results

    def refreshes(self):
        return self.simulator.control.log(path=TOKEN_PATH)

    def punish(self):
        """A superseded refresh token ends the authorization at once."""
        self.simulator.oauth.grace_seconds = 0
        self.simulator.oauth.abuse_revokes = True

    def test_one_refresh_for_six_workers(self):
        self.punish()
        self.simulator.control.faults.add("delay", path=TOKEN_PATH, seconds=0.5)
        results = self.at_once(6)
        self.assertEqual(len(results), 6)
        self.assertEqual(len(set(map(str, results))), 1, results)
        self.assertIsInstance(results[0], str)
        self.assertEqual(len(self.refreshes()), 1)
        self.assertEqual(self.stored("generation"), 1)
        self.assertEqual(self.state(), "connected")
        self.assertEqual(self.access_token(), results[0])
        self.assertEqual(len(self.refreshes()), 1)

    def test_one_refresh_when_all_were_refused_the_same_token(self):
        self.punish()
        token = self.access_token()
        self.simulator.control.faults.add("delay", path=TOKEN_PATH, seconds=0.3)
        results = self.at_once(4, force_unlike=token)
        self.assertEqual(len(set(map(str, results))), 1, results)
        self.assertNotEqual(results[0], token)
        self.assertEqual(len(self.refreshes()), 2)

    def test_renewed_in_the_moment_before_the_lock(self):
        """PostgreSQL refuses a row that was written after the statement had begun."""
        model, others = self.registry["quickbooks.credential"], []
        lock = model._try_lock

        def late(credential):
            if not others:
                others.append(None)
                credential.env.cr.execute("SELECT 1")  # from here on it sees the past
                others.append(self.access_token())
            return lock(credential)

        with patch.object(model, "_try_lock", late):
            token = self.access_token()
        self.assertEqual(token, others[1])
        self.assertEqual(len(self.refreshes()), 1)
        self.assertEqual(self.state(), "connected")

    def test_authorized_while_a_worker_writes_the_connection(self):
        """The code is good for one exchange: what it brought is stored, whoever is in the way."""
        with self.cursor() as env:
            connection = env["quickbooks.connection"].browse(self.connection_id)
            params = consent(connection, self.simulator)
        store, meanwhile = self.registry["quickbooks.tokens"]._store, []

        def late(tokens, credential, answer):
            if not meanwhile:
                meanwhile.append(credential.connection_id.attention_reason)
                with self.cursor() as env:
                    own = env["quickbooks.connection"].browse(self.connection_id)
                    own.attention_reason = "Written by the worker"
            return store(tokens, credential, answer)

        with (
            patch.object(self.registry["quickbooks.tokens"], "_store", late),
            patch("odoo.service.model.time.sleep"),
            mute_logger("odoo.sql_db"),
            self.cursor() as env,
        ):
            ended = env["quickbooks.connector"]._complete(params, "session")
        self.assertTrue(ended.ok, ended.sentence)
        self.assertEqual(len(meanwhile), 1)
        self.assertEqual(self.state(), "connected")
        self.assertTrue(self.access_token())

    def test_what_was_renewed_survives_a_rollback(self):
        with self.registry.cursor() as cr:
            env = api.Environment(cr, SUPERUSER_ID, {})
            connection = env["quickbooks.connection"].browse(self.connection_id)
            token = env["quickbooks.tokens"]._access_token(connection)
            cr.rollback()
        self.assertEqual(self.stored("generation"), 1)
        self.assertEqual(self.access_token(), token)
        self.assertEqual(len(self.refreshes()), 1)

    def test_waits_for_a_worker_that_dies(self):
        """Its lock ends with its connection; nobody is sent to reconnect because of it."""
        holder = self.registry.cursor()
        env = api.Environment(holder, SUPERUSER_ID, {})
        credential = env["quickbooks.credential"].search(
            [("connection_id", "=", self.connection_id)]
        )
        self.assertTrue(credential.try_lock_for_update())
        with patch.object(tokens_module, "PATIENCE", 0.3), self.assertRaises(Unsent):
            self.access_token()
        self.assertEqual(self.refreshes(), [])
        self.assertEqual(self.state(), "connected")
        threading.Timer(0.5, holder.close).start()
        started = time.monotonic()
        self.assertTrue(self.access_token())
        self.assertGreater(time.monotonic() - started, 0.4)

    def test_a_lost_answer(self):
        """It was renewed there, but we never heard: the old refresh token brings the new one."""
        before = self.stored("refresh_token")
        self.simulator.control.faults.add("drop_after", path=TOKEN_PATH)
        with self.assertRaises(Unknown):
            self.access_token()
        self.assertEqual(self.stored("refresh_token"), before)
        self.assertEqual(self.state(), "connected")
        self.assertTrue(self.access_token())
        self.assertNotEqual(self.stored("refresh_token"), before)
        with self.credential() as credential:
            credential.access_expires_at = fields.Datetime.now()
        self.assertTrue(self.access_token(), "the newer one was kept and works")

    def test_a_lost_answer_for_six_workers(self):
        self.simulator.control.faults.add("drop_after", path=TOKEN_PATH)
        results = self.at_once(6)
        lost = [result for result in results if isinstance(result, QboError)]
        self.assertEqual(len(lost), 1, "whoever asked; the others go on")
        self.assertEqual(len({str(r) for r in results if isinstance(r, str)}), 1)
        self.assertEqual(len(self.refreshes()), 2)
        self.assertEqual(self.state(), "connected")

    def test_early_enough_to_fail_for_a_while(self):
        """Renewing begins ten minutes before the end; until then trouble there stops nothing."""
        with self.credential() as credential:
            credential.access_expires_at = fields.Datetime.now() + timedelta(minutes=6)
            old = credential.env["quickbooks.vault"]._decrypt(credential.access_token)
        self.simulator.control.faults.add("status", status=503, path=TOKEN_PATH, count=None)
        self.assertEqual(self.access_token(), old)
        self.assertEqual(self.access_token(), old)
        self.assertEqual(len(self.refreshes()), 1, "not asked again at once")
        with self.credential() as credential:
            credential.refresh_failed_at = fields.Datetime.now() - timedelta(minutes=2)
        self.assertEqual(self.access_token(), old)
        self.assertEqual(len(self.refreshes()), 2)
        with self.assertRaises(QboError):
            self.access_token(force_unlike=old)  # QuickBooks refused it
        self.simulator.control.faults.clear()
        self.assertNotEqual(self.access_token(force_unlike=old), old)
        self.assertFalse(self.stored("refresh_failed_at"))

    def test_a_fresh_token_takes_no_lock(self):
        token = self.access_token()
        with self.registry.cursor() as holder:
            env = api.Environment(holder, SUPERUSER_ID, {})
            row = env["quickbooks.credential"].search([("connection_id", "=", self.connection_id)])
            self.assertTrue(row.try_lock_for_update())
            with patch.object(tokens_module, "PATIENCE", 0.3):
                self.assertEqual(self.access_token(), token)

    def test_workers_and_people_store_usage_without_waiting_for_each_other(self):
        with self.registry.cursor() as worker:
            env = api.Environment(worker, SUPERUSER_ID, {})
            own = env["quickbooks.connection"].browse(self.connection_id)
            env["quickbooks.usage"]._add(own, "push", {"query": 2})
            results = []

            def person():
                with self.cursor() as other:
                    connection = other["quickbooks.connection"].browse(self.connection_id)
                    other["quickbooks.usage"]._add(connection, "people", {"read": 3})
                results.append(True)

            thread = threading.Thread(target=person)
            thread.start()
            thread.join(10)
            self.assertTrue(results, "a person's call waits for the worker's lock")
        with self.cursor() as env:
            connection = env["quickbooks.connection"].browse(self.connection_id)
            self.assertEqual(env["quickbooks.usage"]._budget(connection).used, 5)

    def test_two_people_at_once(self):
        """Both counts are stored, whoever comes first."""

        def person():
            with self.cursor() as env:
                connection = env["quickbooks.connection"].browse(self.connection_id)
                env["quickbooks.meter"]._of(connection, "people").put_back({"read": 1})
                env["quickbooks.meter"]._store_afterwards(connection)

        threads = [threading.Thread(target=person) for _number in range(4)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(10)
        with self.cursor() as env:
            connection = env["quickbooks.connection"].browse(self.connection_id)
            left = env["quickbooks.meter"]._of(connection, "people").take().get("read", 0)
            self.assertEqual(env["quickbooks.usage"]._budget(connection).used + left, 4)

    def test_removed_without_traces(self):
        """A connection's cron and its action go with it."""
        with self.cursor() as env:
            connection = env["quickbooks.connection"].create(
                {"environment": "sandbox", "active": False}
            )
            cron = connection._channel("push").cron_id
            action = cron.ir_actions_server_id
            self.assertTrue(cron and action)
            connection.unlink()
            self.assertFalse(cron.exists() or action.exists())


@tagged("post_install", "-at_install")
class TestCopiedDatabase(QuickbooksCommon):
    """A copy that nobody neutralized does not use the original's authorization."""

    def setUp(self):
        super().setUp()
        self.credential = self.env["quickbooks.credential"]._of(self.connection)
        self.here = self.credential._here()

    def belongs_to(self, **differences):
        """Let the tokens be those of a database that differs so."""
        self.credential.home = canonical.dumps(asdict(replace(self.here, **differences)))

    def other_database(self):
        """The number of another database of this server."""
        self.env.cr.execute("SELECT oid::bigint FROM pg_database WHERE datname = 'postgres'")
        return self.env.cr.fetchone()[0]

    def assert_silent(self):
        """Nothing left, and the connection says why."""
        self.assertEqual(self.simulator.control.log(), [])
        self.assertEqual(self.connection.state, "copy")
        self.assertIn("is a copy", self.connection.attention_reason)
        self.assertEqual(len(self.connection.activity_ids), 1)

    def test_the_database_is_known(self):
        self.assertEqual(self.credential.home, canonical.dumps(asdict(self.here)))
        self.assertTrue(self.here.uuid and self.here.server and self.here.oid)
        self.assertFalse(self.credential._is_elsewhere())

    def test_duplicated_by_odoo(self):
        """Odoo's database manager gives a copy a new uuid, with this very call."""
        move = self.invoice()
        self.env["ir.config_parameter"].init(force=True)
        self.run_worker()
        self.assert_silent()
        self.assertEqual(move.qbo_state, "pending", "it waits and is not lost")

    def test_not_even_an_expired_token_is_renewed(self):
        self.credential.access_expires_at = fields.Datetime.now()
        self.belongs_to(server="another cluster")
        self.run_worker()
        self.assert_silent()

    def test_copied_within_the_server(self):
        self.belongs_to(oid=self.other_database())
        self.run_worker()
        self.assert_silent()

    def test_restored_in_place(self):
        """The original is gone, so nobody else can use its tokens: no alarm."""
        self.belongs_to(oid=4_000_000_000)
        self.credential.access_expires_at = fields.Datetime.now()
        self.synced_invoice()
        self.assertEqual(self.credential.home, canonical.dumps(asdict(self.here)))

    def test_new_name_or_address(self):
        """Renaming the database or logging in under another address changes nothing of it."""
        self.env["ir.config_parameter"].set_param("web.base.url", "https://elsewhere.example")
        self.synced_invoice()

    def test_server_that_tells_nothing(self):
        Credential = type(self.credential)
        with patch.object(Credential, "_here", return_value=replace(self.here, server="")):
            self.belongs_to(server="")
            self.assertFalse(self.credential._is_elsewhere())
            self.belongs_to(server="", oid=4_000_000_000)
            self.assertTrue(self.credential._is_elsewhere())

    def test_tokens_of_before_are_taken_for_our_own(self):
        self.credential.home = False
        self.synced_invoice()

    def test_this_is_the_real_one_now(self):
        move = self.invoice()
        self.belongs_to(server="another cluster")
        self.run_worker()
        self.assert_silent()
        manager = new_test_user(self.env, "chief", groups="quickbooks_online.group_manager")
        manager.write({"company_ids": [(4, self.company.id)], "company_id": self.company.id})
        with self.assertRaises(AccessError):
            self.connection.with_user(manager).action_settle_here()
        self.connection.action_settle_here()
        self.assertEqual(self.connection.state, "connected")
        self.assertFalse(self.connection.attention_reason)
        self.assertFalse(self.connection.activity_ids)
        self.assertTrue(self.connection.sudo()._channel().cron_id.active)
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)

    def test_disconnecting_a_copy_leaves_the_original_alone(self):
        """Also one whose worker never ran, as on a server without scheduled actions."""
        self.belongs_to(server="another cluster")
        self.connection.action_disconnect()
        self.assertEqual(self.connection.state, "disconnected")
        self.assertFalse(self.credential.refresh_token or self.credential.home)
        self.assertEqual(self.simulator.control.log(), [], "nothing was revoked")
        self.assertTrue(self.authorize(self.connection).ok, "with a consent of its own it may")

    def test_the_test_button_says_it(self):
        self.belongs_to(server="another cluster")
        with self.own_cursors():
            action = self.connection.action_test()
        line = self.env["quickbooks.connection.test"].browse(action["res_id"]).line_ids
        self.assertFalse(line.ok)
        self.assertIn("is a copy", line.detail)
        self.assertEqual(self.simulator.control.log(), [])

    def test_connect_leads_to_the_decision(self):
        self.belongs_to(server="another cluster")
        self.run_worker()
        action = self.connection.action_connect()
        self.assertEqual((action["res_model"], action["res_id"]), self.key(self.connection))

    @staticmethod
    def key(record):
        return record._name, record.id

    def test_neutralized(self):
        self.belongs_to(server="another cluster")
        self.run_worker()
        self.env.flush_all()
        with file_open("quickbooks_online/data/neutralize.sql") as stream:
            self.env.cr.execute(stream.read())
        self.env.invalidate_all()
        self.assertEqual(self.connection.state, "disconnected")
        self.assertFalse(self.credential.home)


@tagged("post_install", "-at_install")
class TestEndOfAuthorization(QuickbooksCommon):
    """Somebody is told in time, and one button mends it."""

    def setUp(self):
        super().setUp()
        self.credential = self.env["quickbooks.credential"]._of(self.connection)

    def ends_in(self, days, **values):
        end = fields.Datetime.now() + timedelta(days=days, hours=1)
        self.credential.write({"refresh_hard_expires_at": end, **values})

    def care(self):
        with patch.object(type(self.env["ir.cron"]), "_commit_progress"):
            self.env["quickbooks.care"].sudo()._cron_daily()

    def told_on(self, days):
        """The days, counted from the end, on which somebody is told."""
        told = []
        for day in days:
            self.connection.activity_ids.unlink()
            self.ends_in(day)
            self.care()
            told += [day] * bool(self.connection.activity_ids)
        return told

    def test_each_notice_once(self):
        self.assertEqual(self.told_on([20, 15, 14, 14, 13, 8, 7, 7, 3, 2, 2, 1, 0]), [14, 7, 2])

    def test_a_missed_notice_is_made_up_for(self):
        self.assertEqual(self.told_on([16, 12, 11, 5, 4, 1, 0]), [12, 5, 1])

    def test_a_renewed_authorization_begins_anew(self):
        self.assertEqual(self.told_on([7, 1800, 14]), [7, 14])

    def test_whichever_end_comes_first(self):
        soon = fields.Datetime.now() + timedelta(days=6, hours=1)
        self.ends_in(1000, refresh_expires_at=soon)
        self.care()
        self.assertIn("in 6 days", self.connection.activity_ids.note)

    def test_who_is_told(self):
        self.connection.user_id = new_test_user(
            self.env, "keeper", groups="quickbooks_online.group_manager"
        )
        self.ends_in(7)
        self.care()
        self.assertEqual(self.connection.activity_ids.user_id.login, "keeper")
        self.connection.user_id.active = False
        self.ends_in(2)
        self.care()
        self.assertEqual(len(self.connection.activity_ids), 1, "one task, not two")
        self.assertEqual(self.connection.activity_ids.user_id, self.connection.create_uid)

    def test_nobody_is_responsible(self):
        """Made by the system, and nobody was named: a manager of the company is told."""
        self.connection.user_id = False
        self.env.flush_all()
        root = self.env.ref("base.user_root")
        self.env.cr.execute("UPDATE quickbooks_connection SET create_uid = %s", [root.id])
        self.env.invalidate_all()
        told = self.connection._responsible()
        self.assertNotEqual(told, root)
        self.assertTrue(told.active and told.has_group("quickbooks_online.group_manager"))
        self.assertIn(self.company, told.company_ids)

    def test_reconnecting_in_time_closes_the_task(self):
        self.ends_in(2)
        self.care()
        self.assertTrue(self.connection.activity_ids)
        self.assertTrue(self.authorize(self.connection).ok)
        self.assertFalse(self.connection.activity_ids)
        self.care()
        self.assertFalse(self.connection.activity_ids)

    def test_reconnecting_counts_from_anew(self):
        """A new grant has its own five years, also when Intuit does not name them."""
        self.ends_in(2)
        answer = tokens_module.QuickbooksTokens._store
        named = []

        def store(model, credential, handed_out):
            named.append(handed_out.refresh_hard_expires_in)
            return answer(model, credential, replace(handed_out, refresh_hard_expires_in=None))

        with patch.object(type(self.env["quickbooks.tokens"]), "_store", store):
            self.assertTrue(self.authorize(self.connection).ok)
        self.assertTrue(named[0], "it is asked for")
        self.assertFalse(self.credential.refresh_hard_expires_at)

    def test_refreshing_does_not_move_the_end(self):
        self.ends_in(300)
        end = self.credential.refresh_hard_expires_at
        answer = tokens_module.QuickbooksTokens._store

        def store(model, credential, handed_out):
            return answer(model, credential, replace(handed_out, refresh_hard_expires_in=None))

        self.credential.access_expires_at = fields.Datetime.now()
        with patch.object(type(self.env["quickbooks.tokens"]), "_store", store):
            self.run_worker()
        self.assertGreater(self.credential.access_expires_at, fields.Datetime.now())
        self.assertEqual(self.credential.refresh_hard_expires_at, end)

    def test_both_ends_are_kept(self):
        """The rolling one comes first but moves with each refresh; people see the hard one."""
        now = fields.Datetime.now()
        self.assertIn((self.credential.refresh_expires_at - now).days, (100, 101))
        hard = self.credential.refresh_hard_expires_at
        self.assertIn((hard - now).days, (1824, 1825))
        self.assertEqual(self.connection.authorization_ends_at, hard)

    def test_trouble_with_one_connection_does_not_stop_the_others(self):
        company = self.env["res.company"].create({"name": "Zweite"})
        other = self.env["quickbooks.connection"].create(
            {"company_id": company.id, "state": "connected", "environment": "sandbox"}
        )
        end = fields.Datetime.now() + timedelta(days=2, hours=1)
        self.env["quickbooks.credential"]._of(other).refresh_expires_at = end
        care = type(self.env["quickbooks.care"])
        original = care._care_for

        def care_for(model, connection):
            if connection == self.connection:
                raise RuntimeError("a bug")
            return original(model, connection)

        with (
            patch.object(care, "_care_for", care_for),
            self.assertLogs("odoo.addons.quickbooks_online.sync.care", "ERROR"),
        ):
            self.care()
        self.assertTrue(other.activity_ids)

    # -- one button ----------------------------------------------------------------------------

    def buttons(self, state):
        """Names of the header's buttons an administrator sees in a state, the main one first."""
        arch = etree.fromstring(
            self.env["quickbooks.connection"].get_view(
                self.env.ref("quickbooks_online.quickbooks_connection_view_form").id, "form"
            )["arch"]
        )
        shown = [
            button
            for button in arch.findall("header/button")
            if not safe_eval(
                button.get("invisible", "False"), {"state": state, "stage": "automatic"}
            )
        ]
        shown.sort(key=lambda button: "btn-primary" not in button.get("class", ""))
        return [button.get("name") for button in shown]

    def test_one_button_mends_it(self):
        self.assertEqual(self.buttons("draft"), ["action_connect"])
        self.assertEqual(self.buttons("attention"), ["action_connect"])
        self.assertEqual(self.buttons("disconnected"), ["action_connect"])
        self.assertEqual(self.buttons("copy"), ["action_settle_here", "action_disconnect"])
        self.assertIn("action_connect", self.buttons("connected"), "before the authorization ends")

    def test_dead_authorization(self):
        move = self.invoice()
        self.simulator.control.disconnect()
        self.run_worker()
        self.assertEqual(self.connection.state, "attention")
        self.assertEqual(len(self.connection.activity_ids), 1)
        self.assertEqual(
            self.connection.activity_ids.activity_type_id, self.env.ref(ATTENTION), "a task"
        )
        self.run_worker()
        self.assertEqual(len(self.connection.activity_ids), 1)
        self.assertTrue(self.authorize(self.connection).ok)
        self.assertFalse(self.connection.activity_ids)
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
