import logging
import time
from contextlib import closing
from dataclasses import dataclass
from datetime import datetime, timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...models.quickbooks_event import FOLLOWED, WATCHED
from ...qbo import canonical, dates, entities, query
from ...qbo.errors import Malformed, QboError, Refused
from ...qbo.http import pool
from ...qbo.http.limits import PULL, Limiter
from ...qbo.names import name_key
from .inbound import SOON, Remote, Verdict

_logger = logging.getLogger(__name__)

#: The order in which objects are read and applied.
ORDER = (*FOLLOWED, *WATCHED)
#: Events looked at in one round; the sender waits while they are.
EVENT_LIMIT = 300
#: Seconds the reading may wait for permits.
PATIENCE = 60
THROTTLE_PAUSE = timedelta(seconds=60)
#: What a person has to decide is looked at again after this: it may have been settled meanwhile.
HELD_AGAIN = timedelta(hours=6)
#: An announcement's time and the object's own may differ by this: they come from two clocks.
SAME_MOMENT = timedelta(seconds=2)
#: After so many tries somebody is told.
MAX_ATTEMPTS = 10
#: Seconds after which a round commits what it has applied and leaves the rest to the next, so that
#: what people confirm meanwhile is sent in between.
APPLY_SECONDS = 2

TASK = "quickbooks_online.mail_activity_type_inbox"


@dataclass
class Look:
    """One object to look at, for all the events about it.

    :ivar event_ids: the newest first
    :ivar stored: the event itself has the body
    :ivar refusal: why QuickBooks does not give the body
    """

    remote_type: str
    remote_id: str
    event_ids: list
    operation: str
    changed_at: datetime | None
    attempts: int = 0
    deleted_id: str = ""
    wanted: bool = False
    asked: bool = False
    body: dict | None = None
    stored: bool = False
    refusal: QboError | None = None

    @property
    def key(self):
        return self.remote_type, self.remote_id


def _select(client, question):
    remote_type, statement = question
    return query.rows(client.query(statement), remote_type)


class QuickbooksPull(models.AbstractModel):
    """The receiving worker of one connection: collect, read, apply.

    It opens, closes and renews tokens as the sending worker does. What changed is taken from the
    inbox, read from QuickBooks without a transaction, and applied object by object, each in a
    savepoint: parties first, then documents, then money.
    """

    _name = "quickbooks.pull"
    _inherit = "quickbooks.push"
    _description = "QuickBooks Pull"

    def _open(self, channel):
        run = super()._open(channel)
        if run is not None:
            limits = self.env["quickbooks.gateway"]._limits(channel.connection_id, "pull")
            run.limiter = Limiter(limits)
            run.limiter.import_state(canonical.loads(channel.limiter_state or "{}"))
        return run

    def _next_due(self, connection):
        """When an event that waits for its time becomes due."""
        event = self.env["quickbooks.event"].search(
            [
                ("connection_id", "=", connection.id),
                ("state", "in", ("new", "held")),
                ("not_before", ">", fields.Datetime.now()),
            ],
            order="not_before",
            limit=1,
        )
        return event.not_before

    # -- one round -----------------------------------------------------------------------------

    def _round(self, run):
        """Ask, collect, read and apply once.

        :return: True when another round may find work
        """
        connection = run.channel.connection_id
        if connection.state != "connected" or not connection._is_receiving():
            return False
        if self.env["quickbooks.feed"]._is_due(run.channel) and not self._read(
            run, lambda make: self._ask(run.channel, make)
        ):
            return False
        exclusion = self.env["quickbooks.exclusion"]
        exclusion._enter(connection)
        importing = (
            self._inbox(connection).env["quickbooks.inbound.names"]._import_next(run.channel)
        )
        looks = self._collect(connection)
        self.env["ir.cron"]._commit_progress(int(importing))
        if not looks:
            return importing
        if not self._read(run, lambda make: self._fetch(make, looks)):
            return False
        exclusion._enter(connection)
        run.done += self._apply(connection, looks)
        self.env["ir.cron"]._commit_progress(run.done)
        run.done = 0
        return True

    def _read(self, run, work):
        """Do something with clients; False when QuickBooks cannot be read now.

        :param work: gets a function that makes a client, in any thread
        """
        self.env["ir.cron"]._commit_progress()
        gateway = self.env["quickbooks.gateway"]
        arguments = gateway._client_arguments(
            run.channel.connection_id,
            run.token,
            limiter=run.limiter,
            deadline=time.monotonic() + PATIENCE,
            source="pull",
        )
        self.env["ir.cron"]._commit_progress()
        try:
            work(gateway._make_client(arguments))
        except QboError as error:
            _logger.info("QuickBooks could not be read: %s", error)
            return self._went_wrong(run, error)
        return True

    def _ask(self, channel, make):
        with closing(make()) as client:
            self.env["quickbooks.feed"]._sweep(channel, client)

    def _went_wrong(self, run, error):
        """Trouble while reading; with a fresh token the next round reads again."""
        if error.kind == "auth" and self._renew(run):
            run.channel.cron_id._trigger()
            return False
        run.trouble = error
        connection = run.channel.connection_id
        if error.kind == "forbidden":
            connection._set_attention(error)
        again = fields.Datetime.now() + THROTTLE_PAUSE
        if error.kind == "throttled":
            run.channel.paused_until = again
        if run.channel.cron_id:
            run.channel.cron_id._trigger(at=again)
        return False

    # -- what to look at -----------------------------------------------------------------------

    @api.model
    def _collect(self, connection):
        """The objects that due events are about, each once.

        :return: list of :class:`Look`
        """
        due = Domain("not_before", "=", False) | Domain("not_before", "<=", fields.Datetime.now())
        events = self.env["quickbooks.event"].search(
            Domain([("connection_id", "=", connection.id), ("state", "in", ("new", "held"))]) & due,
            order="id",
            limit=EVENT_LIMIT,
        )
        about = {(event.remote_type, event.remote_id) for event in events}
        events |= (
            self.env["quickbooks.event"]
            .search(  # what waits about the same objects as well
                [
                    ("connection_id", "=", connection.id),
                    ("state", "in", ("new", "held")),
                    ("remote_id", "in", list(set(events.mapped("remote_id")))),
                ]
            )
            .filtered(lambda event: (event.remote_type, event.remote_id) in about)
        )
        self._hear(connection, events)
        looks = []
        for (remote_type, remote_id), group in events.grouped(
            lambda event: (event.remote_type, event.remote_id)
        ).items():
            look = self._look(remote_type, remote_id, group)
            if not self._settled_before(connection, look, group):
                looks.append(look)
        return looks

    def _hear(self, connection, events):
        """A notice that QuickBooks is silent goes as soon as it speaks again."""
        channel = connection._channel("pull")
        if channel.silence_told and any(
            event.source == "webhook" and event.create_date > channel.webhook_at for event in events
        ):
            self.env["quickbooks.feed"]._heard(channel)

    @staticmethod
    def _look(remote_type, remote_id, events):
        newest = events.sorted(lambda e: (e.changed_at or e.create_date, e.id), reverse=True)
        first = newest[0]
        return Look(
            remote_type=remote_type,
            remote_id=remote_id,
            event_ids=newest.ids,
            operation=first.operation,
            changed_at=first.changed_at,
            attempts=max(events.mapped("attempts")),
            deleted_id=next(filter(None, newest.mapped("deleted_id")), ""),
            wanted=bool(events.filtered(lambda e: e.source in ("needed", "import"))),
            asked=any(newest.mapped("asked")),
            body=canonical.loads(first.payload) if first.payload else None,
            stored=bool(first.payload),
        )

    def _settled_before(self, connection, look, events):
        """Whether nothing has to be read: our own change is still on its way, or this is it."""
        binding = self.env["quickbooks.inbound"]._find(connection, *look.key)
        if not binding:
            return False
        if self.env["quickbooks.inbound"]._is_in_flight(binding):
            events.not_before = fields.Datetime.now() + SOON
            return True
        seen = look.attempts or look.asked  # its first look has made it known, but is not its end
        if look.body or look.wanted or seen or look.deleted_id or look.operation == "delete":
            return False
        known = canonical.loads(binding.agreed_remote or "{}")
        stamp = (known.get("MetaData") or {}).get("LastUpdatedTime")
        if not stamp or not look.changed_at or look.changed_at > dates.naive_utc(stamp):
            return False
        if look.changed_at == dates.naive_utc(stamp) and self._is_crowded(connection, look):
            return False
        self._finish(events, Verdict("skipped", "inbound_echo", binding=binding))
        return True

    def _is_crowded(self, connection, look):
        """Whether the object changed more than once in that second: times have no more digits, so
        one of the changes may be somebody else's."""
        return (
            self.env["quickbooks.event"].search_count(
                [
                    ("connection_id", "=", connection.id),
                    ("source", "=", "webhook"),
                    ("remote_type", "=", look.remote_type),
                    ("remote_id", "=", look.remote_id),
                    ("changed_at", "=", look.changed_at),
                ],
                limit=2,
            )
            > 1
        )

    # -- reading -------------------------------------------------------------------------------

    def _fetch(self, make, looks):
        """Read what has no body yet: one query for many, then singly what it does not show.

        Does HTTP; touches no recordset. A query may lag behind (FACTS 14#13), so what is missing
        or older than its event is read by its id, which does not.
        """
        wanted = {look.key: look for look in looks if look.body is None}
        questions = [
            (remote_type, statement)
            for remote_type in ORDER
            for statement in query.select_in(
                remote_type, "Id", [ident for kind, ident in wanted if kind == remote_type]
            )
        ]
        for (remote_type, _statement), rows in self._side_by_side(make, questions, _select):
            for row in rows:
                wanted[remote_type, row["Id"]].body = row
        doubtful = [look for look in wanted.values() if self._is_doubtful(look)]
        for look, (body, refusal) in self._side_by_side(make, doubtful, self._read_one):
            look.body, look.refusal = body, refusal

    @staticmethod
    def _side_by_side(make, questions, read):
        """Ask several things at once.

        :param read: function of a client and a question
        :return: pairs of question and answer
        :raises QboError: what the first one that failed says
        """
        results = pool.run(
            questions,
            read,
            width=PULL.concurrent,
            setup=make,
            teardown=lambda client: client.close(),
        )
        for result in results:
            if result.error is not None:
                raise result.error
        return [(result.item, result.value) for result in results]

    @staticmethod
    def _is_doubtful(look):
        if look.body is None:
            return look.operation != "delete"
        stamp = (look.body.get("MetaData") or {}).get("LastUpdatedTime")
        older = stamp and look.changed_at and dates.naive_utc(stamp) < look.changed_at - SAME_MOMENT
        return look.operation == "delete" or bool(older)

    @staticmethod
    def _read_one(client, look):
        """Its body or, as it concerns this object alone, why QuickBooks does not give it."""
        try:
            return client.read(entities.get(look.remote_type), look.remote_id), None
        except (Refused, Malformed) as error:
            return None, error

    # -- applying ------------------------------------------------------------------------------

    @api.model
    def _inbox(self, connection):
        """This model as the connection's company, marked as coming from QuickBooks."""
        company = connection.company_id
        ids = [company.id, *(connection._own_companies() - company).ids]
        return self.with_context(
            qbo_inbound=connection.id, allowed_company_ids=ids, lang=company.partner_id.lang
        )

    @api.model
    def _apply(self, connection, looks):
        """Apply what was read, in the order of dependence.

        :return: number of objects that came to an end
        """
        inbox = self._inbox(connection)
        ctx = inbox.env["quickbooks.planner"]._context(connection, ())
        done, unexplained = 0, []
        end = time.monotonic() + APPLY_SECONDS
        ordered = sorted(looks, key=lambda look: ORDER.index(look.remote_type))
        for number, look in enumerate(ordered):
            if number and time.monotonic() > end:
                self._leave(ordered[number:] + unexplained)
                return done
            verdict = inbox._apply_one(ctx, look)
            if look.remote_type in ("Invoice", "CreditMemo") and verdict.needs:
                unexplained.append(look)  # the payments of this round may explain it: no read
                continue
            done += self._finish(self.env["quickbooks.event"].browse(look.event_ids), verdict)
        for look in unexplained:
            verdict = inbox._apply_one(ctx, look)
            done += self._finish(self.env["quickbooks.event"].browse(look.event_ids), verdict)
        self._tend_tasks(connection)
        return done

    def _leave(self, looks):
        """Leave objects to the next round; what was read of them is not read again."""
        for look in looks:
            if look.body and not look.stored:
                newest = self.env["quickbooks.event"].browse(look.event_ids[:1])
                newest.payload = canonical.dumps(look.body)

    def _apply_one(self, ctx, look):
        """Apply one object in a savepoint, so that a bad one never stops another."""
        binding = self.env["quickbooks.inbound"]._find(ctx.connection, *look.key)
        if self.env["quickbooks.inbound"]._is_in_flight(binding):
            return Verdict("later", "inbound_in_flight")
        if look.refusal:
            return Verdict("failed", "inbound_unreadable", {"error": look.refusal}, binding)
        if binding and look.body and self._is_older(binding, look.body):
            return Verdict("skipped", "inbound_older", binding=binding)
        if not binding and look.body and self._is_ours_unanswered(ctx.connection, look):
            return Verdict("later", "inbound_in_flight")
        remote = Remote(
            type=look.remote_type,
            id=look.remote_id,
            body=look.body,
            attempts=look.attempts,
            operation=look.operation,
            deleted_id=look.deleted_id,
            wanted=look.wanted,
            asked=look.asked,
            changed_at=look.changed_at,
        )
        handler = self.env["quickbooks.inbound"]._for_type(look.remote_type)
        return self._guarded_apply(lambda: handler._apply(ctx, remote), binding)

    def _is_ours_unanswered(self, connection, look):
        """Whether it is a name we sent whose answer is not booked yet: it is no stranger."""
        attribute = entities.get(look.remote_type).natural_key
        if not look.body.get(attribute) or entities.get(look.remote_type).space == "txn":
            return False
        Operation = self.env["quickbooks.operation"]
        sent = Operation.search(
            [
                ("connection_id", "=", connection.id),
                ("remote_type", "=", look.remote_type),
                ("binding_id.remote_id", "=", False),
                ("state", "in", Operation.OPEN_STATES),
                ("payload", "!=", False),
            ]
        )
        names = {name_key(canonical.loads(op.payload).get(attribute) or "") for op in sent}
        return name_key(look.body[attribute]) in names

    @staticmethod
    def _is_older(binding, body):
        """Whether it was read before something we know already."""
        ours, theirs = binding.sync_token or "", body.get("SyncToken") or ""
        return ours.isdigit() and theirs.isdigit() and int(theirs) < int(ours)

    @api.model
    def _guarded_apply(self, work, binding=None, quiet=False):
        """Do something in a savepoint; what goes wrong is a Verdict."""
        try:
            with self.env.cr.savepoint():
                result = work()
                self.env.flush_all()
                return result
        except OperationalError:
            raise  # the transaction is lost: the events are looked at again
        except UserError as error:  # a rule of Odoo's, in words for people
            return Verdict("held", "inbound_refused", {"reason": str(error)}, binding)
        except Exception as error:
            level = logging.INFO if quiet else logging.ERROR
            _logger.log(level, "A change of QuickBooks was not applied", exc_info=not quiet)
            return Verdict("failed", "inbound_error", {"error": error}, binding)

    @api.model
    def _finish(self, events, verdict):
        """Book what became of an object on all the events about it.

        :return: 1 when it came to an end
        """
        text = self.env["quickbooks.messages"]._sentence(verdict.key, **verdict.params)
        newest, others = events[:1], events[1:]
        if verdict.state == "later" and newest.attempts < 2 * MAX_ATTEMPTS:
            newest._postpone(text, timedelta() if verdict.needs else verdict.delay)
            if verdict.key != "inbound_on_its_way":
                self._need(newest, verdict.needs)
        elif verdict.state == "failed" and newest.attempts < MAX_ATTEMPTS:
            newest._postpone(text, newest._backoff())
            newest.state = "held" if newest.attempts > 2 else "new"
        elif verdict.state in ("held", "failed", "later"):
            newest._close("held", text, verdict.binding)
            newest.not_before = fields.Datetime.now() + HELD_AGAIN
        else:
            newest._close(verdict.state, text, verdict.binding)
        if others:
            others._close("skipped", self.env["quickbooks.messages"]._sentence("inbound_older"))
        return int(verdict.state in ("done", "skipped"))

    def _need(self, event, needs):
        """Have other objects read before this one."""
        event.asked = event.asked or bool(needs)
        self.env["quickbooks.event"]._insert(
            event.connection_id,
            "needed",
            [
                {
                    "event_key": f"needed/{event.id}/{event.attempts}/{remote_type}/{remote_id}",
                    "remote_type": remote_type,
                    "remote_id": remote_id,
                }
                for remote_type, remote_id in needs
            ],
        )

    # -- tasks ---------------------------------------------------------------------------------

    @api.model
    def _tend_tasks(self, connection):
        """One task per connection while something that came back needs somebody."""
        held = self.env["quickbooks.event"].search(
            [("connection_id", "=", connection.id), ("state", "in", ("held", "failed"))],
            order="id desc",
            limit=10,
        )
        if not held:
            self._close_tasks(connection)
            return
        note = "\n".join(f"{e.remote_type} {e.remote_id}: {e.reason or ''}" for e in held)
        kind = self.env.ref(TASK)
        present = connection.activity_ids.filtered(lambda a: a.activity_type_id == kind)
        if present:
            present[:1].note = note
            return
        responsible = connection._responsible()
        connection.with_context(lang=responsible.lang).activity_schedule(
            TASK,
            summary=connection.with_context(lang=responsible.lang).env._(
                "Changes in QuickBooks need a decision"
            ),
            note=note,
            user_id=responsible.id,
        )

    @api.model
    def _close_tasks(self, connections):
        for connection in connections:
            held = self.env["quickbooks.event"].search_count(
                [("connection_id", "=", connection.id), ("state", "in", ("held", "failed"))],
                limit=1,
            )
            if not held:
                connection.activity_unlink([TASK])
