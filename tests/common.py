"""Common ground of the Odoo tests: a simulator over real HTTP, and a connection to it."""

from contextlib import contextmanager
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import requests

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tests.common import _super_send

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..simulator.server import Simulator
from ..sync.engine import push
from ..sync.inbound import pull


def consent(connection, simulator, realm=None, cancel=False, allow_other=False):
    """Answer the consent page as its form does, from the session ``session``.

    :return: the query parameters of the redirect back to Odoo
    """
    connector = connection.env["quickbooks.connector"]
    url = connector._consent_url(connection, "session", allow_other=allow_other)
    parts = urlsplit(url)
    form = dict(parse_qsl(parts.query), action="cancel" if cancel else "connect")
    form["realm"] = realm or simulator.realm
    page = f"{parts.scheme}://{parts.netloc}{parts.path}"
    answer = requests.post(page, data=form, allow_redirects=False, timeout=10)
    return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))


@tagged("post_install", "-at_install")
class QuickbooksCommon(AccountTestInvoicingCommon):
    """A company connected to a simulator of its own, integration on, mappings done.

    The connection is made once per class; each test starts from that state on both sides.
    """

    #: options of the simulator
    simulator_options = {"profile": "us"}
    #: where the company is; its currency follows
    country = "us"
    #: preferences of the QuickBooks company before it is connected
    preferences = {"CustomTxnNumbers": True}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulator = Simulator(port=0, **cls.simulator_options)
        cls.simulator.start()
        cls.addClassCleanup(cls.simulator.stop)
        # a slow machine must not put off what a test looks at next
        for module, seconds in ((pull, "APPLY_SECONDS"), (push, "SLICE")):
            patience = patch.object(module, seconds, 60)
            patience.start()
            cls.addClassCleanup(patience.stop)
        for name, value in cls.preferences.items():
            cls.simulator.control.preference(name, value)
        cls.company = cls.env.company
        cls.company.country_id = cls.env.ref(f"base.{cls.country}")
        if cls.company.currency_id != cls.company.country_id.currency_id:
            cls.company.country_id.currency_id.active = True
            cls.company.currency_id = cls.company.country_id.currency_id
        cls.env.user.group_ids |= cls.env.ref("base.group_system")
        cls.env["ir.config_parameter"].set_param("quickbooks_online.simulator_limits", "off")
        cls.add_tax_code("Standard 15", 15)
        cls.prepare()
        cls.snapshot = cls.simulator.control.snapshot()
        cls.seeded_invoices = len(cls.simulator.control.entities("Invoice"))

    @classmethod
    def prepare(cls):
        """Connect, read the lists, map, switch on."""
        cls.connection = cls.connect()
        cls.run_worker()
        cls.accept_mappings()
        cls.connection.action_enable()
        cls.run_worker()

    @classmethod
    def take_over(cls, connection=None):
        """Receive what QuickBooks has from the start, once for the class and not in each test."""
        channel = (connection or cls.connection).sudo()._channel("pull")
        channel.customers_imported = True
        for _time in range(3):
            cls.run_cron(channel)

    def setUp(self):
        super().setUp()
        control = self.simulator.control
        control.restore(self.snapshot)
        control.faults.clear()
        control.clear_log()
        self.addCleanup(self.assert_faults_struck)

    def assert_faults_struck(self):
        """A fault that struck nothing has shown nothing."""
        idle = [rule.describe() for rule in self.simulator.control.faults.rules if not rule.hits]
        self.assertFalse(idle)

    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        """Odoo's guard compares the timeout as a number; ours is a pair (connect, read)."""
        if isinstance(kw.get("timeout"), tuple) and urlsplit(r.url).hostname == "127.0.0.1":
            return _super_send(s, r, **kw)
        return super()._request_handler(s, r, **kw)

    @classmethod
    @contextmanager
    def own_cursors(cls):
        """New cursors become savepoints of the test's, as for crons in Odoo's own tests."""
        cls.env.flush_all()
        if cls._registry_patched:
            yield
        else:
            patches = cls._registry_test_mode_patches(cr=cls.cr, registry=cls.registry)
            for patched in patches:
                patched.start()
            try:
                yield
            finally:
                for patched in reversed(patches):
                    patched.stop()
        cls.env.invalidate_all()

    # -- QuickBooks' side ----------------------------------------------------------------------

    @classmethod
    def add_tax_code(cls, name, rate):
        """What an accountant adds in QuickBooks: a sales tax of one rate.

        :return: its id
        """
        token = cls.simulator.control.token()["access_token"]
        answer = requests.post(
            f"{cls.simulator.url}/v3/company/{cls.simulator.realm}/taxservice/taxcode",
            json={
                "TaxCode": name,
                "TaxRateDetails": [
                    {
                        "TaxRateName": name,
                        "RateValue": rate,
                        "TaxAgencyId": "1",
                        "TaxApplicableOn": "Sales",
                    }
                ],
            },
            headers={"Authorization": f"Bearer {token}", "Accept": "application/json"},
            timeout=10,
        )
        answer.raise_for_status()
        return answer.json()["TaxCodeId"]

    def writes(self):
        """Exchanges of the log that change QuickBooks' books."""
        return [
            call
            for call in self.simulator.control.log(method="POST")
            if "/v3/company/" in call.path and not call.path.endswith("/query")
        ]

    def remote(self, entity):
        """All objects of an entity in the simulator, by id."""
        return {row["Id"]: row for row in self.simulator.control.entities(entity)}

    def remote_of(self, record, remote_type):
        """The object a record is linked to, as the simulator holds it."""
        return self.remote(remote_type)[self.binding(record, remote_type).remote_id]

    # -- connecting ----------------------------------------------------------------------------

    @classmethod
    def connect(cls, company=None, **values):
        """A connected connection, as the consent flow leaves it; tests of that flow do it all."""
        connection = cls.env["quickbooks.connection"].create(
            {
                "company_id": (company or cls.company).id,
                "environment": "simulator",
                "simulator_url": cls.simulator.url,
                "cutoff_date": "2020-01-01",
                **values,
            }
        )
        cls.set_keys(connection)
        consent = cls.authorize(connection)
        assert consent.ok, consent.sentence
        return connection

    @classmethod
    def set_keys(cls, connection, secret=None):
        vault = cls.env["quickbooks.vault"]
        cls.env["quickbooks.credential"]._of(connection).write(
            {
                "client_id": cls.simulator.client_id,
                "client_secret": vault._encrypt(secret or cls.simulator.client_secret),
            }
        )

    @classmethod
    def authorize(cls, connection, session="session", **consent):
        """Walk through the consent page and come back."""
        params = cls.consent(connection, **consent)
        with cls.own_cursors():
            return cls.env["quickbooks.connector"]._complete(params, session)

    @classmethod
    def consent(cls, connection, **answer):
        return consent(connection, cls.simulator, **answer)

    @classmethod
    def accept_mappings(cls):
        """Use every suggestion; what has none gets the first legal entry."""
        mappings = cls.env["quickbooks.mapping"].search([("connection_id", "=", cls.connection.id)])
        mappings.action_accept()
        for mapping in mappings.filtered(lambda m: m.state == "missing"):
            mapping.reference_id = cls.env["quickbooks.reference"].search(
                mapping._legal_domain(), limit=1
            )

    # -- the worker ----------------------------------------------------------------------------

    @classmethod
    def commit(cls):
        """What the end of a request does: capture writes its rows, caches are forgotten."""
        cls.env.cr.flush()
        cls.env.invalidate_all()

    @classmethod
    def run_worker(cls, connection=None):
        """Run a connection's sending cron as the scheduler does; an error in it is the test's."""
        cls.run_cron((connection or cls.connection)._channel("push"))

    @classmethod
    def run_pull(cls, connection=None):
        """Run a connection's receiving cron as the scheduler does."""
        cls.run_cron((connection or cls.connection)._channel("pull"))

    @classmethod
    def run_cron(cls, channel):
        cls.commit()
        cls.forget_others(channel)
        worker, errors = type(cls.env[f"quickbooks.{channel.direction}"]), []
        original = worker._run

        def run(self, channel):
            try:
                return original(self, channel)
            except Exception as error:
                errors.append(error)
                raise

        with cls.own_cursors(), patch.object(worker, "_run", run):
            channel.cron_id.method_direct_trigger()
        if errors:
            raise errors[0]

    @classmethod
    def forget_others(cls, channel):
        """The connection's other workers have nothing to do, or this one would give way to them."""
        others = channel.connection_id.sudo().channel_ids - channel
        due = [("cron_id", "in", others.cron_id.ids)]
        cls.env["ir.cron.trigger"].sudo().search(due).unlink()

    def skip_waiting(self):
        """Let everything that waits for its time become due."""
        for model in ("quickbooks.operation", "quickbooks.envelope", "quickbooks.event"):
            self.env[model].sudo().search([("not_before", "!=", False)]).not_before = False
        channels = self.connection.sudo().channel_ids
        channels.write({"paused_until": False, "limiter_state": False})

    def recover(self):
        """Let time pass until nothing waits any more."""
        waiting = ("pending", "waiting", "lookup", "prepared", "unknown")
        for _time in range(8):
            self.skip_waiting()
            self.run_worker()
            if not self.env["quickbooks.operation"].search_count([("state", "in", waiting)]):
                break

    # -- Odoo's side ---------------------------------------------------------------------------

    def early_payment_term(self, computation):
        """2 % less within ten days.

        :param computation: ``included``: the tax goes down when it is paid early; ``mixed``: at
            once; ``excluded``: never
        """
        return self.env["account.payment.term"].create(
            {
                "name": "2/10",
                "early_discount": True,
                "discount_percentage": 2,
                "discount_days": 10,
                "early_pay_discount_computation": computation,
                "line_ids": [Command.create({"value": "percent", "value_amount": 100})],
            }
        )

    def invoice(self, partner=None, lines=None, post=True, **values):
        """A customer invoice; ``lines`` are dicts of invoice line values."""
        lines = lines or [{"product_id": self.product_a.id, "price_unit": 100.0}]
        move = self.env["account.move"].create(
            {
                "move_type": "out_invoice",
                "partner_id": (partner or self.partner_a).id,
                "invoice_date": fields.Date.to_date("2026-03-10"),
                "invoice_line_ids": [Command.create(line) for line in lines],
                **values,
            }
        )
        if post:
            move.action_post()
            self.commit()
        return move

    def synced_invoice(self, *args, **kwargs):
        """A confirmed invoice that has arrived."""
        move = self.invoice(*args, **kwargs)
        self.run_worker()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        return move

    def binding(self, record, remote_type):
        return (
            self.env["quickbooks.binding"]
            ._of(self.connection, record, remote_type)
            .get(record.id, self.env["quickbooks.binding"])
        )

    def operation(self, record):
        """The newest operation of a record."""
        return self.env["quickbooks.operation"].search(
            [("res_model", "=", record._name), ("res_id", "=", record.id)], limit=1
        )
