import logging
import time
from dataclasses import dataclass, field
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models
from odoo.exceptions import UserError
from odoo.fields import Domain

from ...qbo import canonical
from ...qbo.errors import QboError
from ...qbo.http import pool
from ...qbo.http.client import NO_PERMIT, WireFile, WireRequest
from ...qbo.http.limits import Limiter
from .jobs import AskJob, SendJob
from .settle import MAX_SENDS, REPLAY_LIMIT

_logger = logging.getLogger(__name__)

#: Seconds after which a run starts nothing new, so that connections take turns.
SLICE = 8
#: Seconds the reading of lists may wait for permits.
LISTS_PATIENCE = 60
DOCUMENT_THREADS = 5
#: What one round takes up: about as many as Intuit's limits let pass in a slice, so that few are
#: marked as sent in vain.
ROUND_ENVELOPES = 12
#: Files of one round: each may be large, and what is uploading keeps the run from going on.
ROUND_FILES = 2
MISSED_LIMIT = 2000
#: Answers that say something about what was asked, not about the connection.
ABOUT_ONE = ("refused", "malformed")


@dataclass
class Run:
    """State of one run that is not in the database."""

    channel: object
    token: str
    limiter: Limiter
    deadline: float
    done: int = 0
    renewed: bool = False
    lists_read: bool = False
    trouble: QboError | None = None


@dataclass
class Work:
    """What one round sends and asks, as plain data for the threads."""

    #: (envelope id, lane, request)
    sends: list = field(default_factory=list)
    #: (operation id, questions)
    lookups: list = field(default_factory=list)
    #: (envelope id, questions) of envelopes that may have arrived
    searches: list = field(default_factory=list)

    def __bool__(self):
        return bool(self.sends or self.lookups or self.searches)


class QuickbooksPush(models.AbstractModel):
    """The worker of one connection: plan and freeze, commit, send, settle, commit.

    HTTP runs with no transaction open, in threads that see plain data only. Whatever happens to
    this process, the frozen envelopes tell the next run what was under way
    (docs/ARCHITECTURE.md, windows).
    """

    _name = "quickbooks.push"
    _description = "QuickBooks Push"

    @api.model
    def _run(self, channel):
        """Entry point of the cron: work for a slice, then hand over."""
        connection = channel.connection_id
        if connection.state != "connected" or not connection.active:
            self.env["ir.cron"]._commit_progress(remaining=0, deactivate=True)
            return
        if channel.paused_until and channel.paused_until > fields.Datetime.now():
            channel.cron_id._trigger(at=channel.paused_until)
            return
        run = self._open(channel)
        if run is None:
            return
        again = True
        while again and time.monotonic() < run.deadline:
            again = self._round(run)
        self._close(run, again)

    def _open(self, channel):
        """Get a token and the limiter; without a token there is nothing to do."""
        connection = channel.connection_id
        self.env["ir.cron"]._commit_progress()
        try:
            token = self.env["quickbooks.tokens"]._access_token(connection)
        except QboError as error:
            _logger.info("No access token for connection %s: %s", connection.id, error)
            self._note_unreachable(channel, error)
            return None
        except UserError as error:  # the vault's key is not here
            connection._need_attention(str(error))
            self.env["ir.cron"]._commit_progress()
            return None
        limiter = Limiter(self.env["quickbooks.gateway"]._limits(connection))
        limiter.import_state(canonical.loads(channel.limiter_state or "{}"))
        return Run(channel, token, limiter, time.monotonic() + SLICE)

    def _note_unreachable(self, channel, error):
        """Say why nothing moves and try again in a minute; a dead grant waits for a person."""
        channel.pause_reason = self.env["quickbooks.connector"]._plain(error)
        if channel.connection_id.state == "connected" and channel.cron_id:
            channel.cron_id._trigger(at=fields.Datetime.now() + timedelta(minutes=1))
        self.env["ir.cron"]._commit_progress()

    def _close(self, run, again):
        """Store what the next run must know and wake it when work is left or becomes due."""
        channel = run.channel
        channel.write(
            {
                "limiter_state": canonical.dumps(run.limiter.export_state()),
                "last_run_at": fields.Datetime.now(),
                "pause_reason": self.env["quickbooks.connector"]._plain(run.trouble)
                if run.trouble
                else False,
            }
        )
        if channel.cron_id:
            if again:
                channel.cron_id._trigger()
            elif due := self._next_due(channel.connection_id):
                channel.cron_id._trigger(at=due)
        self.env["quickbooks.meter"]._store_run(channel)
        self.env["ir.cron"]._commit_progress(run.done, remaining=0)

    def _next_due(self, connection):
        """When something that waits for its time becomes due."""
        moments, now = [], fields.Datetime.now()
        for model, states, field_name in (
            ("quickbooks.operation", ("pending", "lookup"), "not_before"),
            ("quickbooks.envelope", ("ready", "unknown"), "not_before"),
            ("quickbooks.envelope", ("sent",), "lease_until"),
        ):
            row = self.env[model].search(
                [
                    ("connection_id", "=", connection.id),
                    ("state", "in", states),
                    (field_name, ">", now),
                ],
                order=field_name,
                limit=1,
            )
            moments += row.mapped(field_name)
        return min(moments, default=None)

    # -- one round -----------------------------------------------------------------------------

    def _round(self, run):
        """Plan, send and settle once.

        :return: True when another round may find work
        """
        if run.channel.connection_id.state != "connected":
            return False
        work, needs, refresh = self._prepare(run)
        self.env["ir.cron"]._commit_progress()
        if refresh or needs:
            return self._read_lists(run, None if refresh else sorted(needs))
        if not work:
            return False
        outcomes, answers = self._exchange(run, work)
        self._settle(run, work, outcomes, answers)
        self.env["ir.cron"]._commit_progress(run.done)
        run.done = 0
        return run.trouble is None

    def _read_lists(self, run, types):
        """Read QuickBooks' lists; False when that failed and nothing more is to be tried now."""
        client = self._client(run)
        try:
            error = self.env["quickbooks.directory"]._try_refresh(run.channel, client, types)
        finally:
            client.close()
        if error is None:
            run.lists_read = True
            return True
        return self._reading_failed(run, error)

    def _reading_failed(self, run, error):
        """Trouble while reading: with a fresh token it is tried again at once, else in a minute."""
        if error.kind == "auth" and self._renew(run):
            return True
        run.trouble = error
        if error.kind == "forbidden":
            run.channel.connection_id._set_attention(error)
        if run.channel.cron_id:
            run.channel.cron_id._trigger(at=fields.Datetime.now() + timedelta(minutes=1))
        return False

    # -- T1 ------------------------------------------------------------------------------------

    def _prepare(self, run):
        """Everything that needs the database, up to the frozen envelopes.

        :return: (Work, lists needed first, whether all lists are to be read)
        """
        connection = run.channel.connection_id
        planner = self.env["quickbooks.planner"]
        directory = self.env["quickbooks.directory"]
        requests = planner._consume(connection)
        if "scan" in requests:
            self._scan(connection)
        if "refresh" in requests or directory._is_due(run.channel):
            return Work(), set(), True
        self._resume_answered(connection)
        context = planner._context(connection, directory._fresh(run.channel))
        if not self._has_backlog(connection):
            self._freeze(connection, planner._plan_due(context))
        if context.needs:
            return Work(), context.needs, False  # what is frozen leaves in the next round
        return self._collect(connection), set(), False

    def _has_backlog(self, connection):
        """Whether more is frozen already than a round takes up: what is frozen late is up to date
        when it leaves."""
        ready = self.env["quickbooks.envelope"].search_count(
            self._sendable_domain(connection, fields.Datetime.now()), limit=ROUND_ENVELOPES
        )
        return ready >= ROUND_ENVELOPES and connection._is_sending()

    @api.model
    def _scan(self, connection):
        """Take up records that were missed: changed while nothing was captured, or lost to an
        error."""
        if connection.stage == "off":
            return
        planner = self.env["quickbooks.planner"]
        for adapter in self.env["quickbooks.adapter"]._all():
            missed = adapter._missed(connection, MISSED_LIMIT)
            planner._look_at(connection, adapter, missed)

    def _resume_answered(self, connection):
        """Go on with operations whose questions were answered."""
        lookup = self.env["quickbooks.lookup"]
        answered = self.env["quickbooks.operation"].search(
            [
                ("connection_id", "=", connection.id),
                ("state", "=", "lookup"),
                ("lookup_result", "!=", False),
            ]
        )
        for operation in answered:
            self.env["quickbooks.planner"]._shielded(operation, lookup._resume)

    def _collect(self, connection):
        """Envelopes and questions that may leave now; marks the envelopes as sent."""
        now = fields.Datetime.now()
        lookups = self.env["quickbooks.operation"].search(
            Domain(
                [
                    ("connection_id", "=", connection.id),
                    ("state", "=", "lookup"),
                    ("lookup_result", "=", False),
                ]
            )
            & (Domain("not_before", "=", False) | Domain("not_before", "<=", now)),
            limit=100,
        )
        ask = self.env["quickbooks.lookup"]._questions
        shielded = self.env["quickbooks.planner"]._shielded
        asked = [(operation.id, shielded(operation, ask)) for operation in lookups]
        work = Work(lookups=[(key, questions) for key, questions in asked if questions is not None])
        if not connection._is_sending():
            return work
        lease = now + timedelta(
            seconds=SLICE + self.env["quickbooks.gateway"]._patience(connection)
        )
        for envelope in self._sendable(connection, now):
            if self._is_too_old(envelope, now):
                self.env["quickbooks.settle"]._give_up_replaying(envelope)
                continue
            doubts = self._taken_apart_on_error(envelope, self._doubts)
            if envelope.state == "abandoned":
                continue
            if doubts:
                work.searches.append((envelope.id, doubts))
                continue
            self._mark_sent(envelope, now, lease)
            work.sends.append((envelope.id, envelope.lane, self._wire(envelope)))
        if not work:
            self._collect_files(connection, now, lease, work)
        return work

    @staticmethod
    def _mark_sent(envelope, now, lease):
        envelope.write(
            {
                "state": "sent",
                "sent_at": now,
                "first_sent_at": envelope.first_sent_at or now,
                "lease_until": lease,
                "looked": False,
                "sends": envelope.sends + 1,
            }
        )

    def _collect_files(self, connection, now, lease, work):
        """Files leave when nothing else does, a few at a time, so that they hold up no document.

        One that may have arrived is never sent again unseen: nothing keeps files single, and
        whether QuickBooks remembers the ``requestid`` of an upload is nowhere written.
        """
        settle = self.env["quickbooks.settle"]
        domain = self._due_domain(connection, now) & Domain("lane", "=", "files")
        for envelope in self.env["quickbooks.envelope"].search(
            domain, order="id", limit=ROUND_FILES
        ):
            if envelope.state != "ready":
                envelope._in_flight().doubtful = True
                settle._give_up_replaying(envelope)
                continue
            attachment = envelope.attachment_id
            if attachment.checksum != envelope.attachment_checksum:
                settle._file_changed(envelope)
                continue
            content = attachment.raw
            if not content:
                settle._file_missing(envelope)
                continue
            self._mark_sent(envelope, now, lease)
            work.sends.append((envelope.id, envelope.lane, self._wire(envelope, content)))

    def _sendable(self, connection, now):
        return self.env["quickbooks.envelope"].search(
            self._sendable_domain(connection, now), order="id", limit=ROUND_ENVELOPES
        )

    def _sendable_domain(self, connection, now):
        """What may leave now, files apart."""
        return self._due_domain(connection, now) & Domain("lane", "!=", "files")

    @staticmethod
    def _due_domain(connection, now):
        """Ready ones, unknown ones whose time has come, and those a dead run left behind."""
        waiting = Domain("state", "in", ("ready", "unknown")) & (
            Domain("not_before", "=", False) | Domain("not_before", "<=", now)
        )
        orphaned = Domain("state", "=", "sent") & Domain("lease_until", "<", now)
        return Domain("connection_id", "=", connection.id) & (waiting | orphaned)

    def _doubts(self, envelope):
        """What to ask before an envelope that may have arrived is sent once more."""
        if envelope.state == "ready" or envelope.looked:
            return []
        if envelope.state == "sent":  # its run died
            envelope._in_flight().doubtful = True
        return self.env["quickbooks.lookup"]._envelope_questions(envelope)

    def _taken_apart_on_error(self, envelope, work):
        """Do something for an envelope that may have arrived, in a savepoint. If that fails, each
        of its operations is looked up by itself, where an error fails that one alone."""
        try:
            with self.env.cr.savepoint():
                return work(envelope)
        except OperationalError:
            raise  # the transaction is lost: the whole round is repeated
        except Exception:
            _logger.exception("QuickBooks envelope %s is taken apart", envelope.id)
            self.env["quickbooks.settle"]._give_up_replaying(envelope)
            return None

    @staticmethod
    def _is_too_old(envelope, now):
        """Whether a repeat is no longer trusted. One that never left is never too old."""
        if envelope.state == "ready":
            return False
        first = envelope.first_sent_at
        return bool(first) and (now - first > REPLAY_LIMIT or envelope.sends >= MAX_SENDS)

    @staticmethod
    def _wire(envelope, content=None):
        """The request of an envelope, as plain data.

        :param content: bytes of its file
        """
        file = None
        if content is not None:
            metadata = canonical.loads(envelope.body)
            file = WireFile(metadata["FileName"], metadata["ContentType"], content)
        return WireRequest(
            method="POST",
            path=envelope.path,
            params=tuple(tuple(pair) for pair in canonical.loads(envelope.params or "[]")),
            body=envelope.body,
            request_id=envelope.request_id,
            is_batch=envelope.is_batch,
            file=file,
        )

    # -- HTTP ----------------------------------------------------------------------------------

    def _client(self, run):
        """A client for reading lists; it may take longer than a slice, but not for ever."""
        return self.env["quickbooks.gateway"]._client(
            run.channel.connection_id,
            run.token,
            limiter=run.limiter,
            deadline=time.monotonic() + LISTS_PATIENCE,
        )

    def _exchange(self, run, work):
        """Send and ask, in threads, with no transaction open.

        Names go one after the other, because QuickBooks refuses parallel changes of its name list
        (FACTS 14#56); documents and questions go side by side.

        :return: ({envelope id: Outcome}, {(kind, id): answers or QboError}); kind is who asked,
            ``operation`` or ``envelope``
        """
        jobs = self._jobs(work)
        make = self._client_factory(run)
        results = pool.run(
            jobs,
            lambda client, job: job(client),
            width=DOCUMENT_THREADS + 1,
            setup=make,
            teardown=lambda client: client.close(),
        )
        outcomes, answers = {}, {}
        for result in results:
            if result.error is not None:  # no client could be made: nothing has left
                _logger.error("A QuickBooks worker thread failed", exc_info=result.error)
            if result.error is not None or not result.ran:
                continue
            sent, asked = result.value
            outcomes.update(sent)
            answers.update(asked)
        return outcomes, answers

    def _client_factory(self, run):
        """Makes clients in the threads, from plain data read here."""
        connection = run.channel.connection_id
        gateway = self.env["quickbooks.gateway"]
        template = gateway._client_arguments(
            connection, run.token, limiter=run.limiter, deadline=run.deadline
        )
        self.env["ir.cron"]._commit_progress()
        return gateway._make_client(template)

    @staticmethod
    def _jobs(work):
        """One job for all names, one per document envelope, one per question list."""
        names = [(key, wire) for key, lane, wire in work.sends if lane == "names"]
        jobs = []
        if names:
            jobs.append(SendJob(names))
        for key, lane, wire in work.sends:
            if lane != "names":
                jobs.append(SendJob([(key, wire)]))
        jobs += [AskJob(("operation", key), asked) for key, asked in work.lookups]
        jobs += [AskJob(("envelope", key), asked) for key, asked in work.searches]
        return jobs

    # -- T2 ------------------------------------------------------------------------------------

    def _settle(self, run, work, outcomes, answers):
        settle = self.env["quickbooks.settle"]
        refused = []
        for envelope_id in {key for key, _lane, _wire in work.sends} - outcomes.keys():
            # its turn did not come in this slice: it certainly did not leave
            settle._ready_again(self.env["quickbooks.envelope"].browse(envelope_id), timedelta())
        for envelope_id, outcome in outcomes.items():
            envelope = self.env["quickbooks.envelope"].browse(envelope_id)
            if outcome.kind == "auth":
                refused.append(envelope_id)
            if outcome.kind in ("throttled", "forbidden", "unsent"):
                run.trouble = run.trouble or _trouble(outcome)
            run.done += settle._settle_envelope(envelope, outcome)
        for (kind, key), answer in answers.items():
            model = f"quickbooks.{kind}"
            self._keep_answer(run, self.env[model].browse(key), answer)
            if getattr(answer, "kind", "") == "auth":
                refused.append(key)
        if refused:
            self._renew(run)

    def _keep_answer(self, run, asker, answer):
        """Keep the answer to an operation's or an envelope's questions."""
        if isinstance(answer, QboError):
            if answer.message == NO_PERMIT:
                return  # its turn comes in the next slice
            if answer.kind in ABOUT_ONE:
                self._refuse_question(asker, answer)
                return
            asker.not_before = fields.Datetime.now() + timedelta(minutes=1)
            if answer.kind != "auth":
                run.trouble = run.trouble or answer
        elif asker._name == "quickbooks.envelope":
            resume = self.env["quickbooks.lookup"]._resume_envelope
            self._taken_apart_on_error(asker, lambda envelope: resume(envelope, answer))
        else:
            asker.write({"lookup_result": canonical.dumps(answer), "not_before": False})

    def _refuse_question(self, asker, error):
        """Of an envelope each operation is asked about by itself: then that one is to blame."""
        settle = self.env["quickbooks.settle"]
        if asker._name == "quickbooks.envelope":
            settle._give_up_replaying(asker)
        else:
            settle._refuse_question(asker, error)

    def _renew(self, run):
        """After a 401: a fresh token, once per run. A second 401 is not the token's age."""
        connection = run.channel.connection_id
        self.env["ir.cron"]._commit_progress()
        if run.renewed:
            connection._set_attention(_refused_token())
            run.trouble = _refused_token()
            return False
        run.renewed = True
        try:
            run.token = self.env["quickbooks.tokens"]._access_token(
                connection, force_unlike=run.token
            )
        except QboError as error:
            run.trouble = error
            return False
        return True

    # -- on request ----------------------------------------------------------------------------

    @api.model
    def _request_again(self, bindings):
        """A person wants our version to be sent, whatever QuickBooks has now."""
        planner = self.env["quickbooks.planner"]
        self.env["quickbooks.drift"]._forget_deleted(bindings)
        for connection, own in bindings.grouped("connection_id").items():
            for binding in own:
                wave = self.env["quickbooks.adapter"]._for_link(binding)._wave()
                operation = planner._open_operations(binding, wave, released=True)
                operation.write({"forced": True, "attempts": 0})
            connection._wake()


def _trouble(outcome):
    try:
        outcome.raise_for_fault()
    except QboError as error:
        return error
    return None


def _refused_token():
    error = QboError("The access token is refused although it is fresh.")
    error.kind = "disconnected"
    return error
