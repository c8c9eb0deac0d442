"""What a reader sees of a stored body."""

from __future__ import annotations

from . import jsontext
from .rules import RULES
from .rules.base import Rules
from .settle import moved

_COMPUTED = {name for name, rules in RULES.items() if type(rules).view is not Rules.view}


def shown(company, kind, body, raw, listing=False, include=()):
    """JSON text of an object; loaded ones go out unchanged until they are modified."""
    wants_link = kind == "Invoice" and "invoiceLink" in include
    if raw and not (kind == "Account" and moved(company.store, jsontext.loads(body)["Id"])):
        return body
    if kind not in _COMPUTED and not wants_link:
        return body
    obj = RULES[kind].view(company, jsontext.loads(body), listing)
    if wants_link:
        obj["InvoiceLink"] = f"https://connect.example.invalid/t/scs-v1-{company.realm}-{obj['Id']}"
    return jsontext.dumps(obj)


def read(company, kind, ident, include=()):
    """JSON text of one object or None."""
    row = company.store.text(kind, ident)
    return shown(company, kind, row[0], row[1], False, include) if row else None


def present(company, kind, obj, include=(), text=None):
    """The answer of a write, as a value; ``text`` saves serialising it again."""
    return jsontext.Raw(shown(company, kind, text or jsontext.dumps(obj), 0, False, include))
