"""The only serializer of the connector (DESIGN 3.3): canonical JSON text, digests, differences.

Canonical means: keys sorted, no blanks, ``Decimal`` written as a plain JSON number with the digits
it has, text left as Unicode. A ``float`` is a ``TypeError``: it has already lost money.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Iterable, Mapping
from decimal import Decimal
from typing import Any

#: more digits than any number of the API; keeps a hostile exponent from becoming gigabytes of 0
MAX_DIGITS = 60


def dumps(obj: Any) -> str:
    """Canonical JSON text of dicts, lists, tuples, str, int, bool, None and Decimal.

    :raises TypeError: for a float, a non-text key and every other type
    :raises ValueError: for NaN, infinities, absurd exponents and text that UTF-8 cannot carry
    """
    parts: list[str] = []
    _write(obj, parts.append)
    return "".join(parts)


def loads(text: str | bytes) -> Any:
    """Parse JSON; every number with a point or exponent is a ``Decimal``, others stay ``int``.

    :raises ValueError: for anything that is not one JSON document, NaN and bottomless nesting
    """
    try:
        return json.loads(text, parse_float=_parse_decimal, parse_constant=_refuse_constant)
    except RecursionError:
        raise ValueError("JSON nested too deeply") from None


def digest(obj: Any) -> str:
    """SHA-256 (hex) of the value of ``obj``: ``1``, ``1.0`` and ``1.00`` count as the same."""
    return hashlib.sha256(dumps(_normal(obj)).encode()).hexdigest()


def same(left: Any, right: Any) -> bool:
    """Whether both mean the same JSON value, whatever the number of decimals written."""
    return dumps(_normal(left)) == dumps(_normal(right))


def diff(
    old: Mapping[str, Any] | None, new: Mapping[str, Any] | None, owned: Iterable[str]
) -> dict[str, tuple[Any, Any]]:
    """Owned attributes whose value differs: ``{attribute: (old, new)}``.

    An absent attribute and ``None`` are the same thing: QuickBooks leaves nulls out (FACTS 2.4).
    """
    old, new = old or {}, new or {}
    return {
        name: (old.get(name), new.get(name))
        for name in owned
        if not same(old.get(name), new.get(name))
    }


def number(value: Decimal) -> str:
    """A Decimal as JSON number: all its digits, no exponent, no negative zero.

    :raises ValueError: when it is not finite or not printable within ``MAX_DIGITS``
    """
    if not value.is_finite():
        raise ValueError("not a finite number")
    if abs(value.adjusted()) > MAX_DIGITS or -int(value.as_tuple().exponent) > MAX_DIGITS:
        raise ValueError("number out of range")
    return format(abs(value) if value.is_zero() else value, "f")


def _write(obj: Any, out: Any) -> None:
    if obj is None or obj is True or obj is False:
        out({None: "null", True: "true", False: "false"}[obj])
    elif isinstance(obj, str):
        obj.encode()  # a lone surrogate would only fail later, in a half-sent request
        out(json.dumps(str(obj), ensure_ascii=False))
    elif isinstance(obj, int):
        out(str(int(obj)))
    elif isinstance(obj, Decimal):
        out(number(obj))
    elif isinstance(obj, Mapping):
        _write_mapping(obj, out)
    elif isinstance(obj, (list, tuple)):
        out("[")
        for index, item in enumerate(obj):
            if index:
                out(",")
            _write(item, out)
        out("]")
    else:
        raise TypeError(f"{type(obj).__name__} has no place in canonical JSON")


def _write_mapping(obj: Mapping[str, Any], out: Any) -> None:
    for key in obj:
        if not isinstance(key, str):
            raise TypeError(f"key of type {type(key).__name__} in canonical JSON")
    out("{")
    for index, key in enumerate(sorted(obj)):
        if index:
            out(",")
        _write(key, out)
        out(":")
        _write(obj[key], out)
    out("}")


def _normal(obj: Any) -> Any:
    if isinstance(obj, Decimal):
        text = number(obj)
        return Decimal(text.rstrip("0").rstrip(".") if "." in text else text)
    if isinstance(obj, Mapping):
        return {key: _normal(value) for key, value in obj.items()}
    if isinstance(obj, (list, tuple)):
        return [_normal(value) for value in obj]
    return obj


def _parse_decimal(text: str) -> Decimal:
    value = Decimal(text)
    number(value)  # raises for an exponent nobody could ever print again
    return value


def _refuse_constant(text: str) -> None:
    raise ValueError(f"{text} is not JSON")
