import logging
from datetime import datetime, timedelta

from odoo import api, fields, models

from ...models.quickbooks_event import FOLLOWED, WATCHED
from ...qbo import canonical, cdc, dates, query

_logger = logging.getLogger(__name__)

#: What changed longer ago than this should have been announced: notifications take up to 5 minutes.
ANNOUNCED = timedelta(minutes=10)

ACTIVITY = "quickbooks_online.mail_activity_type_silence"


class QuickbooksFeed(models.AbstractModel):
    """Asks QuickBooks what changed, and keeps it in the inbox: whatever notification was lost.

    The cursor is QuickBooks' own clock, the time of a sweep's first answer, and moves only when
    the sweep is complete. Each sweep looks back five minutes; what is found twice is one row.
    """

    _name = "quickbooks.feed"
    _description = "QuickBooks Change Feed"

    @api.model
    def _is_due(self, channel):
        """Whether changes have to be asked for; less often when the month's reads are short."""
        if not channel.swept_at:
            return True
        base = timedelta(minutes=channel.connection_id.polling_minutes)
        now = fields.Datetime.now()
        if channel.swept_at > now - base:
            return False
        return channel.swept_at <= now - self.env["quickbooks.usage"]._interval(
            channel.connection_id, base
        )

    @api.model
    def _sweep(self, channel, client):
        """Read all changes since the cursor. Commits after each answer.

        :raises QboError: when QuickBooks cannot be asked; what was read stays
        """
        cursor = channel.cdc_cursor or channel.create_date
        if cdc.too_old(cursor, fields.Datetime.now()):
            self._list_everything(channel, client, cursor)
        else:
            self._read_changes(channel, client, cursor)
        self.env["ir.cron"]._commit_progress(1)

    @api.model
    def _followed(self, connection):
        """Entities to ask about: those that come back, and of the others those with links."""
        linked = self.env["quickbooks.binding"]._read_group(
            [
                ("connection_id", "=", connection.id),
                ("remote_type", "in", WATCHED),
                ("remote_id", "!=", False),
                ("state", "not in", ("unlinked", "gone")),
            ],
            ["remote_type"],
        )
        found = {remote_type for (remote_type,) in linked}
        return (*FOLLOWED, *(entity for entity in WATCHED if entity in found))

    # -- change data capture -------------------------------------------------------------------

    def _read_changes(self, channel, client, cursor):
        connection = channel.connection_id
        sweep = cdc.Sweep(self._followed(connection), cdc.since(cursor))
        found = []
        while (step := sweep.next_step()) is not None:
            self.env["ir.cron"]._commit_progress()
            if isinstance(step, cdc.CdcStep):
                outcome = client.call("GET", "cdc", cdc.params(step.entities, step.since))
                changes = sweep.feed(cdc.parse(outcome.raise_for_fault().body))
                found += changes
                self._store(connection, [self._row(change) for change in changes])
            else:
                self._list(connection, client, step.entity, step.since, step.until)
                sweep.listed()
        for blind in {step.entity for step in sweep.blind}:
            self._look_for_deleted(connection, client, blind)
        channel.write({"cdc_cursor": sweep.cursor, "swept_at": fields.Datetime.now()})
        self._listen(channel, found)

    @staticmethod
    def _row(change):
        operation = "delete" if change.deleted else "update"
        return {
            "event_key": change.event_key,
            "remote_type": change.entity,
            "remote_id": change.id,
            "operation": operation,
            "changed_at": change.updated_at,
            "payload": None if change.deleted else canonical.dumps(change.obj),
        }

    def _store(self, connection, rows):
        known = [
            row for row in rows if row["remote_type"] in (*FOLLOWED, *WATCHED) and row["remote_id"]
        ]
        self.env["quickbooks.event"]._insert(connection, "cdc", known)

    # -- after a long silence ------------------------------------------------------------------

    def _list_everything(self, channel, client, cursor):
        """QuickBooks forgets what changed after 30 days: list what was changed since, and look
        which of the linked objects are still there."""
        connection = channel.connection_id
        started = fields.Datetime.now()
        for entity in self._followed(connection):
            self._list(connection, client, entity, cdc.since(cursor), None)
            self._look_for_deleted(connection, client, entity)
        channel.write({"cdc_cursor": started - cdc.OVERLAP, "swept_at": fields.Datetime.now()})

    def _list(self, connection, client, entity, since, until):
        scan = query.Keyset(entity, since=since, until=until, prop=query.UPDATED)
        while (statement := scan.next_statement()) is not None:
            self.env["ir.cron"]._commit_progress()
            rows = scan.feed(query.rows(client.query(statement), entity))
            self._store(connection, [self._listed_row(entity, row) for row in rows])

    @staticmethod
    def _listed_row(entity, row):
        stamp = dates.naive_utc(row["MetaData"]["LastUpdatedTime"])
        change = cdc.CdcChange(entity, row["Id"], row["SyncToken"], stamp, False, row)
        return QuickbooksFeed._row(change)

    def _look_for_deleted(self, connection, client, entity):
        """Deletions in a window that could not be seen: which linked objects are gone?"""
        bindings = self.env["quickbooks.binding"].search(
            [
                ("connection_id", "=", connection.id),
                ("remote_type", "=", entity),
                ("remote_id", "!=", False),
                ("state", "not in", ("unlinked", "gone")),
            ]
        )
        tokens = {binding.remote_id: binding.sync_token for binding in bindings}
        there = set()
        for statement in query.select_in(entity, "Id", tokens):
            self.env["ir.cron"]._commit_progress()
            there.update(row["Id"] for row in query.rows(client.query(statement), entity))
        self._store(
            connection,
            [
                {
                    "event_key": f"gone/{entity}/{remote_id}/{tokens[remote_id]}",
                    "remote_type": entity,
                    "remote_id": remote_id,
                    "operation": "delete",
                    "changed_at": fields.Datetime.now(),
                }
                for remote_id in tokens
                if remote_id not in there
            ],
        )

    # -- do notifications still arrive? --------------------------------------------------------

    def _listen(self, channel, changes):
        """Tell somebody, once, when changes are found that should have been announced although
        notifications did arrive before."""
        Event = self.env["quickbooks.event"]
        mine = [("connection_id", "=", channel.connection_id.id), ("source", "=", "webhook")]
        newest = Event.search(mine, order="id desc", limit=1)
        if newest and newest.create_date > (channel.webhook_at or datetime.min):
            channel.webhook_at = newest.create_date
            self._heard(channel)
        if not channel.webhook_at:
            return
        limit = fields.Datetime.now() - ANNOUNCED
        due = [
            change
            for change in changes
            if change.entity in FOLLOWED
            and change.updated_at
            and channel.webhook_at < change.updated_at < limit
        ]
        announced = Event.search_count(
            [*mine, ("create_date", ">", min((c.updated_at for c in due), default=limit))], limit=1
        )
        if due and not announced:
            self._tell(channel)

    def _heard(self, channel):
        """Notifications arrive again: nobody has to do anything about it any more."""
        if channel.silence_told:
            channel.silence_told = False
            channel.connection_id.activity_unlink([ACTIVITY])

    def _tell(self, channel):
        if channel.silence_told:
            return
        channel.silence_told = True
        connection = channel.connection_id
        responsible = connection._responsible()
        connection = connection.with_context(lang=responsible.lang)
        connection.activity_schedule(
            ACTIVITY,
            summary=connection.env._("QuickBooks no longer announces changes"),
            note=self.with_context(lang=responsible.lang)
            .env["quickbooks.messages"]
            ._sentence("webhooks_silent", minutes=connection.polling_minutes),
            user_id=responsible.id,
        )
