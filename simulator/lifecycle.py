"""Create, update, delete and void: the order of checks of FACTS 7.7, the merge of 7.4."""

from __future__ import annotations

from .clean import CLEAR, Cleaner
from .errors import fault, not_found, stale, unsupported
from .refs import references, resolve_fields
from .schema import ENTITIES
from .settle import settle

SYSTEM_KEYS = ("Id", "SyncToken", "MetaData", "domain", "sparse", "status")
IGNORED_IN_COMPARISON = ("SyncToken", "MetaData")


def write(work, kind, body, force_create=False):
    """Create or update, decided by the presence of ``Id`` (FACTS 2.1, 7.4)."""
    spec = ENTITIES[kind]
    cleaner = Cleaner(spec, latin=work.company.is_us and work.switch("reject_astral"))
    data = cleaner.body(body)
    ident = body.get("Id")
    creating = force_create or ident in (None, "")
    sparse = body.get("sparse") in (True, "true", "True")
    if not creating:
        check_id(kind, ident)
    cleaner.finish(data, creating, sparse)
    check_operation(work, spec, "c" if creating else "u")
    if creating and not (kind == "ExchangeRate" and known_rate(work, data)):
        return create(work, spec, data)
    if kind == "ExchangeRate":
        return replace_rate(work, spec, data)
    return update(work, spec, data, str(ident), body.get("SyncToken"), sparse)


def known_rate(work, data):
    return work.get("ExchangeRate", work.store.natural_id("ExchangeRate", data)) is not None


def replace_rate(work, spec, data):
    """A rate is addressed by currency and day (FACTS 5.28)."""
    old = work.get("ExchangeRate", work.store.natural_id("ExchangeRate", data))
    if old is None:
        raise not_found()
    new = finish(work, spec, merge(spec, old, data, True), old, dict(data))
    if not same(old, new):
        new["SyncToken"] = old.get("SyncToken", "0")
        work.bump("ExchangeRate", new)
    return new


def check_operation(work, spec, letter):
    if letter not in spec.operations:
        raise unsupported(f"{spec.name} with this verb")
    missing = [name.strip() for name in work.switch("missing_features").split(",")]
    if spec.name in missing:
        raise fault(
            "5020",
            f"Permission Denied Error : {spec.name} is not available in this QuickBooks plan",
            "",
        )
    if work.switch("subscription") != "active":
        raise fault(
            "6190",
            "Subscription period has ended or canceled or there was a billing "
            "problem : You can't add data to QuickBooks Online Plus because your trial "
            "or subscription period ended.",
            "",
        )


def check_id(kind, ident):
    """2030 for what is not a number; it carries no ``time`` (FACTS 3.3)."""
    text = str(ident)
    if not text.isdigit() and ENTITIES[kind].group != "tax":
        raise fault(
            "2030", f"Id should be a valid number. Supplied value:{text}", "Id", timed=False
        )


def create(work, spec, data):
    sent = dict(data)
    new = {
        name: value
        for name, value in data.items()
        if value is not CLEAR and name not in SYSTEM_KEYS and not spec.fields[name].read_only
    }
    new = finish(work, spec, new, None, sent)
    if "answer" in sent:
        return sent["answer"]
    work.create(spec.name, new)
    work.company.rules[spec.name].saved(work, new, None)
    if spec.is_txn:
        settle(work, spec.name, None, new)
    work.company.rules[spec.name].settled(work, new, None)
    return new


def current(work, kind, ident, token, needs_token=True):
    """The stored object for an update or deletion: 610, then 5010 (FACTS 7.7)."""
    obj = work.get(kind, ident)
    if obj is None:
        gone = work.store.run(
            "SELECT 1 FROM {p}gone WHERE kind = ? AND id = ?", (kind, ident)
        ).fetchone()
        raise not_found("Another user has deleted this transaction.") if gone else not_found()
    if needs_token and str(token if token is not None else "") != obj.get("SyncToken"):
        raise stale(kind)
    return obj


def update(work, spec, data, ident, token, sparse):
    # Exchange rates are addressed by currency and day, everything else by Id.
    old = current(work, spec.name, ident, token)
    work.known = frozenset(references(old))
    sent = dict(data)
    sent["sparse"] = sparse
    new = finish(work, spec, merge(spec, old, data, sparse), old, sent)
    if "force" not in sent and same(old, new):
        return old
    for key in SYSTEM_KEYS:
        if key in old:
            new[key] = old[key]
    work.bump(spec.name, new)
    work.company.rules[spec.name].saved(work, new, old)
    if spec.is_txn:
        settle(work, spec.name, old, new)
    return new


def merge(spec, old, data, sparse):
    """Sparse keeps what was not sent; full clears it unless the field survives (FACTS 7.4)."""
    if sparse:
        new = dict(old)
    else:
        new = {
            key: value
            for key, value in old.items()
            if key in SYSTEM_KEYS
            or key not in spec.fields
            or spec.fields[key].keep
            or spec.fields[key].read_only
            or spec.fields[key].create_only
        }
    for name, value in data.items():
        field = spec.fields[name]
        if name in SYSTEM_KEYS or field.read_only or field.create_only:
            continue
        if value is CLEAR:
            new.pop(name, None)
        else:
            new[name] = value
    return new


def finish(work, spec, new, old, sent):
    """References, then business rules."""
    resolve_fields(work, spec.fields, new)
    work.company.rules[spec.name].prepare(work, new, old, sent)
    return ordered(spec, new)


def ordered(spec, obj):
    """Attributes in the order of the entity's table, the system ones first."""
    result = {key: obj[key] for key in SYSTEM_KEYS if key in obj}
    result |= {name: obj[name] for name in spec.fields if name in obj and name not in result}
    result |= {name: value for name, value in obj.items() if name not in result}
    return result


def same(old, new):
    keys = (set(old) | set(new)) - set(IGNORED_IN_COMPARISON)
    return all(old.get(key) == new.get(key) for key in keys)


def delete(work, kind, body):
    """``operation=delete``: hard for transactions, unsupported for lists (FACTS 7.5)."""
    spec = ENTITIES[kind]
    if "d" not in spec.operations:
        raise unsupported(f"delete of {kind}")
    if not isinstance(body, dict) or body.get("Id") in (None, ""):
        raise fault("2020", "Required parameter Id is missing in the request", "Id")
    ident = str(body["Id"])
    check_id(kind, ident)
    check_operation(work, spec, "d")
    obj = current(work, kind, ident, body.get("SyncToken"), needs_token=kind != "Attachable")
    work.company.rules[kind].delete(work, obj)
    if spec.is_txn:
        settle(work, kind, obj, None)
    work.remove(kind, obj)
    return {"domain": "QBO", "status": "Deleted", "Id": ident}


def void(work, kind, body):
    """Zero a transaction but keep it (FACTS 7.5)."""
    spec = ENTITIES[kind]
    if "v" not in spec.operations:
        raise unsupported(f"void of {kind}")
    if not isinstance(body, dict) or body.get("Id") in (None, ""):
        raise fault("2020", "Required parameter Id is missing in the request", "Id")
    check_id(kind, body["Id"])
    check_operation(work, spec, "u")
    old = current(work, kind, str(body["Id"]), body.get("SyncToken"))
    new = dict(old)
    work.company.rules[kind].void(work, new)
    note = old.get("PrivateNote")
    if not str(note or "").startswith("Voided"):
        new["PrivateNote"] = f"Voided - {note}"[:4000] if note else "Voided"
    new = ordered(spec, new)
    work.bump(kind, new, "Void")
    settle(work, kind, old, new)
    return new
