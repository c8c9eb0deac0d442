import logging

import psycopg2

from odoo import api, fields, models, sql_db
from odoo.tools import SQL

from odoo.addons.base.models.ir_cron import ODOO_NOTIFY_FUNCTION

_logger = logging.getLogger(__name__)

CRON_NAMES = {"push": "sending of connection", "pull": "receiving of connection"}


class QuickbooksChannel(models.Model):
    """The worker of one connection and direction: its cron and its running state.

    Odoo never runs one cron twice at a time, on however many hosts, so a cron per connection is a
    single-flight worker without a job server (docs/ARCHITECTURE.md). Only that worker writes this
    table once the channel exists.
    """

    _name = "quickbooks.channel"
    _description = "QuickBooks Channel"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True, index=True)
    direction = fields.Selection([("push", "To QuickBooks"), ("pull", "From QuickBooks")])
    cron_id = fields.Many2one("ir.cron", ondelete="set null", copy=False)
    limiter_state = fields.Text(help="Calls of the last minute, so that another host goes on.")
    directory_state = fields.Text(help="Up to when each list of QuickBooks was read.")
    references_at = fields.Datetime()
    paused_until = fields.Datetime()
    pause_reason = fields.Char()
    last_run_at = fields.Datetime()
    cdc_cursor = fields.Datetime(help="QuickBooks' time up to which changes were asked for.")
    swept_at = fields.Datetime(help="When changes were last asked for, by our clock.")
    webhook_at = fields.Datetime(help="The last notification QuickBooks has sent.")
    silence_told = fields.Boolean(help="Somebody was told that notifications do not arrive.")
    customers_imported = fields.Boolean(help="The first import of customers is over.")
    vendors_imported = fields.Boolean(help="The first import of vendors is over.")
    import_state = fields.Text(help="How far the first imports have come, canonical JSON.")

    _direction_uniq = models.UniqueIndex("(connection_id, direction)")

    @api.model_create_multi
    def create(self, vals_list):
        channels = super().create(vals_list)
        for channel in channels:
            channel.cron_id = channel._create_cron()
        self.env.registry.clear_cache()
        return channels

    def unlink(self):
        self.env.registry.clear_cache()
        crons = self.sudo().cron_id
        actions = crons.ir_actions_server_id
        result = super().unlink()
        crons.unlink()
        actions.unlink()
        return result

    def _create_cron(self):
        self.ensure_one()
        return (
            self.env["ir.cron"]
            .sudo()
            .create(
                {
                    "name": f"QuickBooks: {CRON_NAMES[self.direction]} {self.connection_id.id}",
                    "model_id": self.env["ir.model"]._get_id(self._name),
                    "state": "code",
                    "code": f"model._cron_run({self.id})",
                    "user_id": self.env.ref("base.user_root").id,
                    "interval_number": 5,
                    "interval_type": "minutes",
                }
            )
        )

    def _request(self, scan=False, refresh=False, opening=False):
        """Note what a person asked for and have the worker run now.

        The request is a row of its own, because a write here could collide with the worker's.
        """
        asked = {"scan": scan, "refresh": refresh, "opening": opening}
        kinds = [kind for kind, wanted in asked.items() if wanted]
        for channel in self.sudo():
            self.env["quickbooks.change"].sudo().create(
                [{"connection_id": channel.connection_id.id, "kind": kind} for kind in kinds]
            )
            channel._trigger()

    def _trigger(self):
        for channel in self.sudo():
            if channel.cron_id:
                channel.cron_id._trigger()

    @api.model
    def _notify_workers(self):
        """What core's ``ir.cron._notifydb`` does, on a connection that stays open.

        Core connects to PostgreSQL anew for each notification. That takes several milliseconds,
        more than all else the sync does in a person's transaction. A notification that cannot be
        sent is no error of that person's work: the workers look by themselves every minute.
        """
        try:
            with sql_db.db_connect("postgres").cursor() as cr:
                function = SQL.identifier(ODOO_NOTIFY_FUNCTION)
                cr.execute(SQL("SELECT %s('cron_trigger', %s)", function, self.env.cr.dbname))
                cr.dbname = "kept"  # what goes by the name of postgres leaves Odoo's pool at once
        except psycopg2.Error:
            _logger.warning("Odoo's cron workers were not notified.", exc_info=True)

    @api.model
    def _cron_run(self, channel_id):
        """Entry point of the cron of one channel."""
        channel = self.browse(channel_id).exists()
        if channel:
            self.env[f"quickbooks.{channel.direction}"]._run(channel)
