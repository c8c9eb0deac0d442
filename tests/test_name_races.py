"""A person and a worker at the same name, on two connections to the database."""

from contextlib import ExitStack, closing, contextmanager
from datetime import timedelta

from odoo import SUPERUSER_ID, api, fields
from odoo.sql_db import db_connect
from odoo.tests import TransactionCase, tagged

KINDS = {
    "res.partner": ("customer", {"name": "Before"}, {"name": "After"}),
    "product.product": ("item", {"name": "Before"}, {"name": "After"}),
}


@tagged("post_install", "-at_install")
class TestNameRaces(TransactionCase):
    """Committed rows and real connections: in a test's own transaction everybody sees everything.

    A name gets its link with its first document, when the worker plans it. Who changes the name in
    that moment sees no link, and the worker does not see the change.
    """

    def setUp(self):
        super().setUp()
        self.undo = ExitStack()
        self.addCleanup(self.undo.close)
        self.addCleanup(self.registry.clear_cache)
        with self.transaction() as env:
            connection = env["quickbooks.connection"].create(
                {"company_id": self.env.company.id, "environment": "simulator"}
            )
            connection.write({"realm_id": "9130000000000001", "stage": "automatic"})
            self.connection_id = connection.id
        self.undo.callback(self.remove, "quickbooks.connection", self.connection_id)
        self.registry.clear_cache()

    @contextmanager
    def transaction(self):
        """Another transaction, committed at its end."""
        with closing(db_connect(self.env.cr.dbname).cursor()) as cr:
            env = api.Environment(cr, SUPERUSER_ID, {"allowed_company_ids": self.env.company.ids})
            yield env
            cr.flush()
            cr.commit()  # pylint: disable=invalid-commit

    def remove(self, model, record_id):
        with self.transaction() as env:
            env[model].browse(record_id).unlink()

    def committed(self, model, values):
        with self.transaction() as env:
            record_id = env[model].create(values).id
        self.undo.callback(self.remove, model, record_id)
        return record_id

    def plan(self, env, adapter, record):
        """What the worker does for a new name: an operation, and what it sends is read."""
        connection = env["quickbooks.connection"].browse(self.connection_id)
        planner = env["quickbooks.planner"]
        planner._look_at(connection, env[f"quickbooks.adapter.{adapter}"], record)
        return record.name

    def noted(self, env):
        changes = env["quickbooks.change"].search([("connection_id", "=", self.connection_id)])
        return changes.mapped("kind")

    def test_a_change_while_the_worker_plans_it_is_not_lost(self):
        """The worker sends the old name; its next run looks at the record again."""
        for model, (adapter, before, after) in KINDS.items():
            record_id = self.committed(model, before)
            with self.subTest(model=model):
                with self.transaction() as person:
                    self.assertEqual(person[model].browse(record_id).name, "Before")  # snapshot
                    with self.transaction() as worker:
                        sent = self.plan(worker, adapter, worker[model].browse(record_id))
                    person[model].browse(record_id).write(after)
                self.assertEqual(sent, "Before")
                with self.transaction() as later:
                    self.assertEqual(set(self.noted(later)), {"unlinked"})
                    operations = later["quickbooks.operation"].search(
                        [("connection_id", "=", self.connection_id), ("res_model", "=", model)]
                    )
                    operations._finish()
                    connection = later["quickbooks.connection"].browse(self.connection_id)
                    later["quickbooks.planner"]._consume(connection)
                    self.assertFalse(self.noted(later))
                    again = later["quickbooks.operation"].search(
                        [("binding_id", "in", operations.binding_id.ids), ("state", "=", "pending")]
                    )
                    self.assertEqual(again.mapped("res_id"), [record_id])

    def test_the_scan_finds_what_was_committed_late(self):
        """What is written bears the time at which its transaction began, so what was written just
        before it was in step is looked at once more."""
        record_id = self.committed("res.partner", {"name": "Before"})
        now = fields.Datetime.now()
        table = [  # minutes ago: written, last in step; whether the scan finds it
            (20, 21, True),
            (20, 18, True),
            (20, 0, False),  # looked at again
            (40, 20, False),  # no transaction takes that long
            (2, 1, False),  # the other transaction may still be at it
        ]
        with self.transaction() as env:
            self.plan(env, "customer", env["res.partner"].browse(record_id))
            link = env["quickbooks.binding"].search([("res_id", "=", record_id)])
            for written, in_step, found in table:
                with self.subTest(written=written, in_step=in_step):
                    link.last_sync_at = now - timedelta(minutes=in_step)
                    written_at = now - timedelta(minutes=written)
                    env.cr.execute(
                        "UPDATE res_partner SET write_date = %s WHERE id = %s",
                        [written_at, record_id],
                    )
                    adapter = env["quickbooks.adapter.customer"]
                    missed = adapter._missed(link.connection_id, 10)
                    self.assertEqual(bool(missed), found)
