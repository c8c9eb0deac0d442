import logging
from datetime import timedelta

from psycopg2 import OperationalError

from odoo import api, fields, models

from ...qbo import batch, canonical, entities
from ...qbo.errors import Malformed
from ...qbo.fault import NOT_FOUND
from ...qbo.faults import judge_all
from ...qbo.names import name_key

_logger = logging.getLogger(__name__)

THROTTLE_PAUSE = timedelta(seconds=60)
UNKNOWN_DELAY = timedelta(seconds=20)
#: QuickBooks remembers a requestid for an unknown time; after this a repeat is no longer trusted.
REPLAY_LIMIT = timedelta(hours=20)
MAX_SENDS = 12
#: So often a question QuickBooks cannot answer now is asked again.
MAX_QUESTIONS = 10
#: What the fault table says when QuickBooks is to be asked anyway.
LOOKING = ("lookup", "reread", "adopt")


class QuickbooksSettle(models.AbstractModel):
    """Books what an exchange brought (T2): links, states, sentences. Does no HTTP."""

    _name = "quickbooks.settle"
    _description = "QuickBooks Settlement"

    # -- envelopes -----------------------------------------------------------------------------

    @api.model
    def _settle_envelope(self, envelope, outcome):
        """Book the outcome of one envelope.

        :return: number of operations brought to an end
        """
        envelope.write(
            {
                "http_status": outcome.status or 0,
                "intuit_tid": outcome.tid,
                "trouble": outcome.reason or False,
            }
        )
        handler = getattr(self, f"_envelope_{outcome.kind}")
        return handler(envelope, outcome) or 0

    def _envelope_ok(self, envelope, outcome):
        envelope.write({"state": "answered", "response": outcome.text, "lease_until": False})
        try:
            results = self._results(envelope, envelope.operation_ids, outcome.body)
        except Malformed:
            return self._envelope_unknown(envelope, outcome)
        in_flight = envelope._in_flight()
        done = self._settle_together(
            [(operation, result) for operation, result in results if operation in in_flight],
            outcome.tid,
        )
        for operation, result in results:
            if operation.state == "superseded" and result.ok and operation not in in_flight:
                self._report_orphan(operation, result.obj, outcome.tid)
        if not envelope._in_flight():
            envelope.response = False  # the bindings keep what matters
        return done

    def _report_orphan(self, operation, body, tid):
        """It was executed, but its link was removed while it was on its way."""
        if operation.kind == "delete":
            return  # it is gone, and nobody wants to know of it any more
        text = self.env._(
            "QuickBooks has it now as %(type)s %(id)s although its link was removed meanwhile. "
            "Remove or merge it there, or link it here.",
            type=operation.remote_type,
            id=body.get("Id"),
        )
        operation.binding_id._log_note("warning", text, intuit_tid=tid)

    def _results(self, envelope, operations, body):
        """Pairs of operation and its part of the answer."""
        if envelope.is_batch:
            keyed = {operation.item_key: operation for operation in operations}
            results = batch.unpack(body, list(keyed))
            return [(keyed[result.bid], result) for result in results]
        entity = entities.get(operations.remote_type)
        obj = body.get(entity.key)
        if not isinstance(obj, dict):
            raise Malformed(f"answer without {entity.key}")
        return [(operations, batch.ItemResult("", entity.name, obj))]

    def _envelope_refused(self, envelope, outcome):
        """The whole request was refused: nothing of it was executed.

        Of a batch nobody knows which item is to blame, so each goes by itself next.
        """
        envelope.write({"state": "answered", "lease_until": False})
        for operation in envelope._in_flight():
            if envelope.is_batch:
                operation.write({"attempts": operation.attempts + 1, "alone": True})
                if self._may_have_arrived(operation):
                    self._look_up(operation, "after_unknown")
                else:
                    self._back_to_queue(operation)
            else:
                result = batch.ItemResult("", operation.remote_type, None, outcome.faults)
                self._guarded(operation, result, outcome.tid)
        return 0

    def _envelope_throttled(self, envelope, outcome):
        pause = THROTTLE_PAUSE
        if outcome.retry_after:
            pause = timedelta(seconds=outcome.retry_after)
        self._ready_again(envelope, pause)
        channel = envelope.connection_id._channel()
        channel.write(
            {
                "paused_until": fields.Datetime.now() + pause,
                "pause_reason": self.env["quickbooks.messages"]._sentence("throttled"),
            }
        )

    def _envelope_unsent(self, envelope, outcome):
        self._ready_again(envelope, timedelta(seconds=30))
        self._say(envelope, "unreachable")

    def _envelope_auth(self, envelope, outcome):
        """The run refreshes the token and sends the same envelope again."""
        self._ready_again(envelope, timedelta())

    def _envelope_forbidden(self, envelope, outcome):
        self._ready_again(envelope, timedelta(minutes=5))
        envelope.connection_id._set_attention(_ForbiddenError())

    def _envelope_unknown(self, envelope, outcome):
        """Nobody knows whether it was executed: the very same request will tell, once QuickBooks
        has certainly stopped working on this one."""
        again = fields.Datetime.now() + UNKNOWN_DELAY * min(2 ** max(envelope.sends - 1, 0), 90)
        if not outcome.status and envelope.lease_until:
            again = max(again, envelope.lease_until)
        envelope.write({"state": "unknown", "lease_until": False, "not_before": again})
        envelope.looked = False
        operations = envelope._in_flight()
        operations.write({"state": "unknown", "doubtful": True})
        self._say(envelope, "outcome_unknown")

    def _ready_again(self, envelope, delay):
        """This time it certainly was not executed: the same envelope may leave again, and this
        one does not count. If an earlier one had no answer, that question stays open."""
        operations = envelope._in_flight()
        doubtful = any(operations.mapped("doubtful"))
        values = {
            "state": "unknown" if doubtful else "ready",
            "lease_until": False,
            "not_before": fields.Datetime.now() + delay if delay else False,
            "sends": max(envelope.sends - 1, 0),
        }
        if not doubtful:
            values["first_sent_at"] = False
            operations.filtered(lambda op: op.state == "unknown").state = "prepared"
        envelope.write(values)

    def _say(self, envelope, key):
        """Show a passing trouble on what waits for this envelope."""
        text = self.env["quickbooks.messages"]._sentence(key)
        for operation in envelope._in_flight():
            operation.write(
                {"problem_key": key, "problem_text": text, "intuit_tid": envelope.intuit_tid}
            )
            operation.binding_id._set_state("pending", key, text)

    @api.model
    def _file_changed(self, envelope):
        """The file of an upload that never left is another one by now, or gone: planned anew."""
        envelope.state = "abandoned"
        for operation in envelope._in_flight():
            self._back_to_queue(operation)

    @api.model
    def _file_missing(self, envelope):
        """The file of an upload is not in the file store."""
        envelope.state = "abandoned"
        text = self.env["quickbooks.messages"]._sentence("file_missing")
        envelope._in_flight()._hold("file_missing", text, envelope_id=False)

    @api.model
    def _give_up_replaying(self, envelope):
        """A repeat is no longer trusted: look the objects up instead."""
        envelope.state = "abandoned"
        for operation in envelope._in_flight():
            self._look_up(operation, "after_unknown")

    # -- operations ----------------------------------------------------------------------------

    def _settle_together(self, pairs, tid):
        """Settle the items of one answer: all in one savepoint, as nearly always nothing goes
        wrong; if something does, each in its own.

        :return: number of operations brought to an end
        """
        try:
            with self.env.cr.savepoint():
                records = self._records_of([operation for operation, _result in pairs])
                done = [
                    operation.id
                    for operation, result in pairs
                    if self._settle_operation(operation, result, tid, records[operation])
                ]
                self.env["quickbooks.operation"].browse(done)._release_waiters()
                return len(done)
        except OperationalError:
            raise
        except Exception as error:
            _logger.info("A QuickBooks answer is settled item by item, because of: %s", error)
        return sum(self._guarded(operation, result, tid) for operation, result in pairs)

    def _records_of(self, operations):
        """Operation → its record, empty when that was deleted; read in one go."""
        found = {}
        for model, ids in _ids_by_model(operations).items():
            existing = self.env[model].browse(ids).exists()
            known = set(existing.ids)
            for operation in operations:
                if operation.res_model == model:
                    record = existing.browse(operation.res_id).with_prefetch(existing.ids)
                    found[operation] = record if record.id in known else record.browse()
        return found

    def _guarded(self, operation, result, tid):
        """Settle one operation in a savepoint: one bad record never stops another."""
        try:
            with self.env.cr.savepoint():
                record = self._records_of([operation])[operation]
                done = self._settle_operation(operation, result, tid, record)
                operation._release_waiters()
                return int(done)
        except OperationalError:
            raise  # the transaction is lost; the envelope is repeated and answered alike
        except Exception as error:
            _logger.exception("Settling QuickBooks operation %s failed (%s)", operation.id, tid)
            sentence = self.env["quickbooks.messages"]._sentence("internal_error", error=error)
            # QuickBooks may have executed it, so it must be looked up before anything is repeated
            self._ask_what_became(operation, result)
            operation.write({"problem_text": sentence, "intuit_tid": tid})
            return 0

    def _settle_operation(self, operation, result, tid, record):
        """Settle one item; whether it is done. The caller releases what waits for it."""
        operation.attempts += 1
        if result.ok:
            self._accept(operation, result.obj, tid, record)
        elif result.missing:
            self._ask_what_became(operation, result)
        else:
            self._refuse(operation, result.faults, tid)
        return result.ok

    def _accept(self, operation, body, tid, record):
        """It was executed: keep the link and compare with the record, which may be gone."""
        binding = operation.binding_id
        adapter = self.env["quickbooks.adapter"]._for_link(operation)
        if operation.kind == "delete":
            self._accept_deletion(operation, tid)
            adapter._accepted(operation, record)
            return
        state, key, params = adapter._verify(operation, body, record)
        messages = self.env["quickbooks.messages"]
        text = messages._sentence(key, **params) if key else False
        values = {
            "remote_id": body["Id"],
            "sync_token": body["SyncToken"],
            "agreed_remote": canonical.dumps(body),
            "last_sync_at": fields.Datetime.now(),
            "create_new": False,
            **adapter._answered_values(body),
        }
        # after a void nothing is agreed: confirming the same invoice again must send it again
        voided = operation.kind == "void"
        agreed, digest = adapter._agreed(operation, body)
        values["agreed_payload"] = False if voided else agreed
        values["agreed_digest"] = False if voided else digest
        binding.write(values)
        self._remember(binding, body)
        operation.intuit_tid = tid
        binding._set_state(state, key or False, text)
        done = {"create": "created", "update": "updated", "void": "voided"}[operation.kind]
        binding._log_note(
            "warning" if text else "info", text or messages._sentence(done), intuit_tid=tid
        )
        operation._mark_done()
        self._pending_again(binding)
        adapter._accepted(operation, record)

    def _accept_deletion(self, operation, tid):
        """It is not there any more: the link stays, without an object, so that the same record
        makes a new one when it is confirmed again."""
        binding = operation.binding_id
        text = self.env["quickbooks.messages"]._sentence(
            "deleted", type=binding.remote_type, id=binding.remote_id
        )
        binding.write(
            {
                "remote_id": False,
                "remote_balance": False,
                "sync_token": False,
                "agreed_payload": False,
                "agreed_digest": False,
                "agreed_remote": False,
                "drift_remote": False,
                "last_sync_at": fields.Datetime.now(),
                "voided": True,
            }
        )
        operation.intuit_tid = tid
        binding._set_state("voided")
        binding._log_note("info", text, intuit_tid=tid)
        operation._mark_done()
        self._pending_again(binding)

    def _remember(self, binding, body):
        """Keep a written name in our copy of QuickBooks' lists: no read is needed for it."""
        if entities.get(binding.remote_type).inactive:
            self.env["quickbooks.reference"]._store(
                binding.connection_id, binding.remote_type, [body]
            )
            binding.remote_name = body.get("DisplayName") or body.get("Name")
            binding.name_key = name_key(binding.remote_name)

    def _pending_again(self, binding):
        """A change that came while this one was on its way keeps the record waiting."""
        open_ones = binding.operation_ids.filtered(lambda op: op.state in ("pending", "lookup"))
        if open_ones and binding.state in ("synced", "voided"):
            binding._set_state("pending")

    def _adopt(self, operation, body, agreed, key):
        """Link an object that is in QuickBooks already; nothing was sent."""
        binding = operation.binding_id
        binding.write(
            {
                "remote_id": body["Id"],
                "sync_token": body.get("SyncToken"),
                "agreed_payload": canonical.dumps(agreed),
                "agreed_digest": canonical.digest(agreed),
                "agreed_remote": canonical.dumps(body),
                "last_sync_at": fields.Datetime.now(),
                "create_new": False,
            }
        )
        self._remember(binding, body)
        binding._set_state("synced")
        binding._log_note("info", self.env["quickbooks.messages"]._sentence(key))
        operation._finish()

    # -- refusals ------------------------------------------------------------------------------

    def _refuse(self, operation, faults, tid):
        """Carry out what the fault table says."""
        if operation.kind == "delete" and any(fault.code == NOT_FOUND for fault in faults):
            self._look_up(operation, "after_unknown")  # by its id, to be sure
            return
        verdict = judge_all(faults)
        text = self.env["quickbooks.messages"]._sentence(verdict.key, **verdict.params)
        self._keep_fault(operation, faults, tid, text)
        if verdict.action not in LOOKING and self._may_have_arrived(operation):
            self._look_up(operation, "after_unknown")
            return
        handler = getattr(self, f"_refused_{verdict.action}", self._refused_for_people)
        handler(operation, verdict, text)

    def _refuse_question(self, operation, error):
        """QuickBooks refused a question about an operation, or answered something else.

        That concerns this one alone. The question stays: nothing is sent before it is answered.
        """
        operation.attempts += 1
        for_now = error.kind == "malformed" or judge_all(error.faults).action == "retry"
        text = self.env["quickbooks.messages"]._sentence("question_refused", reason=error)
        self._keep_fault(operation, error.faults, error.tid, text)
        if for_now and operation.attempts < MAX_QUESTIONS:
            operation.not_before = fields.Datetime.now() + operation._backoff(operation.attempts)
            operation.write({"problem_key": "question_refused", "problem_text": text})
            return
        operation._fail("question_refused", text)

    @staticmethod
    def _keep_fault(operation, faults, tid, text):
        """What a developer needs, on the operation and in the journal."""
        fault = faults[0] if faults else None
        code = fault.code if fault else False
        detail = (fault.detail or fault.message)[:500] if fault else False
        operation.write({"fault_code": code, "fault_detail": detail, "intuit_tid": tid})
        operation.binding_id._log_note("warning", text, fault_code=code, intuit_tid=tid)

    @staticmethod
    def _may_have_arrived(operation):
        """Whether an earlier request of a refused one had no answer: that this one was refused
        does not say that the first was. New names need no question: they are unique, and a
        duplicate tells (``_own_name`` of the look-up)."""
        is_name = entities.get(operation.remote_type).lane == entities.NAMES
        return operation.doubtful and not (is_name and operation.kind == "create")

    def _refused_for_people(self, operation, verdict, text):
        """Deterministic: show it at once, never repeat it blindly."""
        if not self._give_way(operation):
            operation._hold(verdict.key, text, envelope_id=False, item_key=False)

    def _refused_bug(self, operation, verdict, text):
        if not self._give_way(operation):
            operation._fail(verdict.key, text, envelope_id=False, item_key=False)

    def _refused_reconnect(self, operation, verdict, text):
        self._back_to_queue(operation)
        operation.connection_id._set_attention(_ForbiddenError())

    def _refused_retry(self, operation, verdict, text):
        self._retry_later(operation, verdict.key, (), operation.intuit_tid)

    def _refused_lookup(self, operation, verdict, text):
        self._look_up(operation, "after_unknown")

    def _refused_reread(self, operation, verdict, text):
        self._look_up(operation, "reread")

    def _refused_rebuild(self, operation, verdict, text):
        self._look_up(operation, "dependencies")

    def _refused_adopt(self, operation, verdict, text):
        self._look_up(operation, "holder", holder=verdict.params.get("id") or "")

    def _retry_later(self, operation, key, faults, tid):
        """Refused for now: again later, in a new envelope, and not for ever."""
        Operation = self.env["quickbooks.operation"]
        messages = self.env["quickbooks.messages"]
        text = messages._sentence(key)
        if operation.attempts >= 10 and not self._newer(operation):
            sentence = messages._sentence(
                "too_many_tries", attempts=operation.attempts, reason=text
            )
            operation._fail("too_many_tries", sentence, envelope_id=False, item_key=False)
            return
        values = {
            "not_before": fields.Datetime.now() + Operation._backoff(operation.attempts),
            "intuit_tid": tid,
        }
        self._back_to_queue(operation, **values)
        operation.write({"problem_key": key, "problem_text": text})
        operation.binding_id._set_state("pending", key, text)

    def _look_up(self, operation, purpose, **details):
        """Ask QuickBooks before anything else is done with this operation.

        What an open question knows already stays known: when the request left, and whether the
        record changed since.
        """
        asked = canonical.loads(operation.lookup or "{}")
        details = {key: asked[key] for key in ("sent", "newer") if key in asked} | details
        sent = operation.envelope_id.first_sent_at
        if sent:
            details["sent"] = fields.Datetime.to_string(sent)
        self._back_to_queue(operation, lookup=canonical.dumps({"purpose": purpose, **details}))

    def _ask_what_became(self, operation, result):
        """Unless it was refused, QuickBooks may have executed it: what it has now may be what we
        sent, which is neither somebody else's change nor a name that is taken."""
        operation.doubtful = operation.doubtful or not result.faults
        self._look_up(operation, "after_unknown")

    def _newer(self, operation):
        """The operation of the same object that waits because of a later change, if any."""
        return operation.binding_id.operation_ids.filtered(
            lambda op: (
                op != operation and op.state in ("pending", "waiting", "held", "lookup", "failed")
            )
        )[:1]

    def _give_way(self, operation):
        """Whether a later change takes over from a refused one: what was refused is not what the
        record says any more, so nobody needs to hear of it."""
        newer = self._newer(operation)
        if newer:
            self._back_to_queue(operation)
        return bool(newer)

    def _back_to_queue(self, operation, **values):
        """From flight back to waiting. A newer waiting operation of the same object wins."""
        newer = self._newer(operation)
        if newer:
            operation._supersede(self.env._("A newer change takes its place."))
            # the newer one inherits what must be known before anything is sent
            inherited = {
                "payload": operation.payload,
                "kind": operation.kind,
                "doubtful": operation.doubtful,
                "payload_digest": operation.payload_digest,
            }
            if values.get("lookup"):  # it asks about the older change; its own comes afterwards
                lookup = canonical.loads(values["lookup"])
                values["lookup"] = canonical.dumps({**lookup, "newer": True})
            newer._reopen(**inherited, **values)
            return
        operation._reopen(**values)


def _ids_by_model(operations):
    ids = {}
    for operation in operations:
        ids.setdefault(operation.res_model, []).append(operation.res_id)
    return ids


class _ForbiddenError:
    """What ``_set_attention`` wants to know of a 403."""

    kind = "forbidden"
