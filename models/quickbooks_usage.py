from dataclasses import dataclass
from datetime import date

from odoo import api, fields, models
from odoo.tools import SQL, format_date
from odoo.tools.misc import formatLang

from ..qbo import budget

ACTIVITY = "quickbooks_online.mail_activity_type_budget"


@dataclass(frozen=True)
class Budget:
    """How this month's allowance is doing, for the app of a connection.

    :ivar own: metered calls of this connection
    :ivar used: metered calls of all companies of this database that use the app
    :ivar allowance: calls a month, None when nothing is metered (sandbox)
    :ivar expected: used by the end of the month, None while it is too early to say
    :ivar slowdown: factor by which polling is slower
    """

    month: date
    own: int
    used: int
    allowance: int | None
    expected: int | None
    slowdown: int

    @property
    def end(self):
        """First day of the next month, when counting begins anew."""
        return budget.next_month(self.month)


class QuickbooksUsage(models.Model):
    """Calls to QuickBooks of one connection in one month, by who made them.

    Reading is metered by Intuit and has a monthly allowance per app (FACTS 13). Each worker has
    a row of its own and adds to it once per run; so do the calls people wait for, on cursors of
    their own. No two writers share a row. The counts are those of this database: what other
    databases or apps of the same Intuit developer use is not known here.
    """

    _name = "quickbooks.usage"
    _description = "QuickBooks Usage"
    _order = "month desc, connection_id, source"
    _rec_name = "month"

    connection_id = fields.Many2one(
        "quickbooks.connection", required=True, index=True, ondelete="cascade"
    )
    company_id = fields.Many2one(related="connection_id.company_id", store=True, index=True)
    app_key = fields.Char(required=True, help="Mark of the Intuit app, whose allowance it is.")
    month = fields.Date(string="First Day", required=True)
    month_name = fields.Char(string="Month", compute="_compute_month_name")
    source = fields.Selection(
        [("push", "To QuickBooks"), ("pull", "From QuickBooks"), ("people", "Asked for by people")],
        required=True,
    )
    reads = fields.Integer(string="Objects", help="One object, the company, its preferences.")
    queries = fields.Integer(string="Lists", help="Pages of lists, and look-ups.")
    feeds = fields.Integer(string="Changes", help="Questions for what changed in QuickBooks.")
    reports = fields.Integer()
    metered = fields.Integer(string="Reads", help="What counts against Intuit's allowance.")
    writes = fields.Integer(string="Sent", help="Free; a batch of documents counts as one.")
    noticed_percent = fields.Integer(help="Somebody was told that so much was used.")

    _row_uniq = models.UniqueIndex("(connection_id, month, source, app_key)")
    _app_idx = models.Index("(app_key, month)")

    @api.depends("month")
    def _compute_month_name(self):
        for usage in self:
            usage.month_name = format_date(self.env, usage.month, date_format="MMMM yyyy")

    @api.model
    def _add(self, connection, source, counts):
        """Add calls to this month's row, in one statement.

        :param counts: by class of ``qbo.budget.CLASSES``
        :return: the row
        """
        app_key = self.env["quickbooks.credential"]._app_key(connection)
        self.env.cr.execute(
            SQL(
                """INSERT INTO quickbooks_usage AS usage (connection_id, company_id, app_key,
                        month, source, reads, queries, feeds, reports, writes, metered,
                        noticed_percent, create_uid, write_uid, create_date, write_date)
                   VALUES (%(connection)s, %(company)s, %(app_key)s, %(month)s, %(source)s,
                        %(read)s, %(query)s, %(cdc)s, %(report)s, %(write)s, %(metered)s,
                        0, %(uid)s, %(uid)s, %(now)s, %(now)s)
                   ON CONFLICT (connection_id, month, source, app_key) DO UPDATE SET
                        reads = usage.reads + EXCLUDED.reads,
                        queries = usage.queries + EXCLUDED.queries,
                        feeds = usage.feeds + EXCLUDED.feeds,
                        reports = usage.reports + EXCLUDED.reports,
                        writes = usage.writes + EXCLUDED.writes,
                        metered = usage.metered + EXCLUDED.metered,
                        write_date = EXCLUDED.write_date
                   RETURNING id""",
                connection=connection.id,
                company=connection.company_id.id,
                app_key=app_key,
                month=budget.month_of(fields.Date.today()),
                source=source,
                metered=budget.metered(counts),
                uid=self.env.uid,
                now=fields.Datetime.now(),
                **{name: counts.get(name, 0) for name in budget.CLASSES},
            )
        )
        row = self.browse(self.env.cr.fetchone()[0])
        row.invalidate_recordset()
        return row

    # -- how the month is going ----------------------------------------------------------------

    @api.model
    def _budget(self, connection):
        """This month's :class:`Budget` of the app a connection uses."""
        now = fields.Datetime.now()
        month = budget.month_of(now)
        usage = self.sudo()
        app_key = self.env["quickbooks.credential"]._app_key(connection)
        app = [("app_key", "=", app_key)]
        ((since,),) = usage._read_group(app, [], ["create_date:min"])
        rows = usage._read_group([*app, ("month", "=", month)], ["connection_id"], ["metered:sum"])
        own, used = dict(rows).get(connection._origin, 0), sum(count for _connection, count in rows)
        allowance = connection._metered_allowance()
        expected = budget.forecast(used, since or now, now)
        slowdown = budget.slowdown(used, expected, allowance)
        return Budget(month, own, used, allowance, expected, slowdown)

    def _judge(self):
        """Tell somebody, once per level and month, when the allowance comes to its end.

        Called by a worker on its own row.
        """
        self.ensure_one()
        connection = self.connection_id
        state = self._budget(connection)
        level = budget.notice(state.used, state.allowance)
        rows = self.search(
            [
                ("connection_id", "=", connection.id),
                ("month", "=", self.month),
                ("app_key", "=", self.app_key),
            ]
        )
        if level > max(rows.mapped("noticed_percent")):
            self.noticed_percent = level
            self._warn(connection, state, level)

    def _warn(self, connection, state, level):
        responsible = connection._responsible()
        usage = self.with_context(lang=responsible.lang)
        connection.with_context(lang=responsible.lang).activity_schedule(
            ACTIVITY,
            date_deadline=fields.Date.today(),
            summary=usage.env._("%s %% of this month's QuickBooks reads are used", level),
            note=usage._sentence(connection, state),
            user_id=responsible.id,
        )

    @api.model
    def _interval(self, connection, base):
        """How often to poll: ``base``, or longer while the forecast exceeds the allowance.

        :param base: timedelta between two polls in good times
        """
        return base * self._budget(connection).slowdown

    # -- in words ------------------------------------------------------------------------------

    @api.model
    def _sentence(self, connection, state):
        """The state of the budget as a person reads it."""
        if state.allowance is None:
            return self.env._("%s reads this month. A sandbox is free.", self._number(state.used))
        parts = [
            self.env._(
                "%(used)s of %(allowance)s reads used this month.",
                used=self._number(state.used),
                allowance=self._number(state.allowance),
            ),
            self._outlook(connection, state),
        ]
        if state.own != state.used:
            parts.append(
                self.env._(
                    "%s of them were this company's; the others use the same app.",
                    self._number(state.own),
                )
            )
        if state.slowdown > 1:
            parts.append(
                self.env._(
                    "To make them last, lists and changes are read %s times less often; sending "
                    "goes on.",
                    state.slowdown,
                )
            )
        return " ".join(parts)

    def _outlook(self, connection, state):
        if state.used >= state.allowance:
            if budget.TIERS[connection.app_tier].blocks:
                return self.env._(
                    "They are used up: Intuit blocks the app until %s, unless you choose a larger "
                    "plan there.",
                    format_date(self.env, state.end),
                )
            return self.env._("They are used up: Intuit charges for further ones.")
        if state.expected is None:
            return self.env._("It is too early in the month for a forecast.")
        expected = self._about(state.expected)
        if state.expected > state.allowance:
            return self.env._(
                "At this pace it will be about %s by the end of the month, more than the plan "
                "includes.",
                expected,
            )
        return self.env._("At this pace it will be about %s by the end of the month.", expected)

    def _about(self, count):
        """Three digits of a forecast: more would pretend to know."""
        unit = 10 ** max(len(str(count)) - 3, 0)
        return self._number(-(-count // unit) * unit)

    def _number(self, count):
        return formatLang(self.env, count, digits=0)
