"""Notifications to apps (FACTS 10.3): built from the event table of each company."""

from __future__ import annotations

import base64
import hashlib
import hmac
import http.client
import json
import threading
import time
import uuid
from datetime import datetime, timezone
from urllib.parse import urlsplit

from . import jsontext
from .schema import ENTITIES

RETRIES = (10, 20, 30, 300, 1200, 7200, 14400, 21600)
THEN_EVERY = 21600
TIMEOUT = 3
LETTERS = {"Create": "c", "Update": "u", "Delete": "d", "Merge": "m", "Void": "v", "Emailed": "e"}
PAST = {
    "Create": "created",
    "Update": "updated",
    "Delete": "deleted",
    "Merge": "merged",
    "Void": "voided",
    "Emailed": "emailed",
}
HOOK_NAMES = {"CompanyCurrency": "Currency"}


def signature(body, verifier):
    """``intuit-signature`` of a raw body."""
    return base64.b64encode(hmac.new(verifier.encode(), body, hashlib.sha256).digest()).decode()


def post(url, body, headers):
    """One delivery, never through a proxy, header names as they are; the status."""
    parts = urlsplit(url)
    kind = http.client.HTTPSConnection if parts.scheme == "https" else http.client.HTTPConnection
    connection = kind(parts.hostname, parts.port, timeout=TIMEOUT)
    try:
        path = (parts.path or "/") + (f"?{parts.query}" if parts.query else "")
        connection.request("POST", path, body, headers)
        answer = connection.getresponse()
        answer.read()
        return answer.status
    finally:
        connection.close()


def nanoseconds(at):
    moment = datetime.fromtimestamp(at, timezone.utc)
    return moment.strftime("%Y-%m-%dT%H:%M:%S.") + f"{moment.microsecond:06d}000Z"


class Webhooks:
    """One queue per app, blocked until its first notification is acknowledged."""

    def __init__(self, sim):
        self.sim = sim
        self.legacy = False  # the shape before 31 July 2026
        self.paused = False
        self.aggregate = 0.2  # seconds to wait for more events
        self.duplicate = 0  # deliver the next n notifications twice
        self.shuffle = False  # hand events over in reverse order
        self.deliveries = []  # what was sent: time, url, status, ms, body
        self._queues, self._stop, self._thread = {}, threading.Event(), None
        self._lock = threading.RLock()

    def listeners(self):
        with self.sim.lock:
            return [app for app in self.sim.oauth.apps() if app["webhook"]]

    def listening(self):
        return bool(self.listeners())

    def subscribe(self, url, client=None):
        """Set the endpoint of an app (of all apps without ``client``)."""
        with self.sim.transaction() as db:
            db.execute(
                "UPDATE app SET webhook = ? WHERE ? IS NULL OR client = ?", (url, client, client)
            )
            self.refresh()

    def refresh(self):
        """Tell the companies whether anybody listens; callers hold the lock."""
        listening = self.listening()
        for company in self.sim.companies.values():
            company.hooked = listening

    def forget(self):
        """Drop what waits for delivery: the data it tells of are gone."""
        self._queues = {}

    # delivery -------------------------------------------------------------------------------

    def start(self):
        self._thread = threading.Thread(target=self._loop, daemon=True, name="sim-webhooks")
        self._thread.start()

    def stop(self):
        self._stop.set()
        if self._thread:
            self._thread.join(5)

    def _loop(self):
        while not self._stop.wait(self.aggregate):
            if not self.paused and self.listening():
                self.deliver()

    def deliver(self):
        """Send what is due now; returns the number of notifications acknowledged."""
        with self._lock:
            self._collect()
            return sum(self._send_due(app) for app in self.listeners())

    def _collect(self):
        """Move events of all companies into the queues of the apps connected to them."""
        with self.sim.transaction():
            events = self._take_events()
            if not events:
                return
            if self.shuffle:
                events.reverse()
            for app in self.listeners():
                realms = {event[0] for event in events}
                told = {realm for realm in realms if self.sim.oauth.listens(app["client"], realm)}
                meant = [event for event in events if event[0] in told]
                queue = self._queues.setdefault(app["client"], [])
                queue += [self._notification(part) for part in self._parts(meant)]

    def _take_events(self):
        """``[(realm, kind, id, operation, time, extra)]``, taken out of the companies."""
        events = []
        for company in self.sim.companies.values():
            rows = company.store.run(
                "SELECT kind, id, op, at, extra FROM {p}event ORDER BY n"
            ).fetchall()
            if rows:
                company.store.run("DELETE FROM {p}event")
            events += [(company.realm, *row) for row in rows if _wanted(row[0], row[2])]
        return events

    def _parts(self, events):
        """CloudEvents mix realms in one post; the old shape has one realm per notification."""
        if not self.legacy:
            return [events] if events else []
        realms = {}
        for event in events:
            realms.setdefault(event[0], []).append(event)
        return list(realms.values())

    def _notification(self, events):
        body = self._legacy_body(events) if self.legacy else self._cloud_body(events)
        return {
            "body": json.dumps(body, separators=(",", ":")).encode(),
            "tries": 0,
            "due": self.sim.clock.timestamp(),
        }

    def _cloud_body(self, events):
        return [self._cloud_event(*event) for event in events]

    def _cloud_event(self, realm, kind, ident, operation, at, extra):
        data = {}
        gone = jsontext.loads(extra).get("deletedId")
        if gone and self.sim.companies[realm].switch("merge_payload") == "data":
            data["deletedId"] = gone
        name = HOOK_NAMES.get(kind, kind).lower()
        source = base64.b64encode(hashlib.sha256(realm.encode()).digest()).decode()
        return {
            "specversion": "1.0",
            "id": str(uuid.uuid4()),
            "source": f"intuit.{source}",
            "type": f"qbo.{name}.{PAST[operation]}.v1",
            "datacontenttype": "application/json",
            "time": nanoseconds(at),
            "intuitentityid": ident,
            "intuitaccountid": realm,
            "data": data,
        }

    def _legacy_body(self, events):
        entities = []
        for _realm, kind, ident, operation, at, extra in events:
            entry = {
                "id": ident,
                "operation": operation,
                "name": HOOK_NAMES.get(kind, kind),
                "lastUpdated": nanoseconds(at)[:23] + "Z",
            }
            gone = jsontext.loads(extra).get("deletedId")
            entities.append(entry | ({"deletedId": gone} if gone else {}))
        return {
            "eventNotifications": [
                {"realmId": events[0][0], "dataChangeEvent": {"entities": entities}}
            ]
        }

    def _send_due(self, app):
        queue, sent = self._queues.get(app["client"], []), 0
        while (
            queue
            and queue is self._queues.get(app["client"])  # else forgotten meanwhile
            and queue[0]["due"] <= self.sim.clock.timestamp()
        ):
            item = queue[0]
            status = self._post(app, item["body"])
            if status == 200:
                if self.duplicate > 0:
                    self.duplicate -= 1
                    self._post(app, item["body"])
                queue.pop(0)
                sent += 1
                continue
            item["tries"] += 1
            limit = self.sim.control.switch("max_retries")
            if limit and item["tries"] > limit:
                queue.pop(0)
                continue
            step = RETRIES[item["tries"] - 1] if item["tries"] <= len(RETRIES) else THEN_EVERY
            item["due"] = self.sim.clock.timestamp() + step
        return sent

    def _post(self, app, body):
        headers = {
            "Content-Type": "application/json",
            "User-Agent": "intuit-webhooks",
            "intuit-signature": signature(body, app["verifier"]),
        }
        started = time.monotonic()
        try:
            status = post(app["webhook"], body, headers)
        except (OSError, http.client.HTTPException):
            status = 0
        self.deliveries.append(
            {
                "time": self.sim.clock.timestamp(),
                "url": app["webhook"],
                "status": status,
                "ms": round((time.monotonic() - started) * 1000, 1),
                "body": body.decode(),
            }
        )
        return status

    def pending(self):
        return sum(len(queue) for queue in self._queues.values())


def _wanted(kind, operation):
    spec = ENTITIES.get(kind)
    return bool(spec and LETTERS.get(operation, "-") in spec.hooks)
