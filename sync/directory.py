import logging
from datetime import timedelta

from odoo import api, fields, models

from ..models.quickbooks_reference import LISTS
from ..qbo import budget, canonical, dates, query
from ..qbo.errors import Forbidden, QboError, Refused

_logger = logging.getLogger(__name__)

#: Answers lag behind writes, so each refresh looks back a little (FACTS 14#13).
OVERLAP = timedelta(minutes=2)
#: A list read this recently is good enough for matching.
FRESH = timedelta(seconds=30)
#: Everything is read again after this.
DAILY = timedelta(hours=24)
#: Lists that change rarely, have no change feed, or have rows without timestamps: read whole.
WHOLE = ("TaxCode", "TaxRate", "Term", "PaymentMethod")


class QuickbooksDirectory(models.AbstractModel):
    """Keeps our copy of QuickBooks' lists fresh: few reads, page by page, no open transaction."""

    _name = "quickbooks.directory"
    _description = "QuickBooks Lists"

    @api.model
    def _is_due(self, channel):
        """Whether everything has to be read: never done, or a day ago; later when the month's
        reads are short."""
        read, now = channel.references_at, fields.Datetime.now()
        if read and read >= now - DAILY:
            return False
        interval = self.env["quickbooks.usage"]._interval
        return not read or read < now - interval(channel.connection_id, DAILY)

    @api.model
    def _fresh(self, channel):
        """Names of the lists that were read a moment ago; a longer one when reads are short."""
        now = fields.Datetime.now()
        ages = {
            entity: now - fields.Datetime.to_datetime(state["read_at"])
            for entity, state in self._state(channel).items()
        }
        limit = FRESH
        if any(FRESH < age <= FRESH * budget.SLOWEST for age in ages.values()):
            limit = self.env["quickbooks.usage"]._interval(channel.connection_id, FRESH)
        return {entity for entity, age in ages.items() if age <= limit}

    @api.model
    def _expire(self, connection):
        """Have the lists read again before the next use: they turned out to be behind."""
        channel = connection.sudo()._channel()
        state = self._state(channel)
        for entry in state.values():
            entry["read_at"] = fields.Datetime.to_string(fields.Datetime.now() - DAILY)
        channel.directory_state = canonical.dumps(state)

    @staticmethod
    def _state(channel):
        return canonical.loads(channel.directory_state or "{}")

    @api.model
    def _refresh(self, channel, client, types=None):
        """Read lists, or with ``types`` only those that changed since the last time.

        Commits after each page; between two pages no transaction is open. Each page is stored in
        the connection's turn, because the receiving worker writes to the same lists.

        :raises QboError: when QuickBooks cannot be read; what was read stays
        """
        connection = channel.connection_id
        if types is None:
            self._refresh_company(connection, client)
        for entity in types or (*LISTS, *connection._analytic_lists()):
            try:
                self._refresh_list(channel, client, entity)
            except (Refused, Forbidden) as error:
                if entity != "Employee":
                    raise
                # payroll data may be off limits; vendor and customer names still protect us, and
                # the list counts as read, or everything that wants it fresh would wait for ever
                _logger.info("QuickBooks list %s cannot be read: %s", entity, error)
                self._note_read(channel, entity, fields.Datetime.now(), None)
        if types is None:
            channel.references_at = fields.Datetime.now()
            self.env["quickbooks.mapping"]._propose(connection)
        self.env["ir.cron"]._commit_progress(1)

    def _refresh_company(self, connection, client):
        realm = connection.realm_id
        self.env["ir.cron"]._commit_progress()
        company = client.call("GET", f"companyinfo/{realm}").raise_for_fault().body
        preferences = client.call("GET", "preferences").raise_for_fault().body
        self.env["quickbooks.exclusion"]._enter(connection)
        values = self.env["quickbooks.connector"]._company_values(
            company["CompanyInfo"], preferences["Preferences"]
        )
        connection.write(values)

    def _refresh_list(self, channel, client, entity):
        connection = channel.connection_id
        started = fields.Datetime.now()
        before = self._state(channel).get(entity) if entity not in WHOLE else None
        since = dates.parse_utc(before["bound"]) - OVERLAP if before and before["bound"] else None
        scan = query.Keyset(entity, since=since, prop=query.UPDATED)
        seen = set()
        bound = before["bound"] if before else None
        while (statement := scan.next_statement()) is not None:
            self.env["ir.cron"]._commit_progress()
            answer = client.query(statement)
            self.env["quickbooks.exclusion"]._enter(connection)
            rows = scan.feed(query.rows(answer, entity))
            seen.update(row["Id"] for row in rows)
            self.env["quickbooks.reference"]._store(connection, entity, rows)
            bound = max(filter(None, [bound, *map(self._updated, rows)]), default=None)
        if entity in WHOLE:
            self._archive_missing(connection, entity, seen)
        self._note_read(channel, entity, started, bound)

    def _note_read(self, channel, entity, started, bound):
        """Remember when a list was read and the time of its newest change."""
        state = self._state(channel)
        state[entity] = {"bound": bound, "read_at": fields.Datetime.to_string(started)}
        channel.directory_state = canonical.dumps(state)

    @staticmethod
    def _updated(row):
        stamp = (row.get("MetaData") or {}).get("LastUpdatedTime")
        return dates.format_utc(dates.parse_utc(stamp)) if stamp else None

    def _archive_missing(self, connection, entity, seen):
        """Entries that are no longer listed cannot be chosen any more."""
        self.env["quickbooks.reference"].search(
            [
                ("connection_id", "=", connection.id),
                ("remote_type", "=", entity),
                ("remote_id", "not in", list(seen)),
            ]
        ).active = False

    @api.model
    def _try_refresh(self, channel, client, types=None):
        """Refresh, and report trouble instead of raising it.

        :return: the QboError, or None when everything was read
        """
        try:
            self._refresh(channel, client, types)
        except QboError as error:
            _logger.info("QuickBooks lists could not be read: %s", error)
            return error
        return None
