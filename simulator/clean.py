"""From a request body to canonical values: properties, types, lengths, formats (FACTS 7.7).

Unknown properties and wrong types end the request at once (2010). Format problems are collected,
because Intuit reports several errors in one fault (FACTS 3.1).
"""

from __future__ import annotations

import re
from decimal import Decimal, InvalidOperation

from .errors import Fault, bad_property, business, error, missing
from .money import LIMIT, cents, plain
from .schema import STRUCTS

CLEAR = type("Clear", (), {"__repr__": lambda self: "CLEAR"})()
_EMAIL = re.compile(r"[^@\s,]+@[^@\s,]+\.[^@\s,]+$")
_DATE = re.compile(r"\d{4}-\d\d-\d\d")
_PARSE_FAILURE = "failed to parse json object; a property"
ADDRESS = 2000  # characters of Line1 to Line5 together (FACTS 5.29)
_LENIENT_EMAIL = {"BillEmailCc", "BillEmailBcc"}


class Cleaner:
    """Turns one body into canonical data and remembers what was wrong with its formats."""

    def __init__(self, spec, latin=False):
        self.spec, self.latin, self.problems = spec, latin, []

    def body(self, body):
        if not isinstance(body, dict):
            raise bad_property(_PARSE_FAILURE)
        return self._fields(self.spec.name, self.spec.fields, body)

    def finish(self, data, creating, sparse):
        """Required attributes first, then formats."""
        absent = [
            f.name
            for f in self.spec.fields.values()
            if (f.required and creating or f.update_required and not creating)
            and data.get(f.name, CLEAR) in (CLEAR, [])
            and not (f.name == "Line" and sparse)
        ]
        if absent:
            raise missing(*absent)
        if self.problems:
            raise Fault(self.problems)

    def _fields(self, owner, fields, body):
        data = {}
        for name, value in body.items():
            field = fields.get(name)
            if field is None:
                raise unknown_property(owner, fields, name)
            if value is None:
                continue
            cleaned = getattr(self, "_" + field.kind)(field, value)
            if cleaned is not None:
                data[name] = cleaned
        return data

    def _any(self, field, value):
        return value

    def _text(self, field, value):
        if isinstance(value, (dict, list)):
            raise bad_property(_PARSE_FAILURE)
        if not isinstance(value, str):
            value = str(value).lower() if isinstance(value, bool) else str(value)
        if field.max is not None and len(value) > field.max:
            self.problems.append(too_long(field.name, field.max, len(value)))
        if self.latin and any(ord(char) > 0xFFFF for char in value):
            self.problems.append(
                error(
                    "2040", f"Invalid String : {field.name} contains invalid characters", field.name
                )
            )
        return value if value != "" else CLEAR

    def _bool(self, field, value):
        if isinstance(value, bool):
            return value
        if str(value).lower() in ("true", "false"):
            return str(value).lower() == "true"
        if value == "":
            return None
        raise bad_property(_PARSE_FAILURE)

    def _decimal(self, value):
        if isinstance(value, (bool, dict, list)):
            raise bad_property(_PARSE_FAILURE)
        try:
            number = Decimal(value.strip() if isinstance(value, str) else value)
        except InvalidOperation:
            raise bad_property(_PARSE_FAILURE) from None
        if not number.is_finite():
            raise bad_property(_PARSE_FAILURE)
        if abs(number) > LIMIT:
            raise business(
                "An amount is either too large (> 99,999,999,999) or too small "
                "(< -99,999,999,999), or saving this transaction would result in an account "
                "balance that is too large or too small."
            )
        return number

    def _money(self, field, value):
        return CLEAR if value == "" else cents(self._decimal(value))

    def _rate(self, field, value):
        return CLEAR if value == "" else plain(self._decimal(value))

    def _int(self, field, value):
        if value == "":
            return CLEAR
        number = self._decimal(value)
        if number != number.to_integral_value():
            self.problems.append(error("2090", f"Invalid Number : {value}", field.name))
        return int(number)

    def _date(self, field, value):
        if value == "":
            return CLEAR
        if not isinstance(value, str) or not _DATE.match(value):
            self.problems.append(error("2060", f"Invalid Date Format : {value}", field.name))
            return CLEAR
        year, month, day = (int(part) for part in value[:10].split("-"))
        if not valid_date(year, month, day):
            self.problems.append(error("2070", f"Invalid Date : {value}", field.name))
        return value[:10]

    def _enum(self, field, value):
        if value == "":
            return CLEAR
        if not isinstance(value, str):
            raise bad_property(_PARSE_FAILURE)
        if value not in field.arg.split("|"):
            self.problems.append(error("2170", f"Invalid Enumeration : {value}", field.name))
        return value

    def _ref(self, field, value):
        if isinstance(value, str):
            value = {"value": value}
        if not isinstance(value, dict):
            raise bad_property(_PARSE_FAILURE)
        extra = set(value) - {"value", "name", "type", "Type"}
        if extra:
            raise unknown_property(
                "ReferenceType", {"value": 0, "name": 0, "type": 0}, sorted(extra)[0]
            )
        ident = value.get("value")
        if ident in (None, ""):
            return CLEAR if not value.get("name") else None
        ref = {"value": str(ident)}
        kind = value.get("type") or value.get("Type")
        return ref | {"type": kind} if kind else ref

    def _struct(self, field, value, name=None):
        if not isinstance(value, dict):
            raise bad_property(_PARSE_FAILURE)
        inner = self._fields(name or field.arg, STRUCTS[name or field.arg].fields, value)
        inner = {key: item for key, item in inner.items() if item is not CLEAR}
        return inner

    def _addr(self, field, value):
        inner = self._struct(field, value, "addr")
        inner.pop("FreeFormAddress", None)
        length = sum(len(inner.get(f"Line{number}", "")) for number in range(1, 6))
        if length > ADDRESS:
            self.problems.append(too_long(field.name, ADDRESS, length))
        return inner if set(inner) - {"Id"} else CLEAR

    def _email(self, field, value):
        if isinstance(value, str):
            value = {"Address": value}
        inner = self._struct(field, value, "email")
        address = inner.get("Address")
        if not address:
            return CLEAR
        valid = all(_EMAIL.match(part.strip()) for part in address.split(",") if part.strip())
        if not valid or not address.strip(", "):
            if field.name in _LENIENT_EMAIL:
                return None
            self.problems.append(
                error(
                    "2210",
                    f"Email Address must follow the format of RFC 822. Supplied value:{address}",
                    field.name,
                )
            )
        if field.max and len(address) > field.max:
            self.problems.append(too_long(field.name, field.max, len(address)))
        return {"Address": address}

    def _phone(self, field, value):
        inner = self._struct(
            field, {"FreeFormNumber": value} if isinstance(value, str) else value, "phone"
        )
        number = inner.get("FreeFormNumber")
        if not number:
            return CLEAR
        if len(number) > (field.max or 30):
            self.problems.append(too_long(field.name, field.max or 30, len(number)))
        return {"FreeFormNumber": number}

    def _uri(self, field, value):
        inner = self._struct(field, {"URI": value} if isinstance(value, str) else value, "uri")
        if any(char.isspace() for char in inner.get("URI", "")):
            self.problems.append(error("2200", f"Invalid Web Address : {inner['URI']}", field.name))
        return {"URI": inner["URI"]} if inner.get("URI") else CLEAR

    def _memo(self, field, value):
        inner = self._struct(field, {"value": value} if isinstance(value, str) else value, "memo")
        return {"value": inner["value"]} if inner.get("value") else CLEAR

    def _list(self, field, value, name=None):
        if isinstance(value, dict):
            value = [value]
        if not isinstance(value, list):
            raise bad_property(_PARSE_FAILURE)
        return [self._struct(field, item, name or field.arg) for item in value]

    def _links(self, field, value):
        return self._list(field, value, "link")

    def _lines(self, field, value):
        return self._list(field, value, "line")

    def _tax(self, field, value):
        return self._struct(field, value, "tax")


def valid_date(year, month, day):
    if not (1 <= month <= 12 and 1 <= year <= 9999):
        return False
    leap = year % 4 == 0 and (year % 100 != 0 or year % 400 == 0)
    length = (31, 29 if leap else 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31)[month - 1]
    return 1 <= day <= length


def too_long(name, maximum, length):
    return error(
        "2050",
        "String length specified does not match the supported length. "
        f"Min:0 Max:{maximum} supported. Supplied length:{length}",
        name,
    )


def unknown_property(owner, fields, name):
    known = ", ".join(f'"{known}"' for known in list(fields)[:8])
    return bad_property(
        f'Unrecognized field "{name}" (class com.intuit.schema.finance.v3.{owner}), not marked '
        f"as ignorable ({len(fields)} known properties: {known} [truncated]])\n"
    )
