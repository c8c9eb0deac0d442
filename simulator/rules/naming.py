"""Names of people and lists: characters, uniqueness, hierarchy, inactivation (FACTS 5.3, 7.5)."""

from __future__ import annotations

import re

from ..errors import Fault, business, error, fault
from ..schema import NAMES
from ..store import column_name

DELETED = " (deleted)"
_SUFFIX = re.compile(r" \(deleted(?: \d+)?\)$")
_BLANKS = re.compile(r" {2,}")
LEVELS = 5


def normal(text):
    """Trimmed, inner blanks collapsed (FACTS 14#3)."""
    return _BLANKS.sub(" ", text.strip(" "))


def plain_name(text):
    """The name without the mark of inactive objects."""
    return _SUFFIX.sub("", text or "")


def forbid(name, value, characters):
    if any(char in value for char in characters):
        raise Fault([error("2040", f"Invalid String : {name} contains invalid characters", name)])


def holder(store, kinds, prop, name, mine=None, where="1", params=()):
    """``(kind, id)`` of the object that has this name already, whatever its case."""
    for kind in kinds:
        for ident in store.ids(
            kind, f"lower({column_name(prop)}) = lower(?) AND {where}", (name, *params)
        ):
            if (kind, ident) != mine:
                return kind, ident
    return None


def duplicate(work, kind, found, creating, noun):
    """6240 in one of its recorded wordings (FACTS 3.3)."""
    style = work.switch("duplicate_detail")
    if not creating:
        tail = f"Another {noun} is already using this name.  Please use a different name."
    elif style == "id":
        tail = f"Id={found[1]}"
    elif style == "null":
        tail = "null"
    else:
        people = "customer, vendor or employee" if kind in NAMES else noun
        tail = f"Another {people} is already using this name. \nPlease use a different name."
    return fault(
        "6240",
        f"The name supplied already exists. : {tail}",
        "DisplayName" if kind in NAMES else "Name",
    )


def check_unique(work, kind, kinds, prop, new, old, noun, where="1", params=()):
    """Refuse a name that is taken; inactive holders count while their names are reserved."""
    name = plain_name(new[prop])
    mine = (kind, old["Id"]) if old else None
    found = holder(work.store, kinds, prop, name, mine, where, params)
    if not found and work.switch("inactive_names") == "reserved":
        found = holder(work.store, kinds, prop, name + DELETED, mine, where, params)
    if found:
        raise duplicate(work, kind, found, old is None, noun)


def deleted_name(work, kinds, prop, name, mine):
    """The name an object gets when it is made inactive."""
    candidate, number = name + DELETED, 2
    while holder(work.store, kinds, prop, candidate, mine):
        candidate, number = f"{name} (deleted {number})", number + 1
    return candidate


def check_revival(new, old, sent):
    """Inactive names accept only an update that activates them (FACTS 7.5)."""
    if old and old.get("Active") is False and sent.get("Active") is not True:
        raise business("You cannot modify a list element that has been deleted.")


def parent_chain(work, kind, new):
    """Ancestors from the top down; faults for cycles and too many levels."""
    chain, ref, own = [], new.get("ParentRef"), new.get("Id")
    while ref:
        if ref["value"] == own or len(chain) > 20:
            raise fault(
                "900", "Parent cannot be child : An object cannot be its own parent", "ParentRef"
            )
        parent = work.get(kind, ref["value"])
        chain.insert(0, parent)
        ref = (parent or {}).get("ParentRef")
    if len(chain) >= LEVELS:
        raise fault("6180", f"Sub level limit exceeded : at most {LEVELS} levels", "ParentRef")
    return chain


def children(work, kind, ident):
    """Objects directly below, found through the stored name of their parent."""
    name = work.store.column(kind, ident, "FullyQualifiedName") or ""
    below = work.store.all(
        kind, "c_FullyQualifiedName >= ? AND c_FullyQualifiedName < ?", (name + ":", name + ";")
    )
    return [row for row in below if (row.get("ParentRef") or {}).get("value") == ident]


def rename_descendants(work, kind, prop, obj, level_key=None):
    """A new fully qualified name moves down the tree (FACTS 7.1)."""
    for child in children(work, kind, obj["Id"]):
        child = work.get(kind, child["Id"])
        child["FullyQualifiedName"] = f"{obj['FullyQualifiedName']}:{child[prop]}"
        work.touch(kind, child)
        rename_descendants(work, kind, prop, child, level_key)
