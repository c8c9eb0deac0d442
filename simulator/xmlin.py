"""XML request bodies, which Intuit's own SDKs for PHP, Java and .NET send (FACTS 2.3).

The same shapes as in JSON: a reference is an element with text and attributes, an array repeats
its element. Numbers and booleans stay text; the checks of :mod:`.clean` read them either way.
"""

from __future__ import annotations

from xml.etree import ElementTree

from .errors import bad_property

# Arrays that nothing else turns into one when they hold a single element.
ARRAYS = {
    "AttachableRef",
    "BatchItemRequest",
    "CustomField",
    "NameValue",
    "TaxLine",
    "TaxRateDetail",
    "TaxRateDetails",
}
_UNREADABLE = "failed to parse xml object; a property"


def is_xml(request):
    return "xml" in request.header("content-type") or request.body.lstrip()[:1] == b"<"


def parse(raw):
    """The value of the root element; entity declarations are not accepted."""
    if b"<!DOCTYPE" in raw or b"<!ENTITY" in raw:
        raise bad_property(_UNREADABLE)
    try:
        root = ElementTree.fromstring(raw)
    except (ElementTree.ParseError, ValueError):
        raise bad_property(_UNREADABLE) from None
    value = _value(root)
    return value if isinstance(value, dict) else {}


def _local(name):
    return name.rpartition("}")[2]


def _value(element):
    attributes = {
        _local(key): value for key, value in element.attrib.items() if _local(key) != "nil"
    }
    children = list(element)
    if not children:
        text = (element.text or "").strip()
        if not attributes and not _local(element.tag).endswith(("Ref", "Detail")):
            return text
        return ({"value": text} if text else {}) | attributes
    result = dict(attributes)
    for child in children:
        name, value = _local(child.tag), _value(child)
        if name in ARRAYS or name in result:
            before = result.get(name, [])
            result[name] = [*(before if isinstance(before, list) else [before]), value]
        else:
            result[name] = value
    return result
