"""References: existence, activity and the name that is filled in (FACTS 2.4, 3.3)."""

from __future__ import annotations

from .errors import bad_reference, business, inactive_reference
from .schema import ENTITIES, NAMES

SPECIAL_ITEMS = {"SHIPPING_ITEM_ID": "Shipping", "GRATUITY_ITEM_ID": "Gratuity"}
_LABELS = {
    "Customer": "DisplayName",
    "Vendor": "DisplayName",
    "Employee": "DisplayName",
    "TaxAgency": "DisplayName",
}


def label(company, kind, ident):
    """What ``name`` of a reference shows, or None for an unknown id."""
    key = kind, ident
    if key not in company.ref_names:
        prop = _LABELS.get(kind, "Name")
        if kind == "Account" and company.switch("account_ref_name") == "full":
            prop = "FullyQualifiedName"
        company.ref_names[key] = company.store.column(kind, ident, prop)
    return company.ref_names[key]


def fresh_object(work, kind, ident):
    """An object made by this very operation, which the store does not know yet."""
    change = work.changes.get((kind, ident))
    return change.obj if change and change.mode == "new" else None


def is_active(company, kind, ident):
    if "Active" not in ENTITIES[kind].columns:
        return True
    return company.store.column(kind, ident, "Active") != 0


def resolve_name(work, ref):
    """An entity reference that may be a customer, vendor or employee."""
    wanted = (ref.get("type") or "").capitalize()
    for kind in [wanted] if wanted in NAMES else NAMES:
        if work.store.exists(kind, ref["value"]):
            return kind
    if wanted in NAMES and any(work.store.exists(kind, ref["value"]) for kind in NAMES):
        raise business(
            "The type of name assigned to this transaction (client, vendor, employee) is wrong"
        )
    raise bad_reference("Names", ref["value"])


def references(value, name=""):
    """Every ``(attribute, id)`` inside an object, at any depth."""
    if isinstance(value, list):
        for item in value:
            yield from references(item, name)
    elif isinstance(value, dict):
        if isinstance(value.get("value"), str):
            yield name, value["value"]
        for key, item in value.items():
            yield from references(item, key)


def resolve(work, field, ref):
    """The reference as it is stored; faults when its target is unknown or inactive.

    What the document referred to before stays valid (FACTS 14#6).
    """
    kind, ident = field.arg, ref["value"]
    if kind == "CompanyCurrency":
        return ref
    if kind == "Item" and ident in SPECIAL_ITEMS:
        return {"value": ident, "name": SPECIAL_ITEMS[ident]}
    if kind == "Name":
        kind = resolve_name(work, ref)
        return {"value": ident, "name": label(work.company, kind, ident)} | (
            {"type": ref["type"]} if "type" in ref else {}
        )
    fresh, known = fresh_object(work, kind, ident), (field.name, ident) in work.known
    if fresh is None and not work.store.exists(kind, ident):
        if known:
            return ref
        raise bad_reference(ENTITIES[kind].noun or "Names", ident)
    if fresh is None and not known and not is_active(work.company, kind, ident):
        raise inactive_reference()
    name = None
    if field.named:
        name = fresh.get(_LABELS.get(kind, "Name")) if fresh else label(work.company, kind, ident)
    return {"value": ident, "name": name} if name else {"value": ident}


def resolve_fields(work, fields, data):
    """Resolve every reference attribute of an object or line detail."""
    for name, value in data.items():
        field = fields.get(name)
        if field is not None and field.kind == "ref" and isinstance(value, dict):
            data[name] = resolve(work, field, value)
