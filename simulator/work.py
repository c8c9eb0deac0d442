"""A unit of work: objects read and changed by one operation, written together at its end.

Nothing reaches the store before :meth:`Work.flush`, so a refused operation leaves no trace.
SyncToken and LastUpdatedTime move here and nowhere else (FACTS 7.1 side effect table).
"""

from __future__ import annotations

import secrets
from dataclasses import dataclass, field

from . import jsontext
from .clock import meta_time
from .schema import ENTITIES, NAMES

LONG_START = 5000000000000500000
SPACE_START = {"long": LONG_START, "Account": 1150040000 - 1}


@dataclass
class Change:
    obj: dict
    mode: str = ""  # new, bump, touch, quiet, gone
    operation: str = "Update"
    extra: dict = field(default_factory=dict)
    text: str | None = None  # as it was stored


class Work:
    """Identity map plus the list of what to write."""

    def __init__(self, company, options=()):
        self.company, self.store = company, company.store
        self.options = frozenset(options)
        self.now = company.clock.now()
        self.stamp = meta_time(self.now)
        self.today = self.stamp[:10]
        self.loaded, self.changes, self.after = {}, {}, []
        self.settled = set()  # transactions whose postings this work has written
        self.known = frozenset()  # references of the object that is being updated
        self.forced_id = None  # id of the next object, for seeds

    # reading --------------------------------------------------------------------------------

    def get(self, kind, ident):
        """The object, shared within this work, or None."""
        key = kind, ident
        if key not in self.loaded:
            self.loaded[key] = self.store.read(kind, ident)
        return self.loaded[key]

    def switch(self, name):
        return self.company.switch(name)

    # changing -------------------------------------------------------------------------------

    def new_id(self, kind):
        space = ENTITIES[kind].space
        return str(self.store.next(f"id:{space}", SPACE_START.get(space, 0)))

    def address_id(self):
        return str(self.store.next("id:address"))

    def create(self, kind, obj, ident=None):
        """Register a new object; the id comes from the number space of its kind."""
        if kind != "ExchangeRate":
            obj["Id"] = ident or obj.get("Id") or self.forced_id or self.new_id(kind)
        self.forced_id = None
        obj["SyncToken"] = "0"
        meta = {"CreateTime": self.stamp, "LastUpdatedTime": self.stamp}
        obj["MetaData"] = meta | {
            k: v for k, v in (obj.get("MetaData") or {}).items() if k not in meta
        }
        obj["domain"], obj["sparse"] = "QBO", False
        if kind in NAMES:
            obj.setdefault("V4IDPseudonym", secrets.token_hex(19))
        key = kind, obj.get("Id") or self.store.natural_id(kind, obj)
        self.loaded[key] = obj
        self.changes[key] = Change(obj, "new", "Create")
        return obj

    def bump(self, kind, obj, operation="Update"):
        """A change of data: SyncToken + 1, once per operation."""
        self._mark(kind, obj, "bump", operation)

    def touch(self, kind, obj, operation="Update"):
        """A side effect that only moves LastUpdatedTime."""
        self._mark(kind, obj, "touch", operation)

    def quiet(self, kind, obj):
        """A change that moves nothing a client can compare."""
        self._mark(kind, obj, "quiet", "")

    def _mark(self, kind, obj, mode, operation):
        key = kind, obj.get("Id") or self.store.natural_id(kind, obj)
        change = self.changes.get(key)
        rank = ("", "quiet", "touch", "bump", "new", "gone")
        if change is None:
            change = self.changes[key] = Change(obj)
        if rank.index(mode) > rank.index(change.mode):
            if mode == "bump":
                obj["SyncToken"] = str(int(obj.get("SyncToken") or 0) + 1)
            if mode != "quiet":
                obj["MetaData"] = dict(obj.get("MetaData") or {}, LastUpdatedTime=self.stamp)
            change.mode = mode
            change.operation = operation or change.operation
        change.obj = self.loaded[key] = obj

    def remove(self, kind, obj):
        key = kind, obj["Id"]
        self.changes[key] = Change(obj, "gone", "Delete")
        self.loaded[key] = None

    def changed(self, kind, ident):
        change = self.changes.get((kind, ident))
        return bool(change and change.mode in ("new", "bump", "gone"))

    # writing --------------------------------------------------------------------------------

    def flush(self):
        """Write everything; the caller commits."""
        for (kind, ident), change in self.changes.items():
            if change.mode == "gone":
                self._write_gone(kind, ident)
            else:
                posted = 1 if (kind, ident) in self.settled else None
                change.text = self.store.write(kind, change.obj, posted)
            if kind in ("Preferences", "CompanyInfo"):
                self.company.forget_cache()
            if "Name" in change.obj or "DisplayName" in change.obj:
                self.company.ref_names.pop((kind, ident), None)
            if self.company.hooked and change.mode != "quiet":
                self._event(kind, ident, change)
        for step in self.after:
            step()

    def _write_gone(self, kind, ident):
        body = {
            "domain": "QBO",
            "status": "Deleted",
            "Id": ident,
            "MetaData": {"LastUpdatedTime": self.stamp},
        }
        self.store.remove(kind, ident)
        self.store.run(
            "INSERT OR REPLACE INTO {p}gone VALUES (?, ?, ?, ?)",
            (kind, ident, int(self.now.timestamp()), jsontext.dumps(body)),
        )

    def _event(self, kind, ident, change):
        self.store.run(
            "INSERT INTO {p}event (kind, id, op, at, extra) VALUES (?, ?, ?, ?, ?)",
            (kind, ident, change.operation, self.now.timestamp(), jsontext.dumps(change.extra)),
        )
