"""JSON with exact numbers: decimals in, decimals out, never a float (FACTS 14#51)."""

from __future__ import annotations

import json
from decimal import Decimal
from json.encoder import encode_basestring as _quote

_LOADER = json.JSONDecoder(parse_float=Decimal)


def loads(text):
    """Parse, keeping every number exact."""
    return _LOADER.decode(text)


def iter_array(text):
    """Yield ``(value, source)`` of each element of a JSON array, keeping the source text."""
    position, length = text.index("[") + 1, len(text)
    while True:
        while position < length and text[position] in " \r\n\t,":
            position += 1
        if position >= length or text[position] == "]":
            return
        value, end = _LOADER.raw_decode(text, position)
        yield value, text[position:end]
        position = end


def number(value):
    """A decimal as Intuit prints it: its own digits, zero as ``0`` (FACTS 15)."""
    return format(value, "f") if value else "0"


class Raw(str):
    """Text that is JSON already and goes out unchanged."""

    __slots__ = ()


def dumps(value):
    """Serialise; the shapes are dict, list, str, int, bool, None, Decimal and :class:`Raw`."""
    kind = type(value)
    if kind is str:
        return _quote(value)
    if kind is Decimal:
        return number(value)
    if kind is dict:
        return "{" + ",".join([f"{_quote(k)}:{dumps(v)}" for k, v in value.items()]) + "}"
    if kind is list or kind is tuple:
        return "[" + ",".join([dumps(v) for v in value]) + "]"
    if kind is Raw:
        return str(value)
    if value is None:
        return "null"
    if kind is bool:
        return "true" if value else "false"
    if kind is int:
        return str(value)
    raise TypeError(f"not a JSON value here: {value!r}")
