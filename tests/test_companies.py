"""Two companies with a QuickBooks company each, and a branch, in one database."""

import json

from odoo import Command, fields
from odoo.exceptions import AccessError
from odoo.tests import HttpCase, new_test_user, tagged

from ..qbo.money import dec
from ..qbo.webhook import signature
from .common import QuickbooksCommon

ROUTE = "/quickbooks/webhook"


class CompaniesCommon(QuickbooksCommon):
    """The usual company, here A, and B with a realm of its own below the same Intuit app."""

    @classmethod
    def prepare(cls):
        prepared = super().prepare()
        cls.a, cls.b = cls.connection, cls.second_connection()
        for connection in (cls.a, cls.b):
            cls.take_over(connection)
        return prepared

    @classmethod
    def second_connection(cls):
        cls.company_b = cls.setup_other_company(name="Second")["company"]
        cls.company_b.country_id = cls.env.ref("base.us")
        cls.env.user.company_ids |= cls.company_b
        cls.realm_b = cls.simulator.add_company(profile="us")
        cls.simulator.control.preference("CustomTxnNumbers", True, realm=cls.realm_b)
        connection = cls.env["quickbooks.connection"].create(
            {
                "company_id": cls.company_b.id,
                "environment": "simulator",
                "simulator_url": cls.simulator.url,
                "cutoff_date": "2020-01-01",
            }
        )
        cls.set_keys(connection)
        consent = cls.authorize(connection, realm=cls.realm_b)
        assert consent.ok, consent.sentence
        cls.run_worker(connection)
        first, cls.connection = cls.connection, connection
        cls.accept_mappings()
        cls.connection = first
        connection.action_enable()
        cls.run_worker(connection)
        return connection

    @classmethod
    def forget_others(cls, channel):
        """No other worker has something to do, or this one would let it pass
        (``sync/engine/turns.py``); the tests say themselves who runs."""
        others = cls.env["quickbooks.channel"].sudo().search([("id", "!=", channel.id)])
        due = [("cron_id", "in", others.cron_id.ids)]
        cls.env["ir.cron.trigger"].sudo().search(due).unlink()

    def setUp(self):
        super().setUp()
        self.control = self.simulator.control
        self.partner = self.env["res.partner"].create({"name": "Shared Ltd", "is_company": True})
        self.product = self.env["product.product"].create({"name": "Shared widget"})

    # -- documents -----------------------------------------------------------------------------

    def bill(self, company, amount=100.0, partner=None):
        """A confirmed invoice of a company for the shared partner and product."""
        move = (
            self.env["account.move"]
            .with_company(company)
            .create(
                {
                    "move_type": "out_invoice",
                    "company_id": company.id,
                    "partner_id": (partner or self.partner).id,
                    "invoice_date": "2026-03-10",
                    "invoice_line_ids": [
                        Command.create(
                            {
                                "product_id": self.product.id,
                                "price_unit": amount,
                                "tax_ids": [Command.clear()],
                            }
                        )
                    ],
                }
            )
        )
        move.action_post()
        self.commit()
        return move

    def pay(self, move):
        register = self.env["account.payment.register"].with_company(move.company_id)
        register = register.with_context(active_model="account.move", active_ids=move.ids)
        payment = register.create({"payment_date": "2026-03-15"})._create_payments()
        self.commit()
        return payment

    def work(self):
        """Both workers of both connections."""
        for _time in range(3):
            for connection in (self.a, self.b):
                self.skip_waiting()
                self.run_worker(connection)
                connection.sudo()._channel("pull").swept_at = False
                self.run_pull(connection)

    def link(self, connection, record, remote_type):
        found = self.env["quickbooks.binding"]._of(connection, record, remote_type)
        return found.get(record.id, self.env["quickbooks.binding"])

    def there(self, connection, record, remote_type):
        """The object of a record in a connection's realm."""
        link = self.link(connection, record, remote_type)
        self.assertTrue(link.remote_id, f"{record} is not in the realm of {connection.name}")
        return self.control.get(remote_type, link.remote_id, realm=connection.realm_id)

    def as_seen_in(self, record, company):
        return record.with_context(allowed_company_ids=company.ids)

    def calls_of(self, realm):
        return [call for call in self.control.log() if f"/company/{realm}/" in call.path]


@tagged("post_install", "-at_install")
class TestCompanies(CompaniesCommon):
    """What is shared has a link in each realm; what is not stays in its own."""

    def test_a_shared_partner_is_a_customer_in_each_realm(self):
        mine, yours = self.bill(self.company, 100), self.bill(self.company_b, 200)
        self.work()
        for connection, move, amount in ((self.a, mine, 100), (self.b, yours, 200)):
            invoice = self.there(connection, move, "Invoice")
            customer = self.there(connection, self.partner, "Customer")
            item = self.there(connection, self.product, "Item")
            self.assertEqual(dec(invoice["TotalAmt"]), amount)
            self.assertEqual(invoice["CustomerRef"]["value"], customer["Id"])
            line = invoice["Line"][0]["SalesItemLineDetail"]
            self.assertEqual(line["ItemRef"]["value"], item["Id"])
            self.assertEqual(move.qbo_state, "synced")
        self.assertFalse(self.link(self.b, mine, "Invoice"))
        self.assertFalse(self.link(self.a, yours, "Invoice"))

    def test_the_state_shown_is_the_current_companys(self):
        self.bill(self.company)
        self.run_worker(self.a)
        for record in (self.partner, self.product, self.product.product_tmpl_id):
            here = self.as_seen_in(record, self.company)
            there = self.as_seen_in(record, self.company_b)
            self.assertEqual((here.qbo_state, there.qbo_state), ("synced", "none"))
            self.assertTrue(here.qbo_id)
            self.assertFalse(there.qbo_id)
            self.assertFalse(there.qbo_url)
            for seen, count in ((here, 1), (there, 0)):
                domain = [("id", "=", record.id), ("qbo_state", "=", "synced")]
                self.assertEqual(seen.search_count(domain), count)
                domain = [("id", "=", record.id), ("qbo_id", "=", here.qbo_id)]
                self.assertEqual(seen.search_count(domain), count)
        self.bill(self.company_b)
        self.run_worker(self.b)
        there = self.as_seen_in(self.partner, self.company_b)
        here = self.as_seen_in(self.partner, self.company)
        self.assertEqual(there.qbo_state, "synced")
        self.assertIn(self.link(self.b, self.partner, "Customer").remote_id, there.qbo_id)
        self.assertEqual(here.qbo_id, self.link(self.a, self.partner, "Customer").remote_id)

    def test_a_company_without_quickbooks_shows_nothing(self):
        third = self.setup_other_company(name="Third")["company"]
        self.env.user.company_ids |= third
        move = self.bill(third)
        self.assertFalse(move.qbo_connected)
        self.assertTrue(self.bill(self.company_b).qbo_connected)
        self.assertFalse(self.as_seen_in(self.partner, third).qbo_connected)

    def test_payments_stay_with_their_company(self):
        mine, yours = self.bill(self.company), self.bill(self.company_b)
        self.work()
        payment = self.pay(yours)
        self.work()
        self.assertFalse(self.link(self.a, payment, "Payment"))
        self.assertEqual(dec(self.there(self.b, payment, "Payment")["TotalAmt"]), 100)
        self.assertEqual(dec(self.there(self.b, yours, "Invoice")["Balance"]), 0)
        self.assertEqual(dec(self.there(self.a, mine, "Invoice")["Balance"]), 100)
        remote = self.there(self.a, mine, "Invoice")
        self.control.change(
            "Payment",
            {
                "TotalAmt": 100,
                "CustomerRef": remote["CustomerRef"],
                "TxnDate": "2026-03-20",
                "Line": [
                    {"Amount": 100, "LinkedTxn": [{"TxnId": remote["Id"], "TxnType": "Invoice"}]}
                ],
            },
        )
        self.work()
        self.assertEqual(mine.amount_residual, 0)
        received = self.env["account.payment"].search([], order="id desc", limit=1)
        self.assertEqual(received.company_id, self.company)
        self.assertEqual(received.journal_id.company_id, self.company)

    def test_a_shared_partner_changes_in_both(self):
        self.bill(self.company), self.bill(self.company_b)
        self.work()
        self.partner.phone = "+1 555 0101"
        self.commit()
        self.work()
        for connection in (self.a, self.b):
            phone = self.there(connection, self.partner, "Customer")["PrimaryPhone"]
            self.assertEqual(phone["FreeFormNumber"], "+1 555 0101")
        # what one realm changes reaches the other, and comes to rest
        customer = self.there(self.b, self.partner, "Customer")
        self.control.change(
            "Customer",
            {**customer, "PrimaryPhone": {"FreeFormNumber": "+1 555 0202"}},
            realm=self.realm_b,
        )
        self.work()
        self.assertEqual(self.partner.phone, "+1 555 0202")
        phone = self.there(self.a, self.partner, "Customer")["PrimaryPhone"]
        self.assertEqual(phone["FreeFormNumber"], "+1 555 0202")
        self.control.clear_log()
        self.work()
        self.assertFalse(self.writes(), "it does not go round")

    def test_a_name_without_a_link_is_noted_where_it_may_get_one(self):
        """A contact of one company is no news for the other; a shared one is for both."""
        self.work()
        own = self.env["res.partner"].create({"name": "Own", "company_id": self.company_b.id})
        for partner, connections in ((self.partner, self.a | self.b), (own, self.b)):
            partner.phone = "+1 555 0101"
            self.commit()
            noted = self.env["quickbooks.change"].search(
                [("res_model", "=", "res.partner"), ("res_id", "=", partner.id)]
            )
            self.assertEqual(noted.connection_id, connections)
            self.assertEqual(set(noted.mapped("kind")), {"unlinked"})

    def test_new_customers_belong_to_their_company(self):
        self.env["quickbooks.directory"]._expire(self.b)
        parent = self.control.change("Customer", {"DisplayName": "Of B"}, realm=self.realm_b)
        self.control.change(
            "Customer",
            {
                "DisplayName": "Job of B",
                "Job": True,
                "ParentRef": {"value": parent["Id"]},
            },
            realm=self.realm_b,
        )
        self.work()
        made = self.env["res.partner"].search([("name", "in", ("Of B", "Job of B"))])
        self.assertEqual(len(made), 2)
        self.assertEqual(made.company_id, self.company_b)
        user = self.user_of(self.company, "own_a", "account.group_account_invoice")
        self.assertFalse(made.with_user(user).search([("id", "in", made.ids)]))

    def test_a_task_on_a_shared_record_tells_nothing_of_the_other(self):
        self.bill(self.company), self.bill(self.company_b)
        self.work()
        mine, yours = (self.link(c, self.partner, "Customer").sudo() for c in (self.a, self.b))
        mine._set_state("held", "x", "Acme of A has this name.")
        yours._set_state("held", "x", "Bolt of B has this name.")
        notes = self.partner.activity_ids.mapped("note")
        self.assertEqual(len(notes), 2)
        self.assertFalse([note for note in notes if "Acme" in note or "Bolt" in note])
        mine._set_state("synced")
        self.assertEqual(len(self.partner.activity_ids), 1, "the other's is still open")
        self.assertIn(self.company_b.name, self.partner.activity_ids.note)

    # -- branches ------------------------------------------------------------------------------

    def test_a_branch_uses_its_parents_connection(self):
        branch = self.env["res.company"].create(
            {"name": "Branch of B", "parent_id": self.company_b.id}
        )
        self.env.user.company_ids |= branch
        self.commit()  # Odoo sets a new company up before the commit
        move = self.bill(branch, 30)
        self.work()
        self.assertEqual(move.qbo_state, "synced", move.qbo_error)
        self.assertEqual(dec(self.there(self.b, move, "Invoice")["TotalAmt"]), 30)
        self.assertFalse(self.link(self.a, move, "Invoice"))
        self.assertEqual(self.as_seen_in(self.partner, branch).qbo_state, "synced")
        payment = self.pay(move)
        self.work()
        self.assertEqual(payment.company_id, branch)
        self.assertEqual(dec(self.there(self.b, move, "Invoice")["Balance"]), 0)
        # money that comes back is booked where its invoice is
        other = self.bill(branch, 40)
        self.work()
        remote = self.there(self.b, other, "Invoice")
        self.control.change(
            "Payment",
            {
                "TotalAmt": 40,
                "CustomerRef": remote["CustomerRef"],
                "TxnDate": "2026-03-20",
                "Line": [
                    {"Amount": 40, "LinkedTxn": [{"TxnId": remote["Id"], "TxnType": "Invoice"}]}
                ],
            },
            realm=self.realm_b,
        )
        self.work()
        self.assertEqual(other.amount_residual, 0, other.qbo_error)

    def test_people_of_a_branch(self):
        branch = self.env["res.company"].create(
            {"name": "Branch of B", "parent_id": self.company_b.id}
        )
        user = self.user_of(branch, "branch", "account.group_account_invoice")
        move = self.bill(self.company_b)
        self.run_worker(self.b)
        link = self.link(self.b, move, "Invoice")
        self.assertEqual(link.with_user(user).read(["remote_id"])[0]["remote_id"], link.remote_id)
        self.assertEqual(self.as_seen_in(self.partner, branch).with_user(user).qbo_state, "synced")

    # -- one goes, the other stays -------------------------------------------------------------

    def test_disconnecting_one_leaves_the_other(self):
        self.bill(self.company), self.bill(self.company_b)
        self.work()
        with self.own_cursors():
            self.a.action_disconnect()
        self.assertEqual((self.a.state, self.b.state), ("disconnected", "connected"))
        self.control.clear_log()
        mine, yours = self.bill(self.company), self.bill(self.company_b)
        self.run_worker(self.b)
        self.assertEqual(yours.qbo_state, "synced", yours.qbo_error)
        self.assertEqual(mine.qbo_state, "pending")
        self.assertFalse(self.calls_of(self.a.realm_id))

    def test_a_dead_grant_stops_only_its_own(self):
        self.control.disconnect(self.realm_b)
        self.env["quickbooks.credential"]._of(self.b).access_expires_at = fields.Datetime.now()
        mine, yours = self.bill(self.company), self.bill(self.company_b)
        self.run_worker(self.b)
        self.run_worker(self.a)
        self.assertEqual((self.a.state, self.b.state), ("connected", "attention"))
        self.assertEqual(mine.qbo_state, "synced")
        self.assertIn(yours.qbo_state, ("pending", "waiting"))

    def test_the_crons_are_separate(self):
        crons = (self.a | self.b).sudo().channel_ids.cron_id
        self.assertEqual(len(crons), 4)
        for connection in (self.a, self.b):
            self.env["ir.cron.trigger"].sudo().search([]).unlink()
            self.bill(connection.company_id)
            woken = self.env["ir.cron.trigger"].sudo().search([]).cron_id & crons
            self.assertEqual(woken, connection._channel("push").cron_id)

    def user_of(self, company, login, *groups):
        return new_test_user(
            self.env,
            login,
            groups=",".join(groups),
            company_id=company.id,
            company_ids=[Command.set(company.ids)],
        )


@tagged("post_install", "-at_install")
class TestCompaniesSecurity(CompaniesCommon, HttpCase):
    """Nothing of one company is seen or reached by the people of the other."""

    @classmethod
    def prepare(cls):
        prepared = super().prepare()
        vault = cls.env["quickbooks.vault"]
        for connection, token in ((cls.a, "token-a"), (cls.b, "token-b")):
            credential = cls.env["quickbooks.credential"]._of(connection)
            credential.verifier = vault._encrypt(token)
        return prepared

    def setUp(self):
        super().setUp()
        self.user = new_test_user(
            self.env,
            "administrator_of_a",
            groups="base.group_system,account.group_account_manager",
            company_id=self.company.id,
            company_ids=[Command.set(self.company.ids)],
        )

    def tables(self):
        return [
            name
            for name, model in self.env.registry.items()
            if name.startswith("quickbooks.") and model._auto and not model._abstract
            if not model._transient
        ]

    def filled(self):
        """A row of B in every table."""
        move = self.bill(self.company_b)
        self.run_worker(self.b)
        binding = self.link(self.b, move, "Invoice")
        own, realm = {"connection_id": self.b.id}, self.realm_b
        more = {
            "quickbooks.change": {"res_model": "res.partner", "res_id": 1},
            "quickbooks.event": {
                "source": "cdc",
                "event_key": f"{realm}/1",
                "remote_type": "Invoice",
                "remote_id": "1",
            },
            "quickbooks.opening.line": {
                "res_model": "account.move",
                "res_id": move.id,
                "remote_type": "Invoice",
            },
            "quickbooks.review.request": {
                "move_id": move.id,
                "partner_id": move.commercial_partner_id.id,
            },
            "quickbooks.log": {"message": "Something of B", "binding_id": binding.id},
        }
        for name, values in more.items():
            self.env[name].sudo().create({**own, **values})
        self.env["quickbooks.connector"]._consent_url(self.b, "session")
        return binding

    def rows_of(self, connection, name):
        """All rows of a table that are a connection's."""
        model = self.env[name].sudo().with_context(active_test=False)
        if name == "quickbooks.connection":
            return connection
        path = next(
            (f for f in ("connection_id", "company_id") if f in model._fields), "connection_id"
        )
        value = connection.id if path == "connection_id" else connection.company_id.id
        return model.search([(path, "=", value)])

    def test_every_table(self):
        self.filled()
        empty = []
        for name in self.tables():
            rows = self.rows_of(self.b, name)
            if not rows:
                empty.append(name)
                continue
            model = self.env[name].with_user(self.user).with_context(active_test=False)
            seen = model.search([("id", "in", rows.ids)]) if model.has_access("read") else model
            self.assertFalse(seen, f"{name} is seen")
            one = rows[:1].with_user(self.user)
            for operation in ("read", "write", "unlink"):
                self.assertFalse(one.has_access(operation), f"{name} {operation}")
            with self.assertRaises(AccessError, msg=name):
                one.read(["display_name"])
            with self.assertRaises(AccessError, msg=name):
                one.write({"write_uid": self.user.id})
        self.assertFalse(empty, "tables this test says nothing about")

    def test_nothing_is_created_for_the_other(self):
        third = self.setup_other_company(name="Third")["company"]
        for name, values in (
            ("quickbooks.connection", {"company_id": third.id}),
            (
                "quickbooks.mapping",
                {
                    "connection_id": self.b.id,
                    "kind": "tax",
                    "res_model": "account.tax",
                    "res_id": 1,
                },
            ),
        ):
            with self.assertRaises(AccessError, msg=name):
                self.env[name].with_user(self.user).create(values)

    def test_decisions_about_the_other(self):
        binding = self.filled()
        for record, methods in (
            (
                self.b,
                (
                    "action_connect",
                    "action_disconnect",
                    "action_test",
                    "action_refresh_lists",
                    "action_enable",
                    "action_disable",
                    "action_link_earlier",
                    "action_view_opening",
                ),
            ),
            (binding, ("action_unlink_remote", "action_send_again", "action_accept_difference")),
            (binding.operation_ids[:1], ("action_retry", "action_reactivate")),
            (self.rows_of(self.b, "quickbooks.event")[:1], ("action_retry", "action_ignore")),
            (
                self.rows_of(self.b, "quickbooks.opening.line")[:1],
                ("action_link_anyway", "action_compare", "action_ignore"),
            ),
        ):
            for method in methods:
                with self.assertRaises(AccessError, msg=f"{record} {method}"):
                    getattr(record.with_user(self.user), method)()
        self.assertEqual((self.b.state, self.b.stage), ("connected", "automatic"))

    def test_a_wizard_about_the_other(self):
        wizard = self.env["quickbooks.opening.wizard"].with_user(self.user)
        with self.assertRaises(AccessError):
            made = wizard.create({"connection_id": self.b.id})
            made.read(["cutoff_date", "document_count"])
        with self.assertRaises(AccessError):
            wizard.create({"connection_id": self.b.id}).action_compare()

    def test_the_host_fields(self):
        move = self.bill(self.company_b)
        self.run_worker(self.b)
        partner = self.as_seen_in(self.partner, self.company).with_user(self.user)
        self.assertEqual(
            (partner.qbo_state, partner.qbo_id, partner.qbo_url), ("none", False, False)
        )
        remote_id = self.link(self.b, self.partner, "Customer").remote_id
        for domain in ([("qbo_id", "=", remote_id)], [("qbo_state", "=", "synced")]):
            self.assertFalse(partner.search([("id", "=", partner.id), *domain]))
        groups = partner._read_group([("id", "=", partner.id)], ["qbo_state"], ["__count"])
        self.assertEqual(groups, [("none", 1)])
        moves = self.env["account.move"].with_user(self.user)
        self.assertFalse(
            moves.search([("qbo_id", "=", self.link(self.b, move, "Invoice").remote_id)]) & move
        )
        with self.assertRaises(AccessError):
            move.with_user(self.user).read(["qbo_state"])

    def test_notifications_reach_their_own_realm_only(self):
        def post(realm, token):
            raw = json.dumps(
                [
                    {
                        "specversion": "1.0",
                        "id": f"event-{realm}-{token}",
                        "type": "qbo.payment.created.v1",
                        "time": "2026-11-22T10:00:00Z",
                        "intuitentityid": "7",
                        "intuitaccountid": realm,
                        "data": {},
                    }
                ]
            ).encode()
            headers = {
                "Content-Type": "application/json",
                "intuit-signature": signature(raw, token),
            }
            return self.url_open(ROUTE, data=raw, headers=headers).status_code

        def count(connection):
            return len(self.rows_of(connection, "quickbooks.event"))

        before = count(self.a), count(self.b)
        self.assertEqual(post(self.realm_b, "token-b"), 200)
        self.assertEqual((count(self.a), count(self.b)), (before[0], before[1] + 1))
        # whoever knows the token of A's app says nothing about B
        self.assertEqual(post(self.realm_b, "token-a"), 200)
        self.assertEqual((count(self.a), count(self.b)), (before[0], before[1] + 1))
        self.assertEqual(post(self.realm_b, "no token"), 401)
