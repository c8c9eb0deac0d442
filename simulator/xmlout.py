"""The XML representation that is served unless JSON is asked for (FACTS 2.3)."""

from __future__ import annotations

from decimal import Decimal
from xml.sax.saxutils import escape, quoteattr

from . import jsontext

NAMESPACE = "http://schema.intuit.com/finance/v3"
_ATTRIBUTES = {
    "domain",
    "sparse",
    "startPosition",
    "maxResults",
    "totalCount",
    "code",
    "element",
    "type",
    "time",
    "bId",
    "status",
}
_ATTRIBUTE_OWNERS = {"QueryResponse", "Fault", "Error", "BatchItemResponse"}


def document(body, stamp):
    """A JSON envelope as an ``IntuitResponse``."""
    inner = "".join(_element(name, value) for name, value in body.items() if name != "time")
    return (
        f'<?xml version="1.0" encoding="UTF-8" standalone="yes"?>'
        f"<IntuitResponse xmlns={quoteattr(NAMESPACE)} time={quoteattr(stamp)}>"
        f"{inner}</IntuitResponse>"
    ).encode()


def _text(value):
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, Decimal):
        return jsontext.number(value)
    return escape(str(value))


def _element(name, value):
    if isinstance(value, jsontext.Raw):
        value = jsontext.loads(str(value))
    if isinstance(value, list):
        return "".join(_element(name, item) for item in value)
    if value is None:
        return ""
    if not isinstance(value, dict):
        return f"<{name}>{_text(value)}</{name}>"
    if name.endswith("Ref") and "value" in value:
        attributes = "".join(
            f" {key}={quoteattr(str(item))}" for key, item in value.items() if key != "value"
        )
        return f"<{name}{attributes}>{_text(value['value'])}</{name}>"
    attributes, children = "", ""
    entity = "Id" in value or name in _ATTRIBUTE_OWNERS
    for key, item in value.items():
        if entity and key in _ATTRIBUTES and not isinstance(item, (dict, list)):
            attributes += f" {key}={quoteattr(_text(item))}"
        else:
            children += _element(key, item)
    return f"<{name}{attributes}>{children}</{name}>"
