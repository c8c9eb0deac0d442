"""Objects of one company in SQLite.

Per entity two tables: a narrow one with the columns that queries may use, and the bodies beside
it, so that a filter never has to read a body. Bodies are JSON text and go out as they are, which
keeps number formats and lets loaded objects be served unchanged.
"""

from __future__ import annotations

from datetime import timezone
from decimal import ROUND_HALF_UP, Decimal
from functools import lru_cache

from . import jsontext
from .clock import parse_stamp
from .schema import ENTITIES

SCALE = 7
CHANGE_BLOCK = 1000
INDEXED = {
    "DocNumber",
    "CustomerRef",
    "VendorRef",
    "DisplayName",
    "Name",
    "FullyQualifiedName",
    "TxnDate",
    "DueDate",
    "Balance",
    "TotalAmt",
}
EXTRA_TABLES = """
CREATE TABLE IF NOT EXISTS {p}gl (kind TEXT, id TEXT, line INTEGER, account TEXT,
  home INTEGER, amount INTEGER, currency TEXT, name_kind TEXT, name_id TEXT, memo TEXT,
  date TEXT, tags TEXT);
CREATE INDEX IF NOT EXISTS {p}gl_txn ON {p}gl (kind, id);
CREATE INDEX IF NOT EXISTS {p}gl_account ON {p}gl (account, date);
CREATE TABLE IF NOT EXISTS {p}link (src_kind TEXT, src_id TEXT, dst_kind TEXT, dst_id TEXT,
  amount TEXT, line TEXT);
CREATE INDEX IF NOT EXISTS {p}link_src ON {p}link (src_kind, src_id);
CREATE INDEX IF NOT EXISTS {p}link_dst ON {p}link (dst_kind, dst_id);
CREATE TABLE IF NOT EXISTS {p}balance (account TEXT PRIMARY KEY, home INTEGER, amount INTEGER,
  base_home INTEGER, base_amount INTEGER);
CREATE TABLE IF NOT EXISTS {p}gone (kind TEXT, id TEXT, updated INTEGER, body TEXT,
  PRIMARY KEY (kind, id));
CREATE TABLE IF NOT EXISTS {p}counter (name TEXT PRIMARY KEY, value INTEGER);
CREATE TABLE IF NOT EXISTS {p}replay (requestid TEXT PRIMARY KEY, at REAL, status INTEGER,
  ctype TEXT, body BLOB);
CREATE TABLE IF NOT EXISTS {p}value (name TEXT PRIMARY KEY, body TEXT);
CREATE TABLE IF NOT EXISTS {p}event (n INTEGER PRIMARY KEY, kind TEXT, id TEXT, op TEXT,
  at REAL, extra TEXT);
CREATE TABLE IF NOT EXISTS {p}file (id TEXT PRIMARY KEY, name TEXT, ctype TEXT, content BLOB);
"""


def column_name(prop):
    return "c_" + prop


def scaled(value):
    """A decimal as a whole number, so that SQL compares exactly."""
    return int(Decimal(value).scaleb(SCALE).to_integral_value(ROUND_HALF_UP))


@lru_cache(maxsize=4096)
def epoch(text):
    return int(parse_stamp(text).astimezone(timezone.utc).timestamp())


def column_value(field, value):
    """What a query compares for this attribute."""
    if value is None:
        return None
    kind = field.kind
    if kind == "ref":
        return value.get("value") if isinstance(value, dict) else value
    if kind in ("money", "rate", "int"):
        return scaled(value)
    if kind == "bool":
        return int(value in (True, "true"))
    if kind == "email":
        return value.get("Address") if isinstance(value, dict) else value
    return value if isinstance(value, str) else jsontext.dumps(value)


class Store:
    """Reads and writes of one company; the caller holds the lock and the transaction."""

    def __init__(self, db, realm):
        self.db, self.prefix = db, f"r{realm}_"
        self._insert = {}
        self._change = self._reserved = 0
        self.create_tables()

    def create_tables(self):
        for spec in ENTITIES.values():
            names = [column_name(c) for c in spec.columns]
            table, body = self.table(spec.name), self.bodies(spec.name)
            columns = "".join(f", {name}" for name in names)
            self.db.execute(
                f"CREATE TABLE IF NOT EXISTS {table} (n INTEGER PRIMARY KEY, id TEXT UNIQUE, "
                f"created INTEGER, updated INTEGER, seq INTEGER, raw INTEGER, posted INTEGER"
                f"{columns})"
            )
            self.db.execute(f"CREATE TABLE IF NOT EXISTS {body} (n INTEGER PRIMARY KEY, body TEXT)")
            indexed = [("created", "created, n"), ("updated", "updated, seq")]
            indexed += [(c, column_name(c)) for c in spec.columns if c in INDEXED]
            for label, expression in indexed:
                self.db.execute(
                    f"CREATE INDEX IF NOT EXISTS {table}_{label} ON {table} ({expression})"
                )
            marks = ", ".join("?" * (7 + len(names)))
            self._insert[spec.name] = f"INSERT OR REPLACE INTO {table} VALUES ({marks})"
        for statement in EXTRA_TABLES.format(p=self.prefix).split(";"):
            self.db.execute(statement)

    def table(self, kind):
        return f"{self.prefix}k_{kind}"

    def bodies(self, kind):
        return f"{self.prefix}b_{kind}"

    def run(self, sql, params=()):
        """Execute with ``{p}`` standing for this company's table prefix."""
        return self.db.execute(sql.replace("{p}", self.prefix), params)

    def drop(self):
        """Forget everything of this company."""
        names = self.db.execute(
            "SELECT name FROM sqlite_master WHERE type = 'table' AND substr(name, 1, ?) = ?",
            (len(self.prefix), self.prefix),
        ).fetchall()
        for (name,) in names:
            self.db.execute(f'DROP TABLE "{name}"')
        self.create_tables()

    # objects ------------------------------------------------------------------------------

    def text(self, kind, ident):
        """The stored body and whether it is served raw, or None."""
        return self.db.execute(
            f"SELECT b.body, k.raw FROM {self.table(kind)} k JOIN {self.bodies(kind)} b "
            "ON b.n = k.n WHERE k.id = ?",
            (ident,),
        ).fetchone()

    def read(self, kind, ident):
        row = self.text(kind, ident)
        return jsontext.loads(row[0]) if row else None

    def exists(self, kind, ident):
        return (
            self.db.execute(f"SELECT 1 FROM {self.table(kind)} WHERE id = ?", (ident,)).fetchone()
            is not None
        )

    def is_posted(self, kind, ident):
        """Whether a transaction is in the ledger; loaded ones enter it later."""
        row = self.db.execute(
            f"SELECT posted FROM {self.table(kind)} WHERE id = ?", (ident,)
        ).fetchone()
        return bool(row is None or row[0])

    def column(self, kind, ident, prop):
        row = self.db.execute(
            f"SELECT {column_name(prop)} FROM {self.table(kind)} WHERE id = ?", (ident,)
        ).fetchone()
        return row[0] if row else None

    def write(self, kind, obj, posted=None, raw=0, text=None):
        """Insert or replace an object together with its columns; returns its text.

        ``posted=None`` keeps what is known about its postings.
        """
        spec, ident = ENTITIES[kind], obj.get("Id") or self.natural_id(kind, obj)
        n, before = self.db.execute(
            f"SELECT n, posted FROM {self.table(kind)} WHERE id = ?", (ident,)
        ).fetchone() or (None, 1)
        posted = before if posted is None else posted
        meta = obj.get("MetaData") or {}
        created = epoch(meta["CreateTime"]) if meta.get("CreateTime") else 0
        changed = meta.get("LastUpdatedTime")
        updated = epoch(changed) if changed else created
        values = [column_value(field, obj.get(name)) for name, field in spec.columns.items()]
        row = [n, ident, created, updated, self.next_change(), raw, posted, *values]
        n = self.db.execute(self._insert[kind], row).lastrowid
        text = text or jsontext.dumps(obj)
        self.db.execute(f"INSERT OR REPLACE INTO {self.bodies(kind)} VALUES (?, ?)", (n, text))
        return text

    def natural_id(self, kind, obj):
        """Exchange rates have no Id (FACTS 5.28)."""
        return f"{obj['SourceCurrencyCode']}/{obj['AsOfDate']}"

    def next_change(self):
        """Order of changes within one second; persisted in blocks, so it never goes back."""
        if self._change >= self._reserved:
            self._change = max(self._change, self.peek("seq"))
            self._reserved = self._change + CHANGE_BLOCK
            self.raise_to("seq", self._reserved)
        self._change += 1
        return self._change

    def remove(self, kind, ident):
        self.db.execute(
            f"DELETE FROM {self.bodies(kind)} WHERE n = "
            f"(SELECT n FROM {self.table(kind)} WHERE id = ?)",
            (ident,),
        )
        self.db.execute(f"DELETE FROM {self.table(kind)} WHERE id = ?", (ident,))

    def select(self, kind, where="1", params=(), order="n", limit=-1, offset=0):
        """Rows ``(body, raw)`` in order."""
        return self.db.execute(
            f"SELECT b.body, s.raw FROM (SELECT n, raw, row_number() OVER () AS r FROM "
            f"(SELECT n, raw FROM {self.table(kind)} WHERE {where} ORDER BY {order} "
            f"LIMIT ? OFFSET ?)) s JOIN {self.bodies(kind)} b ON b.n = s.n ORDER BY s.r",
            (*params, limit, offset),
        ).fetchall()

    def ids(self, kind, where="1", params=(), order="n"):
        sql = f"SELECT id FROM {self.table(kind)} WHERE {where} ORDER BY {order}"
        return [row[0] for row in self.db.execute(sql, params)]

    def all(self, kind, where="1", params=(), order="n"):
        return [jsontext.loads(body) for body, _raw in self.select(kind, where, params, order)]

    def count(self, kind, where="1", params=()):
        sql = f"SELECT count(*) FROM {self.table(kind)} WHERE {where}"
        return self.db.execute(sql, params).fetchone()[0]

    # counters and values --------------------------------------------------------------------

    def peek(self, name, start=0):
        row = self.run("SELECT value FROM {p}counter WHERE name = ?", (name,)).fetchone()
        return row[0] if row else start

    def next(self, name, start=0):
        """Raise a counter and return it."""
        return self.run(
            "INSERT INTO {p}counter VALUES (?, ?) ON CONFLICT (name) "
            "DO UPDATE SET value = value + 1 RETURNING value",
            (name, start + 1),
        ).fetchone()[0]

    def raise_to(self, name, value):
        self.run(
            "INSERT INTO {p}counter VALUES (?, ?) ON CONFLICT (name) "
            "DO UPDATE SET value = max(value, excluded.value)",
            (name, value),
        )

    def value(self, name, default=None):
        row = self.run("SELECT body FROM {p}value WHERE name = ?", (name,)).fetchone()
        return jsontext.loads(row[0]) if row else default

    def set_value(self, name, value):
        self.run("INSERT OR REPLACE INTO {p}value VALUES (?, ?)", (name, jsontext.dumps(value)))
