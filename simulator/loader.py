"""``--load DIR``: lists of raw entities, served unchanged until they are modified (DESIGN 18).

Nothing is validated and nothing is computed; ids and document numbers continue above the highest
value found.
"""

from __future__ import annotations

from pathlib import Path

from . import jsontext
from .numbers import counter
from .schema import BY_LOWER, ENTITIES

MAX_NUMBER = 10**9


def load(company, directory, replace=False):
    """Read every ``<Entity>.json`` of a directory; returns ``{entity: count}``.

    With ``replace`` a list takes the place of the profile's own list of that entity.
    """
    counts = {}
    for path in sorted(Path(directory).glob("*.json")):
        spec = BY_LOWER.get(path.stem.lower())
        if spec is None:
            raise ValueError(f"{path.name}: no such entity")
        if replace:
            for ident in company.store.ids(spec.name):
                company.store.remove(spec.name, ident)
        counts[spec.name] = load_entity(company, spec, path.read_text("utf-8"))
    company.store.set_value("unposted", True)
    company.forget_cache()
    return counts


def load_entity(company, spec, text):
    """Store each element with its own source text."""
    store, highest, number, count = company.store, 0, 0, 0
    name = counter(spec.name)
    for obj, source in jsontext.iter_array(text):
        if spec.group == "single":
            obj["Id"] = "1"
        store.write(spec.name, obj, posted=0 if spec.is_txn else 1, raw=1, text=source)
        ident = str(obj.get("Id") or "")
        if ident.isdigit():
            highest = max(highest, int(ident))
        if name and str(obj.get("DocNumber") or "").isdigit():
            found = int(obj["DocNumber"])
            number = max(number, found if found < MAX_NUMBER else 0)
        count += 1
    if highest:
        store.raise_to(f"id:{ENTITIES[spec.name].space}", highest)
    if name and number:
        store.raise_to(name, number)
    return count
