import logging

from psycopg2 import OperationalError

from odoo import SUPERUSER_ID, api, models

from ...qbo.http.meter import Meter

_logger = logging.getLogger(__name__)

#: The counters of this process, by (database, connection id, who calls).
_METERS = {}

#: Key of the connections whose counts a transaction will store when it is over.
_PENDING = "quickbooks_online.metered"
#: The source of calls that a person waits for.
PEOPLE = "people"
TRIES = 3


class QuickbooksMeter(models.AbstractModel):
    """Brings what the clients of this process counted to ``quickbooks.usage``.

    Counting is in memory; a worker stores it once, at the end of its run. Calls that a person
    waits for are stored on a cursor of their own once the person's transaction is over, in rows
    of their own, so nobody ever waits for anybody else's lock.
    """

    _name = "quickbooks.meter"
    _description = "QuickBooks Meter"

    @api.model
    def _of(self, connection, source):
        """The counter for a client of this connection.

        :param source: who calls: the direction of a channel, or ``people``
        """
        key = (self.env.cr.dbname, connection.id, source)
        return _METERS.setdefault(key, Meter())

    @api.model
    def _store_run(self, channel):
        """Store what a channel's run has counted, and see how the month is going.

        Part of the run's last transaction; nothing is done when nothing was called.
        """
        meter = self._of(channel.connection_id, channel.direction)
        counts = meter.take()
        if not counts:
            return
        self.env.cr.postrollback.add(lambda: meter.put_back(counts))
        usage = self.env["quickbooks.usage"].sudo()
        row = usage._add(channel.connection_id, channel.direction, counts)
        row._judge()

    @api.model
    def _store_afterwards(self, connection):
        """Store what people's calls count once this transaction is over, however it ends."""
        cr, registry, dbname = self.env.cr, self.env.registry, self.env.cr.dbname
        pending = cr.postcommit.data.setdefault(_PENDING, set())
        if connection.id in pending:
            return
        pending.add(connection.id)

        def store():
            _store_people(registry, dbname, connection.id)

        cr.postcommit.add(store)
        cr.postrollback.add(store)


def _store_people(registry, dbname, connection_id):
    """Add the counts of people's calls; what cannot be stored stays in the counter."""
    meter = _METERS.get((dbname, connection_id, PEOPLE))
    counts = meter.take() if meter else {}
    if not counts:
        return
    for attempt in range(TRIES):
        try:
            with registry.cursor() as cr:
                env = api.Environment(cr, SUPERUSER_ID, {})
                connection = env["quickbooks.connection"].browse(connection_id).exists()
                if connection:
                    env["quickbooks.usage"]._add(connection, PEOPLE, counts)
            return
        except OperationalError as error:  # somebody else's call is stored at this moment
            _logger.debug("Usage of connection %s, try %s: %s", connection_id, attempt, error)
    meter.put_back(counts)
