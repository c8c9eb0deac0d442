"""What the threads of a run do: plain data in, plain data out, no Odoo."""

import logging

from ...qbo import entities, query
from ...qbo.errors import QboError
from ...qbo.http.client import NO_PERMIT
from ...qbo.http.outcome import Outcome

_logger = logging.getLogger(__name__)


class SendJob:
    """Sends envelopes one after the other; stops when QuickBooks says stop."""

    def __init__(self, envelopes):
        self.envelopes = envelopes

    def __call__(self, client):
        outcomes = {}
        for key, wire in self.envelopes:
            outcome = self._send(client, wire)
            if outcome.reason == NO_PERMIT:
                break
            outcomes[key] = outcome
            if outcome.kind in ("throttled", "auth", "forbidden", "unsent"):
                break
        return outcomes, {}

    @staticmethod
    def _send(client, wire):
        try:
            return client.execute(wire)
        except Exception as error:  # a bug on our side of the line: it may have left
            _logger.exception("Sending a QuickBooks envelope failed")
            return Outcome("unknown", reason=type(error).__name__, is_write=True)


class AskJob:
    """Asks the questions of one operation."""

    def __init__(self, key, questions):
        self.key = key
        self.questions = questions

    def __call__(self, client):
        try:
            answers = [self._ask(client, question) for question in self.questions]
        except QboError as error:
            return {}, {self.key: error}
        return {}, {self.key: answers}

    @staticmethod
    def _ask(client, question):
        entity = entities.get(question["entity"])
        if "statement" in question:
            rows = query.rows(client.query(question["statement"]), entity.name)
            return {"entity": entity.name, "rows": rows}
        body = client.read(entity, question["id"])
        return {"entity": entity.name, "rows": [] if body is None else [body]}
