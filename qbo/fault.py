"""Faults: reading every spelling of the wire (FACTS 3)."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any
from xml.etree import ElementTree

from . import canonical

__all__ = ["NOT_FOUND", "Fault", "parse_faults"]

#: Code of an object that does not exist or was deleted (FACTS 3.3).
NOT_FOUND = "610"


@dataclass(frozen=True)
class Fault:
    """One error of an answer. ``code`` is text without leading zeros, ``""`` when there was none.

    ``detail`` never holds a token (gateway faults quote it, FACTS 3.2).
    """

    code: str
    message: str = ""
    detail: str = ""
    element: str = ""
    type: str = ""


#: an error page or a fault is small; a bigger body is not worth an XML parser
_XML_LIMIT = 100_000
_TOKEN = re.compile(r"((?:token|bearer)[^:=]{0,40}[:=]\s*)(?!too )[\w.\-+/=~]{12,}", re.IGNORECASE)
_CODE_IN_MESSAGE = re.compile(r"errorCode=0*(\d+)")


def parse_faults(body: Any) -> tuple[Fault, ...]:
    """All faults of an answer, in its order; ``()`` when there is none.

    Understands ``Fault/Error/Message`` and the gateway's ``fault/error/message`` (FACTS 3.1, 3.2),
    the XML representation, text or bytes of any of them; HTML and anything else has no faults.
    """
    if isinstance(body, bytes):
        body = body.decode("utf-8", "replace")
    if isinstance(body, str):
        return _parse_text(body)
    if not isinstance(body, Mapping):
        return ()
    fault = body.get("Fault") or body.get("fault")
    if not isinstance(fault, Mapping):
        return ()
    errors = fault.get("Error") or fault.get("error") or ()
    if not isinstance(errors, list):  # a single error may come without its list
        errors = [errors]
    kind = _text(fault.get("type"))
    found = tuple(_fault(error, kind) for error in errors if isinstance(error, Mapping))
    # a Fault without readable errors is a refusal all the same
    return found or (Fault("", type=kind),)


def _parse_text(text: str) -> tuple[Fault, ...]:
    text = text.lstrip("\ufeff \t\r\n")
    if text.startswith("{"):
        try:
            return parse_faults(canonical.loads(text))
        except ValueError:
            return ()  # truncated: the caller learns that from the status and the missing body
    return _parse_xml(text) if text.startswith("<") else ()


def _parse_xml(text: str) -> tuple[Fault, ...]:
    # no entity declarations: they are the only dangerous part of XML, and no fault has any
    if len(text) > _XML_LIMIT or "IntuitResponse" not in text or "<!" in text:
        return ()
    try:
        root = ElementTree.fromstring(text.encode())
    except ElementTree.ParseError:
        return ()
    found = []
    for fault in root.iter():
        if _local(fault.tag) != "Fault":
            continue
        for error in fault:
            if _local(error.tag) == "Error":
                parts = {_local(child.tag): child.text or "" for child in error}
                found.append(_fault({**parts, **error.attrib}, fault.get("type") or ""))
    return tuple(found)


def _local(tag: str) -> str:
    return tag.rpartition("}")[2]


def _fault(error: Mapping[str, Any], kind: str) -> Fault:
    message = _text(error.get("Message") or error.get("message"))
    code = _text(error.get("code") or error.get("Code")).strip()
    if not code:
        match = _CODE_IN_MESSAGE.search(message)
        code = match.group(1) if match else ""
    return Fault(
        code=code.lstrip("0") or code[:1],
        message=_TOKEN.sub(r"\1<hidden>", message),
        detail=_TOKEN.sub(r"\1<hidden>", _text(error.get("Detail") or error.get("detail"))),
        element=_text(error.get("element")),
        type=kind,
    )


def _text(value: Any) -> str:
    return "" if value is None else str(value)
