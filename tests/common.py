"""Common ground of the Odoo tests: a simulator over real HTTP, and a connection to it."""

from urllib.parse import parse_qsl, urlsplit

import requests

from odoo import Command, fields
from odoo.tests import tagged
from odoo.tests.common import _super_send

from odoo.addons.account.tests.common import AccountTestInvoicingCommon

from ..simulator.server import Simulator


@tagged("post_install", "-at_install")
class QuickbooksCommon(AccountTestInvoicingCommon):
    """A US company connected to a simulator of its own, integration on, mappings done."""

    #: options of the simulator
    simulator_options = {"profile": "us"}

    @classmethod
    def setUpClass(cls):
        super().setUpClass()
        cls.simulator = Simulator(port=0, **cls.simulator_options)
        cls.simulator.start()
        cls.addClassCleanup(cls.simulator.stop)
        cls.company = cls.env.company
        cls.company.country_id = cls.env.ref("base.us")
        cls.env.user.group_ids |= cls.env.ref("base.group_system")

    @classmethod
    def _request_handler(cls, s, r, /, **kw):
        """Odoo's guard compares the timeout as a number; ours is a pair (connect, read)."""
        if isinstance(kw.get("timeout"), tuple) and urlsplit(r.url).hostname == "127.0.0.1":
            return _super_send(s, r, **kw)
        return super()._request_handler(s, r, **kw)

    def setUp(self):
        super().setUp()
        self.simulator.control.reset()
        self.connection = self.connect()
        self.run_worker()
        self.accept_mappings()
        self.connection.action_enable()
        self.run_worker()

    # -- connecting -----------------------------------------------------------------------------

    def connect(self, company=None):
        """A connected connection, as the consent flow leaves it; tests of that flow do it all."""
        company = company or self.company
        connection = self.env["quickbooks.connection"].create(
            {
                "company_id": company.id,
                "environment": "simulator",
                "simulator_url": self.simulator.url,
                "cutoff_date": "2020-01-01",
            }
        )
        self.set_keys(connection)
        self.authorize(connection)
        return connection

    def set_keys(self, connection, secret=None):
        credential = self.env["quickbooks.credential"]._of(connection)
        vault = self.env["quickbooks.vault"]
        credential.write(
            {
                "client_id": self.simulator.client_id,
                "client_secret": vault._encrypt(secret or self.simulator.client_secret),
            }
        )

    def authorize(self, connection, realm=None):
        """What the callback does, with a code got from the consent form."""
        connector = self.env["quickbooks.connector"]
        params = self.consent(connection, realm=realm)
        self.env.flush_all()
        with self.enter_registry_test_mode():
            consent = connector._complete(params, "session")
        self.assertTrue(consent.ok, consent.sentence)
        connection.invalidate_recordset()

    def consent(self, connection, realm=None, cancel=False):
        """Walk through the consent page without a browser.

        :return: the query parameters of the redirect back to Odoo
        """
        url = self.env["quickbooks.connector"]._consent_url(connection, "session")
        parts = urlsplit(url)
        form = dict(parse_qsl(parts.query), action="cancel" if cancel else "connect")
        form["realm"] = realm or self.simulator.realm
        page = f"{parts.scheme}://{parts.netloc}{parts.path}"
        answer = requests.post(page, data=form, allow_redirects=False, timeout=10)
        return dict(parse_qsl(urlsplit(answer.headers["Location"]).query))

    def accept_mappings(self):
        mappings = self.env["quickbooks.mapping"].search(
            [("connection_id", "=", self.connection.id)]
        )
        mappings.action_accept()
        for mapping in mappings.filtered(lambda m: m.state == "missing"):
            mapping.reference_id = self.env["quickbooks.reference"].search(
                mapping._legal_domain(), limit=1
            )

    # -- the worker -----------------------------------------------------------------------------

    def run_worker(self, times=1):
        """Run the connection's cron as the scheduler does."""
        self.env.cr.flush()
        cron = self.connection._channel().cron_id
        for _time in range(times):
            with self.enter_registry_test_mode():
                cron.method_direct_trigger()
            self.env.invalidate_all()
            self.assertFalse(cron.failure_count, "the worker's cron failed; see the log")

    # -- books ------------------------------------------------------------------------------------

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

    def commit(self):
        """What the end of a request does: capture writes its rows, caches are forgotten."""
        self.env.cr.flush()
        self.env.invalidate_all()

    def remote(self, entity):
        """All objects of an entity in the simulator, by id."""
        return {row["Id"]: row for row in self.simulator.control.entities(entity)}

    def remote_of(self, record, remote_type):
        """The object a record is linked to, as the simulator holds it."""
        binding = self.binding(record, remote_type)
        return self.remote(remote_type)[binding.remote_id]

    def binding(self, record, remote_type):
        return self.env["quickbooks.binding"]._of(self.connection, record, remote_type).get(
            record.id, self.env["quickbooks.binding"]
        )
