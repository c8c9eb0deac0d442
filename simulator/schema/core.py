"""What the tables of this package are made of.

An entity is one declarative table. A line of a table reads

    Name  kind  [max]  [flags]

``kind``: text bool money rate int date time email phone uri addr memo links lines tax custom any,
``ref:Target``, ``enum:A|B``, ``struct:Name``, ``list:Name``.
Flags: R required on create, U required on update, ro read only (ignored silently, FACTS 2.6),
C accepted on create only, F filterable, S filterable and sortable, noname reference without name,
keep survives a full update that omits it.
"""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(frozen=True)
class Field:
    name: str
    kind: str
    arg: str = ""
    max: int | None = None
    required: bool = False
    update_required: bool = False
    read_only: bool = False
    create_only: bool = False
    filterable: bool = False
    sortable: bool = False
    named: bool = True
    keep: bool = False


@dataclass(frozen=True)
class Struct:
    name: str
    fields: dict[str, Field]


@dataclass(frozen=True)
class Entity:
    """One row of FACTS 5's table of operations plus its fields."""

    name: str
    fields: dict[str, Field]
    group: str = "list"  # name, list, txn, single, tax, other
    space: str = ""  # id number space
    operations: str = "crufsd"  # c create r read q query u update d delete v void
    total: bool = False  # totalCount next to rows (FACTS 2.4)
    cdc: bool = True
    hooks: str = ""  # webhook operations: c u d m v e
    order: str = ""  # default order; empty = newest change first
    send: bool = False
    pdf: bool = False
    label: str = ""  # what a person reads, also the TxnType of 6140
    noun: str = ""  # element noun of 2500
    url: str = ""
    key: str = ""  # JSON key when it differs from the name
    columns: dict[str, Field] = field(default_factory=dict)

    @property
    def path(self):
        return self.url or self.name.lower()

    @property
    def json_key(self):
        return self.key or self.name

    @property
    def is_txn(self):
        return self.group == "txn"


COMMON = """
Id any
SyncToken any
MetaData any
domain any
sparse any
status any
CustomField any
AttachableRef any
"""
STRUCTS: dict[str, Struct] = {}
ENTITIES: dict[str, Entity] = {}


def parse_fields(table):
    """Read a table as described above."""
    fields = {}
    for line in filter(None, table.splitlines()):
        name, kind, *flags = line.split()
        kind, _, arg = kind.partition(":")
        size = next((int(flag) for flag in flags if flag.isdigit()), None)
        fields[name] = Field(
            name,
            kind,
            arg,
            size,
            required="R" in flags,
            update_required="U" in flags,
            read_only="ro" in flags,
            create_only="C" in flags,
            filterable=bool({"F", "S"} & set(flags)),
            sortable="S" in flags,
            named="noname" not in flags,
            keep="keep" in flags,
        )
    return fields


def struct(name, table):
    STRUCTS[name] = Struct(name, parse_fields(table))


def entity(name, table, extra="", **options):
    """Register an entity; ``extra`` lists schema attributes that are merely stored."""
    fields = parse_fields(COMMON)
    for other in extra.split():
        fields[other] = Field(other, "any")
    fields |= parse_fields(table)
    columns = {f.name: f for f in fields.values() if f.filterable}
    options.setdefault("space", name)
    options.setdefault("label", name)
    ENTITIES[name] = Entity(name, fields, columns=columns, **options)
